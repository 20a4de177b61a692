// What computes the dot products of `heddle mma`.
#pragma once

#include <memory>
#include <stdexcept>
#include <string_view>

#include "tensor/dot_product_device.hpp"

namespace heddle {

/// This build has no such device.
class NoDevice : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The device of that name: functional, timed or rtl (the library libheddle_rtl_tensor.so, where
/// those of the configurations are). Throws NoDevice; std::invalid_argument if there is no such
/// name.
std::unique_ptr<DotProductDevice> open_dot_product_device(std::string_view name);

}  // namespace heddle
