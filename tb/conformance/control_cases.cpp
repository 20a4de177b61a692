#include <fmt/format.h>

#include <memory>
#include <utility>

#include "conformance/cases.hpp"

namespace heddle::conformance {
namespace {

using isa::Op;
using random::Assembler;

template <typename Result>
void set_lanes(std::uint32_t mask, LaneWords& words, Result result) {
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    if ((mask >> lane & 1) != 0) words[lane] = result(lane);
  }
}

/// `extra` = the threads that are together here: those of the mask, however they went apart.
void together(Assembler& code, const Place& place) {
  code.emit(Op::kActivemask, {.rd = place.extra});
}

using Pc = std::shared_ptr<std::uint32_t>;

Case auipc(std::uint32_t upper) {
  const Pc pc = std::make_shared<std::uint32_t>(0);
  Case result;
  result.op = Op::kAuipc;
  result.what = fmt::format("auipc {:#x}", upper);
  result.emit = [=](Assembler& code, const Place& place) {
    *pc = code.pc();
    code.emit(Op::kAuipc, {.rd = place.rd, .imm = upper});
    code.emit(Op::kAuipc, {.rd = 0, .imm = upper});
  };
  result.expect = [=](const Round&, std::uint32_t mask, Outcome& outcome) {
    set_lanes(mask, outcome.rd, [&](std::uint32_t) { return *pc + upper; });
  };
  return result;
}

/// rd tells the way that a thread took: 6 forwards, 4 over a taken branch; 6 and 20 backwards.
Case branch(Op op, bool backward, std::uint32_t rs1, std::uint32_t rs2) {
  Case result;
  result.op = op;
  result.what =
      fmt::format("{} x{}, x{} {}", isa::name(op), rs1, rs2, backward ? "backwards" : "forwards");
  result.extra = true;
  result.emit = [=](Assembler& code, const Place& place) {
    const auto out = code.new_label();
    code.i(Op::kAddi, place.rd, 0, 0);
    if (backward) {
      const auto check = code.new_label();
      code.jal(0, check);
      const auto back = code.here();
      code.i(Op::kAddi, place.rd, place.rd, 16);
      code.jal(0, out);
      code.place(check);
      code.branch(op, rs1, rs2, back);
    } else {
      code.branch(op, rs1, rs2, out);
    }
    code.i(Op::kAddi, place.rd, place.rd, 2);
    code.place(out);
    code.i(Op::kAddi, place.rd, place.rd, 4);
    together(code, place);
  };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    set_lanes(mask, outcome.rd, [&](std::uint32_t lane) {
      const std::uint32_t a = rs1 == 0 ? 0 : round.a[lane];
      const std::uint32_t b = rs2 == 0 ? 0 : rs2 == kA ? round.a[lane] : round.b[lane];
      return branch_reference(op, a, b) ? 4U + (backward ? 16U : 0U) : 6U;
    });
    set_lanes(mask, outcome.extra, [&](std::uint32_t) { return mask; });
  };
  return result;
}

enum class Jump { kForward, kBackward, kCall, kNoLink };

Case jal(Jump kind) {
  const Pc pc = std::make_shared<std::uint32_t>(0);
  Case result;
  result.op = Op::kJal;
  result.what = fmt::format("jal, kind {}", static_cast<int>(kind));
  result.extra = true;
  result.emit = [=](Assembler& code, const Place& place) {
    const auto out = code.new_label();
    const auto target = code.new_label();
    const std::uint32_t link = kind == Jump::kCall ? 1 : kind == Jump::kNoLink ? 0 : place.rd;
    code.i(Op::kAddi, place.rd, 0, 0);
    if (kind == Jump::kBackward) {
      const auto start = code.new_label();
      code.jal(0, start);
      code.place(target);
      code.jal(0, out);
      code.place(start);
    }
    *pc = code.pc();
    code.jal(link, target);
    code.i(Op::kAddi, place.rd, place.rd, kind == Jump::kCall ? 8 : 1);
    if (kind == Jump::kCall) {
      code.jal(0, out);
      code.place(target);
      code.i(Op::kAddi, place.rd, 1, 0);
      code.jalr(0, 1);
    } else if (kind != Jump::kBackward) {
      code.place(target);
    }
    code.place(out);
    together(code, place);
  };
  result.expect = [=](const Round&, std::uint32_t mask, Outcome& outcome) {
    set_lanes(mask, outcome.rd, [&](std::uint32_t) {
      if (kind == Jump::kNoLink) return 0U;
      return *pc + 4 + (kind == Jump::kCall ? 8 : 0);
    });
    set_lanes(mask, outcome.extra, [&](std::uint32_t) { return mask; });
  };
  return result;
}

