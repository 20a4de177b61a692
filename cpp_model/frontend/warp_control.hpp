// Per warp: where it is, who is active, and what it waits for. Picks the warp to fetch for. Timing
// and rules: docs/architecture/frontend.md, "warp_control".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "common/round_robin.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class WarpControl {
 public:
  struct Inputs {
    bool start = false;
    bool halt = false;
    std::uint32_t entry = 0;
    const LaunchEvent* launch = nullptr;
    const FetchResponse* response = nullptr;
    bool refilling = false;
    const WarpEvent* pick = nullptr;  ///< of the warp scheduler
    const ControlEvent* control = nullptr;
    const BarrierRelease* release = nullptr;
    bool select_ready = false;
    const SelectResult* select_result = nullptr;
  };
  /// Where warps are, bit w for warp w: what the stall monitor looks at.
  struct Waits {
    std::uint32_t resident = 0;  ///< a thread lives
    std::uint32_t fetching = 0;  ///< `buffered` is not 0, or READY
    std::uint32_t control = 0;   ///< CONTROL, RESELECT or SELECTING
    std::uint32_t missing = 0;
    std::uint32_t barrier = 0;
  };
  struct Outputs {
    FetchEvent fetch;
    Packet packet;
    SelectRequest select_request;
    FaultEvent fault;
    Waits waits;
    std::uint32_t split = 0;  ///< bit w: eligible threads were outside when the warp fetched last
  };
  explicit WarpControl(const Config&) {}

  const Outputs& out() const { return out_; }
  /// By warp slot; changes only in tick(), like the outputs.
  const WarpView* views() const { return views_.data(); }
  /// For probes: the warp's threads that are alive and wait for nothing.
  std::uint32_t eligible(std::uint32_t warp) const { return warps_[warp].eligible(); }

  void eval(const Inputs& in);
  void tick();

 private:
  enum class Status : std::uint8_t {
    kIdle,
    kReady,
    kFetch,
    kMiss,
    kControl,
    kReselect,
    kSelecting,
    kBarrier,
  };
  static constexpr std::size_t kStatuses = 8;

  struct Warp {
    Status status = Status::kIdle;
    bool converged = false;
    bool stop_valid = false;
    SelectMode select = SelectMode::kTable;  ///< why it is in RESELECT: MERGE, TABLE or MATCH
    bool leading = false;
    std::uint32_t leader = 0;  ///< the last one
    std::uint32_t streak = 0;
    std::uint32_t pc = 0, depth = 0;
    std::uint32_t active = 0, alive = 0;
    std::uint32_t waiting = 0, barrier_id = 0;
    std::uint32_t syncing = 0, redo = 0;
    std::uint32_t stop_pc = 0;
    std::uint32_t cta = 0;
    std::uint32_t buffered = 0;  ///< instructions fetched or being fetched, not yet picked

    std::uint32_t eligible() const { return alive & ~waiting & ~syncing; }
  };

  std::uint32_t in_status(Status status) const {
    return by_status_[static_cast<std::size_t>(status)];
  }
  void set_status(std::uint32_t warp, Status status);
  void reselect(std::uint32_t warp, SelectMode select);
  void reselect_or_wait(std::uint32_t warp);
  void count_buffered(std::uint32_t warp, int change);
  void reset();
  void show_waits();

  void pick_fetch();
  void load_select_request();
  static SelectMode choose_mode(Warp& state);
  void take_response(const FetchResponse& response);
  void take_control(const ControlEvent& control);
  void take_jump(const ControlEvent& control);
  // Seldom called: not to be inlined, so that what is called in every cycle is.
  [[gnu::noinline]] void take_barrier(const ControlEvent& control);
  [[gnu::noinline]] void take_sync(const ControlEvent& control);
  [[gnu::noinline]] void take_exit(const ControlEvent& control);
  [[gnu::noinline]] void take_release(const BarrierRelease& release);
  [[gnu::noinline]] void take_match(const SelectResult& result);
  void take_select_result(const SelectResult& result);
  void take_launch(const LaunchEvent& launch, std::uint32_t entry);

  std::array<Warp, 32> warps_{};
  std::array<std::uint32_t, kStatuses> by_status_{~0U};  ///< bit w: warp w has this status
  std::uint32_t space_ = ~0U;                            ///< bit w: buffered < 2
  std::uint32_t buffered_ = 0;                           ///< bit w: buffered is not 0
  RoundRobin fetch_order_;
  RoundRobin select_order_;

  std::uint32_t split_ = 0;  ///< bit w, as in the outputs
  FetchEvent next_fetch_;
  Packet next_packet_;
  SelectRequest next_select_request_;
  FaultEvent next_fault_;
  std::uint32_t changed_ = 0;  ///< warps whose view may differ from their state

  Outputs out_;
  std::array<WarpView, 32> views_{};
};

}  // namespace heddle::timed
