#include "warp_mma.hpp"

#include <algorithm>

namespace heddle {

heddle_wmma_state warp_mma_state(const Config& config, std::uint64_t shared, std::uint64_t warps) {
  constexpr std::uint64_t kAlignment = 16;  // of tiles
  heddle_wmma_state state{};
  if (config.tensor_m == 0 || config.tensor_lanes < kHeddleWmmaLanes ||
      config.tensor_columns < kHeddleWmmaColumns) {
    return state;
  }
  constexpr std::uint32_t kBlackwell = 1;  // an engine always has it, whatever its bit says
  state.features = config.tensor_formats | (config.tensor_modes | kBlackwell) << 16;
  const std::uint64_t scratch = (shared + kAlignment - 1) / kAlignment * kAlignment;
  if (scratch < config.shared_bytes) {
    state.scratch = static_cast<std::uint32_t>(scratch);
    state.slots = static_cast<std::uint32_t>(
        std::min(warps, (config.shared_bytes - scratch) / kHeddleWmmaSlotBytes));
  }
  return state;
}

std::uint64_t shared_with_scratch(const heddle_wmma_state& state, std::uint64_t shared) {
  return state.slots == 0 ? shared : state.scratch + state.slots * kHeddleWmmaSlotBytes;
}

}  // namespace heddle
