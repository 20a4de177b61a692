// What a kernel sees of the machine: thread indices, fences, clocks.
// docs/architecture/programming_model.md has the registers behind it. The host half of a source
// parses this too, but never runs it.
#pragma once

#include <time.h>

#include "heddle/heddle_isa.inc"
#include "heddle/host_defines.h"
#include "vector_types.h"

#define HEDDLE_STRINGIZE_(x) #x
#define HEDDLE_STRINGIZE(x) HEDDLE_STRINGIZE_(x)

// Not volatile: such a register holds one value for a thread's life, so the compiler may merge or
// drop reads.
#define HEDDLE_READ_CSR(number)                                        \
  __extension__({                                                      \
    unsigned int heddle_csr_;                                          \
    __asm__("csrr %0, " HEDDLE_STRINGIZE(number) : "=r"(heddle_csr_)); \
    heddle_csr_;                                                       \
  })

// Volatile: reads of a counter differ.
#define HEDDLE_READ_COUNTER(number)                                                 \
  __extension__({                                                                   \
    unsigned int heddle_csr_;                                                       \
    __asm__ __volatile__("csrr %0, " HEDDLE_STRINGIZE(number) : "=r"(heddle_csr_)); \
    heddle_csr_;                                                                    \
  })

#define HEDDLE_INDEX_MEMBER(name, number)                   \
  __declspec(property(get = get_##name)) unsigned int name; \
  static __device__ __forceinline__ unsigned int get_##name() { return HEDDLE_READ_CSR(number); }

#define HEDDLE_INDEX(type, result, csr)                  \
  struct type {                                          \
    HEDDLE_INDEX_MEMBER(x, HEDDLE_CSR_##csr##_X)         \
    HEDDLE_INDEX_MEMBER(y, HEDDLE_CSR_##csr##_Y)         \
    HEDDLE_INDEX_MEMBER(z, HEDDLE_CSR_##csr##_Z)         \
    __device__ __forceinline__ operator result() const { \
      return result{get_x(), get_y(), get_z()};          \
    }                                                    \
                                                         \
    type() = delete;                                     \
    type(const type&) = delete;                          \
    type& operator=(const type&) = delete;               \
  };

HEDDLE_INDEX(heddle_thread_index, uint3, TID)
HEDDLE_INDEX(heddle_block_index, uint3, CTAID)
HEDDLE_INDEX(heddle_block_extent, dim3, NTID)
HEDDLE_INDEX(heddle_grid_extent, dim3, NCTAID)

#undef HEDDLE_INDEX
#undef HEDDLE_INDEX_MEMBER

// Declared only: their members read registers and no object ever exists.
extern const __device__ heddle_thread_index threadIdx;
extern const __device__ heddle_block_index blockIdx;
extern const __device__ heddle_block_extent blockDim;
extern const __device__ heddle_grid_extent gridDim;

static __device__ __forceinline__ void __threadfence() {
  __asm__ __volatile__("fence" ::: "memory");
}
static __device__ __forceinline__ void __threadfence_block() { __threadfence(); }
static __device__ __forceinline__ void __threadfence_system() { __threadfence(); }

/// Waits about that many nanoseconds (cycles of a 1 GHz clock), a millisecond at most.
static __device__ __forceinline__ void __nanosleep(unsigned int nanoseconds) {
  const unsigned int limit = nanoseconds < 1000000 ? nanoseconds : 1000000;
  const unsigned int start = HEDDLE_READ_COUNTER(HEDDLE_CSR_CYCLE);
  while (HEDDLE_READ_COUNTER(HEDDLE_CSR_CYCLE) - start < limit) {
  }
  __asm__ __volatile__("" ::: "memory");
}

/// Stops the grid with a fault, cudaErrorLaunchFailure.
[[noreturn]] static __device__ __forceinline__ void __trap() {
  __asm__ __volatile__("ebreak" ::: "memory");
  __builtin_unreachable();
}

/// Ends this thread.
[[noreturn]] static __device__ __forceinline__ void __exit() {
  __asm__ __volatile__(HEDDLE_ASM_EXIT ::: "memory");
  __builtin_unreachable();
}

/// Device clock cycles since the launch's start.
static __device__ __forceinline__ long long clock64() {
  unsigned int high, low, again;
  do {
    high = HEDDLE_READ_COUNTER(HEDDLE_CSR_CYCLEH);
    low = HEDDLE_READ_COUNTER(HEDDLE_CSR_CYCLE);
    again = HEDDLE_READ_COUNTER(HEDDLE_CSR_CYCLEH);
  } while (high != again);
  return static_cast<long long>((static_cast<unsigned long long>(high) << 32) | low);
}
static __device__ __forceinline__ clock_t clock() {
  return static_cast<clock_t>(HEDDLE_READ_COUNTER(HEDDLE_CSR_CYCLE));
}

static __device__ __forceinline__ unsigned int __laneid() {
  return HEDDLE_READ_CSR(HEDDLE_CSR_LANEID);
}
static __device__ __forceinline__ unsigned int __smid() { return HEDDLE_READ_CSR(HEDDLE_CSR_SMID); }

constexpr int warpSize = 32;
