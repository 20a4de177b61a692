// cooperative_groups::reduce over tiles and coalesced groups.
#pragma once

#include <type_traits>

#include "cooperative_groups.h"

namespace cooperative_groups {

#define HEDDLE_OPERATOR(name, result)                                                \
  template <typename T>                                                              \
  struct name {                                                                      \
    __host__ __device__ __forceinline__ T operator()(const T& a, const T& b) const { \
      return result;                                                                 \
    }                                                                                \
  };

HEDDLE_OPERATOR(plus, static_cast<T>(a + b))
HEDDLE_OPERATOR(less, b < a ? b : a)
HEDDLE_OPERATOR(greater, a < b ? b : a)
HEDDLE_OPERATOR(bit_and, static_cast<T>(a& b))
HEDDLE_OPERATOR(bit_or, static_cast<T>(a | b))
HEDDLE_OPERATOR(bit_xor, static_cast<T>(a ^ b))
#undef HEDDLE_OPERATOR

namespace detail {

// Reductions of a 32-bit integer that are one instruction; false if this one is none.
template <typename T, typename Operator>
__device__ __forceinline__ bool reduce_by_instruction(unsigned int mask, T& value,
                                                      const Operator&) {
  if constexpr (std::is_same_v<T, int> || std::is_same_v<T, unsigned int>) {
    if constexpr (std::is_same_v<Operator, plus<T>>) {
      value = __reduce_add_sync(mask, value);
      return true;
    } else if constexpr (std::is_same_v<Operator, less<T>>) {
      value = __reduce_min_sync(mask, value);
      return true;
    } else if constexpr (std::is_same_v<Operator, greater<T>>) {
      value = __reduce_max_sync(mask, value);
      return true;
    } else if constexpr (std::is_same_v<Operator, bit_and<T>>) {
      value = static_cast<T>(__reduce_and_sync(mask, static_cast<unsigned int>(value)));
      return true;
    } else if constexpr (std::is_same_v<Operator, bit_or<T>>) {
      value = static_cast<T>(__reduce_or_sync(mask, static_cast<unsigned int>(value)));
      return true;
    } else if constexpr (std::is_same_v<Operator, bit_xor<T>>) {
      value = static_cast<T>(__reduce_xor_sync(mask, static_cast<unsigned int>(value)));
      return true;
    }
  }
  return false;
}

}  // namespace detail

/// `operation` over all threads' values; every thread gets the result.
template <unsigned int Size, typename Parent, typename T, typename Operator>
__device__ __forceinline__ T reduce(const thread_block_tile<Size, Parent>& group, T value,
                                    const Operator& operation) {
  if (detail::reduce_by_instruction(group.heddle_mask(), value, operation)) return value;
  for (unsigned int distance = Size / 2; distance > 0; distance /= 2) {
    value = operation(value, group.shfl_xor(value, distance));
  }
  return value;
}

template <typename T, typename Operator>
__device__ __forceinline__ T reduce(const coalesced_group& group, T value,
                                    const Operator& operation) {
  if (detail::reduce_by_instruction(group.heddle_mask(), value, operation)) return value;
  const unsigned int rank = group.thread_rank();
  for (unsigned int width = group.size(); width > 1;) {
    const unsigned int half = (width + 1) / 2;
    const T other = group.shfl_down(value, half);
    if (rank + half < width) value = operation(value, other);
    width = half;
  }
  return group.shfl(value, 0);
}

}  // namespace cooperative_groups
