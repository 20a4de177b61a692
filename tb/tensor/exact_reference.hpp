// A step of a tensor-core MMA in exact arithmetic: the rules of docs/architecture/tensor.md in
// integers without a bound, a number being an integer times a power of two. Nothing here knows how
// the RTL or the golden model go about it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "exact_integer.hpp"

namespace heddle::tb {

/// A binary floating-point format of 1 + exponent_bits + fraction_bits bits.
struct FloatFormat {
  int exponent_bits;
  int fraction_bits;
  int bias;
  bool has_infinity;  // the greatest exponent field is for infinities and NaNs, as in IEEE 754
  bool has_nan;       // without infinities: all ones is the only NaN
};

inline constexpr FloatFormat kBinary32{8, 23, 127, true, true};
inline constexpr FloatFormat kBinary16{5, 10, 15, true, true};
inline constexpr FloatFormat kBfloat16{8, 7, 127, true, true};
inline constexpr FloatFormat kTensorFloat32{8, 10, 127, true, true};
inline constexpr FloatFormat kE4M3Format{4, 3, 7, false, true};
inline constexpr FloatFormat kE5M2Format{5, 2, 15, true, true};
inline constexpr FloatFormat kE3M2Format{3, 2, 3, false, false};
inline constexpr FloatFormat kE2M3Format{2, 3, 1, false, false};
inline constexpr FloatFormat kE2M1Format{2, 1, 1, false, false};

/// (-1)^negative * significand * 2^(exponent - fraction_bits), or a special.
struct ExactNumber {
  enum class Kind { kFinite, kInfinite, kNan };
  Kind kind = Kind::kFinite;
  bool negative = false;
  std::uint32_t significand = 0;
  int exponent = 0;  // not renormalized: that of the field
  int fraction_bits = 0;

