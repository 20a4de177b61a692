"""What a result of synthesis was made from, as hashes: the RTL of one module and all that it instantiates, the design point,
and the flow. `synth/origin.py CONFIG TOP` prints both.

Comments count for nothing. What a module instantiates is found by name: every word of its text that is a module of the file
lists is taken for an instance, so a hash never misses a source; it may count one too many.
"""

import functools
import hashlib
import json
import pathlib
import re
import sys
import tomllib

NOT_CODE = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
# Not those that only tell of the result.
SCRIPTS = ("area", "asic", "ecp5", "harness", "liberty", "libraries", "memories", "names", "slices", "sta", "target", "timing")
FLOW = (*(f"synth/{name}.py" for name in SCRIPTS), "synth/*.ys", "synth/*.abc", "synth/memories/*.sv", "synth/technologies/*.toml", "constraints/*.sdc", "constraints/*.lpf")


class Unknown(Exception):
    """The sources of a module cannot be told; the text says why."""


def code(text):
    """SystemVerilog without comments, blanks folded."""
    return " ".join(NOT_CODE.sub(lambda match: match[1] or " ", text).split())


@functools.cache
def modules(root):
    """{module: (path, code)} of the file lists."""
    found = {}
    for name in ("rtl/filelist.f", "rtl/wrappers/filelist.f", "rtl/board/filelist.f"):
        if not (root / name).is_file():
            continue
        for line in (root / name).read_text(encoding="utf-8").splitlines():
            path = root / line.strip()
            if line.strip().endswith(".sv") and path.is_file():
                found[path.stem] = (path, code(path.read_text(encoding="utf-8")))
    return found


def used(root, top):
    """The modules that `top` is made of, itself included, and the package."""
    known = modules(root)
    if top not in known:
        raise Unknown(f"there is no module {top}")
    found, open_ones = {"heddle_pkg"} & known.keys(), [top]
    while open_ones:
        module = open_ones.pop()
        if module not in found:
            found.add(module)
            open_ones += set(re.findall(r"\w+", known[module][1])) & known.keys() - found
    return sorted(found)


def digest(parts):
    result = hashlib.sha256()
    for name, text in parts:
        result.update(f"{name}\0{text}\0".encode())
    return result.hexdigest()[:16]


def rtl(root, config, top):
    """The hash of a module's sources and of the design point."""
    root = pathlib.Path(root)
    known, path = modules(root), root / "configs" / f"{config}.toml"
    if not path.is_file():
        raise Unknown(f"there is no configs/{config}.toml")
    parts = [(module, known[module][1]) for module in used(root, top)]
    headers = sorted([*root.glob("rtl/generated/*.svh"), *root.glob("rtl/common/*.svh")])
    parts += [(header.name, code(header.read_text(encoding="utf-8"))) for header in headers]
    return digest([*parts, ("config", json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), sort_keys=True))])


def flow(root):
    """The hash of the scripts that make the netlist and the report."""
    paths = sorted(path for pattern in FLOW for path in pathlib.Path(root).glob(pattern))
    return digest((path.name, path.read_text(encoding="utf-8")) for path in paths)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: synth/origin.py CONFIG TOP")
    root = pathlib.Path(__file__).resolve().parent.parent
    try:
        print(rtl(root, *sys.argv[1:]), flow(root))
    except Unknown as failure:
        sys.exit(f"synth/origin.py: {failure}")


if __name__ == "__main__":
    main()
