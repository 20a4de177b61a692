// A histogram: every block counts in shared memory, then adds its counts to those in global memory.
// histogram [--n 20000] [--bins 64] [--block 256]
#include "example.hpp"

__global__ void histogram(int n, const unsigned int* values, unsigned int bins,
                          unsigned int* counts) {
  extern __shared__ unsigned int partial[];
  for (unsigned int bin = threadIdx.x; bin < bins; bin += blockDim.x) partial[bin] = 0;
  __syncthreads();
  const int stride = static_cast<int>(gridDim.x * blockDim.x);
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < n; i += stride) {
    atomicAdd(&partial[values[i] % bins], 1U);
  }
  __syncthreads();
  for (unsigned int bin = threadIdx.x; bin < bins; bin += blockDim.x) {
    if (partial[bin] != 0) atomicAdd(&counts[bin], partial[bin]);
  }
}

int main(int argc, char** argv) {
  const int n = option(argc, argv, "n", 20000);
  const int bins = option(argc, argv, "bins", 64);
  const int block = option(argc, argv, "block", 256);
  const int grid = std::min(8, (n + block - 1) / block);
  std::vector<unsigned int> values(n);
  Random random(7);
  // Few bins hold most of the values, so that threads meet.
  for (unsigned int& value : values) value = random.next() >> (random.next() % 32);

  unsigned int* device_values = to_device(values);
  unsigned int* device_counts = to_device(std::vector<unsigned int>(bins));
  CycleTimer timer;
  histogram<<<grid, block, bins * sizeof(unsigned int)>>>(n, device_values, bins, device_counts);
  CHECK_CUDA(cudaGetLastError());
  CHECK_CUDA(cudaDeviceSynchronize());
  const double cycles = timer.cycles();

  std::vector<unsigned int> expected(bins);
  for (const unsigned int value : values) ++expected[value % bins];
  const bool ok = to_host(device_counts, bins) == expected;
  std::printf("histogram of %d elements in %d bins: %s, %.0f cycles\n", n, bins,
              ok ? "ok" : "WRONG", cycles);
  CHECK_CUDA(cudaFree(device_values));
  CHECK_CUDA(cudaFree(device_counts));
  return ok ? 0 : 1;
}
