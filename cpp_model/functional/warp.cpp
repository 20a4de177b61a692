#include "functional/warp.hpp"

namespace heddle::functional {
namespace {

bool has(std::uint32_t mask, std::uint32_t lane) { return (mask >> lane & 1) != 0; }

// The first thread of `mask` from `start` on, cyclically.
std::uint32_t first_from(std::uint32_t start, std::uint32_t mask) {
  const int distance = std::countr_zero(std::rotr(mask, static_cast<int>(start)));
  return (start + static_cast<std::uint32_t>(distance)) % kWarpSize;
}

}  // namespace

void Warp::launch(std::uint32_t entry, std::uint32_t alive) {
  fcsr.fill(0);
  alive_ = alive;
  waiting_ = 0;
  syncing_ = 0;
  converged_ = false;
  leading_ = false;
  leader_ = kWarpSize - 1;
  streak_ = 0;
  pc_ = entry;
  depth_ = 0;
  merge_pc_ = kNoMerge;
  others_ = false;
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

void Warp::wait_at_barrier(std::uint32_t barrier, std::uint32_t pc) {
  record(pc, depth_);
  pc_ = pc;
  waiting_ |= group_;
  barrier_ = barrier;
  converged_ = group_ == alive_;
  if (eligible() != 0) select();
}

void Warp::release(std::uint32_t barrier) {
  if (waiting_ == 0 || barrier_ != barrier) return;
  const bool running = eligible() != 0;
  waiting_ = 0;
  if (running) {
    others_ = (eligible() & ~group_) != 0;
  } else if (!converged_) {
    select();
  }
}

std::uint32_t Warp::synchronize(const Lanes& named, std::uint32_t pc) {
  const std::uint32_t mask = named[first_lane()];
  std::uint32_t same = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    same |= std::uint32_t{named[lane] == mask} << lane;
  }
  const std::uint32_t taking_part = same & group_;
  if (taking_part == group_ && (mask & alive_ & ~group_) == 0) {
    jump(pc, depth_);
    return taking_part;
  }
  record(pc, depth_);
  std::uint32_t waiting = taking_part;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    if (has(group_ & ~taking_part, lane)) pcs_[lane] -= 4;
    if (has(taking_part, lane)) sync_masks_[lane] = mask;
    if (has(syncing_, lane) && sync_masks_[lane] == mask) waiting |= 1u << lane;
  }
  const bool complete = (mask & alive_ & ~waiting) == 0;
  if (complete) {
    syncing_ &= ~waiting;
  } else {
    syncing_ |= taking_part;
  }
  if (eligible() != 0) select();
  return complete ? waiting : 0;
}

void Warp::exit() {
  alive_ &= ~group_;
  // All that wait in warpsync execute it again.
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    if (has(syncing_, lane)) pcs_[lane] -= 4;
  }
  syncing_ = 0;
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
  if (!follow_leader()) select_first();
  group_ = 0;
  merge();
}

// True if there is a leader, appointed now or before: then its place is (depth_, pc_).
bool Warp::follow_leader() {
  const std::uint32_t candidates = eligible();
  if (leading_) {
    if (streak_ >= kYieldFor || !has(candidates, leader_)) {
      leading_ = false;
      streak_ = 0;
      return false;
    }
  } else {
    if (streak_ < kYieldAfter) return false;
    const std::uint32_t others = candidates & ~group_;
    leader_ = first_from((leader_ + 1) % kWarpSize, others != 0 ? others : candidates);
    leading_ = true;
    streak_ = 0;
  }
  pc_ = pcs_[leader_];
  depth_ = static_cast<std::uint8_t>(depths_[leader_]);
  return true;
}

void Warp::select_first() {
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
  others_ = others != 0;
  if (!others_) return;
  std::uint32_t lowest = 0xffffffff;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const bool same_depth = has(others, lane) && depths_[lane] == depth_;
    lowest = std::min(lowest, same_depth ? pcs_[lane] : 0xffffffff);
  }
  if (lowest != 0xffffffff) merge_pc_ = lowest;
}

}  // namespace heddle::functional
