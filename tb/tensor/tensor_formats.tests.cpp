// The codes of every format, against the values that docs/manual/tensor_numerics.md gives.
#include "tensor/tensor_formats.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>

namespace {

using namespace heddle::tensor;

double value(Element element, std::uint32_t word) {
  const Decoded number = decode(format_of(element), word);
  REQUIRE(number.number_class == NumberClass::kFinite);
  const double magnitude =
      std::ldexp(number.significand, number.exponent - format_of(element).fraction_bits);
  return number.negative ? -magnitude : magnitude;
}

NumberClass number_class(Element element, std::uint32_t word) {
  return decode(format_of(element), word).number_class;
}

TEST_CASE("the greatest and the least numbers of every format are those of its page") {
  const double e4m3_least = std::ldexp(1.0, -9);
  CHECK(value(Element::kE4m3, 0x7e) == 448);
  CHECK(value(Element::kE4m3, 0xfe) == -448);
  CHECK(value(Element::kE4m3, 0x08) == std::ldexp(1.0, -6));
  CHECK(value(Element::kE4m3, 0x01) == e4m3_least);
  CHECK(value(Element::kE5m2, 0x7b) == 57344);
  CHECK(value(Element::kE5m2, 0x04) == std::ldexp(1.0, -14));
  CHECK(value(Element::kE5m2, 0x81) == -std::ldexp(1.0, -16));
  CHECK(value(Element::kE3m2, 0x1f) == 28);
  CHECK(value(Element::kE3m2, 0x04) == 0.25);
  CHECK(value(Element::kE3m2, 0x21) == -0.0625);
  CHECK(value(Element::kE2m3, 0x1f) == 7.5);
  CHECK(value(Element::kE2m3, 0x08) == 1);
  CHECK(value(Element::kE2m3, 0x21) == -0.125);
  CHECK(value(Element::kE2m1, 0x7) == 6);
  CHECK(value(Element::kE2m1, 0x2) == 1);
  CHECK(value(Element::kE2m1, 0x9) == -0.5);
  CHECK(value(Element::kF16, 0x7bff) == 65504);
  CHECK(value(Element::kF16, 0x8001) == -std::ldexp(1.0, -24));
  CHECK(value(Element::kBf16, 0x3f80) == 1);
  CHECK(value(Element::kBf16, 0x0001) == std::ldexp(1.0, -133));
  CHECK(value(Element::kE4m3Fnuz, 0x7f) == 240);
  CHECK(value(Element::kE4m3Fnuz, 0x01) == std::ldexp(1.0, -10));
  CHECK(value(Element::kE5m2Fnuz, 0x7f) == 57344);
}

TEST_CASE("every code of E2M1 has its value") {
  const double values[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
  for (std::uint32_t code = 0; code < 8; ++code) {
    CHECK(value(Element::kE2m1, code) == values[code]);
    CHECK(value(Element::kE2m1, code | 8) == -values[code]);
  }
}

TEST_CASE("NaN and infinity are where each format has them, and nowhere else") {
  for (std::uint32_t code = 0; code < 256; ++code) {
    const std::uint32_t magnitude = code & 0x7f;
    CHECK((number_class(Element::kE4m3, code) == NumberClass::kNan) == (magnitude == 0x7f));
    CHECK((number_class(Element::kE4m3, code) == NumberClass::kInfinite) == false);
    CHECK((number_class(Element::kE5m2, code) == NumberClass::kNan) == (magnitude > 0x7c));
    CHECK((number_class(Element::kE5m2, code) == NumberClass::kInfinite) == (magnitude == 0x7c));
    CHECK((number_class(Element::kE4m3Fnuz, code) == NumberClass::kFinite) == (code != 0x80));
    CHECK((number_class(Element::kE5m2Fnuz, code) == NumberClass::kFinite) == (code != 0x80));
  }
  for (std::uint32_t code = 0; code < 64; ++code) {
    CHECK(number_class(Element::kE3m2, code) == NumberClass::kFinite);
    CHECK(number_class(Element::kE2m3, code) == NumberClass::kFinite);
  }
  CHECK(number_class(Element::kF16, 0x7c00) == NumberClass::kInfinite);
  CHECK(number_class(Element::kF16, 0x7c01) == NumberClass::kNan);
  CHECK(number_class(Element::kBf16, 0xff80) == NumberClass::kInfinite);
  CHECK(number_class(Element::kBf16, 0xffff) == NumberClass::kNan);
}

TEST_CASE("subnormals keep the least exponent instead of being renormalised") {
  const Decoded half = decode(format_of(Element::kF16), 0x0001);
  CHECK(half.significand == 1);
  CHECK(half.exponent == -14);
  const Decoded e4m3 = decode(format_of(Element::kE4m3), 0x03);
  CHECK(e4m3.significand == 3);
  CHECK(e4m3.exponent == -6);
}

TEST_CASE("TF32 ignores the low 13 bits of its word, also those of a NaN") {
  CHECK(value(Element::kTf32, 0x3f801fff) == 1);
  CHECK(value(Element::kTf32, 0x3f802000) == 1 + std::ldexp(1.0, -10));
  CHECK(number_class(Element::kTf32, 0x7f801fff) == NumberClass::kInfinite);
  CHECK(number_class(Element::kTf32, 0x7f802000) == NumberClass::kNan);
}

TEST_CASE("integers are two's complement or unsigned") {
  CHECK(decode_integer(format_of(Element::kS8), 0x80) == -128);
  CHECK(decode_integer(format_of(Element::kS8), 0x7f) == 127);
  CHECK(decode_integer(format_of(Element::kU8), 0xff) == 255);
  CHECK(decode_integer(format_of(Element::kS4), 0x8) == -8);
  CHECK(decode_integer(format_of(Element::kS4), 0x7) == 7);
  CHECK(decode_integer(format_of(Element::kU4), 0xf) == 15);
}

TEST_CASE("scales have no sign, E8M0 no zero") {
  CHECK(decode_e8m0(0x00).exponent == -127);
  CHECK(decode_e8m0(0xfe).exponent == 127);
  CHECK_FALSE(decode_e8m0(0xfe).nan);
  CHECK(decode_e8m0(0xff).nan);
  CHECK(decode_ue4m3(0x80).significand == 0);
  CHECK(decode_ue4m3(0xb8).significand == 8);
  CHECK(decode_ue4m3(0xb8).exponent == 0);
  CHECK(decode_ue4m3(0x01).exponent == -6);
  CHECK(decode_ue4m3(0x01).significand == 1);
  CHECK_FALSE(decode_ue4m3(0x7e).nan);
  CHECK(decode_ue4m3(0x7f).nan);
  CHECK(decode_ue4m3(0xff).nan);
}

}  // namespace
