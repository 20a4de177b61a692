// Compares the lanes with the host's IEEE arithmetic on many operands of one instruction and
// rounding mode.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "float_reference.hpp"
#include "isa/instructions.hpp"
#include "lanes_bench.hpp"
#include "operand_generator.hpp"

namespace heddle::tb {

inline constexpr std::array<isa::Op, 15> kRoundingOps = {
    isa::Op::kFaddS,   isa::Op::kFsubS,   isa::Op::kFmulS,     isa::Op::kFmaddS,  isa::Op::kFmsubS,
    isa::Op::kFnmsubS, isa::Op::kFnmaddS, isa::Op::kFcvtWS,    isa::Op::kFcvtWuS, isa::Op::kFcvtSW,
    isa::Op::kFcvtSWu, isa::Op::kFcvtHS,  isa::Op::kFcvtBf16S, isa::Op::kFdivS,   isa::Op::kFsqrtS};
inline constexpr std::array<isa::Op, 16> kExactOps = {
    isa::Op::kFsgnjS,      isa::Op::kFsgnjnS,   isa::Op::kFsgnjxS,   isa::Op::kFminS,
    isa::Op::kFmaxS,       isa::Op::kFeqS,      isa::Op::kFltS,      isa::Op::kFleS,
    isa::Op::kFclassS,     isa::Op::kFcvtSH,    isa::Op::kFcvtSBf16, isa::Op::kFcvtE4m3x2S,
    isa::Op::kFcvtE5m2x2S, isa::Op::kFcvtSE4m3, isa::Op::kFcvtSE5m2, isa::Op::kFcvtHx2S};
inline constexpr std::array<const char*, 5> kRoundingNames = {"rne", "rtz", "rdn", "rup", "rmm"};

/// One operand set on which the RTL and the host disagree.
struct FloatMismatch {
  Operands operands;
  FloatOutcome rtl;
  FloatOutcome host;
};

struct SweepOutcome {
  std::uint64_t vectors = 0;
  std::uint64_t mismatches = 0;
  std::optional<FloatMismatch> first;
};

/// Runs `count` operand sets (rounded up to whole rows) from `source`. Every other row takes its
/// rounding mode from the threads' frm instead of from the instruction.
SweepOutcome sweep(LanesBench& bench, isa::Op op, unsigned rounding, std::uint64_t count,
                   const std::function<Operands()>& source);

/// Gives every lane the dynamic rounding mode `frm`.
void set_frm(LanesBench& bench, unsigned frm);

/// An operand source that suits the instruction: integers for conversions from integers, zeros for
/// unused operands.
std::function<Operands()> operand_source(isa::Op op, OperandGenerator& generator);

}  // namespace heddle::tb
