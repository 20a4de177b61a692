// The last instructions that each warp was given, for the report of a difference.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

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
