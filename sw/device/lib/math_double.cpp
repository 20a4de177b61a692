// Double functions whose results are exact, or rounded once, in integer arithmetic.
#include "bits.hpp"

namespace heddle::device {
namespace {

constexpr uint64_t kSign = uint64_t{1} << 63;
constexpr uint64_t kFractionMask = (uint64_t{1} << 52) - 1;

uint64_t bits(double x) { return bit_cast<uint64_t>(x); }
uint64_t magnitude(double x) { return bits(x) & ~kSign; }
double with_sign_of(uint64_t magnitude_bits, double sign) {
  return bit_cast<double>(magnitude_bits | (bits(sign) & kSign));
}
int biased_exponent(double x) { return static_cast<int>(bits(x) >> 52) & 0x7ff; }
bool is_finite(double x) { return biased_exponent(x) != 0x7ff; }
/// Keeps infinities, makes NaNs canonical.
double not_finite(double x) { return is_nan(x) ? quiet_nan<double>() : x; }

enum class Direction { kDown, kUp, kToZero, kAway, kEven };

/// The integer in that direction; kAway and kEven: the nearest, halves as the name says.
double to_integer(double x, Direction direction) {
  const int exponent = biased_exponent(x) - 1023;
  if (exponent >= 52) return is_finite(x) ? x : not_finite(x);
  const uint64_t m = magnitude(x);
  const bool negative = (bits(x) & kSign) != 0;
  if (exponent < 0) {
    bool one = false;
    switch (direction) {
      case Direction::kDown: one = negative && m != 0; break;
      case Direction::kUp: one = !negative && m != 0; break;
      case Direction::kToZero: break;
      case Direction::kAway: one = exponent == -1; break;
      case Direction::kEven: one = exponent == -1 && (m & kFractionMask) != 0; break;
    }
    return with_sign_of(one ? uint64_t{1023} << 52 : 0, x);
  }
  const uint64_t unit = uint64_t{1} << (52 - exponent);
  const uint64_t rest = m & (unit - 1);
  // A carry into the exponent gives the next power of two.
  bool up = false;
  switch (direction) {
    case Direction::kDown: up = negative && rest != 0; break;
    case Direction::kUp: up = !negative && rest != 0; break;
    case Direction::kToZero: break;
    case Direction::kAway: up = rest >= unit / 2; break;
    case Direction::kEven:
      // For exponent 0 the unit's bit is the hidden one, and the integer, 1, is odd.
      up = rest > unit / 2 || (rest == unit / 2 && (exponent == 0 || (m & unit) != 0));
      break;
  }
  return with_sign_of(m - rest + (up ? unit : 0), x);
}

/// Finite |x| as significand * 2^exponent, the significand with 53 bits.
struct Parts {
  uint64_t significand;
  int exponent;
};
Parts parts(double x) {
  const uint64_t m = magnitude(x);
  if (m >> 52 != 0) return {(m & kFractionMask) | (kFractionMask + 1), biased_exponent(x) - 1075};
  const int zeros = leading_zeros(m) - 11;
  return {m << zeros, -1074 - zeros};
}

double remainder_of(double x, double y) {
  if (!is_finite(x) || is_nan(y) || magnitude(y) == 0) return quiet_nan<double>();
  if (magnitude(x) < magnitude(y)) return x;
  const Parts a = parts(x);
  const Parts b = parts(y);
  uint64_t rest = a.significand;
  // A bit of the quotient a step.
  for (int left = a.exponent - b.exponent;; --left) {
    if (rest >= b.significand) rest -= b.significand;
    if (left == 0 || rest == 0) break;
    rest <<= 1;
  }
  return pack<double>(normalize((bits(x) & kSign) != 0, b.exponent + 62, rest));
}

}  // namespace
}  // namespace heddle::device

using namespace heddle::device;

extern "C" double __heddle_floor(double x) { return to_integer(x, Direction::kDown); }
extern "C" double __heddle_ceil(double x) { return to_integer(x, Direction::kUp); }
extern "C" double __heddle_trunc(double x) { return to_integer(x, Direction::kToZero); }
extern "C" double __heddle_round(double x) { return to_integer(x, Direction::kAway); }
extern "C" double __heddle_rint(double x) { return to_integer(x, Direction::kEven); }

extern "C" double __heddle_fmin(double x, double y) {
  if (is_nan(x)) return is_nan(y) ? quiet_nan<double>() : y;
  if (is_nan(y)) return x;
  // -0 is less than +0, as the float instruction has it.
  return x < y || (x == y && (bits(x) & kSign) != 0) ? x : y;
}
extern "C" double __heddle_fmax(double x, double y) {
  if (is_nan(x)) return is_nan(y) ? quiet_nan<double>() : y;
  if (is_nan(y)) return x;
  return x > y || (x == y && (bits(x) & kSign) == 0) ? x : y;
}
extern "C" double __heddle_fdim(double x, double y) {
  if (is_nan(x) || is_nan(y)) return quiet_nan<double>();
  return x > y ? x - y : 0.0;
}
extern "C" double __heddle_fmod(double x, double y) { return remainder_of(x, y); }

extern "C" double __heddle_ldexp(double x, int n) {
  if (!is_finite(x)) return not_finite(x);
  if (magnitude(x) == 0) return x;
  const int limited = n > 3000 ? 3000 : n < -3000 ? -3000 : n;
  const Parts p = parts(x);
  return pack<double>(normalize((bits(x) & kSign) != 0, p.exponent + limited + 62, p.significand));
}
extern "C" double __heddle_frexp(double x, int* exponent) {
  *exponent = 0;
  if (!is_finite(x)) return not_finite(x);
  if (magnitude(x) == 0) return x;
  const Parts p = parts(x);
  *exponent = p.exponent + 53;
  return with_sign_of((uint64_t{1022} << 52) | (p.significand & kFractionMask), x);
}
extern "C" double __heddle_modf(double x, double* whole) {
  *whole = to_integer(x, Direction::kToZero);
  if (!is_finite(x)) return is_nan(x) ? quiet_nan<double>() : with_sign_of(0, x);
  const double rest = x - *whole;
  return with_sign_of(magnitude(rest), x);
}
extern "C" int __heddle_ilogb(double x) {
  if (is_nan(x) || magnitude(x) == 0) return INT32_MIN;
  return is_finite(x) ? parts(x).exponent + 52 : INT32_MAX;
}
