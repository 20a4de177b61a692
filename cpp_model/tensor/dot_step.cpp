#include "tensor/dot_step.hpp"

#include <algorithm>
#include <span>

namespace heddle::tensor {
namespace {

using isa::MmaClass;

/// mode_i.
enum class UnitMode : std::uint8_t { kBlackwell, kVolta, kAmpere, kHopper, kWgmma };

UnitMode mode_of(const Config& config, std::uint32_t code) {
  const bool built = code <= 4 && (config.tensor_modes >> code & 1) != 0;
  return built ? static_cast<UnitMode>(code) : UnitMode::kBlackwell;
}

Element element_of(std::uint32_t format) {
  switch (format) {
    case 1: return Element::kBf16;
    case 2: return Element::kTf32;
    case 4: return Element::kE4m3;
    case 5: return Element::kE5m2;
    case 6: return Element::kE3m2;
    case 7: return Element::kE2m3;
    case 8:
    case 9: return Element::kE2m1;
    case 12: return Element::kS8;
    case 13: return Element::kU8;
    case 14: return Element::kS4;
    case 15: return Element::kU4;
    default: return Element::kF16;
  }
}

std::uint32_t bits_of(MmaClass elements) {
  switch (elements) {
    case MmaClass::kTf32: return 32;
    case MmaClass::kByteFloat:
    case MmaClass::kInt8: return 8;
    case MmaClass::kFp4:
    case MmaClass::kInt4: return 4;
    default: return 16;
  }
}

bool is_integer(MmaClass elements) {
  return elements == MmaClass::kInt8 || elements == MmaClass::kInt4;
}

constexpr std::uint32_t kToHalf = 1, kHalfToFloat = 2;  // accumulator_i
constexpr std::uint32_t kUe4M3 = 2;                     // scale_format_i

Scaling scaling_of(const isa::TensorMma& mma) {
  if (isa::mma_class(mma.a_format) == MmaClass::kFp4) {
    return mma.scale_format == kUe4M3 ? Scaling::kNvFp4 : Scaling::kMxFp4x16;
  }
  return mma.scales() != 0 ? Scaling::kMx : Scaling::kNone;
}

bool may_be_half(const isa::TensorMma& mma) {
  const MmaClass elements = isa::mma_class(mma.a_format);
  return elements == MmaClass::kF16 ||
         (elements == MmaClass::kByteFloat && scaling_of(mma) == Scaling::kNone);
}

MmaFormat format_of(const isa::TensorMma& mma) {
  const MmaClass elements = isa::mma_class(mma.a_format);
  MmaFormat format{element_of(mma.a_format), element_of(mma.b_format), Accumulator::kF32,
                   scaling_of(mma), false};
  if (may_be_half(mma) && mma.accumulator == kToHalf) format.accumulator = Accumulator::kF16;
  if (is_integer(elements)) {
    format.accumulator = Accumulator::kS32;
    format.saturate = mma.accumulator % 2 != 0;
  }
  return format;
}

Accumulator c_format_of(const isa::TensorMma& mma) {
  const bool half = mma.accumulator == kToHalf || mma.accumulator == kHalfToFloat;
  return half && may_be_half(mma) ? Accumulator::kF16 : Accumulator::kF32;
}

StepRules float_rules(UnitMode mode, bool byte_float, bool half) {
  const Conversion conversion = half ? Conversion::kRoundToHalf : Conversion::kTruncate;
  const Conversion short_conversion = half ? Conversion::kRoundToHalf : Conversion::kTruncate14;
  const int bytes = mode == UnitMode::kVolta ? 8 : mode == UnitMode::kAmpere ? 16 : 32;
  StepRules rules{StepKind::kTruncated, bytes, 25, -133, conversion, 1};
  switch (mode) {
    case UnitMode::kVolta:
      rules.fraction_bits = 23;
      rules.exponent_floor = half ? -19 : -131;
      break;
    case UnitMode::kAmpere:
      rules.fraction_bits = 24;
      rules.exponent_floor = half ? -20 : -132;
      break;
    case UnitMode::kHopper: rules.exponent_floor = half ? -21 : -133; break;
    case UnitMode::kBlackwell:
    case UnitMode::kWgmma: break;
  }
  if (byte_float && (mode == UnitMode::kAmpere || mode == UnitMode::kWgmma)) {
    rules.fraction_bits = 13;
    rules.conversion = short_conversion;
  }
  return rules;
}

StepRules rules_of(const Config& config, const isa::TensorMma& mma) {
  const MmaClass elements = isa::mma_class(mma.a_format);
  const int bits = static_cast<int>(bits_of(elements));
  if (is_integer(elements)) {
    return {StepKind::kInteger, 256 / bits, 0, 0, Conversion::kTruncate, 1};
  }
  if (elements == MmaClass::kFp4) {
    return {StepKind::kGroupScaled, 64, 35, -139, Conversion::kTruncate, 1};
  }
  StepRules rules = float_rules(mode_of(config, mma.mode), elements == MmaClass::kByteFloat,
                                format_of(mma).accumulator == Accumulator::kF16);
  rules.products = rules.products * 8 / bits;
  return rules;
}

void take_elements(const OperandBytes& bytes, std::uint32_t bits, std::uint32_t first,
                   std::span<std::uint32_t> elements) {
  for (std::uint32_t i = 0; i < elements.size(); ++i) {
    const std::uint32_t bit = (first + i) * bits;
    std::uint32_t value = 0;
    for (std::uint32_t byte = 0; byte < (bits + 7) / 8; ++byte) {
      value |= std::uint32_t{bytes[bit / 8 + byte]} << 8 * byte;
    }
    elements[i] = bits == 4 ? value >> bit % 8 & 0xf : value;
  }
}

void take_scales(OperandScales scales, std::array<std::uint32_t, 4>& codes) {
  for (std::uint32_t i = 0; i < codes.size(); ++i) codes[i] = scales >> 8 * i & 0xff;
}

}  // namespace

OperandBytes named_elements(const OperandBytes& lower, const OperandBytes& upper, Metadata metadata,
                            std::uint32_t element_bytes) {
  std::array<std::uint8_t, 2 * isa::kKStepBytes> all;
  std::ranges::copy(upper, std::ranges::copy(lower, all.begin()).out);
  OperandBytes result;
  for (std::uint32_t j = 0; j < isa::kKStepBytes / element_bytes; ++j) {
    const std::uint32_t element = j / 2 * 4 + (metadata >> 2 * j & 3);
    std::copy_n(all.begin() + element * element_bytes, element_bytes,
                result.begin() + j * element_bytes);
  }
  return result;
}

OperandScales repeated_scales(const std::uint8_t* scales, std::uint32_t count) {
  OperandScales result = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    result |= OperandScales{scales[i * count / 4]} << 8 * i;
  }
  return result;
}

