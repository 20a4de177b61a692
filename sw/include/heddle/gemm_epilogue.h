// The epilogue of the GEMM of heddle/gemm.h: from tensor memory to C.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>
#include <type_traits>
#include <utility>

#include "heddle/barrier.h"
#include "heddle/gemm_layout.h"
#include "heddle/tensor.h"

#define HEDDLE_GEMM static __device__ __forceinline__

HEDDLE_GEMM float heddle_gemm_activated(float x, heddle_activation activation) {
  if (activation == heddle_activation_relu) return fmaxf(x, 0.0F);
  if (activation == heddle_activation_gelu) {
    const float inner = 0.79788456F * fmaf(0.044715F * x * x, x, x);
    return 0.5F * x * (1.0F + tanhf(inner));
  }
  return x;
}
HEDDLE_GEMM int heddle_gemm_activated(int x, heddle_activation activation) {
  return activation == heddle_activation_relu ? max(x, 0) : x;
}

// Fused in each of the three places: so there is one result, whatever a compiler contracts.
HEDDLE_GEMM float heddle_gemm_multiply_add(float x, float y, float z) { return fmaf(x, y, z); }
HEDDLE_GEMM int heddle_gemm_multiply_add(int x, int y, int z) {
  return static_cast<int>(static_cast<unsigned int>(x) * static_cast<unsigned int>(y) +
                          static_cast<unsigned int>(z));
}

HEDDLE_GEMM void heddle_gemm_put(float* c, float x) { *c = x; }
HEDDLE_GEMM void heddle_gemm_put(int* c, int x) { *c = x; }
HEDDLE_GEMM void heddle_gemm_put(__half* c, float x) { *c = __float2half(x); }
HEDDLE_GEMM void heddle_gemm_put(__nv_bfloat16* c, float x) { *c = __float2bfloat16(x); }
HEDDLE_GEMM float heddle_gemm_get(float x) { return x; }
HEDDLE_GEMM int heddle_gemm_get(int x) { return x; }
HEDDLE_GEMM float heddle_gemm_get(__half x) { return __half2float(x); }
HEDDLE_GEMM float heddle_gemm_get(__nv_bfloat16 x) { return __bfloat162float(x); }

/// What the elements of C are scaled with.
template <typename C>
using heddle_gemm_scale = std::conditional_t<std::is_same_v<C, int>, int, float>;

/// The element of C from its accumulator. Plain: no scaling, bias or activation.
template <bool kPlain, typename C>
HEDDLE_GEMM void heddle_gemm_finish(const heddle_gemm_arguments& arguments, C* c, unsigned int row,
                                    unsigned int column, unsigned int word) {
  using Scale = heddle_gemm_scale<C>;
  Scale x = __builtin_bit_cast(Scale, word);
  if constexpr (!kPlain) {
    const Scale alpha = __builtin_bit_cast(Scale, arguments.alpha);
    const Scale beta = __builtin_bit_cast(Scale, arguments.beta);
    x = heddle_gemm_multiply_add(alpha, x, Scale{0});
    if (beta != Scale{0}) x = heddle_gemm_multiply_add(beta, heddle_gemm_get(*c), x);
    if (arguments.bias != 0) {
      const auto* const bias = reinterpret_cast<const Scale*>(arguments.bias);
      x = heddle_gemm_multiply_add(Scale{1}, x, bias[arguments.bias_by_row != 0 ? row : column]);
    }
    x = heddle_gemm_activated(x, arguments.activation);
  }
  heddle_gemm_put(c, x);
}

/// How an instruction of a warp takes whole lines of C: of 32-bit elements 16 columns of two rows
/// (8 by 8, as tensor memory has them at hand), else 32 columns of one row.
template <typename C>
struct heddle_gemm_block_shape {
  static constexpr unsigned int kRows = sizeof(C) == 4 ? 2 : 1, kColumns = 32 / kRows;
  static constexpr unsigned int kBlockRows = 8, kBlockColumns = 32;
  static constexpr unsigned int kDown = kBlockRows / kRows, kAcross = kBlockColumns / kColumns;
  static __device__ __forceinline__ unsigned int row() {
    return kRows == 2 ? threadIdx.x / 8 % 2 : 0;
  }
  static __device__ __forceinline__ unsigned int column() {
    return kRows == 2 ? threadIdx.x % 8 + threadIdx.x / 16 % 2 * 8 : threadIdx.x % 32;
  }
};

