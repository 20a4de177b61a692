#include "context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "device/fault.hpp"
#include "errors.hpp"
#include "lib/print_record.hpp"
#include "monitor.hpp"
#include "open_device.hpp"
#include "print.hpp"
#include "report.hpp"
#include "warp_mma.hpp"

namespace heddle {
namespace {

constexpr std::uint32_t kPage = 4096;
constexpr std::uint32_t kFirstImage = 0x10000;
constexpr std::uint32_t kArgumentsBytes = 4 * kPage;
constexpr std::uint32_t kGlobalEnd = Device::kGlobalEnd;
constexpr std::uint32_t kThreadsPerWarp = 32;
// Printf's buffer is far from the heap, so that accesses behind an allocation do not reach it.
constexpr std::uint32_t kMostPrintBytes = 1U << 26;
constexpr std::uint32_t kStackGuard = 0x10000;  // below the local window; no heap reaches it

cudaError_t error_of(std::uint32_t cause) {
  switch (cause) {
    case cause::kPcMisaligned:
    case cause::kPcAccess: return cudaErrorInvalidPc;
    case cause::kIllegal: return cudaErrorIllegalInstruction;
    case cause::kLoadMisaligned:
    case cause::kStoreMisaligned: return cudaErrorMisalignedAddress;
    case cause::kLoadAccess:
    case cause::kStoreAccess: return cudaErrorIllegalAddress;
    case cause::kInvalidLaunch: return cudaErrorInvalidConfiguration;
    case cause::kDeadlock: return cudaErrorLaunchTimeout;
    default: return cudaErrorLaunchFailure;
  }
}

/// Words of printf's buffer behind its head.
std::uint32_t print_capacity(std::uint32_t bytes) {
  return bytes / std::uint32_t{sizeof(std::uint32_t)} - print::kHeadWords;
}

/// The last that a program does: a failure, or races, can only become its exit status.
void close_at_exit() {
  try {
    Context::instance().close();
  } catch (const std::exception& error) {
    fmt::print(stderr, "heddle: {}\n", error.what());
    std::fflush(nullptr);
    std::_Exit(kOutputStatus);
  }
  if (Context::instance().races_found()) {
    std::fflush(nullptr);
    std::_Exit(kRaceStatus);
  }
}

}  // namespace

Context& Context::instance() {
  static Context* const context = new Context;
  return *context;
}

Module& Context::add_module(const std::byte* blob) {
  return *modules_.emplace_back(std::make_unique<Module>(blob));
}

Device& Context::device() {
  if (device_ != nullptr) return *device_;
  try {
    environment_ = Environment::read();
    device_ = open_device(environment_.device, environment_.config, environment_.options);
  } catch (const std::exception& error) {
    sticky_ = cudaErrorInitializationError;
    throw CudaError(cudaErrorInitializationError, error.what());
  }
  static const int registered = std::atexit(close_at_exit);
  static_cast<void>(registered);
  load_modules();
  return *device_;
}

void Context::close() {
  if (device_ != nullptr) device_->finish();
  device_.reset();
  heap_ = Heap();
  print_head_ = 0;
  print_bytes_ = kPrintBytes;
  sticky_ = cudaSuccess;
}

void Context::load_modules() {
  std::uint32_t end = kFirstImage;
  for (const auto& module : modules_) end = module->load(*device_, end);
  arguments_base_ = end;
  place_heap();
}

void Context::place_heap() {
  local_base_ = arguments_base_ + kArgumentsBytes;
  const std::uint64_t local_bytes = std::uint64_t{device_->config().warps} * kThreadsPerWarp
                                    << environment_.local_shift;
  const std::uint32_t end = device_->memory_end();
  const std::uint64_t base = local_base_ + local_bytes;
  most_print_bytes_ = std::min(kMostPrintBytes, end / 8);
  if (base + kStackGuard + most_print_bytes_ > end) {
    throw CudaError(
        cudaErrorMemoryAllocation,
        fmt::format("code and stacks take {} of the device's {} bytes of memory", base, end));
  }
  heap_ = Heap(static_cast<std::uint32_t>(base), end - kStackGuard - most_print_bytes_);
  map_regions();
}

void Context::map_regions() {
  std::vector<Region> regions;
  for (const auto& module : modules_) {
    regions.insert(regions.end(), module->regions().begin(), module->regions().end());
  }
  regions.push_back({arguments_base_, arguments_base_ + kArgumentsBytes, kRead});
  regions.push_back({local_base_, heap_.base(), kRead | kWrite});
  const std::uint32_t top = (heap_.top() + kPage - 1) & ~(kPage - 1);
  if (top > heap_.base()) regions.push_back({heap_.base(), top, kRead | kWrite});
  if (print_head_ != 0) {
    regions.push_back({print_head_, print_head_ + print_bytes_, kRead | kWrite});
  }
  try {
    device_->set_regions(regions);
  } catch (const std::invalid_argument& error) {
    throw CudaError(cudaErrorMemoryAllocation,
                    fmt::format("too many sources with kernels for configuration \"{}\": {}",
                                device_->config().name, error.what()));
  }
}

std::uint32_t Context::allocate(std::size_t size) {
  device();
  const auto address = heap_.allocate(size);
  if (!address) {
    throw CudaError(cudaErrorMemoryAllocation,
                    fmt::format("cudaMalloc: {} bytes asked for, {} of {} free", size,
                                heap_.free_bytes(), heap_.limit() - heap_.base()));
  }
  map_regions();
  return *address;
}

void Context::release(std::uint64_t address) {
  device();
  if (address >= kGlobalEnd || !heap_.release(static_cast<std::uint32_t>(address))) {
    throw CudaError(cudaErrorInvalidValue,
                    fmt::format("cudaFree: no allocation begins at {:#x}", address));
  }
  map_regions();
}

bool Context::is_device_address(std::uint64_t address) {
  device();
  if (heap_.find(address, 1)) return true;
  return std::ranges::any_of(modules_, [&](const auto& module) {
    return std::ranges::any_of(module->regions(), [&](const Region& region) {
      return address >= region.base && address < region.limit;
    });
  });
}

std::uint32_t Context::check_range(std::uint64_t address, std::size_t size, const char* what) {
  device();
  const bool in_image = std::ranges::any_of(modules_, [&](const auto& module) {
    return std::ranges::any_of(module->regions(), [&](const Region& region) {
      return address >= region.base && size <= region.limit - region.base &&
             address <= region.limit - size;
    });
  });
  if (!in_image && !heap_.find(address, size)) {
    const std::string hint = address < kGlobalEnd
                                 ? address_hint(static_cast<std::uint32_t>(address))
                                 : "which is a host address";
    throw CudaError(cudaErrorInvalidValue,
                    fmt::format("{}: {} bytes at {:#x} are not in device memory{}{}", what, size,
                                address, hint.empty() ? "" : ": ", hint));
  }
  return static_cast<std::uint32_t>(address);
}

Module::Variable Context::variable(const void* shadow) {
  device();
  for (const auto& module : modules_) {
    if (const auto found = module->variable(shadow)) return *found;
  }
  throw CudaError(cudaErrorInvalidSymbol, "this is no __device__ or __constant__ variable");
}

std::uint64_t Context::free_bytes() {
  device();
  return heap_.free_bytes();
}

std::uint64_t Context::total_bytes() {
  device();
  return heap_.limit() - heap_.base();
}

void Context::set_stack_bytes(std::size_t bytes) {
  device();
  if (!heap_.empty()) {
    throw CudaError(cudaErrorNotSupported,
                    "cudaDeviceSetLimit: the stack size is fixed once memory is allocated; set it "
                    "first, or in HEDDLE_STACK_BYTES");
  }
  try {
    environment_.local_shift = local_shift_for(bytes);
  } catch (const std::runtime_error& error) {
    throw CudaError(cudaErrorInvalidValue, error.what());
  }
  place_heap();
}

std::size_t Context::stack_bytes() {
  device();
  return std::size_t{1} << environment_.local_shift;
}

void Context::set_print_bytes(std::size_t bytes) {
  device();
  if (bytes > most_print_bytes_) {
    throw CudaError(
        cudaErrorInvalidValue,
        fmt::format("cudaDeviceSetLimit: printf's buffer has at most {} bytes", most_print_bytes_));
  }
  release_print_buffer();
  print_bytes_ = std::max((static_cast<std::uint32_t>(bytes) + kPage - 1) & ~(kPage - 1), kPage);
}

std::size_t Context::print_bytes() {
  device();
  return print_bytes_;
}

void Context::place_print_buffer() {
  if (print_head_ != 0) return;
  print_head_ = heap_.limit();
  map_regions();
  device_->clear_memory(print_head_, print_bytes_);
  const std::uint32_t capacity = print_capacity(print_bytes_);
  for (const auto& module : modules_) {
    if (module->prints()) module->set_print_buffer(*device_, print_head_, capacity);
  }
}

void Context::release_print_buffer() {
  if (print_head_ == 0) return;
  print_head_ = 0;
  map_regions();
}

bool Context::print_output(const Kernel& which) {
  if (print_head_ == 0) return false;
  const Printed printed = take_printed(*device_, print_head_, print_capacity(print_bytes_));
  bool asserted = false;
  for (const Printed::Record& record : printed.records) {
    if (record.assertion && !asserted) std::fflush(stdout);
    asserted |= record.assertion;
    std::fwrite(record.text.data(), 1, record.text.size(), record.assertion ? stderr : stdout);
  }
  if (printed.lost != 0) {
    fmt::print(stderr,
               "heddle: kernel {}: {} outputs of printf and assert are lost: they did not fit the "
               "buffer of {} bytes (cudaLimitPrintfFifoSize)\n",
               which.display, printed.lost, print_bytes_);
  }
  if (printed.unfinished != 0) {
    fmt::print(stderr, "heddle: kernel {}: it stopped inside {} calls of printf or assert\n",
               which.display, printed.unfinished);
  }
  if (printed.damaged) {
    fmt::print(stderr, "heddle: kernel {}: printf's buffer was overwritten; output is missing\n",
               which.display);
  }
  return asserted;
}

Module& Context::module_of(const void* stub) {
  device();
  for (const auto& module : modules_) {
    if (module->has_stub(stub)) return *module;
  }
  throw CudaError(cudaErrorInvalidDeviceFunction, "this is no kernel (__global__ function)");
}

const Kernel& Context::kernel(const void* stub) { return module_of(stub).kernel(stub); }

std::uint32_t Context::resident_blocks(const void* stub, std::uint32_t threads,
                                       std::size_t shared) {
  const Kernel& which = kernel(stub);
  Launch launch;
  launch.block = {threads, 1, 1};
  launch.shared_size = static_cast<std::uint32_t>(which.shared_bytes(shared));
  if (which.wmma) {
    const std::uint32_t warps = (threads + kThreadsPerWarp - 1) / kThreadsPerWarp;
    const heddle_wmma_state state = warp_mma_state(device().config(), launch.shared_size, warps);
    launch.shared_size = static_cast<std::uint32_t>(shared_with_scratch(state, launch.shared_size));
  }
  launch.local_shift = environment_.local_shift;
  try {
    return check_launch(device().config(), launch).resident_ctas;
  } catch (const std::invalid_argument&) {
    return 0;
  }
}

void Context::launch(const void* stub, const Dim3& grid, const Dim3& block, void** arguments,
                     std::size_t dynamic_shared) {
  Module& module = module_of(stub);
  const Kernel& which = module.kernel(stub);
  const std::vector<std::byte> packed = which.pack(arguments);
  if (packed.size() > kArgumentsBytes) {
    throw CudaError(cudaErrorInvalidValue,
                    fmt::format("kernel {} takes {} bytes of arguments; the limit is {}",
                                which.display, packed.size(), kArgumentsBytes));
  }
  std::uint64_t shared = which.shared_bytes(dynamic_shared);
  heddle_wmma_state wmma_state{};
  if (which.wmma) {
    const std::uint64_t threads = std::uint64_t{block.x} * block.y * block.z;
    const std::uint64_t warps = (threads + kThreadsPerWarp - 1) / kThreadsPerWarp;
    wmma_state = warp_mma_state(device_->config(), shared, warps);
    shared = shared_with_scratch(wmma_state, shared);
  }
  module.set_wmma_state(*device_, wmma_state);
  Launch launch;
  launch.entry = which.start + module.bias();
  launch.argptr = arguments_base_;
  launch.grid = grid;
  launch.block = block;
  launch.shared_size = static_cast<std::uint32_t>(std::min<std::uint64_t>(shared, kGlobalEnd));
  launch.local_base = local_base_;
  launch.local_shift = environment_.local_shift;
  launch.cycle_limit = environment_.cycle_limit;
  launch.l1_bypass = environment_.l1_bypass;
  if (module.prints()) place_print_buffer();
  device_->write_memory(arguments_base_, packed);
  LaunchResult result;
  try {
    check_launch(device_->config(), launch);
    LaunchMonitor monitor("heddle: " + which.display);
    result = device_->run(launch, monitor.callback());
  } catch (const std::invalid_argument& error) {
    throw CudaError(cudaErrorInvalidConfiguration,
                    fmt::format("kernel {}: {}", which.display, error.what()));
  } catch (const std::runtime_error& error) {
    // The device may be in the middle of the launch: nothing can follow.
    sticky_ = cudaErrorUnknown;
    throw CudaError(sticky_, fmt::format("kernel {}: {}", which.display, error.what()));
  }
  finish(which, module, result);
}

void Context::finish(const Kernel& which, const Module& module, const LaunchResult& result) {
  const bool asserted = print_output(which);
  cycles_ += result.counters.cycles;
  if (environment_.statistics || result.cycles_compared != 0) {
    fmt::print(stderr, "{}\n", summary(which.display, *device_, result));
  }
  if (!environment_.statistics_file.empty()) {
    append_statistics(environment_.statistics_file, which.display, *device_, result);
  }
  Program program{"kernel " + which.display, &module.image(), module.bias(), ""};
  if (!result.races.empty()) {
    fmt::print(stderr, "{}", explain_races(program, result.races));
    races_found_ = true;
  }
  if (result.simd_efficiency) {
    fmt::print(stderr, "{}", explain_simd_efficiency(program, *result.simd_efficiency));
  }
  switch (result.status) {
    case LaunchStatus::kOk: return;
    case LaunchStatus::kFault:
      if (result.fault.cause == cause::kBreakpoint && module.is_failed_assert(result.fault.pc)) {
        sticky_ = cudaErrorAssert;
        // The assertion has said where, unless the buffer was full.
        if (asserted) return;
        fmt::print(stderr, "heddle: an assert() failed; its message did not fit the buffer\n");
      } else {
        sticky_ = error_of(result.fault.cause);
      }
      program.address_hint = address_hint(result.fault.address);
      fmt::print(stderr, "{}", explain_fault(*device_, program, result.fault));
      return;
    case LaunchStatus::kCycleLimit:
      fmt::print(stderr, "heddle: {} was stopped after {} cycles (HEDDLE_CYCLE_LIMIT)\n{}",
                 program.name, result.counters.cycles,
                 explain_positions(*device_, program, result));
      sticky_ = cudaErrorLaunchTimeout;
      return;
    case LaunchStatus::kInterrupted:
      stop_process(kInterruptedStatus, fmt::format("heddle: {} was interrupted after {} cycles\n{}",
                                                   program.name, result.counters.cycles,
                                                   explain_positions(*device_, program, result)));
    case LaunchStatus::kMismatch:
      stop_process(kMismatchStatus, explain_mismatch(*device_, program, result));
  }
}

void Context::stop_process(int status, const std::string& message) {
  fmt::print(stderr, "{}", message);
  std::exit(status);
}

std::string Context::address_hint(std::uint32_t address) const {
  if (address < kFirstImage) return "near the null pointer";
  if (address >= kGlobalEnd) {
    return address < 0xF0000000 ? fmt::format("outside the thread's {} bytes of local memory",
                                              std::uint64_t{1} << environment_.local_shift)
                                : "outside the thread block's shared memory";
  }
  if (address >= kGlobalEnd - kStackGuard) {
    return fmt::format("just below the thread's stack of {} bytes (HEDDLE_STACK_BYTES)",
                       std::uint64_t{1} << environment_.local_shift);
  }
  if (address < arguments_base_ + kArgumentsBytes) {
    return address < arguments_base_ ? "in the program's code or constants"
                                     : "in the kernel's arguments";
  }
  if (address < heap_.base()) {
    return "in the memory that holds the stacks";
  }
  const auto below = heap_.below(address);
  if (!below) return "in no allocation";
  if (address - below->first < below->second) return "in an allocation";
  return fmt::format("{} bytes behind the end of the {}-byte allocation at {:#010x}",
                     address - below->first - below->second, below->second, below->first);
}

}  // namespace heddle
