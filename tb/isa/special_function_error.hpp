// The error of the special functions against the host's double-precision library.
#pragma once

#include <cstdint>
#include <string_view>

#include "isa/instructions.hpp"

namespace heddle::tb {

/// How an error is measured.
enum class Measure { kUlp, kRelative, kAbsolute };

/// What PTX promises of an instruction on a range of operands: `limit` in units of the measure.
struct Bound {
  isa::Op op;
  std::string_view range;
  double first, last;  ///< of the operands' values that count, inclusive
  bool outside;        ///< instead, the operands outside of the range
  Measure measure;
  double limit;
};

inline constexpr int kBoundCount = 8;
extern const Bound kBounds[kBoundCount];

struct Worst {
  double error = 0;  ///< in units of the measure
  std::uint32_t operand = 0;
  std::uint64_t counted = 0;
};

/// Adds the operand `x` to `worst`, if it counts: in range, and its exact result a normal number.
void measure(const Bound& bound, std::uint32_t x, Worst& worst);

}  // namespace heddle::tb
