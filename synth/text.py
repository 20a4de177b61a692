"""The report of a synthesis as plain text."""

import statistics

import area


AREA_ONLY = "area alone: the sum of the modules, each mapped by itself; neither placed nor timed"


def columns(lines, left=1):
    """Aligns a table; its first columns are flush left, the others right."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return ["  ".join(cell.ljust(width) if i < left else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines]


def heading(result):
    return f"{result['top']} of {result['config']} on {result['device']}"


def module_table(result):
    header = ["module", "instances", *result["columns"]]
    rows = [[name, *(area.show(row[key]) for key in header[1:])] for name, row in result["modules"].items()]
    return columns([header, *rows,
                    ["sum", "", *(area.show(result["tree"]["total"][column]) for column in result["columns"])],
                    *([] if result.get("area_only") else
                      [["flat", "", *(area.show(result["total"][column]) for column in result["columns"])]])])


def use_line(result):
    """How much of a device is used; without a device, how much there is."""
    if "available" not in result:
        return ", ".join(f"{area.show(number)} {column}" for column, number in result["total"].items())
    return ", ".join(f"{column} {result['total'][column]} of {number} ({100 * result['total'][column] / number:.0f} %)"
                     for column, number in result["available"].items())


def fmax_line(seeds):
    values = [seed["fmax"] for seed in seeds]
    if len(values) == 1:
        return f"Fmax {values[0]:.1f} MHz (seed {seeds[0]['seed']})"
    return (f"Fmax {max(values):.1f} MHz (seed {seeds[0]['seed']}), {len(values)} seeds: "
            f"{min(values):.1f} to {max(values):.1f}, median {statistics.median(values):.1f}")


def pin_lines(seed):
    texts = {"from": "from a pin to a register", "to": "from a register to a pin"}
    times = [f"{delay:.2f} ns {texts[end]}" for end, delay in seed["pins"].items()]
    return ["at most " + ", ".join(times)] if times else []


def slack_line(timing):
    if "fmax" not in timing:
        return "no path is constrained"
    hold = f", hold {timing['hold_slack']:.3f} ns" if "hold_slack" in timing else ""
    return f"Fmax {timing['fmax']:.1f} MHz; slack at {timing['period']:g} ns: setup {timing['slack']:.3f} ns{hold}"


def power_line(power, period):
    total = power["total"]
    return (f"Power {1000 * total['total']:.3g} mW at {1000 / period:.0f} MHz: {1000 * total['internal']:.3g} internal, "
            f"{1000 * total['switching']:.3g} switching, {1000 * total['leakage']:.3g} leakage; default activity "
            f"({power['activity']:g} transitions a period and net), not of a program")


def path_line(path):
    return (f"{path['logic'] + path['routing']:.2f} ns: {path['logic']:.2f} ns logic in {path['levels']} levels, "
            f"{path['routing']:.2f} ns routing")


def path_lines(path):
    lines = [["logic", "routing", "at", "", "signal", "declared in"]]
    at = 0.0
    for step in path["steps"]:
        at += step["logic"] + step["routing"]
        lines.append([f"{step['logic']:.2f}", f"{step['routing']:.2f}", f"{at:.2f}", "", step["signal"], step["source"]])
    return [path_line(path), *columns(lines, left=6)]


def ends_of(path):
    return f"{path['steps'][0]['signal']} -> {path['steps'][-1]['signal']}"


def path_table(paths):
    return columns([["slack", "logic", "levels", "", "from", "to"],
                    *([f"{path['slack']:.3f}", f"{path['logic']:.2f}", str(path["levels"]), "", path["steps"][0]["signal"],
                       path["steps"][-1]["signal"]] for path in paths)], left=6)


def memory_table(result):
    return columns([["memory", "bits", "µm²", "", "made of"],
                    *([memory["shape"], str(memory["bits"]), area.show(memory["area"]), "", memory_made(memory)]
                      for memory in result["memories"])], left=5)


def memory_made(memory):
    if memory["how"] == "macros":
        return f"{memory['macros']} × {memory['macro']}"
    return {"flip-flops": "flip-flops (area estimated)", "black box": "black box (area and times stated)"}[memory["how"]]


def box_line(memory):
    return (f"Black boxes: {memory['um2_per_bit']:g} µm² a bit, {memory['clock_to_output_ns']:g} ns from clock to output, "
            f"setup {memory['setup_ns']:g} ns, hold {memory['hold_ns']:g} ns, no power: stated in synth/technologies, not a library's.")


def best_path(result):
    if "timing" in result:
        return result["timing"].get("path")
    return result["seeds"][0]["path"] if result["seeds"] else None


def fit_line(result):
    blocked = result["total"].get("LUT RAM", 0) // 2
    more = f" (its LUT RAM blocks {blocked} LUTs more)" if blocked else ""
    return f"it does not fit {result['device']}{more}: not placed"


def summary(result):
    lines = [use_line(result)]
    if result.get("area_only"):
        lines.append(AREA_ONLY)
    elif not result["fits"]:
        lines.append(fit_line(result))
    elif "timing" in result:
        lines += [slack_line(result["timing"]), power_line(result["power"], result["timing"]["period"])]
    else:
        lines.append(fmax_line(result["seeds"]))
    if result.get("seeds"):
        lines += pin_lines(result["seeds"][0])
    path = best_path(result)
    if path:
        lines.append(f"critical path: {ends_of(path)}, "
                     f"{path['logic']:.1f} ns logic in {path['levels']} levels, {path['routing']:.1f} ns routing")
    return "\n".join(lines)


def register_lines(slow_registers):
    return columns([["ns", "", "register", "declared in"],
                    *([f"{ns:.2f}", "", register, source] for ns, register, source in slow_registers)], left=4)


def placements(result):
    parts = [f"seed {seed['seed']}: {seed['fmax']:.1f} MHz, {seed['seconds']} s" for seed in result["seeds"]]
    if result.get("seeds"):
        best = result["seeds"][0]
        parts += ["", f"Critical path, seed {best['seed']}", *path_lines(best["path"]), "",
                  f"Slowest ends of paths, seed {best['seed']}: one a register", *register_lines(best["slow_registers"])]
    return parts


def analysis(result):
    timing = result["timing"]
    parts = []
    if timing["paths"]:
        parts += ["Critical path", *path_lines(timing["paths"][0]), "", f"The {len(timing['paths'])} worst paths, setup",
                  *path_table(timing["paths"]), ""]
    if timing["hold_paths"]:
        parts += [f"The {len(timing['hold_paths'])} worst paths, hold", *path_table(timing["hold_paths"]), ""]
    parts += ["Slowest ends of paths: one a register", *register_lines(timing["slow_registers"])]
    if result["memories"]:
        parts += ["", "Memories, a line a shape", *memory_table(result)]
        if any(memory["how"] == "black box" for memory in result["memories"]):
            parts.append(box_line(result["library"]["memory"]))
    return parts


def render(result):
    parts = [f"{heading(result)}, {result['revision']}", summary(result), "",
             *(analysis(result) if "timing" in result else placements(result)),
             "", "Area by module: each mapped by itself, without the modules inside it; flat: the whole design mapped as one",
             *module_table(result)]
    if result["flip_flop_memories"]:
        parts += ["", "Memories that became flip-flops: " + ", ".join(result["flip_flop_memories"])]
    parts += ["", "Tools: " + "; ".join(result["tools"].values()), *("$ " + command for command in result["commands"])]
    return "\n".join(parts) + "\n"
