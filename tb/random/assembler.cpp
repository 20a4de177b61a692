#include "random/assembler.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace heddle::random {
namespace {

using isa::Format;
using isa::Op;

constexpr std::uint32_t kUnplaced = 0xffffffff;

std::uint32_t bits(std::uint32_t value, unsigned high, unsigned low) {
  return value >> low & ((2u << (high - low)) - 1);
}

std::uint32_t place_immediate(Format format, std::uint32_t imm) {
  switch (format) {
    case Format::kI: return bits(imm, 11, 0) << 20;
    case Format::kShift: return bits(imm, 4, 0) << 20;
    case Format::kS: return bits(imm, 11, 5) << 25 | bits(imm, 4, 0) << 7;
    case Format::kB:
      return bits(imm, 12, 12) << 31 | bits(imm, 10, 5) << 25 | bits(imm, 4, 1) << 8 |
             bits(imm, 11, 11) << 7;
    case Format::kU: return imm & 0xfffff000;
    case Format::kJ:
      return bits(imm, 20, 20) << 31 | bits(imm, 10, 1) << 21 | bits(imm, 11, 11) << 20 |
             bits(imm, 19, 12) << 12;
    case Format::kCsr:
    case Format::kCsri: return bits(imm, 11, 0) << 20;
    default: return 0;
  }
}

// What the immediate of an encoded word reads as, without the rs1 field that decode() packs beside
// a CSR number.
std::uint32_t read_immediate(Format format, std::uint32_t word) {
  const std::uint32_t imm = isa::immediate(word, format);
  return format == Format::kCsr || format == Format::kCsri ? imm & 0xfff : imm;
}

}  // namespace

std::uint32_t encode(Op op, const Fields& fields) {
  const isa::Info& info = isa::info(op);
  std::uint32_t word = info.match | place_immediate(info.format, fields.imm) | fields.rd << 7 |
                       fields.rs1 << 15 | fields.rs2 << 20 | fields.rs3 << 27;
  if (info.has_rm) word |= fields.rm << 12;
  if (read_immediate(info.format, word) != fields.imm) {
    throw std::out_of_range(
        fmt::format("{} cannot encode the immediate {:#x}", info.name, fields.imm));
  }
  return word;
}

Assembler::Label Assembler::new_label() {
  labels_.push_back(kUnplaced);
  return labels_.size() - 1;
}

Assembler::Label Assembler::here() {
  const Label label = new_label();
  place(label);
  return label;
}

void Assembler::place(Label label) { labels_.at(label) = pc(); }

void Assembler::emit(Op op, const Fields& fields) { code_.push_back(encode(op, fields)); }

void Assembler::r(Op op, std::uint32_t rd, std::uint32_t rs1, std::uint32_t rs2) {
  emit(op, {.rd = rd, .rs1 = rs1, .rs2 = rs2});
}

void Assembler::i(Op op, std::uint32_t rd, std::uint32_t rs1, std::int32_t imm) {
  emit(op, {.rd = rd, .rs1 = rs1, .imm = static_cast<std::uint32_t>(imm)});
}

void Assembler::store(Op op, std::uint32_t rs2, std::uint32_t rs1, std::int32_t imm) {
  emit(op, {.rs1 = rs1, .rs2 = rs2, .imm = static_cast<std::uint32_t>(imm)});
}

void Assembler::atomic(Op op, std::uint32_t rd, std::uint32_t rs2, std::uint32_t rs1,
                       std::uint32_t ordering) {
  emit_word(encode(op, {.rd = rd, .rs1 = rs1, .rs2 = rs2}) | ordering << 25);
}

void Assembler::branch(Op op, std::uint32_t rs1, std::uint32_t rs2, Label target) {
  refer(Kind::kRelative, op, {.rs1 = rs1, .rs2 = rs2}, target);
}

void Assembler::jal(std::uint32_t rd, Label target) {
  refer(Kind::kRelative, Op::kJal, {.rd = rd}, target);
}

void Assembler::jalr(std::uint32_t rd, std::uint32_t rs1, std::int32_t imm) {
  i(Op::kJalr, rd, rs1, imm);
}

void Assembler::li(std::uint32_t rd, std::uint32_t value) {
  const std::uint32_t upper = (value + 0x800) & 0xfffff000;
  const auto lower = static_cast<std::int32_t>(value - upper);
  if (upper == 0) {
    i(Op::kAddi, rd, 0, lower);
    return;
  }
  emit(Op::kLui, {.rd = rd, .imm = upper});
  if (lower != 0) i(Op::kAddi, rd, rd, lower);
}

void Assembler::la(std::uint32_t rd, Label target) {
  refer(Kind::kUpper, Op::kAuipc, {.rd = rd}, target);
  refer(Kind::kLower, Op::kAddi, {.rd = rd, .rs1 = rd}, target);
}

void Assembler::csr(Op op, std::uint32_t rd, std::uint32_t number, std::uint32_t rs1) {
  emit(op, {.rd = rd, .rs1 = rs1, .imm = number});
}

void Assembler::fence() { emit_word(encode(Op::kFence, {}) | 0x0ff00000); }

void Assembler::refer(Kind kind, Op op, const Fields& fields, Label label) {
  references_.push_back({code_.size(), kind, op, fields, label});
  code_.push_back(0);
}

std::vector<std::uint32_t> Assembler::finish() const {
  std::vector<std::uint32_t> code = code_;
  for (const Reference& reference : references_) {
    const std::uint32_t target = labels_.at(reference.label);
    if (target == kUnplaced) throw std::logic_error("assembler: a label was never placed");
    // auipc's own address counts for both halves of an address.
    const std::size_t origin = reference.index - (reference.kind == Kind::kLower ? 1 : 0);
    const std::uint32_t offset = target - (base_ + static_cast<std::uint32_t>(4 * origin));
    const std::uint32_t upper = (offset + 0x800) & 0xfffff000;
    Fields fields = reference.fields;
    switch (reference.kind) {
      case Kind::kRelative: fields.imm = offset; break;
      case Kind::kUpper: fields.imm = upper; break;
      case Kind::kLower: fields.imm = offset - upper; break;
    }
    code[reference.index] = encode(reference.op, fields);
  }
  return code;
}

std::string listing(const std::vector<std::uint32_t>& code, std::uint32_t base) {
  std::string text;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::uint32_t pc = base + static_cast<std::uint32_t>(4 * i);
    text += fmt::format("{:08x}: {:08x}  {}\n", pc, code[i], isa::disassemble(code[i], pc));
  }
  return text;
}

}  // namespace heddle::random
