#!/usr/bin/env python3
"""Writes math_double_coefficients.hpp: the minimax polynomials and constants of the device's double math functions.

    math_double_coefficients.py           write the file
    math_double_coefficients.py --check   only say whether it is current (status 1: it is not)

The polynomials are found as in math_coefficients.py. Their values are integers, units of a negative power of two: the
device evaluates them in integer arithmetic of 64 bits.
"""

import sys
from pathlib import Path

import mpmath as mp

from math_coefficients import Fit, inverse_erfc_of

mp.mp.dps = 50


class FixedFit(Fit):
    """function(t), begin <= t <= end. The device evaluates with u = t / 2^scaling and gets units of 2^-unit; `scale`
    as in Fit. `alternating`: the signs are, and the table has magnitudes. `signed`: t, and the table's numbers, are."""

    evaluated = mp.mpf

    def __init__(self, name, meaning, function, begin, end, degree, unit=64, scaling=0, scale=None, alternating=False,
                 signed=False):
        super().__init__(name, meaning, function, begin, end, degree, scale=scale, grid=8 * (degree + 2))
        self.unit, self.scaling, self.alternating, self.signed = unit, scaling, alternating, signed

    def run(self):
        self.coefficients = self._remez()
        self.error = max(abs(e) for e in self._errors(self.coefficients))
        return self

    def _errors(self, coefficients):
        return [(mp.polyval(coefficients[::-1], t) - f) * w for t, f, w in zip(self.t, self.f, self.w)]

    def text(self):
        values = []
        for power, c in enumerate(self.coefficients):
            value = int(mp.nint(mp.ldexp(c, self.unit + self.scaling * power)))
            if self.alternating:
                value = -value if power % 2 else value
            limit = 2**63 if self.signed else 2**64
            assert (-limit if self.signed else 0) <= value < limit, (self.name, power, c)
            values.append(f"{value}" if self.signed else f"{value:#018x}")
        kind = "int64_t" if self.signed else "uint64_t"
        unit = f"units of 2^{-self.unit}" + (f", in t / {2**self.scaling:g}" if self.scaling else "")
        signs = ", signs alternating" if self.alternating else ""
        return (f"/// {self.meaning}; {unit}{signs}; error 2^{float(mp.log(self.error, 2)):.1f}.\n"
                f"inline constexpr {kind} k{self.name}[] = {{" + ", ".join(values) + "};\n")


def constant(name, meaning, value, unit=64, words=1):
    """A value in units of 2^-unit; more words of 64 bits continue it."""
    whole = int(mp.floor(mp.ldexp(value, unit + 64 * (words - 1))))
    assert whole < 2**(64 * words), name
    if words == 1:
        whole = int(mp.nint(mp.ldexp(value, unit)))
        return f"/// {meaning} in units of 2^-{unit}.\ninline constexpr uint64_t k{name} = {whole:#018x};\n"
    parts = ", ".join(f"{whole >> 64 * (words - 1 - i) & (2**64 - 1):#018x}" for i in range(words))
    return f"/// {meaning} in units of 2^-{unit}, 2^-{unit + 64}.\ninline constexpr uint64_t k{name}[] = {{{parts}}};\n"


ZERO_WORDS, PI_WORDS = 3, 38


