// Atomic operations on 64 bits: loops with amocas.d. The names and arguments of `__atomic_*_8` are
// clang's for what it has no instructions for; `order` is one of its __ATOMIC_*. In the local
// window, which has no amocas.d, the thread is alone, and plain accesses are as good.
#include <stdint.h>

namespace heddle::device {
namespace {

bool is_local(const volatile void* address) {
  return reinterpret_cast<uintptr_t>(address) >> 28 == 0xe;
}

// One amocas.d: the value that was there. aq and rl are alike, and order all.
uint64_t compare_and_swap(volatile void* address, uint64_t expected, uint64_t value, int order) {
  register uint32_t low __asm__("a4") = static_cast<uint32_t>(expected);
  register uint32_t high __asm__("a5") = static_cast<uint32_t>(expected >> 32);
  register uint32_t new_low __asm__("a6") = static_cast<uint32_t>(value);
  register uint32_t new_high __asm__("a7") = static_cast<uint32_t>(value >> 32);
  if (order == __ATOMIC_RELAXED) {
    __asm__ volatile("amocas.d %0, %2, (%4)"
                     : "+r"(low), "+r"(high)
                     : "r"(new_low), "r"(new_high), "r"(address)
                     : "memory");
  } else {
    __asm__ volatile("amocas.d.aqrl %0, %2, (%4)"
                     : "+r"(low), "+r"(high)
                     : "r"(new_low), "r"(new_high), "r"(address)
                     : "memory");
  }
  return uint64_t{high} << 32 | low;
}

// The value if it is not 0; and if it is, it stays so.
uint64_t load(const volatile void* address, int order) {
  if (is_local(address)) return *static_cast<const volatile uint64_t*>(address);
  return compare_and_swap(const_cast<volatile void*>(address), 0, 0, order);
}

// Replaces the value by next(value) and gives the old one.
template <typename T, typename Next>
T replace(volatile void* address, int order, Next next) {
  const auto updated = [&](uint64_t old) {
    return __builtin_bit_cast(uint64_t, next(__builtin_bit_cast(T, old)));
  };
  if (is_local(address)) {
    auto* const place = static_cast<volatile uint64_t*>(address);
    const uint64_t old = *place;
    *place = updated(old);
    return __builtin_bit_cast(T, old);
  }
  // Begins with a guess, not with a load: that would be an ordinary load, and so a data race with
  // other threads' atomics.
  uint64_t old = 0;
  for (;;) {
    const uint64_t seen = compare_and_swap(address, old, updated(old), order);
    if (seen == old) return __builtin_bit_cast(T, old);
    old = seen;
  }
}

uint64_t compare_exchange(volatile void* address, uint64_t expected, uint64_t value, int order) {
  if (!is_local(address)) return compare_and_swap(address, expected, value, order);
  auto* const place = static_cast<volatile uint64_t*>(address);
  const uint64_t old = *place;
  if (old == expected) *place = value;
  return old;
}

}  // namespace
}  // namespace heddle::device

using heddle::device::compare_exchange;
using heddle::device::load;
using heddle::device::replace;

#define HEDDLE_OPERATION(name, T, expression)                                  \
  T name(volatile void* address, T value, int order) {                         \
    return replace<T>(address, order, [=](T old) -> T { return expression; }); \
  }

extern "C" {

uint64_t __atomic_load_8(const volatile void* address, int order) { return load(address, order); }
HEDDLE_OPERATION(__atomic_exchange_8, uint64_t, (static_cast<void>(old), value))
HEDDLE_OPERATION(__atomic_fetch_add_8, uint64_t, old + value)
HEDDLE_OPERATION(__atomic_fetch_sub_8, uint64_t, old - value)
HEDDLE_OPERATION(__atomic_fetch_and_8, uint64_t, old& value)
HEDDLE_OPERATION(__atomic_fetch_or_8, uint64_t, old | value)
HEDDLE_OPERATION(__atomic_fetch_xor_8, uint64_t, old ^ value)
HEDDLE_OPERATION(__atomic_fetch_nand_8, uint64_t, ~(old& value))
HEDDLE_OPERATION(__heddle_atomic_min_64, int64_t, old < value ? old : value)
HEDDLE_OPERATION(__heddle_atomic_max_64, int64_t, old < value ? value : old)
HEDDLE_OPERATION(__heddle_atomic_minu_64, uint64_t, old < value ? old : value)
HEDDLE_OPERATION(__heddle_atomic_maxu_64, uint64_t, old < value ? value : old)
HEDDLE_OPERATION(__heddle_atomic_add_double, double, old + value)

void __atomic_store_8(volatile void* address, uint64_t value, int order) {
  __atomic_exchange_8(address, value, order);
}

/// The value that was there.
uint64_t __heddle_atomic_compare_exchange_64(volatile void* address, uint64_t expected,
                                             uint64_t value, int order) {
  return compare_exchange(address, expected, value, order);
}

bool __atomic_compare_exchange_8(volatile void* address, void* expected, uint64_t value,
                                 int success, int failure) {
  auto* const wanted = static_cast<uint64_t*>(expected);
  const int order = failure == __ATOMIC_RELAXED ? success : __ATOMIC_SEQ_CST;
  const uint64_t old = compare_exchange(address, *wanted, value, order);
  const bool done = old == *wanted;
  *wanted = old;
  return done;
}
}
