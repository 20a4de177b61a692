// What the instructions of unit WARP compute: results of one thread from values of others. Shared
// by the functional and the timed model. Source: docs/architecture/programming_model.md, "Shuffles"
// and "Vote, match, redux".
#pragma once

#include <array>
#include <cstdint>

#include "isa/instructions.hpp"

namespace heddle::isa {

/// One value a thread of the warp.
using WarpValues = std::array<std::uint32_t, 32>;

/// rd of every thread of `group`, from the values of rs1, rs2, rs3. Of the other threads, neither
/// operands are looked at nor results specified.
WarpValues warp_operation(Op op, std::uint32_t group, const WarpValues& a, const WarpValues& b,
                          const WarpValues& c);

/// The thread whose rs1 a shuffle's thread `lane` gets, from that thread's rs2 and rs3.
std::uint32_t shuffle_source(Op op, std::uint32_t group, std::uint32_t lane, std::uint32_t b,
                             std::uint32_t c);

/// The threads of `mask` that have this value.
std::uint32_t threads_with(std::uint32_t mask, const WarpValues& values, std::uint32_t value);

}  // namespace heddle::isa
