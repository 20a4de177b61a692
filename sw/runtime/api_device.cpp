// CUDA's device, stream and event functions. There is one device; streams exist, but whatever is
// put into one has finished when the call returns.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "cuda_runtime_api.h"
#include "guard.hpp"

struct CUstream_st {};

struct CUevent_st {
  bool recorded = false;
  std::uint64_t cycles = 0;
};

namespace heddle {
namespace {

constexpr int kClockKilohertz = 1000000;  // 1 GHz: the clock that cycles are counted in
constexpr int kMajor = 7;                 // compute capability, as __CUDA_ARCH__ in device code
constexpr int kMinor = 0;
constexpr int kRuntimeVersion = CUDART_VERSION;
constexpr int kMaximumThreads = 1024;
constexpr int kWarpSize = 32;

std::set<CUevent_st*>& events() {
  static auto* const all = new std::set<CUevent_st*>;
  return *all;
}

CUevent_st& checked(cudaEvent_t event) {
  if (!events().contains(event)) {
    throw CudaError(cudaErrorInvalidResourceHandle, "this is no event");
  }
  return *event;
}

void check_device(int device) {
  if (device != 0) throw CudaError(cudaErrorInvalidDevice, "there is only device 0");
}

int threads_per_sm(const Config& config) { return static_cast<int>(config.warps) * kWarpSize; }

int threads_per_block(const Config& config) {
  return std::min(kMaximumThreads, threads_per_sm(config));
}

cudaDeviceProp properties_of(Context& context) {
  const Config& config = context.device().config();
  cudaDeviceProp result{};
  const std::string name =
      "Heddle " + config.name + " (" + std::string(context.device().kind()) + ")";
  name.copy(result.name, sizeof result.name - 1);
  result.totalGlobalMem = context.total_bytes();
  result.sharedMemPerBlock = config.shared_bytes;
  result.regsPerBlock = threads_per_block(config) * kWarpSize;
  result.warpSize = kWarpSize;
  result.maxThreadsPerBlock = threads_per_block(config);
  result.maxThreadsDim[0] = kMaximumThreads;
  result.maxThreadsDim[1] = kMaximumThreads;
  result.maxThreadsDim[2] = 64;
  result.maxGridSize[0] = 0x7fffffff;
  result.maxGridSize[1] = 65535;
  result.maxGridSize[2] = 65535;
  result.clockRate = kClockKilohertz;
  result.totalConstMem = 65536;
  result.major = kMajor;
  result.minor = kMinor;
  result.multiProcessorCount = 1;
  result.unifiedAddressing = 1;
  result.maxThreadsPerMultiProcessor = threads_per_sm(config);
  result.sharedMemPerMultiprocessor = config.shared_bytes;
  result.maxBlocksPerMultiProcessor = static_cast<int>(config.cta_slots);
  return result;
}

int attribute_of(Context& context, cudaDeviceAttr attribute) {
  const Config& config = context.device().config();
  const cudaDeviceProp properties = properties_of(context);
  switch (attribute) {
    case heddleDevAttrLanes: return static_cast<int>(config.lanes);
    case heddleDevAttrCopyTags: return static_cast<int>(config.copy_tags);
    case heddleDevAttrTensorM: return static_cast<int>(config.tensor_m);
    case heddleDevAttrTensorN: return static_cast<int>(config.tensor_n);
    case heddleDevAttrTensorLanes: return static_cast<int>(config.tensor_lanes);
    case heddleDevAttrTensorColumns: return static_cast<int>(config.tensor_columns);
    case heddleDevAttrTensorFormats: return static_cast<int>(config.tensor_formats);
    case heddleDevAttrTensorModes: return static_cast<int>(config.tensor_modes);
    case heddleDevAttrTensorTranspose: return static_cast<int>(config.tensor_transpose);
    case heddleDevAttrTensorSparse: return static_cast<int>(config.tensor_sparse);
    case cudaDevAttrMaxThreadsPerBlock: return properties.maxThreadsPerBlock;
    case cudaDevAttrMaxBlockDimX: return properties.maxThreadsDim[0];
    case cudaDevAttrMaxBlockDimY: return properties.maxThreadsDim[1];
    case cudaDevAttrMaxBlockDimZ: return properties.maxThreadsDim[2];
    case cudaDevAttrMaxGridDimX: return properties.maxGridSize[0];
    case cudaDevAttrMaxGridDimY: return properties.maxGridSize[1];
    case cudaDevAttrMaxGridDimZ: return properties.maxGridSize[2];
    case cudaDevAttrMaxSharedMemoryPerBlock: return static_cast<int>(properties.sharedMemPerBlock);
    case cudaDevAttrWarpSize: return properties.warpSize;
    case cudaDevAttrClockRate: return properties.clockRate;
    case cudaDevAttrMultiProcessorCount: return properties.multiProcessorCount;
    case cudaDevAttrMaxThreadsPerMultiProcessor: return properties.maxThreadsPerMultiProcessor;
    case cudaDevAttrComputeCapabilityMajor: return properties.major;
    case cudaDevAttrComputeCapabilityMinor: return properties.minor;
  }
  throw CudaError(cudaErrorInvalidValue, "cudaDeviceGetAttribute: unknown attribute");
}

[[noreturn]] void unknown_limit() {
  throw CudaError(cudaErrorNotSupported,
                  "only cudaLimitStackSize and cudaLimitPrintfFifoSize can be read and set");
}

}  // namespace
}  // namespace heddle

