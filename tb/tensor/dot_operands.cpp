#include "dot_operands.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace heddle::tb {
namespace {

FloatFormat float_format(unsigned format) {
  switch (static_cast<DotFormat>(format)) {
    case DotFormat::kBf16: return kBfloat16;
    case DotFormat::kTf32: return kTensorFloat32;
    case DotFormat::kE4M3: return kE4M3Format;
    case DotFormat::kE5M2: return kE5M2Format;
    case DotFormat::kE3M2: return kE3M2Format;
    case DotFormat::kE2M3: return kE2M3Format;
    case DotFormat::kE2M1:
    case DotFormat::kFp4: return kE2M1Format;
    default: return kBinary16;
  }
}

int greatest_exponent(const FloatFormat& format) {
  return (1 << format.exponent_bits) - 1 - format.bias - (format.has_infinity ? 1 : 0);
}

std::uint32_t sign_bit(const FloatFormat& format) {
  return 1U << (format.exponent_bits + format.fraction_bits);
}

}  // namespace

std::uint32_t DotOperands::fraction(int bits) {
  const std::uint32_t ones = (1U << bits) - 1;
  switch (random_.below(6)) {
    case 0: return 0;
    case 1: return ones;
    case 2: return 1U << random_.below(static_cast<std::uint32_t>(bits));
    case 3: return ones << random_.below(static_cast<std::uint32_t>(bits)) & ones;
    default: return random_.word() & ones;
  }
}

/// A number of that exponent or, below the normal ones, about that size.
std::uint32_t DotOperands::number(const FloatFormat& format, int exponent) {
  const int greatest = greatest_exponent(format);
  const int smallest = 1 - format.bias;
  std::uint32_t bits = fraction(format.fraction_bits);
  exponent = std::min(exponent, greatest);
  if (exponent >= smallest) {
    bits |= static_cast<std::uint32_t>(exponent + format.bias) << format.fraction_bits;
  } else {
    bits >>= std::min(smallest - 1 - exponent, format.fraction_bits);
  }
  // All ones may be a NaN where there is no infinity.
  if (decode(format, bits).is_nan()) bits -= 1;
  return one_in(2) ? bits : bits | sign_bit(format);
}

void DotOperands::fill_floats(DotOperation& operation, const DotMeaning& meaning) {
  const FloatFormat a_format = float_format(operation.a_format);
  const FloatFormat b_format = float_format(operation.b_format);
  const FloatFormat c_format = meaning.c_half ? kBinary16 : kBinary32;
  const unsigned width = width_of(meaning.elements);

  // The exponents that products have, and how far they lie apart.
  const int most = greatest_exponent(a_format) + greatest_exponent(b_format);
  const int least = 2 - a_format.bias - b_format.bias;
  int target = between(least, most);
  switch (random_.below(6)) {
    case 0: target = most; break;
    case 1: target = least; break;
    case 2:
      target = std::clamp(meaning.d_half ? between(-30, -14) : between(-150, -110), least, most);
      break;
    case 3:
      target = std::clamp(meaning.d_half ? between(8, 16) : between(118, 128), least, most);
      break;
    default: break;
  }
  constexpr std::array<int, 6> kSpreads = {0, 1, 4, 13, 30, 300};
  const int spread = kSpreads[random_.below(kSpreads.size())];
  const std::uint32_t zeros = std::array<std::uint32_t, 4>{0, 0, 3, 16}[random_.below(4)];
  const bool cancel = one_in(2);
  const bool specials = one_in(12);
  const bool uniform = one_in(10);

  for (unsigned k = 0; k < 256 / width; ++k) {
    const int product = target + between(-spread, spread / 2);
    const int a_least = 1 - a_format.bias - (one_in(4) ? a_format.fraction_bits : 0);
    const int a_exponent = std::clamp(between(a_least, greatest_exponent(a_format)),
                                      product - greatest_exponent(b_format),
                                      product + b_format.bias + b_format.fraction_bits);
    std::uint32_t a = number(a_format, a_exponent);
    std::uint32_t b = number(b_format, product - a_exponent);
    if (zeros != 0 && random_.below(16) < zeros)
      (one_in(2) ? a : b) &= one_in(2) ? 0U : sign_bit(a_format);
    if (uniform) {
      a = random_.word();
      b = random_.word();
    }
    if (cancel && k % 2 == 1 && !one_in(8)) {
      a = element(operation.a, width, k - 1);
      b = element(operation.b, width, k - 1);
      if (meaning.elements == DotClass::kTf32) {
        a >>= 13;
        b >>= 13;
      }
      a ^= sign_bit(a_format);
      if (one_in(4)) a ^= 1U << random_.below(static_cast<std::uint32_t>(a_format.fraction_bits));
      if (one_in(8)) b ^= 1U << random_.below(static_cast<std::uint32_t>(b_format.fraction_bits));
    }
    if (specials && one_in(24)) {
      // The greatest exponent field: infinities and NaNs where the format has them.
      std::uint32_t& x = one_in(2) ? a : b;
      const FloatFormat& format = &x == &a ? a_format : b_format;
      x = (sign_bit(format) - 1) ^ (one_in(2) ? 0 : (1U << format.fraction_bits) - 1);
      if (one_in(4)) x |= 1;
      if (one_in(2)) x |= sign_bit(format);
    }
    // Bits that do not belong to the number are noise.
    if (meaning.elements == DotClass::kTf32) {
      a = (a << 13) | (random_.word() & 0x1FFF);
      b = (b << 13) | (random_.word() & 0x1FFF);
    } else if (width == 8 && !uniform) {
      a |= random_.word() & ~(2 * sign_bit(a_format) - 1);
      b |= random_.word() & ~(2 * sign_bit(b_format) - 1);
    }
    set_element(operation.a, width, k, a);
    set_element(operation.b, width, k, b);
  }
  if (one_in(6)) {
    // One product alone.
    const unsigned kept = random_.below(256 / width);
    for (unsigned k = 0; k < 256 / width; ++k) {
      if (k != kept) set_element(one_in(2) ? operation.a : operation.b, width, k, 0);
    }
  }

  int scale = 0;
  if (meaning.mx) scale = operation.a_scale[0] + operation.b_scale[0] - 254;
  if (meaning.elements == DotClass::kFp4 && operation.scale_format == kScaleE8M0) {
    const unsigned g = random_.below(4);
    scale = operation.a_scale[g] + operation.b_scale[g] - 254;
  } else if (meaning.elements == DotClass::kFp4 && operation.scale_format == kScaleUe4M3) {
    const unsigned g = random_.below(4);
    scale = ((operation.a_scale[g] >> 3) & 15) + ((operation.b_scale[g] >> 3) & 15) - 14;
  }
  switch (random_.below(8)) {
    case 0: operation.c = one_in(2) ? 0 : sign_bit(c_format); break;
    case 1: operation.c = random_.word(); break;
    case 2:
    case 3: operation.c = number(c_format, target + scale + between(-4, 6)); break;
    case 4: operation.c = number(c_format, target + scale + between(-30, 60)); break;
    case 5: operation.c = number(c_format, between(-149, 127)); break;
    default: {
      // Nearly the negated sum of the products.
      operation.c = 0;
      const std::uint32_t sum = expected(operation);
      operation.c = sum ^ sign_bit(c_format);
      if (meaning.c_half && !meaning.d_half) operation.c = (sum >> 16) ^ 0x8000;
      if (one_in(2)) operation.c += static_cast<std::uint32_t>(between(-2, 2));
      break;
    }
  }
  if (meaning.c_half) operation.c = (operation.c & 0xFFFF) | (random_.word() << 16);
  if (specials && one_in(3))
    operation.c = (sign_bit(c_format) - 1) ^ fraction(c_format.fraction_bits);
}

