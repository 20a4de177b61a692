// The fast approximations rcp, rsqrt, ex2, lg2, sin, cos, tanh, bit for bit. Source:
// docs/architecture/special_functions.md.
#pragma once

#include <cstdint>

#include "isa/instructions.hpp"

namespace heddle::isa {

/// Result of a unit-SFU instruction for the binary32 operand `x`, as a binary32 bit pattern.
/// Any other instruction gives 0.
std::uint32_t special_function(Op op, std::uint32_t x);

}  // namespace heddle::isa