def tables():
    with mp.workdps(400):
        inverse_pi = int(mp.floor(mp.ldexp(1 / mp.pi, 32 * PI_WORDS)))
    words = [0] * ZERO_WORDS + [inverse_pi >> 32 * (PI_WORDS - 1 - i) & 0xffffffff for i in range(PI_WORDS)]
    ln2 = mp.log(2)
    pieces = [
        constant("Ln2", "ln 2", ln2, 64, 2),
        constant("Log2OfEFixed", "log2 e", 1 / ln2, 63),
        constant("TwoLog2OfEFixed", "2 log2 e", 2 / ln2, 62, 2),
        constant("Log10Of2Fixed", "log10 2", ln2 / mp.log(10), 64, 2),
        constant("Log10Of2Significand", "log10 2", ln2 / mp.log(10), 65),
        constant("Log2Of10Fixed", "log2 10", mp.log(10) / ln2, 62),
        constant("Log10OfEFixed", "log10 e", 1 / mp.log(10), 65),
        constant("Ln10Rest", "ln 10 - 2", mp.log(10) - 2, 64),
        constant("RootTwo", "sqrt(2)", mp.sqrt(mp.mpf(2)), 63),
        constant("TwoByRootPi", "2 / sqrt(pi)", 2 / mp.sqrt(mp.pi), 63),
        constant("RootHalf", "sqrt(1/2)", mp.sqrt(mp.mpf(1) / 2), 64),
        constant("RootTwoPiLog", "log(sqrt(2 pi))", mp.log(2 * mp.pi) / 2, 64),
        constant("RootTwoPiLog2", "log2(sqrt(2 pi))", mp.log(2 * mp.pi) / 2 / ln2, 63, 2),
        constant("Ninth", "1/9", mp.mpf(1) / 9, 64),
        constant("PiFixed", "pi", mp.pi, 62),
        constant("ThreeQuartersPi", "3 pi / 4", 3 * mp.pi / 4, 62),
        constant("TangentPiBy8", "tan(pi / 8)", mp.sqrt(mp.mpf(2)) - 1, 64),
        constant("RootPiBy2", "sqrt(pi) / 2", mp.sqrt(mp.pi) / 2, 64),
        constant("HalfPiFixed", "pi / 2", mp.pi / 2, 63),
        constant("TwoByPiFixed", "2 / pi", 2 / mp.pi, 64),
        f"/// 1 / pi in words of 32 bits, with {ZERO_WORDS} words of zeros before the point.\n"
        "inline constexpr uint32_t kInversePiBits[] = {" + ", ".join(f"{w:#010x}" for w in words) + "};\n",
    ]
    return "\n".join(pieces + bessel_constants() + [fit.run().text() for fit in fit_list()])


def zero(kind, order, number):
    return getattr(mp, f"bessel{kind}zero")(order, number)


# The zeros that are factored out: of J from 2 to 4 and from 4 to 8, of Y from 0, 2, 4 on.
BESSEL_ZEROS = {"J0": (1, 2), "J1": (1, 2), "Y0": (1, 2, 3), "Y1": (1, 2)}


def bessel_constants():
    """In the units of an operand below 8."""
    pieces = [constant(f"{name}Zero{k}", f"zero {k} of {name}", zero(name[0].lower(), int(name[1]), k), 60, 2)
              for name, numbers in BESSEL_ZEROS.items() for k in numbers]
    first = zero("y", 0, 1)
    return pieces + [constant("Y0Zero1Inverse", "1 / zero 1 of Y0", 1 / first, 63)]


def series(function, terms):
    """function(t) near 0, by its Taylor coefficients, elsewhere as given."""
    return lambda t: mp.polyval([mp.mpf(c) for c in terms][::-1], t) if abs(t) < mp.mpf("1e-5") else function(t)