/// Each thread jumps to one of four places, chosen by its operand; rd is the link plus 1 to 4.
Case jalr(std::int32_t offset, bool rd_is_target) {
  const Pc pc = std::make_shared<std::uint32_t>(0);
  Case result;
  result.op = Op::kJalr;
  result.what = fmt::format("jalr offset {}{}", offset, rd_is_target ? ", rd = rs1" : "");
  result.extra = true;
  result.emit = [=](Assembler& code, const Place& place) {
    const auto out = code.new_label();
    const auto table = code.new_label();
    code.la(kScratch, table);
    code.i(Op::kAndi, kScratch + 1, kA, 3);
    code.r(Op::kSh3add, kScratch, kScratch + 1, kScratch);
    code.i(Op::kAddi, kScratch, kScratch, -(offset & ~1));
    if (rd_is_target) code.i(Op::kAddi, place.rd, kScratch, 0);
    *pc = code.pc();
    code.jalr(place.rd, rd_is_target ? place.rd : kScratch, offset);
    code.i(Op::kAddi, place.rd, 0, 0);
    code.place(table);
    for (std::int32_t i = 1; i <= 4; ++i) {
      code.i(Op::kAddi, place.rd, place.rd, i);
      code.jal(0, out);
    }
    code.place(out);
    together(code, place);
  };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    set_lanes(mask, outcome.rd, [&](std::uint32_t lane) { return *pc + 5 + round.a[lane] % 4; });
    set_lanes(mask, outcome.extra, [&](std::uint32_t) { return mask; });
  };
  return result;
}

/// kScratch = the global slot of the thread whose lane differs in the bits of `flip`.
void slot(Assembler& code, std::uint32_t flip) {
  code.csr(Op::kCsrrs, kScratch, isa::csr::kTidX, 0);
  code.i(Op::kXori, kScratch, kScratch, static_cast<std::int32_t>(flip));
  code.i(Op::kSlli, kScratch, kScratch, 4);
  code.li(kScratch + 1, kGlobal);
  code.r(Op::kAdd, kScratch, kScratch, kScratch + 1);
}

/// A thread stores, and sees after the fence what another one of the warp stored.
Case fence() {
  Case result;
  result.op = Op::kFence;
  result.what = "fence between threads of a warp";
  result.extra = false;
  result.emit = [](Assembler& code, const Place& place) {
    slot(code, 0);
    code.store(Op::kSw, kB, kScratch, 0);
    code.fence();
    slot(code, 5);
    code.i(Op::kLw, kScratch + 1, kScratch, 0);
    code.i(Op::kAddi, place.rd, kScratch + 1, 0);
    // Where the other thread is not in the mask, its word is from another round.
    code.csr(Op::kCsrrs, kScratch, isa::csr::kLaneid, 0);
    code.i(Op::kXori, kScratch, kScratch, 5);
    code.emit(Op::kActivemask, {.rd = kScratch + 1});
    code.r(Op::kSrl, kScratch, kScratch + 1, kScratch);
    code.i(Op::kAndi, kScratch, kScratch, 1);
    code.r(Op::kCzeroEqz, place.rd, place.rd, kScratch);
  };
  result.expect = [](const Round& round, std::uint32_t mask, Outcome& outcome) {
    set_lanes(mask, outcome.rd, [&](std::uint32_t lane) {
      const std::uint32_t other = lane ^ 5;
      return (mask >> other & 1) != 0 ? round.b[other] : 0;
    });
  };
  return result;
}

