#!/usr/bin/env bash
# Warps that wait for an mbarrier that nobody completes: what the report of the cycle limit says of it.
source "$(dirname "$0")/script.sh"

cat >waits.cu <<'SOURCE'
#include <cuda_awbarrier_primitives.h>
#include <cstdio>
#include "heddle/mbarrier.h"
// Each block's warp 0 waits for the first one, warp 1 for the second one, warp 2 for nobody.
__global__ void k(volatile int* never) {
  __shared__ std::uint64_t mbarriers[2];
  if (threadIdx.x == 0) {
    heddle_mbarrier_init(&mbarriers[0], 3);
    (void)heddle_mbarrier_expect_tx(&mbarriers[0], 64);
    (void)heddle_mbarrier_complete_tx(&mbarriers[0], 16);
    (void)heddle_mbarrier_arrive(&mbarriers[0], 2);
    heddle_mbarrier_init(&mbarriers[1], 5);
    (void)heddle_mbarrier_arrive(&mbarriers[1], 5);
    (void)heddle_mbarrier_arrive(&mbarriers[1], 1);
    (void)heddle_mbarrier_complete_tx(&mbarriers[1], 8);
  }
  __syncthreads();
  if (threadIdx.x < 32) heddle_mbarrier_wait(&mbarriers[0], 0);
  else if (threadIdx.x < 64) while (!__mbarrier_try_wait_parity(&mbarriers[1], 1, 0)) {}
  else while (*never == 0) {}
}
int main() {
  int* memory;
  cudaMalloc(&memory, 4);
  cudaMemset(memory, 0, 4);
  k<<<1, 96>>>(memory);
  std::printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
SOURCE
expect 0 "" heddlecc -Wall waits.cu -o waits
export HEDDLE_CYCLE_LIMIT=20000 HEDDLE_CONFIG=nano
for device in functional timed lockstep; do
  export HEDDLE_DEVICE=$device
  expect 0 "cudaErrorLaunchTimeout" ./waits
  expect 0 "warp slot 0 waits for the mbarrier at 0xf0000000: phase 0, 1 of 3 arrivals missing, 48 bytes missing" ./waits
  expect 0 "warp slot 1 waits for the mbarrier at 0xf0000008: phase 1, 4 of 5 arrivals missing, 8 bytes more than were expected" \
    ./waits
  [[ $(./waits 2>&1 | grep -c "waits for the mbarrier") == 2 ]] ||
    { echo "FAILED: not two mbarriers on $device" && failures=$((failures + 1)); }
done
HEDDLE_DEVICE=rtl expect 0 "waits for an mbarrier; this device does not show which, nor its state" ./waits
finish
