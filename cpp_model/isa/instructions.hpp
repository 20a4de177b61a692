// Made by isa/generate.py from isa/instructions.tsv and isa/csrs.tsv; do not edit.
// The instruction set: numbers, fields, decoding and disassembly. Encodings come from the table in
// isa/; what an instruction does is in the semantics beside this file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heddle::isa {

/// Every instruction; the numbers are those of the OP_* constants in rtl/generated/isa.svh.
enum class Op : std::uint8_t {
  kIllegal,
  kLui,
  kAuipc,
  kJal,
  kJalr,
  kBeq,
  kBne,
  kBlt,
  kBge,
  kBltu,
  kBgeu,
  kLb,
  kLh,
  kLw,
  kLbu,
  kLhu,
  kSb,
  kSh,
  kSw,
  kAddi,
  kSlti,
  kSltiu,
  kXori,
  kOri,
  kAndi,
  kSlli,
  kSrli,
  kSrai,
  kAdd,
  kSub,
  kSll,
  kSlt,
  kSltu,
  kXor,
  kSrl,
  kSra,
  kOr,
  kAnd,
  kFence,
  kFenceI,
  kEcall,
  kEbreak,
  kCsrrw,
  kCsrrs,
  kCsrrc,
  kCsrrwi,
  kCsrrsi,
  kCsrrci,
  kMul,
  kMulh,
  kMulhsu,
  kMulhu,
  kDiv,
  kDivu,
  kRem,
  kRemu,
  kSh1add,
  kSh2add,
  kSh3add,
  kAndn,
  kOrn,
  kXnor,
  kMax,
  kMaxu,
  kMin,
  kMinu,
  kRol,
  kRor,
  kRori,
  kClz,
  kCtz,
  kCpop,
  kSextB,
  kSextH,
  kZextH,
  kOrcB,
  kRev8,
  kCzeroEqz,
  kCzeroNez,
  kFmaddS,
  kFmsubS,
  kFnmsubS,
  kFnmaddS,
  kFaddS,
  kFsubS,
  kFmulS,
  kFdivS,
  kFsqrtS,
  kFsgnjS,
  kFsgnjnS,
  kFsgnjxS,
  kFminS,
  kFmaxS,
  kFeqS,
  kFltS,
  kFleS,
  kFclassS,
  kFcvtWS,
  kFcvtWuS,
  kFcvtSW,
  kFcvtSWu,
  kFcvtSH,
  kFcvtHS,
  kFcvtSBf16,
  kFcvtBf16S,
  kExit,
  kBarSync,
  kBarArrive,
  kWarpsync,
  kShflUp,
  kShflDown,
  kShflBfly,
  kShflIdx,
  kVoteAll,
  kVoteAny,
  kVoteBallot,
  kActivemask,
  kMatchAny,
  kMatchAll,
  kReduxAdd,
  kReduxMin,
  kReduxMax,
  kReduxMinu,
  kReduxMaxu,
  kReduxAnd,
  kReduxOr,
  kReduxXor,
  kFcvtE4m3x2S,
  kFcvtE5m2x2S,
  kFcvtHx2S,
  kFcvtSE4m3,
  kFcvtSE5m2,
  kRcpApprox,
  kRsqrtApprox,
  kEx2Approx,
  kLg2Approx,
  kSinApprox,
  kCosApprox,
  kTanhApprox,
  kAmoswapW,
  kAmoaddW,
  kAmoxorW,
  kAmoandW,
  kAmoorW,
  kAmominW,
  kAmomaxW,
  kAmominuW,
  kAmomaxuW,
  kAmocasW,
  kAmocasD,
  kAmofaddW,
  kMbarrierArrive,
  kMbarrierArriveDrop,
  kMbarrierExpectTx,
  kMbarrierCompleteTx,
  kMbarrierTest,
  kMbarrierTryWait,
  kBulkLoad,
  kTensorMma,
  kTensorCommit,
  kTensorAlloc,
  kTensorDealloc,
  kTensorLd,
  kTensorSt,
};
inline constexpr std::size_t kOpCount = 164;

