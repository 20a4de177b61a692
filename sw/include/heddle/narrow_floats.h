// Conversions between float and the narrow formats: half precision, bfloat16, fp8 (e4m3, e5m2). On
// the device they are instructions; on the host integer code that gives the same bits, NaNs
// included.
#pragma once

#include "heddle/heddle_isa.inc"
#include "heddle/host_defines.h"
#include "vector_types.h"

#define HEDDLE_NARROW static __host__ __device__ __forceinline__

enum class heddle_rounding { nearest, zero, down, up };

/// A narrow format: fraction bits, exponent bias, largest finite magnitude, infinity (or what
/// stands for it), and NaN.
struct heddle_format {
  int fraction, bias;
  unsigned int largest, infinity, nan;
};
constexpr heddle_format kHeddleHalf{10, 15, 0x7bff, 0x7c00, 0x7e00};
constexpr heddle_format kHeddleBfloat16{7, 127, 0x7f7f, 0x7f80, 0x7fc0};
constexpr heddle_format kHeddleE4m3{3, 7, 0x7e, 0x7f, 0x7f};
constexpr heddle_format kHeddleE5m2{2, 15, 0x7b, 0x7c, 0x7f};

/// The format's magnitude for a float's; beyond the largest finite one without a special meaning.
HEDDLE_NARROW unsigned int heddle_round_magnitude(unsigned int magnitude, bool negative,
                                                  const heddle_format& format,
                                                  heddle_rounding rounding) {
  const int biased = static_cast<int>(magnitude >> 23);
  const unsigned int significand = (magnitude & 0x7fffff) | (biased != 0 ? 0x800000 : 0);
  const int exponent = (biased != 0 ? biased : 1) - 127 + format.bias;
  int shift = 23 - format.fraction + (exponent < 1 ? 1 - exponent : 0);
  if (shift > 25) shift = 25;  // leaves nothing but a remainder below one half
  const unsigned int kept = significand >> shift;
  const unsigned int rest = significand - (kept << shift);
  const unsigned int half = 1U << shift >> 1;
  bool increment = false;
  switch (rounding) {
    case heddle_rounding::nearest:
      increment = rest > half || (rest == half && rest != 0 && (kept & 1) != 0);
      break;
    case heddle_rounding::zero: break;
    case heddle_rounding::down: increment = rest != 0 && negative; break;
    case heddle_rounding::up: increment = rest != 0 && !negative; break;
  }
  // A normal number's leading one adds 1 to the exponent field, and so does a carry.
  const unsigned int field = exponent > 1 ? static_cast<unsigned int>(exponent - 1) : 0;
  return (field << format.fraction) + kept + (increment ? 1 : 0);
}

/// `saturate` gives the largest finite number for everything beyond.
HEDDLE_NARROW unsigned int heddle_narrow(float value, const heddle_format& format,
                                         heddle_rounding rounding, bool saturate) {
  const unsigned int bits = __builtin_bit_cast(unsigned int, value);
  const unsigned int magnitude = bits & 0x7fffffff;
  const bool negative = bits != magnitude;
  const unsigned int sign = negative ? (format.fraction < 7 ? 0x80 : 0x8000) : 0;
  if (magnitude > 0x7f800000) return format.nan;
  const unsigned int result = heddle_round_magnitude(magnitude, negative, format, rounding);
  if (result <= format.largest) return sign | result;
  const bool inward = rounding == heddle_rounding::zero ||
                      rounding == (negative ? heddle_rounding::up : heddle_rounding::down);
  return sign |
         (saturate || (inward && magnitude != 0x7f800000) ? format.largest : format.infinity);
}

HEDDLE_NARROW float heddle_widen(unsigned int bits, const heddle_format& format) {
  const unsigned int sign_bit = format.fraction < 7 ? 0x80 : 0x8000;
  const unsigned int magnitude = bits & (sign_bit - 1);
  const unsigned int sign = (bits & sign_bit) != 0 ? 0x80000000 : 0;
  if (magnitude > format.largest) {
    const bool infinite = magnitude == format.infinity && format.infinity != format.nan;
    return __builtin_bit_cast(float, infinite ? sign | 0x7f800000 : 0x7fc00000);
  }
  // The fields moved to a float's places are the value scaled by a power of two; that product is
  // exact.
  const unsigned int scale = static_cast<unsigned int>(254 - format.bias) << 23;
  const float result = __builtin_bit_cast(float, magnitude << (23 - format.fraction)) *
                       __builtin_bit_cast(float, scale);
  return __builtin_bit_cast(float, sign | __builtin_bit_cast(unsigned int, result));
}

