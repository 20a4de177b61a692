// The CUDA runtime for C++. heddlecc includes this before every source, as nvcc does.
#pragma once

#include "cuda_runtime_api.h"
#include "heddle/atomics.h"
#include "heddle/barrier.h"
#include "heddle/bits.h"
#include "heddle/builtins.h"
#include "heddle/cache_operators.h"
#include "heddle/math.h"
#include "heddle/print.h"
#include "heddle/warp.h"

// Typed forms of the calls that take untyped pointers.

template <typename T>
static inline cudaError_t cudaMalloc(T** pointer, size_t size) {
  return ::cudaMalloc(reinterpret_cast<void**>(pointer), size);
}

template <typename T>
static inline cudaError_t cudaMallocHost(T** pointer, size_t size) {
  return ::cudaMallocHost(reinterpret_cast<void**>(pointer), size);
}

template <typename T>
static inline cudaError_t cudaMemcpyToSymbol(const T& symbol, const void* from, size_t size,
                                             size_t offset = 0,
                                             cudaMemcpyKind kind = cudaMemcpyHostToDevice) {
  return ::cudaMemcpyToSymbol(static_cast<const void*>(&symbol), from, size, offset, kind);
}

template <typename T>
static inline cudaError_t cudaMemcpyFromSymbol(void* to, const T& symbol, size_t size,
                                               size_t offset = 0,
                                               cudaMemcpyKind kind = cudaMemcpyDeviceToHost) {
  return ::cudaMemcpyFromSymbol(to, static_cast<const void*>(&symbol), size, offset, kind);
}

template <typename T>
static inline cudaError_t cudaGetSymbolAddress(void** pointer, const T& symbol) {
  return ::cudaGetSymbolAddress(pointer, static_cast<const void*>(&symbol));
}

template <typename T>
static inline cudaError_t cudaGetSymbolSize(size_t* size, const T& symbol) {
  return ::cudaGetSymbolSize(size, static_cast<const void*>(&symbol));
}

template <typename T>
static inline cudaError_t cudaLaunchKernel(const T* kernel, dim3 grid, dim3 block, void** arguments,
                                           size_t shared = 0, cudaStream_t stream = nullptr) {
  return ::cudaLaunchKernel(reinterpret_cast<const void*>(kernel), grid, block, arguments, shared,
                            stream);
}

template <typename T>
static inline cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, T* kernel) {
  return ::cudaFuncGetAttributes(attributes, reinterpret_cast<const void*>(kernel));
}

template <typename T>
static inline cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, T* kernel,
                                                                        int threads,
                                                                        size_t shared) {
  return ::cudaOccupancyMaxActiveBlocksPerMultiprocessor(
      blocks, reinterpret_cast<const void*>(kernel), threads, shared);
}
