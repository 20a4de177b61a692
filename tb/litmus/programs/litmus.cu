// Runs the litmus tests of tests.hpp, thousands of instances of each, in every placement of their
// threads and memory, and prints a line of JSON for each: how often the outcome came that a variant
// forbids or allows. ci/litmus runs this under many timings and adds up. Options: --rounds N --seed
// N --test NAME --part I/N (every Nth row, from I)
#include <cuda_runtime.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests.hpp"

using litmus::Access;
using litmus::kAccesses;
using litmus::kLocations;
using litmus::kPrograms;
using litmus::kTests;
using litmus::Program;

namespace {

/// Where an instance's threads are: in one warp, in the warps of one block, in blocks of their own.
enum Scope { kWarp, kBlock, kGrid };
constexpr const char* kScopeNames[] = {"warp", "cta", "gpu"};

/// How the accesses are made; docs/manual/memory_model.md names the instructions.
enum Mode {
  kRelaxed,  ///< volatile stores and loads
  kAtomics,  ///< stores are relaxed exchanges, loads are volatile: their lines may be in the L1
  kFence,    ///< as relaxed, a __threadfence() between
  kReleaseAcquire,  ///< the marked ones as clang's __atomic_store_n and __atomic_load_n
  kOrderedAtomics,  ///< the marked ones as cuda::atomic's: atomics with rl and aq
  kDoublewords,  ///< 64 bits, with relaxed __atomic_store_n and __atomic_load_n; a value is in both
                 ///< halves
  kExchanged,  ///< as relaxed, one thread's accesses in the other order: what a reordering machine
               ///< would do
};
constexpr const char* kModeNames[] = {"relaxed",         "atomics",         "fence",
                                      "release-acquire", "ordered atomics", "doublewords",
                                      "exchanged"};
constexpr int kModes = 7;
constexpr unsigned kTorn = 9;  ///< what a doubleword with different halves counts as
constexpr unsigned words_of_location(Mode mode) { return mode == kDoublewords ? 2 : 1; }

constexpr int kLanes = 32;
constexpr int kLanesOfInstance = 4;  ///< in scope kWarp

__host__ __device__ constexpr unsigned mix(unsigned x) {
  x = (x ^ x >> 16) * 0x7feb352dU;
  x = (x ^ x >> 15) * 0x846ca68bU;
  return x ^ x >> 16;
}

/// Word of a location of an instance in global memory. Layouts: instances side by side; an
/// instance's locations in one line; every word in a line of its own, far apart or close together.
__host__ __device__ constexpr unsigned word_of(unsigned layout, unsigned instances,
                                               unsigned instance, unsigned location) {
  const unsigned instance_stride = layout == 0 ? 1 : layout == 1 ? 4 : layout == 2 ? 16 : 64;
  const unsigned location_stride = layout == 0   ? instances
                                   : layout == 1 ? 1
                                   : layout == 2 ? 16 * instances
                                                 : 16;
  return instance * instance_stride + location * location_stride;
}
constexpr unsigned words_of(unsigned instances) { return 64 * instances; }

// One access. The statements are volatile: the compiler leaves their order alone.
template <int test, Mode mode, int thread, int index>
__device__ __forceinline__ void perform(unsigned* const (&places)[kLocations],
                                        unsigned (&results)[kAccesses]) {
  constexpr Access access = kPrograms[test].access[thread][index];
  constexpr bool synchronizes = access.synchronizes;
  unsigned* const place = places[access.location];
  if constexpr (mode == kDoublewords) {
    auto* const object = reinterpret_cast<unsigned long long*>(place);
    if constexpr (access.write) {
      __atomic_store_n(object, access.value * 0x1'00000001ULL, __ATOMIC_RELAXED);
    } else {
      const unsigned long long value = __atomic_load_n(object, __ATOMIC_RELAXED);
      const auto half = static_cast<unsigned>(value);
      results[index] = half == value >> 32 ? half : kTorn;
    }
  } else if constexpr (access.write) {
    const unsigned value = access.value;
    if constexpr (mode == kOrderedAtomics && synchronizes) {
      asm volatile("amoswap.w.rl x0, %1, (%0)" : : "r"(place), "r"(value) : "memory");
    } else if constexpr (mode == kAtomics) {
      asm volatile("amoswap.w x0, %1, (%0)" : : "r"(place), "r"(value) : "memory");
    } else {
      if constexpr (mode == kReleaseAcquire && synchronizes)
        asm volatile("fence rw, w" : : : "memory");
      asm volatile("sw %1, 0(%0)" : : "r"(place), "r"(value) : "memory");
    }
  } else {
    if constexpr (mode == kOrderedAtomics && synchronizes) {
      asm volatile("amoor.w.aq %0, x0, (%1)" : "=r"(results[index]) : "r"(place) : "memory");
    } else {
      asm volatile("lw %0, 0(%1)" : "=r"(results[index]) : "r"(place) : "memory");
      if constexpr (mode == kReleaseAcquire && synchronizes)
        asm volatile("fence r, rw" : : : "memory");
    }
  }
}

__device__ __forceinline__ void wait(unsigned turns) {
  for (; turns != 0; --turns) asm volatile("" : "+r"(turns));
}

/// The `step`th access of a thread, with what the mode has in front of it.
template <int test, Mode mode, int thread, int step>
__device__ __forceinline__ void make_step(unsigned* const (&places)[kLocations],
                                          unsigned (&results)[kAccesses]) {
  if constexpr (step < kPrograms[test].length[thread]) {
    if constexpr (mode == kFence && step != 0) __threadfence();
    perform<test, mode, thread, litmus::access_at(test, mode == kExchanged, thread, step)>(places,
                                                                                           results);
  }
}

/// When a thread makes its accesses. The threads of a warp stay together, so delays are the warp's;
/// where the accesses are to come at times of each thread's own, the warp goes through `slots`
/// slots, and every thread has two of them.
struct Timing {
  unsigned delay;          ///< before the first access
  unsigned gap;            ///< between the accesses
  unsigned slots;          ///< 0: none
  unsigned first, second;  ///< first <= second
};

template <int test, Mode mode, int thread>
__device__ __forceinline__ void run_thread(unsigned* const (&places)[kLocations],
                                           unsigned (&results)[kAccesses], const Timing& timing) {
  wait(timing.delay);
  if (timing.slots == 0) {
    make_step<test, mode, thread, 0>(places, results);
    // Most often there is nothing between the accesses.
    if (timing.gap != 0) wait(timing.gap);
    make_step<test, mode, thread, 1>(places, results);
  } else {
    for (unsigned slot = 0; slot < timing.slots; ++slot) {
      if (slot == timing.first) make_step<test, mode, thread, 0>(places, results);
      if (slot == timing.second) make_step<test, mode, thread, 1>(places, results);
    }
  }
}

// In one warp, threads would run one after the other, as the lowest PC goes first: there a schedule
// says whose access comes next. All lanes of an instance know it.
template <int test, Mode mode, int... threads>
__device__ __forceinline__ void run_schedule(unsigned role, unsigned random,
                                             unsigned* const (&places)[kLocations],
                                             unsigned (&results)[kAccesses],
                                             std::integer_sequence<int, threads...>) {
  constexpr unsigned total = (0U + ... + static_cast<unsigned>(kPrograms[test].length[threads]));
  unsigned left =
      (0U | ... | (static_cast<unsigned>(kPrograms[test].length[threads]) << 4 * threads));
  unsigned next = 0;
  for (unsigned step = 0; step < total; ++step) {
    random = mix(random + step);
    unsigned turn = random % sizeof...(threads);
    while ((left >> 4 * turn & 15) == 0) turn = (turn + 1) % sizeof...(threads);
    left -= 1U << 4 * turn;
    if (turn == role) {
      ((role == threads && next == 0 ? make_step<test, mode, threads, 0>(places, results) : void()),
       ...);
      ((role == threads && next == 1 ? make_step<test, mode, threads, 1>(places, results) : void()),
       ...);
      ++next;
    }
  }
}

// Group: the blocks, or the warps, that run instances together; their number is that of `threads`.
// A location whose bit is set in `in_shared` is in shared memory. The final words of shared memory
// are written to `memory`, too.
template <int test, Mode mode>
__global__ void run(Scope scope, unsigned in_shared, unsigned layout, unsigned rounds,
                    unsigned seed, unsigned* memory, unsigned* results, unsigned* arrivals) {
  constexpr Program program = kPrograms[test];
  constexpr unsigned threads = program.threads;
  constexpr unsigned size = words_of_location(mode);
  alignas(8) __shared__ unsigned words[size * kLocations * kLanes];
  const unsigned lane = threadIdx.x % kLanes, warp = threadIdx.x / kLanes;
  const unsigned groups = scope == kGrid ? gridDim.x / threads : gridDim.x;
  const unsigned group = scope == kGrid ? blockIdx.x / threads : blockIdx.x;
  const unsigned per_group = scope == kWarp ? kLanes / kLanesOfInstance : kLanes;
  const unsigned member = scope == kWarp    ? lane % kLanesOfInstance
                          : scope == kBlock ? warp
                                            : blockIdx.x % threads;
  const unsigned local = scope == kWarp ? lane / kLanesOfInstance : lane;
  const unsigned instances = rounds * groups * per_group;
  for (unsigned round = 0; round < rounds; ++round) {
    const unsigned choice = mix(seed + round * 0x9e3779b9U);  // the same for all
    const unsigned instance = (round * groups + group) * per_group + local;
    // The threads of a warp play one role or all of them.
    const bool turned = scope == kWarp || (choice & 3) == 0;
    const unsigned roles = scope == kWarp ? kLanesOfInstance : threads;
    const unsigned role = (member + (turned ? mix(instance ^ seed) % roles : 0)) % roles;
    unsigned* places[kLocations];
    for (unsigned i = 0; i < kLocations; ++i) {
      unsigned* const shared =
          &words[size * (layout % 2 == 0 ? i * kLanes + local : local * kLocations + i)];
      places[i] = (in_shared >> i & 1) != 0
                      ? shared
                      : &memory[size * word_of(layout, instances, instance, i)];
      if (role == 0 && (in_shared >> i & 1) != 0) shared[0] = shared[size - 1] = 0;
    }
    if ((choice & 4) != 0) {  // have the lines in the L1
      for (unsigned* const place : places) {
        if (place < words) asm volatile("lw x0, 0(%0)" : : "r"(place) : "memory");
      }
    }
    const unsigned of_warp = mix(choice ^ (member + 77)),
                   of_thread = mix(choice ^ (instance * roles + role));
    Timing timing{};
    timing.delay = of_warp & ((1U << (choice >> 4 & 3)) - 1);
    if ((choice & 8) != 0) {
      timing.slots = 4 + (choice >> 8 & 7);
      const unsigned a = of_thread % timing.slots, b = (of_thread >> 16) % timing.slots;
      timing.first = a < b ? a : b;
      timing.second = a < b ? b : a;
    } else if ((choice & 0x40) != 0) {
      timing.gap = of_warp >> 16 & 7;
    }
    if (scope == kBlock) {
      __syncthreads();
    } else if (scope == kGrid) {
      // Come together, but never wait for a block that is not there.
      if (lane == 0) {
        unsigned* const arrived = &arrivals[round * groups + group];
        unsigned count = atomicAdd(arrived, 1U) + 1;
        for (int i = 0; i < 100 && count < threads; ++i) count = atomicAdd(arrived, 0U);
      }
    }
    __syncwarp();
    unsigned loaded[kAccesses] = {};
    if (scope == kWarp) {
      run_schedule<test, mode>(role, mix(instance + seed), places, loaded,
                               std::make_integer_sequence<int, threads>());
    } else {
      if (role == 0) run_thread<test, mode, 0>(places, loaded, timing);
      if constexpr (threads > 1) {
        if (role == 1) run_thread<test, mode, 1>(places, loaded, timing);
      }
      if constexpr (threads > 2) {
        if (role == 2) run_thread<test, mode, 2>(places, loaded, timing);
      }
      if constexpr (threads > 3) {
        if (role == 3) run_thread<test, mode, 3>(places, loaded, timing);
      }
    }
    for (unsigned i = 0; i < kAccesses; ++i) {
      if (role < threads) results[(instance * litmus::kThreads + role) * kAccesses + i] = loaded[i];
    }
    if (in_shared != 0) {
      if (scope == kBlock) __syncthreads();
      __syncwarp();
      for (unsigned i = 0; i < kLocations; ++i) {
        if (role == 0 && (in_shared >> i & 1) != 0) {
          for (unsigned half = 0; half < size; ++half) {
            memory[size * word_of(layout, instances, instance, i) + half] =
                const_cast<volatile unsigned*>(places[i])[half];
          }
        }
      }
      if (scope == kBlock) __syncthreads();
      __syncwarp();
    }
  }
}

/// An outcome: the digits of all loads in program order, then the final values of all locations.
using Outcome = std::string;

/// All outcomes of interleaving the threads one access at a time: sequential consistency.
void interleave(int test, bool exchanged, std::array<int, litmus::kThreads>& done,
                std::array<unsigned, kLocations>& memory,
                unsigned (&loaded)[litmus::kThreads][kAccesses], std::set<Outcome>& outcomes);

Outcome outcome_of(const Program& program, const unsigned (&loaded)[litmus::kThreads][kAccesses],
                   const std::array<unsigned, kLocations>& memory) {
  Outcome result;
  for (int thread = 0; thread < program.threads; ++thread) {
    for (int i = 0; i < program.length[thread]; ++i) {
      if (!program.access[thread][i].write) result += static_cast<char>('0' + loaded[thread][i]);
    }
  }
  for (const unsigned word : memory) result += static_cast<char>('0' + word);
  return result;
}

void interleave(int test, bool exchanged, std::array<int, litmus::kThreads>& done,
                std::array<unsigned, kLocations>& memory,
                unsigned (&loaded)[litmus::kThreads][kAccesses], std::set<Outcome>& outcomes) {
  const Program& program = kPrograms[test];
  bool ended = true;
  for (int thread = 0; thread < program.threads; ++thread) {
    if (done[thread] == program.length[thread]) continue;
    ended = false;
    const int index = litmus::access_at(test, exchanged, thread, done[thread]);
    const Access& access = program.access[thread][index];
    const auto before = memory;
    if (access.write) {
      memory[access.location] = access.value;
    } else {
      loaded[thread][index] = memory[access.location];
    }
    ++done[thread];
    interleave(test, exchanged, done, memory, loaded, outcomes);
    --done[thread];
    memory = before;
  }
  if (ended) outcomes.insert(outcome_of(program, loaded, memory));
}

std::set<Outcome> sequential_outcomes(int test, bool exchanged) {
  std::set<Outcome> result;
  std::array<int, litmus::kThreads> done{};
  std::array<unsigned, kLocations> memory{};
  unsigned loaded[litmus::kThreads][kAccesses] = {};
  interleave(test, exchanged, done, memory, loaded, result);
  return result;
}

/// Whether it is the outcome in question ("10", "??x1").
bool is_weak(int test, const Outcome& outcome) {
  const std::string_view weak = kTests[test].weak;
  const std::size_t loads = outcome.size() - kLocations;
  for (std::size_t i = 0; i < loads; ++i) {
    if (weak[i] != '?' && weak[i] != outcome[i]) return false;
  }
  for (std::size_t i = loads; i < weak.size(); i += 2) {
    if (outcome[loads + static_cast<std::size_t>(weak[i] - 'x')] != weak[i + 1]) return false;
  }
  return true;
}

template <typename T>
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t size) : size_(size) {
    check(cudaMalloc(&data_, size * sizeof(T)));
    check(cudaMemset(data_, 0, size * sizeof(T)));
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  T* data() { return data_; }
  std::vector<T> values() const {
    std::vector<T> result(size_);
    check(cudaMemcpy(result.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost));
    return result;
  }
  static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    std::fprintf(stderr, "litmus: %s\n", cudaGetErrorString(error));
    std::exit(2);
  }

