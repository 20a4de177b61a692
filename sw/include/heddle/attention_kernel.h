// The kernel of heddle/attention.h: one thread block that stays on the SM and goes through all
// items. Its warps have parts of their own:
//
//   warp 0, one thread: bulk copies of K;
//   warps 1 and 2, one thread each: a tile's MMAs and the copies of its Q;
//   2 * tile_warps: the softmax, half of them each tile's;
//   the last ones: transpose V.
//
// In a step a tile's thread issues O += P * V and behind it S = Q * K^T of the next step but one,
// in the same bank of tensor memory; meanwhile the other tile's softmax reads the other bank. Only
// warps 1 and 2 look at mbarriers; the others wait at the hardware's barriers.
#pragma once

#include <cstdint>
#include <type_traits>

#include "heddle/attention_layout.h"
#include "heddle/attention_softmax.h"
#include "heddle/barrier.h"
#include "heddle/bulk_copy.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"
#include "heddle/tensor_device.h"

#define HEDDLE_ATTENTION static __device__ __forceinline__
#define HEDDLE_ATTENTION_INLINE __attribute__((always_inline))

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

/// Warp 0's thread.
template <typename Shape>
[[noreturn]] static __device__ __attribute__((noinline)) void heddle_attention_copy(
    const heddle_attention_arguments& arguments, heddle_attention_shared& shared, char* memory) {
  heddle_attention_stage stage;
  bool begun = false;
  for (heddle_attention_items items(arguments, Shape::kKeys); items.there(); items.next()) {
    const unsigned int steps = max(items.steps(0), items.steps(1));
    unsigned int from = items.matrix(arguments.k), left = arguments.keys;
    for (unsigned int step = 0; step < steps; ++step) {
      // The second stage's first load waits, too: for both tiles' first S, which need the first
      // one.
      if (begun) bar_sync(heddle_attention_k_free + stage.number, heddle_attention_k_users);
      heddle_attention_load(arguments, &shared.k_full[stage.number],
                            memory + arguments.k_at + stage.number * arguments.k_bytes, from,
                            arguments.k.row, Shape::kKeys, left,
                            arguments.head_size * Shape::kElementBytes);
      from += Shape::kKeys * arguments.k.row;
      left -= min(left, Shape::kKeys);
      stage.next(heddle_attention_k_stages);
      begun = true;
    }
  }
  __exit();
}

/// A tile's MMAs of S: Q and the stages of K in turn, and the two places of S.
template <typename Shape, heddle_mma_format kFormat>
class heddle_attention_scorer {
 public:
  __device__ __forceinline__ heddle_attention_scorer(const heddle_attention_arguments& arguments,
                                                     const heddle_attention_shared& shared,
                                                     const char* memory, unsigned int tile)
      : arguments_(arguments), shared_(shared), s_(arguments.s[tile] + shared.column) {
    const auto layout = static_cast<heddle_mma_layout>(arguments.row_swizzle);
    q_tile_ = heddle_mma_tile(memory + arguments.q_at + tile * arguments.q_bytes, layout);
    k_now_ = heddle_mma_tile(memory + arguments.k_at, layout);
    k_other_ = k_now_ + arguments.k_bytes / 16;
    heddle_mma mma = slab_of(min(arguments.steps, arguments.row_bytes / 32));
    first_slab_ = heddle_mma_descriptor(mma, false);
  }

  /// Issues those of an item's first step.
  __device__ __forceinline__ void begin() {
    s_now_ = s_;
    to_other_ = Shape::kKeys;
    score();
  }

  /// Issues those of the next step.
  __device__ __forceinline__ void score() {
    static_assert(heddle_attention_k_stages == 2);
    wait();
    tcgen05_mma(s_now_, q_tile_, k_now_, first_slab_);
    for (unsigned int slab = 1; slab < arguments_.slabs; ++slab) add_slab(slab);
    next();
    s_now_ += to_other_;
    to_other_ = 0 - to_other_;
  }

  /// A step that only the other tile has. Its K is waited for all the same: a parity tells a phase
  /// only from the one before it.
  __device__ __forceinline__ void skip() {
    wait();
    next();
  }

