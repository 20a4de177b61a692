// Drives the verilated shared memory and compares it in every cycle with what
// docs/architecture/memory.md says, written down again here over a plain array of words.
#pragma once

#include <Vshared_memory_harness.h>

#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "isa/instructions.hpp"
#include "mbarrier_reference.hpp"

namespace heddle::tb {

class SharedMemoryBench {
 public:
  using Model = Vshared_memory_harness;
  using Op = isa::Op;
  static constexpr unsigned kLanes =
      sizeof(std::declval<Model>().result_data_o) / sizeof(std::uint32_t);
  static constexpr std::uint32_t kAllLanes = (1U << kLanes) - 1;
  static constexpr std::uint32_t kWords = 256;  ///< in use
  static constexpr unsigned kFloatAddLatency = 9;

  struct Row {
    Op op = Op::kLw;
    unsigned warp = 1;
    unsigned rd = 7;
    bool writes_rd = true;
    unsigned beat = 0;
    bool last = true;
    bool any_global = false;
    bool high = false;  ///< upper words of amocas.d; then `mask` is 0
    std::uint32_t mask = kAllLanes;
    std::array<std::uint32_t, kLanes> address{}, data{}, compare{};
  };
  static constexpr unsigned kGroups = kLanes / 4;
  /// What the copy engine asks for: units of 16 bytes, at most one a group; or bytes that are
  /// complete at an mbarrier. Or the matrix engine: units to read, or an arrival. (A configuration
  /// of four lanes has neither.)
  struct Copy {
    bool matrix = false;
    std::array<std::optional<std::uint32_t>, kGroups> unit;  ///< address / 16
    std::array<std::uint32_t, kLanes> data{};
    bool complete = false;  ///< or an arrival
    std::uint32_t mbarrier = 0, bytes = 0;
  };
  struct Result {
    std::uint64_t cycle = 0;  ///< in which it was taken
    std::uint32_t mask = 0;
    unsigned rd = 0;
    bool last = false;
    std::array<std::uint32_t, kLanes> data{};
  };

  SharedMemoryBench() : model_(std::make_unique<Model>()), words_(kWords) {
    model_->rst_ni = 0;
    model_->eval();
    model_->clk_i = 1;
    model_->eval();
    model_->rst_ni = 1;
    // Every word has a value of its own.
    for (std::uint32_t first = 0; first < kWords; first += kLanes) {
      Row row;
      row.op = Op::kSw;
      for (std::uint32_t i = 0; i < kLanes; ++i) {
        row.address[i] = 4 * (first + i);
        row.data[i] = 0x01000193 * (first + i + 1);
      }
      queue(row);
    }
    run();
    store_done.clear();
    passes.clear();
  }
  ~SharedMemoryBench() { model_->final(); }
  SharedMemoryBench(const SharedMemoryBench&) = delete;
  SharedMemoryBench& operator=(const SharedMemoryBench&) = delete;

  bool result_ready = true;
  bool rows_wait = false;  ///< memory_queue has nothing in this cycle

  std::vector<std::uint64_t> passes;  ///< cycles with a pass, empty ones included
  std::vector<Result> results;        ///< as they were taken
  std::vector<std::uint64_t> store_done;
  std::vector<std::uint64_t> parks, phase_ends;  ///< cycles with these events

  std::vector<std::uint64_t> copy_passes, matrix_passes;  ///< cycles with a pass of the engine

  void queue(const Row& row) { queue_.push_back(row); }
  void queue(const Copy& copy) { (copy.matrix ? matrix_ : copies_).push_back(copy); }
  bool busy() const {
    return !queue_.empty() || !copies_.empty() || !matrix_.empty() || !idle() || stage_[0] ||
           stage_[1] || stage_[2];
  }
  std::uint64_t cycle() const { return cycle_; }
  std::uint32_t word(std::uint32_t address) const { return words_.at(address / 4); }

  void run() {
    for (int i = 0; i < 20000 && busy(); ++i) step();
    REQUIRE_FALSE(busy());
    step();
  }

