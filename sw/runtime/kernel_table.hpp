// The kernels of a device image, as heddlecc describes them in the ELF section .heddle.kernels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "elf_image.hpp"

namespace heddle {

struct KernelParameter {
  enum class Kind {
    kPointer,       ///< 8 bytes on the host, 4 on the device
    kSignedWord,    ///< likewise: long, ptrdiff_t
    kUnsignedWord,  ///< likewise: unsigned long, size_t
    kValue,         ///< the same bytes on both sides
  };

  std::string name;
  Kind kind = Kind::kValue;
  std::uint32_t size = 0;    ///< bytes on the device
  std::uint32_t offset = 0;  ///< in the argument block
};

struct Kernel {
  std::string name;         ///< mangled
  std::string display;      ///< for messages
  std::uint32_t start = 0;  ///< link address of the first instruction
  std::uint32_t arguments_size = 0;
  std::uint32_t shared_static = 0;
  std::optional<std::uint32_t>
      shared_dynamic;  ///< offset of extern __shared__ arrays, if it has any
  bool wmma = false;   ///< has warp matrix functions (mma.h)
  std::vector<KernelParameter> parameters;

  /// Bytes of shared memory a thread block needs when the launch asks for `dynamic` bytes.
  std::uint64_t shared_bytes(std::uint64_t dynamic) const;

  /// The argument block for the host's arguments (arguments[i] points to the value of parameter i).
  /// Throws CudaError for a pointer or word that does not fit the device's 32 bits.
  std::vector<std::byte> pack(void* const* arguments) const;
};

/// Throws ElfError if the image has no kernel descriptions or they make no sense.
std::vector<Kernel> read_kernels(const ElfImage& image);

/// The kernel that the host half knows under a mangled name; nothing if there is none. The halves
/// disagree on the names of kernels with size_t, int64_t and the like in their signatures, so a
/// name that matches up to the widths of integers will do if there is only one. Parameters that are
/// words by the host's signature alone (a template argument that is size_t) are made so in the
/// result.
std::optional<Kernel> find_kernel(std::span<const Kernel> kernels, const std::string& host_name);

}  // namespace heddle
