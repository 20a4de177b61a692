// Launches, and what clang's host code calls: it pushes a configuration, then the kernel's stub
// pops it and calls cudaLaunchKernel; before main it registers the device images, kernels and
// variables.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "cuda_runtime_api.h"
#include "guard.hpp"

namespace heddle {
namespace {

constexpr int kWrapperMagic = 0x466243b1;

/// What clang passes to __cudaRegisterFatBinary.
struct FatBinaryWrapper {
  int magic;
  int version;
  const void* data;
  void* unused;
};

struct Configuration {
  dim3 grid;
  dim3 block;
  std::size_t shared = 0;
  cudaStream_t stream = nullptr;
};

std::vector<Configuration>& configurations() {
  thread_local std::vector<Configuration> stack;
  return stack;
}

Dim3 converted(const dim3& value) { return {value.x, value.y, value.z}; }

Module& module_of(void** handle) { return *reinterpret_cast<Module*>(handle); }

}  // namespace
}  // namespace heddle

using heddle::Context;
using heddle::guarded;

extern "C" {

cudaError_t cudaLaunchKernel(const void* kernel, dim3 grid, dim3 block, void** arguments,
                             size_t shared, cudaStream_t) {
  return guarded([&](Context& context) {
    context.launch(kernel, heddle::converted(grid), heddle::converted(block), arguments, shared);
  });
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void* kernel) {
  return guarded([&](Context& context) {
    const heddle::Kernel& which = context.kernel(kernel);
    const heddle::Config& config = context.device().config();
    *attributes = {};
    attributes->sharedSizeBytes = which.shared_static;
    attributes->localSizeBytes = context.stack_bytes();
    attributes->maxThreadsPerBlock = static_cast<int>(std::min(1024U, 32 * config.warps));
    attributes->numRegs = 32;
    attributes->maxDynamicSharedSizeBytes =
        static_cast<int>(config.shared_bytes - std::min(config.shared_bytes, which.shared_static));
  });
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void* kernel,
                                                          int threads, size_t shared) {
  return guarded([&](Context& context) {
    *blocks = static_cast<int>(
        context.resident_blocks(kernel, static_cast<std::uint32_t>(threads), shared));
  });
}

unsigned int __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared,
                                         cudaStream_t stream) {
  heddle::configurations().push_back({grid, block, shared, stream});
  return 0;
}

cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, size_t* shared, void* stream) {
  auto& stack = heddle::configurations();
  if (stack.empty()) return heddle::note(cudaErrorInvalidConfiguration);
  const heddle::Configuration configuration = stack.back();
  stack.pop_back();
  *grid = configuration.grid;
  *block = configuration.block;
  *shared = configuration.shared;
  *static_cast<cudaStream_t*>(stream) = configuration.stream;
  return cudaSuccess;
}

void** __cudaRegisterFatBinary(void* wrapper) {
  const auto* binary = static_cast<const heddle::FatBinaryWrapper*>(wrapper);
  if (binary->magic != heddle::kWrapperMagic) return nullptr;
  heddle::Module& module =
      Context::instance().add_module(static_cast<const std::byte*>(binary->data));
  return reinterpret_cast<void**>(&module);
}

void __cudaRegisterFatBinaryEnd(void**) {}

void __cudaUnregisterFatBinary(void**) {}

void __cudaRegisterFunction(void** handle, const char* stub, char*, const char* name, int, void*,
                            void*, void*, void*, int*) {
  if (handle != nullptr) heddle::module_of(handle).register_kernel(stub, name);
}

void __cudaRegisterVar(void** handle, char* shadow, char*, const char* name, int, size_t, int,
                       int) {
  if (handle != nullptr) heddle::module_of(handle).register_variable(shadow, name);
}

}  // extern "C"
