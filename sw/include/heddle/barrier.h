// Barriers of a thread block: CUDA's, and by PTX's names the sixteen that the hardware has
// (docs/architecture/programming_model.md, "Barriers"). Barrier 0 is __syncthreads's.
#pragma once

#include "heddle/bits.h"
#include "heddle/builtins.h"
#include "heddle/warp.h"

#define HEDDLE_BARRIER static __device__ __forceinline__

/// Waits at barrier `id` (0 to 15) for all living threads of the block.
HEDDLE_BARRIER void bar_sync(unsigned int id) {
  __asm__ __volatile__(HEDDLE_ASM_BAR_SYNC("%0", "x0") : : "r"(id) : "memory");
}

/// Waits at barrier `id` until `count` threads, a multiple of the warp size in CUDA, have arrived.
HEDDLE_BARRIER void bar_sync(unsigned int id, unsigned int count) {
  __asm__ __volatile__(HEDDLE_ASM_BAR_SYNC("%0", "%1") : : "r"(id), "r"(count) : "memory");
}

/// Arrives at barrier `id`, as one of `count` threads, and does not wait.
HEDDLE_BARRIER void bar_arrive(unsigned int id, unsigned int count) {
  __asm__ __volatile__(HEDDLE_ASM_BAR_ARRIVE("%0", "%1") : : "r"(id), "r"(count) : "memory");
}

HEDDLE_BARRIER void __barrier_sync(unsigned int id) { bar_sync(id); }
HEDDLE_BARRIER void __barrier_sync_count(unsigned int id, unsigned int count) {
  bar_sync(id, count);
}

// In the host half, clang knows this one by itself.
#ifdef __HEDDLE_DEVICE__
/// Waits for all living threads of the block.
HEDDLE_BARRIER void __syncthreads() {
  __asm__ __volatile__(HEDDLE_ASM_BAR_SYNC("x0", "x0") : : : "memory");
}

#endif

/// As __syncthreads; returns the number of threads whose predicate is not 0.
HEDDLE_BARRIER int __syncthreads_count(int predicate) {
  __shared__ volatile int count_of_warp[32];
  const unsigned int warps = HEDDLE_READ_CSR(HEDDLE_CSR_NWARPID);
  // Behind this barrier nobody reads a previous call's counts any more. Warps that have exited keep
  // the zero that all others write for them.
  __syncthreads();
  for (unsigned int warp = 0; warp < warps; ++warp) count_of_warp[warp] = 0;
  __syncthreads();
  count_of_warp[HEDDLE_READ_CSR(HEDDLE_CSR_WARPID)] = __popc(__ballot_sync(0xffffffff, predicate));
  __syncthreads();
  int count = 0;
  for (unsigned int warp = 0; warp < warps; ++warp) count += count_of_warp[warp];
  return count;
}
HEDDLE_BARRIER int __syncthreads_or(int predicate) {
  return __syncthreads_count(predicate) != 0 ? 1 : 0;
}
HEDDLE_BARRIER int __syncthreads_and(int predicate) {
  return __syncthreads_count(predicate == 0 ? 1 : 0) == 0 ? 1 : 0;
}

#undef HEDDLE_BARRIER
