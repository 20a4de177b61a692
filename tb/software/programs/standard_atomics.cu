// cuda::atomic, cuda::atomic_ref and cuda::atomic_thread_fence: every operation on every size, in
// global and shared memory and on the host, and what their orders are for.
#include <cuda/atomic>
#include <cuda/std/atomic>

#include "check.hpp"

constexpr int kBlock = 96;
constexpr int kGrid = 3;
constexpr int kThreads = kBlock * kGrid;

__device__ unsigned int rank() { return blockIdx.x * blockDim.x + threadIdx.x; }

// The results of one thread alone are known: each operation's old value, then the last one.
constexpr int kResults = 24;

template <typename Atomic, typename T>
__host__ __device__ void all_operations(Atomic& object, T* results) {
  int n = 0;
  object.store(T(100), cuda::memory_order_relaxed);
  results[n++] = object.load(cuda::memory_order_relaxed);
  object.store(T(101), cuda::memory_order_release);
  results[n++] = object.load(cuda::memory_order_acquire);
  object.store(T(102));
  results[n++] = object.load();
  results[n++] = object.exchange(T(50), cuda::memory_order_acq_rel);
  T expected = T(49);
  results[n++] = object.compare_exchange_strong(expected, T(1)) ? T(1) : T(0);
  results[n++] = expected;
  results[n++] = object.compare_exchange_strong(expected, T(60), cuda::memory_order_release,
                                                cuda::memory_order_acquire)
                     ? T(1)
                     : T(0);
  expected = T(60);
  while (!object.compare_exchange_weak(expected, T(61), cuda::memory_order_relaxed)) {
  }
  results[n++] = object;
  results[n++] = object.fetch_add(T(3), cuda::memory_order_relaxed);
  results[n++] = object.fetch_sub(T(5), cuda::memory_order_seq_cst);
  results[n++] = object.fetch_min(T(40));
  results[n++] = object.fetch_max(T(45), cuda::memory_order_acquire);
  results[n++] = object++;
  results[n++] = ++object;
  results[n++] = object--;
  results[n++] = --object;
  results[n++] = object += T(7);
  results[n++] = object -= T(2);
  if constexpr (std::is_integral_v<T>) {
    results[n++] = object.fetch_and(T(0x37));
    results[n++] = object.fetch_or(T(0x44));
    results[n++] = object.fetch_xor(T(0x0f), cuda::memory_order_release);
    results[n++] = object &= T(0x7c);
    results[n++] = object |= T(3);
    results[n++] = object ^= T(1);
  }
}

template <typename T>
std::vector<T> expected_results() {
  std::vector<T> expected{100, 101, 102, 102, 0, 50, 1, 61, 61, 64, 59, 40, 45, 47, 47, 45, 52, 50};
  if constexpr (std::is_integral_v<T>) {
    // 50 & 0x37 = 0x32; | 0x44 = 0x76; ^ 0x0f = 0x79; & 0x7c = 0x78; | 3 = 0x7b; ^ 1 = 0x7a
    const std::vector<T> bits{50, 0x32, 0x76, 0x78, 0x7b, 0x7a};
    expected.insert(expected.end(), bits.begin(), bits.end());
  }
  expected.resize(kResults);
  return expected;
}

template <typename T>
__global__ void alone(T* memory, T* results) {
  __shared__ cuda::atomic<T, cuda::thread_scope_block> shared;
  all_operations(shared, results);
  // Neighbours must stay as they are.
  memory[0] = memory[2] = T(77);
  cuda::atomic_ref<T, cuda::thread_scope_device> object(memory[1]);
  all_operations(object, results + kResults);
}

// All threads on one object: sums do not depend on the order.
template <typename T>
__global__ void together(T* sums) {
  __shared__ cuda::atomic<T, cuda::thread_scope_block> shared;
  if (threadIdx.x == 0) shared.store(T(0), cuda::memory_order_relaxed);
  __syncthreads();
  cuda::atomic_ref<T> global(sums[0]);
  global.fetch_add(T(1));
  shared.fetch_add(T(1), cuda::memory_order_relaxed);
  T seen = shared.load(cuda::memory_order_relaxed);
  while (!shared.compare_exchange_weak(seen, static_cast<T>(seen + 1))) {
  }
  __syncthreads();
  if (threadIdx.x == 0) sums[1 + blockIdx.x] = shared;
}

template <typename T>
void test_type() {
  const std::vector<T> expected = expected_results<T>();
  DeviceArray<T> memory(3), results(2 * kResults), sums(1 + kGrid);
  alone<<<1, 1>>>(memory.data(), results.data());
  require_launched();
  const std::vector<T> seen = results.values();
  for (int i = 0; i < 2 * kResults; ++i) REQUIRE(seen[i] == expected[i % kResults]);
  REQUIRE(memory.values()[0] == T(77) && memory.values()[2] == T(77));

  cuda::atomic<T> on_host{T(5)};
  std::vector<T> host(kResults);
  all_operations(on_host, host.data());
  REQUIRE(host == expected);

  together<<<kGrid, kBlock>>>(sums.data());
  require_launched();
  REQUIRE(sums.values()[0] == static_cast<T>(kThreads));
  for (int i = 1; i <= kGrid; ++i) REQUIRE(sums.values()[i] == static_cast<T>(2 * kBlock));
}

