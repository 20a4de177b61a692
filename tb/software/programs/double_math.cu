// The double functions on the device have the bits of the same sources compiled for the host, whose
// errors tb/math measures. And CUDA's and C++'s names are these functions.
#include <cmath>
#include <cstring>
#include <random>
#include <string>

#include "../../math/device_math.hpp"
#include "../../math/double_operands.hpp"
#include "check.hpp"

namespace {

constexpr int kBlock = 128;
constexpr int kCount = 16 * kBlock;

// clang-format off
#define FUNCTIONS_OF_ONE(X) \
  X(rsqrt) X(cbrt) X(rcbrt) X(exp) X(exp2) X(exp10) X(expm1) X(log) X(log2) X(log10) X(log1p) \
  X(sin) X(cos) X(tan) X(sinpi) X(cospi) X(asin) X(acos) X(atan) X(sinh) X(cosh) X(tanh) \
  X(asinh) X(acosh) X(atanh) X(erf) X(erfc) X(erfcx) X(normcdf) X(lgamma) X(tgamma) \
  X(erfinv) X(erfcinv) X(normcdfinv) X(j0) X(j1) X(y0) X(y1) X(cyl_bessel_i0) X(cyl_bessel_i1) X(logb) X(floor) X(ceil) X(trunc) X(round) X(rint)
#define FUNCTIONS_OF_TWO(X) \
  X(hypot) X(rhypot) X(pow) X(atan2) X(fmod) X(remainder) X(nextafter) X(fdim) X(fmin) X(fmax)
// Name on the device, expression there, expression of the host build.
#define EXPRESSIONS(X) \
  X(norm3d, norm3d(x, y, x + y), __heddle_norm3d(x, y, x + y)) \
  X(rnorm3d, rnorm3d(x, y, x + y), __heddle_rnorm3d(x, y, x + y)) \
  X(norm4d, norm4d(x, y, x + y, x - y), __heddle_norm4d(x, y, x + y, x - y)) \
  X(rnorm4d, rnorm4d(x, y, x + y, x - y), __heddle_rnorm4d(x, y, x + y, x - y)) \
  X(fma, fma(x, y, x), __heddle_fma(x, y, x)) \
  X(builtin_fma, __builtin_fma(x, y, -y), __heddle_fma(x, y, -y)) \
  X(fma_rn, __fma_rn(x, y, y), __heddle_fma(x, y, y)) \
  X(fma_rz, __fma_rz(x, y, y), __heddle_fma_rz(x, y, y)) \
  X(fma_ru, __fma_ru(x, y, -x), __heddle_fma_ru(x, y, -x)) \
  X(fma_rd, __fma_rd(x, y, -x), __heddle_fma_rd(x, y, -x)) \
  X(dadd_ru, __dadd_ru(x, y), __heddle_fma_ru(x, 1, y)) \
  X(dsub_rd, __dsub_rd(x, y), __heddle_fma_rd(x, 1, -y)) \
  X(dmul_rz, __dmul_rz(x, y), __heddle_fma_rz(x, y, std::signbit(x) == std::signbit(y) ? 0.0 : -0.0)) \
  X(dmul_rd, __dmul_rd(x, y), __heddle_fma_rd(x, y, std::signbit(x) == std::signbit(y) ? 0.0 : -0.0)) \
  X(dadd_rn, __dadd_rn(x, y), x + y) X(dmul_rn, __dmul_rn(x, y), x * y) \
  X(ddiv_rn, __ddiv_rn(x, y), x / y) X(dsqrt_rn, __dsqrt_rn(x), std::sqrt(x)) \
  X(ddiv_rz, __ddiv_rz(x, y), __heddle_div_rz(x, y)) X(ddiv_ru, __ddiv_ru(x, y), __heddle_div_ru(x, y)) \
  X(ddiv_rd, __ddiv_rd(x, y), __heddle_div_rd(x, y)) X(drcp_rz, __drcp_rz(x), __heddle_div_rz(1, x)) \
  X(drcp_ru, __drcp_ru(x), __heddle_div_ru(1, x)) X(drcp_rd, __drcp_rd(x), __heddle_div_rd(1, x)) \
  X(dsqrt_rz, __dsqrt_rz(x), __heddle_sqrt_rz(x)) X(dsqrt_ru, __dsqrt_ru(x), __heddle_sqrt_ru(x)) \
  X(dsqrt_rd, __dsqrt_rd(x), __heddle_sqrt_rd(x)) X(jn, jn(7, x), __heddle_jn(7, x)) \
  X(yn, yn(7, x), __heddle_yn(7, x)) X(norm, norm_of(x, y), norm_of(x, y)) \
  X(rnorm, rnorm_of(x, y), rnorm_of(x, y)) X(normf, normf_of(x, y), normf_of(x, y)) \
  X(rnormf, rnormf_of(x, y), rnormf_of(x, y)) \
  X(std_exp, std::exp(x), __heddle_exp(x)) X(std_sin, std::sin(x), __heddle_sin(x)) \
  X(std_pow, std::pow(x, y), __heddle_pow(x, y)) X(std_fma, std::fma(x, y, x), __heddle_fma(x, y, x)) \
  X(pow_3, pow(x, 3), __heddle_pow(x, 3.0)) X(std_pow_3, std::pow(x, 3), __heddle_pow(x, 3.0)) \
  X(builtin_exp, __builtin_exp(x), __heddle_exp(x)) X(std_log1p, std::log1p(x), __heddle_log1p(x)) \
  X(std_atan2, std::atan2(x, y), __heddle_atan2(x, y)) X(max, max(x, y), __heddle_fmax(x, y)) \
  X(min, min(x, y), __heddle_fmin(x, y)) X(max_mixed, max(1.5F, y), __heddle_fmax(1.5, y))
// clang-format on

// Of three components, on both sides.
#define NORM(name, type)                                              \
  __device__ double name##_of(double x, double y) {                   \
    const type v[] = {static_cast<type>(x), static_cast<type>(y), 1}; \
    return name(3, v);                                                \
  }                                                                   \
  __host__ double name##_of(double x, double y) {                     \
    const type v[] = {static_cast<type>(x), static_cast<type>(y), 1}; \
    return __heddle_##name(3, v);                                     \
  }
