// Drives the verilated matrix engine, and says after docs/architecture/tensor.md what must be in
// tensor memory. Rows, shared memory, writeback and CTAs are played, with random waits where a test
// wants them.
#pragma once

#include <Vtensor_core_harness.h>

#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "dot_reference.hpp"
#include "isa/instructions.hpp"

namespace heddle::tb {

/// The operands of a tensor.mma, put together.
struct Mma {
  unsigned a_format = 0, b_format = 0, mode = 0, accumulator = 0;
  bool accumulate = false;
  unsigned first = 0, steps = 1;  ///< K-steps of 32 bytes
  unsigned m = 8, n = 8;
  std::uint32_t a_tile = 0, b_tile = 0;  ///< bytes in the CTA's shared memory
  unsigned a_layout = 0, b_layout = 0;
  bool a_transposed = false, b_transposed = false;
  std::uint32_t a_slab = 0, b_slab = 0;  ///< slab pitch in bytes
  unsigned lane = 0, column = 0;
  unsigned scale_format = 0;
  bool sparse = false;                           ///< A
  std::uint32_t a_scale = 0, b_scale = 0;        ///< scale tiles or metadata tile, like tiles
  std::uint32_t reserved_a = 0, reserved_b = 0;  ///< bits that must be 0
  unsigned warp = 0;
  std::uint32_t mask = 1, pc = 0x1000;

  static unsigned pitch(unsigned layout) { return layout < 2 ? 32 : 32U << (layout - 1); }
  std::uint32_t what() const {
    return a_format | b_format << 4 | mode << 8 | accumulator << 11 |
           std::uint32_t{accumulate} << 13 | first << 14 | (steps - 1) << 16 | (m / 8 - 1) << 18 |
           (n / 8 - 1) << 23 | scale_format << 28 | std::uint32_t{a_transposed} << 30 |
           std::uint32_t{b_transposed} << 31;
  }
  /// Bytes of a transposed or sparse element, and of a K-step of such a tile.
  unsigned element() const { return a_format < 2 ? 2 : 1; }
  unsigned step_bytes(unsigned layout) const { return 32 / element() * pitch(layout); }
  /// Slabs of so many rows before the last one.
  unsigned slabs(unsigned rows, unsigned layout) const {
    return (rows - 1) / (pitch(layout) / element());
  }
  /// Scales of a row and K-step.
  unsigned scales() const {
    if (scale_format == kScaleNone) return 0;
    if (class_of(a_format) == DotClass::kByteFloat) return 1;
    return scale_format == kScaleE8M0 ? 2 : 4;
  }
  std::uint32_t a() const { return a_tile / 16 | a_layout << 14 | column << 16; }
  std::uint32_t b() const { return b_tile / 16 | b_layout << 14 | lane << 16; }
};

class TensorCoreRtlBench {
 public:
  using Model = Vtensor_core_harness;
  using Op = isa::Op;
  static constexpr unsigned kLanes = sizeof(std::declval<Model>().row_a_i) / 4;
  static constexpr unsigned kBeats = 32 / kLanes;
  static constexpr unsigned kGroups = kLanes / 4;
  static constexpr unsigned kMmaUnit = 12, kTensorUnit = 13, kOtherUnit = 7;
  static constexpr unsigned kMmaQueue = 4, kTensorQueue = 4;
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;
  using Values = std::array<std::uint32_t, 32>;

  struct Fault {
    unsigned cause = 0, warp = 0;
    std::uint32_t mask = 0, pc = 0, address = 0;
    friend bool operator==(const Fault&, const Fault&) = default;
  };

  explicit TensorCoreRtlBench(unsigned seed) : random_(seed) {
    Model& m = *model_;
    m.rst_ni = 0;
    m.eval();
    m.clk_i = 1;
    m.eval();
    m.rst_ni = 1;
    shared_.resize(m.shared_bytes_o);
    slots_ = std::min(4U, m.cta_slots_o);
    shared_size = m.shared_bytes_o / slots_;
    m.shared_size_i = shared_size;
    build_ = {m.formats_o, m.modes_o};
    words_.resize(std::size_t{lanes()} * columns());
    fill_shared();
    for (unsigned w = 0; w < slots_; ++w) {
      m.launch_valid_i = 1;
      set(m.launch_warp_i, w);
      set(m.launch_cta_i, slot(w));
      m.launch_shared_base_i = slot(w) * shared_size;
      step();
    }
    m.launch_valid_i = 0;
  }
  ~TensorCoreRtlBench() { model_->final(); }
  TensorCoreRtlBench(const TensorCoreRtlBench&) = delete;
  TensorCoreRtlBench& operator=(const TensorCoreRtlBench&) = delete;

