// The device's double functions, compiled for the host: errors on a sample of operands (math-sweep
// takes more), special operands, and the exact functions against the host's.
#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "device_math.hpp"
#include "double_functions.hpp"

namespace heddle::tb {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr double kMost = std::numeric_limits<double>::max();
constexpr double kPi = 0x1.921fb54442d18p1;

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

TEST_CASE("every double function keeps CUDA's error bound", "[math][double]") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  for (const DoubleFunction& function : double_functions()) {
    DoubleErrors errors;
    DoubleOperands operands(seed);
    for (int i = 0; i < 20000; ++i) {
      double x = 0;
      double y = 0;
      if (function.one != nullptr) {
        x = operands.next();
      } else {
        operands.next(x, y);
      }
      measure(function, x, y, errors);
    }
    measure_hard(function, errors);
    INFO(function.name << " at " << std::hex << errors.x << " " << errors.y);
    CHECK(errors.worst <= static_cast<std::uint64_t>(function.bound));
    CHECK(errors.counted > 15000);
  }
}

TEST_CASE("sin, cos and tan reduce the operands nearest to multiples of pi / 2", "[math][double]") {
  // J.-M. Muller, "Elementary Functions", chapter 11: the worst of all doubles.
  const double worst = std::ldexp(6381956970095103.0, 797);
  for (const double x : {worst, -worst, 0x1.921fb54442d18p0, 0x1.6ac5b262ca1ffp849, kMost}) {
    for (const DoubleFunction& function : double_functions()) {
      if (function.name != "sin" && function.name != "cos" && function.name != "tan") continue;
      DoubleErrors errors;
      measure(function, x, 0, errors);
      INFO(function.name << " of " << x);
      CHECK(errors.worst <= 1);
    }
  }
}

struct Special {
  const char* name;
  double (*function)(double);
  double x, expected;
};

