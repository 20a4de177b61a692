// The kernel of heddle/attention.h: one thread block that stays on the SM and goes through all
// items. Its warps have parts of their own:
//
//   warp 0, one thread: bulk copies of K;
//   warps 1 and 2, one thread each: a tile's MMAs and the copies of its Q;
//   2 * tile_warps: the softmax, half of them each tile's;
//   the last ones: transpose V.
//
// In a step a tile's thread issues O += P * V and behind it S = Q * K^T of the next step but one, in
// the same bank of tensor memory; meanwhile the other tile's softmax reads the other bank. Only these
// threads look at mbarriers; the others wait at the hardware's barriers, where they take no issue
// slots.
#pragma once

#include <cstdint>

#include "heddle/attention_layout.h"
#include "heddle/attention_softmax.h"
#include "heddle/barrier.h"
#include "heddle/bulk_copy.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"

#define HEDDLE_ATTENTION static __device__ __forceinline__

/// All rows of a tile or step, in slabs; rows that are not valid are zeros.
HEDDLE_ATTENTION void heddle_attention_load(const heddle_attention_arguments& arguments,
                                            std::uint64_t* mbarrier, char* to, unsigned int from,
                                            unsigned int pitch, unsigned int rows,
                                            unsigned int valid_rows, unsigned int valid_bytes) {
  const unsigned int row_bytes = arguments.row_bytes;
  heddle_bulk_box box;
  box.pitch = pitch;
  box.row_bytes = row_bytes;
  box.rows = rows;
  box.valid_rows = min(valid_rows, rows);
  box.swizzle = static_cast<heddle_swizzle>(arguments.row_swizzle);
  heddle_bulk_fence();
  for (unsigned int slab = 0; slab < arguments.slabs; ++slab) {
    box.valid_bytes = min(valid_bytes, row_bytes);
    cp_async_bulk_2d_shared_global(to, reinterpret_cast<const void*>(from), box, mbarrier);
    to += rows * row_bytes;
    from += row_bytes;
    valid_bytes -= box.valid_bytes;
  }
  (void)heddle_mbarrier_expect_tx(mbarrier, rows * row_bytes * arguments.slabs);
  (void)heddle_mbarrier_arrive(mbarrier, 1);
}

/// Waits for a phase's end; counts are right here.
HEDDLE_ATTENTION void heddle_attention_wait(const std::uint64_t* mbarrier, unsigned int round) {
  unsigned int now;
  do {
    __asm__ __volatile__(HEDDLE_ASM_MBARRIER_TEST("%0", "%1")
                         : "=r"(now)
                         : "r"(mbarrier)
                         : "memory");
  } while (((now ^ round) & 1) == 0);
}

/// Warp 0's thread.
template <typename Shape>
static __device__ __attribute__((noinline)) void heddle_attention_copy(
    const heddle_attention_arguments& arguments, heddle_attention_shared& shared, char* memory) {
  heddle_attention_stage stage;
  for (heddle_attention_items items(arguments, Shape::kKeys); items.there(); items.next()) {
    const unsigned int steps = items.steps();
    unsigned int from = items.matrix(arguments.k), left = arguments.keys;
    for (unsigned int step = 0; step < steps; ++step) {
      const unsigned int users = stage.use(items.users(step));
      if (stage.round != 0) bar_sync(heddle_attention_k_free + stage.number, users + 1);
      heddle_attention_load(arguments, &shared.k_full[stage.number],
                            memory + arguments.k_at + stage.number * arguments.k_bytes, from,
                            arguments.k.row, Shape::kKeys, left,
                            arguments.head_size * Shape::kElementBytes);
      from += Shape::kKeys * arguments.k.row;
      left -= min(left, Shape::kKeys);
      stage.next(heddle_attention_k_stages);
    }
  }
}

