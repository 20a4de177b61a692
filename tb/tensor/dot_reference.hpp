// An operation of the dot-product unit as tensor.md lays it out in its ports, and what the exact
// reference says about it: the page's codes, element positions, blocks and reserved encodings.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exact_reference.hpp"

namespace heddle::tb {

enum class DotMode : unsigned { kBlackwell, kVolta, kAmpere, kHopper, kWgmma };
enum class DotFormat : unsigned {
  kFp16 = 0,
  kBf16 = 1,
  kTf32 = 2,
  kE4M3 = 4,
  kE5M2 = 5,
  kE3M2 = 6,
  kE2M3 = 7,
  kE2M1 = 8,
  kFp4 = 9,
  kS8 = 12,
  kU8 = 13,
  kS4 = 14,
  kU4 = 15,
};
inline constexpr unsigned kAccumulateFp32 = 0, kAccumulateFp16 = 1, kAccumulateFp16ToFp32 = 2;
inline constexpr unsigned kScaleNone = 0, kScaleE8M0 = 1, kScaleUe4M3 = 2;

inline constexpr std::array<DotFormat, 13> kDotFormats = {
    DotFormat::kFp16, DotFormat::kBf16, DotFormat::kTf32, DotFormat::kE4M3, DotFormat::kE5M2,
    DotFormat::kE3M2, DotFormat::kE2M3, DotFormat::kE2M1, DotFormat::kFp4,  DotFormat::kS8,
    DotFormat::kU8,   DotFormat::kS4,   DotFormat::kU4};

/// The parameters that the unit was built with.
struct DotBuild {
  unsigned formats = 0x1FF;
  unsigned modes = 0x1F;
};

enum class DotClass { kNone, kFp16, kBf16, kTf32, kByteFloat, kFp4, kInt8, kInt4 };

struct DotOperation {
  unsigned mode = 0;
  unsigned a_format = 0, b_format = 0;
  unsigned accumulator = 0;
  unsigned scale_format = 0;
  unsigned step = 0;
  std::array<std::uint32_t, 8> a{}, b{};  // 32 bytes, the first in the low bits of word 0
  std::array<std::uint8_t, 4> a_scale{}, b_scale{};
  std::uint32_t c = 0;
};

/// Class and width of a format code; nothing for the codes that tensor.md reserves.
inline DotClass class_of(unsigned format) {
  switch (static_cast<DotFormat>(format)) {
    case DotFormat::kFp16: return DotClass::kFp16;
    case DotFormat::kBf16: return DotClass::kBf16;
    case DotFormat::kTf32: return DotClass::kTf32;
    case DotFormat::kE4M3:
    case DotFormat::kE5M2:
    case DotFormat::kE3M2:
    case DotFormat::kE2M3:
    case DotFormat::kE2M1: return DotClass::kByteFloat;
    case DotFormat::kFp4: return DotClass::kFp4;
    case DotFormat::kS8:
    case DotFormat::kU8: return DotClass::kInt8;
    case DotFormat::kS4:
    case DotFormat::kU4: return DotClass::kInt4;
  }
  return DotClass::kNone;
}

inline unsigned width_of(DotClass elements) {
  switch (elements) {
    case DotClass::kTf32: return 32;
    case DotClass::kByteFloat:
    case DotClass::kInt8: return 8;
    case DotClass::kFp4:
    case DotClass::kInt4: return 4;
    default: return 16;
  }
}

/// The bit of FORMATS.
inline unsigned format_bit(unsigned format) {
  switch (static_cast<DotFormat>(format)) {
    case DotFormat::kFp16: return 0;
    case DotFormat::kBf16: return 1;
    case DotFormat::kTf32: return 2;
    case DotFormat::kE4M3:
    case DotFormat::kE5M2: return 3;
    case DotFormat::kE3M2:
    case DotFormat::kE2M3:
    case DotFormat::kE2M1: return 4;
    case DotFormat::kFp4: return 8;
    case DotFormat::kS8:
    case DotFormat::kU8: return 5;
    default: return 6;
  }
}
inline constexpr unsigned kMxBit = 7;

inline std::uint32_t element(const std::array<std::uint32_t, 8>& operand, unsigned width,
                             unsigned k) {
  const unsigned position = width * k;
  const std::uint32_t word = operand[position / 32] >> (position % 32);
  return width == 32 ? word : word & ((1U << width) - 1);
}

inline void set_element(std::array<std::uint32_t, 8>& operand, unsigned width, unsigned k,
                        std::uint32_t value) {
  const unsigned position = width * k;
  const std::uint32_t ones = width == 32 ? 0xFFFF'FFFF : (1U << width) - 1;
  std::uint32_t& word = operand[position / 32];
  word = (word & ~(ones << (position % 32))) | ((value & ones) << (position % 32));
}

/// A float element from the bits of its place in the operand.
inline ExactNumber decode_element(unsigned format, std::uint32_t bits) {
  switch (static_cast<DotFormat>(format)) {
    case DotFormat::kBf16: return decode(kBfloat16, bits);
    case DotFormat::kTf32: return decode(kTensorFloat32, bits >> 13);
    case DotFormat::kE4M3: return decode(kE4M3Format, bits);
    case DotFormat::kE5M2: return decode(kE5M2Format, bits);
    case DotFormat::kE3M2: return decode(kE3M2Format, bits & 0x3F);
    case DotFormat::kE2M3: return decode(kE2M3Format, bits & 0x3F);
    case DotFormat::kE2M1:
    case DotFormat::kFp4: return decode(kE2M1Format, bits & 0xF);
    default: return decode(kBinary16, bits);
  }
}

inline std::int32_t decode_integer(unsigned format, std::uint32_t bits) {
  switch (static_cast<DotFormat>(format)) {
    case DotFormat::kS8: return static_cast<std::int8_t>(bits);
    case DotFormat::kS4: return static_cast<std::int8_t>(bits << 4) / 16;
    default: return static_cast<std::int32_t>(bits);
  }
}

/// What the unit makes of the codes.
struct DotMeaning {
  DotMode mode = DotMode::kBlackwell;
  DotClass elements = DotClass::kNone;
  bool mx = false;
  bool c_half = false;
  bool d_half = false;
  unsigned first = 0, count = 0;  // elements of the block
};

inline DotMeaning meaning(const DotOperation& operation, const DotBuild& build) {
  DotMeaning result;
  if (operation.mode <= 4 && ((build.modes >> operation.mode) & 1) != 0) {
    result.mode = static_cast<DotMode>(operation.mode);
  }
  const DotClass a_class = class_of(operation.a_format);
  const DotClass b_class = class_of(operation.b_format);
  const auto built = [&](unsigned format) {
    return ((build.formats >> format_bit(format)) & 1) != 0;
  };
  if (a_class != DotClass::kNone && a_class == b_class && built(operation.a_format) &&
      built(operation.b_format)) {
    result.elements = a_class;
  }
  const bool byte_float = result.elements == DotClass::kByteFloat;
  result.mx =
      byte_float && operation.scale_format == kScaleE8M0 && ((build.formats >> kMxBit) & 1) != 0;
  if (result.elements == DotClass::kFp16 || (byte_float && !result.mx)) {
    result.d_half = operation.accumulator == kAccumulateFp16;
    result.c_half = result.d_half || operation.accumulator == kAccumulateFp16ToFp32;
  }
  unsigned bytes = 32;
  unsigned step = 0;
  const bool floats = result.elements != DotClass::kInt8 && result.elements != DotClass::kInt4 &&
                      result.elements != DotClass::kFp4;
  if (floats && result.mode == DotMode::kVolta) {
    bytes = 8;
    step = operation.step & 3;
  } else if (floats && result.mode == DotMode::kAmpere) {
    bytes = 16;
    step = operation.step & 1;
  }
  result.count = 8 * bytes / width_of(result.elements);
  result.first = step * result.count;
  return result;
}

/// F, E_FLOOR and the conversion of NUMERICS.md's table.
inline StepRule rule_of(const DotMeaning& meaning) {
  const bool byte_float = meaning.elements == DotClass::kByteFloat;
  const bool half = meaning.d_half;
  const bool short_sum =
      byte_float && (meaning.mode == DotMode::kAmpere || meaning.mode == DotMode::kWgmma);
  StepRule rule{25, -133, half ? Conversion::kRne16 : Conversion::kRz32};
  switch (meaning.mode) {
    case DotMode::kVolta: rule = {23, half ? -19 : -131, rule.conversion}; break;
    case DotMode::kAmpere: rule = {24, half ? -20 : -132, rule.conversion}; break;
    case DotMode::kHopper: rule = {25, half ? -21 : -133, rule.conversion}; break;
    case DotMode::kWgmma:
    case DotMode::kBlackwell: break;
  }
  if (short_sum) {
    rule.fraction = 13;
    if (!half) rule.conversion = Conversion::kRzE8M13;
  }
  return rule;
}

/// The result that tensor.md gives the operation.
inline std::uint32_t expected(const DotOperation& operation, const DotBuild& build = {}) {
  const DotMeaning is = meaning(operation, build);
  if (is.elements == DotClass::kInt8 || is.elements == DotClass::kInt4) {
    std::vector<std::int32_t> a, b;
    for (unsigned k = 0; k < is.count; ++k) {
      const unsigned width = width_of(is.elements);
      a.push_back(decode_integer(operation.a_format, element(operation.a, width, k)));
      b.push_back(decode_integer(operation.b_format, element(operation.b, width, k)));
    }
    return exact_integer_step(a, b, static_cast<std::int32_t>(operation.c),
                              (operation.accumulator & 1) != 0);
  }

  const ExactNumber c = decode(is.c_half ? kBinary16 : kBinary32, operation.c);
  std::vector<ExactNumber> a, b;
  if (is.elements != DotClass::kNone) {
    const unsigned width = width_of(is.elements);
    for (unsigned k = is.first; k < is.first + is.count; ++k) {
      a.push_back(decode_element(operation.a_format, element(operation.a, width, k)));
      b.push_back(decode_element(operation.b_format, element(operation.b, width, k)));
    }
  }
  if (is.elements == DotClass::kFp4) {
    const auto scale = [&](std::uint8_t bits) -> std::optional<ExactNumber> {
      if (operation.scale_format == kScaleE8M0) return decode_e8m0(bits);
      if (operation.scale_format == kScaleUe4M3) return decode_ue4m3(bits);
      return decode_e8m0(127);
    };
    std::array<std::optional<ExactNumber>, 4> a_scales, b_scales;
    for (unsigned g = 0; g < 4; ++g) {
      a_scales[g] = scale(operation.a_scale[g]);
      b_scales[g] = scale(operation.b_scale[g]);
    }
    return exact_group_step(a, b, c, a_scales, b_scales);
  }
  const StepRule rule = rule_of(is);
  if (!is.mx) return exact_step(a, b, c, rule);
  const auto a_scale = decode_e8m0(operation.a_scale[0]);
  const auto b_scale = decode_e8m0(operation.b_scale[0]);
  if (!a_scale || !b_scale) return canonical_nan(rule.conversion);
  return exact_step(a, b, c, rule, a_scale->exponent + b_scale->exponent);
}

/// The operation in hexadecimal, for reports.
std::string describe(const DotOperation& operation);

}  // namespace heddle::tb
