// Takes commands of the matrix engine, checks them, and makes their steps. Source:
// docs/architecture/tensor.md, "mma_control".
#pragma once

#include <cstdint>
#include <optional>

#include "common/config.hpp"
#include "isa/tensor.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class MmaControl {
 public:
  struct Inputs {
    bool start = false;
    const MmaCommand* head = nullptr;           ///< mma_queue; null: none
    const isa::TensorBlocks* blocks = nullptr;  ///< as visible in this cycle
    std::uint32_t shared_size = 0;              ///< of a CTA
    // The step FIFOs have a place.
    bool a_ready = false, b_ready = false, sequencer_ready = false;
  };
  struct Outputs {
    bool op_done = false;  ///< event: credit to the scheduler
    FaultEvent fault;
  };
  /// What happens in the cycle of the last eval().
  struct Events {
    bool pop = false;                     ///< the head is taken
    std::optional<std::uint32_t> faulty;  ///< CTA slot of a command that is over by a fault
    const MmaStep* step = nullptr;        ///< pushed into the step FIFOs; null: none
    const MmaStep* b_step = nullptr;      ///< into that of B's loader: with `step`, or on its own
  };

  explicit MmaControl(const Config& config) : config_(config) {}

  const Outputs& out() const { return out_; }
  const Events& events() const { return events_; }
  void eval(const Inputs& in);
  void tick();

  enum class State : std::uint8_t { kFree, kCheck, kRange, kWalk };
  State state() const { return state_; }  ///< for probes

 private:
  void check(const Inputs& in);
  void walk(const Inputs& in);
  void walk_b(const Inputs& in);
  void advance();

  Config config_;
  State state_ = State::kFree, next_state_ = State::kFree;
  MmaStep step_;    ///< the next one, with the command; unless FREE
  MmaStep pushed_;  ///< of this cycle
  std::uint32_t half_ = 0;
  bool next_op_done_ = false;
  FaultEvent next_fault_;
  Events events_;
  Outputs out_;
};

}  // namespace heddle::timed