/// What executes an instruction; numbered as UNIT_*.
enum class Unit : std::uint8_t {
  kAlu,
  kMul,
  kFloat,
  kCsr,
  kBranch,
  kJump,
  kSystem,
  kMemory,
  kDivide,
  kWarp,
  kSfu,
  kCopy,
  kMma,
  kTensor,
};

/// Where an instruction keeps its immediate; numbered as FORMAT_*.
enum class Format : std::uint8_t {
  kNone,
  kR,
  kR4,
  kI,
  kShift,
  kS,
  kB,
  kU,
  kJ,
  kCsr,
  kCsri,
  kAmo,
};

/// CSR numbers.
namespace csr {
inline constexpr std::uint32_t kFflags = 0x001;
inline constexpr std::uint32_t kFrm = 0x002;
inline constexpr std::uint32_t kFcsr = 0x003;
inline constexpr std::uint32_t kCycle = 0xC00;
inline constexpr std::uint32_t kTime = 0xC01;
inline constexpr std::uint32_t kInstret = 0xC02;
inline constexpr std::uint32_t kCycleh = 0xC80;
inline constexpr std::uint32_t kTimeh = 0xC81;
inline constexpr std::uint32_t kInstreth = 0xC82;
inline constexpr std::uint32_t kTidX = 0xCC0;
inline constexpr std::uint32_t kTidY = 0xCC1;
inline constexpr std::uint32_t kTidZ = 0xCC2;
inline constexpr std::uint32_t kNtidX = 0xCC3;
inline constexpr std::uint32_t kNtidY = 0xCC4;
inline constexpr std::uint32_t kNtidZ = 0xCC5;
inline constexpr std::uint32_t kCtaidX = 0xCC6;
inline constexpr std::uint32_t kCtaidY = 0xCC7;
inline constexpr std::uint32_t kCtaidZ = 0xCC8;
inline constexpr std::uint32_t kNctaidX = 0xCC9;
inline constexpr std::uint32_t kNctaidY = 0xCCA;
inline constexpr std::uint32_t kNctaidZ = 0xCCB;
inline constexpr std::uint32_t kLaneid = 0xCCC;
inline constexpr std::uint32_t kWarpid = 0xCCD;
inline constexpr std::uint32_t kNwarpid = 0xCCE;
inline constexpr std::uint32_t kSmid = 0xCCF;
inline constexpr std::uint32_t kNsmid = 0xCD0;
inline constexpr std::uint32_t kLanemaskEq = 0xCD1;
inline constexpr std::uint32_t kLanemaskLe = 0xCD2;
inline constexpr std::uint32_t kLanemaskLt = 0xCD3;
inline constexpr std::uint32_t kLanemaskGe = 0xCD4;
inline constexpr std::uint32_t kLanemaskGt = 0xCD5;
inline constexpr std::uint32_t kArgptr = 0xCD6;
inline constexpr std::uint32_t kSharedSize = 0xCD7;
inline constexpr std::uint32_t kLocalSize = 0xCD8;
}  // namespace csr

/// A decoded instruction. Fields that the format does not have hold whatever the word has there.
struct Instruction {
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
};

/// What the table says about one instruction.
struct Info {
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
};

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
struct Extensions {
  bool bulk_copies = true;    ///< bulk.load
  bool matrix_engine = true;  ///< tensor.*
};

/// Decodes a word. A rounding mode of 5 or 6, a CSR that does not exist, a write to a read-only
/// one, and what the configuration has not give kIllegal (docs/architecture/programming_model.md).
Instruction decode(std::uint32_t word, Extensions extensions = {});

/// Assembler text of a word at address `pc`, spelled as `llvm-objdump -M no-aliases
/// --no-print-imm-hex` does, with a space between mnemonic and operands; our CSRs and Xheddle by
/// their names. A word that encodes no instruction, or a reserved rounding mode, gives ".word 0x…".
std::string disassemble(std::uint32_t word, std::uint32_t pc);

}  // namespace heddle::isa