 private:
  __device__ __forceinline__ void wait() const {
    heddle_mbarrier_wait_unchecked(&shared_.k_full[stage_ & 1], stage_ >> 1);
  }
  __device__ __forceinline__ void next() {
    ++stage_;
    const unsigned int k = k_now_;
    k_now_ = k_other_;
    k_other_ = k;
  }
  __device__ __forceinline__ heddle_mma slab_of(unsigned int steps) const {
    heddle_mma mma;
    mma.m = arguments_.tile_rows;
    mma.n = Shape::kKeys;
    mma.a = mma.b = kFormat;
    mma.steps = steps;
    return mma;
  }
  __device__ __attribute__((noinline)) void add_slab(unsigned int slab) const {
    const unsigned int row_steps = arguments_.row_bytes / 32;
    const heddle_mma mma = slab_of(min(arguments_.steps - slab * row_steps, row_steps));
    tcgen05_mma(s_now_, q_tile_ + slab * arguments_.tile_rows * arguments_.row_bytes / 16,
                k_now_ + slab * Shape::kKeys * arguments_.row_bytes / 16,
                heddle_mma_descriptor(mma, true));
  }

  const heddle_attention_arguments& arguments_;
  const heddle_attention_shared& shared_;
  unsigned int s_, s_now_ = 0, to_other_ = 0;
  unsigned int q_tile_, k_now_, k_other_, first_slab_;
  unsigned int stage_ = 0;  ///< stages of K used so far
};

/// A tile's thread. Of steps that only the other tile has it gives K's stages back, but none of
/// V's.
template <typename Shape, heddle_mma_format kFormat>
[[noreturn]] static __device__ __attribute__((noinline)) void heddle_attention_multiply(
    const heddle_attention_arguments& arguments, heddle_attention_shared& shared, char* memory,
    unsigned int tile) {
  const unsigned int sums = arguments.sums[tile] + shared.column;
  constexpr auto kLayout = static_cast<heddle_mma_layout>(Shape::kSwizzle);
  const unsigned int p_tile =
      heddle_mma_tile(memory + arguments.p_at + tile * arguments.p_bytes, kLayout);
  const unsigned int v_tile = heddle_mma_tile(memory + arguments.v_at, kLayout);
  const unsigned int v_units = arguments.v_bytes / 16;
  const unsigned int softmax_threads = arguments.tile_warps * 32 + 1;
  const unsigned int transposing_threads = arguments.transposers * 32;
  heddle_mma mma;
  mma.m = arguments.tile_rows;
  mma.n = arguments.head_size + Shape::kSumColumns;
  mma.a = mma.b = kFormat;
  mma.steps = Shape::kRowBytes / 32;
  const unsigned int add_to_sums = heddle_mma_descriptor(mma, true);
  const unsigned int set_sums = heddle_mma_descriptor(mma, false);
  std::uint64_t* const done = &shared.done[tile];

  const auto load_q = [&](const heddle_attention_items& items) HEDDLE_ATTENTION_INLINE {
    const unsigned int first = items.first_row(tile);
    heddle_attention_load(
        arguments, &shared.q_full[tile], memory + arguments.q_at + tile * arguments.q_bytes,
        items.matrix(arguments.q) + first * arguments.q.row, arguments.q.row, arguments.tile_rows,
        first < arguments.queries ? arguments.queries - first : 0,
        arguments.head_size * Shape::kElementBytes);
  };
  heddle_attention_items items(arguments, Shape::kKeys);
  heddle_attention_scorer<Shape, kFormat> scorer(arguments, shared, memory, tile);
  unsigned int item = 0;
  // An item's first S.
  const auto begin = [&]() HEDDLE_ATTENTION_INLINE {
    heddle_mbarrier_wait_unchecked(&shared.q_full[tile], item++);
    scorer.begin();
    tcgen05_commit(done);
  };
  unsigned int k_used = 0, v_now = 0;
  const auto free_k = [&]() HEDDLE_ATTENTION_INLINE {
    bar_arrive(heddle_attention_k_free + k_used, heddle_attention_k_users);
    k_used ^= 1;
  };
  unsigned int round = 0;             // a step each
  unsigned int before = 0, used = 0;  // the step before: V's stage and its users
  load_q(items);
  // Only now the softmax's warps, whose many instructions would hold the copies up.
  bar_arrive(heddle_attention_begun, heddle_attention_begun_threads(arguments));
  // Both tiles' first S, tile 0's before; only then K of the next step.
  if (tile == 1) bar_sync(heddle_attention_first, 2);
  begin();
  if (tile == 0) bar_arrive(heddle_attention_first, 2);
  bar_arrive(heddle_attention_k_free + 1, heddle_attention_k_users);
  while (items.there()) {
    const unsigned int steps = items.steps(tile), other = items.steps(tile ^ 1);
    for (unsigned int step = 0; step < steps; ++step) {
      const bool last = step + 1 == steps;
      heddle_mbarrier_wait_unchecked(done, round++);
      bar_arrive(heddle_attention_scores + tile, softmax_threads);
      if (step == 0 && !last) scorer.score();  // from now on S is made two steps ahead
      if (used != 0) bar_arrive(heddle_attention_v_free + before, transposing_threads + used);
      used = step < other ? 2 : 1;
      free_k();
      before = v_now;
      if (last) {
        items.next();
        if (items.there()) load_q(items);
      }
      bar_sync(heddle_attention_v_full + v_now * 2 + tile, transposing_threads + 1);
      bar_sync(heddle_attention_weighed + tile, softmax_threads);
      tcgen05_fence();
      tcgen05_mma(sums, p_tile, v_tile + v_now * v_units, step != 0 ? add_to_sums : set_sums);
      if (++v_now == arguments.v_stages) v_now = 0;
      if (!last) {
        tcgen05_commit(done);
        if (step + 2 < steps) scorer.score();
        continue;
      }
      if (steps < other) {
        // The next item's K comes behind steps of the other tile, which need this stage of V.
        v_now = (v_now + other - steps) % arguments.v_stages;
        tcgen05_commit(done);
        heddle_mbarrier_wait_unchecked(done, round++);
        bar_arrive(heddle_attention_v_free + before, transposing_threads + used);
        used = 0;
        for (unsigned int skipped = steps; skipped < other; ++skipped) {
          scorer.skip();
          free_k();
        }
      }
      if (items.there()) {
        begin();
      } else {
        tcgen05_commit(done);
      }
    }
  }
  heddle_mbarrier_wait_unchecked(done, round);
  bar_arrive(heddle_attention_scores + tile, softmax_threads);
  __exit();
}

