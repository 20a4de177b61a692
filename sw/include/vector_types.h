// CUDA's vector types and their constructors.
#pragma once

#include "heddle/host_defines.h"

// The sizes and alignments are CUDA's; `long` vectors do not exist because a long has 8 bytes on
// the host and 4 on the device.
#define HEDDLE_VECTOR_TYPES(name, element, align2, align4)                                      \
  struct name##1 { element x; };                                                                \
  struct __align__(align2) name##2 { element x, y; };                                           \
  struct name##3 { element x, y, z; };                                                          \
  struct __align__(align4) name##4 { element x, y, z, w; };                                     \
  __host__ __device__ __forceinline__ name##1 make_##name##1(element x) { return {x}; }         \
  __host__ __device__ __forceinline__ name##2 make_##name##2(element x, element y) {            \
    return {x, y};                                                                              \
  }                                                                                             \
  __host__ __device__ __forceinline__ name##3 make_##name##3(element x, element y, element z) { \
    return {x, y, z};                                                                           \
  }                                                                                             \
  __host__ __device__ __forceinline__ name##4 make_##name##4(element x, element y, element z,   \
                                                             element w) {                       \
    return {x, y, z, w};                                                                        \
  }

HEDDLE_VECTOR_TYPES(char, signed char, 2, 4)
HEDDLE_VECTOR_TYPES(uchar, unsigned char, 2, 4)
HEDDLE_VECTOR_TYPES(short, short, 4, 8)
HEDDLE_VECTOR_TYPES(ushort, unsigned short, 4, 8)
HEDDLE_VECTOR_TYPES(int, int, 8, 16)
HEDDLE_VECTOR_TYPES(uint, unsigned int, 8, 16)
HEDDLE_VECTOR_TYPES(longlong, long long, 16, 16)
HEDDLE_VECTOR_TYPES(ulonglong, unsigned long long, 16, 16)
HEDDLE_VECTOR_TYPES(float, float, 8, 16)
HEDDLE_VECTOR_TYPES(double, double, 16, 16)

#undef HEDDLE_VECTOR_TYPES

/// A grid's or a block's extent; what is not given is 1.
struct dim3 {
  unsigned int x, y, z;

  __host__ __device__ constexpr dim3(unsigned int vx = 1, unsigned int vy = 1, unsigned int vz = 1)
      : x(vx), y(vy), z(vz) {}
  __host__ __device__ constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  __host__ __device__ constexpr operator uint3() const { return uint3{x, y, z}; }
};