/// A tile's thread. Steps that only the other tile has are none of its: it gives no stages back.
template <typename Shape, heddle_mma_format kFormat>
static __device__ __attribute__((noinline)) void heddle_attention_multiply(
    const heddle_attention_arguments& arguments, heddle_attention_shared& shared, char* memory,
    unsigned int tile) {
  const unsigned int rows = arguments.tile_rows, row_bytes = arguments.row_bytes;
  const unsigned int s = arguments.s[tile] + shared.column;
  const unsigned int sums = arguments.sums[tile] + shared.column;
  char* const q = memory + arguments.q_at + tile * arguments.q_bytes;
  const unsigned int q_tile =
      heddle_mma_tile(q, static_cast<heddle_mma_layout>(arguments.row_swizzle));
  const unsigned int k_tile = heddle_mma_tile(
      memory + arguments.k_at, static_cast<heddle_mma_layout>(arguments.row_swizzle));
  constexpr auto kLayout = static_cast<heddle_mma_layout>(Shape::kSwizzle);
  const unsigned int p_tile =
      heddle_mma_tile(memory + arguments.p_at + tile * arguments.p_bytes, kLayout);
  const unsigned int v_tile = heddle_mma_tile(memory + arguments.v_at, kLayout);
  const unsigned int softmax_threads = arguments.tile_warps * 32 + 1;
  const unsigned int transposing_threads = arguments.transposers * 32;

  const auto load_q = [&](const heddle_attention_items& items) {
    const unsigned int first = items.first_row(tile);
    heddle_attention_load(arguments, &shared.q_full[tile], q,
                          items.matrix(arguments.q) + first * arguments.q.row, arguments.q.row,
                          rows, first < arguments.queries ? arguments.queries - first : 0,
                          arguments.head_size * Shape::kElementBytes);
  };
  heddle_attention_stage k_stage;  // of the next S
  unsigned int s_now = s, s_other = s + Shape::kKeys;
  const auto score = [&] {
    heddle_attention_wait(&shared.k_full[k_stage.number], k_stage.round);
    heddle_mma mma;
    mma.m = rows;
    mma.n = Shape::kKeys;
    mma.a = mma.b = kFormat;
    unsigned int a = q_tile, b = k_tile + k_stage.number * (arguments.k_bytes / 16);
    unsigned int left = arguments.steps;
    for (unsigned int slab = 0; slab < arguments.slabs; ++slab) {
      mma.steps = min(left, row_bytes / 32);
      tcgen05_mma(s_now, a, b, heddle_mma_descriptor(mma, slab != 0));
      a += rows * row_bytes / 16;
      b += Shape::kKeys * row_bytes / 16;
      left -= mma.steps;
    }
    k_stage.next(heddle_attention_k_stages);
    const unsigned int next = s_other;
    s_other = s_now;
    s_now = next;
  };

  heddle_attention_items items(arguments, Shape::kKeys);
  unsigned int item = 0;
  // The first S of an item. S of a step is made two steps before, but for an item's first two: the
  // second one's MMAs come behind the first one's softmax, which would wait for their bank.
  const auto begin = [&] {
    heddle_attention_wait(&shared.q_full[tile], item++);
    score();
  };
  heddle_attention_stage k_used, v_stage;
  unsigned int round = 0;             // a step each
  unsigned int before = 0, used = 0;  // the step before: V's stage and its users
  load_q(items);
  begin();
  tcgen05_commit(&shared.done[tile]);
  while (items.there()) {
    const unsigned int steps = items.steps(tile), all = items.steps();
    for (unsigned int step = 0; step < steps; ++step) {
      const unsigned int v_now = v_stage.number, users = items.users(step);
      const bool last = step + 1 == steps;
      heddle_attention_wait(&shared.done[tile], round++);
      bar_arrive(heddle_attention_scores + tile, softmax_threads);
      if (used != 0) bar_arrive(heddle_attention_v_free + before, transposing_threads + used);
      bar_arrive(heddle_attention_k_free + k_used.number, users + 1);
      before = v_now;
      used = users;
      k_used.next(heddle_attention_k_stages);
      v_stage.next(arguments.v_stages);
      if (last) {
        for (unsigned int other = steps; other < all; ++other) {
          k_stage.next(heddle_attention_k_stages);
          k_used.next(heddle_attention_k_stages);
          v_stage.next(arguments.v_stages);
        }
        items.next();
        if (items.there()) load_q(items);
      }
      bar_sync(heddle_attention_v_full + v_now * 2 + tile, transposing_threads + 1);
      bar_sync(heddle_attention_weighed + tile, softmax_threads);
      tcgen05_fence();
      heddle_mma mma;
      mma.m = rows;
      mma.n = arguments.head_size;
      mma.a = mma.b = kFormat;
      mma.steps = Shape::kRowBytes / 32;
      tcgen05_mma(sums, p_tile, v_tile + v_now * (arguments.v_bytes / 16),
                  heddle_mma_descriptor(mma, step != 0));
      if (!last) {
        if (step == 0) score();
        tcgen05_commit(&shared.done[tile]);
        if (step + 2 < steps) score();
        continue;
      }
      if (steps != all) {
        // The next item's K comes behind steps of the other tile, which need this stage of V.
        tcgen05_commit(&shared.done[tile]);
        heddle_attention_wait(&shared.done[tile], round++);
        bar_arrive(heddle_attention_v_free + before, transposing_threads + used);
        used = 0;
      }
      if (items.there()) begin();
      tcgen05_commit(&shared.done[tile]);
    }
  }
  heddle_attention_wait(&shared.done[tile], round);
  bar_arrive(heddle_attention_scores + tile, softmax_threads);
}

