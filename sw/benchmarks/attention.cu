// Attention on the matrix engine, for ci/bench-attention: attention TYPE HEADS QUERIES KEYS SIZE
// [causal] prints the cycle of the last store since the launch's start.
#include <heddle/attention.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "device_memory.hpp"

namespace {

__half element(float x, __half) { return __float2half(x); }
__nv_fp8_e4m3 element(float x, __nv_fp8_e4m3) { return __nv_fp8_e4m3(x); }
float number(__half x) { return __half2float(x); }
float number(__nv_fp8_e4m3 x) { return static_cast<float>(x); }

struct Sizes {
  unsigned heads, queries, keys, size;
  bool causal;
};

/// Rows of O, one of each 61, against floats; the exact check is the test's.
template <typename T>
bool right(const Sizes& sizes, const std::vector<T>& q, const std::vector<T>& k,
           const std::vector<T>& v, const std::vector<__half>& o, float scale) {
  const unsigned size = sizes.size;
  for (unsigned row = 0; row < sizes.heads * sizes.queries; row += 61) {
    const unsigned head = row / sizes.queries, query = row % sizes.queries;
    const unsigned keys = sizes.causal ? query + 1 + sizes.keys - sizes.queries : sizes.keys;
    std::vector<float> sums(size);
    float all = 0;
    for (unsigned key = 0; key < keys; ++key) {
      const unsigned at = (head * sizes.keys + key) * size;
      float score = 0;
      for (unsigned d = 0; d < size; ++d) score += number(q[row * size + d]) * number(k[at + d]);
      const float p = std::exp(score * scale);
      all += p;
      for (unsigned d = 0; d < size; ++d) sums[d] += p * number(v[at + d]);
    }
    for (unsigned d = 0; d < size; ++d) {
      if (!(std::fabs(sums[d] / all - __half2float(o[row * size + d])) < 0.1F)) return false;
    }
  }
  return true;
}

template <typename T>
int run(const Sizes& sizes) {
  std::mt19937 generator(1);
  std::normal_distribution<float> normal;
  const auto matrix = [&](unsigned rows) {
    std::vector<T> values(std::size_t{sizes.heads} * rows * sizes.size);
    for (T& x : values) x = element(normal(generator), T{});
    return values;
  };
  const std::vector<T> q = matrix(sizes.queries), k = matrix(sizes.keys), v = matrix(sizes.keys);
  std::vector<__half> o(q.size());
  heddle_attention_problem<T, __half> problem;
  problem.heads = sizes.heads;
  problem.queries = sizes.queries;
  problem.keys = sizes.keys;
  problem.head_size = sizes.size;
  problem.scale = 1.0F / std::sqrt(static_cast<float>(sizes.size));
  problem.causal = sizes.causal;
  problem.q = {device_memory(q), sizes.size, sizes.queries * sizes.size};
  problem.k = {device_memory(k), sizes.size, sizes.keys * sizes.size};
  problem.v = {device_memory(v), sizes.size, sizes.keys * sizes.size};
  problem.o = {device_memory(o), sizes.size, sizes.queries * sizes.size};
  auto* const end = zeros<unsigned>(1);
  must(heddle_attention(problem, end));
  must(cudaMemcpy(o.data(), problem.o.data, o.size() * sizeof(__half), cudaMemcpyDeviceToHost));
  if (!right(sizes, q, k, v, o, problem.scale)) {
    std::fprintf(stderr, "attention: O is wrong\n");
    return 1;
  }
  std::printf("%u cycles\n", value_at(end));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int i) { return static_cast<unsigned>(std::atoi(argv[i])); };
  if (argc == 6 || (argc == 7 && std::string(argv[6]) == "causal")) {
    const Sizes sizes = {number(2), number(3), number(4), number(5), argc == 7};
    const std::string type = argv[1];
    if (type == "f16") return run<__half>(sizes);
    if (type == "e4m3") return run<__nv_fp8_e4m3>(sizes);
  }
  std::fprintf(stderr, "usage: attention f16|e4m3 HEADS QUERIES KEYS SIZE [causal]\n");
  return 2;
}
