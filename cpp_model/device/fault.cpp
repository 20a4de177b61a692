#include "device/fault.hpp"

#include <fmt/format.h>

#include "isa/instructions.hpp"

namespace heddle {

std::string_view cause_name(std::uint32_t cause) {
  switch (cause) {
    case cause::kPcMisaligned: return "instruction address misaligned";
    case cause::kPcAccess: return "instruction access fault";
    case cause::kIllegal: return "illegal instruction";
    case cause::kBreakpoint: return "breakpoint";
    case cause::kLoadMisaligned: return "load address misaligned";
    case cause::kLoadAccess: return "load access fault";
    case cause::kStoreMisaligned: return "store address misaligned";
    case cause::kStoreAccess: return "store access fault";
    case cause::kEcall: return "unknown ecall";
    case cause::kStopped: return "stopped by the host";
    case cause::kInvalidLaunch: return "invalid launch";
    case cause::kBarrier: return "barrier misuse";
    case cause::kDeadlock: return "deadlock";
    case cause::kBulkCopy: return "invalid bulk copy";
    case cause::kTensorMemory: return "misuse of tensor memory";
    case cause::kMma: return "invalid tensor.mma";
    default: return "unknown fault";
  }
}

std::string_view missing_hardware(std::uint32_t word) {
  switch (isa::decode(word).unit) {
    case isa::Unit::kCopy: return "copy engine";
    case isa::Unit::kMma:
    case isa::Unit::kTensor: return "matrix engine";
    default: return "";
  }
}

std::string describe(const Fault& fault) {
  const std::string_view name = cause_name(fault.cause);
  if (fault.cause == cause::kStopped || fault.cause == cause::kInvalidLaunch) {
    return std::string(name);
  }
  if (fault.cause == cause::kDeadlock) {
    return fmt::format("{}: all threads wait at barriers or in warpsync", name);
  }
  std::string detail;
  switch (fault.cause) {
    case cause::kIllegal:
      detail = fmt::format("word {:#010x} ({})", fault.address,
                           isa::disassemble(fault.address, fault.pc));
      if (const std::string_view missing = missing_hardware(fault.address); !missing.empty()) {
        detail += fmt::format(", but there is no {}", missing);
      }
      break;
    case cause::kEcall:
      detail = fmt::format("a7 = {}, but only 93 (exit) exists", fault.address);
      break;
    case cause::kBarrier: detail = fmt::format("barrier {}", fault.address); break;
    case cause::kTensorMemory:
    case cause::kMma: detail = fmt::format("operand {:#010x}", fault.address); break;
    default: detail = fmt::format("address {:#010x}", fault.address); break;
  }
  return fmt::format(
      "{} at pc {:#010x}: {}; thread block ({}, {}, {}), warp slot {}, threads {:#010x}", name,
      fault.pc, detail, fault.ctaid.x, fault.ctaid.y, fault.ctaid.z, fault.warp, fault.mask);
}

}  // namespace heddle
