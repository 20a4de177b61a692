#include "isa/float32.hpp"

#include <bit>
#include <utility>

namespace heddle::isa::float32 {
namespace {

constexpr int kMantissaBits = 23;
constexpr int kMinimumExponent = -126;
constexpr int kMaximumExponent = 127;
constexpr std::uint32_t kInfinity = 0x7f800000;
constexpr std::uint32_t kLargestFinite = 0x7f7fffff;

__extension__ using uint128 = unsigned __int128;

// A nonzero finite value: significand * 2^exponent.
struct Finite {
  bool sign;
  int exponent;
  std::uint64_t significand;
};

bool sign_of(std::uint32_t a) { return (a & kSignBit) != 0; }
std::uint32_t with_sign(std::uint32_t magnitude, bool sign) {
  return magnitude | (sign ? kSignBit : 0);
}
FloatResult exact(std::uint32_t bits) { return {bits, 0}; }
FloatResult invalid() { return {kCanonicalNan, kInvalid}; }

std::uint8_t invalid_if(bool condition) { return condition ? kInvalid : std::uint8_t{0}; }

// Normalized, so that the significand of a subnormal has its leading one at bit 23 as well.
Finite unpack(std::uint32_t a) {
  const auto biased = static_cast<int>((a >> kMantissaBits) & 0xff);
  std::uint32_t significand = a & 0x007fffff;
  int exponent = biased - 127 - kMantissaBits;
  if (biased == 0) {
    const int shift = std::countl_zero(significand) - 8;
    significand <<= shift;
    exponent = kMinimumExponent - kMantissaBits - shift;
  } else {
    significand |= 0x00800000;
  }
  return {sign_of(a), exponent, significand};
}

// Shifts right and keeps in bit 0 whether a one was lost.
std::uint64_t shift_right_jam(std::uint64_t value, int amount) {
  if (amount == 0) return value;
  if (amount > 63) return value != 0 ? 1 : 0;
  const bool lost = (value << (64 - amount)) != 0;
  return (value >> amount) | (lost ? 1 : 0);
}

uint128 shift_right_jam(uint128 value, int amount) {
  if (amount == 0) return value;
  if (amount > 127) return value != 0 ? 1 : 0;
  const bool lost = (value << (128 - amount)) != 0;
  return (value >> amount) | (lost ? 1 : 0);
}

struct Rounded {
  std::uint64_t value;
  bool inexact;
};

// Drops the low `bits` (1..63) of value, rounding.
Rounded round_off(std::uint64_t value, int bits, bool sign, std::uint8_t rounding) {
  const std::uint64_t rest = value & ((std::uint64_t{1} << bits) - 1);
  const std::uint64_t half = std::uint64_t{1} << (bits - 1);
  const std::uint64_t kept = value >> bits;
  bool up = false;
  switch (rounding) {
    case kRoundNearestEven: up = rest > half || (rest == half && (kept & 1) != 0); break;
    case kRoundTowardZero: up = false; break;
    case kRoundDown: up = sign && rest != 0; break;
    case kRoundUp: up = !sign && rest != 0; break;
    default: up = rest >= half; break;
  }
  return {kept + (up ? 1 : 0), rest != 0};
}

// What is too large becomes an infinity, not the largest finite value.
bool overflows_away(bool sign, std::uint8_t rounding) {
  return rounding == kRoundNearestEven || rounding == kRoundNearestMaxMagnitude ||
         (rounding == kRoundDown && sign) || (rounding == kRoundUp && !sign);
}

FloatResult overflow(bool sign, std::uint8_t rounding) {
  const std::uint32_t magnitude = overflows_away(sign, rounding) ? kInfinity : kLargestFinite;
  return {with_sign(magnitude, sign), kOverflow | kInexact};
}

// Rounds a nonzero value, whose significand may carry a jammed bit 0 provided that it has 26 bits
// or more.
FloatResult round_and_pack(Finite value, std::uint8_t rounding) {
  constexpr int kDropped = 63 - kMantissaBits;
  const int shift = std::countl_zero(value.significand);
  const std::uint64_t significand = value.significand << shift;
  int exponent = value.exponent - shift + 63;

  const Rounded normal = round_off(significand, kDropped, value.sign, rounding);
  const bool carried = (normal.value >> (kMantissaBits + 1)) != 0;
  if (exponent >= kMinimumExponent) {
    if (carried) ++exponent;
    if (exponent > kMaximumExponent) return overflow(value.sign, rounding);
    const auto mantissa = static_cast<std::uint32_t>(normal.value) & 0x007fffff;
    const auto biased = static_cast<std::uint32_t>(exponent + 127) << kMantissaBits;
    return {with_sign(biased | mantissa, value.sign), normal.inexact ? kInexact : std::uint8_t{0}};
  }

  // Tininess is judged by what rounding gave with an unbounded exponent.
  const bool tiny = exponent + (carried ? 1 : 0) < kMinimumExponent;
  const std::uint64_t denormal = shift_right_jam(significand, kMinimumExponent - exponent);
  const Rounded rounded = round_off(denormal, kDropped, value.sign, rounding);
  std::uint8_t flags = 0;
  if (rounded.inexact) flags = static_cast<std::uint8_t>(kInexact | (tiny ? kUnderflow : 0));
  // A carry into bit 23 is the exponent field of the least normal number.
  return {with_sign(static_cast<std::uint32_t>(rounded.value), value.sign), flags};
}

FloatResult add_finite(Finite a, Finite b, std::uint8_t rounding) {
  // Both significands have at most 48 bits. With the greater one's leading bit at 110 and the other
  // shifted right into place, bits are lost only when the two are so far apart that no cancellation
  // can reach them.
  constexpr int kLeading = 110;
  const auto leading = [](const Finite& value) {
    return value.exponent + 63 - std::countl_zero(value.significand);
  };
  if (leading(a) < leading(b)) std::swap(a, b);
  const int shift_a = kLeading - (63 - std::countl_zero(a.significand));
  const int exponent = a.exponent - shift_a;
  const uint128 sum_a = uint128{a.significand} << shift_a;
  const int shift_b = b.exponent - exponent;
  const uint128 sum_b = shift_b >= 0 ? uint128{b.significand} << shift_b
                                     : shift_right_jam(uint128{b.significand}, -shift_b);

  bool sign = a.sign;
  uint128 sum = 0;
  if (a.sign == b.sign) {
    sum = sum_a + sum_b;
  } else if (sum_a >= sum_b) {
    sum = sum_a - sum_b;
  } else {
    sum = sum_b - sum_a;
    sign = b.sign;
  }
  if (sum == 0) return exact(with_sign(0, rounding == kRoundDown));

  // To 64 bits.
  const auto high = static_cast<std::uint64_t>(sum >> 64);
  const int narrow = high == 0 ? 0 : 64 - std::countl_zero(high);
  const auto significand = static_cast<std::uint64_t>(shift_right_jam(sum, narrow));
  return round_and_pack({sign, exponent + narrow, significand}, rounding);
}

FloatResult add_zeros(bool sign_a, bool sign_b, std::uint8_t rounding) {
  return exact(with_sign(0, sign_a == sign_b ? sign_a : rounding == kRoundDown));
}

// Total order of the non-NaN values, with -0 just below +0.
std::int64_t order(std::uint32_t a) {
  const auto magnitude = static_cast<std::int64_t>(a & ~kSignBit);
  return sign_of(a) ? -magnitude - 1 : magnitude;
}

bool less_value(std::uint32_t a, std::uint32_t b) {
  return !(is_zero(a) && is_zero(b)) && order(a) < order(b);
}

// A binary format narrower than binary32: sign, exponent, mantissa.
struct Narrow {
  int mantissa_bits;
  int bias;
  std::uint32_t largest_finite;  // without sign; likewise the next
  std::uint32_t infinity;        // largest_finite where the format has none, or is not to give it

