// Global memory instructions in flight and their lines: turns responses into result rows. Source:
// docs/architecture/memory.md, "load_return".
#pragma once

#include <array>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

/// coalescer -> load_return: an instruction starts. `address` holds the 32 threads' addresses, of
/// which the low six bits are used.
struct AllocEvent {
  std::uint32_t warp = 0, rd = 0, pc = 0;
  bool writes_rd = false;
  isa::Op op = isa::Op::kIllegal;
  const Lanes* address = nullptr;
};
/// coalescer -> load_return: a line request was sent (with the free tag), or, without `line`, no
/// more will come.
struct LineEvent {
  bool line = false;
  std::uint32_t entry = 0;
  std::uint32_t match = 0;  ///< threads
  bool closed = false;
};

class LoadReturn {
 public:
  struct Inputs {
    bool start = false;
    const AllocEvent* alloc = nullptr;       ///< coalescer; null: none. Takes out().entry
    const LineEvent* line = nullptr;         ///< coalescer; null: none. A line takes out().tag
    const LineResponse* response = nullptr;  ///< l1_cache; null: not valid
    bool result_ready = false;               ///< writeback
  };
  struct Outputs {
    bool entry_free = true, tag_free = true;
    std::uint32_t entry = 0, tag = 0;  ///< the lowest free ones
    bool response_ready = true;
    ResultRow result;
    WarpEvent store_done;
    FaultEvent fault;
    bool idle = true;
  };

  explicit LoadReturn(const Config& config);

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    active_ |= in.start || in.alloc != nullptr || in.line != nullptr || in.response != nullptr;
    if (active_) step(in);
  }
  void tick() {
    if (active_) update();
  }

 private:
  static constexpr std::uint32_t kMaxOps = 64;
  static constexpr std::uint32_t kMaxTags = 256;

  struct Op {
    bool valid = false, closed = false, writes_rd = false;
    std::uint32_t remaining = 0;
    std::uint32_t warp = 0, rd = 0, pc = 0;
    isa::Op op = isa::Op::kIllegal;
    std::array<std::uint8_t, 32> offsets{};
  };
  struct Tag {
    bool valid = false;
    std::uint32_t entry = 0;
    std::uint32_t match = 0;
  };

  void step(const Inputs& in);
  void update();
  void serve(bool result_ready);
  void serve_beat(Op& op, std::uint32_t match);
  void accept(const Inputs& in);
  void finish();

  std::uint32_t lanes_, lane_bits_, op_count_, tag_count_;
  std::array<Op, kMaxOps> ops_{};
  std::array<Tag, kMaxTags> tags_{};
  std::uint32_t tags_used_ = 0;
  bool serving_ = false;  ///< state ROWS
  bool start_serving_ = false, stop_serving_ = false;
  LineResponse response_;     ///< being served
  std::uint32_t sent_ = 0;    ///< matched threads whose rows were loaded
  bool low_sent_ = false;     ///< of a pair, the row with the low words of the next beat
  bool load_result_ = false;  ///< next_result_ goes to the result register
  bool clear_result_ = false;
  ResultRow next_result_;
  WarpEvent store_done_;
  FaultEvent fault_;
  bool tables_changed_ = false;
  bool active_ = false;
  bool start_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
