#include "isa/special_functions.hpp"

#include <algorithm>
#include <bit>

#include "isa/float32.hpp"
#include "isa/special_functions_table.hpp"

namespace heddle::isa {
namespace {

using namespace special_functions;

constexpr std::uint32_t kInfinity = 0x7f800000;
constexpr std::uint32_t kOne = 0x3f800000;
constexpr std::int64_t kUnity = std::int64_t{1} << 28;

struct Operand {
  std::uint32_t bits = 0, sign = 0, fraction = 0;
  std::int32_t exponent = 0;
  bool nan = false, infinite = false, zero = false;  // zero: subnormal numbers too

  explicit Operand(std::uint32_t x)
      : bits(x),
        sign(x >> 31),
        fraction(x & 0x7fffff),
        exponent(static_cast<std::int32_t>(x >> 23 & 0xff) - 127),
        nan(float32::is_nan(x)),
        infinite(float32::is_infinite(x)),
        zero((x & kInfinity) == 0) {}

  std::int64_t significand() const { return 0x800000 | fraction; }
};

std::uint32_t signed_bits(std::uint32_t sign, std::uint32_t magnitude) {
  return sign << 31 | magnitude;
}

std::int64_t interpolate(std::uint32_t index, std::int32_t u) {
  const Coefficients& c = kCoefficients[index];
  const std::int64_t square = (std::int64_t{u} * u) >> 16;
  return c.c0 + ((std::int64_t{c.c1} * u) >> 16) + ((c.c2 * square) >> 16);
}

std::int32_t centred(std::uint32_t bits17) { return static_cast<std::int32_t>(bits17) - 0x10000; }

std::uint32_t pack(std::uint32_t sign, std::int64_t value, std::int32_t exponent) {
  auto significand = static_cast<std::uint64_t>(value);
  std::int32_t top = 63 - std::countl_zero(significand);
  if (top > 23) {
    const std::int32_t shift = top - 23;
    significand = (significand + (std::uint64_t{1} << (shift - 1))) >> shift;
    if (significand >> 24 != 0) {
      significand >>= 1;
      ++top;
    }
  } else {
    significand <<= 23 - top;
  }
  const std::int32_t biased = exponent + top - 28 + 127;
  if (biased <= 0) return signed_bits(sign, 0);
  if (biased >= 255) return signed_bits(sign, kInfinity);
  return signed_bits(sign, static_cast<std::uint32_t>(biased) << 23 |
                               static_cast<std::uint32_t>(significand & 0x7fffff));
}

std::uint32_t reciprocal(const Operand& x) {
  if (x.infinite) return signed_bits(x.sign, 0);
  if (x.zero) return signed_bits(x.sign, kInfinity);
  if (x.fraction == 0) return pack(x.sign, kUnity, -x.exponent);
  const std::uint32_t index = kRcpBase + (x.fraction >> 16);
  return pack(x.sign, interpolate(index, centred((x.fraction & 0xffff) << 1)), -x.exponent);
}

std::uint32_t reciprocal_root(const Operand& x) {
  if (x.zero) return signed_bits(x.sign, kInfinity);
  if (x.sign != 0) return kCanonicalNan;
  if (x.infinite) return 0;
  const std::int32_t odd = x.exponent & 1;
  const std::int32_t half = (x.exponent - odd) / 2;
  if (x.fraction == 0 && odd == 0) return pack(0, kUnity, -half);
  const std::uint32_t index =
      kRsqrtBase + 64 * static_cast<std::uint32_t>(odd) + (x.fraction >> 17);
  return pack(0, interpolate(index, centred(x.fraction & 0x1ffff)), -half);
}

std::uint32_t power_of_two(const Operand& x) {
  if (x.exponent >= 7) return x.sign != 0 ? 0 : kInfinity;
  if (x.exponent < -25) return kOne;
  std::int64_t fixed = x.significand();
  if (x.exponent >= 0) {
    fixed <<= x.exponent;
  } else {
    fixed = (fixed + (std::int64_t{1} << (-x.exponent - 1))) >> -x.exponent;
  }
  if (x.sign != 0) fixed = -fixed;
  const auto whole = static_cast<std::int32_t>(fixed >> 23);
  const auto fraction = static_cast<std::uint32_t>(fixed & 0x7fffff);
  if (fraction == 0) return pack(0, kUnity, whole);
  return pack(0, interpolate(kEx2Base + (fraction >> 17), centred(fraction & 0x1ffff)), whole);
}

std::uint32_t logarithm(const Operand& x) {
  if (x.zero) return signed_bits(1, kInfinity);
  if (x.sign != 0) return kCanonicalNan;
  if (x.infinite) return kInfinity;
  const std::int64_t of_fraction =
      x.fraction == 0 ? 0
                      : interpolate(kLg2Base + (x.fraction >> 17), centred(x.fraction & 0x1ffff));
  const std::int64_t value = x.exponent * kUnity + of_fraction;
  if (value == 0) return 0;
  return value < 0 ? pack(1, -value, 0) : pack(0, value, 0);
}

std::uint32_t sine(const Operand& x, bool cosine) {
  constexpr std::int64_t kTwoOverPi = 2'734'261'102;
  constexpr std::uint32_t kQuadrant = 1u << 26;
  if (x.infinite) return kCanonicalNan;
  if (x.exponent < -12) {
    if (cosine) return kOne;
    return x.zero ? signed_bits(x.sign, 0) : x.bits;
  }
  const auto product = static_cast<std::uint64_t>(x.significand() * kTwoOverPi);
  const std::int32_t shift = x.exponent - 29;
  const std::uint64_t turns = shift >= 28 ? 0 : shift >= 0 ? product << shift : product >> -shift;
  std::uint32_t quadrant = turns >> 26 & 3;
  std::uint32_t fraction = turns & (kQuadrant - 1);
  if (cosine) quadrant = (quadrant + 1) & 3;
  if ((quadrant & 1) != 0) fraction = kQuadrant - fraction;
  const std::uint32_t sign = cosine ? quadrant >> 1 : (quadrant >> 1) ^ x.sign;
  if (fraction == 0) return signed_bits(sign, 0);
  if (fraction == kQuadrant) return pack(sign, kUnity, 0);
  // Below 0 for the smallest fractions.
  const std::int64_t value =
      interpolate(kSinBase + (fraction >> 20), centred(fraction >> 3 & 0x1ffff));
  return value <= 0 ? signed_bits(sign, 0) : pack(sign, value, 0);
}

std::uint32_t hyperbolic_tangent(const Operand& x) {
  if (x.zero) return signed_bits(x.sign, 0);
  if (x.exponent < -6) return x.bits;
  if (x.exponent >= 3) return signed_bits(x.sign, kOne);
  const std::uint32_t index =
      kTanhBase + 16 * static_cast<std::uint32_t>(x.exponent + 6) + (x.fraction >> 19);
  return pack(x.sign, interpolate(index, centred(x.fraction >> 2 & 0x1ffff)),
              std::min(x.exponent + 1, 0));
}

}  // namespace

std::uint32_t special_function(Op op, std::uint32_t bits) {
  const Operand x(bits);
  if (x.nan) return kCanonicalNan;
  switch (op) {
    case Op::kRcpApprox: return reciprocal(x);
    case Op::kRsqrtApprox: return reciprocal_root(x);
    case Op::kEx2Approx: return power_of_two(x);
    case Op::kLg2Approx: return logarithm(x);
    case Op::kSinApprox: return sine(x, false);
    case Op::kCosApprox: return sine(x, true);
    case Op::kTanhApprox: return hyperbolic_tangent(x);
    default: return 0;
  }
}

}  // namespace heddle::isa
