// The golden model's step of the dot-product unit against the exact reference, which states the
// same page on its own.
#include "tensor/dot_step.hpp"

#include <catch2/catch.hpp>

#include "dot_operands.hpp"
#include "model_steps.hpp"

namespace heddle::tb {
namespace {

void compare(DotOperands& operands, const DotBuild& build, DotOperation operation) {
  Config config;
  config.tensor_formats = build.formats;
  config.tensor_modes = build.modes;
  for (operation.mode = 0; operation.mode < 8; ++operation.mode) {
    for (operation.accumulator = 0; operation.accumulator < 4; ++operation.accumulator) {
      const isa::TensorMma mma = command_of(operation);
      const tensor::DotStep step(config, mma);
      for (unsigned i = 0; i < 30; ++i) {
        operands.fill(operation);
        operation.step %= mma.blocks(config);
        INFO(describe(operation));
        REQUIRE(model_result(step, operation) == expected(operation, build));
      }
    }
  }
}

/// All formats, with `scale_format` those that have it.
void compare(std::uint64_t seed, const DotBuild& build, unsigned scale_format = kScaleNone) {
  DotOperands operands(seed);
  for (const DotFormat a : kDotFormats) {
    for (const DotFormat b : kDotFormats) {
      const DotClass elements = class_of(static_cast<unsigned>(a));
      if (elements != class_of(static_cast<unsigned>(b))) continue;
      const bool scaled = elements == DotClass::kFp4 ||
                          (elements == DotClass::kByteFloat && scale_format == kScaleE8M0);
      if (scale_format != kScaleNone && !scaled) continue;
      DotOperation operation;
      operation.a_format = static_cast<unsigned>(a);
      operation.b_format = static_cast<unsigned>(b);
      operation.scale_format = scale_format;
      compare(operands, build, operation);
    }
  }
}

}  // namespace

TEST_CASE("a step has the page's arithmetic, in all modes, formats and accumulators") {
  compare(1, {});
}

TEST_CASE("a mode that is not there is BLACKWELL, with its blocks") {
  compare(2, {.formats = 0x1ff, .modes = 1});
  compare(3, {.formats = 0x1ff, .modes = 0x15});
}

TEST_CASE("a step with scales has the page's arithmetic, in all modes and formats that have it") {
  for (std::uint64_t seed = 4; seed < 12; ++seed) {
    compare(seed, {}, kScaleE8M0);
    compare(seed, {}, kScaleUe4M3);
  }
  compare(12, {.formats = 0x1ff, .modes = 1}, kScaleE8M0);
}

TEST_CASE("a row's scales are given for equal parts of a step") {
  const std::array<std::uint8_t, 4> scales = {0x12, 0x34, 0x56, 0x78};
  CHECK(tensor::repeated_scales(scales.data(), 1) == 0x12121212);
  CHECK(tensor::repeated_scales(scales.data(), 2) == 0x34341212);
  CHECK(tensor::repeated_scales(scales.data(), 4) == 0x78563412);
}

TEST_CASE("only byte floats and FP4 have scales, and only those of the table") {
  using isa::MmaClass;
  for (const MmaClass elements : {MmaClass::kNone, MmaClass::kF16, MmaClass::kBf16, MmaClass::kTf32,
                                  MmaClass::kInt8, MmaClass::kInt4}) {
    for (std::uint32_t format = 0; format < 4; ++format) {
      CHECK(isa::mma_scales(elements, format) == 0);
    }
  }
  constexpr std::uint32_t kBytes[] = {0, 1, 0, 0}, kFp4[] = {0, 2, 4, 0};
  for (std::uint32_t format = 0; format < 4; ++format) {
    CHECK(isa::mma_scales(MmaClass::kByteFloat, format) == kBytes[format]);
    CHECK(isa::mma_scales(MmaClass::kFp4, format) == kFp4[format]);
  }
}

TEST_CASE("blocks of a K-step are those of the mode, where it has short ones") {
  Config config;
  config.tensor_modes = 0x1f;
  const auto blocks = [&](std::uint32_t mode, std::uint32_t format) {
    return isa::TensorMma::from(mode << 8 | format | format << 4, 0, 0, 0, 0).blocks(config);
  };
  for (const std::uint32_t format : {0, 1, 2, 4, 8}) {
    CHECK(blocks(0, format) == 1);
    CHECK(blocks(1, format) == 4);
    CHECK(blocks(2, format) == 2);
    CHECK(blocks(3, format) == 1);
    CHECK(blocks(4, format) == 1);
    CHECK(blocks(5, format) == 1);
  }
  for (const std::uint32_t format : {9, 12, 13, 14, 15}) {
    for (std::uint32_t mode = 0; mode < 8; ++mode) CHECK(blocks(mode, format) == 1);
  }
  config.tensor_modes = 1;
  CHECK(blocks(1, 0) == 1);
}

}  // namespace heddle::tb
