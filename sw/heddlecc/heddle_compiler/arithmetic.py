"""Turns float divisions and square roots into calls of the device library: the lanes have no divider for floats. To be
applied to optimized IR, because the optimizer makes divisions of its own."""

import re

from .ir_module import split_top_level

_DIVIDE = re.compile(r"(\s+)(%\S+) = fdiv (?:[a-z]+ )*?(float|<(\d+) x float>) (.*)$")
_CALLS = {
    "@llvm.sqrt.f32(": "@__heddle_sqrtf(",
    "@sqrtf(": "@__heddle_sqrtf(",
    "@llvm.sqrt.f64(": "@__heddle_sqrt(",
    "@sqrt(": "@__heddle_sqrt(",
}
_DECLARATIONS = ["declare float @__heddle_divf(float, float)", "declare float @__heddle_sqrtf(float)",
                 "declare double @__heddle_sqrt(double)"]


def call_library(module):
    """Rewrites all functions of the module."""
    for function in module.functions():
        body = []
        for line in function.body:
            match = _DIVIDE.match(line)
            body += _divide(match) if match else [_square_root(line)]
        function.body = body
    module.items += _DECLARATIONS


def _square_root(line):
    if "call " in line:
        for old, new in _CALLS.items():
            line = line.replace(old, new)
    return line


def _divide(match):
    indent, result, kind, width, rest = match.groups()
    operands = split_top_level(rest)
    a, b = operands[0], operands[1]
    tail = "".join(f", {part}" for part in operands[2:])
    if width is None:
        return [f"{indent}{result} = call float @__heddle_divf(float {a}, float {b}){tail}"]
    # A vector: element by element. The names derive from the result's, which is unique.
    base = result.strip('%"')
    lines, vector = [], "poison"
    for i in range(int(width)):
        stem = f'%"heddle.{base}.{i}'
        lines += [f'{indent}{stem}.a" = extractelement {kind} {a}, i32 {i}{tail}',
                  f'{indent}{stem}.b" = extractelement {kind} {b}, i32 {i}{tail}',
                  f'{indent}{stem}.q" = call float @__heddle_divf(float {stem}.a", float {stem}.b"){tail}']
        target = result if i == int(width) - 1 else f'{stem}.v"'
        lines.append(f'{indent}{target} = insertelement {kind} {vector}, float {stem}.q", i32 {i}{tail}')
        vector = target
    return lines
