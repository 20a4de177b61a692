// CUDA's atomic functions, in every scope, on global and shared memory, with all threads of several
// blocks on few words.
#include <algorithm>
#include <climits>
#include <cstring>
#include <numeric>

#include "check.hpp"

constexpr int kBlock = 96;
constexpr int kGrid = 3;
constexpr int kThreads = kBlock * kGrid;

__device__ unsigned int rank() { return blockIdx.x * blockDim.x + threadIdx.x; }

// A value that differs for every thread, with both signs and all bits used.
template <typename T>
__host__ __device__ T value_of(unsigned int thread) {
  const unsigned int mixed = (thread + 1) * 2654435761U;
  if constexpr (sizeof(T) == 8) {
    return static_cast<T>(static_cast<unsigned long long>(mixed) << 32 | (mixed ^ 0x5a5a5a5aU));
  } else {
    return static_cast<T>(mixed);
  }
}

// The functions of one operation in their three scopes.
#define OPERATION(Name, function)                                                               \
  struct Name {                                                                                 \
    template <typename T>                                                                       \
    static __device__ T run(int scope, T* address, T value) {                                   \
      if (scope == 0) return function(address, value);                                          \
      return scope == 1 ? function##_block(address, value) : function##_system(address, value); \
    }                                                                                           \
  };
OPERATION(Add, atomicAdd)
OPERATION(Sub, atomicSub)
OPERATION(Exchange, atomicExch)
OPERATION(Min, atomicMin)
OPERATION(Max, atomicMax)
OPERATION(And, atomicAnd)
OPERATION(Or, atomicOr)
OPERATION(Xor, atomicXor)

// Every thread once, on one word of global memory and one of its block's shared memory; the latter
// ends in `results` behind the former. Old values go to `olds`.
template <typename Operation, typename T>
__global__ void once(int scope, T start, T* results, T* olds) {
  __shared__ T word;
  if (threadIdx.x == 0) word = start;
  __syncthreads();
  olds[rank()] = Operation::run(scope, results, value_of<T>(rank()));
  olds[kThreads + rank()] = Operation::run(scope, &word, value_of<T>(rank()));
  __syncthreads();
  if (threadIdx.x == 0) results[1 + blockIdx.x] = word;
}

// `next` computes what one operation does. The final value does not depend on the order. If the
// values seen form a chain from start to end, every operation took effect once.
template <typename Operation, typename T, typename Next>
void test_once(T start, Next next) {
  for (int scope = 0; scope < 3; ++scope) {
    DeviceArray<T> results(std::vector<T>(1 + kGrid, start)), olds(2 * kThreads);
    once<Operation><<<kGrid, kBlock>>>(scope, start, results.data(), olds.data());
    require_launched();
    const std::vector<T> ends = results.values(), seen = olds.values();
    for (int word = 0; word < 1 + kGrid; ++word) {
      const int first = word == 0 ? 0 : kThreads + (word - 1) * kBlock;
      const int count = word == 0 ? kThreads : kBlock;
      T expected = start;
      std::vector<T> before{ends[word]}, after{start};
      for (int i = first; i < first + count; ++i) {
        const T value = value_of<T>(static_cast<unsigned int>(i % kThreads));
        expected = next(expected, value);
        before.push_back(seen[i]);
        after.push_back(next(seen[i], value));
      }
      if constexpr (!std::is_same_v<Operation, Exchange>) REQUIRE(ends[word] == expected);
      // Whatever the order, each value but the last is seen once.
      std::sort(before.begin(), before.end());
      std::sort(after.begin(), after.end());
      REQUIRE(before == after);
    }
  }
}

template <typename T>
void test_integers() {
  const T start = value_of<T>(1000);
  test_once<Add>(start, [](T a, T b) { return static_cast<T>(a + b); });
  test_once<Exchange>(start, [](T, T b) { return b; });
  test_once<Min>(start, [](T a, T b) { return std::min(a, b); });
  test_once<Max>(start, [](T a, T b) { return std::max(a, b); });
  test_once<And>(start, [](T a, T b) { return a & b; });
  test_once<Or>(start, [](T a, T b) { return a | b; });
  test_once<Xor>(start, [](T a, T b) { return a ^ b; });
  if constexpr (sizeof(T) == 4) {
    test_once<Sub>(start, [](T a, T b) { return static_cast<T>(a - b); });
  }
}