 private:
  T* data_ = nullptr;
  std::size_t size_;
};

struct Options {
  unsigned rounds = 8;
  unsigned seed = 1;
  std::string test;
  unsigned part = 0, parts = 1;
  unsigned warps = 1;  ///< that the device has
};

struct Counts {
  unsigned runs = 0;
  std::set<Outcome> seen;  ///< of those that interleaving gives
  unsigned in_question = 0;
  std::map<Outcome, unsigned> others;  ///< further ones that interleaving does not give
};

template <int test, Mode mode>
void run_once(const Options& options, Scope scope, unsigned in_shared, unsigned layout,
              unsigned seed, const std::set<Outcome>& sequential, Counts& counts) {
  constexpr Program program = kPrograms[test];
  constexpr unsigned threads = program.threads;
  const unsigned groups =
      std::max(1U, std::min(4U, options.warps / (scope == kWarp ? 1 : threads)));
  const unsigned instances =
      options.rounds * groups * (scope == kWarp ? kLanes / kLanesOfInstance : kLanes);
  constexpr unsigned size = words_of_location(mode);
  DeviceArray<unsigned> memory(size * words_of(instances)),
      results(instances * litmus::kThreads * kAccesses), arrivals(options.rounds * groups);
  run<test, mode>
      <<<scope == kGrid ? groups * threads : groups, scope == kBlock ? threads * kLanes : kLanes>>>(
          scope, in_shared, layout, options.rounds, seed, memory.data(), results.data(),
          arrivals.data());
  DeviceArray<unsigned>::check(cudaGetLastError());
  DeviceArray<unsigned>::check(cudaDeviceSynchronize());
  const std::vector<unsigned> words = memory.values(), loads = results.values();
  for (unsigned instance = 0; instance < instances; ++instance) {
    unsigned loaded[litmus::kThreads][kAccesses];
    std::memcpy(loaded, &loads[instance * litmus::kThreads * kAccesses], sizeof loaded);
    std::array<unsigned, kLocations> finals;
    for (unsigned i = 0; i < kLocations; ++i) {
      const unsigned place = size * word_of(layout, instances, instance, i);
      finals[i] = words[place] == words[place + size - 1] ? words[place] : kTorn;
    }
    const Outcome outcome = outcome_of(program, loaded, finals);
    ++counts.runs;
    if (is_weak(test, outcome)) {
      ++counts.in_question;
    } else if (sequential.contains(outcome)) {
      counts.seen.insert(outcome);
    } else {
      ++counts.others[outcome];
    }
  }
}

