// One device image that is part of the program: what clang's registration code announces, and the
// image once loaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "elf_image.hpp"
#include "heddle/wmma_state.h"
#include "kernel_table.hpp"

namespace heddle {

class Module {
 public:
  /// `blob`: what heddlecc embedded. It must outlive the module; nothing is read before load().
  explicit Module(const std::byte* blob) : blob_(blob) {}

  void register_kernel(const void* stub, std::string name) { stubs_[stub] = std::move(name); }
  void register_variable(const void* shadow, std::string name) {
    variables_[shadow] = std::move(name);
  }

  /// Puts the image into device memory at the first suitable address from `base` on, and returns
  /// the address behind it (a multiple of 4,096). Throws CudaError.
  std::uint32_t load(Device& device, std::uint32_t base);

  const ElfImage& image() const { return *image_; }
  std::uint32_t bias() const { return bias_; }
  /// The image's memory, page-rounded.
  const std::vector<Region>& regions() const { return regions_; }

  /// Whether its kernels have printf or assert.
  bool prints() const;
  /// Tells them where the buffer is; its capacity is in words.
  void set_print_buffer(Device& device, std::uint32_t head, std::uint32_t capacity) const;
  /// What warp matrix functions are to know in the next launch.
  void set_wmma_state(Device& device, const heddle_wmma_state& state);
  /// Whether a device address is where a failed assert stops.
  bool is_failed_assert(std::uint32_t pc) const;

  bool has_stub(const void* stub) const { return stubs_.contains(stub); }
  /// The kernel behind a host stub. Throws CudaError if the image does not have it.
  const Kernel& kernel(const void* stub);

  struct Variable {
    std::uint32_t address = 0;
    std::uint32_t size = 0;
  };
  /// Nothing if the variable is not of this module. Throws CudaError if the image does not have it.
  std::optional<Variable> variable(const void* shadow) const;

 private:
  void parse();

  const std::byte* blob_;
  std::map<const void*, std::string> stubs_;
  std::map<const void*, std::string> variables_;
  std::optional<ElfImage> image_;
  std::uint32_t bias_ = 0;
  heddle_wmma_state wmma_state_{};  // as the device has it
  std::vector<Region> regions_;
  std::vector<Kernel> kernels_;
  std::map<const void*, Kernel> found_;  // by host stub
};

}  // namespace heddle
