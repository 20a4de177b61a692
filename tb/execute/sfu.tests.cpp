// The special function unit: results against the golden function bit for bit, and the cycle of
// every row and event by docs/architecture/special_functions.md.
#include <Vsfu_harness.h>

#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "isa/instructions.hpp"
#include "isa/special_functions.hpp"
#include "operand_generator.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

constexpr std::array<Op, 7> kOps = {Op::kRcpApprox, Op::kRsqrtApprox, Op::kEx2Approx,
                                    Op::kLg2Approx, Op::kSinApprox,   Op::kCosApprox,
                                    Op::kTanhApprox};
constexpr unsigned kLanes =
    sizeof(std::declval<Vsfu_harness>().result_data_o) / sizeof(std::uint32_t);
constexpr unsigned kBeats = 32 / kLanes;
constexpr unsigned kQueue = 2 * kBeats;
constexpr unsigned kLatency = 16;
constexpr std::uint32_t kRowMask = (1U << kLanes) - 1;

/// A row as the operand collector sends it, and as writeback gets it.
struct Row {
  Op op = Op::kRcpApprox;
  unsigned warp = 0, rd = 0, beat = 0;
  bool writes_rd = false;
  std::uint32_t group = 0;
  std::array<std::uint32_t, kLanes> a{};

  std::uint32_t mask() const { return (group >> (beat * kLanes)) & kRowMask; }
  bool op_last() const { return beat + 1 == kBeats; }
  bool last_active() const {
    return op_last() || (std::uint64_t{group} >> ((beat + 1) * kLanes)) == 0;
  }
};

/// The page's rules for the cycles, one row at a time, without data.
class Timing {
 public:
  /// What is to be seen at the outputs in the current cycle.
  bool valid() const { return !results_.empty(); }
  const Row& result() const { return results_.front(); }
  bool op_done() const { return op_done_; }
  bool idle() const {
    return queue_.empty() && step_ == 0 && on_the_way_.empty() && results_.empty();
  }
  std::size_t queued() const { return queue_.size(); }
  bool full() const { return rows_ == 4; }

  /// Ends the cycle: `pushed` is the row visible in it, or null.
  void clock(const Row* pushed, bool ready) {
    const bool take = step_ == 0 && !queue_.empty() && rows_ < 4;
    const bool transfer = valid() && ready;
    op_done_ = take && queue_.front().op_last();
    if (transfer) {
      results_.pop_front();
      --rows_;
    }
    if (!on_the_way_.empty() && on_the_way_.front().first + kLatency == cycle_) {
      if (on_the_way_.front().second.mask() != 0) {
        results_.push_back(on_the_way_.front().second);
      } else {
        --rows_;
      }
      on_the_way_.pop_front();
    }
    if (take) {
      on_the_way_.emplace_back(cycle_, queue_.front());
      queue_.pop_front();
      ++rows_;
    }
    if (take || step_ != 0) step_ = (step_ + 1) % 4;
    if (pushed != nullptr) queue_.push_back(*pushed);
    ++cycle_;
  }

 private:
  std::uint64_t cycle_ = 0;
  unsigned step_ = 0, rows_ = 0;
  bool op_done_ = false;
  std::deque<Row> queue_, results_;
  std::deque<std::pair<std::uint64_t, Row>> on_the_way_;
};

/// The verilated unit and the rules beside it; every cycle compares all outputs.
class SfuBench {
 public:
  SfuBench() : model_(std::make_unique<Vsfu_harness>()) {
    model_->rst_ni = 0;
    edge();
    model_->rst_ni = 1;
  }
  ~SfuBench() { model_->final(); }
  SfuBench(const SfuBench&) = delete;
  SfuBench& operator=(const SfuBench&) = delete;

  void clock(const Row* row, bool ready) {
    Vsfu_harness& m = *model_;
    m.valid_i = row != nullptr;
    m.result_ready_i = ready;
    if (row != nullptr) {
      set(m.op_i, static_cast<unsigned>(row->op));
      set(m.warp_i, row->warp);
      set(m.rd_i, row->rd);
      m.writes_rd_i = row->writes_rd;
      set(m.beat_i, row->beat);
      m.last_i = row->op_last();
      set(m.mask_i, row->mask());
      m.group_mask_i = row->group;
      for (unsigned i = 0; i < kLanes; ++i) m.a_i[i] = row->a[i];
    }
    m.clk_i = 0;
    m.eval();
    check();
    const bool ours = row != nullptr && std::ranges::find(kOps, row->op) != kOps.end();
    timing_.clock(ours ? row : nullptr, ready);
    edge();
    ++cycle_;
  }

