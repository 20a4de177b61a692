// Something that computes dot products of the tensor core: the golden model, or the verilated RTL.
#pragma once

#include <cstdint>
#include <string>

#include "tensor/dot_product.hpp"
#include "tensor/numerics_mode.hpp"

namespace heddle {

/// One dot product in, one result out.
class DotProductDevice {
 public:
  virtual ~DotProductDevice() = default;

  /// Sets what the following dot products are. Throws std::invalid_argument if the device, or the
  /// mode, does not have this format.
  virtual void select(tensor::Mode mode, const tensor::MmaFormat& format) = 0;

  /// What is wrong with the operands' numbers of elements and scales; empty: nothing.
  virtual std::string problem(const tensor::DotOperands& operands) const = 0;

  /// The accumulator's word after the dot product. Requires a selection, and no problem().
  virtual std::uint32_t compute(const tensor::DotOperands& operands) = 0;
};

/// What the library with the verilated dot-product unit exports as heddle_open_rtl_dot_products.
using OpenRtlDotProducts = DotProductDevice*();

}  // namespace heddle
