// The model's matrix engine alone: rows of instructions in, a shared memory of its own that makes
// passes when it is told to. Cycle 0 is the one in which the last row of the first instruction is
// visible.
#pragma once

#include <cstring>
#include <deque>
#include <map>
#include <vector>

#include "tensor/tensor_core.hpp"

namespace heddle::tb {

struct TensorBench {
  static constexpr std::uint32_t kWarp = 3, kCta = 2;
  static constexpr std::uint32_t kSharedBase = 0x2000, kSharedSize = 0x2000;
  static constexpr std::uint32_t kPc = 0x10040;
  static constexpr std::uint32_t kThread = 13;  // the lowest one of the group

  static Config config(std::uint32_t lanes, std::uint32_t m, std::uint32_t n) {
    Config result;
    result.lanes = lanes;
    result.warps = 8;
    result.tensor_m = m;
    result.tensor_n = n;
    result.tensor_lanes = 64;
    result.tensor_columns = 128;
    result.tensor_formats = 0x1ff;
    result.tensor_modes = 0x1f;
    result.tensor_transpose = 1;
    result.tensor_sparse = 1;
    return result;
  }

  explicit TensorBench(std::uint32_t lanes = 8, std::uint32_t m = 2, std::uint32_t n = 2)
      : lanes_(lanes), core(config(lanes, m, n)), shared(4 * kSharedSize) {
    registers.shared_size = kSharedSize;
    launch.valid = true;
    launch.warp = kWarp;
    launch.cta = kCta;
    launch.shared_base = kSharedBase;
    step();
  }

  std::uint32_t lanes_;
  timed::TensorCore core;
  timed::LaunchRegisters registers;
  timed::LaunchEvent launch;
  timed::CtaEvent cta_done;
  std::vector<std::uint8_t> shared;
  std::deque<timed::Decoded> decoded;
  std::deque<timed::Row> rows;
  std::deque<std::array<isa::Lanes, 3>> values;         // what the rows point to
  std::map<std::uint32_t, timed::OperandUnits> coming;  // by cycle
  bool passes_made = true, result_ready = true, start = false;
  std::uint32_t cycle = 0;

  struct Pass {
    std::uint32_t cycle = 0;
    timed::TensorPass pass;
  };
  std::vector<Pass> passes;                           // that were made
  std::vector<std::uint32_t> writes;                  // cycles in which a `d` is written
  std::map<std::uint32_t, timed::ResultRow> results;  // transferred
  std::map<std::uint32_t, timed::FaultEvent> faults;
  std::vector<std::uint32_t> mma_done, tensor_done, store_done;  // cycles of these events
  std::map<std::uint32_t, std::uint32_t> computing;
  std::map<std::uint32_t, bool> idle;

  /// Rows of an instruction, for the threads of `group`; operands by thread.
  void queue(isa::Op op, std::uint32_t group, const isa::Lanes& a, const isa::Lanes& b = {},
             const isa::Lanes& c = {}, const isa::Lanes& b_high = {},
             const isa::Lanes& c_high = {}) {
    const std::uint32_t rs1 = 5u << 15, rd = isa::info(op).writes_rd ? 7u << 7 : 0;
    const std::uint32_t free = ~isa::info(op).mask;
    decoded.emplace_back(isa::decode(isa::info(op).match | ((rs1 | rd) & free)));
    for (const bool high : {true, false}) {
      if (high && op != isa::Op::kTensorMma) continue;
      for (std::uint32_t beat = 0; beat < 32 / lanes_; ++beat) {
        std::array<isa::Lanes, 3>& lanes = values.emplace_back();
        for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
          const std::uint32_t thread = beat * lanes_ + lane;
          lanes[0][lane] = high ? 0 : a[thread];
          lanes[1][lane] = high ? b_high[thread] : b[thread];
          lanes[2][lane] = high ? c_high[thread] : c[thread];
        }
        timed::Row row;
        row.valid = true;
        row.warp = kWarp;
        row.decoded = &decoded.back();
        row.pc = kPc;
        row.beat = beat;
        row.high = high;
        row.first = !high && beat == 0;
        row.last = !high && (beat + 1) * lanes_ == 32;
        row.group_mask = group;
        row.mask = group >> beat * lanes_ & ~0u >> (32 - lanes_);
        row.a = lanes[0].data();
        row.b = lanes[1].data();
        row.c = lanes[2].data();
        rows.push_back(row);
      }
    }
  }
  static isa::Lanes all(std::uint32_t value) {
    isa::Lanes result;
    result.value.fill(value);
    return result;
  }
  /// Of thread 13; those of the others would be faults.
  static isa::Lanes lowest(std::uint32_t value) {
    isa::Lanes result = all(0xffffffff);
    result[kThread] = value;
    return result;
  }
  void mma(std::uint32_t descriptor, std::uint32_t a, std::uint32_t b) {
    queue(isa::Op::kTensorMma, ~0u << kThread, lowest(descriptor), lowest(a), lowest(b), lowest(0),
          lowest(0));
  }
  void commit(std::uint32_t address) {
    queue(isa::Op::kTensorCommit, ~0u << kThread, lowest(address));
  }
  void alloc(std::uint32_t columns) { queue(isa::Op::kTensorAlloc, ~0u, all(columns)); }

