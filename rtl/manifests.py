#!/usr/bin/env python3
"""Makes heddle.core (FuseSoC) and Bender.yml from the lists of RTL files: filelist.f of this folder, tensor and wrappers.

    rtl/manifests.py            write them (they are committed)
    rtl/manifests.py --check    write nothing; exit with 1 when one is not current or names what is not there

docs/integration.md says how they are used.
"""

import argparse
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
MADE = "# Made by rtl/manifests.py from the filelist.f of rtl/; do not edit.\n"
DESCRIPTION = "Heddle, an open GPU that runs CUDA source"
HEADER_FOLDER = "build/bender"

CORE = """\
CAPI=2:
{made}name: heddle:heddle:gpu:{version}
description: {description}
license: Apache-2.0

filesets:
  headers:
    files:
{headers}
    file_type: systemVerilogSource
  package:
    files:
{package}
    file_type: systemVerilogSource
  gpu:
    files:
{gpu}
    file_type: systemVerilogSource
  wrappers:
    files:
{wrappers}
    file_type: systemVerilogSource
  tensor:
    files:
{tensor}
    file_type: systemVerilogSource
  verilator:
    files:
      - ci/lint.vlt
    file_type: vlt

# heddle_config.svh, the design point: a flag chooses one of configs/ (nano without one); with heddle_own nothing is made,
# and a core that depends on this one makes the header with the generator or brings it.
generators:
  heddle_config:
    interpreter: python3
    command: configs/fusesoc.py
    description: heddle_config.svh, the design point, for Heddle's package
    usage: "Parameter config: a name of Heddle's configs/, or the path of a .toml file from the calling core's folder."
generate:
{generate}

targets:
  default: &default
    description: The device (gpu, or with ports of standard names gpu_axi4, gpu_wishbone) as part of another design
    filesets: [headers, package, gpu, wrappers, "tool_verilator ? (verilator)"]
    generate: [{choice}]
    toplevel: gpu
  lint:
    <<: *default
    description: Verilator's lint of the device
    filesets: [headers, package, gpu, verilator]
    flow: lint
    flow_options:
      tool: verilator
      verilator_options: [-Wall]
  lint_axi4:
    <<: *default
    description: Verilator's lint of the device with AXI4 ports
    filesets: [headers, package, gpu, wrappers, verilator]
    toplevel: gpu_axi4
    flow: lint
    flow_options:
      tool: verilator
      verilator_options: [-Wall]
  lint_wishbone:
    <<: *default
    description: Verilator's lint of the device with Wishbone ports
    filesets: [headers, package, gpu, wrappers, verilator]
    toplevel: gpu_wishbone
    flow: lint
    flow_options:
      tool: verilator
      verilator_options: [-Wall]
  synth:
    <<: *default
    description: Yosys' netlist of the device for the Lattice ECP5
    filesets: [headers, package, gpu]
    flow: generic
    flow_options:
      tool: yosys
      arch: ecp5
      output_format: json
      yosys_synth_options: []
  dot_product_unit:
    <<: *default
    description: The tensor core's dot-product unit alone
    filesets: [headers, package, tensor]
    toplevel: dot_product_unit
"""

BENDER = """\
{made}package:
  name: heddle
  description: "{description}"

# The first folder is for heddle_config.svh, the design point: configs/generate.py puts it there.
export_include_dirs:
{folders}

sources:
  - files:
{gpu}
{wrappers}
"""


def listed(name):
    """(sources, include folders) of a filelist.f"""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.endswith(".sv")], [line[8:] for line in lines if line.startswith("+incdir+")]


def items(lines, indent):
    return "\n".join(f"{' ' * indent}- {line}" for line in lines)


def choice(configs):
    """The generator instances of a target, by flags; the first is the one without a flag."""
    others = [*configs[1:], "own"]
    default = configs[0]
    for name in others:
        default = f"!heddle_{name} ? ({default})"
    return ", ".join(f'"{line}"' for line in [default, *(f"heddle_{name} ? ({name})" for name in configs[1:])])


