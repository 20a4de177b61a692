// The warp of heddle/gemm.h's kernel that issues the MMAs, and tells the others when the engine is
// through with a plane.
#pragma once

#include <cstdint>

#include "heddle/barrier.h"
#include "heddle/bulk_copy.h"
#include "heddle/gemm_layout.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"

#define HEDDLE_GEMM static __device__ __forceinline__

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
  heddle_mbarrier_wait_unchecked(heddle_gemm_address(&shared.head[0]), 0);
  heddle_gemm_mma(mma, a, b);
  if (rest_bytes == 0) return;
  heddle_mbarrier_wait_unchecked(heddle_gemm_address(&shared.head[1]), 0);
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

/// Where warp 1 is among the stages.
struct heddle_gemm_ring {
  unsigned int full, empty;  ///< addresses: + 8 * id is a stage's mbarrier
  unsigned int id, phase;    ///< the stage's barrier, heddle_gemm_free_stage and more
  unsigned int places;       ///< its operands, with tensor memory's column << 16
  unsigned int old_id, old_phase, old_complete;  ///< of the plane before; id 0: there is none

  /// Waits until the stage's plane is there.
  __device__ __forceinline__ void wait_full() const {
    heddle_mbarrier_wait_unchecked(full + 8 * id, phase);
  }

  /// The stage of the plane before is free, and its tile perhaps complete.
  __device__ __forceinline__ void retire(unsigned int threads) const {
    heddle_mbarrier_wait_unchecked(empty + 8 * old_id, old_phase);
    if (old_complete != 0) {
      heddle_gemm_rare();
      bar_arrive(old_complete, threads);
    }
    bar_arrive(old_id, 33);
  }

  /// The plane's MMAs are issued, of a tile's last plane with the barrier that tells of it.
  __device__ __forceinline__ void next(unsigned int complete, unsigned int stage_units,
                                       unsigned int stages, unsigned int threads) {
    tcgen05_commit(reinterpret_cast<std::uint64_t*>(empty + 8 * id));
    if (old_id != 0) retire(threads);
    old_id = id;
    old_phase = phase;
    old_complete = complete;
    places += stage_units;
    if (++id == heddle_gemm_free_stage + stages) {
      heddle_gemm_rare();
      id = heddle_gemm_free_stage;
      phase ^= 1;
      places -= stage_units * stages;
    }
  }
};

/// Warp 1. A plane is retired, that is, its stage is free and its tile perhaps complete, when the
/// next one is issued: of MMAs of a step each the last ones wait for a place in the engine until
/// about then, and this warp sleeps.
static __device__ __attribute__((noinline)) void heddle_gemm_multiply(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  const heddle_gemm_tile* tile = heddle_gemm_tiles(arguments);
  const heddle_gemm_tile* const end = tile + arguments.tiles;
  const unsigned int row_steps = arguments.row_bytes / 32;
  const unsigned int stage_units = arguments.stage_bytes / 16, stages = arguments.stages;
  const unsigned int threads = arguments.epilogue_warps * 32 + 32;
  constexpr unsigned int kAccumulate = heddle_gemm_accumulate;
  constexpr unsigned int kNextStep = heddle_gemm_next_step, kMoreSteps = heddle_gemm_more_steps;
  unsigned int d = shared.column << 16;
  heddle_gemm_ring ring = {};
  ring.full = heddle_gemm_address(shared.full) - 8 * heddle_gemm_free_stage;
  ring.empty = heddle_gemm_address(shared.empty) - 8 * heddle_gemm_free_stage;
  ring.id = heddle_gemm_free_stage;
  ring.places =
      ((heddle_shared_offset(&shared) + heddle_gemm_stages_offset) / 16 | arguments.swizzle) + d;
  unsigned int complete = heddle_gemm_complete, tiles_before = 0;
  // Accumulate, and the first step.
  unsigned int which =
      arguments.head.bytes != 0 ? kAccumulate | heddle_gemm_head_steps * kNextStep : 0;
  do {
    const unsigned int slab_units = tile->slab_units, b_places = tile->a_units - d;
    const unsigned int mma = tile->mma, second_mma = tile->second_mma + kAccumulate;
    const unsigned int second_a_places = tile->second_column;
    const unsigned int second_b_places = b_places + tile->second_units;
    unsigned int planes = tile->planes, slabs = tile->slabs;
    if (tiles_before >= 2) {
      bar_sync(complete + (heddle_gemm_drained - heddle_gemm_complete), threads);
      tcgen05_fence();
    }
    ++tiles_before;
    if (tile->second_mma != 0) {
      const unsigned int first_mma = mma + kAccumulate;
      unsigned int last_mma = first_mma + row_steps * kNextStep, complete_now = 0;
      do {
        if (planes == 1) {
          heddle_gemm_rare();
          last_mma = first_mma + tile->last_steps * kNextStep;
          complete_now = complete;
        }
        unsigned int a_mma = first_mma, b_mma = second_mma;
        const unsigned int a = ring.places, b = a + b_places;
        const unsigned int second_a = a + second_a_places, second_b = a + second_b_places;
        ring.wait_full();
        if (which != kAccumulate) {
          heddle_gemm_rare();
          if (which == 0) {
            heddle_gemm_mma(a_mma - kAccumulate, a, b);
            heddle_gemm_mma(b_mma - kAccumulate, second_a, second_b);
            which = kAccumulate + kNextStep;
          }
          a_mma += which - kAccumulate;
          b_mma += which - kAccumulate;
          which = kAccumulate;
        }
        if (a_mma != last_mma) {
          heddle_gemm_mma_steps(a_mma, b_mma, last_mma, a, b, second_a, second_b);
        }
        ring.next(complete_now, stage_units, stages, threads);
      } while (--planes != 0);
    } else {
      do {
        unsigned int steps = row_steps, complete_now = 0;
        if (planes == 1) {
          heddle_gemm_rare();
          steps = tile->last_steps;
          slabs = tile->last_slabs;
          complete_now = complete;
        }
        unsigned int a = ring.places, b = a + b_places;
        ring.wait_full();
        const unsigned int more = (row_steps - 1) * kMoreSteps;
        which += more - which / kNextStep * kMoreSteps;
        for (unsigned int left = slabs; --left != 0;) {
          heddle_gemm_mma(mma + which, a, b);
          which = kAccumulate + more;
          a += slab_units;
          b += slab_units;
        }
        heddle_gemm_mma(mma + which - (row_steps - steps) * kMoreSteps, a, b);
        which = kAccumulate;
        ring.next(complete_now, stage_units, stages, threads);
      } while (--planes != 0);
    }
    which = 0;
    complete ^= 1;
    const unsigned int half = arguments.tensor_columns << 15;  // the other one
    ring.places -= d;
    d ^= half;
    ring.places += d;
  } while (++tile != end);
  ring.retire(threads);
}

#undef HEDDLE_GEMM
