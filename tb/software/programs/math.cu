// The math functions on the device have the bits of the same sources compiled for the host, whose
// errors tb/math measures; the exact ones those of the host's library. And C++'s overloads are
// these functions.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <string>

#include "../../math/math_functions.hpp"
#include "check.hpp"

namespace {

constexpr int kBlock = 128;
constexpr int kCount = 64 * kBlock;

// clang-format off
#define FUNCTIONS_OF_ONE(X) \
  X(rsqrtf) X(cbrtf) X(rcbrtf) X(expf) X(exp2f) X(exp10f) X(expm1f) X(logf) X(log2f) \
  X(log10f) X(log1pf) X(sinf) X(cosf) X(tanf) X(sinpif) X(cospif) X(asinf) X(acosf) \
  X(atanf) X(sinhf) X(coshf) X(tanhf) X(asinhf) X(acoshf) X(atanhf) X(erff) X(erfcf) \
  X(erfinvf) X(erfcinvf) X(erfcxf) X(normcdff) X(normcdfinvf) X(lgammaf) X(tgammaf) \
  X(j0f) X(j1f) X(y0f) X(y1f) X(cyl_bessel_i0f) X(cyl_bessel_i1f)
// clang-format on
#define FUNCTIONS_OF_TWO(X) X(hypotf) X(rhypotf) X(powf) X(atan2f) X(fmodf) X(remainderf)

#define KERNEL_OF_ONE(name)                                                 \
  __global__ void kernel_##name(const float* x, const float*, float* out) { \
    const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;           \
    out[i] = name(x[i]);                                                    \
  }
#define KERNEL_OF_TWO(name)                                                   \
  __global__ void kernel_##name(const float* x, const float* y, float* out) { \
    const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;             \
    out[i] = name(x[i], y[i]);                                                \
  }
FUNCTIONS_OF_ONE(KERNEL_OF_ONE)
FUNCTIONS_OF_TWO(KERNEL_OF_TWO)

__global__ void kernel_norm3df(const float* x, const float* y, float* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = norm3df(x[i], y[i], x[i] + y[i]);
}
__global__ void kernel_rnorm3df(const float* x, const float* y, float* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = rnorm3df(x[i], y[i], x[i] + y[i]);
}
__global__ void kernel_norm4df(const float* x, const float* y, float* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = norm4df(x[i], y[i], x[i] + y[i], x[i] - y[i]);
}
__global__ void kernel_rnorm4df(const float* x, const float* y, float* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = rnorm4df(x[i], y[i], x[i] + y[i], x[i] - y[i]);
}
__global__ void kernel_sincosf_sine(const float* x, const float*, float* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  float cosine;
  sincosf(x[i], &out[i], &cosine);
}
__global__ void kernel_sincosf_cosine(const float* x, const float*, float* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  float sine;
  sincosf(x[i], &sine, &out[i]);
}
__global__ void kernel_sincospif_sine(const float* x, const float*, float* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  float cosine;
  sincospif(x[i], &out[i], &cosine);
}
__global__ void kernel_sincospif_cosine(const float* x, const float*, float* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  float sine;
  sincospif(x[i], &sine, &out[i]);
}

using Kernel = void (*)(const float*, const float*, float*);
struct Entry {
  const char* name;
  Kernel kernel;
};
#define ENTRY(name) {#name, kernel_##name},
const Entry kEntries[] = {FUNCTIONS_OF_ONE(ENTRY) FUNCTIONS_OF_TWO(ENTRY) ENTRY(norm3df)
                              ENTRY(rnorm3df) ENTRY(norm4df)
                                  ENTRY(rnorm4df){"sincosf, sine", kernel_sincosf_sine},
                          {"sincosf, cosine", kernel_sincosf_cosine},
                          {"sincospif, sine", kernel_sincospif_sine},
                          {"sincospif, cosine", kernel_sincospif_cosine}};

float from_bits(std::uint32_t bits) {
  float result;
  std::memcpy(&result, &bits, sizeof(result));
  return result;
}
std::uint32_t bits(float x) {
  std::uint32_t result;
  std::memcpy(&result, &x, sizeof(result));
  return result;
}
bool same(float a, float b) { return (std::isnan(a) && std::isnan(b)) || bits(a) == bits(b); }