  void step() {
    timed::TensorCore::Inputs in;
    const timed::Row none;
    in.start = start;
    in.row = rows.empty() ? &none : &rows.front();
    in.launch = &launch;
    in.registers = &registers;
    in.cta_done = &cta_done;
    in.result_ready = result_ready && core.access_out().result.valid;
    record(in.result_ready);
    const timed::TensorPass* const pass = core.out().pass;
    in.pass_made = passes_made && pass != nullptr;
    if (in.pass_made) make(*pass);
    const auto arriving = coming.find(cycle);
    in.operands = arriving == coming.end() ? nullptr : &arriving->second;
    core.eval(in);
    core.tick();
    if (!rows.empty()) rows.pop_front();
    start = launch.valid = cta_done.valid = false;
    ++cycle;
  }
  void go_to(std::uint32_t last) {
    while (cycle < last) step();
  }
  /// Sends the rows that wait; the last one is visible in cycle 0.
  void send() {
    while (rows.size() > 1) step();
    restart();
  }
  void restart() {
    std::map<std::uint32_t, timed::OperandUnits> later;
    for (auto& [when, units] : coming) {
      if (when >= cycle) later[when - cycle] = units;
    }
    coming = std::move(later);
    cycle = 0;
    passes.clear();
    writes.clear();
    results.clear();
    faults.clear();
    mma_done.clear();
    tensor_done.clear();
    store_done.clear();
    computing.clear();
    idle.clear();
  }
  std::vector<std::uint32_t> cycles_of_results() const {
    std::vector<std::uint32_t> cycles;
    for (const auto& [when, row] : results) cycles.push_back(when);
    return cycles;
  }
  std::uint32_t word(std::uint32_t lane, std::uint32_t column) const {
    const auto place = core.memory().place(lane, column);
    return core.memory().row(place.row)[place.word];
  }

 private:
  void record(bool transferred) {
    if (core.sequencer().write() != nullptr) writes.push_back(cycle);
    if (transferred) results[cycle] = core.access_out().result;
    if (core.mma_fault().valid) faults[cycle] = core.mma_fault();
    if (core.access_out().fault.valid) faults[cycle] = core.access_out().fault;
    if (core.mma_op_done()) mma_done.push_back(cycle);
    if (core.access_out().op_done) tensor_done.push_back(cycle);
    if (core.access_out().store_done.valid) store_done.push_back(cycle);
    computing[cycle] = core.out().computing;
    idle[cycle] = core.out().idle;
  }
  void make(const timed::TensorPass& pass) {
    passes.push_back({cycle, pass});
    if (pass.arrival) return;
    timed::OperandUnits& units = coming[cycle + 3];
    units.batch = pass.batch;
    units.units = pass.units;
    for (std::uint32_t unit = 0; unit < timed::kMaxBatchUnits; ++unit) {
      if ((pass.units >> unit & 1) == 0) continue;
      std::memcpy(units.data[unit].data(), &shared[pass.place[unit]], isa::kOperandUnit);
    }
  }
};

}  // namespace heddle::tb
