// Bulk copies from global to shared memory, beside the lanes: wires queue, walker, writer and jobs.
// Source: docs/architecture/copy.md.
#pragma once

#include <cstdint>

#include "common/config.hpp"
#include "memory/copy_jobs.hpp"
#include "memory/copy_queue.hpp"
#include "memory/copy_walker.hpp"
#include "memory/copy_writer.hpp"
#include "memory/region_check.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class CopyEngine {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;             ///< operand_collector
    const LaunchEvent* launch = nullptr;  ///< dispatcher
    const LaunchRegisters* registers = nullptr;
    const RegionRegisters* regions = nullptr;
    bool request_ready = false;              ///< crossbar
    const LineResponse* response = nullptr;  ///< crossbar; null: not valid
    bool pass_made = false;                  ///< shared_memory: out().pass
  };
  struct Outputs {
    bool op_done = false;                  ///< event: credit to the scheduler
    const LineRequest* request = nullptr;  ///< to the crossbar; null: not valid
    bool response_ready = true;
    const CopyPass* pass = nullptr;  ///< to shared_memory; null: none
    FaultEvent fault;
    std::uint32_t copying = 0;  ///< by CTA slot
    bool idle = true;
  };

  explicit CopyEngine(const Config& config)
      : queue_(config), walker_(config), writer_(config), jobs_(config) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    queue_in_.start = in.start;
    queue_in_.row = in.row;
    queue_in_.launch = in.launch;
    const bool row = in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kCopy;
    active_ = in.start || row || !out_.idle || out_.op_done || out_.fault.valid;
    if (active_) {
      step(in);
    } else {
      queue_.eval(queue_in_);
    }
  }
  void tick() {
    if (active_) update();
  }

  // For probes.
  const CopyQueue& queue() const { return queue_; }
  const CopyWalker& walker() const { return walker_; }
  const CopyWriter& writer() const { return writer_; }
  const CopyJobs& jobs() const { return jobs_; }

 private:
  void step(const Inputs& in);
  void update();
  void choose_fault();

  CopyQueue queue_;
  CopyWalker walker_;
  CopyWriter writer_;
  CopyJobs jobs_;
  CopyQueue::Inputs queue_in_;
  FaultEvent fault_;
  bool active_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