// C17, Annex F.10; for functions that only CUDA has, its math API's reference.
const Special kSpecials[] = {
    {"sin", __heddle_sin, -0.0, -0.0},
    {"sin", __heddle_sin, -kInf, kNan},
    {"sin", __heddle_sin, kLeast, kLeast},
    {"cos", __heddle_cos, -0.0, 1},
    {"cos", __heddle_cos, kInf, kNan},
    {"tan", __heddle_tan, -0.0, -0.0},
    {"tan", __heddle_tan, kInf, kNan},
    {"tan", __heddle_tan, -kLeast, -kLeast},
    {"sinpi", __heddle_sinpi, -0.0, -0.0},
    {"sinpi", __heddle_sinpi, 3, 0},
    {"sinpi", __heddle_sinpi, -3, -0.0},
    {"sinpi", __heddle_sinpi, 2.5, 1},
    {"sinpi", __heddle_sinpi, 3.5, -1},
    {"sinpi", __heddle_sinpi, kMost, 0},
    {"sinpi", __heddle_sinpi, kInf, kNan},
    {"sinpi", __heddle_sinpi, 0x1p51 + 0.5, 1},
    {"cospi", __heddle_cospi, 0.5, 0},
    {"cospi", __heddle_cospi, -1.5, 0},
    {"cospi", __heddle_cospi, 3, -1},
    {"cospi", __heddle_cospi, 0x1p52 + 1, -1},
    {"cospi", __heddle_cospi, kMost, 1},
    {"cospi", __heddle_cospi, kLeast, 1},
    {"cospi", __heddle_cospi, -kInf, kNan},
    {"asin", __heddle_asin, -0.0, -0.0},
    {"asin", __heddle_asin, -1, -kPi / 2},
    {"asin", __heddle_asin, 0x1.0000000000001p0, kNan},
    {"acos", __heddle_acos, 1, 0},
    {"acos", __heddle_acos, -0x1.0000000000001p0, kNan},
    {"acos", __heddle_acos, -1, kPi},
    {"acos", __heddle_acos, -0.0, kPi / 2},
    {"atan", __heddle_atan, -0.0, -0.0},
    {"atan", __heddle_atan, -kInf, -kPi / 2},
    {"sinh", __heddle_sinh, -0.0, -0.0},
    {"sinh", __heddle_sinh, -kInf, -kInf},
    {"sinh", __heddle_sinh, 711, kInf},
    {"cosh", __heddle_cosh, -0.0, 1},
    {"cosh", __heddle_cosh, -kInf, kInf},
    {"tanh", __heddle_tanh, -0.0, -0.0},
    {"tanh", __heddle_tanh, -kInf, -1},
    {"tanh", __heddle_tanh, kMost, 1},
    {"asinh", __heddle_asinh, -0.0, -0.0},
    {"asinh", __heddle_asinh, -kInf, -kInf},
    {"acosh", __heddle_acosh, 1, 0},
    {"acosh", __heddle_acosh, 0x1.fffffffffffffp-1, kNan},
    {"acosh", __heddle_acosh, -kInf, kNan},
    {"acosh", __heddle_acosh, kInf, kInf},
    {"atanh", __heddle_atanh, -0.0, -0.0},
    {"atanh", __heddle_atanh, -1, -kInf},
    {"atanh", __heddle_atanh, 0x1.0000000000001p0, kNan},
    {"exp", __heddle_exp, -0.0, 1},
    {"exp", __heddle_exp, -kInf, 0},
    {"exp", __heddle_exp, kInf, kInf},
    {"exp", __heddle_exp, 709.79, kInf},
    {"exp", __heddle_exp, -746, 0},
    {"exp2", __heddle_exp2, -1074, kLeast},
    {"exp2", __heddle_exp2, 1024, kInf},
    {"exp2", __heddle_exp2, -kInf, 0},
    {"exp2", __heddle_exp2, 7, 128},
    {"exp10", __heddle_exp10, -kInf, 0},
    {"exp10", __heddle_exp10, kMost, kInf},
    {"exp10", __heddle_exp10, 0, 1},
    {"exp10", __heddle_exp10, 3, 1000},
    {"expm1", __heddle_expm1, -0.0, -0.0},
    {"expm1", __heddle_expm1, -kInf, -1},
    {"expm1", __heddle_expm1, kInf, kInf},
    {"log", __heddle_log, 1, 0},
    {"log", __heddle_log, -0.0, -kInf},
    {"log", __heddle_log, -kLeast, kNan},
    {"log", __heddle_log, -kInf, kNan},
    {"log", __heddle_log, kInf, kInf},
    {"log2", __heddle_log2, kLeast, -1074},
    {"log2", __heddle_log2, 0.0, -kInf},
    {"log2", __heddle_log2, -1, kNan},
    {"log2", __heddle_log2, 1, 0},
    {"log10", __heddle_log10, 1, 0},
    {"log10", __heddle_log10, 1000, 3},
    {"log10", __heddle_log10, 0.0, -kInf},
    {"log10", __heddle_log10, -1, kNan},
    {"log1p", __heddle_log1p, -0.0, -0.0},
    {"log1p", __heddle_log1p, -1, -kInf},
    {"log1p", __heddle_log1p, -0x1.0000000000001p0, kNan},
    {"log1p", __heddle_log1p, -kInf, kNan},
    {"log1p", __heddle_log1p, kInf, kInf},
    {"cbrt", __heddle_cbrt, -0.0, -0.0},
    {"cbrt", __heddle_cbrt, -kInf, -kInf},
    {"cbrt", __heddle_cbrt, -27, -3},
    {"rcbrt", __heddle_rcbrt, -0.0, -kInf},
    {"rcbrt", __heddle_rcbrt, -kInf, -0.0},
    {"rsqrt", __heddle_rsqrt, -0.0, -kInf},
    {"rsqrt", __heddle_rsqrt, kInf, 0},
    {"rsqrt", __heddle_rsqrt, 0x1p-1074, 0x1p537},
    {"rsqrt", __heddle_rsqrt, -kLeast, kNan},
    {"erf", __heddle_erf, -0.0, -0.0},
    {"erf", __heddle_erf, -kInf, -1},
    {"erfc", __heddle_erfc, -kInf, 2},
    {"erfc", __heddle_erfc, kInf, 0},
    {"erfc", __heddle_erfc, 0, 1},
    {"erfcx", __heddle_erfcx, kInf, 0},
    {"erfcx", __heddle_erfcx, -kInf, kInf},
    {"erfcx", __heddle_erfcx, 0, 1},
    {"normcdf", __heddle_normcdf, -kInf, 0},
    {"normcdf", __heddle_normcdf, kInf, 1},
    {"normcdf", __heddle_normcdf, 0, 0.5},
    {"tgamma", __heddle_tgamma, -0.0, -kInf},
    {"tgamma", __heddle_tgamma, 0.0, kInf},
    {"tgamma", __heddle_tgamma, -3, kNan},
    {"tgamma", __heddle_tgamma, -kInf, kNan},
    {"tgamma", __heddle_tgamma, kInf, kInf},
    {"tgamma", __heddle_tgamma, 5, 24},
    {"tgamma", __heddle_tgamma, 172, kInf},
    {"tgamma", __heddle_tgamma, -200.5, -0.0},
    {"lgamma", __heddle_lgamma, 1, 0},
    {"lgamma", __heddle_lgamma, 2, 0},
    {"lgamma", __heddle_lgamma, -0.0, kInf},
    {"lgamma", __heddle_lgamma, -7, kInf},
    {"lgamma", __heddle_lgamma, -kInf, kInf},
    {"lgamma", __heddle_lgamma, kInf, kInf},
    {"erfinv", __heddle_erfinv, -0.0, -0.0},
    {"erfinv", __heddle_erfinv, 1, kInf},
    {"erfinv", __heddle_erfinv, -1, -kInf},
    {"erfinv", __heddle_erfinv, 0x1.0000000000001p0, kNan},
    {"erfinv", __heddle_erfinv, -kInf, kNan},
    {"erfcinv", __heddle_erfcinv, 0, kInf},
    {"erfcinv", __heddle_erfcinv, -0.0, kInf},
    {"erfcinv", __heddle_erfcinv, 1, 0},
    {"erfcinv", __heddle_erfcinv, 2, -kInf},
    {"erfcinv", __heddle_erfcinv, -kLeast, kNan},
    {"erfcinv", __heddle_erfcinv, 0x1.0000000000001p1, kNan},
    {"erfcinv", __heddle_erfcinv, kInf, kNan},
    {"normcdfinv", __heddle_normcdfinv, 0, -kInf},
    {"normcdfinv", __heddle_normcdfinv, -0.0, -kInf},
    {"normcdfinv", __heddle_normcdfinv, 0.5, 0},
    {"normcdfinv", __heddle_normcdfinv, 1, kInf},
    {"normcdfinv", __heddle_normcdfinv, 0x1.0000000000001p0, kNan},
    {"normcdfinv", __heddle_normcdfinv, -kLeast, kNan},
    {"j0", __heddle_j0, -0.0, 1},
    {"j0", __heddle_j0, -kInf, 0},
    {"j1", __heddle_j1, -0.0, -0.0},
    {"j1", __heddle_j1, kInf, 0},
    {"j1", __heddle_j1, -kInf, -0.0},
    {"j1", __heddle_j1, kLeast, 0},
    {"y0", __heddle_y0, -0.0, -kInf},
    {"y0", __heddle_y0, -kLeast, kNan},
    {"y0", __heddle_y0, kInf, 0},
    {"y0", __heddle_y0, -kInf, kNan},
    {"y1", __heddle_y1, 0, -kInf},
    {"y1", __heddle_y1, kLeast, -kInf},
    {"y1", __heddle_y1, -1, kNan},
    {"y1", __heddle_y1, kInf, 0},
    {"cyl_bessel_i0", __heddle_cyl_bessel_i0, -0.0, 1},
    {"cyl_bessel_i0", __heddle_cyl_bessel_i0, -kInf, kInf},
    {"cyl_bessel_i0", __heddle_cyl_bessel_i0, 720, kInf},
    {"cyl_bessel_i1", __heddle_cyl_bessel_i1, -0.0, -0.0},
    {"cyl_bessel_i1", __heddle_cyl_bessel_i1, -kInf, -kInf},
    {"cyl_bessel_i1", __heddle_cyl_bessel_i1, kMost, kInf},
    {"dsqrt_rz", __heddle_sqrt_rz, -0.0, -0.0},
    {"dsqrt_ru", __heddle_sqrt_ru, -kLeast, kNan},
    {"dsqrt_rd", __heddle_sqrt_rd, kInf, kInf},
    {"logb", __heddle_logb, 0, -kInf},
    {"logb", __heddle_logb, -kInf, kInf},
    {"logb", __heddle_logb, kLeast, -1074},
};

