// CUDA's loads and stores with a cache operator. For PTX the operators are hints that do not change
// what a program means, and most are plain accesses here; those with cv and wt are volatile.
#pragma once

#include "heddle/host_defines.h"

#define HEDDLE_CACHE static __device__ __forceinline__

template <unsigned int alignment>
struct heddle_access_unit {
  using type = unsigned int;
};
template <>
struct heddle_access_unit<1> {
  using type = unsigned char;
};
template <>
struct heddle_access_unit<2> {
  using type = unsigned short;
};

/// Word by word, or by smaller units where the type is not that aligned.
template <typename T>
HEDDLE_CACHE T heddle_volatile_load(const T* address) {
  using Unit = typename heddle_access_unit<alignof(T)>::type;
  struct alignas(T) Units {
    Unit unit[sizeof(T) / sizeof(Unit)];
  } units;
  const auto* const from = reinterpret_cast<const volatile Unit*>(address);
  for (unsigned int i = 0; i < sizeof(T) / sizeof(Unit); ++i) units.unit[i] = from[i];
  return __builtin_bit_cast(T, units);
}
template <typename T>
HEDDLE_CACHE void heddle_volatile_store(T* address, const T& value) {
  using Unit = typename heddle_access_unit<alignof(T)>::type;
  struct alignas(T) Units {
    Unit unit[sizeof(T) / sizeof(Unit)];
  };
  const Units units = __builtin_bit_cast(Units, value);
  auto* const to = reinterpret_cast<volatile Unit*>(address);
  for (unsigned int i = 0; i < sizeof(T) / sizeof(Unit); ++i) to[i] = units.unit[i];
}

#define HEDDLE_LOAD(name, ...)            \
  template <typename T>                   \
  HEDDLE_CACHE T name(const T* address) { \
    return __VA_ARGS__;                   \
  }
#define HEDDLE_STORE(name, ...)                                   \
  template <typename T>                                           \
  HEDDLE_CACHE void name(T* address, heddle_same_type<T> value) { \
    __VA_ARGS__;                                                  \
  }
template <typename T>
struct heddle_same {
  using type = T;
};
/// Not deduced: the pointer alone says what is stored.
template <typename T>
using heddle_same_type = typename heddle_same<T>::type;

HEDDLE_LOAD(__ldg, *address)   ///< read only
HEDDLE_LOAD(__ldca, *address)  ///< cached everywhere
HEDDLE_LOAD(__ldcg, *address)  ///< cached in the L2
HEDDLE_LOAD(__ldcs, *address)  ///< streaming
HEDDLE_LOAD(__ldlu, *address)  ///< last use
HEDDLE_LOAD(__ldcv, heddle_volatile_load(address))
HEDDLE_STORE(__stwb, *address = value)
HEDDLE_STORE(__stcg, *address = value)
HEDDLE_STORE(__stcs, *address = value)
HEDDLE_STORE(__stwt, heddle_volatile_store<T>(address, value))

#undef HEDDLE_LOAD
#undef HEDDLE_STORE
#undef HEDDLE_CACHE
