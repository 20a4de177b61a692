// Integer instructions over 32 lanes. The loops have a constant trip count and no branches, so that
// the compiler turns them into vector instructions; what is computed comes from isa/semantics.
#pragma once

#include <cstdint>

#include "isa/instructions.hpp"
#include "isa/lanes.hpp"

namespace heddle::isa {

/// Computes all lanes of `result` from 32 values each of rs1 and rs2; none may overlap `result`.
/// Who wants fewer lanes has only these in the operands and takes only these from the result; the
/// rest may hold anything.
using LaneKernel = void (*)(const std::uint32_t* a, const std::uint32_t* b, std::uint32_t imm,
                            std::uint32_t pc, Lanes& result);

/// The kernel of an integer instruction of the units ALU, MUL or DIVIDE, or of a jump's link
/// register; null for any other.
LaneKernel find_lane_kernel(Op op);

/// Bit l: the branch `op` is taken with the operands of lane l.
std::uint32_t branch_mask(Op op, const std::uint32_t* a, const std::uint32_t* b);

/// Copies the lanes whose `mask` is all ones.
inline void blend(const Lanes& from, const Lanes& mask, Lanes& to) {
  // By way of a local, which cannot overlap the arguments: else the loop is not vectorized.
  Lanes merged;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    merged[lane] = (from[lane] & mask[lane]) | (to[lane] & ~mask[lane]);
  }
  to = merged;
}

}  // namespace heddle::isa