TEST_CASE("special operands of double functions have the results of C's annex F",
          "[math][double]") {
  for (const Special& s : kSpecials) {
    INFO(s.name << "(" << s.x << ") gives " << s.function(s.x));
    CHECK(same(s.function(s.x), s.expected));
    CHECK(std::isnan(s.function(kNan)));
  }
}

TEST_CASE("special operands of pow, atan2, hypot are the host's", "[math][double]") {
  const double values[] = {0.0,          kLeast, 0x1p-1022,  0.5,    0x1.fffffffffffffp-1,
                           1.0,          1.5,    2.0,        3.0,    0x1.0000000000001p0,
                           0x1p52 - 0.5, 0x1p52, 0x1p53 - 1, 0x1p53, 0x1p54,
                           kMost,        kInf,   kNan};
  for (const double a : values) {
    for (const double b : values) {
      for (int signs = 0; signs < 4; ++signs) {
        const double x = (signs & 1) != 0 ? -a : a;
        const double y = (signs & 2) != 0 ? -b : b;
        CAPTURE(x, y);
        const double power = std::pow(x, y);
        if (power == 0 || !std::isfinite(power) || a == 1 || b == 0) {
          CHECK(same(__heddle_pow(x, y), power));
        }
        const double angle = std::atan2(x, y);
        if (a == 0 || b == 0 || a == kInf || b == kInf || std::isnan(angle)) {
          CHECK(same(__heddle_atan2(x, y), angle));
        }
        const double length = std::hypot(x, y);
        if (length == 0 || std::isnan(length) || a == kInf || b == kInf) {
          CHECK(same(__heddle_hypot(x, y), length));
          CHECK(same(__heddle_rhypot(x, y), 1 / length));
        }
      }
    }
  }
  CHECK(__heddle_norm3d(-3, 4, 12) == 13);
  CHECK(__heddle_norm4d(1, kNan, -kInf, 0) == kInf);
  CHECK(__heddle_rnorm4d(0, kNan, -kInf, 0) == 0);
  CHECK(std::isnan(__heddle_norm3d(0, kNan, 1)));
}

