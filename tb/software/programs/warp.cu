// Warp intrinsics against what the CUDA programming guide says, for random values and masks, with
// and without divergence. warp [ROUNDS]: fewer rounds of the longest test suit a slow device.
#include <random>
#include <type_traits>

#include "check.hpp"

constexpr int kWarps = 4;
constexpr int kThreads = 32 * kWarps;
constexpr unsigned kSeed = 20251;

enum class Shuffle { kIdx, kUp, kDown, kXor };

template <Shuffle kind, typename T>
__device__ T shuffle(unsigned mask, T value, int operand, int width) {
  switch (kind) {
    case Shuffle::kIdx: return __shfl_sync(mask, value, operand, width);
    case Shuffle::kUp: return __shfl_up_sync(mask, value, static_cast<unsigned>(operand), width);
    case Shuffle::kDown:
      return __shfl_down_sync(mask, value, static_cast<unsigned>(operand), width);
    default: return __shfl_xor_sync(mask, value, operand, width);
  }
}

/// Every warp has its own mask; threads outside of it take the other side.
template <Shuffle kind, typename T>
__global__ void shuffles(const unsigned* masks, const T* values, const int* operands, int width,
                         T* out) {
  const unsigned t = threadIdx.x;
  const unsigned mask = masks[t / 32];
  if ((mask >> (t % 32) & 1) != 0) {
    out[t] = shuffle<kind>(mask, values[t], operands[t], width);
  } else {
    out[t] = shuffle<kind>(~mask, static_cast<T>(values[t] + T{1}), operands[t], width);
  }
}

/// The lane that a lane reads, by the guide: its own where the wanted one lies outside the segment.
int source_lane(Shuffle kind, int lane, int operand, int width) {
  const int segment = lane / width * width;
  switch (kind) {
    case Shuffle::kIdx: return segment + (operand & (width - 1));
    case Shuffle::kUp: return lane - operand < segment ? lane : lane - operand;
    case Shuffle::kDown: return lane + operand >= segment + width ? lane : lane + operand;
    default: return (lane ^ operand) >= segment + width ? lane : lane ^ operand;
  }
}

template <Shuffle kind, typename T>
void test_shuffle(std::mt19937_64& random) {
  for (int width = 1; width <= 32; width *= 2) {
    std::vector<T> values(kThreads);
    std::vector<int> operands(kThreads);
    std::vector<unsigned> masks(kWarps, 0xffffffff);
    for (int i = 1; i < kWarps; ++i) masks[i] = static_cast<unsigned>(random());
    for (T& value : values) value = static_cast<T>(static_cast<std::int64_t>(random()));
    for (int& operand : operands) operand = static_cast<int>(random() % 32);
    DeviceArray<unsigned> device_masks(masks);
    DeviceArray<T> device_values(values);
    DeviceArray<int> device_operands(operands);
    DeviceArray<T> out(kThreads);
    shuffles<kind, T><<<1, kThreads>>>(device_masks.data(), device_values.data(),
                                       device_operands.data(), width, out.data());
    require_launched();
    const std::vector<T> results = out.values();
    for (int t = 0; t < kThreads; ++t) {
      const unsigned mask = masks[t / 32];
      const bool named = (mask >> (t % 32) & 1) != 0;
      int source = t / 32 * 32 + source_lane(kind, t % 32, operands[t], width);
      // CUDA leaves this open; here such a thread keeps its own value.
      if (((mask >> (source % 32) & 1) != 0) != named) source = t;
      const T expected = named ? values[source] : static_cast<T>(values[source] + T{1});
      REQUIRE(results[t] == expected);
    }
  }
}

template <typename T>
void test_shuffles_of(std::mt19937_64& random) {
  test_shuffle<Shuffle::kIdx, T>(random);
  test_shuffle<Shuffle::kUp, T>(random);
  test_shuffle<Shuffle::kDown, T>(random);
  test_shuffle<Shuffle::kXor, T>(random);
}