  std::uint32_t shared_size = 0;
  unsigned pass_chance = 100, advance_chance = 100, result_chance = 100, row_chance = 100;
  std::vector<Fault> faults;  ///< as they came
  std::vector<std::uint64_t> fault_cycles, mma_done, tensor_done, store_done;
  std::vector<std::uint64_t> passes, arrivals, results;  ///< cycles: made, made, first visible
  std::uint64_t last_row = 0;  ///< cycle in which the last row driven was visible

  std::uint64_t cycle() const { return cycle_; }
  std::uint32_t random() { return static_cast<std::uint32_t>(random_()); }
  unsigned slots() const { return slots_; }
  unsigned slot(unsigned warp) const { return (warp + 1) % slots_; }
  unsigned m() const { return model_->m_o; }
  unsigned n() const { return model_->n_o; }
  unsigned lanes() const { return model_->lanes_o; }
  unsigned columns() const { return model_->columns_o; }
  const DotBuild& build() const { return build_; }
  unsigned computing() const { return model_->computing_o; }
  bool idle() const { return model_->idle_o != 0 && rows_.empty(); }
  std::uint32_t& word(unsigned lane, unsigned column) {
    return words_.at(std::size_t{lane} * columns() + column);
  }

  /// Bytes of which most are those of small numbers in every float format. With scales, those in
  /// the upper half of a CTA's shared memory are near 127, E8M0's 1.
  void fill_shared() {
    std::uint32_t keep = 0;
    for (std::size_t i = 0; i < shared_.size(); ++i) {
      const bool near = has_scales() && i % shared_size >= shared_size / 2;
      if (i % 16 == 0) keep = random() % 64 == 0 ? 0xFF : near ? 0x0F : 0xBF;
      shared_[i] = static_cast<std::uint8_t>((random() & keep) + (near && keep == 0x0F ? 120 : 0));
    }
  }
  bool has_transpose() const { return model_->transpose_o != 0; }
  bool has_sparse() const { return model_->sparse_o != 0; }
  /// Columns of D that a sparse A may have.
  unsigned sparse_columns() const { return std::min(256U, columns()) / 2; }
  bool has_scales() const { return (build_.formats & 1U << kMxBit) != 0; }

