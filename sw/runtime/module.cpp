#include "module.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "errors.hpp"
#include "lib/print_record.hpp"

namespace heddle {
namespace {

constexpr std::uint32_t kPage = 4096;
// As sw/heddlecc/heddle_compiler/device_half.py writes it: magic with version, 64-bit size, ELF.
constexpr unsigned char kMagic[8] = {'H', 'E', 'D', 'D', 'L', 'E', 0, 1};

std::uint32_t page_down(std::uint32_t address) { return address & ~(kPage - 1); }
std::uint32_t page_up(std::uint64_t address) {
  return static_cast<std::uint32_t>((address + kPage - 1) & ~std::uint64_t{kPage - 1});
}

}  // namespace

void Module::parse() {
  if (std::memcmp(blob_, kMagic, sizeof kMagic) != 0) {
    throw CudaError(cudaErrorInvalidKernelImage,
                    "the program's device code is not from this version of heddlecc");
  }
  std::uint64_t size = 0;
  std::memcpy(&size, blob_ + sizeof kMagic, sizeof size);
  const std::byte* const elf = blob_ + sizeof kMagic + sizeof size;
  try {
    image_.emplace(std::vector<std::byte>(elf, elf + size));
    kernels_ = read_kernels(*image_);
  } catch (const ElfError& error) {
    throw CudaError(cudaErrorInvalidKernelImage,
                    fmt::format("the program's device code: {}", error.what()));
  }
}

std::uint32_t Module::load(Device& device, std::uint32_t base) {
  if (!image_) parse();
  const std::uint32_t first = page_down(image_->segments().front().address);
  bias_ = base > first ? base - first : 0;
  regions_.clear();
  wmma_state_ = {};
  std::uint32_t end = base;
  for (const ElfImage::Segment& segment : image_->segments()) {
    const std::uint32_t address = segment.address + bias_;
    const auto loaded = static_cast<std::uint32_t>(segment.data.size());
    device.write_memory(address, segment.data);
    device.clear_memory(address + loaded, segment.size - loaded);
    end = page_up(std::uint64_t{address} + segment.size);
    regions_.push_back({page_down(address), end, segment.permissions});
  }
  for (const ElfImage::Relocation& relocation : image_->relocations()) {
    const std::uint32_t value = bias_ + relocation.addend;
    device.write_memory(relocation.address + bias_, std::as_bytes(std::span(&value, 1)));
  }
  const ElfImage::Symbol* bulk_copies = image_->find_symbol("__heddle_has_bulk_copies");
  if (bulk_copies != nullptr) {
    const std::uint32_t value = device.config().copy_tags != 0 ? 1 : 0;
    device.write_memory(bulk_copies->address + bias_, std::as_bytes(std::span(&value, 1)));
  }
  return end;
}

bool Module::prints() const { return image_->find_symbol("__heddle_print_claim") != nullptr; }

void Module::set_print_buffer(Device& device, std::uint32_t head, std::uint32_t capacity) const {
  const ElfImage::Symbol* symbol = image_->find_symbol("__heddle_print_state");
  if (symbol == nullptr) {
    throw CudaError(cudaErrorInvalidKernelImage,
                    "the program's device code has printf, but not where its buffer is");
  }
  const ElfImage::Segment& constants = image_->segments().front();
  const std::uint32_t begin = constants.address + bias_;
  const print::State state{head, capacity, begin, begin + constants.size};
  device.write_memory(symbol->address + bias_, std::as_bytes(std::span(&state, 1)));
}

void Module::set_wmma_state(Device& device, const heddle_wmma_state& state) {
  if (state == wmma_state_) return;
  const ElfImage::Symbol* symbol = image_->find_symbol("__heddle_wmma_state");
  if (symbol == nullptr) {
    throw CudaError(cudaErrorInvalidKernelImage,
                    "the program's device code has warp matrix functions, but not what they are "
                    "told about the device");
  }
  device.write_memory(symbol->address + bias_, std::as_bytes(std::span(&state, 1)));
  wmma_state_ = state;
}

bool Module::is_failed_assert(std::uint32_t pc) const {
  const ElfImage::Symbol* function = image_->function_at(pc - bias_);
  return function != nullptr && function->name == "__heddle_assert_fail";
}

const Kernel& Module::kernel(const void* stub) {
  const auto known = found_.find(stub);
  if (known != found_.end()) return known->second;
  const std::string& name = stubs_.at(stub);
  auto kernel = find_kernel(kernels_, name);
  if (!kernel) {
    throw CudaError(cudaErrorInvalidDeviceFunction,
                    fmt::format("the device code has no kernel {}", name));
  }
  return found_.emplace(stub, *std::move(kernel)).first->second;
}

std::optional<Module::Variable> Module::variable(const void* shadow) const {
  const auto found = variables_.find(shadow);
  if (found == variables_.end()) return std::nullopt;
  const ElfImage::Symbol* symbol = image_->find_symbol(found->second);
  if (symbol == nullptr) {
    throw CudaError(cudaErrorInvalidSymbol,
                    fmt::format("the device code has no variable {}", found->second));
  }
  return Variable{symbol->address + bias_, symbol->size};
}

}  // namespace heddle
