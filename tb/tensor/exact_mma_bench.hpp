// The model's matrix engine alone, with what D must be by the exact reference.
#pragma once

#include <catch2/catch.hpp>

#include "dot_reference.hpp"
#include "mma_operands.hpp"
#include "tensor_core_bench.hpp"

namespace heddle::tb {

inline constexpr std::uint32_t kFp4 = 9;

inline std::uint32_t count_of(const MmaOperands& operands) {
  if (operands.scale_format == 0) return 0;
  return operands.a_format != kFp4 ? 1 : operands.scale_format == kScaleE8M0 ? 2 : 4;
}

/// A bench whose CTA has all columns, and whose shared memory has numbers: elements of either sign,
/// which are also scales of either side of 1.
struct ExactMmaBench : TensorBench {
  explicit ExactMmaBench(std::uint32_t lanes = 8, std::uint32_t m = 2, std::uint32_t n = 2)
      : TensorBench(lanes, m, n), config(TensorBench::config(lanes, m, n)) {
    std::uint32_t random = 1;
    for (std::uint8_t& byte : shared) {
      random = random * 1664525 + 1013904223;
      const std::uint32_t number = random >> 24;
      byte = static_cast<std::uint8_t>(number < 0x80 ? 0x74 + number % 8 : 0x80 + number % 12);
    }
    alloc(128);
    go_to(60);
  }
  Config config;

  void also(const MmaOperands& operands) {
    queue(isa::Op::kTensorMma, ~0u << kThread, lowest(operands.descriptor()),
          lowest(operands.a_word()), lowest(operands.b_word()), lowest(operands.operands()[2]),
          lowest(operands.operands()[4]));
  }
  void send(const MmaOperands& operands) {
    also(operands);
    TensorBench::send();
  }

  std::uint32_t shared_byte(std::uint32_t place) const { return shared[kSharedBase + place]; }
  std::array<std::uint8_t, 4> scales(std::uint32_t tile, std::uint32_t count, std::uint32_t row,
                                     std::uint32_t k_step) const {
    std::array<std::uint8_t, 4> result{};
    for (std::uint32_t j = 0; count != 0 && j < 4; ++j) {
      result[j] = shared[kSharedBase + tile + 4 * count * row + count * k_step + j * count / 4];
    }
    return result;
  }
  std::uint32_t element(const MmaOperands& operands, std::uint32_t m, std::uint32_t n) const {
    DotOperation operation{.mode = operands.mode,
                           .a_format = operands.a_format,
                           .b_format = operands.b_format,
                           .accumulator = operands.accumulator,
                           .scale_format = operands.scale_format};
    const auto words = operands.operands();
    const std::uint32_t blocks =
        isa::TensorMma::from(words[0], words[1], words[2], words[3], words[4]).blocks(config);
    const std::uint32_t count = count_of(operands);
    for (std::uint32_t step = 0; step < operands.steps; ++step) {
      const std::uint32_t k_step = operands.first_step + step;
      operation.a = operation.b = {};
      for (std::uint32_t i = 0; i < 32; ++i) {
        const std::uint32_t shift = 8 * (i % 4);
        operation.a[i / 4] |= shared_byte(operands.place(false, m, k_step, i)) << shift;
        operation.b[i / 4] |= shared_byte(operands.other_place(
                                  m, n, k_step, i, [&](auto place) { return shared_byte(place); }))
                              << shift;
      }
      operation.a_scale = scales(operands.a_scales, count, m, k_step);
      operation.b_scale = scales(operands.b_scales, count, n, k_step);
      for (operation.step = 0; operation.step < blocks; ++operation.step) {
        operation.c = expected(operation);
      }
    }
    return operation.c;
  }
  void check(const MmaOperands& operands) const {
    for (std::uint32_t m = 0; m < operands.m; ++m) {
      for (std::uint32_t n = 0; n < operands.n; ++n) {
        CAPTURE(m, n);
        REQUIRE(word(operands.lane + m, operands.column + n) == element(operands, m, n));
      }
    }
  }
};

}  // namespace heddle::tb
