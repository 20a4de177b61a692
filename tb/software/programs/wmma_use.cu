// Where warp matrix functions may be used, and what with: many warps for few columns of tensor
// memory, shared memory without room for scratch, columns that the program holds itself, warps that
// leave, fragments' elements, pairs of accumulator types, saturation, TF32's rounding. Sums are
// exact. wmma_use engine|lanes: what must have multiplied FP16 (functional device).
#include <mma.h>

#include <cmath>
#include <cstring>
#include <string>

#include "check.hpp"
#include "heddle/tensor.h"

using namespace nvcuda;

template <typename T>
using APart = wmma::fragment<wmma::matrix_a, 16, 16, 16, T, wmma::row_major>;
template <typename T>
using BPart = wmma::fragment<wmma::matrix_b, 16, 16, 16, T, wmma::row_major>;
template <typename T>
using Sum = wmma::fragment<wmma::accumulator, 16, 16, 16, T>;

/// `rounds` times D += A · 1, where A is all `value`: 16 · rounds · value.
__device__ void add_up(float* d, float value, int rounds) {
  APart<half> a;
  BPart<half> b;
  Sum<float> sum;
  wmma::fill_fragment(a, value);
  wmma::fill_fragment(b, 1.0f);
  wmma::fill_fragment(sum, 0.0f);
  for (int i = 0; i < rounds; ++i) wmma::mma_sync(sum, a, b, sum);
  wmma::store_matrix_sync(d, sum, 16, wmma::mem_row_major);
}

/// Each warp another number of rounds; every third leaves before.
__global__ void crowd(float* d) {
  const unsigned warp = threadIdx.x / 32;
  const unsigned number = blockIdx.x * (blockDim.x / 32) + warp;
  if (warp % 3 == 2) return;
  add_up(d + number * 256, static_cast<float>(number + 1), static_cast<int>(warp % 4) + 1);
}

/// Takes all the shared memory that the launch gives it, and checks that nobody else writes there.
__global__ void full_shared(float* d, unsigned words, int* wrong) {
  extern __shared__ unsigned own[];
  for (unsigned i = threadIdx.x; i < words; i += blockDim.x) own[i] = i * 2654435761u;
  __syncthreads();
  add_up(d + threadIdx.x / 32 * 256, 3.0f, 2);
  __syncthreads();
  for (unsigned i = threadIdx.x; i < words; i += blockDim.x) {
    if (own[i] != i * 2654435761u) atomicAdd(wrong, 1);
  }
}

/// Thread 0 holds `columns` columns, all there are, while the warps multiply.
__global__ void held_columns(float* d, unsigned columns) {
  __shared__ unsigned first;
  if (threadIdx.x == 0) first = columns != 0 ? tcgen05_alloc(columns) : 0;
  __syncthreads();
  add_up(d + threadIdx.x / 32 * 256, 5.0f, 1);
  __syncthreads();
  if (threadIdx.x == 0 && columns != 0) tcgen05_dealloc(first, columns);
}

/// Instructions that one multiplication takes.
__global__ void count_instructions(unsigned* instructions) {
  APart<half> a;
  BPart<half> b;
  Sum<float> sum;
  wmma::fill_fragment(a, 1.0f);
  wmma::fill_fragment(b, 1.0f);
  wmma::fill_fragment(sum, 0.0f);
  const unsigned begin = static_cast<unsigned>(clock());
  wmma::mma_sync(sum, a, b, sum);
  *instructions = static_cast<unsigned>(clock()) - begin;
  if (sum.x[0] != 16.0f) *instructions = 0;
}

struct Results {
  float mixed[256], saturated[256];
  half from_float[256], half_saturated[256];
  float rounded[4];
};

__global__ void elements(const half* a, const half* b, Results* results) {
  APart<half> a_part;
  BPart<half> b_part;
  wmma::load_matrix_sync(a_part, a, 16);
  wmma::load_matrix_sync(b_part, b, 16);
  for (int i = 0; i < a_part.num_elements; ++i) a_part.x[i] = a_part.x[i] * half(2.0f);

  Sum<half> halves;
  Sum<float> floats;
  wmma::fill_fragment(halves, 1.5f);
  wmma::mma_sync(floats, a_part, b_part, halves);
  wmma::store_matrix_sync(results->mixed, floats, 16, wmma::mem_row_major);
  wmma::mma_sync(halves, a_part, b_part, floats);
  wmma::store_matrix_sync(results->from_float, halves, 16, wmma::mem_row_major);

  // Elements of accumulators of two types are at the same places.
  for (int i = 0; i < floats.num_elements; ++i) {
    const float value = __half2float(halves.x[i]);
    floats.x[i] = value > 100 ? INFINITY : value < -100 ? -INFINITY : NAN;
    halves.x[i] = __float2half(floats.x[i]);
  }
  wmma::fill_fragment(a_part, 0.0f);
  wmma::mma_sync(floats, a_part, b_part, floats, true);
  wmma::mma_sync(halves, a_part, b_part, halves, true);
  wmma::store_matrix_sync(results->saturated, floats, 16, wmma::mem_row_major);
  wmma::store_matrix_sync(results->half_saturated, halves, 16, wmma::mem_row_major);

  const float values[] = {1.0f + 0x1p-11f, -1.0f - 0x1.8p-11f, 1.0f + 0x1.fp-12f, 0x1.fffffep127f};
  for (int i = 0; i < 4; ++i) results->rounded[i] = wmma::__float_to_tf32(values[i]);
}

