// What the parts of heddle/attention.h share: the kernel's arguments, its places in shared memory,
// its barriers, and the order of its work.
//
// A block takes two tiles of queries at a time (an item), tile 0 and 1, each with a region of
// tensor memory for the scores S of two steps and for O's sums, and goes with both through the keys
// in steps. So the engine multiplies for one tile while the lanes work on the other one's softmax.
#pragma once

#include <cstdint>

#include "heddle/builtins.h"
#include "heddle/host_defines.h"

#define HEDDLE_ATTENTION static __device__ __forceinline__

/// A matrix a head: pitches in bytes. Addresses have 32 bits on host and device here.
struct heddle_attention_lines {
  unsigned int address, row, head, batch;
};

struct heddle_attention_arguments {
  heddle_attention_lines q, k, v, o;
  unsigned int batches, heads, queries, keys, head_size;
  unsigned int causal;
  float scale;                          ///< of scores, for powers of two
  unsigned int tile_rows;               ///< queries of a tile
  unsigned int tile_warps;              ///< warps of the softmax, each tile's: 16 rows each
  unsigned int transposers;             ///< warps that transpose V
  unsigned int row_bytes, row_swizzle;  ///< of Q's and K's rows in shared memory, in slabs
  unsigned int slabs, steps;            ///< of a row; K-steps of it
  unsigned int v_stages;
  unsigned int q_at, k_at, v_at, p_at;              ///< in shared memory: tiles or stages ...
  unsigned int q_bytes, k_bytes, v_bytes, p_bytes;  ///< of so many bytes
  unsigned int shared_at;                           ///< heddle_attention_shared
  unsigned int tensor_columns;                      ///< of the device, all of them
  unsigned int s[2], sums[2];  ///< tensor addresses of two S and of O's sums, from the first column
  unsigned int end;            ///< 0, or the address of a word for the cycle of the last store
};

inline constexpr unsigned int heddle_attention_k_stages = 2;
inline constexpr unsigned int heddle_attention_most_v_stages = 2;
inline constexpr unsigned int heddle_attention_sum_columns = 8;  ///< what an MMA has at least
inline constexpr unsigned int heddle_attention_warp_rows = 16;   ///< of a tile, in groups of 8

struct heddle_attention_shared {
  union {
    struct {
      std::uint64_t q_full[2];
      std::uint64_t k_full[heddle_attention_k_stages];
      std::uint64_t done[2];  ///< a tile's MMAs are complete
    };
    std::uint64_t mbarriers[4 + heddle_attention_k_stages];
  };
  unsigned int column;  ///< first column of tensor memory
};

/// The hardware's barriers; of each line but the first and the last one a tile or stage. (Who
/// arrives and who waits: docs/manual/attention.md.)
enum heddle_attention_barrier : unsigned int {
  heddle_attention_begun = 0,    ///< the first copies are under way
  heddle_attention_scores = 1,   ///< S is there, and O has the steps before
  heddle_attention_weighed = 3,  ///< P is there, S is read
  heddle_attention_k_free = 5,
  heddle_attention_v_free = 7,
  heddle_attention_v_full = 9,  ///< stage * 2 + tile
  heddle_attention_turn = 13,   ///< a tile's: the other one's softmax of a step is over
  heddle_attention_first = 15,  ///< warps 0 to 2 may begin; tile 0's first S is issued
};
/// Threads at K's barriers: who copies, and both tiles', each in all steps.
inline constexpr unsigned int heddle_attention_k_users = 3;

HEDDLE_ATTENTION unsigned int heddle_attention_begun_threads(
    const heddle_attention_arguments& arguments) {
  return 2 * arguments.tile_warps * 32 + 2;
}

