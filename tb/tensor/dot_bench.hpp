// Streams operations through the verilated dot-product unit and compares each result, and the cycle
// it comes in, with the exact reference.
#pragma once

#include <Vdot_product_unit.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "dot_reference.hpp"

namespace heddle::tb {

class DotBench {
 public:
  static constexpr unsigned kLatency = 18;  // tensor.md

  /// Called for every result: the operation, what the unit gave, what is expected.
  using Check = std::function<void(const DotOperation&, std::uint32_t, std::uint32_t)>;

  explicit DotBench(DotBuild build = {}) : build_(build) {
    unit_->rst_ni = 0;
    unit_->valid_i = 0;
    clock();
    unit_->rst_ni = 1;
    for (unsigned i = 0; i < kLatency; ++i) pipeline_.push_back({});
  }
  ~DotBench() { unit_->final(); }
  DotBench(const DotBench&) = delete;
  DotBench& operator=(const DotBench&) = delete;

  /// One cycle with this operation.
  void issue(const DotOperation& operation, std::uint32_t result, const Check& check) {
    present(operation);
    cycle({true, operation, result}, check);
  }
  void issue(const DotOperation& operation, const Check& check) {
    issue(operation, expected(operation, build_), check);
  }
  /// One cycle without an operation; the fields keep what they had.
  void bubble(const Check& check) { cycle({}, check); }
  void drain(const Check& check) {
    for (unsigned i = 0; i < kLatency; ++i) bubble(check);
  }

  std::uint64_t wrong_valids() const { return wrong_valids_; }
  const DotBuild& build() const { return build_; }

 private:
  struct Slot {
    bool valid = false;
    DotOperation operation;
    std::uint32_t result = 0;
  };

  void present(const DotOperation& operation) {
    unit_->mode_i = operation.mode & 7;
    unit_->a_format_i = operation.a_format & 15;
    unit_->b_format_i = operation.b_format & 15;
    unit_->accumulator_i = operation.accumulator & 3;
    unit_->scale_format_i = operation.scale_format & 3;
    unit_->step_i = operation.step & 3;
    for (unsigned i = 0; i < 8; ++i) {
      unit_->a_i[i] = operation.a[i];
      unit_->b_i[i] = operation.b[i];
    }
    unit_->a_scale_i = packed(operation.a_scale);
    unit_->b_scale_i = packed(operation.b_scale);
    unit_->c_i = operation.c;
  }
  static std::uint32_t packed(const std::array<std::uint8_t, 4>& scales) {
    return scales[0] | scales[1] << 8 | scales[2] << 16 | std::uint32_t{scales[3]} << 24;
  }
  void clock() {
    unit_->clk_i = 0;
    unit_->eval();
    unit_->clk_i = 1;
    unit_->eval();
  }
  void cycle(const Slot& slot, const Check& check) {
    unit_->valid_i = slot.valid;
    pipeline_.push_back(slot);
    // What the registers show in this cycle belongs to the operation kLatency cycles ago.
    unit_->clk_i = 0;
    unit_->eval();
    const Slot& leaving = pipeline_.front();
    if (bool{unit_->valid_o != 0} != leaving.valid) ++wrong_valids_;
    if (leaving.valid) check(leaving.operation, unit_->d_o, leaving.result);
    pipeline_.pop_front();
    unit_->clk_i = 1;
    unit_->eval();
  }

  DotBuild build_;
  std::unique_ptr<Vdot_product_unit> unit_ = std::make_unique<Vdot_product_unit>();
  std::deque<Slot> pipeline_;
  std::uint64_t wrong_valids_ = 0;
};

}  // namespace heddle::tb
