// The matrix engine: PTX's tcgen05 with accumulators in tensor memory, operands in shared memory
// and completion on mbarriers (docs/architecture/tensor.md, "The matrix engine").
//
// One thread of the block calls tcgen05_alloc, tcgen05_dealloc, tcgen05_mma and tcgen05_commit: of
// threads that call together, only the lowest one's arguments count. tcgen05_ld and tcgen05_st are
// each thread's own.
//
// MMAs run beside the threads, one after the other. What threads have done before comes before them
// only with a fence between, tcgen05_fence(), and behind a barrier if it was other threads. Who has
// waited at an mbarrier that tcgen05_commit names may load D and write what the MMAs have read. A
// launch on a device without a matrix engine ends with an illegal instruction.
#pragma once

#include <cstdint>

#include "heddle/builtins.h"
#include "heddle/heddle_isa.inc"
#include "heddle/host_defines.h"

#define HEDDLE_TENSOR static __device__ __forceinline__

extern "C" __device__ void __heddle_tensor_mma(unsigned int descriptor, unsigned int a,
                                               unsigned int b);
extern "C" __device__ void __heddle_tensor_mma_scaled(unsigned int descriptor, unsigned int a,
                                                      unsigned int b, unsigned int a_second,
                                                      unsigned int b_second);

/// What tcgen05_alloc gives where there are not enough columns.
inline constexpr unsigned int heddle_no_columns = 0xffffffff;

/// Formats of operands. A and B have the same, or both are of one line here.
enum heddle_mma_format : unsigned int {
  heddle_mma_f16 = 0,
  heddle_mma_bf16 = 1,
  heddle_mma_tf32 = 2,
  heddle_mma_e4m3 = 4,
  heddle_mma_e5m2 = 5,
  heddle_mma_e3m2 = 6,
  heddle_mma_e2m3 = 7,
  heddle_mma_e2m1 = 8,
  heddle_mma_fp4 = 9,
  heddle_mma_s8 = 12,
  heddle_mma_u8 = 13,
  heddle_mma_s4 = 14,
  heddle_mma_u4 = 15,
};

/// Whose rounding it is; where the device does not have a mode, Blackwell's.
enum heddle_mma_mode : unsigned int {
  heddle_mma_blackwell = 0,
  heddle_mma_volta = 1,
  heddle_mma_ampere = 2,
  heddle_mma_hopper = 3,
  heddle_mma_wgmma = 4,
};

/// Accumulators: of floats FP32, but for FP16 and bytes if wanted; of integers 32 bits.
enum heddle_mma_accumulator : unsigned int {
  heddle_mma_to_f32 = 0,
  heddle_mma_to_f16 = 1,
  heddle_mma_f16_to_f32 = 2,  ///< read as FP16, written as FP32
  heddle_mma_wrap = 0,
  heddle_mma_saturate = 1,  ///< each step is clamped
};

/// How the rows of a tile lie: their distance, and the swizzle of a bulk copy of the same name.
enum heddle_mma_layout : unsigned int {
  heddle_mma_rows_32b = 0,  ///< 32 bytes, no swizzle
  heddle_mma_swizzle_32b = 1,
  heddle_mma_swizzle_64b = 2,
  heddle_mma_swizzle_128b = 3,
};

/// What lies along the rows of a tile in shared memory: K (a row of the tile is one of A, or a column
/// of B), or M or N (a row of the tile is one k: PTX's "transpose"). The latter is for FP16, BF16 and
/// bytes without scales, on devices with heddleDevAttrTensorTranspose.
enum heddle_mma_major : unsigned int {
  heddle_mma_k_major = 0,
  heddle_mma_mn_major = 1,
};

/// Scales of blocks of elements along K. E8M0: of 32 elements, byte floats (MXFP8, MXFP6, MXFP4 in
/// bytes) or FP4 (MXFP4). UE4M3: of 16 elements of FP4 (NVFP4).
enum heddle_mma_scales : unsigned int {
  heddle_mma_unscaled = 0,
  heddle_mma_e8m0 = 1,
  heddle_mma_ue4m3 = 2,
};

