"""cpp_model/isa/instructions.hpp and .cpp: enumerations, the instruction table, matching of words."""

from table import FORMATS, UNITS

NOTICE = "// Made by isa/generate.py from isa/instructions.tsv and isa/csrs.tsv; do not edit.\n"

HEADER = """\
// The instruction set: numbers, fields, decoding and disassembly. Encodings come from the table in
// isa/; what an instruction does is in the semantics beside this file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heddle::isa {{

/// Every instruction; the numbers are those of the OP_* constants in rtl/generated/isa.svh.
enum class Op : std::uint8_t {{
  kIllegal,
{ops}}};
inline constexpr std::size_t kOpCount = {count};

/// What executes an instruction; numbered as UNIT_*.
enum class Unit : std::uint8_t {{
{units}}};

/// Where an instruction keeps its immediate; numbered as FORMAT_*.
enum class Format : std::uint8_t {{
{formats}}};

/// CSR numbers.
namespace csr {{
{csrs}}}  // namespace csr

/// A decoded instruction. Fields that the format does not have hold whatever the word has there.
struct Instruction {{
  Op op = Op::kIllegal;
  Unit unit = Unit::kAlu;
  Format format = Format::kNone;
  std::uint8_t rd = 0;
  std::uint8_t rs1 = 0;    ///< 17 (a7) for ecall
  std::uint8_t rs2 = 0;    ///< 10 (a0) for ecall
  std::uint8_t rs3 = 0;    ///< rd for amocas
  std::uint8_t rm = 0;     ///< rounding mode; 0 when the instruction has none
  bool reads_rs1 = false;  ///< false also for x0; likewise the next three
  bool reads_rs2 = false;
  bool reads_rs3 = false;
  bool writes_rd = false;
  bool drain = false;      ///< issues only when its warp has nothing in flight
  bool pair = false;       ///< rs2, rs3 and rd name pairs of registers, low word first
  std::uint32_t imm = 0;   ///< docs/architecture/execute.md, "The operand row"
  std::uint32_t word = 0;  ///< the instruction itself
}};

/// What the table says about one instruction.
struct Info {{
  std::uint32_t mask;
  std::uint32_t match;
  const char* name;
  const char* operands;  ///< assembler text: field names and punctuation
  Unit unit;
  Format format;
  bool reads_rs1;
  bool reads_rs2;
  bool reads_rs3;
  bool writes_rd;
  bool has_rm;
  bool drain;
  bool ordered;    ///< drains if aq or rl (bits 26, 25) is set
  bool rs3_is_rd;  ///< reads rd as rs3
  bool pair;       ///< rs2, rs3 and rd name pairs of registers
}};

/// The table's row of an instruction; that of kIllegal is empty.
const Info& info(Op op);

/// The instruction that a word encodes, rounding mode and CSR number not looked at.
Op match(std::uint32_t word);

/// The immediate of a word, by the rules of docs/architecture/execute.md, "The operand row".
std::uint32_t immediate(std::uint32_t word, Format format);

/// True if the CSR exists and, with `writes`, may be written.
bool csr_legal(std::uint32_t number, bool writes);

/// The CSR's name ("tid.x"), or "" if there is none of that number.
std::string_view csr_name(std::uint32_t number);

/// Assembler name ("fcvt.w.s"); "illegal" for kIllegal.
const char* name(Op op);

/// What a configuration has or has not.
struct Extensions {{
  bool bulk_copies = true;    ///< bulk.load
  bool matrix_engine = true;  ///< tensor.*
}};

/// Decodes a word. A rounding mode of 5 or 6, a CSR that does not exist, a write to a read-only
/// one, and what the configuration has not give kIllegal (docs/architecture/programming_model.md).
Instruction decode(std::uint32_t word, Extensions extensions = {{}});

/// Assembler text of a word at address `pc`, spelled as `llvm-objdump -M no-aliases
/// --no-print-imm-hex` does, with a space between mnemonic and operands; our CSRs and Xheddle by
/// their names. A word that encodes no instruction, or a reserved rounding mode, gives ".word 0x…".
std::string disassemble(std::uint32_t word, std::uint32_t pc);

}}  // namespace heddle::isa
"""

SOURCE = """\
#include "isa/instructions.hpp"

#include <array>

namespace heddle::isa {{
namespace {{

// clang-format off
constexpr std::array<Info, kOpCount> kTable{{{{
{table}}}}};
// clang-format on

}}  // namespace

const Info& info(Op op) {{ return kTable[static_cast<std::size_t>(op)]; }}

const char* name(Op op) {{ return info(op).name; }}

Op match(std::uint32_t word) {{
{switches}  return Op::kIllegal;
}}

bool csr_legal(std::uint32_t number, bool writes) {{
  switch (number) {{
{writable} return true;
{read_only} return !writes;
    default: return false;
  }}
}}

std::string_view csr_name(std::uint32_t number) {{
  switch (number) {{
{names}    default: return {{}};
  }}
}}

}}  // namespace heddle::isa
"""


def boolean(value):
    return "true" if value else "false"


def camel(name):
    return "k" + name.capitalize()


def header(instructions, csrs):
    return NOTICE + HEADER.format(
        ops="".join(f"  k{op.camel},\n" for op in instructions),
        count=len(instructions) + 1,
        units="".join(f"  {camel(unit)},\n" for unit in UNITS),
        formats="".join(f"  {camel(form)},\n" for form in FORMATS),
        csrs="".join(f"inline constexpr std::uint32_t k{csr.camel} = 0x{csr.number:03X};\n" for csr in csrs))


def row(op):
    return (f"  {{0x{op.mask:08X}, 0x{op.match:08X}, \"{op.name}\", \"{op.operands}\", Unit::{camel(op.unit)}, "
            f"Format::{camel(op.format)}, {boolean(op.reads('rs1'))}, {boolean(op.reads('rs2'))}, "
            f"{boolean(op.reads('rs3'))}, {boolean(op.writes_rd)}, {boolean(op.has_rm)}, {boolean(op.drain)}, "
            f"{boolean(op.ordered)}, {boolean(op.rs3_is_rd)}, {boolean(op.pair)}}},\n")


def source(instructions, csrs):
    empty = f'  {{0, 0, "illegal", "", Unit::kAlu, Format::kNone{", false" * 9}}},\n'
    switches = ""
    for mask in sorted({op.mask for op in instructions}):
        switches += f"  switch (word & 0x{mask:08X}) {{\n"
        for op in instructions:
            if op.mask == mask:
                switches += f"    case 0x{op.match:08X}: return Op::k{op.camel};\n"
        switches += "    default: break;\n  }\n"
    return NOTICE + SOURCE.format(
        table=empty + "".join(map(row, instructions)),
        switches=switches,
        writable="\n".join(f"    case csr::k{csr.camel}:" for csr in csrs if csr.writable),
        read_only="\n".join(f"    case csr::k{csr.camel}:" for csr in csrs if not csr.writable),
        names="".join(f"    case csr::k{csr.camel}: return \"{csr.name}\";\n" for csr in csrs))
