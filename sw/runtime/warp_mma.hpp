// The device's matrix engine for the warp matrix functions of a launch (mma.h): what it has, and
// the scratch that warps need behind the block's shared memory.
#pragma once

#include <cstdint>

#include "common/config.hpp"
#include "heddle/wmma_state.h"

namespace heddle {

/// For a launch whose blocks have `warps` warps and `shared` bytes of shared memory: scratch for as
/// many of the warps as there is room for. The others' lanes multiply.
heddle_wmma_state warp_mma_state(const Config& config, std::uint64_t shared, std::uint64_t warps);

/// The block's shared memory with the scratch.
std::uint64_t shared_with_scratch(const heddle_wmma_state& state, std::uint64_t shared);

}  // namespace heddle
