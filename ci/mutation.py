"""Small changes of the RTL (mutants): where they apply, and one tree that holds many of them.

A guarded mutant is in the source beside the original: `heddle_pkg::mutant` (environment HEDDLE_MUTANT, 0: none) says at
the start of a run which one is in force. So a series of mutants takes one build. What is constant when the design is
elaborated (parameters, ports, labels of casez, the left side of an `assign`) cannot be guarded.
"""
import dataclasses
import pathlib
import re

# (name, pattern, replacement); a replacement may be a function of the match.
OPERATORS = [
    ("== to !=", re.compile(r"(?<![=!<>])==(?!=)"), "!="),
    ("!= to ==", re.compile(r"!=(?!=)"), "=="),
    ("&& to ||", re.compile(r"&&"), "||"),
    ("|| to &&", re.compile(r"\|\|"), "&&"),
    ("+ to -", re.compile(r"(?<=\s)\+(?=\s)"), "-"),
    ("- to +", re.compile(r"(?<=\s)-(?=\s)"), "+"),
    ("& to |", re.compile(r"(?<=\s)&(?=\s)"), "|"),
    ("| to &", re.compile(r"(?<=\s)\|(?=\s)"), "&"),
    ("< to <=", re.compile(r"(?<=\s)<(?=\s)"), "<="),
    ("negated condition", re.compile(r"\bif \((?=[^;]*\)\s*(begin)?\s*$)"), "if (!"),
    ("dropped !", re.compile(r"(?<=[\s(])!(?=[\w(])"), ""),
    ("constant + 1", re.compile(r"\b(\d+)'d(\d+)\b"),
     lambda m: f"{m[1]}'d{(int(m[2]) + 1) % (1 << min(int(m[1]), 60))}"),
    ("inverted bit", re.compile(r"\b1'b([01])\b"), lambda m: f"1'b{1 - int(m[1])}"),
    ("index + 1", re.compile(r"\[(\d+)\]"), lambda m: f"[{int(m[1]) + 1}]"),
]
SKIPPED_LINE = re.compile(r"^\s*(//|`|module|endmodule|parameter|localparam|input|output|logic\b|for \(|import|assert)")
SELECTOR = ("  // Which mutant is in force (ci/mutation.py)\n"
            "  int unsigned mutant = $c32(\"(std::getenv(\\\"HEDDLE_MUTANT\\\") ? "
            "std::atoi(std::getenv(\\\"HEDDLE_MUTANT\\\")) : 0)\");\n")


@dataclasses.dataclass
class Mutant:
    number: int  # from 1; HEDDLE_MUTANT
    file: pathlib.Path
    line: int  # from 0
    name: str
    begin: int  # the changed text is file[begin:end]
    end: int
    text: str  # what stands there then
    before: str  # its line, for reports
    after: str
    construct_line: int = -1  # from 0; where what stands twice for it begins


def places(files):
    """All (file, line number, column, operator) where a mutation applies, outside comments and declarations."""
    found = []
    for file in files:
        for number, line in enumerate(file.read_text().splitlines()):
            code = line.split("//")[0]
            if SKIPPED_LINE.match(code):
                continue
            for index, (_, pattern, _) in enumerate(OPERATORS):
                for match in pattern.finditer(code):
                    found.append((file, number, match.start(), index))
    return found


def mutant_at(number, place):
    """The mutant of a place."""
    file, line_number, column, index = place
    lines = file.read_text().splitlines(keepends=True)
    name, pattern, replacement = OPERATORS[index]
    line = lines[line_number]
    match = pattern.match(line, column)
    text = replacement(match) if callable(replacement) else replacement
    begin, end = match.start(), match.end()
    if text.startswith("if (!"):  # negate the whole condition
        begin = match.end() - 1
        end = closing(line, begin) + 1
        text = "(!" + line[begin:end] + ")"
    offset = sum(map(len, lines[:line_number]))
    after = line[:begin] + text + line[end:]
    return Mutant(number, file, line_number, name, offset + begin, offset + end, text, line.strip(), after.strip())


def apply(mutant, source):
    return source[:mutant.begin] + mutant.text + source[mutant.end:]


