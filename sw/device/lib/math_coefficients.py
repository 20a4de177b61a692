#!/usr/bin/env python3
"""Writes math_coefficients.hpp: the minimax polynomials of the device's math functions.

    math_coefficients.py           write the file
    math_coefficients.py --check   only say whether it is current (status 1: it is not)

Every polynomial is found by Remez's second algorithm (E. Remez, 1934; J.-M. Muller, "Elementary Functions", chapter 3)
on a grid, then its coefficients are rounded from the lowest to the highest, and those that are left are fitted again
after each rounding. Where a table says so, the highest coefficients have 12 bits only: the device loads such a constant
with one instruction instead of two.
"""

import math
import sys
from pathlib import Path

import mpmath as mp

mp.mp.dps = 40
GRID = 400
SHORT_BITS = 12
FULL_BITS = 24


def rounded(value, bits):
    """To nearest with that many significant bits."""
    if value == 0:
        return mp.mpf(0)
    exponent = bits - 1 - int(mp.floor(mp.log(abs(value), 2)))
    return mp.nint(mp.ldexp(value, exponent)) / mp.mpf(2)**exponent


def horner(coefficients, t):
    result = 0.0
    for c in reversed(coefficients):
        result = result * t + c
    return result


def extrema(errors, count):
    """`count` indices where the error alternates in sign and is largest; None if there are not so many."""
    runs = []
    for i, error in enumerate(errors):
        if runs and (errors[runs[-1]] > 0) == (error > 0):
            if abs(error) > abs(errors[runs[-1]]):
                runs[-1] = i
        else:
            runs.append(i)
    if len(runs) < count:
        return None
    while len(runs) > count:
        if len(runs) == count + 1 or abs(errors[runs[0]]) < abs(errors[runs[-1]]):
            runs = runs[1:] if abs(errors[runs[0]]) < abs(errors[runs[-1]]) else runs[:-1]
        else:
            runs = runs[:-1]
    return runs


def solve(points, values, weights, powers):
    """Coefficients whose weighted error has one size and alternating signs at the points."""
    n = len(powers)
    matrix = mp.matrix(n + 1, n + 1)
    right = mp.matrix(n + 1, 1)
    for row, (t, value, weight) in enumerate(zip(points, values, weights)):
        for column, power in enumerate(powers):
            matrix[row, column] = t**power
        matrix[row, n] = (-1)**row / weight
        right[row] = value
    return list(mp.lu_solve(matrix, right))[:n]


