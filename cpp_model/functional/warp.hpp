// One warp of the functional device: its registers, and which of its threads run next.
// Source: docs/architecture/programming_model.md, "Divergence".
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "isa/lanes.hpp"

namespace heddle::functional {

using isa::kWarpSize;
using isa::Lanes;

inline constexpr std::uint32_t kAllLanes = 0xffffffff;

class Warp {
 public:
  /// Registers survive from one CTA of the slot to the next. x[0] is never written.
  std::array<Lanes, 32> x;

  /// Per thread: frm in [7:5], fflags in [4:0].
  alignas(32) std::array<std::uint8_t, kWarpSize> fcsr{};

  /// Threads start at `entry` with call depth 0 and fcsr 0.
  void launch(std::uint32_t entry, std::uint32_t alive);

  std::uint32_t pc() const { return pc_; }
  std::uint32_t group() const { return group_; }
  std::uint32_t alive() const { return alive_; }
  /// At the barrier barrier().
  std::uint32_t waiting() const { return waiting_; }
  std::uint32_t barrier() const { return barrier_; }
  std::uint32_t eligible() const { return alive_ & ~waiting_ & ~syncing_; }
  std::uint8_t depth() const { return depth_; }
  std::uint32_t group_size() const { return group_size_; }
  std::uint32_t first_lane() const { return static_cast<std::uint32_t>(std::countr_zero(group_)); }

  /// All ones for the lanes of the group, zeros for the others.
  const Lanes& lane_mask() const { return lane_mask_; }

  /// To be called before each instruction: what forward progress counts.
  void count_instruction() {
    streak_ = others_ || leading_ ? std::min(streak_ + 1, kYieldAfter) : 0;
  }

  /// After an instruction without control flow.
  void advance() {
    pc_ += 4;
    if (pc_ == merge_pc_) merge();
  }

  /// After a jump that takes the whole group to one place.
  void jump(std::uint32_t pc, std::uint8_t depth);

  /// After a branch or jump whose threads may go different ways; entries outside the group are not
  /// looked at.
  void diverge(const Lanes& pcs, std::uint8_t depth);

  /// The group waits at a barrier behind which it goes on at `pc`. With eligible threads left,
  /// these are selected.
  void wait_at_barrier(std::uint32_t barrier, std::uint32_t pc);

  /// A barrier lets go; does nothing to a warp without threads that wait at it. Where other threads
  /// run, those released take part from the next selection on.
  void release(std::uint32_t barrier);

  /// `warpsync` with the masks `named`; behind it is `pc`. Gives the threads that now go on.
  std::uint32_t synchronize(const Lanes& named, std::uint32_t pc);

  /// The group's threads end. With eligible threads left, these are selected.
  void exit();

 private:
  // Not a multiple of 4: no PC at which an instruction executes.
  static constexpr std::uint32_t kNoMerge = 1;

  // Forward progress, in instructions of the warp.
  static constexpr std::uint32_t kYieldAfter = 1024;
  static constexpr std::uint32_t kYieldFor = 64;

  void record(std::uint32_t pc, std::uint8_t depth);
  void select();
  bool follow_leader();
  void select_first();
  void merge();
  void set_group(std::uint32_t group);
  void find_merge_point();

  std::uint32_t pc_ = 0;
  std::uint32_t merge_pc_ = kNoMerge;  // lowest PC of the other eligible threads of the same depth
  std::uint32_t group_ = 0;
  std::uint32_t group_size_ = 0;
  std::uint32_t alive_ = 0;
  std::uint32_t waiting_ = 0;  // at barrier_
  std::uint32_t barrier_ = 0;
  std::uint32_t syncing_ = 0;  // in warpsync
  bool converged_ = false;     // all living threads arrived at barrier_ as one group
  bool others_ = false;        // some eligible thread is outside the group
  bool leading_ = false;
  std::uint32_t leader_ = 31;  // the last one
  std::uint32_t streak_ = 0;   // see count_instruction()
  std::uint8_t depth_ = 0;

  // Of the threads outside the group; those of the group are pc_ and depth_.
  Lanes pcs_;
  Lanes depths_;
  Lanes sync_masks_;  // of the threads in warpsync
  Lanes lane_mask_;
};

}  // namespace heddle::functional
