#include "tensor/dot_product.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "tensor/rounding.hpp"

namespace heddle::tensor {
namespace {

constexpr std::size_t kMostProducts = 64;

/// (-1)^negative * significand * 2^(exponent - fraction bits of both factors).
struct Product {
  std::uint64_t significand;
  std::int32_t exponent;
  bool negative;
};

/// What NaNs and infinities among the operands make of the result.
class SpecialValues {
 public:
  void product(const Decoded& a, const Decoded& b) {
    if (a.number_class == NumberClass::kFinite && b.number_class == NumberClass::kFinite) return;
    const auto is_zero = [](const Decoded& x) {
      return x.number_class == NumberClass::kFinite && x.significand == 0;
    };
    if (a.number_class == NumberClass::kNan || b.number_class == NumberClass::kNan || is_zero(a) ||
        is_zero(b)) {
      nan_ = true;
    } else {
      infinite(a.negative != b.negative);
    }
  }
  void term(const Decoded& c) {
    if (c.number_class == NumberClass::kNan) nan_ = true;
    if (c.number_class == NumberClass::kInfinite) infinite(c.negative);
  }
  void nan() { nan_ = true; }
  void infinite(bool negative) { (negative ? minus_ : plus_) = true; }

  /// The result, unless all terms are finite.
  std::optional<std::uint32_t> result(const ElementFormat& format, std::uint32_t nan) const {
    if (nan_ || (plus_ && minus_)) return nan;
    if (plus_ || minus_) return infinity(format, minus_);
    return std::nullopt;
  }

