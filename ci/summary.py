#!/usr/bin/env python3
"""Prints the figures of a run: ci/summary.py FOLDER [RESULT], where report.json is; RESULT: what the program said."""

import json
import pathlib
import sys


def line(name, value):
    print(f"  {name:<22}{value}")


def hottest(launches, lanes):
    """The code with the most instructions, and how well issue slots were used while four warps or more were in it."""
    pieces = [piece for launch in launches for piece in launch.get("hot_code", []) if piece["crowded_cycles"]]
    if not pieces:
        return []
    piece = max(pieces, key=lambda piece: piece["instructions"])
    return [{**piece, "use": 100 * piece["crowded_instructions"] * (32 / lanes) / piece["crowded_cycles"]}]


def main():
    folder = pathlib.Path(sys.argv[1])
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    launches = report["launches"]

    def total(key):
        return sum(launch[key] for launch in launches)

    cycles, compared = total("cycles"), total("cycles_compared")
    accesses = total("global_accesses")
    slots = cycles / (32 / report["lanes"])
    print(f"{report['device']}, configuration {report['config']}, launches: {len(launches)}")
    if len(sys.argv) > 2:
        line("result", sys.argv[2])
    line("clock cycles", f"{cycles:,}")
    line("warp instructions", f"{total('instructions'):,} ({total('instructions') / max(cycles, 1):.3f} a cycle)")
    line("issue slots", f"{100 * total('instructions') / max(slots, 1):.1f} % in use")
    for piece in hottest(launches, report["lanes"]):
        line("  in the hottest code", f"{piece['use']:.1f} % ({piece['first_pc']:#x} to {piece['last_pc']:#x}, "
                                        f"{100 * piece['instructions'] / total('instructions'):.0f} % of the instructions)")
    line("active threads", f"{total('thread_instructions') / max(total('instructions'), 1):.1f} of 32 an instruction")
    line("global memory", f"{accesses:,} accesses, {total('global_lines') / max(accesses, 1):.2f} lines each, "
                          f"{total('global_line_bytes'):,} bytes moved")
    if total("global_bytes"):
        line("coalescing", f"{total('global_bytes'):,} bytes asked for, "
                           f"{100 * total('global_bytes') / max(total('global_line_bytes'), 1):.1f} % of the bytes moved")
    line("shared memory", f"{total('shared_rows'):,} rows, {total('bank_conflict_passes'):,} extra passes for conflicts")
    if compared:
        line("lockstep", f"{compared:,} cycles compared, differences: {total('differences')}")
        line("speed", f"RTL {compared / max(total('rtl_seconds'), 1e-9) / 1e3:,.1f} kHz, "
                      f"golden model {compared / max(total('model_seconds'), 1e-9) / 1e3:,.1f} kHz "
                      f"(from one cycle in {report['timed_cycle']})")
    else:
        line("speed", f"{cycles / max(total('seconds'), 1e-9) / 1e3:,.1f} kHz")
    line("", f"{total('thread_instructions') / max(total('seconds'), 1e-9):,.0f} thread instructions a second in all")
    line("report", folder / "report.html")


if __name__ == "__main__":
    main()
