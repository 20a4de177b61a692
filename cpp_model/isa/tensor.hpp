// The matrix engine's instructions: operands of tensor.mma and tensor.commit, what is wrong with
// them, and which columns of tensor memory are whose. Source: docs/architecture/tensor.md, "The
// matrix engine".
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "common/config.hpp"
#include "isa/bulk_copy.hpp"

namespace heddle::isa {

inline constexpr std::uint32_t kOperandUnit = 16;  ///< bytes: tiles are read in such units
inline constexpr std::uint32_t kKStepBytes = 32;   ///< of a tile's row
inline constexpr std::uint32_t kRowKSteps = 4;     ///< most of a tile; transposed ones have so many
inline constexpr std::uint32_t kTensorBlocks = 8;  ///< TENSOR_BLOCKS
inline constexpr std::uint32_t kNoColumn = ~0u;    ///< tensor.alloc found no run
inline constexpr std::uint32_t kMmaGranule = 8;    ///< of M, N, lane and column of D

/// Operand formats by what they are made of; kNone: a reserved code.
enum class MmaClass : std::uint8_t { kNone, kF16, kBf16, kTf32, kByteFloat, kFp4, kInt8, kInt4 };

MmaClass mma_class(std::uint32_t format);
/// The bit of TENSOR_FORMATS that the format needs; only of a format that has a class.
std::uint32_t mma_format_bit(std::uint32_t format);

struct TensorFault {
  std::uint32_t cause = 0;
  std::uint32_t address = 0;
};

/// Scales of a row for a K-step; 0: there are none for these elements.
std::uint32_t mma_scales(MmaClass elements, std::uint32_t scale_format);

/// Bytes of an element that a transposed operand may have; 0: of others.
std::uint32_t transposed_bytes(MmaClass elements);

/// A tile of A or B in shared memory, and its scale tile.
struct MmaTile {
  std::uint32_t offset = 0;         ///< in the CTA's shared memory, in bytes
  std::uint32_t layout = 0;         ///< 0: rows of 32 bytes; 1, 2, 3: of 32, 64, 128 and swizzled
  std::uint32_t scales = 0;         ///< offset of the scale tile
  std::uint32_t element_bytes = 0;  ///< of a transposed operand; 0: it is K-major
  std::uint32_t slab_pitch = 0;     ///< in bytes

  constexpr bool transposed() const { return element_bytes != 0; }
  constexpr std::uint32_t pitch() const { return layout == 0 ? kKStepBytes : 16u << layout; }
  /// Where byte `byte` of a row is, a multiple of 16: offset in the CTA's shared memory.
  constexpr std::uint32_t place(std::uint32_t row, std::uint32_t byte) const {
    return swizzled(offset + row * pitch() + byte, layout);
  }
  /// Rows of a transposed operand that are in one row of shared memory.
  constexpr std::uint32_t slab_rows() const { return pitch() / element_bytes; }
  /// K-elements of a K-step, of a transposed operand.
  constexpr std::uint32_t step_elements() const { return kKStepBytes / element_bytes; }
  /// Where element `k` of a transposed operand's row is.
  constexpr std::uint32_t element_place(std::uint32_t row, std::uint32_t k) const {
    const std::uint32_t plain =
        offset + row / slab_rows() * slab_pitch + k * pitch() + row % slab_rows() * element_bytes;
    return swizzled(plain, layout);
  }
  /// K-steps that it has.
  constexpr std::uint32_t k_steps() const {
    return transposed() ? kRowKSteps : pitch() / kKStepBytes;
  }
  /// Where what an MMA names of so many rows ends, whose K-steps end at `steps`, but for the
  /// swizzle.
  constexpr std::uint32_t end(std::uint32_t rows, std::uint32_t steps) const {
    if (!transposed()) return offset + rows * pitch();
    return offset + (rows - 1) / slab_rows() * slab_pitch + steps * step_elements() * pitch();
  }
  /// Where the scales of a row begin, of which there are `count` for each K-step: for those of
  /// K-step 0. The next one's are behind them.
  constexpr std::uint32_t scale_row(std::uint32_t row, std::uint32_t count) const {
    return scales + row * scale_pitch(count);
  }
  static constexpr std::uint32_t scale_pitch(std::uint32_t count) { return kRowKSteps * count; }
};

class TensorBlocks;

/// The operands of tensor.mma.
struct TensorMma {
  std::uint32_t descriptor = 0;  ///< rs1 itself, which faults name
  std::uint32_t a_format = 0, b_format = 0;
  std::uint32_t mode = 0, accumulator = 0;
  bool accumulate = false;
  std::uint32_t first_step = 0, steps = 0;  ///< K-steps
  std::uint32_t m = 0, n = 0;
  std::uint32_t scale_format = 0;
  bool transposed = false;  ///< A or B
  bool reserved = false;    ///< a bit is set that must be 0
  MmaTile a, b;
  std::uint32_t lane = 0, column = 0;  ///< of D

