// Mbarriers through cuda::barrier and through CUDA's primitives: phases, counts, drops, bytes, and
// a pipeline of two mbarriers a stage.
#include <cuda_awbarrier_primitives.h>
#include <cuda/barrier>
#include <string>

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

// Warp 0 waits for warp 1, which takes its time, in every round to another part of the time for
// which a warp is parked: how often warp 0 looks, and how long after the arrival it goes on.
constexpr unsigned kParkCycles = 512, kRounds = 4, kDelay = 3 * kParkCycles;
__global__ void rests(unsigned* out) {
  __shared__ std::uint64_t mbarrier;
  __shared__ unsigned arrival;
  const auto start = static_cast<unsigned>(clock());
  if (threadIdx.x == 0) heddle_mbarrier_init(&mbarrier, 1);
  for (unsigned round = 0; round < kRounds; ++round) {
    __syncthreads();
    if (threadIdx.x < 32) {
      unsigned looks = 1;
      while (!heddle_mbarrier_try_wait(&mbarrier, round % 2)) ++looks;
      out[2 * round] = looks;
      out[2 * round + 1] = static_cast<unsigned>(clock()) - arrival;
    } else if (threadIdx.x == 32) {
      const unsigned delay = kDelay * (round + 1) + kParkCycles / kRounds * round;
      while (static_cast<unsigned>(clock()) - start < delay) {
      }
      arrival = static_cast<unsigned>(clock());
      (void)heddle_mbarrier_arrive(&mbarrier, 1);
    }
  }
}

// Waits with an end in time: too short at first, then as long as it takes. Thread 0 lets the others
// wait.
__global__ void timed(unsigned* out) {
  __shared__ Barrier barrier;
  const unsigned t = threadIdx.x;
  if (t == 0) init(&barrier, blockDim.x);
  __syncthreads();
  if (t < 32) {
    if (t == 0) {
      const long long start = clock64();
      const Barrier::arrival_token token = barrier.arrive();
      unsigned ended = barrier.try_wait_for(token, cuda::std::chrono::nanoseconds(400)) ? 1 : 0;
      const long long waited = clock64() - start;
      ended = 2 * ended +
              (barrier.try_wait_parity_for(false, cuda::std::chrono::nanoseconds(0)) ? 1 : 0);
      using Clock = cuda::std::chrono::high_resolution_clock;
      const Clock::time_point until = Clock::now() + cuda::std::chrono::nanoseconds(300);
      ended = 2 * ended + (barrier.try_wait_until(token, until) ? 1 : 0);
      const bool late = Clock::now() >= until;
      out[0] = ended;
      out[1] = waited >= 400 && late;
      bar_arrive(3, 64);
      out[2] = barrier.try_wait_for(token, cuda::std::chrono::seconds(1)) ? 1 : 0;
      out[3] = barrier.try_wait_until(token, Clock::now()) ? 1 : 0;
      out[4] =
          barrier.try_wait_parity_until(false, Clock::now() + cuda::std::chrono::microseconds(1))
              ? 1
              : 0;
    } else {
      bar_arrive(3, 64);
      barrier.arrive_and_wait();
    }
  } else {
    bar_sync(3, 64);
    barrier.arrive_and_wait();
  }
}

// Barriers of atomics: with a completion function, in shared memory; for all blocks, in global
// memory.
struct CountPhase {
  unsigned* phases;
  unsigned* arrived;
  __device__ void operator()() const { *phases = 100 * *phases + *arrived; }
};
using Counted = cuda::barrier<cuda::thread_scope_block, CountPhase>;
using OfDevice = cuda::barrier<cuda::thread_scope_device>;

__global__ void completions(unsigned* out) {
  __shared__ Counted barrier;
  __shared__ unsigned phases, arrived;
  if (threadIdx.x == 0) {
    phases = arrived = 0;
    init(&barrier, blockDim.x, CountPhase{&phases, &arrived});
  }
  __syncthreads();
  unsigned seen = 0;
  for (unsigned phase = 0; phase < 4; ++phase) {
    atomicAdd(&arrived, 1U);
    if (phase == 2 && threadIdx.x == 5) {
      barrier.arrive_and_drop();
      break;
    }
    const Counted::arrival_token token = barrier.arrive();
    if (phase % 2 == 0) {
      while (!barrier.try_wait_for(token, cuda::std::chrono::microseconds(2))) {
      }
    } else {
      barrier.wait_parity(phase % 2 != 0);
    }
    // The next phase's function does not run before this thread arrives.
    seen = phases;
  }
  out[threadIdx.x] = seen;
}

__global__ void start_blocks(OfDevice* barrier, unsigned count) { init(barrier, count); }
__global__ void across_blocks(OfDevice* barrier, unsigned* words, unsigned* sums) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x, count = gridDim.x * blockDim.x;
  unsigned sum = 0;
  for (unsigned phase = 0; phase < 3; ++phase) {
    words[phase * count + i] = 10 * phase + i;
    barrier->arrive_and_wait();
    sum += words[phase * count + (i + blockDim.x) % count];
  }
  sums[i] = sum;
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

  const char* const device = std::getenv("HEDDLE_DEVICE");
  const bool functional = device == nullptr || std::string(device) == "functional";
  DeviceArray<unsigned> rest(2 * kRounds);
  rests<<<1, 64>>>(rest.data());
  require_launched();
  // The warp is parked for up to 512 cycles (docs/architecture/issue.md), and the end of the phase
  // wakes it. The functional device has no such time.
  for (unsigned round = 0; round < kRounds && !functional; ++round) {
    REQUIRE(rest.values()[2 * round] <= kDelay / kParkCycles + 4);
    REQUIRE(rest.values()[2 * round + 1] < kParkCycles - 64);
  }

  DeviceArray<unsigned> times(5);
  timed<<<1, 64>>>(times.data());
  require_launched();
  REQUIRE((times.values() == std::vector<unsigned>{0, 1, 1, 1, 1}));

  DeviceArray<unsigned> counted(48);
  completions<<<1, 48>>>(counted.data());
  require_launched();
  // 48, 96 and 144 arrivals, then 47 more.
  unsigned phases = 0;
  for (const unsigned arrived : {48U, 96U, 144U, 191U}) {
    phases = 100 * phases + arrived;
    for (unsigned t = 0; arrived == 96 && t < 48; ++t)
      REQUIRE(t != 5 || counted.values()[t] == phases);
  }
  for (unsigned t = 0; t < 48; ++t) REQUIRE(t == 5 || counted.values()[t] == phases);

  // The functional device runs blocks one after the other: none may wait for another one.
  const unsigned blocks = functional ? 1 : 3;
  constexpr unsigned kCount = 60;
  DeviceArray<unsigned char> of_device(sizeof(OfDevice));
  DeviceArray<unsigned> written(3 * kCount), sums(kCount);
  auto* const barrier = reinterpret_cast<OfDevice*>(of_device.data());
  start_blocks<<<1, 1>>>(barrier, kCount);
  across_blocks<<<blocks, kCount / blocks>>>(barrier, written.data(), sums.data());
  require_launched();
  for (unsigned i = 0; i < kCount; ++i) {
    REQUIRE(sums.values()[i] == 30 + 3 * ((i + kCount / blocks) % kCount));
  }
  return 0;
}