/// kCount words, four words apart, of each of a thread's keys that go to one byte of a unit's
/// words, to their rows. `rows`: of the first word's elements, two words further.
template <typename Shape, unsigned int kCount>
HEDDLE_ATTENTION void heddle_attention_transpose_words(unsigned int matrix, unsigned int pitch,
                                                       unsigned int key, unsigned int last,
                                                       const unsigned int (&rows)[Shape::kInWord]) {
  constexpr int kForward = 4 * Shape::kInWord * Shape::kRowBytes;  // rows of four words
  constexpr unsigned int kReach = kCount < 4 ? kCount : 4;  // words that an immediate reaches
#pragma unroll
  for (unsigned int pair = 0; pair < Shape::kRowBytes / 32; ++pair) {  // of units
    // Of keys behind the last one P is 0, so that any numbers do.
    const unsigned int from = matrix + min(key + pair * (32 / Shape::kElementBytes), last) * pitch;
    unsigned int values[kCount];
#pragma unroll
    for (unsigned int i = 0; i < kCount; ++i) {
      values[i] = reinterpret_cast<const unsigned int*>(from)[4 * i];
    }
#pragma unroll
    for (unsigned int e = 0; e < Shape::kInWord; ++e) {
      unsigned int to = rows[e] ^ pair * 32;
#pragma unroll
      for (unsigned int i = 0; i < kCount; ++i) {
        if (i % kReach == 0) {
          if (i != 0) to += kReach * kForward;
          __asm__ __volatile__("" : "+r"(to));  // one address, with offsets
        }
        const unsigned int value = values[i] >> e * 8 * Shape::kElementBytes;
        const unsigned int place =
            to + static_cast<unsigned int>((static_cast<int>(i % kReach) - 2) * kForward);
        if constexpr (Shape::kElementBytes == 2) {
          *reinterpret_cast<unsigned short*>(place) = static_cast<unsigned short>(value);
        } else {
          *reinterpret_cast<unsigned char*>(place) = static_cast<unsigned char>(value);
        }
      }
    }
  }
}

/// A warp that transposes V, `warp` of them: from global memory to rows of O's columns. A thread
/// takes words of keys, whose elements go to a column of units each.
template <typename Shape>
[[noreturn]] static __device__ __attribute__((noinline)) void heddle_attention_transpose(
    const heddle_attention_arguments& arguments, char* memory, unsigned int warp) {
  constexpr unsigned int kInWord = Shape::kInWord, kRow = Shape::kRowBytes;
  const unsigned int lane = threadIdx.x % 32, place = lane % 4, word = lane / 4 % 4;
  const unsigned int half = lane / 16, pitch = arguments.v.row, last = arguments.keys - 1;
  const unsigned int words = arguments.head_size / (4 * kInWord);  // of the thread
  const unsigned int transposers = arguments.transposers, threads = transposers * 32;
  const auto v = static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(memory)) +
                 arguments.v_at + place * 4;
  unsigned int first_rows[kInWord];
