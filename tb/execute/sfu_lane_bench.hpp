// Streams operands through the verilated lane of the special function unit, one a cycle.
#pragma once

#include <Vsfu_lane.h>

#include <array>
#include <cstdint>
#include <memory>

#include "isa/instructions.hpp"

namespace heddle::tb {

class SfuLaneBench {
 public:
  static constexpr unsigned kLatency = 12;

  SfuLaneBench() : model_(std::make_unique<Vsfu_lane>()) {}
  ~SfuLaneBench() { model_->final(); }
  SfuLaneBench(const SfuLaneBench&) = delete;
  SfuLaneBench& operator=(const SfuLaneBench&) = delete;

  /// Presents an operand for one cycle. Returns the result of the operand kLatency calls ago.
  std::uint32_t step(isa::Op op, std::uint32_t x) {
    model_->op_i = static_cast<unsigned>(op) & 7;
    model_->x_i = x;
    model_->slot_i = slot_++ & 15;
    model_->clk_i = 0;
    model_->eval();
    const std::uint32_t result = model_->result_o;
    model_->clk_i = 1;
    model_->eval();
    return result;
  }

 private:
  std::unique_ptr<Vsfu_lane> model_;
  unsigned slot_ = 0;
};

}  // namespace heddle::tb
