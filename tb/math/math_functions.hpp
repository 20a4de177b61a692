// The device library's float functions, compiled for the host, beside references of higher
// precision and CUDA's error bounds.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace heddle::tb {

/// A function of one or two floats. The reference is accurate to far less than a float's ulp.
struct MathFunction {
  std::string_view name;
  float (*one)(float);
  double (*one_reference)(double);
  float (*two)(float, float);
  double (*two_reference)(double, double);
  int bound;  ///< CUDA's, in ulp
  /// Operands that CUDA's bound excludes: an open interval.
  double excluded_begin = 0, excluded_end = 0;
  /// From this magnitude of x on, CUDA's bound is the absolute error `absolute_bound` instead.
  double absolute_from = std::numeric_limits<double>::infinity(), absolute_bound = 0;
};

std::span<const MathFunction> math_functions();

/// The largest errors found so far. CUDA counts the difference to the correctly rounded result.
struct MathErrors {
  std::uint64_t counted = 0;
  std::uint32_t worst = 0;     ///< difference to the correctly rounded result in ulp
  std::uint32_t x = 0, y = 0;  ///< its operands' bits
  double exact = 0;            ///< difference to the exact result in ulp
  std::uint32_t exact_x = 0, exact_y = 0;
  double absolute = 0;  ///< where the bound is an absolute one

  void add(const MathErrors& other);
};

/// NaN for a number, or the other way round, counts as this many ulp.
inline constexpr std::uint32_t kWrongKind = 0xffffffff;

void measure(const MathFunction& function, std::uint32_t x, std::uint32_t y, MathErrors& errors);

/// A pair of operands in which everything that matters to functions of two occurs.
class OperandPairs {
 public:
  explicit OperandPairs(std::uint64_t seed) : state_(seed) {}
  void next(std::uint32_t& x, std::uint32_t& y);

 private:
  std::uint64_t random();
  std::uint64_t state_;
};

}  // namespace heddle::tb
