#include "warp_mma.hpp"

#include <algorithm>

namespace heddle {

wmma::State warp_mma_state(const Config& config, std::uint64_t shared, std::uint64_t warps) {
  constexpr std::uint64_t kAlignment = 16;  // of tiles
  wmma::State state{};
  if (config.tensor_m == 0) return state;
  state.formats = config.tensor_formats;
  state.modes = config.tensor_modes;
  state.lanes = config.tensor_lanes;
  state.columns = config.tensor_columns;
  const std::uint64_t scratch = (shared + kAlignment - 1) / kAlignment * kAlignment;
  if (scratch < config.shared_bytes) {
    state.scratch = static_cast<std::uint32_t>(scratch);
    state.slots = static_cast<std::uint32_t>(
        std::min(warps, (config.shared_bytes - scratch) / wmma::kSlotBytes));
  }
  return state;
}

std::uint64_t shared_with_scratch(const wmma::State& state, std::uint64_t shared) {
  return state.slots == 0 ? shared : state.scratch + state.slots * wmma::kSlotBytes;
}

}  // namespace heddle