def manifests():
    gpu, folders = listed("rtl/filelist.f")
    tensor, _ = listed("rtl/tensor/filelist.f")
    wrappers, _ = listed("rtl/wrappers/filelist.f")
    headers = [str(path.relative_to(ROOT)) for folder in folders for path in sorted((ROOT / folder).glob("*.svh"))]
    folders = [folder for folder in folders if any((ROOT / folder).glob("*.svh"))]
    configs = sorted((path.stem for path in (ROOT / "configs").glob("*.toml")), key=lambda name: (name != "nano", name))
    version = re.search(r"project\(heddle VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
    return {
        "heddle.core": CORE.format(
            made=MADE, version=version, description=DESCRIPTION,
            headers=items([f"{header}: {{is_include_file: true}}" for header in headers], 6),
            package=items(gpu[:1], 6), gpu=items(gpu[1:], 6), wrappers=items(wrappers, 6), tensor=items(tensor, 6),
            generate="\n".join(f"  {name}: {{generator: heddle_config, parameters: {{config: {name}}}}}" for name in configs),
            choice=choice(configs)),
        "Bender.yml": BENDER.format(
            made=MADE, description=DESCRIPTION, folders=items([HEADER_FOLDER, *folders], 2),
            gpu=items(gpu, 6), wrappers=items(wrappers, 6)),
    }


# The keys that CAPI2's schema has, as far as they are used here.
TOP_KEYS = {"name", "description", "license", "filesets", "generators", "generate", "targets"}
FILESET_KEYS = {"files", "file_type"}
GENERATOR_KEYS = {"interpreter", "command", "description", "usage"}
GENERATE_KEYS = {"generator", "parameters"}
TARGET_KEYS = {"description", "filesets", "generate", "toplevel", "flow", "flow_options"}


def words(expression):
    """What an expression with flags can give: "flag ? (word)", nested."""
    return re.findall(r"[\w-]+(?!\w*\s*\?)", re.sub(r"!?\w+\s*\?", "", expression))


def problems_of_core(text):
    if not text.startswith("CAPI=2:\n"):
        yield "the first line is not CAPI=2:"
    core = yaml.safe_load(text)
    if core.pop("CAPI=2", "") is not None:
        yield "CAPI=2: has a value"
    parts = [("", core, TOP_KEYS)]
    for section, keys in (("filesets", FILESET_KEYS), ("generators", GENERATOR_KEYS), ("generate", GENERATE_KEYS),
                          ("targets", TARGET_KEYS)):
        parts += [(f"{section}.{name}", part, keys) for name, part in core[section].items()]
    for name, part, keys in parts:
        if set(part) - keys:
            yield f"{name}: unknown keys {', '.join(sorted(set(part) - keys))}"
    files = [file if isinstance(file, str) else next(iter(file)) for part in core["filesets"].values()
             for file in part["files"]]
    files += [part["command"] for part in core["generators"].values()]
    yield from (f"{file} does not exist" for file in files if not (ROOT / file).is_file())
    for name, part in core["generate"].items():
        if part["generator"] not in core["generators"]:
            yield f"generate.{name}: there is no generator {part['generator']}"
    modules = {pathlib.Path(file).stem for file in files}
    for name, target in core["targets"].items():
        for section in ("filesets", "generate"):
            for word in (word for expression in target[section] for word in words(expression)):
                if word not in core[section]:
                    yield f"targets.{name}: there is no {section}.{word}"
        if target["toplevel"] not in modules:
            yield f"targets.{name}: there is no module {target['toplevel']}"


def problems_of_bender(text):
    manifest = yaml.safe_load(text)
    if set(manifest) != {"package", "export_include_dirs", "sources"}:
        yield "unknown or missing sections"
    for group in manifest["sources"]:
        yield from (f"{file} does not exist" for file in group["files"] if not (ROOT / file).is_file())
    for folder in manifest["export_include_dirs"]:
        if folder != HEADER_FOLDER and not (ROOT / folder).is_dir():
            yield f"there is no folder {folder}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    problems = []
    for name, text in manifests().items():
        path = ROOT / name
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            problems.append(f"{name} is not current; run rtl/manifests.py")
        find = problems_of_core if name == "heddle.core" else problems_of_bender
        problems += [f"{name}: {problem}" for problem in find(text)]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
