// The sum of an array: every block adds up its part, and a second launch adds the blocks' sums. In
// a block the sums meet in a tree in shared memory, or in shuffles within the warps first. reduce
// [--n 4000] [--block 256] [--variant tree|shuffle]
#include "example.hpp"

/// The sum of what falls to this thread.
__device__ float own_sum(int n, const float* values) {
  float sum = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    sum += values[i];
  }
  return sum;
}

__global__ void reduce_in_tree(int n, const float* values, float* sums) {
  extern __shared__ float partial[];
  const unsigned int t = threadIdx.x;
  partial[t] = own_sum(n, values);
  __syncthreads();
  for (unsigned int width = blockDim.x; width > 1;) {
    const unsigned int half = (width + 1) / 2;
    if (t + half < width) partial[t] += partial[t + half];
    width = half;
    __syncthreads();
  }
  if (t == 0) sums[blockIdx.x] = partial[0];
}

/// The sum over the warp's first `threads` threads, in its first one.
__device__ float warp_sum(float sum, unsigned int threads) {
  const unsigned int lane = threadIdx.x % warpSize;
  for (unsigned int distance = warpSize / 2; distance > 0; distance /= 2) {
    const float other = __shfl_down_sync(0xffffffff, sum, distance);
    if (lane + distance < threads) sum += other;
  }
  return sum;
}

__global__ void reduce_in_warps(int n, const float* values, float* sums) {
  __shared__ float of_warp[32];
  const unsigned int t = threadIdx.x;
  const unsigned int first = t / warpSize * warpSize;
  const float sum = warp_sum(own_sum(n, values), min(32U, blockDim.x - first));
  if (t == first) of_warp[t / warpSize] = sum;
  __syncthreads();
  if (first == 0) {
    const unsigned int warps = (blockDim.x + warpSize - 1) / warpSize;
    const float total = warp_sum(t < warps ? of_warp[t] : 0, warps);
    if (t == 0) sums[blockIdx.x] = total;
  }
}

int main(int argc, char** argv) {
  const int n = option(argc, argv, "n", 4000);
  const int block = option(argc, argv, "block", 256);
  const bool shuffle = option(argc, argv, "variant", {"tree", "shuffle"}) == 1;
  const int grid = std::min(8, (n + block - 1) / block);
  const std::vector<float> values = random_floats(n, 3);

  float* device_values = to_device(values);
  float* device_sums = to_device(std::vector<float>(grid + 1));
  CycleTimer timer;
  const auto reduce = [&](int blocks, int count, const float* from, float* to) {
    if (shuffle) {
      reduce_in_warps<<<blocks, block>>>(count, from, to);
    } else {
      reduce_in_tree<<<blocks, block, block * sizeof(float)>>>(count, from, to);
    }
    CHECK_CUDA(cudaGetLastError());
  };
  reduce(grid, n, device_values, device_sums);
  reduce(1, grid, device_sums, device_sums + grid);
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
