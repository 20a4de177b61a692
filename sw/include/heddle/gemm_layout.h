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
/// Its operands come in planes, a stage of shared memory each: of up to `slabs` slabs, which are so
/// many bytes of all its rows of A and B. Its MMAs are of all its columns and a slab each; or, if
/// there is a second half, of a half of the columns and a K-step each.
struct heddle_gemm_tile {
  unsigned int a, b;                       ///< addresses of the first rows
  unsigned int a_rows, b_rows;             ///< rows | valid rows << 16, as bulk.load has them
  unsigned int a_units, slab_units;        ///< of a slab, of 16 bytes: A's; all
  unsigned int planes, slabs, last_slabs;  ///< of K; of a plane; of the last plane
  unsigned int last_row, last_steps;  ///< last slab: bytes of a row | valid ones << 16; K-steps
  unsigned int mma, second_mma;  ///< descriptors, without accumulate and steps; 0: no second half
  unsigned int second_column, second_units;  ///< column << 16; of a slab, from its first row of B
  unsigned int row, column, valid_rows, valid_columns;  ///< of C
  unsigned int c;                                       ///< address of its first element
  // Whole blocks of 8 rows for each warp of the epilogue, how many warps have one more, blocks of
  // 32 columns, and whether there are elements in none.
  unsigned int blocks_down, more_blocks, blocks_across, edges;
};

/// The first tile's first K-steps come on their own, and first of all: A's rows with B's first
/// ones, and B's others. So the engine begins early. Then comes the first plane, if it is one slab;
/// they are in it once more.
struct heddle_gemm_head {
  unsigned int a, a_pitch, a_place, row, a_rows;  ///< as bulk.load has them
  unsigned int b, b_pitch, b_place, b_rows;
  unsigned int rest, rest_place, rest_rows;
  unsigned int bytes, rest_bytes;  ///< 0: there is no head
  unsigned int mma, rest_mma;      ///< descriptors
  unsigned int plane_row, plane_a_place, plane_b_place, plane_b_rows, plane_bytes;
};
inline constexpr unsigned int heddle_gemm_head_steps = 2;  ///< rows of 64 bytes: a line's

/// Lies in front of the tiles. Addresses have 32 bits on host and device here.
struct heddle_gemm_arguments {
  heddle_gemm_head head;
  unsigned int tiles;
  unsigned int k_bytes;
  unsigned int c_pitch;  ///< in elements
  unsigned int bias;     ///< an element a column of C, or a row; 0: none
  unsigned int bias_by_row;
  unsigned int stages, stage_bytes;  ///< of shared memory, a plane each
  unsigned int row_bytes, swizzle;   ///< of slabs: 32 or 128; << 14
  unsigned int tensor_columns;       ///< of the device, all of them
  unsigned int epilogue_warps;
  unsigned int bulk_copies;  ///< the device has a copy engine
  unsigned int alpha, beta;  ///< bits of C's scale
  heddle_activation activation;
  unsigned int end;  ///< 0, or the address of a word that gets the cycle of the last store
};
inline constexpr unsigned int heddle_gemm_tiles_offset = 256;
static_assert(sizeof(heddle_gemm_arguments) <= heddle_gemm_tiles_offset);

inline constexpr unsigned int heddle_gemm_most_stages = 3;

/// Mbarriers and what else the warps share; behind it in shared memory come the stages.
struct heddle_gemm_shared {
  std::uint64_t head[2];                         ///< the head's parts are there
  std::uint64_t full[heddle_gemm_most_stages];   ///< a plane is there
  std::uint64_t empty[heddle_gemm_most_stages];  ///< its MMAs are complete
  unsigned int column;                           ///< first column of tensor memory
};
inline constexpr unsigned int heddle_gemm_stages_offset = 128;
static_assert(sizeof(heddle_gemm_shared) <= heddle_gemm_stages_offset);

/// The hardware's barriers; of the pairs one a half of tensor memory.
enum heddle_gemm_barrier : unsigned int {
  heddle_gemm_ready = 1,
  heddle_gemm_complete = 2,
  heddle_gemm_drained = 4,
  heddle_gemm_headed = 6,      ///< the head's mbarriers are right
  heddle_gemm_free_stage = 7,  ///< and those behind it
};

static __host__ __device__ __forceinline__ unsigned int heddle_gemm_round_up(unsigned int x,
                                                                             unsigned int unit) {
  return (x + unit - 1) / unit * unit;
}

/// A device pointer has 32 bits.
static __host__ __device__ __forceinline__ unsigned int heddle_gemm_address(const void* pointer) {
  return static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(pointer));
}

HEDDLE_GEMM const heddle_gemm_tile* heddle_gemm_tiles(const heddle_gemm_arguments& arguments) {
  return reinterpret_cast<const heddle_gemm_tile*>(reinterpret_cast<const char*>(&arguments) +
                                                   heddle_gemm_tiles_offset);
}

// Fields of an MMA's descriptor.
inline constexpr unsigned int heddle_gemm_accumulate = 1u << 13;
inline constexpr unsigned int heddle_gemm_next_step = 1u << 14;
inline constexpr unsigned int heddle_gemm_more_steps = 1u << 16;

/// Makes a condition's rare case a branch: as selects, it would lengthen each round of a loop.
HEDDLE_GEMM void heddle_gemm_rare() { __asm__ __volatile__(""); }

#undef HEDDLE_GEMM
