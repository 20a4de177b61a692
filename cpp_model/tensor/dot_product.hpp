// A tensor core's dot product: D = C + sum over k of A[k] * B[k], bit for bit as the chosen mode
// has it. No host floating point.
// Source: docs/manual/tensor_numerics.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "tensor/numerics_mode.hpp"
#include "tensor/tensor_formats.hpp"

namespace heddle::tensor {

/// The operands of one dot product, as words of their formats (bits above are not looked at).
struct DotOperands {
  std::span<const std::uint32_t> a;         ///< K elements
  std::span<const std::uint32_t> b;         ///< K elements
  std::uint32_t c = 0;                      ///< accumulator
  std::span<const std::uint32_t> a_scales;  ///< K / scale_block() codes, or none
  std::span<const std::uint32_t> b_scales;
};

class DotProduct {
 public:
  /// Throws std::invalid_argument if `mode` does not have `format`.
  DotProduct(Mode mode, const MmaFormat& format);
  /// By the rules of Heddle's unit, which has them for formats that no GPU has; C may have another
  /// format than D.
  DotProduct(const StepRules& rules, const MmaFormat& format, Accumulator c);

  Mode mode() const { return mode_; }
  const MmaFormat& format() const { return format_; }
  const StepRules& rules() const { return rules_; }

  /// What is wrong with the operands' numbers of elements and scales; empty: nothing.
  std::string problem(const DotOperands& operands) const;

  /// The accumulator after all steps, k ascending; a last step that is not full is filled with
  /// zeros. Requires problem(operands).empty().
  std::uint32_t compute(const DotOperands& operands) const;

 private:
  /// One step: at most rules().products elements and their scales.
  std::uint32_t step(const DotOperands& operands) const;
  std::uint32_t truncated_step(const DotOperands& operands, const ElementFormat& a,
                               const ElementFormat& b) const;
  std::uint32_t emulated_fp8_step(const DotOperands& operands) const;
  std::uint32_t group_scaled_step(const DotOperands& operands) const;
  std::uint32_t cdna3_step(const DotOperands& operands) const;
  std::uint32_t integer_step(const DotOperands& operands) const;
  std::uint32_t exact(const DotOperands& operands) const;
  std::uint32_t add(std::uint32_t x, std::uint32_t y) const;
  std::uint32_t convert(std::int64_t sum, int exponent) const;

  Mode mode_;
  MmaFormat format_;
  StepRules rules_;
  const ElementFormat* accumulator_;
  const ElementFormat* c_format_;
  std::uint32_t nan_;
  std::array<std::array<std::uint32_t, 256>, 2> half_{};  ///< a's and b's fp8 codes as FP16
};

}  // namespace heddle::tensor