struct Operands {
  std::vector<float> x, y;
};

/// A NaN is a quiet one: what the host's fmaxf makes of the others is not what the device's does.
std::uint32_t quiet(std::uint32_t operand) {
  const bool nan = (operand & 0x7fffffff) > 0x7f800000;
  return nan ? operand | 0x00400000 : operand;
}

/// Pairs; then single ones around the powers of two, and where most functions do something.
Operands operands(std::uint32_t seed) {
  Operands result;
  heddle::tb::OperandPairs pairs(seed);
  std::mt19937 random(seed);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    std::uint32_t x = 0;
    std::uint32_t y = 0;
    pairs.next(x, y);
    if (i % 4 == 0) x = ((i / 4 % 512) << 23) + i / 2048 - 2;
    if (i % 4 == 1) x = (0x3c800000 + random() % 0x06000000) | (x & 0x80000000);
    result.x.push_back(from_bits(quiet(x)));
    result.y.push_back(from_bits(quiet(y)));
  }
  return result;
}

void test_against_host_build(const Operands& in) {
  DeviceArray<float> x(in.x);
  DeviceArray<float> y(in.y);
  DeviceArray<float> out(kCount);
  for (const heddle::tb::MathFunction& function : heddle::tb::math_functions()) {
    const Entry* const entry =
        std::find_if(std::begin(kEntries), std::end(kEntries),
                     [&](const Entry& e) { return function.name == e.name; });
    REQUIRE(entry != std::end(kEntries));
    entry->kernel<<<kCount / kBlock, kBlock>>>(x.data(), y.data(), out.data());
    require_launched();
    const std::vector<float> results = out.values();
    for (int i = 0; i < kCount; ++i) {
      const float expected =
          function.one != nullptr ? function.one(in.x[i]) : function.two(in.x[i], in.y[i]);
      if (same(results[i], expected)) continue;
      std::fprintf(stderr, "%s of 0x%08x 0x%08x gives 0x%08x on the device, 0x%08x on the host\n",
                   entry->name, bits(in.x[i]), bits(in.y[i]), bits(results[i]), bits(expected));
      std::exit(1);
    }
  }
}

struct Exact {
  float fraction, whole, remainder, scaled, log, difference, next, fma, least, most, floor, ceil,
      trunc, round, rint, nearbyint, root, copysign;
  int exponent, quotient, ilog, classes;
  long long llround, llrint;
  int lround, lrint;
};

__global__ void exact(const float* x, const float* y, Exact* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  const float a = x[i];
  const float b = y[i];
  Exact& e = out[i];
  float whole;
  e.fraction = modff(a, &whole);
  e.whole = whole + frexpf(a, &e.exponent) * 0.0F;
  e.remainder = remquof(a, b, &e.quotient);
  e.scaled = scalbnf(a, static_cast<int>(i % 512) - 256);
  e.log = logbf(a);
  e.ilog = ilogbf(a);
  e.difference = fdimf(a, b);
  e.next = nextafterf(a, b);
  e.fma = fmaf(a, b, a);
  e.least = fminf(a, b);
  e.most = fmaxf(a, b);
  e.floor = floorf(a);
  e.ceil = ceilf(a);
  e.trunc = truncf(a);
  e.round = roundf(a);
  e.rint = rintf(a);
  e.nearbyint = nearbyintf(a);
  e.root = sqrtf(a);
  e.copysign = copysignf(a, b);
  e.llround = llroundf(a);
  e.llrint = llrintf(a);
  e.lround = static_cast<int>(lroundf(a));
  e.lrint = static_cast<int>(lrintf(a));
  e.classes =
      (signbit(a) ? 1 : 0) | (isinf(a) ? 2 : 0) | (isnan(a) ? 4 : 0) | (isfinite(a) ? 8 : 0);
}