  /// Reads all words in use through the ports; step() compares them.
  void read_back() {
    for (std::uint32_t first = 0; first < kWords; first += kLanes) {
      Row row;
      for (std::uint32_t i = 0; i < kLanes; ++i) row.address[i] = 4 * (first + i);
      queue(row);
    }
    result_ready = true;
    rows_wait = false;
    run();
  }

  /// Lets a cycle pass.
  void step() {
    Model& m = *model_;
    m.clk_i = 0;
    m.result_ready_i = result_ready;
    const bool pushed = drive_row();
    drive_copy();
    drive_matrix();
    m.eval();
    INFO("cycle " << cycle_);
    compare();
    advance(pushed);
    m.clk_i = 1;
    m.eval();
    ++cycle_;
  }

 private:
  struct Pass {
    Row row;
    std::uint32_t served = 0;
    bool last = false;
    std::array<std::uint32_t, kLanes> old_word{};
    std::uint32_t old_upper_word = 0;  ///< of an mbarrier or amocas.d
    std::array<std::uint32_t, kLanes> upper_data{}, upper_compare{};  ///< of amocas.d
    std::uint64_t visible = 0;                                        ///< first cycle of this stage
    std::optional<Copy> copy;                                         ///< of an engine
    bool writes_units() const { return copy && !copy->complete && !copy->matrix; }
    bool reads_units() const { return copy && !copy->complete && copy->matrix; }
    bool atomic() const { return is_atomic(row.op) && served != 0; }
    bool two_results() const { return row.op == Op::kAmocasD && served != 0; }
  };

  static bool is_store(Op op) { return op == Op::kSb || op == Op::kSh || op == Op::kSw; }
  static bool is_load(Op op) {
    return op == Op::kMbarrierTest || op == Op::kMbarrierTryWait || op == Op::kLb ||
           op == Op::kLbu || op == Op::kLh || op == Op::kLhu || op == Op::kLw;
  }
  static bool is_atomic(Op op) { return !is_store(op) && !is_load(op); }
  /// Of a pass of these there is one lane, as of amofadd, and the word behind its own is its, too.
  static bool is_mbarrier(Op op) {
    return op == Op::kMbarrierArrive || op == Op::kMbarrierArriveDrop ||
           op == Op::kMbarrierExpectTx || op == Op::kMbarrierCompleteTx;
  }

  template <typename Port>
  static void set(Port& port, unsigned value) {
    port = static_cast<std::remove_reference_t<Port>>(value);
  }

  bool drive_row() {
    Model& m = *model_;
    const bool valid = !queue_.empty() && fifo_.size() < 2 && !rows_wait;
    m.row_valid_i = valid;
    if (!valid) return false;
    const Row& row = queue_.front();
    set(m.row_warp_i, row.warp);
    set(m.row_op_i, static_cast<unsigned>(row.op));
    set(m.row_rd_i, row.rd);
    m.row_writes_rd_i = row.writes_rd;
    set(m.row_beat_i, row.beat);
    m.row_last_i = row.last;
    m.row_any_global_i = row.any_global;
    m.row_high_i = row.high;
    set(m.row_shared_mask_i, row.mask);
    for (unsigned i = 0; i < kLanes; ++i) {
      m.row_address_i[i] = row.address[i];
      m.row_data_i[i] = row.data[i];
      m.row_compare_i[i] = row.compare[i];
    }
    return true;
  }

