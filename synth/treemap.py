"""Nested rectangles whose areas are those of modules, as SVG."""

import html

import area

COLORS = ["#cfe3f5", "#d9ecd0", "#fbe5c8", "#ecd9f0", "#f7d6d3", "#d3eeee", "#f3f0c6", "#e2e2ea"]
MARGIN, TITLE = 2, 13


def worst_ratio(row, side):
    total = sum(row)
    return max(max(side * side * size / total ** 2, total ** 2 / (side * side * size)) for size in row)


def squarify(sizes, x, y, width, height):
    """Rectangles (x, y, width, height) of these areas, largest first, as near to squares as rows of them can be."""
    sizes, result = list(sizes), []
    while sizes:
        side = min(width, height)
        if side <= 0:
            return result + [(x, y, 0, 0)] * len(sizes)
        count = 1
        while count < len(sizes) and worst_ratio(sizes[:count + 1], side) <= worst_ratio(sizes[:count], side):
            count += 1
        row, sizes = sizes[:count], sizes[count:]
        depth, at = sum(row) / side, 0.0
        for size in row:
            length = size / depth
            result.append((x, y + at, depth, length) if width >= height else (x + at, y, length, depth))
            at += length
        if width >= height:
            x, width = x + depth, width - depth
        else:
            y, height = y + depth, height - depth
    return result


def size_of(node):
    """What a node's rectangle shows: its first column."""
    return next(iter(node["total"].values()))


def parts_of(node):
    """What is inside a rectangle: the modules and, if there are any, the node's own cells; largest first."""
    parts = [child for child in node["children"] if size_of(child)]
    if parts and next(iter(node["own"].values())):
        parts.append({"module": "", "instances": 1, "own": node["own"], "total": node["own"], "children": []})
    return sorted(parts, key=lambda part: -size_of(part))


def title(node):
    return node["module"] + (f" ×{node['instances']}" if node["instances"] > 1 else "")


def draw(node, box, depth, color, out):
    x, y, width, height = box
    if width < 1.5 or height < 1.5:
        return
    numbers = ", ".join(f"{area.show(number)} {column}" for column, number in node["total"].items() if number)
    out.append(f'<g><title>{html.escape(title(node) or "own cells")}: {numbers}</title>'
               f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{color}"/>')
    if width > 34 and height > TITLE:
        label = f'{title(node)} {area.show(size_of(node))}'.strip()[:int(width / 5.6)]
        out.append(f'<text x="{x + 3:.1f}" y="{y + 10:.1f}">{html.escape(label)}</text>')
    out.append("</g>")
    parts = parts_of(node)
    inner = (x + MARGIN, y + TITLE, width - 2 * MARGIN, height - TITLE - MARGIN)
    if parts and inner[2] > 12 and inner[3] > 12:
        scale = inner[2] * inner[3] / sum(map(size_of, parts))
        for i, (part, place) in enumerate(zip(parts, squarify([size_of(p) * scale for p in parts], *inner))):
            shade = COLORS[i % len(COLORS)] if depth < 2 else color
            draw(part, place, depth + 1, shade, out)


def render(root, width=1200, height=640):
    out = []
    draw(root, (0, 0, width, height), 0, "#ffffff", out)
    return f'<svg class="map" viewBox="0 0 {width} {height}" width="{width}" height="{height}">{"".join(out)}</svg>'
