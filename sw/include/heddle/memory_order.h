// Scopes, orders, and the accesses that atomic objects are made of: docs/manual/memory_model.md.
//
// An atomic object is read by `amoor.w` with x0 and written by `amoswap.w` into x0. In global
// memory both are performed in the L2, so no copy in an L1 can be in the way, however many SMs
// there are; and HEDDLE_RACECHECK sees that they are meant. Bits aq and rl order them. Half-words
// and bytes are parts of their word; accesses to 64-bit values are `amocas.d` (the device library's
// __atomic_*_8).
#pragma once

#include "heddle/atomics.h"
#include "heddle/host_defines.h"

namespace cuda {

enum thread_scope {
  thread_scope_system = 0,
  thread_scope_device = 1,
  thread_scope_block = 2,
  thread_scope_thread = 10,
};

namespace std {

/// The values are those of clang's __ATOMIC_*.
enum memory_order {
  memory_order_relaxed = 0,
  memory_order_consume = 1,
  memory_order_acquire = 2,
  memory_order_release = 3,
  memory_order_acq_rel = 4,
  memory_order_seq_cst = 5,
};

}  // namespace std

using std::memory_order;
using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_consume;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;

}  // namespace cuda

#define HEDDLE_ORDER static __host__ __device__ __forceinline__

/// An integer of so many bytes, with the operations below.
template <unsigned int bytes>
struct heddle_atomic_bits;

/// The order of the load that a failed compare and exchange is.
HEDDLE_ORDER constexpr int heddle_failure_order(int order) {
  return order == __ATOMIC_ACQ_REL   ? __ATOMIC_ACQUIRE
         : order == __ATOMIC_RELEASE ? __ATOMIC_RELAXED
                                     : order;
}

template <>
struct heddle_atomic_bits<4> {
  using type = unsigned int;

  HEDDLE_ORDER type load(const type* address, int order) {
#ifdef __HEDDLE_DEVICE__
    type result;
    if (order == __ATOMIC_RELAXED) {
      __asm__ __volatile__("amoor.w %0, x0, (%1)" : "=r"(result) : "r"(address) : "memory");
    } else if (order == __ATOMIC_SEQ_CST) {
      __asm__ __volatile__("amoor.w.aqrl %0, x0, (%1)" : "=r"(result) : "r"(address) : "memory");
    } else {
      __asm__ __volatile__("amoor.w.aq %0, x0, (%1)" : "=r"(result) : "r"(address) : "memory");
    }
    return result;
#else
    return __atomic_load_n(address, order);
#endif
  }
  HEDDLE_ORDER void store(type* address, type value, int order) {
#ifdef __HEDDLE_DEVICE__
    if (order == __ATOMIC_RELAXED) {
      __asm__ __volatile__("amoswap.w x0, %0, (%1)" : : "r"(value), "r"(address) : "memory");
    } else if (order == __ATOMIC_SEQ_CST) {
      __asm__ __volatile__("amoswap.w.aqrl x0, %0, (%1)" : : "r"(value), "r"(address) : "memory");
    } else {
      __asm__ __volatile__("amoswap.w.rl x0, %0, (%1)" : : "r"(value), "r"(address) : "memory");
    }
#else
    __atomic_store_n(address, value, order);
#endif
  }
  HEDDLE_ORDER type exchange(type* address, type value, int order) {
    return __atomic_exchange_n(address, value, order);
  }
  HEDDLE_ORDER bool compare_exchange(type* address, type& expected, type value, int order) {
    return __atomic_compare_exchange_n(address, &expected, value, false, order,
                                       heddle_failure_order(order));
  }
};

template <>
struct heddle_atomic_bits<8> {
  using type = unsigned long long;

  HEDDLE_ORDER type load(const type* address, int order) { return __atomic_load_n(address, order); }
  HEDDLE_ORDER void store(type* address, type value, int order) {
    __atomic_store_n(address, value, order);
  }
  HEDDLE_ORDER type exchange(type* address, type value, int order) {
    return __atomic_exchange_n(address, value, order);
  }
  HEDDLE_ORDER bool compare_exchange(type* address, type& expected, type value, int order) {
    return __atomic_compare_exchange_n(address, &expected, value, false, order,
                                       heddle_failure_order(order));
  }
};

/// Bytes and half-words: heddlecc makes calls of the device library of all but loads and stores.
template <typename T>
struct heddle_atomic_small {
  using type = T;

  HEDDLE_ORDER type load(const type* address, int order) {
#ifdef __HEDDLE_DEVICE__
    const auto place = reinterpret_cast<unsigned long>(address);
    const unsigned int word =
        heddle_atomic_bits<4>::load(reinterpret_cast<const unsigned int*>(place & ~3UL), order);
    return static_cast<type>(word >> (8 * (place & 3)));
#else
    return __atomic_load_n(address, order);
#endif
  }
  HEDDLE_ORDER void store(type* address, type value, int order) { exchange(address, value, order); }
  HEDDLE_ORDER type exchange(type* address, type value, int order) {
    return __atomic_exchange_n(address, value, order);
  }
  HEDDLE_ORDER bool compare_exchange(type* address, type& expected, type value, int order) {
    return __atomic_compare_exchange_n(address, &expected, value, false, order,
                                       heddle_failure_order(order));
  }
};
template <>
struct heddle_atomic_bits<1> : heddle_atomic_small<unsigned char> {};
template <>
struct heddle_atomic_bits<2> : heddle_atomic_small<unsigned short> {};

#undef HEDDLE_ORDER
