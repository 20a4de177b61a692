"""The report of a synthesis as one HTML page without external resources."""

import html

import area
import text
import treemap

STYLE = """
body { font: 14px sans-serif; margin: 2em; color: #222; max-width: 1240px; }
table { border-collapse: collapse; } td, th { padding: 1px 10px; text-align: right; }
td.name, th.name { text-align: left; } td.name { font: 12px monospace; overflow-wrap: anywhere; }
tr:nth-child(even) td { background: #f6f6f6; } tr.total td { border-top: 1px solid #888; }
.bar { display: inline-block; width: 200px; height: 10px; background: #e8e8e8; margin-right: 8px; }
.bar i { display: block; height: 10px; background: #4878a8; } .bar i.over { background: #c44; }
.logic { background: #4878a8; } .routing { background: #e0a050; }
.path span { display: inline-block; height: 10px; }
.map text { font: 10px sans-serif; } .map rect { stroke: #888; stroke-width: 0.5; }
pre { font: 12px monospace; white-space: pre-wrap; }
"""


def table(header, rows, names, last=""):
    """names: how many columns hold text; they are flush left."""
    def line(tag, cells, style=""):
        return f"<tr{style}>" + "".join(f'<{tag}{" class=name" if i < names else ""}>{cell}</{tag}>'
                                        for i, cell in enumerate(cells)) + "</tr>"
    return ("<table>" + line("th", header) + "".join(line("td", row) for row in rows)
            + (line("td", last, ' class="total"') if last else "") + "</table>")


def bar(share):
    return f'<span class="bar"><i class="{"over" if share > 1 else ""}" style="width:{100 * min(share, 1):.1f}%"></i></span>'


def use(result):
    if "available" not in result:
        return table(list(result["total"]), [[area.show(number) for number in result["total"].values()]], 0)
    rows = []
    for column, available in result["available"].items():
        used = result["total"][column]
        rows.append([column, used, available, f"{bar(used / available)}{100 * used / available:.1f} %"])
    return table(["", "used", "there", "share"], rows, 1)


def seeds(result):
    if result.get("area_only"):
        return f"<p>{text.AREA_ONLY}</p>"
    if not result["seeds"]:
        return f"<p>{text.fit_line(result)}</p>"
    best = result["seeds"][0]["fmax"]
    rows = [[seed["seed"], f"{bar(seed['fmax'] / best)}{seed['fmax']:.1f} MHz", f"{seed['seconds']} s",
             html.escape(f"{seed['path']['steps'][0]['signal']} → {seed['path']['steps'][-1]['signal']}")]
            for seed in result["seeds"]]
    return f"<p>{text.fmax_line(result['seeds'])}</p>" + table(["seed", "Fmax", "took", "critical path"], rows, 0)


def path(found):
    """The critical path: a line a signal, with the time spent in the cell before it and on the way to the next."""
    total, at, rows = found["logic"] + found["routing"], 0.0, []
    for step in found["steps"]:
        start = at
        at += step["logic"] + step["routing"]
        picture = "".join(f'<span class="{style}" style="width:{400 * width / total:.1f}px"></span>'
                          for style, width in (("", start), ("logic", step["logic"]), ("routing", step["routing"])))
        rows.append([html.escape(step["signal"]), html.escape(step["source"]), f'<div class="path" style="width:420px;'
                     f'text-align:left">{picture}</div>', f"{step['logic']:.2f}", f"{step['routing']:.2f}", f"{at:.2f}"])
    return f"<p>{text.path_line(found)}</p>" + table(["signal", "declared in", "", "logic", "routing", "at (ns)"], rows, 2)


def paths(found):
    """Several paths, each a line that opens."""
    return "".join(f"<details><summary>slack {item['slack']:.3f} ns: <code>{html.escape(text.ends_of(item))}</code></summary>"
                   f"{path(item)}</details>" for item in found)


def slow_registers(found):
    rows = [[html.escape(register), html.escape(source), f"{ns:.2f}", f"{1000 / ns:.1f}"] for ns, register, source in found]
    return table(["register", "declared in", "ns", "MHz"], rows, 2)


