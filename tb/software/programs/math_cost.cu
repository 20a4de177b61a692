// Instructions that a call of a math function takes: those of a warp's kernel with the call, less
// those of one without it. Prints a table, and fails where a function takes more than it is known
// to. Only on the functional device, whose events count instructions.
#include <cmath>

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
  X(lgammaf, lgammaf(y), 208) X(tgammaf, tgammaf(y), 214) X(j0f, j0f(y), 77)
// clang-format on

#define KERNEL(name, expression, most)                         \
  __global__ void kernel_##name(const float* in, float* out) { \
    const float x = in[threadIdx.x];                           \
    const float y = in[threadIdx.x + 32];                      \
    out[threadIdx.x] = (expression) + x + y;                   \
  }
FUNCTIONS(KERNEL)

using Kernel = void (*)(const float*, float*);

int instructions(Kernel kernel, DeviceArray<float>& in, DeviceArray<float>& out) {
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
  for (int i = 0; i < 32; ++i) {
    operands[i] = -3 + static_cast<float>(i) * 0.19F;
    operands[i + 32] = 0.1F + static_cast<float>(i) * 0.23F;
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
  return kept ? 0 : 1;
}
