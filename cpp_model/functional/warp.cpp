#include "functional/warp.hpp"

#include <algorithm>

namespace heddle::functional {
namespace {

bool has(std::uint32_t mask, std::uint32_t lane) { return (mask >> lane & 1) != 0; }

}  // namespace

void Warp::launch(std::uint32_t entry, std::uint32_t alive) {
  fcsr.fill(0);
  alive_ = alive;
  waiting_ = 0;
  pc_ = entry;
  depth_ = 0;
  merge_pc_ = kNoMerge;
  set_group(alive);
}

void Warp::jump(std::uint32_t pc, std::uint8_t depth) {
  if (group_ == eligible()) {
    pc_ = pc;
    depth_ = depth;
    return;
  }
  record(pc, depth);
  select();
}

void Warp::diverge(const Lanes& pcs, std::uint8_t depth) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const std::uint32_t mask = lane_mask_[lane];
    pcs_[lane] = (pcs[lane] & mask) | (pcs_[lane] & ~mask);
    depths_[lane] = (depth & mask) | (depths_[lane] & ~mask);
  }
  select();
}

void Warp::wait_at_barrier(std::uint32_t pc) {
  record(pc, depth_);
  pc_ = pc;
  waiting_ |= group_;
  if (eligible() != 0) select();
}

void Warp::release() {
  waiting_ = 0;
  if (alive_ != 0) select();
}

void Warp::exit() {
  alive_ &= ~group_;
  if (eligible() != 0) select();
}

void Warp::record(std::uint32_t pc, std::uint8_t depth) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const std::uint32_t mask = lane_mask_[lane];
    pcs_[lane] = (pc & mask) | (pcs_[lane] & ~mask);
    depths_[lane] = (depth & mask) | (depths_[lane] & ~mask);
  }
}

void Warp::select() {
  const std::uint32_t candidates = eligible();
  std::uint32_t depth = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    depth = std::max(depth, has(candidates, lane) ? depths_[lane] : 0);
  }
  std::uint32_t pc = 0xffffffff;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const bool deepest = has(candidates, lane) && depths_[lane] == depth;
    pc = std::min(pc, deepest ? pcs_[lane] : 0xffffffff);
  }
  pc_ = pc;
  depth_ = static_cast<std::uint8_t>(depth);
  group_ = 0;
  merge();
}

// Takes the eligible threads at (depth_, pc_) into the group.
void Warp::merge() {
  const std::uint32_t candidates = eligible();
  std::uint32_t group = group_;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const bool same = pcs_[lane] == pc_ && depths_[lane] == depth_;
    group |= (same ? candidates : 0) & 1u << lane;
  }
  set_group(group);
  find_merge_point();
}

void Warp::set_group(std::uint32_t group) {
  group_ = group;
  group_size_ = static_cast<std::uint32_t>(std::popcount(group));
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane)
    lane_mask_[lane] = 0u - (group >> lane & 1);
}

void Warp::find_merge_point() {
  const std::uint32_t others = eligible() & ~group_;
  merge_pc_ = kNoMerge;
  if (others == 0) return;
  std::uint32_t lowest = 0xffffffff;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const bool same_depth = has(others, lane) && depths_[lane] == depth_;
    lowest = std::min(lowest, same_depth ? pcs_[lane] : 0xffffffff);
  }
  if (lowest != 0xffffffff) merge_pc_ = lowest;
}

}  // namespace heddle::functional