void test_exact(const Operands& in) {
  DeviceArray<float> x(in.x);
  DeviceArray<float> y(in.y);
  DeviceArray<Exact> out(kCount);
  exact<<<kCount / kBlock, kBlock>>>(x.data(), y.data(), out.data());
  require_launched();
  const std::vector<Exact> results = out.values();
  for (int i = 0; i < kCount; ++i) {
    const float a = in.x[i];
    const float b = in.y[i];
    const Exact& e = results[i];
    float whole;
    REQUIRE(same(e.fraction, std::modf(a, &whole)));
    REQUIRE(same(e.remainder, std::remainder(a, b)));
    REQUIRE(same(e.scaled, std::ldexp(a, i % 512 - 256)));
    REQUIRE(same(e.log, std::logb(a)));
    REQUIRE(e.ilog == std::ilogb(a));
    REQUIRE(same(e.difference, std::fdim(a, b)));
    REQUIRE(same(e.next, std::nextafter(a, b)));
    REQUIRE(same(e.fma, std::fma(a, b, a)));
    if (a != b) {  // of two zeros either may be the result
      REQUIRE(same(e.least, std::fmin(a, b)));
      REQUIRE(same(e.most, std::fmax(a, b)));
    }
    REQUIRE(same(e.floor, std::floor(a)));
    REQUIRE(same(e.ceil, std::ceil(a)));
    REQUIRE(same(e.trunc, std::trunc(a)));
    REQUIRE(same(e.round, std::round(a)));
    REQUIRE(same(e.rint, std::rint(a)));
    REQUIRE(same(e.nearbyint, std::nearbyint(a)));
    REQUIRE(same(e.root, std::sqrt(a)));
    REQUIRE(same(e.copysign, std::copysign(a, b)));
    if (std::abs(a) < 0x1p63F) {
      REQUIRE(e.llround == std::llround(a));
      REQUIRE(e.llrint == std::llrint(a));
    }
    if (std::abs(a) < 0x1p31F) {
      REQUIRE(e.lround == std::lround(a));
      REQUIRE(e.lrint == std::lrint(a));
    }
    REQUIRE(e.classes == ((std::signbit(a) ? 1 : 0) | (std::isinf(a) ? 2 : 0) |
                          (std::isnan(a) ? 4 : 0) | (std::isfinite(a) ? 8 : 0)));
    if (!std::isfinite(a)) continue;
    REQUIRE(same(e.whole, whole));
    int exponent;
    std::frexp(a, &exponent);
    REQUIRE(e.exponent == exponent);
    if (!std::isnan(b) && b != 0) {
      int quotient;
      std::remquo(a, b, &quotient);
      REQUIRE(std::abs(e.quotient) % 8 == std::abs(quotient) % 8);
    }
  }
}

