// CUDA's half precision: types, conversions, arithmetic, comparisons. The same bits on host and
// device, rounded once where CUDA says so; NaN results are the canonical NaN 0x7e00. The functions
// of the math library (hexp...) are not there yet.
#pragma once

#include "cuda_runtime.h"
#include "heddle/narrow_floats.h"

struct __half_raw {
  unsigned short x;
};
struct __align__(4) __half2_raw {
  unsigned short x, y;
};

struct __half {
  unsigned short __x;

  __half() = default;
  __host__ __device__ constexpr __half(const __half_raw& raw) : __x(raw.x) {}
  __host__ __device__ __half(float value) : __x(heddle_float_to_half(value)) {}
  __host__ __device__ __half(double value)
      : __x(heddle_float_to_half(heddle_round_to_odd(value))) {}
  __host__ __device__ __half(int value) : __x(heddle_float_to_half(heddle_to_float_odd(value))) {}
  __host__ __device__ __half(unsigned int value)
      : __x(heddle_float_to_half(heddle_to_float_odd(value))) {}
  __host__ __device__ operator __half_raw() const { return __half_raw{__x}; }
  __host__ __device__ operator float() const { return heddle_half_to_float(__x); }
  __host__ __device__ __half& operator=(float value) { return *this = __half(value); }
  __host__ __device__ __half& operator=(double value) { return *this = __half(value); }
};

struct __align__(4) __half2 {
  __half x, y;

  __half2() = default;
  __host__ __device__ constexpr __half2(const __half& a, const __half& b) : x(a), y(b) {}
};

typedef __half half;
typedef __half2 half2;
typedef __half nv_half;
typedef __half2 nv_half2;

static __host__ __device__ __forceinline__ unsigned short heddle_bits(__half a) { return a.__x; }
static __host__ __device__ __forceinline__ float heddle_float(__half a) {
  return heddle_half_to_float(a.__x);
}

// From and to float and double.
static __host__ __device__ __forceinline__ __half __float2half_rn(float a) { return __half(a); }
static __host__ __device__ __forceinline__ __half __float2half(float a) { return __half(a); }
static __host__ __device__ __forceinline__ __half __double2half(double a) { return __half(a); }
static __host__ __device__ __forceinline__ float __half2float(__half a) { return heddle_float(a); }
static __host__ __device__ __forceinline__ __half __float2half_rz(float a) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__("fcvt.h.s %0, %1, rtz" : "=r"(result) : "r"(a));
#else
  const unsigned int result = heddle_narrow(a, kHeddleHalf, heddle_rounding::zero, false);
#endif
  return heddle_from_bits<__half>(static_cast<unsigned short>(result));
}
static __host__ __device__ __forceinline__ __half __float2half_rd(float a) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__("fcvt.h.s %0, %1, rdn" : "=r"(result) : "r"(a));
#else
  const unsigned int result = heddle_narrow(a, kHeddleHalf, heddle_rounding::down, false);
#endif
  return heddle_from_bits<__half>(static_cast<unsigned short>(result));
}
static __host__ __device__ __forceinline__ __half __float2half_ru(float a) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__("fcvt.h.s %0, %1, rup" : "=r"(result) : "r"(a));
#else
  const unsigned int result = heddle_narrow(a, kHeddleHalf, heddle_rounding::up, false);
#endif
  return heddle_from_bits<__half>(static_cast<unsigned short>(result));
}

