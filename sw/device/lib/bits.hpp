// Small tools that the device library's routines share. Everything here is plain C++: the tests
// compile the library for the host too and compare it with the host's arithmetic.
#pragma once

#include <stdint.h>

namespace heddle::device {

template <typename To, typename From>
constexpr To bit_cast(From value) {
  static_assert(sizeof(To) == sizeof(From));
  return __builtin_bit_cast(To, value);
}

constexpr int leading_zeros(uint64_t value) {
  const auto high = static_cast<uint32_t>(value >> 32);
  return high != 0 ? __builtin_clz(high) : 32 + __builtin_clz(static_cast<uint32_t>(value));
}

/// value / 2^count, where a lost non-zero bit stays as a one in bit 0.
constexpr uint64_t shift_right_sticky(uint64_t value, int count) {
  if (count <= 0) return value;
  if (count > 63) return value != 0 ? 1 : 0;
  return (value >> count) | ((value << (64 - count)) != 0 ? 1 : 0);
}

/// The formats' constants: bits of the fraction, exponent bias, largest biased exponent.
template <typename Float>
struct FloatFormat;

template <>
struct FloatFormat<float> {
  using Bits = uint32_t;
  static constexpr int kFraction = 23;
  static constexpr int kBias = 127;
  static constexpr int kSpecial = 255;
};

template <>
struct FloatFormat<double> {
  using Bits = uint64_t;
  static constexpr int kFraction = 52;
  static constexpr int kBias = 1023;
  static constexpr int kSpecial = 2047;
};

/// A finite number significand * 2^(exponent - 62). Normalized: the significand is zero or has its
/// leading one in bit 62.
struct Unpacked {
  bool negative = false;
  int exponent = 0;
  uint64_t significand = 0;
};

template <typename Float>
constexpr bool is_nan(Float value) {
  using Format = FloatFormat<Float>;
  using Bits = typename Format::Bits;
  return (bit_cast<Bits>(value) << 1) >
         static_cast<Bits>(static_cast<Bits>(Format::kSpecial) << (Format::kFraction + 1));
}

template <typename Float>
constexpr bool is_infinite(Float value) {
  using Format = FloatFormat<Float>;
  using Bits = typename Format::Bits;
  return static_cast<Bits>(bit_cast<Bits>(value) << 1) ==
         static_cast<Bits>(static_cast<Bits>(Format::kSpecial) << (Format::kFraction + 1));
}

template <typename Float>
constexpr Float infinity(bool negative) {
  using Format = FloatFormat<Float>;
  using Bits = typename Format::Bits;
  const Bits sign = static_cast<Bits>(negative) << (sizeof(Bits) * 8 - 1);
  return bit_cast<Float>(
      static_cast<Bits>(sign | (static_cast<Bits>(Format::kSpecial) << Format::kFraction)));
}

template <typename Float>
constexpr Float quiet_nan() {
  using Format = FloatFormat<Float>;
  using Bits = typename Format::Bits;
  return bit_cast<Float>(
      static_cast<Bits>((static_cast<Bits>(Format::kSpecial * 2 + 1) << (Format::kFraction - 1))));
}

/// Brings the leading one to bit 62; bit 63 may be set in the input, a bit shifted out is kept
/// sticky.
constexpr Unpacked normalize(bool negative, int exponent, uint64_t significand) {
  if (significand == 0) return {negative, 0, 0};
  const int shift = leading_zeros(significand) - 1;
  if (shift < 0) return {negative, exponent + 1, shift_right_sticky(significand, 1)};
  return {negative, exponent - shift, significand << shift};
}

/// A finite value, normalized.
template <typename Float>
constexpr Unpacked unpack(Float value) {
  using Format = FloatFormat<Float>;
  using Bits = typename Format::Bits;
  const Bits bits = bit_cast<Bits>(value);
  const bool negative = (bits >> (sizeof(Bits) * 8 - 1)) != 0;
  const int biased = static_cast<int>(bits >> Format::kFraction) & Format::kSpecial;
  uint64_t significand = bits & ((Bits{1} << Format::kFraction) - 1);
  if (biased != 0) significand |= uint64_t{1} << Format::kFraction;
  const int exponent = (biased != 0 ? biased : 1) - Format::kBias;
  return normalize(negative, exponent, significand << (62 - Format::kFraction));
}

/// Rounds to nearest, ties to even; overflow gives infinity, underflow subnormals or zero. The
/// input is normalized.
template <typename Float>
constexpr Float pack(const Unpacked& value) {
  using Format = FloatFormat<Float>;
  using Bits = typename Format::Bits;
  constexpr int kRest = 62 - Format::kFraction;
  constexpr uint64_t kHalf = uint64_t{1} << (kRest - 1);
  const Bits sign = static_cast<Bits>(value.negative) << (sizeof(Bits) * 8 - 1);
  if (value.significand == 0) return bit_cast<Float>(sign);
  const int biased = value.exponent + Format::kBias;
  if (biased >= Format::kSpecial) return infinity<Float>(value.negative);
  uint64_t significand = value.significand;
  if (biased <= 0) significand = shift_right_sticky(significand, 1 - biased);
  const uint64_t rest = significand & (2 * kHalf - 1);
  significand = (significand + kHalf) >> kRest;
  if (rest == kHalf) significand &= ~uint64_t{1};
  // The leading one of a normal number adds 1 to the exponent field; a carry out of rounding does
  // so again.
  const Bits exponent = static_cast<Bits>(biased > 0 ? biased - 1 : 0) << Format::kFraction;
  return bit_cast<Float>(static_cast<Bits>(sign | (exponent + static_cast<Bits>(significand))));
}

}  // namespace heddle::device