 private:
  bool nan_ = false;
  bool plus_ = false;
  bool minus_ = false;
};

constexpr Product multiply(const Decoded& a, const Decoded& b) {
  return {std::uint64_t{a.significand} * b.significand, a.exponent + b.exponent,
          a.negative != b.negative};
}

/// magnitude * 2^shift, truncated. A zero may have any shift.
constexpr std::int64_t shifted(std::uint64_t magnitude, int shift) {
  if (magnitude == 0) return 0;
  if (shift >= 0) return static_cast<std::int64_t>(magnitude << shift);
  return shift <= -64 ? 0 : static_cast<std::int64_t>(magnitude >> -shift);
}

constexpr std::int64_t with_sign(std::int64_t magnitude, bool negative) {
  return negative ? -magnitude : magnitude;
}

/// value * 2^shift, rounded towards minus infinity.
constexpr std::int64_t shifted_down(std::int64_t value, int shift) {
  if (shift >= 0) return value * (std::int64_t{1} << shift);
  return value >> std::min(-shift, 63);
}

template <typename T>
std::span<const T> part(std::span<const T> values, std::size_t start, std::size_t count) {
  const std::size_t from = std::min(start, values.size());
  return values.subspan(from, std::min(count, values.size() - from));
}

/// An fp8 number as FP16: exact, with the exponent that it has there.
std::uint32_t fp8_to_half(const ElementFormat& format, std::uint32_t code) {
  const Decoded value = decode(format, code);
  if (value.number_class == NumberClass::kNan) return kNvidiaNan16;
  if (value.number_class == NumberClass::kInfinite) return infinity(kFloat16, value.negative);
  return round_to_nearest_even(kFloat16, value.negative, value.significand,
                               value.exponent - format.fraction_bits, false);
}

/// An E2M1 number in units of 1/2.
constexpr std::array<std::int32_t, 16> kE2m1Halves{0, 1,  2,  3,  4,  6,  8,  12,
                                                   0, -1, -2, -3, -4, -6, -8, -12};

}  // namespace

DotProduct::DotProduct(Mode mode, const MmaFormat& format)
    : mode_(mode),
      format_(format),
      accumulator_(&format_of(format.accumulator)),
      c_format_(accumulator_) {
  const auto rules = find_rules(mode, format);
  if (!rules) {
    throw std::invalid_argument(
        fmt::format("mode {} has no format {}", tensor::name(mode), tensor::name(format)));
  }
  rules_ = *rules;
  const bool half = format.accumulator == Accumulator::kF16;
  if (mode == Mode::kIeee || mode == Mode::kCdna3) {
    nan_ = half ? kIeeeNan16 : kIeeeNan32;
  } else {
    nan_ = half ? kNvidiaNan16 : kNvidiaNan32;
  }
  if (rules_.kind == StepKind::kEmulatedFp8) {
    for (std::uint32_t code = 0; code < 256; ++code) {
      half_[0][code] = fp8_to_half(format_of(format.a), code);
      half_[1][code] = fp8_to_half(format_of(format.b), code);
    }
  }
}

DotProduct::DotProduct(const StepRules& rules, const MmaFormat& format, Accumulator c)
    : mode_(Mode::kBlackwell),
      format_(format),
      rules_(rules),
      accumulator_(&format_of(format.accumulator)),
      c_format_(&format_of(c)),
      nan_(format.accumulator == Accumulator::kF16 ? kNvidiaNan16 : kNvidiaNan32) {}

std::string DotProduct::problem(const DotOperands& operands) const {
  const std::size_t depth = operands.a.size();
  if (depth != operands.b.size()) {
    return fmt::format("a has {} elements, b has {}", depth, operands.b.size());
  }
  const auto granule = static_cast<std::size_t>(rules_.granule);
  if (depth == 0 || depth % granule != 0) {
    return fmt::format("{} elements: {} in mode {} takes multiples of {}", depth,
                       tensor::name(format_), tensor::name(mode_), granule);
  }
  const auto block = static_cast<std::size_t>(format_.scale_block());
  const std::size_t scales = block == 0 ? 0 : depth / block;
  if (operands.a_scales.size() != scales || operands.b_scales.size() != scales) {
    return fmt::format("{} scales of a and {} of b instead of {}", operands.a_scales.size(),
                       operands.b_scales.size(), scales);
  }
  return {};
}

std::uint32_t DotProduct::compute(const DotOperands& operands) const {
  if (rules_.kind == StepKind::kExact) return exact(operands);
  const auto length = static_cast<std::size_t>(rules_.products);
  if (operands.a.size() <= length) return step(operands);
  const auto block = static_cast<std::size_t>(format_.scale_block());
  DotOperands one = operands;
  for (std::size_t k = 0; k < operands.a.size(); k += length) {
    one.a = part(operands.a, k, length);
    one.b = part(operands.b, k, length);
    if (block != 0) {
      one.a_scales = part(operands.a_scales, k / block, length / block);
      one.b_scales = part(operands.b_scales, k / block, length / block);
    }
    one.c = step(one);
  }
  return one.c;
}

std::uint32_t DotProduct::step(const DotOperands& operands) const {
  switch (rules_.kind) {
    case StepKind::kTruncated:
      return truncated_step(operands, format_of(format_.a), format_of(format_.b));
    case StepKind::kEmulatedFp8: return emulated_fp8_step(operands);
    case StepKind::kGroupScaled: return group_scaled_step(operands);
    case StepKind::kCdna3:
    case StepKind::kCdna3Split: return cdna3_step(operands);
    case StepKind::kInteger: return integer_step(operands);
    case StepKind::kExact: break;
  }
  return exact(operands);
}

/// sum * 2^exponent in the accumulator's format. Zeros, also those that come of truncating or
/// rounding, are +0.
std::uint32_t DotProduct::convert(std::int64_t sum, int exponent) const {
  if (sum == 0) return 0;
  const bool negative = sum < 0;
  const std::uint64_t magnitude =
      negative ? 0 - static_cast<std::uint64_t>(sum) : static_cast<std::uint64_t>(sum);
  switch (rules_.conversion) {
    case Conversion::kTruncate: return truncate_to_float(negative, magnitude, exponent, 24);
    case Conversion::kTruncate14: return truncate_to_float(negative, magnitude, exponent, 14);
    case Conversion::kRoundToHalf: {
      const std::uint32_t word =
          round_to_nearest_even(kFloat16, negative, magnitude, exponent, false);
      return (word & 0x7fff) == 0 ? 0 : word;
    }
    case Conversion::kRoundToFloat:
      return round_to_nearest_even(kFloat32, negative, magnitude, exponent, false);
  }
  return 0;
}

std::uint32_t DotProduct::truncated_step(const DotOperands& operands, const ElementFormat& a,
                                         const ElementFormat& b) const {
  SpecialValues specials;
  int scale = 0;
  if (format_.scaling == Scaling::kMx) {
    const DecodedScale a_scale = decode_e8m0(operands.a_scales[0]);
    const DecodedScale b_scale = decode_e8m0(operands.b_scales[0]);
    if (a_scale.nan || b_scale.nan) specials.nan();
    scale = a_scale.exponent + b_scale.exponent;
  }
  std::array<Product, kMostProducts> products;
  const std::size_t count = operands.a.size();
  int greatest = rules_.exponent_floor;
  for (std::size_t i = 0; i < count; ++i) {
    const Decoded x = decode(a, operands.a[i]);
    const Decoded y = decode(b, operands.b[i]);
    specials.product(x, y);
    products[i] = multiply(x, y);
    products[i].exponent += scale;
    if (products[i].significand != 0) greatest = std::max(greatest, products[i].exponent);
  }
  const Decoded c = decode(*c_format_, operands.c);
  specials.term(c);
  if (const auto special = specials.result(*accumulator_, nan_)) return *special;
  if (c.significand != 0) greatest = std::max(greatest, c.exponent);

  const int unit = greatest - rules_.fraction_bits;
  const int point = a.fraction_bits + b.fraction_bits;
  std::int64_t sum =
      with_sign(shifted(c.significand, c.exponent - c_format_->fraction_bits - unit), c.negative);
  for (std::size_t i = 0; i < count; ++i) {
    const Product& product = products[i];
    if (product.significand == 0) continue;
    sum +=
        with_sign(shifted(product.significand, product.exponent - point - unit), product.negative);
  }
  return convert(sum, unit);
}

/// FP8 on the FP16 datapath: elements 0 and 1 of every four are one step from +0, elements 2 and 3
/// the next; the result is added to C.
std::uint32_t DotProduct::emulated_fp8_step(const DotOperands& operands) const {
  std::array<std::uint32_t, kMostProducts> a{};
  std::array<std::uint32_t, kMostProducts> b{};
  std::uint32_t sum = 0;
  for (std::size_t half = 0; half < 2; ++half) {
    std::size_t count = 0;
    for (std::size_t k = 0; k < operands.a.size(); ++k) {
      if (k / 2 % 2 != half) continue;
      a[count] = half_[0][operands.a[k] & 0xff];
      b[count] = half_[1][operands.b[k] & 0xff];
      ++count;
    }
    DotOperands one;
    one.a = std::span(a).first(count);
    one.b = std::span(b).first(count);
    one.c = sum;
    sum = truncated_step(one, kFloat16, kFloat16);
  }
  return add(sum, operands.c);
}

/// x + y, rounded to nearest even.
std::uint32_t DotProduct::add(std::uint32_t x, std::uint32_t y) const {
  SpecialValues specials;
  ExactSum sum;
  bool all_negative = true;
  for (const std::uint32_t word : {x, y}) {
    const Decoded term = decode(*accumulator_, word);
    specials.term(term);
    if (term.number_class != NumberClass::kFinite) continue;
    sum.add(term.negative, term.significand, term.exponent - accumulator_->fraction_bits);
    all_negative = all_negative && term.negative && term.significand == 0;
  }
  if (const auto special = specials.result(*accumulator_, nan_)) return *special;
  if (all_negative) return 1U << (accumulator_->bits - 1);
  return sum.rounded(*accumulator_);
}

std::uint32_t DotProduct::group_scaled_step(const DotOperands& operands) const {
  constexpr std::size_t kGroup = 16;
  constexpr int kProductPoint = 2;  // products are multiples of 1/4
  const bool e8m0 = format_.scaling != Scaling::kNvFp4;
  const int scale_point = e8m0 ? 0 : 2 * kUe4m3FractionBits;
  const std::size_t groups_per_scale = static_cast<std::size_t>(format_.scale_block()) / kGroup;
  std::array<Product, kMostProducts / kGroup> terms{};
  const std::size_t groups = operands.a.size() / kGroup;
  int greatest = rules_.exponent_floor;
  SpecialValues specials;
  for (std::size_t g = 0; g < groups; ++g) {
    const std::uint32_t a_code = operands.a_scales[g / groups_per_scale];
    const std::uint32_t b_code = operands.b_scales[g / groups_per_scale];
    const DecodedScale a_scale = e8m0 ? decode_e8m0(a_code) : decode_ue4m3(a_code);
    const DecodedScale b_scale = e8m0 ? decode_e8m0(b_code) : decode_ue4m3(b_code);
    if (a_scale.nan || b_scale.nan) specials.nan();
    std::int32_t sum = 0;
    bool live = false;
    for (std::size_t k = g * kGroup; k < (g + 1) * kGroup; ++k) {
      const std::int32_t product =
          kE2m1Halves[operands.a[k] & 0xf] * kE2m1Halves[operands.b[k] & 0xf];
      sum += product;
      live = live || product != 0;
    }
    const std::uint32_t scale = a_scale.significand * b_scale.significand;
    // A group whose products cancel is alive.
    if (!live || scale == 0) continue;
    terms[g] = {std::uint64_t{scale} * static_cast<std::uint32_t>(sum < 0 ? -sum : sum),
                a_scale.exponent + b_scale.exponent, sum < 0};
    greatest = std::max(greatest, terms[g].exponent);
  }
  const Decoded c = decode(*accumulator_, operands.c);
  specials.term(c);
  if (const auto special = specials.result(*accumulator_, nan_)) return *special;
  if (c.significand != 0) greatest = std::max(greatest, c.exponent);

  const int unit = greatest - rules_.fraction_bits;
  std::int64_t total = with_sign(
      shifted(c.significand, c.exponent - accumulator_->fraction_bits - unit), c.negative);
  for (const Product& term : terms) {
    if (term.significand == 0) continue;
    total +=
        with_sign(shifted(term.significand, term.exponent - kProductPoint - scale_point - unit),
                  term.negative);
  }
  return convert(total, unit);
}

std::uint32_t DotProduct::cdna3_step(const DotOperands& operands) const {
  constexpr int kFraction = 24;     // of products and of C
  constexpr int kSumFraction = 31;  // of the sum; one more before C is added
  constexpr int kLeastExponent = -126;
  constexpr int kNone = -10000;  // below every exponent of a product
  const ElementFormat& a = format_of(format_.a);
  const ElementFormat& b = format_of(format_.b);
  const int point = a.fraction_bits + b.fraction_bits;
  const bool split = rules_.kind == StepKind::kCdna3Split;
  SpecialValues specials;
  std::array<Product, kMostProducts> products;
  std::array<int, 2> greatest{kNone, kNone};
  const std::size_t count = operands.a.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Decoded x = decode(a, operands.a[i]);
    const Decoded y = decode(b, operands.b[i]);
    specials.product(x, y);
    products[i] = multiply(x, y);
    const Product& product = products[i];
    if (product.significand == 0) continue;
    const int top = static_cast<int>(std::bit_width(product.significand)) - 1 - point;
    if (top + product.exponent >= 128) specials.infinite(product.negative);
    int& of_group = greatest[split ? i % 2 : 0];
    of_group = std::max(of_group, product.exponent);
  }
  const Decoded c = decode(kFloat32, operands.c);
  specials.term(c);
  if (const auto special = specials.result(kFloat32, nan_)) return *special;

