// Mbarriers through cuda::barrier and through CUDA's primitives: phases, counts, drops, bytes, and
// a pipeline of two mbarriers a stage.
#include <cuda_awbarrier_primitives.h>
#include <cuda/barrier>

#include "check.hpp"

using Barrier = cuda::barrier<cuda::thread_scope_block>;

constexpr int kThreads = 96;
constexpr int kPhases = 7;

// Everybody writes, arrives, and reads what others wrote, phase after phase.
__global__ void exchange(int* out) {
  __shared__ int values[2][kThreads];
  __shared__ Barrier barrier;
  const int t = threadIdx.x;
  if (t == 0) init(&barrier, kThreads);
  __syncthreads();
  int sum = 0;
  for (int phase = 0; phase < kPhases; ++phase) {
    values[phase % 2][t] = 100 * phase + t;
    if (phase % 3 == 0) {
      barrier.arrive_and_wait();
    } else if (phase % 3 == 1) {
      Barrier::arrival_token token = barrier.arrive();
      barrier.wait(static_cast<Barrier::arrival_token&&>(token));
    } else {
      const Barrier::arrival_token token = barrier.arrive();
      while (!barrier.try_wait(token)) {
      }
    }
    sum += values[phase % 2][(t + 33) % kThreads];
  }
  out[t] = sum;
}

constexpr int kStages = 3;
constexpr int kTiles = 11;

// Warp 0 fills the stages of a ring, warps 1 and 2 empty them. A full stage is told by one arrival
// of each producing thread, an empty one by one of each consuming warp, which counts for 32.
__global__ void pipeline(const int* in, int* out) {
  __shared__ int tiles[kStages][32];
  __shared__ Barrier full[kStages];
  __shared__ Barrier empty[kStages];
  const int t = threadIdx.x;
  const int lane = t % 32;
  if (t < kStages) {
    init(&full[t], 32);
    init(&empty[t], 64);
  }
  __syncthreads();
  if (t < 32) {
    for (int tile = 0; tile < kTiles; ++tile) {
      const int stage = tile % kStages;
      const bool round = tile / kStages % 2 != 0;
      // The phase before the first one has, so to say, ended.
      empty[stage].wait_parity(!round);
      tiles[stage][lane] = in[32 * tile + lane];
      (void)full[stage].arrive();
    }
  } else {
    int sum = 0;
    for (int tile = 0; tile < kTiles; ++tile) {
      const int stage = tile % kStages;
      full[stage].wait_parity(tile / kStages % 2 != 0);
      sum = 3 * sum + tiles[stage][31 - lane];
      __syncwarp();
      if (lane == tile % 32) (void)empty[stage].arrive(32);
    }
    out[t - 32] = sum;
  }
}

// Of the block's threads, those whose number is below the phase's are gone.
__global__ void drop(unsigned* out) {
  __shared__ unsigned left[kPhases];
  __shared__ Barrier barrier;
  const int t = threadIdx.x;
  if (t == 0) init(&barrier, blockDim.x);
  if (t < kPhases) left[t] = 0;
  __syncthreads();
  const int last = t * kPhases / static_cast<int>(blockDim.x);
  unsigned seen = 0;
  for (int phase = 0; phase < kPhases; ++phase) {
    atomicAdd(&left[phase], 1U);
    if (phase == last) {
      barrier.arrive_and_drop();
      break;
    }
    barrier.arrive_and_wait();
    seen = 1000 * seen + atomicAdd(&left[phase], 0U);
  }
  out[t] = seen;
}

// Warp 0 waits for the bytes that warps 1 and 2 store, half of them each; in every second phase
// they are complete before they are expected. Nobody but warp 0 arrives.
__global__ void count_bytes(int* out) {
  __shared__ int values[64];
  __shared__ Barrier barrier;
  __shared__ Barrier done;
  const int t = threadIdx.x;
  if (t == 0) {
    init(&barrier, 32);
    init(&done, kThreads);
  }
  __syncthreads();
  int sum = 0;
  for (int phase = 0; phase < kPhases; ++phase) {
    if (t < 32) {
      if (phase % 2 != 0) {
        for (volatile int delay = 0; delay < 40; ++delay) {
        }
      }
      if (phase % 3 == 2) cuda::device::barrier_expect_tx(barrier, 4);
      Barrier::arrival_token token =
          cuda::device::barrier_arrive_tx(barrier, 1, phase % 3 == 2 ? 4 : 8);
      barrier.wait(static_cast<Barrier::arrival_token&&>(token));
      sum += values[t] + 1000 * values[63 - t];
    } else {
      values[t - 32] = 50 * phase + t;
      heddle_mbarrier_complete_tx(cuda::device::barrier_native_handle(barrier), sizeof(int));
    }
    done.arrive_and_wait();
  }
  if (t < 32) out[t] = sum;
}