  constexpr std::uint32_t sign_bit() const {
    return largest_finite < 0x80 ? std::uint32_t{0x80} : std::uint32_t{0x8000};
  }
};

constexpr Narrow kHalf{10, 15, 0x7bff, 0x7c00};
constexpr Narrow kBfloat16{7, 127, 0x7f7f, 0x7f80};
constexpr Narrow kE4m3{3, 7, 0x7e, 0x7e};
constexpr Narrow kE5m2{2, 15, 0x7b, 0x7b};
constexpr std::uint32_t kNarrowNan8 = 0x7f;

// Rounds a finite value; its sign is not in the result.
FloatResult narrow_magnitude(std::uint32_t a, const Narrow& format, std::uint8_t rounding) {
  if (is_zero(a)) return exact(0);
  const Finite value = unpack(a);
  const int dropped = 63 - format.mantissa_bits;
  const int shift = std::countl_zero(value.significand);
  const std::uint64_t significand = value.significand << shift;
  const int exponent = value.exponent - shift + 63;
  const int minimum = 1 - format.bias;

  const Rounded normal = round_off(significand, dropped, value.sign, rounding);
  if (exponent >= minimum) {
    // The leading one adds 1 to the exponent field; a carry adds another one.
    const auto field = static_cast<std::uint64_t>(exponent - minimum) << format.mantissa_bits;
    const std::uint64_t bits = field + normal.value;
    if (bits > format.largest_finite) {
      const bool away = overflows_away(value.sign, rounding);
      return {away ? format.infinity : format.largest_finite, kOverflow | kInexact};
    }
    return {static_cast<std::uint32_t>(bits), normal.inexact ? kInexact : std::uint8_t{0}};
  }
  const bool carried = (normal.value >> (format.mantissa_bits + 1)) != 0;
  const bool tiny = exponent + (carried ? 1 : 0) < minimum;
  const Rounded rounded =
      round_off(shift_right_jam(significand, minimum - exponent), dropped, value.sign, rounding);
  const int underflow = tiny ? kUnderflow : 0;
  return {static_cast<std::uint32_t>(rounded.value),
          static_cast<std::uint8_t>(rounded.inexact ? kInexact | underflow : 0)};
}

// The result's sign bit is extended to 32 bits.
FloatResult narrow16(std::uint32_t a, const Narrow& format, std::uint8_t rounding) {
  if (is_nan(a)) {
    const std::uint32_t quiet = 1u << (format.mantissa_bits - 1);
    return {format.infinity | quiet, invalid_if(is_signalling(a))};
  }
  FloatResult result =
      is_infinite(a) ? exact(format.infinity) : narrow_magnitude(a, format, rounding);
  if (sign_of(a)) result.bits |= 0xffff8000;
  return result;
}

std::uint32_t narrow8(std::uint32_t a, const Narrow& format) {
  if (is_nan(a)) return kNarrowNan8;
  const std::uint32_t magnitude =
      is_infinite(a) ? format.largest_finite : narrow_magnitude(a, format, kRoundNearestEven).bits;
  return magnitude | (sign_of(a) ? format.sign_bit() : 0);
}

// A finite value of the format, which binary32 holds exactly.
std::uint32_t widen(std::uint32_t a, const Narrow& format) {
  const bool sign = (a & format.sign_bit()) != 0;
  const std::uint32_t magnitude = a & (format.sign_bit() - 1);
  if (magnitude == 0) return with_sign(0, sign);
  const std::uint32_t fraction = magnitude & ((1u << format.mantissa_bits) - 1);
  const auto field = static_cast<int>(magnitude >> format.mantissa_bits);
  const std::uint32_t leading = field == 0 ? 0 : 1u << format.mantissa_bits;
  const int exponent = (field == 0 ? 1 : field) - format.bias - format.mantissa_bits;
  return round_and_pack({sign, exponent, fraction | leading}, kRoundNearestEven).bits;
}

FloatResult widen16(std::uint32_t a, const Narrow& format) {
  const bool sign = (a & format.sign_bit()) != 0;
  const std::uint32_t magnitude = a & (format.sign_bit() - 1);
  if (magnitude > format.infinity) {
    const std::uint32_t quiet = 1u << (format.mantissa_bits - 1);
    return {kCanonicalNan, invalid_if((magnitude & quiet) == 0)};
  }
  if (magnitude == format.infinity) return exact(with_sign(kInfinity, sign));
  return exact(widen(a, format));
}

struct Integer {
  bool sign;
  std::uint64_t magnitude;  // saturated at 2^40 or so: far outside any 32-bit range
  bool inexact;
};

Integer round_to_integer(std::uint32_t a, std::uint8_t rounding) {
  if (is_zero(a)) return {false, 0, false};
  const Finite value = unpack(a);
  if (value.exponent >= 0) {
    const int shift = value.exponent > 16 ? 16 : value.exponent;
    return {value.sign, value.significand << shift, false};
  }
  // 32 fraction bits, jammed, are enough to round any fraction.
  const std::uint64_t fixed = value.exponent >= -32
                                  ? value.significand << (32 + value.exponent)
                                  : shift_right_jam(value.significand, -32 - value.exponent);
  const Rounded rounded = round_off(fixed, 32, value.sign, rounding);
  return {value.sign, rounded.value, rounded.inexact};
}

}  // namespace

FloatResult add(std::uint32_t a, std::uint32_t b, std::uint8_t rounding) {
  if (is_nan(a) || is_nan(b)) {
    return {kCanonicalNan, invalid_if(is_signalling(a) || is_signalling(b))};
  }
  if (is_infinite(a)) return is_infinite(b) && a != b ? invalid() : exact(a);
  if (is_infinite(b)) return exact(b);
  if (is_zero(a)) return is_zero(b) ? add_zeros(sign_of(a), sign_of(b), rounding) : exact(b);
  if (is_zero(b)) return exact(a);
  return add_finite(unpack(a), unpack(b), rounding);
}

FloatResult subtract(std::uint32_t a, std::uint32_t b, std::uint8_t rounding) {
  return add(a, b ^ kSignBit, rounding);
}

FloatResult multiply(std::uint32_t a, std::uint32_t b, std::uint8_t rounding) {
  if (is_nan(a) || is_nan(b)) {
    return {kCanonicalNan, invalid_if(is_signalling(a) || is_signalling(b))};
  }
  const bool sign = sign_of(a) != sign_of(b);
  if (is_infinite(a) || is_infinite(b)) {
    return is_zero(a) || is_zero(b) ? invalid() : exact(with_sign(kInfinity, sign));
  }
  if (is_zero(a) || is_zero(b)) return exact(with_sign(0, sign));
  const Finite x = unpack(a);
  const Finite y = unpack(b);
  return round_and_pack({sign, x.exponent + y.exponent, x.significand * y.significand}, rounding);
}

FloatResult fused_multiply_add(std::uint32_t a, std::uint32_t b, std::uint32_t c,
                               std::uint8_t rounding) {
  const bool no_product = (is_infinite(a) && is_zero(b)) || (is_zero(a) && is_infinite(b));
  if (is_nan(a) || is_nan(b) || is_nan(c)) {
    return {kCanonicalNan,
            invalid_if(no_product || is_signalling(a) || is_signalling(b) || is_signalling(c))};
  }
  if (no_product) return invalid();
  const bool sign = sign_of(a) != sign_of(b);
  if (is_infinite(a) || is_infinite(b)) {
    if (is_infinite(c) && sign_of(c) != sign) return invalid();
    return exact(with_sign(kInfinity, sign));
  }
  if (is_infinite(c)) return exact(c);
  if (is_zero(a) || is_zero(b)) {
    return is_zero(c) ? add_zeros(sign, sign_of(c), rounding) : exact(c);
  }
  const Finite x = unpack(a);
  const Finite y = unpack(b);
  const Finite product{sign, x.exponent + y.exponent, x.significand * y.significand};
  return is_zero(c) ? round_and_pack(product, rounding) : add_finite(product, unpack(c), rounding);
}

FloatResult divide(std::uint32_t a, std::uint32_t b, std::uint8_t rounding) {
  if (is_nan(a) || is_nan(b)) {
    return {kCanonicalNan, invalid_if(is_signalling(a) || is_signalling(b))};
  }
  const bool sign = sign_of(a) != sign_of(b);
  if (is_infinite(a)) return is_infinite(b) ? invalid() : exact(with_sign(kInfinity, sign));
  if (is_infinite(b)) return exact(with_sign(0, sign));
  if (is_zero(b)) {
    return is_zero(a) ? invalid() : FloatResult{with_sign(kInfinity, sign), kDivideByZero};
  }
  if (is_zero(a)) return exact(with_sign(0, sign));
  const Finite x = unpack(a);
  const Finite y = unpack(b);
  // Both significands have 24 bits, so the quotient has 39 or 40.
  const std::uint64_t dividend = x.significand << 39;
  const std::uint64_t rest = dividend % y.significand != 0 ? 1 : 0;
  return round_and_pack({sign, x.exponent - y.exponent - 39, dividend / y.significand | rest},
                        rounding);
}

FloatResult square_root(std::uint32_t a, std::uint8_t rounding) {
  if (is_nan(a)) return {kCanonicalNan, invalid_if(is_signalling(a))};
  if (is_zero(a)) return exact(a);
  if (sign_of(a)) return invalid();
  if (is_infinite(a)) return exact(a);
  Finite value = unpack(a);
  if (value.exponent % 2 != 0) {
    value.significand <<= 1;
    --value.exponent;
  }
  // 36 more bits: a radicand of 60 or 61 bits, a root of 30 or 31, digit by digit.
  std::uint64_t rest = value.significand << 36;
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 60; bit != 0; bit >>= 2) {
    const std::uint64_t trial = root + bit;
    root >>= 1;
    if (rest >= trial) {
      rest -= trial;
      root += bit;
    }
  }
  return round_and_pack({false, (value.exponent - 36) / 2, root | (rest != 0 ? 1 : 0)}, rounding);
}

