"""Tables the cells of a synthesized design, from what Yosys' `stat -json` wrote.

What is counted is a target's: {column: {cell type: how much of it}}. The first column is the area.
"""

import json
import pathlib
import re


def module_name(name):
    """Yosys' name without its escapes and parameter hash: `$paramod$1234\\fifo` is `fifo`."""
    parts = name.lstrip("\\").split("\\")
    return parts[1] if parts[0].startswith("$paramod") else parts[-1]


def read(path):
    """The modules of a stat -json file by plain name: {module: {cell type: number}}."""
    modules = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["modules"]
    return {name.removeprefix("\\"): module["num_cells_by_type"] for name, module in modules.items()}


def cells_of(types, columns, times=1):
    return {column: times * sum(weight * types.get(cell, 0) for cell, weight in weights.items())
            for column, weights in columns.items()}


def tree(modules, columns, name, instances=1):
    """A module and those inside it, all instances of a parent's together.

    {"module", "instances", "own": cells without those of the children, "total": with them, "children": [...]}
    """
    types = modules[name]
    children = [tree(modules, columns, child, instances * number) for child, number in types.items() if child in modules]
    own = cells_of(types, columns, instances)
    total = {column: own[column] + sum(child["total"][column] for child in children) for column in columns}
    return {"module": module_name(name), "instances": instances, "own": own, "total": total, "children": children}


def walk(node):
    yield node
    for child in node["children"]:
        yield from walk(child)


def by_module(root):
    """{module: {"instances": n, column: cells of its own}}, the largest first."""
    table, columns = {}, list(root["own"])
    for node in walk(root):
        row = table.setdefault(node["module"], {"instances": 0, **dict.fromkeys(columns, 0)})
        row["instances"] += node["instances"]
        for column, number in node["own"].items():
            row[column] += number
    return dict(sorted(table.items(), key=lambda item: (-item[1][columns[0]], item[0])))


def flip_flop_memories(log):
    """Memories that became flip-flops and multiplexers, from Yosys' log, as module.name."""
    found = re.findall(r"using FF mapping for memory (\S+)", log)
    found += [f"{module}.{name.lstrip(chr(92))}" for name, module in re.findall(r"Mapping memory (\S+) in module (\S+):", log)]
    return sorted({module_name(name) for name in found if "$auto$proc_rom" not in name})


def show(number):
    """A number of a table: whole ones as such."""
    if isinstance(number, int) or number == int(number):
        return str(int(number))
    return f"{number:.0f}" if number >= 1000 else f"{number:.1f}" if number >= 1 else f"{number:.3f}"