/// kCount words of a key, four words apart, to their rows. `rows`: two steps of the rows further.
template <typename Shape, unsigned int kCount>
HEDDLE_ATTENTION void heddle_attention_transpose_words(unsigned int& from,
                                            unsigned int (&rows)[Shape::kInWord]) {
  constexpr int kForward = 4 * Shape::kInWord * Shape::kRowBytes;  // rows of four words
  __asm__ __volatile__("" : "+r"(from));  // one address each, with offsets
  unsigned int values[kCount];
#pragma unroll
  for (unsigned int i = 0; i < kCount; ++i) {
    values[i] = reinterpret_cast<const unsigned int*>(from)[4 * i];
  }
  from += 16 * kCount;
#pragma unroll
  for (unsigned int e = 0; e < Shape::kInWord; ++e) {
    __asm__ __volatile__("" : "+r"(rows[e]));
#pragma unroll
    for (unsigned int i = 0; i < kCount; ++i) {
      const unsigned int value = values[i] >> e * 8 * Shape::kElementBytes;
      const unsigned int to = rows[e] + static_cast<unsigned int>((static_cast<int>(i) - 2) * kForward);
      if constexpr (Shape::kElementBytes == 2) {
        *reinterpret_cast<unsigned short*>(to) = static_cast<unsigned short>(value);
      } else {
        *reinterpret_cast<unsigned char*>(to) = static_cast<unsigned char>(value);
      }
    }
    rows[e] += kCount * kForward;
  }
}

