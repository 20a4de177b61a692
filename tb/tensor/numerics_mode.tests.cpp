// The parameters of every mode and format, against the table of docs/manual/tensor_numerics.md.
#include "tensor/numerics_mode.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/vector_text.hpp"

namespace {

using namespace heddle::tensor;

struct Row {
  std::string_view modes;  // separated by blanks
  std::string_view formats;
  StepRules rules;
};

constexpr auto kRz = Conversion::kTruncate;
constexpr auto kRz14 = Conversion::kTruncate14;
constexpr auto kRne16 = Conversion::kRoundToHalf;
constexpr auto kRne32 = Conversion::kRoundToFloat;
constexpr auto kStep = StepKind::kTruncated;
constexpr auto kEmulated = StepKind::kEmulatedFp8;
constexpr auto kGroups = StepKind::kGroupScaled;

const std::vector<Row> kTable{
    {"volta", "f16.f32", {kStep, 4, 23, -131, kRz, 4}},
    {"volta", "f16.f16", {kStep, 4, 23, -19, kRne16, 4}},
    {"turing ampere ada", "f16.f32", {kStep, 8, 24, -132, kRz, 8}},
    {"turing ampere ada", "f16.f16", {kStep, 8, 24, -20, kRne16, 8}},
    {"ampere ada", "bf16.f32", {kStep, 8, 24, -132, kRz, 8}},
    {"ampere ada", "tf32.f32", {kStep, 4, 24, -132, kRz, 4}},
    {"ada", "e4m3.f32 e5m2.f32 e4m3.e5m2.f32", {kStep, 16, 13, -132, kRz14, 16}},
    {"ada", "e4m3.f16 e5m2.f16 e5m2.e4m3.f16", {kStep, 16, 13, -20, kRne16, 16}},
    {"hopper b200_mma", "f16.f32 bf16.f32", {kStep, 16, 25, -133, kRz, 8}},
    {"hopper b200_mma rtx_blackwell", "f16.f16", {kStep, 16, 25, -21, kRne16, 8}},
    {"hopper b200_mma", "tf32.f32", {kStep, 8, 25, -133, kRz, 4}},
    {"hopper b200_mma", "e4m3.f32 e5m2.e4m3.f32", {kEmulated, 32, 25, -133, kRz, 16}},
    {"hopper b200_mma", "e5m2.f16 e4m3.e5m2.f16", {kEmulated, 32, 25, -21, kRne16, 16}},
    {"hopper_wgmma blackwell", "f16.f32 bf16.f32", {kStep, 16, 25, -133, kRz, 16}},
    {"hopper_wgmma blackwell", "f16.f16", {kStep, 16, 25, -133, kRne16, 16}},
    {"hopper_wgmma blackwell", "tf32.f32", {kStep, 8, 25, -133, kRz, 8}},
    {"hopper_wgmma", "e4m3.f32 e5m2.e4m3.f32", {kStep, 32, 13, -133, kRz14, 32}},
    {"hopper_wgmma", "e5m2.f16 e4m3.e5m2.f16", {kStep, 32, 13, -133, kRne16, 32}},
    {"rtx_blackwell", "f16.f32 bf16.f32", {kStep, 16, 25, -133, kRz, 8}},
    {"blackwell rtx_blackwell",
     "e4m3.f32 e5m2.f32 e3m2.f32 e2m3.f32 e2m1.f32 e4m3.e2m1.f32 e2m3.e5m2.f32",
     {kStep, 32, 25, -133, kRz, 32}},
    {"blackwell", "e4m3.f16 e2m1.f16 e3m2.e5m2.f16", {kStep, 32, 25, -133, kRne16, 32}},
    {"rtx_blackwell", "e4m3.f16 e2m1.f16 e3m2.e5m2.f16", {kStep, 32, 25, -21, kRne16, 32}},
    {"blackwell rtx_blackwell",
     "mx.e4m3 mx.e5m2.e4m3 mx.e2m3 mx.e3m2 mx.e2m1 mx.e2m1.e5m2",
     {kStep, 32, 25, -133, kRz, 32}},
    {"blackwell rtx_blackwell", "mxfp4 mxfp4.16 nvfp4", {kGroups, 64, 35, -139, kRz, 64}},
    {"cdna3", "f16.f32 bf16.f32", {StepKind::kCdna3, 8, 24, 0, kRne32, 4}},
    {"cdna3", "tf32.f32", {StepKind::kCdna3, 4, 24, 0, kRne32, 4}},
    {"cdna3", "e4m3fnuz.f32 e5m2fnuz.e4m3fnuz.f32", {StepKind::kCdna3Split, 16, 24, 0, kRne32, 16}},
    {"ieee", "f16.f32 bf16.f32 e2m1.e4m3.f32", {StepKind::kExact, 0, 0, 0, kRne32, 1}},
    {"ieee", "e4m3.f16", {StepKind::kExact, 0, 0, 0, kRne16, 1}},
    {"volta blackwell ieee cdna3",
     "s8.s32 u8.s32 s8.u8.s32.satfinite",
     {StepKind::kInteger, 32, 0, 0, kRz, 16}},
    {"turing hopper", "s4.s32 u4.s4.s32", {StepKind::kInteger, 64, 0, 0, kRz, 32}},
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ' ') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

TEST_CASE("every mode has the parameters of the page's table") {
  for (const Row& row : kTable) {
    for (const std::string& mode : split(row.modes)) {
      for (const std::string& format : split(row.formats)) {
        INFO(mode << " " << format);
        const auto rules = find_rules(parse_mode(mode), parse_format(format));
        REQUIRE(rules);
        CHECK(rules->kind == row.rules.kind);
        CHECK(rules->products == row.rules.products);
        CHECK(rules->fraction_bits == row.rules.fraction_bits);
        CHECK(rules->exponent_floor == row.rules.exponent_floor);
        CHECK(rules->conversion == row.rules.conversion);
        CHECK(rules->granule == row.rules.granule);
      }
    }
  }
}

TEST_CASE("formats that a generation does not have are refused") {
  const std::vector<std::pair<std::string_view, std::string_view>> missing{
      {"volta", "bf16.f32"},
      {"volta", "tf32.f32"},
      {"turing", "bf16.f32"},
      {"ampere", "e4m3.f32"},
      {"ampere", "bf16.f16"},
      {"ada", "e2m1.f32"},
      {"ada", "mx.e4m3"},
      {"hopper", "e3m2.f32"},
      {"hopper_wgmma", "mx.e4m3"},
      {"hopper", "nvfp4"},
      {"hopper_wgmma", "tf32.f16"},
      {"b200_mma", "mxfp4"},
      {"blackwell", "tf32.f16"},
      {"blackwell", "f16.bf16.f32"},
      {"blackwell", "f16.e4m3.f32"},
      {"cdna3", "e4m3.f32"},
      {"cdna3", "f16.f16"},
      {"cdna3", "nvfp4"},
      {"blackwell", "e4m3fnuz.f32"},
  };
  for (const auto& [mode, format] : missing) {
    INFO(mode << " " << format);
    CHECK_FALSE(find_rules(parse_mode(mode), parse_format(format)));
    CHECK_THROWS_AS(DotProduct(parse_mode(mode), parse_format(format)), std::invalid_argument);
  }
}

TEST_CASE("the names of modes and formats are read as they are written") {
  for (const std::string_view text : mode_names()) CHECK(name(parse_mode(text)) == text);
  for (const Row& row : kTable) {
    for (const std::string& format : split(row.formats)) {
      CHECK(name(parse_format(format)) == format);
    }
  }
  for (const std::string_view text :
       {"", "f16", "f16.", ".f32", "f16.f64", "f16.s32", "s8.f32", "s8.s4.s32", "f16.f32.satfinite",
        "mx", "mx.f16", "mx.e4m3.f32", "mxfp4.32", "nvfp4.f32", "f16.f32.f32.f32", "F16.f32"}) {
    INFO(text);
    CHECK_FALSE(find_format(text));
    CHECK_THROWS_AS(parse_format(text), VectorError);
  }
  CHECK_FALSE(find_mode("Hopper"));
  CHECK_THROWS_AS(parse_mode("hopper "), VectorError);
}

TEST_CASE("operands of the wrong number are refused with a reason") {
  const DotProduct hopper(Mode::kHopper, parse_format("f16.f32"));
  const std::vector<std::uint32_t> zeros(64);
  const auto operands = [&zeros](std::size_t a, std::size_t b, std::size_t scales) {
    const std::span<const std::uint32_t> all(zeros);
    return DotOperands{all.first(a), all.first(b), 0, all.first(scales), all.first(scales)};
  };
  CHECK(hopper.problem(operands(8, 8, 0)).empty());
  CHECK(hopper.problem(operands(24, 24, 0)).empty());
  CHECK(hopper.problem(operands(16, 8, 0)) == "a has 16 elements, b has 8");
  CHECK(hopper.problem(operands(12, 12, 0)) ==
        "12 elements: f16.f32 in mode hopper takes multiples of 8");
  CHECK_FALSE(hopper.problem(operands(0, 0, 0)).empty());
  CHECK(hopper.problem(operands(16, 16, 1)) == "1 scales of a and 1 of b instead of 0");
  const DotProduct nvfp4(Mode::kBlackwell, parse_format("nvfp4"));
  CHECK(nvfp4.problem(operands(64, 64, 4)).empty());
  CHECK_FALSE(nvfp4.problem(operands(64, 64, 2)).empty());
  CHECK_FALSE(nvfp4.problem(operands(32, 32, 2)).empty());
}

}  // namespace