/// `value` as a float whose last bit is set if bits were lost: rounded once more to a format with
/// at least two bits less, it gives what one rounding would have given.
HEDDLE_NARROW float heddle_round_to_odd(double value) {
  const unsigned long long bits = __builtin_bit_cast(unsigned long long, value);
  const unsigned long long magnitude = bits & ~(1ULL << 63);
  const unsigned int sign = static_cast<unsigned int>(bits >> 32) & 0x80000000;
  const int exponent = static_cast<int>(magnitude >> 52) - 1023 + 127;
  unsigned int result = 0x7f7fffff;
  if (magnitude > 0x7ff0000000000000) {
    result = 0x7fc00000;
  } else if (magnitude == 0x7ff0000000000000) {
    result = 0x7f800000;
  } else if (exponent < 255) {
    // All significand bits behind the leading one; below the normal range it enters the fraction.
    unsigned long long fraction = magnitude & 0xfffffffffffff;
    int shift = 29;
    if (exponent < 1) {
      fraction |= magnitude >> 52 != 0 ? 1ULL << 52 : 0;
      shift += 1 - exponent;
      if (shift > 63) shift = 63;
    }
    const unsigned int field = exponent < 1 ? 0 : static_cast<unsigned int>(exponent) << 23;
    const bool lost = (fraction & ((1ULL << shift) - 1)) != 0;
    result = (field + static_cast<unsigned int>(fraction >> shift)) | (lost ? 1 : 0);
  }
  return __builtin_bit_cast(float, sign | result);
}

#ifdef __HEDDLE_DEVICE__
/// Of a number rounded down and up: the one whose last bit is set, or the number itself.
static __device__ __forceinline__ float heddle_odd_one(float down, float up) {
  return (__builtin_bit_cast(unsigned int, down) & 1) != 0 ? down : up;
}
#endif

/// a * b + c, rounded to odd.
HEDDLE_NARROW float heddle_fma_to_odd(float a, float b, float c) {
#ifdef __HEDDLE_DEVICE__
  float down;
  float up;
  __asm__("fmadd.s %0, %1, %2, %3, rdn" : "=r"(down) : "r"(a), "r"(b), "r"(c));
  __asm__("fmadd.s %0, %1, %2, %3, rup" : "=r"(up) : "r"(a), "r"(b), "r"(c));
  return heddle_odd_one(down, up);
#else
  // The product of two narrow numbers is exact, and so is the error of the sum (Knuth).
  const double product = static_cast<double>(a) * static_cast<double>(b);
  const double addend = static_cast<double>(c);
  const double sum = product + addend;
  const double back = sum - product;
  const double error = (product - (sum - back)) + (addend - back);
  unsigned long long bits = __builtin_bit_cast(unsigned long long, sum);
  if ((error < 0 || error > 0) && (bits & 1) == 0) {
    bits = (error > 0) == (sum > 0) ? bits + 1 : bits - 1;
  }
  return heddle_round_to_odd(__builtin_bit_cast(double, bits));
#endif
}

HEDDLE_NARROW float heddle_to_float_odd(int value) {
#ifdef __HEDDLE_DEVICE__
  float down;
  float up;
  __asm__("fcvt.s.w %0, %1, rdn" : "=r"(down) : "r"(value));
  __asm__("fcvt.s.w %0, %1, rup" : "=r"(up) : "r"(value));
  return heddle_odd_one(down, up);
#else
  return heddle_round_to_odd(static_cast<double>(value));
#endif
}
HEDDLE_NARROW float heddle_to_float_odd(unsigned int value) {
#ifdef __HEDDLE_DEVICE__
  float down;
  float up;
  __asm__("fcvt.s.wu %0, %1, rdn" : "=r"(down) : "r"(value));
  __asm__("fcvt.s.wu %0, %1, rup" : "=r"(up) : "r"(value));
  return heddle_odd_one(down, up);
#else
  return heddle_round_to_odd(static_cast<double>(value));
#endif
}

HEDDLE_NARROW unsigned short heddle_float_to_half(float value) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__("fcvt.h.s %0, %1, rne" : "=r"(result) : "r"(value));
  return static_cast<unsigned short>(result);
#else
  return static_cast<unsigned short>(
      heddle_narrow(value, kHeddleHalf, heddle_rounding::nearest, false));
#endif
}

