// Atomic operations on 64 bits: loops with amocas.d. The names and arguments of `__atomic_*_8` are
// clang's for what it has no instructions for; `order` is one of its __ATOMIC_*. In the local
// window, which has no amocas.d, the thread is alone, and plain accesses are as good.
#include <stdint.h>

#include "../heddle_isa.inc"

namespace heddle::device {
namespace {

bool is_local(const volatile void* address) {
  return reinterpret_cast<uintptr_t>(address) >> 28 == 0xe;
}

// One amocas.d: the value that was there. aq and rl are alike, and order all.
template <bool kOrdered>
uint64_t compare_and_swap(volatile void* address, uint64_t expected, uint64_t value) {
  register uint32_t low __asm__("a4") = static_cast<uint32_t>(expected);
  register uint32_t high __asm__("a5") = static_cast<uint32_t>(expected >> 32);
  register uint32_t new_low __asm__("a6") = static_cast<uint32_t>(value);
  register uint32_t new_high __asm__("a7") = static_cast<uint32_t>(value >> 32);
  if constexpr (kOrdered) {
    __asm__ volatile("amocas.d.aqrl %0, %2, (%4)"
                     : "+r"(low), "+r"(high)
                     : "r"(new_low), "r"(new_high), "r"(address)
                     : "memory");
  } else {
    __asm__ volatile("amocas.d %0, %2, (%4)"
                     : "+r"(low), "+r"(high)
                     : "r"(new_low), "r"(new_high), "r"(address)
                     : "memory");
  }
  return uint64_t{high} << 32 | low;
}
uint64_t compare_and_swap(volatile void* address, uint64_t expected, uint64_t value, int order) {
  return order == __ATOMIC_RELAXED ? compare_and_swap<false>(address, expected, value)
                                   : compare_and_swap<true>(address, expected, value);
}

// The value if it is not 0; and if it is, it stays so.
uint64_t load(const volatile void* address, int order) {
  if (is_local(address)) return *static_cast<const volatile uint64_t*>(address);
  return compare_and_swap(const_cast<volatile void*>(address), 0, 0, order);
}

// Replaces the value by next(value), in a window that others see, and gives the old one. Begins
// with a guess, not with a load: that would be an ordinary load, and so a data race with other
// threads' atomics.
template <bool kOrdered, typename Next>
uint64_t replace_alone(volatile void* address, Next next) {
  uint64_t old = 0;
  for (;;) {
    const uint64_t seen = compare_and_swap<kOrdered>(address, old, next(old));
    if (seen == old) return old;
    old = seen;
  }
}

uint32_t active_threads() {
  uint32_t result;
  __asm__ volatile(HEDDLE_ASM_ACTIVEMASK("%0") : "=r"(result));
  return result;
}

// The threads of `members` that have the caller's address.
uint32_t threads_at(volatile void* address, uint32_t members) {
  uint32_t result;
  __asm__ volatile(HEDDLE_ASM_MATCH_ANY("%0", "%1", "%2")
                   : "=r"(result)
                   : "r"(address), "r"(members));
  return result;
}

// What thread `from` of the warp has, or, if that is not here, the thread itself.
uint32_t shuffle(uint32_t value, uint32_t from) {
  constexpr uint32_t kWholeWarp = 31;
  uint32_t result;
  __asm__ volatile(HEDDLE_ASM_SHFL_IDX("%0", "%1", "%2", "%3")
                   : "=r"(result)
                   : "r"(value), "r"(from), "r"(kWholeWarp));
  return result;
}
uint64_t shuffle(uint64_t value, uint32_t from) {
  const uint32_t high = shuffle(static_cast<uint32_t>(value >> 32), from);
  return uint64_t{high} << 32 | shuffle(static_cast<uint32_t>(value), from);
}

// Branches that the compiler makes may part the threads.
void meet(uint32_t members) {
  __asm__ volatile(HEDDLE_ASM_WARPSYNC("%0") : : "r"(members) : "memory");
}

uint32_t highest(uint32_t threads) { return 31 - static_cast<uint32_t>(__builtin_clz(threads)); }

// As replace_alone, of threads of a warp that have an address in common. One amocas.d performs them
// in ascending order: each compares with what it finds if those before it have found what they
// compare with. Their values are combined as in a scan, from thread to thread before it.
template <typename Combine>
[[gnu::noinline]] uint64_t replace_together(volatile void* address, int order, uint64_t value,
                                            Combine combine) {
  constexpr uint32_t kNone = 32, kSteps = 5;
  uint32_t lower;
  __asm__ volatile("csrr %0, %1" : "=r"(lower) : "i"(HEDDLE_CSR_LANEMASK_LT));
  uint64_t seen = 0;
  for (;;) {
    const uint32_t members = active_threads();
    const uint32_t same = threads_at(address, members);
    // The last one has seen what is there now.
    const uint64_t base = shuffle(seen, highest(same));
    const uint32_t before = same & lower;
    const uint32_t first = before != 0 ? highest(before) : kNone;
    uint64_t sum = value;  // of the threads from behind `from` to this one
    uint32_t from = first;
    for (uint32_t step = 0; step < kSteps; ++step) {
      meet(members);
      const uint64_t others = shuffle(sum, from);
      const uint32_t next = shuffle(from, from);
      if (from != kNone) {
        sum = combine(others, sum);
        from = next;
      }
    }
    meet(members);
    const uint64_t others = shuffle(sum, first);
    const uint64_t expected = first != kNone ? combine(base, others) : base;
    meet(members);
    seen = compare_and_swap(address, expected, combine(base, sum), order);
    if (seen == expected) return expected;
  }
}

// Replaces the value by combine(value, operand) and gives the old one; `kScan`: combine(combine(a,
// b), c) = combine(a, combine(b, c)).
template <bool kScan, typename T, typename Combine>
T replace(volatile void* address, int order, T operand, Combine combine) {
  const auto in_bits = [=](uint64_t a, uint64_t b) {
    return __builtin_bit_cast(uint64_t,
                              combine(__builtin_bit_cast(T, a), __builtin_bit_cast(T, b)));
  };
  const auto value = __builtin_bit_cast(uint64_t, operand);
  if (is_local(address)) {
    auto* const place = static_cast<volatile uint64_t*>(address);
    const uint64_t old = *place;
    *place = in_bits(old, value);
    return __builtin_bit_cast(T, old);
  }
  if constexpr (kScan) {
    const uint32_t same = threads_at(address, active_threads());
    if ((same & (same - 1)) != 0) {
      return __builtin_bit_cast(T, replace_together(address, order, value, in_bits));
    }
  }
  const auto next = [=](uint64_t old) { return in_bits(old, value); };
  return __builtin_bit_cast(T, order == __ATOMIC_RELAXED ? replace_alone<false>(address, next)
                                                         : replace_alone<true>(address, next));
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

#define HEDDLE_OPERATION(name, T, scan, expression)                                             \
  T name(volatile void* address, T operand, int order) {                                        \
    return replace<scan, T>(address, order, operand, [](T a, T b) -> T { return expression; }); \
  }

extern "C" {

uint64_t __atomic_load_8(const volatile void* address, int order) { return load(address, order); }
HEDDLE_OPERATION(__atomic_exchange_8, uint64_t, true, (static_cast<void>(a), b))
HEDDLE_OPERATION(__atomic_fetch_add_8, uint64_t, true, a + b)
HEDDLE_OPERATION(__atomic_fetch_and_8, uint64_t, true, a& b)
HEDDLE_OPERATION(__atomic_fetch_or_8, uint64_t, true, a | b)
HEDDLE_OPERATION(__atomic_fetch_xor_8, uint64_t, true, a ^ b)
HEDDLE_OPERATION(__atomic_fetch_nand_8, uint64_t, false, ~(a& b))
HEDDLE_OPERATION(__heddle_atomic_min_64, int64_t, true, a < b ? a : b)
HEDDLE_OPERATION(__heddle_atomic_max_64, int64_t, true, a < b ? b : a)
HEDDLE_OPERATION(__heddle_atomic_minu_64, uint64_t, true, a < b ? a : b)
HEDDLE_OPERATION(__heddle_atomic_maxu_64, uint64_t, true, a < b ? b : a)
HEDDLE_OPERATION(__heddle_atomic_add_double, double, false, a + b)

uint64_t __atomic_fetch_sub_8(volatile void* address, uint64_t operand, int order) {
  return __atomic_fetch_add_8(address, 0 - operand, order);
}

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
