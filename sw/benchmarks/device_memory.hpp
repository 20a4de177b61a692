// What the programs of the matrix engine's benchmarks share.
#pragma once

#include <cuda_runtime.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

/// Ends the program with status 1 if a call fails.
inline void must(cudaError_t error) {
  if (error == cudaSuccess) return;
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, cudaGetErrorString(error));
  std::exit(1);
}

/// Device memory with these values.
template <typename T>
T* device_memory(const std::vector<T>& values) {
  T* data = nullptr;
  must(cudaMalloc(&data, values.size() * sizeof(T)));
  must(cudaMemcpy(data, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
  return data;
}

/// The same with zeros.
template <typename T>
T* zeros(std::size_t count) {
  T* data = nullptr;
  must(cudaMalloc(&data, count * sizeof(T)));
  must(cudaMemset(data, 0, count * sizeof(T)));
  return data;
}

/// What a word of device memory holds.
inline unsigned value_at(const unsigned* word) {
  unsigned value = 0;
  must(cudaMemcpy(&value, word, sizeof value, cudaMemcpyDeviceToHost));
  return value;
}
