// 2:4 structured sparsity for the matrix engine: a matrix of which at most two of every four
// neighbours along K are not zero, as the values that are kept and the metadata that say which ones
// they are (heddle/tensor.h, heddle_mma_metadata_tile()).
#pragma once

#include "heddle/host_defines.h"

/// Bytes that a row has in a metadata tile: those of two K-steps, 128 bytes of dense elements.
template <typename T>
inline constexpr unsigned int heddle_metadata_row_bytes = 16 / sizeof(T);

/// Compresses a row of `depth` elements, a multiple of 128 bytes, of FP16, BF16 or one-byte formats.
/// `values` gets half as many. `metadata` gets the row's bytes of the first metadata tile; each of
/// the following tiles, 128 bytes of the row further, is `tile_bytes` behind the one before
/// (heddle_metadata_row_bytes times its rows, where nothing lies between). False if four neighbours
/// had more than two that are not zero: the first two are kept then.
template <typename T>
__host__ __device__ inline bool heddle_mma_compress(const T* row, unsigned int depth, T* values,
                                                    unsigned char* metadata,
                                                    unsigned int tile_bytes) {
  static_assert(sizeof(T) == 1 || sizeof(T) == 2);
  constexpr unsigned int kRowBytes = heddle_metadata_row_bytes<T>;
  bool fits = true;
  for (unsigned int at = 0; at < depth; at += 8) {
    unsigned int byte = 0;  // two groups of four elements
    for (unsigned int group = 0; group < 2; ++group) {
      const T* const four = row + at + 4 * group;
      unsigned int found = 0, first = 0, second = 0;
      for (unsigned int i = 0; i < 4; ++i) {
        if (static_cast<float>(four[i]) == 0.0f) continue;
        if (found == 0) first = i;
        if (found == 1) second = i;
        ++found;
      }
      fits = fits && found <= 2;
      // A zero fills the pair, whose indices are different and in ascending order.
      if (found < 2) second = 3;
      if (found == 1 && first == 3) first = 0;
      *values++ = four[first];
      *values++ = four[second];
      byte |= (first | second << 2) << 4 * group;
    }
    const unsigned int number = at / 8;
    metadata[number / kRowBytes * tile_bytes + number % kRowBytes] =
        static_cast<unsigned char>(byte);
  }
  return fits;
}
