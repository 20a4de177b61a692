// GEMM on the matrix engine: C = activation(alpha * A * B + beta * C + bias). Any sizes; A is m x
// k, B is k x n, C is m x n.
//
//   heddle_gemm_problem<__half, __half, float> problem;
//   problem.m = problem.n = problem.k = 512;
//   problem.a = a, problem.lda = 512;  // row by row
//   problem.b = b, problem.ldb = 512;  // column by column, the default
//   problem.c = c, problem.ldc = 512;
//   heddle_gemm(problem);
//
// Operands that are K-major (A row by row, B column by column: BLAS's TN), at addresses and with
// lines of a multiple of 16 bytes, are read where they lie. Others are packed into scratch memory
// by a kernel in front: right, but with a pass over them more.
//
// The sum over K is the engine's, 32 bytes of a row a step, K ascending (docs/architecture/
// tensor.md). Then, each rounded once: x = alpha * sum; x = fma(beta, c, x) unless beta is 0, when
// C is not read; x + bias; the activation; C's format.
#pragma once

#include <cuda_fp8.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "heddle/gemm_kernel.h"
#include "heddle/gemm_pack.h"
#include "heddle/tensor_device.h"

enum heddle_layout : unsigned int { heddle_row_major, heddle_column_major };

/// Two FP4 (E2M1) in a byte, the first one in bits 3:0. Sizes and pitches count elements.
struct heddle_fp4x2 {
  unsigned char bits;
};

// What the engine knows of a type of operand: its format, its bits, the bit of tensor_formats.
template <typename T>
struct heddle_gemm_operand;
#define HEDDLE_GEMM_OPERAND(type, its_format, its_bits, its_class, floats) \
  template <>                                                              \
  struct heddle_gemm_operand<type> {                                       \
    static constexpr heddle_mma_format format = its_format;                \
    static constexpr unsigned int bits = its_bits, class_bit = its_class;  \
    using scale = std::conditional_t<floats, float, int>;                  \
  }
HEDDLE_GEMM_OPERAND(__half, heddle_mma_f16, 16, 0, true);
HEDDLE_GEMM_OPERAND(__nv_bfloat16, heddle_mma_bf16, 16, 1, true);
HEDDLE_GEMM_OPERAND(__nv_fp8_e4m3, heddle_mma_e4m3, 8, 3, true);
HEDDLE_GEMM_OPERAND(__nv_fp8_e5m2, heddle_mma_e5m2, 8, 3, true);
HEDDLE_GEMM_OPERAND(heddle_fp4x2, heddle_mma_fp4, 4, 8, true);
HEDDLE_GEMM_OPERAND(signed char, heddle_mma_s8, 8, 5, false);
HEDDLE_GEMM_OPERAND(unsigned char, heddle_mma_u8, 8, 5, false);
#undef HEDDLE_GEMM_OPERAND

/// A and B of one class: halves, bfloat16s, FP8 of either kind, FP4, or bytes. C: float, __half or
/// __nv_bfloat16; of bytes int.
template <typename A, typename B, typename C>
struct heddle_gemm_problem {
  using Scale = typename heddle_gemm_operand<A>::scale;
  unsigned int m = 0, n = 0, k = 0;
  const A* a = nullptr;  ///< device memory, all of them
  const B* b = nullptr;
  C* c = nullptr;
  unsigned int lda = 0, ldb = 0, ldc = 0;  ///< elements from line to line
  heddle_layout a_layout = heddle_row_major, b_layout = heddle_column_major,
                c_layout = heddle_row_major;
  Scale alpha = 1, beta = 0;
  const Scale* bias = nullptr;  ///< n elements, one a column of C
  heddle_activation activation = heddle_activation_none;
  heddle_mma_mode mode = heddle_mma_blackwell;
};

/// A part of C.
struct heddle_gemm_area {
  unsigned int row, column, rows, columns;
};

/// What is done in which order, and how.
struct heddle_gemm_plan {
  std::vector<heddle_gemm_area> areas;
  unsigned int stages = 0, stage_bytes = 0, row_bytes = 0, head_bytes = 0, warps = 0, units = 0;
};

