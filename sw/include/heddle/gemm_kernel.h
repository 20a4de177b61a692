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

/// Waits for a phase's end; counts are right here.
HEDDLE_GEMM void heddle_gemm_wait(const std::uint64_t* mbarrier, unsigned int parity) {
  unsigned int now;
  do {
    __asm__ __volatile__(HEDDLE_ASM_MBARRIER_TRY_WAIT("%0", "%1", "%2")
                         : "=r"(now)
                         : "r"(parity), "r"(mbarrier)
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

/// The head's MMAs; the mbarriers are right. `d`: tensor memory's column << 16.
HEDDLE_GEMM void heddle_gemm_multiply_head(const heddle_gemm_head& head,
                                           const heddle_gemm_shared& shared, unsigned int d) {
  const unsigned int base = heddle_shared_offset(&shared) / 16;
  const unsigned int a = ((head.a_place & 0xffff) + base) | d, b = (head.b_place & 0xffff) + base;
  const unsigned int rest = (head.rest_place & 0xffff) + base, rest_bytes = head.rest_bytes;
  const unsigned int mma = head.mma, rest_mma = head.rest_mma, first = head.b_rows << 16;
  if (head.bytes == 0) return;
  heddle_gemm_wait(&shared.head[0], 0);
  heddle_gemm_mma(mma, a, b);
  if (rest_bytes == 0) return;
  heddle_gemm_wait(&shared.head[1], 0);
  heddle_gemm_mma(rest_mma, a + first, rest);
}

/// MMAs of a K-step each, of both halves by turns: `mma` and `second_mma` with the first step,
/// which is before that of `end`.
HEDDLE_GEMM void heddle_gemm_mma_steps(unsigned int mma, unsigned int second_mma, unsigned int end,
                                       unsigned int a, unsigned int b, unsigned int second_a,
                                       unsigned int second_b) {
  register unsigned int a_low __asm__("a2") = a;
  register unsigned int a_high __asm__("a3") = 0;
  register unsigned int b_low __asm__("a4") = b;
  register unsigned int b_high __asm__("a5") = 0;
  register unsigned int second_a_low __asm__("a6") = second_a;
  register unsigned int second_a_high __asm__("a7") = 0;
  register unsigned int second_b_low __asm__("t3") = second_b;
  register unsigned int second_b_high __asm__("t4") = 0;
  __asm__ __volatile__("1:\n" HEDDLE_ASM_TENSOR_MMA("%0", "a2", "a4") "\n"
                       HEDDLE_ASM_TENSOR_MMA("%1", "a6", "t3") "\n"
                       "add %0, %0, %3\n"
                       "add %1, %1, %3\n"
                       "bne %0, %2, 1b"
                       : "+r"(mma), "+r"(second_mma)
                       : "r"(end), "r"(heddle_gemm_next_step), "r"(a_low), "r"(a_high),
                         "r"(b_low), "r"(b_high), "r"(second_a_low), "r"(second_a_high),
                         "r"(second_b_low), "r"(second_b_high)
                       : "memory");
}

/// Warp 1. A plane is retired, that is, its stage is free and its tile perhaps complete, when the
/// next one is issued: of MMAs of a step each the last ones wait for a place in the engine until
/// about then, and this warp sleeps.
static __device__ __attribute__((noinline)) void heddle_gemm_multiply(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  const heddle_gemm_tile* tile = heddle_gemm_tiles(arguments);
  const heddle_gemm_tile* const end = tile + arguments.tiles;
  const unsigned int row_steps = arguments.row_bytes / 32;
  const unsigned int first_places =
      (heddle_shared_offset(&shared) + heddle_gemm_stages_offset) / 16 | arguments.swizzle;
  const unsigned int stage_units = arguments.stage_bytes / 16, end_stage = arguments.stages;
  const unsigned int threads = arguments.epilogue_warps * 32 + 32;
  constexpr unsigned int kAccumulate = heddle_gemm_accumulate;
  constexpr unsigned int kNextStep = heddle_gemm_next_step, kMoreSteps = heddle_gemm_more_steps;
  unsigned int d = shared.column << 16;
  unsigned int phase = 0, stage = 0, places = first_places;
  unsigned int complete = heddle_gemm_complete, tiles_before = 0;
  unsigned int old = 0, old_phase = 0, old_complete = 0;  // the plane before: its stage + 1, or 0
  // Accumulate, and the first step.
  unsigned int which =
      arguments.head.bytes != 0 ? kAccumulate | heddle_gemm_head_steps * kNextStep : 0;
  const auto retire = [&] {
    heddle_gemm_wait(shared.empty + old - 1, old_phase);
    if (old_complete != 0) {
      heddle_gemm_rare();
      bar_arrive(old_complete, threads);
    }
    bar_arrive(heddle_gemm_free_stage - 1 + old, 33);
  };
  do {
    const unsigned int a_units = tile->a_units, slab_units = tile->slab_units;
    const unsigned int mma = tile->mma, second_mma = tile->second_mma;
    const unsigned int second_column = tile->second_column, second_units = tile->second_units;
    unsigned int planes = tile->planes, slabs = tile->slabs;
    if (tiles_before >= 2) {
      bar_sync(complete + (heddle_gemm_drained - heddle_gemm_complete), threads);
      tcgen05_fence();
    }
    ++tiles_before;
    do {
      unsigned int steps = row_steps, complete_now = 0;
      if (planes == 1) {
        heddle_gemm_rare();
        steps = tile->last_steps;
        slabs = tile->last_slabs;
        complete_now = complete;
      }
      unsigned int a = places + d, b = places + a_units;
      heddle_gemm_wait(shared.full + stage, phase);
      if (second_mma != 0) {
        const unsigned int second_a = a + second_column, second_b = b + second_units;
        const unsigned int last = kAccumulate + steps * kNextStep;
        if (which == 0) {
          heddle_gemm_rare();
          heddle_gemm_mma(mma, a, b);
          heddle_gemm_mma(second_mma, second_a, second_b);
          which = kAccumulate + kNextStep;
        }
        if (which != last) {
          heddle_gemm_mma_steps(mma + which, second_mma + which, mma + last, a, b, second_a,
                                second_b);
        }
      } else {
        const unsigned int more = (row_steps - 1) * kMoreSteps;
        which += more - which / kNextStep * kMoreSteps;
        for (unsigned int left = slabs; --left != 0;) {
          heddle_gemm_mma(mma + which, a, b);
          which = kAccumulate + more;
          a += slab_units;
          b += slab_units;
        }
        heddle_gemm_mma(mma + which - (row_steps - steps) * kMoreSteps, a, b);
      }
      which = kAccumulate;
      tcgen05_commit(&shared.empty[stage]);
      if (old != 0) retire();
      old = ++stage;
      old_phase = phase;
      old_complete = complete_now;
      places += stage_units;
      if (stage == end_stage) {
        heddle_gemm_rare();
        stage = 0;
        phase ^= 1;
        places = first_places;
      }
    } while (--planes != 0);
    which = 0;
    complete ^= 1;
    d ^= arguments.tensor_columns << 15;  // the other half
  } while (++tile != end);
  retire();
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
  unsigned int column;
  do {
    column = tcgen05_alloc(arguments.tensor_columns);
  } while (column == heddle_no_columns);
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
