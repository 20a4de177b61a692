// Operations through the golden model's step of the dot-product unit, compared with the exact
// reference.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "dot_reference.hpp"
#include "tensor/dot_step.hpp"

namespace heddle::tb {

inline tensor::OperandBytes operand_bytes(const std::array<std::uint32_t, 8>& words) {
  tensor::OperandBytes bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(words[i / 4] >> 8 * (i % 4));
  }
  return bytes;
}

inline tensor::OperandScales operand_scales(const std::array<std::uint8_t, 4>& scales) {
  return scales[0] | scales[1] << 8 | scales[2] << 16 | std::uint32_t{scales[3]} << 24;
}

/// The command that has the codes of `operation`.
inline isa::TensorMma command_of(const DotOperation& operation) {
  return isa::TensorMma::from(operation.a_format | operation.b_format << 4 | operation.mode << 8 |
                                  operation.accumulator << 11 | operation.scale_format << 28,
                              0, 0, 0, 0);
}

inline std::uint32_t model_result(const tensor::DotStep& step, const DotOperation& operation) {
  return step.compute({operand_bytes(operation.a), operand_scales(operation.a_scale)},
                      {operand_bytes(operation.b), operand_scales(operation.b_scale)}, operation.c,
                      operation.step);
}

/// What DotBench is for the RTL.
class ModelSteps {
 public:
  using Check = std::function<void(const DotOperation&, std::uint32_t, std::uint32_t)>;

  ModelSteps() {
    config_.tensor_formats = build_.formats;
    config_.tensor_modes = build_.modes;
  }

  /// A block that the command does not have counts modulo those that it has, as in the unit.
  void issue(DotOperation operation, const Check& check) {
    const isa::TensorMma mma = command_of(operation);
    operation.step %= mma.blocks(config_);
    check(operation, model_result(tensor::DotStep(config_, mma), operation),
          expected(operation, build_));
  }
  void drain(const Check&) {}
  std::uint64_t wrong_valids() const { return 0; }

 private:
  DotBuild build_;
  Config config_;
};

}  // namespace heddle::tb
