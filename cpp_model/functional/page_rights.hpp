// What may be done to each 4 KiB page of the global window, and which pages hold decoded
// instructions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device/device.hpp"

namespace heddle::functional {

/// Access rights are those of the regions that cover a page, combined. The mark `kDecoded` lets a
/// store that must invalidate decoded instructions be told from all others with the one look that
/// it takes anyway.
class PageRights {
 public:
  static constexpr std::uint8_t kDecoded = 8;

  PageRights() : pages_(std::size_t{1} << 20) {}

  /// Replaces all rights and clears all marks.
  void set_regions(std::span<const Region> regions);

  bool may(Permission permission, std::uint32_t address) const {
    return (pages_[address >> 12] & permission) != 0;
  }

  /// Writable, and without decoded instructions.
  bool is_plain_data(std::uint32_t address) const {
    return (pages_[address >> 12] & (kWrite | kDecoded)) == kWrite;
  }

  bool is_decoded(std::uint32_t address) const { return (pages_[address >> 12] & kDecoded) != 0; }
  void mark_decoded(std::uint32_t address) { pages_[address >> 12] |= kDecoded; }
  void unmark_decoded(std::uint32_t address) {
    pages_[address >> 12] &= static_cast<std::uint8_t>(~kDecoded);
  }

 private:
  std::vector<std::uint8_t> pages_;
};

}  // namespace heddle::functional
