// Conformance cases of every kind of instruction, in groups of one program each.
#pragma once

#include <vector>

#include "common/config.hpp"
#include "conformance/program.hpp"

namespace heddle::conformance {

/// Instructions from registers to a register: integer, float, special functions, warp.
std::vector<Group> register_groups();

/// CSR instructions; `launch_warps` and the configuration give what the read-only ones show.
std::vector<Group> csr_groups(std::uint32_t warps);

/// Branches, jumps and fences.
std::vector<Group> control_groups();

/// Loads, stores and atomics in all windows.
std::vector<Group> memory_groups(std::uint32_t warps);

/// The cases in groups of at most kGroupCases that share operands and masks.
void append_groups(std::vector<Group>& groups, std::vector<Case> cases, Masks masks,
                   const MakeOperands& operands);

/// Integers about the corners of their range, or random.
tb::Operands integer_operands(tb::Random& random);

}  // namespace heddle::conformance
