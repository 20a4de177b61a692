// The warps' registers. Timing: docs/architecture/issue.md, "register_file". The banks are not
// modelled: the operand collector's phases see to it that no two reads meet in one.
#pragma once

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

  explicit RegisterFile(const Config& config) : lanes_(config.lanes) {}

  /// `lanes` values of a register: threads beat·lanes and up. Shows writes of earlier cycles only.
  const std::uint32_t* read(std::uint32_t warp, std::uint32_t reg, std::uint32_t beat) const {
    return &values_[(warp * 32 + reg) * 32 + beat * lanes_];
  }

  void eval(const Inputs& in) {
    if (in.write == nullptr || !in.write->valid || !in.write->writes_rd) return;
    write_.mask = in.write->mask;
    write_.first = (in.write->warp * 32 + in.write->rd) * 32 + in.write->beat * lanes_;
    for (std::uint32_t lane = 0; lane < lanes_; ++lane) write_.data[lane] = in.write->data[lane];
  }

  void tick() {
    if (write_.mask == 0) return;
    for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
      if (write_.mask >> lane & 1) values_[write_.first + lane] = write_.data[lane];
    }
    write_.mask = 0;
  }

 private:
  struct Write {
    std::uint32_t mask = 0;  ///< 0: nothing to write
    std::uint32_t first = 0;
    Lanes data{};
  };

  std::uint32_t lanes_;
  std::array<std::uint32_t, 32 * 32 * 32> values_{};
  Write write_;
};

}  // namespace heddle::timed
