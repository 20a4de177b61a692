#!/usr/bin/env python3
"""From the RTL to a report: Yosys, nextpnr with several seeds, ecppack. synth/run is the way to start it.

    flow.py [--target ecp5] [--config nano] [--top gpu | --board ulx3s] [--seeds N] [--jobs N]

Netlist, logs, bitstream: build/synth/TARGET/CONFIG. Report: build/reports/synth/TARGET/CONFIG. With a top module of
its own, in a folder TOP below these.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

import area
import harness
import names
import page
import progress
import text
import timing

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What the device has, by the columns of area.py. nextpnr knows it, too, but says it only of a design that fits.
ECP5 = {
    "device": "LFE5U-85F", "package": "CABGA381", "speed": 6, "frequency": 100,
    "available": {"LUT": 83640, "FF": 83640, "BRAM": 208, "DSP": 156},
}
# Boards with such a device: the top module, whose ports are its pins.
BOARDS = {"ulx3s": "ulx3s_top"}


def arguments():
    parser = argparse.ArgumentParser(prog="synth/run")
    parser.add_argument("--target", default="ecp5", choices=["ecp5"])
    parser.add_argument("--config", default="nano", help="a design point of configs/ (default: nano)")
    parser.add_argument("--top", default="gpu", help="synthesize this module alone (default: gpu, all)")
    parser.add_argument("--board", choices=BOARDS, help="synthesize this board, with its pins (constraints/BOARD.lpf)")
    parser.add_argument("--seeds", type=int, default=1, help="placements, seeds 1 to N (default: 1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="placements at once (default: one a core)")
    result = parser.parse_args()
    if not (ROOT / "configs" / f"{result.config}.toml").is_file():
        parser.error(f"there is no configs/{result.config}.toml")
    if result.board:
        if result.top != "gpu":
            parser.error("--board has a top module of its own")
        result.top = BOARDS[result.board]
    if not list(ROOT.glob(f"rtl/**/{result.top}.sv")):
        parser.error(f"there is no module {result.top}")
    if result.seeds < 1 or result.jobs < 1:
        parser.error("--seeds and --jobs are at least 1")
    return result


def version(*command):
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    return (output.stdout + output.stderr).strip().splitlines()[0]


def sources():
    lists = ("rtl/filelist.f", "rtl/board/filelist.f")
    lines = [line for name in lists for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    return [str(ROOT / line) for line in lines if line.endswith(".sv")]


def yosys_job(work, top):
    script = (ROOT / "synth/ecp5.ys").read_text(encoding="utf-8").replace("@TOP@", top)
    (work / "ecp5.ys").write_text(script, encoding="utf-8")
    command = ["yosys", "-q", "-l", str(work / "yosys.log"), "-p",
               "read_verilog -lib +/ecp5/cells_bb.v; "
               f"read_verilog -sv -I{work} -I{ROOT}/rtl/generated -I{ROOT}/rtl/common {' '.join(sources())}; "
               "script ecp5.ys; write_json netlist.json"]
    return ("Yosys", command, work / "yosys.log", work)


def nextpnr_job(work, seed, board):
    folder = work / f"seed{seed}"
    folder.mkdir(exist_ok=True)
    command = ["nextpnr-ecp5", "--85k", "--package", ECP5["package"], "--speed", str(ECP5["speed"]),
               "--timing-allow-fail", "--seed", str(seed), "--textcfg", "placed.config",
               "--report", "report.json", "--detailed-timing-report", "-q", "--log", "nextpnr.log"]
    if board:
        command += ["--json", str(work / "netlist.json"), "--lpf", str(ROOT / f"constraints/{board}.lpf")]
    else:
        command += ["--json", str(work / "harness.json"), "--freq", str(ECP5["frequency"]), "--lpf-allow-unconstrained"]
    return (f"nextpnr, seed {seed}", command, folder / "nextpnr.log", folder)


def short(command):
    """A command as a person would type it from the repository's root."""
    words = [re.sub(r"\s+", " ", word.replace(f"{ROOT}/", "")) for word in command]
    return " ".join(f"'{word}'" if " " in word else word for word in words)


