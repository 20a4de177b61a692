#!/usr/bin/env python3
"""The results of synthesis that reports/ keeps: makes them, and checks a change against them.

    baselines.py write --target ecp5 --config nano [--top TOP]   make synth-baseline
    baselines.py check [--target T] [--config C] [--top TOP] [--all]   make synth-check
    baselines.py state                                           what is stale; part of ci/checks

reports/kept.toml says what is kept, reports/TARGET-CONFIG.txt keeps it: a part a module, with the command, the tools, the
seeds, and the hash of the RTL (origin.py) that it was made from. A result whose hash is that of the sources is current and
is not made again. `check` makes those that are not, and fails where the clock or an area is worse by more than LIMIT.
"""

import argparse
import dataclasses
import os
import re
import subprocess
import sys
import tomllib
import types

import area
import compare
import origin
import saved
import target
import text

LIMIT = 0.05
AREAS = ("LUT", "FF", "BRAM", "DSP", "µm²")
FIELDS = ("command", "tools", "device", "seeds", "rtl", "Fmax")


class Failure(Exception):
    """What is wrong, for the user to read."""


@dataclasses.dataclass(frozen=True)
class Kept:
    """A line of kept.toml."""
    target: str
    config: str
    top: str
    seeds: int = 1
    area: bool = False
    check: bool = False

    @property
    def name(self):
        return f"{self.top} of {self.target}-{self.config}"

    def file(self, root):
        return root / "reports" / f"{self.target}-{self.config}.txt"

    def command(self):
        more = " ARGS=--area" if self.area else f" SEEDS={self.seeds}" if self.target == "ecp5" else ""
        return f"make synth TARGET={self.target} CONFIG={self.config} TOP={self.top}{more}"


def wanted(root):
    """The lines of kept.toml."""
    path = root / "reports/kept.toml"
    try:
        lines = tomllib.loads(path.read_text(encoding="utf-8"))["kept"]
        found = [Kept(**line) for line in lines]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as failure:
        raise Failure(f"reports/kept.toml: {failure}") from failure
    for kept in found:
        if found.count(kept) > 1 or sum((other.target, other.config, other.top) == (kept.target, kept.config, kept.top) for other in found) > 1:
            raise Failure(f"reports/kept.toml names {kept.name} twice")
    return found


def part(kept, report):
    """The text that is kept of a report."""
    clock = compare.fmax(report)
    seeds = " ".join(str(number) for number in sorted(seed["seed"] for seed in report.get("seeds", [])))
    values = {"command": kept.command(), "tools": "; ".join(report["tools"].values()), "device": report["device"],
              "seeds": seeds or "none", "rtl": report["rtl"],
              "Fmax": f"{clock:.1f} MHz" if clock else "not timed" if kept.area else "not placed: it does not fit"}
    return "\n".join([f"== {kept.top}", *(f"{name:8} {values[name]}" for name in FIELDS), "", *text.module_table(report), ""])


def parse(content, path):
    """{top: {"fields", "Fmax": MHz or None, "area": {column: number}, "text"}} of a kept file."""
    found = {}
    for piece in re.split(r"(?m)^== ", content)[1:]:
        top = piece.split("\n", 1)[0].strip()
        lines = piece.rstrip().splitlines()
        fields = dict(re.match(r"(\S+) +(.*)", line).groups() for line in lines[1:] if line.split(" ")[0] in FIELDS)
        missing = [name for name in FIELDS if name not in fields]
        header = next((line.split() for line in lines if line.startswith("module ")), None)
        last = lines[-1].split()
        if missing or not header or last[0] not in ("sum", "flat") or top in found:
            raise Failure(f"{path}: the part of {top} is not as make synth-baseline writes it")
        # "RAM µm²" is a column of two words; it is no area that is checked, and comes behind those that are.
        columns = [name for name in re.split(r"\s{2,}", next(line for line in lines if line.startswith("module ")))][2:]
        numbers = last[1:]
        if len(numbers) != len(columns):
            raise Failure(f"{path}: the part of {top} has {len(numbers)} numbers for {len(columns)} columns")
        clock = re.match(r"([\d.]+) MHz", fields["Fmax"])
        found[top] = {"fields": fields, "Fmax": float(clock[1]) if clock else None, "area": dict(zip(columns, map(float, numbers))),
                      "text": "== " + piece.rstrip() + "\n"}
    return found


def read(kept, root):
    """The parts of the file that a line of kept.toml belongs to; none if there is no file yet."""
    path = kept.file(root)
    return parse(path.read_text(encoding="utf-8"), path.relative_to(root)) if path.is_file() else {}


def heading(kept):
    return (f"# Results of synthesis that are kept: {kept.target}, {kept.config}. Written by\n"
            f"#   make synth-baseline TARGET={kept.target} CONFIG={kept.config}\n"
            "# make synth-check compares with them.\n")


def worse(kept, old, report):
    """[what is worse by more than the limit], and a line that says how the two differ."""
    new = {column: report["total"][column] for column in report["columns"]}
    found, told = [], []
    for column in AREAS:
        if column in new and column in old["area"]:
            before, after = old["area"][column], new[column]
            if round(after, 3) != round(before, 3):
                told.append(f"{column} {area.show(before)} -> {area.show(after)}" + (f" ({compare.percent(before, after)})" if before else ""))
            if after > before * (1 + LIMIT) and area.show(after) != area.show(before):
                found.append(told[-1])
    clock = compare.fmax(report)
    if old["Fmax"] is not None:
        line = f"Fmax {old['Fmax']:.1f} -> " + (f"{clock:.1f} MHz ({compare.percent(old['Fmax'], clock)})" if clock else "not placed")
        told.append(line)
        if clock is None or clock < old["Fmax"] * (1 - LIMIT):
            found.append(line)
    return found, ", ".join(told) or "no difference"


