#include "double_functions.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>

#include "device_math.hpp"

namespace heddle::tb {
namespace {

const Quad kPi = ::acosf128(static_cast<Quad>(-1));

Quad rsqrt_reference(Quad x) { return 1 / ::sqrtf128(x); }
Quad rcbrt_reference(Quad x) { return 1 / ::cbrtf128(x); }
Quad rhypot_reference(Quad x, Quad y) { return 1 / ::hypotf128(x, y); }

/// Remainders are exact, so the operand of sin lies in [-pi/2, pi/2].
Quad sinpi_reference(Quad x) {
  if (!std::isfinite(static_cast<double>(x))) return std::numeric_limits<double>::quiet_NaN();
  const Quad r = ::remainderf128(x, 2);
  if (r == ::truncf128(r)) return ::copysignf128(0, x);
  const Quad a = ::fabsf128(r);
  return ::sinf128(kPi * ::copysignf128(a > static_cast<Quad>(0.5) ? 1 - a : a, r));
}
Quad cospi_reference(Quad x) {
  if (!std::isfinite(static_cast<double>(x))) return std::numeric_limits<double>::quiet_NaN();
  const Quad r = ::fabsf128(::remainderf128(x, 2));
  const Quad half = static_cast<Quad>(0.5);
  return r == half ? 0 : ::sinf128(kPi * (half - r));
}

Quad erfcx_reference(Quad x) {
  if (x < 100) return ::expf128(x * x) * ::erfcf128(x);
  const Quad t = 1 / (2 * x * x);
  Quad sum = 1;
  for (int k = 15; k > 0; k -= 2) sum = 1 - t * k * sum;
  return sum / (x * ::sqrtf128(kPi));
}
Quad normcdf_reference(Quad x) { return ::erfcf128(-x / ::sqrtf128(2)) / 2; }
Quad lgamma_reference(Quad x) {
  int sign = 0;
  return ::lgammaf128_r(x, &sign);
}
Quad tgamma_reference(Quad x) {
  if (x < 0 && x == ::truncf128(x)) return std::numeric_limits<double>::quiet_NaN();
  return ::tgammaf128(x);
}

/// erfinv(y), where q = 1 - y, one of them exact: Newton's method on erf, from its middle on on
/// log(erfc).
Quad inverse_error_reference(Quad y, Quad q) {
  const Quad half_root_pi = ::sqrtf128(kPi) / 2;
  Quad x = y * half_root_pi;
  if (q < static_cast<Quad>(0.5)) x = ::sqrtf128(-::logf128(q * 2 * ::sqrtf128(-::logf128(q))));
  for (int i = 0; i < 60; ++i) {
    const Quad slope = ::expf128(-x * x) / half_root_pi;
    const Quad step =
        y < q ? (::erff128(x) - y) / slope : -::logf128(::erfcf128(x) / q) * ::erfcf128(x) / slope;
    x -= step;
    if (::fabsf128(step) < ::fabsf128(x) * static_cast<Quad>(0x1p-60)) break;
  }
  return x;
}
Quad erfinv_reference(Quad y) {
  const Quad a = ::fabsf128(y);
  if (!(a <= 1)) return std::numeric_limits<double>::quiet_NaN();
  if (a == 0) return y;
  if (a == 1) return y * static_cast<Quad>(std::numeric_limits<double>::infinity());
  return ::copysignf128(inverse_error_reference(a, 1 - a), y);
}
Quad erfcinv_reference(Quad x) {
  if (!(x >= 0 && x <= 2)) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0 || x == 2) return (1 - x) * static_cast<Quad>(std::numeric_limits<double>::infinity());
  if (x == 1) return 0;
  return x < 1 ? inverse_error_reference(1 - x, x) : -inverse_error_reference(x - 1, 2 - x);
}
Quad normcdfinv_reference(Quad x) {
  return x == static_cast<Quad>(0.5) ? 0 : -::sqrtf128(2) * erfcinv_reference(2 * x);
}

/// The modified Bessel function of the first kind: Abramowitz and Stegun, 9.6.10 and 9.7.1.
Quad modified_bessel(int order, Quad x) {
  const Quad a = ::fabsf128(x);
  if (std::isnan(static_cast<double>(x))) return x;
  Quad sum = 1;
  Quad term = 1;
  if (a < 50) {
    for (int k = 1; term > sum * static_cast<Quad>(0x1p-116); ++k) {
      term *= a * a / 4 / k / (k + order);
      sum += term;
    }
    if (order == 1) sum *= a / 2;
  } else {
    if (a > 720) return ::copysignf128(std::numeric_limits<double>::infinity(), order == 1 ? x : 1);
    const Quad mu = 4 * order * order;
    for (int k = 1; ::fabsf128(term) > static_cast<Quad>(0x1p-116); ++k) {
      const Quad odd = 2 * k - 1;
      term *= (odd * odd - mu) / (8 * k * a);
      sum += term;
    }
    sum *= ::expf128(a) / ::sqrtf128(2 * kPi * a);
  }
  return order == 1 ? ::copysignf128(sum, x) : sum;
}
/// CUDA's j1 keeps the sign of an infinity, glibc's does not.
Quad j1_reference(Quad x) {
  return std::isinf(static_cast<double>(x)) ? ::copysignf128(0, x) : ::j1f128(x);
}
Quad i0_reference(Quad x) { return modified_bessel(0, x); }
Quad i1_reference(Quad x) { return modified_bessel(1, x); }

/// Five components: as below, then y again.
double norm_of(double x, double y) {
  const double v[] = {x, y, x + y, x - y, y};
  return __heddle_norm(5, v);
}
double rnorm_of(double x, double y) {
  const double v[] = {x, y, x + y, x - y, y};
  return __heddle_rnorm(5, v);
}

/// Three and four components: the third is x + y, the fourth x - y, rounded.
double norm3(double x, double y) { return __heddle_norm3d(x, y, x + y); }
double rnorm3(double x, double y) { return __heddle_rnorm3d(x, y, x + y); }
double norm4(double x, double y) { return __heddle_norm4d(x, y, x + y, x - y); }
double rnorm4(double x, double y) { return __heddle_rnorm4d(x, y, x + y, x - y); }
Quad rounded_sum(Quad x, Quad y) { return static_cast<double>(x) + static_cast<double>(y); }
Quad norm3_reference(Quad x, Quad y) { return ::hypotf128(::hypotf128(x, y), rounded_sum(x, y)); }
Quad norm4_reference(Quad x, Quad y) {
  return ::hypotf128(norm3_reference(x, y), rounded_sum(x, -y));
}
Quad rnorm3_reference(Quad x, Quad y) { return 1 / norm3_reference(x, y); }
Quad rnorm4_reference(Quad x, Quad y) { return 1 / norm4_reference(x, y); }

Quad norm_reference(Quad x, Quad y) { return ::hypotf128(norm4_reference(x, y), y); }
Quad rnorm_reference(Quad x, Quad y) { return 1 / norm_reference(x, y); }

double sincos_sine(double x) {
  double sine = 0, cosine = 0;
  __heddle_sincos(x, &sine, &cosine);
  return sine;
}
double sincos_cosine(double x) {
  double sine = 0, cosine = 0;
  __heddle_sincos(x, &sine, &cosine);
  return cosine;
}
double sincospi_sine(double x) {
  double sine = 0, cosine = 0;
  __heddle_sincospi(x, &sine, &cosine);
  return sine;
}
double sincospi_cosine(double x) {
  double sine = 0, cosine = 0;
  __heddle_sincospi(x, &sine, &cosine);
  return cosine;
}

constexpr DoubleFunction one(std::string_view name, double (*function)(double),
                             Quad (*reference)(Quad), int bound,
                             std::span<const double> hard = {}) {
  DoubleFunction result = {name, function, reference, nullptr, nullptr, bound};
  result.hard = hard;
  return result;
}
// Zeros of Bessel functions below 9, and where their pieces meet.
constexpr double kJ0Hard[] = {2.404825557695773, 5.5200781102863106, 8.653727912911013, 2, 4, 8};
constexpr double kJ1Hard[] = {3.8317059702075125, 7.015586669815619, 2, 4, 8};
constexpr double kY0Hard[] = {
    0.8935769662791676, 3.957678419314858, 7.086051060301773, 0.5, 2, 4, 8};
constexpr double kY1Hard[] = {2.197141326031017, 5.429681040794135, 8.596005868331168, 2, 4, 8};
constexpr double kModifiedHard[] = {2, 4, 8, 713.98};
// Where the inverses change from erf to erfc, and their zeros.
constexpr double kErfInvHard[] = {0.5204998778130465, 0x1p-32, 1};
constexpr double kErfcInvHard[] = {0.4795001221869535, 1.5204998778130465, 1, 2};
constexpr double kNormCdfInvHard[] = {0.23975006109347674, 0.7602499389065233, 0.5, 1};

/// CUDA's bounds of Bessel functions: 7 ulp below 8, from there on an absolute error.
constexpr DoubleFunction bessel(std::string_view name, double (*function)(double),
                                Quad (*reference)(Quad), std::span<const double> zeros) {
  DoubleFunction result = {name, function, reference, nullptr, nullptr, 7};
  result.hard = zeros;
  result.absolute_from = 8;
  result.absolute_bound = 5e-12;
  return result;
}
constexpr DoubleFunction two(std::string_view name, double (*function)(double, double),
                             Quad (*reference)(Quad, Quad), int bound) {
  return {name, nullptr, nullptr, function, reference, bound};
}

// CUDA C++ Programming Guide, section "Mathematical Functions", table "Double-Precision
// Mathematical Standard Library Functions with Maximum ULP Error"; where its editions differ, the
// smaller bound.
const DoubleFunction kFunctions[] = {
    one("rsqrt", __heddle_rsqrt, rsqrt_reference, 1),
    one("cbrt", __heddle_cbrt, ::cbrtf128, 1),
    one("rcbrt", __heddle_rcbrt, rcbrt_reference, 1),
    two("hypot", __heddle_hypot, ::hypotf128, 1),
    two("rhypot", __heddle_rhypot, rhypot_reference, 1),
    two("norm3d", norm3, norm3_reference, 1),
    two("rnorm3d", rnorm3, rnorm3_reference, 1),
    two("norm4d", norm4, norm4_reference, 1),
    two("rnorm4d", rnorm4, rnorm4_reference, 1),
    // CUDA gives no bounds of norm and rnorm.
    two("norm", norm_of, norm_reference, 1),
    two("rnorm", rnorm_of, rnorm_reference, 1),
    one("exp", __heddle_exp, ::expf128, 1),
    one("exp2", __heddle_exp2, ::exp2f128, 1),
    one("exp10", __heddle_exp10, ::exp10f128, 1),
    one("expm1", __heddle_expm1, ::expm1f128, 1),
    one("log", __heddle_log, ::logf128, 1),
    one("log2", __heddle_log2, ::log2f128, 1),
    one("log10", __heddle_log10, ::log10f128, 1),
    one("log1p", __heddle_log1p, ::log1pf128, 1),
    two("pow", __heddle_pow, ::powf128, 2),
    one("sin", __heddle_sin, ::sinf128, 2),
    one("cos", __heddle_cos, ::cosf128, 2),
    one("sincos, sine", sincos_sine, ::sinf128, 2),
    one("sincos, cosine", sincos_cosine, ::cosf128, 2),
    one("tan", __heddle_tan, ::tanf128, 2),
    one("sinpi", __heddle_sinpi, sinpi_reference, 2),
    one("cospi", __heddle_cospi, cospi_reference, 2),
    one("sincospi, sine", sincospi_sine, sinpi_reference, 2),
    one("sincospi, cosine", sincospi_cosine, cospi_reference, 2),
    one("asin", __heddle_asin, ::asinf128, 2),
    one("acos", __heddle_acos, ::acosf128, 2),
    one("atan", __heddle_atan, ::atanf128, 2),
    two("atan2", __heddle_atan2, ::atan2f128, 2),
    one("sinh", __heddle_sinh, ::sinhf128, 1),
    one("cosh", __heddle_cosh, ::coshf128, 1),
    one("tanh", __heddle_tanh, ::tanhf128, 1),
    one("asinh", __heddle_asinh, ::asinhf128, 2),
    one("acosh", __heddle_acosh, ::acoshf128, 2),
    one("atanh", __heddle_atanh, ::atanhf128, 2),
    one("erf", __heddle_erf, ::erff128, 2),
    one("erfc", __heddle_erfc, ::erfcf128, 4),
    one("erfinv", __heddle_erfinv, erfinv_reference, 5, kErfInvHard),
    one("erfcinv", __heddle_erfcinv, erfcinv_reference, 6, kErfcInvHard),
    one("erfcx", __heddle_erfcx, erfcx_reference, 3),
    one("normcdf", __heddle_normcdf, normcdf_reference, 5),
    one("normcdfinv", __heddle_normcdfinv, normcdfinv_reference, 8, kNormCdfInvHard),
    {"lgamma", __heddle_lgamma, lgamma_reference, nullptr, nullptr, 4, -23.0001, -2.2637},
    one("tgamma", __heddle_tgamma, tgamma_reference, 8),
    bessel("j0", __heddle_j0, ::j0f128, kJ0Hard),
    bessel("j1", __heddle_j1, j1_reference, kJ1Hard),
    bessel("y0", __heddle_y0, ::y0f128, kY0Hard),
    bessel("y1", __heddle_y1, ::y1f128, kY1Hard),
    one("cyl_bessel_i0", __heddle_cyl_bessel_i0, i0_reference, 6, kModifiedHard),
    one("cyl_bessel_i1", __heddle_cyl_bessel_i1, i1_reference, 6, kModifiedHard),
    two("fmod", __heddle_fmod, ::fmodf128, 0),
    two("remainder", __heddle_remainder, ::remainderf128, 0),
};

/// Doubles in their order, the zeros at 0.
std::int64_t rank(double x) {
  const auto magnitude = static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(x) << 1 >> 1);
  return std::signbit(x) ? -magnitude : magnitude;
}

}  // namespace

