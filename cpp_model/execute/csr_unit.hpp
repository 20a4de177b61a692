// CSRs: fcsr of every thread, the thread indices of a CTA, and what a warp's CSRs read as. Source:
// docs/architecture/execute.md, "CSR unit".
//
// fcsr changes here in the cycle of the row, in the RTL later. Nobody can tell: instructions that
// read or write fcsr wait until their warp has nothing in flight, and hold back what follows.
#pragma once

#include <array>

#include "common/config.hpp"
#include "isa/csr.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class CsrUnit {
 public:
  struct Inputs {
    const LaunchEvent* launch = nullptr;  ///< dispatcher
    const TidEvent* tid = nullptr;        ///< dispatcher
  };
  /// What the host's registers show in this cycle.
  struct HostValues {
    const Counters* counters = nullptr;
    const LaunchRegisters* registers = nullptr;
  };

  explicit CsrUnit(const Config& config) : lanes_(config.lanes) {}

  /// Takes the events at once, and there is no tick: nobody reads what they write in their cycle.
  /// A launch writes all that it reads, so `start` changes nothing.
  void eval(const Inputs& in) {
    if (in.launch->valid || in.tid->valid) [[unlikely]]
      step(in);
  }

  /// A row of unit CSR: results of the active lanes, and the new fcsr.
  void execute(const Row& row, const HostValues& host, Lanes& result);

  /// ORs the flags of a float row of the divider into the threads' fflags.
  [[gnu::noinline]] void accumulate(const ResultRow& row);

  /// fcsr of the threads of a row; as many as 32 bytes may be read, and written back as they were.
  std::uint8_t* fcsr_row(std::uint32_t warp, std::uint32_t beat) {
    return fcsr_[warp].data() + beat * lanes_;
  }
  std::uint8_t fcsr(std::uint32_t warp, std::uint32_t thread) const { return fcsr_[warp][thread]; }

 private:
  void step(const Inputs& in);

  static constexpr std::uint32_t kMaxWarps = 32;
  static constexpr std::uint32_t kMaxThreads = 1024;

  struct Warp {
    std::uint32_t in_cta = 0;
    std::array<std::uint32_t, 3> ctaid{};
  };

  std::uint32_t lanes_;
  // With a warp more than there are, for fcsr_row().
  std::array<std::array<std::uint8_t, 32>, kMaxWarps + 1> fcsr_{};
  std::array<Warp, kMaxWarps> warps_{};
  std::array<std::array<std::uint32_t, 3>, kMaxThreads> tid_{};
  std::uint64_t cycles_ = 0, instructions_ = 0;  ///< sampled with an instruction's first row
};

}  // namespace heddle::timed
