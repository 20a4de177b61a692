"""The difference between two results of synthesis: by module, in all, and in the clock."""

import html

import area
import text

# What is compared, if the target has it.
SHOWN = ("LUT", "FF", "BRAM", "DSP", "cells", "µm²", "kGE")


def fmax(result):
    """MHz, the fastest seed's; None if nothing was timed."""
    if "timing" in result:
        return result["timing"].get("fmax")
    return max((seed["fmax"] for seed in result["seeds"]), default=None)


def columns(base, result):
    return [column for column in result["columns"] if column in SHOWN and column in base["columns"]]


def pair(old, new, names):
    """{column: (old, new)}; a module that is not there has nothing."""
    return {name: ((old or {}).get(name, 0), (new or {}).get(name, 0)) for name in names}


def size(row, name):
    old, new = row[name]
    return abs(new - old)


def notes(base, result):
    """What makes the two hard to compare."""
    found = [f"{tool}: {base['tools'][tool]} before, {result['tools'][tool]} now" for tool in result["tools"]
             if tool in base["tools"] and base["tools"][tool] != result["tools"][tool]]
    seeds = [len(one.get("seeds", [])) for one in (base, result)]
    if seeds[0] != seeds[1] and all(seeds):
        found.append(f"seeds: {seeds[0]} before, {seeds[1]} now")
    return found


def difference(base, result):
    """{"base": revision, "columns", "rows": [(module, {column: (old, new)})], the largest difference first, "same": modules
    without one, "sum", "flat": {column: (old, new)}, "fmax": (old, new), "notes"}. "flat" and "fmax" are None where one of
    the two lacks them."""
    names = columns(base, result)
    modules = sorted({*base["modules"], *result["modules"]})
    rows = [(module, pair(base["modules"].get(module), result["modules"].get(module), names)) for module in modules]
    changed = [(module, row) for module, row in rows if any(size(row, name) for name in names)]
    changed.sort(key=lambda item: ([-size(item[1], name) for name in names], item[0]))
    clocks = fmax(base), fmax(result)
    partial = base.get("area_only") or result.get("area_only")
    return {"base": base["revision"], "columns": names, "rows": changed, "same": len(rows) - len(changed),
            "sum": pair(base["tree"]["total"], result["tree"]["total"], names),
            "flat": None if partial else pair(base["total"], result["total"], names),
            "fmax": None if None in clocks else clocks, "notes": notes(base, result)}


def change(old, new):
    """The difference as a reader sees it; nothing where there is none."""
    if old == new:
        return ""
    return ("+" if new > old else "-") + area.show(abs(new - old))


def percent(old, new):
    return f"{100 * (new - old) / old:+.1f} %" if old else "new"


def cells(name, row, names):
    """A row of the table: now and difference a column."""
    return [name, *(cell for column in names for cell in (area.show(row[column][1]), change(*row[column])))]


def table(found):
    """Header and rows; the last ones are of the whole."""
    names = found["columns"]
    header = ["module", *(cell for column in names for cell in (column, "+/-"))]
    whole = [(title, found[title]) for title in ("sum", "flat") if found[title]]
    return header, [cells(*row, names) for row in found["rows"]], [cells(*row, names) for row in whole]


def clock_line(found):
    if not found["fmax"]:
        return "Fmax: not known of both"
    old, new = found["fmax"]
    return f"Fmax {old:.1f} -> {new:.1f} MHz ({percent(old, new)})"


def same_line(found):
    return f"{found['same']} modules without a difference"


def lines(found):
    """As plain text."""
    header, rows, whole = table(found)
    first = found["columns"][0]
    total = found["flat"] or found["sum"]
    return [f"Compared with {found['base']}: {first} {area.show(total[first][0])} -> {area.show(total[first][1])} "
            f"({percent(*total[first])}); {clock_line(found)}", *found["notes"], "",
            *text.columns([header, *rows, *whole]), same_line(found)]


def section(found):
    """As a part of the HTML page."""
    header, rows, whole = table(found)

    def row(tag, content, style=""):
        return f"<tr{style}>" + "".join(f'<{tag}{" class=name" if i == 0 else ""}>{html.escape(cell)}</{tag}>'
                                        for i, cell in enumerate(content)) + "</tr>"
    remarks = "".join(f"<p>{html.escape(note)}</p>" for note in found["notes"])
    return (f"<h2>Compared with {html.escape(found['base'])}</h2><p>{html.escape(clock_line(found))}. {same_line(found)}.</p>{remarks}"
            "<table>" + row("th", header) + "".join(row("td", line) for line in rows)
            + "".join(row("td", line, ' class="total"' if i == 0 else "") for i, line in enumerate(whole)) + "</table>")