std::span<const DoubleFunction> double_functions() { return kFunctions; }

void DoubleErrors::add(const DoubleErrors& other) {
  counted += other.counted;
  absolute = std::max(absolute, other.absolute);
  if (other.worst > worst) {
    worst = other.worst;
    x = other.x;
    y = other.y;
  }
  if (other.exact > exact) {
    exact = other.exact;
    exact_x = other.exact_x;
    exact_y = other.exact_y;
  }
}

void measure(const DoubleFunction& function, double x, double y, DoubleErrors& errors) {
  if (x > function.excluded_begin && x < function.excluded_end) return;
  const bool single = function.one != nullptr;
  const double actual = single ? function.one(x) : function.two(x, y);
  const Quad expected = single ? function.one_reference(x) : function.two_reference(x, y);
  const auto rounded = static_cast<double>(expected);
  ++errors.counted;
  std::uint64_t difference = 0;
  if (std::isnan(actual) || std::isnan(rounded)) {
    difference = std::isnan(actual) == std::isnan(rounded) ? 0 : kWrongDouble;
  } else if (actual == 0 && rounded == 0 && std::signbit(actual) != std::signbit(rounded)) {
    difference = kWrongDouble;
  } else if (function.absolute_bound != 0 && std::abs(x) >= function.absolute_from) {
    const auto error = static_cast<double>(::fabsf128(static_cast<Quad>(actual) - expected));
    errors.absolute = std::max(errors.absolute, error);
    if (!(error <= function.absolute_bound)) difference = kWrongDouble;
  } else {
    difference = static_cast<std::uint64_t>(std::abs(rank(actual) - rank(rounded)));
    if (std::isfinite(actual) && std::isfinite(rounded) && expected != 0) {
      const int exponent = std::max(::ilogbf128(expected), -1022);
      const Quad error = ::fabsf128(static_cast<Quad>(actual) - expected);
      const auto exact = static_cast<double>(::scalbnf128(error, 52 - exponent));
      if (exact > errors.exact) {
        errors.exact = exact;
        errors.exact_x = std::bit_cast<std::uint64_t>(x);
        errors.exact_y = std::bit_cast<std::uint64_t>(y);
      }
    }
  }
  if (difference > errors.worst) {
    errors.worst = difference;
    errors.x = std::bit_cast<std::uint64_t>(x);
    errors.y = std::bit_cast<std::uint64_t>(y);
  }
}

