// The device's math functions, compiled for the host: errors on a sample of operands (math-sweep
// takes all), special operands, and the exact functions against the host's.
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "device_math.hpp"
#include "math_functions.hpp"

namespace heddle::tb {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kLeast = std::numeric_limits<float>::denorm_min();
constexpr float kMost = std::numeric_limits<float>::max();

std::uint32_t bits(float x) { return std::bit_cast<std::uint32_t>(x); }
bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
bool same(float a, float b) { return (std::isnan(a) && std::isnan(b)) || bits(a) == bits(b); }

TEST_CASE("every function keeps CUDA's error bound", "[math]") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  for (const MathFunction& function : math_functions()) {
    MathErrors errors;
    std::mt19937 random(seed);
    OperandPairs pairs(seed);
    if (function.one != nullptr) {
      // Around every power of two, and the ends of the range.
      for (std::uint32_t exponent = 0; exponent < 512; ++exponent) {
        for (std::uint32_t i = 0; i < 64; ++i) {
          measure(function, (exponent << 23) + i - 32, 0, errors);
          measure(function, (exponent << 23) + static_cast<std::uint32_t>(random() & 0x7fffff), 0,
                  errors);
        }
      }
      // In [1/64, 64), where most of them do something.
      for (std::uint32_t i = 0; i < 50000; ++i) {
        const auto operand = static_cast<std::uint32_t>(0x3c800000 + random() % 0x06000000);
        measure(function, operand ^ (i & 1) << 31, 0, errors);
      }
    } else {
      for (int i = 0; i < 200000; ++i) {
        std::uint32_t x = 0;
        std::uint32_t y = 0;
        pairs.next(x, y);
        measure(function, x, y, errors);
      }
    }
    INFO(function.name << " at " << std::hex << errors.x << " " << errors.y);
    CHECK(errors.worst <= static_cast<std::uint32_t>(function.bound));
    CHECK(errors.counted > 50000);
  }
}

struct Special {
  const char* name;
  float (*function)(float);
  float x, expected;
};

