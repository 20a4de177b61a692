// Steps of every kind against results worked out by hand from docs/manual/tensor_numerics.md.
// The comments say which bits decide.
#include "tensor/dot_product.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "dot_product_bench.hpp"

namespace {

using namespace heddle::tensor;

constexpr std::string_view kNvidiaModes[] = {"volta",     "turing",   "ampere",
                                             "ada",       "hopper",   "hopper_wgmma",
                                             "blackwell", "b200_mma", "rtx_blackwell"};

TEST_CASE("the number of fraction bits is that of the generation") {
  // 2^23 - 2^23 - 0.5 - 0.25 - 0.125: of the exact -0.875, what is left above 2^(23 - F).
  const auto dot = [](std::string_view mode) {
    return Bench(mode, "f16.f32")("f000 b800 b400 b000", "6400 3c00 3c00 3c00", 0x4b000000);
  };
  CHECK(dot("volta") == 0);
  for (const auto mode : {"turing", "ampere", "ada"}) CHECK(dot(mode) == 0xbf000000);
  for (const auto mode : {"hopper", "hopper_wgmma", "blackwell", "b200_mma", "rtx_blackwell"}) {
    CHECK(dot(mode) == 0xbf400000);
  }
  CHECK(dot("cdna3") == 0xbf000000);
  CHECK(dot("ieee") == 0xbf600000);
}

TEST_CASE("terms are truncated one by one, then added exactly") {
  // 1 and small terms; the result's last bit is 2^-23.
  const auto dot = [](std::string_view mode, std::string_view term, int terms) {
    return Bench(mode, "f16.f32")(repeated("0001", terms), repeated(term, terms), 0x3f800000);
  };
  CHECK(dot("hopper", "3800", 4) == 0x3f800001);  // 4 * 2^-25
  CHECK(dot("hopper", "3800", 3) == 0x3f800000);
  CHECK(dot("hopper", "3400", 16) == 0x3f800000);  // 16 * 2^-26, each truncated
  CHECK(dot("ampere", "3800", 4) == 0x3f800000);
  CHECK(dot("ampere", "3c00", 2) == 0x3f800001);  // 2 * 2^-24
  CHECK(dot("volta", "3c00", 4) == 0x3f800000);
  CHECK(dot("volta", "4000", 1) == 0x3f800001);  // 2^-23
}

TEST_CASE("magnitudes are truncated, so that negative terms go to zero too") {
  // 1 - 2^-26 in a step of 25 bits: nothing is left of the term.
  CHECK(Bench("hopper", "f16.f32")("8001", "3400", 0x3f800000) == 0x3f800000);
  // 1 - 2^-25: all of it is seen, and the result is truncated to 24 bits below 1.
  CHECK(Bench("hopper", "f16.f32")("8001", "3800", 0x3f800000) == 0x3f7fffff);
}

TEST_CASE("products are aligned by the sum of their exponents, not by their leading bit") {
  // 1.5 * 1.5 = 2.25 has exponent 0, so 8 * 2^-25 = 2^-22 is seen: the result's last bit.
  CHECK(Bench("hopper", "f16.f32")("3e00 " + repeated("0001", 8), "3e00 " + repeated("3800", 8),
                                   0) == 0x40100001);
  // As a C, 2.25 has exponent 1.
  CHECK(Bench("hopper", "f16.f32")(repeated("0001", 8), repeated("3800", 8), 0x40100000) ==
        0x40100000);
}

TEST_CASE("a subnormal factor has the least exponent of its format") {
  // 2^-24 * 2^15 = 2^-9, of exponent -14 + 15 = 1: bits down to 2^-24 are seen, so 2^-25 is not.
  const Bench hopper("hopper", "f16.f32");
  CHECK(hopper("0001 8001", "7800 7800", 0x33000000) == 0);           // C = 2^-25
  CHECK(hopper("0001 8001", "7800 7800", 0x33800000) == 0x33800000);  // C = 2^-24
}

TEST_CASE("E_FLOOR of FP16 accumulators: the discriminating vector") {
  // 2^-25, a tie of FP16's least number, and 2^-47 above it.
  const auto dot = [](std::string_view mode) {
    return Bench(mode, "f16.f16")("1000 0002", "0400 0001", 0);
  };
  CHECK(dot("hopper") == 0x0000);
  CHECK(dot("b200_mma") == 0x0000);
  CHECK(dot("rtx_blackwell") == 0x0000);
  CHECK(dot("hopper_wgmma") == 0x0001);
  CHECK(dot("blackwell") == 0x0001);
}

TEST_CASE("E_FLOOR of FP16 accumulators is 4 - F") {
  const auto dot = [](std::string_view mode, std::string_view a, std::string_view b) {
    return Bench(mode, "f16.f16")(std::string("1000 ").append(a), std::string("0400 ").append(b),
                                  0);
  };
  // Hopper: -21 - 25 = -46.
  CHECK(dot("hopper", "0002", "0002") == 0x0001);  // 2^-46
  CHECK(dot("hopper", "0002", "0001") == 0x0000);
  // Ampere: -20 - 24 = -44.
  CHECK(dot("ampere", "0004", "0004") == 0x0001);
  CHECK(dot("ampere", "0004", "0002") == 0x0000);
  CHECK(dot("turing", "0004", "0004") == 0x0001);
  CHECK(dot("ada", "0004", "0002") == 0x0000);
  // Volta: -19 - 23 = -42.
  CHECK(dot("volta", "0008", "0008") == 0x0001);
  CHECK(dot("volta", "0008", "0004") == 0x0000);
}

TEST_CASE("E_FLOOR of FP32 accumulators is -108 - F") {
  // 511 * 2^-158 = 2^-149 - 2^-158, and 2^-158 in one or two terms.
  const Bench hopper("hopper", "bf16.f32");
  CHECK(hopper("18e0 1780", "1b92 1880", 0) == 0x00000001);
  CHECK(hopper("18e0 1780 1780", "1b92 1800 1800", 0) == 0x00000000);
  CHECK(Bench("blackwell", "bf16.f32")("18e0 1780", "1b92 1880", 0) == 0x00000001);
  CHECK(Bench("blackwell", "bf16.f32")("18e0 1780 1780", "1b92 1800 1800", 0) == 0x00000000);
  // Ampere: 127 * 2^-156 = 2^-149 - 2^-156, and 2^-156 in one or two terms.
  const Bench ampere("ampere", "bf16.f32");
  CHECK(ampere("1bfe 1880", "1880 1880", 0) == 0x00000001);
  CHECK(ampere("1bfe 1880 1880", "1880 1800 1800", 0) == 0x00000000);
}

TEST_CASE("what is at or above 2^128 is infinity, what is below is truncated") {
  for (const std::string_view mode : {"ampere", "hopper", "blackwell"}) {
    const Bench dot(mode, "bf16.f32");
    CHECK(dot("7380", "3f80", 0x7f7fffff) == 0x7f800000);  // + 2^104: one unit in the last place
    CHECK(dot("7300", "3f80", 0x7f7fffff) == 0x7f7fffff);
    CHECK(dot("f380", "3f80", 0xff7fffff) == 0xff800000);
    CHECK(dot("f300", "3f80", 0xff7fffff) == 0xff7fffff);
  }
}

TEST_CASE("products neither overflow nor underflow") {
  const Bench dot("hopper", "bf16.f32");
  // 2^254 - 2^254: C = 1 is 229 bits below the least bit.
  CHECK(dot("7f00 ff00", "7f00 7f00", 0x3f800000) == 0);
  // 2^128 - 2^128 + 2^127.
  CHECK(dot("7f00 ff00 7f00", "4000 4000 3f80", 0) == 0x7f000000);
}

TEST_CASE("FP16 results are rounded to nearest even, from all bits of the sum") {
  const Bench ampere("ampere", "f16.f16");
  const Bench hopper("hopper", "f16.f16");
  CHECK(ampere("1000", "3c00", 0x3c00) == 0x3c00);            // 1 + 2^-11: tie, even
  CHECK(ampere("1000", "3c00", 0x3c01) == 0x3c02);            // tie, odd
  CHECK(ampere("1000 0001", "3c00 3c00", 0x3c00) == 0x3c01);  // + 2^-24: above the tie
  CHECK(ampere("1000 0001", "3c00 3800", 0x3c00) == 0x3c00);  // + 2^-25: not seen by 24 bits
  CHECK(hopper("1000 0001", "3c00 3800", 0x3c00) == 0x3c01);
  CHECK(hopper("9000", "3c00", 0x3c01) == 0x3c00);  // 1 + 2^-10 - 2^-11
}

TEST_CASE("FP16 results from 65520 on are infinity") {
  for (const std::string_view mode : {"volta", "ada", "hopper", "blackwell"}) {
    const Bench dot(mode, "f16.f16");
    CHECK(dot("4c00", "3c00", 0x7bff) == 0x7c00);  // 65504 + 16
    CHECK(dot("4bff", "3c00", 0x7bff) == 0x7bff);  // 65504 + 15.992
    CHECK(dot("cc00", "3c00", 0xfbff) == 0xfc00);
    CHECK(dot("7bff", "7bff", 0) == 0x7c00);
  }
}

TEST_CASE("subnormal operands and results are exact") {
  CHECK(Bench("volta", "f16.f32")("0001", "0001", 0) == 0x27800000);    // 2^-48
  CHECK(Bench("hopper", "bf16.f32")("0080", "3f00", 0) == 0x00400000);  // 2^-127
  CHECK(Bench("hopper", "bf16.f32")("0001", "3c00", 0) == 0x00000200);  // 2^-133 * 2^-7
  CHECK(Bench("ampere", "bf16.f32")("8080", "3f00", 0) == 0x80400000);
  CHECK(Bench("hopper", "bf16.f32")("0080", "3f80", 0x80000001) == 0x007fffff);
  CHECK(Bench("hopper", "f16.f16")("0001", "3c00", 0) == 0x0001);
  CHECK(Bench("hopper", "f16.f16")("0001", "3800", 0) == 0x0000);       // tie, even
  CHECK(Bench("hopper", "f16.f16")("0003", "3800", 0) == 0x0002);       // 1.5: tie, odd
  CHECK(Bench("hopper", "f16.f16")("0001", "3800", 0x03ff) == 0x0400);  // to a normal
  CHECK(Bench("hopper", "f16.f16")("8001", "3c00", 0x0400) == 0x03ff);
}

TEST_CASE("every zero is +0: of negative zeros, of a difference, of what is truncated") {
  for (const std::string_view mode : kNvidiaModes) {
    const Bench to_float(mode, "f16.f32");
    CHECK(to_float("8000 8000 8000 8000", "3c00 3c00 3c00 3c00", 0x80000000) == 0);
    CHECK(to_float("3c00", "bc00", 0x3f800000) == 0);
    const Bench to_half(mode, "f16.f16");
    CHECK(to_half("8000 8000 8000 8000", "3c00 3c00 3c00 3c00", 0x8000) == 0);
    CHECK(to_half("3c00", "bc00", 0x3c00) == 0);
    CHECK(to_half("8001", "3800", 0) == 0);  // -2^-25, rounded to zero
  }
  CHECK(Bench("hopper", "bf16.f32")("8001", "3700", 0) == 0);  // -2^-150
  CHECK(Bench("ampere", "bf16.f32")("8001", "3700", 0) == 0);
  CHECK(Bench("ada", "bf16.f32")("8001", "3780", 0) == 0x80000001);  // -2^-149
}

TEST_CASE("NaN is canonical, whatever it came from") {
  for (const std::string_view mode : kNvidiaModes) {
    const Bench to_float(mode, "f16.f32");
    const Bench to_half(mode, "f16.f16");
    for (const std::string_view nan : {"7e00", "7c01", "fe55", "ffff"}) {
      CHECK(to_float(nan, "0000", 0) == 0x7fffffff);
      CHECK(to_float("3c00", nan, 0xff800000) == 0x7fffffff);
      CHECK(to_half(nan, "3c00", 0x7c00) == 0x7fff);
    }
    for (const std::uint32_t nan : {0x7fc00000U, 0x7f800001U, 0xffc12345U}) {
      CHECK(to_float("3c00", "3c00", nan) == 0x7fffffff);
    }
    CHECK(to_half("3c00", "3c00", 0xfc01) == 0x7fff);
  }
}

TEST_CASE("infinities: times zero is NaN, of both signs NaN, else they stay") {
  for (const std::string_view mode : kNvidiaModes) {
    const Bench dot(mode, "f16.f32");
    CHECK(dot("7c00", "0000", 0) == 0x7fffffff);
    CHECK(dot("8000", "fc00", 0) == 0x7fffffff);
    CHECK(dot("7c00", "0001", 0) == 0x7f800000);
    CHECK(dot("7c00", "8001", 0) == 0xff800000);
    CHECK(dot("7c00", "fc00", 0xff7fffff) == 0xff800000);
    CHECK(dot("7c00 fc00", "3c00 3c00", 0) == 0x7fffffff);
    CHECK(dot("7c00 fc00", "3c00 bc00", 0) == 0x7f800000);
    CHECK(dot("7c00", "3c00", 0xff800000) == 0x7fffffff);
    CHECK(dot("7c00", "3c00", 0x7f800000) == 0x7f800000);
    CHECK(dot("fbff fbff", "7bff 7bff", 0x7f800000) == 0x7f800000);
    const Bench half(mode, "f16.f16");
    CHECK(half("fc00", "3c00", 0x7bff) == 0xfc00);
    CHECK(half("fc00", "3c00", 0x7c00) == 0x7fff);
  }
}

TEST_CASE("fp8: E4M3 has NaN and 448, E5M2 infinity") {
  const Bench e4m3("blackwell", "e4m3.f32");
  CHECK(e4m3("7f", "38", 0) == 0x7fffffff);
  CHECK(e4m3("ff", "00", 0) == 0x7fffffff);
  CHECK(e4m3("7e", "7e", 0) == 0x48440000);  // 448^2 = 200704
  const Bench e5m2("blackwell", "e5m2.f32");
  CHECK(e5m2("7c", "3c", 0) == 0x7f800000);
  CHECK(e5m2("7c", "80", 0) == 0x7fffffff);
  CHECK(e5m2("7d", "3c", 0) == 0x7fffffff);
  const Bench mixed("blackwell", "e4m3.e5m2.f32");
  CHECK(mixed("38", "38", 0) == 0x3f000000);  // 1 * 0.5
  const Bench fp6("blackwell", "e3m2.e2m3.f32");
  CHECK(fp6("1f", "3f", 0) == 0xc3520000);                                    // 28 * -7.5 = -210
  CHECK(Bench("blackwell", "e2m1.f32")("7", "f", 0x3f800000) == 0xc20c0000);  // 1 - 36
}

TEST_CASE("TF32: the low 13 bits of the operands do not count") {
  const Bench dot("hopper", "tf32.f32");
  CHECK(dot("3f801fff", "3f801fff", 0) == 0x3f800000);
  CHECK(dot("3f802000", "3f800000", 0) == 0x3f802000);
  CHECK(dot("7f800001", "3f800000", 0) == 0x7f800000);
  CHECK(dot("7f800001", "00001fff", 0) == 0x7fffffff);  // infinity * 0
}

TEST_CASE("fp8 of Ada and wgmma: 13 fraction bits, and results of 14 significant ones") {
  for (const std::string_view mode : {"ada", "hopper_wgmma"}) {
    const Bench dot(mode, "e4m3.f32");
    CHECK(dot("00", "00", 0x3fffffff) == 0x3ffffc00);
    CHECK(dot("00", "00", 0xbfffffff) == 0xbffffc00);
    // 2 - 2^-13 and multiples of 2^-13; the last bit of the results from 2 on is 2^-12.
    CHECK(dot("08", "04", 0x3ffffc00) == 0x40000000);
    CHECK(dot("08 08", "04 04", 0x3ffffc00) == 0x40000000);
    CHECK(dot("08 08 08", "04 04 04", 0x3ffffc00) == 0x40000400);
    // Below 2^-126 the last bit is 2^-139.
    CHECK(dot("00", "00", 0x00800600) == 0x00800400);
    CHECK(dot("00", "00", 0x000007ff) == 0x00000400);
    CHECK(dot("00", "00", 0x800003ff) == 0x00000000);
    CHECK(dot("00", "00", 0x7f7fffff) == 0x7f7ffc00);
  }
  // 1 + 2^-11 is a tie of FP16; 2^-13 is seen, 2^-14 is not.
  const Bench half("ada", "e4m3.f16");
  CHECK(half("08 04", "10 08", 0x3c00) == 0x3c01);
  CHECK(half("08 02", "10 08", 0x3c00) == 0x3c00);
}

TEST_CASE("the steps of Ada's fp8 are 16 products, those of wgmma and tcgen05 are 32") {
  // 2^8 - 2^8 in the first 16 products, 2^-6 in the next: does it meet 2^8 in its step?
  const std::string a = "58 58 " + repeated("00", 14) + " 20";
  const std::string b = "58 d8 " + repeated("00", 14) + " 20";
  CHECK(Bench("ada", "e4m3.f32")(a, b, 0) == 0x3c800000);
  CHECK(Bench("hopper_wgmma", "e4m3.f32")(a, b, 0) == 0);
  CHECK(Bench("blackwell", "e4m3.f32")(a, b, 0) == 0x3c800000);  // 25 bits see it
}

TEST_CASE("the accumulator is a number of its format between steps") {
  // 1 + 2^-24 in the first step is truncated to 1; 2^-24 in the next again.
  const std::string a = "0001 " + repeated("0000", 15) + " 0001";
  const std::string b = "3c00 " + repeated("0000", 15) + " 3c00";
  CHECK(Bench("hopper", "f16.f32")(a, b, 0x3f800000) == 0x3f800000);
  CHECK(Bench("hopper", "f16.f32")("0001 0001", "3c00 3c00", 0x3f800000) == 0x3f800001);
  // FP16: ties to even twice, instead of one sum.
  const std::string c = "1000 " + repeated("0000", 15) + " 1000";
  const std::string ones = repeated("3c00", 17);
  CHECK(Bench("hopper", "f16.f16")(c, ones, 0x3c00) == 0x3c00);
  CHECK(Bench("hopper", "f16.f16")("1000 1000", "3c00 3c00", 0x3c00) == 0x3c01);
}

TEST_CASE("a smaller instruction's K is a step filled up with zeros") {
  const DotProduct hopper(Mode::kHopper, parse_format("f16.f32"));
  const std::vector<std::uint32_t> a = words("f000 b800 b400 b000 0000 0000 0000 0000");
  const std::vector<std::uint32_t> b = words("6400 3c00 3c00 3c00 0000 0000 0000 0000");
  CHECK(hopper.compute({a, b, 0x4b000000, {}, {}}) == 0xbf400000);
}

TEST_CASE("fp8 through mma.sync: two FP16 steps and an IEEE addition") {
  for (const std::string_view mode : {"hopper", "b200_mma"}) {
    const Bench dot(mode, "e4m3.f32");
    // C = 128 (last bit 2^-16) and 2^-17: a tie, rounded to even. A step would truncate.
    CHECK(dot("01", "02", 0x43000000) == 0x43000000);
    CHECK(dot("01", "02", 0x43000001) == 0x43000002);
    CHECK(dot("01 01", "02 01", 0x43000000) == 0x43000001);  // 2^-17 + 2^-18
    CHECK(dot("81", "02", 0x43000000) == 0x42ffffff);
    // 448^2 - 448^2 + 2^-10. Elements 0 and 1 are one step, 2 and 3 the next: only if the large
    // products cancel before 2^-10 comes is it seen.
    CHECK(dot("7e 7e 00 10", "7e fe 00 10", 0) == 0x3a800000);
    CHECK(dot("7e 00 7e 10", "7e 00 fe 10", 0) == 0);
    CHECK(dot("7e 10 7e 00", "7e 10 fe 00", 0) == 0);
    CHECK(dot("00 00 00 00 7e 7e 00 10", "00 00 00 00 7e fe 00 10", 0) == 0x3a800000);
    // Zeros and specials of the addition.
    CHECK(dot("b8", "38", 0xbf800000) == 0xc0000000);
    CHECK(dot("80 80", "38 38", 0x80000000) == 0);
    CHECK(dot("38", "38", 0xbf800000) == 0);
    CHECK(dot("00", "00", 0x80000001) == 0x80000001);
    CHECK(dot("7f", "38", 0) == 0x7fffffff);
    CHECK(dot("38", "38", 0x7f800001) == 0x7fffffff);
    CHECK(dot("38", "38", 0xff800000) == 0xff800000);
    CHECK(Bench(mode, "e5m2.f32")("7c", "3c", 0xff800000) == 0x7fffffff);
    CHECK(Bench(mode, "e5m2.f32")("fc", "3c", 0x7f7fffff) == 0xff800000);
    // FP16: 2^-4 + 2^-15 is rounded to 2^-4, and 128 + 2^-4, a tie, to 128.
    const Bench half(mode, "e4m3.f16");
    CHECK(half("28 02", "28 04", 0x5800) == 0x5800);
    CHECK(half("28 04", "28 04", 0x5800) == 0x5801);  // 2^-4 + 2^-14
    CHECK(Bench("blackwell", "e4m3.f16")("28 02", "28 04", 0x5800) == 0x5801);
    CHECK(half("7e", "7e", 0xfc00) == 0x7fff);  // 448^2 is infinite
  }
}

TEST_CASE("integers are exact and wrap; satfinite clamps") {
  const Bench wrap("blackwell", "s8.s32");
  CHECK(wrap("80 7f", "80 80", 0) == 0x00000080);  // 16384 - 16256
  CHECK(wrap("01", "01", 0x7fffffff) == 0x80000000);
  CHECK(wrap("ff", "01", 0x80000000) == 0x7fffffff);
  const Bench clamp("blackwell", "s8.s32.satfinite");
  CHECK(clamp("01", "01", 0x7fffffff) == 0x7fffffff);
  CHECK(clamp("ff", "01", 0x80000000) == 0x80000000);
  CHECK(clamp("01 ff", "01 01", 0x7fffffff) == 0x7fffffff);  // inside a step nothing is lost
  CHECK(Bench("ampere", "u8.s32")("ff", "ff", 1) == 65026);
  CHECK(Bench("ampere", "u8.s8.s32")("ff", "ff", 0) == 0xffffff01);
  CHECK(Bench("ampere", "s4.s32")("8 7", "8 8", 0) == 8);  // 64 - 56
  CHECK(Bench("ampere", "u4.s4.s32")("f", "f", 0) == 0xfffffff1);
}

TEST_CASE("MX scales move exponents, C is not scaled") {
  const Bench dot("blackwell", "mx.e4m3");
  CHECK(dot("38", "38", 0, "7f", "7f") == 0x3f800000);
  CHECK(dot("38", "38", 0, "80", "7e") == 0x3f800000);
  CHECK(dot("38", "38", 0x3f800000, "82", "7f") == 0x41100000);  // 1 + 8
  CHECK(dot("38", "38", 0, "fe", "7f") == 0x7f000000);
  CHECK(dot("38", "38", 0, "fe", "80") == 0x7f800000);
  CHECK(dot("b8", "38", 0, "fe", "fe") == 0xff800000);
  CHECK(dot("38", "38", 0, "00", "7f") == 0x00400000);  // 2^-127
  CHECK(dot("b8", "38", 0, "00", "00") == 0);
  // 1 - 1 and C = 2^-25: exponents are those after scaling.
  CHECK(dot("38 b8", "38 38", 0x33000000, "7f", "7f") == 0x33000000);
  CHECK(dot("38 b8", "38 38", 0x33000000, "80", "7f") == 0);
}

TEST_CASE("MX scales that are NaN make NaN, even of zeros") {
  const Bench dot("blackwell", "mx.e5m2.e4m3");
  CHECK(dot("00", "00", 0, "ff", "7f") == 0x7fffffff);
  CHECK(dot("00", "00", 0x7f800000, "7f", "ff") == 0x7fffffff);
  CHECK(dot("7c", "38", 0, "00", "00") == 0x7f800000);
  CHECK(dot("7c", "38", 0xff800000, "00", "00") == 0x7fffffff);
  CHECK(dot("7c", "00", 0, "7f", "7f") == 0x7fffffff);
}

TEST_CASE("each 32 elements have their own MX scales") {
  const std::string a = repeated("00", 32) + " 38";
  CHECK(Bench("blackwell", "mx.e4m3")(a, a, 0, "00 81", "00 7f") == 0x40800000);
  const std::string b = repeated("0", 32) + " 2";
  CHECK(Bench("blackwell", "mxfp4")(b, b, 0, "00 81", "00 7f") == 0x40800000);
  const std::string c = repeated("0", 16) + " 2";
  CHECK(Bench("blackwell", "mxfp4.16")(c, c, 0, "00 81 00 00", "00 7f 00 00") == 0x40800000);
  CHECK(Bench("blackwell", "nvfp4")(c, c, 0, "00 48 00 00", "00 38 00 00") == 0x40800000);
}

TEST_CASE("NVFP4 scales: significands are multiplied, the sign is ignored, NaN is NaN") {
  const Bench dot("blackwell", "nvfp4");
  const auto scaled = [&dot](std::string_view a, std::string_view b, std::uint32_t c = 0) {
    return dot("7", "f", c, std::string(a) + " 00 00 00", std::string(b) + " 00 00 00");
  };
  CHECK(scaled("38", "38") == 0xc2100000);  // -36
  CHECK(scaled("b8", "38") == 0xc2100000);
  CHECK(scaled("3c", "3c") == 0xc2a20000);  // * 2.25
  CHECK(scaled("01", "01") == 0xb9100000);  // * 2^-18
  CHECK(scaled("7e", "7e") == 0xcadc8000);  // * 448^2
  CHECK(scaled("80", "38", 0x3f800000) == 0x3f800000);
  CHECK(scaled("7f", "38") == 0x7fffffff);
  CHECK(scaled("38", "ff") == 0x7fffffff);
  CHECK(scaled("38", "38", 0xff800000) == 0xff800000);
  CHECK(scaled("38", "38", 0x7f800001) == 0x7fffffff);
  CHECK(dot("0", "0", 0, "00 00 00 7f", "00 00 00 00") == 0x7fffffff);
}

TEST_CASE("a group that cancels still contributes its exponent, one of zeros does not") {
  const Bench dot("blackwell", "nvfp4");
  const std::string_view scale = "78 00 00 00";  // 2^8 each: e_g = 16, bits down to 2^-19
  CHECK(dot("2 a", "2 2", 0x35800000, scale, scale) == 0);           // C = 2^-20
  CHECK(dot("2 a", "2 2", 0x36000000, scale, scale) == 0x36000000);  // C = 2^-19
  CHECK(dot("0 8", "2 2", 0x35800000, scale, scale) == 0x35800000);
  // A scale of zero: no exponent either, which would be -6 + 8. C = 2^-34.
  CHECK(dot("2 a", "2 2", 0x2e800000, "00 00 00 00", scale) == 0x2e800000);
  // A subnormal scale reads -6: e_g = -12, bits down to 2^-47.
  const std::string_view least = "01 00 00 00";
  CHECK(dot("2 a", "2 2", 0x27800000, least, least) == 0);           // C = 2^-48
  CHECK(dot("2 a", "2 2", 0x28000000, least, least) == 0x28000000);  // C = 2^-47
}

TEST_CASE("E_FLOOR of the group steps is -139") {
  const Bench dot("blackwell", "mxfp4.16");
  // 2047 quarters, 7, 15 or 1 quarter; the groups' scales are 2^-158, 2^-169 and those below.
  const std::string zeros = " " + repeated("0", 14);
  const std::string a_many = repeated("7", 14) + " 4 9 ";
  const std::string b_many = repeated("7", 14) + " 6 1 ";
  const std::string a = a_many + a_many + "4 9" + zeros + " 1";
  // 2^-149 - 2^-160, 2^-160 - 2^-171, 2^-171 - 2^-174, 2^-174.
  CHECK(dot(a, b_many + b_many + "2 1" + zeros + " 1", 0, "30 30 30 30", "30 25 22 22") ==
        0x00000001);
  // 2^-149 - 2^-160, 2^-160 - 2^-171, 2^-171 - 2^-175, 2^-175: bits down to 2^-174 are seen.
  CHECK(dot(a, b_many + b_many + "4 1" + zeros + " 1", 0, "30 30 30 30", "30 25 21 21") ==
        0x00000000);
}

TEST_CASE("ieee: one rounding of the exact sum, to nearest even") {
  const Bench dot("ieee", "f16.f32");
  CHECK(dot("0001", "3c00", 0x3f800000) == 0x3f800000);            // 1 + 2^-24: tie
  CHECK(dot("0001", "3c00", 0x3f800001) == 0x3f800002);            // tie, odd
  CHECK(dot("0001 0001", "3c00 0001", 0x3f800000) == 0x3f800001);  // + 2^-48
  CHECK(dot("0001 8001", "3c00 0001", 0x3f800001) == 0x3f800001);
  CHECK(dot(repeated("0001", 100), repeated("3c00", 100), 0x3f800000) == 0x3f800032);
  const Bench wide("ieee", "bf16.f32");
  CHECK(wide("7f00 ff00 0001", "7f00 7f00 0001", 0) == 0);  // 2^-266, rounded to +0
  CHECK(wide("7f00 ff00", "7f00 7f00", 0x00000001) == 0x00000001);
  CHECK(wide("7300", "3f80", 0x7f7fffff) == 0x7f800000);  // + 2^103: tie
  CHECK(wide("72ff", "3f80", 0x7f7fffff) == 0x7f7fffff);
  CHECK(wide("8001", "3700", 0) == 0x80000000);  // -2^-150
  CHECK(wide("8003", "3700", 0) == 0x80000002);  // -1.5 * 2^-149
  const Bench half("ieee", "f16.f16");
  CHECK(half("4c00", "3c00", 0x7bff) == 0x7c00);
  CHECK(half("4bff", "3c00", 0x7bff) == 0x7bff);
  CHECK(half("1000 0001", "3c00 0001", 0x3c00) == 0x3c01);  // 1 + 2^-11 + 2^-48
  CHECK(Bench("ieee", "nvfp4")("7", "f", 0, "3c", "3c") == 0xc2a20000);
  CHECK(Bench("ieee", "mx.e4m3")("38", "38", 0x3f800000, "82", "7f") == 0x41100000);
}

TEST_CASE("ieee: zeros have IEEE's signs, NaN is quiet") {
  const Bench dot("ieee", "f16.f32");
  CHECK(dot("8000 3c00", "3c00 8000", 0x80000000) == 0x80000000);
  CHECK(dot("8000 0000", "3c00 3c00", 0x80000000) == 0);
  CHECK(dot("8000", "3c00", 0) == 0);
  CHECK(dot("3c00", "bc00", 0x3f800000) == 0);
  CHECK(dot("7c00", "0000", 0) == 0x7fc00000);
  CHECK(dot("7c00", "3c00", 0xff800000) == 0x7fc00000);
  CHECK(dot("fc00", "3c00", 0) == 0xff800000);
  CHECK(Bench("ieee", "f16.f16")("7d00", "3c00", 0) == 0x7e00);
  CHECK(Bench("ieee", "nvfp4")("0", "0", 0, "7f", "00") == 0x7fc00000);
}

TEST_CASE("cdna3: products are truncated without C, then rounded down together with it") {
  const Bench dot("cdna3", "f16.f32");
  // 2^24 and a C of +-2^-10: C is rounded down to a multiple of 2^0.
  CHECK(dot("6c00", "6c00", 0x3a800000) == 0x4b800000);
  CHECK(dot("6c00", "6c00", 0xba800000) == 0x4b7fffff);
  // C = 2^24 and products: those are seen down to 2^(24 - 32).
  CHECK(dot("8001", "3c00", 0x4b800000) == 0x4b800000);  // -2^-24: down to -2^-8, then to nearest
  CHECK(dot("bc00", "3c00", 0x4b800000) == 0x4b7fffff);
  CHECK(dot("8000", "3c00", 0x80000000) == 0);
  CHECK(dot("7c00", "0000", 0) == 0x7fc00000);
  // 31 bits behind the leading one of the sum are left for the rounding to nearest.
  CHECK(dot("0001 0001", "3c00 2000", 0x3f800000) == 0x3f800001);  // + 2^-24 + 2^-31
  CHECK(dot("0001 0001", "3c00 1c00", 0x3f800000) == 0x3f800000);  // + 2^-24 + 2^-32
  const Bench wide("cdna3", "bf16.f32");
  CHECK(wide("5f80", "5f80", 0) == 0x7f800000);  // a product of 2^128
  CHECK(wide("5f80 5f80", "5f80 df80", 0) == 0x7fc00000);
  CHECK(wide("5f80 5f80", "5f00 5f00", 0) == 0x7f800000);  // 2^127 + 2^127
  CHECK(wide("5f80 5f80", "5f00 df00", 0) == 0);
  CHECK(wide("5fc0 5fc0", "5f40 df40", 0) == 0x7fc00000);  // 2.25 * 2^127, twice
}

TEST_CASE("cdna3: even and odd fp8 products are truncated on their own") {
  const Bench dot("cdna3", "e5m2fnuz.f32");
  // 2^23 - 2^23 - 0.5 - 0.25 - 0.125: even -2^23 - 0.25, truncated to -2^23; odd -0.625, rounded
  // down to -1.
  CHECK(dot("f4 bc b8 b4", "68 40 40 40", 0x4b000000) == 0xbf800000);
  // A C more than 25 bits below the products is dropped, not rounded down.
  CHECK(dot("70", "70", 0xba800000) == 0x4b800000);
  CHECK(dot("70", "70", 0xbf000000) == 0x4b7fffff);  // -0.5: exponent 24 - 25
  CHECK(dot("80", "40", 0) == 0x7fc00000);
}

TEST_CASE("the order of the operands in a step does not matter") {
  std::mt19937 random(20261126);
  for (const std::string_view name : {"f16.f32", "bf16.f32", "f16.f16", "e5m2.f32", "mx.e4m3"}) {
    const DotProduct product(Mode::kBlackwell, parse_format(name));
    const auto count = static_cast<std::size_t>(product.rules().products);
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = i;
    for (int round = 0; round < 2000; ++round) {
      Vector vector;
      Vector shuffled;
      std::shuffle(order.begin(), order.end(), random);
      for (std::size_t i = 0; i < count; ++i) {
        vector.a.push_back(static_cast<std::uint32_t>(random()) & 0xbbff);
        vector.b.push_back(static_cast<std::uint32_t>(random()) & 0xbbff);
      }
      for (const std::size_t i : order) {
        shuffled.a.push_back(vector.b[i]);
        shuffled.b.push_back(vector.a[i]);
      }
      vector.c = shuffled.c = static_cast<std::uint32_t>(random()) & 0xc7ff;
      if (name == "mx.e4m3") {
        vector.a_scales = shuffled.b_scales = {static_cast<std::uint32_t>(random()) % 255};
        vector.b_scales = shuffled.a_scales = {static_cast<std::uint32_t>(random()) % 255};
      }
      REQUIRE(product.compute(vector.operands()) == product.compute(shuffled.operands()));
    }
  }
}

}  // namespace
