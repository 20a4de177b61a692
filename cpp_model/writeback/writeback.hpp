// Chooses the row of results that goes to the register file. Source:
// docs/architecture/writeback.md.
#pragma once

#include <cstdint>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Writeback {
 public:
  struct Inputs {
    bool start = false;
    bool result_next_valid = false;  ///< a fixed row that writes is visible in the next cycle
    bool float_next_valid = false;   ///< likewise one of unit FLOAT or CSR, written or not
    // Null or not valid: nothing there.
    const ResultRow* load = nullptr;
    const ResultRow* shared = nullptr;
    const ResultRow* warp = nullptr;
    const ResultRow* sfu = nullptr;
    const ResultRow* tensor = nullptr;
    const ResultRow* divide = nullptr;
  };

  struct Outputs {
    ResultRow variable;
    ReleaseEvent release;  ///< variable release
    bool starved = false;
  };

  /// Ready signals to the variable sources.
  struct Readies {
    bool load = false;
    bool shared = false;
    bool warp = false;
    bool sfu = false;
    bool tensor = false;
    bool divide = false;
  };

  explicit Writeback(const Config& config) : beats_(config.beats()) {}

  const Outputs& out() const { return out_; }

  /// Functions of the sources' valids in this cycle; `start` is not looked at.
  static Readies readies(const Inputs& in) {
    Readies result;
    if (in.result_next_valid) return result;
    result.load = is_valid(in.load);
    if (result.load) return result;
    result.shared = is_valid(in.shared);
    if (result.shared) return result;
    result.warp = is_valid(in.warp);
    if (result.warp) return result;
    result.sfu = is_valid(in.sfu);
    if (result.sfu) return result;
    result.tensor = is_valid(in.tensor);
    result.divide = !result.tensor && !in.float_next_valid && is_valid(in.divide);
    return result;
  }

  /// The row that is written in this cycle, given the fixed pipe's row of this cycle; null if there
  /// is none.
  const ResultRow* write(const ResultRow& fixed) const {
    if (fixed.valid && fixed.writes_rd) return &fixed;
    return out_.variable.valid && out_.variable.writes_rd ? &out_.variable : nullptr;
  }

  void eval(const Inputs& in) {
    next_.valid = false;
    if (in.start || !any(in)) {
      waited_ = 0;
    } else {
      arbitrate(in);
    }
  }
  void tick() {
    out_.starved = waited_ >= kStarved && waited_ < kStarved + beats_;
    if (next_.valid || out_.variable.valid) show();
  }

 private:
  static bool is_valid(const ResultRow* row) { return row != nullptr && row->valid; }
  static bool any(const Inputs& in) {
    return is_valid(in.load) || is_valid(in.shared) || is_valid(in.warp) || is_valid(in.sfu) ||
           is_valid(in.tensor) || is_valid(in.divide);
  }
  void arbitrate(const Inputs& in);
  void show();

  static constexpr std::uint32_t kStarved = 15;
  static constexpr std::uint32_t kWaitPeriod = 32;

  std::uint32_t beats_;
  std::uint32_t waited_ = 0;
  ResultRow next_;
  Outputs out_;
};

}  // namespace heddle::timed