// C17, Annex F.10; for functions that only CUDA has, its math API's reference.
const Special kSpecials[] = {
    {"sin", __heddle_sinf, -0.0F, -0.0F},
    {"sin", __heddle_sinf, 0.0F, 0.0F},
    {"sin", __heddle_sinf, -kInf, kNan},
    {"sin", __heddle_sinf, kLeast, kLeast},
    {"cos", __heddle_cosf, -0.0F, 1},
    {"cos", __heddle_cosf, kInf, kNan},
    {"tan", __heddle_tanf, -0.0F, -0.0F},
    {"tan", __heddle_tanf, kInf, kNan},
    {"tan", __heddle_tanf, -kLeast, -kLeast},
    {"sinpi", __heddle_sinpif, -0.0F, -0.0F},
    {"sinpi", __heddle_sinpif, 3, 0},
    {"sinpi", __heddle_sinpif, -3, -0.0F},
    {"sinpi", __heddle_sinpif, 2.5F, 1},
    {"sinpi", __heddle_sinpif, 3.5F, -1},
    {"sinpi", __heddle_sinpif, kMost, 0},
    {"sinpi", __heddle_sinpif, kInf, kNan},
    {"sinpi", __heddle_sinpif, 4194304.5F, 1},
    {"cospi", __heddle_cospif, 0.5F, 0},
    {"cospi", __heddle_cospif, -1.5F, 0},
    {"cospi", __heddle_cospif, 3, -1},
    {"cospi", __heddle_cospif, 8388609, -1},
    {"cospi", __heddle_cospif, kMost, 1},
    {"cospi", __heddle_cospif, -kInf, kNan},
    {"asin", __heddle_asinf, -0.0F, -0.0F},
    {"asin", __heddle_asinf, 1.0000001F, kNan},
    {"acos", __heddle_acosf, 1, 0},
    {"acos", __heddle_acosf, -1.0000001F, kNan},
    {"acos", __heddle_acosf, -1, 0x1.921fb6p1F},
    {"atan", __heddle_atanf, -0.0F, -0.0F},
    {"atan", __heddle_atanf, -kInf, -0x1.921fb6p0F},
    {"sinh", __heddle_sinhf, -0.0F, -0.0F},
    {"sinh", __heddle_sinhf, -kInf, -kInf},
    {"sinh", __heddle_sinhf, 90, kInf},
    {"cosh", __heddle_coshf, -0.0F, 1},
    {"cosh", __heddle_coshf, -kInf, kInf},
    {"tanh", __heddle_tanhf, -0.0F, -0.0F},
    {"tanh", __heddle_tanhf, -kInf, -1},
    {"tanh", __heddle_tanhf, kMost, 1},
    {"asinh", __heddle_asinhf, -0.0F, -0.0F},
    {"asinh", __heddle_asinhf, -kInf, -kInf},
    {"acosh", __heddle_acoshf, 1, 0},
    {"acosh", __heddle_acoshf, 0.9999999F, kNan},
    {"acosh", __heddle_acoshf, -kInf, kNan},
    {"acosh", __heddle_acoshf, kInf, kInf},
    {"atanh", __heddle_atanhf, -0.0F, -0.0F},
    {"atanh", __heddle_atanhf, -1, -kInf},
    {"atanh", __heddle_atanhf, 1.0000001F, kNan},
    {"exp", __heddle_expf, -0.0F, 1},
    {"exp", __heddle_expf, -kInf, 0},
    {"exp", __heddle_expf, kInf, kInf},
    {"exp", __heddle_expf, 88.73F, kInf},
    {"exp", __heddle_expf, -104, 0},
    {"exp2", __heddle_exp2f, -149, kLeast},
    {"exp2", __heddle_exp2f, 128, kInf},
    {"exp2", __heddle_exp2f, -kInf, 0},
    {"exp2", __heddle_exp2f, 7, 128},
    {"exp10", __heddle_exp10f, -kInf, 0},
    {"exp10", __heddle_exp10f, kMost, kInf},
    {"exp10", __heddle_exp10f, 0, 1},
    {"expm1", __heddle_expm1f, -0.0F, -0.0F},
    {"expm1", __heddle_expm1f, -kInf, -1},
    {"expm1", __heddle_expm1f, kInf, kInf},
    {"log", __heddle_logf, 1, 0},
    {"log", __heddle_logf, -0.0F, -kInf},
    {"log", __heddle_logf, -kLeast, kNan},
    {"log", __heddle_logf, -kInf, kNan},
    {"log", __heddle_logf, kInf, kInf},
    {"log2", __heddle_log2f, kLeast, -149},
    {"log2", __heddle_log2f, 0.0F, -kInf},
    {"log2", __heddle_log2f, -1, kNan},
    {"log10", __heddle_log10f, 1, 0},
    {"log10", __heddle_log10f, 0.0F, -kInf},
    {"log10", __heddle_log10f, -1, kNan},
    {"log1p", __heddle_log1pf, -0.0F, -0.0F},
    {"log1p", __heddle_log1pf, -1, -kInf},
    {"log1p", __heddle_log1pf, -1.0000001F, kNan},
    {"log1p", __heddle_log1pf, kInf, kInf},
    {"cbrt", __heddle_cbrtf, -0.0F, -0.0F},
    {"cbrt", __heddle_cbrtf, -kInf, -kInf},
    {"cbrt", __heddle_cbrtf, -27, -3},
    {"rcbrt", __heddle_rcbrtf, -0.0F, -kInf},
    {"rcbrt", __heddle_rcbrtf, -kInf, -0.0F},
    {"rsqrt", __heddle_rsqrtf, -0.0F, -kInf},
    {"rsqrt", __heddle_rsqrtf, kInf, 0},
    {"rsqrt", __heddle_rsqrtf, -kLeast, kNan},
    {"erf", __heddle_erff, -0.0F, -0.0F},
    {"erf", __heddle_erff, -kInf, -1},
    {"erfc", __heddle_erfcf, -kInf, 2},
    {"erfc", __heddle_erfcf, kInf, 0},
    {"erfc", __heddle_erfcf, 0, 1},
    {"erfinv", __heddle_erfinvf, -0.0F, -0.0F},
    {"erfinv", __heddle_erfinvf, -1, -kInf},
    {"erfinv", __heddle_erfinvf, 1.0000001F, kNan},
    {"erfcinv", __heddle_erfcinvf, 0, kInf},
    {"erfcinv", __heddle_erfcinvf, 2, -kInf},
    {"erfcinv", __heddle_erfcinvf, 1, 0},
    {"erfcinv", __heddle_erfcinvf, -kLeast, kNan},
    {"erfcx", __heddle_erfcxf, kInf, 0},
    {"erfcx", __heddle_erfcxf, -kInf, kInf},
    {"erfcx", __heddle_erfcxf, 0, 1},
    {"normcdf", __heddle_normcdff, -kInf, 0},
    {"normcdf", __heddle_normcdff, kInf, 1},
    {"normcdfinv", __heddle_normcdfinvf, 0, -kInf},
    {"normcdfinv", __heddle_normcdfinvf, 1, kInf},
    {"normcdfinv", __heddle_normcdfinvf, 1.0000001F, kNan},
    {"tgamma", __heddle_tgammaf, -0.0F, -kInf},
    {"tgamma", __heddle_tgammaf, 0.0F, kInf},
    {"tgamma", __heddle_tgammaf, -3, kNan},
    {"tgamma", __heddle_tgammaf, -kInf, kNan},
    {"tgamma", __heddle_tgammaf, kInf, kInf},
    {"tgamma", __heddle_tgammaf, 5, 24},
    {"lgamma", __heddle_lgammaf, 1, 0},
    {"lgamma", __heddle_lgammaf, 2, 0},
    {"lgamma", __heddle_lgammaf, -0.0F, kInf},
    {"lgamma", __heddle_lgammaf, -7, kInf},
    {"lgamma", __heddle_lgammaf, -kInf, kInf},
    {"lgamma", __heddle_lgammaf, kInf, kInf},
    {"j0", __heddle_j0f, -0.0F, 1},
    {"j0", __heddle_j0f, -kInf, 0},
    {"j1", __heddle_j1f, -0.0F, -0.0F},
    {"j1", __heddle_j1f, kInf, 0},
    {"y0", __heddle_y0f, 0, -kInf},
    {"y0", __heddle_y0f, -1, kNan},
    {"y1", __heddle_y1f, kInf, 0},
    {"y1", __heddle_y1f, kLeast, -kInf},
    {"cyl_bessel_i0", __heddle_cyl_bessel_i0f, -0.0F, 1},
    {"cyl_bessel_i0", __heddle_cyl_bessel_i0f, -kInf, kInf},
    {"cyl_bessel_i0", __heddle_cyl_bessel_i0f, kMost, kInf},
    {"cyl_bessel_i1", __heddle_cyl_bessel_i1f, -0.0F, -0.0F},
    {"cyl_bessel_i1", __heddle_cyl_bessel_i1f, -kInf, -kInf},
    {"cyl_bessel_i1", __heddle_cyl_bessel_i1f, kMost, kInf},
    {"logb", __heddle_logbf, 0, -kInf},
    {"logb", __heddle_logbf, -kInf, kInf},
    {"logb", __heddle_logbf, kLeast, -149},
};

