// Doubles to try the functions of the device's math library with.
#pragma once

#include <cstdint>

namespace heddle::tb {

/// Operands in which everything that matters occurs: any bits, every exponent, neighbours of 1 and
/// of small integers, multiples of pi / 2, magnitudes where functions do something, special ones,
/// and pairs near each other or with a moderate power.
class DoubleOperands {
 public:
  explicit DoubleOperands(std::uint64_t seed) : state_(seed) {}
  double next();
  void next(double& x, double& y);

 private:
  std::uint64_t random();
  std::uint64_t state_;
};

}  // namespace heddle::tb
