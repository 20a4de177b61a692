// CUDA's bfloat16: types, conversions, arithmetic, comparisons. The same bits on host and device,
// rounded once where CUDA says so; NaN results are the canonical NaN 0x7fc0. The functions of the
// math library (hexp...) are not there yet.
#pragma once

#include "cuda_fp16.h"
#include "cuda_runtime.h"
#include "heddle/narrow_floats.h"

struct __nv_bfloat16_raw {
  unsigned short x;
};
struct __align__(4) __nv_bfloat162_raw {
  unsigned short x, y;
};

struct __nv_bfloat16 {
  unsigned short __x;

  __nv_bfloat16() = default;
  __host__ __device__ constexpr __nv_bfloat16(const __nv_bfloat16_raw& raw) : __x(raw.x) {}
  __host__ __device__ __nv_bfloat16(float value) : __x(heddle_float_to_bfloat16(value)) {}
  __host__ __device__ __nv_bfloat16(double value)
      : __x(heddle_float_to_bfloat16(heddle_round_to_odd(value))) {}
  __host__ __device__ __nv_bfloat16(int value)
      : __x(heddle_float_to_bfloat16(heddle_to_float_odd(value))) {}
  __host__ __device__ __nv_bfloat16(unsigned int value)
      : __x(heddle_float_to_bfloat16(heddle_to_float_odd(value))) {}
  __host__ __device__ operator __nv_bfloat16_raw() const { return __nv_bfloat16_raw{__x}; }
  __host__ __device__ operator float() const { return heddle_bfloat16_to_float(__x); }
  __host__ __device__ __nv_bfloat16& operator=(float value) { return *this = __nv_bfloat16(value); }
  __host__ __device__ __nv_bfloat16& operator=(double value) {
    return *this = __nv_bfloat16(value);
  }
};

struct __align__(4) __nv_bfloat162 {
  __nv_bfloat16 x, y;

  __nv_bfloat162() = default;
  __host__ __device__ constexpr __nv_bfloat162(const __nv_bfloat16& a, const __nv_bfloat16& b)
      : x(a), y(b) {}
};

typedef __nv_bfloat16 nv_bfloat16;
typedef __nv_bfloat162 nv_bfloat162;
static __host__ __device__ __forceinline__ unsigned short heddle_bits(__nv_bfloat16 a) {
  return a.__x;
}
static __host__ __device__ __forceinline__ float heddle_float(__nv_bfloat16 a) {
  return heddle_bfloat16_to_float(a.__x);
}

