// The epilogue of the GEMM of heddle/gemm.h: from tensor memory to C.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>
#include <type_traits>

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

/// A block of C in a warp, as its thread sees it: its first word in tensor memory, its first
/// element.
template <typename C>
struct heddle_gemm_block {
  unsigned int from, row, column;
  C* to;
};

/// Loads the words of a block, and meanwhile stores the block before: so tensor memory and the
/// coalescer both have something to do, although warps that begin together stay together. The
/// addresses come first: else the warp would wait for each. `step`: bytes from row to row of C.
template <bool kPlain, bool kLoad, bool kStore, typename C>
HEDDLE_GEMM void heddle_gemm_pass(const heddle_gemm_arguments& arguments, unsigned int step,
                                  unsigned int from, unsigned int (&loaded)[8],
                                  const heddle_gemm_block<C>& before,
                                  const unsigned int (&stored)[8]) {
  using Shape = heddle_gemm_block_shape<C>;
  static_assert(Shape::kDown * Shape::kAcross == 8);
  unsigned int words[8];
#pragma unroll
  for (unsigned int i = 0; kLoad && i < 8; ++i) {
    const unsigned int y = i / Shape::kAcross * Shape::kRows;
    if (i % Shape::kAcross != 0) {
      words[i] = words[i - 1] + Shape::kColumns;
    } else if (y == 0) {
      words[i] = from;
    } else {
      // y rows further, made of `from` and of nothing that depends on it.
      __asm__("lui %0, %2\n add %0, %0, %1" : "=&r"(words[i]) : "r"(from), "i"(y << 4));
    }
  }
  if constexpr (kLoad) {
    __asm__ __volatile__(""
                         : "+r"(words[0]), "+r"(words[1]), "+r"(words[2]), "+r"(words[3]),
                           "+r"(words[4]), "+r"(words[5]), "+r"(words[6]), "+r"(words[7]));
  }
  auto line = reinterpret_cast<std::uintptr_t>(before.to);
#pragma unroll
  for (unsigned int i = 0; i < 8; ++i) {
    const unsigned int y = i / Shape::kAcross * Shape::kRows,
                       x = i % Shape::kAcross * Shape::kColumns;
    if constexpr (kLoad) loaded[i] = tcgen05_ld(words[i]);
    if constexpr (kStore) {
      heddle_gemm_finish<kPlain>(arguments, reinterpret_cast<C*>(line) + x, before.row + y,
                                 before.column + x, stored[i]);
      if (i % Shape::kAcross == Shape::kAcross - 1) {
        line += step;
        __asm__ __volatile__("" : "+r"(line));  // not a product for each
      }
    }
  }
}

/// Blocks of a tile that have no edge: `down` rows of them by `rows_by_turns`, `across` in each.
template <bool kPlain, typename C>
HEDDLE_GEMM void heddle_gemm_blocks(const heddle_gemm_arguments& arguments,
                                    heddle_gemm_block<C> block, unsigned int down,
                                    unsigned int across, unsigned int rows_by_turns) {
  using Shape = heddle_gemm_block_shape<C>;
  if (down == 0 || across == 0) return;
  unsigned int left = down * across, in_row = across;
  const unsigned int back = across * Shape::kBlockColumns;
  const unsigned int step = arguments.c_pitch * Shape::kRows * sizeof(C);
  const auto next = [&] {
    block.from += Shape::kBlockColumns;
    block.to += Shape::kBlockColumns;
    block.column += Shape::kBlockColumns;
    if (--in_row == 0) {
      heddle_gemm_rare();
      in_row = across;
      block.from += heddle_tensor_address(rows_by_turns, 0) - back;
      block.to += rows_by_turns * arguments.c_pitch - back;
      block.row += rows_by_turns;
      block.column -= back;
    }
  };
  unsigned int even[8], odd[8];
  heddle_gemm_pass<kPlain, true, false>(arguments, step, block.from, even, block, even);
  while (true) {
    heddle_gemm_block<C> before = block;
    if (--left == 0) {
      heddle_gemm_pass<kPlain, false, true>(arguments, step, 0, odd, before, even);
      return;
    }
    next();
    heddle_gemm_pass<kPlain, true, true>(arguments, step, block.from, odd, before, even);
    before = block;
    if (--left == 0) {
      heddle_gemm_pass<kPlain, false, true>(arguments, step, 0, even, before, odd);
      return;
    }
    next();
    heddle_gemm_pass<kPlain, true, true>(arguments, step, block.from, even, before, odd);
  }
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
    heddle_gemm_block<C> block;
    block.from = from;
    block.to = reinterpret_cast<C*>(tile->c + to);
    block.row = tile->row + row;
    block.column = tile->column + Shape::column();
    __asm__ __volatile__("" : "+r"(block.to) : "r"(down), "r"(across));  // before it waits
    if (!first) bar_sync(complete, threads);
    heddle_gemm_blocks<kPlain>(arguments, block, down, across, rows_by_turns);
    if (edges != 0) {
      const unsigned int rows = tile->valid_rows, columns = tile->valid_columns;
      for (unsigned int m = first_row; m < rows; m += rows_by_turns) {
        const unsigned int left = min(rows - m, Shape::kBlockRows);
        const unsigned int n = left == Shape::kBlockRows ? across * Shape::kBlockColumns : 0;
        heddle_gemm_edge_rows<kPlain>(arguments, block.from + n, block.to + n, block.row,
                                      block.column + n, left, columns - n);
        block.from += heddle_tensor_address(rows_by_turns, 0);
        block.to += rows_by_turns * pitch;
        block.row += rows_by_turns;
      }
    }
    if (++tile == end) break;  // nobody waits for the last one
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
