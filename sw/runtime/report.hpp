// Explains to the user why a launch did not end well.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "elf_image.hpp"

namespace heddle {

/// What ran, as far as reports need it.
struct Program {
  std::string name;                 ///< of the kernel or file
  const ElfImage* image = nullptr;  ///< may be null
  std::uint32_t bias = 0;           ///< load address minus link address
  std::string address_hint;         ///< about the faulting address; may be empty
};

/// Several lines: what happened, to which threads, where in the program. Ends with a newline.
std::string explain_fault(const Device& device, const Program& program, const Fault& fault);

/// The same for a launch that was cut off: where its warps were.
std::string explain_positions(const Device& device, const Program& program,
                              const LaunchResult& result);

/// The report of a difference between RTL and model: what, where the warp concerned was, and the
/// command that repeats it.
std::string explain_mismatch(const Device& device, const Program& program,
                             const LaunchResult& result);

/// The data races of a launch: a line for each kind and pair of source lines (without debug
/// information: instructions), in the order of the lines.
std::string explain_races(const Program& program, const std::vector<Race>& races);

/// A line with the figures of a launch, and one for each of the source lines (without debug
/// information: instructions) that cost most.
std::string explain_simd_efficiency(const Program& program, const SimdEfficiency& efficiency);

/// Function, offset, instruction and, if debug information and llvm-symbolizer are there, source
/// line of an address.
std::string describe_pc(const Device& device, const Program& program, std::uint32_t pc);

}  // namespace heddle