  /// From rs1, and the pairs at rs2 and rs3.
  static TensorMma from(std::uint32_t descriptor, std::uint32_t a, std::uint32_t a_high,
                        std::uint32_t b, std::uint32_t b_high);

  /// Steps that a K-step takes: more than one where a block is shorter than 32 bytes.
  std::uint32_t blocks(const Config& config) const;

  /// Scales of a row for a K-step; 0: none.
  std::uint32_t scales() const { return mma_scales(mma_class(a_format), scale_format); }

  /// The first fault; none if it may begin.
  std::optional<TensorFault> fault(const Config& config, const TensorBlocks& blocks,
                                   std::uint32_t cta, std::uint32_t shared_size) const;

 private:
  bool has_valid_formats(const Config& config) const;
};

/// What is wrong with the operand of tensor.commit, the address of an mbarrier.
std::optional<TensorFault> tensor_commit_fault(std::uint32_t address, std::uint32_t shared_size);

/// Who has which columns of tensor memory. Owners are CTA slots.
class TensorBlocks {
 public:
  explicit TensorBlocks(const Config& config)
      : lanes_(config.tensor_lanes), columns_(config.tensor_columns) {}

  /// Takes the lowest run, and gives its first column; kNoColumn if there is none. Requires
  /// is_size(columns).
  std::uint32_t allocate(std::uint32_t cta, std::uint32_t columns);
  /// False, and nothing is done, if this is no run of the CTA.
  bool release(std::uint32_t cta, std::uint32_t first, std::uint32_t columns);
  void release_all(std::uint32_t cta);
  void clear() { used_ = {}; }

  /// True if a run may be of so many columns.
  bool is_size(std::uint32_t columns) const {
    return columns != 0 && (columns & (columns - 1)) == 0 && columns <= columns_;
  }
  /// The column is there, and the CTA's.
  bool owns(std::uint32_t cta, std::uint32_t column) const {
    if (column >= columns_) return false;
    const std::uint32_t block = column / block_columns();
    return used_[block] && owner_[block] == cta;
  }
  /// The CTA may access the word at this tensor address.
  bool allows(std::uint32_t cta, std::uint32_t address) const {
    return address >> 16 < lanes_ && owns(cta, address & 0xffff);
  }
  bool used(std::uint32_t block) const { return used_[block]; }
  std::uint32_t owner(std::uint32_t block) const { return owner_[block]; }

 private:
  std::uint32_t block_columns() const { return columns_ / kTensorBlocks; }
  std::uint32_t run_blocks(std::uint32_t columns) const {
    return columns <= block_columns() ? 1 : columns / block_columns();
  }

  std::uint32_t lanes_, columns_;
  std::array<bool, kTensorBlocks> used_{};
  std::array<std::uint32_t, kTensorBlocks> owner_{};
};

}  // namespace heddle::isa
