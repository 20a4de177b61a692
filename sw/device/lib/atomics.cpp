// Atomic functions of 64 bits: loads and stores of two words under a lock, which the value's
// address selects.
#include <stdint.h>

namespace heddle::device {
namespace {

constexpr uint32_t kLocks = 256;

// 0: free. Values of different blocks at one address of shared memory have one lock; that is slow
// at worst.
uint32_t locks[kLocks];

uint32_t* lock_of(const void* address) {
  return &locks[reinterpret_cast<uintptr_t>(address) / sizeof(uint64_t) % kLocks];
}

// Replaces the value by next(value) and gives the old one. The words are volatile: what other
// threads wrote is to be seen.
template <typename T, typename Next>
T replace(void* address, Next next) {
  auto* const words = static_cast<volatile uint32_t*>(address);
  uint32_t* const lock = lock_of(address);
  uint64_t old = 0;
  uint32_t taken = 0;
  do {
    taken = __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE);
    if (taken == 0) {
      old = words[0] | uint64_t{words[1]} << 32;
      const auto value = __builtin_bit_cast(uint64_t, next(__builtin_bit_cast(T, old)));
      words[0] = static_cast<uint32_t>(value);
      words[1] = static_cast<uint32_t>(value >> 32);
      __atomic_exchange_n(lock, 0, __ATOMIC_RELEASE);
    }
    // The threads that have to wait come here at a higher PC than the one with the lock, which is
    // then done first.
    __asm__ volatile("" : "+r"(taken));
  } while (taken != 0);
  return __builtin_bit_cast(T, old);
}

}  // namespace
}  // namespace heddle::device

using heddle::device::replace;

extern "C" {

uint64_t __heddle_atomic_add_64(void* address, uint64_t value) {
  return replace<uint64_t>(address, [=](uint64_t old) { return old + value; });
}
uint64_t __heddle_atomic_exchange_64(void* address, uint64_t value) {
  return replace<uint64_t>(address, [=](uint64_t) { return value; });
}
uint64_t __heddle_atomic_and_64(void* address, uint64_t value) {
  return replace<uint64_t>(address, [=](uint64_t old) { return old & value; });
}
uint64_t __heddle_atomic_or_64(void* address, uint64_t value) {
  return replace<uint64_t>(address, [=](uint64_t old) { return old | value; });
}
uint64_t __heddle_atomic_xor_64(void* address, uint64_t value) {
  return replace<uint64_t>(address, [=](uint64_t old) { return old ^ value; });
}
int64_t __heddle_atomic_min_64(void* address, int64_t value) {
  return replace<int64_t>(address, [=](int64_t old) { return old < value ? old : value; });
}
int64_t __heddle_atomic_max_64(void* address, int64_t value) {
  return replace<int64_t>(address, [=](int64_t old) { return old < value ? value : old; });
}
uint64_t __heddle_atomic_minu_64(void* address, uint64_t value) {
  return replace<uint64_t>(address, [=](uint64_t old) { return old < value ? old : value; });
}
uint64_t __heddle_atomic_maxu_64(void* address, uint64_t value) {
  return replace<uint64_t>(address, [=](uint64_t old) { return old < value ? value : old; });
}
uint64_t __heddle_atomic_compare_exchange_64(void* address, uint64_t expected, uint64_t value) {
  return replace<uint64_t>(address, [=](uint64_t old) { return old == expected ? value : old; });
}
double __heddle_atomic_add_double(double* address, double value) {
  return replace<double>(address, [=](double old) { return old + value; });
}
}