def closing(source, opening):
    """The place of the bracket that closes the one at `opening`."""
    depth = 0
    for place in range(opening, len(source)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(source[place], 0)
        if depth == 0:
            return place
    return len(source) - 1


def without_comments(source):
    """The source with comments and texts blanked; every character keeps its place."""
    return re.sub(r"//[^\n]*|/\*.*?\*/|\"[^\"\n]*\"", lambda m: re.sub(r"[^\n]", " ", m[0]), source, flags=re.S)


@dataclasses.dataclass(frozen=True)
class Construct:
    """Text that can stand in the source twice: an expression, or an assignment in a process."""
    begin: int
    end: int
    statement: bool


HEADER = re.compile(r"\b(if|case|casez)\s*\(")
PORT = re.compile(r"\.\w+\s*\(")
ASSIGN = re.compile(r"\bassign\b")
LABEL = re.compile(r"(?<=\n)\s*(\d+'d\d+)\s*:")
BOUNDARY = re.compile(r";|\b(begin|end|else|endcase|endmodule|endfunction|generate|always_comb|initial)\b(\s*:\s*\w+)?")
PREFIX = re.compile(r"\s*(?:unique\s+)?(if|for|case|casez|always_ff\s*@|always_comb|initial|else)\b\s*")
LVALUE = re.compile(r"\s*(\{[^{}]*\}|[\w.]+)\s*(\[|=(?!=)|<=)")


def constructs(code):
    """The expressions that can be guarded, as (begin, end), in a source without comments."""
    found = []
    for match in HEADER.finditer(code):
        found.append((match.end(), closing(code, match.end() - 1)))
    for match in PORT.finditer(code):
        found.append((match.end(), closing(code, match.end() - 1)))
    for match in LABEL.finditer(code):
        found.append((match.start(1), match.end(1)))
    for match in ASSIGN.finditer(code):
        end = code.find(";", match.end())
        equals = assignment_operator(code, match.end(), end)
        if equals is not None:
            found.append((equals[1], end))
    return found


def assignment_operator(code, begin, end):
    """(begin, end) of the first `=` or `<=` outside of brackets."""
    place = begin
    while place < end:
        if code[place] in "([{":
            place = closing(code, place)
        elif code.startswith("<=", place):
            return place, place + 2
        elif code[place] == "=" and code[place + 1] != "=" and code[place - 1] not in "=!<>":
            return place, place + 1
        place += 1
    return None


def statement_at(code, place):
    """The assignment of a process around a place, as (begin, end); None if there is none."""
    end = code.find(";", place)
    begin = 0
    for match in BOUNDARY.finditer(code, 0, place):
        begin = match.end()
    while True:  # what stands before the assignment: headers, and the label of a case
        match = PREFIX.match(code, begin, end)
        if match:
            begin = match.end()
            if code[begin:begin + 1] == "(":
                begin = closing(code, begin) + 1
            continue
        equals = assignment_operator(code, begin, end)
        if equals is None or begin > place:
            return None
        colon = re.match(r"[^?=(;]*?:(?!:)(?!\])", code[begin:equals[0]])
        if colon and not LVALUE.match(code, begin, end):
            begin += colon.end()
            continue
        break
    while code[begin].isspace():
        begin += 1
    if not LVALUE.match(code, begin, end) or re.match(r"(assign|logic|localparam|int|parameter|genvar)\b", code[begin:]):
        return None
    return begin, end + 1


def construct_of(mutant, code):
    """What has to stand twice for this mutant; None if it cannot be guarded."""
    around = [c for c in constructs(code) if c[0] <= mutant.begin and mutant.end <= c[1]]
    # A negated condition has the brackets in it.
    if not around and mutant.name == "negated condition":
        return Construct(mutant.begin + 1, mutant.end - 1, False)
    if around:
        return Construct(*min(around, key=lambda c: c[1] - c[0]), False)
    statement = statement_at(code, mutant.begin)
    if statement is None or not (statement[0] <= mutant.begin and mutant.end <= statement[1]):
        return None
    return Construct(*statement, True)


def guarded(source, mutants):
    """The source with these mutants in it, each behind its guard. Lines keep their numbers."""
    code = without_comments(source)
    groups = {}
    for mutant in mutants:
        groups.setdefault(construct_of(mutant, code), []).append(mutant)
    for construct in sorted(groups, key=lambda c: -c.begin):
        for mutant in groups[construct]:
            mutant.construct_line = code.count("\n", 0, construct.begin)
        original = source[construct.begin:construct.end]
        chain = ""
        for mutant in groups[construct]:
            if mutant.name == "negated condition" and not construct.statement:
                changed = "!(" + code[construct.begin:construct.end] + ")"
            else:
                changed = code[construct.begin:mutant.begin] + mutant.text + code[mutant.end:construct.end]
            changed = " ".join(changed.split())
            if construct.statement:
                chain += f"if (heddle_pkg::mutant == 32'd{mutant.number}) {changed} else "
            else:
                chain += f"(heddle_pkg::mutant == 32'd{mutant.number}) ? ({changed}) : "
        if construct.statement:
            text = "begin " + chain + original + " end"
        else:
            text = "(" + chain + "(" + original + "))"
            if "//" in original.splitlines()[-1]:
                text = "(" + chain + "(" + code[construct.begin:construct.end] + "))"
        source = source[:construct.begin] + text + source[construct.end:]
    return source


def with_selector(package):
    """heddle_pkg with `mutant` in it."""
    return re.sub(r"(package heddle_pkg;\n)", lambda m: m[1] + SELECTOR, package, count=1)
