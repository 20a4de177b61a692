// What the CSRs read as and how CSR instructions change fcsr. Numbers are in isa/instructions.hpp;
// which accesses are legal is decided by decode(). Source: docs/architecture/programming_model.md,
// "CSRs".
#pragma once

#include <array>
#include <cstdint>

#include "isa/instructions.hpp"

namespace heddle::isa {

/// Everything that a CSR can show, for one thread.
struct CsrValues {
  std::array<std::uint32_t, 3> tid{};  ///< x, y, z; likewise the next three
  std::array<std::uint32_t, 3> ntid{};
  std::array<std::uint32_t, 3> ctaid{};
  std::array<std::uint32_t, 3> nctaid{};
  std::uint32_t lane = 0;
  std::uint32_t warp = 0;   ///< within the CTA
  std::uint32_t warps = 0;  ///< of a CTA
  std::uint32_t argptr = 0;
  std::uint32_t shared_size = 0;  ///< bytes a CTA
  std::uint32_t local_size = 0;   ///< bytes a thread
  std::uint64_t cycle = 0;
  std::uint64_t instret = 0;
  std::uint8_t fcsr = 0;  ///< frm in [7:5], fflags in [4:0]
};

/// The CSR's value before the instruction. `number` must be legal.
std::uint32_t csr_read(std::uint32_t number, const CsrValues& values);

/// The CSR number of a CSR instruction.
constexpr std::uint32_t csr_number(const Instruction& instruction) {
  return instruction.imm & 0xfff;
}

/// True for fflags, frm and fcsr: the CSRs that can be written.
constexpr bool is_float_csr(std::uint32_t number) {
  return number >= csr::kFflags && number <= csr::kFcsr;
}

/// The thread's fcsr after a CSR instruction on fflags, frm or fcsr; `a` is the value of rs1.
std::uint8_t csr_write(const Instruction& instruction, std::uint8_t fcsr, std::uint32_t a);

}  // namespace heddle::isa
