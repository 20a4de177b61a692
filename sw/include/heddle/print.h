// printf and assert in kernels. A call leaves a record in a buffer of device memory; the runtime
// prints it when the launch has ended (docs/user_guide.md, "printf and assert").
#pragma once

#include "heddle/host_defines.h"

#ifdef __HEDDLE_DEVICE__

extern "C" __device__ int __heddle_printf(const char* format, const unsigned long long* values,
                                          unsigned int count, unsigned int strings);
extern "C" [[noreturn]] __device__ void __heddle_assert_fail(const char* assertion,
                                                             const char* file, unsigned int line,
                                                             const char* function);

namespace heddle_print {

// Every argument as 64 bits, after C's promotions.
struct Value {
  unsigned long long bits;
  bool string;  // if the format says so

  __device__ Value(int value) : bits(static_cast<unsigned long long>(value)), string(false) {}
  __device__ Value(long value) : bits(static_cast<unsigned long long>(value)), string(false) {}
  __device__ Value(long long value) : bits(static_cast<unsigned long long>(value)), string(false) {}
  __device__ Value(unsigned int value) : bits(value), string(false) {}
  __device__ Value(unsigned long value) : bits(value), string(false) {}
  __device__ Value(unsigned long long value) : bits(value), string(false) {}
  __device__ Value(double value)
      : bits(__builtin_bit_cast(unsigned long long, value)), string(false) {}
  __device__ Value(decltype(nullptr)) : bits(0), string(false) {}
  __device__ Value(const char* value) : Value(value, true) {}
  __device__ Value(char* value) : Value(value, true) {}
  __device__ Value(const unsigned char* value) : Value(value, true) {}
  __device__ Value(unsigned char* value) : Value(value, true) {}
  __device__ Value(const signed char* value) : Value(value, true) {}
  __device__ Value(signed char* value) : Value(value, true) {}
  template <typename T>
  __device__ Value(T* value) : Value(value, false) {}

 private:
  template <typename T>
  __device__ Value(T* value, bool is_string)
      : bits(reinterpret_cast<__UINTPTR_TYPE__>(value)), string(is_string) {}
};

constexpr unsigned int kMostArguments = 32;

}  // namespace heddle_print

/// As CUDA's: the number of arguments; -1 without a format, -2 if the buffer is full. What is
/// behind the 32nd argument is ignored.
template <typename... Arguments>
__device__ int printf(const char* format, Arguments... arguments) {
  constexpr unsigned int kAll = sizeof...(arguments);
  constexpr unsigned int kCount =
      kAll < heddle_print::kMostArguments ? kAll : heddle_print::kMostArguments;
  if constexpr (kCount == 0) {
    return __heddle_printf(format, nullptr, 0, 0);
  } else {
    const heddle_print::Value all[] = {arguments...};
    unsigned long long bits[kCount];
    unsigned int strings = 0;
    for (unsigned int i = 0; i < kCount; ++i) {
      bits[i] = all[i].bits;
      strings |= all[i].string ? 1U << i : 0U;
    }
    return __heddle_printf(format, bits, kCount, strings);
  }
}

// A failed assert() in device code ends here.
[[noreturn]] static __device__ __forceinline__ void __assert_fail(const char* assertion,
                                                                  const char* file,
                                                                  unsigned int line,
                                                                  const char* function) noexcept {
  __heddle_assert_fail(assertion, file, line, function);
}

#else

// The host half sees kernels too, and checks their formats.
extern "C" __device__ int printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
[[noreturn]] __device__ void __assert_fail(const char* assertion, const char* file,
                                           unsigned int line, const char* function) noexcept;

#endif