/// What an MMA does: D = A * B (+ D), A of m rows, B of n, and 32 bytes of every row a step. m and
/// n are multiples of 8. Of an MN-major tile a step is as many rows as 32 bytes have elements, and a
/// tile has up to four, whatever its layout is.
struct heddle_mma {
  unsigned int m = 8;
  unsigned int n = 8;
  heddle_mma_format a = heddle_mma_f16;
  heddle_mma_format b = heddle_mma_f16;
  unsigned int steps = 1;       ///< along K: as far as the tiles' rows go
  unsigned int first_step = 0;  ///< of the rows, from which on they are read
  heddle_mma_mode mode = heddle_mma_blackwell;
  heddle_mma_accumulator accumulator = heddle_mma_to_f32;
  heddle_mma_scales scales = heddle_mma_unscaled;
  heddle_mma_major a_major = heddle_mma_k_major;
  heddle_mma_major b_major = heddle_mma_k_major;
};

/// The descriptor of tcgen05_mma, a constant where the fields are.
HEDDLE_TENSOR constexpr unsigned int heddle_mma_descriptor(const heddle_mma& mma, bool accumulate) {
  return mma.a | mma.b << 4 | mma.mode << 8 | mma.accumulator << 11 | (accumulate ? 1u << 13 : 0) |
         mma.first_step << 14 | (mma.steps - 1) << 16 | (mma.m / 8 - 1) << 18 |
         (mma.n / 8 - 1) << 23 | mma.scales << 28 | mma.a_major << 30 | mma.b_major << 31;
}

/// Of an address in shared memory its offset there / 16, where that is whole. Else its rest is in the top bits, which are 0
/// of every right descriptor: the MMA is a fault then.
HEDDLE_TENSOR unsigned int heddle_mma_offset(const void* shared) {
  const auto address = static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(shared));
  const unsigned int offset = address & 0x0fffffff;
  return offset / 16 | offset << 28;
}

/// A tile's descriptor: where its first row lies in shared memory, at a multiple of 16 (else the MMA
/// is a fault).
HEDDLE_TENSOR unsigned int heddle_mma_tile(const void* shared, heddle_mma_layout layout) {
  return heddle_mma_offset(shared) | layout << 14;
}

/// A scale tile's descriptor: where the first row's scales lie in shared memory, a multiple of 16
/// (else the MMA is a fault). Of every row of the tile there are those of four steps (128 bytes),
/// whatever its layout is, one row behind the other: a step has one scale of byte floats, two E8M0
/// or four UE4M3 of FP4.
HEDDLE_TENSOR unsigned int heddle_mma_scale_tile(const void* shared) {
  return heddle_mma_offset(shared);
}

/// A sparse A (2:4: PTX's .sp): of every four neighbours along K its tile has two, and a metadata tile
/// says which (heddle/tensor_sparsity.h makes both). This is the metadata tile's descriptor: where the
/// first row's lie in shared memory, a multiple of 16 (else the MMA is a fault); every row has those
/// of two steps, 8 bytes of FP16 and BF16 and 16 of bytes, one row behind the other. A step takes 32
/// bytes of A and 64 of B: up to two steps of B's tile. n is 128 at most, and half of the device's
/// tensor columns. For FP16, BF16 and bytes without scales, on devices with heddleDevAttrTensorSparse.
HEDDLE_TENSOR unsigned int heddle_mma_metadata_tile(const void* shared) {
  const auto address = static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(shared));
  const unsigned int offset = address & 0x0fffffff;
  return offset / 16 | 1u << 14 | (offset % 16 != 0 ? 1u << 15 : 0);
}

/// What an MMA is told of an MN-major operand with more rows (m or n) than a row of its tile has
/// elements: it lies in slabs, each of as many of its rows as that, so many bytes apart (PTX: the
/// leading dimension's byte offset), a multiple of 16 below 2^18 (of what is none, the MMA is a fault).
HEDDLE_TENSOR constexpr unsigned int heddle_mma_slabs(unsigned int bytes) { return bytes << 14; }

