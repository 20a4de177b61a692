// Double functions whose results are exact, or rounded once, in integer arithmetic.
#include "bits.hpp"
#include "math.hpp"

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

/// Whether C17, F.10.7 makes a remainder a NaN.
bool has_no_remainder(double x, double y) {
  return !is_finite(x) || is_nan(y) || magnitude(y) == 0;
}

/// |x| modulo |y|, |y| finite or not, and the quotient's lowest bits.
struct Division {
  Unpacked remainder;
  uint32_t quotient;
};
Division divide(double x, double y) {
  if (magnitude(x) < magnitude(y)) {
    if (magnitude(x) == 0) return {{false, 0, 0}, 0};
    const Parts a = parts(x);
    return {normalize(false, a.exponent + 62, a.significand), 0};
  }
  const Parts a = parts(x);
  const Parts b = parts(y);
  uint64_t rest = a.significand;
  uint32_t quotient = 0;
  // A bit of the quotient a step.
  for (int left = a.exponent - b.exponent;; --left) {
    quotient <<= 1;
    if (rest >= b.significand) {
      rest -= b.significand;
      quotient |= 1;
    }
    if (left == 0) break;
    rest <<= 1;
  }
  return {normalize(false, b.exponent + 62, rest), quotient};
}

double remainder_of(double x, double y) {
  if (has_no_remainder(x, y)) return quiet_nan<double>();
  if (magnitude(x) < magnitude(y)) return x;
  return with_sign_of(bits(pack<double>(divide(x, y).remainder)), x);
}

double nearest_remainder_of(double x, double y, int* quotient) {
  *quotient = 0;
  if (has_no_remainder(x, y)) return quiet_nan<double>();
  if (!is_finite(y)) return x;
  const Division d = divide(x, y);
  double rest = pack<double>(d.remainder);
  uint32_t n = d.quotient;
  // Whether twice the rest is more than |y|, or as much and the quotient odd.
  const double b = with_sign_of(magnitude(y), 1.0);
  const double other = b - rest;
  if (rest > other || (rest == other && (n & 1) != 0)) {
    rest = -other;
    ++n;
  }
  // CUDA and C promise at least three bits.
  const auto low = static_cast<int>(n & 0x7fU);
  *quotient = ((bits(x) ^ bits(y)) & kSign) != 0 ? -low : low;
  return bit_cast<double>(bits(rest) ^ (bits(x) & kSign));
}

}  // namespace
}  // namespace heddle::device

using namespace heddle::device;

HEDDLE_MATH_FUNCTION(double, floor, (double x)) { return to_integer(x, Direction::kDown); }
HEDDLE_MATH_FUNCTION(double, ceil, (double x)) { return to_integer(x, Direction::kUp); }
HEDDLE_MATH_FUNCTION(double, trunc, (double x)) { return to_integer(x, Direction::kToZero); }
HEDDLE_MATH_FUNCTION(double, round, (double x)) { return to_integer(x, Direction::kAway); }
HEDDLE_MATH_FUNCTION(double, rint, (double x)) { return to_integer(x, Direction::kEven); }

HEDDLE_MATH_FUNCTION(double, fmin, (double x, double y)) {
  if (is_nan(x)) return is_nan(y) ? quiet_nan<double>() : y;
  if (is_nan(y)) return x;
  // -0 is less than +0, as the float instruction has it.
  return x < y || (x == y && (bits(x) & kSign) != 0) ? x : y;
}
HEDDLE_MATH_FUNCTION(double, fmax, (double x, double y)) {
  if (is_nan(x)) return is_nan(y) ? quiet_nan<double>() : y;
  if (is_nan(y)) return x;
  return x > y || (x == y && (bits(x) & kSign) == 0) ? x : y;
}
HEDDLE_MATH_FUNCTION(double, fdim, (double x, double y)) {
  if (is_nan(x) || is_nan(y)) return quiet_nan<double>();
  return x > y ? x - y : 0.0;
}
HEDDLE_MATH_FUNCTION(double, fmod, (double x, double y)) { return remainder_of(x, y); }
HEDDLE_MATH_FUNCTION(double, remainder, (double x, double y)) {
  int quotient = 0;
  return nearest_remainder_of(x, y, &quotient);
}
HEDDLE_MATH_FUNCTION(double, remquo, (double x, double y, int* quotient)) {
  return nearest_remainder_of(x, y, quotient);
}
HEDDLE_MATH_FUNCTION(double, nextafter, (double x, double y)) {
  if (is_nan(x) || is_nan(y)) return quiet_nan<double>();
  if (x == y) return y;
  if (magnitude(x) == 0) return with_sign_of(1, y);
  return bit_cast<double>((x < y) == ((bits(x) & kSign) == 0) ? bits(x) + 1 : bits(x) - 1);
}
HEDDLE_MATH_FUNCTION(double, logb, (double x)) {
  if (!is_finite(x)) return is_nan(x) ? quiet_nan<double>() : with_sign_of(magnitude(x), 1.0);
  return magnitude(x) == 0 ? -infinity<double>(false) : static_cast<double>(parts(x).exponent + 52);
}

HEDDLE_MATH_FUNCTION(double, ldexp, (double x, int n)) {
  if (!is_finite(x)) return not_finite(x);
  if (magnitude(x) == 0) return x;
  const int limited = n > 3000 ? 3000 : n < -3000 ? -3000 : n;
  const Parts p = parts(x);
  return pack<double>(normalize((bits(x) & kSign) != 0, p.exponent + limited + 62, p.significand));
}
HEDDLE_MATH_FUNCTION(double, frexp, (double x, int* exponent)) {
  *exponent = 0;
  if (!is_finite(x)) return not_finite(x);
  if (magnitude(x) == 0) return x;
  const Parts p = parts(x);
  *exponent = p.exponent + 53;
  return with_sign_of((uint64_t{1022} << 52) | (p.significand & kFractionMask), x);
}
HEDDLE_MATH_FUNCTION(double, modf, (double x, double* whole)) {
  *whole = to_integer(x, Direction::kToZero);
  if (!is_finite(x)) return is_nan(x) ? quiet_nan<double>() : with_sign_of(0, x);
  const double rest = x - *whole;
  return with_sign_of(magnitude(rest), x);
}
HEDDLE_MATH_FUNCTION(int, ilogb, (double x)) {
  if (is_nan(x) || magnitude(x) == 0) return INT32_MIN;
  return is_finite(x) ? parts(x).exponent + 52 : INT32_MAX;
}
