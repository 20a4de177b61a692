// CUDA's primitives for asynchronous copies of 4, 8 and 16 bytes a thread. The thread copies with
// loads and stores before it goes on, so a batch is complete when it is committed. For copies beside
// the threads see heddle/bulk_copy.h and cuda/barrier.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda_awbarrier_primitives.h"

#define HEDDLE_PIPELINE static __device__ __forceinline__

/// Copies size_and_align - zfill bytes and writes zfill bytes of zeros behind them; nothing else of
/// the source is read. size_and_align is 4, 8 or 16, and both addresses are multiples of it.
HEDDLE_PIPELINE void __pipeline_memcpy_async(void* __restrict__ dst_shared,
                                             const void* __restrict__ src_global,
                                             std::size_t size_and_align, std::size_t zfill = 0) {
  const std::size_t size = size_and_align - zfill;
  auto* const to = static_cast<std::uint32_t*>(dst_shared);
  const auto* const from = static_cast<const std::uint32_t*>(src_global);
  const auto* const bytes = static_cast<const unsigned char*>(src_global);
  for (std::size_t place = 0; place < size_and_align; place += 4) {
    std::uint32_t word = 0;
    if (place + 4 <= size) {
      word = from[place / 4];
    } else {
      for (std::size_t i = place; i < size; ++i) {
        word |= static_cast<std::uint32_t>(bytes[i]) << (i - place) * 8;
      }
    }
    to[place / 4] = word;
  }
}

/// The copies since the last commit are one batch.
HEDDLE_PIPELINE void __pipeline_commit() { __asm__ __volatile__("" : : : "memory"); }

/// Waits until at most the last `batches` batches are not complete.
HEDDLE_PIPELINE void __pipeline_wait_prior(std::size_t /*batches*/) {
  __asm__ __volatile__("" : : : "memory");
}

/// The mbarrier's current phase ends only when the thread's copies so far are complete, and who
/// waits for it sees them. The arrivals that it expects stay as many.
HEDDLE_PIPELINE void __pipeline_arrive_on(__mbarrier_t* barrier) {
  heddle_mbarrier_expect_tx(barrier, 1);
  heddle_mbarrier_complete_tx(barrier, 1);
}

#undef HEDDLE_PIPELINE
