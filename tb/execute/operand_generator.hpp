// Operands that make float units fail: special values and their neighbours, sparse and dense
// significands, exponents chosen for cancellation, for alignment just inside and outside the adder,
// and for the borders of the number range.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace heddle::tb {

struct Operands {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
};

/// Sixty-four random bits a call (splitmix64); equal seeds give equal streams on every host.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::uint32_t word() { return static_cast<std::uint32_t>(next() >> 32); }
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>((std::uint64_t{word()} * limit) >> 32);
  }

 private:
  std::uint64_t state_;
};

/// Bit patterns at the borders of all classes, both signs.
inline constexpr std::array<std::uint32_t, 28> kSpecialFloats = {
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007FFFFF, 0x807FFFFF, 0x00800000,
    0x80800000, 0x00FFFFFF, 0x3F7FFFFF, 0x3F800000, 0xBF800000, 0x3F800001, 0x3F000000,
    0x4B000000, 0x4AFFFFFF, 0x4F000000, 0xCF000000, 0x4F7FFFFF, 0x7F7FFFFF, 0xFF7FFFFF,
    0x7F000000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC12345, 0x7F800001, 0xFFBFFFFF};

class OperandGenerator {
 public:
  explicit OperandGenerator(std::uint64_t seed) : random_(seed) {}

  Operands next() {
    const std::uint64_t choice = random_.next();
    Operands operands{random_.word(), random_.word(), random_.word()};
    switch (choice & 7) {
      case 0: break;  // any three words
      case 1: operands = {any(), any(), any()}; break;
      case 2:
      case 3:  // a sum that nearly cancels
        operands = {significant(), significant(), 0};
        operands.c = near_product(operands.a, operands.b, -1.0F);
        break;
      case 4:  // an addend at all distances from the product
        operands = {significant(), significant(), significant()};
        operands.c = at_distance(operands);
        break;
      case 5:  // results about the border of subnormals, or of overflow
        operands = {significant(), significant(), significant()};
        operands.b = with_exponent(operands.b, border_exponent(operands.a, (choice >> 8) & 1));
        operands.c = with_exponent(operands.c, random_.below(40) + (((choice >> 8) & 1) ? 214 : 0));
        break;
      case 6:  // two operands of close exponents
        operands = {significant(), significant(), significant()};
        operands.b = with_exponent(operands.b, exponent(operands.a) + random_.below(56) - 28);
        break;
      default: operands = {significant(), any(), any()}; break;
    }
    // One in sixteen adds of equal or opposite numbers.
    if ((choice & 0xF00) == 0) operands.b = operands.a ^ (random_.word() & 0x80000003U);
    return operands;
  }

  /// A word for conversions: a float of any kind or an integer with a chosen number of significant
  /// bits.
  std::uint32_t integer() {
    const std::uint32_t word = random_.word() >> random_.below(32);
    return (random_.word() & 1) != 0 ? 0U - word : word;
  }

  std::uint32_t word() { return random_.word(); }

  /// A float about the borders between two neighbours of a narrower format: `fraction_bits`, and
  /// exponents from that of the least subnormal number to the greatest one. One in four is any
  /// float.
  std::uint32_t near_narrow(unsigned fraction_bits, int least, int greatest) {
    const std::uint32_t choice = random_.word();
    if ((choice & 3) == 0) return any();
    const auto range = static_cast<std::uint32_t>(greatest - least) + 8;
    int power = least - 4 + static_cast<int>(random_.below(range));
    std::uint32_t fraction = random_.word() & 0x7FFFFF;
    if ((choice & 4) != 0) {
      // Few bits, then zeros or ones, off by one or two
      const std::uint32_t low = 22 - random_.below(fraction_bits + 2);
      fraction &= ~((1U << low) - 1);
      if ((choice & 8) != 0) fraction |= (1U << low) - 1;
      if ((choice & 16) != 0) fraction = (fraction + random_.below(5) - 2) & 0x7FFFFF;
    }
    if ((choice & 0xE0) == 0) {
      // Ones from the top, also just below the least normal number
      fraction = 0x7FFFFF & ~((1U << random_.below(23)) - 1);
      if ((choice & 0x100) != 0) power = least + static_cast<int>(fraction_bits) - 1;
    }
    const std::uint32_t sign = (choice >> 31) != 0 ? 0x80000000U : 0;
    return with_exponent(fraction | sign, static_cast<std::uint32_t>(power + 127));
  }

