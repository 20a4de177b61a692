// Atomic additions to half precision and bfloat16, loads and stores with cache operators,
// __nanosleep.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "check.hpp"

constexpr int kBlock = 96;
constexpr int kGrid = 3;
constexpr int kThreads = kBlock * kGrid;

__device__ unsigned int rank() { return blockIdx.x * blockDim.x + threadIdx.x; }

/// Small integers: their sums are exact in both types, in every order.
template <typename T, typename T2>
__global__ void sums(T* singles, T2* pairs, T* olds) {
  __shared__ T shared[4];
  __shared__ T2 shared_pair;
  if (threadIdx.x < 4) shared[threadIdx.x] = T(0.0F);
  if (threadIdx.x == 0) shared_pair = T2(T(1.0F), T(2.0F));
  __syncthreads();
  // Both halves of a word at once; the ones between stay as they are.
  olds[rank()] = atomicAdd(&singles[rank() % 2 * 3], T(1.0F));
  atomicAdd(&shared[1 + threadIdx.x % 2], T(-1.0F));
  atomicAdd(pairs, T2(T(1.0F), T(-0.25F)));
  atomicAdd(&shared_pair, T2(T(0.5F), T(1.0F)));
  __syncthreads();
  if (threadIdx.x == 0) {
    pairs[1 + blockIdx.x] = shared_pair;
    for (int i = 0; i < 4; ++i) singles[4 + 4 * blockIdx.x + i] = shared[i];
  }
}

template <typename T, typename T2>
void test_sums() {
  // 144 fit into the 8 digits of a bfloat16, as do 96 and quarters up to 64; 288 is even.
  DeviceArray<T> singles(std::vector<T>(4 + 4 * kGrid, T(7.0F))), olds(kThreads);
  DeviceArray<T2> pairs(std::vector<T2>(1 + kGrid, T2(T(0.0F), T(8.0F))));
  sums<T, T2><<<kGrid, kBlock>>>(singles.data(), pairs.data(), olds.data());
  require_launched();
  const std::vector<T> ends = singles.values();
  REQUIRE(static_cast<float>(ends[0]) == 7 + kThreads / 2 &&
          static_cast<float>(ends[3]) == 7 + kThreads / 2);
  REQUIRE(static_cast<float>(ends[1]) == 7 && static_cast<float>(ends[2]) == 7);
  std::vector<int> seen(kThreads / 2 + 7);
  for (const T old : olds.values()) ++seen.at(static_cast<std::size_t>(static_cast<float>(old)));
  for (int i = 7; i < kThreads / 2 + 7; ++i) REQUIRE(seen[i] == 2);
  for (int block = 0; block < kGrid; ++block) {
    const T* const shared = &ends[4 + 4 * block];
    REQUIRE(static_cast<float>(shared[0]) == 0 && static_cast<float>(shared[3]) == 0);
    REQUIRE(static_cast<float>(shared[1]) == -kBlock / 2 &&
            static_cast<float>(shared[2]) == -kBlock / 2);
    const T2 pair = pairs.values()[1 + block];
    REQUIRE(static_cast<float>(pair.x) == 1 + kBlock / 2 &&
            static_cast<float>(pair.y) == 2 + kBlock);
  }
  const T2 pair = pairs.values()[0];
  REQUIRE(static_cast<float>(pair.y) == 8 - kThreads / 4);
  if constexpr (std::is_same_v<T, __half>) {
    REQUIRE(static_cast<float>(pair.x) == kThreads);
  } else {
    REQUIRE(static_cast<float>(pair.x) == 256);  // 257 is not a bfloat16: ties go to 256
  }
}

