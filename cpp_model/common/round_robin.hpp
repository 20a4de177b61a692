// Priority pick over a bit mask. Rule: docs/architecture/README.md, "How time is written down".
#pragma once

#include <bit>
#include <cstdint>

namespace heddle::timed {

/// Round robin over up to 32 requests. The pointer moves with take(), at once: use it in eval only.
class RoundRobin {
 public:
  /// The request that comes next after the one taken last, wrapping; `requests` must not be 0.
  std::uint32_t pick(std::uint32_t requests) const {
    const std::uint32_t above = requests & after_;
    return static_cast<std::uint32_t>(std::countr_zero(above != 0 ? above : requests));
  }
  /// `index` was picked and transferred.
  void take(std::uint32_t index) { after_ = index == 31 ? 0 : ~0U << (index + 1); }
  /// The search starts at 0 again.
  void reset() { after_ = ~0U; }

 private:
  std::uint32_t after_ = ~0U;  ///< bits behind the index taken last
};

}  // namespace heddle::timed
