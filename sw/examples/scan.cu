// Prefix sums: element i of the result is the sum of the elements 0 to i. Every block scans its
// span, the blocks' totals are scanned in the same way, and what lies before a block is added to
// it. scan [--n 5000] [--block 128]
#include "example.hpp"

/// The sum over this thread and the earlier ones of its warp.
__device__ unsigned int warp_scan(unsigned int value) {
  const unsigned int lane = threadIdx.x % warpSize;
  for (unsigned int distance = 1; distance < warpSize; distance *= 2) {
    const unsigned int earlier = __shfl_up_sync(0xffffffff, value, distance);
    if (lane >= distance) value += earlier;
  }
  return value;
}

/// Scans each block's span of `values` in place and stores its total.
__global__ void scan_blocks(int n, unsigned int* values, unsigned int* totals) {
  __shared__ unsigned int of_warp[32];
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned int lane = threadIdx.x % warpSize;
  const unsigned int warp = threadIdx.x / warpSize;
  const bool last_of_warp = lane == warpSize - 1 || threadIdx.x == blockDim.x - 1;
  unsigned int sum = warp_scan(i < n ? values[i] : 0);
  if (last_of_warp) of_warp[warp] = sum;
  __syncthreads();
  if (warp == 0) {
    const unsigned int warps = (blockDim.x + warpSize - 1) / warpSize;
    const unsigned int total = warp_scan(lane < warps ? of_warp[lane] : 0);
    if (lane < warps) of_warp[lane] = total;
  }
  __syncthreads();
  if (warp > 0) sum += of_warp[warp - 1];
  if (i < n) values[i] = sum;
  if (threadIdx.x == blockDim.x - 1) totals[blockIdx.x] = sum;
}

/// Adds to every block but the first one the scanned total of those before it.
__global__ void add_totals(int n, unsigned int* values, const unsigned int* totals) {
  const int i = (blockIdx.x + 1) * blockDim.x + threadIdx.x;
  if (i < n) values[i] += totals[blockIdx.x];
}

void scan(int n, int block, unsigned int* values) {
  const int grid = (n + block - 1) / block;
  unsigned int* totals = nullptr;
  CHECK_CUDA(cudaMalloc(&totals, grid * sizeof(unsigned int)));
  scan_blocks<<<grid, block>>>(n, values, totals);
  CHECK_CUDA(cudaGetLastError());
  if (grid > 1) {
    scan(grid, block, totals);
    add_totals<<<grid - 1, block>>>(n, values, totals);
    CHECK_CUDA(cudaGetLastError());
  }
  CHECK_CUDA(cudaFree(totals));
}

int main(int argc, char** argv) {
  const int n = option(argc, argv, "n", 5000);
  const int block = option(argc, argv, "block", 128);
  if (block < 2) {
    std::fprintf(stderr, "--block must be at least 2\n");
    return 2;
  }
  Random random(5);
  std::vector<unsigned int> values(n);
  for (unsigned int& value : values) value = random.next();

  unsigned int* device_values = to_device(values);
  CycleTimer timer;
  scan(n, block, device_values);
  CHECK_CUDA(cudaDeviceSynchronize());
  const double cycles = timer.cycles();

  const std::vector<unsigned int> result = to_host(device_values, n);
  unsigned int sum = 0;
  bool ok = true;
  for (int i = 0; i < n; ++i) {
    sum += values[i];
    ok = ok && result[i] == sum;
  }
  std::printf("scan of %d elements: %s, %.0f cycles\n", n, ok ? "ok" : "WRONG", cycles);
  CHECK_CUDA(cudaFree(device_values));
  return ok ? 0 : 1;
}
