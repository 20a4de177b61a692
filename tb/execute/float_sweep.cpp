#include "float_sweep.hpp"

#include <type_traits>

namespace heddle::tb {
namespace {

constexpr unsigned kDynamic = 7;

/// Three bits a lane, all `frm`; the port is a word or an array of words, depending on LANES.
template <typename Port>
void fill_frm(Port& port, unsigned frm) {
  if constexpr (std::is_integral_v<Port>) {
    std::uint64_t all = 0;
    for (unsigned i = 0; i < LanesBench::kLanes; ++i) all |= std::uint64_t{frm} << (3 * i);
    port = static_cast<Port>(all);
  } else {
    for (unsigned i = 0; i < 3 * LanesBench::kLanes; ++i) {
      if (i % 32 == 0) port[i / 32] = 0;
      port[i / 32] |= ((frm >> (i % 3)) & 1U) << (i % 32);
    }
  }
}

void compare(SweepOutcome& outcome, isa::Op op, unsigned rounding, const LanesBench::Row& row,
             const LanesBench::Result& result, bool valid) {
  for (unsigned i = 0; i < LanesBench::kLanes; ++i) {
    const FloatOutcome rtl{result.data[i], result.flags[i]};
    const FloatOutcome host = float_reference(op, row.a[i], row.b[i], row.c[i], rounding);
    ++outcome.vectors;
    if (rtl == host && valid) continue;
    ++outcome.mismatches;
    if (!outcome.first) outcome.first = {{row.a[i], row.b[i], row.c[i]}, rtl, host};
  }
}

void fill(LanesBench::Row& row, const std::function<Operands()>& source) {
  for (unsigned i = 0; i < LanesBench::kLanes; ++i) {
    const Operands operands = source();
    row.a[i] = operands.a;
    row.b[i] = operands.b;
    row.c[i] = operands.c;
  }
}

SweepOutcome sweep_divider(LanesBench& bench, isa::Op op, unsigned rounding, std::uint64_t count,
                           const std::function<Operands()>& source) {
  SweepOutcome outcome;
  set_frm(bench, rounding);
  while (outcome.vectors < count) {
    std::array<LanesBench::Row, LanesBench::kBeats> rows;
    const bool dynamic = (outcome.vectors / 32) % 2 != 0;
    for (LanesBench::Row& row : rows) {
      row.op = op;
      row.rm = dynamic ? kDynamic : rounding;
      fill(row, source);
    }
    const auto results = bench.divide(rows);
    for (unsigned beat = 0; beat < rows.size(); ++beat) {
      compare(outcome, op, rounding, rows[beat], results[beat], true);
    }
  }
  return outcome;
}

}  // namespace

void set_frm(LanesBench& bench, unsigned frm) { fill_frm(bench.model().frm_i, frm); }

SweepOutcome sweep(LanesBench& bench, isa::Op op, unsigned rounding, std::uint64_t count,
                   const std::function<Operands()>& source) {
  if (isa::info(op).unit == isa::Unit::kDivide) {
    return sweep_divider(bench, op, rounding, count, source);
  }
  constexpr unsigned kLanes = LanesBench::kLanes;
  // The rows on their way through the pipe, by cycle modulo the ring's size.
  std::array<LanesBench::Row, 16> ring;
  static_assert(ring.size() > LanesBench::kLatency);
  const std::uint64_t rows = (count + kLanes - 1) / kLanes;
  SweepOutcome outcome;
  set_frm(bench, rounding);
  for (std::uint64_t cycle = 0; cycle < rows + LanesBench::kLatency - 1; ++cycle) {
    if (cycle < rows) {
      LanesBench::Row& row = ring[cycle % ring.size()];
      row.op = op;
      row.rm = (cycle & 1) != 0 ? kDynamic : rounding;
      fill(row, source);
      bench.push(row);
    } else {
      bench.idle();
    }
    if (cycle + 1 < LanesBench::kLatency) continue;
    // The clock edge has passed: the row of cycle c is out when cycle c + kLatency - 1 has ended.
    const LanesBench::Row& row = ring[(cycle + 1 - LanesBench::kLatency) % ring.size()];
    compare(outcome, op, rounding, row, bench.result(), bench.result_valid());
  }
  return outcome;
}

std::function<Operands()> operand_source(isa::Op op, OperandGenerator& generator) {
  switch (op) {
    case isa::Op::kFcvtSW:
    case isa::Op::kFcvtSWu: return [&generator] { return Operands{generator.integer(), 0, 0}; };
    case isa::Op::kFcvtWS:
    case isa::Op::kFcvtWuS: return [&generator] { return Operands{generator.next().a, 0, 0}; };
    case isa::Op::kFcvtSH:
    case isa::Op::kFcvtSBf16:
    case isa::Op::kFcvtSE4m3:
    case isa::Op::kFcvtSE5m2: return [&generator] { return Operands{generator.word(), 0, 0}; };
    case isa::Op::kFcvtHS:
      return [&generator] { return Operands{generator.near_narrow(10, -24, 15), 0, 0}; };
    case isa::Op::kFcvtBf16S:
      return [&generator] { return Operands{generator.near_narrow(7, -133, 127), 0, 0}; };
    case isa::Op::kFcvtHx2S:
      return [&generator] {
        return Operands{generator.near_narrow(10, -24, 15), generator.near_narrow(10, -24, 15), 0};
      };
    case isa::Op::kFcvtE4m3x2S:
      return [&generator] {
        return Operands{generator.near_narrow(3, -9, 8), generator.near_narrow(3, -9, 8), 0};
      };
    case isa::Op::kFcvtE5m2x2S:
      return [&generator] {
        return Operands{generator.near_narrow(2, -16, 15), generator.near_narrow(2, -16, 15), 0};
      };
    case isa::Op::kFdivS: return [&generator] { return generator.quotient(); };
    case isa::Op::kFsqrtS:
    case isa::Op::kFclassS: return [&generator] { return Operands{generator.next().b, 0, 0}; };
    case isa::Op::kFmaddS:
    case isa::Op::kFmsubS:
    case isa::Op::kFnmsubS:
    case isa::Op::kFnmaddS: return [&generator] { return generator.next(); };
    default:
      return [&generator] {
        const Operands operands = generator.next();
        return Operands{operands.a, operands.b, 0};
      };
  }
}

}  // namespace heddle::tb
