// Tiles for a warp's matrix multiply-add, and what the tensor core makes of them: by
// tb/tensor/exact_reference, which knows nothing of the device library.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

struct MmaCase {
  unsigned m, n;
  unsigned format;  ///< of A and B: tensor.md's code
  unsigned mode;
  bool half;      ///< accumulators are FP16
  bool saturate;  ///< integers
};

/// Rows of A, of B's transpose, and C and D row by row. Integers have 16 bytes of a row; FP16
/// accumulators bits 15:0 of a word.
struct MmaTiles {
  std::vector<std::array<std::uint32_t, 8>> a, b;
  std::vector<std::uint32_t> c, d;
};

/// Rows and accumulators that are hard to get right, in some elements together.
MmaTiles make_tiles(std::uint64_t seed, const MmaCase& which);
