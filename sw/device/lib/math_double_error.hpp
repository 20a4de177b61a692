// The error function in parts, which the double functions of it and its inverses share. Of internal
// linkage: the compiler makes smaller code of them.
#pragma once

#include "math_double_core.hpp"

namespace heddle::math {

/// erf(a), a < 1/2: 2 / sqrt(pi) a - ...
static inline Extended small_erf(Extended a) {
  const uint64_t root = to_fraction(a);
  const uint64_t square = high(root, root);
  const uint64_t factor = kTwoByRootPi - (high(square, alternating(square, kSmallErf)) >> 1);
  return multiply(a, normalized(factor, 0, false));
}

/// e^(a^2) erfc(a), a >= 1/2
static inline Extended scaled_erfc(Extended a) {
  const uint64_t u = to_fraction(reciprocal(add(a, {kTop, 2, false})));
  const auto t = static_cast<int64_t>(u - kNinth);
  const auto value = static_cast<uint64_t>(polynomial(t * 4, kScaledErfc));  // in units of 2^-62
  return divide(normalized(value, 1, false), add(a, kOne));
}

/// erfc(a), 1/2 <= a < 32
static inline Extended large_erfc(Extended a) {
  return multiply(scaled_erfc(a), exponential_of_square(a, 0));
}

}  // namespace heddle::math
