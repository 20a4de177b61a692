// Two decoded instructions a warp, between decode and the scheduler. Timing:
// docs/architecture/issue.md, "instruction_buffer".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class InstructionBuffer {
 public:
  struct Inputs {
    bool start = false;
    const DecodedEvent* decoded = nullptr;
    const WarpEvent* pick = nullptr;  ///< of the warp scheduler
  };
  struct Outputs {
    DecodedEvent issue;
  };
  explicit InstructionBuffer(const Config&) {}

  const Outputs& out() const { return out_; }
  /// Heads change only in tick(), like the outputs. Bit w of the mask: warp w has a head.
  std::uint32_t heads() const { return heads_; }
  const DecodedEvent& head(std::uint32_t warp) const {
    return queues_[warp].items[queues_[warp].first];
  }
  /// Bit w: warp w's head may be another than in the last cycle.
  std::uint32_t changed() const { return changed_; }

  void eval(const Inputs& in) {
    clear_ = in.start;
    if (clear_) [[unlikely]]
      return;
    if (in.decoded->valid) push(*in.decoded);
    if (in.pick->valid) popped_ = in.pick->warp;
  }
  void tick() {
    out_.issue.valid = false;
    changed_ = 0;
    if (clear_ || popped_ != kNoWarp || pushed_ != kNoWarp) update();
  }

 private:
  void push(const DecodedEvent& decoded);
  void update();

  struct Queue {
    std::array<DecodedEvent, 2> items{};
    std::uint32_t first = 0, count = 0;
  };
  static constexpr std::uint32_t kNoWarp = 32;

  std::array<Queue, 32> queues_{};
  std::uint32_t heads_ = 0;
  std::uint32_t changed_ = 0;
  std::uint32_t pushed_ = kNoWarp;  ///< queue that grows at the end of this cycle
  std::uint32_t popped_ = kNoWarp;  ///< queue whose head goes to `issue`
  bool clear_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