class Fit:
    """function(t) on [begin, end] by a polynomial in t; the error counts relative to `scale`(t), by default the
    function itself. `fixed`: coefficients given from the lowest on. `short`: how many of the highest have 12 bits.
    `at_once`: round all coefficients of one fit; better where t = 0 is inside of the interval and the degree high."""

    evaluated = float  # what the errors are computed with

    def __init__(self, name, meaning, function, begin, end, degree, short=0, scale=None, fixed=(),
                 at_once=False, grid=GRID):
        self.name, self.meaning, self.degree, self.short, self.at_once = name, meaning, degree, short, at_once
        middle, half = (mp.mpf(begin) + end) / 2, (mp.mpf(end) - begin) / 2
        self.t = [middle + half * mp.cos(mp.pi * (2 * i + 1) / (2 * grid)) for i in reversed(range(grid))]
        self.f = [mp.mpf(function(t)) for t in self.t]
        self.w = [1 / abs(mp.mpf(scale(t))) if scale else 1 / abs(f) for t, f in zip(self.t, self.f)]
        self.t_float = [float(t) for t in self.t]
        self.f_float = [float(f) for f in self.f]
        self.w_float = [float(w) for w in self.w]
        self.coefficients = [mp.mpf(c) for c in fixed]

    def run(self):
        """Finds the coefficients; afterwards `error` is the largest weighted one."""
        if self.at_once:
            self.coefficients = [rounded(c, FULL_BITS) for c in self._remez()]
        while len(self.coefficients) <= self.degree:
            power = len(self.coefficients)
            rest = self._remez()
            bits = SHORT_BITS if power > self.degree - self.short else FULL_BITS
            self.coefficients.append(rounded(rest[0], bits))
        self.error = max(abs(e) for e in self._errors([float(c) for c in self.coefficients]))
        return self

    def _errors(self, coefficients):
        return [(horner(coefficients, t) - f) * w
                for t, f, w in zip(self.t_float, self.f_float, self.w_float)]

    def _remez(self):
        """The best coefficients of the powers that have none yet."""
        first = len(self.coefficients)
        powers = list(range(first, self.degree + 1))
        count = len(powers) + 1
        done = list(self.coefficients)
        target = [f - horner(done, t) for t, f in zip(self.t, self.f)]
        known = [self.evaluated(c) for c in done]
        picked = [i * (len(self.t) - 1) // (count - 1) for i in range(count)]
        best, best_error = None, math.inf
        for _ in range(30):
            rest = solve([self.t[i] for i in picked], [target[i] for i in picked], [self.w[i] for i in picked], powers)
            errors = self._errors(known + [self.evaluated(c) for c in rest])
            error = max(abs(e) for e in errors)
            if error < best_error:
                best, best_error = rest, error
            picked = extrema(errors, count)
            if picked is None or error < 1.001 * min(abs(errors[i]) for i in picked):
                break
        return best

    def text(self):
        values = ", ".join(f"{float_text(c)}" for c in self.coefficients)
        return (f"/// {self.meaning}; error {self.error * 2**24:.3f} * 2^-24.\n"
                f"inline constexpr float k{self.name}[] = {{{values}}};\n")


def float_text(value):
    """A hexadecimal literal."""
    text = float(value).hex()
    mantissa, exponent = text.split("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}p{int(exponent)}F"


def truncated(value, bits):
    """Towards zero, else as rounded()."""
    result = rounded(value, bits)
    return result if abs(result) <= abs(value) else result - mp.sign(value) * mp.mpf(2)**(
        int(mp.floor(mp.log(abs(value), 2))) - bits + 1)


def split(name, meaning, value, parts, part_of=rounded):
    """The constant as a sum of floats, each the rounded or truncated rest of those before."""
    texts, rest = [], value
    for _ in range(parts):
        part = part_of(rest, FULL_BITS)
        texts.append(float_text(part))
        rest -= part
    return f"/// {meaning}, as a sum.\ninline constexpr float k{name}[] = {{{', '.join(texts)}}};\n"


BESSEL_DEGREE = 11


def bessel(name, function, pieces):
    """Rows for function(x) on consecutive intervals, each divided by (x - zero) for a zero in it or near it."""
    rows, worst = [], 0
    for begin, end, zero in pieces:
        zero_high = rounded(zero, FULL_BITS)
        zero_low = rounded(zero - zero_high, FULL_BITS)
        center = rounded((mp.mpf(begin) + end) / 2, FULL_BITS)
        half = (mp.mpf(end) - begin) / 2
        found = Fit("", "", lambda t, c=center, z=zero: function(t + c) / (t + c - z), -half - 1e-4, half + 1e-4,
                    BESSEL_DEGREE, at_once=True).run()
        worst = max(worst, found.error)
        coefficients = ", ".join(float_text(c) for c in found.coefficients)
        rows.append(f"    {{{float_text(center)}, {float_text(zero_high)}, {float_text(zero_low)}, {{{coefficients}}}}},\n")
    return (f"/// {name}(x) / (x - zero) in powers of x - center, intervals from {float(pieces[0][0])}; "
            f"error {worst * 2**24:.3f} * 2^-24.\n"
            f"inline constexpr BesselPiece k{name.upper()}[] = {{\n" + "".join(rows) + "};\n")


def bessel_tables():
    def j(n):
        return lambda x: mp.besselj(n, x)

    def y(n):
        return lambda x: mp.bessely(n, x)

    j0, j1, y0, y1 = ([getattr(mp, f"bessel{kind}zero")(n, k) for k in range(1, 5)]
                      for kind, n in (("j", 0), ("j", 1), ("y", 0), ("y", 1)))
    return [
        "/// A piece of a Bessel function between 0 and 8.\nstruct BesselPiece {\n"
        f"  float center, zero, zero_low, c[{BESSEL_DEGREE + 1}];\n}};\n",
        bessel("j0", j(0), [(0, 2.7, j0[0]), (2.7, 5.4, j0[1]), (5.4, 8, j0[1])]),
        bessel("j1", j(1), [(0, 2.7, mp.mpf(0)), (2.7, 5.4, j1[0]), (5.4, 8, j1[1])]),
        bessel("y0", y(0), [(0.7, 1.6, y0[0]), (1.6, 3, y0[0]), (3, 5.5, y0[1]), (5.5, 8, y0[2])]),
        bessel("y1", y(1), [(0.7, 1.6, y1[0]), (1.6, 3, y1[0]), (3, 5.5, y1[1]), (5.5, 8, y1[1])]),
    ]


def tables():
    """Text of all tables."""
    one = mp.mpf(1)
    with mp.workprec(400):
        inverse_pi = int(mp.floor(mp.ldexp(1 / mp.pi, 256)))
    pieces = [
        split("LogOf2", "ln 2", mp.log(2), 2),
        split("Log2OfE", "log2 e", 1 / mp.log(2), 2),
        split("Log2Of10", "log2 10", mp.log(10) / mp.log(2), 2),
        split("Log10OfE", "log10 e", 1 / mp.log(10), 2),
        split("Log10Of2", "log10 2", mp.log(2) / mp.log(10), 2),
        split("TwoLog2OfE", "2 log2 e", 2 / mp.log(2), 2),
        split("Pi", "pi", mp.pi, 3, truncated),
        split("HalfPi", "pi / 2", mp.pi / 2, 3, truncated),
        split("InversePi", "1 / pi", 1 / mp.pi, 1),
        split("TwoByPi", "2 / pi", 2 / mp.pi, 1),
        split("SqrtHalf", "sqrt(1/2)", mp.sqrt(one / 2), 1),
        split("SqrtTwo", "sqrt(2)", mp.sqrt(mp.mpf(2)), 1),
        split("InverseRootPi", "1 / sqrt(pi)", 1 / mp.sqrt(mp.pi), 1),
        split("Log2OfRootTwoPi", "log2(sqrt(2 pi))", mp.log(2 * mp.pi, 2) / 2, 1),
        split("LogOfRootTwoPi", "log(sqrt(2 pi))", mp.log(2 * mp.pi) / 2, 1),
        "/// 1 / pi in words of 32 bits behind the point.\ninline constexpr uint32_t kInversePiWords[] = {" +
        ", ".join(f"0x{inverse_pi >> 224 - 32 * i & 0xffffffff:08x}" for i in range(8)) + "};\n",
    ]
    fits = fit_list()
    return "\n".join(pieces + [fit.run().text() for fit in fits] + bessel_tables())


def inverse_erfc_of(w):
    """y = erfinv(sqrt(1 - 2^-w)), by Newton."""
    ln2, two_by_root_pi = mp.log(2), 2 / mp.sqrt(mp.pi)
    p = mp.mpf(2)**-w
    x = p / (1 + mp.sqrt(1 - p))  # erfc(y)
    y = mp.sqrt(max(w * ln2 - mp.log(mp.sqrt(mp.pi) * mp.sqrt(max(w * ln2, 1))), mp.mpf("0.1")))
    if w < 3:
        y = mp.erfinv(1 - x)
    for _ in range(20):
        step = (mp.erfc(y) - x) * mp.exp(y * y) / two_by_root_pi
        y += step
        if abs(step) < mp.mpf(10)**-30:
            break
    return y


def fit_list():
    half = mp.mpf(1) / 2
    result = []

    def fit(*arguments, **options):
        result.append(Fit(*arguments, **options))

    ln2 = mp.log(2)
    # Exponentials.
    fit("Expm1", "(exp(t) - 1 - t) / t^2, |t| <= 0.45", lambda t: (mp.expm1(t) - t) / t**2 if t else half,
        -0.4501, 0.4501, 5, short=1, scale=lambda t: mp.expm1(t) / t**2 if t else 1e9)
    fit("Sinh", "(sinh(x) - x) / x^3, t = x^2 <= 1", lambda t: (mp.sinh(mp.sqrt(t)) / mp.sqrt(t) - 1) / t, 1e-9, 1, 2,
        short=1, scale=lambda t: 1 / t)
    fit("Tanh", "(tanh(x) - x) / x^3, t = x^2, x <= 0.8", lambda t: (mp.tanh(mp.sqrt(t)) / mp.sqrt(t) - 1) / t,
        1e-9, 0.65, 5, short=1, scale=lambda t: mp.tanh(mp.sqrt(t)) / mp.sqrt(t) / t)
    # Logarithms: of 1 + t, -1/3 <= t < 1/3.
    fit("Log", "(log(1 + t) - t) / t^2", lambda t: (mp.log1p(t) - t) / t**2, -0.3334, 0.3334, 8, short=1,
        scale=lambda t: mp.log1p(t) / t**2, fixed=(-0.5,))
    fit("Log2", "(log2(1 + t) - log2(e) t) / t^2", lambda t: (mp.log1p(t) - t) / t**2 / ln2, -0.3334, 0.3334, 8,
        short=1, scale=lambda t: mp.log1p(t) / t**2 / ln2)
    fit("Log10", "(log10(1 + t) - log10(e) t) / t^2", lambda t: (mp.log1p(t) - t) / t**2 / mp.log(10), -0.3334, 0.3334,
        8, short=1, scale=lambda t: mp.log1p(t) / t**2 / mp.log(10))
    fit("Log2Atanh", "2 log2(e) (atanh(s) / s - 1) / s^2, t = s^2, s <= 0.172",
        lambda t: 2 / ln2 * (mp.atanh(mp.sqrt(t)) / mp.sqrt(t) - 1) / t, 1e-9, 0.0296, 3)
    # Trigonometric functions.
    fit("Sin", "(sin(x) / x - 1) / x^2, t = x^2, x <= pi / 2", lambda t: (mp.sin(mp.sqrt(t)) / mp.sqrt(t) - 1) / t,
        1e-9, 2.4676, 3, short=1, scale=lambda t: mp.sin(mp.sqrt(t)) / mp.sqrt(t) / t)
    fit("SinPi", "(sin(pi x) / x - pi) / x^2, t = x^2, x <= 1/4", lambda t: (mp.sin(mp.pi * mp.sqrt(t)) / mp.sqrt(t) - mp.pi) / t,
        1e-9, 0.0626, 2, short=0, scale=lambda t: mp.sin(mp.pi * mp.sqrt(t)) / mp.sqrt(t) / t)
    fit("CosPi", "(cos(pi x) - 1) / x^2, t = x^2, x <= 1/4", lambda t: (mp.cos(mp.pi * mp.sqrt(t)) - 1) / t,
        1e-9, 0.0626, 3, short=1, scale=lambda t: mp.cos(mp.pi * mp.sqrt(t)) / t)
    fit("Tan", "(tan(x) / x - 1) / x^2, t = x^2, x <= pi / 4", lambda t: (mp.tan(mp.sqrt(t)) / mp.sqrt(t) - 1) / t,
        1e-9, 0.6170, 5, short=1, scale=lambda t: mp.tan(mp.sqrt(t)) / mp.sqrt(t) / t)
    fit("Atan", "(atan(x) / x - 1) / x^2, t = x^2, x <= 1", lambda t: (mp.atan(mp.sqrt(t)) / mp.sqrt(t) - 1) / t,
        1e-9, 1, 8, short=0, scale=lambda t: mp.atan(mp.sqrt(t)) / mp.sqrt(t) / t)
    fit("Asin", "(asin(x) / x - 1) / x^2, t = x^2, x <= 0.55", lambda t: (mp.asin(mp.sqrt(t)) / mp.sqrt(t) - 1) / t,
        1e-9, 0.3026, 5, short=1, scale=lambda t: mp.asin(mp.sqrt(t)) / mp.sqrt(t) / t)
    # The error function and its like.
    two_by_root_pi = 2 / mp.sqrt(mp.pi)
    fit("Erf", "erf(x) / x - 1, t = x^2, x <= 0.95", lambda t: mp.erf(mp.sqrt(t)) / mp.sqrt(t) - 1, 1e-9, 0.9026, 5,
        short=1, scale=lambda t: mp.erf(mp.sqrt(t)) / mp.sqrt(t))
    fit("ErfTail", "log2(erfc(t)), 0.95 <= t <= 3.95", lambda t: mp.log(mp.erfc(t), 2), 0.949, 3.95, 7, short=1,
        scale=lambda t: mp.erf(t) / mp.erfc(t) / ln2)

    def erfcx_of(q):
        a = 4 * (1 + q) / (1 - q)
        return (1 + 2 * a) * mp.exp(a * a) * mp.erfc(a)

    fit("Erfcx", "(1 + 2 a) exp(a^2) erfc(a), t = (a - 4) / (a + 4), 0 <= a <= 10.2", erfcx_of, -1, 0.4367, 10)

    fit("ErfInv", "erfinv(x) / x, t = -log2(1 - x^2) - 3, t + 3 <= 6.2",
        lambda t: inverse_erfc_of(t + 3) / mp.sqrt(1 - mp.mpf(2)**-(t + 3)), -3 + 1e-9, 3.2, 10)
    fit("ErfInvTail", "erfinv(x) v, t = v - 1/4, v = 1 / sqrt(-log2(1 - x^2)) <= 0.402",
        lambda t: inverse_erfc_of(1 / (t + 0.25)**2) * (t + 0.25), 0.0815 - 0.25, 0.402 - 0.25, 10, at_once=True)
    # The gamma function.
    fit("InverseGamma", "(1 / gamma(1 + t) - 1) / t, |t| <= 1/2", lambda t: (mp.rgamma(1 + t) - 1) / t, -0.5001, 0.5001, 8,
        short=1, scale=lambda t: mp.rgamma(1 + t) / t)
    fit("Lgamma1", "lgamma(1 + t) / t, |t| <= 1/2", lambda t: mp.loggamma(1 + t) / t, -0.5001, 0.5001, 12, short=2)
    fit("Lgamma2", "lgamma(2 + t) / t, -1/2 <= t <= 1", lambda t: mp.loggamma(2 + t) / t, -0.5001, 1.0001, 9, short=1)
    fit("Lgamma5", "lgamma(5 + t), -2 <= t <= 3", lambda t: mp.loggamma(5 + t), -2.0001, 3.0001, 10)
    fit("Stirling", "(lgamma(x) - (x - 1/2) log(x) + x - log(2 pi) / 2) x, t = 1 / x^2, x >= 4",
        lambda t: (mp.loggamma(1 / mp.sqrt(t)) - (1 / mp.sqrt(t) - half) * mp.log(1 / mp.sqrt(t)) + 1 / mp.sqrt(t) -
                   mp.log(2 * mp.pi) / 2) / mp.sqrt(t), mp.mpf("1e-7"), 0.0626, 2, short=1)
    # Bessel functions of the second kind for small x, without their logarithm (and pole).
    fit("SmallJ0", "(j0(x) - 1) / x^2, t = x^2, x <= 1", lambda t: (mp.besselj(0, mp.sqrt(t)) - 1) / t, 1e-9, 1, 3,
        scale=lambda t: mp.besselj(0, mp.sqrt(t)) / t)
    fit("SmallY0", "y0(x) - 2 / pi log(x) j0(x), t = x^2, x <= 0.7",
        lambda t: mp.bessely(0, mp.sqrt(t)) - 2 / mp.pi * mp.log(mp.sqrt(t)) * mp.besselj(0, mp.sqrt(t)), 1e-9, 0.4901, 3,
        scale=lambda t: mp.bessely(0, mp.sqrt(t)))
    fit("SmallY1", "(y1(x) - 2 / pi (log(x) j1(x) - 1 / x)) / x, t = x^2, x <= 0.7",
        lambda t: (mp.bessely(1, mp.sqrt(t)) - 2 / mp.pi * (mp.log(mp.sqrt(t)) * mp.besselj(1, mp.sqrt(t)) -
                                                            1 / mp.sqrt(t))) / mp.sqrt(t), 1e-9, 0.4901, 2,
        scale=lambda t: mp.bessely(1, mp.sqrt(t)) / mp.sqrt(t))
    # Modified Bessel functions of the first kind.
    fit("SmallI0", "(i0(x) - 1) / x^2, t = x^2, x <= 4", lambda t: (mp.besseli(0, mp.sqrt(t)) - 1) / t, 1e-9, 16, 8,
        scale=lambda t: mp.besseli(0, mp.sqrt(t)) / t)
    fit("SmallI1", "i1(x) / x, t = x^2, x <= 4", lambda t: mp.besseli(1, mp.sqrt(t)) / mp.sqrt(t), 1e-9, 16, 9)
    for n in range(2):
        fit(f"LargeI{n}", f"i{n}(x) sqrt(x) e^-x, t = 1 / x - 1/8, x >= 4",
            lambda t, n=n: mp.besseli(n, 1 / (t + mp.mpf(1) / 8)) * mp.exp(-1 / (t + mp.mpf(1) / 8)) /
            mp.sqrt(t + mp.mpf(1) / 8), mp.mpf("0.01") - mp.mpf(1) / 8, mp.mpf(1) / 8, 9, at_once=True)
    return result


def text():
    return ("// Generated by math_coefficients.py. Polynomials from the lowest coefficient on; the errors are\n"
            "// those of exact evaluation, relative to the function that the polynomial serves.\n"
            "#pragma once\n\n#include <stdint.h>\n\n// clang-format off\nnamespace heddle::math {\n\n" + tables() +
            "\n}  // namespace heddle::math\n// clang-format on\n")


def main():
    path = Path(__file__).with_suffix(".hpp")
    wanted = text()
    if "--check" in sys.argv[1:]:
        if not path.is_file() or path.read_text(encoding="utf-8") != wanted:
            sys.exit(f"{path} is not what {Path(__file__).name} writes; run it")
        return
    path.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
