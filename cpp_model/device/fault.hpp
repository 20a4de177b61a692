// Fault causes and their text. Source: docs/architecture/programming_model.md, "Faults".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "device/device.hpp"

namespace heddle {

/// Values of Fault::cause.
namespace cause {
inline constexpr std::uint32_t kPcMisaligned = 0;
inline constexpr std::uint32_t kPcAccess = 1;
inline constexpr std::uint32_t kIllegal = 2;
inline constexpr std::uint32_t kBreakpoint = 3;
inline constexpr std::uint32_t kLoadMisaligned = 4;
inline constexpr std::uint32_t kLoadAccess = 5;
inline constexpr std::uint32_t kStoreMisaligned = 6;
inline constexpr std::uint32_t kStoreAccess = 7;
inline constexpr std::uint32_t kEcall = 11;
inline constexpr std::uint32_t kStopped = 24;
inline constexpr std::uint32_t kInvalidLaunch = 25;
inline constexpr std::uint32_t kBarrier = 26;
inline constexpr std::uint32_t kDeadlock = 27;
inline constexpr std::uint32_t kBulkCopy = 28;
inline constexpr std::uint32_t kTensorMemory = 29;
inline constexpr std::uint32_t kMma = 30;
}  // namespace cause

/// "load access fault"; "unknown fault" for a number that is no cause.
std::string_view cause_name(std::uint32_t cause);

/// What an instruction is illegal for lack of, ("matrix engine"); empty: for another reason.
std::string_view missing_hardware(std::uint32_t word);

/// One line for the user: what happened, where, and to which threads.
std::string describe(const Fault& fault);

}  // namespace heddle
