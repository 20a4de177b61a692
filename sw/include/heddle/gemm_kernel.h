// The kernel of heddle/gemm.h: one thread block that stays on the SM and goes through a list of
// tiles of C. Its warps have parts of their own:
//
//   warp 0, one thread: bulk copies of A's and B's rows into a ring of stages in shared memory;
//   warp 1: issues the MMAs, and tells the others when the engine is through with something;
//   the others: the epilogue, from tensor memory to C.
//
// Tensor memory is halved by columns, tiles take the halves by turns: so one's epilogue runs beside
// the next one's MMAs, and in the other bank. Only warp 1 looks at mbarriers; the others wait at
// the hardware's barriers, where they take no issue slots.
#pragma once

#include <cstdint>

#include "heddle/barrier.h"
#include "heddle/bulk_copy.h"
#include "heddle/gemm_epilogue.h"
#include "heddle/gemm_layout.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"

#define HEDDLE_GEMM static __device__ __forceinline__

/// bulk.load by one thread alone, without the call.
template <bool kEngine>
HEDDLE_GEMM void heddle_gemm_load(unsigned int address, unsigned int pitch, unsigned int places,
                                  unsigned int row, unsigned int rows) {
  if constexpr (kEngine) {
    register unsigned int b __asm__("a2") = pitch;
    register unsigned int b_high __asm__("a3") = places;
    register unsigned int c __asm__("a4") = row;
    register unsigned int c_high __asm__("a5") = rows;
    __asm__ __volatile__(HEDDLE_ASM_BULK_LOAD("%0", "a2", "a4")
                         :
                         : "r"(address), "r"(b), "r"(b_high), "r"(c), "r"(c_high)
                         : "memory");
  } else {
    __heddle_bulk_load(address, pitch, places, row, rows);
  }
}

/// A's rows and B's first columns of a plane.
template <bool kEngine>
HEDDLE_GEMM void heddle_gemm_load_first(const heddle_gemm_arguments& arguments,
                                        const heddle_gemm_tile* tile, unsigned int places,
                                        std::uint64_t* full) {
  const unsigned int row = tile->row_bytes | min(tile->row_bytes, arguments.k_bytes) << 16;
  places |= tile->swizzle << 14 | heddle_shared_offset(full) / 8 << 16;
  heddle_gemm_load<kEngine>(tile->a, arguments.a_pitch_bytes, places, row, tile->a_rows);
  heddle_gemm_load<kEngine>(tile->b, arguments.b_pitch_bytes, places + tile->a_units, row,
                            tile->b_rows);
  (void)heddle_mbarrier_expect_tx(full, (tile->a_units + tile->b_units) * 16);
  (void)heddle_mbarrier_arrive(full, 1);
}

/// Warp 0's thread; it has loaded the first part of the first plane before. (What it needs of a
/// tile is in registers: a load would take as long as all else of a plane.)
template <bool kEngine>
static __device__ __attribute__((noinline)) void heddle_gemm_copy(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  const heddle_gemm_tile* tile = heddle_gemm_tiles(arguments);
  const heddle_gemm_tile* const end = tile + arguments.tiles;
  const unsigned int a_pitch = arguments.a_pitch_bytes;
  const unsigned int stage_units = arguments.stage_bytes / 16 + (1 << 16);  // and the next mbarrier
  const std::uint64_t* const end_full = shared.full + arguments.stages;
  const unsigned int first_full = heddle_shared_offset(shared.full) / 8;
  const unsigned int first_places =
      (heddle_shared_offset(&shared) + heddle_gemm_stages_offset) / 16 | first_full << 16;
  constexpr unsigned int kRest = heddle_gemm_most_stages;  // from full to rest, in mbarriers
  unsigned int places = first_places;
  std::uint64_t* full = shared.full;
  unsigned int stage = heddle_gemm_free_stage;
  bool ahead = true;   // this part
  bool again = false;  // the stages have been in use
  for (; tile != end; ++tile) {
    const unsigned int row_bytes = tile->row_bytes, swizzle = tile->swizzle << 14;
    const unsigned int a_rows = tile->a_rows, b_rows = tile->b_rows, rest_rows = tile->rest_rows;
    const unsigned int a_units = tile->a_units, b_units = a_units + tile->b_units;
    const unsigned int b_pitch = arguments.b_pitch_bytes;
    unsigned int a = tile->a, b = tile->b, rest = tile->rest, left = arguments.k_bytes;
    unsigned int row = row_bytes | row_bytes << 16;
    while (true) {
      if (left < row_bytes) {
        heddle_gemm_rare();
        row = row_bytes | left << 16;
      }
      if (again) {
        bar_sync(stage, 33);
        heddle_bulk_fence();
      }
      if (!ahead) {
        heddle_gemm_load<kEngine>(a, a_pitch, places | swizzle, row, a_rows);
        heddle_gemm_load<kEngine>(b, b_pitch, (places + a_units) | swizzle, row, b_rows);
        (void)heddle_mbarrier_expect_tx(full, b_units * 16);
        (void)heddle_mbarrier_arrive(full, 1);
      }
      ahead = false;
      if (rest_rows != 0) {
        heddle_gemm_load<kEngine>(rest, b_pitch, (places + b_units + (kRest << 16)) | swizzle, row,
                                  rest_rows);
        (void)heddle_mbarrier_expect_tx(full + kRest, (rest_rows & 0xffff) * row_bytes);
        (void)heddle_mbarrier_arrive(full + kRest, 1);
      }
      places += stage_units;
      ++full;
      ++stage;
      if (full == end_full) {
        heddle_gemm_rare();
        full = shared.full;
        stage = heddle_gemm_free_stage;
        places = first_places;
        again = true;
      }
      a += row_bytes;
      b += row_bytes;
      rest += row_bytes;
      if (left <= row_bytes) break;
      left -= row_bytes;
    }
  }
}

