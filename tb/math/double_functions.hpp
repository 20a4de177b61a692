// The device library's double functions, compiled for the host, beside references in binary128
// (glibc's) and CUDA's error bounds.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "double_operands.hpp"

namespace heddle::tb {

using Quad = __float128;

/// A function of one or two doubles, or of an order and a double. The references are accurate to
/// far less than a double's ulp.
struct DoubleFunction {
  std::string_view name;
  double (*one)(double);
  Quad (*one_reference)(Quad);
  double (*two)(double, double);
  Quad (*two_reference)(Quad, Quad);
  int bound;  ///< CUDA's, in ulp
  /// Operands that CUDA's bound excludes: an open interval.
  double excluded_begin = 0, excluded_end = 0;
  /// From this magnitude of x on, CUDA's bound is the absolute error `absolute_bound` instead.
  double absolute_from = std::numeric_limits<double>::infinity(), absolute_bound = 0;
  /// Positive operands whose neighbours are hard.
  std::span<const double> hard = {};
};

std::span<const DoubleFunction> double_functions();

/// The largest errors found so far. CUDA counts the difference to the correctly rounded result.
struct DoubleErrors {
  std::uint64_t counted = 0;
  std::uint64_t worst = 0;     ///< difference to the correctly rounded result in ulp
  std::uint64_t x = 0, y = 0;  ///< its operands' bits
  double exact = 0;            ///< difference to the exact result in ulp
  std::uint64_t exact_x = 0, exact_y = 0;
  double absolute = 0;  ///< where the bound is an absolute one

  void add(const DoubleErrors& other);
};

/// NaN for a number, a zero of the wrong sign, and the other way round count as this many ulp.
inline constexpr std::uint64_t kWrongDouble = ~std::uint64_t{0};

void measure(const DoubleFunction& function, double x, double y, DoubleErrors& errors);
/// The neighbours of the function's hard operands.
void measure_hard(const DoubleFunction& function, DoubleErrors& errors);

}  // namespace heddle::tb
