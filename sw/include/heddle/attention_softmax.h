// The softmax of heddle/attention.h, from the scores S in tensor memory to the weights P in shared
// memory, and the end of a tile: O of its sums.
//
// P = 2^(scale * S - reference). The reference is the greatest of the row's first scores, and stays
// while P does not become too large: so the maximum is not looked for in each step, and O is seldom
// scaled anew. A warp has 16 rows of a tile, in two groups of 8: thread t has row t / 4 of each,
// and the columns that are t modulo 4.
#pragma once

#include <cuda_fp16.h>

#include <cstdint>

#include "heddle/attention_layout.h"
#include "heddle/barrier.h"
#include "heddle/math.h"
#include "heddle/narrow_floats.h"
#include "heddle/tensor.h"
#include "heddle/warp.h"

#define HEDDLE_ATTENTION static __device__ __forceinline__

HEDDLE_ATTENTION float heddle_attention_across_row(float x, bool maximum) {
  const float y = __shfl_xor_sync(0xffffffff, x, 1);
  x = maximum ? fmaxf(x, y) : x + y;
  const float z = __shfl_xor_sync(0xffffffff, x, 2);
  return maximum ? fmaxf(x, z) : x + z;
}

struct heddle_attention_row {
  float reference;
  float sum;  ///< of the thread's P
};

/// What a warp has of its tile: where its thread's first elements are.
struct heddle_attention_place {
  unsigned int s, sums;  ///< tensor addresses
  unsigned int p;        ///< P's row
};

/// A row's units are in two halves, of which the swizzle makes half of the rows' threads begin with
/// the second one: so P's places in both are at a constant distance. Where the thread's word is in
/// the units of the first bytes of its row, and where its scores for these are.
template <typename Shape>
struct heddle_attention_halves {
  static constexpr unsigned int kUnits = Shape::kRowBytes / 32;
  unsigned int to[kUnits];
  unsigned int columns;  ///< distance of the scores: of the first half, 0 or kKeys / 2

  __device__ __forceinline__ explicit heddle_attention_halves(unsigned int row) {
    const unsigned int lane = threadIdx.x % 32, swizzle = Shape::swizzle(lane / 4);
    columns = swizzle / kUnits * (Shape::kKeys / 2);
#pragma unroll
    for (unsigned int u = 0; u < kUnits; ++u) {
      to[u] = row + (u ^ swizzle % kUnits) * 16 + lane % 4 * 4;
    }
  }
};

/// P of a thread's scores, of which the first `left` columns of the row are valid, and their sum.
template <typename Shape, bool kMasked, unsigned int kGroup>
HEDDLE_ATTENTION float heddle_attention_weigh(unsigned int s,
                                              const heddle_attention_halves<Shape>& halves,
                                              float scale, float reference, unsigned int left) {
  constexpr unsigned int kHalf = Shape::kScores / 2, kBatch = 4;
  static_assert(kHalf % kBatch == 0);
  float sum = 0;
#pragma unroll
  for (unsigned int first = 0; first < Shape::kScores; first += kBatch) {
    const unsigned int columns = first < kHalf ? halves.columns : halves.columns ^ Shape::kKeys / 2;
    unsigned int from = s + columns + 4 * (first % kHalf);
    const unsigned int column = threadIdx.x % 4 + columns + 4 * (first % kHalf);
    float p[kBatch];
#pragma unroll
    for (unsigned int i = 0; i < kBatch; ++i) {
      __asm__ __volatile__("" : "+r"(from));  // made here: kept for all steps, it would be spilled
      p[i] = tcgen05_ld_float(from);
      from += 4;
    }
#pragma unroll
    for (unsigned int i = 0; i < kBatch; ++i) {
      p[i] = __builtin_fmaf(p[i], scale, -reference);
      if (kMasked && 4 * i + column >= left) p[i] = -__builtin_inff();
      p[i] = heddle_ex2_approx(p[i]);
    }
#pragma unroll
    for (unsigned int i = 0; i < kBatch; ++i) sum = first + i == 0 ? p[0] : sum + p[i];
    __asm__ __volatile__("" : "+r"(sum));  // made here: else all P would be kept for it
#pragma unroll
    for (unsigned int i = 0; i < kBatch; i += Shape::kElementBytes == 2 ? 1 : 2) {
      const unsigned int n = first % kHalf + i;
      auto* const place = reinterpret_cast<unsigned short*>(
          halves.to[n / Shape::kInWord] + kGroup * 8 * Shape::kRowBytes +
          first / kHalf * (Shape::kRowBytes / 2) + n % Shape::kInWord * Shape::kElementBytes);
      if constexpr (Shape::kElementBytes == 2) {
        *place = heddle_float_to_half(p[i]);
      } else {
        *place = heddle_floats_to_e4m3x2(p[i], p[i + 1]);
      }
    }
  }
  return sum;
}

