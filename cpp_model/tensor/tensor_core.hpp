// The matrix engine: wires queue, control, loaders, sequencer, tensor memory and the threads'
// access to it. Source: docs/architecture/tensor.md, "The matrix engine".
#pragma once

#include <cstdint>

#include "common/config.hpp"
#include "tensor/mma_control.hpp"
#include "tensor/mma_queue.hpp"
#include "tensor/mma_sequencer.hpp"
#include "tensor/operand_loader.hpp"
#include "tensor/tensor_access.hpp"
#include "tensor/tensor_memory.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class TensorCore {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;             ///< operand_collector
    const LaunchEvent* launch = nullptr;  ///< dispatcher
    const LaunchRegisters* registers = nullptr;
    const CtaEvent* cta_done = nullptr;      ///< barrier
    bool pass_made = false;                  ///< shared_memory: out().pass
    const OperandUnits* operands = nullptr;  ///< shared_memory; null: none
    bool result_ready = false;               ///< writeback
  };
  struct Outputs {
    const TensorPass* pass = nullptr;  ///< to shared_memory; null: none
    std::uint32_t computing = 0;       ///< by CTA slot
    bool idle = true;
  };

  explicit TensorCore(const Config& config);

  const Outputs& out() const { return out_; }
  /// Credits, and what mma_control and tensor_access show to others.
  bool mma_op_done() const { return control_.out().op_done; }
  const TensorAccess::Outputs& access_out() const { return access_.out(); }
  const FaultEvent& mma_fault() const { return control_.out().fault; }

  void eval(const Inputs& in) {
    if (!exists_) return;
    const bool row = in.row->valid && takes(in.row->decoded->instruction.unit);
    active_ |= in.start || row || in.launch->valid || in.cta_done->valid;
    if (active_) [[unlikely]]
      step(in);
  }
  void tick() {
    if (active_) [[unlikely]]
      update();
  }

  // For probes.
  const MmaQueue& queue() const { return queue_; }
  const MmaControl& control() const { return control_; }
  const OperandLoader& loader_a() const { return loader_a_; }
  const OperandLoader& loader_b() const { return loader_b_; }
  const MmaSequencer& sequencer() const { return sequencer_; }
  const TensorAccess& access() const { return access_; }
  const TensorMemory& memory() const { return memory_; }

 private:
  static bool takes(isa::Unit unit) {
    return unit == isa::Unit::kMma || unit == isa::Unit::kTensor;
  }
  // Seldom called: not to be inlined, so that what is called in every cycle is.
  [[gnu::noinline]] void step(const Inputs& in);
  [[gnu::noinline]] void update();
  void step_access(const Inputs& in);
  void step_control(const Inputs& in);
  void step_sequencer(const Inputs& in);
  void step_loaders(const Inputs& in);
  void step_queue(const Inputs& in);

  bool exists_;
  MmaQueue queue_;
  MmaControl control_;
  OperandLoader loader_a_, loader_b_;
  MmaSequencer sequencer_;
  TensorMemory memory_;
  TensorAccess access_;
  bool active_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
