// What every warp has in flight. Timing and rules: docs/architecture/issue.md, "scoreboard".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "issue/instruction_buffer.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Scoreboard {
 public:
  struct Inputs {
    bool start = false;
    const WarpEvent* pick = nullptr;            ///< of the warp scheduler
    const InstructionBuffer* buffer = nullptr;  ///< its heads as visible in this cycle
    const ReleaseEvent* fixed_release = nullptr;
    const ReleaseEvent* variable_release = nullptr;
    const WarpEvent* shared_store_done = nullptr;
    const WarpEvent* global_store_done = nullptr;
    const WarpEvent* tensor_store_done = nullptr;
  };
  /// Registers as visible in this cycle.
  struct Warp {
    std::uint32_t busy = 0;     ///< bit r: register r will be written
    std::uint32_t loading = 0;  ///< likewise, by an instruction of unit MEMORY
    std::uint32_t in_flight = 0;
    bool draining = false;
  };
  struct Outputs {
    std::array<Warp, 32> warps{};
  };

  explicit Scoreboard(const Config&) {}

  const Outputs& out() const { return out_; }

  /// True if the warp's head must not be picked yet.
  bool hazard(std::uint32_t warp, const DecodedEvent& head) const {
    const Warp& state = out_.warps[warp];
    return (state.busy & head.decoded->registers) != 0 || (head.drain && state.in_flight != 0) ||
           state.draining;
  }

  /// Bit w: warp w may stand otherwise than in the last cycle.
  std::uint32_t changed() const { return changed_; }

  void eval(const Inputs& in) {
    clear_ = in.start;
    change_count_ = 0;
    if (in.pick->valid || in.fixed_release->valid || in.variable_release->valid ||
        in.shared_store_done->valid || in.global_store_done->valid || in.tensor_store_done->valid) {
      collect(in);
    }
  }
  void tick() {
    changed_ = 0;
    if (clear_ || change_count_ != 0) update();
  }

 private:
  struct Change {
    std::uint32_t warp = 0;
    std::uint32_t set = 0, clear = 0;  ///< busy bits
    bool pick = false, drain = false;  ///< not a pick: a completion
    bool loads = false;                ///< a pick of unit MEMORY
  };
  static constexpr std::size_t kMaxChanges = 6;

  void collect(const Inputs& in);
  void update();
  void add(const Change& change) { changes_[change_count_++] = change; }
  void add_release(const ReleaseEvent& release);
  void add_store_done(const WarpEvent& done);

  std::array<Change, kMaxChanges> changes_{};
  std::size_t change_count_ = 0;
  bool clear_ = false;
  std::uint32_t changed_ = 0;
  Outputs out_;
};

}  // namespace heddle::timed