// From and to float and double.
static __host__ __device__ __forceinline__ __nv_bfloat16 __float2bfloat16_rn(float a) {
  return __nv_bfloat16(a);
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __float2bfloat16(float a) {
  return __nv_bfloat16(a);
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __double2bfloat16(double a) {
  return __nv_bfloat16(a);
}
static __host__ __device__ __forceinline__ float __bfloat162float(__nv_bfloat16 a) {
  return heddle_float(a);
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __float2bfloat16_rz(float a) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__(HEDDLE_ASM_FCVT_BF16_S("%0", "%1", "1") : "=r"(result) : "r"(a));
#else
  const unsigned int result = heddle_narrow(a, kHeddleBfloat16, heddle_rounding::zero, false);
#endif
  return heddle_from_bits<__nv_bfloat16>(static_cast<unsigned short>(result));
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __float2bfloat16_rd(float a) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__(HEDDLE_ASM_FCVT_BF16_S("%0", "%1", "2") : "=r"(result) : "r"(a));
#else
  const unsigned int result = heddle_narrow(a, kHeddleBfloat16, heddle_rounding::down, false);
#endif
  return heddle_from_bits<__nv_bfloat16>(static_cast<unsigned short>(result));
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __float2bfloat16_ru(float a) {
#ifdef __HEDDLE_DEVICE__
  unsigned int result;
  __asm__(HEDDLE_ASM_FCVT_BF16_S("%0", "%1", "3") : "=r"(result) : "r"(a));
#else
  const unsigned int result = heddle_narrow(a, kHeddleBfloat16, heddle_rounding::up, false);
#endif
  return heddle_from_bits<__nv_bfloat16>(static_cast<unsigned short>(result));
}

// From and to integers. To integers: a NaN and what is out of range give what the hardware gives.
static __host__ __device__ __forceinline__ __nv_bfloat16 __int2bfloat16_rn(int a) {
  return __nv_bfloat16(a);
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __uint2bfloat16_rn(unsigned int a) {
  return __nv_bfloat16(a);
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __short2bfloat16_rn(short a) {
  return __nv_bfloat16(static_cast<int>(a));
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __ushort2bfloat16_rn(unsigned short a) {
  return __nv_bfloat16(static_cast<unsigned int>(a));
}
static __host__ __device__ __forceinline__ int __bfloat162int_rz(__nv_bfloat16 a) {
  return static_cast<int>(heddle_float(a));
}
static __host__ __device__ __forceinline__ int __bfloat162int_rn(__nv_bfloat16 a) {
  return static_cast<int>(__builtin_rintf(heddle_float(a)));
}
static __host__ __device__ __forceinline__ int __bfloat162int_rd(__nv_bfloat16 a) {
  return static_cast<int>(__builtin_floorf(heddle_float(a)));
}
static __host__ __device__ __forceinline__ int __bfloat162int_ru(__nv_bfloat16 a) {
  return static_cast<int>(__builtin_ceilf(heddle_float(a)));
}
static __host__ __device__ __forceinline__ unsigned int __bfloat162uint_rz(__nv_bfloat16 a) {
  return static_cast<unsigned int>(heddle_float(a));
}
static __host__ __device__ __forceinline__ unsigned int __bfloat162uint_rn(__nv_bfloat16 a) {
  return static_cast<unsigned int>(__builtin_rintf(heddle_float(a)));
}

// Bits.
static __host__ __device__ __forceinline__ short __bfloat16_as_short(__nv_bfloat16 a) {
  return static_cast<short>(a.__x);
}
static __host__ __device__ __forceinline__ unsigned short __bfloat16_as_ushort(__nv_bfloat16 a) {
  return a.__x;
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __short_as_bfloat16(short a) {
  return heddle_from_bits<__nv_bfloat16>(static_cast<unsigned short>(a));
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __ushort_as_bfloat16(unsigned short a) {
  return heddle_from_bits<__nv_bfloat16>(a);
}

// Pairs.
static __host__ __device__ __forceinline__ __nv_bfloat162 __floats2bfloat162_rn(float a, float b) {
  return __nv_bfloat162(__nv_bfloat16(a), __nv_bfloat16(b));
}
static __host__ __device__ __forceinline__ __nv_bfloat162 __float2bfloat162_rn(float a) {
  return __nv_bfloat162(__nv_bfloat16(a), __nv_bfloat16(a));
}
static __host__ __device__ __forceinline__ __nv_bfloat162 __float22bfloat162_rn(float2 a) {
  return __nv_bfloat162(__nv_bfloat16(a.x), __nv_bfloat16(a.y));
}
static __host__ __device__ __forceinline__ float2 __bfloat1622float2(__nv_bfloat162 a) {
  return float2{heddle_float(a.x), heddle_float(a.y)};
}
static __host__ __device__ __forceinline__ float __low2float(__nv_bfloat162 a) {
  return heddle_float(a.x);
}
static __host__ __device__ __forceinline__ float __high2float(__nv_bfloat162 a) {
  return heddle_float(a.y);
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __low2bfloat16(__nv_bfloat162 a) {
  return a.x;
}
static __host__ __device__ __forceinline__ __nv_bfloat16 __high2bfloat16(__nv_bfloat162 a) {
  return a.y;
}
static __host__ __device__ __forceinline__ __nv_bfloat162 __low2bfloat162(__nv_bfloat162 a) {
  return __nv_bfloat162(a.x, a.x);
}
static __host__ __device__ __forceinline__ __nv_bfloat162 __high2bfloat162(__nv_bfloat162 a) {
  return __nv_bfloat162(a.y, a.y);
}
static __host__ __device__ __forceinline__ __nv_bfloat162 __lows2bfloat162(__nv_bfloat162 a,
                                                                           __nv_bfloat162 b) {
  return __nv_bfloat162(a.x, b.x);
}
static __host__ __device__ __forceinline__ __nv_bfloat162 __highs2bfloat162(__nv_bfloat162 a,
                                                                            __nv_bfloat162 b) {
  return __nv_bfloat162(a.y, b.y);
}
static __host__ __device__ __forceinline__ __nv_bfloat162 __lowhigh2highlow(__nv_bfloat162 a) {
  return __nv_bfloat162(a.y, a.x);
}
static __host__ __device__ __forceinline__ __nv_bfloat162 __halves2bfloat162(__nv_bfloat16 a,
                                                                             __nv_bfloat16 b) {
  return __nv_bfloat162(a, b);
}
static __host__ __device__ __forceinline__ __nv_bfloat162 __bfloat162bfloat162(__nv_bfloat16 a) {
  return __nv_bfloat162(a, a);
}
static __host__ __device__ __forceinline__ __nv_bfloat162 make_bfloat162(__nv_bfloat16 a,
                                                                         __nv_bfloat16 b) {
  return __nv_bfloat162(a, b);
}

#define HEDDLE_T __nv_bfloat16
#define HEDDLE_T2 __nv_bfloat162
#define HEDDLE_FROM_FLOAT(value) __nv_bfloat16(value)
#include "heddle/narrow_arithmetic.h"
#undef HEDDLE_T
#undef HEDDLE_T2
#undef HEDDLE_FROM_FLOAT
