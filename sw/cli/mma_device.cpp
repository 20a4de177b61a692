#include "mma_device.hpp"

#include <fmt/format.h>

#include <optional>

namespace heddle {
namespace {

/// The golden model without time.
class FunctionalDotProducts : public DotProductDevice {
 public:
  void select(tensor::Mode mode, const tensor::MmaFormat& format) override {
    product_.emplace(mode, format);
  }
  std::string problem(const tensor::DotOperands& operands) const override {
    return product_->problem(operands);
  }
  std::uint32_t compute(const tensor::DotOperands& operands) override {
    return product_->compute(operands);
  }

 private:
  std::optional<tensor::DotProduct> product_;
};

}  // namespace

std::unique_ptr<DotProductDevice> open_dot_product_device(std::string_view name) {
  if (name == "functional") return std::make_unique<FunctionalDotProducts>();
  if (name == "timed" || name == "rtl") {
    throw NoDevice(fmt::format("this build has no device \"{}\" for dot products", name));
  }
  throw std::invalid_argument(
      fmt::format("there is no device \"{}\", but functional, timed, rtl", name));
}

}  // namespace heddle
