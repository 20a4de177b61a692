// What the runtime tells a warp's matrix multiply-adds about the device and the launch. Shared by
// both sides.
#pragma once

#include <stdint.h>

namespace heddle::wmma {

/// The variable __heddle_wmma_state. All zero: there is no matrix engine.
struct State {
  uint32_t formats;  ///< of the matrix engine: TENSOR_FORMATS
  uint32_t modes;    ///< TENSOR_MODES
  uint32_t lanes;    ///< of tensor memory
  uint32_t columns;
  uint32_t scratch;  ///< offset in shared memory of the block's scratch
  uint32_t slots;    ///< warps, from the block's first one, that have some
};

/// A warp's scratch: tiles of A and B, together at most 40 rows of 32 bytes, and an mbarrier.
inline constexpr uint32_t kTileBytes = 40 * 32;
inline constexpr uint32_t kSlotBytes = kTileBytes + 16;

}  // namespace heddle::wmma
