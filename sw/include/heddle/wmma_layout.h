// Where a lane's elements of an accumulator of mma.h lie. Shared by device code and device library.
#pragma once

#include <stdint.h>

/// Squares of 4 rows and 8 columns have one element of each lane, and element i is in square i, row
/// by row of squares. So 4, 8 and 16 lanes in a row have an accumulator's elements that are a row
/// of tensor memory.
struct heddle_wmma_place {
  uint32_t row, column;  // in the square
};
constexpr heddle_wmma_place heddle_wmma_place_of(uint32_t lane) {
  return {(lane >> 1 & 1) | (lane >> 2 & 2), (lane & 1) | (lane >> 1 & 2) | (lane >> 2 & 4)};
}
