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
    bool float_next_valid = false;   ///< likewise one of unit FLOAT, which may raise flags
    // Null or not valid: nothing there.
    const ResultRow* load = nullptr;
    const ResultRow* shared = nullptr;
    const ResultRow* warp = nullptr;
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
    bool divide = false;
  };

  explicit Writeback(const Config&) {}

  const Outputs& out() const { return out_; }

  /// Functions of the sources' valids in this cycle; `start` is not looked at.
  static Readies readies(const Inputs& in);

  /// The row that is written in this cycle, given the fixed pipe's row of this cycle; null if there
  /// is none.
  const ResultRow* write(const ResultRow& fixed) const;

  void eval(const Inputs& in);
  void tick();

 private:
  static constexpr std::uint32_t kStarved = 15;

  std::uint32_t waited_ = 0;
  ResultRow next_;
  Outputs out_;
};

}  // namespace heddle::timed
