#!/usr/bin/env bash
# Warps that wait for an mbarrier that nobody completes: what the report of the cycle limit says of it.
source "$(dirname "$0")/script.sh"

cat >waits.cu <<'SOURCE'
#include <cstdio>
#include <cuda_awbarrier_primitives.h>
#include "heddle/mbarrier.h"
// In each block warp 0 waits for the first one, the threads from 21 on of warp 1 for the second one; warp 2 has
// waited for the third one, and then comes to no end.
__global__ void k(volatile int* never) {
  __shared__ std::uint64_t mbarriers[3];
  if (threadIdx.x == 0) {
    heddle_mbarrier_init(&mbarriers[0], 3 + blockIdx.x);
    (void)heddle_mbarrier_expect_tx(&mbarriers[0], 64);
    (void)heddle_mbarrier_complete_tx(&mbarriers[0], 16);
    (void)heddle_mbarrier_arrive(&mbarriers[0], 2);
    heddle_mbarrier_init(&mbarriers[1], 5);
    (void)heddle_mbarrier_arrive(&mbarriers[1], 5);
    (void)heddle_mbarrier_arrive(&mbarriers[1], 1);
    (void)heddle_mbarrier_complete_tx(&mbarriers[1], 8);
    heddle_mbarrier_init(&mbarriers[2], 1);
    (void)heddle_mbarrier_arrive(&mbarriers[2], 1);
  }
  __syncthreads();
  if (threadIdx.x < 32) {
    heddle_mbarrier_wait(&mbarriers[0], 0);
  } else if (threadIdx.x >= 32 + 21 && threadIdx.x < 64) {
    while (!__mbarrier_try_wait_parity(&mbarriers[threadIdx.x / 32], 1, 0)) {}
  } else if (threadIdx.x >= 64) {
    for (int i = 0; i < 100; ++i) {
      heddle_mbarrier_wait(&mbarriers[2], 0);
      while (*never == 0) {}
    }
  }
}
int main() {
  int* memory;
  cudaMalloc(&memory, 4);
  cudaMemset(memory, 0, 4);
  k<<<2, 96>>>(memory);
  std::printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
SOURCE
expect 0 "" heddlecc -Wall waits.cu -o waits
export HEDDLE_CONFIG=ecp5

first='phase 0, 1 of 3 arrivals missing, 48 bytes missing'
of_next_block='phase 0, 2 of 4 arrivals missing, 48 bytes missing'
second='phase 1, 4 of 5 arrivals missing, 8 bytes more than were expected'
block_0="slot 0 waits for the mbarrier at 0xf0000000: $first
slot 1 waits for the mbarrier at 0xf0000008: $second"
block_1="slot 3 waits for the mbarrier at 0xf0000000: $of_next_block
slot 4 waits for the mbarrier at 0xf0000008: $second"
unknown='waits for an mbarrier; which one is not known here'
declare -A waits=(
  [functional]=$block_0  # one block at a time
  [timed]="$block_0"$'\n'"$block_1"
  [lockstep]="$block_0"$'\n'"$block_1"
  [rtl]=$(printf "slot %d $unknown\n" 0 1 3 4)
)

cat >polls.cu <<'SOURCE'
#include <cstdio>
#include <cstdlib>
#include <cuda/barrier>
#include "heddle/mbarrier.h"
using Barrier = cuda::barrier<cuda::thread_scope_block>;
// A way to look at mbarriers for each warp, none of which comes to an end. Warps 0 to 2 can do nothing until
// one changes. The last one waits for phases that have all ended.
__global__ void k(volatile unsigned* work, unsigned* counts) {
  __shared__ Barrier barriers[8];
  if (threadIdx.x < 8) init(&barriers[threadIdx.x], 1);
  __syncthreads();
  const unsigned warp = threadIdx.x / 32;
  const auto ended = [&](unsigned i) {
    return heddle_mbarrier_test(cuda::device::barrier_native_handle(barriers[i]), 0);
  };
  unsigned count = 0;
  if (warp == 0) {
    barriers[0].wait_parity(false);
  } else if (warp == 1) {
    while (!ended(1)) __nanosleep(100);
  } else if (warp == 2) {
    while (static_cast<int>(ended(2)) + static_cast<int>(ended(3)) == 0) {}
  } else if (warp == 3) {
    while (!ended(3)) work[threadIdx.x] = work[threadIdx.x] + 1;
  } else if (warp == 4) {
    while (!ended(4)) ++count;
  } else if (warp == 5) {
    for (unsigned last = clock(); !ended(5);) {
      if (static_cast<unsigned>(clock()) - last < 1000) continue;
      work[threadIdx.x] = last;
      last = clock();
    }
  } else if (warp == 6) {
    while (!barriers[6].try_wait_parity_for(false, std::chrono::nanoseconds(100))) {}
  } else {
    for (bool parity = false; work[threadIdx.x] == 0; parity = !parity) {
      if (threadIdx.x % 32 == 0) (void)barriers[7].arrive();
      barriers[7].wait_parity(parity);
      __syncwarp();
    }
  }
  counts[threadIdx.x] = count;
}
int main(int, char** argv) {
  unsigned* memory;
  cudaMalloc(&memory, 2 * 1024);
  cudaMemset(memory, 0, 2 * 1024);
  k<<<1, 32 * std::atoi(argv[1])>>>(memory, memory + 256);
  std::printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
SOURCE
expect 0 "" heddlecc -Wall polls.cu -o polls

never='phase 0, 1 of 1 arrivals missing'
declare -A polls
for device in functional timed lockstep; do
  polls[$device]="slot 0 waits for the mbarrier at 0xf0000000: $never
slot 1 waits for the mbarrier at 0xf0000008: $never
slot 2 $unknown"
done
polls[rtl]=$(printf "slot %d $unknown\n" 0 1 2)

# check EXPECTED command...: what the command's report says of mbarriers; slots at one place share a line, which is
# taken apart here.
check() {
  local expected=$1 actual
  shift
  "$@" >report 2>&1
  expect 0 "cudaErrorLaunchTimeout" cat report
  actual=$(sed -nE 's/^  warp slots? ([0-9, ]+) waits? for/\1 waits for/p' report |
    while read -r line; do
      slots=${line%% waits*}
      for slot in ${slots//,/ }; do echo "slot $slot waits${line#* waits}"; done
    done | sort)
  if [[ $actual != "$expected" ]]; then
    echo "FAILED: $*, $HEDDLE_DEVICE, $HEDDLE_CYCLE_LIMIT cycles; expected:"
    sed 's/^/    /' <<<"$expected"
    echo "  and got:"
    sed 's/^/    /' <<<"$actual"
    failures=$((failures + 1))
  fi
}

# Wherever in their loops the warps are.
for limit in 20000 20003 20006 20009 20014; do
  for device in functional timed lockstep rtl; do
    export HEDDLE_CYCLE_LIMIT=$limit HEDDLE_DEVICE=$device
    check "${waits[$device]}" ./waits
    warps=8
    [[ $device == rtl ]] && warps=7  # it does not show whether a phase has ended
    check "${polls[$device]}" ./polls "$warps"
  done
done
finish