TEST_CASE("remainders and neighbours of doubles are the host's", "[math][double]") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  DoubleOperands operands(seed);
  for (int i = 0; i < 200000; ++i) {
    double x = 0;
    double y = 0;
    operands.next(x, y);
    CAPTURE(std::bit_cast<std::uint64_t>(x), std::bit_cast<std::uint64_t>(y));
    int quotient = 0;
    int host_quotient = 0;
    // glibc's remainder() loses the sign of some zeros, its remquo() does not.
    const double expected = std::remquo(x, y, &host_quotient);
    if (!same(__heddle_remainder(x, y), expected)) FAIL("remainder");
    if (!same(__heddle_remquo(x, y, &quotient), expected)) FAIL("remquo");
    // The quotient's sign and lowest three bits.
    if (std::isfinite(x) && !std::isnan(y) && y != 0 &&
        (std::abs(quotient) % 8 != std::abs(host_quotient) % 8 ||
         (quotient != 0 && (quotient < 0) != (std::signbit(x) != std::signbit(y))))) {
      FAIL("quotient " << quotient << ", host " << host_quotient);
    }
    if (!same(__heddle_nextafter(x, y), std::nextafter(x, y))) FAIL("nextafter");
    if (!same(__heddle_logb(x), std::logb(x))) FAIL("logb");
  }
}

