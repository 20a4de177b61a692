#!/usr/bin/env python3
"""Proves that the netlists which `make synth` maps to the ECP5 do what the RTL does, block by block. ci/equivalence starts it.

    equivalence.py [NAME ...] [--config nano] [--mutants N]

The netlist is made by the flow's own scripts. RTL and netlist become one transition system with the same inputs, in Yosys; ABC
(it comes with Yosys) proves that no output ever differs: for all times, whatever the inputs do, from a state in which the reset,
where there is one, is low in the first cycle and registers without a reset are 0. Registers need no names for that: ABC finds
itself which ones agree (dprove), or an invariant (pdr). The same with N LUTs of the netlist inverted, one at a time, must be
refuted (up to three times N are tried): that shows that the comparison can fail. tb/formal/equivalence.toml lists the blocks.
"""

import argparse
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time
import tomllib
import types

import origin
import target

ROOT = target.ROOT
LIST = ROOT / "tb/formal/equivalence.toml"
TIMEOUT = 600
# Those cells of Yosys' library that say what they do; the others' models are tb/gates' own.
MODELED = ("LUT2", "LUT4", "L6MUX21", "CCU2C", "PFUMX", "TRELLIS_DPR16X4", "TRELLIS_FF")
MODEL = """\
read_verilog -sv {include} {sources}
hierarchy -check -top {top}
proc
flatten
memory_map
opt_clean
design -stash gold
read_json {netlist}
delete =A:blackbox =A:whitebox
read_verilog -sv cells.v {blocks}
hierarchy -check -top {top}
proc
flatten
memory_map
opt_clean
design -stash gate
design -copy-from gold -as gold {top}
design -copy-from gate -as gate {top}
miter -equiv gold gate miter
read_verilog -formal -sv harness.sv
hierarchy -check -top harness
proc
flatten
setattr -unset init w:*
opt_clean
setundef -undriven -init -zero
async2sync
dffunmap
simplemap
opt_expr
opt_merge
opt_clean
techmap
opt_clean
abc -g AND -fast
opt_clean
write_aiger -zinit -no-startoffset {name}.aig
"""
# The reset is low in the first cycle, and outputs are compared behind it.
HARNESS = """\
module harness({declared});
  reg started = 0;
  always @(posedge clk) started <= 1;
  wire trigger;
  miter miter({connected}, .trigger(trigger));
  always @* assert (!started || !trigger);
endmodule
"""
TRIES = 3
ENGINES = ("dprove", "pdr")
CLOCKS, RESETS = ("clk_i", "aclk"), ("rst_ni", "aresetn")


class Failure(Exception):
    """What is wrong, for the user to read."""