  std::array<std::int64_t, 2> sums{};
  for (std::size_t i = 0; i < count; ++i) {
    const Product& product = products[i];
    if (product.significand == 0) continue;
    const std::size_t group = split ? i % 2 : 0;
    sums[group] += with_sign(
        shifted(product.significand, product.exponent - point - (greatest[group] - kFraction)),
        product.negative);
  }
  const int product_exponent = std::max(greatest[0], greatest[1]);
  std::int64_t product_sum = 0;
  for (std::size_t group = 0; group < 2; ++group) {
    product_sum += shifted_down(sums[group], greatest[group] - product_exponent);
  }
  const int common = std::max(product_exponent, c.exponent);  // of a zero C: -126
  const int unit = common - (kSumFraction + 1);
  std::int64_t sum = shifted_down(product_sum, product_exponent - kFraction - unit);
  if (c.significand != 0 && !(split && c.exponent < common - kFraction - 1)) {
    const std::int64_t value = with_sign(c.significand, c.negative);
    const std::int64_t down =
        shifted_down(value, c.exponent - kFloat32.fraction_bits - (common - kFraction));
    sum += shifted_down(down, kSumFraction + 1 - kFraction);
  }
  if (sum == 0) return 0;
  const std::uint64_t magnitude = static_cast<std::uint64_t>(sum < 0 ? -sum : sum);
  const int top = std::max(static_cast<int>(std::bit_width(magnitude)) - 1 + unit, kLeastExponent);
  const int excess = top - kSumFraction - unit;
  if (excess > 0) return convert(shifted_down(sum, -excess), unit + excess);
  return convert(sum, unit);
}

