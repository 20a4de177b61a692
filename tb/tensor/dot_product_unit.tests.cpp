// The verilated dot-product unit against exact arithmetic: corner cases with results worked out by
// hand, all products of small formats, adversarial operands in every combination of codes, and the
// pipeline itself.
//
// Built for several parameters (DOT_FORMATS, DOT_MODES): what a build leaves out is reserved.
#include <fmt/format.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "dot_bench.hpp"
#include "dot_operands.hpp"

namespace heddle::tb {
namespace {

constexpr DotBuild kBuild{DOT_FORMATS, DOT_MODES};
constexpr unsigned kBlackwell = 0, kVolta = 1, kAmpere = 2, kHopper = 3, kWgmma = 4;
constexpr unsigned kFp16 = 0, kBf16 = 1, kTf32 = 2, kE4M3 = 4, kE5M2 = 5, kFp4 = 9, kS8 = 12,
                   kU8 = 13, kS4 = 14, kU4 = 15;

bool has_format(unsigned format) { return ((kBuild.formats >> format_bit(format)) & 1) != 0; }
bool has_mode(unsigned mode) { return mode == 0 || ((kBuild.modes >> mode) & 1) != 0; }
bool has_mx() { return ((kBuild.formats >> kMxBit) & 1) != 0; }

std::uint64_t seed() {
  if (const char* text = std::getenv("HEDDLE_SEED")) return std::strtoull(text, nullptr, 0);
  return (std::uint64_t{std::random_device{}()} << 16) ^ std::random_device{}();
}

/// Collects differences; a test requires that there is none.
class Differences {
 public:
  DotBench::Check check() {
    return [this](const DotOperation& operation, std::uint32_t got, std::uint32_t want) {
      ++results_;
      if (got == want) return;
      if (wrong_++ == 0) {
        first_ = fmt::format("{}\n  RTL {:08x}, exact {:08x}", describe(operation), got, want);
      }
    };
  }
  void require_none(const DotBench& bench, std::uint64_t results) const {
    INFO(first_);
    REQUIRE(wrong_ == 0);
    REQUIRE(results_ == results);
    REQUIRE(bench.wrong_valids() == 0);
  }

