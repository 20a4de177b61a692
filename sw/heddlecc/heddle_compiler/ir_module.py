"""LLVM's textual IR, read as far as the driver needs it: functions, globals, and debug metadata."""

import re

NAME = r'@(?:"[^"]+"|[-\w.$]+)'
_FIELD = re.compile(r'(\w+): ("(?:[^"\\]|\\.)*"|![\w.]+|[^,()]+)')
_OPENING = "([{<"
_CLOSING = ")]}>"


def split_top_level(text):
    """Splits at commas that are in no bracket and no string."""
    parts, depth, quoted, start = [], 0, False, 0
    for i, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    tail = text[start:].strip()
    return parts + [tail] if tail else parts


def matching_parenthesis(text, start):
    """Index of the parenthesis that closes the one at `start`."""
    depth, quoted = 0, False
    for i in range(start, len(text)):
        if text[i] == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif text[i] == "(":
            depth += 1
        elif text[i] == ")":
            depth -= 1
            if depth == 0:
                return i
    raise ValueError(f"unbalanced parenthesis: {text}")


class Node:
    """A metadata node: its kind (DIBasicType...) and fields, or the elements of a tuple."""

    def __init__(self, kind, fields, elements):
        self.kind = kind
        self.fields = fields
        self.elements = elements

    def number(self, field, default=0):
        text = self.fields.get(field)
        return int(text) if text is not None else default

    def string(self, field, default=""):
        text = self.fields.get(field)
        return text.strip('"') if text is not None else default


class Metadata:
    """The numbered metadata of a module."""

    def __init__(self, lines):
        self._nodes = {}
        for line in lines:
            match = re.match(r"(!\d+) = (?:distinct )?!(?:(\w+)\((.*)\)|\{(.*)\})$", line)
            if match is None:
                continue
            reference, kind, fields, elements = match.groups()
            if kind is None:
                self._nodes[reference] = Node("", {}, split_top_level(elements))
            else:
                self._nodes[reference] = Node(kind, dict(_FIELD.findall(fields)), [])
        self.next_number = 1 + max((int(reference[1:]) for reference in self._nodes), default=-1)

    def get(self, reference):
        """The node, or None for null and references that are no number."""
        return self._nodes.get(reference)

    def items(self):
        return self._nodes.items()

    def tuple(self, reference):
        node = self.get(reference)
        return node.elements if node is not None else []


class Function:
    """A function definition: its first line and body lines."""

    def __init__(self, head):
        self.head = head
        self.body = []
        match = re.search(rf"({NAME})\(", head)
        self.name = match.group(1)
        opening = match.end() - 1
        closing = matching_parenthesis(head, opening)
        self.parameters = split_top_level(head[opening + 1:closing])
        self.before = head[:match.start()]
        self.after = head[closing + 1:]
        debug = re.search(r"!dbg (!\d+)", self.after)
        self.debug = debug.group(1) if debug else None
        attributes = re.search(r"#\d+", self.after)
        self.attributes = attributes.group(0) if attributes else ""

    def lines(self):
        return [self.head, *self.body, "}"]


class Module:
    """A module as a list of items in source order: text lines and Functions."""

    def __init__(self, text):
        self.items = []
        function = None
        for line in text.splitlines():
            if function is not None:
                if line == "}":
                    function = None
                else:
                    function.body.append(line)
            elif line.startswith("define "):
                function = Function(line)
                self.items.append(function)
            else:
                self.items.append(line)
        self.metadata = Metadata(line for line in self.items if isinstance(line, str) and line.startswith("!"))

    def functions(self):
        return [item for item in self.items if isinstance(item, Function)]

    def map_lines(self, change):
        """Replaces every line outside functions by change(line); None drops it."""
        changed = (item if isinstance(item, Function) else change(item) for item in self.items)
        self.items = [item for item in changed if item is not None]

    def text(self):
        lines = []
        for item in self.items:
            lines += item.lines() if isinstance(item, Function) else [item]
        return "\n".join(lines) + "\n"


def global_name(line):
    """The name that a line outside functions defines or declares as a global variable, or None."""
    match = re.match(rf"({NAME}) = ", line)
    return match.group(1) if match else None


def plain_name(name):
    """Without the sigil and quotes."""
    return name[1:].strip('"')