void require_sum(const std::vector<float>& d, unsigned tile, float sum) {
  for (unsigned i = 0; i < 256; ++i) REQUIRE(d[tile * 256 + i] == sum);
}

void check_crowd() {
  constexpr unsigned kBlocks = 9;
  cudaFuncAttributes attributes;
  REQUIRE(cudaFuncGetAttributes(&attributes, crowd) == cudaSuccess);
  const unsigned warps = static_cast<unsigned>(attributes.maxThreadsPerBlock) / 32;
  for (const unsigned block : {1u, warps / 2, warps}) {
    DeviceArray<float> d(kBlocks * block * 256);
    crowd<<<kBlocks, block * 32>>>(d.data());
    require_launched();
    const std::vector<float> found = d.values();
    for (unsigned i = 0; i < kBlocks * block; ++i) {
      const unsigned warp = i % block;
      const unsigned sum = warp % 3 == 2 ? 0 : 16 * (i + 1) * (warp % 4 + 1);
      require_sum(found, i, static_cast<float>(sum));
    }
  }
}

/// Room for no warp's scratch, for one's, and for two.
void check_full_shared() {
  cudaFuncAttributes attributes;
  REQUIRE(cudaFuncGetAttributes(&attributes, full_shared) == cudaSuccess);
  const auto all = static_cast<unsigned>(attributes.maxDynamicSharedSizeBytes);
  for (const unsigned free : {0u, 4u, 1300u, 2700u}) {
    DeviceArray<float> d(4 * 256);
    DeviceArray<int> wrong(1);
    const unsigned bytes = (all - free) & ~3u;
    full_shared<<<1, 128, bytes>>>(d.data(), bytes / 4, wrong.data());
    require_launched();
    REQUIRE(wrong.values()[0] == 0);
    for (unsigned warp = 0; warp < 4; ++warp) require_sum(d.values(), warp, 96.0f);
  }
}

void check_elements() {
  std::vector<half> a(256), b(256);
  for (int i = 0; i < 256; ++i) {
    a[i] = __float2half(static_cast<float>(i * 7 % 17 - 8));
    b[i] = __float2half(static_cast<float>(i * 11 % 13 - 6));
  }
  DeviceArray<half> device_a(a), device_b(b);
  DeviceArray<Results> device_results(1);
  elements<<<1, 32>>>(device_a.data(), device_b.data(), device_results.data());
  require_launched();
  const Results results = device_results.values()[0];
  for (int i = 0; i < 256; ++i) {
    float sum = 0;
    for (int k = 0; k < 16; ++k) {
      sum += 2 * __half2float(a[i / 16 * 16 + k]) * __half2float(b[k * 16 + i % 16]);
    }
    REQUIRE(results.mixed[i] == sum + 1.5f);
    REQUIRE(__half2float(results.from_float[i]) == 2 * sum + 1.5f);
    const float sign = 2 * sum + 1.5f > 100 ? 1.0f : 2 * sum + 1.5f < -100 ? -1.0f : 0.0f;
    REQUIRE(results.saturated[i] == sign * 0x1.fffffep127f);
    REQUIRE(__half2float(results.half_saturated[i]) == sign * 65504.0f);
  }
  REQUIRE(results.rounded[0] == 1.0f + 0x1p-10f);  // a tie, away from zero
  REQUIRE(results.rounded[1] == -1.0f - 0x1p-10f);
  REQUIRE(results.rounded[2] == 1.0f);
  REQUIRE(results.rounded[3] == INFINITY);
}

void check_who(const std::string& who) {
  DeviceArray<unsigned> instructions(1);
  count_instructions<<<1, 32>>>(instructions.data());
  require_launched();
  const unsigned count = instructions.values()[0];
  if (who == "engine") REQUIRE(count != 0 && count < 400);
  if (who == "lanes") REQUIRE(count > 2000);
}

int main(int count, char** arguments) {
  REQUIRE(count == 3);  // engine, lanes or any; columns of tensor memory
  check_who(arguments[1]);
  check_crowd();
  check_full_shared();
  check_elements();
  DeviceArray<float> d(2 * 256);
  held_columns<<<1, 64>>>(d.data(), static_cast<unsigned>(std::atoi(arguments[2])));
  require_launched();
  for (unsigned warp = 0; warp < 2; ++warp) require_sum(d.values(), warp, 80.0f);
  return 0;
}