__global__ void floats(float* sum, double* sum_double, float* exchanged, float* olds) {
  __shared__ float block_sum;
  if (threadIdx.x == 0) block_sum = 0;
  __syncthreads();
  const auto value = static_cast<float>(rank());
  atomicAdd(sum, value);
  atomicAdd_block(&block_sum, value);
  atomicAdd_system(sum_double, value + 0.125);
  olds[rank()] = atomicExch(exchanged, value);
  __syncthreads();
  if (threadIdx.x == 0) atomicAdd(sum, block_sum);
}

void test_floats() {
  DeviceArray<float> words(std::vector<float>{0.5F, -1.0F}), olds(kThreads);
  DeviceArray<double> sum(std::vector<double>{0.25});
  floats<<<kGrid, kBlock>>>(words.data(), sum.data(), words.data() + 1, olds.data());
  require_launched();
  constexpr float kSum = kThreads * (kThreads - 1) / 2;
  REQUIRE(words.values()[0] == 2 * kSum + 0.5F);
  REQUIRE(sum.values()[0] == kSum + 0.125 * kThreads + 0.25);
  std::vector<float> seen = olds.values();
  seen.push_back(words.values()[1]);
  std::sort(seen.begin(), seen.end());
  for (int i = 0; i <= kThreads; ++i) REQUIRE(seen[i] == static_cast<float>(i - 1));
}

// Rounding to nearest even, subnormals, infinities: as in a register.
__global__ void add_pairs(float* words, const float* values, float* sums) {
  const unsigned int i = rank();
  sums[i] = words[i] + values[i];
  atomicAdd(&words[i], values[i]);
}

void test_float_corners() {
  const std::vector<float> corners{0.0F,       -0.0F,         1.0F,      -1.0F,
                                   0x1p-24F,   0x1.000002p0F, 0x1p-126F, 0x1p-149F,
                                   -0x1p-149F, 3.4e38F,       INFINITY,  -INFINITY};
  std::vector<float> a, b;
  for (const float x : corners) {
    for (const float y : corners) {
      a.push_back(x);
      b.push_back(y);
    }
  }
  DeviceArray<float> words(a), values(b), sums(a.size());
  const auto rows = static_cast<unsigned int>(corners.size());
  add_pairs<<<rows, rows>>>(words.data(), values.data(), sums.data());
  require_launched();
  const std::vector<float> memory = words.values(), registers = sums.values();
  for (std::size_t i = 0; i < a.size(); ++i) {
    unsigned int x = 0, y = 0;
    std::memcpy(&x, &memory[i], 4);
    std::memcpy(&y, &registers[i], 4);
    REQUIRE(x == y);
  }
}

__global__ void wrap(unsigned int* counters, unsigned int* olds, unsigned int limit) {
  olds[rank()] = atomicInc(&counters[0], limit);
  atomicInc_block(&counters[1], limit);
  atomicDec(&counters[2], limit);
  atomicDec_system(&counters[3], limit);
}

void test_wrapping() {
  constexpr unsigned int kLimit = 9;
  DeviceArray<unsigned int> counters(std::vector<unsigned int>{0, 100, 0, 100}), olds(kThreads);
  wrap<<<kGrid, kBlock>>>(counters.data(), olds.data(), kLimit);
  require_launched();
  const auto expected = [](unsigned int word, auto next) {
    for (int i = 0; i < kThreads; ++i) word = next(word);
    return word;
  };
  const auto up = [](unsigned int x) { return x >= kLimit ? 0 : x + 1; };
  const auto down = [](unsigned int x) { return x == 0 || x > kLimit ? kLimit : x - 1; };
  const std::vector<unsigned int> ends = counters.values();
  REQUIRE(ends[0] == expected(0, up));
  REQUIRE(ends[1] == expected(100, up));
  REQUIRE(ends[2] == expected(0, down));
  REQUIRE(ends[3] == expected(100, down));
  std::vector<int> seen(kLimit + 1);
  for (const unsigned int old : olds.values()) ++seen.at(old);
  for (const int count : seen) REQUIRE(count == kThreads / 10 || count == kThreads / 10 + 1);
}