def options_of(kept):
    """A line of kept.toml as options of synth/run."""
    return types.SimpleNamespace(target=kept.target, config=kept.config, top=kept.top, board=None, without_gpu=False, seeds=kept.seeds,
                                 area=kept.area, jobs=os.cpu_count(), frequency=None, period=None, no_black_boxes=False, liberty=[])


def synthesize(kept, root):
    """The report of the present sources: a kept one of the same sources, or a new one."""
    options = options_of(kept)
    words = [*saved.command(root, options), "--reuse"]
    path = target.folder(root / "build/reports/synth", options) / "report.json"
    path.unlink(missing_ok=True)
    status = subprocess.run(words, check=False).returncode
    if not path.is_file():
        raise Failure(f"{kept.name}: the synthesis ended with status {status} (above)")
    report = saved.read(path)
    if report["rtl"] != origin.rtl(root, kept.config, kept.top):
        raise Failure(f"{kept.name}: the sources have changed under the synthesis")
    return report


def choose(options, root):
    """The lines of kept.toml that the options name."""
    found = [kept for kept in wanted(root) if options.target in (None, kept.target) and options.config in (None, kept.config)
             and options.top in (None, kept.top)]
    if not found:
        named = " ".join(value for value in (options.target, options.config, options.top) if value)
        raise Failure(f"reports/kept.toml has no line of {named}; there are {', '.join(kept.name for kept in wanted(root))}")
    return found


def write(options, root):
    chosen = choose(options, root)
    order = [kept.top for kept in wanted(root) if (kept.target, kept.config) == (chosen[0].target, chosen[0].config)]
    made = {kept.top: part(kept, synthesize(kept, root)) for kept in chosen}
    # Read only now: another call may have written a module's part meanwhile.
    parts = {top: old["text"] for top, old in read(chosen[0], root).items()} | made
    path = chosen[0].file(root)
    saved.write(path, "\n".join([heading(chosen[0]), *(parts[top] for top in order if top in parts)]))
    print(f"{path.relative_to(root)}: {', '.join(made)}")


def state(kept, root):
    """"current", "stale" or "missing"."""
    old = read(kept, root).get(kept.top)
    if old is None:
        return "missing"
    same = old["fields"]["rtl"] == origin.rtl(root, kept.config, kept.top) and old["fields"]["command"] == kept.command()
    return "current" if same else "stale"


def check(options, root):
    """A line a result; Failure if one is worse."""
    named = options.target or options.config or options.top
    problems, later = [], []
    for kept in choose(options, root):
        now = state(kept, root)
        if now == "current" and not options.all:
            print(f"current  {kept.name}")
        elif not kept.check and not named and not options.all:
            later.append(kept)
        elif now == "missing":
            print(f"MISSING  {kept.name}: make synth-baseline TARGET={kept.target} CONFIG={kept.config} TOP={kept.top}")
            problems.append(kept)
        else:
            report = synthesize(kept, root)
            old = read(kept, root)[kept.top]
            found, told = worse(kept, old, report)
            print(f"{'WORSE' if found else now:8} {kept.name}: {told}")
            if "; ".join(report["tools"].values()) != old["fields"]["tools"]:
                print(f"         made by {'; '.join(report['tools'].values())}; the kept one by {old['fields']['tools']}")
            problems += [kept] if found else []
    for kept in later:
        print(f"{state(kept, root):8} {kept.name}: not made here; make synth-check TARGET={kept.target} CONFIG={kept.config} TOP={kept.top}")
    if problems:
        raise Failure(f"{', '.join(kept.name for kept in problems)}: worse than reports/ by more than {100 * LIMIT:.0f} %, or not there. If that is "
                      "meant, write the new result in the same commit: make synth-baseline TARGET=... CONFIG=... TOP=...")


def show_state(_, root):
    """One line; Failure if a file is not as it should be."""
    known = {kept.file(root): [] for kept in wanted(root)}
    lines = []
    for kept in wanted(root):
        known[kept.file(root)].append(kept.top)
        now = state(kept, root)
        lines += [f"{kept.name} is {now}"] if now != "current" else []
    for path in sorted((root / "reports").glob("*.txt")):
        if path not in known:
            raise Failure(f"reports/kept.toml has no line of {path.name}")
        for top in parse(path.read_text(encoding="utf-8"), path.relative_to(root)):
            if top not in known[path]:
                raise Failure(f"{path.relative_to(root)} keeps {top}, reports/kept.toml does not")
    print("; ".join(lines) or "all are current")


def arguments(words):
    parser = argparse.ArgumentParser(prog="synth/baselines.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("write", "check", "state"):
        command = commands.add_parser(name)
        if name != "state":
            for option in ("--target", "--config"):
                command.add_argument(option, required=name == "write")
            command.add_argument("--top")
        if name == "check":
            command.add_argument("--all", action="store_true", help="also those that are current, and those not made in CI")
    return parser.parse_args(words)


def main(words=None, root=target.ROOT):
    options = arguments(words)
    try:
        {"write": write, "check": check, "state": show_state}[options.command](options, root)
    except (Failure, saved.NoReport, origin.Unknown) as failure:
        sys.exit(f"synth-{options.command}: {failure}")


if __name__ == "__main__":
    main()
