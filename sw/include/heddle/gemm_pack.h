// Operands of heddle/gemm.h that do not lie as the engine reads them are packed first: a matrix of
// `lines` lines of `depth` elements of K, K-major, each line at a multiple of 16 bytes.
#pragma once

#include "heddle/builtins.h"
#include "heddle/host_defines.h"

/// Element (line, k) of `from` is number line * line_pitch + k * depth_pitch. A thread makes a word
/// of `to`, with zeros behind the last element.
template <unsigned int kBits>
__global__ void heddle_gemm_pack(const unsigned char* from, unsigned int* to, unsigned int lines,
                                 unsigned int depth, unsigned int line_pitch,
                                 unsigned int depth_pitch, unsigned int words_per_line) {
  const unsigned int line = blockIdx.y * 32 + threadIdx.x % 32;
  const unsigned int at = blockIdx.x * blockDim.x / 32 + threadIdx.x / 32;
  if (line >= lines || at >= words_per_line) return;
  unsigned int word = 0;
  for (unsigned int i = 0; i < 32 / kBits; ++i) {
    const unsigned int k = at * (32 / kBits) + i;
    if (k >= depth) break;
    const unsigned int number = line * line_pitch + k * depth_pitch;
    unsigned int element;
    if constexpr (kBits == 16) {
      element = reinterpret_cast<const unsigned short*>(from)[number];
    } else if constexpr (kBits == 8) {
      element = from[number];
    } else {
      element = from[number / 2] >> number % 2 * 4 & 15;
    }
    word |= element << i * kBits;
  }
  to[line * words_per_line + at] = word;
}