def blocks():
    try:
        return tomllib.loads(LIST.read_text(encoding="utf-8"))["blocks"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as failure:
        raise Failure(f"{LIST.relative_to(ROOT)}: {failure}") from failure


def yosys(script, folder, name):
    """Whether Yosys ran the script to its end; the log."""
    (folder / f"{name}.ys").write_text(script, encoding="utf-8")
    try:
        run = subprocess.run(["yosys", "-q", "-l", f"{name}.log", f"{name}.ys"], cwd=folder, capture_output=True, text=True,
                             timeout=TIMEOUT, check=False)
    except FileNotFoundError as failure:
        raise Failure("there is no yosys; ci/setup-synthesis gets it") from failure
    except subprocess.TimeoutExpired as failure:
        raise Failure(f"no answer in {TIMEOUT} s ({folder / name}.log)") from failure
    return run.returncode == 0, run.stdout + run.stderr


def must(script, folder, name):
    good, said = yosys(script, folder, name)
    if not good:
        raise Failure((said.strip().splitlines() or ["Yosys failed"])[-1] + f" ({folder / name}.log)")


def cells(library):
    """The models of Yosys' library that are taken, without their times."""
    found = []
    for name in MODELED:
        match = re.search(rf"(?ms)^module {name}\s*\(.*?^endmodule", library)
        if not match:
            raise Failure(f"Yosys' library of the ECP5 has no {name}")
        found.append(re.sub(r"(?s)\bspecify\b.*?\bendspecify\b", "", match[0]))
    return "\n".join(found) + "\n"


def library():
    """The text of ecp5/cells_sim.v of the Yosys that runs."""
    program = pathlib.Path(shutil.which("yosys") or "yosys").resolve()
    path = program.parent.parent / "share/yosys/ecp5/cells_sim.v"
    if not path.is_file():
        raise Failure(f"there is no {path}, the ECP5's cells of {program}")
    return path.read_text(encoding="utf-8")


def make(top, config, folder):
    """The netlist, and the script that loads RTL and netlist."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, ROOT / "configs/generate.py", ROOT / "configs" / f"{config}.toml", folder / "heddle_config.svh"],
                   check=True, stdout=subprocess.DEVNULL)
    known = origin.modules(ROOT)
    names = origin.used(ROOT, top)
    sources = [str(known[name][0]) for name in ["heddle_pkg", *(name for name in names if name != "heddle_pkg")]]
    include = f"-I{folder} -I{ROOT}/rtl/generated -I{ROOT}/rtl/common"
    scripts = target.scripts("ecp5", folder, types.SimpleNamespace(area=False), {"TOP": top})
    must(f"read_verilog -sv {include} {' '.join(sources)}\n" + scripts.replace("; ", "\n") + "\n", folder, "synthesis")
    (folder / "cells.v").write_text(cells(library()), encoding="utf-8")
    return {"include": include, "sources": " ".join(sources), "top": top, "blocks": ROOT / "tb/gates/ecp5_blocks.v"}


def luts(netlist, top):
    """The LUTs of a netlist that can be changed, in an order that only depends on the netlist."""
    return sorted(name for name, cell in netlist["modules"][top]["cells"].items() if cell["type"] == "LUT4")


def changed(netlist, top, name):
    """The netlist with one LUT inverted."""
    other = json.loads(json.dumps(netlist))
    parameters = other["modules"][top]["cells"][name]["parameters"]
    parameters["INIT"] = "".join("10"[int(bit)] if bit in "01" else bit for bit in parameters["INIT"].strip())
    return other


def harness(ports):
    """The module around both sides, for a block with these ports of the netlist."""
    inputs = [(name, len(port["bits"])) for name, port in ports.items() if port["direction"] == "input"]
    declared = ["input clk", *(f"input [{width - 1}:0] {name}" for name, width in inputs if name not in CLOCKS)]
    values = {name: "clk" if name in CLOCKS else f"{name} & started" if name in RESETS else name for name, _ in inputs}
    return HARNESS.format(declared=", ".join(declared), connected=", ".join(f".in_{name}({value})" for name, value in values.items()))


def verdict(said):
    """True: proved, False: refuted, None: neither."""
    if re.search(r"was asserted in frame|not equivalent|SATISFIABLE(?<!UNSATISFIABLE)", said):
        return False
    return True if re.search(r"Property proved|Networks are equivalent|UNSATISFIABLE", said) else None


def solve(values, netlist, name, folder):
    """The verdict on a netlist."""
    must(MODEL.format(**values, netlist=netlist, name=name), folder, name)
    for engine in ENGINES:
        with open(folder / f"{name}-{engine}.log", "w", encoding="utf-8") as log:
            try:
                subprocess.run(["yosys-abc", "-c", f"read_aiger {name}.aig; strash; {engine}"], cwd=folder, stdout=log, stderr=log,
                               timeout=TIMEOUT, check=False)
            except subprocess.TimeoutExpired:
                continue
        found = verdict((folder / f"{name}-{engine}.log").read_text(encoding="utf-8", errors="replace"))
        if found is not None:
            return found
    raise Failure(f"ABC has no answer ({folder / name}-*.log)")


def prove(name, config, mutants, folder):
    """What is proved, in words; Failure if something is not."""
    values = make(name, config, folder)
    netlist = json.loads((folder / "netlist.json").read_text(encoding="utf-8"))
    (folder / "harness.sv").write_text(harness(netlist["modules"][name]["ports"]), encoding="utf-8")
    if not solve(values, "netlist.json", "proof", folder):
        raise Failure(f"the netlist differs from the RTL ({folder}/proof-*.log)")
    candidates = luts(netlist, name)
    if len(candidates) < mutants:
        raise Failure(f"the netlist has {len(candidates)} LUTs, too few for {mutants} mutants")
    # One that is proved equivalent, too, is no failure: a counter of which only the zero is seen may count in another order.
    refuted, tried = 0, 0
    for lut in sorted(candidates, key=lambda name: hashlib.sha256(name.encode()).digest())[:TRIES * mutants]:
        if refuted == mutants:
            break
        (folder / f"mutant{tried}.json").write_text(json.dumps(changed(netlist, name, lut)), encoding="utf-8")
        refuted += not solve(values, f"mutant{tried}.json", f"mutant{tried}", folder)
        tried += 1
    if refuted < mutants:
        raise Failure(f"of {tried} netlists with a LUT inverted {refuted} are refuted")
    flip_flops = sum(cell["type"] == "TRELLIS_FF" for cell in netlist["modules"][name]["cells"].values())
    return f"{len(candidates)} LUTs, {flip_flops} flip-flops; {refuted} of {tried} mutants refuted"


def main():
    parser = argparse.ArgumentParser(prog="ci/equivalence", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--config", default="nano", help="a design point of configs/ (default: nano)")
    parser.add_argument("--mutants", type=int, default=2, help="LUTs to change, one at a time (default: 2)")
    options = parser.parse_args()
    try:
        known = blocks()
        unknown = set(options.names) - set(known)
        if unknown:
            raise Failure(f"no block {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        if not (ROOT / "configs" / f"{options.config}.toml").is_file():
            raise Failure(f"there is no configs/{options.config}.toml")
        if options.mutants < 0:
            raise Failure("--mutants is at least 0")
    except Failure as failure:
        sys.exit(f"equivalence: {failure}")
    failed, width = 0, max(map(len, known))
    for name in options.names or known:
        begin = time.monotonic()
        try:
            said = "equivalent: " + prove(name, options.config, options.mutants, ROOT / "build/equivalence" / options.config / name)
        except (Failure, origin.Unknown) as failure:
            said, failed = f"FAILED: {failure}", failed + 1
        print(f"{name:{width}} {time.monotonic() - begin:6.1f} s  {said}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
