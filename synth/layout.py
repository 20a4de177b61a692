#!/usr/bin/env python3
"""Makes the configurations of the layout flows LibreLane and OpenROAD-flow-scripts for SG13G2, and checks them.

    synth/layout.py            write synth/layout and constraints/sg13g2.sdc (they are committed)
    synth/layout.py --check    write nothing; exit with 1 when a file is not current or has a variable that its flow does not know

Neither flow is needed for this. Which variables there are is in variables.txt beside the configurations, with the place that it
was taken from; docs/synthesis.md says how the flows are started.
"""

import argparse
import json
import pathlib
import re
import sys

import origin
import sta
import target

ROOT = target.ROOT
LAYOUT = ROOT / "synth/layout"
PERIOD = 5.0  # ns, as synth/technologies/ihp-sg13g2.toml
# As asic.py chooses them from the library (layout_tests.py looks).
DRIVER, OUTPUT_LOAD = "sg13g2_buf_4", 0.0119125
MACROS = [f"RM_IHPSG13_1P_{size}_bm_bist" for size in (
    "64x64_c2", "256x48_c2", "256x64_c2", "512x64_c2", "1024x8_c2", "1024x16_c2", "1024x64_c2", "2048x64_c2", "4096x8_c3", "4096x16_c3")]
RAMS = ("ram_1r1w", "ram_1rw")
# name: top module, and how full the core is to be (percent): cells only, or cells and macros
DESIGNS = {"scoreboard": ("scoreboard", 60), "nano": ("gpu", 45)}
MADE = "Made by synth/layout.py; do not edit."


class Failure(Exception):
    """What is wrong with a configuration, for the user to read."""


def sources(top):
    """The RTL, from the root; of the whole design with the memories that `make synth` composes of macros in place of the RTL's."""
    known = origin.modules(ROOT)
    names = [name for name in known if name in set(origin.used(ROOT, top))]  # in the order of the file list
    composed = bool(set(names) & set(RAMS))
    found = [str(known[name][0].relative_to(ROOT)) for name in names if name not in RAMS]
    if composed:
        found += ["build/synth/ihp-sg13g2/nano/memories.sv"]
        found += sorted(str(path.relative_to(ROOT)) for path in (ROOT / "synth/memories").glob("*.sv"))
    return found, composed


def librelane(name):
    top, utilization = DESIGNS[name]
    files, composed = sources(top)
    library = "pdk_dir::libs.ref/sg13g2_sram"
    values = {
        "DESIGN_NAME": top, "PDK": "ihp-sg13g2", "CLOCK_PORT": "clk_i", "CLOCK_PERIOD": PERIOD,
        "VERILOG_FILES": [f"dir::{file}" for file in files],
        "VERILOG_INCLUDE_DIRS": ["dir::build/layout/nano", "dir::rtl/generated", "dir::rtl/common"],
        "SYNTH_STRATEGY": "DELAY 1", "SYNTH_MUL_BOOTH": True,
        "PNR_SDC_FILE": "dir::constraints/sg13g2.sdc", "SIGNOFF_SDC_FILE": "dir::constraints/sg13g2.sdc",
        "FP_SIZING": "relative", "FP_CORE_UTIL": utilization, "PL_TARGET_DENSITY_PCT": utilization + 10,
    }
    if composed:
        values["MACROS"] = {macro: {
            "instances": {}, "gds": [f"{library}/gds/{macro}.gds"], "lef": [f"{library}/lef/{macro}.lef"],
            "lib": {"*_typ_1p20V_25C": [f"{library}/lib/{macro}_typ_1p20V_25C.lib"]}} for macro in MACROS}
        values |= {"FP_MACRO_HORIZONTAL_HALO": 20, "FP_MACRO_VERTICAL_HALO": 20}
    return json.dumps(values, indent=2) + "\n"


