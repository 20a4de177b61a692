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
#include <type_traits>

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

/// body(a constant of type unsigned int) for each one from kIndex on.
template <unsigned int kIndex, unsigned int kEnd, typename Body>
HEDDLE_ATTENTION void heddle_attention_each(const Body& body) {
  if constexpr (kIndex != kEnd) {
    body(std::integral_constant<unsigned int, kIndex>());
    heddle_attention_each<kIndex + 1, kEnd>(body);
  }
}

/// Whether P of the thread was beyond the largest number of its format since the last call: a flag
/// of the conversions, so that it takes no instruction a score. All P must be stored by then: only
/// that keeps their conversions before this. An OF of anything else between counts, too, and makes
/// no result wrong: a step is done again.
HEDDLE_ATTENTION bool heddle_attention_beyond() {
  constexpr unsigned int kOverflow = 4;
  unsigned int flags;
  __asm__ __volatile__("csrrci %0, " HEDDLE_STRINGIZE(HEDDLE_CSR_FFLAGS) ", 4"
                       : "=r"(flags)
                       :
                       : "memory");
  return (flags & kOverflow) != 0;
}

/// Of a warp that is together.
HEDDLE_ATTENTION bool heddle_attention_any(bool x) {
  unsigned int any;
  __asm__ __volatile__(HEDDLE_ASM_VOTE_ANY("%0", "%1", "%2") : "=r"(any) : "r"(x), "r"(-1));
  return any != 0;
}

struct heddle_attention_row {
  float reference;
  float sum;  ///< of the thread's P, if the lanes add it
};

/// What a warp has of its tile: where its thread's first elements are.
struct heddle_attention_place {
  unsigned int s, sums;  ///< tensor addresses
  unsigned int p;        ///< P's row
};

/// A row's units are in two halves, of which the swizzle makes half of the rows' threads begin with
/// the second one: so P's places in both are at a constant distance. Where the thread's words are
/// in the units of the first bytes of its row, and how far its scores for these and the others are.
template <typename Shape>
struct heddle_attention_halves {
  static constexpr unsigned int kUnits = Shape::kRowBytes / 32;
  unsigned int to[kUnits];
  unsigned int columns[2];

  __device__ __forceinline__ explicit heddle_attention_halves(unsigned int row) {
    const unsigned int lane = threadIdx.x % 32, swizzle = Shape::swizzle(lane / 4);
    columns[0] = swizzle / kUnits * (Shape::kKeys / 2);
    columns[1] = columns[0] ^ Shape::kKeys / 2;
#pragma unroll
    for (unsigned int u = 0; u < kUnits; ++u) {
      to[u] = row + (u ^ swizzle % kUnits) * 16 + lane % 4 * 4;
    }
  }
};

/// kCount of a thread's words, from column kColumn on.
template <unsigned int kCount, int kColumn>
HEDDLE_ATTENTION void heddle_attention_load_words(unsigned int from, float* to) {
  if constexpr (kCount != 0) {
    *to = tcgen05_ld_float<kColumn>(from);
    heddle_attention_load_words<kCount - 1, kColumn + 4>(from, to + 1);
  }
}

/// Two weights to their place, side by side.
template <typename Shape>
HEDDLE_ATTENTION void heddle_attention_put_weights(unsigned int to, float first, float second) {
  if constexpr (Shape::kElementBytes == 2) {
    *reinterpret_cast<unsigned int*>(to) = heddle_floats_to_halves(first, second);
  } else {
    *reinterpret_cast<unsigned short*>(to) = heddle_floats_to_e4m3x2(first, second);
  }
}

/// P of a thread's scores from number kFirst on, of which the first `left` columns of the row are
/// valid. If the lanes add P: their sum and `before`, batch by batch, in each by pairs. s: where
/// the scores of both halves begin, kColumn columns before. kPlace: from the places of `halves` to
/// the row, in bytes.
template <typename Shape, bool kMasked, int kColumn, int kPlace, unsigned int kFirst = 0>
HEDDLE_ATTENTION float heddle_attention_weigh(const unsigned int (&s)[2],
                                              const heddle_attention_halves<Shape>& halves,
                                              float scale, float reference, unsigned int left,
                                              float before = 0) {
  constexpr unsigned int kBatch = Shape::kBatch, kHalf = Shape::kScores / 2;
  constexpr unsigned int kIn = kFirst % kHalf;
  float p[kBatch];
  heddle_attention_load_words<kBatch, kColumn + 4 * kIn>(s[kFirst / kHalf], p);
#pragma unroll
  for (unsigned int i = 0; i < kBatch; ++i) {
    p[i] = __builtin_fmaf(p[i], scale, -reference);
    if (kMasked && threadIdx.x % 4 + halves.columns[kFirst / kHalf] + 4 * (kIn + i) >= left) {
      p[i] = -__builtin_inff();
    }
    p[i] = heddle_ex2_approx(p[i]);
  }
#pragma unroll
  for (unsigned int i = 0; i < kBatch; i += 2) {
    heddle_attention_put_weights<Shape>(halves.to[(kIn + i) / Shape::kInWord] + kPlace +
                                            kFirst / kHalf * (Shape::kRowBytes / 2) +
                                            (kIn + i) % Shape::kInWord * Shape::kElementBytes,
                                        p[i], p[i + 1]);
  }
  float sum = 0;
  if constexpr (!Shape::kEngineSums) {
#pragma unroll
    for (unsigned int width = kBatch / 2; width != 0; width /= 2) {
#pragma unroll
      for (unsigned int i = 0; i < width; ++i) p[i] = p[2 * i] + p[2 * i + 1];
    }
    sum = kFirst == 0 ? p[0] : before + p[0];
    __asm__ __volatile__("" : "+r"(sum));  // made here: else all P would be kept for it
  }
  if constexpr (kFirst + kBatch < Shape::kScores) {
    return heddle_attention_weigh<Shape, kMasked, kColumn, kPlace, kFirst + kBatch>(
        s, halves, scale, reference, left, sum);
  }
  return sum;
}