/// The threads write an instruction, rd = 0 to 7 by the round's operand, and execute it. Each warp
/// has its own place for it.
Case fence_i(std::uint32_t warps) {
  Case result;
  result.op = Op::kFenceI;
  result.what = "fence.i behind a store to code";
  result.extra = true;
  result.emit = [=](Assembler& code, const Place& place) {
    const auto out = code.new_label();
    const auto sites = code.new_label();
    code.la(kScratch, sites);
    code.csr(Op::kCsrrs, kScratch + 1, isa::csr::kWarpid, 0);
    code.r(Op::kSh3add, kScratch, kScratch + 1, kScratch);
    // All threads of the group write the word of its first thread's operand.
    code.emit(Op::kActivemask, {.rd = kScratch + 1});
    code.emit(Op::kCtz, {.rd = kScratch + 1, .rs1 = kScratch + 1});
    code.li(kScratch + 2, 0x1f);
    code.emit(Op::kShflIdx,
              {.rd = kScratch + 1, .rs1 = kA, .rs2 = kScratch + 1, .rs3 = kScratch + 2});
    code.i(Op::kAndi, kScratch + 1, kScratch + 1, 7);
    code.i(Op::kSlli, kScratch + 1, kScratch + 1, 20);
    code.li(kScratch + 2, random::encode(Op::kAddi, {.rd = place.rd}));
    code.r(Op::kOr, kScratch + 1, kScratch + 1, kScratch + 2);
    code.store(Op::kSw, kScratch + 1, kScratch, 0);
    code.emit(Op::kFenceI, {});
    code.jalr(0, kScratch);
    code.place(sites);
    for (std::uint32_t warp = 0; warp < warps; ++warp) {
      code.emit_word(0);  // written before it is executed
      code.jal(0, out);
    }
    code.place(out);
    together(code, place);
  };
  result.expect = [](const Round& round, std::uint32_t mask, Outcome& outcome) {
    std::uint32_t first = 0;
    while ((mask >> first & 1) == 0) ++first;
    set_lanes(mask, outcome.rd, [&](std::uint32_t) { return round.a[first] & 7; });
    set_lanes(mask, outcome.extra, [&](std::uint32_t) { return mask; });
  };
  return result;
}

/// The threads of the mask part by their operand and meet again, with what all of them stored
/// before.
Case warpsync() {
  Case result;
  result.op = Op::kWarpsync;
  result.what = "warpsync of the mask";
  result.extra = true;
  result.emit = [](Assembler& code, const Place& place) {
    const auto other = code.new_label();
    const auto out = code.new_label();
    code.emit(Op::kActivemask, {.rd = place.extra});
    slot(code, 0);
    code.i(Op::kAndi, kScratch + 1, kA, 1);
    code.branch(Op::kBeq, kScratch + 1, 0, other);
    code.store(Op::kSw, kB, kScratch, 0);
    code.emit(Op::kWarpsync, {.rs1 = place.extra});
    slot(code, 5);
    code.i(Op::kLw, place.rd, kScratch, 0);
    code.jal(0, out);
    code.place(other);
    code.i(Op::kXori, kScratch + 1, kB, -1);
    code.store(Op::kSw, kScratch + 1, kScratch, 0);
    code.emit(Op::kWarpsync, {.rs1 = place.extra});
    slot(code, 5);
    code.i(Op::kLw, place.rd, kScratch, 0);
    code.place(out);
    code.csr(Op::kCsrrs, kScratch, isa::csr::kLaneid, 0);
    code.i(Op::kXori, kScratch, kScratch, 5);
    code.r(Op::kSrl, kScratch, place.extra, kScratch);
    code.i(Op::kAndi, kScratch, kScratch, 1);
    code.r(Op::kCzeroEqz, place.rd, place.rd, kScratch);
    // The next case overwrites the slots.
    code.emit(Op::kWarpsync, {.rs1 = place.extra});
    together(code, place);
  };
  result.expect = [](const Round& round, std::uint32_t mask, Outcome& outcome) {
    set_lanes(mask, outcome.rd, [&](std::uint32_t lane) {
      const std::uint32_t other = lane ^ 5;
      if ((mask >> other & 1) == 0) return 0U;
      return (round.a[other] & 1) != 0 ? round.b[other] : ~round.b[other];
    });
    set_lanes(mask, outcome.extra, [&](std::uint32_t) { return mask; });
  };
  return result;
}