  /// Queues the instruction; `works`: tensor memory is what it makes of it from now on.
  void mma(const Mma& mma, bool works) {
    queue(
        kMmaUnit, Op::kTensorMma, mma.warp, mma.mask, mma.pc, 0,
        [&](unsigned, bool high) {
          return std::array{
              high ? random() : mma.what(),
              high ? mma.a_scale / 16 | std::uint32_t{mma.sparse} << 14 | mma.a_slab / 16 << 18 |
                         mma.reserved_a
                   : mma.a(),
              high ? mma.b_scale / 16 | mma.b_slab / 16 << 18 | mma.reserved_b : mma.b()};
        },
        true);
    if (works) multiply(mma);
  }
  void commit(unsigned warp, std::uint32_t address, bool works = true, std::uint32_t mask = 1,
              std::uint32_t pc = 0x1000) {
    queue(kMmaUnit, Op::kTensorCommit, warp, mask, pc, 0,
          [&](unsigned, bool) { return std::array{address, random(), random()}; });
    if (works) commits_.push_back(slot(warp) * shared_size + address % (1U << 28));
  }
  /// An instruction of unit TENSOR whose threads have these operands; those of a load or store in
  /// two parts, of which the immediate is one.
  void access(Op op, unsigned warp, std::uint32_t mask, const Values& a, const Values& b,
              std::uint32_t pc = 0x1000) {
    const bool moves = op == Op::kTensorLd || op == Op::kTensorSt;
    const std::uint32_t imm = moves ? random() % 4096 - 2048 : 0;
    queue(
        kTensorUnit, op, warp, mask, pc, 5,
        [&](unsigned thread, bool) { return std::array{a[thread] - imm, b[thread], random()}; },
        false, imm);
  }
  /// A load whose threads in `good` get what is in tensor memory now, the others nothing.
  void load(unsigned warp, std::uint32_t mask, std::uint32_t good, const Values& addresses,
            std::uint32_t pc = 0x1000) {
    access(Op::kTensorLd, warp, mask, addresses, {}, pc);
    Result result{warp, good, {}};
    for (unsigned i = 0; i < 32; ++i) {
      if ((good >> i & 1) != 0) result.data[i] = word(addresses[i] >> 16, addresses[i] & 0xFFFF);
    }
    expected_.push_back(result);
  }
  void store(unsigned warp, std::uint32_t mask, std::uint32_t good, const Values& addresses,
             const Values& data, std::uint32_t pc = 0x1000) {
    access(Op::kTensorSt, warp, mask, addresses, data, pc);
    for (unsigned i = 0; i < 32; ++i) {
      if ((good >> i & 1) != 0) word(addresses[i] >> 16, addresses[i] & 0xFFFF) = data[i];
    }
    stores_.push_back(warp);
  }
  void alloc(unsigned warp, std::uint32_t mask, std::uint32_t columns, std::uint32_t first) {
    Values a;
    for (auto& value : a) value = random();
    a[static_cast<unsigned>(std::countr_zero(mask))] = columns;
    access(Op::kTensorAlloc, warp, mask, a, {});
    Result result{warp, mask, {}};
    result.data.fill(first);
    expected_.push_back(result);
  }
  void dealloc(unsigned warp, std::uint32_t mask, std::uint32_t first, std::uint32_t columns) {
    Values a, b;
    for (auto& value : a) value = random();
    for (auto& value : b) value = random();
    a[static_cast<unsigned>(std::countr_zero(mask))] = first;
    b[static_cast<unsigned>(std::countr_zero(mask))] = columns;
    access(Op::kTensorDealloc, warp, mask, a, b);
    stores_.push_back(warp);
  }