FloatResult minimum(std::uint32_t a, std::uint32_t b) {
  const std::uint8_t flags = invalid_if(is_signalling(a) || is_signalling(b));
  if (is_nan(a)) return {is_nan(b) ? kCanonicalNan : b, flags};
  if (is_nan(b)) return {a, flags};
  return exact(order(a) < order(b) ? a : b);
}

FloatResult maximum(std::uint32_t a, std::uint32_t b) {
  const std::uint8_t flags = invalid_if(is_signalling(a) || is_signalling(b));
  if (is_nan(a)) return {is_nan(b) ? kCanonicalNan : b, flags};
  if (is_nan(b)) return {a, flags};
  return exact(order(a) < order(b) ? b : a);
}

FloatResult equal(std::uint32_t a, std::uint32_t b) {
  if (is_nan(a) || is_nan(b)) return {0, invalid_if(is_signalling(a) || is_signalling(b))};
  return exact(a == b || (is_zero(a) && is_zero(b)) ? 1 : 0);
}

FloatResult less(std::uint32_t a, std::uint32_t b) {
  if (is_nan(a) || is_nan(b)) return {0, kInvalid};
  return exact(less_value(a, b) ? 1 : 0);
}

FloatResult less_or_equal(std::uint32_t a, std::uint32_t b) {
  if (is_nan(a) || is_nan(b)) return {0, kInvalid};
  return exact(less_value(b, a) ? 0 : 1);
}