/// The last area is cut, so that little is left to do behind the last MMA. What is done beside the
/// MMAs of a piece is the epilogue of the piece before, so they get smaller step by step.
inline void heddle_gemm_cut(std::vector<heddle_gemm_area>& areas, unsigned int most_columns) {
  constexpr unsigned int kColumns = 32;  // of lines of C
  heddle_gemm_area whole = areas.back();
  areas.pop_back();
  while (most_columns >= 3 * kColumns && !areas.empty() && areas.back().row == whole.row &&
         whole.columns + areas.back().columns <= 8 * kColumns) {
    whole.column = areas.back().column;
    whole.columns += areas.back().columns;
    areas.pop_back();
  }
  unsigned int row = whole.row, column = whole.column, rows = whole.rows, left = whole.columns;
  const auto take_columns = [&](unsigned int behind) {
    if (left <= behind) return;
    const unsigned int columns = heddle_gemm_round_up(left - behind, kColumns);
    areas.push_back({row, column, rows, columns});
    column += columns;
    left -= columns;
  };
  take_columns(5 * kColumns);
  take_columns(3 * kColumns);
  if (rows >= 64) {
    const unsigned int upper = heddle_gemm_round_up(rows / 2, 8);
    areas.push_back({row, column, upper, left});
    row += upper;
    rows -= upper;
  }
  take_columns(kColumns);
  areas.push_back({row, column, rows, left});
}

/// Areas as large as tensor memory's lanes and half its columns have room for, and so that two
/// stages of slabs with rows of 128 bytes have room in shared memory, or else three of 32 bytes;
/// equal ones, but for the last. Of a third stage, for which narrow areas have room, a plane more
/// is on its way.
inline heddle_gemm_plan heddle_gemm_make_plan(const heddle_tensor_device& device, unsigned int m,
                                              unsigned int n, unsigned int k_bytes) {
  constexpr unsigned int kLargest = 256;
  heddle_gemm_plan plan;
  plan.warps = std::min(device.warps, 6u);
  unsigned int shared_bytes = device.shared_bytes - heddle_gemm_stages_offset;
  const unsigned int most_rows = std::min(device.tensor_lanes, kLargest) / 8 * 8;
  unsigned int most_columns = std::min(device.tensor_columns / 2, kLargest) / 8 * 8;
  // Of a short K, the epilogue of a large area takes as long as the next one's MMAs.
  constexpr unsigned int kShort = 512;
  if (k_bytes <= kShort) most_columns = std::min(most_columns, kLargest / 2);
  while ((most_rows + most_columns) * 32 * heddle_gemm_most_stages > shared_bytes)
    most_columns = most_columns / 16 * 8;
  const unsigned int down = (m + most_rows - 1) / most_rows;
  const unsigned int across = (n + most_columns - 1) / most_columns;
  const unsigned int rows = heddle_gemm_round_up((m + down - 1) / down, 8);
  const unsigned int columns =
      std::min(most_columns, heddle_gemm_round_up((n + across - 1) / across, 32));
  for (unsigned int row = 0; row < m; row += rows) {
    for (unsigned int column = 0; column < n; column += columns) {
      plan.areas.push_back({row, column, std::min(rows, m - row), std::min(columns, n - column)});
    }
  }
  heddle_gemm_cut(plan.areas, most_columns);
  const unsigned int step_bytes = (rows + columns) * 32;
  constexpr unsigned int kHeadSteps = heddle_gemm_head_steps;
  const bool wide = k_bytes > 32 * kHeadSteps && step_bytes * (2 * 4 + kHeadSteps) <= shared_bytes;
  plan.row_bytes = wide ? 128 : 32;
  plan.head_bytes = wide && device.copy_tags != 0 ? step_bytes * kHeadSteps : 0;
  shared_bytes -= plan.head_bytes;
  plan.stages = heddle_gemm_most_stages;
  if (wide) plan.stages = std::min(plan.stages, shared_bytes / (step_bytes * 4));
  plan.units = device.tensor_m * device.tensor_n;
  plan.stage_bytes = shared_bytes / plan.stages / 256 * 256;
  return plan;
}

/// A matrix as the kernel sees it; an operand has lines of K.
struct heddle_gemm_lines {
  unsigned int address = 0;
  unsigned int pitch_bytes = 0;
  unsigned int element_bytes = 0;  ///< of C
};

