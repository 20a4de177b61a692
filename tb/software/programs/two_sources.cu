// A program of two sources: each has its own device image, data and pointers to data included.
#include "two_sources.hpp"

#include "check.hpp"

__device__ int value = 1;
__device__ int* pointer_to_value = &value;

__global__ void add(int* out) {
  out[threadIdx.x] = *pointer_to_value + static_cast<int>(threadIdx.x);
}

int main() {
  DeviceArray<int> out(32);
  add<<<1, 32>>>(out.data());
  require_launched();
  REQUIRE(out.values()[31] == 32);
  REQUIRE(other_source() == 1031);
  return 0;
}