/// What is fixed for a type of elements, the bytes of P's and V's rows in shared memory, and who
/// adds P: a step has so many keys. Their order in a row is what suits the softmax's threads:
/// another one within K-steps, so that no sum of the engine depends on it. A thread's keys of a
/// step are those that are its number modulo 4.
template <unsigned int kBytes, unsigned int kRow, bool kEngine>
struct heddle_attention_shape {
  static constexpr unsigned int kElementBytes = kBytes, kRowBytes = kRow;
  static constexpr unsigned int kKeys = kRow / kBytes, kScores = kKeys / 4;
  static constexpr unsigned int kBatch = kScores / 2 < 8 ? kScores / 2 : 8;  ///< added by pairs
  /// A thread's, for the row's first reference.
  static constexpr unsigned int kFirstScores = kBytes == 1 ? 8 : 2;
  static constexpr unsigned int kInWord = 4 / kBytes;  ///< elements
  static constexpr unsigned int kSwizzle = kRow == 128 ? 3 : kRow == 64 ? 2 : 1;
  /// The engine adds the rows of P, too: O's sums have kSumColumns more columns, and V as many
  /// rows, the first one of ones, the others of zeros. Else the lanes do.
  static constexpr bool kEngineSums = kEngine;
  static constexpr unsigned int kSumColumns = kEngine ? heddle_attention_sum_columns : 0;
  static constexpr unsigned int kOne = kBytes == 1 ? 0x38383838 : 0x3c003c00;  ///< in a word
  /// P is at most about 2^kOffset until a later score is greater.
  static constexpr float kOffset = kBytes == 1 ? 4 : 0;

  /// What a row's number changes of its units' numbers.
  static __device__ __forceinline__ unsigned int swizzle(unsigned int row) {
    return kRow == 128 ? row % 8 : kRow == 64 ? row / 2 % 4 : row / 4 % 2;
  }
};

/// The items in the order in which all warps go through them.
class heddle_attention_items {
 public:
  __device__ __forceinline__ heddle_attention_items(const heddle_attention_arguments& arguments,
                                                    unsigned int keys)
      : arguments_(arguments), keys_(keys) {}

  __device__ __forceinline__ bool there() const { return batch_ != arguments_.batches; }
  __device__ __forceinline__ void next() {
    first_ += 2 * arguments_.tile_rows;
    if (first_ < arguments_.queries) return;
    first_ = 0;
    if (++head_ != arguments_.heads) return;
    head_ = 0;
    ++batch_;
  }
  __device__ __forceinline__ unsigned int first_row(unsigned int tile) const {
    return first_ + tile * arguments_.tile_rows;
  }
  /// Of the head's matrix.
  __device__ __forceinline__ unsigned int matrix(const heddle_attention_lines& lines) const {
    return lines.address + batch_ * lines.batch + head_ * lines.head;
  }
  /// Keys that a query sees, those of the first numbers.
  __device__ __forceinline__ unsigned int seen(unsigned int row) const {
    const unsigned int all = arguments_.keys;
    if (arguments_.causal == 0) return all;
    const int count = static_cast<int>(row + 1 + all - arguments_.queries);
    return count < 0 ? 0 : min(static_cast<unsigned int>(count), all);
  }
  /// Of a tile: one, if it has no queries or they see no keys.
  __device__ __forceinline__ unsigned int steps(unsigned int tile) const {
    const unsigned int first = first_row(tile);
    if (first >= arguments_.queries) return 1;
    const unsigned int last = min(first + arguments_.tile_rows, arguments_.queries) - 1;
    return max((seen(last) + keys_ - 1) / keys_, 1U);
  }

 private:
  const heddle_attention_arguments& arguments_;
  unsigned int keys_;
  unsigned int batch_ = 0, head_ = 0, first_ = 0;
};

/// Stages of V in use one after the other, by one tile or both; of K by both.
struct heddle_attention_stage {
  unsigned int number = 0, round = 0;
  unsigned int users = 0;  ///< of each stage when it was used last, two bits

  /// Users of the stage before, and from now on.
  __device__ __forceinline__ unsigned int use(unsigned int now) {
    const unsigned int before = users >> 2 * number & 3;
    users = (users & ~(3U << 2 * number)) | now << 2 * number;
    return before;
  }

  __device__ __forceinline__ void next(unsigned int stages) {
    if (++number != stages) return;
    number = 0;
    ++round;
  }
};

#undef HEDDLE_ATTENTION
