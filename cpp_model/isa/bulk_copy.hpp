// Bulk copies: the operands of bulk.load, what is wrong with them, and the pieces in which a box is
// copied. Source: docs/architecture/copy.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace heddle::isa {

inline constexpr std::uint32_t kCopyUnit = 16;  ///< bytes: what is copied is made of such units
inline constexpr std::uint32_t kCopyLine = 64;  ///< bytes of a line of global memory

/// Where what belongs to an offset of the CTA's shared memory goes. `swizzle`: 0 none, else log2 of
/// its bytes - 4.
constexpr std::uint32_t swizzled(std::uint32_t offset, std::uint32_t swizzle) {
  const std::uint32_t from_row = offset >> 7 & ((1u << swizzle) - 1);
  return offset ^ from_row << 4;
}

/// Fields in bytes, but for `rows`, `valid_rows`, and `swizzle`: 0 none, else log2 of its bytes
/// - 4.
struct BulkCopy {
  std::uint32_t address = 0;      ///< of row 0 in global memory
  std::uint32_t pitch = 0;        ///< from row to row there
  std::uint32_t destination = 0;  ///< offset in the CTA's shared memory
  std::uint32_t swizzle = 0;
  std::uint32_t mbarrier = 0;  ///< offset in the CTA's shared memory
  bool reserved = false;       ///< a bit is set that must be 0
  std::uint32_t row_bytes = 0;
  std::uint32_t valid_bytes = 0;
  std::uint32_t rows = 0;
  std::uint32_t valid_rows = 0;

  /// From rs1, and the pairs at rs2 and rs3.
  static constexpr BulkCopy from(std::uint32_t a, std::uint32_t b, std::uint32_t b_high,
                                 std::uint32_t c, std::uint32_t c_high) {
    return {.address = a,
            .pitch = b,
            .destination = (b_high & 0x3fff) * kCopyUnit,
            .swizzle = b_high >> 14 & 3,
            .mbarrier = (b_high >> 16 & 0x7fff) * 8,
            .reserved = b_high >> 31 != 0,
            .row_bytes = c & 0xffff,
            .valid_bytes = c >> 16,
            .rows = c_high & 0xffff,
            .valid_rows = c_high >> 16};
  }

  /// Of the box in shared memory.
  constexpr std::uint32_t bytes() const { return rows * row_bytes; }

  /// Where what belongs to an offset of the CTA's shared memory goes.
  constexpr std::uint32_t swizzled(std::uint32_t offset) const {
    return isa::swizzled(offset, swizzle);
  }
};

struct BulkCopyFault {
  std::uint32_t cause = 0;
  std::uint32_t address = 0;
};

/// The fault for which nothing is copied; none if all of it may begin.
constexpr std::optional<BulkCopyFault> bulk_copy_fault(const BulkCopy& copy,
                                                       std::uint32_t shared_size) {
  constexpr std::uint32_t kMaximumRowBytes = 4096, kMaximumRows = 256;
  constexpr std::uint32_t kMisaligned = 4, kAccess = 7, kInvalid = 28;
  constexpr std::uint32_t kSharedWindow = 0xf0000000, kMbarrierBytes = 8;
  const bool valid = !copy.reserved && copy.pitch % kCopyUnit == 0 && copy.row_bytes != 0 &&
                     copy.row_bytes <= kMaximumRowBytes && copy.row_bytes % kCopyUnit == 0 &&
                     copy.valid_bytes <= copy.row_bytes && copy.rows != 0 &&
                     copy.rows <= kMaximumRows && copy.valid_rows <= copy.rows;
  if (!valid) return BulkCopyFault{kInvalid, copy.address};
  if (copy.address % kCopyUnit != 0) return BulkCopyFault{kMisaligned, copy.address};
  if (copy.destination + copy.bytes() > shared_size) {
    return BulkCopyFault{kAccess, kSharedWindow + copy.destination};
  }
  if (copy.mbarrier + kMbarrierBytes > shared_size) {
    return BulkCopyFault{kAccess, kSharedWindow + copy.mbarrier};
  }
  return std::nullopt;
}

/// What of one row lies in one line of global memory.
struct BulkPiece {
  std::uint32_t address = 0;      ///< in global memory
  std::uint32_t offset = 0;       ///< in the CTA's shared memory, without swizzle
  std::uint32_t units = 0;        ///< 1 .. 4
  std::uint32_t valid_bytes = 0;  ///< from the first one on; the others are 0

  constexpr bool reads() const { return valid_bytes != 0; }
};

/// Goes through the pieces of a box that has no fault.
class BulkPieces {
 public:
  BulkPieces() = default;
  explicit constexpr BulkPieces(const BulkCopy& copy) : copy_(copy) {}

  constexpr bool done() const { return row_ == copy_.rows; }

  /// The next one; only if not done.
  constexpr BulkPiece next() {
    BulkPiece piece;
    piece.address = copy_.address + row_ * copy_.pitch + byte_;
    piece.offset = copy_.destination + row_ * copy_.row_bytes + byte_;
    const std::uint32_t bytes =
        std::min(copy_.row_bytes - byte_, kCopyLine - piece.address % kCopyLine);
    piece.units = bytes / kCopyUnit;
    if (row_ < copy_.valid_rows && byte_ < copy_.valid_bytes) {
      piece.valid_bytes = std::min(bytes, copy_.valid_bytes - byte_);
    }
    byte_ += bytes;
    if (byte_ == copy_.row_bytes) {
      byte_ = 0;
      ++row_;
    }
    return piece;
  }

 private:
  BulkCopy copy_;
  std::uint32_t row_ = 0, byte_ = 0;
};

}  // namespace heddle::isa
