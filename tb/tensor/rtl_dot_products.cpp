// The verilated dot-product unit as a device of `heddle mma`: maps modes and formats to the unit's
// codes (docs/architecture/tensor.md), cuts a dot product into steps, and chains them through the
// accumulator.
#include <Vdot_product_unit.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>

#include "dot_reference.hpp"
#include "isa/float32.hpp"
#include "tensor/dot_product_device.hpp"

namespace heddle::tb {
namespace {

using tensor::Element;
using tensor::Mode;
using tensor::Scaling;

DotMode unit_mode(Mode mode) {
  switch (mode) {
    case Mode::kVolta: return DotMode::kVolta;
    case Mode::kTuring:
    case Mode::kAmpere:
    case Mode::kAda: return DotMode::kAmpere;
    case Mode::kHopper:
    case Mode::kB200Mma:
    case Mode::kRtxBlackwell: return DotMode::kHopper;
    case Mode::kHopperWgmma: return DotMode::kWgmma;
    case Mode::kBlackwell: return DotMode::kBlackwell;
    case Mode::kIeee:
    case Mode::kCdna3: break;
  }
  throw std::invalid_argument(
      fmt::format("the dot-product unit does not have mode {}", tensor::name(mode)));
}

DotFormat unit_format(Element element, const tensor::StepRules& rules) {
  switch (element) {
    case Element::kF16: return DotFormat::kFp16;
    case Element::kBf16: return DotFormat::kBf16;
    case Element::kTf32: return DotFormat::kTf32;
    case Element::kE4m3: return DotFormat::kE4M3;
    case Element::kE5m2: return DotFormat::kE5M2;
    case Element::kE3m2: return DotFormat::kE3M2;
    case Element::kE2m3: return DotFormat::kE2M3;
    case Element::kE2m1:
      return rules.kind == tensor::StepKind::kGroupScaled ? DotFormat::kFp4 : DotFormat::kE2M1;
    case Element::kS8: return DotFormat::kS8;
    case Element::kU8: return DotFormat::kU8;
    case Element::kS4: return DotFormat::kS4;
    case Element::kU4: return DotFormat::kU4;
    case Element::kE4m3Fnuz:
    case Element::kE5m2Fnuz: break;
  }
  throw std::invalid_argument(
      fmt::format("the dot-product unit does not have format {}", tensor::format_of(element).name));
}

/// An FP8 number as binary16, which has all of them.
std::uint32_t as_half(Element element, std::uint32_t code) {
  const tensor::ElementFormat& format = tensor::format_of(element);
  const tensor::Decoded x = tensor::decode(format, code);
  const std::uint32_t sign = x.negative ? 0x8000 : 0;
  if (x.number_class == tensor::NumberClass::kNan) return 0x7E00;
  if (x.number_class == tensor::NumberClass::kInfinite) return sign | 0x7C00;
  if (x.significand == 0) return sign;
  // binary16: 10 fraction bits, smallest exponent -14.
  const int leading = static_cast<int>(std::bit_width(x.significand)) - 1;
  const int exponent = std::max(x.exponent - format.fraction_bits + leading, -14);
  const std::uint32_t significand = x.significand
                                    << (x.exponent - format.fraction_bits + 10 - exponent);
  const std::uint32_t field =
      significand >> 10 != 0 ? static_cast<std::uint32_t>(exponent + 15) : 0;
  return sign | field << 10 | (significand & 0x3FF);
}

class RtlDotProducts : public DotProductDevice {
 public:
  RtlDotProducts() {
    unit_->rst_ni = 0;
    unit_->valid_i = 0;
    clock();
    unit_->rst_ni = 1;
  }
  ~RtlDotProducts() override { unit_->final(); }

  void select(Mode mode, const tensor::MmaFormat& format) override {
    // Its rules say how long a step is; what is computed is the unit's.
    tensor::DotProduct product(mode, format);
    DotOperation operation;
    operation.mode = static_cast<unsigned>(unit_mode(mode));
    emulated_ = product.rules().kind == tensor::StepKind::kEmulatedFp8;
    const Element a = emulated_ ? Element::kF16 : format.a;
    const Element b = emulated_ ? Element::kF16 : format.b;
    operation.a_format = static_cast<unsigned>(unit_format(a, product.rules()));
    operation.b_format = static_cast<unsigned>(unit_format(b, product.rules()));
    operation.accumulator = format.accumulator == tensor::Accumulator::kF16 || format.saturate;
    if (format.scaling != Scaling::kNone) {
      operation.scale_format = format.scaling == Scaling::kNvFp4 ? kScaleUe4M3 : kScaleE8M0;
    }
    blank_ = operation;
    width_ = width_of(class_of(operation.a_format));
    product_.emplace(std::move(product));
  }

  std::string problem(const tensor::DotOperands& operands) const override {
    return product_->problem(operands);
  }

