// y = a * x + y. saxpy [--n 1000] [--block 128]
#include "example.hpp"

__global__ void saxpy(int n, float a, const float* x, float* y) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = fmaf(a, x[i], y[i]);
}

int main(int argc, char** argv) {
  const int n = option(argc, argv, "n", 1000);
  const int block = option(argc, argv, "block", 128);
  constexpr float kA = 2.5F;
  const std::vector<float> x = random_floats(n, 1);
  const std::vector<float> y = random_floats(n, 2);

  float* device_x = to_device(x);
  float* device_y = to_device(y);
  CycleTimer timer;
  saxpy<<<(n + block - 1) / block, block>>>(n, kA, device_x, device_y);
  CHECK_CUDA(cudaGetLastError());
  CHECK_CUDA(cudaDeviceSynchronize());
  const double cycles = timer.cycles();

  const std::vector<float> result = to_host(device_y, n);
  int wrong = 0;
  for (int i = 0; i < n; ++i) wrong += result[i] != std::fmaf(kA, x[i], y[i]) ? 1 : 0;
  std::printf("saxpy of %d elements: %s, %.0f cycles\n", n, wrong == 0 ? "ok" : "WRONG", cycles);
  CHECK_CUDA(cudaFree(device_x));
  CHECK_CUDA(cudaFree(device_y));
  return wrong == 0 ? 0 : 1;
}