/// Sums of products where everything cancels, or nearly, or nothing.
std::array<double, 3> fma_operands(DoubleOperands& operands, std::mt19937_64& random) {
  double x = operands.next();
  double y = operands.next();
  double z = operands.next();
  switch (random() % 8) {
    case 0: z = -x * y; break;
    case 1: z = std::nextafter(-x * y, random() % 2 == 0 ? kInf : -kInf); break;
    case 2:
      z = std::ldexp(x * y, static_cast<int>(random() % 240) - 120) * (random() % 2 == 0 ? -1 : 1);
      break;
    case 3:  // halves of a unit
      x = static_cast<double>(random() >> 11);
      y = static_cast<double>(random() >> (11 + random() % 52));
      z = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 130) - 64);
      break;
    case 4:  // subnormal results
      x = std::ldexp(static_cast<double>(random() >> 11), -600);
      y = std::ldexp(static_cast<double>(random() >> 11), -530 + static_cast<int>(random() % 64));
      z = std::bit_cast<double>(random() & 0x801fffffffffffff);
      break;
    default: break;
  }
  return {x, y, z};
}

TEST_CASE("fma is the host's in every rounding", "[math][double]") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  DoubleOperands operands(seed);
  std::mt19937_64 random(seed);
  struct Rounded {
    int mode;
    double (*function)(double, double, double);
  };
  const Rounded roundings[] = {{FE_TONEAREST, __heddle_fma},
                               {FE_TOWARDZERO, __heddle_fma_rz},
                               {FE_UPWARD, __heddle_fma_ru},
                               {FE_DOWNWARD, __heddle_fma_rd}};
  for (int i = 0; i < 300000; ++i) {
    const auto [x, y, z] = fma_operands(operands, random);
    for (const auto& [mode, function] : roundings) {
      std::fesetround(mode);
      const volatile double a = x;
      const volatile double b = y;
      const volatile double c = z;
      const volatile double expected = std::fma(a, b, c);
      std::fesetround(FE_TONEAREST);
      const double actual = function(x, y, z);
      if (same(actual, expected)) continue;
      CAPTURE(mode, std::bit_cast<std::uint64_t>(x), std::bit_cast<std::uint64_t>(y),
              std::bit_cast<std::uint64_t>(z), actual, expected);
      FAIL("fma");
    }
  }
}

/// The host's result in one of its roundings.
template <typename Function>
double rounded(int mode, double x, double y, Function function) {
  std::fesetround(mode);
  const volatile double a = x;
  const volatile double b = y;
  const volatile double result = function(a, b);
  std::fesetround(FE_TONEAREST);
  return result;
}

