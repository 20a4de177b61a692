// CUDA's fp8 types (OCP e4m3 and e5m2): storage and conversions, the same bits on host and device.
// A NaN becomes 0x7f.
#pragma once

#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "cuda_runtime.h"
#include "heddle/narrow_floats.h"

typedef unsigned char __nv_fp8_storage_t;
typedef unsigned short __nv_fp8x2_storage_t;
typedef unsigned int __nv_fp8x4_storage_t;

/// What a number beyond the largest finite one becomes: a NaN or an infinity, or that number.
enum __nv_saturation_t { __NV_NOSAT, __NV_SATFINITE };
enum __nv_fp8_interpretation_t { __NV_E4M3, __NV_E5M2 };

#define HEDDLE_FP8 static __host__ __device__ __forceinline__

HEDDLE_FP8 __nv_fp8x2_storage_t __nv_cvt_float2_to_fp8x2(float2 x, __nv_saturation_t saturate,
                                                         __nv_fp8_interpretation_t kind) {
  if (saturate == __NV_NOSAT) {
    const heddle_format format = kind == __NV_E4M3 ? kHeddleE4m3 : kHeddleE5m2;
    return static_cast<__nv_fp8x2_storage_t>(
        heddle_narrow(x.x, format, heddle_rounding::nearest, false) |
        heddle_narrow(x.y, format, heddle_rounding::nearest, false) << 8);
  }
  return kind == __NV_E4M3 ? heddle_floats_to_e4m3x2(x.x, x.y) : heddle_floats_to_e5m2x2(x.x, x.y);
}
HEDDLE_FP8 __nv_fp8_storage_t __nv_cvt_float_to_fp8(float x, __nv_saturation_t saturate,
                                                    __nv_fp8_interpretation_t kind) {
  return static_cast<__nv_fp8_storage_t>(__nv_cvt_float2_to_fp8x2(float2{x, 0.0F}, saturate, kind));
}
HEDDLE_FP8 __nv_fp8_storage_t __nv_cvt_double_to_fp8(double x, __nv_saturation_t saturate,
                                                     __nv_fp8_interpretation_t kind) {
  return __nv_cvt_float_to_fp8(heddle_round_to_odd(x), saturate, kind);
}
HEDDLE_FP8 __nv_fp8x2_storage_t __nv_cvt_double2_to_fp8x2(double2 x, __nv_saturation_t saturate,
                                                          __nv_fp8_interpretation_t kind) {
  return __nv_cvt_float2_to_fp8x2(float2{heddle_round_to_odd(x.x), heddle_round_to_odd(x.y)},
                                  saturate, kind);
}
HEDDLE_FP8 __nv_fp8_storage_t __nv_cvt_halfraw_to_fp8(__half_raw x, __nv_saturation_t saturate,
                                                      __nv_fp8_interpretation_t kind) {
  return __nv_cvt_float_to_fp8(heddle_half_to_float(x.x), saturate, kind);
}
HEDDLE_FP8 __nv_fp8_storage_t __nv_cvt_bfloat16raw_to_fp8(__nv_bfloat16_raw x,
                                                          __nv_saturation_t saturate,
                                                          __nv_fp8_interpretation_t kind) {
  return __nv_cvt_float_to_fp8(heddle_bfloat16_to_float(x.x), saturate, kind);
}
HEDDLE_FP8 float heddle_fp8_to_float(__nv_fp8_storage_t x, __nv_fp8_interpretation_t kind) {
  return kind == __NV_E4M3 ? heddle_e4m3_to_float(x) : heddle_e5m2_to_float(x);
}
/// Every fp8 number is a half.
HEDDLE_FP8 __half_raw __nv_cvt_fp8_to_halfraw(__nv_fp8_storage_t x,
                                              __nv_fp8_interpretation_t kind) {
  return __half_raw{heddle_float_to_half(heddle_fp8_to_float(x, kind))};
}
HEDDLE_FP8 __half2_raw __nv_cvt_fp8x2_to_halfraw2(__nv_fp8x2_storage_t x,
                                                  __nv_fp8_interpretation_t kind) {
  return __half2_raw{__nv_cvt_fp8_to_halfraw(static_cast<__nv_fp8_storage_t>(x & 0xff), kind).x,
                     __nv_cvt_fp8_to_halfraw(static_cast<__nv_fp8_storage_t>(x >> 8), kind).x};
}