/// The rows of one test in one mode.
template <int test, Mode mode>
void run_rows(const Options& options, unsigned& row) {
  if (!options.test.empty() && options.test != kTests[test].name) return;
  const bool exchanged = mode == kExchanged;
  const std::set<Outcome> sequential = sequential_outcomes(test, exchanged);
  std::size_t usual = 0;
  for (const Outcome& outcome : sequential) usual += is_weak(test, outcome) ? 0 : 1;
  const bool possible = usual != sequential.size();
  if (possible != exchanged) {
    std::fprintf(stderr, "litmus: %s: the outcome in question is%s one of interleaving\n",
                 kTests[test].name.data(), possible ? "" : " not");
    std::exit(2);
  }
  const bool forbidden =
      kTests[test].coherence
          ? !exchanged
          : mode == kFence || (kTests[test].release_acquire &&
                               (mode == kReleaseAcquire || mode == kOrderedAtomics));
  for (const Scope scope : {kWarp, kBlock, kGrid}) {
    // Global, shared, x shared and the others global, x global and the others shared.
    for (const unsigned in_shared : {0U, 7U, 1U, 6U}) {
      if (scope == kGrid && in_shared != 0) continue;
      if (kTests[test].coherence && (in_shared == 1 || in_shared == 6)) continue;
      if (row++ % options.parts != options.part) continue;
      Counts counts;
      for (unsigned layout = 0; layout < 4; ++layout) {
        if (in_shared == 7 && layout >= 2) continue;
        run_once<test, mode>(options, scope, in_shared, layout, mix(options.seed * 4 + layout),
                             sequential, counts);
      }
      unsigned others = 0;
      for (const auto& [outcome, count] : counts.others) others += count;
      std::printf(
          "{\"test\": \"%s\", \"mode\": \"%s\", \"scope\": \"%s\", \"space\": \"%s\", "
          "\"forbidden\": %s, "
          "\"runs\": %u, \"outcomes\": %zu, \"possible\": %zu, \"in_question\": %u, \"others\": "
          "%u}\n",
          kTests[test].name.data(), kModeNames[mode], kScopeNames[scope],
          in_shared == 0   ? "global"
          : in_shared == 7 ? "shared"
                           : "mixed",
          forbidden ? "true" : "false", counts.runs, counts.seen.size(), usual, counts.in_question,
          others);
      for (const auto& [outcome, count] : counts.others) {
        std::fprintf(stderr, "litmus: %s, %s, %s: outcome %s, %u times\n", kTests[test].name.data(),
                     kModeNames[mode], kScopeNames[scope], outcome.c_str(), count);
      }
      std::fflush(stdout);
    }
  }
}