TEST_CASE("division and root are the host's in CUDA's directed roundings", "[math][double]") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  DoubleOperands operands(seed);
  std::mt19937_64 random(seed);
  struct Rounded {
    int mode;
    double (*quotient)(double, double);
    double (*root)(double);
  };
  const Rounded roundings[] = {{FE_TOWARDZERO, __heddle_div_rz, __heddle_sqrt_rz},
                               {FE_UPWARD, __heddle_div_ru, __heddle_sqrt_ru},
                               {FE_DOWNWARD, __heddle_div_rd, __heddle_sqrt_rd}};
  for (int i = 0; i < 400000; ++i) {
    double x = operands.next();
    double y = operands.next();
    switch (random() % 8) {
      case 0: x = y * static_cast<double>(random() % 1000); break;  // exact, or nearly
      case 1: x = std::nextafter(y * operands.next(), random() % 2 == 0 ? kInf : -kInf); break;
      case 2: {  // squares and their neighbours
        const auto root = static_cast<double>(random() >> (38 + random() % 20));
        x = std::nextafter(root * root, root * root + static_cast<double>(random() % 3) - 1);
        break;
      }
      case 3:  // subnormal quotients
        y = std::ldexp(static_cast<double>(random() >> 11), 480);
        x = std::ldexp(static_cast<double>(random() >> 11), -590 - static_cast<int>(random() % 64));
        break;
      case 4: x = 1; break;
      default: break;
    }
    for (const auto& [mode, quotient, root] : roundings) {
      CAPTURE(mode, std::bit_cast<std::uint64_t>(x), std::bit_cast<std::uint64_t>(y));
      if (!same(quotient(x, y), rounded(mode, x, y, [](double a, double b) { return a / b; }))) {
        FAIL("quotient " << quotient(x, y));
      }
      if (!same(root(x), rounded(mode, x, 0, [](double a, double) { return std::sqrt(a); }))) {
        FAIL("root " << root(x));
      }
    }
  }
}

TEST_CASE("double Bessel functions of higher order keep CUDA's bounds", "[math][double]") {
  // CUDA has one of jn for n = 128, and of yn from 1.5 n on; the tighter one is this library's own:
  // relative to the function or, where it has zeros, to its modulus.
  constexpr double kOwn = 1e-15;
  constexpr double kCuda = 5e-12;
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponents(-8, 10);
  for (const int n : {2, 3, 7, 30, 128, 500}) {
    for (int i = 0; i < 4000; ++i) {
      // An eighth near the order, where the recurrences meet.
      const double x = i % 8 == 0 ? n + exponents(random) / 8 : std::exp2(exponents(random));
      CAPTURE(n, x);
      const Quad first = ::jnf128(n, x);
      const Quad second = ::ynf128(n, x);
      const double actual_first = __heddle_jn(n, x);
      const double actual_second = __heddle_yn(n, x);
      const auto size_of = [&](Quad value) {
        const double size = std::abs(static_cast<double>(value));
        return x > n ? std::max(size, std::sqrt(2 / (kPi * x))) : size;
      };
      const auto error = static_cast<double>(::fabsf128(actual_first - first));
      if (!(error <= std::max(kOwn * size_of(first), kLeast))) FAIL("jn gives " << actual_first);
      if (!(error <= kCuda)) FAIL("jn is above CUDA's bound");
      if (!same(__heddle_jn(n, -x), (n & 1) != 0 ? -actual_first : actual_first)) {
        FAIL("the sign of jn");
      }
      if (std::isinf(static_cast<double>(second))) {
        if (actual_second != -kInf) FAIL("yn gives " << actual_second);
        continue;
      }
      const auto error_second = static_cast<double>(::fabsf128(actual_second - second));
      if (!(error_second <= kOwn * size_of(second))) FAIL("yn gives " << actual_second);
      if (x > 1.5 * n && !(error_second <= kCuda)) FAIL("yn is above CUDA's bound");
    }
    CHECK(same(__heddle_jn(n, 0), 0));
    CHECK(same(__heddle_jn(n, kInf), 0));
    CHECK(same(__heddle_yn(n, 0), -kInf));
    CHECK(same(__heddle_yn(n, kInf), 0));
    CHECK(std::isnan(__heddle_yn(n, -1)));
    CHECK(std::isnan(__heddle_yn(n, kNan)));
    CHECK(std::isnan(__heddle_jn(n, kNan)));
  }
  for (const double x : {0.3, 3.0, 30.0}) {
    CHECK(same(__heddle_jn(0, x), __heddle_j0(x)));
    CHECK(same(__heddle_jn(1, -x), __heddle_j1(-x)));
    CHECK(same(__heddle_yn(0, x), __heddle_y0(x)));
    CHECK(same(__heddle_yn(1, x), __heddle_y1(x)));
  }
  CHECK(same(__heddle_jn(1 << 30, 1), 0));
  CHECK(std::isnan(__heddle_jn(-1, 1)));
  CHECK(std::isnan(__heddle_yn(-1, 1)));
}