/// The greatest of the row's first 4 * kCount scores, less kOffset.
template <typename Shape, unsigned int kCount, bool kMasked>
HEDDLE_ATTENTION float heddle_attention_greatest(unsigned int s, float scale, unsigned int left) {
  const unsigned int column = threadIdx.x % 4;
  float scores[kCount];
#pragma unroll
  for (unsigned int i = 0; i < kCount; ++i) {
    __asm__ __volatile__("" : "+r"(s));
    scores[i] = tcgen05_ld_float(s);
    s += 4;
  }
  float most = -__builtin_inff();
#pragma unroll
  for (unsigned int i = 0; i < kCount; ++i) {
    const float score = scores[i] * scale;
    if (!kMasked || 4 * i + column < left) most = fmaxf(most, score);
  }
  return heddle_attention_across_row(most, true) - Shape::kOffset;
}

/// A step of a group of rows that is the first one, or has an edge, or whose P is too large.
template <typename Shape>
static __device__ __attribute__((noinline)) heddle_attention_row heddle_attention_weigh_rarely(
    heddle_attention_place place, unsigned int columns, float scale, heddle_attention_row row,
    unsigned int left, bool first) {
  const heddle_attention_halves<Shape> halves(place.p);
  if (first) {
    // Without any keys P is 0 with every reference.
    const float greatest =
        heddle_attention_greatest<Shape, Shape::kFirstScores, true>(place.s, scale, left);
    row.reference = greatest == -__builtin_inff() ? 0.0F : greatest;
    row.sum = 0;
  }
  const float sum =
      heddle_attention_weigh<Shape, true, 0>(place.s, halves, scale, row.reference, left);
  const unsigned int beyond = __ballot_sync(0xffffffff, !(sum <= Shape::kLimit));
  if (beyond == 0) {
    row.sum += sum;
    return row;
  }
  // Rows with such a P begin anew with the greatest score, and O's sums are scaled for it; the
  // other ones take part.
  const bool changes = (beyond >> (threadIdx.x % 32 / 4 * 4) & 15) != 0;
  const float greatest =
      heddle_attention_greatest<Shape, Shape::kScores, true>(place.s, scale, left);
  const float raised = changes ? fmaxf(row.reference, greatest) : row.reference;
  const float factor = heddle_ex2_approx(row.reference - raised);
  for (unsigned int n = first ? columns : 0; n < columns; n += 4) {
    tcgen05_st_float(place.sums + n, tcgen05_ld_float(place.sums + n) * factor);
  }
  const float again = heddle_attention_weigh<Shape, true, 0>(place.s, halves, scale, raised, left);
  return {raised, __builtin_fmaf(row.sum, factor, again)};
}

struct heddle_attention_sums {
  float first, second;  ///< of the groups' P
};

/// A step without an edge. (A function of its own: so it has all registers.)
template <typename Shape>
static __device__ __attribute__((noinline)) heddle_attention_sums heddle_attention_weigh_both(
    unsigned int s, unsigned int p, float scale, float first_reference, float second_reference) {
  const heddle_attention_halves<Shape> halves(p);
  const float first = heddle_attention_weigh<Shape, false, 0>(s, halves, scale, first_reference, 0);
  const float second = heddle_attention_weigh<Shape, false, 1>(
      s + heddle_tensor_address(8, 0), halves, scale, second_reference, 0);
  return {first, second};
}

HEDDLE_ATTENTION void heddle_attention_put(__half* to, float x) {
  *reinterpret_cast<unsigned short*>(to) = heddle_float_to_half(x);
}
HEDDLE_ATTENTION void heddle_attention_put(float* to, float x) { *to = x; }

/// kCount of a thread's sums to O.
template <unsigned int kCount, typename Output>
HEDDLE_ATTENTION void heddle_attention_put_sums(unsigned int& from, Output*& to, float inverse) {
  float x[kCount];
#pragma unroll
  for (unsigned int i = 0; i < kCount; ++i) {
    __asm__ __volatile__("" : "+r"(from));
    x[i] = tcgen05_ld_float(from);
    from += 4;
  }
#pragma unroll
  for (unsigned int i = 0; i < kCount; ++i) {
    heddle_attention_put(to + i / 2 * 8 + i % 2, x[i] * inverse);
  }
  to += kCount / 2 * 8;
}

/// O of a row of a thread; V's columns are in an order in which it has two neighbours. Takes the
/// whole warp; `valid`: this row is stored.
template <typename Output>
static __device__ __attribute__((noinline)) void heddle_attention_finish(unsigned int from,
                                                                         Output* to,
                                                                         unsigned int columns,
                                                                         float thread_sum,
                                                                         bool valid) {
  const float sum = heddle_attention_across_row(thread_sum, false);
  if (!valid) return;
  const float inverse = sum != 0 ? 1.0F / sum : 0.0F;
  to += threadIdx.x % 4 * 2;
  constexpr unsigned int kBatch = 8;
  unsigned int left = columns / 4;
  for (; left >= kBatch; left -= kBatch) heddle_attention_put_sums<kBatch>(from, to, inverse);
  for (; left != 0; left -= 2) heddle_attention_put_sums<2>(from, to, inverse);
}

