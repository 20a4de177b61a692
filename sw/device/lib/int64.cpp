// 64-bit division, which the compiler calls on a 32-bit machine.
#include "bits.hpp"

namespace heddle::device {
namespace {

struct Division {
  uint64_t quotient;
  uint64_t remainder;
};

/// As RISC-V defines division by zero: quotient all ones, remainder the dividend.
Division divide(uint64_t dividend, uint64_t divisor) {
  if (((dividend | divisor) >> 32) == 0) {
    const auto a = static_cast<uint32_t>(dividend);
    const auto b = static_cast<uint32_t>(divisor);
    return b == 0 ? Division{~uint64_t{0}, dividend} : Division{a / b, a % b};
  }
  if (divisor == 0) return {~uint64_t{0}, dividend};
  if (divisor > dividend) return {0, dividend};
  int shift = leading_zeros(divisor) - leading_zeros(dividend);
  divisor <<= shift;
  uint64_t quotient = 0;
  for (; shift >= 0; --shift) {
    quotient <<= 1;
    if (dividend >= divisor) {
      dividend -= divisor;
      quotient |= 1;
    }
    divisor >>= 1;
  }
  return {quotient, dividend};
}

uint64_t magnitude(int64_t value) {
  return value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

int64_t with_sign(uint64_t value, bool negative) {
  return static_cast<int64_t>(negative ? uint64_t{0} - value : value);
}

}  // namespace
}  // namespace heddle::device

using namespace heddle::device;

extern "C" uint64_t __udivdi3(uint64_t a, uint64_t b) { return divide(a, b).quotient; }

extern "C" uint64_t __umoddi3(uint64_t a, uint64_t b) { return divide(a, b).remainder; }

extern "C" int64_t __divdi3(int64_t a, int64_t b) {
  if (b == 0) return -1;
  return with_sign(divide(magnitude(a), magnitude(b)).quotient, (a < 0) != (b < 0));
}

extern "C" int64_t __moddi3(int64_t a, int64_t b) {
  return with_sign(divide(magnitude(a), magnitude(b)).remainder, a < 0);
}