/// Waits for a phase's end; counts are right here.
HEDDLE_GEMM void heddle_gemm_wait(const std::uint64_t* mbarrier, unsigned int parity) {
  unsigned int now;
  do {
    __asm__ __volatile__(HEDDLE_ASM_MBARRIER_TEST("%0", "%1")
                         : "=r"(now)
                         : "r"(mbarrier)
                         : "memory");
  } while (((now ^ parity) & 1) == 0);
}

HEDDLE_GEMM void heddle_gemm_mma(unsigned int descriptor, unsigned int a, unsigned int b) {
  register unsigned int a_low __asm__("a2") = a;
  register unsigned int a_high __asm__("a3") = 0;
  register unsigned int b_low __asm__("a4") = b;
  register unsigned int b_high __asm__("a5") = 0;
  __asm__ __volatile__(HEDDLE_ASM_TENSOR_MMA("%0", "a2", "a4")
                       :
                       : "r"(descriptor), "r"(a_low), "r"(a_high), "r"(b_low), "r"(b_high)
                       : "memory");
}

/// Warp 1.
static __device__ __attribute__((noinline)) void heddle_gemm_multiply(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  const heddle_gemm_tile* tile = heddle_gemm_tiles(arguments);
  const unsigned int first_places =
      (heddle_shared_offset(&shared) + heddle_gemm_stages_offset) / 16;
  constexpr unsigned int kRest = heddle_gemm_most_stages;  // from full to rest, in mbarriers
  const unsigned int stage_units = arguments.stage_bytes / 16;
  unsigned int d = shared.column << 16;
  unsigned int phase = 0;  // parity of the next plane's
  unsigned int places = first_places;
  std::uint64_t* full = shared.full;
  const std::uint64_t* const end_full = full + arguments.stages;
  // The group before, which is to be retired: its planes, and whether it completes a tile.
  unsigned int groups = 0, old_stage = heddle_gemm_free_stage, old_planes = 0, old_complete = 0;
  const auto retire = [&] {
    heddle_gemm_wait(&shared.empty[(groups - 1) % 2], (groups - 1) / 2);
    if (old_complete != 0) bar_arrive(old_complete, arguments.epilogue_warps * 32 + 32);
    const unsigned int end_stage = heddle_gemm_free_stage + arguments.stages;
    do {
      bar_arrive(old_stage, 33);
      if (++old_stage == end_stage) {
        heddle_gemm_rare();
        old_stage = heddle_gemm_free_stage;
      }
    } while (--old_planes != 0);
  };
  for (unsigned int i = 0; i < arguments.tiles; ++i, ++tile) {
    const unsigned int row_bytes = tile->row_bytes, a_units = tile->a_units;
    const unsigned int base = tile->swizzle << 14, first = tile->first_columns << 16;
    const unsigned int group = tile->group;
    unsigned int left = arguments.k_bytes, planes = 0;
    unsigned int mma = tile->mma | (row_bytes - 1) / 32 << 16;
    unsigned int accumulate = 0;
    if (i >= 2) {
      bar_sync(heddle_gemm_drained + i % 2, arguments.epilogue_warps * 32 + 32);
      tcgen05_fence();
    }
    while (true) {
      const unsigned int a = places | d | base, b = (places + a_units) | base;
      if (left < row_bytes) {
        heddle_gemm_rare();
        mma = tile->mma | (left - 1) / 32 << 16;
      }
      if (planes == 0) {
        heddle_gemm_rare();
        const unsigned int steps = (mma & 3 << 16) | accumulate;
        const unsigned int first_mma = tile->first_mma | steps;
        heddle_gemm_wait(full, phase);
        heddle_gemm_mma(first_mma, a, b);
        if (first != 0) {
          heddle_gemm_wait(full + kRest, phase);
          heddle_gemm_mma(tile->rest_mma | steps, a + first, b + tile->b_units);
        }
        accumulate = 1u << 13;
        if (old_planes != 0) retire();
      } else {
        heddle_gemm_wait(full, phase);
        if (first != 0) heddle_gemm_wait(full + kRest, phase);
        heddle_gemm_mma(mma | accumulate, a, b);
      }
      ++planes;
      places += stage_units;
      ++full;
      if (full == end_full) {
        heddle_gemm_rare();
        full = shared.full;
        phase ^= 1;
        places = first_places;
      }
      const bool over = left <= row_bytes;
      left -= row_bytes;
      if (planes != group && !over) continue;
      tcgen05_commit(&shared.empty[groups % 2]);
      ++groups;
      old_planes = planes;
      planes = 0;
      old_complete = over ? heddle_gemm_complete + i % 2 : 0;
      if (over) break;
    }
    d ^= arguments.tensor_columns << 15;  // the other half
  }
  retire();
}

