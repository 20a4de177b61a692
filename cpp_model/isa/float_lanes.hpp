// Floating-point instructions over 32 lanes.
//
// The host's vector unit computes what it is sure to compute as isa/float32 does: operands and
// results without NaNs, rounding to nearest even (conversions to integer: toward zero). Its
// exception flags are those of all lanes together; when some thread has not yet accumulated a flag
// that was raised, who raised it is found out lane by lane. All the rest goes through isa/float32.
#pragma once

#include <cstdint>

#include "isa/instructions.hpp"
#include "isa/lanes.hpp"

namespace heddle::isa {

/// An instruction of unit FLOAT, fdiv.s or fsqrt.s, and what it works on: 32 values each of rs1,
/// rs2, rs3, and the 32 fcsr. Only the lanes of `active` count; the others' values may be anything.
struct FloatOperation {
  const Instruction& instruction;
  const std::uint32_t* a;
  const std::uint32_t* b;
  const std::uint32_t* c;
  std::uint8_t* fcsr;
  std::uint32_t active;  ///< by lane
  const Lanes& mask;     ///< `active`, expanded
};

/// Computes the active lanes of `result`, and accumulates their flags. Needs a
/// HostFloatEnvironment.
void execute_float(const FloatOperation& operation, Lanes& result);

/// The same by isa/float32 alone, one lane after the other: what execute_float is checked against.
void execute_float_by_lane(const FloatOperation& operation, Lanes& result);

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

}  // namespace heddle::isa
