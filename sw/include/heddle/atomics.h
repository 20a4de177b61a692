// Atomic functions, as CUDA has them, on global and shared memory. They order nothing else: that is
// what __threadfence() and its relatives are for. Words of 32 bits have instructions; half-words
// are exchanged within their word; what 64-bit values become repeats a compare and swap.
#pragma once

#include "heddle/heddle_isa.inc"
#include "heddle/host_defines.h"

#define HEDDLE_ATOMIC static __device__ __forceinline__

// sw/device/lib/atomics.cpp, which also has clang's __atomic_*_8
extern "C" {
__device__ long long __heddle_atomic_min_64(volatile void* address, long long value, int order);
__device__ long long __heddle_atomic_max_64(volatile void* address, long long value, int order);
__device__ unsigned long long __heddle_atomic_minu_64(volatile void* address,
                                                      unsigned long long value, int order);
__device__ unsigned long long __heddle_atomic_maxu_64(volatile void* address,
                                                      unsigned long long value, int order);
__device__ unsigned long long __heddle_atomic_compare_exchange_64(volatile void* address,
                                                                  unsigned long long expected,
                                                                  unsigned long long value,
                                                                  int order);
__device__ double __heddle_atomic_add_double(volatile void* address, double value, int order);
}

/// The word before; it becomes `value` if it is `expected`.
HEDDLE_ATOMIC unsigned int heddle_compare_exchange(unsigned int* address, unsigned int expected,
                                                   unsigned int value) {
  __atomic_compare_exchange_n(address, &expected, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return expected;
}

HEDDLE_ATOMIC unsigned int heddle_atomic_add_float(float* address, float value) {
  unsigned int old;
  __asm__ __volatile__(HEDDLE_ASM_AMOFADD_W("%0", "%1", "%2")
                       : "=r"(old)
                       : "r"(__builtin_bit_cast(unsigned int, value)), "r"(address)
                       : "memory");
  return old;
}

// The loops below begin with a guess, not with a load: that would be an ordinary load, and so a
// data race with other threads' atomics.

/// Replaces the word by next(word) and gives the old one.
template <typename Next>
HEDDLE_ATOMIC unsigned int heddle_atomic_replace(unsigned int* address, Next next) {
  unsigned int old = 0;
  for (;;) {
    const unsigned int seen = heddle_compare_exchange(address, old, next(old));
    if (seen == old) return old;
    old = seen;
  }
}

HEDDLE_ATOMIC unsigned short heddle_compare_exchange_16(unsigned short* address,
                                                        unsigned short expected,
                                                        unsigned short value) {
  const auto place = reinterpret_cast<unsigned long>(address);
  auto* const word = reinterpret_cast<unsigned int*>(place & ~3UL);
  const auto shift = static_cast<unsigned int>(place & 2) * 8;
  const unsigned int others = ~(0xffffU << shift);
  unsigned int old = static_cast<unsigned int>(expected) << shift;
  for (;;) {
    const unsigned int seen = heddle_compare_exchange(
        word, old, (old & others) | static_cast<unsigned int>(value) << shift);
    const auto found = static_cast<unsigned short>(seen >> shift);
    if (seen == old || found != expected) return found;
    old = seen;
  }
}

// Each function in its three scopes: memory has one level at which all threads meet.
#define HEDDLE_ATOMIC_FUNCTION(name, type, ...)                               \
  HEDDLE_ATOMIC type name(type* address, type value) { __VA_ARGS__; }         \
  HEDDLE_ATOMIC type name##_block(type* address, type value) { __VA_ARGS__; } \
  HEDDLE_ATOMIC type name##_system(type* address, type value) { __VA_ARGS__; }
#define HEDDLE_ATOMIC_WORD(name, operation)                                             \
  HEDDLE_ATOMIC_FUNCTION(name, int, return operation(address, value, __ATOMIC_RELAXED)) \
  HEDDLE_ATOMIC_FUNCTION(name, unsigned int, return operation(address, value, __ATOMIC_RELAXED))
#define HEDDLE_ATOMIC_LONG(name, type, operation) \
  HEDDLE_ATOMIC_FUNCTION(name, type, return operation(address, value, __ATOMIC_RELAXED))

HEDDLE_ATOMIC_WORD(atomicAdd, __atomic_fetch_add)
HEDDLE_ATOMIC_WORD(atomicSub, __atomic_fetch_sub)
HEDDLE_ATOMIC_WORD(atomicExch, __atomic_exchange_n)
HEDDLE_ATOMIC_WORD(atomicMin, __atomic_fetch_min)
HEDDLE_ATOMIC_WORD(atomicMax, __atomic_fetch_max)
HEDDLE_ATOMIC_WORD(atomicAnd, __atomic_fetch_and)
HEDDLE_ATOMIC_WORD(atomicOr, __atomic_fetch_or)
HEDDLE_ATOMIC_WORD(atomicXor, __atomic_fetch_xor)
HEDDLE_ATOMIC_LONG(atomicAdd, unsigned long long, __atomic_fetch_add)
HEDDLE_ATOMIC_LONG(atomicExch, unsigned long long, __atomic_exchange_n)
HEDDLE_ATOMIC_LONG(atomicAnd, unsigned long long, __atomic_fetch_and)
HEDDLE_ATOMIC_LONG(atomicOr, unsigned long long, __atomic_fetch_or)
HEDDLE_ATOMIC_LONG(atomicXor, unsigned long long, __atomic_fetch_xor)
// Not clang's __atomic_fetch_min and _max, which begin with an ordinary load.
HEDDLE_ATOMIC_LONG(atomicMin, unsigned long long, __heddle_atomic_minu_64)
HEDDLE_ATOMIC_LONG(atomicMax, unsigned long long, __heddle_atomic_maxu_64)
HEDDLE_ATOMIC_LONG(atomicMin, long long, __heddle_atomic_min_64)
HEDDLE_ATOMIC_LONG(atomicMax, long long, __heddle_atomic_max_64)
HEDDLE_ATOMIC_LONG(atomicAdd, double, __heddle_atomic_add_double)
HEDDLE_ATOMIC_FUNCTION(atomicAdd, float,
                       return __builtin_bit_cast(float, heddle_atomic_add_float(address, value)))
HEDDLE_ATOMIC_FUNCTION(
    atomicExch, float,
    return __builtin_bit_cast(float, __atomic_exchange_n(reinterpret_cast<unsigned int*>(address),
                                                         __builtin_bit_cast(unsigned int, value),
                                                         __ATOMIC_RELAXED)))
/// old >= value ? 0 : old + 1
HEDDLE_ATOMIC_FUNCTION(atomicInc, unsigned int,
                       return heddle_atomic_replace(address, [=](unsigned int old) {
                         return old >= value ? 0 : old + 1;
                       }))
/// old == 0 or old > value ? value : old - 1
HEDDLE_ATOMIC_FUNCTION(atomicDec, unsigned int,
                       return heddle_atomic_replace(address, [=](unsigned int old) {
                         return old == 0 || old > value ? value : old - 1;
                       }))

#define HEDDLE_ATOMIC_CAS(type, ...)                                                            \
  HEDDLE_ATOMIC type atomicCAS(type* address, type expected, type value) { __VA_ARGS__; }       \
  HEDDLE_ATOMIC type atomicCAS_block(type* address, type expected, type value) { __VA_ARGS__; } \
  HEDDLE_ATOMIC type atomicCAS_system(type* address, type expected, type value) { __VA_ARGS__; }

HEDDLE_ATOMIC_CAS(unsigned int, return heddle_compare_exchange(address, expected, value))
HEDDLE_ATOMIC_CAS(int, return static_cast<int>(heddle_compare_exchange(
                           reinterpret_cast<unsigned int*>(address),
                           static_cast<unsigned int>(expected), static_cast<unsigned int>(value))))
HEDDLE_ATOMIC_CAS(unsigned short, return heddle_compare_exchange_16(address, expected, value))
HEDDLE_ATOMIC_CAS(unsigned long long,
                  return __heddle_atomic_compare_exchange_64(address, expected, value,
                                                             __ATOMIC_RELAXED))

#undef HEDDLE_ATOMIC_FUNCTION
#undef HEDDLE_ATOMIC_WORD
#undef HEDDLE_ATOMIC_LONG
#undef HEDDLE_ATOMIC_CAS
#undef HEDDLE_ATOMIC
