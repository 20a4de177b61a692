// The operands of bulk.load, put together by docs/architecture/copy.md.
#pragma once

#include <array>
#include <cstdint>

namespace heddle::tb {

/// In bytes, but for the rows and the swizzle's number.
struct CopyBox {
  std::uint32_t address = 0;
  std::uint32_t pitch = 0;
  std::uint32_t destination = 0;  ///< offset in the shared window; likewise the mbarrier
  std::uint32_t swizzle = 0;
  std::uint32_t mbarrier = 0;
  bool reserved = false;  ///< the bit that must be 0
  std::uint32_t row_bytes = 0;
  std::uint32_t valid_bytes = 0;
  std::uint32_t rows = 0;
  std::uint32_t valid_rows = 0;

  /// rs1, rs2, rs2 + 1, rs3, rs3 + 1.
  std::array<std::uint32_t, 5> operands() const {
    return {address, pitch,
            destination / 16 | swizzle << 14 | mbarrier / 8 << 16 | (reserved ? 1u << 31 : 0u),
            row_bytes | valid_bytes << 16, rows | valid_rows << 16};
  }
};

}  // namespace heddle::tb
