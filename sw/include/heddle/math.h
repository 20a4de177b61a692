// Device math: what is an instruction or a few of them. Overloads beside the host's functions of the
// same name; clang picks by the caller's side. heddle/math_library.h has the others.
#pragma once

#include "heddle/heddle_isa.inc"
#include "heddle/host_defines.h"

#define HEDDLE_MATH static __device__ __forceinline__

// The special function unit's approximations (docs/architecture/special_functions.md). They take
// subnormal numbers for zeros, and give zeros instead of subnormal results.
#define HEDDLE_APPROXIMATION(name, instruction)                               \
  HEDDLE_MATH float name(float x) noexcept {                                  \
    float result;                                                             \
    __asm__(HEDDLE_ASM_##instruction("%0", "%1") : "=r"(result) : "r"(x));    \
    return result;                                                            \
  }

HEDDLE_APPROXIMATION(heddle_rcp_approx, RCP_APPROX)
HEDDLE_APPROXIMATION(heddle_rsqrt_approx, RSQRT_APPROX)
HEDDLE_APPROXIMATION(heddle_ex2_approx, EX2_APPROX)
HEDDLE_APPROXIMATION(__log2f, LG2_APPROX)
HEDDLE_APPROXIMATION(__sinf, SIN_APPROX)
HEDDLE_APPROXIMATION(__cosf, COS_APPROX)
HEDDLE_APPROXIMATION(__tanhf, TANH_APPROX)
#undef HEDDLE_APPROXIMATION

// With the part of log2(e) or log2(10) that a float does not hold: else the error is now and then
// above CUDA's bound.
HEDDLE_MATH float __expf(float x) {
  return heddle_ex2_approx(__builtin_fmaf(x, 1.4426950408889634F, x * 1.9259630e-8F));
}
HEDDLE_MATH float __exp10f(float x) {
  return heddle_ex2_approx(__builtin_fmaf(x, 3.3219280948873623F, x * 7.0595370e-8F));
}
HEDDLE_MATH float __logf(float x) { return __log2f(x) * 0.6931471805599453F; }
HEDDLE_MATH float __log10f(float x) { return __log2f(x) * 0.3010299956639812F; }
HEDDLE_MATH float __powf(float x, float y) { return heddle_ex2_approx(y * __log2f(x)); }
HEDDLE_MATH float __tanf(float x) { return __sinf(x) * heddle_rcp_approx(__cosf(x)); }
HEDDLE_MATH void __sincosf(float x, float* sine, float* cosine) {
  *sine = __sinf(x);
  *cosine = __cosf(x);
}
HEDDLE_MATH float __fdividef(float x, float y) { return x * heddle_rcp_approx(y); }

// Subnormal operands, which the approximation would take for zeros, are scaled.
HEDDLE_MATH float rsqrtf(float x) noexcept {
  const bool small = x < 0x1p-126F;
  return heddle_rsqrt_approx(small ? x * 0x1p24F : x) * (small ? 0x1p12F : 1.0F);
}
HEDDLE_MATH float sqrtf(float x) noexcept { return __builtin_sqrtf(x); }
HEDDLE_MATH float fabsf(float x) noexcept { return __builtin_fabsf(x); }
HEDDLE_MATH float fminf(float x, float y) noexcept { return __builtin_fminf(x, y); }
HEDDLE_MATH float fmaxf(float x, float y) noexcept { return __builtin_fmaxf(x, y); }
HEDDLE_MATH float floorf(float x) noexcept { return __builtin_floorf(x); }
HEDDLE_MATH float ceilf(float x) noexcept { return __builtin_ceilf(x); }
HEDDLE_MATH float truncf(float x) noexcept { return __builtin_truncf(x); }
HEDDLE_MATH float roundf(float x) noexcept { return __builtin_roundf(x); }
HEDDLE_MATH float rintf(float x) noexcept { return __builtin_rintf(x); }
HEDDLE_MATH float fmaf(float x, float y, float z) noexcept { return __builtin_fmaf(x, y, z); }
HEDDLE_MATH float copysignf(float x, float y) noexcept { return __builtin_copysignf(x, y); }
HEDDLE_MATH float nearbyintf(float x) noexcept { return __builtin_rintf(x); }
HEDDLE_MATH long lrintf(float x) noexcept { return static_cast<long>(__builtin_rintf(x)); }
HEDDLE_MATH long long llrintf(float x) noexcept {
  return static_cast<long long>(__builtin_rintf(x));
}
// A float of 2^23 or more has no fraction; long saturates, as conversions do.
HEDDLE_MATH long lroundf(float x) noexcept { return static_cast<long>(__builtin_roundf(x)); }
HEDDLE_MATH long long llroundf(float x) noexcept {
  return static_cast<long long>(__builtin_roundf(x));
}
HEDDLE_MATH float fdividef(float x, float y) { return x / y; }
HEDDLE_MATH double sqrt(double x) noexcept { return __builtin_sqrt(x); }
HEDDLE_MATH double fabs(double x) noexcept { return __builtin_fabs(x); }
HEDDLE_MATH int abs(int x) noexcept { return x < 0 ? -x : x; }
HEDDLE_MATH long labs(long x) noexcept { return x < 0 ? -x : x; }
HEDDLE_MATH long long llabs(long long x) noexcept { return x < 0 ? -x : x; }

// These two are never fused into a multiply-add.
HEDDLE_MATH float __fadd_rn(float x, float y) {
#pragma clang fp contract(off)
  return x + y;
}
HEDDLE_MATH float __fmul_rn(float x, float y) {
#pragma clang fp contract(off)
  return x * y;
}
HEDDLE_MATH float __fmaf_rn(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
HEDDLE_MATH float __fdiv_rn(float x, float y) { return x / y; }
HEDDLE_MATH float __frcp_rn(float x) { return 1.0F / x; }
HEDDLE_MATH float __fsqrt_rn(float x) { return __builtin_sqrtf(x); }

HEDDLE_MATH int __float2int_rn(float x) { return static_cast<int>(__builtin_rintf(x)); }
HEDDLE_MATH int __float2int_rz(float x) { return static_cast<int>(x); }
HEDDLE_MATH float __int2float_rn(int x) { return static_cast<float>(x); }
HEDDLE_MATH float __saturatef(float x) { return __builtin_fminf(__builtin_fmaxf(x, 0.0F), 1.0F); }

// CUDA has these in the global namespace, for both sides.
#define HEDDLE_MIN_MAX(type)                                                                    \
  static __host__ __device__ __forceinline__ type min(type x, type y) { return y < x ? y : x; } \
  static __host__ __device__ __forceinline__ type max(type x, type y) { return x < y ? y : x; }

HEDDLE_MIN_MAX(int)
HEDDLE_MIN_MAX(unsigned int)
HEDDLE_MIN_MAX(long)
HEDDLE_MIN_MAX(unsigned long)
HEDDLE_MIN_MAX(long long)
HEDDLE_MIN_MAX(unsigned long long)
#undef HEDDLE_MIN_MAX
static __host__ __device__ __forceinline__ float min(float x, float y) {
  return __builtin_fminf(x, y);
}
static __host__ __device__ __forceinline__ float max(float x, float y) {
  return __builtin_fmaxf(x, y);
}
#define HEDDLE_MIN_MAX_DOUBLE(first, second)                               \
  static __host__ __device__ __forceinline__ double min(first x, second y) { \
    return __builtin_fmin(x, y);                                           \
  }                                                                        \
  static __host__ __device__ __forceinline__ double max(first x, second y) { \
    return __builtin_fmax(x, y);                                           \
  }
HEDDLE_MIN_MAX_DOUBLE(double, double)
HEDDLE_MIN_MAX_DOUBLE(float, double)
HEDDLE_MIN_MAX_DOUBLE(double, float)
#undef HEDDLE_MIN_MAX_DOUBLE

#undef HEDDLE_MATH

#include "heddle/math_library.h"