// One thread, so that the states are known.
__global__ void primitives(unsigned* out) {
  __shared__ __mbarrier_t barrier;
  __mbarrier_init(&barrier, 3);
  const __mbarrier_token_t first = __mbarrier_arrive(&barrier);
  out[0] = __mbarrier_token_pending_count(first);
  out[1] = __mbarrier_test_wait(&barrier, first);
  const __mbarrier_token_t second = __mbarrier_arrive_and_drop(&barrier);
  out[2] = __mbarrier_token_pending_count(second);
  out[3] = __mbarrier_try_wait(&barrier, second, 100);
  out[4] = __mbarrier_test_wait_parity(&barrier, false);
  const __mbarrier_token_t third = __mbarrier_arrive(&barrier);
  out[5] = __mbarrier_token_pending_count(third);
  out[6] = __mbarrier_test_wait(&barrier, first);
  out[7] = __mbarrier_try_wait(&barrier, third, 100);
  out[8] = __mbarrier_test_wait_parity(&barrier, false);
  out[9] = __mbarrier_try_wait_parity(&barrier, true, 100);
  // One has dropped.
  const __mbarrier_token_t fourth = __mbarrier_arrive(&barrier);
  out[10] = __mbarrier_token_pending_count(fourth);
  out[11] = __mbarrier_test_wait(&barrier, fourth);
  out[12] = __mbarrier_token_pending_count(__mbarrier_arrive(&barrier));
  out[13] = __mbarrier_test_wait(&barrier, fourth);
  out[14] = __mbarrier_test_wait_parity(&barrier, true);
  __mbarrier_inval(&barrier);
  out[15] = barrier == 0;
  // The greatest count, and its parts.
  out[16] = __mbarrier_maximum_count();
  Barrier* const large = reinterpret_cast<Barrier*>(&barrier);
  init(large, Barrier::max());
  const Barrier::arrival_token token = large->arrive(Barrier::max() - 5);
  out[17] = large->try_wait(token);
  (void)large->arrive(5);
  out[18] = large->try_wait(token);
}

int main() {
  DeviceArray<int> out(kThreads);
  exchange<<<3, kThreads>>>(out.data());
  require_launched();
  std::vector<int> results = out.values();
  for (int t = 0; t < kThreads; ++t) {
    REQUIRE(results[t] == 100 * kPhases * (kPhases - 1) / 2 + kPhases * ((t + 33) % kThreads));
  }

  std::vector<int> input(32 * kTiles);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<int>(i * 7919 % 1000);
  DeviceArray<int> in(input);
  pipeline<<<2, 96>>>(in.data(), out.data());
  require_launched();
  results = out.values();
  for (int t = 0; t < 64; ++t) {
    unsigned sum = 0;
    for (int tile = 0; tile < kTiles; ++tile) {
      sum = 3 * sum + static_cast<unsigned>(input[32 * tile + 31 - t % 32]);
    }
    REQUIRE(results[t] == static_cast<int>(sum));
  }

  DeviceArray<unsigned> seen_by(70);
  drop<<<1, 70>>>(seen_by.data());
  require_launched();
  for (int t = 0; t < 70; ++t) {
    unsigned seen = 0;
    for (int phase = 0; phase < t * kPhases / 70; ++phase) {
      seen = 1000 * seen + static_cast<unsigned>(70 - 10 * phase);
    }
    REQUIRE(seen_by.values()[static_cast<std::size_t>(t)] == seen);
  }

  count_bytes<<<1, kThreads>>>(out.data());
  require_launched();
  results = out.values();
  for (int t = 0; t < 32; ++t) {
    int sum = 0;
    for (int phase = 0; phase < kPhases; ++phase) {
      sum += 50 * phase + t + 32 + 1000 * (50 * phase + 95 - t);
    }
    REQUIRE(results[t] == sum);
  }

  DeviceArray<unsigned> words(19);
  primitives<<<1, 1>>>(words.data());
  require_launched();
  const std::vector<unsigned> expected = {3, 0, 2, 0, 0, 1, 1,       1, 1, 0,
                                          2, 0, 1, 1, 1, 1, 1048575, 0, 1};
  REQUIRE(words.values() == expected);
  return 0;
}
