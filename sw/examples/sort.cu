// Bitonic sort. Steps that stay within a block's span of elements run in shared memory, wider ones
// in global memory. sort [--n 1000] [--block 128]
#include <algorithm>
#include <climits>

#include "example.hpp"

/// Puts a and b in order.
__device__ void compare_exchange(int& a, int& b, bool ascending) {
  if ((a > b) == ascending) {
    const int other = a;
    a = b;
    b = other;
  }
}

/// One comparison of elements `distance` apart for every pair, in runs of `run` elements of
/// alternating direction.
__global__ void wide_step(int* values, int distance, int run) {
  const int pair = blockIdx.x * blockDim.x + threadIdx.x;
  const int i = (pair / distance) * 2 * distance + pair % distance;
  compare_exchange(values[i], values[i + distance], (i & run) == 0);
}

/// All steps from `distance` down to 1, for runs from `first_run` to `last_run`; each block on its
/// 2 * blockDim.x elements.
__global__ void narrow_steps(int* values, int first_run, int last_run) {
  extern __shared__ int span[];
  const int t = threadIdx.x;
  const int width = blockDim.x;
  const int base = blockIdx.x * 2 * width;
  span[t] = values[base + t];
  span[t + width] = values[base + t + width];
  __syncthreads();
  for (int run = first_run; run <= last_run; run *= 2) {
    for (int distance = min(run / 2, width); distance > 0; distance /= 2) {
      // The distance is a power of two.
      const int low = t & (distance - 1);
      const int i = 2 * (t - low) + low;
      compare_exchange(span[i], span[i + distance], ((base + i) & run) == 0);
      __syncthreads();
    }
  }
  values[base + t] = span[t];
  values[base + t + width] = span[t + width];
}

int main(int argc, char** argv) {
  const int n = option(argc, argv, "n", 1000);
  const int block = option(argc, argv, "block", 128);
  if ((block & (block - 1)) != 0) {
    std::fprintf(stderr, "--block must be a power of two\n");
    return 2;
  }
  int padded = 2 * block;
  while (padded < n) padded *= 2;
  Random random(4);
  std::vector<int> values(n);
  for (int& value : values) value = static_cast<int>(random.next());
  std::vector<int> input = values;
  input.resize(padded, INT_MAX);

  int* device_values = to_device(input);
  const int grid = padded / (2 * block);
  const std::size_t shared = 2 * block * sizeof(int);
  CycleTimer timer;
  narrow_steps<<<grid, block, shared>>>(device_values, 2, 2 * block);
  CHECK_CUDA(cudaGetLastError());
  for (int run = 4 * block; run <= padded; run *= 2) {
    for (int distance = run / 2; distance > block; distance /= 2) {
      wide_step<<<grid, block>>>(device_values, distance, run);
      CHECK_CUDA(cudaGetLastError());
    }
    narrow_steps<<<grid, block, shared>>>(device_values, run, run);
    CHECK_CUDA(cudaGetLastError());
  }
  CHECK_CUDA(cudaDeviceSynchronize());
  const double cycles = timer.cycles();

  const std::vector<int> result = to_host(device_values, n);
  std::sort(values.begin(), values.end());
  const bool ok = result == values;
  std::printf("sort of %d elements: %s, %.0f cycles\n", n, ok ? "ok" : "WRONG", cycles);
  CHECK_CUDA(cudaFree(device_values));
  return ok ? 0 : 1;
}