DotStep::DotStep(const Config& config, const isa::TensorMma& mma)
    : bits_(bits_of(isa::mma_class(mma.a_format))),
      products_(static_cast<std::uint32_t>(rules_of(config, mma).products)),
      product_(rules_of(config, mma), format_of(mma), c_format_of(mma)),
      scaled_(scaling_of(mma) != Scaling::kNone),
      unit_scales_(mma.scales() == 0) {}

std::uint32_t DotStep::compute(const Row& a, const Row& b, std::uint32_t c,
                               std::uint32_t block) const {
  static constexpr std::uint32_t kOne = 0x7f7f7f7f;  // E8M0
  std::array<std::uint32_t, 64> a_elements, b_elements;
  std::array<std::uint32_t, 4> a_scales, b_scales;
  const std::uint32_t first = block * products_;
  DotOperands operands;
  operands.a = std::span(a_elements).first(products_);
  operands.b = std::span(b_elements).first(products_);
  operands.c = c;
  take_elements(a.bytes, bits_, first, std::span(a_elements).first(products_));
  take_elements(b.bytes, bits_, first, std::span(b_elements).first(products_));
  if (scaled_) {
    take_scales(unit_scales_ ? kOne : a.scales, a_scales);
    take_scales(unit_scales_ ? kOne : b.scales, b_scales);
    operands.a_scales = a_scales;
    operands.b_scales = b_scales;
  }
  return product_.compute(operands);
}

}  // namespace heddle::tensor
