// What heddle/gemm.h and heddle/attention.h ask of a device, and what their kernels' blocks do to
// have its tensor memory.
#pragma once

#include <cstddef>
#include <cstdio>

#include "cuda_runtime.h"
#include "heddle/tensor.h"

/// A device, as a plan looks at it.
struct heddle_tensor_device {
  unsigned int warps = 0, shared_bytes = 0, copy_tags = 0;
  unsigned int tensor_m = 0, tensor_n = 0, tensor_lanes = 0, tensor_columns = 0;
  unsigned int formats = 0;
};

/// Says on stderr why `what` is not done.
inline cudaError_t heddle_tensor_refuse(const char* what, const char* why) {
  std::fprintf(stderr, "heddle: %s: %s\n", what, why);
  return cudaErrorNotSupported;
}

/// Asks the runtime for it.
inline cudaError_t heddle_tensor_query(heddle_tensor_device& device) {
  cudaError_t error = cudaSuccess;
  const auto get = [&](cudaDeviceAttr attribute) {
    int value = 0;
    if (error == cudaSuccess) error = cudaDeviceGetAttribute(&value, attribute, 0);
    return static_cast<unsigned int>(value);
  };
  device.warps = get(cudaDevAttrMaxThreadsPerBlock) / 32;
  device.shared_bytes = get(cudaDevAttrMaxSharedMemoryPerBlock);
  device.copy_tags = get(heddleDevAttrCopyTags);
  device.tensor_m = get(heddleDevAttrTensorM);
  device.tensor_n = get(heddleDevAttrTensorN);
  device.tensor_lanes = get(heddleDevAttrTensorLanes);
  device.tensor_columns = get(heddleDevAttrTensorColumns);
  device.formats = get(heddleDevAttrTensorFormats);
  return error;
}

/// The same, refused where there is no matrix engine, or not for the operands' class (a bit of
/// tensor_formats).
inline cudaError_t heddle_tensor_find(heddle_tensor_device& device, const char* what,
                                      unsigned int class_bit) {
  const cudaError_t error = heddle_tensor_query(device);
  if (error != cudaSuccess) return error;
  if (device.tensor_lanes == 0) return heddle_tensor_refuse(what, "the device has no matrix engine");
  if ((device.formats >> class_bit & 1) == 0) {
    return heddle_tensor_refuse(what,
                                "the device's matrix engine does not have the operands' format");
  }
  return cudaSuccess;
}

/// Device memory of the host's scope.
class heddle_tensor_scratch {
 public:
  heddle_tensor_scratch() = default;
  heddle_tensor_scratch(const heddle_tensor_scratch&) = delete;
  heddle_tensor_scratch& operator=(const heddle_tensor_scratch&) = delete;
  ~heddle_tensor_scratch() { cudaFree(data_); }
  cudaError_t allocate(std::size_t bytes) { return cudaMalloc(&data_, bytes); }
  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
};

/// The first of so many columns, when other blocks have left them.
static __device__ __forceinline__ unsigned int heddle_tensor_await_columns(unsigned int columns) {
  unsigned int column;
  do {
    column = tcgen05_alloc(columns);
  } while (column == heddle_no_columns);
  return column;
}
