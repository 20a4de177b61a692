// The sum of an array: every block adds up its part in a tree in shared memory, and a second launch
// adds the blocks' sums. reduce [--n 4000] [--block 256]
#include "example.hpp"

__global__ void reduce(int n, const float* values, float* sums) {
  extern __shared__ float partial[];
  const unsigned int t = threadIdx.x;
  float sum = 0;
  for (int i = blockIdx.x * blockDim.x + t; i < n; i += gridDim.x * blockDim.x) sum += values[i];
  partial[t] = sum;
  __syncthreads();
  for (unsigned int width = blockDim.x; width > 1;) {
    const unsigned int half = (width + 1) / 2;
    if (t + half < width) partial[t] += partial[t + half];
    width = half;
    __syncthreads();
  }
  if (t == 0) sums[blockIdx.x] = partial[0];
}

int main(int argc, char** argv) {
  const int n = option(argc, argv, "n", 4000);
  const int block = option(argc, argv, "block", 256);
  const int grid = std::min(8, (n + block - 1) / block);
  const std::vector<float> values = random_floats(n, 3);

  float* device_values = to_device(values);
  float* device_sums = to_device(std::vector<float>(grid + 1));
  CycleTimer timer;
  reduce<<<grid, block, block * sizeof(float)>>>(n, device_values, device_sums);
  CHECK_CUDA(cudaGetLastError());
  reduce<<<1, block, block * sizeof(float)>>>(grid, device_sums, device_sums + grid);
  CHECK_CUDA(cudaGetLastError());
  CHECK_CUDA(cudaDeviceSynchronize());
  const double cycles = timer.cycles();

  const float result = to_host(device_sums, grid + 1).back();
  double expected = 0;
  for (const float value : values) expected += static_cast<double>(value);
  const double error = std::fabs(static_cast<double>(result) - expected);
  const bool ok = error <= 1e-6 * n;
  std::printf("reduce of %d elements: %s, sum %.6f, error %.2g, %.0f cycles\n", n,
              ok ? "ok" : "WRONG", static_cast<double>(result), error, cycles);
  CHECK_CUDA(cudaFree(device_values));
  CHECK_CUDA(cudaFree(device_sums));
  return ok ? 0 : 1;
}
