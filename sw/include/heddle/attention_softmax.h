// The softmax of heddle/attention.h, from the scores S in tensor memory to the weights P in shared
// memory, and the end of a tile: O of its sums.
//
// P = 2^(scale * S - reference). The reference is the greatest score of the row's first step, and
// stays while P does not become too large: so the maximum is not looked for in each step, and O is
// not scaled anew. A warp has 16 rows of a tile, in two groups of 8: thread t has row t / 4 of each,
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

/// P of a thread's scores, of which the first `left` columns of the row are valid, and their sum.
/// `to`: where its word is in each unit of the first group's row.
template <typename Shape, bool kMasked, unsigned int kGroup>
HEDDLE_ATTENTION float heddle_attention_weigh(unsigned int from,
                                              const unsigned int (&to)[Shape::kRowBytes / 16],
                                              float scale, float reference, unsigned int left) {
  constexpr unsigned int kBatch = 8;
  static_assert(Shape::kScores % kBatch == 0);
  const unsigned int column = threadIdx.x % 4;
  float sum = 0;
#pragma unroll
  for (unsigned int first = 0; first < Shape::kScores; first += kBatch) {
    float p[kBatch];
#pragma unroll
    for (unsigned int i = 0; i < kBatch; ++i) p[i] = tcgen05_ld_float(from + 4 * (first + i));
#pragma unroll
    for (unsigned int i = 0; i < kBatch; ++i) {
      p[i] = __builtin_fmaf(p[i], scale, -reference);
      if (kMasked && 4 * (first + i) + column >= left) p[i] = -__builtin_inff();
      p[i] = heddle_ex2_approx(p[i]);
    }
#pragma unroll
    for (unsigned int i = 0; i < kBatch; ++i) sum += p[i];
#pragma unroll
    for (unsigned int i = 0; i < kBatch; i += 4 / Shape::kInWord == 2 ? 1 : 2) {
      const unsigned int n = first + i;
      auto* const place = reinterpret_cast<unsigned short*>(
          to[n / Shape::kInWord] + kGroup * 8 * Shape::kRowBytes +
          n % Shape::kInWord * Shape::kElementBytes);
      if constexpr (Shape::kElementBytes == 2) {
        *place = heddle_float_to_half(p[i]);
      } else {
        *place = heddle_floats_to_e4m3x2(p[i], p[i + 1]);
      }
    }
  }
  return sum;
}

/// A row's new reference, and what its sums are scaled with, O's of tensor memory among them, unless
/// this is the row's first step. Rows that do not change take part.
template <typename Shape>
static __device__ __attribute__((noinline)) heddle_attention_row heddle_attention_raise(
    unsigned int from, unsigned int o, unsigned int columns, float scale, float reference,
    unsigned int left, bool changes, bool first) {
  float most = -__builtin_inff();
  const unsigned int column = threadIdx.x % 4;
  for (unsigned int i = 0; i < Shape::kScores; ++i) {
    const float score = tcgen05_ld_float(from + 4 * i) * scale;
    if (4 * i + column < left) most = fmaxf(most, score);
  }
  most = heddle_attention_across_row(most, true) - Shape::kOffset;
  if (first) {
    // Without any keys P is 0 with every reference.
    return {most == -__builtin_inff() ? 0.0F : most, 0.0F};
  }
  const float raised = changes ? fmaxf(reference, most) : reference;
  const float factor = heddle_ex2_approx(reference - raised);
  for (unsigned int n = 0; n < columns; n += 4) {
    tcgen05_st_float(o + n, tcgen05_ld_float(o + n) * factor);
  }
  return {raised, factor};
}

/// A step of a group of rows.
template <typename Shape, bool kMasked, unsigned int kGroup>
HEDDLE_ATTENTION void heddle_attention_weigh_group(
    const heddle_attention_arguments& arguments, heddle_attention_row& row, unsigned int s,
    unsigned int o, const unsigned int (&to)[Shape::kRowBytes / 16], unsigned int left,
    bool first) {
  const unsigned int from = s + heddle_tensor_address(kGroup * 8, 0);
  const unsigned int sums = o + heddle_tensor_address(kGroup * 8, 0);
  const float scale = arguments.scale;
  if (first) {
    row = heddle_attention_raise<Shape>(from, sums, arguments.head_size, scale, 0, left, true,
                                        true);
  }
  float sum =
      heddle_attention_weigh<Shape, kMasked, kGroup>(from, to, scale, row.reference, left);
  const unsigned int beyond = __ballot_sync(0xffffffff, !(sum <= Shape::kLimit));
  if (__builtin_expect(beyond != 0, 0)) {
    const bool changes = (beyond >> (threadIdx.x % 32 / 4 * 4) & 15) != 0;
    const heddle_attention_row raised = heddle_attention_raise<Shape>(
        from, sums, arguments.head_size, scale, row.reference, left, changes, false);
    row.reference = raised.reference;
    sum = heddle_attention_weigh<Shape, kMasked, kGroup>(from, to, scale, row.reference, left);
    row.sum = __builtin_fmaf(row.sum, raised.sum, sum);
    return;
  }
  row.sum += sum;
}

