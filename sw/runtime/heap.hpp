// Device memory for cudaMalloc: first fit over a range of addresses that is used from its start.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace heddle {

class Heap {
 public:
  static constexpr std::uint32_t kAlignment = 256;

  Heap() = default;
  /// The range [base, limit); both multiples of kAlignment.
  Heap(std::uint32_t base, std::uint32_t limit) : base_(base), limit_(limit) {}

  std::uint32_t base() const { return base_; }
  std::uint32_t limit() const { return limit_; }
  /// End of the highest allocation; base() if there is none.
  std::uint32_t top() const;
  /// Bytes not allocated.
  std::uint64_t free_bytes() const;
  bool empty() const { return blocks_.empty(); }

  /// Nothing if no gap is large enough. size > 0.
  std::optional<std::uint32_t> allocate(std::uint64_t size);

  /// False if no allocation begins there.
  bool release(std::uint32_t address);

  /// The allocation (address, size asked for) that holds all of [address, address + size).
  std::optional<std::pair<std::uint32_t, std::uint32_t>> find(std::uint64_t address,
                                                              std::uint64_t size) const;

  /// The last allocation that begins at or below the address.
  std::optional<std::pair<std::uint32_t, std::uint32_t>> below(std::uint32_t address) const;

 private:
  std::uint32_t base_ = 0;
  std::uint32_t limit_ = 0;
  std::map<std::uint32_t, std::uint32_t> blocks_;  // address to size asked for
};

}  // namespace heddle