// Threads count by compare and swap, in a word, a long word, or the half-words of one word.
template <typename T>
__global__ void count_by_swaps(T* counters, int stride) {
  __shared__ T shared[2];
  if (threadIdx.x < 2) shared[threadIdx.x] = 0;
  __syncthreads();
  T* const places[] = {&counters[rank() % 2 * stride], &shared[rank() % 2]};
  for (T* const place : places) {
    T old = atomicCAS(place, T{0}, T{0});
    for (;;) {
      const T seen = atomicCAS(place, old, static_cast<T>(old + 3));
      if (seen == old) break;
      old = seen;
    }
  }
  __syncthreads();
  if (threadIdx.x < 2) {
    T* const total = &counters[2 * stride + threadIdx.x * stride];
    T old = 0;
    for (;;) {
      const T seen = atomicCAS_block(total, old, static_cast<T>(old + shared[threadIdx.x]));
      if (seen == old) break;
      old = seen;
    }
  }
}

template <typename T>
void test_swaps() {
  DeviceArray<T> counters(std::vector<T>{0, 0, 0, 0});
  count_by_swaps<<<kGrid, kBlock>>>(counters.data(), 1);
  require_launched();
  for (const T count : counters.values()) REQUIRE(count == 3 * kThreads / 2);
}

// A swap that fails changes nothing, also in the other half of the word.
__global__ void failing_swaps(unsigned short* halves, unsigned long long* wide) {
  halves[2] = atomicCAS(&halves[0], 1, 9);
  halves[3] = atomicCAS_system(&halves[1], 0xfffe, 9);
  wide[1] = atomicCAS(&wide[0], wide[0] ^ 1ULL << 40, 9);
}

void test_failing_swaps() {
  DeviceArray<unsigned short> halves(std::vector<unsigned short>{0x1234, 0xfffe, 0, 0});
  DeviceArray<unsigned long long> wide(std::vector<unsigned long long>{0x123456789abcdefULL, 0});
  failing_swaps<<<1, 1>>>(halves.data(), wide.data());
  require_launched();
  REQUIRE((halves.values() == std::vector<unsigned short>{0x1234, 9, 0x1234, 0xfffe}));
  REQUIRE(wide.values()[0] == 0x123456789abcdefULL);
  REQUIRE(wide.values()[1] == 0x123456789abcdefULL);
}

// The last block to finish adds up what all have written: fences order the words.
__global__ void last_block(int* parts, unsigned int* finished, int* total) {
  __shared__ bool last;
  parts[rank()] = static_cast<int>(rank()) + 1;
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) last = atomicInc(finished, gridDim.x - 1) == gridDim.x - 1;
  __syncthreads();
  if (!last) return;
  for (unsigned int i = threadIdx.x; i < kThreads; i += blockDim.x) atomicAdd(total, parts[i]);
}

void test_last_block() {
  DeviceArray<int> parts(kThreads), total(1);
  DeviceArray<unsigned int> finished(1);
  last_block<<<kGrid, kBlock>>>(parts.data(), finished.data(), total.data());
  require_launched();
  REQUIRE(total.values()[0] == kThreads * (kThreads + 1) / 2);
  REQUIRE(finished.values()[0] == 0);
}

// All threads of a warp wait for one lock, in the form that needs independent progress.
__global__ void locked(unsigned int* lock, int* count) {
  while (atomicCAS(lock, 0U, 1U) != 0) {
  }
  __threadfence();
  *const_cast<volatile int*>(count) += 1;
  __threadfence();
  atomicExch(lock, 0U);
}

void test_lock() {
  DeviceArray<unsigned int> lock(1);
  DeviceArray<int> count(1);
  locked<<<kGrid, kBlock>>>(lock.data(), count.data());
  require_launched();
  REQUIRE(count.values()[0] == kThreads);
}

// Clang's own atomics, with orderings.
__global__ void builtins(int* words) {
  __atomic_fetch_add(&words[0], 1, __ATOMIC_SEQ_CST);
  __atomic_fetch_max(&words[1], static_cast<int>(rank()), __ATOMIC_ACQ_REL);
  int expected = __atomic_load_n(&words[2], __ATOMIC_ACQUIRE);
  while (!__atomic_compare_exchange_n(&words[2], &expected, expected + 2, true, __ATOMIC_SEQ_CST,
                                      __ATOMIC_RELAXED)) {
  }
  __atomic_store_n(&words[4 + rank()], 7, __ATOMIC_RELEASE);
  __atomic_exchange_n(&words[3], 5, __ATOMIC_ACQUIRE);
}

