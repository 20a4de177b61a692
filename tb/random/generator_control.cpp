// Statements with control flow: branches, loops, calls, indirect jumps, early exits.
#include <array>

#include "random/generator.hpp"
#include "random/program_layout.hpp"

namespace heddle::random {
namespace {

using isa::Op;

Op inverse(Op op) {
  switch (op) {
    case Op::kBeq: return Op::kBne;
    case Op::kBne: return Op::kBeq;
    case Op::kBlt: return Op::kBge;
    case Op::kBge: return Op::kBlt;
    case Op::kBltu: return Op::kBgeu;
    default: return Op::kBltu;
  }
}

}  // namespace

void Generator::far_branch(Op op, std::uint32_t rs1, std::uint32_t rs2, Assembler::Label target) {
  constexpr std::uint32_t kNearStatements = 64;
  if (options_.statements <= kNearStatements && !choice_.one_in(4)) {
    code_.branch(op, rs1, rs2, target);
    return;
  }
  const Assembler::Label next = code_.new_label();
  code_.branch(inverse(op), rs1, rs2, next);
  jump(target);
  code_.place(next);
}

void Generator::branch_randomly(Assembler::Label target) {
  static constexpr Op kOps[] = {Op::kBeq, Op::kBne, Op::kBlt, Op::kBge, Op::kBltu, Op::kBgeu};
  const Op op = choice_.of(kOps);
  if (op == Op::kBeq || op == Op::kBne) {
    // Whole words are hardly ever equal.
    code_.i(Op::kAndi, kScratch, source(), static_cast<std::int32_t>(choice_.between(1, 3)));
    return far_branch(op, kScratch, 0, target);
  }
  if (choice_.one_in(3)) {
    code_.li(kScratch, choice_.below(threads_ + 1));
    return far_branch(op, kThread, kScratch, target);
  }
  far_branch(op, source(), source(), target);
}

void Generator::if_else(const Context& context) {
  Context inner = context;
  ++inner.nesting;
  inner.uniform = false;
  // Both sides meet the other threads at barriers of their own.
  const bool meet = context.uniform && choice_.one_in(3);
  const Barrier barrier = choose_barrier();
  const bool has_else = meet || choice_.one_in(2);
  const Assembler::Label otherwise = code_.new_label();
  const Assembler::Label after = code_.new_label();
  branch_randomly(otherwise);
  statements(choice_.between(1, 3), inner);
  if (meet) exchange_in_cta(barrier);
  if (has_else) jump(after);
  code_.place(otherwise);
  if (has_else) {
    statements(choice_.between(1, 3), inner);
    if (meet) exchange_in_cta(barrier);
  }
  code_.place(after);
}

void Generator::loop(const Context& context) {
  const std::uint32_t allowed = context.function == 0 ? 2 : 1;
  if (context.loop_depth == allowed) return alu();
  const std::uint32_t counter = loop_counter(context);
  Context inner = context;
  ++inner.nesting;
  ++inner.loop_depth;
  if (choice_.one_in(2)) {
    code_.li(counter, choice_.between(1, 3));
  } else {
    code_.i(Op::kAndi, counter, source(), 3);
    code_.i(Op::kAddi, counter, counter, 1);
    inner.uniform = false;
  }
  const bool breaks = choice_.one_in(3);
  if (breaks) inner.uniform = false;
  const Assembler::Label after = code_.new_label();
  const Assembler::Label begin = code_.here();
  statements(choice_.between(1, 3), inner);
  if (breaks) {
    branch_randomly(after);
    statements(1, inner);
  }
  code_.i(Op::kAddi, counter, counter, -1);
  far_branch(Op::kBne, counter, 0, begin);
  code_.place(after);
}

void Generator::call(const Context& context) {
  if (context.function == kRecursiveFunction || (context.loop_depth > 1 && !choice_.one_in(4))) {
    return alu();
  }
  const std::uint32_t callee = choice_.between(context.function + 1, kRecursiveFunction);
  if (callee == kRecursiveFunction) {
    code_.i(Op::kAndi, kRecursion, source(), 3);
    code_.i(Op::kAddi, kRecursion, kRecursion, 1);
  } else if (context.function == 0 && choice_.one_in(3)) {
    // Threads call different functions by one instruction.
    code_.la(kScratch, functions_[0]);
    code_.la(kScratch2, functions_[1]);
    code_.i(Op::kAndi, kLink, source(), 1);
    code_.r(Op::kCzeroEqz, kScratch, kScratch, kLink);
    code_.r(Op::kCzeroNez, kScratch2, kScratch2, kLink);
    code_.r(Op::kOr, kScratch, kScratch, kScratch2);
    code_.jalr(kLink, kScratch);
    return;
  }
  code_.jal(kLink, functions_[callee - 1]);
}

// A jump through a table of jumps.
void Generator::indirect_jump(const Context& context) {
  constexpr std::uint32_t kCases = 4;
  Context inner = context;
  ++inner.nesting;
  inner.uniform = false;
  const Assembler::Label table = code_.new_label();
  const Assembler::Label after = code_.new_label();
  code_.i(Op::kAndi, kScratch, source(),
          static_cast<std::int32_t>(choice_.of(std::array{1u, 2u, 3u})));
  code_.la(kScratch2, table);
  code_.r(Op::kSh2add, kScratch, kScratch, kScratch2);
  code_.jalr(choice_.one_in(4) ? kScratch2 : 0, kScratch);
  code_.place(table);
  std::array<Assembler::Label, kCases> cases{};
  for (Assembler::Label& label : cases) {
    label = code_.new_label();
    jump(label);
  }
  for (const Assembler::Label label : cases) {
    code_.place(label);
    statement(inner);
    jump(after);
  }
  code_.place(after);
}

void Generator::synchronize_warp(const Context& context) {
  choose_sync_mask(context);
  synchronize_threads();
}

// Each thread's mask into kScratch2. The threads named in a mask come with this mask to the same
// statement: those of the group, or of a part of it; or, where all threads come, all or those of a
// half, which overlaps with the halves of other statements.
void Generator::choose_sync_mask(const Context& context) {
  static constexpr std::uint32_t kWithoutBit[] = {0x55555555, 0x33333333, 0x0f0f0f0f, 0x00ff00ff,
                                                  0x0000ffff};
  switch (choice_.below(context.uniform ? 4 : 2)) {
    case 0: return code_.emit(Op::kActivemask, {.rd = kScratch2});
    case 1:
      code_.i(Op::kAndi, kScratch, source(), static_cast<std::int32_t>(choice_.between(1, 7)));
      code_.li(kScratch2, 0xffffffff);
      return code_.r(Op::kMatchAny, kScratch2, kScratch, kScratch2);
    case 2: return code_.li(kScratch2, 0xffffffff);
    default: {
      const std::uint32_t bit = choice_.below(5);
      code_.csr(Op::kCsrrs, kScratch, isa::csr::kLaneid, 0);
      code_.i(Op::kSlli, kScratch, kScratch, static_cast<std::int32_t>(31 - bit));
      code_.i(Op::kSrai, kScratch, kScratch, 31);
      code_.li(kScratch2, kWithoutBit[bit]);
      return code_.r(Op::kXor, kScratch2, kScratch2, kScratch);
    }
  }
}

// Threads part, and wait for those that their masks name before some read what the others stored.
void Generator::synchronize_threads() {
  const Assembler::Label otherwise = code_.new_label();
  const Assembler::Label after = code_.new_label();
  const bool some_leave = !counted_ && choice_.one_in(6);
  const auto word = static_cast<std::int32_t>(4 * choice_.below(16));
  code_.fence();
  code_.i(Op::kAndi, kScratch, choice_.one_in(2) ? kThread : source(),
          static_cast<std::int32_t>(choice_.between(1, 7)));
  code_.branch(choice_.one_in(2) ? Op::kBne : Op::kBeq, kScratch, 0, otherwise);
  code_.store(Op::kSw, source(), kWarpLine, word);
  for (std::uint32_t i = choice_.below(3); i != 0; --i) alu();
  code_.r(Op::kWarpsync, 0, kScratch2, 0);
  if (choice_.one_in(2)) alu();
  jump(after);
  code_.place(otherwise);
  floating();
  if (some_leave) {
    // The others wait for nobody then.
    const Assembler::Label stay = code_.new_label();
    code_.i(Op::kAndi, kScratch, kThread, static_cast<std::int32_t>(choice_.between(1, 3)));
    code_.branch(Op::kBne, kScratch, 0, stay);
    jump(end_);
    code_.place(stay);
  }
  code_.r(Op::kWarpsync, 0, kScratch2, 0);
  code_.i(Op::kLw, destination(), kWarpLine, word);
  code_.place(after);
  // Once more, where the group is together again for the most part.
  if (choice_.one_in(2)) code_.r(Op::kWarpsync, 0, kScratch2, 0);
  warp_operation();
}

// All threads of a group but one spin, at the lower PC, until that one has stored. The flag stays
// set, so that further groups find it so. Forward progress runs that one alone for YIELD_FOR
// instructions. Which of a loop's turns it then is in depends on timing if the number of its
// instructions does (`spins`): there it waits for the others.
void Generator::wait_in_warp() {
  constexpr std::int32_t kFlag = kWarpBytes / 2;
  const Assembler::Label producer = code_.new_label();
  const Assembler::Label after = code_.new_label();
  code_.fence();
  code_.emit(Op::kActivemask, {.rd = kScratch});
  if (options_.spins) code_.i(Op::kAddi, kLink, kScratch, 0);
  code_.r(Op::kSub, kScratch2, 0, kScratch);
  code_.r(Op::kAnd, kScratch, kScratch, kScratch2);
  code_.csr(Op::kCsrrs, kScratch2, isa::csr::kLanemaskEq, 0);
  code_.branch(Op::kBeq, kScratch, kScratch2, producer);
  const Assembler::Label spin = code_.here();
  code_.i(Op::kLw, kScratch, kWarpLine, kFlag);
  code_.branch(Op::kBeq, kScratch, 0, spin);
  code_.i(Op::kAddi, choice_.of(kPool), kScratch, 0);
  jump(after);
  code_.place(producer);
  for (std::uint32_t i = choice_.below(4); i != 0; --i) alu();
  code_.i(Op::kOri, kScratch, source(), 1);
  code_.store(Op::kSw, kScratch, kWarpLine, kFlag);
  code_.place(after);
  if (options_.spins) code_.r(Op::kWarpsync, 0, kLink, 0);
}

// Some threads end now.
void Generator::leave_early() {
  const Assembler::Label stay = code_.new_label();
  code_.i(Op::kAndi, kScratch, choice_.one_in(2) ? kThread : source(),
          static_cast<std::int32_t>(choice_.between(1, 7)));
  code_.branch(Op::kBne, kScratch, 0, stay);
  jump(end_);
  code_.place(stay);
}

}  // namespace heddle::random
