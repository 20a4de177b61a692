"""Reads Liberty files: which cells there are, what they do and how large they are; and makes one library of several files."""

import dataclasses
import gzip
import itertools
import pathlib
import re


class LibertyError(Exception):
    """A file is no Liberty, or the library lacks a cell that a synthesis needs; the text says which."""


@dataclasses.dataclass
class Group:
    """`kind (arguments) { name : value; ... groups }`"""
    kind: str
    arguments: list
    attributes: dict
    groups: list

    def inner(self, kind):
        return [group for group in self.groups if group.kind == kind]


@dataclasses.dataclass
class Cell:
    name: str
    area: float
    flip_flop: bool
    latch: bool
    functions: dict  # {output: its function, "" if it has none}
    capacitance: dict  # {input: pF or fF, the library's unit}
    memory: tuple = ()  # (words, bits) of an SRAM


def read(path):
    """The text of a file, which may be compressed, without comments."""
    try:
        data = pathlib.Path(path).read_bytes()
        text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", errors="replace")
    except (OSError, EOFError) as failure:
        raise LibertyError(f"{path} cannot be read: {failure}") from failure
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    if not re.match(r"\s*library\s*\(", text):
        raise LibertyError(f"{path} is no Liberty file: it does not begin with a library")
    return text


def outline(text, depth):
    """The text without what is in more than `depth` braces: tables, which are nearly all of a library."""
    parts, level, kept_from = [], 0, 0
    for match in re.finditer(r"[{}]", text):
        if match[0] == "{":
            level += 1
            if level == depth + 1:
                parts.append(text[kept_from:match.end()])
        else:
            if level == depth + 1:
                kept_from = match.start()
            level -= 1
    if level != 0:
        raise LibertyError("its braces do not match: the file is incomplete")
    return "".join(parts) + text[kept_from:]


TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[{}():;]|[^\s{}():;"]+)', re.DOTALL)


def parse(text):
    """The library's group."""
    # An attribute may end with its line instead of a semicolon.
    text = re.sub(r"(?m)^(\s*\w+\s*:[^;{}\n]*?)[ \t]*$", r"\1;", text.replace("\\\n", " "))
    tokens = TOKEN.findall(text)
    position = 0

    def group(kind, arguments):
        nonlocal position
        found = Group(kind, arguments, {}, [])
        while position < len(tokens) and tokens[position] != "}":
            name = tokens[position]
            position += 1
            following = tokens[position] if position < len(tokens) else ""
            if following == ":":
                end = tokens.index(";", position)
                found.attributes[name] = " ".join(tokens[position + 1:end]).strip('"')
                position = end
            elif following == "(":
                end = tokens.index(")", position)
                inside = [token.strip('",') for token in tokens[position + 1:end]]
                position = end + 1
                if tokens[position:position + 1] == ["{"]:
                    position += 1
                    found.groups.append(group(name, inside))
                    position += 1
            if tokens[position:position + 1] == [";"]:
                position += 1
        return found

    try:
        return group("", []).groups[0]
    except (IndexError, ValueError) as failure:
        raise LibertyError("its text is no Liberty") from failure


def pins(cell):
    """The pins of a cell, buses taken for pins."""
    return cell.inner("pin") + cell.inner("bus")


def describe(group):
    outputs = [pin for pin in pins(group) if pin.attributes.get("direction") == "output"]
    inputs = [pin for pin in pins(group) if pin.attributes.get("direction") == "input"]
    memory = [(2 ** int(inner.attributes["address_width"]), int(inner.attributes["word_width"]))
              for inner in group.inner("memory")]
    return Cell(
        name=group.arguments[0], area=float(group.attributes.get("area", 0)),
        flip_flop=bool(group.inner("ff") or group.inner("ff_bank")), latch=bool(group.inner("latch")),
        functions={pin.arguments[0]: pin.attributes.get("function", "") for pin in outputs},
        capacitance={pin.arguments[0]: float(pin.attributes.get("capacitance", 0)) for pin in inputs},
        memory=memory[0] if memory else ())


def cells(text):
    """{name: Cell} of a library's text."""
    library = parse(outline(text, 3))
    return {cell.name: cell for cell in map(describe, library.inner("cell"))}


def top_groups(text):
    """[(kind, name, text)] of the groups in a library, and where the first begins and the last ends."""
    found, level, start = [], 0, 0
    for match in re.finditer(r"[{};]", text):
        if match[0] == ";":
            if level == 1:
                start = match.end()
        elif match[0] == "{":
            level += 1
            if level == 1:
                start = match.end()
        else:
            level -= 1
            if level == 1:
                body = text[start:match.end()].strip()
                name = re.match(r'(\w+)\s*\(\s*"?([^")]*)"?\s*\)', body)
                if not name:
                    raise LibertyError(f"a group of it has no name: {body[:40]}")
                found.append((name[1], name[2], body))
                start = match.end()
    return found


def merge(texts, unwanted, extra):
    """One library's text of several files' texts, without the cells whose names match `unwanted`, with `extra` inside.

    The files of a library have the same units and templates; attributes are the first file's.
    """
    units = ("time_unit", "capacitive_load_unit", "leakage_power_unit", "voltage_unit")
    seen, bodies = set(), []
    for text in texts:
        for unit in units:
            first, other = (re.search(rf"\b{unit}\s*[:(][^;]*;", part) for part in (texts[0], text))
            if (first and re.sub(r"[\s\"]", "", first[0])) != (other and re.sub(r"[\s\"]", "", other[0])):
                raise LibertyError(f"its files differ in {unit}")
        for kind, name, body in top_groups(text):
            if (kind, name) in seen or (kind == "cell" and unwanted and re.fullmatch(unwanted, name)):
                continue
            seen.add((kind, name))
            bodies.append(body)
    first = outline(texts[0], 1)
    begin = first.index("{") + 1
    attributes = re.sub(r"\w+\s*\([^(){}]*\)\s*\{\s*\}", " ", first[begin:first.rindex("}")])
    # A default names a group, which comes first.
    defaults = re.findall(r"default_(?:operating_conditions|wire_load_selection|wire_load)\b[^;]*;", attributes)
    for default in defaults:
        attributes = attributes.replace(default, "")
    templates, rest = ([body for body in bodies if body.startswith("cell") == is_cell] for is_cell in (False, True))
    return "\n".join([first[:begin], re.sub(r"\n\s*\n+", "\n", attributes), *templates, *defaults, extra, *rest, "}", ""])


def without(text, kinds):
    """The text without its groups of these kinds, wherever they are."""
    parts, kept_from, level, hidden = [], 0, 0, None
    for match in re.finditer(rf"\b(?:{'|'.join(kinds)})\s*\([^(){{}};]*\)\s*\{{|[{{}}]", text):
        if match[0] == "}":
            level -= 1
            if hidden == level:
                kept_from, hidden = match.end(), None
            continue
        if hidden is None and match[0] != "{":
            parts.append(text[kept_from:match.start()])
            hidden = level
        level += 1
    return "".join(parts) + text[kept_from:]


def evaluate(function, values):
    """A Liberty function's value for inputs {name: bool}."""
    tokens = re.findall(r"[A-Za-z_]\w*(?:\[\d+\])?|[01]|[!'()&*|+^]", function)
    position = 0

    def factor():
        nonlocal position
        token = tokens[position]
        position += 1
        if token == "!":
            return not factor()
        if token == "(":
            value = either()
            position += 1
        else:
            value = values[token] if token in values else {"0": False, "1": True}[token]
        while tokens[position:position + 1] == ["'"]:
            position += 1
            value = not value
        return value

    def both():  # two factors side by side are an AND, too
        nonlocal position
        value = factor()
        while position < len(tokens) and tokens[position] not in ("|", "+", ")", "^"):
            position += tokens[position] in ("&", "*")
            value = factor() and value
        return value

    def differing():
        nonlocal position
        value = both()
        while tokens[position:position + 1] == ["^"]:
            position += 1
            value = both() != value
        return value

    def either():
        nonlocal position
        value = differing()
        while tokens[position:position + 1] in (["|"], ["+"]):
            position += 1
            value = differing() or value
        return value

    return either()


def smallest(library, inputs, table):
    """The smallest cell with one output that computes this truth table of so many inputs; None if there is none."""
    found = []
    for cell in library.values():
        if len(cell.capacitance) != inputs or len(cell.functions) != 1 or cell.flip_flop or cell.latch:
            continue
        function = next(iter(cell.functions.values()))
        if not function:
            continue
        try:
            values = [evaluate(function, dict(zip(cell.capacitance, row)))
                      for row in itertools.product((False, True), repeat=inputs)]
        except (IndexError, KeyError):
            continue
        if values == table:
            found.append(cell)
    return min(found, key=lambda cell: cell.area, default=None)


@dataclasses.dataclass
class Library:
    """What a synthesis needs to know of the cells."""
    cells: dict
    nand2: Cell
    buffer: Cell
    tie_high: Cell  # None if there is none
    tie_low: Cell
    flip_flop: Cell  # the smallest


def library(text):
    """Library of a text; LibertyError if it cannot carry a synchronous design."""
    found = cells(text)
    flip_flops = [cell for cell in found.values() if cell.flip_flop]
    nand2, buffer = smallest(found, 2, [True, True, True, False]), smallest(found, 1, [False, True])
    for cell, what in ((nand2, "NAND of two inputs"), (buffer, "buffer"), (flip_flops, "flip-flop")):
        if not cell:
            raise LibertyError(f"the library has no {what} among its {len(found)} cells")
    return Library(found, nand2, buffer, smallest(found, 0, [True]), smallest(found, 0, [False]),
                   min(flip_flops, key=lambda cell: cell.area))