inline heddle_gemm_tile heddle_gemm_make_tile(const heddle_gemm_area& area,
                                              const heddle_gemm_lines& a,
                                              const heddle_gemm_lines& b,
                                              const heddle_gemm_lines& c,
                                              const heddle_gemm_plan& plan, unsigned int k_bytes,
                                              unsigned int formats) {
  heddle_gemm_tile tile = {};
  tile.row = area.row;
  tile.column = area.column;
  tile.valid_rows = area.rows;
  tile.valid_columns = area.columns;
  const unsigned int rows = heddle_gemm_round_up(area.rows, 8);
  const unsigned int columns = heddle_gemm_round_up(area.columns, 8);
  tile.a = a.address + area.row * a.pitch_bytes;
  tile.b = b.address + area.column * b.pitch_bytes;
  tile.a_rows = rows | area.rows << 16;
  tile.b_rows = columns | area.columns << 16;
  tile.a_units = rows * plan.row_bytes / 16;
  tile.slab_units = (rows + columns) * plan.row_bytes / 16;
  // A plane is copied while the MMAs of the one before run, whose stage is free late: of small
  // tiles, that takes about as long. Very small ones have long planes: each costs the threads'
  // time, too.
  constexpr unsigned int kSmall = 2048;  // elements
  const unsigned int wanted_slabs = rows * columns >= kSmall ? 2 : 8;
  const unsigned int most_slabs = std::min(wanted_slabs, plan.stage_bytes / 16 / tile.slab_units);
  // Planes of one size.
  const unsigned int all_slabs = (k_bytes + plan.row_bytes - 1) / plan.row_bytes;
  const unsigned int planes = (all_slabs + most_slabs - 1) / most_slabs;
  tile.slabs = (all_slabs + planes - 1) / planes;
  tile.planes = (all_slabs + tile.slabs - 1) / tile.slabs;
  tile.last_slabs = all_slabs - (tile.planes - 1) * tile.slabs;
  const unsigned int last_bytes = k_bytes - (all_slabs - 1) * plan.row_bytes;
  tile.last_row = plan.row_bytes | last_bytes << 16;
  tile.last_steps = (last_bytes + 31) / 32;
  // Long planes are of eight MMAs: as many as the engine has places for. So the warp that issues
  // them sleeps until the plane before is complete.
  const bool by_steps = tile.slabs == 1 && rows * columns / plan.units >= 1024;
  const unsigned int first = by_steps ? (columns + 8) / 16 * 8 : columns;
  const unsigned int mma = formats | (rows / 8 - 1) << 18;
  tile.mma = mma | (first / 8 - 1) << 23;
  if (first != columns) tile.second_mma = mma | ((columns - first) / 8 - 1) << 23;
  tile.second_column = first << 16;
  tile.second_units = first * plan.row_bytes / 16;
  tile.c = c.address + area.row * c.pitch_bytes + area.column * c.element_bytes;
  const unsigned int epilogue_warps = plan.warps - 2;
  tile.blocks_down = area.rows / 8 / epilogue_warps;
  tile.more_blocks = area.rows / 8 % epilogue_warps;
  tile.blocks_across = area.columns / 32;
  tile.edges = area.rows % 8 != 0 || area.columns % 32 != 0;
  return tile;
}

inline heddle_gemm_head heddle_gemm_make_head(const heddle_gemm_tile& tile,
                                              const heddle_gemm_lines& a,
                                              const heddle_gemm_lines& b,
                                              const heddle_gemm_plan& plan, unsigned int k_bytes,
                                              unsigned int formats) {
  heddle_gemm_head head = {};
  head.a_pitch = a.pitch_bytes;
  head.b_pitch = b.pitch_bytes;
  if (plan.head_bytes == 0) return head;
  const unsigned int rows = tile.a_rows & 0xffff, columns = tile.b_rows & 0xffff;
  const unsigned int valid_columns = tile.b_rows >> 16;
  const unsigned int first = columns >= 128 ? 32 : columns, rest = columns - first;
  constexpr unsigned int kRow = heddle_gemm_head_steps * 32;
  const unsigned int place =
      (heddle_gemm_stages_offset + plan.stages * plan.stage_bytes) / 16 | heddle_swizzle_64b << 14;
  head.a = tile.a;
  head.a_place = place;
  head.row = kRow | kRow << 16;
  head.a_rows = tile.a_rows;
  head.b = tile.b;
  head.b_place = place + rows * (kRow / 16);
  head.b_rows = first | std::min(first, valid_columns) << 16;
  head.rest = tile.b + first * b.pitch_bytes;
  head.rest_place = (place + (rows + first) * (kRow / 16)) | 1u << 16;  // the next mbarrier
  head.rest_rows = rest | (valid_columns - std::min(first, valid_columns)) << 16;
  head.bytes = (rows + first) * kRow;
  head.rest_bytes = rest * kRow;
  if (tile.slabs == 1) {
    head.plane_row = plan.row_bytes | std::min(plan.row_bytes, k_bytes) << 16;
    head.plane_a_place =
        heddle_gemm_stages_offset / 16 | heddle_swizzle_128b << 14 | 2u << 16;  // full[0]
    head.plane_b_place = head.plane_a_place + tile.a_units;
    head.plane_b_rows = tile.b_rows;
    head.plane_bytes = tile.slab_units * 16;
  }
  const unsigned int mma = formats | (rows / 8 - 1) << 18 | (heddle_gemm_head_steps - 1) << 16;
  head.mma = mma | (first / 8 - 1) << 23;
  if (rest != 0) head.rest_mma = mma | (rest / 8 - 1) << 23;
  return head;
}

