// Exact integers and sums to FP32 and FP16 words.
// Source: docs/manual/tensor_numerics.md, "convert".
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "tensor/tensor_formats.hpp"

namespace heddle::tensor {

inline constexpr std::uint32_t kNvidiaNan32 = 0x7fffffff;
inline constexpr std::uint32_t kNvidiaNan16 = 0x7fff;
inline constexpr std::uint32_t kIeeeNan32 = 0x7fc00000;
inline constexpr std::uint32_t kIeeeNan16 = 0x7e00;

constexpr std::uint32_t infinity(const ElementFormat& format, bool negative) {
  const std::uint32_t sign = negative ? 1U << (format.bits - 1) : 0;
  return sign | (((1U << format.exponent_bits) - 1) << format.fraction_bits);
}

/// The word of (-1)^negative * magnitude * 2^exponent in FP32, truncated to `significant` bits
/// (24: RZ32; 14: E8M13) and, below 2^-126, to multiples of 2^(-125 - significant).
/// From 2^128 on infinity. What is truncated to zero is +0. Requires magnitude > 0.
constexpr std::uint32_t truncate_to_float(bool negative, std::uint64_t magnitude, int exponent,
                                          int significant) {
  const int top = static_cast<int>(std::bit_width(magnitude)) - 1 + exponent;
  if (top >= 128) return infinity(kFloat32, negative);
  const int last = (top < -126 ? -126 : top) - (significant - 1);
  const int excess = last - exponent;
  std::uint64_t kept = magnitude;
  if (excess >= 64) {
    kept = 0;
  } else if (excess > 0) {
    kept >>= excess;
  } else {
    kept <<= -excess;
  }
  if (kept == 0) return 0;
  const auto aligned = static_cast<std::uint32_t>(kept << (24 - significant));
  const std::uint32_t sign = negative ? 0x80000000U : 0;
  // A normal number's leading bit adds one to the exponent field.
  const auto field = static_cast<std::uint32_t>(top < -126 ? 0 : top + 126);
  return sign | ((field << 23) + aligned);
}

/// The same number in `format`, rounded to nearest, ties to even; `sticky`: a nonzero remainder
/// below the magnitude's last bit. What is rounded to zero keeps its sign.
/// Requires magnitude >= 4 if sticky.
constexpr std::uint32_t round_to_nearest_even(const ElementFormat& format, bool negative,
                                              std::uint64_t magnitude, int exponent, bool sticky) {
  const std::uint32_t sign = negative ? 1U << (format.bits - 1) : 0;
  if (magnitude == 0) return sign;
  const int least = 1 - format.bias;
  const int top = static_cast<int>(std::bit_width(magnitude)) - 1 + exponent;
  if (top > format.bias) return infinity(format, negative);
  const int last = (top < least ? least : top) - format.fraction_bits;
  const int excess = last - exponent;
  std::uint64_t kept = magnitude;
  if (excess > 64) {
    kept = 0;
  } else if (excess > 0) {
    const std::uint64_t half = std::uint64_t{1} << (excess - 1);
    const std::uint64_t rest = excess == 64 ? magnitude : magnitude & ((half << 1) - 1);
    kept = excess == 64 ? 0 : magnitude >> excess;
    if (rest > half || (rest == half && (sticky || (kept & 1) != 0))) ++kept;
  } else {
    kept <<= -excess;
  }
  // The leading bit adds one to the exponent field; so does a carry, up to infinity.
  const auto field = static_cast<std::uint32_t>(top < least ? 0 : top + format.bias - 1);
  return sign | ((field << format.fraction_bits) + static_cast<std::uint32_t>(kept));
}

/// An exact sum of numbers from 2^-384 to below 2^384.
class ExactSum {
 public:
  /// Adds (-1)^negative * magnitude * 2^exponent.
  void add(bool negative, std::uint64_t magnitude, int exponent) {
    const int position = exponent - kLeast;
    auto limb = static_cast<std::size_t>(position / 64);
    const int offset = position % 64;
    const std::uint64_t low = magnitude << offset;
    const std::uint64_t high = offset == 0 ? 0 : magnitude >> (64 - offset);
    std::uint64_t carry = 0;
    const auto accumulate = [&](std::uint64_t value) {
      std::uint64_t& target = limbs_[limb++];
      if (negative) {
        const std::uint64_t before = target;
        target = before - value - carry;
        carry = before < value || (before == value && carry != 0) ? 1 : 0;
      } else {
        const std::uint64_t sum = target + value;
        target = sum + carry;
        carry = sum < value || target < sum ? 1 : 0;
      }
    };
    accumulate(low);
    accumulate(high);
    while (carry != 0 && limb < limbs_.size()) accumulate(0);
  }

  bool is_zero() const { return limbs_ == Limbs{}; }

  /// Rounded to nearest, ties to even. An exact zero is +0.
  std::uint32_t rounded(const ElementFormat& format) const {
    Limbs magnitude = limbs_;
    const bool negative = (limbs_.back() >> 63) != 0;
    if (negative) {
      bool carry = true;
      for (std::uint64_t& limb : magnitude) {
        limb = ~limb + (carry ? 1 : 0);
        carry = carry && limb == 0;
      }
    }
    std::size_t top = magnitude.size();
    while (top > 0 && magnitude[top - 1] == 0) --top;
    if (top == 0) return 0;
    --top;
    // The leading 64 bits, and whether anything is below them.
    const int shift = std::countl_zero(magnitude[top]);
    std::uint64_t leading = magnitude[top] << shift;
    bool sticky = false;
    if (top > 0) {
      const std::uint64_t next = magnitude[top - 1];
      if (shift > 0) leading |= next >> (64 - shift);
      sticky = (next << shift) != 0;
      for (std::size_t i = 0; i + 1 < top; ++i) sticky |= magnitude[i] != 0;
    }
    const int exponent = kLeast + static_cast<int>(top) * 64 - shift;
    return round_to_nearest_even(format, negative, leading, exponent, sticky);
  }

 private:
  using Limbs = std::array<std::uint64_t, 13>;
  static constexpr int kLeast = -384;
  Limbs limbs_{};  // two's complement, least significant first
};

}  // namespace heddle::tensor