def modules(result):
    columns = result["columns"]
    rows = [[name, row["instances"], *(area.show(row[key]) for key in columns)] for name, row in result["modules"].items()]
    rows.append(["sum", "", *(area.show(result["tree"]["total"][column]) for column in columns)])
    return table(["module", "instances", *columns], rows, 1,
                 [] if result.get("area_only") else ["flat", "", *(area.show(result["total"][column]) for column in columns)])


def placements(result):
    """The FPGA's part: seeds, and the best one's timing."""
    parts = ["<h2>Fmax</h2>", seeds(result)]
    if result["seeds"]:
        best = result["seeds"][0]
        parts += [f"<h2>Critical path, seed {best['seed']}</h2>", path(best["path"]),
                  f"<h2>Slowest ends of paths, seed {best['seed']}</h2><p>One line a register: the longest path into it, "
                  "setup time included.</p>", slow_registers(best["slow_registers"])]
    return parts


def memories(result):
    rows = [[memory["shape"], text.memory_made(memory), memory["bits"], area.show(memory["area"])] for memory in result["memories"]]
    boxes = any(memory["how"] == "black box" for memory in result["memories"])
    return table(["shape", "made of", "bits", "µm²"], rows, 2) + (f"<p>{text.box_line(result['library']['memory'])}</p>" if boxes else "")


def power(result):
    rows = [[name, *(f"{1000 * row[key]:.3g}" for key in ("internal", "switching", "leakage", "total"))]
            for name, row in result["power"].items() if name != "activity"]
    return (f"<p>{html.escape(text.power_line(result['power'], result['timing']['period']))}</p>"
            + table(["mW", "internal", "switching", "leakage", "total"], rows, 1))


def analysis(result):
    """The standard cells' part: timing, power, memories."""
    timing, library = result["timing"], result["library"]
    parts = [f"<p>A gate equivalent is {html.escape(library['nand2'])}, {library['nand2_area']:g} µm².</p><h2>Timing</h2>"
             f"<p>{text.slack_line(timing)}. Before placement: the clock is ideal, and a wire has as much capacitance as the inputs "
             "that it drives.</p>"]
    if timing["paths"]:
        parts += ["<h2>Critical path</h2>", path(timing["paths"][0]), f"<h2>The {len(timing['paths'])} worst paths, setup</h2>",
                  paths(timing["paths"])]
    if timing["hold_paths"]:
        parts += [f"<h2>The {len(timing['hold_paths'])} worst paths, hold</h2>", paths(timing["hold_paths"])]
    parts += ["<h2>Slowest ends of paths</h2><p>One line a register: the period that the longest path into it needs.</p>",
              slow_registers(timing["slow_registers"]), "<h2>Power</h2>", power(result)]
    if result["memories"]:
        parts += ["<h2>Memories</h2><p>One line a shape, the area of one.</p>", memories(result)]
    return parts


def render(result, comparison=""):
    """comparison: compare.section."""
    title = html.escape(text.heading(result))
    size = result["columns"][0]
    parts = [f"<h1>Synthesis: {title}</h1><p>{html.escape(result['revision'])}; "
             f"{html.escape('; '.join(result['tools'].values()))}</p>", use(result), comparison,
             *(analysis(result) if "timing" in result else placements(result)),
             f"<h2>{size} by module</h2><p>An area is a number of {size}; pointing at it shows the rest.</p>",
             treemap.render(result["tree"]), "<h2>Cells by module</h2><p>Each mapped by itself, "
             "without the modules inside, all instances together; flat is the whole design mapped as one, which is what "
             "is timed." + (" LUT includes what carry chains and LUT RAM take." if size == "LUT" else "") + "</p>", modules(result)]
    if result["flip_flop_memories"]:
        parts.append("<h2>Memories that became flip-flops</h2><p>" + ", ".join(result["flip_flop_memories"]) + "</p>")
    parts.append("<h2>Commands</h2><pre>" + "\n".join(html.escape(f"$ {line}") for line in result["commands"]) + "</pre>")
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
            f'</head><body>{"".join(parts)}</body></html>\n')
