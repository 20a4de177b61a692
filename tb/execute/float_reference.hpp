// What the float instructions must give, computed with the host's IEEE arithmetic: independent of
// the RTL and of the golden model. The host must detect tininess after rounding (x86-64 and RISC-V
// do).
#pragma once

#include <cstdint>

#include "isa/instructions.hpp"

namespace heddle::tb {

/// Result bits and RISC-V exception flags (NV 16, DZ 8, OF 4, UF 2, NX 1).
struct FloatOutcome {
  std::uint32_t bits = 0;
  std::uint32_t flags = 0;

  friend bool operator==(const FloatOutcome&, const FloatOutcome&) = default;
};

/// Outcome of `op` (a float instruction) on register values a, b, c with RISC-V rounding mode 0..4.
/// Changes the host's rounding mode while it runs and restores round-to-nearest.
FloatOutcome float_reference(isa::Op op, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                             unsigned rounding);

}  // namespace heddle::tb