/// Where it lies, or packed. k_major: its lines are K.
template <typename T>
cudaError_t heddle_gemm_take(heddle_gemm_lines& lines, heddle_tensor_scratch& scratch, const T* data,
                             unsigned int pitch, bool k_major, unsigned int count,
                             unsigned int depth) {
  constexpr unsigned int kBits = heddle_gemm_operand<T>::bits;
  const bool halves = kBits == 4 && depth % 2 != 0;  // the last byte has half an element of K
  if (k_major && reinterpret_cast<std::uintptr_t>(data) % 16 == 0 && pitch * kBits % 128 == 0 &&
      !halves) {
    lines.address = heddle_gemm_address(data);
    lines.pitch_bytes = pitch * kBits / 8;
    return cudaSuccess;
  }
  lines.pitch_bytes = heddle_gemm_round_up(depth * kBits, 128) / 8;
  const cudaError_t error = scratch.allocate(std::size_t{count} * lines.pitch_bytes);
  if (error != cudaSuccess) return error;
  lines.address = heddle_gemm_address(scratch.data());
  const unsigned int words = lines.pitch_bytes / 4;
  heddle_gemm_pack<kBits><<<dim3((words + 3) / 4, (count + 31) / 32), 128>>>(
      reinterpret_cast<const unsigned char*>(data), static_cast<unsigned int*>(scratch.data()),
      count, depth, k_major ? pitch : 1, k_major ? 1 : pitch, words);
  return cudaGetLastError();
}

/// A GEMM that is ready for its kernel.
struct heddle_gemm_prepared {
  heddle_tensor_scratch a, b, list;  ///< packed operands; the kernel's argument
  unsigned int warps = 0, shared_bytes = 0;

  const heddle_gemm_arguments* arguments() const {
    return static_cast<const heddle_gemm_arguments*>(list.data());
  }
};