TEST_CASE("special operands have the results of C's annex F", "[math]") {
  for (const Special& s : kSpecials) {
    INFO(s.name << "(" << s.x << "), bits " << std::hex << bits(s.x) << " gives "
                << bits(s.function(s.x)));
    CHECK(same(s.function(s.x), s.expected));
    CHECK(std::isnan(s.function(kNan)));
  }
}

TEST_CASE("special operands of powf, atan2f, hypotf are the host's", "[math]") {
  const float values[] = {0.0F,    kLeast,        0x1p-126F, 0.5F,       0x1.fffffep-1F,
                          1.0F,    0x1.000002p0F, 1.5F,      2.0F,       3.0F,
                          4.0F,    8388607.0F,    0x1p23F,   8388609.0F, 0x1p24F,
                          0x1p25F, kMost,         kInf,      kNan};
  for (const float a : values) {
    for (const float b : values) {
      for (int signs = 0; signs < 4; ++signs) {
        const float x = (signs & 1) != 0 ? -a : a;
        const float y = (signs & 2) != 0 ? -b : b;
        CAPTURE(x, y);
        const float power = std::pow(x, y);
        if (power == 0 || !std::isfinite(power) || a == 1 || b == 0) {
          CHECK(same(__heddle_powf(x, y), power));
        }
        const float angle = std::atan2(x, y);
        if (angle == 0 || std::isnan(angle)) CHECK(same(__heddle_atan2f(x, y), angle));
        const float length = std::hypot(x, y);
        if (length == 0 || std::isnan(length) || a == kInf || b == kInf) {
          CHECK(same(__heddle_hypotf(x, y), length));
          CHECK(same(__heddle_rhypotf(x, y), 1 / length));
        }
      }
    }
  }
  CHECK(__heddle_norm3df(-3, 4, 12) == 13);
  CHECK(__heddle_norm4df(1, kNan, -kInf, 0) == kInf);
  CHECK(__heddle_rnorm4df(0, kNan, -kInf, 0) == 0);
  CHECK(std::isnan(__heddle_norm3df(0, kNan, 1)));
}

