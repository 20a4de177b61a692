// Atomics on 64 bits, which are single instructions or repeat one: clang's builtins in every
// window, loads that see no half of an update, atomics on the words of a doubleword beside those on
// the whole, and what their orders are for.
#include <algorithm>
#include <cstring>
#include <cuda/atomic>

#include "check.hpp"

using Long = unsigned long long;

// Few threads and turns are for the RTL.
struct Size {
  int grid, block, turns;
};

__device__ unsigned int rank() { return blockIdx.x * blockDim.x + threadIdx.x; }

// The results of one thread alone are known.
constexpr int kResults = 22;

template <typename Pointer>
__device__ void all_builtins(Pointer word, Long* results) {
  int n = 0;
  const auto keep = [&](Long value) { results[n++] = value; };
  __atomic_store_n(word, 0x1'00000000ULL, __ATOMIC_RELAXED);
  keep(__atomic_load_n(word, __ATOMIC_RELAXED));
  __atomic_store_n(word, 0xffffffffULL, __ATOMIC_SEQ_CST);
  keep(__atomic_load_n(word, __ATOMIC_ACQUIRE));
  keep(__atomic_fetch_add(word, 1ULL, __ATOMIC_RELAXED));
  keep(__atomic_fetch_sub(word, 2ULL, __ATOMIC_SEQ_CST));
  keep(__atomic_exchange_n(word, 0xff00ff00ff00ff00ULL, __ATOMIC_ACQ_REL));
  keep(__atomic_fetch_and(word, 0x0fffffffffffff0fULL, __ATOMIC_RELEASE));
  keep(__atomic_fetch_or(word, 0x11ULL, __ATOMIC_RELAXED));
  keep(__atomic_fetch_xor(word, ~0ULL, __ATOMIC_ACQUIRE));
  keep(__atomic_fetch_nand(word, 0xffffffffULL, __ATOMIC_RELAXED));
  keep(__atomic_load_n(word, __ATOMIC_SEQ_CST));
  Long expected = 5;
  keep(__atomic_compare_exchange_n(word, &expected, 6ULL, false, __ATOMIC_SEQ_CST,
                                   __ATOMIC_RELAXED));
  keep(expected);
  keep(
      __atomic_compare_exchange_n(word, &expected, 6ULL, true, __ATOMIC_RELAXED, __ATOMIC_ACQUIRE));
  keep(__atomic_load_n(word, __ATOMIC_RELAXED));
  keep(atomicAdd(word, 4ULL));
  keep(atomicCAS(word, 10ULL, 0x8000000000000000ULL));
  keep(atomicMax(word, 7ULL));
  keep(static_cast<Long>(atomicMax(reinterpret_cast<long long*>(word), 9LL)));
  keep(atomicMin(word, 3ULL));
  keep(static_cast<Long>(atomicMin(reinterpret_cast<long long*>(word), -2LL)));
  __atomic_store_n(word, 0x4008000000000000ULL, __ATOMIC_RELAXED);  // 3.0
  keep(static_cast<Long>(atomicAdd(reinterpret_cast<double*>(word), 0.5)));
  keep(__atomic_load_n(word, __ATOMIC_RELAXED));
}

const std::vector<Long> kExpected{0x1'00000000ULL,
                                  0xffffffffULL,
                                  0xffffffffULL,
                                  0x1'00000000ULL,
                                  0xfffffffeULL,
                                  0xff00ff00ff00ff00ULL,
                                  0x0f00ff00ff00ff00ULL,
                                  0x0f00ff00ff00ff11ULL,
                                  0xf0ff00ff00ff00eeULL,
                                  0xffffffffff00ff11ULL,
                                  0,
                                  0xffffffffff00ff11ULL,
                                  1,
                                  6,
                                  6,
                                  10,
                                  0x8000000000000000ULL,
                                  0x8000000000000000ULL,
                                  9,
                                  3,
                                  3,
                                  0x400c000000000000ULL};

// The thread's own word in each window. `hide` keeps the compiler from knowing the window.
__global__ void alone(Long* memory, Long* results, int hide) {
  __shared__ Long shared[64];
  Long local[2] = {77, 77};
  Long* const mine = results + rank() * 3 * kResults;
  all_builtins(&memory[rank()], mine);
  all_builtins(&shared[threadIdx.x], mine + kResults);
  all_builtins(&local[hide], mine + 2 * kResults);
  if (local[1 - hide] != 77) mine[0] = 0;
}

// Threads of a warp in all windows at once.
__global__ void mixed(Long* memory, Long* results) {
  __shared__ Long shared[64];
  Long local = 0;
  Long* const words[] = {&memory[threadIdx.x], &shared[threadIdx.x], &local};
  all_builtins(words[threadIdx.x % 3], results + threadIdx.x * kResults);
}

void test_alone() {
  DeviceArray<Long> memory(64), results(64 * 3 * kResults);
  alone<<<2, 32>>>(memory.data(), results.data(), 1);
  require_launched();
  const std::vector<Long> seen = results.values();
  for (std::size_t i = 0; i < seen.size(); ++i) REQUIRE(seen[i] == kExpected[i % kResults]);
  DeviceArray<Long> again(64 * kResults);
  mixed<<<1, 64>>>(memory.data(), again.data());
  require_launched();
  const std::vector<Long> seen_mixed = again.values();
  for (std::size_t i = 0; i < seen_mixed.size(); ++i) {
    REQUIRE(seen_mixed[i] == kExpected[i % kResults]);
  }
}

// Every value has two halves that are alike; who reads one of two writers' finds no mixture.
__global__ void halves(Long* word, int* mixtures, int turns) {
  __shared__ Long shared;
  if (threadIdx.x == 0) __atomic_store_n(&shared, 0ULL, __ATOMIC_RELAXED);
  __syncthreads();
  for (Long* const place : {word, &shared}) {
    for (int i = 0; i < turns; ++i) {
      if (rank() % 3 == 0) {
        const unsigned int half = rank() * 1000 + static_cast<unsigned int>(i);
        __atomic_store_n(place, static_cast<Long>(half) << 32 | half, __ATOMIC_RELAXED);
      } else {
        const Long seen = __atomic_load_n(place, __ATOMIC_RELAXED);
        if (static_cast<unsigned int>(seen) != seen >> 32) atomicAdd(mixtures, 1);
      }
    }
  }
}

void test_halves(const Size& size) {
  DeviceArray<Long> word(1);
  DeviceArray<int> mixtures(1);
  halves<<<size.grid, size.block>>>(word.data(), mixtures.data(), size.turns);
  require_launched();
  REQUIRE(mixtures.values()[0] == 0);
}

// Sums of the words of a doubleword, some threads adding to one word and some to both at once.
__global__ void both_sizes(unsigned int* words, unsigned int* block_sums, int turns) {
  __shared__ Long shared;
  if (threadIdx.x == 0) __atomic_store_n(&shared, 0ULL, __ATOMIC_RELAXED);
  __syncthreads();
  for (unsigned int* const pair : {words, reinterpret_cast<unsigned int*>(&shared)}) {
    for (int i = 0; i < turns; ++i) {
      if (rank() % 2 == 0) {
        atomicAdd(reinterpret_cast<Long*>(pair), 5ULL << 32 | 3);
      } else {
        atomicAdd(&pair[rank() / 2 % 2], 1U);
      }
    }
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    const Long sum = __atomic_load_n(&shared, __ATOMIC_RELAXED);
    block_sums[2 * blockIdx.x] = static_cast<unsigned int>(sum);
    block_sums[2 * blockIdx.x + 1] = static_cast<unsigned int>(sum >> 32);
  }
}

void test_both_sizes(const Size& size) {
  DeviceArray<unsigned int> words(2), block_sums(2 * size.grid);
  both_sizes<<<size.grid, size.block>>>(words.data(), block_sums.data(), size.turns);
  require_launched();
  const auto threads = static_cast<unsigned int>(size.grid * size.block);
  const auto turns = static_cast<unsigned int>(size.turns);
  REQUIRE(threads % 4 == 0 && size.block % 4 == 0);
  const auto sum = [&](unsigned int count, unsigned int half) {
    return turns * (count / 2 * (half == 0 ? 3 : 5) + count / 4);
  };
  for (unsigned int half = 0; half < 2; ++half) {
    REQUIRE(words.values()[half] == sum(threads, half));
    for (int block = 0; block < size.grid; ++block) {
      REQUIRE(block_sums.values()[2 * block + half] ==
              sum(static_cast<unsigned int>(size.block), half));
    }
  }
}

// The product of doubles, as CUDA's programming guide makes an atomic of atomicCAS.
__device__ double atomic_multiply(double* address, double value) {
  auto* const word = reinterpret_cast<Long*>(address);
  Long old = atomicCAS(word, 0ULL, 0ULL), assumed;
  do {
    assumed = old;
    old = atomicCAS(word, assumed,
                    __builtin_bit_cast(Long, __builtin_bit_cast(double, assumed) * value));
  } while (assumed != old);
  return __builtin_bit_cast(double, old);
}

__global__ void multiply(double* product) { atomic_multiply(product, rank() % 2 == 0 ? 4.0 : 0.5); }

void test_multiply(const Size& size) {
  DeviceArray<double> product(std::vector<double>{3.0});
  multiply<<<size.grid, size.block>>>(product.data());
  require_launched();
  double expected = 3.0;
  for (int i = 0; i < size.grid * size.block / 2; ++i) expected *= 2.0;
  REQUIRE(product.values()[0] == expected);
}

// A baton of 64 bits goes from thread to thread through all blocks; whoever has it adds to plain
// words. Its value counts in the upper word.
template <bool kOrdered>
__global__ void pass_baton(Long* baton, int* words) {
  cuda::atomic_ref<Long, cuda::thread_scope_device> turn(*baton);
  const Long mine = static_cast<Long>(rank()) << 32 | 0xabc;
  if constexpr (kOrdered) {
    while (turn.load(cuda::memory_order_acquire) != mine) {
    }
  } else {
    while (turn.load(cuda::memory_order_relaxed) != mine) {
    }
    __threadfence();
  }
  for (int i = 0; i < 3; ++i) words[40 * i] = 3 * words[40 * i] + static_cast<int>(rank()) + i;
  if constexpr (kOrdered) {
    turn.fetch_add(1ULL << 32, cuda::memory_order_release);
  } else {
    __threadfence();
    turn.store(mine + (1ULL << 32), cuda::memory_order_relaxed);
  }
}

template <bool kOrdered>
void test_baton() {
  constexpr int kBlocks = 3, kOf = 4;
  DeviceArray<Long> baton(std::vector<Long>{0xabc});
  DeviceArray<int> words(100);
  pass_baton<kOrdered><<<kBlocks, kOf>>>(baton.data(), words.data());
  require_launched();
  for (int i = 0; i < 3; ++i) {
    int expected = 0;
    for (int mine = 0; mine < kBlocks * kOf; ++mine) {
      expected = static_cast<int>(3U * static_cast<unsigned>(expected)) + mine + i;
    }
    REQUIRE(words.values()[40 * i] == expected);
  }
}

// `short`: for the RTL.
int main(int argc, char**) {
  const Size size = argc == 1 ? Size{3, 96, 20} : Size{2, 36, 2};
  if (argc == 1) test_alone();
  test_halves(size);
  test_both_sizes(size);
  test_multiply(size);
  test_baton<true>();
  test_baton<false>();
  std::puts("ok");
}
