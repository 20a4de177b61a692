// Barriers of a block: named ones, with and without a count, arrivals without waiting, and barriers
// that count predicates.
#include "check.hpp"

constexpr int kRounds = 5;

// Producers fill a buffer, consumers empty it: two barriers with a count in turn, as in CUTLASS.
__global__ void produce_and_consume(int* out) {
  __shared__ int buffer[64];
  constexpr unsigned kFull = 1;
  constexpr unsigned kEmpty = 2;
  constexpr unsigned kBoth = 128;
  const int t = threadIdx.x;
  if (t < 64) {
    for (int round = 0; round < kRounds; ++round) {
      bar_sync(kEmpty, kBoth);
      buffer[t] = 1000 * round + t;
      bar_arrive(kFull, kBoth);
    }
  } else {
    int sum = 0;
    for (int round = 0; round < kRounds; ++round) {
      bar_arrive(kEmpty, kBoth);
      bar_sync(kFull, kBoth);
      sum += buffer[127 - t];
    }
    out[t - 64] = sum;
  }
}

__global__ void one_of_sixteen(int* out) {
  __shared__ int value;
  const int t = threadIdx.x;
  int sum = 0;
  for (int id = 0; id < 16; ++id) {
    if (t == 8 * id % 64) value = id;
    __barrier_sync(static_cast<unsigned>(id));
    sum += value;
    __barrier_sync(static_cast<unsigned>(id));
  }
  // Each half for itself.
  const unsigned half = t < 32 ? 3 : 4;
  __barrier_sync_count(half, 32);
  out[t] = sum + static_cast<int>(half);
}

// Some threads and a whole warp have gone when the last counts are taken.
__global__ void count_predicates(int* out) {
  const int t = threadIdx.x;
  int* const result = out + 6 * t;
  result[1] = __syncthreads_or(t == 77);
  result[2] = __syncthreads_and(t != 77);
  result[3] = __syncthreads_or(t < 0) + 2 * __syncthreads_and(t >= 0);
  result[0] = __syncthreads_count(t % 5 == 0);
  if (t / 32 == 1 || t % 32 == 3) return;
  result[4] = __syncthreads_count(1);
  result[5] = __syncthreads_count(t % 2);
}

int main() {
  DeviceArray<int> out(6 * 100);
  produce_and_consume<<<2, 128>>>(out.data());
  require_launched();
  std::vector<int> results = out.values();
  for (int t = 0; t < 64; ++t) REQUIRE(results[t] == 10000 + kRounds * (63 - t));
  one_of_sixteen<<<1, 64>>>(out.data());
  require_launched();
  results = out.values();
  for (int t = 0; t < 64; ++t) REQUIRE(results[t] == 120 + (t < 32 ? 3 : 4));
  count_predicates<<<1, 100>>>(out.data());
  require_launched();
  results = out.values();
  int living = 0;
  int odd = 0;
  for (int t = 0; t < 100; ++t) {
    if (t / 32 == 1 || t % 32 == 3) continue;
    ++living;
    odd += t % 2;
  }
  for (int t = 0; t < 100; ++t) {
    const bool left = t / 32 == 1 || t % 32 == 3;
    const int* const result = &results[6 * t];
    REQUIRE(result[0] == 20 && result[1] == 1 && result[2] == 0 && result[3] == 2);
    REQUIRE(left || (result[4] == living && result[5] == odd));
  }
  return 0;
}
