#!/usr/bin/env python3
"""From the RTL to a report, for a target: an FPGA or a standard-cell technology. synth/run is the way to start it.

    flow.py [--target ecp5] [--config nano] [--top gpu | --board ulx3s [--without-gpu]] [--seeds N] [--jobs N] [--liberty PATH ...] [--period NS]

Netlist, logs, bitstream: build/synth/TARGET/CONFIG. Report: build/reports/synth/TARGET/CONFIG. With a top module of
its own, in a folder TOP below these.
"""

import argparse
import json
import os
import subprocess
import sys

import area
import asic
import ecp5
import liberty
import libraries
import page
import progress
import sta
import target
import text

ROOT = target.ROOT


def arguments(words=None):
    parser = argparse.ArgumentParser(prog="synth/run")
    parser.add_argument("--target", default="ecp5", choices=["ecp5", *libraries.names()])
    parser.add_argument("--config", default="nano", help="a design point of configs/ (default: nano)")
    parser.add_argument("--top", default="gpu", help="synthesize this module alone (default: gpu, all)")
    fpga = parser.add_argument_group("FPGA")
    fpga.add_argument("--board", choices=ecp5.BOARDS, help="synthesize this board, with its pins (constraints/BOARD.lpf)")
    fpga.add_argument("--without-gpu", action="store_true", help="what is beside the GPU on the board: flip-flops in its place")
    fpga.add_argument("--frequency", type=float, help="MHz that the placement aims at (default: 100; a board: what it has)")
    fpga.add_argument("--seeds", type=int, default=1, help="placements, seeds 1 to N (default: 1)")
    fpga.add_argument("--jobs", type=int, default=os.cpu_count(), help="placements at once (default: one a core)")
    cells = parser.add_argument_group("standard cells")
    cells.add_argument("--liberty", nargs="+", default=[], metavar="PATH", help="the library's files, or the folder that has them")
    cells.add_argument("--period", type=float, help="the clock's period in ns (default: the technology's)")
    result = parser.parse_args(words)
    if not (ROOT / "configs" / f"{result.config}.toml").is_file():
        parser.error(f"there is no configs/{result.config}.toml")
    if result.without_gpu and not result.board:
        parser.error("--without-gpu is for a board")
    if result.board:
        if result.top != "gpu":
            parser.error("--board has a top module of its own")
        if result.target != "ecp5":
            parser.error("--board is for the ECP5")
        result.top = ecp5.BOARDS[result.board]
    if not list(ROOT.glob(f"rtl/**/{result.top}.sv")):
        parser.error(f"there is no module {result.top}")
    if result.seeds < 1 or result.jobs < 1:
        parser.error("--seeds and --jobs are at least 1")
    if result.frequency is not None and result.frequency <= 0:
        parser.error("--frequency is more than 0")
    if result.period is not None and result.period <= 0:
        parser.error("--period is more than 0")
    return result


def main():
    options = arguments()
    flow = ecp5 if options.target == "ecp5" else asic
    try:
        technology = flow.prepare(options)
        work = ROOT / "build/synth" / options.target / options.config
        out = ROOT / "build/reports/synth" / options.target / options.config
        if options.top != "gpu":
            work, out = work / options.top, out / options.top
        if options.without_gpu:
            work, out = work / "without_gpu", out / "without_gpu"
        work.mkdir(parents=True, exist_ok=True)
        out.mkdir(parents=True, exist_ok=True)
        print(f"synth: {options.top} of {options.config} on {options.target}", flush=True)
        subprocess.run([sys.executable, ROOT / "configs/generate.py", ROOT / "configs" / f"{options.config}.toml",
                        work / "heddle_config.svh"], check=True)
        revision = target.version("git", "-C", str(ROOT), "describe", "--always", "--dirty")
        result = {"config": options.config, "top": options.top, "target": options.target, "revision": revision,
                  **flow.run(options, work, technology)}
    except (progress.StepFailed, libraries.Missing, liberty.LibertyError, sta.ReportError) as failure:
        sys.exit(f"synth: {failure}")
    result["modules"] = area.by_module(result["tree"])
    (out / "report.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "report.txt").write_text(text.render(result), encoding="utf-8")
    (out / "report.html").write_text(page.render(result), encoding="utf-8")
    print(text.summary(result))
    print(f"report: {(out / 'report.html').relative_to(ROOT)} (.txt, .json)")
    if not result["fits"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