TEST_CASE("Bessel functions of higher order keep CUDA's bounds", "[math]") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> exponents(-8, 10);
  for (const int n : {2, 3, 7, 30, 128}) {
    for (int i = 0; i < 20000; ++i) {
      const float x = std::exp2(exponents(random));
      CAPTURE(n, x);
      const double first = ::jn(n, x);
      if (!(std::abs(__heddle_jnf(n, x) - first) <= 2.2e-6))
        FAIL("jnf gives " << __heddle_jnf(n, x));
      if (!same(__heddle_jnf(n, -x), (n & 1) != 0 ? -__heddle_jnf(n, x) : __heddle_jnf(n, x))) {
        FAIL("the sign of jnf");
      }
      const double second = ::yn(n, x);
      const float actual = __heddle_ynf(n, x);
      if (x >= static_cast<float>(n)) {
        if (!(std::abs(actual - second) <= 2.2e-6)) FAIL("ynf gives " << actual);
      } else if (std::abs(second) < kMost) {
        const double ulp = std::ldexp(1.0, std::ilogb(second) - 23);
        if (!(std::abs(actual - second) <= (std::ceil(2 + 2.5 * n) + 0.5) * ulp)) {
          FAIL("ynf gives " << actual);
        }
      } else if (actual != -kInf) {
        FAIL("ynf gives " << actual);
      }
    }
    CHECK(same(__heddle_jnf(n, 0), 0));
    CHECK(same(__heddle_jnf(n, kInf), 0));
    CHECK(same(__heddle_ynf(n, 0), -kInf));
    CHECK(same(__heddle_ynf(n, kInf), 0));
    CHECK(std::isnan(__heddle_ynf(n, -1)));
    CHECK(std::isnan(__heddle_ynf(n, kNan)));
    CHECK(std::isnan(__heddle_jnf(n, kNan)));
  }
  CHECK(std::isnan(__heddle_jnf(-1, 1)));
  CHECK(std::isnan(__heddle_ynf(-1, 1)));
}

TEST_CASE("exact functions are the host's", "[math]") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  OperandPairs pairs(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 1000000; ++i) {
    std::uint32_t x_bits = 0;
    std::uint32_t y_bits = 0;
    pairs.next(x_bits, y_bits);
    const auto x = std::bit_cast<float>(x_bits);
    const auto y = std::bit_cast<float>(y_bits);
    CAPTURE(x_bits, y_bits);
    if (!same(__heddle_fmodf(x, y), std::fmod(x, y))) FAIL("fmodf");
    if (!same(__heddle_remainderf(x, y), std::remainder(x, y))) FAIL("remainderf");
    int quotient = 0;
    int host_quotient = 0;
    if (!same(__heddle_remquof(x, y, &quotient), std::remquo(x, y, &host_quotient)))
      FAIL("remquof");
    // The quotient's sign and lowest three bits.
    if (std::isfinite(x) && !std::isnan(y) && y != 0 &&
        (std::abs(quotient) % 8 != std::abs(host_quotient) % 8 ||
         (quotient != 0 && (quotient < 0) != (std::signbit(x) != std::signbit(y))))) {
      FAIL("quotient " << quotient << ", host " << host_quotient);
    }
    const int n = static_cast<int>(random() % 640) - 320;
    if (!same(__heddle_ldexpf(x, n), std::ldexp(x, n))) FAIL("ldexpf " << n);
    if (!same(__heddle_scalblnf(x, n), std::ldexp(x, n))) FAIL("scalblnf " << n);
    int exponent = 0;
    int host_exponent = 0;
    if (!same(__heddle_frexpf(x, &exponent), std::frexp(x, &host_exponent))) FAIL("frexpf");
    if (std::isfinite(x) && exponent != host_exponent) FAIL("frexpf's exponent");
    if (!same(__heddle_logbf(x), std::logb(x))) FAIL("logbf");
    if (__heddle_ilogbf(x) != std::ilogb(x)) FAIL("ilogbf");
    float whole = 0;
    float host_whole = 0;
    if (!same(__heddle_modff(x, &whole), std::modf(x, &host_whole))) FAIL("modff");
    if (!same(whole, host_whole)) FAIL("modff's integer");
    if (!same(__heddle_fdimf(x, y), std::fdim(x, y))) FAIL("fdimf");
    if (!same(__heddle_nextafterf(x, y), std::nextafter(x, y))) FAIL("nextafterf");
  }
  for (const int n : {INT32_MIN, INT32_MAX}) {
    CHECK(same(__heddle_ldexpf(1, n), n < 0 ? 0 : kInf));
    CHECK(same(__heddle_ldexpf(-kLeast, n), n < 0 ? -0.0F : -kInf));
  }
}

