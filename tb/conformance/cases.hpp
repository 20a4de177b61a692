// Conformance cases of every kind of instruction, in groups of one program each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/program.hpp"

namespace heddle::conformance {

/// Instructions from registers to a register: integer, float, special functions, warp.
std::vector<Group> register_groups();

/// CSR instructions, of a CTA of so many warps.
std::vector<Group> csr_groups(std::uint32_t warps);

/// Branches, jumps, fences, and waiting for each other.
std::vector<Group> control_groups(std::uint32_t warps);

/// Loads, stores and atomics in all windows.
std::vector<Group> memory_groups(std::uint32_t warps);

/// Runs what ends threads: exit, ecall, ebreak, words that are no instructions, accesses that
/// fault; a launch each, of one warp. Returns the differences from what is expected, or "".
std::string run_endings(Device& device, Coverage& coverage);

/// The cases in groups of at most kGroupCases that share operands and masks.
void append_groups(std::vector<Group>& groups, std::vector<Case> cases, Masks masks,
                   const MakeOperands& operands);

/// Integers about the corners of their range, or random.
tb::Operands integer_operands(tb::Random& random);

}  // namespace heddle::conformance
