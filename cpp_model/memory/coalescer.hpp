// Turns the global part of a memory instruction into line requests, one instruction at a time.
// Source: docs/architecture/memory.md, "coalescer".
#pragma once

#include "common/config.hpp"
#include "memory/load_return.hpp"
#include "memory/region_check.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Coalescer {
 public:
  struct Inputs {
    bool start = false;
    const MemoryRow* row = nullptr;  ///< memory_queue's head if it is transferred to here
    bool any_shared = false;         ///< of that row's instruction
    const LoadReturn::Outputs* load_return = nullptr;
    bool shared_idle = false;
    bool request_ready = false;  ///< crossbar
    const RegionRegisters* regions = nullptr;
  };
  struct Outputs {
    bool ready = true;  ///< state COLLECT
    FaultEvent fault;
  };

  explicit Coalescer(const Config& config) : lanes_(config.lanes) {}

  const Outputs& out() const { return out_; }

  /// The event to load_return of a cycle in state ALLOC; null: none. Counter GLOBAL_ACCESSES.
  const AllocEvent* alloc(const LoadReturn::Outputs& load_return, bool shared_idle) const {
    const bool go =
        state_ == State::kAlloc && load_return.entry_free && (!any_shared_ || shared_idle);
    return go ? &alloc_ : nullptr;
  }

  /// The request to the crossbar, complete but for its tag, which is load_return's; null: not
  /// valid.
  const LineRequest* request(const LoadReturn::Outputs& load_return) const {
    return state_ == State::kSend && load_return.tag_free ? &request_ : nullptr;
  }

  /// The event to load_return of a cycle in which the request is transferred, or of state CLOSE;
  /// null: none. Counter GLOBAL_LINES when `line` is set.
  const LineEvent* line(const LoadReturn::Outputs& load_return, bool request_ready) const {
    if (state_ == State::kClose) return &line_;
    return request(load_return) != nullptr && request_ready ? &line_ : nullptr;
  }

  void eval(const Inputs& in) {
    active_ = in.start || state_ != State::kCollect || in.row != nullptr || out_.fault.valid;
    if (active_) step(in);
  }
  void tick() {
    if (active_) update();
  }

 private:
  enum class State : std::uint8_t { kCollect, kAlloc, kLead, kMatch, kMerge, kSend, kClose };

  void step(const Inputs& in);
  void update();
  void collect(const MemoryRow& row, bool any_shared);
  void match(const RegionRegisters& regions);
  void merge();

  std::uint32_t lanes_;
  State state_ = State::kCollect;  ///< shown by alloc(), request(), line(): changes in tick()
  State next_state_ = State::kCollect;
  bool start_ = false;
  bool active_ = false;  ///< this cycle changes something
  bool any_shared_ = false;
  bool store_ = false;
  std::uint32_t size_ = 0;
  Lanes address_{}, data_{};  ///< by thread
  std::uint32_t pending_ = 0;
  std::uint32_t leader_ = 0;         ///< address of the lowest pending thread
  std::uint32_t merge_pending_ = 0;  ///< matched threads not yet merged
  AllocEvent alloc_;
  LineRequest request_;
  LineEvent line_;
  FaultEvent fault_;
  Outputs out_;
};

}  // namespace heddle::timed
