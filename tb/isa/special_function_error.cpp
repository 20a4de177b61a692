#include "special_function_error.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#include "isa/special_functions.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

constexpr double kMost = std::numeric_limits<float>::max();
constexpr double kLeast = std::numeric_limits<float>::min();

double exact(Op op, double x) {
  switch (op) {
    case Op::kRcpApprox: return 1 / x;
    case Op::kRsqrtApprox: return 1 / std::sqrt(x);
    case Op::kEx2Approx: return std::exp2(x);
    case Op::kLg2Approx: return std::log2(x);
    case Op::kSinApprox: return std::sin(x);
    case Op::kCosApprox: return std::cos(x);
    default: return std::tanh(x);
  }
}

double error_of(Measure measure, double actual, double expected) {
  const double difference = std::abs(actual - expected);
  switch (measure) {
    case Measure::kUlp: return std::ldexp(difference, 23 - std::ilogb(expected));
    case Measure::kRelative: return difference / std::abs(expected);
    default: return difference;
  }
}

}  // namespace

// PTX ISA 8.5, sections "Floating Point Instructions: rcp, rsqrt, sin, cos, lg2, ex2, tanh".
const Bound kBounds[kBoundCount] = {
    {Op::kRcpApprox, "all", -kMost, kMost, false, Measure::kUlp, 1},
    {Op::kRsqrtApprox, "all", 0, kMost, false, Measure::kRelative, 0x1p-23 * 1.0717735},
    {Op::kEx2Approx, "all", -kMost, kMost, false, Measure::kUlp, 2},
    {Op::kLg2Approx, "(0.5, 2)", 0.5, 2, false, Measure::kAbsolute, 0x1p-22},
    {Op::kLg2Approx, "others", 0.5, 2, true, Measure::kRelative, 0x1p-22},
    {Op::kSinApprox, "[-pi, pi]", -std::numbers::pi, std::numbers::pi, false, Measure::kAbsolute,
     0x1p-20 * std::numbers::sqrt2 / 2},
    {Op::kCosApprox, "[-pi, pi]", -std::numbers::pi, std::numbers::pi, false, Measure::kAbsolute,
     0x1p-20 * std::numbers::sqrt2 / 2},
    {Op::kTanhApprox, "all", -kMost, kMost, false, Measure::kRelative, 0x1p-11},
};

void measure(const Bound& bound, std::uint32_t bits, Worst& worst) {
  const double x = std::bit_cast<float>(bits);
  if (!std::isfinite(x) || std::abs(x) < kLeast) return;
  if ((x >= bound.first && x <= bound.last) == bound.outside) return;
  const double expected = exact(bound.op, x);
  // sin and cos near their zeros count: their bound is absolute.
  const bool tiny = bound.measure != Measure::kAbsolute && std::abs(expected) < kLeast;
  if (!std::isfinite(expected) || tiny || std::abs(expected) > kMost) return;
  const double actual = std::bit_cast<float>(isa::special_function(bound.op, bits));
  const double error = std::isfinite(actual) ? error_of(bound.measure, actual, expected)
                                             : std::numeric_limits<double>::infinity();
  ++worst.counted;
  if (error <= worst.error) return;
  worst.error = error;
  worst.operand = bits;
}

}  // namespace heddle::tb
