// Attention on the matrix engine: O = softmax(scale * Q * K^T) * V, for each head of each batch.
//
//   heddle_attention_problem<__half, __half> problem;
//   problem.heads = 8;
//   problem.queries = problem.keys = 512;
//   problem.head_size = 64;
//   problem.scale = 0.125F;
//   problem.q = {q, 64, 512 * 64};  // elements from row to row, from head to head
//   problem.k = {k, 64, 512 * 64};
//   problem.v = {v, 64, 512 * 64};
//   problem.o = {o, 64, 512 * 64};
//   heddle_attention(problem);
//
// One pass over the keys, without a matrix of scores in memory (FlashAttention). Sums are the
// engine's, with FP32 accumulators; P has the operands' format, and its rows' sums are the engine's
// where tensor memory has room for them.
#pragma once

#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "heddle/attention_kernel.h"
#include "heddle/tensor_device.h"

/// A matrix of rows a head, in device memory. Pitches are elements; addresses and pitches in bytes
/// are multiples of 16.
template <typename T>
struct heddle_attention_matrices {
  T* data = nullptr;
  unsigned int row = 0, head = 0, batch = 0;
};

/// T: __half or __nv_fp8_e4m3. O: __half or float.
template <typename T, typename O>
struct heddle_attention_problem {
  unsigned int batches = 1, heads = 1, queries = 0, keys = 0;
  unsigned int head_size = 0;  ///< to 128; bytes: a multiple of 16
  float scale = 1;
  /// The last query sees all keys, each one before one key less. A row that sees none is zeros.
  bool causal = false;
  heddle_attention_matrices<const T> q, k, v;
  heddle_attention_matrices<O> o;
};

struct heddle_attention_plan {
  unsigned int warps = 0;      ///< 0: there is none
  unsigned int row_bytes = 0;  ///< of P and V: heddle_attention_shape
  bool engine_sums = false;    ///< likewise
  unsigned int shared_bytes = 0;
  heddle_attention_arguments arguments = {};  ///< without matrices
};

/// The tiles' places in tensor memory: in different banks, which are halves of the columns, if they
/// have room there. (A tensor address is a lane << 16 and a column.)
inline bool heddle_attention_lay_out(heddle_attention_arguments& plan, unsigned int lanes,
                                     unsigned int columns, unsigned int keys,
                                     unsigned int sum_columns) {
  const unsigned int rows = plan.tile_rows, head = plan.head_size + sum_columns;
  for (unsigned int tile = 0; tile < 2; ++tile) {
    if (rows <= lanes && 2 * keys + head <= columns / 2) {
      plan.s[tile] = tile * columns / 2;
      plan.sums[tile] = plan.s[tile] + 2 * keys;
    } else if (2 * rows <= lanes && 2 * keys + head <= columns) {
      plan.s[tile] = tile * rows << 16;
      plan.sums[tile] = plan.s[tile] + 2 * keys;
    } else if (4 * rows <= lanes && std::max(2 * keys, head) <= columns) {
      plan.s[tile] = tile * rows << 16;
      plan.sums[tile] = (2 + tile) * rows << 16;
    } else {
      return false;
    }
  }
  return true;
}

/// The largest tiles that have room.
inline heddle_attention_plan heddle_attention_make_plan(const heddle_tensor_device& device,
                                                        unsigned int queries,
                                                        unsigned int head_size,
                                                        unsigned int element_bytes) {
  constexpr unsigned int kMostWarps = 128 / heddle_attention_warp_rows, kMostTransposers = 2;
  heddle_attention_plan plan;
  heddle_attention_arguments& a = plan.arguments;
  a.head_size = head_size;
  const unsigned int head_bytes = (head_size * element_bytes + 31) / 32 * 32;
  a.steps = head_bytes / 32;
  a.row_bytes = head_bytes > 64 ? 128 : head_bytes;
  a.row_swizzle = head_bytes > 64   ? heddle_swizzle_128b
                  : head_bytes > 32 ? heddle_swizzle_64b
                                    : heddle_swizzle_32b;
  a.slabs = (head_bytes + a.row_bytes - 1) / a.row_bytes;
  const auto take = [&](unsigned int& at, unsigned int& bytes, unsigned int size,
                        unsigned int count) {
    at = plan.shared_bytes;
    bytes = (size + 1023) / 1024 * 1024;
    plan.shared_bytes += count * bytes;
  };
  for (unsigned int warps = kMostWarps; warps != 0; warps /= 2) {
    a.tile_warps = warps;
    a.tile_rows = warps * heddle_attention_warp_rows;
    if (warps > 1 && a.tile_rows >= queries) continue;
    if (2 * warps + 4 > device.warps) continue;
    a.transposers = std::min(kMostTransposers, device.warps - 3 - 2 * warps);
    for (const unsigned int choice : {0U, 1U, 2U, 3U}) {
      const unsigned int row_bytes = choice < 2 ? 128 : 64, keys = row_bytes / element_bytes;
      const unsigned int sum_columns = choice % 2 == 0 ? heddle_attention_sum_columns : 0;
      if (!heddle_attention_lay_out(a, device.tensor_lanes, device.tensor_columns, keys,
                                    sum_columns)) {
        continue;
      }
      for (a.v_stages = heddle_attention_most_v_stages; a.v_stages != 0; --a.v_stages) {
        plan.shared_bytes = 0;
        take(a.q_at, a.q_bytes, a.tile_rows * a.row_bytes * a.slabs, 2);
        take(a.k_at, a.k_bytes, keys * a.row_bytes * a.slabs, heddle_attention_k_stages);
        take(a.v_at, a.v_bytes, (head_size + sum_columns) * row_bytes, a.v_stages);
        take(a.p_at, a.p_bytes, a.tile_rows * row_bytes, 2);
        a.shared_at = plan.shared_bytes;
        plan.shared_bytes += sizeof(heddle_attention_shared);
        if (plan.shared_bytes > device.shared_bytes) continue;
        plan.row_bytes = row_bytes;
        plan.engine_sums = sum_columns != 0;
        plan.warps = 3 + 2 * warps + a.transposers;
        a.tensor_columns = device.tensor_columns;
        return plan;
      }
    }
  }
  return plan;
}

