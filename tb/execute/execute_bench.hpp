// Drives the verilated execute_harness as the operand collector would, and keeps everything that
// came out, with the cycle in which it was visible.
#pragma once

#include <Vexecute_harness.h>

#include <array>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "isa/instructions.hpp"
#include "operand_generator.hpp"

namespace heddle::tb {

using Words = std::array<std::uint32_t, 32>;  ///< one a thread

/// A warp instruction as the operand collector sends it.
struct Issue {
  isa::Op op = isa::Op::kAdd;
  unsigned warp = 0;
  unsigned rd = 5;
  bool writes_rd = true;
  std::uint32_t pc = 0x1000;
  std::uint32_t imm = 0;
  unsigned rm = 0;
  unsigned depth = 0;
  std::uint32_t group = 0xFFFFFFFF;
  Words a{}, b{}, c{};
};

struct ResultRow {
  std::uint64_t cycle;
  unsigned warp, rd;
  bool writes_rd;
  unsigned beat;
  bool last;
  std::uint32_t mask;  ///< of the row's lanes
  bool is_float;
  Words data{};   ///< one a lane
  Words flags{};  ///< the divider's, one a lane
};
struct Release {
  std::uint64_t cycle;
  unsigned warp, rd;
  bool writes_rd;
};
struct BranchRow {
  std::uint64_t cycle;
  unsigned warp, beat;
  std::uint32_t mask;
  unsigned next_depth;
  bool sync;
  Words sync_mask{};  ///< one a lane
};
struct Control {
  std::uint64_t cycle;
  unsigned warp, kind;
  std::uint32_t mask;
  bool uniform;
  std::uint32_t next_pc;
  unsigned next_depth;
  std::uint32_t status;
  bool fault;
  std::uint32_t fault_cause, fault_mask, fault_pc, fault_address;
  std::uint32_t a, b;
  bool flush;
};

class ExecuteBench {
 public:
  using Model = Vexecute_harness;
  static constexpr unsigned kLatency = 9;
  static constexpr unsigned kLanes =
      sizeof(std::declval<Model>().result_data_o) / sizeof(std::uint32_t);
  static constexpr unsigned kBeats = 32 / kLanes;
  static constexpr std::uint32_t kRowMask = kLanes == 32 ? ~0U : (1U << (kLanes % 32)) - 1;

  ExecuteBench() : model_(std::make_unique<Model>()) {
    model_->rst_ni = 0;
    model_->divide_ready_i = 1;
    model_->warp_ready_i = 1;
    clock();
    model_->rst_ni = 1;
    clock();
  }
  ~ExecuteBench() { model_->final(); }
  ExecuteBench(const ExecuteBench&) = delete;
  ExecuteBench& operator=(const ExecuteBench&) = delete;

  /// Sends all rows. Returns the cycle of the first one.
  std::uint64_t issue(const Issue& instruction) {
    const std::uint64_t first = cycle_;
    for (unsigned beat = 0; beat < kBeats; ++beat) {
      model_->valid_i = 1;
      set(model_->op_i, static_cast<unsigned>(instruction.op));
      set(model_->rm_i, instruction.rm);
      model_->pc_i = instruction.pc;
      model_->imm_i = instruction.imm;
      set(model_->depth_i, instruction.depth);
      set(model_->warp_i, instruction.warp);
      set(model_->rd_i, instruction.rd);
      model_->writes_rd_i = instruction.writes_rd;
      set(model_->beat_i, beat);
      model_->first_i = beat == 0;
      model_->last_i = beat + 1 == kBeats;
      set(model_->mask_i, (instruction.group >> (beat * kLanes)) & kRowMask);
      model_->group_mask_i = instruction.group;
      for (unsigned i = 0; i < kLanes; ++i) {
        model_->a_i[i] = instruction.a[beat * kLanes + i];
        model_->b_i[i] = instruction.b[beat * kLanes + i];
        model_->c_i[i] = instruction.c[beat * kLanes + i];
      }
      clock();
    }
    model_->valid_i = 0;
    return first;
  }

  /// Issues, waits until everything has left, and returns what the threads of the group would write
  /// to rd.
  Words run(const Issue& instruction) {
    forget();
    issue(instruction);
    wait(kLatency + 3);
    while (model_->divide_idle_o == 0 || model_->warp_idle_o == 0) clock();
    return data_;
  }

  void wait(unsigned cycles) {
    for (unsigned i = 0; i < cycles; ++i) clock();
  }

  void launch(unsigned warp, unsigned warp_in_cta, std::uint32_t x = 0, std::uint32_t y = 0,
              std::uint32_t z = 0) {
    model_->launch_valid_i = 1;
    set(model_->launch_warp_i, warp);
    set(model_->launch_warp_in_cta_i, warp_in_cta);
    model_->launch_ctaid_x_i = x;
    model_->launch_ctaid_y_i = y;
    model_->launch_ctaid_z_i = z;
    clock();
    model_->launch_valid_i = 0;
  }

