// Programs made to hit the crosses of bins.tsv: every instruction, by every class of masks, behind
// every kind of instruction whose result it waits for, and in every situation that makes it wait.
#pragma once

#include <cstdint>
#include <vector>

#include "random/random_program.hpp"

namespace heddle::coverage {

/// Number of programs of one round; those of a round have every combination once.
std::uint32_t cross_programs();

/// Program `number` (0 and up) of round `round`: the choices that are left are other ones in each
/// round. Runs on every configuration; ends well. What it leaves in memory depends on time.
random::Program cross_program(std::uint32_t number, std::uint32_t round);

}  // namespace heddle::coverage
