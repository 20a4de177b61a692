// The last instructions that each warp was given, for the report of a difference.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "timed/signals.hpp"

namespace heddle::lockstep {

class History {
 public:
  static constexpr std::size_t kLength = 8;

  explicit History(std::uint32_t warps) : warps_(warps) {}

  /// `issue` is the instruction buffer's event of this cycle.
  void record(std::uint64_t cycle, const timed::DecodedEvent& issue) {
    if (!issue.valid) return;
    Warp& warp = warps_[issue.warp];
    warp.entries[warp.count++ % kLength] = {cycle, issue.pc, issue.decoded->instruction.word,
                                            issue.mask};
  }

  /// Where a warp's last instruction was; its `alive` is the instruction's mask.
  WarpPosition last(std::uint32_t warp) const {
    const Warp& slot = warps_[warp];
    if (slot.count == 0) return {warp, 0, 0, 0};
    const Entry& entry = slot.entries[(slot.count - 1) % kLength];
    return {warp, entry.pc, entry.mask, entry.mask};
  }

  /// A line an instruction, oldest first; "" for a warp that has had none.
  std::string text(std::uint32_t warp) const;

 private:
  struct Entry {
    std::uint64_t cycle = 0;
    std::uint32_t pc = 0, word = 0, mask = 0;
  };
  struct Warp {
    std::array<Entry, kLength> entries;
    std::size_t count = 0;
  };
  std::vector<Warp> warps_;
};

}  // namespace heddle::lockstep
