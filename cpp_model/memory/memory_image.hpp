// The contents of a device's memory: sparse 4 KiB pages over the 32-bit address space. Untouched
// memory reads as 0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace heddle {

class MemoryImage {
 public:
  static constexpr std::uint32_t kPageBytes = 4096;
  static constexpr std::uint32_t kLineBytes = 64;

  using Page = std::array<std::byte, kPageBytes>;

  struct Difference {
    std::uint32_t address = 0;
    std::uint8_t left = 0;
    std::uint8_t right = 0;
  };

  MemoryImage() = default;
  MemoryImage(const MemoryImage& other);
  MemoryImage& operator=(const MemoryImage& other);
  MemoryImage(MemoryImage&&) noexcept = default;
  MemoryImage& operator=(MemoryImage&&) noexcept = default;
  ~MemoryImage() = default;

  /// Any address and length; addresses wrap modulo 2^32.
  void read(std::uint32_t address, std::span<std::byte> data) const;
  void write(std::uint32_t address, std::span<const std::byte> data);

  /// Little-endian accesses; `address` must be naturally aligned.
  std::uint8_t read8(std::uint32_t address) const;
  std::uint16_t read16(std::uint32_t address) const;
  std::uint32_t read32(std::uint32_t address) const;
  void write8(std::uint32_t address, std::uint8_t value);
  void write16(std::uint32_t address, std::uint16_t value);
  void write32(std::uint32_t address, std::uint32_t value);

  /// The 64-byte line that holds `address`. Bit i of `strobe` lets byte i be written.
  void read_line(std::uint32_t address, std::span<std::byte, kLineBytes> data) const;
  void write_line(std::uint32_t address, std::span<const std::byte, kLineBytes> data,
                  std::uint64_t strobe);

  /// The page that holds `address`: null while untouched. Stays valid until clear() or assignment.
  const std::byte* find_page(std::uint32_t address) const;

  /// The same, allocated (zeroed) if need be.
  std::byte* touch_page(std::uint32_t address);

  /// Forgets everything.
  void clear();

  /// The lowest address at which two images differ; untouched memory counts as zeros.
  static std::optional<Difference> first_difference(const MemoryImage& left,
                                                    const MemoryImage& right);

 private:
  static constexpr std::size_t kTableEntries = 1024;
  using Table = std::array<std::unique_ptr<Page>, kTableEntries>;

  // Two levels of 10 bits each above the page offset.
  std::array<std::unique_ptr<Table>, kTableEntries> tables_;
};

}  // namespace heddle
