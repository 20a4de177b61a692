// What a user may choose about a device besides its kind and configuration. The functional device
// ignores all but race_check and simd_efficiency, which are for it alone.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace heddle {

struct DeviceOptions {
  std::uint32_t memory_latency = 40;  ///< clock cycles of the memory behind the AXI ports
  std::uint64_t memory_seed = 0;      ///< 0: fixed latency; else jitter drawn from this seed
  std::string wave_path;              ///< write a waveform (FST) here; empty: none
  std::uint64_t wave_begin = 0;       ///< first and last cycle of the waveform
  std::uint64_t wave_end = std::numeric_limits<std::uint64_t>::max();
  std::string report_dir;         ///< folder for reports of a run; empty: none
  std::string trace_path;         ///< write a pipeline trace (.json, .kanata) here; empty: none
  std::uint64_t trace_begin = 0;  ///< first and last cycle of the trace
  std::uint64_t trace_end = std::numeric_limits<std::uint64_t>::max();
  std::string rerun;             ///< command line that repeats this run; empty: the process's own
  bool race_check = false;       ///< find data races in shared memory
  bool simd_efficiency = false;  ///< compare with reconvergence at post-dominators
  std::uint32_t serial_patience = 5;  ///< seconds without an answer until a board is given up
  std::uint64_t x_seed = 0;  ///< seed of the values that state without reset starts with; 0: zeros
};

}  // namespace heddle
