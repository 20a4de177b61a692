// Turns the global part of memory instructions into line requests, in three steps that each have
// an instruction or a line of their own: collect rows, choose lines, make and send a line. Source:
// docs/architecture/memory.md, "coalescer".
#pragma once

#include <array>

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
    bool request_ready = false;  ///< l1_cache
    const RegionRegisters* regions = nullptr;
  };
  struct Outputs {
    bool ready = true;  ///< not `full`
    bool idle = true;
    FaultEvent fault;
  };

  explicit Coalescer(const Config& config) : lanes_(config.lanes) {}

  const Outputs& out() const { return out_; }

  /// The event to load_return of the cycle in which an instruction moves on to the choosing step;
  /// null: none. Counter GLOBAL_ACCESSES.
  const AllocEvent* alloc(const LoadReturn::Outputs& load_return, bool shared_idle) const {
    const bool go = full_ && choose_ == Choose::kFree && load_return.entry_free &&
                    (!collecting().any_shared || shared_idle);
    return go ? &collecting().alloc : nullptr;
  }

  /// The request to the l1_cache, complete but for its tag, which is load_return's; null: not
  /// valid.
  const LineRequest* request(const LoadReturn::Outputs& load_return) const {
    return make_ == Make::kSend && load_return.tag_free ? &request_ : nullptr;
  }

  /// The event to load_return of a cycle in which the request is transferred, or in which state
  /// CLOSE is left; null: none. Counter GLOBAL_LINES when `line` is set.
  const LineEvent* line(const LoadReturn::Outputs& load_return, bool request_ready) const {
    if (choose_ == Choose::kClose && empty()) return &close_;
    return request(load_return) != nullptr && request_ready ? &line_ : nullptr;
  }

  void eval(const Inputs& in) {
    active_ = in.start || in.row != nullptr || !out_.idle || out_.fault.valid;
    if (active_) step(in);
  }
  void tick() {
    if (active_) update();
  }

 private:
  enum class Choose : std::uint8_t { kFree, kLead, kMatch, kClose };
  enum class Make : std::uint8_t { kEmpty, kMerge, kSend };
  enum class Access : std::uint8_t { kLoad, kStore, kAtomic };

  /// With its place in the data memory.
  struct Instruction {
    bool any_shared = false;
    Access access = Access::kLoad;
    std::uint32_t size = 0;
    std::uint32_t pending = 0;  ///< threads
    AllocEvent alloc;
    Lanes address{}, data{}, compare{};  ///< by thread
    Lanes high_data{}, high_compare{};   ///< likewise, the upper words of pairs
  };

  void step(const Inputs& in);
  void update();
  void collect(const MemoryRow& row, bool any_shared);
  void collect_high(const MemoryRow& row);
  void move(std::uint32_t entry);
  void match(const RegionRegisters& regions);
  void make(bool sent);
  std::uint32_t find_match(const Instruction& instruction) const;
  void give(const Instruction& instruction, std::uint32_t matched);
  void merge(const Instruction& instruction, std::uint32_t matched);

  bool empty() const { return !reading_ && make_ == Make::kEmpty; }  ///< the making step
  const Instruction& collecting() const { return instructions_[collecting_]; }
  Instruction& choosing() { return instructions_[collecting_ ^ 1]; }

  std::uint32_t lanes_;
  std::array<Instruction, 2> instructions_{};  ///< collected, and chosen from
  std::uint32_t collecting_ = 0;
  // What alloc(), request() and line() show changes in tick() only.
  bool full_ = false, next_full_ = false;
  bool some_ = false;  ///< rows were collected
  bool move_ = false;
  Choose choose_ = Choose::kFree, next_choose_ = Choose::kFree;
  std::uint32_t leader_ = 0;  ///< thread
  LineEvent close_;
  Make make_ = Make::kEmpty, next_make_ = Make::kEmpty;
  bool reading_ = false, next_reading_ = false;   ///< there is a line that is read
  std::uint32_t rows_left_ = 0;                   ///< of it, to be addressed
  bool begun_ = false;                            ///< its first row went into the line
  bool row_there_ = false, row_is_last_ = false;  ///< at the data memory
  bool takes_ = false;                            ///< a line, in this cycle
  bool line_begins_ = false;                      ///< what is read goes behind, to be made and sent
  bool give_ = false;                             ///< the next two go to the making step
  LineRequest next_request_;
  LineEvent next_line_;
  LineRequest read_request_;
  LineEvent read_line_;
  LineRequest request_;
  LineEvent line_;
  FaultEvent fault_;
  bool start_ = false;
  bool active_ = false;  ///< this cycle changes something
  Outputs out_;
};

}  // namespace heddle::timed
