"""Tables the cells of a synthesized design, from what Yosys' `stat -json` wrote."""

import json
import pathlib
import re

# The columns of the tables: the ECP5 cells that each counts and how many. "LUT" are all sites of a LUT4, those that
# carry chains and LUT RAM take included; nextpnr counts these as TRELLIS_COMB.
COLUMNS = {
    "LUT": {"LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 4},
    "carry": {"CCU2C": 2},
    "LUT RAM": {"TRELLIS_DPR16X4": 4},
    "FF": {"TRELLIS_FF": 1},
    "BRAM": {"DP16KD": 1, "PDPW16KD": 1},
    "DSP": {"MULT18X18D": 1, "ALU54B": 1},
}


def module_name(name):
    """Yosys' name without its escapes and parameter hash: `$paramod$1234\\fifo` is `fifo`."""
    parts = name.lstrip("\\").split("\\")
    return parts[1] if parts[0].startswith("$paramod") else parts[-1]


def read(path):
    """The modules of a stat -json file by plain name: {module: {cell type: number}}."""
    modules = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["modules"]
    return {name.removeprefix("\\"): module["num_cells_by_type"] for name, module in modules.items()}


def cells_of(types, times=1):
    return {column: times * sum(weight * types.get(cell, 0) for cell, weight in weights.items())
            for column, weights in COLUMNS.items()}


def tree(modules, name, instances=1):
    """A module and those inside it, all instances of a parent's together.

    {"module", "instances", "own": cells without those of the children, "total": with them, "children": [...]}
    """
    types = modules[name]
    children = [tree(modules, child, instances * number) for child, number in types.items() if child in modules]
    own = cells_of(types, instances)
    total = {column: own[column] + sum(child["total"][column] for child in children) for column in COLUMNS}
    return {"module": module_name(name), "instances": instances, "own": own, "total": total, "children": children}


def walk(node):
    yield node
    for child in node["children"]:
        yield from walk(child)


def by_module(root):
    """{module: {"instances": n, column: cells of its own}}, the largest first."""
    table = {}
    for node in walk(root):
        row = table.setdefault(node["module"], {"instances": 0, **dict.fromkeys(COLUMNS, 0)})
        row["instances"] += node["instances"]
        for column, number in node["own"].items():
            row[column] += number
    return dict(sorted(table.items(), key=lambda item: (-item[1]["LUT"], item[0])))


def flip_flop_memories(log):
    """Memories that became flip-flops and multiplexers, from Yosys' log, as module.name."""
    found = re.findall(r"using FF mapping for memory (\S+)", log)
    return sorted({module_name(name) for name in found if "$auto$proc_rom" not in name})
