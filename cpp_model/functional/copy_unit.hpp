// Bulk copies of the functional device: all of a copy is done with its instruction, the completion
// at its mbarrier included. Source: docs/architecture/copy.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "device/device.hpp"
#include "functional/memory_unit.hpp"
#include "functional/page_rights.hpp"
#include "functional/warp.hpp"
#include "isa/bulk_copy.hpp"
#include "isa/instructions.hpp"
#include "memory/memory_image.hpp"

namespace heddle::functional {

/// The operands of bulk.load, of the group's lowest thread.
isa::BulkCopy copy_operands(const Warp& warp, const isa::Instruction& instruction);

class CopyUnit {
 public:
  CopyUnit(const MemoryImage& memory, const PageRights& rights, MemoryUnit& memory_unit)
      : memory_(memory), rights_(rights), memory_unit_(memory_unit) {}

  /// Executes bulk.load. On a fault, gives its cause, mask and address (the rest of Fault is 0).
  std::optional<Fault> execute(const Warp& warp, const isa::Instruction& instruction,
                               const WarpWindows& windows);

 private:
  void copy_piece(const isa::BulkCopy& copy, const isa::BulkPiece& piece, std::byte* shared) const;

  const MemoryImage& memory_;
  const PageRights& rights_;
  MemoryUnit& memory_unit_;
};

}  // namespace heddle::functional