/// Pairs of results that should be the same.
__global__ void overloads(float x, float y, int n, float* out) {
  int i = 0;
  const auto pair = [&](float a, float b) {
    out[i++] = a;
    out[i++] = b;
  };
#define OVERLOAD(name)       \
  pair(name##f(x), name(x)); \
  pair(name##f(y), std::name(y));
  // clang-format off
  OVERLOAD(sin) OVERLOAD(cos) OVERLOAD(tan) OVERLOAD(asin) OVERLOAD(acos) OVERLOAD(atan)
  OVERLOAD(sinh) OVERLOAD(cosh) OVERLOAD(tanh) OVERLOAD(asinh) OVERLOAD(acosh) OVERLOAD(atanh)
  OVERLOAD(exp) OVERLOAD(exp2) OVERLOAD(expm1) OVERLOAD(log) OVERLOAD(log2) OVERLOAD(log10)
  OVERLOAD(log1p) OVERLOAD(cbrt) OVERLOAD(erf) OVERLOAD(erfc) OVERLOAD(lgamma)
  OVERLOAD(tgamma) OVERLOAD(sqrt) OVERLOAD(fabs) OVERLOAD(floor) OVERLOAD(ceil)
  OVERLOAD(trunc) OVERLOAD(round) OVERLOAD(rint) OVERLOAD(nearbyint) OVERLOAD(logb)
  // clang-format on
#define OVERLOAD_OF_TWO(name)      \
  pair(name##f(x, y), name(x, y)); \
  pair(name##f(x, y), std::name(x, y));
      // clang-format off
  OVERLOAD_OF_TWO(pow) OVERLOAD_OF_TWO(atan2) OVERLOAD_OF_TWO(hypot) OVERLOAD_OF_TWO(fmod)
  OVERLOAD_OF_TWO(remainder) OVERLOAD_OF_TWO(fdim) OVERLOAD_OF_TWO(nextafter)
  OVERLOAD_OF_TWO(fmin) OVERLOAD_OF_TWO(fmax) OVERLOAD_OF_TWO(copysign)
  // clang-format on
#define OVERLOAD_OF_CUDA(name) pair(name##f(x), name(x));
      // clang-format off
  OVERLOAD_OF_CUDA(rsqrt) OVERLOAD_OF_CUDA(rcbrt) OVERLOAD_OF_CUDA(sinpi)
  OVERLOAD_OF_CUDA(cospi) OVERLOAD_OF_CUDA(exp10) OVERLOAD_OF_CUDA(erfinv)
  OVERLOAD_OF_CUDA(erfcinv) OVERLOAD_OF_CUDA(erfcx) OVERLOAD_OF_CUDA(normcdf)
  OVERLOAD_OF_CUDA(normcdfinv)
      // clang-format on
      pair(jnf(n, x), jn(n, x));
  pair(ynf(n, x), yn(n, x));
  pair(powf(x, 3.0F), pow(x, n));
  pair(powf(x, 3.0F), std::pow(x, n));
  pair(fabsf(y), abs(y));
  pair(fabsf(y), std::abs(y));
  pair(fmaxf(x, y), max(x, y));
  pair(fminf(x, y), min(x, y));
  pair(fmaf(x, y, x), fma(x, y, x));
  pair(ldexpf(x, n), std::ldexp(x, n));
  pair(static_cast<float>(lroundf(x)), static_cast<float>(std::lround(x)));
  const double wide = y * 10;
#define OVERLOAD_OF_DOUBLE(name)                         \
  pair(name##f(y * 10), static_cast<float>(name(wide))); \
  pair(name##f(y * 10), static_cast<float>(std::name(wide)));
  // clang-format off
  OVERLOAD_OF_DOUBLE(floor) OVERLOAD_OF_DOUBLE(ceil) OVERLOAD_OF_DOUBLE(trunc)
  OVERLOAD_OF_DOUBLE(round) OVERLOAD_OF_DOUBLE(rint) OVERLOAD_OF_DOUBLE(fabs)
  OVERLOAD_OF_DOUBLE(nearbyint)
      // clang-format on
      pair(fmodf(y * 10, x), static_cast<float>(std::fmod(wide, static_cast<double>(x))));
  pair(fmaxf(y * 10, x), static_cast<float>(fmax(wide, static_cast<double>(x))));
  pair(fminf(y * 10, x), static_cast<float>(fmin(wide, static_cast<double>(x))));
  pair(ldexpf(y, n), static_cast<float>(ldexp(static_cast<double>(y), n)));
  pair(fabsf(y), static_cast<float>(std::abs(static_cast<double>(y))));
  pair(1.0F, std::isnan(x) || std::isinf(y) || !std::isfinite(x) || std::signbit(x) ? 0.0F : 1.0F);
  pair(1.0F, isnan(nanf("")) ? 1.0F : 0.0F);
  out[i] = -1.0F;
}

void test_overloads() {
  constexpr int kMost = 400;
  DeviceArray<float> out(kMost);
  overloads<<<1, 1>>>(0.75F, -0.3125F, 3, out.data());
  require_launched();
  const std::vector<float> results = out.values();
  int i = 0;
  for (; !(results[i] == -1.0F && results[i + 1] == 0.0F && results[i + 2] == 0.0F); i += 2) {
    if (!same(results[i], results[i + 1])) {
      std::fprintf(stderr, "overload %d: %g and %g\n", i / 2, results[i], results[i + 1]);
      std::exit(1);
    }
  }
  REQUIRE(i > 180);
}

}  // namespace

int main(int argc, char** argv) {  // math [SEED]
  const std::uint32_t seed =
      argc > 1 ? static_cast<std::uint32_t>(std::stoul(argv[1])) : std::random_device{}();
  std::printf("seed %u\n", seed);
  const Operands in = operands(seed);
  test_against_host_build(in);
  test_exact(in);
  test_overloads();
}