  void drive_copy() {
    Model& m = *model_;
    m.copy_valid_i = !copies_.empty();
    if (copies_.empty()) return;
    const Copy& copy = copies_.front();
    m.copy_complete_i = copy.complete;
    m.copy_half_i = copy.mbarrier / 8 % 2;
    m.copy_bytes_i = copy.bytes;
    unsigned enable = 0;
    for (unsigned g = 0; g < kGroups; ++g) {
      const std::uint32_t unit = copy.complete ? copy.mbarrier / 16 : copy.unit[g].value_or(g);
      if (copy.complete ? unit % kGroups == g : copy.unit[g].has_value()) enable |= 1U << g;
      set_index(m.copy_index_i, g, unit / kGroups);
    }
    set(m.copy_enable_i, enable);
    for (unsigned i = 0; i < kLanes; ++i) m.copy_data_i[i] = copy.data[i];
  }
  void drive_matrix() {
    Model& m = *model_;
    m.matrix_valid_i = !matrix_.empty();
    if (matrix_.empty()) return;
    const Copy& pass = matrix_.front();
    m.matrix_arrival_i = pass.complete;
    m.matrix_half_i = pass.mbarrier / 8 % 2;
    unsigned enable = 0;
    for (unsigned g = 0; g < kGroups; ++g) {
      const std::uint32_t unit = pass.complete ? pass.mbarrier / 16 : pass.unit[g].value_or(g);
      if (pass.complete ? unit % kGroups == g : pass.unit[g].has_value()) enable |= 1U << g;
      set_index(m.matrix_index_i, g, unit / kGroups);
    }
    set(m.matrix_enable_i, enable);
  }
  /// Of a group, of which the port has 16 bits.
  template <typename Port>
  static void set_index(Port& port, unsigned group, std::uint32_t index) {
    const std::uint64_t mask = std::uint64_t{0xffff} << 16 * group;
    port = static_cast<Port>((std::uint64_t{port} & ~mask) | std::uint64_t{index} << 16 * group);
  }

  /// Whether a pass can be made in this cycle.
  bool possible() const {
    const bool adding = (sum_ && cycle_ < sum_->given + kFloatAddLatency) || adds();
    return advances() && !adding && !(stage_[0] && stage_[0]->atomic()) &&
           !(stage_[1] && stage_[1]->atomic());
  }
  /// Who wants a pass: head row, copy engine, matrix engine.
  std::array<bool, 3> wants() const { return {!fifo_.empty(), !copies_.empty(), !matrix_.empty()}; }
  std::optional<unsigned> chosen() const {
    for (unsigned i = 1; i <= 3; ++i) {
      if (wants()[(last_ + i) % 3]) return (last_ + i) % 3;
    }
    return std::nullopt;
  }

  bool result_valid() const {
    return stage_[2] && !stage_[2]->copy && !is_store(stage_[2]->row.op) && !stage_[2]->row.high;
  }
  /// The first of two results is shown.
  bool first_of_two() const { return result_valid() && stage_[2]->two_results() && !second_; }
  bool advances() const { return !result_valid() || (result_ready && !first_of_two()); }
  /// In s: stage 3 shows an atomic for the first time.
  bool new_words() const {
    return stage_[2] && stage_[2]->atomic() && stage_[2]->visible == cycle_;
  }
  bool adds() const { return new_words() && stage_[2]->row.op == Op::kAmofaddW; }
  /// Of mbarrier.try_wait: some lane's phase is still the one that it waits for.
  bool parks_warp() const {
    if (!stage_[2] || stage_[2]->copy || stage_[2]->row.op != Op::kMbarrierTryWait) return false;
    const Pass& pass = *stage_[2];
    for (unsigned i = 0; i < kLanes; ++i) {
      const bool waits = (pass.old_word[i] & 1) == (pass.row.data[i] & 1);
      if (waits && (pass.served >> i & 1) != 0) return true;
    }
    return false;
  }
  bool idle() const {
    const bool none = std::all_of(stage_.begin(), stage_.end(), [](const auto& stage) {
      return !stage || stage->writes_units() || stage->reads_units();
    });
    return fifo_.empty() && none && !sum_;
  }