def fit_list():
    one = mp.mpf(1)
    factorial = mp.factorial
    result = []

    def fit(*arguments, **options):
        result.append(FixedFit(*arguments, **options))

    half_ln2 = mp.log(2) / 2 + mp.mpf("1e-5")
    fit("Exp", "(e^t - 1 - t) / t^2, |t| <= ln 2 / 2",
        series(lambda t: (mp.exp(t) - 1 - t) / t**2, [1 / factorial(k + 2) for k in range(8)]), -half_ln2, half_ln2, 11,
        unit=63, signed=True, scale=lambda t: 1)
    fit("Atanh", "(atanh(s) / s - 1) / s^2, t = s^2, s <= 3 - 2 sqrt 2",
        series(lambda t: (mp.atanh(mp.sqrt(t)) / mp.sqrt(t) - 1) / t, [one / (2 * k + 3) for k in range(8)]), 0,
        (3 - 2 * mp.sqrt(2))**2 + mp.mpf("1e-6"), 8, scaling=-4, scale=lambda t: 1)
    fit("SineTail", "(1 - sin(x) / x) / x^2, t = x^2, x <= pi / 2",
        series(lambda t: (1 - mp.sin(mp.sqrt(t)) / mp.sqrt(t)) / t,
               [(-1)**k / factorial(2 * k + 3) for k in range(8)]), 0, mp.mpf("2.4675"), 8, unit=66,
        scaling=2, scale=lambda t: 1, alternating=True)
    fit("CosineTail", "(1 - cos(x)) / x^2, t = x^2, x <= pi / 4",
        series(lambda t: (1 - mp.cos(mp.sqrt(t))) / t, [(-1)**k / factorial(2 * k + 2) for k in range(8)]), 0,
        mp.mpf("0.617"), 7, scale=lambda t: 1, alternating=True)
    fit("AtanTail", "(1 - atan(x) / x) / x^2, t = x^2, x <= tan(pi / 8)",
        series(lambda t: (1 - mp.atan(mp.sqrt(t)) / mp.sqrt(t)) / t,
               [(-1)**k * one / (2 * k + 3) for k in range(8)]), 0, (mp.sqrt(2) - 1)**2 + mp.mpf("1e-6"), 12,
        scale=lambda t: 1, alternating=True)
    two_by_root_pi = 2 / mp.sqrt(mp.pi)
    fit("SmallErf", "(2 / sqrt(pi) - erf(x) / x) / x^2, t = x^2, x <= 1/2",
        series(lambda t: (two_by_root_pi - mp.erf(mp.sqrt(t)) / mp.sqrt(t)) / t,
               [(-1)**k * two_by_root_pi / (factorial(k + 1) * (2 * k + 3)) for k in range(8)]), 0,
        mp.mpf("0.25001"), 9, scale=lambda t: 1, alternating=True)

    def erfcx(t):
        x = 1 / (t + one / 9) - 4
        return mp.exp(x * x) * mp.erfc(x) * (x + 1)

    fit("ScaledErfc", "e^(x^2) erfc(x) (x + 1), t = 1 / (x + 4) - 1/9, x >= 1/2", erfcx, -one / 9 + mp.mpf("1e-12"),
        one / 9 + mp.mpf("1e-9"), 24, unit=62, scaling=-2, scale=lambda t: 1, signed=True)
    fit("InverseGamma2", "1 / gamma(2 + t), |t| <= 1/2", lambda t: mp.rgamma(2 + t), -one / 2, one / 2, 16, unit=62,
        scaling=1, scale=lambda t: 1, signed=True)
    fit("LogGamma2", "lgamma(2 + t) / t, |t| <= 1/2",
        series(lambda t: mp.loggamma(2 + t) / t,
               [mp.digamma(2)] + [(-1)**k * (mp.zeta(k) - 1) / k for k in range(2, 9)]), -one / 2, one / 2, 20, unit=62,
        scaling=1, scale=lambda t: 1, signed=True)
    fit("StirlingSeries", "(lgamma(x) - (x - 1/2) log(x) + x - log(2 pi) / 2) x, t = 1 / x^2, x >= 12",
        lambda t: (mp.loggamma(1 / mp.sqrt(t)) - (1 / mp.sqrt(t) - one / 2) * mp.log(1 / mp.sqrt(t)) + 1 / mp.sqrt(t) -
                   mp.log(2 * mp.pi) / 2) / mp.sqrt(t), mp.mpf("1e-9"), one / 144, 5, unit=64, signed=True,
        scale=lambda t: 1)
    result.append(Fit("InverseErfcTail", "erfcinv(x) v, t = v - 0.22, v = 1 / sqrt(-log2(1 - (1 - x)^2)) <= 0.402",
                      lambda t: inverse_erfc_of(1 / (t + mp.mpf("0.22"))**2) * (t + mp.mpf("0.22")),
                      mp.mpf("0.0304") - mp.mpf("0.22"), mp.mpf("0.402") - mp.mpf("0.22"), 12, at_once=True))
    bessel_fits(fit)
    return result


