#!/usr/bin/env python3
"""From the RTL to a report, for a target: an FPGA or a standard-cell technology. synth/run is the way to start it.

    flow.py [--target ecp5] [--config nano] [--top gpu | --board ulx3s [--without-gpu]] [--seeds N] [--jobs N] [--liberty PATH ...] [--period NS]
            [--area] [--reuse] [--compare BASE]

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
import compare
import ecp5
import liberty
import libraries
import origin
import page
import progress
import saved
import sta
import target
import text

ROOT = target.ROOT


def arguments(words=None):
    parser = argparse.ArgumentParser(prog="synth/run")
    parser.add_argument("--target", default="ecp5", choices=["ecp5", *libraries.names()])
    parser.add_argument("--config", default="nano", help="a design point of configs/ (default: nano)")
    parser.add_argument("--top", default="gpu", help="synthesize this module alone (default: gpu, all)")
    parser.add_argument("--area", action="store_true", help="the tables by module alone: neither netlist nor timing")
    parser.add_argument("--reuse", action="store_true", help="take the kept report if there is one of the same sources and tools")
    parser.add_argument("--compare", metavar="BASE", help="a commit or a report.json to compare with; implies --reuse")
    fpga = parser.add_argument_group("FPGA")
    fpga.add_argument("--board", choices=ecp5.BOARDS, help="synthesize this board, with its pins (constraints/BOARD.lpf)")
    fpga.add_argument("--without-gpu", action="store_true", help="what is beside the GPU on the board: flip-flops in its place")
    fpga.add_argument("--frequency", type=float, help="MHz that the placement aims at (default: 100; a board: what it has)")
    fpga.add_argument("--seeds", type=int, default=1, help="placements, seeds 1 to N (default: 1)")
    fpga.add_argument("--jobs", type=int, default=os.cpu_count(), help="placements at once (default: one a core)")
    cells = parser.add_argument_group("standard cells")
    cells.add_argument("--liberty", nargs="+", default=[], metavar="PATH", help="the library's files, or the folder that has them")
    cells.add_argument("--no-black-boxes", action="store_true", help="memories of macros or flip-flops alone, as a layout needs them")
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


def synthesize(options, flow, technology):
    """The report of a new run."""
    work = target.folder(ROOT / "build/synth", options)
    work.mkdir(parents=True, exist_ok=True)
    (work / "mapped.from").unlink(missing_ok=True)
    print(f"synth: {options.top} of {options.config} on {options.target}", flush=True)
    subprocess.run([sys.executable, ROOT / "configs/generate.py", ROOT / "configs" / f"{options.config}.toml",
                    work / "heddle_config.svh"], check=True)
    revision = target.version("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    result = {"config": options.config, "top": options.top, "target": options.target, "revision": revision,
              "rtl": origin.rtl(ROOT, options.config, options.top), "area_only": options.area,
              **flow.run(options, work, technology)}
    result["modules"] = area.by_module(result["tree"])
    if (work / "mapped.il").is_file():
        (work / "mapped.from").write_text(f"{result['rtl']} {origin.flow(ROOT)}\n", encoding="utf-8")
    return result


def report(options):
    """The report of a new run, or the kept one of the same sources and tools."""
    flow = ecp5 if options.target == "ecp5" else asic
    technology = flow.prepare(options)
    kept = saved.find(options, flow.tools(options), ROOT) if options.reuse or options.compare else None
    if kept:
        print(f"synth: {options.top} of {options.config} on {options.target}: kept from {kept['revision']}", flush=True)
        return kept
    # Sources that change under a run would be kept under another key than they were read with.
    before = saved.key(ROOT, options)
    result = synthesize(options, flow, technology)
    origin.modules.cache_clear()
    if saved.key(ROOT, options) == before:
        saved.save(result, options, ROOT)
    return result


def main():
    options = arguments()
    out = target.folder(ROOT / "build/reports/synth", options)
    try:
        if options.compare:
            saved.commit_of(options.compare)  # a wrong name is told before the synthesis
        result = report(options)
        base = saved.base(options.compare, options, result["tools"]) if options.compare else None
    except (progress.StepFailed, libraries.Missing, liberty.LibertyError, sta.ReportError, saved.NoReport, origin.Unknown) as failure:
        sys.exit(f"synth: {failure}")
    found = compare.difference(base, result) if base else None
    out.mkdir(parents=True, exist_ok=True)
    saved.write(out / "report.json", json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    saved.write(out / "report.txt", text.render(result) + ("\n" + "\n".join(compare.lines(found)) + "\n" if found else ""))
    saved.write(out / "report.html", page.render(result, compare.section(found) if found else ""))
    print("\n".join(compare.lines(found)) if found else text.summary(result))
    print(f"report: {(out / 'report.html').relative_to(ROOT)} (.txt, .json)")
    if not result["fits"] and not options.compare:
        sys.exit(1)


if __name__ == "__main__":
    main()
