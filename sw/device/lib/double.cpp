// Double arithmetic in integer registers: what the compiler calls where there is no double
// hardware. IEEE 754-2019 binary64, round to nearest even, subnormals included; NaN results are
// canonical; no flags.
#include "bits.hpp"

namespace heddle::device {
namespace {

struct Wide {
  uint64_t high;
  uint64_t low;
};

Wide multiply(uint64_t a, uint64_t b) {
  const uint64_t a0 = static_cast<uint32_t>(a);
  const uint64_t a1 = a >> 32;
  const uint64_t b0 = static_cast<uint32_t>(b);
  const uint64_t b1 = b >> 32;
  const uint64_t middle = a1 * b0 + ((a0 * b0) >> 32);
  const uint64_t carry = a0 * b1 + static_cast<uint32_t>(middle);
  return {a1 * b1 + (middle >> 32) + (carry >> 32), a * b};
}

double add(double a, double b) {
  if (is_nan(a) || is_nan(b)) return quiet_nan<double>();
  if (is_infinite(a)) return is_infinite(b) && a != b ? quiet_nan<double>() : a;
  if (is_infinite(b)) return b;
  Unpacked x = unpack(a);
  Unpacked y = unpack(b);
  if (x.significand == 0 && y.significand == 0) {
    return pack<double>({x.negative && y.negative, 0, 0});
  }
  if (x.significand == 0) return b;
  if (y.significand == 0) return a;
  if (x.exponent < y.exponent || (x.exponent == y.exponent && x.significand < y.significand)) {
    const Unpacked swap = x;
    x = y;
    y = swap;
  }
  const uint64_t smaller = shift_right_sticky(y.significand, x.exponent - y.exponent);
  if (x.negative == y.negative) {
    return pack<double>(normalize(x.negative, x.exponent, x.significand + smaller));
  }
  const uint64_t difference = x.significand - smaller;
  if (difference == 0) return 0.0;
  return pack<double>(normalize(x.negative, x.exponent, difference));
}

double product(double a, double b) {
  const bool negative = ((bit_cast<uint64_t>(a) ^ bit_cast<uint64_t>(b)) >> 63) != 0;
  if (is_nan(a) || is_nan(b)) return quiet_nan<double>();
  const bool infinite = is_infinite(a) || is_infinite(b);
  const bool zero = (bit_cast<uint64_t>(a) << 1) == 0 || (bit_cast<uint64_t>(b) << 1) == 0;
  if (infinite) return zero ? quiet_nan<double>() : infinity<double>(negative);
  if (zero) return pack<double>({negative, 0, 0});
  const Unpacked x = unpack(a);
  const Unpacked y = unpack(b);
  // Leading ones in bit 62 put the product's in bit 124 or 125 of 128: bit 60 or 61 of the upper
  // half.
  const Wide wide = multiply(x.significand, y.significand);
  const uint64_t significand = (wide.high << 2) | (wide.low >> 62);
  const uint64_t sticky = (wide.low << 2) != 0 ? 1 : 0;
  return pack<double>(normalize(negative, x.exponent + y.exponent, significand | sticky));
}

double quotient(double a, double b) {
  const bool negative = ((bit_cast<uint64_t>(a) ^ bit_cast<uint64_t>(b)) >> 63) != 0;
  if (is_nan(a) || is_nan(b) || (is_infinite(a) && is_infinite(b))) return quiet_nan<double>();
  if (is_infinite(a)) return infinity<double>(negative);
  if (is_infinite(b)) return pack<double>({negative, 0, 0});
  const Unpacked x = unpack(a);
  const Unpacked y = unpack(b);
  if (y.significand == 0) {
    return x.significand == 0 ? quiet_nan<double>() : infinity<double>(negative);
  }
  if (x.significand == 0) return pack<double>({negative, 0, 0});
  // One bit a step, from 2^0 down: 55 bits hold a double, a rounding bit and the case that the
  // first bit is zero.
  constexpr int kBits = 55;
  uint64_t remainder = x.significand;
  uint64_t bits = 0;
  for (int i = 0; i < kBits; ++i) {
    bits <<= 1;
    if (remainder >= y.significand) {
      remainder -= y.significand;
      bits |= 1;
    }
    remainder <<= 1;
  }
  const uint64_t significand = (bits << (63 - kBits)) | (remainder != 0 ? 1 : 0);
  return pack<double>(normalize(negative, x.exponent - y.exponent, significand));
}

double square_root(double a) {
  if (is_nan(a)) return quiet_nan<double>();
  if ((bit_cast<uint64_t>(a) << 1) == 0) return a;
  if ((bit_cast<uint64_t>(a) >> 63) != 0) return quiet_nan<double>();
  if (is_infinite(a)) return a;
  const Unpacked x = unpack(a);
  // a = s * 2^(2h) with s in [1, 4). Two bits of s enter a step, one bit of the root leaves it.
  const int half = x.exponent >> 1;
  uint64_t radicand = (x.exponent & 1) != 0 ? x.significand << 1 : x.significand;
  uint64_t remainder = 0;
  uint64_t root = 0;
  constexpr int kBits = 55;
  for (int i = 0; i < kBits; ++i) {
    remainder = (remainder << 2) | (radicand >> 62);
    radicand <<= 2;
    const uint64_t trial = (root << 2) | 1;
    root <<= 1;
    if (remainder >= trial) {
      remainder -= trial;
      root |= 1;
    }
  }
  return pack<double>(normalize(false, half, (root << (63 - kBits)) | (remainder != 0 ? 1 : 0)));
}

/// -1, 0, 1; 2 if unordered.
int compare(double a, double b) {
  if (is_nan(a) || is_nan(b)) return 2;
  const uint64_t x = bit_cast<uint64_t>(a);
  const uint64_t y = bit_cast<uint64_t>(b);
  if (((x | y) << 1) == 0 || x == y) return 0;
  const bool x_negative = (x >> 63) != 0;
  if (x_negative != ((y >> 63) != 0)) return x_negative ? -1 : 1;
  return (x < y) != x_negative ? -1 : 1;
}

}  // namespace
}  // namespace heddle::device

using namespace heddle::device;

extern "C" double __adddf3(double a, double b) { return add(a, b); }

extern "C" double __subdf3(double a, double b) {
  return add(a, bit_cast<double>(bit_cast<uint64_t>(b) ^ (uint64_t{1} << 63)));
}

extern "C" double __muldf3(double a, double b) { return product(a, b); }

extern "C" double __divdf3(double a, double b) { return quotient(a, b); }

extern "C" double __heddle_sqrt(double a) { return square_root(a); }

#ifdef __riscv
// The compiler calls it by its standard name; in the tests, which run on the host, that is the C
// library's.
extern "C" double sqrt(double) __attribute__((alias("__heddle_sqrt")));
#endif

// The result's relation to zero is the operands'; what an unordered pair gives is fixed so that the
// relation is false.
extern "C" int __eqdf2(double a, double b) { return compare(a, b) != 0 ? 1 : 0; }

extern "C" int __nedf2(double a, double b) { return __eqdf2(a, b); }

extern "C" int __ltdf2(double a, double b) { return compare(a, b); }

extern "C" int __ledf2(double a, double b) { return compare(a, b); }

extern "C" int __gtdf2(double a, double b) {
  const int result = compare(a, b);
  return result == 2 ? -1 : result;
}

extern "C" int __gedf2(double a, double b) { return __gtdf2(a, b); }

extern "C" int __unorddf2(double a, double b) { return compare(a, b) == 2 ? 1 : 0; }
