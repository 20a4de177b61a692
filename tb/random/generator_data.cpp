// Statements without control flow: arithmetic, CSRs, memory.
#include <array>

#include "random/generator.hpp"
#include "random/program_layout.hpp"

namespace heddle::random {
namespace {

using isa::Format;
using isa::Op;
using isa::Unit;

std::vector<Op> ops_where(bool (*wanted)(const isa::Info&)) {
  std::vector<Op> result;
  for (std::size_t i = 1; i < isa::kOpCount; ++i) {
    if (wanted(isa::info(static_cast<Op>(i)))) result.push_back(static_cast<Op>(i));
  }
  return result;
}

const std::vector<Op>& alu_ops() {
  static const std::vector<Op> ops =
      ops_where([](const isa::Info& info) { return info.unit == Unit::kAlu && info.writes_rd; });
  return ops;
}

const std::vector<Op>& float_ops() {
  static const std::vector<Op> ops =
      ops_where([](const isa::Info& info) { return info.unit == Unit::kFloat || info.has_rm; });
  return ops;
}

const std::vector<Op>& special_ops() {
  static const std::vector<Op> ops =
      ops_where([](const isa::Info& info) { return info.unit == Unit::kSfu; });
  return ops;
}

const std::vector<Op>& warp_ops() {
  static const std::vector<Op> ops =
      ops_where([](const isa::Info& info) { return info.unit == Unit::kWarp; });
  return ops;
}

}  // namespace

void Generator::alu() {
  const Op op = choice_.of(alu_ops());
  const isa::Info& info = isa::info(op);
  Fields fields{.rd = destination()};
  if (info.reads_rs1) fields.rs1 = source();
  if (info.reads_rs2) fields.rs2 = source();
  switch (info.format) {
    case Format::kI: fields.imm = choice_.below(4096) - 2048; break;
    case Format::kShift: fields.imm = choice_.below(32); break;
    case Format::kU: fields.imm = choice_.bits() & 0xfffff000; break;
    default: break;
  }
  code_.emit(op, fields);
}

void Generator::multiply_or_divide() {
  static constexpr Op kOps[] = {Op::kMul, Op::kMulh, Op::kMulhsu, Op::kMulhu,
                                Op::kDiv, Op::kDivu, Op::kRem,    Op::kRemu};
  code_.r(choice_.of(kOps), destination(), source(), source());
}

void Generator::floating() {
  static constexpr std::uint32_t kRounding[] = {0, 0, 1, 2, 3, 4, 7, 7};
  const Op op = choice_.of(float_ops());
  const isa::Info& info = isa::info(op);
  Fields fields{.rd = destination(), .rs1 = source()};
  if (info.reads_rs2) fields.rs2 = source();
  if (info.reads_rs3) fields.rs3 = source();
  if (info.has_rm) fields.rm = choice_.of(kRounding);
  code_.emit(op, fields);
}

// Several in a row keep the unit busy.
void Generator::special_function() {
  for (std::uint32_t left = choice_.between(1, 3); left != 0; --left) {
    code_.emit(choice_.of(special_ops()), {.rd = destination(), .rs1 = source()});
  }
}

// What a group's threads compute together depends on who is in it: on program and data alone.
void Generator::warp_operation() {
  const Op op = choice_.of(warp_ops());
  const isa::Info& info = isa::info(op);
  Fields fields{.rd = destination()};
  if (info.reads_rs1) fields.rs1 = source();
  if (info.reads_rs2) fields.rs2 = source();
  const bool match = op == Op::kMatchAny || op == Op::kMatchAll;
  if (match && !choice_.one_in(4)) {
    // Whole words are hardly ever equal.
    fields.rs1 = kScratch;
    code_.i(Op::kAndi, kScratch, source(), static_cast<std::int32_t>(choice_.between(1, 7)));
  }
  if (info.reads_rs3) {
    // PTX's operand for segments of 1 to 32 threads.
    const std::uint32_t segment = 32 - (1u << choice_.below(6));
    fields.rs3 = choice_.one_in(4) ? source() : kScratch2;
    code_.li(kScratch2, segment << 8 | (op == Op::kShflUp ? 0 : 31));
    if (choice_.one_in(2)) {
      fields.rs2 = kScratch;
      code_.i(Op::kAndi, kScratch, choice_.one_in(2) ? source() : kThread,
              static_cast<std::int32_t>(choice_.between(1, 31)));
    }
  } else if (info.reads_rs2 && !choice_.one_in(3)) {
    fields.rs2 = kScratch2;
    switch (choice_.below(3)) {
      case 0: code_.li(kScratch2, 0xffffffff); break;
      case 1: code_.emit(Op::kActivemask, {.rd = kScratch2}); break;
      default:
        code_.csr(Op::kCsrrs, kScratch2,
                  choice_.between(isa::csr::kLanemaskEq, isa::csr::kLanemaskGt), 0);
    }
  }
  code_.emit(op, fields);
}

void Generator::float_csr() {
  static constexpr Op kOps[] = {Op::kCsrrw,  Op::kCsrrs,  Op::kCsrrc,
                                Op::kCsrrwi, Op::kCsrrsi, Op::kCsrrci};
  const Op op = choice_.of(kOps);
  const bool immediate = isa::info(op).format == Format::kCsri;
  code_.csr(op, destination(), choice_.between(isa::csr::kFflags, isa::csr::kFcsr),
            immediate ? choice_.below(32) : source());
}

void Generator::read_csr() {
  static constexpr Op kOps[] = {Op::kCsrrs, Op::kCsrrc, Op::kCsrrsi, Op::kCsrrci};
  static constexpr std::uint32_t kTiming[] = {isa::csr::kCycle,   isa::csr::kTime,
                                              isa::csr::kInstret, isa::csr::kCycleh,
                                              isa::csr::kTimeh,   isa::csr::kInstreth};
  const bool timing = options_.timing_csrs && choice_.one_in(4);
  const std::uint32_t number =
      timing ? choice_.of(kTiming) : choice_.between(isa::csr::kTidX, isa::csr::kLocalSize);
  code_.csr(choice_.of(kOps), destination(), number, 0);
}

// A jump that is none, which puts a code address into a register; or a fence.
void Generator::jump_over_nothing() {
  switch (choice_.below(3)) {
    case 0: code_.fence(); break;
    case 1: code_.emit(Op::kFenceI, {}); break;
    default: {
      const Assembler::Label next = code_.new_label();
      code_.jal(choice_.of(kPool), next);
      code_.place(next);
      break;
    }
  }
}

void Generator::load_constant() {
  static constexpr Op kLoads[] = {Op::kLb, Op::kLh, Op::kLw, Op::kLw, Op::kLbu, Op::kLhu};
  const Op op = choice_.of(kLoads);
  const std::uint32_t size = op == Op::kLw ? 4 : op == Op::kLh || op == Op::kLhu ? 2 : 1;
  const auto offset =
      static_cast<std::int32_t>(choice_.below(500) * 4 + choice_.below(4 / size) * size);
  switch (choice_.below(3)) {
    case 0:  // one address for all
      code_.i(op, destination(), kConstants, offset);
      return;
    case 1:  // side by side
      code_.r(Op::kSh2add, kScratch, kThread, kConstants);
      break;
    default:  // scattered
      code_.i(Op::kAndi, kScratch, source(), static_cast<std::int32_t>(0x7ff & ~(size - 1)));
      code_.r(Op::kAdd, kScratch, kScratch, kConstants);
      break;
  }
  code_.i(op, destination(), kScratch, offset);
}

// A load, store or atomic of any width within the word at base + word_offset.
void Generator::access(std::uint32_t base, std::int32_t word_offset) {
  if (choice_.one_in(4)) return atomic_access(base, word_offset);
  static constexpr Op kOps[] = {Op::kLb,  Op::kLh, Op::kLw, Op::kLw, Op::kLbu,
                                Op::kLhu, Op::kSb, Op::kSh, Op::kSw, Op::kSw};
  const Op op = choice_.of(kOps);
  std::int32_t offset = word_offset;
  if (op == Op::kLb || op == Op::kLbu || op == Op::kSb) {
    offset += static_cast<std::int32_t>(choice_.below(4));
  } else if (op != Op::kLw && op != Op::kSw) {
    offset += static_cast<std::int32_t>(2 * choice_.below(2));
  }
  if (isa::info(op).writes_rd) {
    code_.i(op, destination(), base, offset);
  } else {
    code_.store(op, source(), base, offset);
  }
}

void Generator::private_access() {
  const std::uint32_t word = kScratchWord + choice_.below(kScratchWords);
  if (interleaved_) {
    code_.li(kScratch, word * total_threads_ * 4);
    code_.r(Op::kAdd, kScratch, kScratch, kPrivate);
    return access(kScratch, 0);
  }
  if (choice_.one_in(5)) {
    return doubleword_access(kPrivate, static_cast<std::int32_t>(4 * (word & ~1u)));
  }
  if (choice_.one_in(2)) return access(kPrivate, static_cast<std::int32_t>(4 * word));
  // A word that depends on data.
  code_.i(Op::kAndi, kScratch, source(), 4 * (kScratchWords - 1));
  code_.r(Op::kAdd, kScratch, kScratch, kPrivate);
  access(kScratch, 4 * kScratchWord);
}

void Generator::local_access() {
  if (choice_.one_in(2)) {
    return access(kLocal, static_cast<std::int32_t>(4 * choice_.below(kLocalWords)));
  }
  code_.i(Op::kAndi, kScratch, source(), 4 * (kLocalWords - 1));
  code_.r(Op::kAdd, kScratch, kScratch, kLocal);
  access(kScratch, 0);
}

void Generator::shared_access() {
  if (choice_.one_in(5)) {
    return doubleword_access(kShared,
                             static_cast<std::int32_t>(8 * choice_.below(kSharedWords / 2)));
  }
  if (choice_.one_in(2)) {
    return access(kShared, static_cast<std::int32_t>(4 * choice_.below(kSharedWords)));
  }
  code_.i(Op::kAndi, kScratch, source(), 4 * (kSharedWords - 1));
  code_.r(Op::kAdd, kScratch, kScratch, kShared);
  access(kScratch, 0);
}

// One instruction whose threads go to different windows.
void Generator::mixed_access() {
  const std::uint32_t choices[] = {kShared, kLocal};
  code_.i(Op::kAndi, kScratch2, source(), static_cast<std::int32_t>(choice_.between(1, 3)));
  const std::uint32_t window = choice_.of(choices);
  code_.r(Op::kCzeroEqz, kScratch, window, kScratch2);
  if (interleaved_) {
    code_.r(Op::kCzeroNez, kScratch2, kShared, kScratch2);
  } else {
    // Back by as much as the scratch words lie behind the others.
    code_.i(Op::kAddi, kLink, kPrivate, 4 * kScratchWord);
    code_.r(Op::kCzeroNez, kScratch2, kLink, kScratch2);
  }
  code_.r(Op::kOr, kScratch, kScratch, kScratch2);
  if (!interleaved_ && window == kShared && choice_.one_in(2)) {
    return doubleword_access(kScratch,
                             static_cast<std::int32_t>(8 * choice_.below(kSharedWords / 2)));
  }
  access(kScratch, static_cast<std::int32_t>(4 * choice_.below(kLocalWords)));
}

// Those of hand_over_between_warps are numbered 14 and 15.
Generator::Barrier Generator::choose_barrier() {
  return {choice_.one_in(2) ? 0 : choice_.below(14), counted_ && choice_.one_in(2)};
}

// To wait for all threads is to wait for all living ones where none leave early.
void Generator::barrier(const Barrier& barrier) {
  if (barrier.id != 0) code_.li(kScratch2, barrier.id);
  code_.r(Op::kBarSync, 0, barrier.id != 0 ? kScratch2 : 0, barrier.counted ? kThreads : 0);
}

// Threads of even warps store a word for those of odd ones, and these answer. Nobody is released
// from a barrier while other threads of its warp run, for the barriers count all threads.
void Generator::hand_over_between_warps() {
  constexpr std::uint32_t kFull = 14, kEmpty = 15;
  const Assembler::Label odd = code_.new_label();
  const Assembler::Label after = code_.new_label();
  const auto arrive = [&](Op op, std::uint32_t id) {
    code_.li(kScratch2, id);
    code_.r(op, 0, kScratch2, kThreads);
  };
  code_.r(Op::kSh2add, kScratch, kThread, kExchange);
  code_.csr(Op::kCsrrs, kScratch2, isa::csr::kWarpid, 0);
  code_.i(Op::kAndi, kScratch2, kScratch2, 1);
  code_.branch(Op::kBne, kScratch2, 0, odd);
  code_.store(Op::kSw, source(), kScratch, 0);
  arrive(Op::kBarArrive, kFull);
  if (choice_.one_in(2)) alu();
  arrive(Op::kBarSync, kEmpty);
  jump(after);
  code_.place(odd);
  if (choice_.one_in(2)) floating();
  arrive(Op::kBarSync, kFull);
  // The thread's counterpart in the warp before.
  code_.i(Op::kLw, destination(), kScratch, -4 * 32);
  arrive(Op::kBarArrive, kEmpty);
  code_.place(after);
}

// Every thread reads another one's word. All living threads must come to the same number of these.
void Generator::exchange_in_cta(const Barrier& barrier) {
  code_.r(Op::kSh2add, kScratch, kThread, kExchange);
  code_.store(Op::kSw, source(), kScratch, 0);
  // (thread + distance) mod threads
  code_.i(Op::kAddi, kScratch, kThread, static_cast<std::int32_t>(choice_.below(threads_)));
  code_.r(Op::kSltu, kScratch2, kScratch, kThreads);
  code_.r(Op::kCzeroNez, kScratch2, kThreads, kScratch2);
  code_.r(Op::kSub, kScratch, kScratch, kScratch2);
  code_.r(Op::kSh2add, kScratch, kScratch, kExchange);
  this->barrier(barrier);
  code_.i(Op::kLw, destination(), kScratch, 0);
  this->barrier(barrier);
}

// The thread's word in the hot lines, back to back: lines that are still in flight for this warp or
// others.
void Generator::hot_access() {
  code_.i(Op::kLw, kScratch, kLocal, kHotAddress);
  for (std::uint32_t left = choice_.between(2, 5); left != 0; --left) access(kScratch, 0);
}

// Threads of a group write into the warp's line, several into the same bytes: the highest one
// stays.
void Generator::exchange_in_warp() {
  code_.i(Op::kAddi, kScratch, kWarpLine, 0);
  write_and_read_together();
}

void Generator::exchange_in_warp_shared() {
  warp_shared_address();
  write_and_read_together();
}

void Generator::warp_shared_address() {
  code_.csr(Op::kCsrrs, kScratch2, isa::csr::kWarpid, 0);
  code_.i(Op::kSlli, kScratch2, kScratch2, 6);
  static_assert(kWarpSharedWords * 4 == 1 << 6);
  code_.li(kScratch, kSharedWindow + threads_ * (kSharedWords + 1) * 4);
  code_.r(Op::kAdd, kScratch, kScratch, kScratch2);
}

// Any width, to bytes of the 64 at kScratch that depend on data, and a load of any width from
// there.
void Generator::write_and_read_together() {
  static constexpr std::array kStores = {Op::kSb, Op::kSh, Op::kSw, Op::kSw};
  static constexpr std::array kLoads = {Op::kLb, Op::kLbu, Op::kLh, Op::kLhu, Op::kLw};
  const Op store = choice_.of(kStores);
  const std::int32_t aligned = store == Op::kSb ? 63 : store == Op::kSh ? 62 : 60;
  // Few places make more threads meet.
  code_.i(Op::kAndi, kScratch2, source(), choice_.one_in(3) ? aligned & 7 : aligned);
  code_.r(Op::kAdd, kScratch2, kScratch2, kScratch);
  code_.fence();
  code_.store(store, source(), kScratch2, 0);
  code_.fence();
  code_.i(Op::kAndi, kScratch2, kScratch2, -4);
  code_.i(choice_.of(kLoads), destination(), kScratch2, 0);
}

}  // namespace heddle::random
