// What the runtime tells the warp matrix functions of mma.h about the device and the launch. Shared
// by device code, device library and runtime.
#pragma once

#include <stdint.h>

/// The variable __heddle_wmma_state. All zero: the lanes multiply.
struct heddle_wmma_state {
  uint32_t features;  ///< bits 15:0 TENSOR_FORMATS, 31:16 TENSOR_MODES
  uint32_t scratch;   ///< offset in shared memory of the block's scratch
  uint32_t slots;     ///< warps, from the block's first one, that have some
};
constexpr bool operator==(const heddle_wmma_state& a, const heddle_wmma_state& b) {
  return a.features == b.features && a.scratch == b.scratch && a.slots == b.slots;
}

/// A warp's scratch: tiles of A and B, together at most 40 rows of 32 bytes, and an mbarrier.
constexpr uint32_t kHeddleWmmaTileBytes = 40 * 32;
constexpr uint32_t kHeddleWmmaSlotBytes = kHeddleWmmaTileBytes + 16;
/// Lanes and columns of tensor memory that all shapes can do with.
constexpr uint32_t kHeddleWmmaLanes = 32;
constexpr uint32_t kHeddleWmmaColumns = 32;
