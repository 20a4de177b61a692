// Decoding of instruction words: the generated table's match, fields, and the rules that a mask
// cannot state.
#include "isa/instructions.hpp"

namespace heddle::isa {
namespace {

constexpr std::uint32_t field(std::uint32_t word, unsigned low, unsigned width) {
  return (word >> low) & ((1U << width) - 1);
}

constexpr std::uint32_t sign_extend(std::uint32_t value, unsigned width) {
  const std::uint32_t sign = 1U << (width - 1);
  return (value ^ sign) - sign;
}

// csrrw[i] always write; csrrs/c[i] unless the rs1/uimm field is 0.
bool writes_csr(Op op, std::uint32_t word) {
  return op == Op::kCsrrw || op == Op::kCsrrwi || field(word, 15, 5) != 0;
}

bool is_float_csr(std::uint32_t number) {
  return number == csr::kFflags || number == csr::kFrm || number == csr::kFcsr;
}

}  // namespace

std::uint32_t immediate(std::uint32_t word, Format format) {
  switch (format) {
    case Format::kI: return sign_extend(field(word, 20, 12), 12);
    case Format::kShift: return field(word, 20, 5);
    case Format::kS: return sign_extend(field(word, 25, 7) << 5 | field(word, 7, 5), 12);
    case Format::kB:
      return sign_extend(field(word, 31, 1) << 12 | field(word, 7, 1) << 11 |
                             field(word, 25, 6) << 5 | field(word, 8, 4) << 1,
                         13);
    case Format::kU: return word & 0xFFFFF000U;
    case Format::kJ:
      return sign_extend(field(word, 31, 1) << 20 | field(word, 12, 8) << 12 |
                             field(word, 20, 1) << 11 | field(word, 21, 10) << 1,
                         21);
    case Format::kCsr:
    case Format::kCsri: return field(word, 15, 5) << 12 | field(word, 20, 12);
    case Format::kNone:
    case Format::kR:
    case Format::kR4:
    case Format::kAmo: return 0;
  }
  return 0;
}

Instruction decode(std::uint32_t word, Extensions extensions) {
  Instruction result;
  result.word = word;
  const Op op = match(word);
  const Info& row = info(op);
  const std::uint32_t rm = field(word, 12, 3);
  const std::uint32_t csr_number = field(word, 20, 12);
  if (op == Op::kIllegal || (row.has_rm && (rm == 5 || rm == 6)) ||
      (row.unit == Unit::kCopy && !extensions.bulk_copies) ||
      ((row.unit == Unit::kMma || row.unit == Unit::kTensor) && !extensions.matrix_engine) ||
      (row.unit == Unit::kCsr && !csr_legal(csr_number, writes_csr(op, word)))) {
    return result;
  }
  result.op = op;
  result.unit = row.unit;
  result.format = row.format;
  result.rd = static_cast<std::uint8_t>(field(word, 7, 5));
  result.rs1 = static_cast<std::uint8_t>(op == Op::kEcall ? 17 : field(word, 15, 5));
  result.rs2 = static_cast<std::uint8_t>(op == Op::kEcall ? 10 : field(word, 20, 5));
  result.rs3 = static_cast<std::uint8_t>(field(word, row.rs3_is_rd ? 7 : 27, 5));
  result.rm = static_cast<std::uint8_t>(row.has_rm ? rm : 0);
  result.reads_rs1 = row.reads_rs1 && result.rs1 != 0;
  result.reads_rs2 = row.reads_rs2 && result.rs2 != 0;
  result.reads_rs3 = row.reads_rs3 && result.rs3 != 0;
  result.writes_rd = row.writes_rd && result.rd != 0;
  // The float CSRs wait for the flags of everything before them (execute.md, "CSR unit").
  result.drain = row.drain || (row.ordered && field(word, 25, 2) != 0) ||
                 (row.unit == Unit::kCsr && is_float_csr(csr_number));
  result.pair = row.pair;
  result.imm = immediate(word, row.format);
  return result;
}

}  // namespace heddle::isa