// One, two and four numbers; constructors saturate.
#define HEDDLE_FP8_TYPES(suffix, kind)                                                             \
  struct __nv_fp8_##suffix {                                                                       \
    __nv_fp8_storage_t __x;                                                                        \
    __nv_fp8_##suffix() = default;                                                                 \
    __host__ __device__ explicit __nv_fp8_##suffix(float x)                                        \
        : __x(__nv_cvt_float_to_fp8(x, __NV_SATFINITE, kind)) {}                                   \
    __host__ __device__ explicit __nv_fp8_##suffix(double x)                                       \
        : __x(__nv_cvt_double_to_fp8(x, __NV_SATFINITE, kind)) {}                                  \
    __host__ __device__ explicit __nv_fp8_##suffix(__half x)                                       \
        : __x(__nv_cvt_halfraw_to_fp8(__half_raw{x.__x}, __NV_SATFINITE, kind)) {}                 \
    __host__ __device__ explicit __nv_fp8_##suffix(__nv_bfloat16 x)                                \
        : __x(__nv_cvt_bfloat16raw_to_fp8(__nv_bfloat16_raw{x.__x}, __NV_SATFINITE, kind)) {}      \
    __host__ __device__ explicit operator float() const { return heddle_fp8_to_float(__x, kind); } \
    __host__ __device__ explicit operator double() const {                                         \
      return static_cast<double>(heddle_fp8_to_float(__x, kind));                                  \
    }                                                                                              \
    __host__ __device__ explicit operator __half() const {                                         \
      return __half(__nv_cvt_fp8_to_halfraw(__x, kind));                                           \
    }                                                                                              \
    __host__ __device__ explicit operator __nv_bfloat16() const {                                  \
      return __nv_bfloat16(heddle_fp8_to_float(__x, kind));                                        \
    }                                                                                              \
  };                                                                                               \
  struct __align__(2) __nv_fp8x2_##suffix {                                                        \
    __nv_fp8x2_storage_t __x;                                                                      \
    __nv_fp8x2_##suffix() = default;                                                               \
    __host__ __device__ explicit __nv_fp8x2_##suffix(float2 x)                                     \
        : __x(__nv_cvt_float2_to_fp8x2(x, __NV_SATFINITE, kind)) {}                                \
    __host__ __device__ explicit __nv_fp8x2_##suffix(__half2 x)                                    \
        : __nv_fp8x2_##suffix(__half22float2(x)) {}                                                \
    __host__ __device__ explicit operator float2() const {                                         \
      return float2{heddle_fp8_to_float(static_cast<__nv_fp8_storage_t>(__x & 0xff), kind),        \
                    heddle_fp8_to_float(static_cast<__nv_fp8_storage_t>(__x >> 8), kind)};         \
    }                                                                                              \
    __host__ __device__ explicit operator __half2() const {                                        \
      return __float22half2_rn(static_cast<float2>(*this));                                        \
    }                                                                                              \
  };                                                                                               \
  struct __align__(4) __nv_fp8x4_##suffix {                                                        \
    __nv_fp8x4_storage_t __x;                                                                      \
    __nv_fp8x4_##suffix() = default;                                                               \
    __host__ __device__ explicit __nv_fp8x4_##suffix(float4 x)                                     \
        : __x(__nv_cvt_float2_to_fp8x2(float2{x.x, x.y}, __NV_SATFINITE, kind) |                   \
              static_cast<__nv_fp8x4_storage_t>(                                                   \
                  __nv_cvt_float2_to_fp8x2(float2{x.z, x.w}, __NV_SATFINITE, kind))                \
                  << 16) {}                                                                        \
    __host__ __device__ explicit operator float4() const {                                         \
      return float4{heddle_fp8_to_float(static_cast<__nv_fp8_storage_t>(__x & 0xff), kind),        \
                    heddle_fp8_to_float(static_cast<__nv_fp8_storage_t>(__x >> 8 & 0xff), kind),   \
                    heddle_fp8_to_float(static_cast<__nv_fp8_storage_t>(__x >> 16 & 0xff), kind),  \
                    heddle_fp8_to_float(static_cast<__nv_fp8_storage_t>(__x >> 24), kind)};        \
    }                                                                                              \
  };

HEDDLE_FP8_TYPES(e4m3, __NV_E4M3)
HEDDLE_FP8_TYPES(e5m2, __NV_E5M2)
#undef HEDDLE_FP8_TYPES
#undef HEDDLE_FP8