/// Whether the matrices can be read, or written, as they lie.
template <typename T>
bool heddle_attention_take(heddle_attention_lines& lines,
                           const heddle_attention_matrices<T>& matrices, unsigned int head_size) {
  const auto address = reinterpret_cast<std::uintptr_t>(matrices.data);
  const auto bytes = [](unsigned int elements) {
    return elements * static_cast<unsigned int>(sizeof(T));
  };
  lines = {static_cast<unsigned int>(address), bytes(matrices.row), bytes(matrices.head),
           bytes(matrices.batch)};
  return matrices.row >= head_size &&
         (lines.address | lines.row | lines.head | lines.batch) % 16 == 0;
}

/// Has finished when it returns. cudaErrorNotSupported, and a line on stderr, where the device has
/// no matrix engine, or not for these operands; cudaErrorInvalidValue for sizes and pitches that
/// are none of heddle_attention_problem's. `end`: 0, or a word of device memory that gets the cycle
/// of the last store, if that is greater than what it has.
template <typename T, typename O>
cudaError_t heddle_attention(const heddle_attention_problem<T, O>& problem,
                             unsigned int* end = nullptr) {
  constexpr bool kHalves = std::is_same_v<T, __half>;
  static_assert(kHalves || std::is_same_v<T, __nv_fp8_e4m3>, "halves or e4m3");
  static_assert(std::is_same_v<O, __half> || std::is_same_v<O, float>, "O is of halves or floats");
  constexpr heddle_mma_format kFormat = kHalves ? heddle_mma_f16 : heddle_mma_e4m3;
  constexpr unsigned int kFormatClass = kHalves ? 0 : 3, kMostHeadSize = 128;
  if (problem.head_size == 0 || problem.head_size > kMostHeadSize ||
      problem.head_size * sizeof(T) % 16 != 0 || problem.keys == 0) {
    return cudaErrorInvalidValue;
  }
  if (problem.batches == 0 || problem.heads == 0 || problem.queries == 0) return cudaSuccess;
  heddle_tensor_device device;
  cudaError_t error = heddle_tensor_find(device, "attention", kFormatClass);
  if (error != cudaSuccess) return error;
  const heddle_attention_plan plan =
      heddle_attention_make_plan(device, problem.queries, problem.head_size, sizeof(T));
  if (plan.warps == 0) {
    return heddle_tensor_refuse("attention",
                                "the device has too few warps, or too little room for tiles");
  }
  heddle_attention_arguments arguments = plan.arguments;
  if (!heddle_attention_take(arguments.q, problem.q, problem.head_size) ||
      !heddle_attention_take(arguments.k, problem.k, problem.head_size) ||
      !heddle_attention_take(arguments.v, problem.v, problem.head_size) ||
      !heddle_attention_take(arguments.o, problem.o, problem.head_size)) {
    return cudaErrorInvalidValue;
  }
  arguments.batches = problem.batches;
  arguments.heads = problem.heads;
  arguments.queries = problem.queries;
  arguments.keys = problem.keys;
  arguments.causal = problem.causal ? 1 : 0;
  constexpr float kLog2E = 1.4426950408889634F;
  arguments.scale = problem.scale * kLog2E;
  arguments.end = static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(end));
  heddle_tensor_scratch list;
  error = list.allocate(sizeof arguments);
  if (error != cudaSuccess) return error;
  error = cudaMemcpy(list.data(), &arguments, sizeof arguments, cudaMemcpyHostToDevice);
  if (error != cudaSuccess) return error;
  const auto launch = [&](auto shape) {
    heddle_attention_kernel<decltype(shape), kFormat, O>
        <<<1, plan.warps * 32, plan.shared_bytes>>>(
            static_cast<const heddle_attention_arguments*>(list.data()));
  };
  constexpr unsigned int kBytes = sizeof(T);
  if (plan.row_bytes == 128 && plan.engine_sums) {
    launch(heddle_attention_shape<kBytes, 128, true>());
  } else if (plan.row_bytes == 128) {
    launch(heddle_attention_shape<kBytes, 128, false>());
  } else if (plan.engine_sums) {
    launch(heddle_attention_shape<kBytes, 64, true>());
  } else {
    launch(heddle_attention_shape<kBytes, 64, false>());
  }
  error = cudaGetLastError();
  return error == cudaSuccess ? cudaDeviceSynchronize() : error;
}
