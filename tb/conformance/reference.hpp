// What integer, special-function and warp instructions must give: deliberately simple, written from
// docs/architecture alone, and independent of the RTL and of the golden model. Floats have
// execute/float_reference.hpp.
#pragma once

#include <array>
#include <cstdint>

#include "isa/instructions.hpp"

namespace heddle::conformance {

inline constexpr std::uint32_t kLanes = 32;
using LaneWords = std::array<std::uint32_t, kLanes>;

/// Result of an integer instruction on registers; `b` is the immediate where there is one.
std::uint32_t integer_reference(isa::Op op, std::uint32_t a, std::uint32_t b);

/// Result of one of the `.approx` instructions, in the integers of special_functions.md.
std::uint32_t special_function_reference(isa::Op op, std::uint32_t a);

/// Result of a shuffle, vote, match, redux or activemask for one thread of the group.
std::uint32_t warp_reference(isa::Op op, std::uint32_t group, std::uint32_t lane,
                             const LaneWords& a, const LaneWords& b, const LaneWords& c);

/// The word that an atomic leaves in memory; `old` was there, `compare` is amocas.w's rd.
std::uint32_t atomic_reference(isa::Op op, std::uint32_t old, std::uint32_t operand,
                               std::uint32_t compare);

/// Whether a branch is taken.
bool branch_reference(isa::Op op, std::uint32_t a, std::uint32_t b);

}  // namespace heddle::conformance
