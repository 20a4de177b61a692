// What the two ways of a warp's matrix multiply-add share: how mma.h lays out its fragments, and
// what is asked for.
//
// A tile of A or B is rows of 32-bit words along K: of 16-bit elements and TF32 8 words, of integers
// 4. Word w of the tile, rows one after the other, is word w / 32 of lane w % 32. Element (m, n) of
// an accumulator is element (m / 4) * (N / 8) + n / 8 of lane lane_of(m % 4, n % 8): so that 4, 8
// and 16 lanes in a row have squares and halves of squares, as rows of tensor memory have.
#pragma once

#include <stdint.h>

#include "../heddle_isa.inc"

namespace heddle::wmma {

inline constexpr uint32_t kWarp = 32;
inline constexpr uint32_t kAllLanes = 0xffffffff;
inline constexpr uint32_t kMostElements = 8;  // of an accumulator, in a lane

#define HEDDLE_STRING_(x) #x
#define HEDDLE_STRING(x) HEDDLE_STRING_(x)
#define HEDDLE_READ(number)                                                 \
  ({                                                                        \
    uint32_t value_;                                                        \
    __asm__("csrr %0, " HEDDLE_STRING(HEDDLE_CSR_##number) : "=r"(value_)); \
    value_;                                                                 \
  })

/// What tensor.mma's descriptor says (docs/architecture/tensor.md).
struct Operation {
  uint32_t descriptor;

  uint32_t a_format() const { return descriptor & 15; }
  uint32_t b_format() const { return descriptor >> 4 & 15; }
  uint32_t mode() const { return descriptor >> 8 & 7; }
  bool option() const { return (descriptor >> 11 & 1) != 0; }  // FP16 accumulators; saturation
  uint32_t m() const { return ((descriptor >> 18 & 31) + 1) * 8; }
  uint32_t n() const { return ((descriptor >> 23 & 31) + 1) * 8; }
  bool integer() const { return a_format() >= 12; }
  bool half_accumulator() const { return !integer() && option(); }
  uint32_t row_words() const { return integer() ? 4 : 8; }
  uint32_t elements() const { return m() * n() / kWarp; }
};

/// A lane's element of an accumulator.
struct Place {
  uint32_t row;     // of 4
  uint32_t column;  // of 8
};
inline Place place_of(uint32_t lane) {
  return {(lane >> 1 & 1) | (lane >> 2 & 2), (lane & 1) | (lane >> 1 & 2) | (lane >> 2 & 4)};
}

inline uint32_t load_element(const Operation& operation, const void* elements, uint32_t i) {
  return operation.half_accumulator() ? static_cast<const uint16_t*>(elements)[i]
                                      : static_cast<const uint32_t*>(elements)[i];
}
inline void store_element(const Operation& operation, void* elements, uint32_t i, uint32_t value) {
  if (operation.half_accumulator()) {
    static_cast<uint16_t*>(elements)[i] = static_cast<uint16_t>(value);
  } else {
    static_cast<uint32_t*>(elements)[i] = value;
  }
}

/// By the lanes, in integers: anywhere, and with the same bits.
void multiply_on_lanes(const Operation& operation, const uint32_t* a, const uint32_t* b,
                       const void* c, void* d);

}  // namespace heddle::wmma