  /// Operands of a division: any, or with quotients that are short, or near overflow and subnormal
  /// numbers.
  Operands quotient() {
    const std::uint32_t choice = random_.word();
    Operands operands{significant(), significant(), 0};
    if ((choice & 3) == 0) return {any(), any(), 0};
    if ((choice & 3) == 1) {
      // A dividend of few bits and a power of two, so that the quotient is short
      operands.a &= 0xFFFFFFFFU << random_.below(23);
      operands.b &= 0xFF800000U;
    }
    if ((choice & 4) != 0) {
      // The quotient's exponent from below the least subnormal number's to 6, or about 254
      const std::uint32_t wanted =
          (choice & 8) != 0 ? 252 + random_.below(6) : 6 - random_.below(36);
      operands.b = with_exponent(operands.b, exponent(operands.a) + 127 - wanted);
    }
    return operands;
  }

 private:
  static std::uint32_t exponent(std::uint32_t bits) { return (bits >> 23) & 0xFF; }

  /// Replaces the exponent, clamped to finite numbers.
  static std::uint32_t with_exponent(std::uint32_t bits, std::uint32_t value) {
    const auto wide = static_cast<std::int32_t>(value);
    const auto clamped = static_cast<std::uint32_t>(wide < 0 ? 0 : wide > 254 ? 254 : wide);
    return (bits & 0x807FFFFFU) | (clamped << 23);
  }

  /// A number with random exponent and a significand that is random, sparse, or full of ones.
  std::uint32_t significant() {
    const std::uint64_t bits = random_.next();
    auto fraction = static_cast<std::uint32_t>(bits) & 0x7FFFFFU;
    switch ((bits >> 32) & 7) {
      case 0: fraction = 0; break;
      case 1: fraction = 1U << ((bits >> 40) % 23); break;
      case 2: fraction = 0x7FFFFFU; break;
      case 3: fraction = 0x7FFFFFU ^ (1U << ((bits >> 40) % 23)); break;
      case 4: fraction &= 0x7FF000U; break;
      case 5: fraction = (1U << ((bits >> 40) % 23)) | (1U << ((bits >> 48) % 23)); break;
      default: break;
    }
    const std::uint32_t sign = (bits >> 63) != 0 ? 0x80000000U : 0;
    return with_exponent(fraction | sign, random_.below(255));
  }

  std::uint32_t any() {
    const std::uint32_t choice = random_.word();
    if ((choice & 3) == 0) return kSpecialFloats[random_.below(kSpecialFloats.size())];
    if ((choice & 3) == 1) {
      return kSpecialFloats[random_.below(kSpecialFloats.size())] + random_.below(7) - 3;
    }
    return significant();
  }

  /// The rounded product times `sign`, off by a few units in the last place.
  std::uint32_t near_product(std::uint32_t a, std::uint32_t b, float sign) {
    const float product = std::bit_cast<float>(a) * std::bit_cast<float>(b) * sign;
    return std::bit_cast<std::uint32_t>(product) + random_.below(9) - 4;
  }

  std::uint32_t at_distance(const Operands& operands) {
    const std::uint32_t product = exponent(operands.a) + exponent(operands.b) - 127;
    return with_exponent(operands.c, product + random_.below(120) - 60);
  }

  /// The exponent of b that puts a * b about 2^-126 (down to 2^-160) or 2^128.
  std::uint32_t border_exponent(std::uint32_t a, bool high) {
    return (high ? 380 : 127) - exponent(a) + random_.below(high ? 6 : 40) - (high ? 3 : 36);
  }

  Random random_;
};

}  // namespace heddle::tb
