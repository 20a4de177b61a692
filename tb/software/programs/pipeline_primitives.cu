// cuda_pipeline_primitives.h: copies of all sizes with and without zeros behind them, batches, and
// copies that an mbarrier's phase waits for.
#include <cuda_pipeline_primitives.h>

#include "check.hpp"

constexpr unsigned kThreads = 64;
constexpr unsigned kBytes = 16 * kThreads;

// Thread t copies `size` bytes, of which t mod (size + 1) are zeros; around them nothing changes.
template <unsigned size>
__global__ void fill(const unsigned char* in, unsigned char* out) {
  alignas(16) __shared__ unsigned char bytes[kBytes];
  const unsigned t = threadIdx.x;
  for (unsigned i = 0; i < 16; ++i) bytes[16 * t + i] = 0xee;
  __pipeline_memcpy_async(bytes + 16 * t, in + 16 * t, size, t % (size + 1));
  __pipeline_commit();
  __pipeline_wait_prior(0);
  for (unsigned i = 0; i < 16; ++i) out[16 * t + i] = bytes[16 * t + i];
}

constexpr unsigned kRounds = 6;

// Two stages: a round's words are copied while those of the round before are read.
__global__ void stages(const uint2* in, unsigned* out) {
  __shared__ uint2 words[2][kThreads];
  const unsigned t = threadIdx.x;
  unsigned sum = 0;
  __pipeline_memcpy_async(&words[0][t], in + t, sizeof(uint2));
  __pipeline_commit();
  for (unsigned round = 0; round < kRounds; ++round) {
    const unsigned next = round + 1;
    if (next < kRounds) {
      __pipeline_memcpy_async(&words[next % 2][t], in + next * kThreads + t, sizeof(uint2));
    }
    __pipeline_commit();
    __pipeline_wait_prior(1);
    __syncthreads();
    const uint2 other = words[round % 2][(t + 1) % kThreads];
    sum = 3 * sum + other.x + other.y;
    __syncthreads();
  }
  out[t] = sum;
}

// The upper half of the threads copies. Of these one arrives when all have called arrive_on, which
// alone makes the others' copies visible: the atomics order nothing.
__global__ void arrive_on(const uint4* in, unsigned* out) {
  __shared__ uint4 words[kThreads / 2];
  __shared__ __mbarrier_t barrier;
  __shared__ unsigned called;
  const unsigned t = threadIdx.x;
  if (t == 0) {
    __mbarrier_init(&barrier, kThreads / 2 + 1);
    called = 0;
  }
  __syncthreads();
  if (t >= kThreads / 2) {
    __pipeline_memcpy_async(&words[t - kThreads / 2], in + t - kThreads / 2, sizeof(uint4));
    __pipeline_arrive_on(&barrier);
    atomicAdd(&called, 1U);
    if (t != kThreads - 1) return;
    while (atomicAdd(&called, 0U) != kThreads / 2) {
    }
    __mbarrier_arrive(&barrier);
    return;
  }
  const __mbarrier_token_t token = __mbarrier_arrive(&barrier);
  while (!__mbarrier_test_wait(&barrier, token)) {
  }
  const uint4 other = words[kThreads / 2 - 1 - t];
  out[t] = other.x ^ other.y ^ other.z ^ other.w;
}

template <unsigned size>
void require_filled(const std::vector<unsigned char>& in, const unsigned char* device_in) {
  DeviceArray<unsigned char> out(kBytes);
  fill<size><<<1, kThreads>>>(device_in, out.data());
  require_launched();
  const std::vector<unsigned char> found = out.values();
  for (unsigned t = 0; t < kThreads; ++t) {
    const unsigned copied = size - t % (size + 1);
    for (unsigned i = 0; i < 16; ++i) {
      const unsigned char expected = i < copied ? in[16 * t + i] : i < size ? 0 : 0xee;
      REQUIRE(found[16 * t + i] == expected);
    }
  }
}

int main() {
  std::vector<unsigned char> bytes(kBytes);
  for (unsigned i = 0; i < kBytes; ++i) bytes[i] = static_cast<unsigned char>(1 + i % 227);
  DeviceArray<unsigned char> device_bytes(bytes);
  require_filled<4>(bytes, device_bytes.data());
  require_filled<8>(bytes, device_bytes.data());
  require_filled<16>(bytes, device_bytes.data());

  std::vector<uint2> pairs(kRounds * kThreads);
  for (unsigned i = 0; i < pairs.size(); ++i) pairs[i] = {2654435761U * i, 40503U * i};
  DeviceArray<uint2> device_pairs(pairs);
  DeviceArray<unsigned> sums(kThreads);
  stages<<<1, kThreads>>>(device_pairs.data(), sums.data());
  require_launched();
  const std::vector<unsigned> found = sums.values();
  for (unsigned t = 0; t < kThreads; ++t) {
    unsigned sum = 0;
    for (unsigned round = 0; round < kRounds; ++round) {
      const uint2 other = pairs[round * kThreads + (t + 1) % kThreads];
      sum = 3 * sum + other.x + other.y;
    }
    REQUIRE(found[t] == sum);
  }

  std::vector<uint4> units(kThreads / 2);
  for (unsigned i = 0; i < units.size(); ++i) units[i] = {i, 3 * i + 1, 5 * i, 7 * i + 2};
  DeviceArray<uint4> device_units(units);
  DeviceArray<unsigned> mixed(kThreads / 2);
  arrive_on<<<1, kThreads>>>(device_units.data(), mixed.data());
  require_launched();
  const std::vector<unsigned> mixes = mixed.values();
  for (unsigned t = 0; t < kThreads / 2; ++t) {
    const uint4 other = units[kThreads / 2 - 1 - t];
    REQUIRE(mixes[t] == (other.x ^ other.y ^ other.z ^ other.w));
  }
  return 0;
}
