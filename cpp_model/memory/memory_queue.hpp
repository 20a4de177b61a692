// Rows of memory instructions on their way to shared memory and coalescer. Source:
// docs/architecture/memory.md, "memory_queue".
#pragma once

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class MemoryQueue {
 public:
  struct Inputs {
    bool start = false;
    const MemoryRow* row = nullptr;  ///< address_unit; null: none
    const MemoryOpEvent* op = nullptr;
    bool transfer = false;  ///< transfers() of this cycle
  };
  struct Outputs {
    const MemoryRow* row = nullptr;  ///< head; null unless both FIFOs have one. See the next two
    bool any_shared = false, any_global = false;  ///< of the head's whole instruction
    bool op_done = false;                         ///< event
    bool op_done_pair = false;                    ///< with it: of an instruction with a pair
    bool empty = true;
  };

  explicit MemoryQueue(const Config& config)
      : rows_((config.lsu_queue + 1) * config.beats()), ops_(config.lsu_queue) {}

  const Outputs& out() const { return out_; }

  /// Does the head go to shared memory (if any_shared) and to the coalescer (if any_global) now?
  bool transfers(bool shared_ready, bool coalescer_ready) const {
    return out_.row != nullptr && (!out_.any_shared || shared_ready) &&
           (!out_.any_global || coalescer_ready);
  }

  void eval(const Inputs& in) {
    active_ = in.start || in.row != nullptr || in.op->valid || in.transfer || out_.op_done;
    if (!active_) return;
    if (in.start) [[unlikely]] {
      rows_.clear();
      ops_.clear();
    }
    if (in.row != nullptr) rows_.push(*in.row);
    if (in.op->valid) ops_.push(*in.op);
    op_done_ = false;
    if (in.transfer) {
      op_done_ = out_.row->last && !in.start;
      op_done_pair_ = isa::info(out_.row->op).pair;
      rows_.pop();
      if (out_.row->last) ops_.pop();
    }
  }

  void tick() {
    if (!active_) return;
    rows_.tick();
    ops_.tick();
    const bool head = !rows_.empty() && !ops_.empty();
    out_.row = head ? &rows_.front() : nullptr;
    if (head) {
      out_.any_shared = ops_.front().any_shared;
      out_.any_global = ops_.front().any_global;
    }
    out_.op_done = op_done_;
    out_.op_done_pair = op_done_pair_;
    out_.empty = rows_.empty() && ops_.empty();
  }

 private:
  static constexpr std::size_t kMaxOps = 64;
  static constexpr std::size_t kMaxRows = (kMaxOps + 1) * 8;

  Fifo<MemoryRow, kMaxRows> rows_;
  Fifo<MemoryOpEvent, kMaxOps> ops_;
  bool op_done_ = false, op_done_pair_ = false;
  bool active_ = false;  ///< this cycle changes something
  Outputs out_;
};

}  // namespace heddle::timed