NORM(norm, double)
NORM(rnorm, double)
NORM(normf, float)
NORM(rnormf, float)

#define KERNEL(name, expression)                                                          \
  __global__ void kernel_##name(const double* first, const double* second, double* out) { \
    const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;                         \
    const double x = first[i];                                                            \
    const double y = second[i];                                                           \
    (void)x, (void)y;                                                                     \
    out[i] = expression;                                                                  \
  }
#define KERNEL_OF_ONE(name) KERNEL(name, name(x))
#define KERNEL_OF_TWO(name) KERNEL(name, name(x, y))
#define KERNEL_OF(name, device, host) KERNEL(name, device)
FUNCTIONS_OF_ONE(KERNEL_OF_ONE)
FUNCTIONS_OF_TWO(KERNEL_OF_TWO)
EXPRESSIONS(KERNEL_OF)

/// Functions with two results; one in two of `out`.
__global__ void kernel_pairs(const double* in, const double* divisors, double* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  sincos(in[i], &out[8 * i], &out[8 * i + 1]);
  sincospi(in[i], &out[8 * i + 2], &out[8 * i + 3]);
  int quotient;
  out[8 * i + 4] = remquo(in[i], divisors[i], &quotient);
  out[8 * i + 5] = quotient;
  out[8 * i + 6] = modf(in[i], &out[8 * i + 7]);
}

std::uint64_t bits(double x) {
  std::uint64_t result;
  std::memcpy(&result, &x, sizeof(result));
  return result;
}
bool same(double a, double b) { return (std::isnan(a) && std::isnan(b)) || bits(a) == bits(b); }

using Kernel = void (*)(const double*, const double*, double*);
using Function = double (*)(double, double);
struct Entry {
  const char* name;
  Kernel kernel;
  Function function;
};
#define ENTRY_OF_ONE(name) \
  {#name, kernel_##name, [](double x, double) { return __heddle_##name(x); }},
#define ENTRY_OF_TWO(name) \
  {#name, kernel_##name, [](double x, double y) { return __heddle_##name(x, y); }},
#define ENTRY_OF(name, device, host)              \
  {#name, kernel_##name, [](double x, double y) { \
     (void)x, (void)y;                            \
     return static_cast<double>(host);            \
   }},
const Entry kEntries[] = {FUNCTIONS_OF_ONE(ENTRY_OF_ONE) FUNCTIONS_OF_TWO(ENTRY_OF_TWO)
                              EXPRESSIONS(ENTRY_OF)};

void compare(const char* name, double x, double y, double actual, double expected) {
  if (same(actual, expected)) return;
  std::fprintf(stderr, "%s of %a %a gives %a on the device, %a on the host\n", name, x, y, actual,
               expected);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {  // double_math [SEED]
  const std::uint32_t seed =
      argc > 1 ? static_cast<std::uint32_t>(std::stoul(argv[1])) : std::random_device{}();
  std::printf("seed %u\n", seed);
  heddle::tb::DoubleOperands operands(seed);
  std::vector<double> first(kCount);
  std::vector<double> second(kCount);
  for (int i = 0; i < kCount; ++i) operands.next(first[i], second[i]);
  DeviceArray<double> x(first);
  DeviceArray<double> y(second);
  DeviceArray<double> out(kCount);
  for (const Entry& entry : kEntries) {
    entry.kernel<<<kCount / kBlock, kBlock>>>(x.data(), y.data(), out.data());
    require_launched();
    const std::vector<double> results = out.values();
    for (int i = 0; i < kCount; ++i) {
      compare(entry.name, first[i], second[i], results[i], entry.function(first[i], second[i]));
    }
  }
  DeviceArray<double> pairs(8 * kCount);
  kernel_pairs<<<kCount / kBlock, kBlock>>>(x.data(), y.data(), pairs.data());
  require_launched();
  const std::vector<double> results = pairs.values();
  for (int i = 0; i < kCount; ++i) {
    const double* const r = &results[8 * i];
    compare("sincos, sine", first[i], 0, r[0], __heddle_sin(first[i]));
    compare("sincos, cosine", first[i], 0, r[1], __heddle_cos(first[i]));
    compare("sincospi, sine", first[i], 0, r[2], __heddle_sinpi(first[i]));
    compare("sincospi, cosine", first[i], 0, r[3], __heddle_cospi(first[i]));
    int quotient;
    compare("remquo", first[i], second[i], r[4], __heddle_remquo(first[i], second[i], &quotient));
    compare("remquo's quotient", first[i], second[i], r[5], quotient);
    double whole;
    compare("modf", first[i], 0, r[6], __heddle_modf(first[i], &whole));
    compare("modf's integer", first[i], 0, r[7], whole);
  }
}
