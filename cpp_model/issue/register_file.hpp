// The warps' registers. Timing: docs/architecture/issue.md, "register_file". The banks are not
// modelled: the operand collector's phases see to it that no two reads meet in one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class RegisterFile {
 public:
  struct Inputs {
    const ResultRow* write = nullptr;  ///< the row written in this cycle; null or not valid: none
  };

  explicit RegisterFile(const Config& config)
      : lanes_(config.lanes), all_lanes_(~0U >> (32 - config.lanes)) {}

  /// `lanes` values of a register: threads beat·lanes and up; 32 values may be read.
  const std::uint32_t* read(std::uint32_t warp, std::uint32_t reg, std::uint32_t beat) const {
    return &values_[first_value(warp, reg, beat)];
  }

  /// Writes at once: nobody reads a register in the cycle in which it is written (see
  /// OperandCollector), so there is no tick.
  void eval(const Inputs& in) {
    if (in.write == nullptr || !in.write->valid || !in.write->writes_rd) return;
    const ResultRow& row = *in.write;
    std::uint32_t* values = &values_[first_value(row.warp, row.rd, row.beat)];
    if (row.mask == all_lanes_) {
      std::copy_n(row.data.data(), lanes_, values);
      return;
    }
    for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
      if (row.mask >> lane & 1) values[lane] = row.data[lane];
    }
  }

 private:
  static constexpr std::uint32_t kWarps = 32, kRegisters = 32, kThreads = 32;

  std::uint32_t first_value(std::uint32_t warp, std::uint32_t reg, std::uint32_t beat) const {
    return (warp * kRegisters + reg) * kThreads + beat * lanes_;
  }

  std::uint32_t lanes_;
  std::uint32_t all_lanes_;
  // With room behind the last row, so that 32 values can be read of any.
  alignas(64) std::array<std::uint32_t, (kWarps * kRegisters + 1) * kThreads> values_{};
};

}  // namespace heddle::timed
