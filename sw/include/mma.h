// CUDA's warp matrix functions, nvcuda::wmma. All threads of a warp call them together. Where the
// device's matrix engine has the formats it multiplies, elsewhere the lanes do, with the same bits:
// those of the tensor core that HEDDLE_WMMA_MODE names (docs/manual/tensor_numerics.md).
#pragma once

#include "heddle/wmma.h"

#define HEDDLE_WMMA static __device__ __forceinline__

namespace nvcuda {
namespace wmma {

/// A lane's part of a matrix. Which elements it holds is not for programs to know, but the same in
/// all accumulators of one shape, of whatever type.
template <typename Use, int m, int n, int k, typename T, typename Layout = void>
class fragment;

template <int m, int n, int k, typename T, typename Layout>
class fragment<matrix_a, m, n, k, T, Layout>
    : public heddle_wmma_part<m, k, heddle_wmma_shape(m, n, k), T, Layout> {};

template <int m, int n, int k, typename T, typename Layout>
class fragment<matrix_b, m, n, k, T, Layout>
    : public heddle_wmma_part<n, k, heddle_wmma_shape(m, n, k), T, Layout> {};

template <int m, int n, int k, typename T>
class alignas(4) fragment<accumulator, m, n, k, T> {
  static constexpr int kShapes = std::is_same_v<T, float>    ? 3
                                 : std::is_same_v<T, __half> ? 1
                                 : std::is_same_v<T, int>    ? 5
                                                             : 0;
  static_assert((kShapes & heddle_wmma_shape(m, n, k)) != 0,
                "wmma has no accumulator of this type and shape");

 public:
  using element_type = T;
  using storage_element_type = T;
  static constexpr int num_elements = m * n / 32;
  static constexpr int num_storage_elements = num_elements;
  storage_element_type x[num_storage_elements];
};

/// Rounds to TF32: to nearest, ties away from zero.
HEDDLE_WMMA float __float_to_tf32(float value) {
  const unsigned int bits = __builtin_bit_cast(unsigned int, value);
  const bool nan = (bits & 0x7fffffff) > 0x7f800000;
  return __builtin_bit_cast(float, nan ? 0x7fffffff : (bits + 0x1000) & 0xffffe000);
}

template <typename Use, int m, int n, int k, typename T, typename Layout>
HEDDLE_WMMA void fill_fragment(
    fragment<Use, m, n, k, T, Layout>& to,
    const typename fragment<Use, m, n, k, T, Layout>::storage_element_type& value) {
#pragma unroll
  for (auto& element : to.x) element = value;
}

/// `ldm`: elements from row to row (col_major: from column to column).
template <int m, int n, int k, typename T, typename Layout>
HEDDLE_WMMA void load_matrix_sync(fragment<matrix_a, m, n, k, T, Layout>& to,
                                  const typename heddle_wmma_operand<T>::memory* from,
                                  unsigned int ldm) {
  __syncwarp();
  heddle_wmma_load<std::is_same_v<Layout, row_major>>(to, from, ldm);
}
template <int m, int n, int k, typename T, typename Layout>
HEDDLE_WMMA void load_matrix_sync(fragment<matrix_b, m, n, k, T, Layout>& to,
                                  const typename heddle_wmma_operand<T>::memory* from,
                                  unsigned int ldm) {
  __syncwarp();
  heddle_wmma_load<std::is_same_v<Layout, col_major>>(to, from, ldm);
}
template <int m, int n, int k, typename T>
HEDDLE_WMMA void load_matrix_sync(fragment<accumulator, m, n, k, T>& to, const T* from,
                                  unsigned int ldm, layout_t layout) {
  __syncwarp();
  heddle_wmma_each<m, n>(to, ldm, layout, [&](T& element, unsigned int at) { element = from[at]; });
}

template <int m, int n, int k, typename T>
HEDDLE_WMMA void store_matrix_sync(T* to, const fragment<accumulator, m, n, k, T>& from,
                                   unsigned int ldm, layout_t layout) {
  __syncwarp();
  heddle_wmma_each<m, n>(from, ldm, layout,
                         [&](const T& element, unsigned int at) { to[at] = element; });
}

/// D = A * B + C; D may be C. `satf` clamps integers; of floats it makes infinities the greatest
/// finite numbers and NaNs zeros.
template <int m, int n, int k, typename A, typename ALayout, typename B, typename BLayout,
          typename D, typename C>
HEDDLE_WMMA void mma_sync(fragment<accumulator, m, n, k, D>& d,
                          const fragment<matrix_a, m, n, k, A, ALayout>& a,
                          const fragment<matrix_b, m, n, k, B, BLayout>& b,
                          const fragment<accumulator, m, n, k, C>& c, bool satf = false) {
  constexpr bool kInteger = heddle_wmma_operand<A>::kInteger;
  constexpr bool kHalf = std::is_same_v<C, __half> || std::is_same_v<D, __half>;
  static_assert(std::is_same_v<A, B>, "wmma multiplies A and B of one type");
  static_assert(kInteger == std::is_same_v<C, int> && kInteger == std::is_same_v<D, int> &&
                    (!kHalf || std::is_same_v<A, __half>),
                "wmma has no accumulators of this type for A and B of theirs");
  if constexpr (std::is_same_v<C, D>) {
    heddle_wmma_multiply(d, a, b, c, satf);
  } else {
    // One is FP16, the other FP32: the sum is FP32.
    fragment<accumulator, m, n, k, float> sum;
    for (int i = 0; i < sum.num_elements; ++i) sum.x[i] = static_cast<float>(c.x[i]);
    heddle_wmma_multiply(sum, a, b, sum, satf);
    for (int i = 0; i < sum.num_elements; ++i) d.x[i] = static_cast<D>(sum.x[i]);
  }
  if constexpr (!kInteger) {
    if (satf) {
      constexpr float kGreatest = std::is_same_v<D, __half> ? 65504.0f : 0x1.fffffep127f;
      for (auto& element : d.x) {
        const float value = static_cast<float>(element);
        const float finite = fminf(fmaxf(value, -kGreatest), kGreatest);
        element = static_cast<D>(value != value ? 0.0f : finite);
      }
    }
  }
}

}  // namespace wmma
}  // namespace nvcuda

#undef HEDDLE_WMMA