  std::uint32_t compute(const tensor::DotOperands& operands) override {
    const auto products = static_cast<std::size_t>(product_->rules().products);
    std::uint32_t d = operands.c;
    for (std::size_t first = 0; first < operands.a.size(); first += products) {
      const std::size_t count = std::min(products, operands.a.size() - first);
      const auto a = operands.a.subspan(first, count);
      const auto b = operands.b.subspan(first, count);
      d = emulated_ ? emulated_fp8(a, b, d) : step(a, b, operands, first, d);
    }
    return d;
  }

 private:
  void clock() {
    unit_->clk_i = 0;
    unit_->eval();
    unit_->clk_i = 1;
    unit_->eval();
  }

  std::uint32_t run(const DotOperation& operation) {
    const auto packed = [](const std::array<std::uint8_t, 4>& scales) {
      return scales[0] | scales[1] << 8 | scales[2] << 16 | std::uint32_t{scales[3]} << 24;
    };
    unit_->valid_i = 1;
    unit_->mode_i = operation.mode & 7;
    unit_->a_format_i = operation.a_format & 15;
    unit_->b_format_i = operation.b_format & 15;
    unit_->accumulator_i = operation.accumulator & 3;
    unit_->scale_format_i = operation.scale_format & 3;
    unit_->step_i = operation.step & 3;
    for (unsigned i = 0; i < 8; ++i) {
      unit_->a_i[i] = operation.a[i];
      unit_->b_i[i] = operation.b[i];
    }
    unit_->a_scale_i = packed(operation.a_scale);
    unit_->b_scale_i = packed(operation.b_scale);
    unit_->c_i = operation.c;
    clock();
    unit_->valid_i = 0;
    while (unit_->valid_o == 0) clock();
    return unit_->d_o;
  }

  std::uint32_t step(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                     const tensor::DotOperands& operands, std::size_t first, std::uint32_t c) {
    DotOperation operation = blank_;
    operation.c = c;
    // A block shorter than the operand goes through the operand's positions.
    const auto products = static_cast<std::size_t>(product_->rules().products);
    const std::size_t blocks = std::max<std::size_t>(256 / width_ / products, 1);
    operation.step = static_cast<unsigned>(first / products % blocks);
    for (std::size_t k = 0; k < a.size(); ++k) {
      const auto position = static_cast<unsigned>(operation.step * products + k);
      set_element(operation.a, width_, position, a[k]);
      set_element(operation.b, width_, position, b[k]);
    }
    if (const int block = product_->format().scale_block(); block != 0) {
      // Four scales a step: of a quarter of its elements each.
      for (std::size_t g = 0; g < 4; ++g) {
        const std::size_t scale = (first + g * products / 4) / static_cast<std::size_t>(block);
        if (scale >= operands.a_scales.size()) break;
        operation.a_scale[g] = static_cast<std::uint8_t>(operands.a_scales[scale]);
        operation.b_scale[g] = static_cast<std::uint8_t>(operands.b_scales[scale]);
      }
    }
    return run(operation);
  }

  /// FP8 where the generation's compiler makes it of FP16: k mod 4 < 2 in one step from +0, the
  /// others in the next, and an IEEE addition of c (docs/manual/tensor_numerics.md).
  std::uint32_t emulated_fp8(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                             std::uint32_t c) {
    std::array<DotOperation, 2> halves{blank_, blank_};
    std::array<unsigned, 2> filled{};
    for (std::size_t k = 0; k < a.size(); ++k) {
      const unsigned half = k % 4 < 2 ? 0 : 1;
      set_element(halves[half].a, width_, filled[half], as_half(product_->format().a, a[k]));
      set_element(halves[half].b, width_, filled[half]++, as_half(product_->format().b, b[k]));
    }
    halves[1].c = run(halves[0]);
    return add(run(halves[1]), c);
  }

  std::uint32_t add(std::uint32_t x, std::uint32_t y) const {
    if (product_->format().accumulator == tensor::Accumulator::kF32) {
      const float sum = std::bit_cast<float>(x) + std::bit_cast<float>(y);
      return sum != sum ? 0x7FFF'FFFF : std::bit_cast<std::uint32_t>(sum);
    }
    // binary32 has more than twice binary16's bits: rounding twice is rounding once.
    const float sum = std::bit_cast<float>(isa::float32::from_half(x).bits) +
                      std::bit_cast<float>(isa::float32::from_half(y).bits);
    if (sum != sum) return 0x7FFF;
    return isa::float32::to_half(std::bit_cast<std::uint32_t>(sum), 0).bits & 0xFFFF;
  }

  std::unique_ptr<Vdot_product_unit> unit_ = std::make_unique<Vdot_product_unit>();
  std::optional<tensor::DotProduct> product_;
  DotOperation blank_;
  unsigned width_ = 0;
  bool emulated_ = false;
};

}  // namespace
}  // namespace heddle::tb

extern "C" heddle::DotProductDevice* heddle_open_rtl_dot_products() {
  return new heddle::tb::RtlDotProducts;
}