/// A block of C in a warp, as its thread sees it: of each of its rows the first word in tensor
/// memory and the first element; the first row and column. An address each: made of the one before,
/// they would wait for each other.
template <typename C>
struct heddle_gemm_block {
  static constexpr unsigned int kDown = heddle_gemm_block_shape<C>::kDown;
  unsigned int from[kDown];
  C* to[kDown];
  unsigned int row, column;
};

/// Stores the words of a block kTo columns behind `block`, and loads to their places those of the
/// next one, kFrom columns behind the words that `block` has: so tensor memory and the coalescer
/// both have something to do.
template <bool kPlain, bool kLoad, bool kStore, unsigned int kTo, unsigned int kFrom, typename C,
          unsigned int... kI>
HEDDLE_GEMM void heddle_gemm_pass(const heddle_gemm_arguments& arguments,
                                  const heddle_gemm_block<C>& block, unsigned int (&words)[8],
                                  std::integer_sequence<unsigned int, kI...>) {
  using Shape = heddle_gemm_block_shape<C>;
  static_assert(Shape::kDown * Shape::kAcross == sizeof...(kI));
  const auto word = [&]<unsigned int kWord>() __attribute__((always_inline)) {
    constexpr unsigned int y = kWord / Shape::kAcross;
    constexpr unsigned int x = kWord % Shape::kAcross * Shape::kColumns;
    if constexpr (kStore) {
      heddle_gemm_finish<kPlain>(arguments, block.to[y] + x + kTo, block.row + y * Shape::kRows,
                                 block.column + x + kTo, words[kWord]);
    }
    if constexpr (kLoad) words[kWord] = tcgen05_ld<x + kFrom>(block.from[y]);
  };
  (word.template operator()<kI>(), ...);
}

/// Blocks of a tile that have no edge, kWide at a time, which lie side by side: `blocks` times, not
/// 0, `across` times in a row, rows by `rows_by_turns`.
template <bool kPlain, unsigned int kWide, typename C>
HEDDLE_GEMM void heddle_gemm_blocks(const heddle_gemm_arguments& arguments,
                                    heddle_gemm_block<C> block, unsigned int blocks,
                                    unsigned int across, unsigned int rows_by_turns) {
  static_assert(kWide == 1 || kWide == 2);
  constexpr unsigned int kColumns = heddle_gemm_block_shape<C>::kBlockColumns;
  constexpr unsigned int kStep = kWide * kColumns, kLast = kStep - kColumns;
  constexpr std::make_integer_sequence<unsigned int, 8> kAll;
  unsigned int in_row = across;
  unsigned int words[8];
  heddle_gemm_pass<kPlain, true, false, 0, 0>(arguments, block, words, kAll);
  while (true) {
    if constexpr (kWide == 2) {
      heddle_gemm_pass<kPlain, true, true, 0, kColumns>(arguments, block, words, kAll);
    }
    if (--blocks == 0) break;
    unsigned int from = kStep, to = kStep, down_now = 0;
    if (--in_row == 0) {
      heddle_gemm_rare();
      in_row = across;
      const unsigned int back = across * kStep;
      from += heddle_tensor_address(rows_by_turns, 0) - back;
      to += rows_by_turns * arguments.c_pitch - back;
      down_now = rows_by_turns;
    }
#pragma unroll
    for (unsigned int& word : block.from) word += from;
    heddle_gemm_pass<kPlain, true, true, kLast, 0>(arguments, block, words, kAll);
#pragma unroll
    for (C*& line : block.to) line += static_cast<int>(to);
    block.row += down_now;
    block.column += down_now != 0 ? (1 - across) * kStep : kStep;
  }
  heddle_gemm_pass<kPlain, false, true, kLast, 0>(arguments, block, words, kAll);
}

