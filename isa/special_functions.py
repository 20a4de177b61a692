"""Coefficients of the special functions (docs/architecture/special_functions.md).

Every table entry approximates its function on one interval by C0 + C1 * u + C2 * u^2, u in [-1, 1) across it, in units
of 2^-28. A fit goes from the highest coefficient down: each is rounded, and the next one is fitted to what is left.
"""

import math

UNIT_BITS = 28
C0_BITS, C1_BITS, C2_BITS = 30, 23, 18  # C0 is unsigned
POINTS = [math.cos(math.pi * (2 * i + 1) / 128) for i in range(64)]


def fit(function, begin, end):
    """Rounded coefficients for one interval."""
    middle, half = (begin + end) / 2, (end - begin) / 2
    unit = 2.0**UNIT_BITS
    # The quadratic through the Chebyshev nodes is within a few percent of the best one.
    nodes = [math.cos(math.pi * (2 * i + 1) / 6) for i in range(3)]
    values = [function(middle + half * u) for u in nodes]
    slopes = [(values[i + 1] - values[i]) / (nodes[i + 1] - nodes[i]) for i in range(2)]
    c2 = round((slopes[1] - slopes[0]) / (nodes[2] - nodes[0]) * unit)
    rest = [function(middle + half * u) - c2 / unit * u * u for u in POINTS]
    c1 = round(sum(y * u for y, u in zip(rest, POINTS)) / sum(u * u for u in POINTS) * unit)
    rest = [y - c1 / unit * u for y, u in zip(rest, POINTS)]
    c0 = round((max(rest) + min(rest)) / 2 * unit)
    return c0, c1, c2


def scaled_tanh(exponent):
    """tanh over one binade, scaled so that it lies in (0.4, 1)."""
    scale = 2.0 ** -min(exponent + 1, 0)
    return lambda x: math.tanh(x) * scale


def tables():
    """(name, what the index means, entries) in the order of the ROM."""
    return [
        ("RCP", "1 / x, x in [1, 2)", [fit(lambda x: 1 / x, 1 + i / 128, 1 + (i + 1) / 128) for i in range(128)]),
        ("RSQRT", "1 / sqrt(x), x in [1, 2), then in [2, 4)",
         [fit(lambda x, o=octave: 1 / math.sqrt(x * 2**o), 1 + i / 64, 1 + (i + 1) / 64)
          for octave in range(2) for i in range(64)]),
        ("EX2", "2^x, x in [0, 1)", [fit(lambda x: 2.0**x, i / 64, (i + 1) / 64) for i in range(64)]),
        ("LG2", "log2(x), x in [1, 2)", [fit(math.log2, 1 + i / 64, 1 + (i + 1) / 64) for i in range(64)]),
        ("SIN", "sin(pi/2 x), x in [0, 1)",
         [fit(lambda x: math.sin(math.pi / 2 * x), i / 64, (i + 1) / 64) for i in range(64)]),
        ("TANH", "tanh(x) / 2^min(e+1, 0), x in [2^e, 2^(e+1)), e = -6 to 2",
         [fit(scaled_tanh(e), 2.0**e * (1 + i / 16), 2.0**e * (1 + (i + 1) / 16))
          for e in range(-6, 3) for i in range(16)]),
    ]


def entries():
    """All coefficients, checked against the widths."""
    result = [entry for _, _, rows in tables() for entry in rows]
    for c0, c1, c2 in result:
        assert 0 <= c0 < 1 << C0_BITS and abs(c1) < 1 << (C1_BITS - 1) and abs(c2) < 1 << (C2_BITS - 1)
    return result


def bases():
    first = 0
    for name, what, rows in tables():
        yield name, what, first
        first += len(rows)


def svh():
    lines = ["// Made by isa/generate.py from isa/special_functions.py; do not edit.", "//",
             "// Coefficients of the special functions, for inclusion inside a module: {C0, C1, C2} by ROM index",
             "// (docs/architecture/special_functions.md).",
             f"  localparam int unsigned C0_BITS = {C0_BITS};",
             f"  localparam int unsigned C1_BITS = {C1_BITS};  // signed",
             f"  localparam int unsigned C2_BITS = {C2_BITS};  // signed"]
    lines += [f"  localparam logic [9:0] BASE_{name} = 10'd{first};  // {what}" for name, what, first in bases()]
    width = C0_BITS + C1_BITS + C2_BITS
    lines += [f"  function automatic logic [{width - 1}:0] coefficients(input logic [9:0] index);", "    case (index)"]
    for index, (c0, c1, c2) in enumerate(entries()):
        word = c0 << (C1_BITS + C2_BITS) | (c1 & (1 << C1_BITS) - 1) << C2_BITS | (c2 & (1 << C2_BITS) - 1)
        lines.append(f"      10'd{index}: coefficients = {width}'h{word:018x};")
    lines += [f"      default: coefficients = {width}'h0;", "    endcase", "  endfunction", ""]
    return "\n".join(lines)


def header():
    lines = ["// Made by isa/generate.py from isa/special_functions.py; do not edit.",
             "// Coefficients of the special functions in units of 2^-28",
             "// (docs/architecture/special_functions.md).", "#pragma once", "", "#include <array>", "#include <cstdint>", "",
             "namespace heddle::isa::special_functions {", "", "struct Coefficients {", "  std::int32_t c0, c1, c2;", "};", ""]
    for name, what, first in bases():
        lines += [f"/// {what}", f"inline constexpr std::uint32_t k{name.capitalize()}Base = {first};"]
    lines += ["", "// clang-format off",
              f"inline constexpr std::array<Coefficients, {len(entries())}> kCoefficients{{{{"]
    lines += [f"    {{{c0}, {c1}, {c2}}}," for c0, c1, c2 in entries()]
    lines += ["}};", "// clang-format on", "", "}  // namespace heddle::isa::special_functions", ""]
    return "\n".join(lines)
