// Instructions that a call of a math function takes: those of a warp's kernel with the call, less
// those of one without it. Prints a table, and fails where a function takes more than it is known
// to. Only on the functional device, whose events count instructions.
#include <cmath>
#include <cstring>

#include "check.hpp"

namespace {

__global__ void kernel_none(const float* in, float* out) {
  const float x = in[threadIdx.x];
  const float y = in[threadIdx.x + 32];
  out[threadIdx.x] = x * y + x + y;
}

// Operands: x in [-3, 3), y in [0.1, 7.5).
// clang-format off
#define FUNCTIONS(X) \
  X(expf, expf(x), 26) X(exp2f, exp2f(x), 18) X(exp10f, exp10f(x), 35) \
  X(expm1f, expm1f(x), 53) X(logf, logf(y), 58) X(log2f, log2f(y), 60) \
  X(log10f, log10f(y), 64) X(log1pf, log1pf(y), 61) X(powf, powf(y, x), 99) \
  X(sinf, sinf(x), 44) X(cosf, cosf(x), 48) X(tanf, tanf(x), 52) X(sinpif, sinpif(x), 67) \
  X(asinf, asinf(x * 0.33F), 59) X(acosf, acosf(x * 0.33F), 65) X(atanf, atanf(x), 54) \
  X(atan2f, atan2f(x, y), 67) X(sinhf, sinhf(x), 48) X(coshf, coshf(x), 34) \
  X(tanhf, tanhf(x), 45) X(cbrtf, cbrtf(x), 32) X(hypotf, hypotf(x, y), 30) \
  X(rsqrtf, rsqrtf(y), 8) X(erff, erff(x), 59) X(erfcf, erfcf(x), 119) \
  X(normcdff, normcdff(x), 100) X(normcdfinvf, normcdfinvf(y * 0.13F), 126) \
  X(lgammaf, lgammaf(y), 208) X(tgammaf, tgammaf(y), 214) X(j0f, j0f(y), 77) X(i0f, cyl_bessel_i0f(y), 105) X(i1f, cyl_bessel_i1f(y), 108)
// clang-format on

// Operands of doubles: the same.
// clang-format off
#define DOUBLE_FUNCTIONS(X) \
  X(exp, exp(x), 479) X(exp2, exp2(x), 489) X(exp10, exp10(x), 474) X(expm1, expm1(x), 660) \
  X(log, log(y), 573) X(log2, log2(y), 570) X(log10, log10(y), 600) X(log1p, log1p(y), 746) \
  X(pow, pow(y, x), 1779) X(sin, sin(x), 461) X(cos, cos(x), 478) X(tan, tan(x), 784) \
  X(sinpi, sinpi(x), 652) X(asin, asin(x * 0.25), 1383) X(acos, acos(x * 0.25), 1389) X(atan, atan(x), 837) \
  X(atan2, atan2(x, y), 978) X(sinh, sinh(x), 834) X(cosh, cosh(x), 568) X(tanh, tanh(x), 747) \
  X(asinh, asinh(x), 1169) X(acosh, acosh(y + 1), 1373) X(cbrt, cbrt(x), 299) X(hypot, hypot(x, y), 396) \
  X(rsqrt, rsqrt(y), 194) X(erf, erf(x), 1807) X(erfc, erfc(x), 1876) X(normcdf, normcdf(x), 1911) \
  X(lgamma, lgamma(y), 4022) X(tgamma, tgamma(y), 2504) X(fma, fma(x, y, x), 694) X(sum, x + y, 306) \
  X(product, x * y, 321) X(quotient, x / y, 1363) X(sqrt, sqrt(y), 1813) \
  X(erfinv, erfinv(x * 0.33), 3979) X(erfcinv, erfcinv(y * 0.26), 4136) X(normcdfinv, normcdfinv(y * 0.13), 4241) \
  X(j0, j0(y), 1595) X(j1, j1(y), 1667) X(y0, y0(y), 4133) X(y1, y1(y), 3056) X(i0, cyl_bessel_i0(y), 1903) \
  X(i1, cyl_bessel_i1(y), 1934) X(ddiv_ru, __ddiv_ru(x, y), 548) X(dsqrt_ru, __dsqrt_ru(y), 377)
// clang-format on

#define KERNEL(name, expression, most)                         \
  __global__ void kernel_##name(const float* in, float* out) { \
    const float x = in[threadIdx.x];                           \
    const float y = in[threadIdx.x + 32];                      \
    out[threadIdx.x] = (expression) + x + y;                   \
  }
FUNCTIONS(KERNEL)

// Without arithmetic of doubles, which are calls.
#define DOUBLE_KERNEL(name, expression, most)                                                   \
  __global__ void kernel_##name(const double* in, double* out) {                                \
    const double x = in[threadIdx.x];                                                           \
    const double y = in[threadIdx.x + 32];                                                      \
    out[threadIdx.x] = __longlong_as_double(__double_as_longlong(expression) ^                  \
                                            __double_as_longlong(x) ^ __double_as_longlong(y)); \
  }
DOUBLE_KERNEL(none_double, 1.0, 0)
DOUBLE_FUNCTIONS(DOUBLE_KERNEL)

template <typename T>
using Kernel = void (*)(const T*, T*);

template <typename T>
int instructions(Kernel<T> kernel, DeviceArray<T>& in, DeviceArray<T>& out) {
  cudaEvent_t before, after;
  cudaEventCreate(&before);
  cudaEventCreate(&after);
  cudaEventRecord(before);
  kernel<<<1, 32>>>(in.data(), out.data());
  cudaEventRecord(after);
  require_launched();
  float milliseconds = 0;
  REQUIRE(cudaEventElapsedTime(&milliseconds, before, after) == cudaSuccess);
  return static_cast<int>(std::lround(milliseconds * 1e6));
}

}  // namespace

int main() {
  std::vector<float> operands(64);
  std::vector<double> doubles(64);
  for (int i = 0; i < 32; ++i) {
    operands[i] = -3 + static_cast<float>(i) * 0.19F;
    operands[i + 32] = 0.1F + static_cast<float>(i) * 0.23F;
    doubles[i] = -3 + i * 0.19;
    doubles[i + 32] = 0.1 + i * 0.23;
  }
  DeviceArray<float> in(operands);
  DeviceArray<float> out(32);
  const int none = instructions(kernel_none, in, out);
  bool kept = true;
  std::printf("| function | instructions |\n| --- | --- |\n");
#define ROW(name, expression, most)                                                               \
  {                                                                                               \
    const int count = instructions(kernel_##name, in, out) - none;                                \
    std::printf("| `%s` | %d |%s\n", #name, count, count > most ? " (more than " #most ")" : ""); \
    kept &= count <= most;                                                                        \
  }
  FUNCTIONS(ROW)
#undef ROW
  DeviceArray<double> in_double(doubles);
  DeviceArray<double> out_double(32);
  const int none_double = instructions(kernel_none_double, in_double, out_double);
#define ROW(name, expression, most)                                                               \
  {                                                                                               \
    const int count = instructions(kernel_##name, in_double, out_double) - none_double;           \
    std::printf("| `%s` | %d |%s\n", #name, count, count > most ? " (more than " #most ")" : ""); \
    kept &= count <= most;                                                                        \
  }
  DOUBLE_FUNCTIONS(ROW)
  return kept ? 0 : 1;
}
