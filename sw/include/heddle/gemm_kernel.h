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
  unsigned int places = first_places, stage = 0;
  bool again = false;                            // the stages have been in use
  bool ahead = arguments.head.plane_bytes != 0;  // the first plane is loaded
  for (; tile != end; ++tile) {
    const unsigned int a_rows = tile->a_rows, b_rows = tile->b_rows, a_units = tile->a_units;
    const unsigned int slab_units = tile->slab_units, slabs = tile->slabs;
    unsigned int a = tile->a, b = tile->b, left = arguments.k_bytes;
    unsigned int row = row_bytes | row_bytes << 16;
    while (true) {
      if (again) {
        bar_sync(heddle_gemm_free_stage + stage, 33);
        heddle_bulk_fence();
      }
      unsigned int at = places, count = slabs;
      bool over;
      do {
        if (left < row_bytes) {
          heddle_gemm_rare();
          row = row_bytes | left << 16;
        }
        if (!ahead) {
          heddle_gemm_load<kEngine>(a, a_pitch, at, row, a_rows);
          heddle_gemm_load<kEngine>(b, b_pitch, at + a_units, row, b_rows);
        }
        at += slab_units;
        a += row_bytes;
        b += row_bytes;
        over = left <= row_bytes;
        left -= row_bytes;
      } while (!over && --count != 0);
      if (!ahead) heddle_gemm_expect(shared.full + stage, (at - places) * 16);
      ahead = false;
      places += stage_places;
      if (++stage == end_stage) {
        heddle_gemm_rare();
        stage = 0;
        places = first_places;
        again = true;
      }
      if (over) break;
    }
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

/// Warp 1.
static __device__ __attribute__((noinline)) void heddle_gemm_multiply(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
  const heddle_gemm_tile* tile = heddle_gemm_tiles(arguments);
  const unsigned int swizzle = arguments.swizzle, row_bytes = arguments.row_bytes;
  const unsigned int first_places =
      (heddle_shared_offset(&shared) + heddle_gemm_stages_offset) / 16 | swizzle;
  const unsigned int stage_units = arguments.stage_bytes / 16, end_stage = arguments.stages;
  const unsigned int threads = arguments.epilogue_warps * 32 + 32;
  constexpr unsigned int kAccumulate = 1u << 13, kNextStep = 1u << 14, kMoreSteps = 1u << 16;
  // MMAs that the engine has places for behind the plane before: when the last of them is issued,
  // that plane is about complete. So this warp sleeps until then.
  constexpr unsigned int kAhead = 6;
  unsigned int d = shared.column << 16;
  unsigned int phase = 0, stage = 0, places = first_places;
  // The plane before, which is to be retired, and whether it completes a tile.
  unsigned int old_stage = 0, old_phase = 0, old_complete = 0;
  bool old = false;
  const auto retire = [&] {
    old = false;
    heddle_gemm_wait(&shared.empty[old_stage], old_phase);
    if (old_complete != 0) bar_arrive(old_complete, threads);
    bar_arrive(heddle_gemm_free_stage + old_stage, 33);
  };
  const bool headed = arguments.head.bytes != 0;
  unsigned int accumulate = headed ? kAccumulate : 0, step = headed ? heddle_gemm_head_steps : 0;
  for (unsigned int i = 0; i < arguments.tiles; ++i, ++tile) {
    const unsigned int a_units = tile->a_units, slab_units = tile->slab_units;
    const unsigned int slabs = tile->slabs, one_step = tile->one_step;
    const unsigned int mma = tile->mma, second_mma = tile->second_mma;
    const unsigned int second_column = tile->second_column, second_units = tile->second_units;
    const unsigned int ahead = second_mma != 0 ? kAhead / 2 : kAhead;
    unsigned int left = arguments.k_bytes, steps = row_bytes / 32;
    // The end of the plane before is waited for at once by the first plane of a tile, and by one whose
    // MMAs have several steps: one of them is work enough for the engine meanwhile.
    bool first = true;
    if (i >= 2) {
      bar_sync(heddle_gemm_drained + i % 2, threads);
      tcgen05_fence();
    }
    while (true) {
      unsigned int at = places, count = slabs, places_left = first || one_step == 0 ? 1 : ahead;
      first = false;
      bool over;
      heddle_gemm_wait(&shared.full[stage], phase);
      do {
        const unsigned int a = at | d, b = at + a_units;
        if (left < row_bytes) {
          heddle_gemm_rare();
          steps = (left + 31) / 32;
        }
        if (one_step != 0) {
          const unsigned int end = steps * kNextStep;
          for (unsigned int now = step * kNextStep; now != end; now += kNextStep) {
            heddle_gemm_mma(mma | accumulate | now, a, b);
            if (second_mma != 0) {
              heddle_gemm_mma(second_mma | accumulate | now, a + second_column, b + second_units);
            }
            accumulate = kAccumulate;
            if (--places_left == 0 && old) retire();
          }
        } else {
          const unsigned int which =
              accumulate | step * kNextStep | (steps - step - 1) * kMoreSteps;
          heddle_gemm_mma(mma | which, a, b);
          accumulate = kAccumulate;
          if (--places_left == 0 && old) retire();
        }
        step = 0;
        at += slab_units;
        over = left <= row_bytes;
        left -= row_bytes;
      } while (!over && --count != 0);
      tcgen05_commit(&shared.empty[stage]);
      if (old) retire();
      old = true;
      old_stage = stage;
      old_phase = phase;
      old_complete = over ? heddle_gemm_complete + i % 2 : 0;
      places += stage_units;
      if (++stage == end_stage) {
        heddle_gemm_rare();
        stage = 0;
        phase ^= 1;
        places = first_places;
      }
      if (over) break;
    }
    accumulate = 0;
    d ^= arguments.tensor_columns << 15;  // the other half
  }
  retire();
}

// Each warp's start, without a stack: calls are the last thing in them. Their registers would be
// saved by all warps at once, and the first copy would wait behind that.

static __device__ __attribute__((noinline)) void heddle_gemm_start_copy(
    const heddle_gemm_arguments& arguments, heddle_gemm_shared& shared) {
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
    heddle_gemm_load_head(arguments.head, shared);
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