std::uint32_t DotProduct::integer_step(const DotOperands& operands) const {
  const ElementFormat& a = format_of(format_.a);
  const ElementFormat& b = format_of(format_.b);
  std::int64_t sum = static_cast<std::int32_t>(operands.c);
  for (std::size_t i = 0; i < operands.a.size(); ++i) {
    sum += decode_integer(a, operands.a[i]) * decode_integer(b, operands.b[i]);
  }
  if (format_.saturate) {
    sum = std::clamp<std::int64_t>(sum, INT32_MIN, INT32_MAX);
  }
  return static_cast<std::uint32_t>(sum);
}

/// All products, scaled, and C, exactly; rounded once. The sum of nothing but negative zeros is
/// -0, every other zero +0.
std::uint32_t DotProduct::exact(const DotOperands& operands) const {
  const ElementFormat& a = format_of(format_.a);
  const ElementFormat& b = format_of(format_.b);
  const auto block = static_cast<std::size_t>(format_.scale_block());
  const bool ue4m3 = format_.scaling == Scaling::kNvFp4;
  int point = a.fraction_bits + b.fraction_bits;
  if (ue4m3) point += 2 * kUe4m3FractionBits;
  SpecialValues specials;
  ExactSum sum;
  bool all_negative = true;
  for (std::size_t i = 0; i < operands.a.size(); ++i) {
    const Decoded x = decode(a, operands.a[i]);
    const Decoded y = decode(b, operands.b[i]);
    specials.product(x, y);
    Product product = multiply(x, y);
    if (block != 0) {
      const std::uint32_t a_code = operands.a_scales[i / block];
      const std::uint32_t b_code = operands.b_scales[i / block];
      const DecodedScale a_scale = ue4m3 ? decode_ue4m3(a_code) : decode_e8m0(a_code);
      const DecodedScale b_scale = ue4m3 ? decode_ue4m3(b_code) : decode_e8m0(b_code);
      if (a_scale.nan || b_scale.nan) specials.nan();
      product.significand *= std::uint64_t{a_scale.significand} * b_scale.significand;
      product.exponent += a_scale.exponent + b_scale.exponent;
    }
    all_negative = all_negative && product.negative && product.significand == 0;
    if (product.significand != 0) {
      sum.add(product.negative, product.significand, product.exponent - point);
    }
  }
  const Decoded c = decode(*accumulator_, operands.c);
  specials.term(c);
  if (const auto special = specials.result(*accumulator_, nan_)) return *special;
  sum.add(c.negative, c.significand, c.exponent - accumulator_->fraction_bits);
  all_negative = all_negative && c.negative && c.significand == 0;
  if (all_negative) return 1U << (accumulator_->bits - 1);
  return sum.rounded(*accumulator_);
}

}  // namespace heddle::tensor
