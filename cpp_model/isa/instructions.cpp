// Made by isa/generate.py from isa/instructions.tsv and isa/csrs.tsv; do not edit.
#include "isa/instructions.hpp"

#include <array>

namespace heddle::isa {
namespace {

// clang-format off
constexpr std::array<Info, kOpCount> kTable{{
  {0, 0, "illegal", "", Unit::kAlu, Format::kNone, false, false, false, false, false, false, false, false, false},
  {0x0000007F, 0x00000037, "lui", "rd, upper", Unit::kAlu, Format::kU, false, false, false, true, false, false, false, false, false},
  {0x0000007F, 0x00000017, "auipc", "rd, upper", Unit::kAlu, Format::kU, false, false, false, true, false, false, false, false, false},
  {0x0000007F, 0x0000006F, "jal", "rd, target", Unit::kJump, Format::kJ, false, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00000067, "jalr", "rd, imm(rs1)", Unit::kJump, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00000063, "beq", "rs1, rs2, target", Unit::kBranch, Format::kB, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x00001063, "bne", "rs1, rs2, target", Unit::kBranch, Format::kB, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x00004063, "blt", "rs1, rs2, target", Unit::kBranch, Format::kB, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x00005063, "bge", "rs1, rs2, target", Unit::kBranch, Format::kB, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x00006063, "bltu", "rs1, rs2, target", Unit::kBranch, Format::kB, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x00007063, "bgeu", "rs1, rs2, target", Unit::kBranch, Format::kB, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x00000003, "lb", "rd, imm(rs1)", Unit::kMemory, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00001003, "lh", "rd, imm(rs1)", Unit::kMemory, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00002003, "lw", "rd, imm(rs1)", Unit::kMemory, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00004003, "lbu", "rd, imm(rs1)", Unit::kMemory, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00005003, "lhu", "rd, imm(rs1)", Unit::kMemory, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00000023, "sb", "rs2, imm(rs1)", Unit::kMemory, Format::kS, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x00001023, "sh", "rs2, imm(rs1)", Unit::kMemory, Format::kS, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x00002023, "sw", "rs2, imm(rs1)", Unit::kMemory, Format::kS, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x00000013, "addi", "rd, rs1, imm", Unit::kAlu, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00002013, "slti", "rd, rs1, imm", Unit::kAlu, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00003013, "sltiu", "rd, rs1, imm", Unit::kAlu, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00004013, "xori", "rd, rs1, imm", Unit::kAlu, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00006013, "ori", "rd, rs1, imm", Unit::kAlu, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00007013, "andi", "rd, rs1, imm", Unit::kAlu, Format::kI, true, false, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00001013, "slli", "rd, rs1, imm", Unit::kAlu, Format::kShift, true, false, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00005013, "srli", "rd, rs1, imm", Unit::kAlu, Format::kShift, true, false, false, true, false, false, false, false, false},
  {0xFE00707F, 0x40005013, "srai", "rd, rs1, imm", Unit::kAlu, Format::kShift, true, false, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00000033, "add", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x40000033, "sub", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00001033, "sll", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00002033, "slt", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00003033, "sltu", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00004033, "xor", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00005033, "srl", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x40005033, "sra", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00006033, "or", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x00007033, "and", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0x0000707F, 0x0000000F, "fence", "pred, succ", Unit::kAlu, Format::kNone, false, false, false, false, false, true, false, false, false},
  {0x0000707F, 0x0000100F, "fence.i", "", Unit::kSystem, Format::kNone, false, false, false, false, false, true, false, false, false},
  {0xFFFFFFFF, 0x00000073, "ecall", "", Unit::kSystem, Format::kNone, true, true, false, false, false, true, false, false, false},
  {0xFFFFFFFF, 0x00100073, "ebreak", "", Unit::kAlu, Format::kNone, false, false, false, false, false, false, false, false, false},
  {0x0000707F, 0x00001073, "csrrw", "rd, csr, rs1", Unit::kCsr, Format::kCsr, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00002073, "csrrs", "rd, csr, rs1", Unit::kCsr, Format::kCsr, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00003073, "csrrc", "rd, csr, rs1", Unit::kCsr, Format::kCsr, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00005073, "csrrwi", "rd, csr, uimm", Unit::kCsr, Format::kCsri, false, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00006073, "csrrsi", "rd, csr, uimm", Unit::kCsr, Format::kCsri, false, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x00007073, "csrrci", "rd, csr, uimm", Unit::kCsr, Format::kCsri, false, false, false, true, false, false, false, false, false},
  {0xFE00707F, 0x02000033, "mul", "rd, rs1, rs2", Unit::kMul, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x02001033, "mulh", "rd, rs1, rs2", Unit::kMul, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x02002033, "mulhsu", "rd, rs1, rs2", Unit::kMul, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x02003033, "mulhu", "rd, rs1, rs2", Unit::kMul, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x02004033, "div", "rd, rs1, rs2", Unit::kDivide, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x02005033, "divu", "rd, rs1, rs2", Unit::kDivide, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x02006033, "rem", "rd, rs1, rs2", Unit::kDivide, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x02007033, "remu", "rd, rs1, rs2", Unit::kDivide, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x20002033, "sh1add", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x20004033, "sh2add", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x20006033, "sh3add", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x40007033, "andn", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x40006033, "orn", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x40004033, "xnor", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0A006033, "max", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0A007033, "maxu", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0A004033, "min", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0A005033, "minu", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x60001033, "rol", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x60005033, "ror", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x60005013, "rori", "rd, rs1, imm", Unit::kAlu, Format::kShift, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x60001013, "clz", "rd, rs1", Unit::kAlu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x60101013, "ctz", "rd, rs1", Unit::kAlu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x60201013, "cpop", "rd, rs1", Unit::kAlu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x60401013, "sext.b", "rd, rs1", Unit::kAlu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x60501013, "sext.h", "rd, rs1", Unit::kAlu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x08004033, "zext.h", "rd, rs1", Unit::kAlu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x28705013, "orc.b", "rd, rs1", Unit::kAlu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x69805013, "rev8", "rd, rs1", Unit::kAlu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0E005033, "czero.eqz", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0E007033, "czero.nez", "rd, rs1, rs2", Unit::kAlu, Format::kR, true, true, false, true, false, false, false, false, false},
  {0x0600007F, 0x00000043, "fmadd.s", "rd, rs1, rs2, rs3, rm", Unit::kFloat, Format::kR4, true, true, true, true, true, false, false, false, false},
  {0x0600007F, 0x00000047, "fmsub.s", "rd, rs1, rs2, rs3, rm", Unit::kFloat, Format::kR4, true, true, true, true, true, false, false, false, false},
  {0x0600007F, 0x0000004B, "fnmsub.s", "rd, rs1, rs2, rs3, rm", Unit::kFloat, Format::kR4, true, true, true, true, true, false, false, false, false},
  {0x0600007F, 0x0000004F, "fnmadd.s", "rd, rs1, rs2, rs3, rm", Unit::kFloat, Format::kR4, true, true, true, true, true, false, false, false, false},
  {0xFE00007F, 0x00000053, "fadd.s", "rd, rs1, rs2, rm", Unit::kFloat, Format::kR, true, true, false, true, true, false, false, false, false},
  {0xFE00007F, 0x08000053, "fsub.s", "rd, rs1, rs2, rm", Unit::kFloat, Format::kR, true, true, false, true, true, false, false, false, false},
  {0xFE00007F, 0x10000053, "fmul.s", "rd, rs1, rs2, rm", Unit::kFloat, Format::kR, true, true, false, true, true, false, false, false, false},
  {0xFE00007F, 0x18000053, "fdiv.s", "rd, rs1, rs2, rm", Unit::kDivide, Format::kR, true, true, false, true, true, false, false, false, false},
  {0xFFF0007F, 0x58000053, "fsqrt.s", "rd, rs1, rm", Unit::kDivide, Format::kR, true, false, false, true, true, false, false, false, false},
  {0xFE00707F, 0x20000053, "fsgnj.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x20001053, "fsgnjn.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x20002053, "fsgnjx.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x28000053, "fmin.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x28001053, "fmax.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0xA0002053, "feq.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0xA0001053, "flt.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0xA0000053, "fle.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFFF0707F, 0xE0001053, "fclass.s", "rd, rs1", Unit::kFloat, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0007F, 0xC0000053, "fcvt.w.s", "rd, rs1, rm", Unit::kFloat, Format::kR, true, false, false, true, true, false, false, false, false},
  {0xFFF0007F, 0xC0100053, "fcvt.wu.s", "rd, rs1, rm", Unit::kFloat, Format::kR, true, false, false, true, true, false, false, false, false},
  {0xFFF0007F, 0xD0000053, "fcvt.s.w", "rd, rs1, rm", Unit::kFloat, Format::kR, true, false, false, true, true, false, false, false, false},
  {0xFFF0007F, 0xD0100053, "fcvt.s.wu", "rd, rs1, rm", Unit::kFloat, Format::kR, true, false, false, true, true, false, false, false, false},
  {0xFFF0007F, 0x40200053, "fcvt.s.h", "rd, rs1, rm", Unit::kFloat, Format::kR, true, false, false, true, true, false, false, false, false},
  {0xFFF0007F, 0x44000053, "fcvt.h.s", "rd, rs1, rm", Unit::kFloat, Format::kR, true, false, false, true, true, false, false, false, false},
  {0xFFF0007F, 0x40600053, "fcvt.s.bf16", "rd, rs1, rm", Unit::kFloat, Format::kR, true, false, false, true, true, false, false, false, false},
  {0xFFF0007F, 0x44800053, "fcvt.bf16.s", "rd, rs1, rm", Unit::kFloat, Format::kR, true, false, false, true, true, false, false, false, false},
  {0xFFFFFFFF, 0x0000000B, "exit", "", Unit::kSystem, Format::kNone, false, false, false, false, false, true, false, false, false},
  {0xFE007FFF, 0x0000100B, "bar.sync", "rs1, rs2", Unit::kSystem, Format::kR, true, true, false, false, false, true, false, false, false},
  {0xFE007FFF, 0x0200100B, "bar.arrive", "rs1, rs2", Unit::kSystem, Format::kR, true, true, false, false, false, true, false, false, false},
  {0xFFF07FFF, 0x0400100B, "warpsync", "rs1", Unit::kSystem, Format::kR, true, false, false, false, false, false, false, false, false},
  {0x0600707F, 0x0000200B, "shfl.up", "rd, rs1, rs2, rs3", Unit::kWarp, Format::kR4, true, true, true, true, false, false, false, false, false},
  {0x0600707F, 0x0200200B, "shfl.down", "rd, rs1, rs2, rs3", Unit::kWarp, Format::kR4, true, true, true, true, false, false, false, false, false},
  {0x0600707F, 0x0400200B, "shfl.bfly", "rd, rs1, rs2, rs3", Unit::kWarp, Format::kR4, true, true, true, true, false, false, false, false, false},
  {0x0600707F, 0x0600200B, "shfl.idx", "rd, rs1, rs2, rs3", Unit::kWarp, Format::kR4, true, true, true, true, false, false, false, false, false},
  {0xFE00707F, 0x0000300B, "vote.all", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0200300B, "vote.any", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0400300B, "vote.ballot", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFFFFF07F, 0x0600300B, "activemask", "rd", Unit::kWarp, Format::kR, false, false, false, true, false, false, false, false, false},
  {0xFE00707F, 0x1000300B, "match.any", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x1200300B, "match.all", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x2000300B, "redux.add", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x2200300B, "redux.min", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x2400300B, "redux.max", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x2600300B, "redux.minu", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x2800300B, "redux.maxu", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x2A00300B, "redux.and", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x2C00300B, "redux.or", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x2E00300B, "redux.xor", "rd, rs1, rs2", Unit::kWarp, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0000400B, "fcvt.e4m3x2.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0200400B, "fcvt.e5m2x2.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFE00707F, 0x0800400B, "fcvt.hx2.s", "rd, rs1, rs2", Unit::kFloat, Format::kR, true, true, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x0400400B, "fcvt.s.e4m3", "rd, rs1", Unit::kFloat, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x0600400B, "fcvt.s.e5m2", "rd, rs1", Unit::kFloat, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x0000500B, "rcp.approx", "rd, rs1", Unit::kSfu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x0200500B, "rsqrt.approx", "rd, rs1", Unit::kSfu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x0400500B, "ex2.approx", "rd, rs1", Unit::kSfu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x0600500B, "lg2.approx", "rd, rs1", Unit::kSfu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x0800500B, "sin.approx", "rd, rs1", Unit::kSfu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x0A00500B, "cos.approx", "rd, rs1", Unit::kSfu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFFF0707F, 0x0C00500B, "tanh.approx", "rd, rs1", Unit::kSfu, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xF800707F, 0x0800202F, "amoswap.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x0000202F, "amoadd.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x2000202F, "amoxor.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x6000202F, "amoand.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x4000202F, "amoor.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x8000202F, "amomin.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0xA000202F, "amomax.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0xC000202F, "amominu.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0xE000202F, "amomaxu.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x2800202F, "amocas.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, true, true, false, false, true, true, false},
  {0xF81070FF, 0x2800302F, "amocas.d", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, true, true, false, false, true, true, true},
  {0xF800707F, 0x0000600B, "amofadd.w", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x0800600B, "mbarrier.arrive", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x1000600B, "mbarrier.arrive_drop", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x1800600B, "mbarrier.expect_tx", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xF800707F, 0x2000600B, "mbarrier.complete_tx", "rd, rs2, (rs1)", Unit::kMemory, Format::kAmo, true, true, false, true, false, false, true, false, false},
  {0xFFF0707F, 0x2800600B, "mbarrier.test", "rd, (rs1)", Unit::kMemory, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFE00707F, 0x3000600B, "mbarrier.try_wait", "rd, rs2, (rs1)", Unit::kMemory, Format::kR, true, true, false, true, false, false, false, false, false},
  {0x0E107FFF, 0x0000700B, "bulk.load", "rs1, rs2, rs3", Unit::kCopy, Format::kR4, true, true, true, false, false, false, false, false, true},
  {0x0E107FFF, 0x0200700B, "tensor.mma", "rs1, rs2, rs3", Unit::kMma, Format::kR4, true, true, true, false, false, false, false, false, true},
  {0xFFF07FFF, 0x0400700B, "tensor.commit", "rs1", Unit::kMma, Format::kR, true, false, false, false, false, false, false, false, false},
  {0xFFF0707F, 0x0C00700B, "tensor.alloc", "rd, rs1", Unit::kTensor, Format::kR, true, false, false, true, false, false, false, false, false},
  {0xFE007FFF, 0x1400700B, "tensor.dealloc", "rs1, rs2", Unit::kTensor, Format::kR, true, true, false, false, false, false, false, false, false},
  {0x0000707F, 0x0000002B, "tensor.ld", "rd, imm(rs1)", Unit::kTensor, Format::kI, true, false, false, true, false, false, false, false, false},
  {0x0000707F, 0x0000102B, "tensor.st", "rs2, imm(rs1)", Unit::kTensor, Format::kS, true, true, false, false, false, false, false, false, false},
}};
// clang-format on

}  // namespace

const Info& info(Op op) { return kTable[static_cast<std::size_t>(op)]; }

const char* name(Op op) { return info(op).name; }

Op match(std::uint32_t word) {
  switch (word & 0x0000007F) {
    case 0x00000037: return Op::kLui;
    case 0x00000017: return Op::kAuipc;
    case 0x0000006F: return Op::kJal;
    default: break;
  }
  switch (word & 0x0000707F) {
    case 0x00000067: return Op::kJalr;
    case 0x00000063: return Op::kBeq;
    case 0x00001063: return Op::kBne;
    case 0x00004063: return Op::kBlt;
    case 0x00005063: return Op::kBge;
    case 0x00006063: return Op::kBltu;
    case 0x00007063: return Op::kBgeu;
    case 0x00000003: return Op::kLb;
    case 0x00001003: return Op::kLh;
    case 0x00002003: return Op::kLw;
    case 0x00004003: return Op::kLbu;
    case 0x00005003: return Op::kLhu;
    case 0x00000023: return Op::kSb;
    case 0x00001023: return Op::kSh;
    case 0x00002023: return Op::kSw;
    case 0x00000013: return Op::kAddi;
    case 0x00002013: return Op::kSlti;
    case 0x00003013: return Op::kSltiu;
    case 0x00004013: return Op::kXori;
    case 0x00006013: return Op::kOri;
    case 0x00007013: return Op::kAndi;
    case 0x0000000F: return Op::kFence;
    case 0x0000100F: return Op::kFenceI;
    case 0x00001073: return Op::kCsrrw;
    case 0x00002073: return Op::kCsrrs;
    case 0x00003073: return Op::kCsrrc;
    case 0x00005073: return Op::kCsrrwi;
    case 0x00006073: return Op::kCsrrsi;
    case 0x00007073: return Op::kCsrrci;
    case 0x0000002B: return Op::kTensorLd;
    case 0x0000102B: return Op::kTensorSt;
    default: break;
  }
  switch (word & 0x0600007F) {
    case 0x00000043: return Op::kFmaddS;
    case 0x00000047: return Op::kFmsubS;
    case 0x0000004B: return Op::kFnmsubS;
    case 0x0000004F: return Op::kFnmaddS;
    default: break;
  }
  switch (word & 0x0600707F) {
    case 0x0000200B: return Op::kShflUp;
    case 0x0200200B: return Op::kShflDown;
    case 0x0400200B: return Op::kShflBfly;
    case 0x0600200B: return Op::kShflIdx;
    default: break;
  }
  switch (word & 0x0E107FFF) {
    case 0x0000700B: return Op::kBulkLoad;
    case 0x0200700B: return Op::kTensorMma;
    default: break;
  }
  switch (word & 0xF800707F) {
    case 0x0800202F: return Op::kAmoswapW;
    case 0x0000202F: return Op::kAmoaddW;
    case 0x2000202F: return Op::kAmoxorW;
    case 0x6000202F: return Op::kAmoandW;
    case 0x4000202F: return Op::kAmoorW;
    case 0x8000202F: return Op::kAmominW;
    case 0xA000202F: return Op::kAmomaxW;
    case 0xC000202F: return Op::kAmominuW;
    case 0xE000202F: return Op::kAmomaxuW;
    case 0x2800202F: return Op::kAmocasW;
    case 0x0000600B: return Op::kAmofaddW;
    case 0x0800600B: return Op::kMbarrierArrive;
    case 0x1000600B: return Op::kMbarrierArriveDrop;
    case 0x1800600B: return Op::kMbarrierExpectTx;
    case 0x2000600B: return Op::kMbarrierCompleteTx;
    default: break;
  }
  switch (word & 0xF81070FF) {
    case 0x2800302F: return Op::kAmocasD;
    default: break;
  }
  switch (word & 0xFE00007F) {
    case 0x00000053: return Op::kFaddS;
    case 0x08000053: return Op::kFsubS;
    case 0x10000053: return Op::kFmulS;
    case 0x18000053: return Op::kFdivS;
    default: break;
  }
  switch (word & 0xFE00707F) {
    case 0x00001013: return Op::kSlli;
    case 0x00005013: return Op::kSrli;
    case 0x40005013: return Op::kSrai;
    case 0x00000033: return Op::kAdd;
    case 0x40000033: return Op::kSub;
    case 0x00001033: return Op::kSll;
    case 0x00002033: return Op::kSlt;
    case 0x00003033: return Op::kSltu;
    case 0x00004033: return Op::kXor;
    case 0x00005033: return Op::kSrl;
    case 0x40005033: return Op::kSra;
    case 0x00006033: return Op::kOr;
    case 0x00007033: return Op::kAnd;
    case 0x02000033: return Op::kMul;
    case 0x02001033: return Op::kMulh;
    case 0x02002033: return Op::kMulhsu;
    case 0x02003033: return Op::kMulhu;
    case 0x02004033: return Op::kDiv;
    case 0x02005033: return Op::kDivu;
    case 0x02006033: return Op::kRem;
    case 0x02007033: return Op::kRemu;
    case 0x20002033: return Op::kSh1add;
    case 0x20004033: return Op::kSh2add;
    case 0x20006033: return Op::kSh3add;
    case 0x40007033: return Op::kAndn;
    case 0x40006033: return Op::kOrn;
    case 0x40004033: return Op::kXnor;
    case 0x0A006033: return Op::kMax;
    case 0x0A007033: return Op::kMaxu;
    case 0x0A004033: return Op::kMin;
    case 0x0A005033: return Op::kMinu;
    case 0x60001033: return Op::kRol;
    case 0x60005033: return Op::kRor;
    case 0x60005013: return Op::kRori;
    case 0x0E005033: return Op::kCzeroEqz;
    case 0x0E007033: return Op::kCzeroNez;
    case 0x20000053: return Op::kFsgnjS;
    case 0x20001053: return Op::kFsgnjnS;
    case 0x20002053: return Op::kFsgnjxS;
    case 0x28000053: return Op::kFminS;
    case 0x28001053: return Op::kFmaxS;
    case 0xA0002053: return Op::kFeqS;
    case 0xA0001053: return Op::kFltS;
    case 0xA0000053: return Op::kFleS;
    case 0x0000300B: return Op::kVoteAll;
    case 0x0200300B: return Op::kVoteAny;
    case 0x0400300B: return Op::kVoteBallot;
    case 0x1000300B: return Op::kMatchAny;
    case 0x1200300B: return Op::kMatchAll;
    case 0x2000300B: return Op::kReduxAdd;
    case 0x2200300B: return Op::kReduxMin;
    case 0x2400300B: return Op::kReduxMax;
    case 0x2600300B: return Op::kReduxMinu;
    case 0x2800300B: return Op::kReduxMaxu;
    case 0x2A00300B: return Op::kReduxAnd;
    case 0x2C00300B: return Op::kReduxOr;
    case 0x2E00300B: return Op::kReduxXor;
    case 0x0000400B: return Op::kFcvtE4m3x2S;
    case 0x0200400B: return Op::kFcvtE5m2x2S;
    case 0x0800400B: return Op::kFcvtHx2S;
    case 0x3000600B: return Op::kMbarrierTryWait;
    default: break;
  }
  switch (word & 0xFE007FFF) {
    case 0x0000100B: return Op::kBarSync;
    case 0x0200100B: return Op::kBarArrive;
    case 0x1400700B: return Op::kTensorDealloc;
    default: break;
  }
  switch (word & 0xFFF0007F) {
    case 0x58000053: return Op::kFsqrtS;
    case 0xC0000053: return Op::kFcvtWS;
    case 0xC0100053: return Op::kFcvtWuS;
    case 0xD0000053: return Op::kFcvtSW;
    case 0xD0100053: return Op::kFcvtSWu;
    case 0x40200053: return Op::kFcvtSH;
    case 0x44000053: return Op::kFcvtHS;
    case 0x40600053: return Op::kFcvtSBf16;
    case 0x44800053: return Op::kFcvtBf16S;
    default: break;
  }
  switch (word & 0xFFF0707F) {
    case 0x60001013: return Op::kClz;
    case 0x60101013: return Op::kCtz;
    case 0x60201013: return Op::kCpop;
    case 0x60401013: return Op::kSextB;
    case 0x60501013: return Op::kSextH;
    case 0x08004033: return Op::kZextH;
    case 0x28705013: return Op::kOrcB;
    case 0x69805013: return Op::kRev8;
    case 0xE0001053: return Op::kFclassS;
    case 0x0400400B: return Op::kFcvtSE4m3;
    case 0x0600400B: return Op::kFcvtSE5m2;
    case 0x0000500B: return Op::kRcpApprox;
    case 0x0200500B: return Op::kRsqrtApprox;
    case 0x0400500B: return Op::kEx2Approx;
    case 0x0600500B: return Op::kLg2Approx;
    case 0x0800500B: return Op::kSinApprox;
    case 0x0A00500B: return Op::kCosApprox;
    case 0x0C00500B: return Op::kTanhApprox;
    case 0x2800600B: return Op::kMbarrierTest;
    case 0x0C00700B: return Op::kTensorAlloc;
    default: break;
  }
  switch (word & 0xFFF07FFF) {
    case 0x0400100B: return Op::kWarpsync;
    case 0x0400700B: return Op::kTensorCommit;
    default: break;
  }
  switch (word & 0xFFFFF07F) {
    case 0x0600300B: return Op::kActivemask;
    default: break;
  }
  switch (word & 0xFFFFFFFF) {
    case 0x00000073: return Op::kEcall;
    case 0x00100073: return Op::kEbreak;
    case 0x0000000B: return Op::kExit;
    default: break;
  }
  return Op::kIllegal;
}

bool csr_legal(std::uint32_t number, bool writes) {
  switch (number) {
    case csr::kFflags:
    case csr::kFrm:
    case csr::kFcsr: return true;
    case csr::kCycle:
    case csr::kTime:
    case csr::kInstret:
    case csr::kCycleh:
    case csr::kTimeh:
    case csr::kInstreth:
    case csr::kTidX:
    case csr::kTidY:
    case csr::kTidZ:
    case csr::kNtidX:
    case csr::kNtidY:
    case csr::kNtidZ:
    case csr::kCtaidX:
    case csr::kCtaidY:
    case csr::kCtaidZ:
    case csr::kNctaidX:
    case csr::kNctaidY:
    case csr::kNctaidZ:
    case csr::kLaneid:
    case csr::kWarpid:
    case csr::kNwarpid:
    case csr::kSmid:
    case csr::kNsmid:
    case csr::kLanemaskEq:
    case csr::kLanemaskLe:
    case csr::kLanemaskLt:
    case csr::kLanemaskGe:
    case csr::kLanemaskGt:
    case csr::kArgptr:
    case csr::kSharedSize:
    case csr::kLocalSize: return !writes;
    default: return false;
  }
}

std::string_view csr_name(std::uint32_t number) {
  switch (number) {
    case csr::kFflags: return "fflags";
    case csr::kFrm: return "frm";
    case csr::kFcsr: return "fcsr";
    case csr::kCycle: return "cycle";
    case csr::kTime: return "time";
    case csr::kInstret: return "instret";
    case csr::kCycleh: return "cycleh";
    case csr::kTimeh: return "timeh";
    case csr::kInstreth: return "instreth";
    case csr::kTidX: return "tid.x";
    case csr::kTidY: return "tid.y";
    case csr::kTidZ: return "tid.z";
    case csr::kNtidX: return "ntid.x";
    case csr::kNtidY: return "ntid.y";
    case csr::kNtidZ: return "ntid.z";
    case csr::kCtaidX: return "ctaid.x";
    case csr::kCtaidY: return "ctaid.y";
    case csr::kCtaidZ: return "ctaid.z";
    case csr::kNctaidX: return "nctaid.x";
    case csr::kNctaidY: return "nctaid.y";
    case csr::kNctaidZ: return "nctaid.z";
    case csr::kLaneid: return "laneid";
    case csr::kWarpid: return "warpid";
    case csr::kNwarpid: return "nwarpid";
    case csr::kSmid: return "smid";
    case csr::kNsmid: return "nsmid";
    case csr::kLanemaskEq: return "lanemask_eq";
    case csr::kLanemaskLe: return "lanemask_le";
    case csr::kLanemaskLt: return "lanemask_lt";
    case csr::kLanemaskGe: return "lanemask_ge";
    case csr::kLanemaskGt: return "lanemask_gt";
    case csr::kArgptr: return "argptr";
    case csr::kSharedSize: return "shared_size";
    case csr::kLocalSize: return "local_size";
    default: return {};
  }
}

}  // namespace heddle::isa