  void compare() const {
    const Model& m = *model_;
    REQUIRE((m.row_ready_o != 0) == (fifo_.size() < 2));
    REQUIRE((m.idle_o != 0) == idle());
    REQUIRE((m.copy_ready_o != 0) == (possible() && chosen() == 1U));
    REQUIRE((m.matrix_ready_o != 0) == (possible() && chosen() == 2U));
    const bool units = stage_[2] && stage_[2]->reads_units();
    REQUIRE((m.units_valid_o != 0) == units);
    for (unsigned i = 0; units && i < kLanes; ++i) {
      if (stage_[2]->copy->unit[i / 4]) REQUIRE(m.units_data_o[i] == stage_[2]->old_word[i]);
    }
    REQUIRE((m.shared_row_o != 0) == row_served_);
    REQUIRE((m.shared_pass_o != 0) == pass_served_);
    const bool done =
        stage_[2] && !stage_[2]->copy && is_store(stage_[2]->row.op) && stage_[2]->last;
    REQUIRE((m.store_done_valid_o != 0) == done);
    if (done) REQUIRE(m.store_done_warp_o == stage_[2]->row.warp);
    REQUIRE((m.park_valid_o != 0) == parks_warp());
    if (parks_warp()) REQUIRE(m.park_warp_o == stage_[2]->row.warp);
    REQUIRE((m.phase_end_o != 0) == phase_ended_);
    REQUIRE((m.result_valid_o != 0) == result_valid());
    if (!result_valid()) return;
    const Pass& pass = *stage_[2];
    REQUIRE(m.result_warp_o == pass.row.warp);
    REQUIRE(m.result_rd_o == result_rd());
    REQUIRE((m.result_pair_o != 0) == (pass.row.op == Op::kAmocasD));
    REQUIRE((m.result_writes_rd_o != 0) == pass.row.writes_rd);
    REQUIRE(m.result_beat_o == pass.row.beat);
    REQUIRE((m.result_last_o != 0) == (pass.last && !first_of_two()));
    REQUIRE(m.result_mask_o == pass.served);
    for (unsigned i = 0; i < kLanes; ++i) {
      if ((pass.served >> i & 1) == 0) continue;
      INFO("lane " << i << " of " << isa::name(pass.row.op));
      REQUIRE(m.result_data_o[i] == result_word(i));
    }
  }

  unsigned result_rd() const {
    const Pass& pass = *stage_[2];
    return pass.row.rd + (pass.row.op == Op::kAmocasD && !first_of_two() ? 1 : 0);
  }
  std::uint32_t result_word(unsigned lane) const {
    const Pass& pass = *stage_[2];
    if (second_) return pass.old_upper_word;
    return extended(pass.row.op, pass.row.address[lane], pass.old_word[lane]);
  }

  static std::uint32_t extended(Op op, std::uint32_t address, std::uint32_t word) {
    const std::uint32_t value = word >> 8 * (address % 4);
    switch (op) {
      case Op::kLb: return static_cast<std::uint32_t>(static_cast<std::int8_t>(value));
      case Op::kLbu: return value & 0xFF;
      case Op::kLh: return static_cast<std::uint32_t>(static_cast<std::int16_t>(value));
      case Op::kLhu: return value & 0xFFFF;
      default: return value;
    }
  }

  static std::uint32_t new_word(Op op, std::uint32_t word, std::uint32_t b, std::uint32_t c) {
    const auto x = static_cast<std::int32_t>(word);
    const auto y = static_cast<std::int32_t>(b);
    switch (op) {
      case Op::kAmoswapW: return b;
      case Op::kAmoaddW: return word + b;
      case Op::kAmoandW: return word & b;
      case Op::kAmoorW: return word | b;
      case Op::kAmoxorW: return word ^ b;
      case Op::kAmominW: return static_cast<std::uint32_t>(std::min(x, y));
      case Op::kAmomaxW: return static_cast<std::uint32_t>(std::max(x, y));
      case Op::kAmominuW: return std::min(word, b);
      case Op::kAmomaxuW: return std::max(word, b);
      case Op::kAmocasW: return word == c ? b : word;
      default: {
        const float sum = std::bit_cast<float>(word) + std::bit_cast<float>(b);
        return std::isnan(sum) ? 0x7FC00000U : std::bit_cast<std::uint32_t>(sum);
      }
    }
  }

  std::uint32_t pending() const { return fifo_.front().mask & ~served_before_; }
  /// The lanes that the next pass serves.
  std::uint32_t served() const {
    const Row& row = fifo_.front();
    std::array<int, kLanes> leader;
    leader.fill(-1);
    std::uint32_t result = 0;
    for (unsigned i = 0; i < kLanes; ++i) {
      if ((pending() >> i & 1) == 0) continue;
      int& lead = leader[row.address[i] / 4 % kLanes];
      if (lead < 0) {
        lead = static_cast<int>(i);
      } else if (is_atomic(row.op) ||
                 row.address[i] / 4 != row.address[static_cast<unsigned>(lead)] / 4) {
        continue;
      }
      result |= 1U << i;
      if (row.op == Op::kAmofaddW || row.op == Op::kAmocasD || is_mbarrier(row.op)) break;
    }
    return result;
  }