std::uint32_t classify(std::uint32_t a) {
  if (is_nan(a)) return is_signalling(a) ? 1u << 8 : 1u << 9;
  const bool sign = sign_of(a);
  if (is_infinite(a)) return sign ? 1u << 0 : 1u << 7;
  if (is_zero(a)) return sign ? 1u << 3 : 1u << 4;
  const bool subnormal = (a & kInfinity) == 0;
  if (subnormal) return sign ? 1u << 2 : 1u << 5;
  return sign ? 1u << 1 : 1u << 6;
}

FloatResult to_int32(std::uint32_t a, std::uint8_t rounding) {
  if (is_nan(a)) return {0x7fffffff, kInvalid};
  if (is_infinite(a)) return {sign_of(a) ? 0x80000000 : 0x7fffffff, kInvalid};
  const Integer value = round_to_integer(a, rounding);
  if (value.sign) {
    if (value.magnitude > 0x80000000u) return {0x80000000, kInvalid};
    return {0u - static_cast<std::uint32_t>(value.magnitude),
            value.inexact ? kInexact : std::uint8_t{0}};
  }
  if (value.magnitude > 0x7fffffffu) return {0x7fffffff, kInvalid};
  return {static_cast<std::uint32_t>(value.magnitude), value.inexact ? kInexact : std::uint8_t{0}};
}