using heddle::Context;
using heddle::guarded;

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}

cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  return guarded([&](Context&) { heddle::check_device(device); });
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  return guarded([&](Context& context) {
    heddle::check_device(device);
    *properties = heddle::properties_of(context);
  });
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  return guarded([&](Context& context) {
    heddle::check_device(device);
    *value = heddle::attribute_of(context, attribute);
  });
}

cudaError_t cudaDeviceSynchronize() {
  return guarded([](Context&) {});
}

cudaError_t cudaDeviceReset() {
  Context& context = Context::instance();
  const std::lock_guard lock(context.mutex());
  context.close();
  heddle::last_error() = cudaSuccess;
  return cudaSuccess;
}

cudaError_t cudaDeviceSetLimit(cudaLimit limit, size_t value) {
  return guarded([&](Context& context) {
    switch (limit) {
      case cudaLimitStackSize: context.set_stack_bytes(value); return;
      case cudaLimitPrintfFifoSize: context.set_print_bytes(value); return;
    }
    heddle::unknown_limit();
  });
}

cudaError_t cudaDeviceGetLimit(size_t* value, cudaLimit limit) {
  return guarded([&](Context& context) {
    switch (limit) {
      case cudaLimitStackSize: *value = context.stack_bytes(); return;
      case cudaLimitPrintfFifoSize: *value = context.print_bytes(); return;
    }
    heddle::unknown_limit();
  });
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = heddle::kRuntimeVersion;
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) { return cudaRuntimeGetVersion(version); }

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  return guarded([&](Context&) { *stream = new CUstream_st; });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned int) {
  return cudaStreamCreate(stream);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  return guarded([&](Context&) { delete stream; });
}

cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaDeviceSynchronize(); }

cudaError_t cudaStreamQuery(cudaStream_t) { return cudaDeviceSynchronize(); }

cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t event, unsigned int) {
  return guarded([&](Context&) { heddle::checked(event); });
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return guarded([&](Context&) {
    *event = new CUevent_st;
    heddle::events().insert(*event);
  });
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned int) {
  return cudaEventCreate(event);
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t) {
  return guarded([&](Context& context) { heddle::checked(event) = {true, context.cycles()}; });
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  return guarded([&](Context&) { heddle::checked(event); });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) { return cudaEventQuery(event); }

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t stop) {
  return guarded([&](Context&) {
    const CUevent_st& first = heddle::checked(start);
    const CUevent_st& second = heddle::checked(stop);
    if (!first.recorded || !second.recorded) {
      throw heddle::CudaError(cudaErrorInvalidResourceHandle,
                              "cudaEventElapsedTime: an event that was not recorded");
    }
    const auto cycles = static_cast<std::int64_t>(second.cycles - first.cycles);
    *milliseconds =
        static_cast<float>(static_cast<double>(cycles) / double{heddle::kClockKilohertz});
  });
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return guarded([&](Context&) {
    heddle::checked(event);
    heddle::events().erase(event);
    delete event;
  });
}

}  // extern "C"
