// What mma.h is made of: which fragments there are, where their elements lie, and the call that
// multiplies them (sw/device/lib/wmma.hpp has the layout).
#pragma once

#include <cstdint>
#include <type_traits>

#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "heddle/tensor.h"

#define HEDDLE_WMMA static __device__ __forceinline__

/// Whose rounding floats have, a heddle_mma_mode: that of `mma.sync` since Hopper. (tcgen05's, which
/// is the matrix engine's own, differs from it with FP16 accumulators.)
#ifndef HEDDLE_WMMA_MODE
#define HEDDLE_WMMA_MODE heddle_mma_hopper
#endif

extern "C" __device__ void __heddle_wmma(unsigned int descriptor, const unsigned int* a,
                                         const unsigned int* b, const void* c, void* d);

namespace nvcuda {
namespace wmma {

enum layout_t { mem_row_major, mem_col_major };

struct row_major;
struct col_major;
struct matrix_a;
struct matrix_b;
struct accumulator;

namespace precision {
struct tf32;
}
namespace experimental {
namespace precision {
struct s4;
struct u4;
}  // namespace precision
}  // namespace experimental

}  // namespace wmma
}  // namespace nvcuda

/// An operand's elements: what a fragment stores them in, and memory; bits; the engine's format.
/// kShapes: bit 0: 16 x 16 x 16, 32 x 8 x 16 and 8 x 32 x 16; bit 1: 16 x 16 x 8; bit 2: 8 x 8 x 32.
template <typename T>
struct heddle_wmma_operand {
  static constexpr int kShapes = 0;
};
template <typename Storage, int bits, heddle_mma_format format, int shapes,
          typename Memory = Storage>
struct heddle_wmma_elements {
  using storage = Storage;
  using memory = Memory;
  static constexpr int kBits = bits;
  static constexpr heddle_mma_format kFormat = format;
  static constexpr int kShapes = shapes;
  static constexpr bool kInteger = format >= heddle_mma_s8;
};
template <>
struct heddle_wmma_operand<__half> : heddle_wmma_elements<__half, 16, heddle_mma_f16, 1> {};
template <>
struct heddle_wmma_operand<__nv_bfloat16>
    : heddle_wmma_elements<__nv_bfloat16, 16, heddle_mma_bf16, 1> {};
template <>
struct heddle_wmma_operand<signed char>
    : heddle_wmma_elements<signed char, 8, heddle_mma_s8, 1> {};
template <>
struct heddle_wmma_operand<unsigned char>
    : heddle_wmma_elements<unsigned char, 8, heddle_mma_u8, 1> {};
template <>
struct heddle_wmma_operand<nvcuda::wmma::precision::tf32>
    : heddle_wmma_elements<float, 32, heddle_mma_tf32, 2> {};
template <>
struct heddle_wmma_operand<nvcuda::wmma::experimental::precision::s4>
    : heddle_wmma_elements<int, 4, heddle_mma_s4, 4, void> {};
template <>
struct heddle_wmma_operand<nvcuda::wmma::experimental::precision::u4>
    : heddle_wmma_elements<int, 4, heddle_mma_u4, 4, void> {};

/// The shape's bit of kShapes; 0 if there is none such.
constexpr int heddle_wmma_shape(int m, int n, int k) {
  if (k == 16 && ((m == 16 && n == 16) || (m == 32 && n == 8) || (m == 8 && n == 32))) return 1;
  if (k == 8 && m == 16 && n == 16) return 2;
  if (k == 32 && m == 8 && n == 8) return 4;
  return 0;
}

/// A lane's part of A, or of B's transpose: word i is word 32 * i + lane of the tile, whose rows are
/// kRowWords words along K, one after the other.
template <int rows, int depth, int shape, typename T, typename Layout>
struct alignas(4) heddle_wmma_part {
  using Elements = heddle_wmma_operand<T>;
  static_assert((Elements::kShapes & shape) != 0, "wmma has no matrix of this type and shape");
  static_assert(std::is_same_v<Layout, nvcuda::wmma::row_major> ||
                    std::is_same_v<Layout, nvcuda::wmma::col_major>,
                "the layout is row_major or col_major");

  static constexpr unsigned int kRows = rows;
  static constexpr unsigned int kPerWord = 32 / Elements::kBits;
  static constexpr unsigned int kRowWords = depth / kPerWord;
  static constexpr unsigned int kWords = rows * kRowWords / 32;
  static constexpr unsigned int kWordRows = 32 / kRowWords;  // rows with the same i

