#include "mma_device.hpp"

#include <fmt/format.h>

#include <optional>

#include "rtl_library.hpp"

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
  if (name == "rtl") {
    try {
      auto* open = reinterpret_cast<OpenRtlDotProducts*>(
          rtl_symbol("libheddle_rtl_tensor.so", "the verilated dot-product unit",
                     "heddle_rtl_tensor", "heddle_open_rtl_dot_products"));
      return std::unique_ptr<DotProductDevice>(open());
    } catch (const std::runtime_error& error) {
      throw NoDevice(error.what());
    }
  }
  if (name == "timed") throw NoDevice("the timed model has no dot-product unit yet; use rtl");
  throw std::invalid_argument(
      fmt::format("there is no device \"{}\", but functional, timed, rtl", name));
}

}  // namespace heddle