  void write_tid(unsigned index, unsigned x, unsigned y, unsigned z) {
    model_->tid_valid_i = 1;
    set(model_->tid_index_i, index);
    set(model_->tid_x_i, x);
    set(model_->tid_y_i, y);
    set(model_->tid_z_i, z);
    clock();
    model_->tid_valid_i = 0;
  }

  /// Drops what was recorded.
  void forget() {
    results.clear();
    releases.clear();
    announced.clear();
    branch_rows.clear();
    controls.clear();
    divides.clear();
    divide_done.clear();
    warp_rows.clear();
    warp_op_done.clear();
    data_ = {};
    next_pc = {};
  }

  /// Lets the current cycle end; records its outputs first.
  void clock() {
    model_->clk_i = 0;
    model_->eval();
    record();
    model_->clk_i = 1;
    model_->eval();
    ++cycle_;
  }

  Model& model() { return *model_; }
  std::uint64_t cycle() const { return cycle_; }
  const Words& data() const { return data_; }

  std::vector<ResultRow> results;
  std::vector<Release> releases;
  std::vector<std::uint64_t> announced;  ///< cycles with result_next_valid
  std::vector<BranchRow> branch_rows;
  std::vector<Control> controls;
  std::vector<ResultRow> divides;  ///< with the cycle in which the row was taken
  std::vector<std::uint64_t> divide_done;
  std::vector<ResultRow> warp_rows;  ///< of the warp unit, likewise
  std::vector<std::uint64_t> warp_op_done;
  Words next_pc{};

 private:
  template <typename Port>
  static void set(Port& port, unsigned value) {
    port = static_cast<std::remove_reference_t<Port>>(value);
  }

  template <typename Port>
  static void scatter(Words& words, const Port& lanes, unsigned beat, std::uint32_t mask) {
    for (unsigned i = 0; i < kLanes; ++i) {
      if (((mask >> i) & 1U) != 0) words[beat * kLanes + i] = lanes[i];
    }
  }

  void record() {
    if (model_->rst_ni == 0) return;
    const Model& m = *model_;
    if (m.result_next_valid_o != 0) announced.push_back(cycle_);
    if (m.release_valid_o != 0) {
      releases.push_back({cycle_, m.release_warp_o, m.release_rd_o, m.release_writes_rd_o != 0});
    }
    if (m.result_valid_o != 0) {
      results.push_back({cycle_, m.result_warp_o, m.result_rd_o, m.result_writes_rd_o != 0,
                         m.result_beat_o, m.result_last_o != 0, m.result_mask_o,
                         m.result_float_o != 0});
      scatter(results.back().data, m.result_data_o, 0, m.result_mask_o);
      scatter(data_, m.result_data_o, m.result_beat_o, m.result_mask_o);
    }
    if (m.branch_row_valid_o != 0) {
      branch_rows.push_back({cycle_, m.branch_row_warp_o, m.branch_row_beat_o, m.branch_row_mask_o,
                             m.branch_row_next_depth_o, m.branch_row_sync_o != 0});
      scatter(branch_rows.back().sync_mask, m.branch_row_sync_mask_o, 0, m.branch_row_mask_o);
      scatter(next_pc, m.branch_row_next_pc_o, m.branch_row_beat_o, m.branch_row_mask_o);
    }
    if (m.control_valid_o != 0 || m.fault_valid_o != 0 || m.flush_valid_o != 0) {
      controls.push_back({cycle_, m.control_warp_o, m.control_kind_o, m.control_mask_o,
                          m.control_uniform_o != 0, m.control_next_pc_o, m.control_next_depth_o,
                          m.control_status_o, m.fault_valid_o != 0, m.fault_cause_o, m.fault_mask_o,
                          m.fault_pc_o, m.fault_address_o, m.control_a_o, m.control_b_o,
                          m.flush_valid_o != 0});
    }
    if (m.divide_valid_o != 0 && m.divide_ready_i != 0) {
      divides.push_back({cycle_, m.divide_warp_o, m.divide_rd_o, m.divide_writes_rd_o != 0,
                         m.divide_beat_o, m.divide_last_o != 0, m.divide_mask_o,
                         m.divide_float_o != 0});
      scatter(divides.back().flags, m.divide_flags_o, 0, m.divide_mask_o);
      scatter(data_, m.divide_data_o, m.divide_beat_o, m.divide_mask_o);
    }
    if (m.divide_done_o != 0) divide_done.push_back(cycle_);
    if (m.warp_valid_o != 0 && m.warp_ready_i != 0) {
      warp_rows.push_back({cycle_, m.warp_warp_o, m.warp_rd_o, m.warp_writes_rd_o != 0,
                           m.warp_beat_o, m.warp_last_o != 0, m.warp_mask_o, false});
      scatter(warp_rows.back().data, m.warp_data_o, 0, m.warp_mask_o);
      scatter(data_, m.warp_data_o, m.warp_beat_o, m.warp_mask_o);
    }
    if (m.warp_op_done_o != 0) warp_op_done.push_back(cycle_);
  }

  std::unique_ptr<Model> model_;
  std::uint64_t cycle_ = 0;
  Words data_{};
};

}  // namespace heddle::tb