// long has another size on the host: results go through long long.
__global__ void shuffle_longs(long long* out) {
  const int lane = threadIdx.x;
  const long value = -1000L * lane;
  const unsigned long positive = 70000UL * static_cast<unsigned long>(lane);
  long long sum = __shfl_sync(0xffffffff, value, 31 - lane);
  sum += static_cast<long long>(__shfl_xor_sync(0xffffffff, positive, 1)) << 20;
  int all = 0;
  sum += __match_all_sync(0xffffffff, 7L, &all) == 0xffffffff && all != 0 ? 1 : 0;
  out[lane] = sum;
}

/// What the votes, matches and reductions of a thread give.
struct Votes {
  unsigned ballot, any, all, match_any, match_all, predicate, match_long, match_all_long;
  unsigned add, minimum, maximum, minimum_unsigned, maximum_unsigned, bits_and, bits_or, bits_xor;
  unsigned active;
};
constexpr int kVotes = sizeof(Votes) / sizeof(unsigned);

__device__ Votes vote(unsigned mask, unsigned value) {
  const auto number = static_cast<int>(value);
  const unsigned long long wide = static_cast<unsigned long long>(value & 1) << 40 | (value & 2);
  Votes v{};
  v.ballot = __ballot_sync(mask, number > 0);
  v.any = __any_sync(mask, (value & 7) == 1) != 0 ? 1 : 0;
  v.all = __all_sync(mask, (value & 7) != 1) != 0 ? 1 : 0;
  v.match_any = __match_any_sync(mask, value & 3);
  int all = 7;
  v.match_all = __match_all_sync(mask, value & 16, &all);
  v.predicate = static_cast<unsigned>(all);
  v.match_long = __match_any_sync(mask, wide);
  v.match_all_long = __match_all_sync(mask, wide, &all);
  v.add = __reduce_add_sync(mask, value);
  v.minimum = static_cast<unsigned>(__reduce_min_sync(mask, number));
  v.maximum = static_cast<unsigned>(__reduce_max_sync(mask, number));
  v.minimum_unsigned = __reduce_min_sync(mask, value);
  v.maximum_unsigned = __reduce_max_sync(mask, value);
  v.bits_and = __reduce_and_sync(mask, value | 0xff);
  v.bits_or = __reduce_or_sync(mask, value & 0xff);
  v.bits_xor = __reduce_xor_sync(mask, value);
  v.active = __activemask();
  return v;
}

__global__ void votes(const unsigned* masks, const unsigned* values, Votes* out) {
  const unsigned t = threadIdx.x;
  const unsigned mask = masks[t / 32];
  if ((mask >> (t % 32) & 1) != 0) {
    out[t] = vote(mask, values[t]);
  } else {
    out[t] = vote(~mask, values[t]);
  }
}

template <typename Function>
void for_each_lane(unsigned mask, Function function) {
  for (int lane = 0; lane < 32; ++lane) {
    if ((mask >> lane & 1) != 0) function(lane);
  }
}

Votes expected_votes(unsigned mask, int lane, const unsigned* values) {
  Votes v{};
  const unsigned own = values[lane];
  v.all = 1;
  v.bits_and = v.minimum_unsigned = 0xffffffff;
  int minimum = 0x7fffffff;
  int maximum = -0x7fffffff - 1;
  for_each_lane(mask, [&](int other) {
    const unsigned value = values[other];
    const unsigned bit = 1U << other;
    if (static_cast<int>(value) > 0) v.ballot |= bit;
    if ((value & 7) == 1) v.any = 1;
    if ((value & 7) == 1) v.all = 0;
    if ((value & 3) == (own & 3)) v.match_any |= v.match_long |= bit;
    v.add += value;
    minimum = std::min(minimum, static_cast<int>(value));
    maximum = std::max(maximum, static_cast<int>(value));
    v.minimum_unsigned = std::min(v.minimum_unsigned, value);
    v.maximum_unsigned = std::max(v.maximum_unsigned, value);
    v.bits_and &= value | 0xff;
    v.bits_or |= value & 0xff;
    v.bits_xor ^= value;
  });
  v.minimum = static_cast<unsigned>(minimum);
  v.maximum = static_cast<unsigned>(maximum);
  v.match_all = v.match_all_long = mask;
  for_each_lane(mask, [&](int other) {
    if ((values[other] & 16) != (own & 16)) v.match_all = 0;
    if ((values[other] & 3) != (own & 3)) v.match_all_long = 0;
  });
  v.predicate = v.match_all != 0 ? 1 : 0;
  v.active = mask;
  return v;
}

