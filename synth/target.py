"""What the targets of a synthesis have in common."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def version(*command):
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    return (output.stdout + output.stderr).strip().splitlines()[0]


def folder(root, options):
    """Where below `root` a run has its files."""
    result = root / options.target / options.config
    result = result if options.top == "gpu" else result / options.top
    return result / "without_gpu" if options.without_gpu else result


def sources():
    lists = ("rtl/filelist.f", "rtl/wrappers/filelist.f", "rtl/board/filelist.f")
    lines = [line for name in lists for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    return [str(ROOT / line) for line in lines if line.endswith(".sv")]


def yosys_job(work, title, files, script):
    """A job (progress.run) that reads these sources and runs a script."""
    log = work / f"{title.lower()}.log"
    command = ["yosys", "-q", "-l", str(log), "-p",
               f"read_verilog -sv -I{work} -I{ROOT}/rtl/generated -I{ROOT}/rtl/common {' '.join(map(str, files))}; {script}"]
    return (title, command, log, work)


def fill_in(name, work, values):
    """Writes a script of this folder into the working folder, with @NAME@ replaced; @ROOT@ is the repository."""
    script = (ROOT / "synth" / name).read_text(encoding="utf-8")
    for key, value in {**values, "ROOT": ROOT}.items():
        script = script.replace(f"@{key}@", str(value))
    (work / name).write_text(script, encoding="utf-8")


def scripts(name, work, options, values):
    """Fills in the two parts of a target's script; the Yosys command that runs them: the tables, and without --area also
    the netlist."""
    parts = [f"{name}.ys"] if options.area else [f"{name}.ys", f"{name}-flat.ys"]
    for part in parts:
        fill_in(part, work, values)
    return "; ".join(f"script {part}" for part in parts)


def short(command):
    """A command as a person would type it from the repository's root."""
    words = [re.sub(r"\s+", " ", word.replace(f"{ROOT}/", "")) for word in command]
    return " ".join(f"'{word}'" if " " in word else word for word in words)
