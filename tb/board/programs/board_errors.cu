// board_errors endless | out-of-bounds: kernels that do not end well, without printf and its
// buffer.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstring>

__global__ void endless(volatile int* word) {
  while (*word == 0) {
  }
}

__global__ void store_at(int* word, int offset) { word[offset] = 1; }

int main(int argc, char** argv) {
  const char* name = argc > 1 ? argv[1] : "";
  int* word = nullptr;
  if (cudaMalloc(&word, sizeof *word) != cudaSuccess) return 1;
  cudaMemset(word, 0, sizeof *word);
  std::puts("launching");
  std::fflush(stdout);
  cudaError_t wanted = cudaErrorLaunchTimeout;
  if (std::strcmp(name, "endless") == 0) {
    endless<<<1, 32>>>(word);
  } else {
    wanted = cudaErrorIllegalAddress;
    store_at<<<1, 32>>>(word, 1 << 20);
  }
  return cudaDeviceSynchronize() == wanted ? 0 : 1;
}