TEST_CASE("lengths of vectors of any number of components", "[math][double]") {
  // CUDA gives no bounds. Doubles: the sum of squares loses nothing; floats: half a unit a
  // component.
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const auto off = [](double actual, Quad expected, double unit) {
    const auto rounded = static_cast<double>(expected);
    if (rounded == 0 || std::isinf(rounded)) return actual == rounded ? 0.0 : kInf;
    return static_cast<double>(::fabsf128(actual - expected)) / (rounded * unit);
  };
  for (int i = 0; i < 2000; ++i) {
    const int exponent = static_cast<int>(random() % 1900) - 950;
    const int exponent_single = static_cast<int>(random() % 260) - 140;
    std::vector<double> v(random() % 100);
    std::vector<float> single(v.size());
    Quad sum = 0;
    Quad sum_single = 0;
    for (std::size_t k = 0; k < v.size(); ++k) {
      const double fraction =
          std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), -63);
      v[k] = std::ldexp(fraction, exponent);
      single[k] = static_cast<float>(std::ldexp(fraction, exponent_single));
      sum += static_cast<Quad>(v[k]) * v[k];
      sum_single += static_cast<Quad>(single[k]) * single[k];
    }
    const auto count = static_cast<int>(v.size());
    CAPTURE(count, exponent, exponent_single);
    const Quad length = ::sqrtf128(sum);
    CHECK(off(__heddle_norm(count, v.data()), length, 0x1p-53) < 1.01);
    CHECK(off(__heddle_rnorm(count, v.data()), 1 / length, 0x1p-53) < 1.01);
    const Quad length_single = ::sqrtf128(sum_single);
    const auto size = static_cast<double>(length_single);
    if (size == 0 || (size > 0x1p-125 && size < 0x1p125)) {
      CHECK(off(__heddle_normf(count, single.data()), length_single, 0x1p-24) < 60);
      CHECK(off(__heddle_rnormf(count, single.data()), 1 / length_single, 0x1p-24) < 60);
    }
  }
  const double special[] = {1, kNan, -kInf, kMost, kMost};
  CHECK(__heddle_norm(3, special) == kInf);
  CHECK(std::isnan(__heddle_norm(2, special)));
  CHECK(same(__heddle_rnorm(3, special), 0));
  CHECK(std::isnan(__heddle_rnorm(2, special)));
  CHECK(__heddle_norm(2, special + 3) == kInf);
  CHECK(same(__heddle_norm(0, special), 0));
  CHECK(__heddle_rnorm(0, special) == kInf);
  constexpr float kMostSingle = std::numeric_limits<float>::max();
  const float single[] = {1, std::nanf(""), -HUGE_VALF, kMostSingle, kMostSingle};
  CHECK(__heddle_normf(3, single) == HUGE_VALF);
  CHECK(std::isnan(__heddle_normf(2, single)));
  CHECK(__heddle_rnormf(3, single) == 0);
  CHECK(std::isnan(__heddle_rnormf(2, single)));
  CHECK(__heddle_normf(2, single + 3) == HUGE_VALF);
  CHECK(__heddle_normf(0, single) == 0);
  CHECK(__heddle_rnormf(0, single) == HUGE_VALF);
}

}  // namespace
}  // namespace heddle::tb
