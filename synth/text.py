"""The report of a synthesis as plain text."""

import statistics

import area


def columns(lines, left=1):
    """Aligns a table; its first columns are flush left, the others right."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return ["  ".join(cell.ljust(width) if i < left else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines]


def module_table(result):
    header = ["module", "instances", *area.COLUMNS]
    rows = [[name, *(str(row[key]) for key in header[1:])] for name, row in result["modules"].items()]
    return columns([header, *rows,
                    ["sum", "", *(str(result["tree"]["total"][column]) for column in area.COLUMNS)],
                    ["flat", "", *(str(result["total"][column]) for column in area.COLUMNS)]])


def use_line(result):
    return ", ".join(f"{column} {result['total'][column]} of {number} ({100 * result['total'][column] / number:.0f} %)"
                     for column, number in result["available"].items())


def fmax_line(seeds):
    values = [seed["fmax"] for seed in seeds]
    if len(values) == 1:
        return f"Fmax {values[0]:.1f} MHz (seed {seeds[0]['seed']})"
    return (f"Fmax {max(values):.1f} MHz (seed {seeds[0]['seed']}), {len(values)} seeds: "
            f"{min(values):.1f} to {max(values):.1f}, median {statistics.median(values):.1f}")


def path_lines(path):
    total = path["logic"] + path["routing"]
    lines = [["logic", "routing", "at", "", "signal", "declared in"]]
    at = 0.0
    for step in path["steps"]:
        at += step["logic"] + step["routing"]
        lines.append([f"{step['logic']:.2f}", f"{step['routing']:.2f}", f"{at:.2f}", "", step["signal"], step["source"]])
    return [f"{total:.2f} ns: {path['logic']:.2f} ns logic in {path['levels']} levels, {path['routing']:.2f} ns routing",
            *columns(lines, left=6)]


def summary(result):
    lines = [use_line(result)]
    if not result["fits"]:
        lines.append(f"it does not fit {result['device']}: not placed")
    else:
        lines.append(fmax_line(result["seeds"]))
        path = result["seeds"][0]["path"]
        lines.append(f"critical path: {path['steps'][0]['signal']} -> {path['steps'][-1]['signal']}, "
                     f"{path['logic']:.1f} ns logic in {path['levels']} levels, {path['routing']:.1f} ns routing")
    return "\n".join(lines)


def render(result):
    parts = [f"{result['top']} of {result['config']} on {result['device']}-{result['speed']}{result['package']}, {result['revision']}",
             summary(result), ""]
    for seed in result["seeds"]:
        parts.append(f"seed {seed['seed']}: {seed['fmax']:.1f} MHz, {seed['seconds']} s")
    if result["seeds"]:
        best = result["seeds"][0]
        parts += ["", f"Critical path, seed {best['seed']}", *path_lines(best["path"]), "",
                  f"Slowest ends of paths, seed {best['seed']}: one a register",
                  *columns([["ns", "", "register", "declared in"],
                            *([f"{ns:.2f}", "", register, source] for ns, register, source in best["slow_registers"])],
                           left=4)]
    parts += ["", "Cells by module: each mapped by itself, without the modules inside it; flat: the whole design mapped as one",
              *module_table(result)]
    if result["flip_flop_memories"]:
        parts += ["", "Memories that became flip-flops: " + ", ".join(result["flip_flop_memories"])]
    parts += ["", "Tools: " + "; ".join(result["tools"].values()), *("$ " + command for command in result["commands"])]
    return "\n".join(parts) + "\n"