// One addition as in registers: rounding, subnormals, infinities, NaNs.
template <typename T, typename T2>
__global__ void corners(const unsigned short* patterns, unsigned int count, unsigned int* wrong) {
  const T a = __builtin_bit_cast(T, patterns[threadIdx.x]);
  for (unsigned int i = 0; i < count; ++i) {
    const T b = __builtin_bit_cast(T, patterns[i]);
    __shared__ T words[64];  // every second: an atomic addition touches the whole word
    __shared__ T2 pairs[32];
    T* const word = &words[2 * threadIdx.x + i % 2];
    *word = a;
    pairs[threadIdx.x] = T2(b, a);
    const T old = atomicAdd(word, b);
    const T2 old_pair = atomicAdd(&pairs[threadIdx.x], T2(a, a));
    const unsigned int sum = heddle_bits(__hadd(a, b));
    if (heddle_bits(old) != heddle_bits(a) || heddle_bits(*word) != sum) atomicAdd(wrong, 1U);
    if (heddle_bits(old_pair.x) != heddle_bits(b) || heddle_bits(old_pair.y) != heddle_bits(a) ||
        heddle_bits(pairs[threadIdx.x].x) != sum ||
        heddle_bits(pairs[threadIdx.x].y) != heddle_bits(__hadd(a, a))) {
      atomicAdd(wrong, 1U);
    }
  }
}

template <typename T, typename T2>
void test_corners() {
  std::vector<unsigned short> patterns;
  for (unsigned int i = 0; i < 32; ++i)
    patterns.push_back(static_cast<unsigned short>(i * 0x83d9U + (i << 11)));
  patterns[0] = 0x8000;
  patterns[1] = sizeof(T) == 2 && std::is_same_v<T, __half> ? 0x7c00 : 0x7f80;
  patterns[2] = static_cast<unsigned short>(patterns[1] | 0x8000);
  patterns[3] = static_cast<unsigned short>(patterns[1] - 1);
  DeviceArray<unsigned short> on_device(patterns);
  DeviceArray<unsigned int> wrong(1);
  corners<T, T2><<<1, 32>>>(on_device.data(), 32, wrong.data());
  require_launched();
  REQUIRE(wrong.values()[0] == 0);
}

template <typename T>
__global__ void copy_all(const T* in, T* out) {
  out[0] = __ldg(&in[0]);
  out[1] = __ldca(&in[1]);
  out[2] = __ldcg(&in[2]);
  out[3] = __ldcs(&in[3]);
  out[4] = __ldlu(&in[4]);
  out[5] = __ldcv(&in[5]);
  __stwb(&out[6], in[6]);
  __stcg(&out[7], in[7]);
  __stcs(&out[8], in[8]);
  __stwt(&out[9], in[9]);
}

template <typename T>
void test_copies() {
  std::vector<unsigned char> bytes(10 * sizeof(T));
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(3 + 7 * i);
  std::vector<T> values(10);
  __builtin_memcpy(static_cast<void*>(values.data()), bytes.data(), bytes.size());
  DeviceArray<T> in(values), out(10);
  copy_all<<<1, 1>>>(in.data(), out.data());
  require_launched();
  const std::vector<T> copied = out.values();
  REQUIRE(__builtin_memcmp(copied.data(), bytes.data(), bytes.size()) == 0);
}

// A value that another block stores is seen by __ldcv, though an older one was loaded before.
__global__ void watch(int* flag, int* seen) {
  if (blockIdx.x == 0) {
    __nanosleep(300);
    __stwt(flag, 42);
  } else {
    int now = 0;
    while ((now = __ldcv(flag)) == 0) {
    }
    *seen = now;
  }
}

__global__ void sleep(long long* times) {
  for (int i = 0; i < 3; ++i) {
    const long long start = clock64();
    __nanosleep(i == 0 ? 0 : i == 1 ? 500 : 3000);
    times[i] = clock64() - start;
  }
}

int main() {
  test_sums<__half, __half2>();
  test_sums<__nv_bfloat16, __nv_bfloat162>();
  test_corners<__half, __half2>();
  test_corners<__nv_bfloat16, __nv_bfloat162>();
  test_copies<char>();
  test_copies<short>();
  test_copies<int>();
  test_copies<long long>();
  test_copies<double>();
  test_copies<float4>();
  test_copies<uchar4>();
  test_copies<short2>();
  test_copies<__half2>();
  DeviceArray<int> words(2);
  watch<<<2, 1>>>(words.data(), words.data() + 1);
  require_launched();
  REQUIRE(words.values()[1] == 42);
  DeviceArray<long long> times(3);
  sleep<<<1, 1>>>(times.data());
  require_launched();
  const std::vector<long long> slept = times.values();
  REQUIRE(slept[0] < 500);
  REQUIRE(slept[1] >= 500 && slept[1] <= 1000);
  REQUIRE(slept[2] >= 3000 && slept[2] <= 6000);
  std::puts("ok");
}
