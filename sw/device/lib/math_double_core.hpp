// Exponential, logarithm, sine and arctangent of extended numbers, which the double functions
// share.
#pragma once

#include "math_extended.hpp"

namespace heddle::math {

/// e^r 2^n, |r| <= ln 2 / 2, r in units of 2^-64; `tail` is (e^r - 1 - r) / r^2.
inline Extended exponential_by_tail(int64_t r, int64_t tail, int32_t n) {
  const uint64_t value = kTop + static_cast<uint64_t>((r >> 1) + high(high(r, r), tail));
  return (value & kTop) != 0 ? Extended{value, n, false} : Extended{value << 1, n - 1, false};
}

inline Extended exponential_of_fraction(int64_t r, int32_t n) {
  return exponential_by_tail(r, polynomial(r, kExp), n);
}

/// The operand as n units and a rest, |rest| at most about half a unit; the rest in units of 2^-64.
struct Turns {
  int64_t rest;
  int32_t n;
};
/// |x| < 2^11. `fixed`: |x| modulo 1 in units of 2^-64; `inverse`: that of the unit in units of
/// 2^-30; `unit` in 2^-64 and 2^-128.
inline Turns divided(Extended x, uint64_t fixed, uint32_t inverse, const uint64_t (&unit)[2]) {
  int32_t n = 0;
  if (x.exponent > -4) {
    const auto product =
        static_cast<uint32_t>((x.significand >> 32) * inverse >> 34);  // in units of 2^(e - 27)
    n = static_cast<int32_t>((product + (1U << (26 - x.exponent))) >> (27 - x.exponent));
  }
  const auto count = static_cast<uint32_t>(n);
  const uint64_t units = count * unit[0] + (count * (unit[1] >> 32) >> 32);
  const auto rest = static_cast<int64_t>(fixed - units);
  return x.negative ? Turns{-rest, -n} : Turns{rest, n};
}
/// |x| modulo 1 in units of 2^-64.
inline uint64_t modulo_one(Extended x) {
  return x.exponent >= -1 ? x.significand << (x.exponent + 1) : to_fraction(x);
}
inline constexpr auto kLog2OfEWord = static_cast<uint32_t>(kLog2OfEFixed >> 33);
inline Turns divided_by_ln2(Extended x) { return divided(x, modulo_one(x), kLog2OfEWord, kLn2); }

/// e^x, |x| < 2^11
inline Extended exponential(Extended x) {
  const Turns t = divided_by_ln2(x);
  return exponential_of_fraction(t.rest, t.n);
}

/// e^(-a^2 / 2^halvings), a^2 < 2^10, a >= 1/2
inline Extended exponential_of_square(Extended a, int32_t halvings) {
  const Product p = multiply(a.significand, a.significand);
  const int32_t shift = 62 - 2 * a.exponent + halvings;
  const uint64_t fixed =
      shift >= 64 ? p.high >> (shift - 64) : p.high << (64 - shift) | p.low >> shift;
  Extended square = normalized(p.high, 2 * a.exponent + 1 - halvings, true);
  const Turns t = divided(square, fixed, kLog2OfEWord, kLn2);
  return exponential_of_fraction(t.rest, t.n);
}

/// e^x - 1, |x| < 2^11
inline Extended exponential_less_one(Extended x) {
  const Turns t = divided_by_ln2(x);
  const int64_t tail = polynomial(t.rest, kExp);
  if (t.n != 0) return add(exponential_by_tail(t.rest, tail, t.n), negated(kOne));
  // x (1 + x / 2 + ...)
  const int64_t factor = high(t.rest, tail) << 1;
  return factor < 0 ? decreased(x, 0 - static_cast<uint64_t>(factor))
                    : increased(x, static_cast<uint64_t>(factor));
}

/// 2^(whole + fraction / 2^64)
inline Extended power_of_two(int32_t whole, int64_t fraction) {
  return exponential_of_fraction(high(fraction, static_cast<int64_t>(kLn2[0] >> 1)) << 1, whole);
}

/// 2 to plus or minus whole + fraction / 2^64
inline Extended power_of_two(int32_t whole, uint64_t fraction, bool negative) {
  if (fraction == kTop) --fraction;  // so that it has a negative
  const auto rest = static_cast<int64_t>(fraction);
  whole += rest < 0 ? 1 : 0;
  return power_of_two(negative ? -whole : whole, negative ? -rest : rest);
}

/// x = (1 + f) 2^k, 1 + f between sqrt(1/2) and sqrt(2); d = 2 + f.
struct LogReduced {
  Extended f, d;
  int32_t k;
};
inline LogReduced reduce_logarithm(Extended x) {
  if (x.significand > kRootTwo) {
    const uint64_t f = 0 - x.significand;  // in units of 2^-64
    return {normalized(f, -1, true), {0 - (f >> 1), 0, false}, x.exponent + 1};
  }
  const uint64_t f = x.significand << 1;
  return {normalized(f, -1, false), {kTop + (f >> 2), 1, false}, x.exponent};
}

/// s^2 (1/3 + s^2 / 5 + ...) in units of 2^-68, |s| <= 3 - sqrt(8).
inline uint64_t atanh_tail(Extended s) {
  const uint64_t root = to_fraction(scaled(s, 2));
  const uint64_t square = high(root, root);
  return high(square, polynomial(square, kAtanh));
}

/// log(1 + f) = 2 atanh(f / d)
inline Extended log_of_quotient(Extended f, Extended d) {
  const Extended s = divide(f, d);
  return scaled(increased(s, atanh_tail(s) >> 4), 1);
}

/// A logarithm from that of 1 + f: k units more.
inline Extended plus_units(Extended part, int32_t k, uint64_t unit, int32_t exponent) {
  if (k == 0) return part;
  const auto count = static_cast<uint64_t>(k < 0 ? -static_cast<int64_t>(k) : k);
  return add(multiply(normalized(count, 63, k < 0), Extended{unit, exponent, false}), part);
}
inline Extended logarithm(Extended x) {
  const LogReduced r = reduce_logarithm(x);
  return plus_units(log_of_quotient(r.f, r.d), r.k, kLn2[0], -1);
}

/// log(1 + x), x > -1
inline Extended logarithm_of_one_plus(Extended x) {
  // The sum is rounded, but then its logarithm is not small.
  LogReduced r = {x, add(kTwo, x), 0};
  if (x.exponent >= -2) r = reduce_logarithm(add(kOne, x));
  return plus_units(log_of_quotient(r.f, r.d), r.k, kLn2[0], -1);
}

/// An extended number with 64 bits more.
struct Longer {
  uint64_t high, low;
  int32_t exponent;
  bool negative;
};
inline Longer normalized(Longer a) {
  if ((a.high & kTop) != 0) return a;
  if (a.high == 0) {
    if (a.low == 0) return {0, 0, kZeroExponent, a.negative};
    const int zeros = leading_zeros(a.low);
    return {a.low << zeros, 0, a.exponent - 64 - zeros, a.negative};
  }
  const int zeros = leading_zeros(a.high);
  return {a.high << zeros | a.low >> (64 - zeros), a.low << zeros, a.exponent - zeros, a.negative};
}
inline Longer multiply(Longer a, Longer b) {
  const Product p = multiply(a.high, b.high);
  const uint64_t cross = math::high(a.high, b.low);
  const uint64_t other = math::high(a.low, b.high);
  uint64_t low = p.low + cross;
  uint64_t high = p.high + (low < cross ? 1 : 0);
  low += other;
  high += low < other ? 1 : 0;
  return normalized(Longer{high, low, a.exponent + b.exponent + 1, a.negative != b.negative});
}
inline Longer add(Longer a, Longer b) {
  if (b.exponent > a.exponent || (b.exponent == a.exponent && b.high > a.high)) {
    const Longer swap = a;
    a = b;
    b = swap;
  }
  const int32_t distance = a.exponent - b.exponent;
  uint64_t high = 0;
  uint64_t low = 0;
  if (distance == 0) {
    high = b.high;
    low = b.low;
  } else if (distance < 64) {
    high = b.high >> distance;
    low = b.high << (64 - distance) | b.low >> distance;
  } else if (distance < 128) {
    low = b.high >> (distance - 64);
  }
  if (a.negative != b.negative) {
    const uint64_t difference = a.high - high - (a.low < low ? 1 : 0);
    return normalized(Longer{difference, a.low - low, a.exponent, a.negative});
  }
  low += a.low;
  const uint64_t carry = low < a.low ? 1 : 0;
  const uint64_t sum = a.high + high + carry;
  if (sum > a.high || (sum == a.high && carry == 0)) return {sum, low, a.exponent, a.negative};
  return {sum >> 1 | kTop, sum << 63 | low >> 1, a.exponent + 1, a.negative};
}

/// log2(x) with an error of about 2^-68, relative near 1.
inline Longer log2_longer(Extended x) {
  const LogReduced r = reduce_logarithm(x);
  Longer result = {0, 0, kZeroExponent, false};
  if (r.f.significand != 0) {
    // s = f / d, corrected by the division's remainder.
    const Extended inverse = reciprocal(r.d);
    const Extended s = multiply(r.f, inverse);
    const Product back = multiply(s.significand, r.d.significand);
    // f in the units of `back`: its exponent is 63 or 64 above, or more by one.
    const int32_t shift = r.f.exponent - s.exponent - r.d.exponent + 63;
    const uint64_t wanted_high = shift == 64 ? r.f.significand : r.f.significand >> 1;
    const uint64_t wanted_low = shift == 64 ? 0 : r.f.significand << 63;
    const uint64_t rest_high = wanted_high - back.high - (wanted_low < back.low ? 1 : 0);
    const uint64_t rest_low = wanted_low - back.low;
    const auto rest = static_cast<int64_t>(rest_high << 56 | rest_low >> 8);
    const int64_t correction = math::high(rest, static_cast<int64_t>(inverse.significand >> 1));
    uint64_t low = static_cast<uint64_t>(correction) << 10;
    uint64_t high = s.significand + static_cast<uint64_t>(correction >> 54);
    // s (1 + tail)
    const Product part = multiply(s.significand, atanh_tail(s));
    low += part.high << 60 | part.low >> 4;
    high += (part.high >> 4) + (low < (part.high << 60 | part.low >> 4) ? 1 : 0);
    Longer sum = {high, low, s.exponent, s.negative};
    if (high < kTop >> 1)
      sum = {high >> 1 | kTop, high << 63 | low >> 1, s.exponent + 1, s.negative};
    result = multiply(sum, {kTwoLog2OfEFixed[0], kTwoLog2OfEFixed[1], 1, false});
  }
  if (r.k == 0) return result;
  const auto count = static_cast<uint32_t>(r.k < 0 ? -r.k : r.k);
  return add(result, normalized(Longer{uint64_t{count} << 32, 0, 31, r.k < 0}));
}

/// 2^a
inline Extended power_of_two(Longer a) {
  if (a.exponent >= 12) return {kTop, a.negative ? -4000 : 4000, false};
  if (a.exponent < -66) return kOne;
  int32_t whole = 0;
  uint64_t fraction = 0;
  if (a.exponent >= 0) {
    whole = static_cast<int32_t>(a.high >> (63 - a.exponent));
    fraction = a.high << (a.exponent + 1) | a.low >> (63 - a.exponent);
  } else {
    fraction = to_fraction({a.high, a.exponent, false});
  }
  return power_of_two(whole, fraction, a.negative);
}

inline constexpr Extended kPiExtended = {kPiFixed, 1, false};

/// sin(r), |r| <= pi / 2
inline Extended sine(Extended r) {
  const uint64_t fixed = r.exponent < -63 ? 0 : r.significand >> -r.exponent;  // units of 2^-63
  const uint64_t square = high(fixed, fixed);
  return decreased(r, high(square, alternating(square, kSineTail)));
}

}  // namespace heddle::math
