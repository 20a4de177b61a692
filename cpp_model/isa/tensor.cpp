#include "isa/tensor.hpp"

#include <algorithm>

namespace heddle::isa {
namespace {

constexpr std::uint32_t kMisaligned = 6, kAccess = 7, kInvalid = 30;
constexpr std::uint32_t kSharedWindow = 0xf0000000, kMbarrierBytes = 8;

// What numerics modes have blocks of less than 32 bytes.
constexpr std::uint32_t kVolta = 1, kAmpere = 2;

constexpr std::uint32_t field(std::uint32_t word, unsigned low, unsigned width) {
  return word >> low & ((1u << width) - 1);
}

constexpr std::uint32_t kOffsetBits = 14;
constexpr std::uint32_t kSlabBit = 18;
constexpr std::uint32_t kE8M0 = 1, kUe4M3 = 2;  // scale formats
constexpr std::uint32_t kScaledByteFloats = 7;  // bit of TENSOR_FORMATS

constexpr MmaTile tile_from(std::uint32_t word, std::uint32_t high, std::uint32_t element_bytes) {
  return {.offset = field(word, 0, kOffsetBits) * kOperandUnit,
          .layout = field(word, kOffsetBits, 2),
          .scales = field(high, 0, kOffsetBits) * kOperandUnit,
          .element_bytes = element_bytes,
          .slab_pitch = (high >> kSlabBit) * kOperandUnit};
}

}  // namespace

std::uint32_t transposed_bytes(MmaClass elements) {
  switch (elements) {
    case MmaClass::kF16:
    case MmaClass::kBf16: return 2;
    case MmaClass::kByteFloat:
    case MmaClass::kInt8: return 1;
    default: return 0;
  }
}

MmaClass mma_class(std::uint32_t format) {
  switch (format) {
    case 0: return MmaClass::kF16;
    case 1: return MmaClass::kBf16;
    case 2: return MmaClass::kTf32;
    case 4:
    case 5:
    case 6:
    case 7:
    case 8: return MmaClass::kByteFloat;
    case 9: return MmaClass::kFp4;
    case 12:
    case 13: return MmaClass::kInt8;
    case 14:
    case 15: return MmaClass::kInt4;
    default: return MmaClass::kNone;
  }
}

std::uint32_t mma_format_bit(std::uint32_t format) {
  switch (mma_class(format)) {
    case MmaClass::kBf16: return 1;
    case MmaClass::kTf32: return 2;
    case MmaClass::kByteFloat: return format <= 5 ? 3 : 4;
    case MmaClass::kInt8: return 5;
    case MmaClass::kInt4: return 6;
    case MmaClass::kFp4: return 8;
    default: return 0;
  }
}

std::uint32_t mma_scales(MmaClass elements, std::uint32_t scale_format) {
  if (elements == MmaClass::kByteFloat) return scale_format == kE8M0 ? 1 : 0;
  if (elements != MmaClass::kFp4) return 0;
  return scale_format == kE8M0 ? 2 : scale_format == kUe4M3 ? 4 : 0;
}

TensorMma TensorMma::from(std::uint32_t descriptor, std::uint32_t a, std::uint32_t a_high,
                          std::uint32_t b, std::uint32_t b_high) {
  TensorMma mma;
  mma.descriptor = descriptor;
  mma.a_format = field(descriptor, 0, 4);
  mma.b_format = field(descriptor, 4, 4);
  mma.mode = field(descriptor, 8, 3);
  mma.accumulator = field(descriptor, 11, 2);
  mma.accumulate = field(descriptor, 13, 1) != 0;
  mma.first_step = field(descriptor, 14, 2);
  mma.steps = field(descriptor, 16, 2) + 1;
  mma.m = (field(descriptor, 18, 5) + 1) * kMmaGranule;
  mma.n = (field(descriptor, 23, 5) + 1) * kMmaGranule;
  mma.scale_format = field(descriptor, 28, 2);
  const bool a_transposed = field(descriptor, 30, 1) != 0;
  const bool b_transposed = field(descriptor, 31, 1) != 0;
  mma.transposed = a_transposed || b_transposed;
  const std::uint32_t element_bytes = transposed_bytes(mma_class(mma.a_format));
  mma.a = tile_from(a, a_high, a_transposed ? element_bytes : 0);
  mma.b = tile_from(b, b_high, b_transposed ? element_bytes : 0);
  mma.reserved = field(a_high | b_high, kOffsetBits, kSlabBit - kOffsetBits) != 0 ||
                 (mma.scale_format == 0 && (mma.a.scales | mma.b.scales) != 0) ||
                 (!a_transposed && mma.a.slab_pitch != 0) ||
                 (!b_transposed && mma.b.slab_pitch != 0);
  mma.column = a >> 16;
  mma.lane = b >> 16;
  return mma;
}

std::uint32_t TensorMma::blocks(const Config& config) const {
  const MmaClass elements = mma_class(a_format);
  const bool whole =
      elements == MmaClass::kFp4 || elements == MmaClass::kInt8 || elements == MmaClass::kInt4;
  if (whole || (config.tensor_modes >> mode & 1) == 0) return 1;
  if (mode == kVolta) return 4;
  return mode == kAmpere ? 2 : 1;
}

bool TensorMma::has_valid_formats(const Config& config) const {
  const auto built = [&](std::uint32_t bit) { return (config.tensor_formats >> bit & 1) != 0; };
  const MmaClass elements = mma_class(a_format);
  if (elements == MmaClass::kNone || elements != mma_class(b_format) ||
      !built(mma_format_bit(a_format)) || !built(mma_format_bit(b_format))) {
    return false;
  }
  if (transposed &&
      (config.tensor_transpose == 0 || scale_format != 0 || transposed_bytes(elements) == 0)) {
    return false;
  }
  if (scale_format == 0) return true;
  return scales() != 0 && (elements != MmaClass::kByteFloat || built(kScaledByteFloats));
}

std::optional<TensorFault> TensorMma::fault(const Config& config, const TensorBlocks& blocks,
                                            std::uint32_t cta, std::uint32_t shared_size) const {
  const std::uint32_t end = first_step + steps;
  if (reserved || !has_valid_formats(config) || end > std::min(a.k_steps(), b.k_steps())) {
    return TensorFault{kInvalid, descriptor};
  }
  if (lane % kMmaGranule != 0 || column % kMmaGranule != 0 || lane + m > config.tensor_lanes ||
      column + n > config.tensor_columns) {
    return TensorFault{kInvalid, descriptor};
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    if (!blocks.owns(cta, column + i)) return TensorFault{kInvalid, descriptor};
  }
  struct Range {
    std::uint32_t offset, end;
  };
  const std::uint32_t scale_pitch = MmaTile::scale_pitch(scales());
  for (const Range range :
       {Range{a.offset, a.end(m, end)}, Range{b.offset, b.end(n, end)},
        Range{a.scales, a.scales + m * scale_pitch}, Range{b.scales, b.scales + n * scale_pitch}}) {
    if (range.end > shared_size) {
      return TensorFault{kAccess, kSharedWindow + range.offset};
    }
  }
  return std::nullopt;
}

std::optional<TensorFault> tensor_commit_fault(std::uint32_t address, std::uint32_t shared_size) {
  if (address % kMbarrierBytes != 0) return TensorFault{kMisaligned, address};
  const std::uint32_t offset = address - kSharedWindow;
  if (address < kSharedWindow || offset + kMbarrierBytes > shared_size) {
    return TensorFault{kAccess, address};
  }
  return std::nullopt;
}

std::uint32_t TensorBlocks::allocate(std::uint32_t cta, std::uint32_t columns) {
  const std::uint32_t run = run_blocks(columns);
  for (std::uint32_t first = 0; first < kTensorBlocks; first += run) {
    const auto begin = used_.begin() + first;
    if (std::any_of(begin, begin + run, [](bool used) { return used; })) continue;
    std::fill_n(begin, run, true);
    std::fill_n(owner_.begin() + first, run, cta);
    return first * block_columns();
  }
  return kNoColumn;
}

bool TensorBlocks::release(std::uint32_t cta, std::uint32_t first, std::uint32_t columns) {
  if (!is_size(columns)) return false;
  const std::uint32_t run = run_blocks(columns);
  if (first % (run * block_columns()) != 0) return false;
  for (std::uint32_t block = 0; block < run; ++block) {
    if (!owns(cta, first + block * block_columns())) return false;
  }
  std::fill_n(used_.begin() + first / block_columns(), run, false);
  return true;
}

void TensorBlocks::release_all(std::uint32_t cta) {
  for (std::uint32_t block = 0; block < kTensorBlocks; ++block) {
    used_[block] = used_[block] && owner_[block] != cta;
  }
}

}  // namespace heddle::isa
