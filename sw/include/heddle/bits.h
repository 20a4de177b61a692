// CUDA's bit tools and small integer functions.
#pragma once

#include "heddle/host_defines.h"

#define HEDDLE_BITS static __device__ __forceinline__

HEDDLE_BITS int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned int>(x)); }
HEDDLE_BITS int __clzll(long long x) {
  return x == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(x));
}
HEDDLE_BITS int __ffs(int x) { return __builtin_ffs(x); }
HEDDLE_BITS int __ffsll(long long x) { return __builtin_ffsll(x); }
HEDDLE_BITS int __popc(unsigned int x) { return __builtin_popcount(x); }
HEDDLE_BITS int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
HEDDLE_BITS unsigned int __brev(unsigned int x) { return __builtin_bitreverse32(x); }
HEDDLE_BITS unsigned long long __brevll(unsigned long long x) { return __builtin_bitreverse64(x); }

/// Byte i of the result is the byte of y:x that bits 4i+2 to 4i of the selector name.
HEDDLE_BITS unsigned int __byte_perm(unsigned int x, unsigned int y, unsigned int selector) {
  unsigned int result = 0;
  for (int i = 0; i < 4; ++i) {
    const unsigned int choice = selector >> (4 * i);
    const unsigned int word = (choice & 4) != 0 ? y : x;
    result |= (word >> (8 * (choice & 3)) & 0xff) << (8 * i);
  }
  return result;
}

// high:low shifted: the upper word of a shift to the left (l), the lower word of one to the right
// (r), by `shift` modulo 32 or at most 32 (c).
HEDDLE_BITS unsigned int __funnelshift_l(unsigned int low, unsigned int high, unsigned int shift) {
  return (high << (shift & 31)) | ((low >> 1) >> (~shift & 31));
}
HEDDLE_BITS unsigned int __funnelshift_r(unsigned int low, unsigned int high, unsigned int shift) {
  return (low >> (shift & 31)) | ((high << 1) << (~shift & 31));
}
HEDDLE_BITS unsigned int __funnelshift_lc(unsigned int low, unsigned int high, unsigned int shift) {
  return shift >= 32 ? low : __funnelshift_l(low, high, shift);
}
HEDDLE_BITS unsigned int __funnelshift_rc(unsigned int low, unsigned int high, unsigned int shift) {
  return shift >= 32 ? high : __funnelshift_r(low, high, shift);
}

HEDDLE_BITS int __mulhi(int a, int b) {
  return static_cast<int>((static_cast<long long>(a) * b) >> 32);
}
HEDDLE_BITS unsigned int __umulhi(unsigned int a, unsigned int b) {
  return static_cast<unsigned int>((static_cast<unsigned long long>(a) * b) >> 32);
}
HEDDLE_BITS unsigned int __sad(int a, int b, unsigned int sum) {
  const auto difference = static_cast<unsigned int>(a) - static_cast<unsigned int>(b);
  return sum + (a < b ? 0U - difference : difference);
}
HEDDLE_BITS unsigned int __usad(unsigned int a, unsigned int b, unsigned int sum) {
  return sum + (a < b ? b - a : a - b);
}

/// sum plus the products of the four bytes of a and b, signed or unsigned.
HEDDLE_BITS int __dp4a(int a, int b, int sum) {
  for (int i = 0; i < 32; i += 8) {
    sum += static_cast<signed char>(a >> i) * static_cast<signed char>(b >> i);
  }
  return sum;
}
HEDDLE_BITS unsigned int __dp4a(unsigned int a, unsigned int b, unsigned int sum) {
  for (int i = 0; i < 32; i += 8) sum += (a >> i & 0xff) * (b >> i & 0xff);
  return sum;
}

HEDDLE_BITS int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
HEDDLE_BITS unsigned int __float_as_uint(float x) { return __builtin_bit_cast(unsigned int, x); }
HEDDLE_BITS float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
HEDDLE_BITS float __uint_as_float(unsigned int x) { return __builtin_bit_cast(float, x); }
HEDDLE_BITS long long __double_as_longlong(double x) { return __builtin_bit_cast(long long, x); }
HEDDLE_BITS double __longlong_as_double(long long x) { return __builtin_bit_cast(double, x); }
HEDDLE_BITS int __double2loint(double x) { return static_cast<int>(__double_as_longlong(x)); }
HEDDLE_BITS int __double2hiint(double x) { return static_cast<int>(__double_as_longlong(x) >> 32); }
HEDDLE_BITS double __hiloint2double(int high, int low) {
  return __longlong_as_double(static_cast<long long>(static_cast<unsigned long long>(high) << 32 |
                                                     static_cast<unsigned int>(low)));
}

#undef HEDDLE_BITS