// Each warp's start, without a stack: calls are the last thing in them. Their registers would be
// saved by all warps at once, and the first copy would wait behind that.

static __device__ __attribute__((noinline)) void heddle_gemm_start_copy(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  if (threadIdx.x != 0) return;
  const unsigned int places = (heddle_shared_offset(&shared) + heddle_gemm_stages_offset) / 16;
  heddle_mbarrier_init(shared.full, 1);
  heddle_bulk_fence();
  const heddle_gemm_tile* const tile = heddle_gemm_tiles(arguments);
  if (arguments.bulk_copies == 0) {
    heddle_gemm_load_first<false>(arguments, tile, places, shared.full);
    bar_sync(heddle_gemm_ready, arguments.epilogue_warps * 32 + 33);
    return heddle_gemm_copy<false>(arguments, shared);
  }
  heddle_gemm_load_first<true>(arguments, tile, places, shared.full);
  bar_sync(heddle_gemm_ready, arguments.epilogue_warps * 32 + 33);
  return heddle_gemm_copy<true>(arguments, shared);
}

static __device__ __attribute__((noinline)) void heddle_gemm_start_multiply(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  const unsigned int lane = threadIdx.x % 32;
  if (lane != 0 && lane < 2 * heddle_gemm_most_stages + 2) {
    heddle_mbarrier_init(shared.full + lane, 1);  // and those behind them
  }
  __syncwarp();
  unsigned int column;
  do {
    column = tcgen05_alloc(arguments.tensor_columns);
  } while (column == heddle_no_columns);
  shared.column = column;
  tcgen05_fence();
  bar_sync(heddle_gemm_ready, arguments.epilogue_warps * 32 + 33);
  return heddle_gemm_multiply(arguments, shared);
}

template <bool kPlain, typename C>
static __device__ __attribute__((noinline)) void heddle_gemm_start_epilogue(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  bar_sync(heddle_gemm_ready, arguments.epilogue_warps * 32 + 33);
  bar_sync(heddle_gemm_complete, arguments.epilogue_warps * 32 + 32);
  return heddle_gemm_epilogue<kPlain, C>(arguments, shared);
}

/// What a block of epilogue_warps + 2 warps does, or as many warps of a larger one.
template <bool kPlain, typename C>
HEDDLE_GEMM void heddle_gemm_run_block(char* memory, const heddle_gemm_arguments& arguments) {
  auto& shared = *reinterpret_cast<heddle_gemm_shared*>(memory);
  const unsigned int warp = threadIdx.x / 32;
  if (warp == 0) return heddle_gemm_start_copy(arguments, shared);
  if (warp == 1) return heddle_gemm_start_multiply(arguments, shared);
  return heddle_gemm_start_epilogue<kPlain, C>(arguments, shared);
}

template <bool kPlain, typename C>
__global__ void heddle_gemm_kernel(const heddle_gemm_arguments* arguments) {
  extern __shared__ __align__(128) char heddle_gemm_memory[];
  heddle_gemm_run_block<kPlain, C>(heddle_gemm_memory, *arguments);
}

#undef HEDDLE_GEMM
