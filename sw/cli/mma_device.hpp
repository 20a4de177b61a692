// What computes the dot products of `heddle mma`.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

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

/// This build has no such device.
class NoDevice : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The device of that name: functional, timed or rtl. Throws NoDevice; std::invalid_argument if
/// there is no such name.
std::unique_ptr<DotProductDevice> open_dot_product_device(std::string_view name);

}  // namespace heddle