HEDDLE_ATTENTION void heddle_attention_put(unsigned int to, float x, float y, __half) {
  *reinterpret_cast<unsigned int*>(to) =
      (heddle_float_to_half(x) & 0xffffU) |
      static_cast<unsigned int>(heddle_float_to_half(y)) << 16;
}
HEDDLE_ATTENTION void heddle_attention_put(unsigned int to, float x, float y, float) {
  reinterpret_cast<float*>(to)[0] = x;
  reinterpret_cast<float*>(to)[1] = y;
}

/// O of a group of rows; V's columns are in an order in which a thread has two neighbours.
template <typename Output>
HEDDLE_ATTENTION void heddle_attention_finish(unsigned int from, unsigned int to,
                                              unsigned int columns, float thread_sum, bool valid) {
  const float sum = heddle_attention_across_row(thread_sum, false);
  const float inverse = sum != 0 ? 1.0F / sum : 0.0F;
  to += threadIdx.x % 4 * 2 * sizeof(Output);
  constexpr unsigned int kBatch = 8;
  for (unsigned int n = 0; n < columns; n += 4 * kBatch) {
    float x[kBatch];
#pragma unroll
    for (unsigned int i = 0; i < kBatch; ++i) {
      if (n + 4 * i < columns) x[i] = tcgen05_ld_float(from + n + 4 * i);
    }
#pragma unroll
    for (unsigned int i = 0; i < kBatch; i += 2) {
      if (n + 4 * i < columns && valid) {
        heddle_attention_put(to + i * 4 * sizeof(Output), x[i] * inverse, x[i + 1] * inverse,
                             Output());
      }
    }
    to += 4 * kBatch * sizeof(Output);
  }
}

/// A warp of the softmax: `warp` of those of its tile.
template <typename Shape, typename Output>
static __device__ __attribute__((noinline)) void heddle_attention_softmax(
    const heddle_attention_arguments& arguments, const heddle_attention_shared& shared,
    const char* memory, unsigned int tile, unsigned int warp) {
  const unsigned int lane = threadIdx.x % 32, thread_row = lane / 4;
  const unsigned int row = warp * heddle_attention_warp_rows + thread_row;
  const unsigned int place = shared.column + heddle_tensor_address(row, lane % 4);
  const unsigned int s = arguments.s[tile] + place, o = arguments.sums[tile] + place;
  const unsigned int threads = arguments.tile_warps * 32 + 1;
  unsigned int to[Shape::kRowBytes / 16];
  const auto weights = static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(memory)) +
                       arguments.p_at + tile * arguments.p_bytes;
#pragma unroll
  for (unsigned int u = 0; u < Shape::kRowBytes / 16; ++u) {
    to[u] = weights + row * Shape::kRowBytes + (u ^ Shape::swizzle(thread_row)) * 16 +
            lane % 4 * 4;
  }
  heddle_attention_row rows[2];
  unsigned int out = 0, out_row = 0;
  const auto finish = [&] {
    const unsigned int pitch = arguments.o.row, queries = arguments.queries;
    tcgen05_fence();
    heddle_attention_finish<Output>(o, out + out_row * pitch, arguments.head_size, rows[0].sum,
                                    out_row < queries);
    heddle_attention_finish<Output>(o + heddle_tensor_address(8, 0), out + (out_row + 8) * pitch,
                                    arguments.head_size, rows[1].sum, out_row + 8 < queries);
  };
  bool finished = true;
  for (heddle_attention_items items(arguments, Shape::kKeys); items.there(); items.next()) {
    const unsigned int steps = items.steps(tile), first_row = items.first_row(tile) + row;
    unsigned int left = items.seen(first_row), left_8 = items.seen(first_row + 8);
    // No row of the warp has an edge before.
    const unsigned int whole =
        items.seen(items.first_row(tile) + warp * heddle_attention_warp_rows) / Shape::kKeys;
    for (unsigned int step = 0; step < steps; ++step) {
      bar_sync(heddle_attention_scores + tile, threads);
      if (!finished) finish();
      finished = true;
      const bool first = step == 0;
      if (step < whole) {
        heddle_attention_weigh_group<Shape, false, 0>(arguments, rows[0], s, o, to, left, first);
        heddle_attention_weigh_group<Shape, false, 1>(arguments, rows[1], s, o, to, left_8, first);
      } else {
        heddle_attention_weigh_group<Shape, true, 0>(arguments, rows[0], s, o, to, left, first);
        heddle_attention_weigh_group<Shape, true, 1>(arguments, rows[1], s, o, to, left_8, first);
      }
      left = left < Shape::kKeys ? 0 : left - Shape::kKeys;
      left_8 = left_8 < Shape::kKeys ? 0 : left_8 - Shape::kKeys;
      tcgen05_fence();
      bar_arrive(heddle_attention_weighed + tile, threads);
    }
    finished = false;
    out = items.matrix(arguments.o);
    out_row = first_row;
  }
  bar_sync(heddle_attention_scores + tile, threads);
  finish();
  if (arguments.end != 0) {
    __threadfence();
    const auto now = static_cast<unsigned int>(clock());
    if (lane == 0) atomicMax(reinterpret_cast<unsigned int*>(arguments.end), now);
  }
}

#undef HEDDLE_ATTENTION
