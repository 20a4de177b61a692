// The exact reference against values worked out by hand, and its integers against 64-bit ones.
#include "exact_reference.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>

#include "dot_reference.hpp"
#include "execute/operand_generator.hpp"

namespace heddle::tb {
namespace {

std::int64_t value(const ExactInteger& x) {
  const std::int64_t magnitude = static_cast<std::int64_t>(x.low_bits());
  return x.is_negative() ? -magnitude : magnitude;
}

TEST_CASE("exact integers agree with 64-bit ones where these suffice") {
  Random random(5);
  for (unsigned i = 0; i < 20'000; ++i) {
    const auto x = static_cast<std::int64_t>(random.next()) >> random.below(33);
    const auto y = static_cast<std::int64_t>(random.next()) >> (32 + random.below(32));
    const std::int64_t half = x / 2;
    REQUIRE(value(ExactInteger(half) + ExactInteger(y)) == half + y);
    REQUIRE(value(ExactInteger(half) - ExactInteger(y)) == half - y);
    REQUIRE(value(ExactInteger(x >> 31) * ExactInteger(y)) == (x >> 31) * y);
    REQUIRE((ExactInteger(x) < ExactInteger(y)) == (x < y));
    REQUIRE((ExactInteger(x) == ExactInteger(y)) == (x == y));
    const int places = static_cast<int>(random.below(31));
    REQUIRE(value(ExactInteger(y).shifted(places)) == y * (std::int64_t{1} << places));
    REQUIRE(value(ExactInteger(y).shifted(-places)) == y / (std::int64_t{1} << places));
  }
}

TEST_CASE("exact integers have no bound") {
  const ExactInteger one(1);
  const ExactInteger large = one.shifted(1000);
  CHECK(large.bit_length() == 1001);
  CHECK((large - one).bit_length() == 1000);
  CHECK((large - one) * (large + one) == one.shifted(2000) - one);
  CHECK(((large - one).shifted(-999)) == one);
  CHECK((large + one - large) == one);
}

TEST_CASE("sums become binary32 by truncation") {
  const auto rz = [](std::int64_t sum, int exponent) {
    return convert(ExactInteger(sum), exponent, Conversion::kRz32);
  };
  CHECK(rz(1, 0) == 0x3F80'0000);
  CHECK(rz(-3, -1) == 0xBFC0'0000);
  CHECK(rz(0x1FF'FFFF, 0) == 0x4BFF'FFFF);  // 25 ones: the last is dropped
  CHECK(rz(1, 127) == 0x7F00'0000);
  CHECK(rz(0xFF'FFFF, 104) == 0x7F7F'FFFF);
  CHECK(rz(1, 128) == 0x7F80'0000);
  CHECK(rz(-1, 128) == 0xFF80'0000);
  CHECK(rz(1, -149) == 0x0000'0001);
  CHECK(rz(3, -150) == 0x0000'0001);
  CHECK(rz(-1, -150) == 0);
  CHECK(rz(0xFF'FFFF, -150) == 0x007F'FFFF);
  CHECK(rz(0, 5) == 0);
}

TEST_CASE("sums become E8M13 by truncation") {
  const auto rz = [](std::int64_t sum, int exponent) {
    return convert(ExactInteger(sum), exponent, Conversion::kRzE8M13);
  };
  CHECK(rz(0x7FFF, 0) == 0x46FF'FC00);  // 15 ones: the last is dropped
  CHECK(rz(1, -139) == 0x0000'0400);
  CHECK(rz(-1, -140) == 0);
  CHECK(rz(1, 128) == 0x7F80'0000);
}

TEST_CASE("sums become binary16 by rounding to nearest even") {
  const auto rne = [](std::int64_t sum, int exponent) {
    return convert(ExactInteger(sum), exponent, Conversion::kRne16);
  };
  CHECK(rne(1, 0) == 0x3C00);
  CHECK(rne(0x801, -11) == 0x3C00);  // a tie, even below
  CHECK(rne(0x803, -11) == 0x3C02);  // a tie, even above
  CHECK(rne(0x1003, -12) == 0x3C01);
  CHECK(rne(65519, 0) == 0x7BFF);
  CHECK(rne(65520, 0) == 0x7C00);
  CHECK(rne(-65520, 0) == 0xFC00);
  CHECK(rne(1, -24) == 0x0001);
  CHECK(rne(1, -25) == 0x0000);
  CHECK(rne(3, -26) == 0x0001);
  CHECK(rne(-1, -25) == 0x0000);
  CHECK(rne(3, -25) == 0x0002);
  CHECK(rne(0x7FF, -25) == 0x0400);  // rounds up to the smallest normal number
}

/// Value of a byte float by the formula of its format, in units of 2^-16.
std::int64_t by_formula(int exponent_bits, int fraction_bits, int bias, std::uint32_t bits) {
  const std::int64_t fraction = bits & ((1U << fraction_bits) - 1);
  const int field = static_cast<int>((bits >> fraction_bits) & ((1U << exponent_bits) - 1));
  const std::int64_t significand = field == 0 ? fraction : fraction + (1 << fraction_bits);
  const int exponent = (field == 0 ? 1 : field) - bias - fraction_bits + 16;
  return significand * (std::int64_t{1} << exponent);
}

TEST_CASE("small formats have the values of their tables") {
  // NUMERICS: the greatest and the smallest of each format.
  CHECK(by_formula(4, 3, 7, 0x7E) == 448 * 65536);
  const auto units = [](unsigned format, std::uint32_t bits) {
    const ExactNumber x = decode_element(format, bits);
    REQUIRE(x.kind == ExactNumber::Kind::kFinite);
    return value(signed_significand(x).shifted(x.exponent - x.fraction_bits + 16));
  };
  CHECK(units(4, 0x7E) == 448 * 65536);
  CHECK(units(4, 0x01) == 65536 / 512);
  CHECK(units(4, 0x08) == 65536 / 64);
  CHECK(units(5, 0x7B) == 57344LL * 65536);
  CHECK(units(5, 0x01) == 1);
  CHECK(units(6, 0x1F) == 28 * 65536);
  CHECK(units(6, 0x01) == 65536 / 16);
  CHECK(units(7, 0x1F) == 65536 * 15 / 2);
  CHECK(units(7, 0x01) == 65536 / 8);
  CHECK(units(8, 0x7) == 6 * 65536);
  CHECK(units(8, 0x1) == 65536 / 2);
  CHECK(units(8, 0xF) == -6 * 65536);
  CHECK(decode_element(4, 0x7F).is_nan());
  CHECK(decode_element(4, 0xFF).is_nan());
  CHECK(decode_element(5, 0x7C).is_infinite());
  CHECK(decode_element(5, 0x7D).is_nan());
  CHECK(decode_element(2, 0x7F80'1FFF).is_infinite());  // the NaN's payload is not read
  CHECK(decode_element(2, 0x7F80'2000).is_nan());
  CHECK_FALSE(decode_e8m0(0xFF));
  CHECK(decode_e8m0(0)->exponent == -127);
  CHECK_FALSE(decode_ue4m3(0xFF));
  CHECK(decode_ue4m3(0x80)->significand == 0);
}

TEST_CASE("the accumulator and the products have one alignment") {
  const auto half = [](std::uint32_t bits) { return decode(kBinary16, bits); };
  const std::vector<ExactNumber> one{half(0x3C00)};
  const std::vector<ExactNumber> tiny{half(0x0001)};  // 2^-24
  // 1 + 2^-24 with F = 25: the term survives alignment, the truncation to 24 bits drops it.
  CHECK(exact_step(tiny, one, decode(kBinary32, 0x3F80'0000), {25, -133, Conversion::kRz32}) ==
        0x3F80'0000);
  // -1 + 2^-24: 1 - 2^-24 has 24 bits.
  CHECK(exact_step(tiny, one, decode(kBinary32, 0xBF80'0000), {25, -133, Conversion::kRz32}) ==
        0xBF7F'FFFF);
  // With F = 23 it is gone.
  CHECK(exact_step(tiny, one, decode(kBinary32, 0xBF80'0000), {23, -131, Conversion::kRz32}) ==
        0xBF80'0000);
}

}  // namespace
}  // namespace heddle::tb
