// What the parts of the GEMM of heddle/gemm.h share: its arguments and tiles in global memory, its
// mbarriers in shared memory, its barriers.
#pragma once

#include <cstdint>

#include "heddle/builtins.h"
#include "heddle/host_defines.h"

#define HEDDLE_GEMM static __device__ __forceinline__

/// What is done to alpha * A * B + beta * C + bias. gelu: its approximation by tanh.
enum heddle_activation : unsigned int {
  heddle_activation_none = 0,
  heddle_activation_relu = 1,
  heddle_activation_gelu = 2,
};

/// A tile of C, in the order in which they are worked on; in the form in which the device needs it.
/// Its operands come in planes of K: all rows, so many bytes of each. Planes are a group when one
/// commit, for which the engine stops, is behind all of them. The first columns have an MMA of
/// their own in a group's first plane: the engine begins when it has all of its rows of B.
struct heddle_gemm_tile {
  unsigned int a, b, rest;                 ///< addresses of A's rows, B's first columns, its others
  unsigned int row_bytes, group;           ///< of a plane: 32 or 128; planes of a group
  unsigned int a_rows, b_rows, rest_rows;  ///< rows | valid rows << 16, as bulk.load has them
  unsigned int a_units, b_units, rest_units;  ///< of a plane, of 16 bytes
  unsigned int swizzle;                       ///< of the copies and the MMAs
  unsigned int mma, first_mma, rest_mma;      ///< descriptors, without accumulate and steps
  unsigned int first_columns;
  unsigned int row, column;  ///< of C
  unsigned int valid_rows, valid_columns;
};

/// Lies in front of the tiles. Addresses have 32 bits on host and device here.
struct heddle_gemm_arguments {
  unsigned int tiles;
  unsigned int a_pitch_bytes, b_pitch_bytes, k_bytes;
  unsigned int c, c_pitch;  ///< the pitch in elements
  unsigned int bias;        ///< an element a column of C, or a row; 0: none
  unsigned int bias_by_row;
  unsigned int stages, stage_bytes;  ///< of shared memory, a plane each
  unsigned int tensor_columns;       ///< of the device, all of them
  unsigned int epilogue_warps;
  unsigned int bulk_copies;  ///< the device has a copy engine
  unsigned int alpha, beta;  ///< bits of C's scale
  heddle_activation activation;
  unsigned int end;  ///< 0, or the address of a word that gets the cycle of the last store
};
inline constexpr unsigned int heddle_gemm_tiles_offset = 128;
static_assert(sizeof(heddle_gemm_arguments) <= heddle_gemm_tiles_offset);

inline constexpr unsigned int heddle_gemm_most_stages = 6;

/// Mbarriers and what else the warps share; behind it in shared memory come the stages.
struct heddle_gemm_shared {
  std::uint64_t full[heddle_gemm_most_stages];  ///< A's rows, and B's first columns
  std::uint64_t rest[heddle_gemm_most_stages];  ///< B's others
  std::uint64_t empty[2];                       ///< the MMAs of a group are complete, by turns
  unsigned int column;                          ///< first column of tensor memory
};
inline constexpr unsigned int heddle_gemm_stages_offset = 128;
static_assert(sizeof(heddle_gemm_shared) <= heddle_gemm_stages_offset);

/// The hardware's barriers; of the pairs one a half of tensor memory.
enum heddle_gemm_barrier : unsigned int {
  heddle_gemm_ready = 1,
  heddle_gemm_complete = 2,
  heddle_gemm_drained = 4,
  heddle_gemm_free_stage = 6,  ///< and those behind it
};

static __host__ __device__ __forceinline__ unsigned int heddle_gemm_round_up(unsigned int x,
                                                                             unsigned int unit) {
  return (x + unit - 1) / unit * unit;
}

HEDDLE_GEMM const heddle_gemm_tile* heddle_gemm_tiles(const heddle_gemm_arguments& arguments) {
  return reinterpret_cast<const heddle_gemm_tile*>(reinterpret_cast<const char*>(&arguments) +
                                                   heddle_gemm_tiles_offset);
}

/// Makes a condition's rare case a branch: as selects, it would lengthen each round of a loop.
HEDDLE_GEMM void heddle_gemm_rare() { __asm__ __volatile__(""); }

#undef HEDDLE_GEMM
