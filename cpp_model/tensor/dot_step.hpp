// One step of the dot-product unit, by the codes of its ports: D = C + sum over a block of
// A[k]*B[k]. Source: docs/architecture/tensor.md, "The dot-product unit". Without scales.
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "isa/tensor.hpp"
#include "tensor/dot_product.hpp"

namespace heddle::tensor {

/// 32 bytes of a tile's row.
using OperandBytes = std::array<std::uint8_t, isa::kKStepBytes>;

class DotStep {
 public:
  /// What a command without a fault asks for.
  DotStep(const Config& config, const isa::TensorMma& mma);

  /// The element of D; `block`: which of the operands' blocks it is, where these are shorter.
  std::uint32_t compute(const OperandBytes& a, const OperandBytes& b, std::uint32_t c,
                        std::uint32_t block) const;

 private:
  std::uint32_t bits_;      ///< of an element
  std::uint32_t products_;  ///< of a block
  DotProduct product_;
  bool scaled_;  ///< FP4: the scales are 1
};

}  // namespace heddle::tensor
