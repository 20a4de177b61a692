// The operands of tensor.mma, put together by docs/architecture/tensor.md.
#pragma once

#include <array>
#include <cstdint>

namespace heddle::tb {

struct MmaOperands {
  std::uint32_t a_format = 12, b_format = 12;  ///< S8
  std::uint32_t mode = 0, accumulator = 0;
  bool accumulate = false;
  std::uint32_t first_step = 0, steps = 1;
  std::uint32_t m = 8, n = 8;
  std::uint32_t scale_format = 0;            ///< 1: E8M0, 2: UE4M3
  std::uint32_t reserved = 0;                ///< bits 31:30
  std::uint32_t a = 0, a_layout = 0;         ///< offset in bytes
  std::uint32_t b = 0, b_layout = 0;         ///< likewise
  std::uint32_t lane = 0, column = 0;        ///< of D
  std::uint32_t a_scales = 0, b_scales = 0;  ///< scale tiles: offset in bytes
  std::uint32_t a_high = 0, b_high = 0;      ///< bits 31:14 of the words with them

  std::uint32_t descriptor() const {
    return a_format | b_format << 4 | mode << 8 | accumulator << 11 | (accumulate ? 1u : 0u) << 13 |
           first_step << 14 | (steps - 1) << 16 | (m / 8 - 1) << 18 | (n / 8 - 1) << 23 |
           scale_format << 28 | reserved << 30;
  }
  std::uint32_t a_word() const { return a / 16 | a_layout << 14 | column << 16; }
  std::uint32_t b_word() const { return b / 16 | b_layout << 14 | lane << 16; }
  /// rs1, rs2, rs2 + 1, rs3, rs3 + 1.
  std::array<std::uint32_t, 5> operands() const {
    return {descriptor(), a_word(), a_scales / 16 | a_high << 14, b_word(),
            b_scales / 16 | b_high << 14};
  }
};

}  // namespace heddle::tb
