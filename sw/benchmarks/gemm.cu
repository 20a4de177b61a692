// GEMMs on the matrix engine, for ci/bench-gemm: gemm TYPE M N K prints the cycle of the last store
// since the launch's start.
#include <heddle/gemm.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "device_memory.hpp"

namespace {

// Small integers, so that all sums are exact.
__half element(int x, __half) { return __float2half(static_cast<float>(x)); }
__nv_bfloat16 element(int x, __nv_bfloat16) { return __float2bfloat16(static_cast<float>(x)); }
__nv_fp8_e4m3 element(int x, __nv_fp8_e4m3) { return __nv_fp8_e4m3(static_cast<float>(x)); }
signed char element(int x, signed char) { return static_cast<signed char>(x); }
heddle_fp4x2 element(int x, heddle_fp4x2) {  // twice the same: 0, 1 or -1
  const unsigned code = x == 0 ? 0x0 : x > 0 ? 0x2 : 0xa;
  return {static_cast<unsigned char>(code | code << 4)};
}
int small(unsigned i, unsigned salt) { return static_cast<int>((i * 7 + i / 13 + salt) % 3) - 1; }

template <typename T, typename C>
heddle_gemm_problem<T, T, C> problem_of(unsigned m, unsigned n, unsigned k) {
  const unsigned line = k * heddle_gemm_operand<T>::bits / 8 / sizeof(T);
  std::vector<T> a(m * line), b(n * line);
  for (unsigned i = 0; i < a.size(); ++i) a[i] = element(small(i, 0), T{});
  for (unsigned i = 0; i < b.size(); ++i) b[i] = element(small(i, 1), T{});
  heddle_gemm_problem<T, T, C> problem;
  problem.m = m;
  problem.n = n;
  problem.k = k;
  problem.a = device_memory(a);
  problem.b = device_memory(b);
  problem.c = zeros<C>(std::size_t{m} * n);
  problem.lda = problem.ldb = k;
  problem.ldc = n;
  return problem;
}

template <typename T, typename C>
int run(unsigned m, unsigned n, unsigned k) {
  const auto problem = problem_of<T, C>(m, n, k);
  auto* const end = zeros<unsigned>(1);
  must(heddle_gemm(problem, end));
  std::vector<C> c(std::size_t{m} * n);
  must(cudaMemcpy(c.data(), problem.c, c.size() * sizeof(C), cudaMemcpyDeviceToHost));
  const unsigned per_entry = sizeof(T) * 8 / heddle_gemm_operand<T>::bits, line = k / per_entry;
  for (std::size_t i = 0; i < c.size(); i += 97) {
    int sum = 0;
    for (unsigned x = 0; x < line; ++x) {
      sum += small(static_cast<unsigned>(i / n) * line + x, 0) *
             small(static_cast<unsigned>(i % n) * line + x, 1);
    }
    if (c[i] != static_cast<C>(sum * static_cast<int>(per_entry))) {
      std::fprintf(stderr, "gemm: element %zu of C is wrong\n", i);
      return 1;
    }
  }
  std::printf("%u cycles\n", value_at(end));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int i) { return static_cast<unsigned>(std::atoi(argv[i])); };
  if (argc == 5) {
    const unsigned m = number(2), n = number(3), k = number(4);
    const std::string type = argv[1];
    if (type == "f16") return run<__half, float>(m, n, k);
    if (type == "bf16") return run<__nv_bfloat16, float>(m, n, k);
    if (type == "e4m3") return run<__nv_fp8_e4m3, float>(m, n, k);
    if (type == "s8") return run<signed char, int>(m, n, k);
    if (type == "fp4") return run<heddle_fp4x2, float>(m, n, k);
  }
  std::fprintf(stderr, "usage: gemm f16|bf16|e4m3|s8|fp4 M N K\n");
  return 2;
}
