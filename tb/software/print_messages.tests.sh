#!/usr/bin/env bash
# The messages of assert and printf in kernels.
source "$(dirname "$0")/script.sh"

cat >asserts.cu <<'SOURCE'
#include <cassert>
#include <cstdio>
template <typename T>
__device__ void check(T value) {
  assert(value < 3 && "small");
}
__global__ void k(int fill) {
  for (int i = 0; i < fill; ++i) printf("line\n");
  if (threadIdx.y == 1 && blockIdx.x == 2) check(static_cast<int>(threadIdx.x));
}
int main(int argc, char**) {
  cudaDeviceSetLimit(cudaLimitPrintfFifoSize, 4096);
  k<<<dim3(3, 1), dim3(4, 2)>>>(argc > 1 ? 100 : 0);
  std::printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
SOURCE
for level in 0 2; do
  expect 0 "" heddlecc "-O$level" -Wall asserts.cu -o asserts
  expect 0 'asserts.cu:5: void check(T) [T = int]: block: [2,0,0], thread: [3,1,0] Assertion `value < 3 && "small"` failed.' \
    ./asserts
  expect 0 "cudaErrorAssert" ./asserts
  expect 0 "an assert() failed; its message did not fit the buffer" ./asserts full
  expect 0 "outputs of printf and assert are lost" ./asserts full
done
[[ $(./asserts 2>&1 | grep -c Assertion) == 1 ]] || { echo "FAILED: not one message" && failures=$((failures + 1)); }
expect 0 "" heddlecc -DNDEBUG asserts.cu -o asserts
expect 0 "cudaSuccess" ./asserts

cat >wrong.cu <<'SOURCE'
#include <cstdio>
struct Pair { int a, b; };
__global__ void k() {
#ifdef STRUCT
  printf("%d\n", Pair{1, 2});
#else
  printf("%d\n", 1.5);
#endif
}
int main() {}
SOURCE
expect 0 "-Wformat" heddlecc -Wall wrong.cu -o wrong
expect 1 "error: " heddlecc -DSTRUCT wrong.cu -o wrong
finish
