// One streaming multiprocessor: wires front end, issue, execution, memory and writeback, up to the
// line requests of instruction cache and coalescer. The golden model of rtl/sm.sv.
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "device/barrier.hpp"
#include "device/device.hpp"
#include "device/fault_unit.hpp"
#include "device/host_interface.hpp"
#include "device/performance_counters.hpp"
#include "execute/branch_unit.hpp"
#include "execute/csr_unit.hpp"
#include "execute/divider.hpp"
#include "execute/lanes.hpp"
#include "execute/sfu.hpp"
#include "execute/warp_unit.hpp"
#include "frontend/decode.hpp"
#include "frontend/instruction_cache.hpp"
#include "frontend/reconvergence.hpp"
#include "frontend/warp_control.hpp"
#include "issue/instruction_buffer.hpp"
#include "issue/operand_collector.hpp"
#include "issue/parking.hpp"
#include "issue/register_file.hpp"
#include "issue/scoreboard.hpp"
#include "issue/stall_monitor.hpp"
#include "issue/warp_scheduler.hpp"
#include "memory/address_unit.hpp"
#include "memory/coalescer.hpp"
#include "memory/copy_engine.hpp"
#include "memory/l1_cache.hpp"
#include "memory/load_return.hpp"
#include "memory/memory_queue.hpp"
#include "memory/region_check.hpp"
#include "memory/shared_memory.hpp"
#include "tensor/tensor_core.hpp"
#include "timed/signals.hpp"
#include "writeback/writeback.hpp"

namespace heddle::timed {

class Sm {
 public:
  /// What the SM is wired to for good.
  struct Connections {
    const HostInterface::Outputs* host = nullptr;
    const TidEvent* tid = nullptr;
    const LaunchEvent* launch = nullptr;
  };
  struct Inputs {
    bool halt = false;
    bool busy = false;                               ///< of the dispatcher
    const LineResponse* instruction_line = nullptr;  ///< null: none
    const LineResponse* data_line = nullptr;         ///< null: none
    const LineResponse* copy_line = nullptr;         ///< null: none
    bool instruction_request_ready = false;
    bool data_request_ready = false;
    bool copy_request_ready = false;
  };

  Sm(const Config& config, const Connections& connections);
  Sm(const Sm&) = delete;
  Sm& operator=(const Sm&) = delete;

  const LineRequest& instruction_request() const { return instruction_cache_.out().request; }
  /// Null: not valid.
  const LineRequest* data_request() const { return l1_cache_.out().request; }
  /// Null: not valid.
  const LineRequest* copy_request() const { return copy_engine_.out().request; }
  bool instruction_line_ready() const { return instruction_cache_.out().line_ready; }
  bool data_line_ready() const { return l1_cache_.line_ready(load_return_.out().response_ready); }

  bool copy_line_ready() const { return copy_engine_.out().response_ready; }

  /// By CTA slot: bulk copies are under way.
  std::uint32_t copying() const { return copy_engine_.out().copying; }
  /// Likewise the matrix engine has commands or columns.
  std::uint32_t computing() const { return tensor_core_.out().computing; }
  const ControlEvent& control() const { return branch_unit_.out().control; }
  const CtaEvent& cta_done() const { return barrier_.out().cta_done; }
  /// In the fault unit's order.
  std::array<const FaultEvent*, FaultUnit::kSources> faults() const;
  /// Nothing is in flight in the memory pipeline, instruction cache, divider, warp unit, special
  /// function unit, copy engine and matrix engine.
  bool idle() const {
    return memory_queue_.out().empty && coalescer_.out().idle && load_return_.out().idle &&
           shared_memory_.out().idle && !instruction_cache_.out().refilling &&
           divider_.out().idle && warp_unit_.out().idle && sfu_.out().idle &&
           copy_engine_.out().idle && tensor_core_.out().idle;
  }
  /// Event of the operand collector.
  bool accepted() const { return operand_collector_.out().accepted; }
  /// What the counters count in this cycle.
  void count(HostInterface::CounterEvents& events) const;

  /// The same for the performance counters.
  void count(PerformanceCounters::Events& events) const;

  void eval(const Inputs& in);
  void tick();

