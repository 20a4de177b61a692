"""The coverage report as one HTML page without external resources. For ci/coverage."""
import collections
import html
import re

import coverage_data as data

STYLE = """
body { font: 14px sans-serif; margin: 2em; color: #222; }
table { border-collapse: collapse; } td, th { padding: 1px 10px; text-align: right; }
td:first-child, th:first-child { text-align: left; }
.bar { display: inline-block; width: 120px; height: 10px; background: #f3b6b0; margin-right: 8px; }
.bar i { display: block; height: 10px; background: #58a55c; }
pre { font: 12px monospace; line-height: 1.25; margin: 0; } pre b { font-weight: normal; color: #888; }
.missed { background: #fbd5d0; } .partly { background: #fdeebf; }
summary { cursor: pointer; } li { font: 12px monospace; }
"""


def bar(hit, total):
    if not total:
        return "-"
    share = data.percent(hit, total)
    return f'<span class="bar"><i style="width:{share:.1f}%"></i></span>{hit}/{total} {share:.1f} %'


def row(name, cells):
    return f"<tr><td>{name}</td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def lines_of(point):
    """The lines that a point is about: "3-5,8"."""
    lines = {point.line}
    for part in filter(None, point.lines.split(",")):
        first, _, last = part.partition("-")
        lines.update(range(int(first), int(last or first) + 1))
    return lines


def signals(points):
    """Toggle points by signal: x[0], x[1] are x[1:0]."""
    bits = collections.defaultdict(list)
    for point in points:
        match = re.fullmatch(r"(.*?)\[(\d+)\]", point.comment)
        bits[(point.line, match[1] if match else point.comment)] += [int(match[2])] if match else []
    for (line, name), numbers in sorted(bits.items()):
        yield f"{line}: {name}" + (f"[{','.join(map(str, sorted(numbers)))}]" if numbers else "")


def source(file, points, hits, root):
    """The file with the least and greatest count of each line; points without a hit are marked."""
    counts, missed = collections.defaultdict(list), collections.defaultdict(list)
    for point in points:
        for line in lines_of(point):
            counts[line].append(hits[point])
        if not hits[point]:
            missed[point.line].append(f"{point.kind} {point.comment}")
            for line in lines_of(point) - {point.line}:
                missed[line] += []
    result = []
    for number, text in enumerate((root / file).read_text().splitlines(), 1):
        seen = counts.get(number)
        count = "" if not seen else str(seen[0]) if min(seen) == max(seen) else f"{min(seen)}..{max(seen)}"
        style = "" if number not in missed else "missed" if max(seen) == 0 else "partly"
        title = html.escape("not hit: " + "; ".join(missed[number]), quote=True) if missed.get(number) else ""
        code = f"<b>{number:4} {count:>16}</b> {html.escape(text)}"
        result.append(f'<span class="{style}" title="{title}">{code}</span>' if style else code)
    return f"<pre>{chr(10).join(result)}</pre>"


def module_section(result, module, root):
    points = [point for point in result.points if point.module == module]
    files = sorted({point.file for point in points})
    parts = [f'<details id="m-{module}"><summary>{module}</summary>']
    for file in files:
        mine = [point for point in points if point.file == file and point.kind != "toggle"]
        parts += [f"<p>{file}</p>", source(file, mine, result.points, root)]
    still = [point for point in points if point.kind == "toggle" and not result.points[point]]
    if still:
        parts.append("<details><summary>signals that did not toggle (line: signal[bits])</summary><ul>")
        parts += [f"<li>{html.escape(text)}</li>" for text in signals(still)]
        parts.append("</ul></details>")
    return "\n".join([*parts, "</details>"])


def group_section(name, group):
    hit, total = group.count()
    parts = [f"<details><summary>{html.escape(name)} {bar(hit, total)}</summary>"]
    excluded = collections.Counter(reason for reason in group.reasons.values() if reason)
    parts.append("<ul>" + "".join(f"<li>{html.escape(each)}</li>" for each in group.unhit) + "</ul>")
    parts += [f"<p>{count} excluded: {html.escape(reason)}</p>" for reason, count in excluded.items()]
    return "\n".join([*parts, "</details>"])


def page(result, root):
    totals = result.totals()
    parts = ['<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Heddle: coverage</title>',
             f"<style>{STYLE}</style></head><body><h1>Coverage</h1><table>"]
    for kind, pair in totals.items():
        target = f"target {data.TARGETS[kind]} %" if kind in data.TARGETS else ""
        parts.append(row(kind, [bar(*pair), target]))
    parts.append("</table>")
    parts += [f"<p class=missed>{html.escape(text)}</p>" for text in result.problems()]
    parts.append("<h2>Modules</h2><table><tr><th>module</th>" +
                 "".join(f"<th>{kind}</th>" for kind in data.KINDS) + "</tr>")
    for module in result.modules:
        cells = [bar(*result.counts.get((module, kind), (0, 0))) for kind in data.KINDS]
        parts.append(row(f'<a href="#m-{module}">{module}</a>', cells))
    parts.append("</table><h2>Functional coverage</h2><p>Bins that nothing hit, by group; what the bins are: "
                 "tb/coverage/bins.tsv.</p>")
    parts += [group_section(name, group) for name, group in sorted(result.groups.items())]
    parts.append("<h2>Sources</h2><p>Counts of a line's points, the least and the greatest; red: not hit; "
                 "yellow: some branch not hit.</p>")
    parts += [module_section(result, module, root) for module in result.modules]
    return "\n".join([*parts, "</body></html>\n"])
