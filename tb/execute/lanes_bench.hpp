// Streams operand rows through the verilated lane array, one row a cycle, and gives the results
// back in order. Divisions go one warp instruction at a time.
#pragma once

#include <Vlanes_harness.h>

#include <array>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "isa/instructions.hpp"

namespace heddle::tb {

class LanesBench {
 public:
  using Model = Vlanes_harness;
  static constexpr unsigned kLatency = 9;
  static constexpr unsigned kLanes =
      sizeof(std::declval<Model>().result_data_o) / sizeof(std::uint32_t);

  static constexpr unsigned kBeats = 32 / kLanes;

  struct Row {
    isa::Op op = isa::Op::kIllegal;
    unsigned rm = 0;
    std::uint32_t pc = 0;
    std::uint32_t imm = 0;
    std::uint32_t mask = kLanes == 32 ? 0xFFFFFFFFU : (1U << (kLanes % 32)) - 1;
    std::array<std::uint32_t, kLanes> a{}, b{}, c{};
  };
  struct Result {
    std::array<std::uint32_t, kLanes> data{};
    std::array<std::uint32_t, kLanes> flags{};
  };

  LanesBench() : model_(std::make_unique<Model>()) {
    model_->rst_ni = 0;
    clock();
    model_->rst_ni = 1;
    model_->writes_rd_i = 1;
  }
  ~LanesBench() { model_->final(); }
  LanesBench(const LanesBench&) = delete;
  LanesBench& operator=(const LanesBench&) = delete;

  /// Presents a row for one cycle.
  void push(const Row& row) {
    model_->valid_i = 1;
    model_->op_i = static_cast<std::uint8_t>(row.op);
    model_->rm_i = static_cast<std::uint8_t>(row.rm);
    model_->pc_i = row.pc;
    model_->imm_i = row.imm;
    model_->mask_i = static_cast<std::remove_reference_t<decltype(model_->mask_i)>>(row.mask);
    for (unsigned i = 0; i < kLanes; ++i) {
      model_->a_i[i] = row.a[i];
      model_->b_i[i] = row.b[i];
      model_->c_i[i] = row.c[i];
    }
    clock();
    model_->valid_i = 0;
  }

  /// Runs one instruction of the divider, a row a beat.
  std::array<Result, kBeats> divide(const std::array<Row, kBeats>& rows) {
    for (unsigned beat = 0; beat < kBeats; ++beat) {
      model_->beat_i = static_cast<std::uint8_t>(beat);
      model_->first_i = beat == 0;
      model_->last_i = beat + 1 == kBeats;
      push(rows[beat]);
    }
    std::array<Result, kBeats> results;
    while (model_->divide_done_o == 0) {
      if (model_->divide_valid_o != 0) {
        Result& result = results[model_->divide_beat_o];
        for (unsigned i = 0; i < kLanes; ++i) {
          result.data[i] = model_->divide_data_o[i];
          result.flags[i] = model_->divide_flags_o[i];
        }
      }
      clock();
    }
    return results;
  }

  /// One cycle without a row.
  void idle() { clock(); }

  /// True if the row pushed kLatency cycles before the current one has its result here. Call after
  /// push or idle.
  bool result_valid() const { return model_->result_valid_o != 0; }

  Result result() const {
    Result result;
    for (unsigned i = 0; i < kLanes; ++i) {
      result.data[i] = model_->result_data_o[i];
      result.flags[i] = model_->result_flags_o[i];
    }
    return result;
  }

  Model& model() { return *model_; }

  /// Lets one clock cycle end; outputs are those of the next one.
  void clock() {
    model_->clk_i = 1;
    model_->eval();
    model_->clk_i = 0;
    model_->eval();
  }

 private:
  std::unique_ptr<Model> model_;
};

}  // namespace heddle::tb