  // For probes.
  void keep_float_flags() { lanes_.keep_flags(); }
  const WarpControl& warp_control() const { return warp_control_; }
  const Reconvergence& reconvergence() const { return reconvergence_; }
  const InstructionCache& instruction_cache() const { return instruction_cache_; }
  const Decode& decode() const { return decode_; }
  const InstructionBuffer& instruction_buffer() const { return instruction_buffer_; }
  const Scoreboard& scoreboard() const { return scoreboard_; }
  const Parking& parking() const { return parking_; }
  const WarpScheduler& warp_scheduler() const { return warp_scheduler_; }
  const StallMonitor& stall_monitor() const { return stall_monitor_; }
  const OperandCollector& operand_collector() const { return operand_collector_; }
  const CsrUnit& csr_unit() const { return csr_unit_; }
  const LaneArray& lanes() const { return lanes_; }
  const BranchUnit& branch_unit() const { return branch_unit_; }
  const Divider& divider() const { return divider_; }
  const WarpUnit& warp_unit() const { return warp_unit_; }
  const Sfu& sfu() const { return sfu_; }
  const AddressUnit& address_unit() const { return address_unit_; }
  const MemoryQueue& memory_queue() const { return memory_queue_; }
  const RegisterFile& register_file() const { return register_file_; }
  const SharedMemory& shared_memory() const { return shared_memory_; }
  const Coalescer& coalescer() const { return coalescer_; }
  const CopyEngine& copy_engine() const { return copy_engine_; }
  const TensorCore& tensor_core() const { return tensor_core_; }
  const LoadReturn& load_return() const { return load_return_; }
  const L1Cache& l1_cache() const { return l1_cache_; }
  const Writeback& writeback() const { return writeback_; }
  const Barrier& barrier() const { return barrier_; }
  /// The row that the register file takes in this cycle; null: none.
  const ResultRow* register_write() const { return writeback_.write(*lanes_.out().result); }

 private:
  void connect(const Connections& to);
  void set_start(bool start);
  void eval_frontend(const Inputs& in);
  void eval_issue(const Inputs& in);
  void eval_execute(const Writeback::Readies& taken);
  void eval_memory(const Inputs& in, const Writeback::Readies& taken);

  WarpControl warp_control_;
  Reconvergence reconvergence_;
  InstructionCache instruction_cache_;
  Decode decode_;
  InstructionBuffer instruction_buffer_;
  Scoreboard scoreboard_;
  Parking parking_;
  WarpScheduler warp_scheduler_;
  StallMonitor stall_monitor_;
  OperandCollector operand_collector_;
  RegisterFile register_file_;
  CsrUnit csr_unit_;
  LaneArray lanes_;
  BranchUnit branch_unit_;
  Divider divider_;
  WarpUnit warp_unit_;
  Sfu sfu_;
  AddressUnit address_unit_;
  MemoryQueue memory_queue_;
  SharedMemory shared_memory_;
  Coalescer coalescer_;
  LoadReturn load_return_;
  L1Cache l1_cache_;
  CopyEngine copy_engine_;
  TensorCore tensor_core_;
  Writeback writeback_;
  Barrier barrier_;

  // The modules' inputs, as far as they have any to keep. connect() sets the pointers, which stay;
  // eval() the rest.
  const HostInterface::Outputs* host_;
  bool start_ = false;
  WarpControl::Inputs warp_control_in_;
  Reconvergence::Inputs reconvergence_in_;
  InstructionCache::Inputs instruction_cache_in_;
  Decode::Inputs decode_in_;
  InstructionBuffer::Inputs instruction_buffer_in_;
  Scoreboard::Inputs scoreboard_in_;
  Parking::Inputs parking_in_;
  WarpScheduler::Inputs warp_scheduler_in_;
  StallMonitor::Inputs stall_monitor_in_;
  OperandCollector::Inputs operand_collector_in_;
  CsrUnit::Inputs csr_unit_in_;
  LaneArray::Inputs lanes_in_;
  BranchUnit::Inputs branch_unit_in_;
  Divider::Inputs divider_in_;
  WarpUnit::Inputs warp_unit_in_;
  Sfu::Inputs sfu_in_;
  AddressUnit::Inputs address_unit_in_;
  MemoryQueue::Inputs memory_queue_in_;
  SharedMemory::Inputs shared_memory_in_;
  Coalescer::Inputs coalescer_in_;
  LoadReturn::Inputs load_return_in_;
  L1Cache::Inputs l1_cache_in_;
  CopyEngine::Inputs copy_engine_in_;
  TensorCore::Inputs tensor_core_in_;
  Writeback::Inputs writeback_in_;
  Barrier::Inputs barrier_in_;
};

}  // namespace heddle::timed
