#include <fmt/format.h>

#include <utility>

#include "conformance/cases.hpp"

namespace heddle::conformance {
namespace {

using isa::Op;
using random::Assembler;
namespace csr = isa::csr;

/// A CSR instruction on fflags, frm or fcsr; `field` is the immediate, or 0 for x0, or kA.
Case writes(Op op, std::uint32_t number, std::uint32_t field, bool discards) {
  const bool immediate = op == Op::kCsrrwi || op == Op::kCsrrsi || op == Op::kCsrrci;
  const std::uint32_t low = number == csr::kFrm ? 5 : 0;
  const std::uint32_t bits = number == csr::kFcsr ? 0xff : number == csr::kFrm ? 7 : 31;
  Case result;
  result.op = op;
  result.what = fmt::format("{} {}, {}{}", isa::name(op), isa::csr_name(number), field,
                            discards ? " (rd = x0)" : "");
  result.extra = true;
  result.emit = [=](Assembler& code, const Place& place) {
    code.csr(op, discards ? 0 : place.rd, number, field);
    code.csr(Op::kCsrrw, place.extra, csr::kFcsr, kFcsr);
  };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      if ((mask >> lane & 1) == 0) continue;
      const std::uint32_t source = immediate || field == 0 ? field : round.a[lane];
      const std::uint32_t old = round.fcsr[lane] >> low & bits;
      std::uint32_t now = source;
      if (op == Op::kCsrrs || op == Op::kCsrrsi) now = old | source;
      if (op == Op::kCsrrc || op == Op::kCsrrci) now = old & ~source;
      if (!discards) outcome.rd[lane] = old;
      outcome.extra[lane] = (round.fcsr[lane] & ~(bits << low)) | (now & bits) << low;
    }
  };
  return result;
}

using Value = std::function<std::uint32_t(std::uint32_t warp, std::uint32_t lane)>;

/// A read-only CSR, read by one of the instructions that do not write it then.
Case reads(Op op, std::uint32_t number, Value value) {
  Case result;
  result.op = op;
  result.what = fmt::format("{} {}", isa::name(op), isa::csr_name(number));
  result.emit = [=](Assembler& code, const Place& place) { code.csr(op, place.rd, number, 0); };
  result.expect = [value = std::move(value)](const Round& round, std::uint32_t mask,
                                             Outcome& outcome) {
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      if ((mask >> lane & 1) != 0) outcome.rd[lane] = value(round.warp, lane);
    }
  };
  return result;
}

/// A counter: a later read gives more by less than `most`, and its upper half is 0.
Case counts(std::uint32_t number, std::uint32_t upper) {
  Case result;
  result.op = Op::kCsrrs;
  result.what = fmt::format("csrrs {}", isa::csr_name(number));
  result.emit = [=](Assembler& code, const Place& place) {
    // Instructions count when they issue; only a fence makes sure that the first read is over then.
    code.csr(Op::kCsrrs, kScratch, number, 0);
    code.fence();
    code.csr(Op::kCsrrs, kScratch + 1, number, 0);
    code.r(Op::kSub, kScratch, kScratch + 1, kScratch);
    code.r(Op::kSltu, place.rd, 0, kScratch);
    code.i(Op::kSrli, kScratch, kScratch, 16);
    code.r(Op::kAdd, place.rd, place.rd, kScratch);
    code.csr(Op::kCsrrs, kScratch, upper, 0);
    code.r(Op::kAdd, place.rd, place.rd, kScratch);
  };
  result.expect = [](const Round&, std::uint32_t mask, Outcome& outcome) {
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      if ((mask >> lane & 1) != 0) outcome.rd[lane] = 1;
    }
  };
  return result;
}

Value constant(std::uint32_t value) {
  return [=](std::uint32_t, std::uint32_t) { return value; };
}

}  // namespace

std::vector<Group> csr_groups(std::uint32_t warps) {
  std::vector<Case> all, few;
  for (const Op op : {Op::kCsrrw, Op::kCsrrs, Op::kCsrrc})
    all.push_back(writes(op, csr::kFcsr, kA, false));
  for (const Op op : {Op::kCsrrwi, Op::kCsrrsi, Op::kCsrrci}) {
    all.push_back(writes(op, csr::kFcsr, 21, false));
  }
  for (const Op op : {Op::kCsrrw, Op::kCsrrs, Op::kCsrrc}) {
    for (const std::uint32_t number : {csr::kFflags, csr::kFrm, csr::kFcsr}) {
      for (const std::uint32_t field : {0U, kA}) {
        few.push_back(writes(op, number, field, false));
        few.push_back(writes(op, number, field, true));
      }
    }
  }
  for (const Op op : {Op::kCsrrwi, Op::kCsrrsi, Op::kCsrrci}) {
    for (const std::uint32_t number : {csr::kFflags, csr::kFrm, csr::kFcsr}) {
      for (const std::uint32_t field : {0U, 1U, 10U, 31U}) {
        few.push_back(writes(op, number, field, field == 10));
      }
    }
  }
  const std::pair<std::uint32_t, Value> kReadOnly[] = {
      {csr::kTidX, [](std::uint32_t warp, std::uint32_t lane) { return kLanes * warp + lane; }},
      {csr::kTidY, constant(0)},
      {csr::kTidZ, constant(0)},
      {csr::kNtidX, constant(kLanes * warps)},
      {csr::kNtidY, constant(1)},
      {csr::kNtidZ, constant(1)},
      {csr::kCtaidX, constant(0)},
      {csr::kCtaidY, constant(0)},
      {csr::kCtaidZ, constant(0)},
      {csr::kNctaidX, constant(1)},
      {csr::kNctaidY, constant(1)},
      {csr::kNctaidZ, constant(1)},
      {csr::kLaneid, [](std::uint32_t, std::uint32_t lane) { return lane; }},
      {csr::kWarpid, [](std::uint32_t warp, std::uint32_t) { return warp; }},
      {csr::kNwarpid, constant(warps)},
      {csr::kSmid, constant(0)},
      {csr::kNsmid, constant(1)},
      {csr::kLanemaskEq, [](std::uint32_t, std::uint32_t lane) { return 1U << lane; }},
      {csr::kLanemaskLt, [](std::uint32_t, std::uint32_t lane) { return (1U << lane) - 1; }},
      {csr::kLanemaskLe, [](std::uint32_t, std::uint32_t lane) { return (2U << lane) - 1; }},
      {csr::kLanemaskGt, [](std::uint32_t, std::uint32_t lane) { return ~((2U << lane) - 1); }},
      {csr::kLanemaskGe, [](std::uint32_t, std::uint32_t lane) { return ~((1U << lane) - 1); }},
      {csr::kArgptr, constant(kOperands)},
      {csr::kSharedSize, constant(shared_bytes(warps))},
      {csr::kLocalSize, constant(1U << kLocalShift)}};
  for (const auto& [number, value] : kReadOnly) {
    for (const Op op : {Op::kCsrrs, Op::kCsrrc, Op::kCsrrsi, Op::kCsrrci}) {
      few.push_back(reads(op, number, value));
    }
  }
  few.push_back(counts(csr::kCycle, csr::kCycleh));
  few.push_back(counts(csr::kTime, csr::kTimeh));
  few.push_back(counts(csr::kInstret, csr::kInstreth));
  std::vector<Group> groups;
  append_groups(groups, std::move(all), Masks::kAll, integer_operands);
  append_groups(groups, std::move(few), Masks::kFew, integer_operands);
  return groups;
}

}  // namespace heddle::conformance