  /// Bank accesses of stage 1.
  void access(Pass& pass) {
    if (pass.writes_units()) {
      for (unsigned i = 0; i < kLanes; ++i) {
        const auto& unit = pass.copy->unit[i / 4];
        if (unit) words_.at(4 * *unit + i % 4) = pass.copy->data[i];
      }
      return;
    }
    for (unsigned i = 0; pass.reads_units() && i < kLanes; ++i) {
      const auto& unit = pass.copy->unit[i / 4];
      if (unit) pass.old_word[i] = words_.at(4 * *unit + i % 4);
    }
    for (unsigned i = 0; i < kLanes; ++i) {
      if ((pass.served >> i & 1) == 0) continue;
      const std::uint32_t address = pass.row.address[i];
      std::uint32_t& word = words_.at(address / 4);
      if (is_store(pass.row.op)) {
        const unsigned bits = pass.row.op == Op::kSb ? 8 : pass.row.op == Op::kSh ? 16 : 32;
        const std::uint32_t mask = 0xFFFFFFFFU >> (32 - bits) << 8 * (address % 4);
        word = (word & ~mask) | (pass.row.data[i] << 8 * (address % 4) & mask);
      }
    }
    for (unsigned i = 0; i < kLanes; ++i) {
      if ((pass.served >> i & 1) == 0) continue;
      const std::uint32_t word = pass.row.address[i] / 4;
      pass.old_word[i] = words_.at(word);
      if (is_mbarrier(pass.row.op) || pass.two_results()) pass.old_upper_word = words_.at(word + 1);
    }
  }

  struct Sum {
    std::uint64_t given = 0;  ///< s
    std::uint32_t address = 0, value = 0;
  };

  /// What becomes of the state at the end of the cycle.
  void advance(bool pushed) {
    const bool advance = advances();
    if (parks_warp()) parks.push_back(cycle_);
    if (phase_ended_) phase_ends.push_back(cycle_);
    phase_ended_ = false;
    if (adds()) {
      const Pass& pass = *stage_[2];
      const auto lane = static_cast<unsigned>(std::countr_zero(pass.served));
      sum_ = Sum{cycle_, pass.row.address[lane],
                 new_word(pass.row.op, pass.old_word[lane], pass.row.data[lane], 0)};
    } else if (new_words() && is_mbarrier(stage_[2]->row.op)) {
      const Pass& pass = *stage_[2];
      const auto lane = static_cast<unsigned>(std::countr_zero(pass.served));
      const std::uint64_t old = std::uint64_t{pass.old_upper_word} << 32 | pass.old_word[lane];
      const std::uint64_t updated = mbarrier_reference(pass.row.op, old, pass.row.data[lane]);
      phase_ended_ = ((old ^ updated) & 1) != 0;
      words_.at(pass.row.address[lane] / 4) = static_cast<std::uint32_t>(updated);
      words_.at(pass.row.address[lane] / 4 + 1) = static_cast<std::uint32_t>(updated >> 32);
    } else if (new_words() && stage_[2]->two_results()) {
      const Pass& pass = *stage_[2];
      const auto lane = static_cast<unsigned>(std::countr_zero(pass.served));
      if (pass.old_word[lane] == pass.row.compare[lane] &&
          pass.old_upper_word == pass.upper_compare[lane]) {
        words_.at(pass.row.address[lane] / 4) = pass.row.data[lane];
        words_.at(pass.row.address[lane] / 4 + 1) = pass.upper_data[lane];
      }
    } else if (new_words()) {
      const Pass& pass = *stage_[2];
      for (unsigned i = 0; i < kLanes; ++i) {
        if ((pass.served >> i & 1) == 0) continue;
        words_.at(pass.row.address[i] / 4) =
            new_word(pass.row.op, pass.old_word[i], pass.row.data[i], pass.row.compare[i]);
      }
    }
    const bool adding = sum_ && cycle_ < sum_->given + kFloatAddLatency;
    const bool held =
        adding || (stage_[0] && stage_[0]->atomic()) || (stage_[1] && stage_[1]->atomic());
    if (sum_ && cycle_ == sum_->given + kFloatAddLatency) {
      words_.at(sum_->address / 4) = sum_->value;
      sum_.reset();
    }
    if (first_of_two() && result_ready) {
      take_result();
      second_ = true;
    }
    if (advance) {
      if (result_valid()) take_result();
      second_ = false;
      if (stage_[2] && !stage_[2]->copy && is_store(stage_[2]->row.op) && stage_[2]->last)
        store_done.push_back(cycle_);
      if (stage_[0]) access(*stage_[0]);
      stage_[2] = stage_[1];
      stage_[1] = stage_[0];
      if (stage_[1] && stage_[1]->writes_units()) stage_[1].reset();
      stage_[0].reset();
      for (auto& stage : stage_) {
        if (stage) stage->visible = cycle_ + 1;
      }
    }
    row_served_ = pass_served_ = false;
    if (advance && !held) {
      const auto who = chosen();
      const std::array<bool, 3> all = wants();
      if (std::count(all.begin(), all.end(), true) > 1) last_ = *who;
      if (who == 0U) make_pass();
      if (who == 1U) make_engine_pass(copies_, copy_passes);
      if (who == 2U) make_engine_pass(matrix_, matrix_passes);
    }
    if (pushed) {
      fifo_.push_back(queue_.front());
      queue_.pop_front();
    }
  }