def synthesize(work, top):
    """The command, the cells of the flat design, the tree of its modules, and memories without a RAM."""
    job = yosys_job(work, top)
    progress.run([job], 1)
    flat = area.cells_of(area.read(work / "flat.json")[top])
    tree = area.tree(area.read(work / "modules.json"), top)
    log = (work / "yosys.log").read_text(encoding="utf-8", errors="replace")
    return short(job[1]), flat, tree, area.flip_flop_memories(log)


def place(work, options):
    """A dictionary a seed, the fastest first, and the command of one."""
    top = options.top
    todo = [nextpnr_job(work, seed, options.board) for seed in range(1, options.seeds + 1)]
    netlist = json.loads((work / "netlist.json").read_text(encoding="utf-8"))
    if not options.board:
        harness.wrap(netlist["modules"][top])
        (work / "harness.json").write_text(json.dumps(netlist), encoding="utf-8")
    cell_names = names.Names(netlist["modules"][top], str(ROOT))
    results = []
    for seed, seconds in enumerate(progress.run(todo, options.jobs), 1):
        report = json.loads((work / f"seed{seed}/report.json").read_text(encoding="utf-8"))
        paths = sorted((timing.describe(path, cell_names) for path in timing.clock_paths(report)),
                       key=lambda path: -(path["logic"] + path["routing"]))
        results.append({
            "seed": seed, "seconds": round(seconds), "fmax": timing.fmax(report), "path": paths[0],
            "slow_registers": timing.slow_registers(report, cell_names)[:40],
            "utilization": timing.utilization(report, ("TRELLIS_COMB", "TRELLIS_FF", "DP16KD", "MULT18X18D")),
        })
    return sorted(results, key=lambda result: -result["fmax"]), short(todo[0][1])


def main():
    options = arguments()
    work = ROOT / "build/synth" / options.target / options.config
    out = ROOT / "build/reports/synth" / options.target / options.config
    if options.top != "gpu":
        work, out = work / options.top, out / options.top
    work.mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    print(f"synth: {options.top} of {options.config} on {ECP5['device']}-{ECP5['speed']}, {options.seeds} placement(s)", flush=True)
    subprocess.run([sys.executable, ROOT / "configs/generate.py", ROOT / "configs" / f"{options.config}.toml",
                    work / "heddle_config.svh"], check=True)
    revision = version("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    try:
        yosys_command, total, tree, memories = synthesize(work, options.top)
        result = {
            "config": options.config, "top": options.top, **ECP5, "target": options.target,
            "revision": revision,
            "tools": {"yosys": version("yosys", "-V"), "nextpnr": version("nextpnr-ecp5", "--version"),
                      "ecppack": version("ecppack", "--version")},
            "commands": [yosys_command], "total": total, "modules": area.by_module(tree), "tree": tree,
            "flip_flop_memories": memories, "seeds": [],
            "fits": all(total[column] <= number for column, number in ECP5["available"].items()),
        }
        if result["fits"]:
            result["seeds"], command = place(work, options)
            best = result["seeds"][0]["seed"]
            pack = ["ecppack", "--compress", str(work / f"seed{best}/placed.config"),
                    str(work / f"{options.top}.bit")]
            progress.run([("ecppack", pack, work / "ecppack.log", work)], 1)
            result["commands"] += [command, short(pack)]
    except progress.StepFailed as failure:
        sys.exit(f"synth: {failure}")
    (out / "report.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (out / "report.txt").write_text(text.render(result), encoding="utf-8")
    (out / "report.html").write_text(page.render(result), encoding="utf-8")
    print(text.summary(result))
    print(f"report: {(out / 'report.html').relative_to(ROOT)} (.txt, .json)")
    if not result["fits"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
