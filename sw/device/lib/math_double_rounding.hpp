// Rounding to a double in CUDA's four directions.
#pragma once

#include "math_double_core.hpp"

namespace heddle::math {

enum class Rounding { kNearest, kToZero, kUp, kDown };

/// The low part's bits count only as being zero or not.
inline double rounded(Longer a, Rounding rounding) {
  const uint64_t sign = static_cast<uint64_t>(a.negative) << 63;
  uint64_t significand = a.high | (a.low != 0 ? 1 : 0);
  int32_t biased = a.exponent + 1023;
  if (biased <= 0) {
    significand = device::shift_right_sticky(significand, 1 - biased);
    biased = 1;
  }
  uint64_t increment = 0x3ff + (significand >> 11 & 1);
  if (rounding != Rounding::kNearest) {
    const bool away = rounding != Rounding::kToZero && (rounding == Rounding::kDown) == a.negative;
    increment = away ? 0x7ff : 0;
  }
  const uint64_t fraction = (significand >> 11) + (((significand & 0x7ff) + increment) >> 11);
  constexpr uint64_t kInfinite = uint64_t{0x7ff} << 52;
  if (biased >= 2047) return from_bits(sign | (increment != 0 ? kInfinite : kInfinite - 1));
  const uint64_t magnitude = (static_cast<uint64_t>(biased - 1) << 52) + fraction;
  // Rounding to nearest or away may overflow here.
  return from_bits(sign | magnitude);
}

}  // namespace heddle::math
