// Atomic operations on bytes and half-words, by compare and swap of the word around them; and nand.
// heddlecc calls these (heddle_compiler/small_atomics.py). Always ordered as strictly as can be.
#include <stdint.h>

namespace heddle::device {
namespace {

// Replaces the T at the address by next(T), where `wanted` says so, and gives the old one.
template <typename T, typename Wanted, typename Next>
uint32_t replace_where(void* address, Wanted wanted, Next next) {
  const auto place = reinterpret_cast<uintptr_t>(address);
  auto* const word = reinterpret_cast<uint32_t*>(place & ~uintptr_t{3});
  const uint32_t shift = 8 * (place & 3 & (4 - sizeof(T)));
  const uint32_t mask = ~uint32_t{0} >> (32 - 8 * sizeof(T)) << shift;
  // Not an ordinary load, which would be a data race with other threads' atomics.
  uint32_t seen = 0;
  __atomic_compare_exchange_n(word, &seen, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  for (;;) {
    const auto old = static_cast<T>(seen >> shift);
    if (!wanted(old)) return static_cast<uint32_t>(old);
    const uint32_t value = (seen & ~mask) | (static_cast<uint32_t>(next(old)) << shift & mask);
    if (__atomic_compare_exchange_n(word, &seen, value, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST)) {
      return static_cast<uint32_t>(old);
    }
  }
}

template <typename T, typename Next>
uint32_t replace(void* address, Next next) {
  return replace_where<T>(address, [](T) { return true; }, next);
}

}  // namespace
}  // namespace heddle::device

using heddle::device::replace;
using heddle::device::replace_where;

#define HEDDLE_OPERATION(operation, T, bytes, expression)                                    \
  extern "C" uint32_t __heddle_atomic_##operation##_##bytes(void* address, uint32_t word) {  \
    const auto value = static_cast<T>(word);                                                 \
    return replace<T>(address,                                                               \
                      [=](T old) -> uint32_t { return static_cast<uint32_t>(expression); }); \
  }
#define HEDDLE_OPERATIONS(Signed, Unsigned, bytes)                                               \
  HEDDLE_OPERATION(xchg, Unsigned, bytes, (static_cast<void>(old), value))                       \
  HEDDLE_OPERATION(add, Unsigned, bytes, old + value)                                            \
  HEDDLE_OPERATION(sub, Unsigned, bytes, old - value)                                            \
  HEDDLE_OPERATION(and, Unsigned, bytes, old& value)                                             \
  HEDDLE_OPERATION(or, Unsigned, bytes, old | value)                                             \
  HEDDLE_OPERATION(xor, Unsigned, bytes, old ^ value)                                            \
  HEDDLE_OPERATION(nand, Unsigned, bytes, ~(old & value))                                        \
  HEDDLE_OPERATION(max, Signed, bytes, old < value ? value : old)                                \
  HEDDLE_OPERATION(min, Signed, bytes, old < value ? old : value)                                \
  HEDDLE_OPERATION(umax, Unsigned, bytes, old < value ? value : old)                             \
  HEDDLE_OPERATION(umin, Unsigned, bytes, old < value ? old : value)                             \
  extern "C" uint32_t __heddle_atomic_compare_exchange_##bytes(void* address, uint32_t expected, \
                                                               uint32_t value) {                 \
    return replace_where<Unsigned>(                                                              \
        address, [=](Unsigned old) { return old == static_cast<Unsigned>(expected); },           \
        [=](Unsigned) { return value; });                                                        \
  }

HEDDLE_OPERATIONS(int8_t, uint8_t, 1)
HEDDLE_OPERATIONS(int16_t, uint16_t, 2)
HEDDLE_OPERATION(nand, uint32_t, 4, ~(old& value))