/// A warp that transposes V, `warp` of them: from global memory to rows of O's columns. A thread
/// takes words of a key's elements, which go to a column of units each.
template <typename Shape>
static __device__ __attribute__((noinline)) void heddle_attention_transpose(
    const heddle_attention_arguments& arguments, char* memory, unsigned int warp) {
  constexpr unsigned int kInWord = Shape::kInWord, kRow = Shape::kRowBytes, kAhead = 4;
  constexpr unsigned int kParts = kRow / 32 * kInWord;  // a K-step's, of the keys of one byte
  const unsigned int lane = threadIdx.x % 32, place = lane % 4, word = lane / 4 % 4;
  const unsigned int half = lane / 16, pitch = arguments.v.row, last = arguments.keys - 1;
  const unsigned int words = arguments.head_size / (4 * kInWord);  // of the thread
  const unsigned int transposers = arguments.transposers, threads = transposers * 32;
  const unsigned int stages = arguments.v_stages, v_bytes = arguments.v_bytes;
  const auto v = static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(memory)) +
                 arguments.v_at + place * 4;
  heddle_attention_stage stage;
  for (heddle_attention_items items(arguments, Shape::kKeys); items.there(); items.next()) {
    const unsigned int steps_0 = items.steps(0), steps_1 = items.steps(1);
    const unsigned int matrix = items.matrix(arguments.v) + word * 4;
    for (unsigned int step = 0; step < max(steps_0, steps_1); ++step) {
      const unsigned int used = stage.use((step < steps_0 ? 1 : 0) + (step < steps_1 ? 1 : 0));
      if (stage.round != 0) bar_sync(heddle_attention_v_free + stage.number, threads + used);
      for (unsigned int part = warp; part < kParts; part += transposers) {
        const unsigned int byte = part % kInWord, unit = part / kInWord * 2 + half;
        const unsigned int key = step * Shape::kKeys + unit * (16 / Shape::kElementBytes) +
                                 byte * 4 + place;
        // Of keys behind the last one P is 0, so that any numbers do.
        unsigned int from = matrix + min(key, last) * pitch;
        unsigned int to = v + stage.number * v_bytes + byte * Shape::kElementBytes;
        __asm__ __volatile__("" : "+r"(to));  // made here: kept for all parts, it would be spilled
        unsigned int rows[kInWord];
#pragma unroll
        for (unsigned int i = 0; i < kInWord; ++i) {
          // Eight of O's columns are 0, 2, 4, 6, 1, 3, 5, 7 of the head's.
          const unsigned int element = word * kInWord + i;
          const unsigned int row = element / 8 * 8 + element % 2 * 4 + element % 8 / 2;
          rows[i] = to + (row + 2 * 4 * kInWord) * kRow + (unit ^ Shape::swizzle(row)) * 16;
        }
        unsigned int left = words;
        for (; left >= kAhead; left -= kAhead) heddle_attention_transpose_words<Shape, kAhead>(from, rows);
        for (; left != 0; --left) heddle_attention_transpose_words<Shape, 1>(from, rows);
      }
      tcgen05_fence();
      const unsigned int full = heddle_attention_v_full + stage.number * 2;
      if (step < steps_0) bar_arrive(full, threads + 1);
      if (step < steps_1) bar_arrive(full + 1, threads + 1);
      stage.next(stages);
    }
  }
}

template <typename Shape, heddle_mma_format kFormat, typename Output>
__global__ void heddle_attention_kernel(const heddle_attention_arguments* its_arguments) {
  extern __shared__ __align__(1024) char heddle_attention_memory[];
  const heddle_attention_arguments& arguments = *its_arguments;
  char* const memory = heddle_attention_memory;
  auto& shared = *reinterpret_cast<heddle_attention_shared*>(memory + arguments.shared_at);
  const unsigned int warp = threadIdx.x / 32;
  if (warp == 0) {
    const unsigned int lane = threadIdx.x;
    if (lane < sizeof shared.mbarriers / sizeof shared.mbarriers[0]) {
      heddle_mbarrier_init(&shared.mbarriers[lane], 1);
    }
    __syncwarp();
    unsigned int column;
    do {
      column = tcgen05_alloc(arguments.tensor_columns);
    } while (column == heddle_no_columns);
    shared.column = column;
    tcgen05_fence();
  }
  __syncthreads();
  const unsigned int softmax_warps = 2 * arguments.tile_warps;
  if (warp < 3) {
    if (threadIdx.x % 32 != 0) return;
    if (warp == 0) return heddle_attention_copy<Shape>(arguments, shared, memory);
    return heddle_attention_multiply<Shape, kFormat>(arguments, shared, memory, warp - 1);
  }
  if (warp < 3 + softmax_warps) {
    const unsigned int tile = warp - 3 < arguments.tile_warps ? 0 : 1;
    return heddle_attention_softmax<Shape, Output>(arguments, shared, memory, tile,
                                                   warp - 3 - tile * arguments.tile_warps);
  }
  return heddle_attention_transpose<Shape>(arguments, memory, warp - 3 - softmax_warps);
}

#undef HEDDLE_ATTENTION
