// Conversions that the hardware does not have: everything with doubles, and float to and from
// 64-bit integers. To integers: truncation, saturated, NaN to the largest, as the hardware's
// conversions do.
#include "bits.hpp"

namespace heddle::device {
namespace {

uint64_t magnitude(int64_t value) {
  return value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

template <typename Float>
Float from_unsigned(uint64_t value, bool negative) {
  return pack<Float>(normalize(negative, 62, value));
}

/// Truncates; values outside [lowest, highest] give the nearer limit.
template <typename Float>
int64_t to_signed(Float value, int64_t lowest, int64_t highest) {
  if (is_nan(value)) return highest;
  const bool negative = value < 0;
  if (is_infinite(value)) return negative ? lowest : highest;
  const Unpacked x = unpack(value);
  if (x.significand == 0 || x.exponent < 0) return 0;
  if (x.exponent > 62) return negative ? lowest : highest;
  const auto whole = static_cast<int64_t>(x.significand >> (62 - x.exponent));
  const int64_t result = negative ? -whole : whole;
  if (result < lowest) return lowest;
  return result > highest ? highest : result;
}

template <typename Float>
uint64_t to_unsigned(Float value, uint64_t highest) {
  if (is_nan(value)) return highest;
  if (value < 0) return 0;
  if (is_infinite(value)) return highest;
  const Unpacked x = unpack(value);
  if (x.significand == 0 || x.exponent < 0) return 0;
  if (x.exponent > 63) return highest;
  const uint64_t whole = x.exponent == 63 ? x.significand << 1 : x.significand >> (62 - x.exponent);
  return whole > highest ? highest : whole;
}

template <typename To, typename From>
To resize(From value) {
  if (is_nan(value)) return quiet_nan<To>();
  if (is_infinite(value)) return infinity<To>(value < 0);
  return pack<To>(unpack(value));
}

constexpr int64_t kInt64Min = INT64_MIN;
constexpr int64_t kInt64Max = INT64_MAX;

}  // namespace
}  // namespace heddle::device

using namespace heddle::device;

extern "C" double __extendsfdf2(float value) { return resize<double>(value); }

extern "C" float __truncdfsf2(double value) { return resize<float>(value); }

extern "C" double __floatsidf(int32_t value) {
  return from_unsigned<double>(magnitude(value), value < 0);
}

extern "C" double __floatunsidf(uint32_t value) { return from_unsigned<double>(value, false); }

extern "C" double __floatdidf(int64_t value) {
  return from_unsigned<double>(magnitude(value), value < 0);
}

extern "C" double __floatundidf(uint64_t value) { return from_unsigned<double>(value, false); }

extern "C" float __floatdisf(int64_t value) {
  return from_unsigned<float>(magnitude(value), value < 0);
}

extern "C" float __floatundisf(uint64_t value) { return from_unsigned<float>(value, false); }

extern "C" int32_t __fixdfsi(double value) {
  return static_cast<int32_t>(to_signed(value, INT32_MIN, INT32_MAX));
}

extern "C" uint32_t __fixunsdfsi(double value) {
  return static_cast<uint32_t>(to_unsigned(value, UINT32_MAX));
}

extern "C" int64_t __fixdfdi(double value) { return to_signed(value, kInt64Min, kInt64Max); }

extern "C" uint64_t __fixunsdfdi(double value) { return to_unsigned(value, UINT64_MAX); }

extern "C" int64_t __fixsfdi(float value) { return to_signed(value, kInt64Min, kInt64Max); }

extern "C" uint64_t __fixunssfdi(float value) { return to_unsigned(value, UINT64_MAX); }