def openroad(name):
    top, utilization = DESIGNS[name]
    files, composed = sources(top)

    def several(words):
        return " \\\n  ".join(["", *words]).lstrip(" ")

    values = {
        "DESIGN_NICKNAME": f"heddle_{name}", "DESIGN_NAME": top, "PLATFORM": "ihp-sg13g2",
        "VERILOG_FILES": several(f"$(HEDDLE)/{file}" for file in files),
        "VERILOG_INCLUDE_DIRS": several(f"$(HEDDLE)/{folder}" for folder in ("build/layout/nano", "rtl/generated", "rtl/common")),
        "SDC_FILE": "$(HEDDLE)/constraints/sg13g2.sdc", "ABC_CLOCK_PERIOD_IN_PS": f"{1000 * PERIOD:.0f}",
        "CORE_UTILIZATION": utilization, "PLACE_DENSITY_LB_ADDON": "0.1", "TNS_END_PERCENT": 100,
    }
    if composed:
        library = "$(PDK_ROOT)/ihp-sg13g2/libs.ref/sg13g2_sram"
        values |= {
            "ADDITIONAL_LEFS": several(f"{library}/lef/{macro}.lef" for macro in MACROS),
            "ADDITIONAL_LIBS": several(f"{library}/lib/{macro}_typ_1p20V_25C.lib" for macro in MACROS),
            "ADDITIONAL_GDS": several(f"{library}/gds/{macro}.gds" for macro in MACROS),
            "MACRO_PLACE_HALO": "20 20", "SYNTH_HIERARCHICAL": 1,
        }
    lines = [f"export {variable} = {value}" for variable, value in values.items()]
    return "\n".join([f"# {MADE} HEDDLE is this repository's root, PDK_ROOT a clone of IHP-Open-PDK.", *lines, ""])


def constraints():
    """constraints/asic.sdc with the values that sta.py sets for SG13G2, in one file: what a flow reads has no other beside it."""
    values = {"period": PERIOD, "io_delay": sta.IO_DELAY * PERIOD, "setup_uncertainty": sta.SETUP_UNCERTAINTY * PERIOD,
              "hold_uncertainty": sta.HOLD_UNCERTAINTY * PERIOD, "output_load": OUTPUT_LOAD, "driver": DRIVER}
    head = [f"# {MADE} constraints/asic.sdc for a layout in SG13G2: nanoseconds, picofarads."]
    sets = [f"set {name} {value:g}" if name != "driver" else f"set {name} {value}" for name, value in values.items()]
    return "\n".join([*head, *sets, "", (ROOT / "constraints/asic.sdc").read_text(encoding="utf-8")])


def files():
    """{path: text} of all that is made."""
    found = {LAYOUT / f"librelane/{name}.json": librelane(name) for name in DESIGNS}
    found |= {LAYOUT / f"openroad/{name}.mk": openroad(name) for name in DESIGNS}
    return {**found, ROOT / "constraints/sg13g2.sdc": constraints()}


def known(path):
    """The names of a variables.txt."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in lines:
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", line) or lines.count(line) > 1:
            raise Failure(f"{path.name}: \"{line}\" is no name, or there twice")
    return set(lines)


def variables(path, content):
    """The variables that a configuration sets."""
    if path.suffix == ".json":
        return list(json.loads(content))
    return re.findall(r"(?m)^\s*(?:export\s+)?([A-Za-z_]\w*)\s*[:?]?=", content)


def validate(path, content, made=()):
    """made: files that are written with it. Failure if a variable is unknown, or a file of the repository is not there."""
    unknown = [name for name in variables(path, content) if name not in known(path.parent / "variables.txt")]
    if unknown:
        raise Failure(f"{path.name}: {path.parent.name} knows no {', '.join(unknown)}")
    for name in re.findall(r"(?:dir::|\$\(HEDDLE\)/)((?:rtl|synth|constraints)/[\w./-]+)", content):
        if not (ROOT / name).exists() and ROOT / name not in made:
            raise Failure(f"{path.name}: there is no {name}")


def main():
    parser = argparse.ArgumentParser(prog="synth/layout.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stale = []
    try:
        made = files()
        for path, content in made.items():
            if path.suffix in (".json", ".mk"):
                validate(path, content, made)
            if not path.is_file() or path.read_text(encoding="utf-8") != content:
                stale.append(str(path.relative_to(ROOT)))
                if not options.check:
                    path.write_text(content, encoding="utf-8")
    except (Failure, OSError, origin.Unknown) as failure:
        sys.exit(f"synth/layout.py: {failure}")
    if options.check and stale:
        sys.exit(f"synth/layout.py: not current: {', '.join(stale)}; run synth/layout.py")


if __name__ == "__main__":
    main()