void test_votes(std::mt19937_64& random) {
  for (int round = 0; round < 20; ++round) {
    std::vector<unsigned> values(kThreads);
    std::vector<unsigned> masks = {0xffffffff, static_cast<unsigned>(random()),
                                   1U << (random() % 32), 0xffff0000};
    for (unsigned& value : values) value = static_cast<unsigned>(random());
    for (int t = 0; t < kThreads && round % 4 == 0; ++t) values[t] = values[t / 32] & ~7U;
    DeviceArray<unsigned> device_masks(masks);
    DeviceArray<unsigned> device_values(values);
    DeviceArray<Votes> out(kThreads);
    votes<<<1, kThreads>>>(device_masks.data(), device_values.data(), out.data());
    require_launched();
    const std::vector<Votes> results = out.values();
    for (int t = 0; t < kThreads; ++t) {
      const unsigned mask = masks[t / 32];
      const unsigned members = (mask >> (t % 32) & 1) != 0 ? mask : ~mask;
      const Votes expected = expected_votes(members, t % 32, &values[t / 32 * 32]);
      for (int i = 0; i < kVotes; ++i) {
        const unsigned got = reinterpret_cast<const unsigned*>(&results[t])[i];
        const unsigned want = reinterpret_cast<const unsigned*>(&expected)[i];
        if (got != want) std::fprintf(stderr, "thread %d, result %d: %x, %x\n", t, i, got, want);
        REQUIRE(got == want);
      }
    }
  }
}

// Threads that arrive from different sides of a branch, one of them late: __syncwarp and the _sync
// intrinsics wait for them, and make their stores visible.
__global__ void wait_for_late_threads(int* out) {
  __shared__ volatile int box[32];
  const int lane = threadIdx.x;
  int value = lane;
  if (lane % 3 == 0) {
    for (int i = 0; i < 10 * lane; ++i) value += box[lane] * 0 + 1;
    box[lane] = value;
  } else if (lane % 3 == 1) {
    box[lane] = value;
    value = -value;
  } else {
    box[lane] = lane;
  }
  __syncwarp();
  out[lane] = box[(lane + 1) % 32] + (__ballot_sync(0xffffffff, value < 0) == 0x92492492U ? 1 : 0);
}

// An exited thread is not waited for.
__global__ void wait_for_the_living(unsigned* out) {
  const unsigned lane = threadIdx.x;
  if (lane % 4 == 0) return;
  out[lane] = __ballot_sync(0xffffffff, 1);
}

// The threads reach one and the same intrinsic in different iterations, and wait for each other.
__global__ void meet_in_loop(unsigned iterations, volatile unsigned* out) {
  const unsigned lane = threadIdx.x;
  unsigned result = 0;
#pragma unroll 1
  for (unsigned i = 0; i < iterations; ++i) {
    if (i == lane % 4) result = __ballot_sync(0xffffffff, lane % 4 != 2);
    out[lane] = i;
  }
#pragma unroll 1
  for (unsigned i = 0; i < iterations; ++i) {
    if (i == lane % 3) result += __shfl_xor_sync(0xffffffff, lane, 1);
    out[lane] = i;
  }
#pragma unroll 1
  for (unsigned i = 0; i < iterations; ++i) {
    if (i == lane / 16) result += __reduce_add_sync(0xffffffff, lane) << 8;
    out[lane] = i;
  }
  out[lane] = result;
}

// Each quarter of the warp has its own mask. Some threads come so late that the warp turns to the
// others before: a quarter must not go on because an earlier one is complete.
__global__ void late_in_quarters(int rounds, int least, int step, volatile int* scratch, int* out) {
  const int lane = threadIdx.x;
  const unsigned mask = 0xffU << (lane & 24);
  unsigned sum = 0;
#pragma unroll 1
  for (int round = 0; round < rounds; ++round) {
    if ((lane * 7 + round * 5) % 11 < 3) {
#pragma unroll 1
      for (int i = 0; i < least + step * ((lane + round) % 13); ++i) scratch[lane] = i;
    }
    sum = 3 * sum + static_cast<unsigned>(__shfl_xor_sync(mask, lane + round, 7, 8));
    sum += static_cast<unsigned>(__popc(__ballot_sync(mask, (lane + round) % 3 == 0)));
    __syncwarp(mask);
  }
  out[lane] = static_cast<int>(sum);
}

