#include "isa/csr.hpp"

namespace heddle::isa {
namespace {

std::uint32_t low_half(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_half(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

}  // namespace

std::uint32_t csr_read(std::uint32_t number, const CsrValues& values) {
  const std::uint32_t self = 1u << (values.lane & 31);
  switch (number) {
    case csr::kFflags: return values.fcsr & 0x1f;
    case csr::kFrm: return values.fcsr >> 5;
    case csr::kFcsr: return values.fcsr;
    case csr::kCycle:
    case csr::kTime: return low_half(values.cycle);
    case csr::kInstret: return low_half(values.instret);
    case csr::kCycleh:
    case csr::kTimeh: return high_half(values.cycle);
    case csr::kInstreth: return high_half(values.instret);
    case csr::kTidX: return values.tid[0];
    case csr::kTidY: return values.tid[1];
    case csr::kTidZ: return values.tid[2];
    case csr::kNtidX: return values.ntid[0];
    case csr::kNtidY: return values.ntid[1];
    case csr::kNtidZ: return values.ntid[2];
    case csr::kCtaidX: return values.ctaid[0];
    case csr::kCtaidY: return values.ctaid[1];
    case csr::kCtaidZ: return values.ctaid[2];
    case csr::kNctaidX: return values.nctaid[0];
    case csr::kNctaidY: return values.nctaid[1];
    case csr::kNctaidZ: return values.nctaid[2];
    case csr::kLaneid: return values.lane;
    case csr::kWarpid: return values.warp;
    case csr::kNwarpid: return values.warps;
    case csr::kSmid: return 0;
    case csr::kNsmid: return 1;
    case csr::kLanemaskEq: return self;
    case csr::kLanemaskLe: return self | (self - 1);
    case csr::kLanemaskLt: return self - 1;
    case csr::kLanemaskGe: return ~(self - 1);
    case csr::kLanemaskGt: return ~(self | (self - 1));
    case csr::kArgptr: return values.argptr;
    case csr::kSharedSize: return values.shared_size;
    case csr::kLocalSize: return values.local_size;
    default: return 0;
  }
}

std::uint8_t csr_write(const Instruction& instruction, std::uint8_t fcsr, std::uint32_t a) {
  const std::uint32_t field = instruction.imm >> 12 & 0x1f;
  const bool immediate = instruction.format == Format::kCsri;
  const std::uint32_t operand = immediate ? field : a;
  const std::uint32_t number = csr_number(instruction);

  CsrValues values;
  values.fcsr = fcsr;
  const std::uint32_t old = csr_read(number, values);
  std::uint32_t value = old;
  switch (instruction.op) {
    case Op::kCsrrw:
    case Op::kCsrrwi: value = operand; break;
    case Op::kCsrrs:
    case Op::kCsrrsi: value = old | operand; break;
    case Op::kCsrrc:
    case Op::kCsrrci: value = old & ~operand; break;
    default: break;
  }
  switch (number) {
    case csr::kFflags: return static_cast<std::uint8_t>((fcsr & 0xe0) | (value & 0x1f));
    case csr::kFrm: return static_cast<std::uint8_t>((fcsr & 0x1f) | (value & 7) << 5);
    default: return static_cast<std::uint8_t>(value);
  }
}

}  // namespace heddle::isa