  void make_engine_pass(std::deque<Copy>& wanted, std::vector<std::uint64_t>& cycles) {
    Pass pass;
    pass.copy = wanted.front();
    wanted.pop_front();
    if (pass.copy->complete) {
      pass.row.op = pass.copy->matrix ? Op::kMbarrierArrive : Op::kMbarrierCompleteTx;
      pass.row.address[0] = pass.copy->mbarrier;
      pass.row.data[0] = pass.copy->matrix ? 1 : pass.copy->bytes;
      pass.served = 1;
    }
    pass.visible = cycle_ + 1;
    cycles.push_back(cycle_);
    stage_[0] = pass;
  }

  void make_pass() {
    Pass pass;
    pass.row = fifo_.front();
    pass.served = served();
    auto& upper_data = upper_data_.at(pass.row.beat);
    auto& upper_compare = upper_compare_.at(pass.row.beat);
    if (pass.row.high) {
      upper_data = pass.row.data;
      upper_compare = pass.row.compare;
    }
    pass.upper_data = upper_data;
    pass.upper_compare = upper_compare;
    pass.visible = cycle_ + 1;
    const bool final_pass = pass.served == pending();
    pass.last = final_pass && pass.row.last && !pass.row.any_global;
    pass_served_ = pass.served != 0;
    row_served_ = final_pass && pass.row.mask != 0;
    served_before_ |= pass.served;
    if (final_pass) {
      served_before_ = 0;
      fifo_.pop_front();
    }
    passes.push_back(cycle_);
    stage_[0] = pass;
  }

  void take_result() {
    Result result{cycle_, stage_[2]->served, result_rd(), stage_[2]->last && !first_of_two(), {}};
    for (unsigned i = 0; i < kLanes; ++i) result.data[i] = result_word(i);
    results.push_back(result);
  }

  std::unique_ptr<Model> model_;
  std::uint64_t cycle_ = 0;
  std::deque<Row> queue_;  ///< before the memory
  std::deque<Row> fifo_;
  std::uint32_t served_before_ = 0;
  std::array<std::optional<Pass>, 3> stage_;
  std::optional<Sum> sum_;
  bool row_served_ = false, pass_served_ = false;
  bool phase_ended_ = false;  ///< by the new words of the last cycle
  std::deque<Copy> copies_, matrix_;
  unsigned last_ = 0;    ///< who got the pass where several wanted one
  bool second_ = false;  ///< of two results the first has been taken
  /// By beat.
  std::array<std::array<std::uint32_t, kLanes>, 32 / kLanes> upper_data_{}, upper_compare_{};
  std::vector<std::uint32_t> words_;
};

}  // namespace heddle::tb