// From and to integers. To integers: a NaN and what is out of range give what the hardware gives.
static __host__ __device__ __forceinline__ __half __int2half_rn(int a) { return __half(a); }
static __host__ __device__ __forceinline__ __half __uint2half_rn(unsigned int a) {
  return __half(a);
}
static __host__ __device__ __forceinline__ __half __short2half_rn(short a) {
  return __half(static_cast<int>(a));
}
static __host__ __device__ __forceinline__ __half __ushort2half_rn(unsigned short a) {
  return __half(static_cast<unsigned int>(a));
}
static __host__ __device__ __forceinline__ int __half2int_rz(__half a) {
  return static_cast<int>(heddle_float(a));
}
static __host__ __device__ __forceinline__ int __half2int_rn(__half a) {
  return static_cast<int>(__builtin_rintf(heddle_float(a)));
}
static __host__ __device__ __forceinline__ int __half2int_rd(__half a) {
  return static_cast<int>(__builtin_floorf(heddle_float(a)));
}
static __host__ __device__ __forceinline__ int __half2int_ru(__half a) {
  return static_cast<int>(__builtin_ceilf(heddle_float(a)));
}
static __host__ __device__ __forceinline__ unsigned int __half2uint_rz(__half a) {
  return static_cast<unsigned int>(heddle_float(a));
}
static __host__ __device__ __forceinline__ unsigned int __half2uint_rn(__half a) {
  return static_cast<unsigned int>(__builtin_rintf(heddle_float(a)));
}

// Bits.
static __host__ __device__ __forceinline__ short __half_as_short(__half a) {
  return static_cast<short>(a.__x);
}
static __host__ __device__ __forceinline__ unsigned short __half_as_ushort(__half a) {
  return a.__x;
}
static __host__ __device__ __forceinline__ __half __short_as_half(short a) {
  return heddle_from_bits<__half>(static_cast<unsigned short>(a));
}
static __host__ __device__ __forceinline__ __half __ushort_as_half(unsigned short a) {
  return heddle_from_bits<__half>(a);
}

// Pairs.
static __host__ __device__ __forceinline__ __half2 __floats2half2_rn(float a, float b) {
  return __half2(__half(a), __half(b));
}
static __host__ __device__ __forceinline__ __half2 __float2half2_rn(float a) {
  return __half2(__half(a), __half(a));
}
static __host__ __device__ __forceinline__ __half2 __float22half2_rn(float2 a) {
  return __half2(__half(a.x), __half(a.y));
}
static __host__ __device__ __forceinline__ float2 __half22float2(__half2 a) {
  return float2{heddle_float(a.x), heddle_float(a.y)};
}
static __host__ __device__ __forceinline__ float __low2float(__half2 a) {
  return heddle_float(a.x);
}
static __host__ __device__ __forceinline__ float __high2float(__half2 a) {
  return heddle_float(a.y);
}
static __host__ __device__ __forceinline__ __half __low2half(__half2 a) { return a.x; }
static __host__ __device__ __forceinline__ __half __high2half(__half2 a) { return a.y; }
static __host__ __device__ __forceinline__ __half2 __low2half2(__half2 a) {
  return __half2(a.x, a.x);
}
static __host__ __device__ __forceinline__ __half2 __high2half2(__half2 a) {
  return __half2(a.y, a.y);
}
static __host__ __device__ __forceinline__ __half2 __lows2half2(__half2 a, __half2 b) {
  return __half2(a.x, b.x);
}
static __host__ __device__ __forceinline__ __half2 __highs2half2(__half2 a, __half2 b) {
  return __half2(a.y, b.y);
}
static __host__ __device__ __forceinline__ __half2 __lowhigh2highlow(__half2 a) {
  return __half2(a.y, a.x);
}
static __host__ __device__ __forceinline__ __half2 __halves2half2(__half a, __half b) {
  return __half2(a, b);
}
static __host__ __device__ __forceinline__ __half2 __half2half2(__half a) { return __half2(a, a); }
static __host__ __device__ __forceinline__ __half2 make_half2(__half a, __half b) {
  return __half2(a, b);
}

#define HEDDLE_T __half
#define HEDDLE_T2 __half2
#define HEDDLE_FROM_FLOAT(value) __half(value)
#include "heddle/narrow_arithmetic.h"
#undef HEDDLE_T
#undef HEDDLE_T2
#undef HEDDLE_FROM_FLOAT