HEDDLE_NARROW float heddle_half_to_float(unsigned short bits) {
#ifdef __HEDDLE_DEVICE__
  float result;
  __asm__("fcvt.s.h %0, %1" : "=r"(result) : "r"(static_cast<unsigned int>(bits)));
  return result;
#else
  return heddle_widen(bits, kHeddleHalf);
#endif
}

HEDDLE_NARROW unsigned short heddle_float_to_bfloat16(float value) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__(HEDDLE_ASM_FCVT_BF16_S("%0", "%1", "0") : "=r"(result) : "r"(value));
  return static_cast<unsigned short>(result);
#else
  return static_cast<unsigned short>(
      heddle_narrow(value, kHeddleBfloat16, heddle_rounding::nearest, false));
#endif
}

/// A bfloat16 is the upper half of a float.
HEDDLE_NARROW float heddle_bfloat16_to_float(unsigned short bits) {
  return __builtin_bit_cast(float, static_cast<unsigned int>(bits) << 16);
}

/// Two values at once as halves, the first in the lower 16 bits; rounded to nearest.
HEDDLE_NARROW unsigned int heddle_floats_to_halves(float low, float high) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__(HEDDLE_ASM_FCVT_HX2_S("%0", "%1", "%2") : "=r"(result) : "r"(high), "r"(low));
  return result;
#else
  return heddle_narrow(low, kHeddleHalf, heddle_rounding::nearest, false) |
         heddle_narrow(high, kHeddleHalf, heddle_rounding::nearest, false) << 16;
#endif
}

/// Two values at once, the first in the low byte; saturating.
HEDDLE_NARROW unsigned short heddle_floats_to_e4m3x2(float low, float high) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__(HEDDLE_ASM_FCVT_E4M3X2_S("%0", "%1", "%2") : "=r"(result) : "r"(high), "r"(low));
  return static_cast<unsigned short>(result);
#else
  return static_cast<unsigned short>(
      heddle_narrow(low, kHeddleE4m3, heddle_rounding::nearest, true) |
      heddle_narrow(high, kHeddleE4m3, heddle_rounding::nearest, true) << 8);
#endif
}
HEDDLE_NARROW unsigned short heddle_floats_to_e5m2x2(float low, float high) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__(HEDDLE_ASM_FCVT_E5M2X2_S("%0", "%1", "%2") : "=r"(result) : "r"(high), "r"(low));
  return static_cast<unsigned short>(result);
#else
  return static_cast<unsigned short>(
      heddle_narrow(low, kHeddleE5m2, heddle_rounding::nearest, true) |
      heddle_narrow(high, kHeddleE5m2, heddle_rounding::nearest, true) << 8);
#endif
}
HEDDLE_NARROW float heddle_e4m3_to_float(unsigned char bits) {
#ifdef __HEDDLE_DEVICE__
  float result;
  __asm__(HEDDLE_ASM_FCVT_S_E4M3("%0", "%1") : "=r"(result) : "r"(static_cast<unsigned int>(bits)));
  return result;
#else
  return heddle_widen(bits, kHeddleE4m3);
#endif
}
HEDDLE_NARROW float heddle_e5m2_to_float(unsigned char bits) {
#ifdef __HEDDLE_DEVICE__
  float result;
  __asm__(HEDDLE_ASM_FCVT_S_E5M2("%0", "%1") : "=r"(result) : "r"(static_cast<unsigned int>(bits)));
  return result;
#else
  return heddle_widen(bits, kHeddleE5m2);
#endif
}

HEDDLE_NARROW bool heddle_is_nan(float value) {
  return (__builtin_bit_cast(unsigned int, value) & 0x7fffffff) > 0x7f800000;
}
/// The lesser; -0 is less than +0, and a number less than a NaN.
HEDDLE_NARROW float heddle_minimum(float a, float b) {
#ifdef __HEDDLE_DEVICE__
  return __builtin_fminf(a, b);
#else
  if (heddle_is_nan(a)) return b;
  if (heddle_is_nan(b)) return a;
  return a < b || (a == b && __builtin_signbit(a) != 0) ? a : b;
#endif
}
HEDDLE_NARROW float heddle_maximum(float a, float b) {
#ifdef __HEDDLE_DEVICE__
  return __builtin_fmaxf(a, b);
#else
  if (heddle_is_nan(a)) return b;
  if (heddle_is_nan(b)) return a;
  return a > b || (a == b && __builtin_signbit(b) != 0) ? a : b;
#endif
}

/// A 16-bit float type with these bits.
template <typename T>
HEDDLE_NARROW T heddle_from_bits(unsigned short bits) {
  T result;
  result.__x = bits;
  return result;
}

#undef HEDDLE_NARROW