// In every iteration fewer threads are left: the shuffle stays inside the loop and the branch.
__global__ void shuffle_in_loop(int* out) {
  const int lane = threadIdx.x;
  int sum = 0;
  for (int i = 0; i <= lane; ++i) {
    const unsigned members = 0xffffffffU << i;
    int value = __shfl_sync(members, lane * 100 + i, i + 1);
    if (lane % 2 != 0) value += __popc(__activemask());
    sum += value;
  }
  out[lane] = sum;
}

void test_order() {
  DeviceArray<int> out(32);
  wait_for_late_threads<<<1, 32>>>(out.data());
  require_launched();
  std::vector<int> results = out.values();
  for (int lane = 0; lane < 32; ++lane) {
    const int other = (lane + 1) % 32;
    REQUIRE(results[lane] == other + (other % 3 == 0 ? 10 * other : 0) + 1);
  }
  DeviceArray<unsigned> masks(32);
  wait_for_the_living<<<1, 32>>>(masks.data());
  require_launched();
  for (int lane = 1; lane < 32; ++lane) {
    if (lane % 4 != 0) REQUIRE(masks.values()[lane] == 0xeeeeeeee);
  }
  meet_in_loop<<<1, 32>>>(4, masks.data());
  require_launched();
  const std::vector<unsigned> met = masks.values();
  for (unsigned lane = 0; lane < 32; ++lane) {
    REQUIRE(met[lane] == 0xbbbbbbbb + (lane ^ 1) + (496 << 8));
  }
  shuffle_in_loop<<<1, 32>>>(out.data());
  require_launched();
  results = out.values();
  for (int lane = 0; lane < 32; ++lane) {
    int sum = 0;
    for (int i = 0; i <= lane; ++i) {
      sum += (i + 1 < 32 ? i + 1 : 31) * 100 + i;
      // The last iteration's lane 31 asks for lane 32, which is lane 0 and gone: its own value.
      if (lane % 2 != 0) sum += (32 - i + 1) / 2;
    }
    REQUIRE(results[lane] == sum);
  }
}

/// By how much the late threads are late decides where the warp is when it turns to the others.
void test_late(int rounds, int least, int step) {
  DeviceArray<int> out(32);
  DeviceArray<int> scratch(32);
  late_in_quarters<<<1, 32>>>(rounds, least, step, scratch.data(), out.data());
  require_launched();
  const std::vector<int> results = out.values();
  for (int lane = 0; lane < 32; ++lane) {
    unsigned sum = 0;
    for (int round = 0; round < rounds; ++round) {
      sum = 3 * sum + static_cast<unsigned>((lane ^ 7) + round);
      for (int other = lane / 8 * 8; other < lane / 8 * 8 + 8; ++other) {
        sum += (other + round) % 3 == 0 ? 1 : 0;
      }
    }
    REQUIRE(results[lane] == static_cast<int>(sum));
  }
}

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 300;
  std::printf("seed %u\n", kSeed);
  std::mt19937_64 random(kSeed);
  test_shuffles_of<int>(random);
  test_shuffles_of<unsigned>(random);
  test_shuffles_of<long long>(random);
  test_shuffles_of<unsigned long long>(random);
  test_shuffles_of<float>(random);
  test_shuffles_of<double>(random);
  DeviceArray<long long> longs(32);
  shuffle_longs<<<1, 32>>>(longs.data());
  require_launched();
  for (int lane = 0; lane < 32; ++lane) {
    REQUIRE(longs.values()[lane] == -1000 * (31 - lane) + (70000LL * (lane ^ 1) << 20) + 1);
  }
  test_votes(random);
  test_order();
  test_late(rounds, 300, 61);
  test_late(rounds, 40, 110);
  test_late(rounds, 333, 1);
  return 0;
}