TEST_CASE("double functions are the host's", "[math]") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const auto operand = [&] {
    const std::uint64_t word = random();
    switch (random() % 8) {
      case 0: return std::bit_cast<double>(word & 0x801fffffffffffff);
      case 1: return std::bit_cast<double>(word | 0x7fc0000000000000);
      case 2: return static_cast<double>(static_cast<std::int64_t>(word) >> random() % 64) / 4;
      case 3: return std::bit_cast<double>(word & 0xfff0000000000000);
      case 4:
        return std::bit_cast<double>((word & 0x800fffffffffffff) | (1023 - 4 + random() % 60)
                                                                       << 52);
      case 5: return static_cast<double>(static_cast<std::int64_t>(word) >> 40) / 2;
      default: return std::bit_cast<double>(word);
    }
  };
  for (int i = 0; i < 300000; ++i) {
    const double x = operand();
    const double y = i % 16 == 0 ? -x : operand();
    CAPTURE(std::bit_cast<std::uint64_t>(x), std::bit_cast<std::uint64_t>(y));
    if (!same(__heddle_floor(x), std::floor(x))) FAIL("floor");
    if (!same(__heddle_ceil(x), std::ceil(x))) FAIL("ceil");
    if (!same(__heddle_trunc(x), std::trunc(x))) FAIL("trunc");
    if (!same(__heddle_round(x), std::round(x))) FAIL("round");
    if (!same(__heddle_rint(x), std::rint(x))) FAIL("rint");
    if (x != y) {
      const bool quiet = !std::isnan(x) && !std::isnan(y);  // signalling ones are the host's affair
      if (quiet && !same(__heddle_fmin(x, y), std::fmin(x, y))) FAIL("fmin");
      if (quiet && !same(__heddle_fmax(x, y), std::fmax(x, y))) FAIL("fmax");
    }
    if (!same(__heddle_fdim(x, y), std::fdim(x, y))) FAIL("fdim");
    if (!same(__heddle_fmod(x, y), std::fmod(x, y))) FAIL("fmod");
    const int n = static_cast<int>(random() % 4600) - 2300;
    if (!same(__heddle_ldexp(x, n), std::ldexp(x, n))) FAIL("ldexp " << n);
    int exponent = 0;
    int host_exponent = 0;
    if (!same(__heddle_frexp(x, &exponent), std::frexp(x, &host_exponent))) FAIL("frexp");
    if (std::isfinite(x) && exponent != host_exponent) FAIL("frexp's exponent");
    double whole = 0;
    double host_whole = 0;
    if (!same(__heddle_modf(x, &whole), std::modf(x, &host_whole))) FAIL("modf");
    if (!same(whole, host_whole)) FAIL("modf's integer");
    if (__heddle_ilogb(x) != std::ilogb(x)) FAIL("ilogb");
  }
  CHECK(same(__heddle_fmin(std::nan(""), 1.0), 1.0));
  CHECK(same(__heddle_fmax(-1.0, std::nan("")), -1.0));
  CHECK(same(__heddle_fmin(0.0, -0.0), -0.0));
  CHECK(same(__heddle_fmax(-0.0, 0.0), 0.0));
  CHECK(same(__heddle_ldexp(1.0, INT32_MIN), 0.0));
}

}  // namespace
}  // namespace heddle::tb