void DotOperands::fill_integers(DotOperation& operation, const DotMeaning& meaning) {
  const unsigned width = width_of(meaning.elements);
  const unsigned kind = random_.below(4);
  for (unsigned k = 0; k < 256 / width; ++k) {
    std::uint32_t a = random_.word();
    std::uint32_t b = random_.word();
    if (kind == 0) {
      // Every element one of the extremes, so that the sum is as large as it can be.
      a = one_in(4) ? 0xFF : 1U << (width - 1);
      b = one_in(4) ? (1U << (width - 1)) - 1 : 1U << (width - 1);
    } else if (kind == 1) {
      a = 0xFFFF'FFFF;
      b = one_in(8) ? random_.word() : 0xFFFF'FFFF;
    }
    set_element(operation.a, width, k, a);
    set_element(operation.b, width, k, b);
  }
  switch (random_.below(4)) {
    case 0: operation.c = 0x7FFF'FFFF - random_.below(1 << 20); break;
    case 1: operation.c = 0x8000'0000 + random_.below(1 << 20); break;
    case 2: operation.c = random_.below(1 << 22) - (1 << 21); break;
    default: operation.c = random_.word(); break;
  }
}

void DotOperands::fill_scales(DotOperation& operation) {
  const unsigned kind = random_.below(6);
  for (unsigned g = 0; g < 4; ++g) {
    int a = between(0, 255);
    int b = between(0, 255);
    if (operation.scale_format == kScaleE8M0 && kind != 0) {
      // Product exponents near one of the borders, or near 1.
      const int target =
          std::array<int, 6>{0, 254 - 140, 254 - 125, 254 + 115, 254, 254}[kind] + between(-8, 8);
      a = std::clamp(a, std::max(0, target - 254), std::min(254, target));
      b = std::clamp(target - a, 0, 254);
    }
    if (operation.scale_format == kScaleUe4M3 && kind == 1) a &= 0x87;
    if (operation.scale_format == kScaleUe4M3 && kind == 2 && one_in(2)) b &= 0x80;
    if (one_in(200)) a = 0xFF;
    if (one_in(200)) b = 0x7F;
    operation.a_scale[g] = static_cast<std::uint8_t>(a);
    operation.b_scale[g] = static_cast<std::uint8_t>(b);
  }
}

void DotOperands::fill(DotOperation& operation) {
  const DotMeaning is = meaning(operation, {});
  operation.step = random_.below(4);
  fill_scales(operation);
  if (is.elements == DotClass::kInt8 || is.elements == DotClass::kInt4) {
    fill_integers(operation, is);
  } else {
    fill_floats(operation, is);
  }
}

std::string describe(const DotOperation& operation) {
  std::string text = fmt::format("mode {} formats {} {} accumulator {} scales {} step {}\n  a",
                                 operation.mode, operation.a_format, operation.b_format,
                                 operation.accumulator, operation.scale_format, operation.step);
  for (const std::uint32_t word : operation.a) text += fmt::format(" {:08x}", word);
  text += "\n  b";
  for (const std::uint32_t word : operation.b) text += fmt::format(" {:08x}", word);
  text += fmt::format("\n  c {:08x}, scales of a", operation.c);
  for (const std::uint8_t scale : operation.a_scale) text += fmt::format(" {:02x}", scale);
  text += ", of b";
  for (const std::uint8_t scale : operation.b_scale) text += fmt::format(" {:02x}", scale);
  return text;
}

}  // namespace heddle::tb
