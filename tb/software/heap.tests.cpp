#include "heap.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace heddle {
namespace {

constexpr std::uint32_t kBase = 0x100000;
constexpr std::uint32_t kLimit = 0x200000;

TEST_CASE("a heap gives aligned, disjoint blocks and takes them back", "[software]") {
  const unsigned seed = 17;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Heap heap(kBase, kLimit);
  std::map<std::uint32_t, std::uint32_t> live;
  for (int step = 0; step < 5000; ++step) {
    if (live.empty() || random() % 3 != 0) {
      const std::uint32_t size = 1 + static_cast<std::uint32_t>(random() % 20000);
      const auto address = heap.allocate(size);
      if (!address) continue;
      REQUIRE(*address % Heap::kAlignment == 0);
      REQUIRE(*address >= kBase);
      REQUIRE(*address + size <= kLimit);
      const auto after = live.lower_bound(*address);
      if (after != live.end()) REQUIRE(*address + size <= after->first);
      if (after != live.begin()) {
        const auto before = std::prev(after);
        REQUIRE(before->first + before->second <= *address);
      }
      live[*address] = size;
    } else {
      const auto victim = std::next(live.begin(), static_cast<long>(random() % live.size()));
      REQUIRE(heap.release(victim->first));
      REQUIRE_FALSE(heap.release(victim->first));
      live.erase(victim);
    }
    REQUIRE(heap.empty() == live.empty());
  }
  for (const auto& [address, size] : live) REQUIRE(heap.release(address));
  REQUIRE(heap.top() == kBase);
  REQUIRE(heap.free_bytes() == kLimit - kBase);
}

TEST_CASE("a heap knows which allocation holds a range", "[software]") {
  Heap heap(kBase, kLimit);
  const std::uint32_t first = heap.allocate(1000).value();
  const std::uint32_t second = heap.allocate(10).value();
  REQUIRE(second == first + 1024);
  REQUIRE(heap.find(first + 999, 1)->first == first);
  REQUIRE_FALSE(heap.find(first + 999, 2));
  REQUIRE_FALSE(heap.find(first - 1, 1));
  REQUIRE_FALSE(heap.find(0x7fff12345678, 1));
  REQUIRE(heap.below(first + 1010)->first == first);
  REQUIRE_FALSE(heap.allocate(std::uint64_t{1} << 40));
  REQUIRE_FALSE(heap.allocate(kLimit - kBase));
}

}  // namespace
}  // namespace heddle
