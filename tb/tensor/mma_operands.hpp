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
  std::uint32_t scale_format = 0;  ///< 1: E8M0, 2: UE4M3
  bool a_transposed = false, b_transposed = false;
  std::uint32_t a_slab = 0, b_slab = 0;      ///< slab pitch in bytes
  std::uint32_t a = 0, a_layout = 0;         ///< offset in bytes
  std::uint32_t b = 0, b_layout = 0;         ///< likewise
  std::uint32_t lane = 0, column = 0;        ///< of D
  bool sparse = false;                       ///< A
  std::uint32_t a_scales = 0, b_scales = 0;  ///< scale tiles, or metadata tile: offset in bytes
  std::uint32_t a_high = 0, b_high = 0;      ///< bits 17:14 of the words with them

  std::uint32_t descriptor() const {
    return a_format | b_format << 4 | mode << 8 | accumulator << 11 | (accumulate ? 1u : 0u) << 13 |
           first_step << 14 | (steps - 1) << 16 | (m / 8 - 1) << 18 | (n / 8 - 1) << 23 |
           scale_format << 28 | (a_transposed ? 1u : 0u) << 30 | (b_transposed ? 1u : 0u) << 31;
  }
  std::uint32_t a_word() const { return a / 16 | a_layout << 14 | column << 16; }
  std::uint32_t b_word() const { return b / 16 | b_layout << 14 | lane << 16; }
  /// rs1, rs2, rs2 + 1, rs3, rs3 + 1.
  std::array<std::uint32_t, 5> operands() const {
    return {descriptor(), a_word(),
            a_scales / 16 | (a_high | (sparse ? 1u : 0u)) << 14 | a_slab / 16 << 18, b_word(),
            b_scales / 16 | b_high << 14 | b_slab / 16 << 18};
  }
  /// Offset of byte `byte`, of 32, that A or B has in a row and K-step.
  std::uint32_t place(bool of_b, std::uint32_t row, std::uint32_t k_step,
                      std::uint32_t byte) const {
    const std::uint32_t layout = of_b ? b_layout : a_layout, tile = of_b ? b : a;
    const std::uint32_t pitch = layout <= 1 ? 32 : layout == 2 ? 64 : 128;
    std::uint32_t place = tile + row * pitch + 32 * k_step + byte;
    if (of_b ? b_transposed : a_transposed) {
      const std::uint32_t element = a_format <= 1 ? 2 : 1;  // bytes
      const std::uint32_t rows = pitch / element;           // of a slab
      const std::uint32_t k = (32 * k_step + byte) / element;
      place = tile + row / rows * (of_b ? b_slab : a_slab) + k * pitch + row % rows * element +
              byte % element;
    }
    if (layout == 1) return place ^ (place >> 7 & 1) << 4;
    if (layout == 2) return place ^ (place >> 7 & 3) << 4;
    return layout == 3 ? place ^ (place >> 7 & 7) << 4 : place;
  }

  /// Bytes of an element of a sparse A.
  std::uint32_t element_bytes() const { return a_format <= 1 ? 2 : 1; }
  /// Offset of the byte of B with which byte `byte`, of 32, of a row of A is multiplied; `shared`
  /// gives a byte of shared memory.
  template <typename Shared>
  std::uint32_t other_place(std::uint32_t a_row, std::uint32_t b_row, std::uint32_t k_step,
                            std::uint32_t byte, const Shared& shared) const {
    if (!sparse) return place(true, b_row, k_step, byte);
    const std::uint32_t e = element_bytes(), kept = byte / e;
    const std::uint32_t metadata = a_scales + 16 / e * a_row + 8 / e * k_step;
    const std::uint32_t index = shared(metadata + kept / 4) >> kept % 4 * 2 & 3;
    const std::uint32_t wanted = (kept / 2 * 4 + index) * e + byte % e;  // of 64 bytes
    return place(true, b_row, 2 * k_step + wanted / 32, wanted % 32);
  }
};

}  // namespace heddle::tb
