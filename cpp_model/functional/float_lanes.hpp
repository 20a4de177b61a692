// Floating-point instructions over the 32 lanes of a warp.
//
// The host's vector unit computes what it is sure to compute as isa/float32 does: operands and
// results without NaNs, rounding to nearest even (conversions to integer: toward zero). Its
// exception flags are those of all lanes together; when some thread has not yet accumulated a flag
// that was raised, who raised it is found out lane by lane. All the rest goes through isa/float32.
#pragma once

#include "functional/warp.hpp"
#include "isa/instructions.hpp"

namespace heddle::functional {

/// Executes an instruction of unit FLOAT, fdiv.s or fsqrt.s for the warp's group: rd and fflags.
/// Needs a HostFloatEnvironment.
void execute_float(Warp& warp, const isa::Instruction& instruction);

/// The same by isa/float32 alone, one lane after the other: what execute_float is checked against.
void execute_float_by_lane(Warp& warp, const isa::Instruction& instruction);

/// While it lives, the host's floating-point unit may be in any state that execute_float likes.
/// Restores the caller's.
class HostFloatEnvironment {
 public:
  HostFloatEnvironment();
  ~HostFloatEnvironment();
  HostFloatEnvironment(const HostFloatEnvironment&) = delete;
  HostFloatEnvironment& operator=(const HostFloatEnvironment&) = delete;

 private:
  std::uint32_t saved_ = 0;
};

}  // namespace heddle::functional
