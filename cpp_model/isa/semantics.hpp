// What instructions compute, without time: pure functions that the functional and the timed model
// share. Operands a, b, c are the values of rs1, rs2, rs3; imm is the decoded immediate
// (docs/architecture/execute.md, "The operand row").
#pragma once

#include <bit>
#include <cstdint>

#include "isa/float32.hpp"
#include "isa/instructions.hpp"
#include "isa/mbarrier.hpp"

namespace heddle::isa {

namespace detail {

constexpr std::int32_t as_signed(std::uint32_t value) { return static_cast<std::int32_t>(value); }
constexpr std::uint32_t as_unsigned(std::int32_t value) {
  return static_cast<std::uint32_t>(value);
}

constexpr std::uint32_t or_combine_bytes(std::uint32_t a) {
  // Bit 7 of every byte: the byte is not zero. The sum of the low seven bits cannot carry out.
  const std::uint32_t some = (((a & 0x7f7f7f7f) + 0x7f7f7f7f) | a) & 0x80808080;
  return (some - (some >> 7)) | some;
}

constexpr std::uint32_t reverse_bytes(std::uint32_t a) {
  return a << 24 | (a & 0xff00) << 8 | (a >> 8 & 0xff00) | a >> 24;
}

}  // namespace detail

/// Units ALU and JUMP (the link register). Instructions that write nothing give 0.
constexpr std::uint32_t alu(Op op, std::uint32_t a, std::uint32_t b, std::uint32_t imm,
                            std::uint32_t pc) {
  using detail::as_signed;
  using detail::as_unsigned;
  switch (op) {
    case Op::kLui: return imm;
    case Op::kAuipc: return pc + imm;
    case Op::kJal:
    case Op::kJalr: return pc + 4;
    case Op::kAddi: return a + imm;
    case Op::kSlti: return as_signed(a) < as_signed(imm) ? 1 : 0;
    case Op::kSltiu: return a < imm ? 1 : 0;
    case Op::kXori: return a ^ imm;
    case Op::kOri: return a | imm;
    case Op::kAndi: return a & imm;
    case Op::kSlli: return a << (imm & 31);
    case Op::kSrli: return a >> (imm & 31);
    case Op::kSrai: return as_unsigned(as_signed(a) >> (imm & 31));
    case Op::kAdd: return a + b;
    case Op::kSub: return a - b;
    case Op::kSll: return a << (b & 31);
    case Op::kSlt: return as_signed(a) < as_signed(b) ? 1 : 0;
    case Op::kSltu: return a < b ? 1 : 0;
    case Op::kXor: return a ^ b;
    case Op::kSrl: return a >> (b & 31);
    case Op::kSra: return as_unsigned(as_signed(a) >> (b & 31));
    case Op::kOr: return a | b;
    case Op::kAnd: return a & b;
    case Op::kSh1add: return (a << 1) + b;
    case Op::kSh2add: return (a << 2) + b;
    case Op::kSh3add: return (a << 3) + b;
    case Op::kAndn: return a & ~b;
    case Op::kOrn: return a | ~b;
    case Op::kXnor: return ~(a ^ b);
    case Op::kMax: return as_signed(a) < as_signed(b) ? b : a;
    case Op::kMaxu: return a < b ? b : a;
    case Op::kMin: return as_signed(a) < as_signed(b) ? a : b;
    case Op::kMinu: return a < b ? a : b;
    case Op::kRol: return a << (b & 31) | a >> (-b & 31);
    case Op::kRor: return a >> (b & 31) | a << (-b & 31);
    case Op::kRori: return a >> (imm & 31) | a << (-imm & 31);
    case Op::kClz: return static_cast<std::uint32_t>(std::countl_zero(a));
    case Op::kCtz: return static_cast<std::uint32_t>(std::countr_zero(a));
    case Op::kCpop: return static_cast<std::uint32_t>(std::popcount(a));
    case Op::kSextB: return as_unsigned(as_signed(a << 24) >> 24);
    case Op::kSextH: return as_unsigned(as_signed(a << 16) >> 16);
    case Op::kZextH: return a & 0xffff;
    case Op::kOrcB: return detail::or_combine_bytes(a);
    case Op::kRev8: return detail::reverse_bytes(a);
    case Op::kCzeroEqz: return b == 0 ? 0 : a;
    case Op::kCzeroNez: return b != 0 ? 0 : a;
    default: return 0;
  }
}

/// Unit MUL.
constexpr std::uint32_t multiply(Op op, std::uint32_t a, std::uint32_t b) {
  const auto sign_extended = [](std::uint32_t value) {
    return static_cast<std::uint64_t>(std::int64_t{detail::as_signed(value)});
  };
  // The low 64 bits of the product of the extended operands are right whatever their signs.
  switch (op) {
    case Op::kMul: return a * b;
    case Op::kMulh: return static_cast<std::uint32_t>(sign_extended(a) * sign_extended(b) >> 32);
    case Op::kMulhsu: return static_cast<std::uint32_t>(sign_extended(a) * std::uint64_t{b} >> 32);
    case Op::kMulhu: return static_cast<std::uint32_t>(std::uint64_t{a} * std::uint64_t{b} >> 32);
    default: return 0;
  }
}

/// Unit DIVIDE, integers: a quotient by 0 is all ones, a remainder by 0 is a; -2^31 / -1 is -2^31,
/// remainder 0.
constexpr std::uint32_t divide(Op op, std::uint32_t a, std::uint32_t b) {
  const bool overflow = a == 0x80000000 && b == 0xffffffff;
  switch (op) {
    case Op::kDiv:
      if (b == 0) return 0xffffffff;
      return overflow ? a : detail::as_unsigned(detail::as_signed(a) / detail::as_signed(b));
    case Op::kDivu: return b == 0 ? 0xffffffff : a / b;
    case Op::kRem:
      if (b == 0) return a;
      return overflow ? 0 : detail::as_unsigned(detail::as_signed(a) % detail::as_signed(b));
    case Op::kRemu: return b == 0 ? a : a % b;
    default: return 0;
  }
}

/// The rounding mode that a thread uses: `rm` of the instruction, or for rm = 7 its frm (reserved
/// values round to nearest even).
constexpr std::uint8_t resolve_rounding(std::uint8_t rm, std::uint8_t fcsr) {
  const int mode = rm == 7 ? fcsr >> 5 : rm;
  return static_cast<std::uint8_t>(mode > kRoundNearestMaxMagnitude ? kRoundNearestEven : mode);
}

/// fdiv.s and fsqrt.s, the divider's instructions that are floating() and raise flags.
constexpr bool is_float_divide(Op op) { return op == Op::kFdivS || op == Op::kFsqrtS; }

/// Unit FLOAT, fdiv.s and fsqrt.s; `rounding` is one of the five modes (see resolve_rounding).
FloatResult floating(Op op, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                     std::uint8_t rounding);

/// Unit BRANCH: is the branch taken?
constexpr bool branch_taken(Op op, std::uint32_t a, std::uint32_t b) {
  switch (op) {
    case Op::kBeq: return a == b;
    case Op::kBne: return a != b;
    case Op::kBlt: return detail::as_signed(a) < detail::as_signed(b);
    case Op::kBge: return detail::as_signed(a) >= detail::as_signed(b);
    case Op::kBltu: return a < b;
    case Op::kBgeu: return a >= b;
    default: return false;
  }
}

/// Where a thread goes after an instruction of the units BRANCH, JUMP and SYSTEM.
constexpr std::uint32_t next_pc(const Instruction& instruction, std::uint32_t a, std::uint32_t b,
                                std::uint32_t pc) {
  switch (instruction.op) {
    case Op::kJal: return pc + instruction.imm;
    case Op::kJalr: return (a + instruction.imm) & ~1u;
    default: return branch_taken(instruction.op, a, b) ? pc + instruction.imm : pc + 4;
  }
}

/// The call depth after an instruction (programming_model.md, "Divergence").
constexpr std::uint8_t next_depth(const Instruction& instruction, std::uint8_t depth) {
  if (instruction.op != Op::kJal && instruction.op != Op::kJalr) return depth;
  if (instruction.rd == 1) return depth == 255 ? depth : static_cast<std::uint8_t>(depth + 1);
  if (instruction.op == Op::kJalr && instruction.rd == 0 && instruction.rs1 == 1) {
    return depth == 0 ? depth : static_cast<std::uint8_t>(depth - 1);
  }
  return depth;
}

constexpr bool is_store(Op op) { return op == Op::kSb || op == Op::kSh || op == Op::kSw; }

constexpr bool is_atomic(Op op) {
  switch (op) {
    case Op::kAmoswapW:
    case Op::kAmoaddW:
    case Op::kAmoxorW:
    case Op::kAmoandW:
    case Op::kAmoorW:
    case Op::kAmominW:
    case Op::kAmomaxW:
    case Op::kAmominuW:
    case Op::kAmomaxuW:
    case Op::kAmocasW:
    case Op::kAmocasD:
    case Op::kAmofaddW: return true;
    default: return is_mbarrier_update(op);
  }
}

/// Bytes that a load, store or atomic touches: 1, 2, 4 or, of an mbarrier and amocas.d, 8; 0 for
/// anything else.
constexpr std::uint32_t access_size(Op op) {
  if (is_mbarrier_update(op) || op == Op::kAmocasD) return 8;
  if (is_atomic(op)) return 4;
  switch (op) {
    case Op::kLb:
    case Op::kLbu:
    case Op::kSb: return 1;
    case Op::kLh:
    case Op::kLhu:
    case Op::kSh: return 2;
    case Op::kLw:
    case Op::kSw:
    case Op::kMbarrierTest:
    case Op::kMbarrierTryWait: return 4;
    default: return 0;
  }
}

/// What the address of a load, store or atomic is a multiple of.
constexpr std::uint32_t access_alignment(Op op) { return is_mbarrier(op) ? 8 : access_size(op); }

/// True for the accesses of doublewords, which only the global (amocas.d) and the shared window
/// know.
constexpr bool is_doubleword(Op op) { return is_mbarrier(op) || op == Op::kAmocasD; }

/// The word that an atomic on a word leaves in memory; `b` is rs2, `c` what amocas.w compares with.
std::uint32_t atomic_update(Op op, std::uint32_t word, std::uint32_t b, std::uint32_t c);

/// The doubleword that amocas.d leaves in memory; `b` is the pair rs2, `c` the pair rd.
constexpr std::uint64_t compare_and_swap(std::uint64_t old, std::uint64_t b, std::uint64_t c) {
  return old == c ? b : old;
}

/// A load's result from the aligned word that holds its data; `offset` is the low two bits of the
/// address.
constexpr std::uint32_t load_extract(Op op, std::uint32_t word, std::uint32_t offset) {
  const std::uint32_t value = word >> (8 * (offset & 3));
  switch (op) {
    case Op::kLb: return detail::as_unsigned(detail::as_signed(value << 24) >> 24);
    case Op::kLbu: return value & 0xff;
    case Op::kLh: return detail::as_unsigned(detail::as_signed(value << 16) >> 16);
    case Op::kLhu: return value & 0xffff;
    default: return value;
  }
}

}  // namespace heddle::isa