  /// Sends all rows of an instruction, one a cycle.
  void issue(const std::vector<Row>& rows) {
    for (const Row& row : rows) clock(&row, true);
  }
  void drain() {
    while (!timing_.idle()) clock(nullptr, true);
    clock(nullptr, true);
  }

  const Timing& timing() const { return timing_; }
  std::uint64_t cycle() const { return cycle_; }

  std::vector<std::uint64_t> result_cycles, op_done_cycles;
  std::uint64_t compared = 0;  ///< values

 private:
  template <typename Port>
  static void set(Port& port, unsigned value) {
    port = static_cast<std::remove_reference_t<Port>>(value);
  }

  void check() {
    const Vsfu_harness& m = *model_;
    REQUIRE((m.result_valid_o != 0) == timing_.valid());
    REQUIRE((m.op_done_valid_o != 0) == timing_.op_done());
    REQUIRE((m.idle_o != 0) == timing_.idle());
    if (timing_.op_done()) op_done_cycles.push_back(cycle_);
    if (!timing_.valid()) return;
    const Row& row = timing_.result();
    REQUIRE(m.result_mask_o == row.mask());
    REQUIRE(m.result_warp_o == row.warp);
    REQUIRE(m.result_rd_o == row.rd);
    REQUIRE((m.result_writes_rd_o != 0) == row.writes_rd);
    REQUIRE(m.result_beat_o == row.beat);
    REQUIRE((m.result_last_o != 0) == row.last_active());
    for (unsigned i = 0; i < kLanes; ++i) {
      if (((row.mask() >> i) & 1U) == 0) continue;
      const std::uint32_t expected = isa::special_function(row.op, row.a[i]);
      ++compared;
      if (m.result_data_o[i] != expected) {
        INFO(isa::name(row.op) << " of " << std::hex << row.a[i]);
        REQUIRE(m.result_data_o[i] == expected);
      }
    }
    if (m.result_ready_i != 0) result_cycles.push_back(cycle_);
  }

  void edge() {
    model_->clk_i = 0;
    model_->eval();
    model_->clk_i = 1;
    model_->eval();
  }

  std::unique_ptr<Vsfu_harness> model_;
  Timing timing_;
  std::uint64_t cycle_ = 0;
};

/// Operands at the borders of classes, exponents and table intervals, and any.
std::uint32_t operand(Random& random) {
  // The interval's ends and its middle, at the exponents where the functions change their way.
  const std::uint32_t exponent = random.below(2) != 0 ? random.below(256) : 100 + random.below(86);
  const std::uint32_t interval = random.below(128) << 16;
  const std::uint32_t offset = random.below(9) - 4;
  switch (random.below(8)) {
    case 0: return random.word();
    case 1: return kSpecialFloats[random.below(kSpecialFloats.size())] + offset;
    case 2: return (random.word() & 0x807FFFFF);  // zeros and subnormals
    case 3: return (random.word() & 0x80000000) | (exponent << 23);
    case 4: return (random.word() & 0x80000000) | (exponent << 23 | interval) + offset;
    case 5: {  // integers and near them: ex2's exact results; multiples of pi/2: sin's and cos's
      const auto whole = static_cast<float>(static_cast<int>(random.below(300)) - 150);
      const float scaled = random.below(2) != 0 ? whole : whole * 1.57079633F;
      return std::bit_cast<std::uint32_t>(scaled) + offset;
    }
    default: return (random.word() & 0x807FFFFF) | (exponent << 23);
  }
}

