// A small assembler for tests: instructions of the generated table, with labels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isa/instructions.hpp"

namespace heddle::random {

/// The fields of one instruction; those that the format does not have must be 0. `imm` is what
/// decode() gives: offsets in bytes, the upper immediate in place, a CSR number (with `rs1` the
/// register or uimm field).
struct Fields {
  std::uint32_t rd = 0;
  std::uint32_t rs1 = 0;
  std::uint32_t rs2 = 0;
  std::uint32_t rs3 = 0;
  std::uint32_t imm = 0;
  std::uint32_t rm = 0;
};

/// The instruction word. Throws std::out_of_range when the immediate does not fit.
std::uint32_t encode(isa::Op op, const Fields& fields);

/// Collects code from a base address on. References to labels may come before the label is placed.
class Assembler {
 public:
  using Label = std::size_t;

  explicit Assembler(std::uint32_t base) : base_(base) {}

  Label new_label();
  /// A label at the current end of the code.
  Label here();
  void place(Label label);

  std::uint32_t pc() const { return base_ + static_cast<std::uint32_t>(4 * code_.size()); }

  void emit(isa::Op op, const Fields& fields);
  void emit_word(std::uint32_t word) { code_.push_back(word); }

  /// op rd, rs1, rs2
  void r(isa::Op op, std::uint32_t rd, std::uint32_t rs1, std::uint32_t rs2);
  /// op rd, rs1, imm; also loads
  void i(isa::Op op, std::uint32_t rd, std::uint32_t rs1, std::int32_t imm);
  /// op rs2, imm(rs1)
  void store(isa::Op op, std::uint32_t rs2, std::uint32_t rs1, std::int32_t imm);
  /// op rd, rs2, (rs1); `ordering`: 2 for .aq, 1 for .rl, 3 for .aqrl
  void atomic(isa::Op op, std::uint32_t rd, std::uint32_t rs2, std::uint32_t rs1,
              std::uint32_t ordering = 0);
  void branch(isa::Op op, std::uint32_t rs1, std::uint32_t rs2, Label target);
  void jal(std::uint32_t rd, Label target);
  void jalr(std::uint32_t rd, std::uint32_t rs1, std::int32_t imm = 0);
  /// One or two instructions that load a constant.
  void li(std::uint32_t rd, std::uint32_t value);
  /// auipc and addi.
  void la(std::uint32_t rd, Label target);
  /// op rd, csr, rs1 (register number, or uimm for the immediate forms)
  void csr(isa::Op op, std::uint32_t rd, std::uint32_t number, std::uint32_t rs1);
  void exit() { emit(isa::Op::kExit, {}); }
  void barrier() { emit(isa::Op::kBarSync, {}); }
  void fence();

  /// The code, with all references filled in. Throws std::out_of_range when one does not reach its
  /// label, and std::logic_error for a label that was never placed.
  std::vector<std::uint32_t> finish() const;

 private:
  enum class Kind { kRelative, kUpper, kLower };
  struct Reference {
    std::size_t index;  // of the instruction
    Kind kind;
    isa::Op op;
    Fields fields;
    Label label;
  };

  void refer(Kind kind, isa::Op op, const Fields& fields, Label label);

  std::uint32_t base_;
  std::vector<std::uint32_t> code_;
  std::vector<std::uint32_t> labels_;  // addresses
  std::vector<Reference> references_;
};

/// Address, word and text of every instruction, a line each.
std::string listing(const std::vector<std::uint32_t>& code, std::uint32_t base);

}  // namespace heddle::random
