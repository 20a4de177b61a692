// The golden model's step of the dot-product unit against the exact reference, which states the
// same page on its own.
#include "tensor/dot_step.hpp"

#include <catch2/catch.hpp>

#include "dot_operands.hpp"

namespace heddle::tb {
namespace {

tensor::OperandBytes bytes_of(const std::array<std::uint32_t, 8>& words) {
  tensor::OperandBytes bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(words[i / 4] >> 8 * (i % 4));
  }
  return bytes;
}

void compare(std::uint64_t seed, const DotBuild& build) {
  Config config;
  config.tensor_formats = build.formats;
  config.tensor_modes = build.modes;
  DotOperands operands(seed);
  for (const DotFormat a : kDotFormats) {
    for (const DotFormat b : kDotFormats) {
      if (class_of(static_cast<unsigned>(a)) != class_of(static_cast<unsigned>(b))) continue;
      for (unsigned mode = 0; mode < 8; ++mode) {
        for (unsigned accumulator = 0; accumulator < 4; ++accumulator) {
          DotOperation operation;
          operation.mode = mode;
          operation.a_format = static_cast<unsigned>(a);
          operation.b_format = static_cast<unsigned>(b);
          operation.accumulator = accumulator;
          const isa::TensorMma mma = isa::TensorMma::from(
              operation.a_format | operation.b_format << 4 | mode << 8 | accumulator << 11, 0, 0, 0,
              0);
          const tensor::DotStep step(config, mma);
          for (unsigned i = 0; i < 30; ++i) {
            operands.fill(operation);
            operation.step %= mma.blocks(config);
            INFO(describe(operation));
            REQUIRE(step.compute(bytes_of(operation.a), bytes_of(operation.b), operation.c,
                                 operation.step) == expected(operation, build));
          }
        }
      }
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
