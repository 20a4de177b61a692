#include "functional/copy_unit.hpp"

#include <array>
#include <cstring>

#include "device/fault.hpp"
#include "isa/mbarrier.hpp"

namespace heddle::functional {

isa::BulkCopy copy_operands(const Warp& warp, const isa::Instruction& instruction) {
  const std::uint32_t lane = warp.first_lane();
  const auto high = [&](std::uint32_t reg) { return reg == 0 ? 0 : warp.x[reg + 1][lane]; };
  return isa::BulkCopy::from(warp.x[instruction.rs1][lane], warp.x[instruction.rs2][lane],
                             high(instruction.rs2), warp.x[instruction.rs3][lane],
                             high(instruction.rs3));
}

void CopyUnit::copy_piece(const isa::BulkCopy& copy, const isa::BulkPiece& piece,
                          std::byte* shared) const {
  std::array<std::byte, isa::kCopyLine> data{};
  memory_.read(piece.address, std::span(data).first(piece.valid_bytes));
  for (std::uint32_t unit = 0; unit < piece.units; ++unit) {
    const std::uint32_t byte = unit * isa::kCopyUnit;
    std::memcpy(shared + copy.swizzled(piece.offset + byte), data.data() + byte, isa::kCopyUnit);
  }
}

std::optional<Fault> CopyUnit::execute(const Warp& warp, const isa::Instruction& instruction,
                                       const WarpWindows& windows) {
  const isa::BulkCopy copy = copy_operands(warp, instruction);
  const auto fault = [&](std::uint32_t cause, std::uint32_t address) {
    Fault result;
    result.cause = cause;
    result.mask = 1u << warp.first_lane();
    result.address = address;
    return result;
  };
  if (const auto found = isa::bulk_copy_fault(copy, windows.shared_size)) {
    return fault(found->cause, found->address);
  }
  std::byte* shared = memory_unit_.shared(windows.shared_base);
  for (isa::BulkPieces pieces(copy); !pieces.done();) {
    const isa::BulkPiece piece = pieces.next();
    if (piece.reads() && !rights_.may(kRead, piece.address)) {
      return fault(cause::kLoadAccess, piece.address);
    }
    copy_piece(copy, piece, shared);
  }
  std::uint64_t bits;
  std::memcpy(&bits, shared + copy.mbarrier, sizeof bits);
  bits = isa::mbarrier_update(isa::Op::kMbarrierCompleteTx, bits, copy.bytes());
  std::memcpy(shared + copy.mbarrier, &bits, sizeof bits);
  return std::nullopt;
}

}  // namespace heddle::functional
