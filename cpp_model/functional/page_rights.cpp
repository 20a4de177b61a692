#include "functional/page_rights.hpp"

#include <algorithm>

namespace heddle::functional {

void PageRights::set_regions(std::span<const Region> regions) {
  std::fill(pages_.begin(), pages_.end(), std::uint8_t{0});
  for (const Region& region : regions) {
    for (std::uint32_t page = region.base >> 12; page < region.limit >> 12; ++page) {
      pages_[page] |= static_cast<std::uint8_t>(region.permissions & 7);
    }
  }
}

}  // namespace heddle::functional