/// Rows with an edge of C in them, element by element.
template <bool kPlain, typename C>
static __device__ __attribute__((noinline)) void heddle_gemm_edge_rows(
    const heddle_gemm_arguments& arguments, unsigned int from, C* to, unsigned int row,
    unsigned int column, unsigned int rows, unsigned int columns) {
  using Shape = heddle_gemm_block_shape<C>;
  for (unsigned int y = Shape::row(); y < rows; y += Shape::kRows) {
    unsigned int x = Shape::column();
    for (unsigned int n = 0; x < columns; n += Shape::kColumns, x += Shape::kColumns) {
      heddle_gemm_finish<kPlain>(arguments, to + n, row, column + n, tcgen05_ld(from + n));
    }
    from += heddle_tensor_address(Shape::kRows, 0);
    to += Shape::kRows * arguments.c_pitch;
    row += Shape::kRows;
  }
}

/// The epilogue's warps; the first tile is complete. A warp takes 8 rows by turns with the others.
template <bool kPlain, typename C>
static __device__ __attribute__((noinline)) void heddle_gemm_epilogue(
    const heddle_gemm_arguments& arguments, const heddle_gemm_shared& shared) {
  using Shape = heddle_gemm_block_shape<C>;
  const heddle_gemm_tile* tile = heddle_gemm_tiles(arguments);
  const heddle_gemm_tile* const end = tile + arguments.tiles;
  const unsigned int pitch = arguments.c_pitch;
  const unsigned int rows_by_turns = arguments.epilogue_warps * Shape::kBlockRows;
  const unsigned int threads = arguments.epilogue_warps * 32 + 32;
  const unsigned int warp = threadIdx.x / 32 - 2, first_row = warp * Shape::kBlockRows;
  const unsigned int row = first_row + Shape::row();
  const unsigned int to = (row * pitch + Shape::column()) * sizeof(C);
  unsigned int from = shared.column + heddle_tensor_address(row, Shape::column());
  unsigned int complete = heddle_gemm_complete, half = arguments.tensor_columns / 2;
  for (bool first = true;; first = false) {
    const unsigned int down = tile->blocks_down + (warp < tile->more_blocks ? 1 : 0);
    const unsigned int across = tile->blocks_across, edges = tile->edges;
    unsigned int blocks = down * across;
    C* const line = reinterpret_cast<C*>(tile->c + to);
    const bool last = tile + 1 == end;
    heddle_gemm_block<C> block;
    block.row = tile->row + row;
    block.column = tile->column + Shape::column();
#pragma unroll
    for (unsigned int y = 0; y < Shape::kDown; ++y) {
      block.from[y] = from + heddle_tensor_address(y * Shape::kRows, 0);
      block.to[y] = line + y * Shape::kRows * pitch;
      __asm__ __volatile__("" : "+r"(block.from[y]), "+r"(block.to[y]));  // before it waits
    }
    __asm__ __volatile__("" : "+r"(blocks));
    if (!first) bar_sync(complete, threads);
    if (blocks != 0) {
      if (across % 2 == 0) {
        heddle_gemm_blocks<kPlain, 2>(arguments, block, blocks / 2, across / 2, rows_by_turns);
      } else {
        heddle_gemm_blocks<kPlain, 1>(arguments, block, blocks, across, rows_by_turns);
      }
    }
    if (edges != 0) {
      const unsigned int rows = tile->valid_rows, columns = tile->valid_columns;
      unsigned int edge_from = from, edge_row = tile->row + row;
      C* edge_to = line;
      for (unsigned int m = first_row; m < rows; m += rows_by_turns) {
        const unsigned int left = min(rows - m, Shape::kBlockRows);
        const unsigned int n = left == Shape::kBlockRows ? across * Shape::kBlockColumns : 0;
        heddle_gemm_edge_rows<kPlain>(arguments, edge_from + n, edge_to + n, edge_row,
                                      tile->column + Shape::column() + n, left, columns - n);
        edge_from += heddle_tensor_address(rows_by_turns, 0);
        edge_to += rows_by_turns * pitch;
        edge_row += rows_by_turns;
      }
    }
    if (last) break;  // nobody waits for it
    ++tile;
    tcgen05_fence();
    bar_arrive(complete + (heddle_gemm_drained - heddle_gemm_complete), threads);
    complete ^= 1;
    from += half;
    half = 0 - half;
  }
  if (arguments.end != 0) {
    __threadfence();
    const auto now = static_cast<unsigned int>(clock());
    if (threadIdx.x % 32 == 0) atomicMax(reinterpret_cast<unsigned int*>(arguments.end), now);
  }
}

#undef HEDDLE_GEMM
