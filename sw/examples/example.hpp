// What the examples share: errors, the command line, reproducible data, time.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

/// Ends the program with a message if a CUDA call failed.
#define CHECK_CUDA(call)                                                                         \
  do {                                                                                           \
    const cudaError_t check_error = (call);                                                      \
    if (check_error != cudaSuccess) {                                                            \
      std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, cudaGetErrorName(check_error), \
                   cudaGetErrorString(check_error));                                             \
      std::exit(1);                                                                              \
    }                                                                                            \
  } while (false)

/// The number behind an option, written -name or --name, or `otherwise`.
inline int option(int argc, char** argv, const char* name, int otherwise) {
  for (int i = 1; i < argc; ++i) {
    const char* text = argv[i];
    while (*text == '-') ++text;
    if (text == argv[i] || std::strcmp(text, name) != 0) continue;
    char* end = nullptr;
    const long value = i + 1 < argc ? std::strtol(argv[i + 1], &end, 10) : -1;
    if (end == nullptr || *end != '\0' || value < 1 || value > 1 << 28) {
      std::fprintf(stderr, "%s needs a positive number\n", argv[i]);
      std::exit(2);
    }
    return static_cast<int>(value);
  }
  return otherwise;
}

/// The place in `choices` of the word behind an option; 0 if there is no such option.
inline int option(int argc, char** argv, const char* name,
                  const std::vector<const char*>& choices) {
  for (int i = 1; i < argc; ++i) {
    const char* text = argv[i];
    while (*text == '-') ++text;
    if (text == argv[i] || std::strcmp(text, name) != 0) continue;
    for (std::size_t k = 0; k < choices.size(); ++k) {
      if (i + 1 < argc && std::strcmp(argv[i + 1], choices[k]) == 0) return static_cast<int>(k);
    }
    std::fprintf(stderr, "%s is one of:", argv[i]);
    for (const char* choice : choices) std::fprintf(stderr, " %s", choice);
    std::fprintf(stderr, "\n");
    std::exit(2);
  }
  return 0;
}

/// Numbers that look random and are the same everywhere.
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 2654435761U + 1) {}

  std::uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }

  /// In [-1, 1).
  float next_float() { return static_cast<float>(static_cast<std::int32_t>(next())) * 0x1p-31F; }

 private:
  std::uint32_t state_;
};

inline std::vector<float> random_floats(std::size_t count, std::uint32_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = random.next_float();
  return values;
}

/// Device memory with a vector's contents.
template <typename T>
T* to_device(const std::vector<T>& values) {
  T* pointer = nullptr;
  CHECK_CUDA(cudaMalloc(&pointer, values.size() * sizeof(T)));
  CHECK_CUDA(cudaMemcpy(pointer, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
  return pointer;
}

template <typename T>
std::vector<T> to_host(const T* pointer, std::size_t count) {
  std::vector<T> values(count);
  CHECK_CUDA(cudaMemcpy(values.data(), pointer, count * sizeof(T), cudaMemcpyDeviceToHost));
  return values;
}

/// Device clock cycles between its construction and cycles().
class CycleTimer {
 public:
  CycleTimer() {
    CHECK_CUDA(cudaEventCreate(&start_));
    CHECK_CUDA(cudaEventCreate(&stop_));
    CHECK_CUDA(cudaEventRecord(start_));
  }

  double cycles() {
    constexpr double kCyclesPerMillisecond = 1e6;
    float milliseconds = 0;
    CHECK_CUDA(cudaEventRecord(stop_));
    CHECK_CUDA(cudaEventSynchronize(stop_));
    CHECK_CUDA(cudaEventElapsedTime(&milliseconds, start_, stop_));
    return static_cast<double>(milliseconds) * kCyclesPerMillisecond;
  }

 private:
  cudaEvent_t start_ = nullptr;
  cudaEvent_t stop_ = nullptr;
};