void test_builtins() {
  DeviceArray<int> words(4 + kThreads);
  builtins<<<kGrid, kBlock>>>(words.data());
  require_launched();
  const std::vector<int> ends = words.values();
  REQUIRE(ends[0] == kThreads);
  REQUIRE(ends[1] == kThreads - 1);
  REQUIRE(ends[2] == 2 * kThreads);
  REQUIRE(ends[3] == 5);
  for (int i = 0; i < kThreads; ++i) REQUIRE(ends[4 + i] == 7);
}

// Bytes and half-words, of which threads of all blocks share words.
__global__ void small_builtins(unsigned char* bytes, short* halves, unsigned int* word) {
  const auto index = static_cast<int>(rank());
  __atomic_fetch_add(&bytes[index % 4], static_cast<unsigned char>(3), __ATOMIC_RELAXED);
  __atomic_fetch_or(&bytes[4 + index % 3], static_cast<unsigned char>(1 << index % 8),
                    __ATOMIC_ACQ_REL);
  __atomic_fetch_sub(&halves[index % 2], static_cast<short>(200), __ATOMIC_SEQ_CST);
  __atomic_fetch_max(&halves[2], static_cast<short>(index - 500), __ATOMIC_RELAXED);
  __atomic_fetch_min(&halves[3], static_cast<short>(index - 500), __ATOMIC_RELAXED);
  short expected = 0;
  while (!__atomic_compare_exchange_n(&halves[4], &expected, static_cast<short>(expected - 1), true,
                                      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
  }
  if (__atomic_test_and_set(&bytes[7], __ATOMIC_ACQUIRE) == 0) bytes[8] = 77;
  __atomic_fetch_max(&bytes[9], static_cast<unsigned char>(index % 200), __ATOMIC_RELAXED);
  __atomic_fetch_min(&bytes[10], static_cast<unsigned char>(200 - index % 190), __ATOMIC_RELAXED);
  __atomic_fetch_xor(&bytes[11], static_cast<unsigned char>(index), __ATOMIC_RELAXED);
  __atomic_fetch_and(&halves[5], static_cast<short>(~(index % 4)), __ATOMIC_RELAXED);
  __atomic_fetch_nand(word, 0xff00ff00U, __ATOMIC_RELAXED);
}

void test_small_builtins() {
  DeviceArray<unsigned char> bytes(
      std::vector<unsigned char>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0});
  DeviceArray<short> halves(std::vector<short>{0, 0, -32768, 32767, 0, 123});
  DeviceArray<unsigned int> word(1);
  small_builtins<<<kGrid, kBlock>>>(bytes.data(), halves.data(), word.data());
  require_launched();
  const std::vector<unsigned char> byte = bytes.values();
  for (int i = 0; i < 4; ++i) REQUIRE(byte[i] == (3 * kThreads / 4) % 256);
  for (int i = 4; i < 7; ++i) REQUIRE(byte[i] == 0xff);
  REQUIRE(byte[7] == 1 && byte[8] == 77);
  REQUIRE(byte[9] == 199 && byte[10] == 11);
  unsigned char parity = 0;
  for (int i = 0; i < kThreads; ++i) parity ^= static_cast<unsigned char>(i);
  REQUIRE(byte[11] == parity);
  const auto minus = static_cast<short>(-200 * kThreads / 2);
  REQUIRE((halves.values() ==
           std::vector<short>{minus, minus, kThreads - 1 - 500, -500, -kThreads, 120}));
  REQUIRE(word.values()[0] == 0x00ff00ffU);
}

int main() {
  test_integers<int>();
  test_integers<unsigned int>();
  test_integers<unsigned long long>();
  test_once<Min, long long>(value_of<long long>(1000),
                            [](long long a, long long b) { return std::min(a, b); });
  test_once<Max, long long>(value_of<long long>(1000),
                            [](long long a, long long b) { return std::max(a, b); });
  test_floats();
  test_float_corners();
  test_wrapping();
  test_swaps<int>();
  test_swaps<unsigned int>();
  test_swaps<unsigned short>();
  test_swaps<unsigned long long>();
  test_failing_swaps();
  test_last_block();
  test_lock();
  test_builtins();
  test_small_builtins();
  std::puts("ok");
}