/// Tensor address: a lane is a row of D, a column one of its columns.
HEDDLE_TENSOR constexpr unsigned int heddle_tensor_address(unsigned int lane, unsigned int column) {
  return lane << 16 | column;
}

/// Takes columns of all lanes, a power of two; gives the first one, or heddle_no_columns. Behind
/// it, other threads learn it through shared memory.
HEDDLE_TENSOR unsigned int tcgen05_alloc(unsigned int columns) {
  unsigned int first;
  __asm__ __volatile__(HEDDLE_ASM_TENSOR_ALLOC("%0", "%1") : "=r"(first) : "r"(columns) : "memory");
  return first;
}

/// Gives columns back. What a block still holds comes back when it ends.
HEDDLE_TENSOR void tcgen05_dealloc(unsigned int first, unsigned int columns) {
  __asm__ __volatile__(HEDDLE_ASM_TENSOR_DEALLOC("%0", "%1")
                       :
                       : "r"(first), "r"(columns)
                       : "memory");
}

/// The word at the thread's tensor address, kColumn columns further: an immediate of the
/// instruction.
template <int kColumn = 0>
HEDDLE_TENSOR unsigned int tcgen05_ld(unsigned int address) {
  static_assert(kColumn >= -2048 && kColumn < 2048);
  unsigned int word;
  __asm__ __volatile__(HEDDLE_ASM_TENSOR_LD("%0", "%2", "%1")
                       : "=r"(word)
                       : "r"(address), "n"(kColumn)
                       : "memory");
  return word;
}

template <int kColumn = 0>
HEDDLE_TENSOR float tcgen05_ld_float(unsigned int address) {
  return __builtin_bit_cast(float, tcgen05_ld<kColumn>(address));
}

/// Sets the word at the thread's tensor address.
HEDDLE_TENSOR void tcgen05_st(unsigned int address, unsigned int word) {
  __asm__ __volatile__(HEDDLE_ASM_TENSOR_ST("%1", "0", "%0")
                       :
                       : "r"(address), "r"(word)
                       : "memory");
}

HEDDLE_TENSOR void tcgen05_st_float(unsigned int address, float value) {
  tcgen05_st(address, __builtin_bit_cast(unsigned int, value));
}

/// What the thread has done before, in shared and in tensor memory, comes before the MMAs that it
/// issues afterwards (PTX: fence.proxy.async, tcgen05.wait).
HEDDLE_TENSOR void tcgen05_fence() { __asm__ __volatile__("fence rw, rw" : : : "memory"); }

/// Begins an MMA to the accumulators at tensor address `d`, lane and column multiples of 8. Tiles
/// are those of heddle_mma_tile(), the descriptor that of heddle_mma_descriptor().
HEDDLE_TENSOR void tcgen05_mma(unsigned int d, unsigned int a_tile, unsigned int b_tile,
                               unsigned int descriptor) {
  __heddle_tensor_mma(descriptor, a_tile | d << 16, b_tile | (d & 0xffff0000));
}

/// The same with what there is besides: scale tiles, those of heddle_mma_scale_tile(); or MN-major
/// operands in slabs, heddle_mma_slabs(), and for A heddle_mma_metadata_tile() if it is sparse, or
/// both by |. 0 where an operand has nothing.
HEDDLE_TENSOR void tcgen05_mma(unsigned int d, unsigned int a_tile, unsigned int b_tile,
                               unsigned int a_second, unsigned int b_second,
                               unsigned int descriptor) {
  __heddle_tensor_mma_scaled(descriptor, a_tile | d << 16, b_tile | (d & 0xffff0000), a_second,
                             b_second);
}

/// One arrival at the mbarrier when all MMAs before it are complete.
HEDDLE_TENSOR void tcgen05_commit(std::uint64_t* mbarrier) {
  __asm__ __volatile__(HEDDLE_ASM_TENSOR_COMMIT("%0") : : "r"(mbarrier) : "memory");
}

#undef HEDDLE_TENSOR