  bool is_nan() const { return kind == Kind::kNan; }
  bool is_infinite() const { return kind == Kind::kInfinite; }
  bool is_zero() const { return kind == Kind::kFinite && significand == 0; }
};

inline ExactNumber decode(const FloatFormat& format, std::uint32_t bits) {
  const std::uint32_t greatest = (1U << format.exponent_bits) - 1;
  const std::uint32_t all_ones = (1U << format.fraction_bits) - 1;
  const std::uint32_t fraction = bits & all_ones;
  const std::uint32_t field = (bits >> format.fraction_bits) & greatest;
  ExactNumber number;
  number.negative = ((bits >> (format.fraction_bits + format.exponent_bits)) & 1) != 0;
  number.fraction_bits = format.fraction_bits;
  if (format.has_infinity && field == greatest) {
    number.kind = fraction == 0 ? ExactNumber::Kind::kInfinite : ExactNumber::Kind::kNan;
  } else if (format.has_nan && field == greatest && fraction == all_ones) {
    number.kind = ExactNumber::Kind::kNan;
  } else if (field == 0) {
    number.significand = fraction;
    number.exponent = 1 - format.bias;
  } else {
    number.significand = (1U << format.fraction_bits) + fraction;
    number.exponent = static_cast<int>(field) - format.bias;
  }
  return number;
}

/// How a sum becomes a result.
enum class Conversion { kRz32, kRzE8M13, kRne16 };

/// What distinguishes the generations.
struct StepRule {
  int fraction;  // F
  int floor;     // E_FLOOR
  Conversion conversion;
};

inline std::uint32_t canonical_nan(Conversion conversion) {
  return conversion == Conversion::kRne16 ? 0x7FFF : 0x7FFF'FFFF;
}

inline std::uint32_t infinity(Conversion conversion, bool negative) {
  if (conversion == Conversion::kRne16) return negative ? 0xFC00 : 0x7C00;
  return negative ? 0xFF80'0000 : 0x7F80'0000;
}

/// sum * 2^exponent as a float.
inline std::uint32_t convert(const ExactInteger& sum, int exponent, Conversion conversion) {
  if (sum.is_zero()) return 0;
  const bool negative = sum.is_negative();
  const ExactInteger magnitude = sum.magnitude();
  const bool half = conversion == Conversion::kRne16;
  const FloatFormat format = half ? kBinary16 : kBinary32;
  const int precision = half ? 11 : conversion == Conversion::kRz32 ? 24 : 14;
  const int smallest = half ? -24 : conversion == Conversion::kRz32 ? -149 : -139;

  // The result is a multiple of 2^unit.
  const int leading = magnitude.bit_length() - 1 + exponent;
  const int unit = std::max(leading - (precision - 1), smallest);
  ExactInteger multiple = magnitude.shifted(exponent - unit);
  if (half) {
    // What was cut off, compared with half a unit; both in units of 2^(least - 1).
    const int least = std::min(exponent, unit);
    const ExactInteger kept = multiple.shifted(unit - least + 1);
    const ExactInteger rest = magnitude.shifted(exponent - least + 1) - kept;
    const ExactInteger half_unit = ExactInteger(1).shifted(unit - least);
    const bool odd = (multiple.low_bits() & 1) != 0;
    if (half_unit < rest || (half_unit == rest && odd)) multiple = multiple + ExactInteger(1);
  }
  if (multiple.is_zero()) return 0;

  const int result_exponent = multiple.bit_length() - 1 + unit;
  if (result_exponent > format.bias) return infinity(conversion, negative);
  const int minimum = 1 - format.bias;
  std::uint64_t bits;
  if (result_exponent < minimum) {
    bits = multiple.shifted(unit - (minimum - format.fraction_bits)).low_bits();
  } else {
    const std::uint64_t fraction =
        multiple.shifted(unit - (result_exponent - format.fraction_bits)).low_bits() -
        (std::uint64_t{1} << format.fraction_bits);
    bits = (static_cast<std::uint64_t>(result_exponent + format.bias) << format.fraction_bits) +
           fraction;
  }
  const int sign_position = format.exponent_bits + format.fraction_bits;
  return static_cast<std::uint32_t>(bits | (std::uint64_t{negative} << sign_position));
}

/// A finite term: value * 2^(exponent - fraction_bits), compared by `exponent`.
struct ExactTerm {
  ExactInteger value;
  int exponent;
  int fraction_bits;
  bool counts;  // for the greatest exponent
};

/// Alignment, truncation, exact sum, one conversion.
inline std::uint32_t add_terms(std::span<const ExactTerm> terms, const StepRule& rule) {
  int greatest = rule.floor;
  for (const ExactTerm& term : terms) {
    if (term.counts) greatest = std::max(greatest, term.exponent);
  }
  ExactInteger sum;
  for (const ExactTerm& term : terms) {
    sum = sum + term.value.shifted(term.exponent - term.fraction_bits + rule.fraction - greatest);
  }
  return convert(sum, greatest - rule.fraction, rule.conversion);
}

inline ExactInteger signed_significand(const ExactNumber& number) {
  const std::int64_t value = number.significand;
  return ExactInteger(number.negative ? -value : value);
}

/// At most 24 bits each.
inline ExactInteger product_of_significands(const ExactNumber& a, const ExactNumber& b) {
  const std::int64_t product = std::int64_t{a.significand} * b.significand;
  return ExactInteger(a.negative != b.negative ? -product : product);
}

inline ExactTerm accumulator_term(const ExactNumber& c) {
  return {signed_significand(c), c.exponent, c.fraction_bits, !c.is_zero()};
}

/// The truncated fused dot-product-add. `scale`: added to the exponents of all products.
inline std::uint32_t exact_step(std::span<const ExactNumber> a, std::span<const ExactNumber> b,
                                const ExactNumber& c, const StepRule& rule, int scale = 0) {
  bool nan = c.is_nan();
  bool positive = c.is_infinite() && !c.negative;
  bool negative = c.is_infinite() && c.negative;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k].is_nan() || b[k].is_nan()) nan = true;
    if ((a[k].is_infinite() && b[k].is_zero()) || (a[k].is_zero() && b[k].is_infinite()))
      nan = true;
    if (a[k].is_infinite() || b[k].is_infinite()) {
      (a[k].negative != b[k].negative ? negative : positive) = true;
    }
  }
  if (nan || (positive && negative)) return canonical_nan(rule.conversion);
  if (positive || negative) return infinity(rule.conversion, negative);

  std::vector<ExactTerm> terms;
  terms.reserve(a.size() + 1);
  for (std::size_t k = 0; k < a.size(); ++k) {
    terms.push_back({product_of_significands(a[k], b[k]), a[k].exponent + b[k].exponent + scale,
                     a[k].fraction_bits + b[k].fraction_bits, !a[k].is_zero() && !b[k].is_zero()});
  }
  terms.push_back(accumulator_term(c));
  return add_terms(terms, rule);
}

