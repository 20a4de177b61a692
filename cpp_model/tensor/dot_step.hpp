// One step of the dot-product unit, by the codes of its ports: D = C + sum over a block of
// A[k]*B[k]. Source: docs/architecture/tensor.md, "The dot-product unit".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "isa/tensor.hpp"
#include "tensor/dot_product.hpp"

namespace heddle::tensor {

/// 32 bytes of a tile's row.
using OperandBytes = std::array<std::uint8_t, isa::kKStepBytes>;

/// Four scales of 8 bits, the first in the low bits (a_scale_i, b_scale_i).
using OperandScales = std::uint32_t;

/// Of a row of a sparse A in a step: two bits for each element, those of element 0 lowest.
using Metadata = std::uint64_t;

/// What a row of B has for the elements of a sparse A that are kept: of every four elements of its
/// 64 bytes the two that the metadata name.
OperandBytes named_elements(const OperandBytes& lower, const OperandBytes& upper, Metadata metadata,
                            std::uint32_t element_bytes);

/// What a row has in its four scales, of `count` (1, 2 or 4) that it has in a step.
OperandScales repeated_scales(const std::uint8_t* scales, std::uint32_t count);

class DotStep {
 public:
  /// What a command without a fault asks for.
  DotStep(const Config& config, const isa::TensorMma& mma);

  /// A row of A or of B in a step.
  struct Row {
    const OperandBytes& bytes;
    OperandScales scales = 0;  ///< looked at if the command has a scale format
  };

  /// The element of D; `block`: which of the operands' blocks it is, where these are shorter.
  std::uint32_t compute(const Row& a, const Row& b, std::uint32_t c, std::uint32_t block) const;

 private:
  std::uint32_t bits_;      ///< of an element
  std::uint32_t products_;  ///< of a block
  DotProduct product_;
  bool scaled_;       ///< the arithmetic has scales
  bool unit_scales_;  ///< which are 1 (FP4 without a scale format)
};

}  // namespace heddle::tensor
