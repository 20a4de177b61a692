// The second source of two_sources. Same names on purpose, where C++ allows it.
#include "check.hpp"
#include "two_sources.hpp"

static __device__ int value = 1000;
static __device__ int* pointer_to_value = &value;

static __global__ void add(int* out) {
  out[threadIdx.x] = *pointer_to_value + static_cast<int>(threadIdx.x);
}

int other_source() {
  DeviceArray<int> out(32);
  add<<<1, 32>>>(out.data());
  require_launched();
  return out.values()[31];
}