/// A block scale: sig * 2^(exponent - fraction_bits); no value: NaN.
inline std::optional<ExactNumber> decode_e8m0(std::uint8_t bits) {
  if (bits == 0xFF) return std::nullopt;
  return ExactNumber{ExactNumber::Kind::kFinite, false, 1, bits - 127, 0};
}
inline std::optional<ExactNumber> decode_ue4m3(std::uint8_t bits) {
  const ExactNumber number = decode(kE4M3Format, bits & 0x7FU);
  if (number.is_nan()) return std::nullopt;
  return number;
}

/// Grouped products of E2M1 elements: group g of a.size() / scales.size() elements has the scales
/// a_scales[g] and b_scales[g].
inline std::uint32_t exact_group_step(std::span<const ExactNumber> a,
                                      std::span<const ExactNumber> b, const ExactNumber& c,
                                      std::span<const std::optional<ExactNumber>> a_scales,
                                      std::span<const std::optional<ExactNumber>> b_scales) {
  const StepRule rule{35, -139, Conversion::kRz32};
  bool nan = c.is_nan();
  for (std::size_t g = 0; g < a_scales.size(); ++g) nan = nan || !a_scales[g] || !b_scales[g];
  if (nan) return canonical_nan(rule.conversion);
  if (c.is_infinite()) return infinity(rule.conversion, c.negative);

  std::vector<ExactTerm> terms;
  terms.reserve(a_scales.size() + 1);
  const std::size_t length = a.size() / a_scales.size();
  for (std::size_t g = 0; g < a_scales.size(); ++g) {
    const ExactNumber& sa = *a_scales[g];
    const ExactNumber& sb = *b_scales[g];
    // E2M1 has one fraction bit and exponents from 0: in units of 2^-2 all products are integers.
    ExactInteger sum;
    bool live = false;
    for (std::size_t k = length * g; k < length * (g + 1); ++k) {
      const ExactInteger product = product_of_significands(a[k], b[k]);
      sum = sum + product.shifted(a[k].exponent + b[k].exponent);
      live = live || !product.is_zero();
    }
    const ExactInteger scales = signed_significand(sa) * signed_significand(sb);
    terms.push_back({sum * scales, sa.exponent + sb.exponent,
                     2 + sa.fraction_bits + sb.fraction_bits, live && !scales.is_zero()});
  }
  terms.push_back(accumulator_term(c));
  return add_terms(terms, rule);
}

/// Integers: modulo 2^32, or clamped to 32 bits.
inline std::uint32_t exact_integer_step(std::span<const std::int32_t> a,
                                        std::span<const std::int32_t> b, std::int32_t c,
                                        bool saturate) {
  ExactInteger sum(c);
  for (std::size_t k = 0; k < a.size(); ++k) sum = sum + ExactInteger(a[k]) * ExactInteger(b[k]);
  if (saturate) {
    const ExactInteger most(INT32_MAX);
    const ExactInteger least(INT32_MIN);
    if (most < sum) sum = most;
    if (sum < least) sum = least;
  }
  const std::uint64_t magnitude = sum.low_bits();
  return static_cast<std::uint32_t>(sum.is_negative() ? 0 - magnitude : magnitude);
}

}  // namespace heddle::tb
