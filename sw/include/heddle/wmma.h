// What mma.h is made of: which fragments there are, where their elements lie, and how a warp
// multiplies them.
//
// Where the matrix engine can do it, the warp puts its tiles into scratch of its own, behind the
// block's shared memory, and its accumulators into columns of tensor memory, and waits for the end.
// It holds columns only within a call, while nothing but the engine and its own loads and stores of
// them are to come: so who waits for columns waits for calls that come to their end. But the
// program may hold all of them for itself (heddle/tensor.h). So no warp waits for ever: its lanes
// multiply then, as they do without an engine.
#pragma once

#include <cstdint>
#include <type_traits>

#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"
#include "heddle/warp.h"
#include "heddle/wmma_layout.h"
#include "heddle/wmma_state.h"

#define HEDDLE_WMMA static __device__ __forceinline__

/// Whose rounding floats have, a heddle_mma_mode: that of `mma.sync` since Hopper. (tcgen05's,
/// which is the matrix engine's own, differs from it with FP16 accumulators.)
#ifndef HEDDLE_WMMA_MODE
#define HEDDLE_WMMA_MODE heddle_mma_hopper
#endif

extern "C" __device__ heddle_wmma_state __heddle_wmma_state;
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
/// kShapes: bit 0: 16 x 16 x 16, 32 x 8 x 16 and 8 x 32 x 16; bit 1: 16 x 16 x 8; bit 2: 8 x 8
/// x 32.
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
struct heddle_wmma_operand<signed char> : heddle_wmma_elements<signed char, 8, heddle_mma_s8, 1> {};
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

/// A lane's part of A, or of B's transpose: word i is word 32 * i + lane of the tile, whose rows
/// are kRowWords words along K, one after the other.
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
/// memory.
template <int m, int n, typename Fragment, typename Action>
HEDDLE_WMMA void heddle_wmma_each(Fragment& which, unsigned int ldm, nvcuda::wmma::layout_t layout,
                                  Action action) {
  const bool rows = layout == nvcuda::wmma::mem_row_major;
  const unsigned int row_step = rows ? ldm : 1, column_step = rows ? 1 : ldm;
  const heddle_wmma_place place = heddle_wmma_place_of(__laneid());
  const unsigned int own = place.row * row_step + place.column * column_step;
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

/// The warp's scratch, or 0 where its lanes are to multiply.
HEDDLE_WMMA unsigned int heddle_wmma_scratch(const heddle_mma& mma) {
  constexpr unsigned int kShared = 0xf0000000;
  const unsigned int format = mma.a >= heddle_mma_s4   ? 6
                              : mma.a >= heddle_mma_s8 ? 5
                                                       : mma.a;  // its bit of TENSOR_FORMATS
  const unsigned int needed = 1u << format | 0x10000u << mma.mode;
  const unsigned int warp = HEDDLE_READ_CSR(HEDDLE_CSR_WARPID);
  const heddle_wmma_state& state = __heddle_wmma_state;
  if ((state.features & needed) != needed || warp >= state.slots) return 0;
  return kShared + state.scratch + warp * kHeddleWmmaSlotBytes;
}

/// Of the threads that execute tensor.alloc or tensor.dealloc together the lowest one does it: so
/// the warp comes together right before.
HEDDLE_WMMA unsigned int heddle_wmma_allocate(unsigned int columns) {
  const unsigned int mask = 0xffffffff;
  for (int i = 0; i < 256; ++i) {
    unsigned int first;
    HEDDLE_SYNC(HEDDLE_ASM_TENSOR_ALLOC("%[first]", "%[columns]"), ([first] "=&r"(first)),
                ([columns] "r"(columns)));
    if (first != heddle_no_columns) return first;
  }
  return heddle_no_columns;
}
HEDDLE_WMMA void heddle_wmma_release(unsigned int first, unsigned int columns) {
  const unsigned int mask = 0xffffffff;
  HEDDLE_SYNC(HEDDLE_ASM_TENSOR_DEALLOC("%[first]", "%[columns]"), (),
              ([first] "r"(first), [columns] "r"(columns)));
}

/// A lane's words of a tile. Rows are 32 bytes; what is shorter ends with zeros.
template <typename Part>
HEDDLE_WMMA void heddle_wmma_put(unsigned int scratch, const Part& part) {
  const unsigned int lane = __laneid();
  unsigned int words[Part::kWords];
  __builtin_memcpy(words, part.x, sizeof words);
  auto* to = reinterpret_cast<unsigned int*>(scratch + lane / Part::kRowWords * 32) +
             lane % Part::kRowWords;
#pragma unroll
  for (const unsigned int word : words) {
    *to = word;
    if (Part::kRowWords == 4) to[4] = 0;
    to += Part::kWordRows * 8;
  }
}

/// Whether the engine has done it: D = A * B + C.
template <typename C, typename A, typename B>
HEDDLE_WMMA bool heddle_wmma_on_engine(C& d, const A& a, const B& b, const C& c,
                                       const heddle_mma& mma) {
  const unsigned int scratch = heddle_wmma_scratch(mma);
  if (scratch == 0) return false;
  const unsigned int b_scratch = scratch + A::kRows * 32;
  heddle_wmma_put(scratch, a);
  heddle_wmma_put(b_scratch, b);
  auto* const mbarrier = reinterpret_cast<std::uint64_t*>(scratch + kHeddleWmmaTileBytes);
  heddle_mbarrier_init(mbarrier, 1);
  const unsigned int first = heddle_wmma_allocate(B::kRows);
  if (first == heddle_no_columns) return false;
  const heddle_wmma_place place = heddle_wmma_place_of(__laneid());
  const unsigned int own = heddle_tensor_address(place.row, first + place.column);
  const auto address = [&](unsigned int i) {
    return own + heddle_tensor_address(i / (B::kRows / 8) * 4, i % (B::kRows / 8) * 8);
  };
  using Element = typename C::element_type;
#pragma unroll
  for (unsigned int i = 0; i < C::num_elements; ++i) {
    unsigned int word = 0;
    __builtin_memcpy(&word, &c.x[i], sizeof(Element));
    tcgen05_st(address(i), word);
  }
  tcgen05_fence();
  __syncwarp();
  tcgen05_mma(heddle_tensor_address(0, first),
              heddle_mma_tile(reinterpret_cast<void*>(scratch), heddle_mma_rows_32b),
              heddle_mma_tile(reinterpret_cast<void*>(b_scratch), heddle_mma_rows_32b),
              heddle_mma_descriptor(mma, true));
  tcgen05_commit(mbarrier);
  heddle_mbarrier_wait(mbarrier, 0);
#pragma unroll
  for (unsigned int i = 0; i < C::num_elements; ++i) {
    const unsigned int word = tcgen05_ld(address(i));
    __builtin_memcpy(&d.x[i], &word, sizeof(Element));
  }
  // Behind the loads: a warp's instructions reach tensor memory in order.
  heddle_wmma_release(first, B::kRows);
  return true;
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
  if (heddle_wmma_on_engine(d, a, b, c, mma)) return;
  // Copies: a fragment whose address is taken would be in memory all the time.
  unsigned int a_words[A::kWords], b_words[B::kWords];
  __builtin_memcpy(a_words, a.x, sizeof a_words);
  __builtin_memcpy(b_words, b.x, sizeof b_words);
  C sum = c;
  __heddle_wmma(heddle_mma_descriptor(mma, true), a_words, b_words, sum.x, sum.x);
  d = sum;
}

#undef HEDDLE_WMMA