std::vector<Row> instruction(Random& random) {
  Row row;
  row.op = kOps[random.below(kOps.size())];
  row.warp = random.below(4);
  row.rd = random.below(32);
  row.writes_rd = row.rd != 0;
  while (row.group == 0) {
    row.group = random.word();
    if (random.below(3) == 0) row.group = 0xFFFFFFFF;
    if (random.below(3) == 0) row.group &= random.word() & random.word();
    // Rows without active threads.
    if (random.below(2) == 0) {
      const unsigned beat = random.below(kBeats);
      row.group &= ~(kRowMask << (beat * kLanes));
      if (random.below(2) == 0) row.group &= kRowMask << ((beat + 1) % kBeats * kLanes);
    }
  }
  std::vector<Row> rows;
  for (row.beat = 0; row.beat < kBeats; ++row.beat) {
    for (std::uint32_t& a : row.a) a = operand(random);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

TEST_CASE("Special functions: an instruction's rows come at the specified cycles") {
  SfuBench bench;
  Random random(1);
  std::vector<Row> rows = instruction(random);
  for (Row& row : rows) row.group = 0xFFFFFFFF;
  bench.clock(nullptr, true);
  const std::uint64_t first = bench.cycle();
  bench.issue(rows);
  bench.drain();
  REQUIRE(bench.result_cycles.size() == kBeats);
  REQUIRE(bench.op_done_cycles.size() == 1);
  // Pushed in `first`, taken in the next cycle, in the result FIFO sixteen cycles later, and
  // visible behind it. Four rows are on their way; the fifth's take waits for the first one's
  // transfer.
  std::uint64_t take = 0;
  for (unsigned i = 0; i < kBeats; ++i) {
    take = first + 1 + i / 4 * 18 + i % 4 * 4;
    CHECK(bench.result_cycles[i] == take + kLatency + 1);
  }
  CHECK(bench.op_done_cycles[0] == take + 1);
}

TEST_CASE("Special functions: rows without active threads take their time, but end") {
  SfuBench bench;
  Random random(2);
  std::vector<Row> rows = instruction(random);
  for (Row& row : rows) row.group = 1U << (kLanes - 1);
  const std::uint64_t first = bench.cycle();
  bench.issue(rows);
  bench.drain();
  REQUIRE(bench.result_cycles.size() == 1);
  CHECK(bench.result_cycles[0] == first + 1 + kLatency + 1);
  const unsigned last = kBeats - 1;
  // An empty row leaves a cycle before its result would be transferred, so the fifth row waits for
  // the first one, which has threads.
  CHECK(bench.op_done_cycles[0] == first + 1 + last / 4 * 18 + last % 4 * 4 + 1);
}

TEST_CASE("Special functions: values, order and cycles under random streams and back pressure") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Random random(seed);
  SfuBench bench;
  std::deque<Row> waiting;
  unsigned issued = 0;
  unsigned deepest = 0;
  unsigned limited = 0;
  while (issued < 6000 || !waiting.empty()) {
    // Phases: writeback always ready, seldom, never for a while; a full queue and pauses.
    const unsigned ready_of_eight = random.below(3) == 0 ? 8 : random.below(8);
    const bool pauses = random.below(3) == 0;
    for (unsigned cycle = 0; cycle < 150; ++cycle) {
      // As the credits do it: an instruction is on its way only if the queue has space for all
      // rows.
      if (waiting.empty() && issued < 6000 && bench.timing().queued() + kBeats <= kQueue &&
          (!pauses || random.below(30) == 0)) {
        for (const Row& row : instruction(random)) waiting.push_back(row);
        ++issued;
      }
      const bool ready = random.below(8) < ready_of_eight;
      if (!waiting.empty() && (!pauses || random.below(3) != 0)) {
        bench.clock(&waiting.front(), ready);
        waiting.pop_front();
      } else {
        // A row of another unit is none of ours.
        Row other;
        other.op = Op::kAdd;
        bench.clock(random.below(2) != 0 ? &other : nullptr, ready);
      }
      deepest = std::max(deepest, static_cast<unsigned>(bench.timing().queued()));
      limited += bench.timing().full() ? 1 : 0;
    }
  }
  bench.drain();
  CHECK(bench.op_done_cycles.size() == issued);
  CHECK(deepest > kBeats);
  CHECK(limited > 1000);
  CHECK(bench.compared > 50000);
}

TEST_CASE("Special functions: every exponent and the ends of every table interval") {
  SfuBench bench;
  std::vector<Row> rows;
  Row row;
  row.group = 0xFFFFFFFF;
  // Sign, exponent and the fraction's upper seven bits: all; the rest: its ends.
  const auto operand_at = [](std::uint32_t index) {
    return (index >> 1) << 16 | ((index & 1) != 0 ? 0xFFFF : 0);
  };
  for (const Op op : kOps) {
    row.op = op;
    for (std::uint32_t next = 0; next < 1U << 17;) {
      while (bench.timing().queued() != 0) bench.clock(nullptr, true);
      for (row.beat = 0; row.beat < kBeats; ++row.beat) {
        for (std::uint32_t& a : row.a) a = operand_at(next++);
        bench.clock(&row, true);
      }
    }
  }
  bench.drain();
  CHECK(bench.compared == std::uint64_t{7} << 17);
}

}  // namespace heddle::tb
