#include "heap.hpp"

#include <iterator>

namespace heddle {
namespace {

std::uint64_t rounded(std::uint64_t size) {
  return (size + Heap::kAlignment - 1) & ~std::uint64_t{Heap::kAlignment - 1};
}

}  // namespace

std::uint32_t Heap::top() const {
  if (blocks_.empty()) return base_;
  const auto& [address, size] = *blocks_.rbegin();
  return address + static_cast<std::uint32_t>(rounded(size));
}

std::uint64_t Heap::free_bytes() const {
  std::uint64_t used = 0;
  for (const auto& [address, size] : blocks_) used += rounded(size);
  return limit_ - base_ - used;
}

std::optional<std::uint32_t> Heap::allocate(std::uint64_t size) {
  const std::uint64_t need = rounded(size);
  std::uint64_t candidate = base_;
  for (const auto& [address, block_size] : blocks_) {
    if (candidate + need <= address) break;
    candidate = address + rounded(block_size);
  }
  if (candidate + need > limit_) return std::nullopt;
  const auto address = static_cast<std::uint32_t>(candidate);
  blocks_[address] = static_cast<std::uint32_t>(size);
  return address;
}

bool Heap::release(std::uint32_t address) { return blocks_.erase(address) != 0; }

std::optional<std::pair<std::uint32_t, std::uint32_t>> Heap::below(std::uint32_t address) const {
  const auto after = blocks_.upper_bound(address);
  if (after == blocks_.begin()) return std::nullopt;
  return *std::prev(after);
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> Heap::find(std::uint64_t address,
                                                                  std::uint64_t size) const {
  if (address > limit_) return std::nullopt;
  const auto block = below(static_cast<std::uint32_t>(address));
  if (!block || address + size > std::uint64_t{block->first} + block->second) return std::nullopt;
  return block;
}

}  // namespace heddle