/// C row by row, m, n and k not 0. `end`: 0, or a word of device memory that gets the cycle of the
/// last store, if that is greater than what it has.
template <typename A, typename B, typename C>
cudaError_t heddle_gemm_prepare(heddle_gemm_prepared& prepared,
                                const heddle_gemm_problem<A, B, C>& problem, bool bias_by_row,
                                unsigned int* end) {
  using Scale = typename heddle_gemm_problem<A, B, C>::Scale;
  static_assert(heddle_gemm_operand<A>::class_bit == heddle_gemm_operand<B>::class_bit,
                "A and B are of one class");
  static_assert(std::is_same_v<Scale, int> == std::is_same_v<C, int>, "C is int for bytes only");
  heddle_tensor_device device;
  cudaError_t error = heddle_tensor_find(device, "gemm", heddle_gemm_operand<A>::class_bit);
  if (error != cudaSuccess) return error;
  if (device.warps < 3) {
    return heddle_tensor_refuse("gemm", "it takes three warps, and the device has less");
  }

  const unsigned int a_line = problem.a_layout == heddle_row_major ? problem.k : problem.m;
  const unsigned int b_line = problem.b_layout == heddle_column_major ? problem.k : problem.n;
  if (problem.lda < a_line || problem.ldb < b_line || problem.ldc < problem.n) {
    return cudaErrorInvalidValue;
  }

  heddle_gemm_lines a, b;
  error = heddle_gemm_take(a, prepared.a, problem.a, problem.lda,
                           problem.a_layout == heddle_row_major, problem.m, problem.k);
  if (error != cudaSuccess) return error;
  error = heddle_gemm_take(b, prepared.b, problem.b, problem.ldb,
                           problem.b_layout == heddle_column_major, problem.n, problem.k);
  if (error != cudaSuccess) return error;

  const unsigned int k_bytes = (problem.k * heddle_gemm_operand<A>::bits + 7) / 8;
  const heddle_gemm_plan plan = heddle_gemm_make_plan(device, problem.m, problem.n, k_bytes);
  const unsigned int formats =
      heddle_gemm_operand<A>::format | heddle_gemm_operand<B>::format << 4 | problem.mode << 8;
  const heddle_gemm_lines c = {heddle_gemm_address(problem.c),
                               problem.ldc * static_cast<unsigned int>(sizeof(C)), sizeof(C)};
  std::vector<heddle_gemm_tile> tiles;
  for (const heddle_gemm_area& area : plan.areas) {
    tiles.push_back(heddle_gemm_make_tile(area, a, b, c, plan, k_bytes, formats));
  }
  heddle_gemm_arguments arguments;
  arguments.tiles = static_cast<unsigned int>(tiles.size());
  arguments.head = heddle_gemm_make_head(tiles[0], a, b, plan, k_bytes, formats);
  arguments.k_bytes = k_bytes;
  arguments.c_pitch = problem.ldc;
  arguments.bias = heddle_gemm_address(problem.bias);
  arguments.bias_by_row = bias_by_row;
  arguments.stages = plan.stages;
  arguments.stage_bytes = plan.stage_bytes;
  arguments.row_bytes = plan.row_bytes;
  arguments.swizzle = (plan.row_bytes == 128 ? heddle_swizzle_128b : heddle_swizzle_32b) << 14;
  arguments.tensor_columns = device.tensor_columns;
  arguments.epilogue_warps = plan.warps - 2;
  arguments.bulk_copies = device.copy_tags != 0;
  arguments.alpha = __builtin_bit_cast(unsigned int, problem.alpha);
  arguments.beta = __builtin_bit_cast(unsigned int, problem.beta);
  arguments.activation = problem.activation;
  arguments.end = heddle_gemm_address(end);
  const std::size_t tile_bytes = tiles.size() * sizeof tiles[0];
  error = prepared.list.allocate(heddle_gemm_tiles_offset + tile_bytes);
  if (error != cudaSuccess) return error;
  char* const to = static_cast<char*>(prepared.list.data());
  error = cudaMemcpy(to, &arguments, sizeof arguments, cudaMemcpyHostToDevice);
  if (error != cudaSuccess) return error;
  prepared.warps = plan.warps;
  prepared.shared_bytes =
      heddle_gemm_stages_offset + plan.stages * plan.stage_bytes + plan.head_bytes;
  return cudaMemcpy(to + heddle_gemm_tiles_offset, tiles.data(), tile_bytes,
                    cudaMemcpyHostToDevice);
}

template <typename A, typename B, typename C>
cudaError_t heddle_gemm_run(const heddle_gemm_problem<A, B, C>& problem, bool bias_by_row,
                            unsigned int* end) {
  if (problem.k == 0) return cudaErrorInvalidValue;
  if (problem.m == 0 || problem.n == 0) return cudaSuccess;
  heddle_gemm_prepared prepared;
  const cudaError_t error = heddle_gemm_prepare(prepared, problem, bias_by_row, end);
  if (error != cudaSuccess) return error;
  const bool plain = problem.alpha == 1 && problem.beta == 0 && problem.bias == nullptr &&
                     problem.activation == heddle_activation_none;
  const auto kernel = plain ? heddle_gemm_kernel<true, C> : heddle_gemm_kernel<false, C>;
  kernel<<<1, prepared.warps * 32, prepared.shared_bytes>>>(prepared.arguments());
  return cudaGetLastError();
}

/// Has finished when it returns. cudaErrorNotSupported, and a line on stderr, where the device has
/// no matrix engine, or not for these operands; cudaErrorInvalidValue if k is 0 or lines overlap.
/// `end`: see heddle_gemm_prepare().
template <typename A, typename B, typename C>
cudaError_t heddle_gemm(const heddle_gemm_problem<A, B, C>& problem, unsigned int* end = nullptr) {
  if (problem.c_layout == heddle_row_major) return heddle_gemm_run(problem, false, end);
  // The transposed product, row by row.
  const auto turned = [](heddle_layout layout) {
    return layout == heddle_row_major ? heddle_column_major : heddle_row_major;
  };
  heddle_gemm_problem<B, A, C> other;
  other.m = problem.n;
  other.n = problem.m;
  other.k = problem.k;
  other.a = problem.b;
  other.b = problem.a;
  other.c = problem.c;
  other.lda = problem.ldb;
  other.ldb = problem.lda;
  other.ldc = problem.ldc;
  other.a_layout = turned(problem.b_layout);
  other.b_layout = turned(problem.a_layout);
  other.alpha = problem.alpha;
  other.beta = problem.beta;
  other.bias = problem.bias;
  other.activation = problem.activation;
  other.mode = problem.mode;
  return heddle_gemm_run(other, true, end);
}
