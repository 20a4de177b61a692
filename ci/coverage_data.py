"""Coverage data of lockstep runs: Verilator's points and the functional bins, added up. For ci/coverage."""
import collections
import json
import os
import pathlib
import re

KINDS = ("line", "branch", "toggle")
TARGETS = {"line": 98.0, "branch": 95.0, "functional": 95.0}  # percent

Point = collections.namedtuple("Point", "kind module file line column comment lines")


def write_atomically(path, text):
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    os.replace(partial, path)


def percent(hit, total):
    return 100 * hit / total if total else 100.0


class Group:
    """A group of bins.tsv."""

    def __init__(self):
        self.hits, self.reasons = collections.Counter(), {}

    def add(self, name, hits, reason):
        self.hits[name] += hits
        self.reasons[name] = reason

    @property
    def possible(self):
        return [name for name in self.hits if not self.reasons[name]]

    @property
    def unhit(self):
        return [name for name in self.possible if not self.hits[name]]

    @property
    def impossible_hit(self):
        return [name for name in self.hits if self.reasons[name] and self.hits[name]]

    def count(self):
        return len(self.possible) - len(self.unhit), len(self.possible)


class Coverage:
    """Sums over all instances of a module, all programs and configurations."""

    def __init__(self, folders):
        self.points, self.groups = collections.Counter(), collections.defaultdict(Group)
        for folder in folders:
            for path in sorted(pathlib.Path(folder).glob("*.dat")):
                self._add_points(path)
            for path in sorted(pathlib.Path(folder).glob("*.bins")):
                self._add_bins(path)
        if not self.points:
            raise SystemExit("no coverage data: run ci/coverage without --no-run first")
        self.counts = collections.defaultdict(lambda: [0, 0])  # (module, kind): hit, all
        for point, hits in self.points.items():
            for module in (point.module, "all"):
                self.counts[module, point.kind][0] += hits > 0
                self.counts[module, point.kind][1] += 1
        self.modules = sorted({point.module for point in self.points})

    def _add_points(self, path):
        """A line of Verilator's format: C 'keys and values' count."""
        with path.open() as file:
            for line in file:
                match = re.fullmatch(r"C '(.*)' (\d+)\n", line)
                if not match:
                    continue
                keys = dict(part.split("\x02", 1) for part in match[1].split("\x01") if "\x02" in part)
                kind, _, module = keys["page"].partition("/")
                kind = kind.removeprefix("v_")
                if kind not in KINDS or "rtl" not in pathlib.Path(keys["f"]).parts:
                    continue
                module = re.sub(r"__[A-Z0-9_a-z]*$", "", module)  # of one set of parameters
                name = keys["f"][keys["f"].rindex("rtl/"):]
                self.points[Point(kind, module, name, int(keys["l"]), int(keys.get("n", 0)), keys.get("o", ""),
                                  keys.get("S", ""))] += int(match[2])

    def _add_bins(self, path):
        with path.open() as file:
            for line in file:
                group, name, hits, reason = line.rstrip("\n").split("\t")
                self.groups[group].add(name, int(hits), reason)

    def functional(self):
        counts = [group.count() for group in self.groups.values()]
        return sum(hit for hit, _ in counts), sum(total for _, total in counts)

    def totals(self):
        """Kind: hit, all."""
        return {**{kind: tuple(self.counts["all", kind]) for kind in KINDS}, "functional": self.functional()}

    def missed_points(self, module):
        return sorted(point for point, hits in self.points.items() if point.module == module and not hits)

    def missed(self, name):
        if name in self.groups:
            return self.groups[name].unhit
        if name not in self.modules:
            raise SystemExit(f"there is no module and no group {name}; groups: {', '.join(self.groups)}")
        return [f"{point.file}:{point.line}: {point.kind} {point.comment}" for point in self.missed_points(name)]

    def table(self):
        def row(name, cells):
            texts = [f"{hit}/{total} {percent(hit, total):5.1f} %" if total else "-" for hit, total in cells]
            return f"{name:32}" + "".join(f"{text:>22}" for text in texts)

        lines = [f"{'module':32}" + "".join(f"{kind:>22}" for kind in KINDS)]
        for module in [*self.modules, "all"]:
            lines.append(row(module, [self.counts.get((module, kind), (0, 0)) for kind in KINDS]))
        lines += ["", f"{'functional coverage':32}{'bins':>22}"]
        for name, group in sorted(self.groups.items()):
            lines.append(row(name, [group.count()]))
        return "\n".join([*lines, row("all", [self.functional()])])

    def problems(self):
        texts = []
        for kind, (hit, total) in self.totals().items():
            if percent(hit, total) < TARGETS.get(kind, 0):
                texts.append(f"{kind}: {percent(hit, total):.2f} %, the target is {TARGETS[kind]} %")
        for name, group in self.groups.items():
            texts += [f"{name}: {each}: hit, but excluded: {group.reasons[each]}" for each in group.impossible_hit]
        return texts

    def json(self):
        def counts(hit, total):
            return {"hit": hit, "total": total, "percent": round(percent(hit, total), 3)}

        return json.dumps({
            "targets": TARGETS,
            "totals": {kind: counts(*pair) for kind, pair in self.totals().items()},
            "problems": self.problems(),
            "modules": {module: {kind: counts(*self.counts[module, kind]) for kind in KINDS
                                 if (module, kind) in self.counts} for module in self.modules},
            "groups": {name: {**counts(*group.count()), "unhit": group.unhit}
                       for name, group in sorted(self.groups.items())},
        }, indent=1) + "\n"