/// The greatest of the row's first 4 * kCount scores, less kOffset.
template <typename Shape, unsigned int kCount, bool kMasked>
HEDDLE_ATTENTION float heddle_attention_greatest(unsigned int s, float scale, unsigned int left) {
  const unsigned int column = threadIdx.x % 4;
  float scores[kCount];
  heddle_attention_load_words<kCount, 0>(s, scores);
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
static __device__ __attribute__((noinline)) heddle_attention_row
heddle_attention_weigh_rarely(heddle_attention_place place, unsigned int columns, float scale,
                              heddle_attention_row row, unsigned int left, bool first) {
  const heddle_attention_halves<Shape> halves(place.p);
  const unsigned int s[2] = {place.s + halves.columns[0], place.s + halves.columns[1]};
  if (first) {
    // Without any keys P is 0 with every reference.
    const float greatest =
        heddle_attention_greatest<Shape, Shape::kFirstScores, true>(place.s, scale, left);
    row.reference = greatest == -__builtin_inff() ? 0.0F : greatest;
    row.sum = 0;
  }
  const float sum =
      heddle_attention_weigh<Shape, true, 0, 0>(s, halves, scale, row.reference, left);
  const unsigned int beyond = __ballot_sync(0xffffffff, heddle_attention_beyond());
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
  columns += Shape::kSumColumns;
  for (unsigned int n = first ? columns : 0; n < columns; n += 4) {
    tcgen05_st_float(place.sums + n, tcgen05_ld_float(place.sums + n) * factor);
  }
  const float again = heddle_attention_weigh<Shape, true, 0, 0>(s, halves, scale, raised, left);
  return {raised, __builtin_fmaf(row.sum, factor, again)};
}

HEDDLE_ATTENTION void heddle_attention_put(__half* to, float first, float second) {
  *reinterpret_cast<unsigned int*>(to) = heddle_floats_to_halves(first, second);
}
HEDDLE_ATTENTION void heddle_attention_put(float* to, float first, float second) {
  to[0] = first;
  to[1] = second;
}

/// kCount of a thread's sums to O.
template <unsigned int kCount, typename Output>
HEDDLE_ATTENTION void heddle_attention_put_sums(unsigned int& from, Output*& to, float inverse) {
  float x[kCount];
  heddle_attention_load_words<kCount, 0>(from, x);
  from += 4 * kCount;
#pragma unroll
  for (unsigned int i = 0; i < kCount; i += 2) {
    heddle_attention_put(to + i * 4, x[i] * inverse, x[i + 1] * inverse);
  }
  to += kCount * 4;
}

/// O of a row of a thread; V's columns are in an order in which it has two neighbours. Takes the
/// whole warp; `valid`: this row is stored.
template <typename Shape, typename Output>
static __device__ __attribute__((noinline)) void heddle_attention_finish(
    unsigned int from, Output* to, unsigned int columns, float thread_sum, bool valid) {
  const float sum = Shape::kEngineSums ? tcgen05_ld_float(from + columns - threadIdx.x % 4)
                                       : heddle_attention_across_row(thread_sum, false);
  if (!valid) return;
  const float inverse = sum != 0 ? heddle_rcp_approx(sum) : 0.0F;
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
[[noreturn]] static __device__ __attribute__((noinline)) void heddle_attention_softmax(
    const heddle_attention_arguments& arguments, const heddle_attention_shared& shared,
    const char* memory, unsigned int tile, unsigned int warp) {
  constexpr unsigned int kGroups = heddle_attention_warp_rows / 8;
  // Groups of rows lie before and behind this place: a store's immediate has a sign.
  constexpr int kGroupBytes = 8 * Shape::kRowBytes;
  constexpr int kFirstPlace = -static_cast<int>(kGroups) / 2 * kGroupBytes;
  const unsigned int lane = threadIdx.x % 32;
  const unsigned int row = warp * heddle_attention_warp_rows + lane / 4;
  const unsigned int corner = shared.column + heddle_tensor_address(row, lane % 4);
  const unsigned int p_row = static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(memory)) +
                             arguments.p_at + tile * arguments.p_bytes + row * Shape::kRowBytes;
  const heddle_attention_halves<Shape> halves(p_row - static_cast<unsigned int>(kFirstPlace));
  unsigned int s[kGroups][2];  // of the first of the two places; the other one is an immediate away
#pragma unroll
  for (unsigned int i = 0; i < kGroups; ++i) {
#pragma unroll
    for (unsigned int half = 0; half < 2; ++half) {
      s[i][half] = arguments.s[tile] + corner + heddle_tensor_address(i * 8, halves.columns[half]);
      __asm__ __volatile__("" : "+r"(s[i][half]));  // kept, not made anew in each step
    }
  }
  const unsigned int threads = arguments.tile_warps * 32 + 1;
  const float scale = arguments.scale;
  heddle_attention_row rows[kGroups] = {};
  heddle_attention_items items(arguments, Shape::kKeys);
  // The tiles' softmaxes take turns, while both have steps: so one's is beside the other's MMAs.
  const unsigned int turn_threads = 2 * arguments.tile_warps * 32;
  if (tile == 1) bar_arrive(heddle_attention_turn, turn_threads);  // tile 0 has the first one
  // Of an item; of the next one before its scores are waited for.
  unsigned int steps, turns, first_row, whole;
  const auto look_at_item = [&]() __attribute__((always_inline)) {
    steps = items.steps(tile);
    turns = min(steps, items.steps(tile ^ 1));
    first_row = items.first_row(tile) + row;
    // No row of the warp has an edge before.
    whole = items.seen(items.first_row(tile) + warp * heddle_attention_warp_rows) / Shape::kKeys;
  };
  const unsigned int sums = arguments.sums[tile] + corner;
  look_at_item();
  Output* out = nullptr;  // O of the item before
  unsigned int rows_left = 0;
  const unsigned int pitch = arguments.o.row / sizeof(Output);
  const auto finish = [&]() __attribute__((always_inline)) {
#pragma unroll
    for (unsigned int i = 0; i < kGroups; ++i) {
      heddle_attention_finish<Shape>(sums + heddle_tensor_address(i * 8, 0), out + i * 8 * pitch,
                                     arguments.head_size, rows[i].sum, i * 8 < rows_left);
    }
  };
  while (items.there()) {
    unsigned int step = 0;
    const auto weigh = [&](auto place) {
      constexpr int kColumn = static_cast<int>(decltype(place)::value * Shape::kKeys);
      if (step < turns) bar_sync(heddle_attention_turn + tile, turn_threads);
      bool usual = step < whole;
      if (usual) {
        float step_sums[kGroups];
        if (kColumn == 0 && step == 0) {
#pragma unroll
          for (unsigned int i = 0; i < kGroups; ++i) {
            rows[i] = {heddle_attention_greatest<Shape, Shape::kFirstScores, false>(
                           s[i][0] - halves.columns[0], scale, 0),
                       0};
          }
        }
        heddle_attention_each<0, kGroups>([&](auto group) {
          constexpr unsigned int kGroup = decltype(group)::value;
          constexpr int kPlace = kFirstPlace + static_cast<int>(kGroup) * kGroupBytes;
          step_sums[kGroup] = heddle_attention_weigh<Shape, false, kColumn, kPlace>(
              s[kGroup], halves, scale, rows[kGroup].reference, 0);
        });
        usual = !heddle_attention_any(heddle_attention_beyond());
        if (!Shape::kEngineSums && usual) {
          for (unsigned int i = 0; i < kGroups; ++i) rows[i].sum += step_sums[i];
        }
      }
      if (!usual) {
#pragma unroll
        for (unsigned int i = 0; i < kGroups; ++i) {
          const unsigned int seen = items.seen(first_row + i * 8), before = step * Shape::kKeys;
          const heddle_attention_place its = {s[i][0] - halves.columns[0] + kColumn,
                                              sums + heddle_tensor_address(i * 8, 0),
                                              p_row + i * kGroupBytes};
          rows[i] =
              heddle_attention_weigh_rarely<Shape>(its, arguments.head_size, scale, rows[i],
                                                   seen < before ? 0 : seen - before, step == 0);
        }
      }
      tcgen05_fence();
      bar_arrive(heddle_attention_weighed + tile, threads);
      if (step < turns) bar_arrive(heddle_attention_turn + (tile ^ 1), turn_threads);
      if (++step == steps) return false;
      bar_sync(heddle_attention_scores + tile, threads);
      return true;
    };
    bar_sync(heddle_attention_scores + tile, threads);
    if (out != nullptr) finish();
    while (weigh(std::integral_constant<unsigned int, 0>()) &&
           weigh(std::integral_constant<unsigned int, 1>())) {
    }
    out = reinterpret_cast<Output*>(items.matrix(arguments.o)) + first_row * pitch;
    rows_left = first_row < arguments.queries ? arguments.queries - first_row : 0;
    items.next();
    if (items.there()) look_at_item();
  }
  bar_sync(heddle_attention_scores + tile, threads);
  finish();
  heddle_attention_tell_end(arguments.end);
  __exit();
}

#undef HEDDLE_ATTENTION
