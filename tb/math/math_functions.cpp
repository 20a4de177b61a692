#include "math_functions.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#include "device_math.hpp"
#include "isa/special_functions.hpp"

// The special function unit, for the library.
namespace heddle::math {
namespace {
float approximate(isa::Op op, float x) {
  return std::bit_cast<float>(isa::special_function(op, std::bit_cast<std::uint32_t>(x)));
}
}  // namespace
float rcp_approx(float x);
float rsqrt_approx(float x);
float ex2_approx(float x);
float lg2_approx(float x);
float rcp_approx(float x) { return approximate(isa::Op::kRcpApprox, x); }
float rsqrt_approx(float x) { return approximate(isa::Op::kRsqrtApprox, x); }
float ex2_approx(float x) { return approximate(isa::Op::kEx2Approx, x); }
float lg2_approx(float x) { return approximate(isa::Op::kLg2Approx, x); }
}  // namespace heddle::math

namespace heddle::tb {
namespace {

using Wide = long double;
constexpr Wide kRootPi = 1.772453850905516027298167483341145183L;
constexpr Wide kRootTwo = 1.414213562373095048801688724209698079L;
constexpr Wide kPi = 3.141592653589793238462643383279502884L;

double rcbrt_reference(double x) { return 1 / std::cbrt(x); }
double rsqrt_reference(double x) { return 1 / std::sqrt(x); }

/// Remainders are exact, so the operand of sin lies in [-pi/2, pi/2].
double sinpi_reference(double x) {
  if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  const double r = std::remainder(x, 2);
  if (r == std::trunc(r)) return std::copysign(0.0, x);
  const double folded = std::abs(r) > 0.5 ? std::copysign(1 - std::abs(r), r) : r;
  return static_cast<double>(std::sin(kPi * Wide{folded}));
}
double cospi_reference(double x) {
  if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  const double r = std::abs(std::remainder(x, 2));
  return r == 0.5 ? 0 : static_cast<double>(std::sin(kPi * (Wide{0.5} - Wide{r})));
}

double erfcx_reference(double x) {
  const Wide a = x;
  if (a < 50) return static_cast<double>(std::exp(a * a) * std::erfc(a));
  const Wide t = 1 / (a * a);
  return static_cast<double>((1 - t / 2 * (1 - 3 * t / 2 * (1 - 5 * t / 2))) / (a * kRootPi));
}
double normcdf_reference(double x) {
  return static_cast<double>(std::erfc(-Wide{x} / kRootTwo) / 2);
}

/// y > 0 with erfc(y) = x for 0 < x < 1, by Newton's method on log(erfc).
Wide inverse_erfc(Wide x) {
  if (x > 0.5L) {
    // erf(y) = 1 - x: no cancellation here.
    const Wide z = 1 - x;
    Wide y = z * kRootPi / 2;
    for (int i = 0; i < 100; ++i) {
      const Wide step = (std::erf(y) - z) * kRootPi / 2 * std::exp(y * y);
      y -= step;
      if (std::abs(step) <= 1e-18L * y) break;
    }
    return y;
  }
  Wide y = std::sqrt(-std::log(x));
  for (int i = 0; i < 100; ++i) {
    const Wide value = std::erfc(y);
    const Wide step = std::log(value / x) * value * kRootPi / 2 * std::exp(y * y);
    y += step;
    if (std::abs(step) <= 1e-18L * y) break;
  }
  return y;
}
double erfcinv_wide(Wide x) {
  if (std::isnan(x) || x < 0 || x > 2) return std::numeric_limits<double>::quiet_NaN();
  if (x == 1) return 0;
  if (x == 0 || x == 2)
    return std::copysign(std::numeric_limits<double>::infinity(), 1 - static_cast<double>(x));
  return static_cast<double>(x < 1 ? inverse_erfc(x) : -inverse_erfc(2 - x));
}
double erfcinv_reference(double x) { return erfcinv_wide(x); }
double erfinv_reference(double x) {
  if (x == 0) return x;
  if (std::abs(x) < 0x1p-20) return static_cast<double>(Wide{x} * kRootPi / 2);
  return -erfcinv_wide(1 + Wide{x});
}
double normcdfinv_reference(double x) {
  return static_cast<double>(-kRootTwo * Wide{erfcinv_wide(2 * Wide{x})});
}
double lgamma_reference(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}
double tgamma_reference(double x) {
  if (x < 0 && (std::isinf(x) || x == std::trunc(x)))
    return std::numeric_limits<double>::quiet_NaN();
  return std::tgamma(x);
}
/// The modified Bessel function of the first kind, by its series: a float is infinite from 100 on.
double modified_bessel(int order, double x) {
  const Wide quarter = Wide{x} * x / 4;
  if (!(std::abs(x) < 100)) {
    return order == 0 ? std::abs(x) * std::numeric_limits<double>::infinity()
                      : x * std::numeric_limits<double>::infinity();
  }
  Wide term = order == 0 ? Wide{1} : Wide{x} / 2;
  Wide sum = term;
  for (int k = 1; std::abs(term) > std::abs(sum) * 0x1p-70L; ++k) {
    term *= quarter / k / (k + order);
    sum += term;
  }
  return static_cast<double>(sum);
}
double i0_reference(double x) { return modified_bessel(0, x); }
double i1_reference(double x) { return modified_bessel(1, x); }
double rhypot_reference(double x, double y) {
  return static_cast<double>(1 / std::hypot(Wide{x}, Wide{y}));
}
double hypot_reference(double x, double y) {
  return static_cast<double>(std::hypot(Wide{x}, Wide{y}));
}
double pow_reference(double x, double y) { return std::pow(x, y); }
/// Three and four components: the third is x + y, the fourth x - y, rounded to float.
float third(double x, double y) { return static_cast<float>(x) + static_cast<float>(y); }
float fourth(double x, double y) { return static_cast<float>(x) - static_cast<float>(y); }
float norm3(float x, float y) { return __heddle_norm3df(x, y, third(x, y)); }
float rnorm3(float x, float y) { return __heddle_rnorm3df(x, y, third(x, y)); }
float norm4(float x, float y) { return __heddle_norm4df(x, y, third(x, y), fourth(x, y)); }
float rnorm4(float x, float y) { return __heddle_rnorm4df(x, y, third(x, y), fourth(x, y)); }
double norm3_reference(double x, double y) {
  return static_cast<double>(std::hypot(std::hypot(Wide{x}, Wide{y}), Wide{third(x, y)}));
}
double norm4_reference(double x, double y) {
  return static_cast<double>(
      std::hypot(std::hypot(Wide{x}, Wide{y}), std::hypot(Wide{third(x, y)}, Wide{fourth(x, y)})));
}
double rnorm3_reference(double x, double y) { return 1 / norm3_reference(x, y); }
double rnorm4_reference(double x, double y) { return 1 / norm4_reference(x, y); }

double y0_reference(double x) { return x < 0 ? std::numeric_limits<double>::quiet_NaN() : ::y0(x); }
double y1_reference(double x) { return x < 0 ? std::numeric_limits<double>::quiet_NaN() : ::y1(x); }

float sincos_sine(float x) {
  float sine = 0, cosine = 0;
  __heddle_sincosf(x, &sine, &cosine);
  return sine;
}
float sincos_cosine(float x) {
  float sine = 0, cosine = 0;
  __heddle_sincosf(x, &sine, &cosine);
  return cosine;
}
float sincospi_sine(float x) {
  float sine = 0, cosine = 0;
  __heddle_sincospif(x, &sine, &cosine);
  return sine;
}
float sincospi_cosine(float x) {
  float sine = 0, cosine = 0;
  __heddle_sincospif(x, &sine, &cosine);
  return cosine;
}

constexpr MathFunction one(std::string_view name, float (*function)(float),
                           double (*reference)(double), int bound) {
  return {name, function, reference, nullptr, nullptr, bound};
}
constexpr MathFunction two(std::string_view name, float (*function)(float, float),
                           double (*reference)(double, double), int bound) {
  return {name, nullptr, nullptr, function, reference, bound};
}

constexpr MathFunction bessel(std::string_view name, float (*function)(float),
                              double (*reference)(double)) {
  MathFunction result = one(name, function, reference, 9);
  result.absolute_from = 8;
  result.absolute_bound = 2.2e-6;
  return result;
}

// CUDA C++ Programming Guide, section "Mathematical Functions", table "Single-Precision
// Mathematical Standard Library Functions with Maximum ULP Error".
const MathFunction kFunctions[] = {
    one("rsqrtf", __heddle_rsqrtf, rsqrt_reference, 2),
    one("cbrtf", __heddle_cbrtf, std::cbrt, 1),
    one("rcbrtf", __heddle_rcbrtf, rcbrt_reference, 1),
    two("hypotf", __heddle_hypotf, hypot_reference, 3),
    two("rhypotf", __heddle_rhypotf, rhypot_reference, 2),
    two("norm3df", norm3, norm3_reference, 3),
    two("rnorm3df", rnorm3, rnorm3_reference, 2),
    two("norm4df", norm4, norm4_reference, 3),
    two("rnorm4df", rnorm4, rnorm4_reference, 2),
    one("expf", __heddle_expf, std::exp, 2),
    one("exp2f", __heddle_exp2f, std::exp2, 2),
    one("exp10f", __heddle_exp10f, ::exp10, 2),
    one("expm1f", __heddle_expm1f, std::expm1, 1),
    one("logf", __heddle_logf, std::log, 1),
    one("log2f", __heddle_log2f, std::log2, 1),
    one("log10f", __heddle_log10f, std::log10, 2),
    one("log1pf", __heddle_log1pf, std::log1p, 1),
    two("powf", __heddle_powf, pow_reference, 4),
    one("sinf", __heddle_sinf, std::sin, 2),
    one("cosf", __heddle_cosf, std::cos, 2),
    one("sincosf, sine", sincos_sine, std::sin, 2),
    one("sincosf, cosine", sincos_cosine, std::cos, 2),
    one("tanf", __heddle_tanf, std::tan, 4),
    one("sinpif", __heddle_sinpif, sinpi_reference, 1),
    one("cospif", __heddle_cospif, cospi_reference, 1),
    one("sincospif, sine", sincospi_sine, sinpi_reference, 1),
    one("sincospif, cosine", sincospi_cosine, cospi_reference, 1),
    one("asinf", __heddle_asinf, std::asin, 2),
    one("acosf", __heddle_acosf, std::acos, 2),
    one("atanf", __heddle_atanf, std::atan, 2),
    two("atan2f", __heddle_atan2f, std::atan2, 3),
    one("sinhf", __heddle_sinhf, std::sinh, 3),
    one("coshf", __heddle_coshf, std::cosh, 2),
    one("tanhf", __heddle_tanhf, std::tanh, 2),
    one("asinhf", __heddle_asinhf, std::asinh, 3),
    one("acoshf", __heddle_acoshf, std::acosh, 4),
    one("atanhf", __heddle_atanhf, std::atanh, 3),
    one("erff", __heddle_erff, std::erf, 2),
    one("erfcf", __heddle_erfcf, std::erfc, 4),
    one("erfinvf", __heddle_erfinvf, erfinv_reference, 2),
    one("erfcinvf", __heddle_erfcinvf, erfcinv_reference, 4),
    one("erfcxf", __heddle_erfcxf, erfcx_reference, 4),
    one("normcdff", __heddle_normcdff, normcdf_reference, 5),
    one("normcdfinvf", __heddle_normcdfinvf, normcdfinv_reference, 5),
    {"lgammaf", __heddle_lgammaf, lgamma_reference, nullptr, nullptr, 6, -10.001, -2.264},
    one("tgammaf", __heddle_tgammaf, tgamma_reference, 5),
    bessel("j0f", __heddle_j0f, ::j0),
    bessel("j1f", __heddle_j1f, ::j1),
    bessel("y0f", __heddle_y0f, y0_reference),
    bessel("y1f", __heddle_y1f, y1_reference),
    one("cyl_bessel_i0f", __heddle_cyl_bessel_i0f, i0_reference, 6),
    one("cyl_bessel_i1f", __heddle_cyl_bessel_i1f, i1_reference, 6),
    two("fmodf", __heddle_fmodf, std::fmod, 0),
    two("remainderf", __heddle_remainderf, std::remainder, 0),
};

/// Floats in their order, the zeros at 0.
std::int64_t rank(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::int64_t magnitude = bits & 0x7fffffff;
  return bits >> 31 != 0 ? -magnitude : magnitude;
}

std::uint32_t quiet(std::uint32_t x) { return (x & 0x7fffffff) > 0x7f800000 ? x | 0x00400000 : x; }

}  // namespace

std::span<const MathFunction> math_functions() { return kFunctions; }

void MathErrors::add(const MathErrors& other) {
  counted += other.counted;
  if (other.worst > worst) {
    worst = other.worst;
    x = other.x;
    y = other.y;
  }
  absolute = std::max(absolute, other.absolute);
  if (other.exact > exact) {
    exact = other.exact;
    exact_x = other.exact_x;
    exact_y = other.exact_y;
  }
}

void measure(const MathFunction& function, std::uint32_t x, std::uint32_t y, MathErrors& errors) {
  // C leaves open what signalling NaNs do.
  x = quiet(x);
  y = quiet(y);
  const auto a = std::bit_cast<float>(x);
  const auto b = std::bit_cast<float>(y);
  if (a > function.excluded_begin && a < function.excluded_end) return;
  const float actual = function.one != nullptr ? function.one(a) : function.two(a, b);
  const double expected =
      function.one != nullptr ? function.one_reference(a) : function.two_reference(a, b);
  ++errors.counted;
  std::uint32_t difference = 0;
  if (std::isnan(actual) || std::isnan(expected)) {
    difference = std::isnan(actual) == std::isnan(expected) ? 0 : kWrongKind;
  } else if (function.absolute_bound != 0 && std::abs(a) >= function.absolute_from) {
    const double error = std::abs(actual - expected);
    errors.absolute = std::max(errors.absolute, error);
    if (!(error <= function.absolute_bound)) difference = kWrongKind;
  } else {
    const auto rounded = static_cast<float>(expected);
    const std::int64_t distance = std::abs(rank(actual) - rank(rounded));
    difference = static_cast<std::uint32_t>(std::min<std::int64_t>(distance, kWrongKind - 1));
    if (actual == 0 && rounded == 0 && std::signbit(actual) != std::signbit(rounded)) {
      difference = kWrongKind;
    }
    if (std::isfinite(actual) && std::isfinite(rounded) && expected != 0) {
      const int exponent = std::max(std::ilogb(expected), -126);
      const double exact = std::abs(actual - expected) * std::ldexp(1.0, 23 - exponent);
      if (exact > errors.exact) {
        errors.exact = exact;
        errors.exact_x = x;
        errors.exact_y = y;
      }
    }
  }
  if (difference > errors.worst) {
    errors.worst = difference;
    errors.x = x;
    errors.y = y;
  }
}

std::uint64_t OperandPairs::random() {
  // splitmix64
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t z = state_;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

void OperandPairs::next(std::uint32_t& x, std::uint32_t& y) {
  constexpr std::uint32_t kSpecial[] = {0,          1,          0x007fffff, 0x00800000, 0x3f000000,
                                        0x3f7fffff, 0x3f800000, 0x3f800001, 0x40000000, 0x40400000,
                                        0x4b000000, 0x4b800000, 0x7f7fffff, 0x7f800000, 0x7fc00000};
  const std::uint64_t bits = random();
  const std::uint64_t how = random();
  x = static_cast<std::uint32_t>(bits);
  y = static_cast<std::uint32_t>(bits >> 32);
  switch (how % 8) {
    case 0:  // near each other
      y = (x & 0x7f800000) + (y & 0x83ffffff) - 0x01000000;
      break;
    case 1:  // x near 1
      x = 0x3f800000 + (x & 0x00ffffff) - 0x00800000;
      break;
    case 2:  // x near 1, y so that a power is moderate
      x = 0x3f800000 + ((x & 0x000fffff) >> (how >> 8) % 20) - ((how >> 16) & 1);
      y = (y & 0x807fffff) | static_cast<std::uint32_t>(127 + (how >> 20) % 32) << 23;
      break;
    case 3:  // moderate
      x = (x & 0x807fffff) | static_cast<std::uint32_t>(127 - 8 + (how >> 8) % 16) << 23;
      y = (y & 0x807fffff) | static_cast<std::uint32_t>(127 - 8 + (how >> 12) % 16) << 23;
      break;
    case 4:  // a small integer as y
      y = std::bit_cast<std::uint32_t>(static_cast<float>(static_cast<int>(y % 256) - 128) / 2);
      break;
    case 5:
      x = kSpecial[(how >> 8) % std::size(kSpecial)] | (x & 0x80000000);
      if ((how >> 16) % 2 == 0) y = kSpecial[(how >> 20) % std::size(kSpecial)] | (y & 0x80000000);
      break;
    case 6: y = kSpecial[(how >> 8) % std::size(kSpecial)] | (y & 0x80000000); break;
    default: break;
  }
}

}  // namespace heddle::tb
