// Exact sums and their rounding, against the host's float arithmetic.
#include "tensor/rounding.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <random>

namespace {

using namespace heddle::tensor;

constexpr std::uint32_t kSeed = 1126;

std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

/// A finite FP32 number whose exponent field is in [least, least + range).
float random_float(std::mt19937& random, std::uint32_t least, std::uint32_t range) {
  const std::uint32_t field = least + static_cast<std::uint32_t>(random()) % range;
  return std::bit_cast<float>((static_cast<std::uint32_t>(random()) & 0x807fffff) | field << 23);
}

void add(ExactSum& sum, float value) {
  const Decoded number = decode(kFloat32, bits(value));
  sum.add(number.negative, number.significand, number.exponent - 23);
}

TEST_CASE("the exact sum of two numbers is rounded as the host adds them") {
  std::mt19937 random(kSeed);
  for (int round = 0; round < 300'000; ++round) {
    const std::uint32_t least = static_cast<std::uint32_t>(random()) % 220;
    const float x = random_float(random, least, 35);
    const float y = random_float(random, least, 35);
    ExactSum sum;
    add(sum, x);
    add(sum, y);
    REQUIRE(sum.rounded(kFloat32) == bits(x + y));
  }
}

TEST_CASE("numbers of 64 bits are rounded to nearest as the host does it") {
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 300'000; ++round) {
    const std::uint64_t magnitude = random() >> (random() % 64);
    if (magnitude == 0) continue;
    const std::uint32_t word = round_to_nearest_even(kFloat32, false, magnitude, 0, false);
    REQUIRE(word == bits(static_cast<float>(magnitude)));
  }
}

TEST_CASE("truncation is the host's rounding towards zero, but overflows to infinity") {
  std::mt19937_64 random(kSeed);
  std::fesetround(FE_TOWARDZERO);
  int below = 0;
  for (int round = 0; round < 300'000; ++round) {
    const std::uint64_t magnitude = (random() >> 11) >> (random() % 52);
    if (magnitude == 0) continue;
    const int exponent = static_cast<int>(random() % 330) - 200;
    const bool negative = random() % 2 != 0;
    const auto exact = static_cast<double>(magnitude);  // at most 53 bits
    const volatile double value = std::ldexp(negative ? -exact : exact, exponent);
    const std::uint32_t word = truncate_to_float(negative, magnitude, exponent, 24);
    const std::uint32_t host = bits(static_cast<float>(value));
    std::uint32_t wanted = host;
    if (std::abs(value) >= std::ldexp(1.0, 128)) wanted = negative ? 0xff800000 : 0x7f800000;
    if ((host & 0x7fffffff) == 0) wanted = 0;
    if (word != wanted) {
      std::fesetround(FE_TONEAREST);
      FAIL(magnitude << " * 2^" << exponent << ": " << word << " instead of " << wanted);
    }
    below += (word & 0x7f800000) == 0 && word != 0 ? 1 : 0;
    // 14 bits: those of 24 without the last ten, above and below 2^-126.
    const std::uint32_t narrow = truncate_to_float(negative, magnitude, exponent, 14);
    const std::uint32_t cut = (wanted & 0x7ffffc00) == 0 ? 0 : wanted & 0xfffffc00;
    if (narrow != cut) {
      std::fesetround(FE_TONEAREST);
      FAIL(magnitude << " * 2^" << exponent << ": " << narrow << " instead of " << cut);
    }
  }
  std::fesetround(FE_TONEAREST);
  CHECK(below > 1000);
}

TEST_CASE("rounding to FP16 is to nearest even, with gradual underflow and overflow at 65520") {
  // Every multiple of 2^-26 up to 2^-12, then every quarter of a unit above: in halves of FP16's
  // unit, so that the wanted word is the nearest of two neighbours.
  for (std::uint64_t quarters = 1; quarters < (1U << 14); ++quarters) {
    const double value = std::ldexp(static_cast<double>(quarters), -26);
    const int exponent = std::max(std::ilogb(value), -14) - 10;
    const double units = std::nearbyint(std::ldexp(value, -exponent));
    const double rounded = std::ldexp(units, exponent);
    const Decoded number =
        decode(kFloat16, round_to_nearest_even(kFloat16, false, quarters, -26, false));
    REQUIRE(std::ldexp(number.significand, number.exponent - 10) == rounded);
  }
  CHECK(round_to_nearest_even(kFloat16, false, 65519, 0, false) == 0x7bff);
  CHECK(round_to_nearest_even(kFloat16, false, 65520, 0, false) == 0x7c00);
  CHECK(round_to_nearest_even(kFloat16, true, 1, 20, false) == 0xfc00);
  CHECK(round_to_nearest_even(kFloat16, false, 1, -25, false) == 0);
  CHECK(round_to_nearest_even(kFloat16, true, 1, -26, false) == 0x8000);
  CHECK(round_to_nearest_even(kFloat16, false, 3, -26, false) == 1);
  // 2^-25 in 64 bits: a tie, with and without something above or below it.
  CHECK(round_to_nearest_even(kFloat16, false, 0x8000000000000000, -88, false) == 0);
  CHECK(round_to_nearest_even(kFloat16, false, 0x8000000000000000, -88, true) == 1);
  CHECK(round_to_nearest_even(kFloat16, false, 0x8000000000000001, -88, false) == 1);
  CHECK(round_to_nearest_even(kFloat16, false, 0xffffffffffffffff, -89, true) == 0);
}

TEST_CASE("an exact sum keeps bits that are 500 positions apart") {
  ExactSum sum;
  sum.add(false, 1, 250);
  sum.add(true, 1, -250);
  sum.add(true, 1, 250);
  CHECK_FALSE(sum.is_zero());
  CHECK(sum.rounded(kFloat32) == 0x80000000);
  sum.add(false, 1, -250);
  CHECK(sum.is_zero());
  ExactSum tie;
  tie.add(false, (1U << 24) + 1, 0);
  CHECK(tie.rounded(kFloat32) == 0x4b800000);
  tie.add(false, 1, -250);
  CHECK(tie.rounded(kFloat32) == 0x4b800001);
  tie.add(true, 1, -250);
  tie.add(false, 1, -383);
  CHECK(tie.rounded(kFloat32) == 0x4b800001);
  tie.add(true, 1, -383);
  tie.add(false, 1, -250);
  tie.add(true, 2, -250);
  CHECK(tie.rounded(kFloat32) == 0x4b800000);
}

}  // namespace
