// Chooses a warp's active group from its threads' PCs and call depths. Timing and rules:
// docs/architecture/frontend.md, "reconvergence".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Reconvergence {
 public:
  struct Inputs {
    bool start = false;
    const SelectRequest* request = nullptr;
    const BranchRow* row = nullptr;
  };
  struct Outputs {
    SelectResult result;
    bool ready = true;
  };

  explicit Reconvergence(const Config& config) : lanes_(config.lanes), beats_(config.beats()) {}

  /// For the select request.
  bool ready() const { return out_.ready; }

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    active_ =
        in.start || remaining_ != 0 || in.request->valid || in.row->valid || out_.result.valid;
    if (active_) step(in);
  }
  void tick() {
    if (active_) update();
  }

 private:
  struct Thread {
    std::uint32_t pc = 0;
    std::uint32_t depth = 0;
  };

  void step(const Inputs& in);
  void update();
  void write(const BranchRow& row);
  Thread place(const SelectRequest& request, std::uint32_t thread) const;
  Thread first_place(const SelectRequest& request) const;
  std::uint32_t match(const SelectRequest& request) const;
  SelectResult select(const SelectRequest& request) const;

  std::uint32_t lanes_;
  std::uint32_t beats_;
  std::array<std::array<Thread, 32>, 32> threads_{};  ///< the thread-PC table: [warp][thread]
  std::array<std::array<std::uint32_t, 32>, 32> sync_masks_{};  ///< the mask table, likewise
  std::uint32_t remaining_ = 0;  ///< cycles until `selected_` is published; 0: idle
  SelectResult selected_;
  bool publish_ = false;
  bool active_ = false;  ///< this cycle changes something
  Outputs out_;
};

}  // namespace heddle::timed