/// The warp's threads of the mask wait for each other at the barrier of the warp's number, as two
/// groups; with `arrive` the first of them arrive without waiting.
Case barrier(bool arrive) {
  Case result;
  result.op = arrive ? Op::kBarArrive : Op::kBarSync;
  result.what = arrive ? "bar.arrive of some threads, bar.sync of others" : "bar.sync of the mask";
  result.extra = true;
  result.emit = [=](Assembler& code, const Place& place) {
    const auto other = code.new_label();
    const auto out = code.new_label();
    code.emit(Op::kActivemask, {.rd = place.extra});
    code.emit(Op::kCpop, {.rd = kScratch + 2, .rs1 = place.extra});
    code.csr(Op::kCsrrs, kScratch + 3, isa::csr::kWarpid, 0);
    slot(code, 0);
    code.store(Op::kSw, kB, kScratch, 0);
    code.i(Op::kAndi, kScratch + 1, kA, 1);
    code.branch(Op::kBeq, kScratch + 1, 0, other);
    code.r(arrive ? Op::kBarArrive : Op::kBarSync, 0, kScratch + 3, kScratch + 2);
    code.i(Op::kAddi, place.rd, 0, 1);
    code.jal(0, out);
    code.place(other);
    code.r(Op::kBarSync, 0, kScratch + 3, kScratch + 2);
    slot(code, 5);
    code.i(Op::kLw, place.rd, kScratch, 0);
    code.csr(Op::kCsrrs, kScratch, isa::csr::kLaneid, 0);
    code.i(Op::kXori, kScratch, kScratch, 5);
    code.r(Op::kSrl, kScratch, place.extra, kScratch);
    code.i(Op::kAndi, kScratch, kScratch, 1);
    code.r(Op::kCzeroEqz, place.rd, place.rd, kScratch);
    code.place(out);
    code.emit(Op::kWarpsync, {.rs1 = place.extra});
    together(code, place);
  };
  result.expect = [](const Round& round, std::uint32_t mask, Outcome& outcome) {
    set_lanes(mask, outcome.rd, [&](std::uint32_t lane) {
      const std::uint32_t other = lane ^ 5;
      if ((round.a[lane] & 1) != 0) return 1U;
      return (mask >> other & 1) != 0 ? round.b[other] : 0;
    });
    set_lanes(mask, outcome.extra, [&](std::uint32_t) { return mask; });
  };
  return result;
}

/// All threads are together again where the masked cases end; with `waited`, once those that the
/// barriers let go have come.
Case all_together(bool waited) {
  Case result;
  result.op = Op::kActivemask;
  result.what = "activemask behind the masked cases";
  result.everyone = true;
  result.emit = [=](Assembler& code, const Place& place) {
    if (waited) {
      code.i(Op::kAddi, kScratch, 0, -1);
      code.emit(Op::kWarpsync, {.rs1 = kScratch});
    }
    code.emit(Op::kActivemask, {.rd = place.rd});
  };
  result.expect = [](const Round&, std::uint32_t mask, Outcome& outcome) {
    set_lanes(mask, outcome.rd, [&](std::uint32_t) { return mask; });
  };
  return result;
}

}  // namespace

std::vector<Group> control_groups(std::uint32_t warps) {
  std::vector<Case> all, few;
  for (const Op op : {Op::kBeq, Op::kBne, Op::kBlt, Op::kBge, Op::kBltu, Op::kBgeu}) {
    all.push_back(branch(op, false, kA, kB));
    few.push_back(branch(op, true, kA, kB));
    few.push_back(branch(op, false, kA, kA));
    few.push_back(branch(op, true, 0, kB));
    few.push_back(branch(op, false, kA, 0));
  }
  for (const std::uint32_t upper : {0U, 0x1000U, 0xfffff000U, 0x80000000U}) {
    (upper == 0x1000 ? all : few).push_back(auipc(upper));
  }
  all.push_back(jal(Jump::kForward));
  for (const Jump kind : {Jump::kBackward, Jump::kCall, Jump::kNoLink}) few.push_back(jal(kind));
  all.push_back(jalr(0, false));
  for (const std::int32_t offset : {1, 2047, -2046}) few.push_back(jalr(offset, false));
  few.push_back(jalr(4, true));
  all.push_back(fence());
  all.push_back(fence_i(warps));
  all.push_back(all_together(false));
  std::vector<Group> groups;
  append_groups(groups, std::move(all), Masks::kAll, integer_operands);
  append_groups(groups, std::move(few), Masks::kFew, integer_operands);
  append_groups(groups, {warpsync(), barrier(false), barrier(true), all_together(true)},
                Masks::kAll, integer_operands);
  return groups;
}

}  // namespace heddle::conformance
