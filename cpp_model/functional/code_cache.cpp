#include "functional/code_cache.hpp"

namespace heddle::functional {

DecodedInstruction CodeCache::decode_word(std::uint32_t address) const {
  DecodedInstruction entry;
  entry.instruction = isa::decode(memory_.read32(address), extensions_);
  if (entry.instruction.writes_rd) entry.kernel = isa::find_lane_kernel(entry.instruction.op);
  const isa::Op op = entry.instruction.op;
  entry.faults = op == isa::Op::kIllegal || op == isa::Op::kEbreak;
  return entry;
}

const DecodedPage& CodeCache::page(std::uint32_t pc) {
  auto& slot = pages_[pc >> 12];
  if (!slot) {
    slot = std::make_unique<DecodedPage>();
    const std::uint32_t base = pc & ~(MemoryImage::kPageBytes - 1);
    for (std::uint32_t offset = 0; offset < MemoryImage::kPageBytes; offset += 4) {
      slot->entries[offset / 4] = decode_word(base + offset);
    }
    rights_.mark_decoded(pc);
  }
  return *slot;
}

void CodeCache::word_changed(std::uint32_t address) {
  const std::uint32_t word = address & ~3u;
  pages_.at(address >> 12)->entries[word >> 2 & 0x3ff] = decode_word(word);
}

void CodeCache::clear() {
  for (const auto& [page, decoded] : pages_) rights_.unmark_decoded(page << 12);
  pages_.clear();
}

}  // namespace heddle::functional
