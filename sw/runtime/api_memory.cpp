// CUDA's memory functions. A device pointer is a host `void*` whose value is the 32-bit device
// address.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "cuda_runtime_api.h"
#include "guard.hpp"

namespace heddle {
namespace {

std::uint64_t address_of(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

void* pointer_to(std::uint32_t address) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(address));
}

std::span<const std::byte> host_bytes(const void* pointer, std::size_t size) {
  return {static_cast<const std::byte*>(pointer), size};
}

std::span<std::byte> host_bytes(void* pointer, std::size_t size) {
  return {static_cast<std::byte*>(pointer), size};
}

[[noreturn]] void invalid(const char* what) { throw CudaError(cudaErrorInvalidValue, what); }

/// cudaMemcpyDefault: which way the addresses say.
cudaMemcpyKind direction(Context& context, const void* to, const void* from) {
  const bool to_device = context.is_device_address(address_of(to));
  const bool from_device = context.is_device_address(address_of(from));
  if (to_device) return from_device ? cudaMemcpyDeviceToDevice : cudaMemcpyHostToDevice;
  return from_device ? cudaMemcpyDeviceToHost : cudaMemcpyHostToHost;
}

void copy(Context& context, void* to, const void* from, std::size_t size, cudaMemcpyKind kind) {
  if (size == 0) return;
  if (to == nullptr || from == nullptr) invalid("cudaMemcpy: a null pointer");
  if (kind == cudaMemcpyDefault) kind = direction(context, to, from);
  Device& device = context.device();
  switch (kind) {
    case cudaMemcpyHostToHost: std::memmove(to, from, size); return;
    case cudaMemcpyHostToDevice: {
      const std::uint32_t target =
          context.check_range(address_of(to), size, "cudaMemcpy: destination");
      device.write_memory(target, host_bytes(from, size));
      return;
    }
    case cudaMemcpyDeviceToHost: {
      const std::uint32_t source =
          context.check_range(address_of(from), size, "cudaMemcpy: source");
      device.read_memory(source, host_bytes(to, size));
      return;
    }
    case cudaMemcpyDeviceToDevice: {
      const std::uint32_t target =
          context.check_range(address_of(to), size, "cudaMemcpy: destination");
      const std::uint32_t source =
          context.check_range(address_of(from), size, "cudaMemcpy: source");
      std::vector<std::byte> buffer(size);
      device.read_memory(source, buffer);
      device.write_memory(target, buffer);
      return;
    }
    default: throw CudaError(cudaErrorInvalidMemcpyDirection, "cudaMemcpy: unknown direction");
  }
}

/// The device pointer `offset` bytes into a variable, with room for `size` bytes.
void* in_variable(Context& context, const void* symbol, std::size_t size, std::size_t offset) {
  const Module::Variable variable = context.variable(symbol);
  if (offset > variable.size || size > variable.size - offset) {
    invalid("cudaMemcpyTo/FromSymbol: the range is not inside the variable");
  }
  return pointer_to(variable.address + static_cast<std::uint32_t>(offset));
}

}  // namespace
}  // namespace heddle

using heddle::Context;
using heddle::guarded;

extern "C" {

cudaError_t cudaMalloc(void** pointer, size_t size) {
  return guarded([&](Context& context) {
    if (pointer == nullptr) heddle::invalid("cudaMalloc: a null pointer");
    *pointer = size == 0 ? nullptr : heddle::pointer_to(context.allocate(size));
  });
}

cudaError_t cudaFree(void* pointer) {
  return guarded([&](Context& context) {
    if (pointer != nullptr) context.release(heddle::address_of(pointer));
  });
}

cudaError_t cudaMallocHost(void** pointer, size_t size) {
  return guarded([&](Context&) {
    if (pointer == nullptr) heddle::invalid("cudaMallocHost: a null pointer");
    *pointer = std::malloc(size);
    if (*pointer == nullptr && size != 0) throw std::bad_alloc();
  });
}

cudaError_t cudaFreeHost(void* pointer) {
  return guarded([&](Context&) { std::free(pointer); });
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t size, cudaMemcpyKind kind) {
  return guarded([&](Context& context) { heddle::copy(context, to, from, size, kind); });
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t size, cudaMemcpyKind kind,
                            cudaStream_t) {
  return cudaMemcpy(to, from, size, kind);
}

cudaError_t cudaMemset(void* pointer, int value, size_t size) {
  return guarded([&](Context& context) {
    if (size == 0) return;
    const std::uint32_t target =
        context.check_range(heddle::address_of(pointer), size, "cudaMemset");
    const auto byte = static_cast<std::byte>(value);
    if (byte == std::byte{0}) {
      context.device().clear_memory(target, size);
    } else {
      context.device().write_memory(target, std::vector<std::byte>(size, byte));
    }
  });
}

cudaError_t cudaMemsetAsync(void* pointer, int value, size_t size, cudaStream_t) {
  return cudaMemset(pointer, value, size);
}

cudaError_t cudaMemcpyToSymbol(const void* symbol, const void* from, size_t size, size_t offset,
                               cudaMemcpyKind kind) {
  return guarded([&](Context& context) {
    heddle::copy(context, heddle::in_variable(context, symbol, size, offset), from, size, kind);
  });
}

cudaError_t cudaMemcpyFromSymbol(void* to, const void* symbol, size_t size, size_t offset,
                                 cudaMemcpyKind kind) {
  return guarded([&](Context& context) {
    heddle::copy(context, to, heddle::in_variable(context, symbol, size, offset), size, kind);
  });
}

cudaError_t cudaGetSymbolAddress(void** pointer, const void* symbol) {
  return guarded([&](Context& context) { *pointer = heddle::in_variable(context, symbol, 0, 0); });
}

cudaError_t cudaGetSymbolSize(size_t* size, const void* symbol) {
  return guarded([&](Context& context) { *size = context.variable(symbol).size; });
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  return guarded([&](Context& context) {
    if (free != nullptr) *free = context.free_bytes();
    if (total != nullptr) *total = context.total_bytes();
  });
}

}  // extern "C"
