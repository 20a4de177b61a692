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
#include "heddle/gemm_multiply.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"
#include "heddle/tensor_device.h"

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

/// The bytes of a phase, and its one arrival.
HEDDLE_GEMM void heddle_gemm_expect(std::uint64_t* mbarrier, unsigned int bytes) {
  (void)heddle_mbarrier_expect_tx(mbarrier, bytes);
  (void)heddle_mbarrier_arrive(mbarrier, 1);
}

/// Before anything else. What comes first is what the copies wait for: the loads of their operands.
HEDDLE_GEMM void heddle_gemm_load_head(const heddle_gemm_head& head, heddle_gemm_shared& shared) {
  const unsigned int a_place = head.a_place, a_pitch = head.a_pitch, row = head.row;
  const unsigned int a = head.a, a_rows = head.a_rows, b = head.b, b_pitch = head.b_pitch;
  const unsigned int b_place = head.b_place, b_rows = head.b_rows;
  const unsigned int bytes = head.bytes, rest_bytes = head.rest_bytes, rest = head.rest;
  const unsigned int rest_place = head.rest_place, rest_rows = head.rest_rows;
  const unsigned int base = heddle_shared_offset(&shared) / 16 * 0x20001;
  heddle_mbarrier_init(&shared.head[0], 1);
  heddle_mbarrier_init(&shared.head[1], 1);
  heddle_mbarrier_init(&shared.full[0], 1);
  heddle_bulk_fence();
  if (bytes != 0) {
    heddle_gemm_load<true>(a, a_pitch, base + a_place, row, a_rows);
    heddle_gemm_load<true>(b, b_pitch, base + b_place, row, b_rows);
    heddle_gemm_expect(&shared.head[0], bytes);
    bar_arrive(heddle_gemm_headed, 33);
    if (rest_bytes != 0) {
      heddle_gemm_load<true>(rest, b_pitch, base + rest_place, row, rest_rows);
      heddle_gemm_expect(&shared.head[1], rest_bytes);
    }
    const unsigned int plane_bytes = head.plane_bytes;
    if (plane_bytes != 0) {
      const unsigned int plane_row = head.plane_row;
      heddle_gemm_load<true>(a, a_pitch, base + head.plane_a_place, plane_row, a_rows);
      heddle_gemm_load<true>(b, b_pitch, base + head.plane_b_place, plane_row, head.plane_b_rows);
      heddle_gemm_expect(&shared.full[0], plane_bytes);
    }
  } else {
    bar_arrive(heddle_gemm_headed, 33);
  }
}

/// `slabs` slabs, not 0: A's to `places`, B's to `b_places`. All four go on to what comes behind.
template <bool kEngine>
HEDDLE_GEMM void heddle_gemm_load_slabs(unsigned int& a, unsigned int& b, unsigned int& places,
                                        unsigned int& b_places, unsigned int slabs,
                                        unsigned int a_pitch, unsigned int b_pitch,
                                        unsigned int row, unsigned int a_rows, unsigned int b_rows,
                                        unsigned int row_bytes, unsigned int slab_units) {
  if constexpr (kEngine) {
    register unsigned int a_pair __asm__("a2") = a_pitch;
    register unsigned int a_pair_high __asm__("a3") = places;
    register unsigned int row_pair __asm__("a4") = row;
    register unsigned int row_pair_high __asm__("a5") = a_rows;
    register unsigned int b_pair __asm__("a6") = b_pitch;
    register unsigned int b_pair_high __asm__("a7") = b_places;
    register unsigned int b_row_pair __asm__("t3") = row;
    register unsigned int b_row_pair_high __asm__("t4") = b_rows;
    __asm__ __volatile__("1:\n" HEDDLE_ASM_BULK_LOAD("%0", "a2", "a4") "\n"
                         HEDDLE_ASM_BULK_LOAD("%1", "a6", "t3") "\n"
                         "addi %4, %4, -1\n"
                         "add %0, %0, %5\n"
                         "add %1, %1, %5\n"
                         "add %2, %2, %6\n"
                         "add %3, %3, %6\n"
                         "bnez %4, 1b"
                         : "+r"(a), "+r"(b), "+r"(a_pair_high), "+r"(b_pair_high), "+r"(slabs)
                         : "r"(row_bytes), "r"(slab_units), "r"(a_pair), "r"(row_pair),
                           "r"(row_pair_high), "r"(b_pair), "r"(b_row_pair), "r"(b_row_pair_high)
                         : "memory");
    places = a_pair_high;
    b_places = b_pair_high;
  } else {
    for (; slabs != 0; --slabs) {
      __heddle_bulk_load(a, a_pitch, places, row, a_rows);
      __heddle_bulk_load(b, b_pitch, b_places, row, b_rows);
      a += row_bytes;
      b += row_bytes;
      places += slab_units;
      b_places += slab_units;
    }
  }
}

