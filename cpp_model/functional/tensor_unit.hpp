// The matrix engine of the functional device: all of an MMA, and the arrival of a commit, is done
// with its instruction. Source: docs/architecture/tensor.md, "The matrix engine".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/config.hpp"
#include "device/device.hpp"
#include "functional/memory_unit.hpp"
#include "functional/warp.hpp"
#include "isa/instructions.hpp"
#include "isa/tensor.hpp"
#include "tensor/dot_step.hpp"

namespace heddle::functional {

/// The operands of tensor.mma, of the group's lowest thread.
isa::TensorMma mma_operands(const Warp& warp, const isa::Instruction& instruction);

class TensorUnit {
 public:
  TensorUnit(const Config& config, MemoryUnit& memory_unit)
      : config_(config),
        memory_unit_(memory_unit),
        blocks_(config),
        words_(std::size_t{config.tensor_lanes} * config.tensor_columns) {}

  /// A CTA begins: all columns are free. (The one before it has ended.)
  void start_cta() { blocks_.clear(); }

  /// Executes an instruction of unit MMA or TENSOR. On a fault, gives its cause, mask and address
  /// (the rest of Fault is 0).
  std::optional<Fault> execute(Warp& warp, const isa::Instruction& instruction,
                               const WarpWindows& windows);

  /// The CTA's columns.
  const isa::TensorBlocks& blocks() const { return blocks_; }

  /// CTAs run one after the other: of TensorBlocks, all are this one.
  static constexpr std::uint32_t kCta = 0;

 private:
  std::uint32_t& word(std::uint32_t address) {
    return words_[std::size_t{address >> 16} * config_.tensor_columns + (address & 0xffff)];
  }
  std::optional<Fault> multiply(const Warp& warp, const isa::Instruction& instruction,
                                const WarpWindows& windows);
  void step(const isa::TensorMma& mma, const tensor::DotStep& dot, const std::byte* shared,
            std::uint32_t k_step, std::uint32_t block, bool reads);
  std::optional<Fault> commit(const Warp& warp, const isa::Instruction& instruction,
                              const WarpWindows& windows);
  std::optional<Fault> allocate(Warp& warp, const isa::Instruction& instruction);
  std::optional<Fault> release(const Warp& warp, const isa::Instruction& instruction);
  std::optional<Fault> access(Warp& warp, const isa::Instruction& instruction);

  Config config_;
  MemoryUnit& memory_unit_;
  isa::TensorBlocks blocks_;
  std::vector<std::uint32_t> words_;
};

}  // namespace heddle::functional