 private:
  std::uint64_t results_ = 0;
  std::uint64_t wrong_ = 0;
  std::string first_;
};

struct Pair {
  std::uint32_t a, b;
};

/// The result of the unit for products at the first places of the operands.
std::uint32_t run(DotBench& bench, DotOperation operation, const std::vector<Pair>& pairs) {
  const unsigned width = width_of(class_of(operation.a_format));
  for (unsigned k = 0; k < pairs.size(); ++k) {
    set_element(operation.a, width, k, pairs[k].a);
    set_element(operation.b, width, k, pairs[k].b);
  }
  std::uint32_t result = 0;
  const DotBench::Check take = [&](const DotOperation&, std::uint32_t got, std::uint32_t) {
    result = got;
  };
  bench.issue(operation, 0, take);
  bench.drain(take);
  return result;
}

DotOperation codes(unsigned format, unsigned accumulator = 0, unsigned mode = kBlackwell,
                   std::uint32_t c = 0) {
  DotOperation operation;
  operation.mode = mode;
  operation.a_format = operation.b_format = format;
  operation.accumulator = accumulator;
  operation.c = c;
  return operation;
}

TEST_CASE("binary16: corner cases") {
  if (!has_format(kFp16)) return;
  DotBench bench(kBuild);
  const auto fp32 = [&](std::uint32_t c, const std::vector<Pair>& pairs,
                        unsigned mode = kBlackwell) {
    return run(bench, codes(kFp16, kAccumulateFp32, mode, c), pairs);
  };
  const auto fp16 = [&](std::uint32_t c, const std::vector<Pair>& pairs,
                        unsigned mode = kBlackwell) {
    return run(bench, codes(kFp16, kAccumulateFp16, mode, c), pairs);
  };
  // Zeros: always +0.
  CHECK(fp32(0x8000'0000, {{0x8000, 0x3C00}}) == 0);
  CHECK(fp32(0x8000'0000, {}) == 0);
  CHECK(fp32(0xBF80'0000, {{0x3C00, 0x3C00}}) == 0);
  CHECK(fp16(0x8000, {{0x8000, 0x0000}}) == 0);
  CHECK(fp16(0, {{0x8001, 0x0001}}) == 0);  // -2^-48 rounds to zero
  // 1.0 * 1.0, 1.5 * -2, largest product, smallest product.
  CHECK(fp32(0, {{0x3C00, 0x3C00}}) == 0x3F80'0000);
  CHECK(fp32(0x3F80'0000, {{0x3E00, 0xC000}}) == 0xC000'0000);
  CHECK(fp32(0, {{0x7BFF, 0x7BFF}}) == 0x4F7F'C004);  // 2047^2 * 2^10, 2047^2 = 0x3FF001
  CHECK(fp32(0, {{0x0001, 0x0001}}) == 0x2780'0000);  // 2^-48
  // Specials.
  CHECK(fp32(0, {{0x7C00, 0x3C00}}) == 0x7F80'0000);
  CHECK(fp32(0, {{0x7C00, 0xBC00}}) == 0xFF80'0000);
  CHECK(fp32(0, {{0x7C00, 0x0000}}) == 0x7FFF'FFFF);
  CHECK(fp32(0, {{0x8000, 0xFC00}}) == 0x7FFF'FFFF);
  CHECK(fp32(0, {{0x7C01, 0x3C00}}) == 0x7FFF'FFFF);
  CHECK(fp32(0, {{0xFE00, 0x0000}}) == 0x7FFF'FFFF);
  CHECK(fp32(0, {{0x7C00, 0x3C00}, {0xFC00, 0x3C00}}) == 0x7FFF'FFFF);
  CHECK(fp32(0x7F80'0000, {{0x7C00, 0x0001}}) == 0x7F80'0000);
  CHECK(fp32(0xFF80'0000, {{0x7C00, 0x0001}}) == 0x7FFF'FFFF);
  CHECK(fp32(0x7F80'0000, {}) == 0x7F80'0000);
  CHECK(fp32(0xFF80'0000, {{0x3C00, 0x3C00}}) == 0xFF80'0000);
  CHECK(fp32(0xFF80'0001, {}) == 0x7FFF'FFFF);
  CHECK(fp16(0x7E00, {}) == 0x7FFF);
  CHECK(fp16(0xFC00, {}) == 0xFC00);
  CHECK(fp16(0xFC00, {{0x7C00, 0x3C00}}) == 0x7FFF);
  // Overflow goes to infinity, though everything is truncated.
  CHECK(fp32(0x7F7F'FFFF, {}) == 0x7F7F'FFFF);
  CHECK(fp32(0x7F7F'FFFF, {{0x7BFF, 0x7BFF}}) == 0x7F7F'FFFF);  // too small to be seen
  CHECK(fp16(0x7BFF, {{0x3C00, 0x4B80}}) == 0x7BFF);            // 65504 + 15 = 65519
  CHECK(fp16(0x7BFF, {{0x3C00, 0x4C00}}) == 0x7C00);            // 65504 + 16 = 65520
  CHECK(fp16(0xFBFF, {{0x3C00, 0xCC00}}) == 0xFC00);
  // Ties to even at 2^-25 and in the middle of the range.
  CHECK(fp16(0, {{0x0001, 0x3800}}) == 0x0000);
  CHECK(fp16(0, {{0x0003, 0x3800}}) == 0x0002);
  CHECK(fp16(0x3C00, {{0x1000, 0x3C00}}) == 0x3C00);  // 1 + 2^-11
  CHECK(fp16(0x3C01, {{0x1000, 0x3C00}}) == 0x3C02);
  // Bits 31:16 of a binary16 accumulator are not looked at; c in binary16, d in binary32.
  CHECK(fp16(0xFFFF'3C00, {}) == 0x3C00);
  CHECK(run(bench, codes(kFp16, kAccumulateFp16ToFp32, kBlackwell, 0x3C00), {{0x0001, 0x0001}}) ==
        0x3F80'0000);
  CHECK(run(bench, codes(kFp16, kAccumulateFp16ToFp32, kBlackwell, 0xFC00), {}) == 0xFF80'0000);
}

TEST_CASE("generations differ where NUMERICS says so") {
  if (!has_format(kFp16)) return;
  DotBench bench(kBuild);
  // NUMERICS, 8.1: one bit below an exact tie, above or below the floor's last bit.
  const std::vector<Pair> tie = {{0x1000, 0x0400}, {0x0002, 0x0001}};
  CHECK(run(bench, codes(kFp16, kAccumulateFp16, kBlackwell), tie) == 0x0001);
  if (has_mode(kHopper)) CHECK(run(bench, codes(kFp16, kAccumulateFp16, kHopper), tie) == 0x0000);
  if (has_mode(kWgmma)) CHECK(run(bench, codes(kFp16, kAccumulateFp16, kWgmma), tie) == 0x0001);
  // 2^-24 and 2^-25 below 1 with 23, 24 or 25 fraction bits: -1 + x.
  const auto less_one = [&](unsigned mode, std::uint32_t b) {
    return run(bench, codes(kFp16, kAccumulateFp32, mode, 0xBF80'0000), {{0x0001, b}});
  };
  CHECK(less_one(kBlackwell, 0x3C00) == 0xBF7F'FFFF);
  CHECK(less_one(kBlackwell, 0x3800) == 0xBF7F'FFFF);  // 1 - 2^-25, truncated
  if (has_mode(kVolta)) CHECK(less_one(kVolta, 0x3C00) == 0xBF80'0000);
  if (has_mode(kAmpere)) {
    CHECK(less_one(kAmpere, 0x3C00) == 0xBF7F'FFFF);
    CHECK(less_one(kAmpere, 0x3800) == 0xBF80'0000);
  }
}

TEST_CASE("short blocks look at the bytes of their step alone") {
  if (!has_format(kFp16)) return;
  DotBench bench(kBuild);
  for (const auto& [mode, steps] : {std::pair{kVolta, 4U}, std::pair{kAmpere, 2U}}) {
    if (!has_mode(mode)) continue;
    const unsigned length = 16 / steps;
    for (unsigned step = 0; step < 4; ++step) {
      const unsigned block = step % steps;
      DotOperation operation = codes(kFp16, kAccumulateFp32, mode);
      operation.step = step;
      for (unsigned k = 0; k < 16; ++k) {
        // NaNs outside of the block, 1 * k inside.
        const bool inside = k / length == block;
        set_element(operation.a, 16, k, inside ? 0x3C00 : 0x7FFF);
        set_element(operation.b, 16, k, inside ? 0x4000 : 0x7C00);
      }
      CAPTURE(mode, step);
      CHECK(run(bench, operation, {}) == (mode == kVolta ? 0x4100'0000U : 0x4180'0000U));
    }
  }
}

TEST_CASE("bfloat16 and TF32: corner cases") {
  DotBench bench(kBuild);
  if (has_format(kBf16)) {
    const auto bf16 = [&](std::uint32_t c, const std::vector<Pair>& pairs) {
      return run(bench, codes(kBf16, kAccumulateFp16, kBlackwell, c), pairs);
    };
    // Accumulators are binary32 whatever the code says.
    CHECK(bf16(0x3F80'0001, {}) == 0x3F80'0001);
    CHECK(bf16(0, {{0x7F7F, 0x7F7F}}) == 0x7F80'0000);
    CHECK(bf16(0, {{0x7F7F, 0xFF7F}}) == 0xFF80'0000);
    CHECK(bf16(0, {{0x7F7F, 0x7F7F}, {0x7F7F, 0xFF7F}}) == 0);  // no product overflows
    CHECK(bf16(0, {{0x7F00, 0x3F80}}) == 0x7F00'0000);
    CHECK(bf16(0, {{0x0001, 0x3F80}}) == 0x0001'0000);  // 2^-133
    CHECK(bf16(0, {{0x0080, 0x3400}}) == 0x0000'0001);  // 2^-126 * 2^-23
    CHECK(bf16(0, {{0x0080, 0xB380}}) == 0);            // -2^-150
    CHECK(bf16(0, {{0x0001, 0x0001}}) == 0);
    CHECK(bf16(0x0000'0001, {{0x0001, 0x0001}}) == 0x0000'0001);
    CHECK(bf16(0, {{0x7F80, 0x0080}}) == 0x7F80'0000);
    CHECK(bf16(0, {{0x7F81, 0x0080}}) == 0x7FFF'FFFF);
  }
  if (has_format(kTf32)) {
    const auto tf32 = [&](std::uint32_t c, const std::vector<Pair>& pairs) {
      return run(bench, codes(kTf32, kAccumulateFp32, kBlackwell, c), pairs);
    };
    // The low 13 bits do not exist: not for a number, not for a NaN.
    CHECK(tf32(0, {{0x3F80'1FFF, 0x3F80'0000}}) == 0x3F80'0000);
    CHECK(tf32(0, {{0x3F80'2000, 0x3F80'0000}}) == 0x3F80'2000);
    CHECK(tf32(0, {{0x7F80'1FFF, 0x3F80'0000}}) == 0x7F80'0000);
    CHECK(tf32(0, {{0x7F80'2000, 0x3F80'0000}}) == 0x7FFF'FFFF);
    CHECK(tf32(0, {{0x0000'1FFF, 0x7F80'0000}}) == 0x7FFF'FFFF);  // 0 * infinity
  }
}

TEST_CASE("byte floats: corner cases") {
  DotBench bench(kBuild);
  if (has_format(kE4M3)) {
    const auto e4m3 = [&](std::uint32_t c, const std::vector<Pair>& pairs,
                          unsigned mode = kBlackwell) {
      return run(bench, codes(kE4M3, kAccumulateFp32, mode, c), pairs);
    };
    CHECK(e4m3(0, {{0x7E, 0x7E}}) == 0x4844'0000);  // 448 * 448
    CHECK(e4m3(0, {{0x01, 0x01}}) == 0x3680'0000);  // 2^-18
    CHECK(e4m3(0, {{0x7F, 0x38}}) == 0x7FFF'FFFF);
    CHECK(e4m3(0, {{0xFF, 0x00}}) == 0x7FFF'FFFF);
    DotOperation mixed = codes(kE4M3);
    mixed.b_format = kE5M2;
    CHECK(run(bench, mixed, {{0x38, 0x7C}}) == 0x7F80'0000);
    CHECK(run(bench, mixed, {{0xB8, 0x3C}, {0x40, 0x40}}) == 0x4040'0000);  // -1 + 2 * 2
    CHECK(run(bench, mixed, {{0x00, 0x7C}}) == 0x7FFF'FFFF);
    // 1 + 2^-13 keeps its last bit with 13 fraction bits, 1 + 2^-14 does not.
    for (const unsigned mode : {kAmpere, kWgmma}) {
      if (!has_mode(mode)) continue;
      CHECK(e4m3(0x3F80'0000, {{0x01, 0x18}}, mode) == 0x3F80'0400);  // 2^-9 * 2^-4
      CHECK(e4m3(0x3F80'0000, {{0x01, 0x10}}, mode) == 0x3F80'0000);
      CHECK(e4m3(0x3F80'03FF, {}, mode) == 0x3F80'0000);
    }
    CHECK(e4m3(0x3F80'03FF, {}) == 0x3F80'03FF);
  }
  if (has_mx() && has_format(kE4M3)) {
    DotOperation operation = codes(kE4M3);
    operation.scale_format = kScaleE8M0;
    const auto scaled = [&](unsigned a, unsigned b, std::uint32_t c,
                            const std::vector<Pair>& pairs) {
      operation.a_scale = {static_cast<std::uint8_t>(a), 0xFF, 0xFF, 0xFF};
      operation.b_scale = {static_cast<std::uint8_t>(b), 0xFF, 0xFF, 0xFF};
      operation.c = c;
      return run(bench, operation, pairs);
    };
    CHECK(scaled(127, 127, 0, {{0x38, 0x38}}) == 0x3F80'0000);
    CHECK(scaled(128, 130, 0x3F80'0000, {{0x38, 0x38}}) == 0x4188'0000);  // 1 + 2^4
    CHECK(scaled(254, 127, 0, {{0x38, 0x38}}) == 0x7F00'0000);
    CHECK(scaled(254, 254, 0, {{0x38, 0x38}}) == 0x7F80'0000);
    CHECK(scaled(0, 105, 0, {{0x38, 0x38}}) == 0x0000'0001);
    CHECK(scaled(0, 104, 0, {{0x38, 0x38}}) == 0);
    CHECK(scaled(0, 0, 0x3F80'0000, {{0x38, 0x38}}) == 0x3F80'0000);
    CHECK(scaled(0xFF, 127, 0, {}) == 0x7FFF'FFFF);
    CHECK(scaled(127, 0xFF, 0, {}) == 0x7FFF'FFFF);
  }
}

TEST_CASE("FP4 groups: corner cases") {
  if (!has_format(kFp4)) return;
  DotBench bench(kBuild);
  const auto groups = [&](unsigned scale_format, std::array<std::uint8_t, 4> a_scale,
                          std::array<std::uint8_t, 4> b_scale, std::uint32_t c,
                          const std::vector<Pair>& pairs) {
    DotOperation operation = codes(kFp4, 0, kBlackwell, c);
    operation.scale_format = scale_format;
    operation.a_scale = a_scale;
    operation.b_scale = b_scale;
    return run(bench, operation, pairs);
  };
  const std::array<std::uint8_t, 4> ones = {0x38, 0x38, 0x38, 0x38};
  const std::array<std::uint8_t, 4> e8m0_ones = {127, 127, 127, 127};
  std::vector<Pair> all(64, Pair{0x7, 0x7});
  CHECK(groups(kScaleNone, {}, {}, 0, all) == 0x4510'0000);  // 64 * 36
  CHECK(groups(kScaleE8M0, e8m0_ones, e8m0_ones, 0, all) == 0x4510'0000);
  CHECK(groups(kScaleUe4M3, ones, ones, 0, all) == 0x4510'0000);
  // Bit 7 of a scale counts for nothing: 0x80 is zero, 0xB8 is one, 0xFF is a NaN.
  CHECK(groups(kScaleUe4M3, {0x80, 0x38, 0x38, 0x38}, ones, 0, all) == 0x44D8'0000);
  CHECK(groups(kScaleUe4M3, {0xB8, 0x38, 0x38, 0x38}, ones, 0, all) == 0x4510'0000);
  CHECK(groups(kScaleUe4M3, ones, {0x38, 0x38, 0x38, 0xFF}, 0, {}) == 0x7FFF'FFFF);
  CHECK(groups(kScaleUe4M3, ones, {0x38, 0x7F, 0x38, 0x38}, 0xFF80'0000, {}) == 0x7FFF'FFFF);
  CHECK(groups(kScaleE8M0, {127, 127, 0xFF, 127}, e8m0_ones, 0, {}) == 0x7FFF'FFFF);
  CHECK(groups(kScaleE8M0, e8m0_ones, e8m0_ones, 0xFF80'0000, all) == 0xFF80'0000);
  CHECK(groups(kScaleE8M0, e8m0_ones, e8m0_ones, 0x7F80'0001, all) == 0x7FFF'FFFF);
  // A group that cancels still has its exponent: c = 1 vanishes below 2^36, not below 2^35.
  const std::vector<Pair> cancels = {{0x2, 0x2}, {0xA, 0x2}};
  CHECK(groups(kScaleE8M0, {127 + 35, 127, 127, 127}, e8m0_ones, 0x3F80'0000, cancels) ==
        0x3F80'0000);
  CHECK(groups(kScaleE8M0, {127 + 36, 127, 127, 127}, e8m0_ones, 0x3F80'0000, cancels) == 0);
  CHECK(groups(kScaleE8M0, {127 + 36, 127, 127, 127}, e8m0_ones, 0x3F80'0000, {}) == 0x3F80'0000);
}

TEST_CASE("integers: corner cases") {
  DotBench bench(kBuild);
  if (has_format(kS8)) {
    std::vector<Pair> least(32, Pair{0x80, 0x80});
    CHECK(run(bench, codes(kS8), least) == 32U * 16384);
    CHECK(run(bench, codes(kU8), least) == 32U * 16384);
    CHECK(run(bench, codes(kU8), std::vector<Pair>(32, Pair{0xFF, 0xFF})) == 32U * 65025);
    DotOperation mixed = codes(kS8);
    mixed.b_format = kU8;
    CHECK(run(bench, mixed, std::vector<Pair>(32, Pair{0xFF, 0xFF})) == 0U - 32U * 255);
    CHECK(run(bench, codes(kS8, 0, kBlackwell, 0x7FFF'FFFF), {{1, 1}}) == 0x8000'0000);
    CHECK(run(bench, codes(kS8, 1, kBlackwell, 0x7FFF'FFFF), {{1, 1}}) == 0x7FFF'FFFF);
    CHECK(run(bench, codes(kS8, 0, kBlackwell, 0x8000'0000), {{1, 0xFF}}) == 0x7FFF'FFFF);
    CHECK(run(bench, codes(kS8, 1, kBlackwell, 0x8000'0000), {{1, 0xFF}}) == 0x8000'0000);
    // Not a NaN, and not a short block.
    CHECK(run(bench, codes(kS8, 0, kVolta, 0x7FC0'0000), least) == 0x7FC0'0000 + 32U * 16384);
  }
  if (has_format(kS4)) {
    CHECK(run(bench, codes(kS4), std::vector<Pair>(64, Pair{8, 8})) == 64U * 64);
    CHECK(run(bench, codes(kU4), std::vector<Pair>(64, Pair{15, 15})) == 64U * 225);
    CHECK(run(bench, codes(kS4), std::vector<Pair>(64, Pair{8, 7})) == 0U - 64U * 56);
  }
}

/// Every pair of element values, each product alone, at places that change.
void all_products(DotBench& bench, const DotOperation& base, unsigned bits,
                  Differences& differences, std::uint64_t& count) {
  const unsigned width = width_of(class_of(base.a_format));
  for (std::uint32_t pair = 0; pair < 1U << (2 * bits); ++pair) {
    DotOperation operation = base;
    const unsigned place = (pair * 7 + (pair >> bits)) % (256 / width);
    set_element(operation.a, width, place, pair & ((1U << bits) - 1));
    set_element(operation.b, width, place, pair >> bits);
    bench.issue(operation, differences.check());
    ++count;
  }
}

TEST_CASE("all products of 8-bit and smaller elements") {
  DotBench bench(kBuild);
  Differences differences;
  std::uint64_t count = 0;
  for (unsigned a = kE4M3; a <= 8; ++a) {
    for (unsigned b = kE4M3; b <= 8; ++b) {
      if (!has_format(a) || !has_format(b)) continue;
      for (const unsigned accumulator : {kAccumulateFp32, kAccumulateFp16}) {
        DotOperation operation = codes(a, accumulator);
        operation.b_format = b;
        all_products(bench, operation, (a <= kE5M2 || b <= kE5M2) ? 8 : 6, differences, count);
      }
    }
  }
  for (const auto& [a, b] : {std::pair{kS8, kS8}, std::pair{kU8, kS8}, std::pair{kU8, kU8}}) {
    if (!has_format(a)) continue;
    DotOperation operation = codes(a);
    operation.b_format = b;
    all_products(bench, operation, 8, differences, count);
  }
  for (const auto& [a, b] : {std::pair{kS4, kS4}, std::pair{kS4, kU4}, std::pair{kU4, kU4}}) {
    if (!has_format(a)) continue;
    DotOperation operation = codes(a);
    operation.b_format = b;
    all_products(bench, operation, 4, differences, count);
  }
  if (has_format(kFp4)) all_products(bench, codes(kFp4), 4, differences, count);
  bench.drain(differences.check());
  differences.require_none(bench, count);
}

TEST_CASE("all pairs of UE4M3 scales, and of E8M0 scales") {
  if (!has_format(kFp4)) return;
  DotBench bench(kBuild);
  Differences differences;
  std::uint64_t count = 0;
  for (const unsigned scale_format : {kScaleE8M0, kScaleUe4M3}) {
    for (std::uint32_t pair = 0; pair < 1U << 16; ++pair) {
      DotOperation operation = codes(kFp4);
      operation.scale_format = scale_format;
      operation.a_scale = operation.b_scale = {0x38, 0x38, 0x38, 0x38};
      const unsigned g = pair % 4;
      operation.a_scale[g] = static_cast<std::uint8_t>(pair);
      operation.b_scale[g] = static_cast<std::uint8_t>(pair >> 8);
      set_element(operation.a, 4, 16 * g + pair % 13, 0x5);
      set_element(operation.b, 4, 16 * g + pair % 13, 0xD);
      if (pair % 3 == 0) set_element(operation.a, 4, (16 * g + 17) % 64, 0x2);
      if (pair % 3 == 0) set_element(operation.b, 4, (16 * g + 17) % 64, 0x1);
      bench.issue(operation, differences.check());
      ++count;
    }
  }
  bench.drain(differences.check());
  differences.require_none(bench, count);
}

TEST_CASE("adversarial operands in every combination of formats, accumulators, scales and modes") {
  const std::uint64_t start = seed();
  INFO("HEDDLE_SEED=" << start);
  fmt::print("seed {}\n", start);
  DotOperands operands(start);
  DotBench bench(kBuild);
  Differences differences;
  std::uint64_t count = 0;
  for (unsigned a = 0; a < 16; ++a) {
    for (unsigned b = 0; b < 16; ++b) {
      if (class_of(a) == DotClass::kNone || class_of(a) != class_of(b)) continue;
      for (unsigned mode = 0; mode < 5; ++mode) {
        for (unsigned accumulator = 0; accumulator < 3; ++accumulator) {
          for (unsigned scale_format = 0; scale_format < 3; ++scale_format) {
            for (unsigned i = 0; i < 120; ++i) {
              DotOperation operation = codes(a, accumulator, mode);
              operation.b_format = b;
              operation.scale_format = scale_format;
              operands.fill(operation);
              bench.issue(operation, differences.check());
              ++count;
            }
          }
        }
      }
    }
  }
  bench.drain(differences.check());
  differences.require_none(bench, count);
}

TEST_CASE("operations of all codes back to back, reserved ones among them, with bubbles") {
  const std::uint64_t start = seed();
  INFO("HEDDLE_SEED=" << start);
  fmt::print("seed {}\n", start);
  DotOperands operands(start);
  Random& random = operands.random();
  DotBench bench(kBuild);
  Differences differences;
  constexpr unsigned kCount = 100'000;
  for (unsigned i = 0; i < kCount; ++i) {
    DotOperation operation;
    operation.mode = random.below(8);
    operation.a_format = random.below(16);
    operation.b_format = random.below(3) == 0 ? random.below(16) : operation.a_format;
    operation.accumulator = random.below(4);
    operation.scale_format = random.below(4);
    operands.fill(operation);
    bench.issue(operation, differences.check());
    const bool bursts = (i / 1000) % 2 == 0;
    while (!bursts && random.below(3) == 0) bench.bubble(differences.check());
  }
  bench.drain(differences.check());
  differences.require_none(bench, kCount);
}

TEST_CASE(
    "a result comes DOT_LATENCY cycles after its operation, and reset takes those on the way") {
  Vdot_product_unit unit;
  const auto cycle = [&](bool valid) {
    unit.valid_i = valid;
    unit.clk_i = 0;
    unit.eval();
    const bool seen = unit.valid_o != 0;
    unit.clk_i = 1;
    unit.eval();
    return seen;
  };
  unit.rst_ni = 0;
  cycle(true);
  unit.rst_ni = 1;
  for (unsigned i = 0; i < 40; ++i) CHECK_FALSE(cycle(false));
  for (unsigned i = 0; i < 40; ++i) CHECK(cycle(i == 0) == (i == 18));
  for (unsigned i = 0; i < 5; ++i) cycle(true);
  unit.rst_ni = 0;
  unit.eval();
  unit.rst_ni = 1;
  for (unsigned i = 0; i < 40; ++i) CHECK_FALSE(cycle(false));
  unit.final();
}

}  // namespace
}  // namespace heddle::tb
