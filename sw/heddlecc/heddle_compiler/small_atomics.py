"""Turns atomic operations on bytes and half-words, and `nand`, into calls of the device library: clang would make loops
with lr and sc of them. To be applied to optimized IR."""

import re

from .ir_module import split_top_level

_READ_MODIFY_WRITE = re.compile(r"(\s+)(%\S+) = atomicrmw (?:volatile )?(\w+) (ptr .*)$")
_COMPARE_EXCHANGE = re.compile(r"(\s+)(%\S+) = cmpxchg (?:weak )?(?:volatile )?(ptr .*)$")
_VALUE = re.compile(r"(i8|i16|i32) (\S+)(?: [a-z_]+)*$")
_BYTES = {"i8": 1, "i16": 2, "i32": 4}
_OPERATIONS = {"xchg", "add", "sub", "and", "or", "xor", "nand", "max", "min", "umax", "umin"}


def call_library(module):
    """Rewrites all functions of the module."""
    declarations = set()
    for function in module.functions():
        function.body = [new for line in function.body for new in _rewritten(line, declarations)]
    module.items += sorted(declarations)


def _rewritten(line, declarations):
    match = _READ_MODIFY_WRITE.match(line)
    if match is not None:
        indent, result, operation, rest = match.groups()
        pointer, value, *_ = split_top_level(rest)
        typed = _VALUE.match(value)
        if operation in _OPERATIONS and typed is not None and (typed[1] != "i32" or operation == "nand"):
            return _call(indent, result, operation, pointer, [typed], rest, declarations)
        return [line]
    match = _COMPARE_EXCHANGE.match(line)
    if match is not None:
        indent, result, rest = match.groups()
        pointer, *values = split_top_level(rest)
        expected, value = map(_VALUE.match, values[:2])
        if expected is not None and value is not None and value[1] != "i32":
            old = _temporary(result, "old")
            lines = _call(indent, old, "compare_exchange", pointer, [expected, value], rest, declarations)
            same, pair = _temporary(result, "same"), _temporary(result, "pair")
            kind = value[1]
            return lines + [f"{indent}{same} = icmp eq {kind} {old}, {expected[2]}",
                            f"{indent}{pair} = insertvalue {{ {kind}, i1 }} poison, {kind} {old}, 0",
                            f"{indent}{result} = insertvalue {{ {kind}, i1 }} {pair}, i1 {same}, 1"]
    return [line]


def _call(indent, result, operation, pointer, values, rest, declarations):
    """The library's functions take and give words whose upper bits do not count."""
    kind = values[0][1]
    function = f"@__heddle_atomic_{operation}_{_BYTES[kind]}"
    declarations.add(f"declare i32 {function}({', '.join(['ptr'] + ['i32'] * len(values))})")
    debug = re.search(r", !dbg !\d+", rest)
    suffix = debug.group(0) if debug is not None else ""
    if kind == "i32":
        return [f"{indent}{result} = call i32 {function}({pointer}, i32 {values[0][2]}){suffix}"]
    lines, arguments = [], [pointer]
    for i, value in enumerate(values):
        wide = _temporary(result, f"argument.{i}")
        lines.append(f"{indent}{wide} = zext {kind} {value[2]} to i32")
        arguments.append(f"i32 {wide}")
    word = _temporary(result, "word")
    return lines + [f"{indent}{word} = call i32 {function}({', '.join(arguments)}){suffix}",
                    f"{indent}{result} = trunc i32 {word} to {kind}"]


def _temporary(result, what):
    """A name that derives from the result's, which is unique."""
    base = result.strip('%"')
    return f'%"heddle.{base}.{what}"'