#pragma unroll
  for (unsigned int i = 0; i < kInWord; ++i) {
    // Eight of O's columns are 0, 2, 4, 6, 1, 3, 5, 7 of the head's.
    const unsigned int element = word * kInWord + i;
    const unsigned int row = element / 8 * 8 + element % 2 * 4 + element % 8 / 2;
    first_rows[i] = v + (row + 2 * 4 * kInWord) * kRow + (half ^ Shape::swizzle(row)) * 16;
  }
  const unsigned int first_key = half * (16 / Shape::kElementBytes) + place;
  if constexpr (Shape::kEngineSums) {
    // V's last rows, of all stages, stay as they are.
    constexpr unsigned int kWords = Shape::kSumColumns * kRow / 4;
    for (unsigned int i = threadIdx.x % 32 + warp * 32; i < kWords * arguments.v_stages;
         i += threads) {
      const unsigned int at = arguments.v_at + i / kWords * arguments.v_bytes +
                              arguments.head_size * kRow + i % kWords * 4;
      *reinterpret_cast<unsigned int*>(memory + at) = i % kWords < kRow / 4 ? Shape::kOne : 0;
    }
  }
  heddle_attention_stage stage;
  for (heddle_attention_items items(arguments, Shape::kKeys); items.there(); items.next()) {
    const unsigned int steps_0 = items.steps(0), steps_1 = items.steps(1);
    const unsigned int matrix = items.matrix(arguments.v) + word * 4;
    for (unsigned int step = 0; step < max(steps_0, steps_1); ++step) {
      const unsigned int used = stage.use((step < steps_0 ? 1 : 0) + (step < steps_1 ? 1 : 0));
      if (stage.round != 0) bar_sync(heddle_attention_v_free + stage.number, threads + used);
      for (unsigned int byte = warp; byte < kInWord; byte += transposers) {
        const unsigned int key = step * Shape::kKeys + first_key + byte * 4;
        const unsigned int to = stage.number * arguments.v_bytes + byte * Shape::kElementBytes;
        unsigned int rows[kInWord], from = matrix, left = words;
#pragma unroll
        for (unsigned int i = 0; i < kInWord; ++i) rows[i] = first_rows[i] + to;
        const auto take = [&](auto count) {
          constexpr unsigned int kCount = decltype(count)::value;
          for (; left >= kCount; left -= kCount) {
            heddle_attention_transpose_words<Shape, kCount>(from, pitch, key, last, rows);
            from += 16 * kCount;
#pragma unroll
            for (unsigned int i = 0; i < kInWord; ++i) rows[i] += kCount * 4 * kInWord * kRow;
          }
        };
        take(std::integral_constant<unsigned int, 8>());
        take(std::integral_constant<unsigned int, 2>());
        take(std::integral_constant<unsigned int, 1>());
      }
      tcgen05_fence();
      const unsigned int full = heddle_attention_v_full + stage.number * 2;
      if (step < steps_0) bar_arrive(full, threads + 1);
      if (step < steps_1) bar_arrive(full + 1, threads + 1);
      stage.next(arguments.v_stages);
    }
  }
  __exit();
}

template <typename Shape, heddle_mma_format kFormat, typename Output>
__global__ void heddle_attention_kernel(const heddle_attention_arguments* its_arguments) {
  extern __shared__ __align__(1024) char heddle_attention_memory[];
  const heddle_attention_arguments& arguments = *its_arguments;
  char* const memory = heddle_attention_memory;
  auto& shared = *reinterpret_cast<heddle_attention_shared*>(memory + arguments.shared_at);
  const unsigned int warp = threadIdx.x / 32;
  const unsigned int softmax_warps = 2 * arguments.tile_warps;
  if (warp < 3) {
    if (warp == 0) {
      const unsigned int lane = threadIdx.x;
      if (lane < sizeof shared.mbarriers / sizeof shared.mbarriers[0]) {
        heddle_mbarrier_init(&shared.mbarriers[lane], 1);
      }
      __syncwarp();
      shared.column = heddle_tensor_await_columns(arguments.tensor_columns);
      tcgen05_fence();
    }
    bar_sync(heddle_attention_first, 3 * 32);
    if (threadIdx.x % 32 != 0) __exit();
    if (warp == 0) heddle_attention_copy<Shape>(arguments, shared, memory);
    heddle_attention_multiply<Shape, kFormat>(arguments, shared, memory, warp - 1);
  }
  if (warp < 3 + softmax_warps) {
    bar_sync(heddle_attention_begun, heddle_attention_begun_threads(arguments));
    const unsigned int tile = warp - 3 < arguments.tile_warps ? 0 : 1;
    heddle_attention_softmax<Shape, Output>(arguments, shared, memory, tile,
                                            warp - 3 - tile * arguments.tile_warps);
  }
  heddle_attention_transpose<Shape>(arguments, memory, warp - 3 - softmax_warps);
}

#undef HEDDLE_ATTENTION_INLINE
#undef HEDDLE_ATTENTION