/// Warp 0's thread. (What it needs of a tile is in registers: a load would take as long as all else
/// of a plane.)
template <bool kEngine>
static __device__ __attribute__((noinline)) void heddle_gemm_copy(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  const heddle_gemm_tile* tile = heddle_gemm_tiles(arguments);
  const heddle_gemm_tile* const end = tile + arguments.tiles;
  const unsigned int a_pitch = arguments.head.a_pitch, b_pitch = arguments.head.b_pitch;
  const unsigned int row_bytes = arguments.row_bytes, end_stage = arguments.stages;
  const unsigned int stage_places = arguments.stage_bytes / 16 + (1u << 16);
  const unsigned int first_places =
      (heddle_shared_offset(&shared) + heddle_gemm_stages_offset) / 16 | arguments.swizzle |
      heddle_shared_offset(shared.full) / 8 << 16;
  const unsigned int whole_row = row_bytes | row_bytes << 16;
  unsigned int places = first_places, stage = 0;
  bool again = false;                            // the stages have been in use
  bool ahead = arguments.head.plane_bytes != 0;  // the first plane is loaded
  for (; tile != end; ++tile) {
    const unsigned int a_rows = tile->a_rows, b_rows = tile->b_rows, a_units = tile->a_units;
    const unsigned int slab_units = tile->slab_units;
    unsigned int a = tile->a, b = tile->b, planes = tile->planes, slabs = tile->slabs;
    do {
      if (again) {
        bar_sync(heddle_gemm_free_stage + stage, 33);
        heddle_bulk_fence();
      }
      unsigned int row = whole_row;
      if (planes == 1) {
        heddle_gemm_rare();
        row = tile->last_row;
        slabs = tile->last_slabs;
      }
      if (!ahead) {
        unsigned int at = places, b_at = places + a_units;
        if (slabs != 1) {
          heddle_gemm_load_slabs<kEngine>(a, b, at, b_at, slabs - 1, a_pitch, b_pitch, whole_row,
                                          a_rows, b_rows, row_bytes, slab_units);
        }
        heddle_gemm_load_slabs<kEngine>(a, b, at, b_at, 1, a_pitch, b_pitch, row, a_rows, b_rows,
                                        row_bytes, slab_units);
        heddle_gemm_expect(shared.full + stage, (at - places) * 16);
      } else {
        a += row_bytes;
        b += row_bytes;
        ahead = false;
      }
      places += stage_places;
      if (++stage == end_stage) {
        heddle_gemm_rare();
        stage = 0;
        places = first_places;
        again = true;
      }
    } while (--planes != 0);
  }
}

// Each warp's start, without a stack: calls are the last thing in them. Their registers would be
// saved by all warps at once, and the first copy would wait behind that.

static __device__ __attribute__((noinline)) void heddle_gemm_start_copy(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  heddle_gemm_load_head(arguments.head, shared);
  bar_sync(heddle_gemm_ready, arguments.epilogue_warps * 32 + 33);
  if (arguments.bulk_copies == 0) return heddle_gemm_copy<false>(arguments, shared);
  return heddle_gemm_copy<true>(arguments, shared);
}

static __device__ __attribute__((noinline)) void heddle_gemm_start_multiply(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  const unsigned int lane = threadIdx.x % 32;
  if (lane != 0 && lane < 2 * heddle_gemm_most_stages) {
    heddle_mbarrier_init(shared.full + lane, 1);  // and those behind them
  }
  __syncwarp();
  const unsigned int column = heddle_tensor_await_columns(arguments.tensor_columns);
  shared.column = column;
  tcgen05_fence();
  bar_arrive(heddle_gemm_ready, arguments.epilogue_warps * 32 + 33);
  bar_sync(heddle_gemm_headed, 33);
  heddle_gemm_multiply_head(arguments.head, shared, column << 16);
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
  if (warp == 0) {
    if (threadIdx.x != 0) return;
    return heddle_gemm_start_copy(arguments, shared);
  }
  if (warp == 1) return heddle_gemm_start_multiply(arguments, shared);
  return heddle_gemm_start_epilogue<kPlain, C>(arguments, shared);
}

template <bool kPlain, typename C>
__global__ void heddle_gemm_kernel(const heddle_gemm_arguments* arguments) {
  extern __shared__ __align__(128) char heddle_gemm_memory[];
  heddle_gemm_run_block<kPlain, C>(heddle_gemm_memory, *arguments);
}

#undef HEDDLE_GEMM