// Types that are no numbers.
enum class Color : unsigned char { kRed = 1, kBlue = 7 };
struct Pair {
  short a, b;
};

__global__ void others(int* out) {
  __shared__ cuda::atomic<Color> color;
  __shared__ cuda::std::atomic<bool> flag;
  __shared__ cuda::atomic<Pair, cuda::thread_scope_block> pair;
  __shared__ cuda::atomic<int*, cuda::thread_scope_block> pointer;
  int place[8];
  color = Color::kRed;
  flag = false;
  pair.store({3, -4});
  pointer.store(place);
  out[0] = static_cast<int>(color.exchange(Color::kBlue)) * 10 + static_cast<int>(color.load());
  out[1] = flag.exchange(true) ? 1 : 0;
  out[2] = flag ? 1 : 0;
  Pair expected{3, -5};
  out[3] = pair.compare_exchange_strong(expected, {9, 9}) ? 1 : 0;
  out[4] = expected.b;
  out[5] = pair.compare_exchange_strong(expected, {9, 8}) ? pair.load().b : 0;
  out[6] = static_cast<int>(pointer.fetch_add(3) - place);
  out[7] = static_cast<int>(++pointer - place);
  out[8] = cuda::atomic<long long>::is_always_lock_free ? 1 : 0;
  out[9] = pair.is_lock_free() ? 1 : 0;
}

void test_others() {
  DeviceArray<int> out(10);
  others<<<1, 1>>>(out.data());
  require_launched();
  REQUIRE((out.values() == std::vector<int>{17, 0, 1, 0, -4, 8, 0, 4, 1, 1}));
}

// A baton goes from thread to thread through all blocks, in each way that orders data before it.
// Whoever has it adds to plain words. (The order of the threads lets those of earlier blocks, and
// lower ones, go first.)
enum Way { kReleaseAcquire, kSequential, kFences, kReadModifyWrite, kWait };

template <Way way>
__global__ void pass_baton(unsigned int* baton, int* words) {
  cuda::atomic_ref<unsigned int, cuda::thread_scope_device> turn(*baton);
  const unsigned int mine = rank();
  if constexpr (way == kReleaseAcquire) {
    while (turn.load(cuda::memory_order_acquire) != mine) {
    }
  } else if constexpr (way == kSequential) {
    while (turn != mine) {
    }
  } else if constexpr (way == kFences) {
    while (turn.load(cuda::memory_order_relaxed) != mine) __nanosleep(20);
    cuda::atomic_thread_fence(cuda::memory_order_acquire, cuda::thread_scope_device);
  } else if constexpr (way == kReadModifyWrite) {
    while (turn.fetch_add(0, cuda::memory_order_acquire) != mine) {
    }
  } else {
    for (unsigned int seen = turn.load(cuda::memory_order_acquire); seen != mine;
         seen = turn.load()) {
      turn.wait(seen);
    }
  }
  for (int i = 0; i < 3; ++i) words[40 * i] = 3 * words[40 * i] + static_cast<int>(mine) + i;
  if constexpr (way == kReleaseAcquire) {
    turn.store(mine + 1, cuda::memory_order_release);
  } else if constexpr (way == kSequential) {
    turn = mine + 1;
  } else if constexpr (way == kFences) {
    cuda::atomic_thread_fence(cuda::memory_order_release, cuda::thread_scope_device);
    turn.store(mine + 1, cuda::memory_order_relaxed);
  } else if constexpr (way == kReadModifyWrite) {
    turn.fetch_add(1, cuda::memory_order_release);
  } else {
    turn.store(mine + 1, cuda::memory_order_release);
    turn.notify_all();
  }
}

template <Way way>
void test_baton() {
  constexpr int kBlocks = 4, kOf = 4;
  DeviceArray<unsigned int> baton(1);
  DeviceArray<int> words(100);
  pass_baton<way><<<kBlocks, kOf>>>(baton.data(), words.data());
  require_launched();
  for (int i = 0; i < 3; ++i) {
    int expected = 0;
    for (int mine = 0; mine < kBlocks * kOf; ++mine) {
      expected = static_cast<int>(3U * static_cast<unsigned>(expected)) + mine + i;
    }
    REQUIRE(words.values()[40 * i] == expected);
  }
  REQUIRE(baton.values()[0] == kBlocks * kOf);
}

// `short`: for the RTL.
int main(int argc, char**) {
  test_type<int>();
  if (argc == 1) {
    test_type<unsigned int>();
    test_type<signed char>();
    test_type<unsigned short>();
    test_type<long long>();
    test_type<float>();
    test_type<double>();
  }
  test_others();
  test_baton<kReleaseAcquire>();
  test_baton<kSequential>();
  test_baton<kFences>();
  test_baton<kReadModifyWrite>();
  test_baton<kWait>();
  std::puts("ok");
}
