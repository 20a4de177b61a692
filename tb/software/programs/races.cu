// races CASE: for HEDDLE_RACECHECK, which finds data races in the cases whose names begin with
// "racy". A comment names each line that is to be reported; races.tests.sh looks for it.
#include <cooperative_groups.h>

#include <cuda/barrier>

#include <cstring>

#include "check.hpp"

namespace cg = cooperative_groups;

constexpr int kThreads = 128;

template <bool kBarriers>
__global__ void reduce(int* out) {
  __shared__ int sums[kThreads];
  const int t = threadIdx.x;
  sums[t] = t;  // REDUCE WRITE
  if (kBarriers) __syncthreads();
  for (int width = kThreads / 2; width > 0; width /= 2) {
    int sum = 0;
    if (t < width) sum = sums[t + width];  // REDUCE READ
    if (t < width) sums[t] += sum;         // REDUCE UPDATE
    if (kBarriers) __syncthreads();
  }
  if (t == 0) out[blockIdx.x] = sums[0];
}

template <bool kSync>
__global__ void neighbours(int* out) {
  __shared__ int values[32];
  const int t = threadIdx.x;
  values[t] = t;  // NEIGHBOUR WRITE
  if (kSync) __syncwarp();
  out[t] = values[(t + 1) % 32];  // NEIGHBOUR READ
}

// Pairs of a warp's halves: nothing orders one half with the other.
__global__ void half_warps(int* out) {
  __shared__ int values[32];
  const int t = threadIdx.x;
  const auto half = cg::tiled_partition<16>(cg::this_thread_block());
  values[t] = t;  // HALF WRITE
  half.sync();
  const int own = values[t ^ 1];
  half.sync();
  out[t] = own + values[t ^ 16];  // HALF READ
}

// Two buffers, filled by one half of the block and read by the other.
__global__ void produce_and_consume(int* out) {
  __shared__ int buffers[2][64];
  const int t = threadIdx.x;
  for (unsigned round = 0; round < 6; ++round) {
    const unsigned buffer = round % 2;
    const unsigned full = 1 + buffer;
    const unsigned empty = 3 + buffer;
    if (t < 64) {
      if (round >= 2) bar_sync(empty, kThreads);
      buffers[buffer][t] = t;
      bar_arrive(full, kThreads);
    } else {
      bar_sync(full, kThreads);
      out[t] += buffers[buffer][127 - t];
      if (round < 4) bar_arrive(empty, kThreads);
    }
  }
}

// The producer does not wait until the buffer is empty.
__global__ void produce_without_waiting(int* out) {
  __shared__ int buffer[64];
  const int t = threadIdx.x;
  for (int round = 0; round < 4; ++round) {
    if (t < 64) {
      buffer[t] = t + round;  // PRODUCER
      bar_arrive(1 + round, kThreads);
    } else {
      bar_sync(1 + round, kThreads);
      out[t] += buffer[127 - t];  // CONSUMER
    }
  }
}

// The same with mbarriers: a buffer is full, and empty again. Without the wait, consumers may read
// what the producers write for the next round.
template <bool kWait>
__global__ void ring(int* out) {
  __shared__ int buffer[64];
  __shared__ cuda::barrier<cuda::thread_scope_block> full[4];
  __shared__ cuda::barrier<cuda::thread_scope_block> empty;
  const int t = threadIdx.x;
  if (t < 4) init(&full[t], 64);
  if (t == 4) init(&empty, 64);
  __syncthreads();
  for (int round = 0; round < 4; ++round) {
    if (t < 64) {
      if (kWait) empty.wait_parity(round % 2 == 0);
      buffer[t] = t + round;  // RING WRITE
      (void)full[round].arrive();
    } else {
      full[round].wait_parity(false);
      out[t] += buffer[127 - t];  // RING READ
      (void)empty.arrive();
    }
  }
}

__global__ void atomics(int* out) {
  __shared__ unsigned bins[4];
  __shared__ unsigned long long wide;
  __shared__ unsigned short narrow;
  const int t = threadIdx.x;
  if (t < 4) bins[t] = 0;
  if (t == 0) wide = narrow = 0;
  __syncthreads();
  atomicAdd(&bins[t % 4], 1U);
  atomicInc(&bins[t % 4], 1000U);
  atomicAdd(&wide, 1ULL);
  atomicCAS(&narrow, static_cast<unsigned short>(t), static_cast<unsigned short>(t + 1));
  __syncthreads();
  if (t < 4) out[t] = static_cast<int>(bins[t] + wide + narrow);
}

template <bool kAtomic>
__global__ void count(int* out) {
  __shared__ int counter;
  if (threadIdx.x == 0) counter = 0;
  __syncthreads();
  atomicAdd(&counter, 1);                                         // COUNT
  out[threadIdx.x] = kAtomic ? atomicAdd(&counter, 0) : counter;  // COUNT READ
}

template <bool kFence>
__global__ void lock(int* out) {
  __shared__ int taken;
  __shared__ int value;
  if (threadIdx.x == 0) taken = value = 0;
  __syncthreads();
  for (bool done = false; !done;) {
    if (atomicCAS(&taken, 0, 1) == 0) {
      if (kFence) __threadfence_block();
      value = value + 1;  // LOCKED
      if (kFence) __threadfence_block();
      atomicExch(&taken, 0);
      done = true;
    }
  }
  __syncthreads();
  out[threadIdx.x] = value;
}

// All write the same value; a thread has left.
__global__ void same_value(int* out) {
  __shared__ int flag;
  __shared__ int from_thread_3;
  const int t = threadIdx.x;
  if (t == 3) {
    from_thread_3 = 7;
    return;
  }
  flag = 1;
  __syncwarp();
  if (t < 32) out[t] = from_thread_3;
  __syncthreads();
  out[t] = flag;
}

int main(int argc, char** argv) {
  REQUIRE(argc == 2);
  const auto is = [&](const char* name) { return std::strcmp(argv[1], name) == 0; };
  DeviceArray<int> out(kThreads);
  if (is("racy-reduce"))
    reduce<false><<<2, kThreads>>>(out.data());
  else if (is("reduce"))
    reduce<true><<<2, kThreads>>>(out.data());
  else if (is("racy-neighbours"))
    neighbours<false><<<1, 32>>>(out.data());
  else if (is("neighbours"))
    neighbours<true><<<1, 32>>>(out.data());
  else if (is("racy-half-warps"))
    half_warps<<<1, 32>>>(out.data());
  else if (is("producer"))
    produce_and_consume<<<2, kThreads>>>(out.data());
  else if (is("racy-producer"))
    produce_without_waiting<<<1, kThreads>>>(out.data());
  else if (is("ring"))
    ring<true><<<2, kThreads>>>(out.data());
  else if (is("racy-ring"))
    ring<false><<<1, kThreads>>>(out.data());
  else if (is("atomics"))
    atomics<<<2, kThreads>>>(out.data());
  else if (is("count"))
    count<true><<<1, kThreads>>>(out.data());
  else if (is("racy-count"))
    count<false><<<1, kThreads>>>(out.data());
  else if (is("lock"))
    lock<true><<<1, 64>>>(out.data());
  else if (is("racy-lock"))
    lock<false><<<1, 64>>>(out.data());
  else if (is("same-value"))
    same_value<<<1, 64>>>(out.data());
  else
    REQUIRE(!"such a case");
  require_launched();
  return 0;
}
