// Assembler text, from the operand syntax in the generated table.
#include <fmt/format.h>

#include <array>
#include <cctype>

#include "isa/instructions.hpp"

namespace heddle::isa {
namespace {

constexpr std::array<const char*, 32> kRegisters{
    "zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
    "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

// 5 and 6 are reserved; such words do not get this far.
constexpr std::array<const char*, 8> kRoundingModes{"rne", "rtz", "rdn", "rup",
                                                    "rmm", "",    "",    "dyn"};

// By aq and rl.
constexpr std::array<const char*, 4> kOrderings{"", ".rl", ".aq", ".aqrl"};

constexpr std::uint32_t kFenceTso = 0x83300000;

std::uint32_t bits(std::uint32_t word, unsigned low, unsigned width) {
  return (word >> low) & ((1U << width) - 1);
}

std::string fence_set(std::uint32_t set) {
  std::string text;
  for (unsigned bit = 0; bit < 4; ++bit) {
    if ((set & (8U >> bit)) != 0) text += "iorw"[bit];
  }
  return text.empty() ? "0" : text;
}

std::string csr_text(std::uint32_t number) {
  const std::string_view known = csr_name(number);
  return known.empty() ? fmt::format("{}", number) : std::string(known);
}

// Text of the operand that the table calls `token`.
std::string operand(std::string_view token, std::uint32_t word, std::uint32_t imm,
                    std::uint32_t pc) {
  if (token == "rd") return kRegisters[bits(word, 7, 5)];
  if (token == "rs1") return kRegisters[bits(word, 15, 5)];
  if (token == "rs2") return kRegisters[bits(word, 20, 5)];
  if (token == "rs3") return kRegisters[bits(word, 27, 5)];
  if (token == "rm") return kRoundingModes[bits(word, 12, 3)];
  if (token == "csr") return csr_text(bits(word, 20, 12));
  if (token == "uimm") return fmt::format("{}", bits(word, 15, 5));
  if (token == "pred") return fence_set(bits(word, 24, 4));
  if (token == "succ") return fence_set(bits(word, 20, 4));
  if (token == "upper") return fmt::format("{}", imm >> 12);
  if (token == "target") return fmt::format("0x{:x}", pc + imm);
  return fmt::format("{}", static_cast<std::int32_t>(imm));
}

}  // namespace

std::string disassemble(std::uint32_t word, std::uint32_t pc) {
  const Op op = match(word);
  const Info& row = info(op);
  const std::uint32_t rm = bits(word, 12, 3);
  if (op == Op::kIllegal || (row.has_rm && (rm == 5 || rm == 6))) {
    return fmt::format(".word 0x{:08x}", word);
  }
  if (op == Op::kFence && (word & 0xFFF00000U) == kFenceTso) return "fence.tso";
  std::string text = row.name;
  if (row.format == Format::kAmo) text += kOrderings[bits(word, 25, 2)];
  std::string_view syntax = row.operands;
  // LLVM leaves out the mode of this exact conversion when it is the usual one.
  if (op == Op::kFcvtSH && rm == 0) syntax.remove_suffix(std::string_view(", rm").size());
  if (!syntax.empty()) text += ' ';
  const std::uint32_t imm = immediate(word, row.format);
  while (!syntax.empty()) {
    std::size_t length = 0;
    while (length < syntax.size() &&
           std::isalnum(static_cast<unsigned char>(syntax[length])) != 0) {
      ++length;
    }
    if (length == 0) {
      text += syntax.front();
      syntax.remove_prefix(1);
    } else {
      text += operand(syntax.substr(0, length), word, imm, pc);
      syntax.remove_prefix(length);
    }
  }
  return text;
}

}  // namespace heddle::isa