template <int test, int... modes>
void run_test(const Options& options, unsigned& row, std::integer_sequence<int, modes...>) {
  (run_rows<test, static_cast<Mode>(modes)>(options, row), ...);
}

template <int... tests>
void run_tests(const Options& options, std::integer_sequence<int, tests...>) {
  unsigned row = 0;
  (run_test<tests>(options, row, std::make_integer_sequence<int, kModes>()), ...);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (value != nullptr && option == "--rounds") {
      options.rounds = static_cast<unsigned>(std::atoi(value));
    } else if (value != nullptr && option == "--seed") {
      options.seed = static_cast<unsigned>(std::atoi(value));
    } else if (value != nullptr && option == "--test") {
      options.test = value;
    } else if (value != nullptr && option == "--part" &&
               std::sscanf(value, "%u/%u", &options.part, &options.parts) == 2 &&
               options.parts != 0) {
    } else {
      std::fprintf(stderr, "litmus: [--rounds N] [--seed N] [--test NAME] [--part I/N]\n");
      return 2;
    }
  }
  cudaDeviceProp properties;
  DeviceArray<unsigned>::check(cudaGetDeviceProperties(&properties, 0));
  options.warps = static_cast<unsigned>(properties.maxThreadsPerMultiProcessor) / kLanes;
  run_tests(options, std::make_integer_sequence<int, static_cast<int>(kTests.size())>());
  return 0;
}