def bessel_fits(fit):
    options = {"signed": True, "scale": lambda t: 1}
    functions = {"J0": lambda x: mp.besselj(0, x), "J1": lambda x: mp.besselj(1, x),
                 "Y0": lambda x: mp.bessely(0, x), "Y1": lambda x: mp.bessely(1, x)}
    quarter, two_by_pi = mp.mpf(1) / 4, 2 / mp.pi
    fit("SmallJ0Double", "(1 - J0(x)) / t, t = x^2 / 4, x <= 2",
        series(lambda t: (1 - mp.besselj(0, 2 * mp.sqrt(t))) / t,
               [(-1)**k / mp.factorial(k + 1)**2 for k in range(8)]), 0, 1, 9, unit=63, scale=lambda t: 1,
        alternating=True)
    fit("SmallJ1Double", "J1(x) / x, t = x^2 / 4, x <= 2",
        series(lambda t: mp.besselj(1, 2 * mp.sqrt(t)) / (2 * mp.sqrt(t)),
               [(-1)**k / (2 * mp.factorial(k) * mp.factorial(k + 1)) for k in range(8)]), 0, 1, 9,
        scale=lambda t: 1, alternating=True)
    first = zero("y", 0, 1)
    fit("SmallY0Double", "(Y0(x) - 2 / pi log(x / zero 1) J0(x)) / (x - zero 1), t = x - 1, x <= 2",
        lambda t: (mp.bessely(0, t + 1) - two_by_pi * mp.log((t + 1) / first) * mp.besselj(0, t + 1)) /
        (t + 1 - first), mp.mpf("-0.999999"), 1, 14, unit=63, scaling=1, **options)
    fit("SmallY1Double", "(Y1(x) + 2 / (pi x) - 2 / pi log(x / 2) J1(x)) / x, t = x^2 / 4 - 1/2, x <= 2",
        lambda t: (mp.bessely(1, 2 * mp.sqrt(t + 0.5)) + two_by_pi / (2 * mp.sqrt(t + 0.5)) -
                   two_by_pi * mp.log(mp.sqrt(t + 0.5)) * mp.besselj(1, 2 * mp.sqrt(t + 0.5))) /
        (2 * mp.sqrt(t + 0.5)), mp.mpf("-0.4999999"), mp.mpf(1) / 2, 10, unit=64, **options)
    for name, function in functions.items():
        numbers = BESSEL_ZEROS[name][-2:]
        for begin, number in zip((2, 4), numbers):
            middle, factored = mp.mpf(3 * begin) / 2, zero(name[0].lower(), int(name[1]), number)
            degree = {("J", 2): 16, ("J", 4): 20, ("Y", 2): 25, ("Y", 4): 25}[name[0], begin]
            fit(f"{name}From{begin}", f"{name}(x) / (x - zero {number}), t = x - {3 * begin // 2}, "
                f"{begin} <= x <= {2 * begin}",
                lambda t, f=function, m=middle, z=factored: f(t + m) / (t + m - z), -middle / 3, middle / 3, degree,
                unit=62, scaling=begin // 2, **options)

    def polar(order, t):
        """Modulus by sqrt(2 / (pi x)) and phase less x - (2 order + 1) pi / 4."""
        x = 1 / mp.sqrt(t + quarter / 32)
        value = mp.mpc(mp.besselj(order, x), mp.bessely(order, x)) * mp.expj(mp.pi * (2 * order + 1) / 4 - x)
        return abs(value) * mp.sqrt(mp.pi * x / 2), mp.arg(value) * x / mp.pi

    least = mp.mpf("1e-7") - quarter / 32
    for order in range(2):
        fit(f"Modulus{order}", f"modulus of order {order} by sqrt(2 / (pi x)), t = 1 / x^2 - 1/128, x >= 8",
            lambda t, n=order: polar(n, t)[0], least, quarter / 32, 16, unit=62, scaling=-5, **options)
        fit(f"Phase{order}", f"phase of order {order} in half turns, less that of x, times x, "
            "t = 1 / x^2 - 1/128, x >= 8",
            lambda t, n=order: polar(n, t)[1], least, quarter / 32, 18, unit=66, scaling=-5, **options)
    for order in range(2):
        def scaled(x, n=order):
            return mp.besseli(n, x) * mp.exp(-x)

        by_factorials = [1 / ((1 + order) * mp.factorial(k) * mp.factorial(k + order)) for k in range(8)]
        fit(f"SmallI{order}Double", ("I0(x)", "I1(x) / x")[order] + ", t = x^2 / 4, x <= 2",
            series(lambda t, n=order: mp.besseli(n, 2 * mp.sqrt(t)) / (2 * mp.sqrt(t))**n, by_factorials), 0, 1, 10,
            unit=62 + 2 * order, scale=lambda t: 1)
        for begin, degree in ((2, 19), (4, 22)):
            middle = mp.mpf(3 * begin) / 2
            fit(f"I{order}From{begin}", f"I{order}(x) e^-x, t = x - {3 * begin // 2}, {begin} <= x <= {2 * begin}",
                lambda t, f=scaled, m=middle: f(t + m), -middle / 3, middle / 3, degree, scaling=begin // 2, **options)
        fit(f"I{order}From8", f"I{order}(x) sqrt(x) e^-x, t = 1/16 - 1 / x, x >= 8",
            lambda t, f=scaled: f(1 / (quarter / 4 - t)) / mp.sqrt(quarter / 4 - t), -quarter / 4,
            quarter / 4 - mp.mpf(1) / 1024, 30, scaling=-3, **options)


def text():
    return ("// Generated by math_double_coefficients.py. Polynomials from the lowest coefficient on; the\n"
            "// errors are those of exact evaluation.\n"
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