/// The cycle of the last store, if it is asked for.
HEDDLE_ATTENTION void heddle_attention_tell_end(unsigned int end) {
  if (end == 0) return;
  __threadfence();
  const auto now = static_cast<unsigned int>(clock());
  if (threadIdx.x % 32 == 0) atomicMax(reinterpret_cast<unsigned int*>(end), now);
}

/// A warp of the softmax: `warp` of those of its tile.
template <typename Shape, typename Output>
static __device__ __attribute__((noinline)) void heddle_attention_softmax(
    const heddle_attention_arguments& arguments, const heddle_attention_shared& shared,
    const char* memory, unsigned int tile, unsigned int warp) {
  const unsigned int lane = threadIdx.x % 32;
  const unsigned int row = warp * heddle_attention_warp_rows + lane / 4;
  const unsigned int corner = shared.column + heddle_tensor_address(row, lane % 4);
  heddle_attention_place place;
  place.s = arguments.s[tile] + corner;
  place.sums = arguments.sums[tile] + corner;
  place.p = static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(memory)) + arguments.p_at +
            tile * arguments.p_bytes + row * Shape::kRowBytes;
  const unsigned int threads = arguments.tile_warps * 32 + 1;
  const unsigned int pitch = arguments.o.row / sizeof(Output);
  const float scale = arguments.scale;
  const auto group_place = [&](unsigned int group) {
    return heddle_attention_place{place.s + heddle_tensor_address(group * 8, 0),
                                  place.sums + heddle_tensor_address(group * 8, 0),
                                  place.p + group * 8 * Shape::kRowBytes};
  };
  heddle_attention_row rows[2] = {};
  heddle_attention_items items(arguments, Shape::kKeys);
  // The tiles' softmaxes take turns, while both have steps: so one's is beside the other's MMAs.
  const unsigned int turn_threads = 2 * arguments.tile_warps * 32;
  bool has_turn = tile == 0;
  unsigned int to_other = Shape::kKeys;  // S
  bar_sync(heddle_attention_scores + tile, threads);
  while (true) {
    const unsigned int steps = items.steps(tile), turns = min(steps, items.steps(tile ^ 1));
    const unsigned int first_row = items.first_row(tile) + row;
    // No row of the warp has an edge before.
    const unsigned int whole =
        items.seen(items.first_row(tile) + warp * heddle_attention_warp_rows) / Shape::kKeys;
    const auto rarely = [&](unsigned int group, unsigned int step) {
      const unsigned int seen = items.seen(first_row + group * 8), before = step * Shape::kKeys;
      rows[group] = heddle_attention_weigh_rarely<Shape>(
          group_place(group), arguments.head_size, scale, rows[group],
          seen < before ? 0 : seen - before, step == 0);
    };
    for (unsigned int step = 0; step < steps; ++step) {
      if (step != 0) bar_sync(heddle_attention_scores + tile, threads);
      if (step < turns && !has_turn) bar_sync(heddle_attention_turn + tile, turn_threads);
      has_turn = false;
      bool usual = step < whole;
      if (usual) {
        if (step == 0) {
          rows[0] = {heddle_attention_greatest<Shape, Shape::kFirstScores, false>(place.s, scale, 0),
                     0};
          rows[1] = {heddle_attention_greatest<Shape, Shape::kFirstScores, false>(
                         group_place(1).s, scale, 0),
                     0};
        }
        const heddle_attention_sums sums = heddle_attention_weigh_both<Shape>(
            place.s, place.p, scale, rows[0].reference, rows[1].reference);
        usual = __all_sync(0xffffffff,
                           sums.first <= Shape::kLimit && sums.second <= Shape::kLimit) != 0;
        if (usual) {
          rows[0].sum += sums.first;
          rows[1].sum += sums.second;
        }
      }
      if (!usual) {
        rarely(0, step);
        rarely(1, step);
      }
      tcgen05_fence();
      bar_arrive(heddle_attention_weighed + tile, threads);
      if (step < turns) bar_arrive(heddle_attention_turn + (tile ^ 1), turn_threads);
      place.s += to_other;
      to_other = 0 - to_other;
    }
    auto* const out = reinterpret_cast<Output*>(items.matrix(arguments.o)) + first_row * pitch;
    items.next();
    bar_sync(heddle_attention_scores + tile, threads);
    heddle_attention_finish(place.sums, out, arguments.head_size, rows[0].sum,
                            first_row < arguments.queries);
    heddle_attention_finish(group_place(1).sums, out + 8 * pitch, arguments.head_size, rows[1].sum,
                            first_row + 8 < arguments.queries);
    if (!items.there()) break;
  }
  heddle_attention_tell_end(arguments.end);
}

#undef HEDDLE_ATTENTION
