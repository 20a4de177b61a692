// The runtime's one device: its memory map, the program's images, launches, and the sticky error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "driver_types.h"
#include "environment.hpp"
#include "heap.hpp"
#include "module.hpp"

namespace heddle {

class Context {
 public:
  /// The process's context. It is never destroyed: registration runs before main, and programs may
  /// call the runtime from their own destructors. Its device is closed at exit.
  static Context& instance();

  std::recursive_mutex& mutex() { return mutex_; }

  /// Before main.
  Module& add_module(const std::byte* blob);

  /// Opens the device and loads the images, at the first call. Throws CudaError.
  Device& device();

  /// Closes the device, so that it finishes its files; forgets all device memory and the sticky
  /// error.
  void close();

  /// After a fault every call fails with it until cudaDeviceReset, as on a GPU.
  std::uint32_t print_head_ = 0;        // 0: not allocated
  std::uint32_t most_print_bytes_ = 0;  // kept free behind the heap
  std::uint32_t print_bytes_ = kPrintBytes;
  cudaError_t sticky_error() const { return sticky_; }

  // Memory. All throw CudaError.
  std::uint32_t allocate(std::size_t size);
  void release(std::uint64_t address);
  bool is_device_address(std::uint64_t address);
  /// Checks that the range is in one allocation or device variable.
  std::uint32_t check_range(std::uint64_t address, std::size_t size, const char* what);
  Module::Variable variable(const void* shadow);
  std::uint64_t free_bytes();
  std::uint64_t total_bytes();
  void set_stack_bytes(std::size_t bytes);
  std::size_t stack_bytes();
  /// The buffer of printf and assert.
  void set_print_bytes(std::size_t bytes);
  std::size_t print_bytes();

  /// Runs a kernel to its end. A fault is explained on stderr and becomes the sticky error. Throws
  /// CudaError for a launch that the device refuses.
  void launch(const void* stub, const Dim3& grid, const Dim3& block, void** arguments,
              std::size_t dynamic_shared);

  const Kernel& kernel(const void* stub);
  /// Thread blocks of a kernel that an SM holds at once; 0 if it does not even hold one.
  std::uint32_t resident_blocks(const void* stub, std::uint32_t threads, std::size_t shared);

  /// In any launch so far.
  bool races_found() const { return races_found_; }

  /// Simulated cycles of all launches so far.
  std::uint64_t cycles() const { return cycles_; }

 private:
  static constexpr std::uint32_t kPrintBytes = 1 << 20;  // as in CUDA

  Context() = default;

  void load_modules();
  void place_heap();
  void map_regions();
  Module& module_of(const void* stub);
  std::string address_hint(std::uint32_t address) const;
  void place_print_buffer();
  void release_print_buffer();
  /// Prints what the kernel has left; returns whether a failed assert was among it.
  bool print_output(const Kernel& kernel);
  void finish(const Kernel& kernel, const Module& module, const LaunchResult& result);
  [[noreturn]] void stop_process(int status, const std::string& message);

  std::recursive_mutex mutex_;
  Environment environment_;
  std::vector<std::unique_ptr<Module>> modules_;
  std::unique_ptr<Device> device_;
  std::uint32_t arguments_base_ = 0;
  std::uint32_t local_base_ = 0;
  Heap heap_;
  cudaError_t sticky_ = cudaSuccess;
  std::uint64_t cycles_ = 0;
  bool races_found_ = false;
};

}  // namespace heddle
