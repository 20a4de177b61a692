// Bulk copies from global to shared memory, which complete their bytes on an mbarrier: PTX's
// cp.async.bulk, and what its tensor form does in two dimensions with a swizzle. What cuda/barrier
// makes memcpy_async of (docs/architecture/copy.md).
//
// Every thread that calls makes a copy of its own; usually one thread calls, which has told the
// mbarrier to expect the bytes. Where copies read what the thread has written, or write what it has
// read, a fence comes between: heddle_bulk_fence(). On a device without a copy engine the thread
// copies before it goes on.
#pragma once

#include <cstdint>

#include "heddle/builtins.h"
#include "heddle/host_defines.h"

#define HEDDLE_BULK static __device__ __forceinline__

extern "C" __device__ void __heddle_bulk_load(unsigned int a, unsigned int b, unsigned int b_high,
                                              unsigned int c, unsigned int c_high);

/// Which bits of an offset in the block's shared memory are changed: 16-byte units change places
/// within so many bytes, by the 128-byte row that they are in (CUtensorMapSwizzle).
enum heddle_swizzle : unsigned int {
  heddle_swizzle_none = 0,
  heddle_swizzle_32b = 1,
  heddle_swizzle_64b = 2,
  heddle_swizzle_128b = 3,
};

/// The rows of a matrix in global memory that go to shared memory, where they lie without gaps.
/// Bytes and rows that are not valid are not read, and are zeros in shared memory. Units: bytes,
/// rows.
struct heddle_bulk_box {
  unsigned int pitch = 0;        ///< from row to row in global memory: a multiple of 16
  unsigned int row_bytes = 0;    ///< in shared memory: a multiple of 16, 16 to 4,096
  unsigned int rows = 0;         ///< 1 to 256
  unsigned int valid_bytes = 0;  ///< of a row, from its start: at most row_bytes
  unsigned int valid_rows = 0;   ///< from the first one on: at most rows
  heddle_swizzle swizzle = heddle_swizzle_none;
};

/// Offset of a shared address in the block's shared memory.
HEDDLE_BULK unsigned int heddle_shared_offset(const void* shared) {
  return static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(shared)) & 0x0fffffff;
}

/// What the thread has done before comes before the copies that it begins afterwards (PTX:
/// fence.proxy.async).
HEDDLE_BULK void heddle_bulk_fence() { __asm__ __volatile__("fence rw, rw" : : : "memory"); }

/// A box: `source` is its first byte, a multiple of 16 as `destination` is. row_bytes · rows bytes
/// are completed at the mbarrier.
HEDDLE_BULK void cp_async_bulk_2d_shared_global(void* destination, const void* source,
                                                const heddle_bulk_box& box,
                                                std::uint64_t* mbarrier) {
  const unsigned int places = heddle_shared_offset(destination) / 16 | box.swizzle << 14 |
                              heddle_shared_offset(mbarrier) / 8 << 16;
  __heddle_bulk_load(static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(source)), box.pitch,
                     places, box.row_bytes | box.valid_bytes << 16,
                     box.rows | box.valid_rows << 16);
}

/// `bytes`, a multiple of 16, from global to shared memory; both addresses are multiples of 16.
HEDDLE_BULK void cp_async_bulk_shared_global(void* destination, const void* source,
                                             unsigned int bytes, std::uint64_t* mbarrier) {
  constexpr unsigned int kRow = 4096;
  auto* to = static_cast<char*>(destination);
  auto* from = static_cast<const char*>(source);
  const auto copy = [&](unsigned int row_bytes, unsigned int rows) {
    heddle_bulk_box box;
    box.pitch = box.row_bytes = box.valid_bytes = row_bytes;
    box.rows = box.valid_rows = rows;
    cp_async_bulk_2d_shared_global(to, from, box, mbarrier);
    to += row_bytes * rows;
    from += row_bytes * rows;
  };
  // Rows of 4 KiB, and what is left: shared memory has no room for more than 256 of them.
  if (bytes >= kRow) copy(kRow, bytes / kRow);
  if (bytes % kRow != 0) copy(bytes % kRow, 1);
}

#undef HEDDLE_BULK
