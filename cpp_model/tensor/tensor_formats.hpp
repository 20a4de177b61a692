// Number formats of the tensor core: operands, accumulators and scales, as bits.
// Source: docs/manual/tensor_numerics.md, "Formats".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heddle::tensor {

/// What the codes with the greatest exponent field mean.
enum class Specials : std::uint8_t {
  kIeee,  ///< fraction 0: infinity; else NaN
  kFn,    ///< NaN if all fraction bits are 1, else a number; no infinity
  kNone,  ///< numbers
  kFnuz,  ///< numbers; the code of -0 is the only NaN
};

/// A binary floating-point format, or an integer one (no exponent bits).
struct ElementFormat {
  std::string_view name;
  int bits;           ///< of a code, without ignored ones
  int exponent_bits;  ///< 0: an integer
  int fraction_bits;
  int bias;
  Specials specials;
  bool is_signed;
  int digits;        ///< hexadecimal digits of an operand in a vector file
  int ignored_bits;  ///< low bits of an operand word that are not read
};

enum class Element : std::uint8_t {
  kF16,
  kBf16,
  kTf32,
  kE4m3,
  kE5m2,
  kE3m2,
  kE2m3,
  kE2m1,
  kE4m3Fnuz,
  kE5m2Fnuz,
  kS8,
  kU8,
  kS4,
  kU4,
};

inline constexpr std::array kElementFormats{
    ElementFormat{"f16", 16, 5, 10, 15, Specials::kIeee, true, 4, 0},
    ElementFormat{"bf16", 16, 8, 7, 127, Specials::kIeee, true, 4, 0},
    ElementFormat{"tf32", 19, 8, 10, 127, Specials::kIeee, true, 8, 13},
    ElementFormat{"e4m3", 8, 4, 3, 7, Specials::kFn, true, 2, 0},
    ElementFormat{"e5m2", 8, 5, 2, 15, Specials::kIeee, true, 2, 0},
    ElementFormat{"e3m2", 6, 3, 2, 3, Specials::kNone, true, 2, 0},
    ElementFormat{"e2m3", 6, 2, 3, 1, Specials::kNone, true, 2, 0},
    ElementFormat{"e2m1", 4, 2, 1, 1, Specials::kNone, true, 1, 0},
    ElementFormat{"e4m3fnuz", 8, 4, 3, 8, Specials::kFnuz, true, 2, 0},
    ElementFormat{"e5m2fnuz", 8, 5, 2, 16, Specials::kFnuz, true, 2, 0},
    ElementFormat{"s8", 8, 0, 0, 0, Specials::kNone, true, 2, 0},
    ElementFormat{"u8", 8, 0, 0, 0, Specials::kNone, false, 2, 0},
    ElementFormat{"s4", 4, 0, 0, 0, Specials::kNone, true, 1, 0},
    ElementFormat{"u4", 4, 0, 0, 0, Specials::kNone, false, 1, 0},
};

constexpr const ElementFormat& format_of(Element element) {
  return kElementFormats[static_cast<std::size_t>(element)];
}

constexpr bool is_integer(Element element) { return format_of(element).exponent_bits == 0; }

enum class Accumulator : std::uint8_t { kF32, kF16, kS32 };

inline constexpr ElementFormat kFloat32{"f32", 32, 8, 23, 127, Specials::kIeee, true, 8, 0};
inline constexpr ElementFormat kFloat16 = format_of(Element::kF16);

/// The format of a floating-point accumulator.
constexpr const ElementFormat& format_of(Accumulator accumulator) {
  return accumulator == Accumulator::kF16 ? kFloat16 : kFloat32;
}

enum class NumberClass : std::uint8_t { kFinite, kInfinite, kNan };

/// A decoded number, not renormalised: (-1)^negative * significand * 2^(exponent - fraction_bits).
/// A subnormal has the exponent of the smallest normal; a zero has significand 0.
struct Decoded {
  std::uint32_t significand = 0;
  std::int32_t exponent = 0;
  bool negative = false;
  NumberClass number_class = NumberClass::kFinite;
};

/// Decodes a floating-point operand word. Bits above the format's are not looked at.
constexpr Decoded decode(const ElementFormat& format, std::uint32_t word) {
  const std::uint32_t code = word >> format.ignored_bits;
  const std::uint32_t greatest_field = (1U << format.exponent_bits) - 1;
  const std::uint32_t fraction_mask = (1U << format.fraction_bits) - 1;
  const std::uint32_t field = (code >> format.fraction_bits) & greatest_field;
  const std::uint32_t fraction = code & fraction_mask;
  Decoded result;
  result.negative = ((code >> (format.bits - 1)) & 1) != 0;
  result.significand = field == 0 ? fraction : fraction | (fraction_mask + 1);
  result.exponent = static_cast<std::int32_t>(field == 0 ? 1 : field) - format.bias;
  if (field == greatest_field) {
    if (format.specials == Specials::kIeee) {
      result.number_class = fraction == 0 ? NumberClass::kInfinite : NumberClass::kNan;
    } else if (format.specials == Specials::kFn && fraction == fraction_mask) {
      result.number_class = NumberClass::kNan;
    }
  }
  if (format.specials == Specials::kFnuz && result.negative && field == 0 && fraction == 0) {
    result.number_class = NumberClass::kNan;
  }
  return result;
}

/// The value of an integer operand word. Bits above the format's are not looked at.
constexpr std::int32_t decode_integer(const ElementFormat& format, std::uint32_t word) {
  const auto code = static_cast<std::int32_t>(word & ((1U << format.bits) - 1));
  const std::int32_t sign = 1 << (format.bits - 1);
  return format.is_signed ? (code ^ sign) - sign : code;
}

/// A block's scale: significand * 2^(exponent - fraction_bits), never negative.
struct DecodedScale {
  std::uint32_t significand = 0;
  std::int32_t exponent = 0;
  bool nan = false;
};

/// E8M0: 2^(code - 127), 0xFF is NaN; significand 1, no fraction bits.
constexpr DecodedScale decode_e8m0(std::uint32_t code) {
  return {1, static_cast<std::int32_t>(code & 0xff) - 127, (code & 0xff) == 0xff};
}

inline constexpr int kUe4m3FractionBits = 3;

/// UE4M3: E4M3 whose sign bit is not looked at; three fraction bits.
constexpr DecodedScale decode_ue4m3(std::uint32_t code) {
  const Decoded value = decode(format_of(Element::kE4m3), code & 0x7f);
  return {value.significand, value.exponent, value.number_class == NumberClass::kNan};
}

}  // namespace heddle::tensor