  using element_type = T;
  using storage_element_type = typename Elements::storage;
  static constexpr int num_elements = rows * depth / 32;
  static constexpr int num_storage_elements =
      num_elements * Elements::kBits / 8 / int{sizeof(storage_element_type)};
  storage_element_type x[num_storage_elements];
};

/// Loads a part. `along_k`: elements along K are neighbours in memory, and `ldm` is the distance of
/// rows; else it is the distance of a row's elements, and rows are neighbours.
template <bool along_k, typename Part>
HEDDLE_WMMA void heddle_wmma_load(Part& to, const typename Part::Elements::memory* from,
                                  unsigned int ldm) {
  constexpr unsigned int kBits = Part::Elements::kBits;
  static_assert(along_k || kBits >= 8, "of elements of 4 bits A is row_major and B is col_major");
  const unsigned int lane = __laneid();
  const unsigned int row = lane / Part::kRowWords, word = lane % Part::kRowWords;
  unsigned int words[Part::kWords];
  if constexpr (along_k) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(from);
    const unsigned int pitch = ldm * kBits / 8;
    const unsigned char* own = bytes + row * pitch + word * 4;
    const auto address = static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(from));
    const bool aligned = ((address | pitch) & 3) == 0;
#pragma unroll
    for (unsigned int& value : words) {
      if (aligned) {
        __builtin_memcpy(&value, __builtin_assume_aligned(own, 4), 4);
      } else {
        __builtin_memcpy(&value, __builtin_assume_aligned(own, kBits < 8 ? 1 : kBits / 8), 4);
      }
      own += Part::kWordRows * pitch;
    }
  } else {
    const auto* own = from + row + word * Part::kPerWord * ldm;
#pragma unroll
    for (unsigned int& value : words) {
      typename Part::storage_element_type elements[Part::kPerWord];
#pragma unroll
      for (unsigned int i = 0; i < Part::kPerWord; ++i) elements[i] = own[i * ldm];
      __builtin_memcpy(&value, elements, 4);
      own += Part::kWordRows;
    }
  }
  __builtin_memcpy(to.x, words, sizeof words);
}

/// action(element, offset) for each of the lane's elements of an accumulator, with its place in
/// memory. Squares of 4 rows and 8 columns have one element of each lane.
template <int m, int n, typename Fragment, typename Action>
HEDDLE_WMMA void heddle_wmma_each(Fragment& which, unsigned int ldm, nvcuda::wmma::layout_t layout,
                                  Action action) {
  const bool rows = layout == nvcuda::wmma::mem_row_major;
  const unsigned int row_step = rows ? ldm : 1, column_step = rows ? 1 : ldm;
  const unsigned int lane = __laneid();
  const unsigned int row = (lane >> 1 & 1) | (lane >> 2 & 2);
  const unsigned int column = (lane & 1) | (lane >> 1 & 2) | (lane >> 2 & 4);
  const unsigned int own = row * row_step + column * column_step;
#pragma unroll
  for (unsigned int i = 0; i < m * n / 32; ++i) {
    action(which.x[i], own + i / (n / 8) * 4 * row_step + i % (n / 8) * 8 * column_step);
  }
}

/// The mode to ask for: with FP32 accumulators, Hopper's and WGMMA's arithmetic is Blackwell's,
/// which every engine has.
constexpr heddle_mma_mode heddle_wmma_mode(bool half_accumulator) {
  constexpr heddle_mma_mode mode = HEDDLE_WMMA_MODE;
  if (mode == heddle_mma_wgmma || (mode == heddle_mma_hopper && !half_accumulator)) {
    return heddle_mma_blackwell;
  }
  return mode;
}

/// D = A * B + C. C and D have one type here; integers are clamped with `saturate`.
template <typename C, typename A, typename B>
HEDDLE_WMMA void heddle_wmma_multiply(C& d, const A& a, const B& b, const C& c, bool saturate) {
  constexpr bool kHalf = std::is_same_v<typename C::element_type, __half>;
  heddle_mma mma;
  mma.m = A::kRows;
  mma.n = B::kRows;
  mma.a = A::Elements::kFormat;
  mma.b = B::Elements::kFormat;
  if constexpr (A::Elements::kInteger) {
    if (saturate) mma.accumulator = heddle_mma_saturate;
  } else {
    mma.mode = heddle_wmma_mode(kHalf);
    if (kHalf) mma.accumulator = heddle_mma_to_f16;
  }
  unsigned int a_words[A::kWords], b_words[B::kWords];
  __builtin_memcpy(a_words, a.x, sizeof a_words);
  __builtin_memcpy(b_words, b.x, sizeof b_words);
  __heddle_wmma(heddle_mma_descriptor(mma, true), a_words, b_words, c.x, d.x);
}

#undef HEDDLE_WMMA
