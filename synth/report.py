#!/usr/bin/env python3
"""Tables the cells of a synthesized design by module.

report.py STAT_JSON OUT: reads what Yosys' `stat -json` wrote for a design with hierarchy, writes OUT.txt (a table, the
costliest module first) and OUT.json. A module's numbers are its own cells, without those of the modules inside it,
times the number of its instances.
"""

import json
import sys
from collections import Counter
from pathlib import Path

# Columns of the table: the ECP5 cells that each counts.
COLUMNS = {
    "LUT4": ("LUT4",),
    "carry": ("CCU2C",),
    "mux": ("PFUMX", "L6MUX21"),
    "FF": ("TRELLIS_FF",),
    "LUT RAM": ("TRELLIS_DPR16X4",),
    "block RAM": ("DP16KD", "PDPW16KD"),
    "DSP": ("MULT18X18D", "ALU54B"),
}


def module_name(name):
    """Yosys' name without its escapes and parameter hash: `$paramod$1234\\fifo` is `fifo`."""
    parts = name.split("\\")
    return parts[1] if parts[0] == "$paramod" else parts[-1]


def read_modules(text):
    """The "modules" object by plain name. Only that: older versions of Yosys write a tree of plain text behind it."""
    start = text.index("{", text.index('"modules"'))
    modules, _ = json.JSONDecoder().raw_decode(text, start)
    return {name.removeprefix("\\"): module for name, module in modules.items()}


def count_instances(modules, top):
    """How often each module is there, from the cells of those above it."""
    instances = Counter()

    def visit(name):
        instances[name] += 1
        for cell, number in modules[name]["num_cells_by_type"].items():
            if cell in modules:
                for _ in range(number):
                    visit(cell)

    visit(top)
    return instances


def collect(modules, top):
    """Cells by readable module name: {name: {"instances": n, column: n, ...}}."""
    table = {}
    for name, instances in count_instances(modules, top).items():
        cells = modules[name]["num_cells_by_type"]
        row = table.setdefault(module_name(name), Counter())
        row["instances"] += instances
        for column, types in COLUMNS.items():
            row[column] += instances * sum(cells.get(cell, 0) for cell in types)
    return {name: {key: row[key] for key in ("instances", *COLUMNS)} for name, row in table.items()}


def render(table, total):
    header = ["module", "instances", *COLUMNS]
    rows = sorted(table.items(), key=lambda item: (-item[1]["LUT4"], item[0]))
    lines = [[name, *(str(row[key]) for key in header[1:])] for name, row in rows]
    lines.append(["total", "", *(str(total[column]) for column in COLUMNS)])
    widths = [max(len(line[i]) for line in [header, *lines]) for i in range(len(header))]

    def text(line):
        return "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:]))]).rstrip()

    rule = "-" * len(text(header))
    return "\n".join([text(header), rule, *map(text, lines[:-1]), rule, text(lines[-1])]) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    modules = read_modules(Path(sys.argv[1]).read_text())
    top = next(name for name in modules if module_name(name) == "gpu")
    table = collect(modules, top)
    total = {column: sum(row[column] for row in table.values()) for column in COLUMNS}
    Path(sys.argv[2] + ".txt").write_text(render(table, total))
    Path(sys.argv[2] + ".json").write_text(json.dumps({"modules": table, "total": total}, indent=2) + "\n")


if __name__ == "__main__":
    main()