void measure_hard(const DoubleFunction& function, DoubleErrors& errors) {
  for (const double center : function.hard) {
    const auto bits = std::bit_cast<std::uint64_t>(center);
    for (std::uint64_t i = 0; i < 5000; ++i) {
      // The nearest ones, then at distances that grow.
      const std::uint64_t distance = i < 2000 ? i : i << (i / 80 - 25);
      measure(function, std::bit_cast<double>(bits + distance), 0, errors);
      measure(function, std::bit_cast<double>(bits - distance), 0, errors);
    }
  }
}

std::uint64_t DoubleOperands::random() {
  // splitmix64
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t z = state_;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

double DoubleOperands::next() {
  constexpr double kSpecial[] = {0,
                                 0x1p-1074,
                                 0x0.fffffffffffffp-1022,
                                 0x1p-1022,
                                 0.25,
                                 0.5,
                                 0x1.fffffffffffffp-1,
                                 1,
                                 0x1.0000000000001p0,
                                 2,
                                 3,
                                 0x1p52,
                                 0x1p53,
                                 std::numeric_limits<double>::max(),
                                 std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::quiet_NaN()};
  const std::uint64_t bits = random();
  const std::uint64_t how = random();
  const std::uint64_t fraction = bits & 0x800fffffffffffff;
  const auto with_exponent = [&](std::uint64_t least, std::uint64_t count) {
    return std::bit_cast<double>(fraction | (1023 + least + (how >> 8) % count) << 52);
  };
  switch (how % 14) {
    case 0: {
      const double any = std::bit_cast<double>(bits);
      return std::isnan(any) ? std::numeric_limits<double>::quiet_NaN() : any;
    }
    case 1:  // around a power of two
      return std::bit_cast<double>(((bits & 0x7ff0000000000000) + (how >> 8) % 64 - 32) %
                                       (uint64_t{0x7ff} << 52) |
                                   (bits & (uint64_t{1} << 63)));
    case 2: return with_exponent(std::uint64_t(-4), 4);
    case 3: return with_exponent(std::uint64_t(-8), 18);
    case 4: return with_exponent(std::uint64_t(-60), 64);
    case 5:  // near 1
      return std::bit_cast<double>(
          (fraction & (uint64_t{1} << 63)) |
          (0x3ff0000000000000 + static_cast<std::uint64_t>(static_cast<std::int64_t>(bits << 1) >>
                                                           (12 + (how >> 8) % 50))));
    case 6:  // near multiples of pi / 2
      return std::nextafter(
          static_cast<double>(kPi / 2 * static_cast<int>(bits >> 32 >> (how >> 8) % 31)),
          static_cast<double>(bits % 5) - 2);
    case 7:  // halves and their neighbours
      return std::bit_cast<double>(
          std::bit_cast<std::uint64_t>(
              static_cast<double>(static_cast<std::int32_t>(bits) >> (how >> 8) % 31) / 2) +
          (how >> 16) % 3);
    case 8:
      return std::copysign(kSpecial[bits % std::size(kSpecial)], (how & 256) != 0 ? -1.0 : 1.0);
    case 9: return with_exponent(0, 10);
    case 10: return with_exponent(std::uint64_t(-2), 4);
    default: return with_exponent(std::uint64_t(-30), 40);
  }
}

void DoubleOperands::next(double& x, double& y) {
  x = next();
  y = next();
  const std::uint64_t how = random();
  switch (how % 6) {
    case 0:  // near each other
      y = x * (1 + std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())),
                              -63 - static_cast<int>((how >> 8) % 50)));
      break;
    case 1:  // a moderate power
    case 2:
      x = std::bit_cast<double>((random() & 0x000fffffffffffff) | (1023 - 8 + (how >> 8) % 16)
                                                                      << 52);
      y = 1100 * std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), -63) /
          std::log2(x);
      break;
    case 3:  // the same near 1
      x = 1 + std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())),
                         -64 - static_cast<int>((how >> 8) % 50));
      y = 1100 * std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), -63) /
          std::log2(x);
      break;
    default: break;
  }
  if (std::isnan(y)) y = std::numeric_limits<double>::quiet_NaN();
}

}  // namespace heddle::tb
