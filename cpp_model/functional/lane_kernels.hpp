// Integer instructions over the 32 lanes of a warp. The loops have a constant trip count and no
// branches, so that the compiler turns them into vector instructions; what is computed comes from
// isa/semantics.
#pragma once

#include <cstdint>

#include "functional/warp.hpp"
#include "isa/instructions.hpp"

namespace heddle::functional {

/// Writes the lanes of `rd` whose `mask` is all ones. `rd` may be one of the operands.
using LaneKernel = void (*)(const Lanes& a, const Lanes& b, std::uint32_t imm, std::uint32_t pc,
                            const Lanes& mask, Lanes& rd);

/// The kernel of an integer instruction of the units ALU, MUL or DIVIDE, or of a jump's link
/// register; null for any other.
LaneKernel find_lane_kernel(isa::Op op);

/// Bit l: the branch `op` is taken with the operands of lane l.
std::uint32_t branch_mask(isa::Op op, const Lanes& a, const Lanes& b);

/// Copies the lanes whose `mask` is all ones.
inline void blend(const Lanes& from, const Lanes& mask, Lanes& to) {
  // By way of a local, which cannot overlap the arguments: else the loop is not vectorized.
  Lanes merged;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    merged[lane] = (from[lane] & mask[lane]) | (to[lane] & ~mask[lane]);
  }
  to = merged;
}

}  // namespace heddle::functional
