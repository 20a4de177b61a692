// Instructions decoded a page at a time, with the routine that executes each over a warp.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "functional/page_rights.hpp"
#include "isa/instructions.hpp"
#include "isa/lane_kernels.hpp"
#include "memory/memory_image.hpp"

namespace heddle::functional {

struct DecodedInstruction {
  isa::Instruction instruction;
  isa::LaneKernel kernel = nullptr;  ///< computes an integer rd; null if there is none
  bool faults = false;               ///< illegal, or ebreak
};

struct DecodedPage {
  std::array<DecodedInstruction, MemoryImage::kPageBytes / 4> entries;

  const DecodedInstruction& at(std::uint32_t pc) const { return entries[pc >> 2 & 0x3ff]; }
};

class CodeCache {
 public:
  CodeCache(const MemoryImage& memory, PageRights& rights, isa::Extensions extensions)
      : memory_(memory), rights_(rights), extensions_(extensions) {}

  /// The decoded page that holds `pc`; stays where it is, and is kept up to date, until clear().
  const DecodedPage& page(std::uint32_t pc);

  /// To be called after the aligned word that holds `address` was written in a page marked as
  /// decoded.
  void word_changed(std::uint32_t address);

  void clear();

 private:
  DecodedInstruction decode_word(std::uint32_t address) const;

  const MemoryImage& memory_;
  PageRights& rights_;
  const isa::Extensions extensions_;
  std::unordered_map<std::uint32_t, std::unique_ptr<DecodedPage>> pages_;
};

}  // namespace heddle::functional