FloatResult to_uint32(std::uint32_t a, std::uint8_t rounding) {
  if (is_nan(a)) return {0xffffffff, kInvalid};
  if (is_infinite(a)) return {sign_of(a) ? 0 : 0xffffffff, kInvalid};
  const Integer value = round_to_integer(a, rounding);
  if (value.sign && value.magnitude != 0) return {0, kInvalid};
  if (value.magnitude > 0xffffffffu) return {0xffffffff, kInvalid};
  return {static_cast<std::uint32_t>(value.magnitude), value.inexact ? kInexact : std::uint8_t{0}};
}

FloatResult from_int32(std::uint32_t value, std::uint8_t rounding) {
  if (value == 0) return exact(0);
  const bool sign = (value >> 31) != 0;
  return round_and_pack({sign, 0, sign ? 0u - value : value}, rounding);
}

FloatResult from_uint32(std::uint32_t value, std::uint8_t rounding) {
  return value == 0 ? exact(0) : round_and_pack({false, 0, value}, rounding);
}

FloatResult from_half(std::uint32_t a) { return widen16(a, kHalf); }
FloatResult to_half(std::uint32_t a, std::uint8_t rounding) { return narrow16(a, kHalf, rounding); }
FloatResult from_bfloat16(std::uint32_t a) { return widen16(a, kBfloat16); }
FloatResult to_bfloat16(std::uint32_t a, std::uint8_t rounding) {
  return narrow16(a, kBfloat16, rounding);
}

std::uint32_t from_e4m3(std::uint32_t a) {
  return (a & 0x7f) > kE4m3.largest_finite ? kCanonicalNan : widen(a, kE4m3);
}

std::uint32_t from_e5m2(std::uint32_t a) {
  const std::uint32_t magnitude = a & 0x7f;
  constexpr std::uint32_t kInfinity8 = 0x7c;
  if (magnitude > kInfinity8) return kCanonicalNan;
  if (magnitude == kInfinity8) return with_sign(kInfinity, (a & 0x80) != 0);
  return widen(a, kE5m2);
}

std::uint32_t to_e4m3(std::uint32_t a) { return narrow8(a, kE4m3); }
std::uint32_t to_e5m2(std::uint32_t a) { return narrow8(a, kE5m2); }

}  // namespace heddle::isa::float32