  void run() {
    for (int i = 0; i < 400'000 && !(idle() && commits_.empty()); ++i) step();
    step();  // a fault is visible when all is over
    INFO("cycle " << cycle_);
    REQUIRE(idle());
    REQUIRE(commits_.empty());
    REQUIRE(expected_.empty());
    REQUIRE(stores_.empty());
    REQUIRE(taken_ == std::array<unsigned, 2>{});
  }
  /// The event cta_done.
  void end_cta(unsigned cta) {
    model_->cta_done_valid_i = 1;
    set(model_->cta_done_cta_i, cta);
    step();
    model_->cta_done_valid_i = 0;
  }

  /// Lets a cycle pass.
  void step() {
    Model& m = *model_;
    m.clk_i = 0;
    drive_row();
    const bool advance = stall_units();
    m.pass_ready_i = 0;
    m.result_ready_i = 0;
    m.eval();
    INFO("cycle " << cycle_);
    const bool pass = m.pass_valid_o != 0 && advance && chance(pass_chance);
    m.pass_ready_i = pass;
    m.result_ready_i = m.result_valid_o != 0 && chance(result_chance);
    m.eval();
    if (advance) {
      pipe_[2] = std::move(pipe_[1]);
      pipe_[1] = std::move(pipe_[0]);
      pipe_[0].reset();
    }
    if (pass) take_pass();
    if (m.result_valid_o != 0) take_result();
    take_events();
    m.clk_i = 1;
    m.eval();
    ++cycle_;
  }

 private:
  struct Row {
    unsigned unit = 0, op = 0, warp = 0, beat = 0, rd = 0;
    bool high = false, last = false;
    std::uint32_t pc = 0, imm = 0, mask = 0;
    std::array<std::array<std::uint32_t, kLanes>, 3> operands{};
  };
  struct Result {
    unsigned warp = 0;
    std::uint32_t mask = 0;  ///< threads that have not got theirs
    Values data{};
  };
  using Units = std::array<std::uint32_t, 4 * kGroups>;

  template <typename Port>
  static void set(Port& port, std::uint64_t value) {
    port = static_cast<std::remove_reference_t<Port>>(value);
  }
  bool chance(unsigned percent) { return random() % 100 < percent; }

  template <typename Operands>
  void queue(unsigned unit, Op op, unsigned warp, std::uint32_t mask, std::uint32_t pc, unsigned rd,
             Operands&& operands, bool pair = false, std::uint32_t imm = 0) {
    for (const bool high : {true, false}) {
      if (high && !pair) continue;
      for (unsigned beat = 0; beat < kBeats; ++beat) {
        Row row;
        row.unit = unit;
        row.op = static_cast<unsigned>(op);
        row.warp = warp;
        row.beat = beat;
        row.rd = rd;
        row.high = high;
        row.last = !high && beat == kBeats - 1;
        row.pc = pc;
        row.imm = imm;
        row.mask = mask >> beat * kLanes & (kLanes == 32 ? ~0U : (1U << kLanes % 32) - 1);
        const bool first_only = unit == kMmaUnit;
        for (unsigned i = 0; i < kLanes; ++i) {
          const unsigned thread = beat * kLanes + i;
          const bool counts =
              !first_only || thread == static_cast<unsigned>(std::countr_zero(mask));
          for (auto& operand : row.operands) operand[i] = random();
          if (!counts) continue;
          const auto values = operands(thread, high);
          for (unsigned k = 0; k < 3; ++k) row.operands[k][i] = values[k];
        }
        rows_.push_back(row);
      }
    }
  }

  void drive_row() {
    Model& m = *model_;
    m.row_valid_i = 0;
    // An instruction's rows come without a gap, and only with a credit.
    const bool begins = rows_.empty() || begins_;
    if (begins && !chance(row_chance)) {
      m.row_valid_i = 1;  // somebody else's
      set(m.row_unit_i, kOtherUnit);
      m.row_last_i = 1;
      m.row_high_i = chance(50);
      set(m.row_mask_i, 1);
      return;
    }
    if (rows_.empty()) return;
    const Row row = rows_.front();
    unsigned& taken = taken_[row.unit == kTensorUnit];
    if (begins && taken == (row.unit == kTensorUnit ? kTensorQueue : kMmaQueue)) return;
    if (begins) ++taken;
    begins_ = row.last;
    rows_.pop_front();
    m.row_valid_i = 1;
    set(m.row_unit_i, row.unit);
    set(m.row_op_i, row.op);
    set(m.row_warp_i, row.warp);
    set(m.row_beat_i, row.beat);
    set(m.row_rd_i, row.rd);
    m.row_writes_rd_i = row.rd != 0;
    m.row_high_i = row.high;
    m.row_last_i = row.last;
    m.row_pc_i = row.pc;
    m.row_imm_i = row.imm;
    set(m.row_mask_i, row.mask);
    for (unsigned i = 0; i < kLanes; ++i) {
      m.row_a_i[i] = row.operands[0][i];
      m.row_b_i[i] = row.operands[1][i];
      m.row_c_i[i] = row.operands[2][i];
    }
    last_row = cycle_;
  }

  /// Shows what is in stage 3, which never waits; whether the pipe advances.
  bool stall_units() {
    Model& m = *model_;
    m.units_valid_i = pipe_[2].has_value();
    for (unsigned i = 0; i < 4 * kGroups; ++i) {
      m.units_data_i[i] = pipe_[2] ? (*pipe_[2])[i] : random();
    }
    if (pipe_[2]) return true;
    return chance(advance_chance);
  }

  template <typename Port>
  static std::uint32_t word_of(const Port& port, unsigned index) {
    if constexpr (std::is_integral_v<Port>) {
      return static_cast<std::uint32_t>(std::uint64_t{port} >> 32 * index);
    } else {
      return port[index];
    }
  }
  std::uint32_t pass_unit(unsigned group) const {
    const std::uint32_t pair = word_of(model_->pass_index_o, group / 2);
    return (pair >> 16 * (group % 2) & 0xFFFF) * kGroups + group;
  }

  void take_pass() {
    const Model& m = *model_;
    if (m.pass_arrival_o != 0) {
      REQUIRE(std::has_single_bit(unsigned{m.pass_enable_o}));
      const auto g = static_cast<unsigned>(std::countr_zero(unsigned{m.pass_enable_o}));
      REQUIRE_FALSE(commits_.empty());
      REQUIRE(16 * pass_unit(g) + 8 * m.pass_half_o == commits_.front());
      commits_.pop_front();
      arrivals.push_back(cycle_);
      return;
    }
    REQUIRE(m.pass_enable_o != 0);
    passes.push_back(cycle_);
    Units units;
    for (auto& value : units) value = random();
    for (unsigned g = 0; g < kGroups; ++g) {
      if ((m.pass_enable_o >> g & 1) == 0) continue;
      for (unsigned b = 0; b < 16; ++b) {
        std::uint32_t& value = units[4 * g + b / 4];
        if (b % 4 == 0) value = 0;
        value |= std::uint32_t{shared_.at(16 * pass_unit(g) + b)} << 8 * (b % 4);
      }
    }
    pipe_[0] = units;
  }

  void take_result() {
    const Model& m = *model_;
    if (!result_seen_) results.push_back(cycle_);
    result_seen_ = m.result_ready_i == 0;
    if (m.result_ready_i == 0) return;
    REQUIRE_FALSE(expected_.empty());
    Result& result = expected_.front();
    REQUIRE(m.result_warp_o == result.warp);
    REQUIRE(m.result_rd_o == 5);
    REQUIRE(m.result_writes_rd_o == 1);
    for (unsigned i = 0; i < kLanes; ++i) {
      if ((m.result_mask_o >> i & 1) == 0) continue;
      const unsigned thread = m.result_beat_o * kLanes + i;
      INFO("thread " << thread);
      REQUIRE((result.mask >> thread & 1) == 1);
      REQUIRE(m.result_data_o[i] == result.data[thread]);
      result.mask &= ~(1U << thread);
    }
    if (m.result_last_o == 0) return;
    REQUIRE(m.result_beat_o == kBeats - 1);
    REQUIRE(result.mask == 0);
    expected_.pop_front();
  }

  void take_events() {
    const Model& m = *model_;
    if (m.mma_op_done_valid_o != 0) {
      REQUIRE(taken_[0]-- > 0);
      mma_done.push_back(cycle_);
    }
    if (m.tensor_op_done_valid_o != 0) {
      REQUIRE(taken_[1]-- > 0);
      tensor_done.push_back(cycle_);
    }
    if (m.store_done_valid_o != 0) {
      REQUIRE_FALSE(stores_.empty());
      REQUIRE(m.store_done_warp_o == stores_.front());
      stores_.pop_front();
      store_done.push_back(cycle_);
    }
    for (unsigned i = 0; i < 2; ++i) {
      if ((m.fault_valid_o >> i & 1) == 0) continue;
      faults.push_back({static_cast<unsigned>(m.fault_cause_o >> 5 * i & 31),
                        static_cast<unsigned>(m.fault_warp_o >> 8 * i & 255),
                        static_cast<std::uint32_t>(m.fault_mask_o >> 32 * i),
                        static_cast<std::uint32_t>(m.fault_pc_o >> 32 * i),
                        static_cast<std::uint32_t>(m.fault_address_o >> 32 * i)});
      fault_cycles.push_back(cycle_);
    }
  }

  std::array<std::uint32_t, 8> operand(const Mma& mma, bool b, unsigned row,
                                       unsigned k_step) const {
    const unsigned layout = b ? mma.b_layout : mma.a_layout;
    const std::uint32_t tile = b ? mma.b_tile : mma.a_tile;
    std::array<std::uint32_t, 8> result{};
    for (unsigned i = 0; i < 32; ++i) {
      std::uint32_t offset = tile + row * Mma::pitch(layout) + 32 * k_step + i;
      if (b ? mma.b_transposed : mma.a_transposed) {
        const unsigned rows = Mma::pitch(layout) / mma.element();
        offset = tile + row / rows * (b ? mma.b_slab : mma.a_slab) +
                 (32 * k_step + i) / mma.element() * Mma::pitch(layout) +
                 row % rows * mma.element() + i % mma.element();
      }
      const std::uint32_t bits = layout == 0 ? 0 : layout == 1 ? 1 : layout == 2 ? 3 : 7;
      offset ^= (offset >> 7 & bits) << 4;
      result[i / 4] |= std::uint32_t{shared_.at(slot(mma.warp) * shared_size + offset)}
                       << 8 * (i % 4);
    }
    return result;
  }

  /// What a row of B has for what is kept of a row of a sparse A.
  std::array<std::uint32_t, 8> named(const Mma& mma, unsigned a_row, unsigned b_row,
                                     unsigned k_step) const {
    const std::array all{operand(mma, true, b_row, 2 * k_step),
                         operand(mma, true, b_row, 2 * k_step + 1)};
    const unsigned e = mma.element();
    const std::uint32_t metadata =
        slot(mma.warp) * shared_size + mma.a_scale + 16 / e * a_row + 8 / e * k_step;
    std::array<std::uint32_t, 8> result{};
    for (unsigned i = 0; i < 32; ++i) {
      const unsigned index = shared_.at(metadata + i / e / 4) >> i / e % 4 * 2 & 3;
      const unsigned wanted = (i / e / 2 * 4 + index) * e + i % e;
      const std::uint32_t byte = all[wanted / 32][wanted % 32 / 4] >> 8 * (wanted % 4) & 0xFF;
      result[i / 4] |= byte << 8 * (i % 4);
    }
    return result;
  }

  /// Byte j of what a dot-product unit gets is the n * j / 4 th of a row's n scales.
  std::array<std::uint8_t, 4> row_scales(const Mma& mma, bool b, unsigned row,
                                         unsigned k_step) const {
    std::array<std::uint8_t, 4> result{};
    const unsigned count = mma.scales();
    if (count == 0) return result;
    const std::uint32_t first = (b ? mma.b_scale : mma.a_scale) + 4 * count * row + count * k_step;
    for (unsigned j = 0; j < 4; ++j) {
      result[j] = shared_.at(slot(mma.warp) * shared_size + first + j * count / 4);
    }
    return result;
  }

  void multiply(const Mma& mma) {
    DotOperation operation;
    operation.mode = mma.mode;
    operation.a_format = mma.a_format;
    operation.b_format = mma.b_format;
    operation.accumulator = mma.accumulator;
    operation.scale_format = mma.scale_format;
    const DotMeaning is = meaning(operation, build_);
    const bool floats = is.elements != DotClass::kInt8 && is.elements != DotClass::kInt4 &&
                        is.elements != DotClass::kFp4;
    const unsigned blocks = !floats                       ? 1
                            : is.mode == DotMode::kVolta  ? 4
                            : is.mode == DotMode::kAmpere ? 2
                                                          : 1;
    for (unsigned i = 0; i < mma.m; ++i) {
      for (unsigned j = 0; j < mma.n; ++j) {
        std::uint32_t& d = word(mma.lane + i, mma.column + j);
        operation.c = mma.accumulate ? d : 0;
        for (unsigned s = mma.first; s < mma.first + mma.steps; ++s) {
          operation.a = operand(mma, false, i, s);
          operation.b = mma.sparse ? named(mma, i, j, s) : operand(mma, true, j, s);
          operation.a_scale = row_scales(mma, false, i, s);
          operation.b_scale = row_scales(mma, true, j, s);
          for (operation.step = 0; operation.step < blocks; ++operation.step) {
            operation.c = expected(operation, build_);
          }
        }
        d = operation.c;
      }
    }
  }

  std::mt19937 random_;
  std::unique_ptr<Model> model_ = std::make_unique<Model>();
  std::uint64_t cycle_ = 0;
  unsigned slots_ = 1;
  DotBuild build_;
  std::vector<std::uint8_t> shared_;
  std::vector<std::uint32_t> words_;
  std::deque<Row> rows_;
  bool begins_ = true;               ///< the next row is an instruction's first
  std::array<unsigned, 2> taken_{};  ///< credits of MMA and TENSOR
  std::array<std::optional<Units>, 3> pipe_;
  std::deque<std::uint32_t> commits_;  ///< addresses of mbarriers
  std::deque<Result> expected_;
  std::deque<unsigned> stores_;  ///< warps
  bool result_seen_ = false;
};

}  // namespace heddle::tb
