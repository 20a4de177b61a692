// The copy engine's RTL alone, against docs/architecture/copy.md: what must land where, and be
// complete where, is worked out byte by byte here. Rows, crossbar and shared memory are played with
// random latencies; responses come in any order.
#include <Vcopy_engine_harness.h>

#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

namespace heddle::tb {
namespace {

using Model = Vcopy_engine_harness;

constexpr unsigned kLanes = sizeof(std::declval<Model>().row_a_i) / 4;
constexpr unsigned kBeats = 32 / kLanes;
constexpr unsigned kGroups = kLanes / 4;
constexpr unsigned kUnitCopy = 11, kUnitMemory = 7;
constexpr unsigned kQueue = 4;
constexpr unsigned kSlots = 4;
constexpr std::uint32_t kMappedEnd = 0x0040'0000;  // readable from 0; the hole is not
constexpr std::uint32_t kHole = 0x0020'0000, kHoleEnd = 0x0020'1000;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

/// A byte of global memory.
std::uint8_t global_byte(std::uint32_t address) {
  return static_cast<std::uint8_t>((address * 0x9E3779B1U) >> 24 | 1);  // never 0
}

struct Copy {
  std::uint32_t address = 0, pitch = 0, offset = 0, swizzle = 0, mbarrier = 0;
  std::uint32_t row_bytes = 16, valid_bytes = 16, rows = 1, valid_rows = 1;
  bool reserved = false;  ///< bit 31 of rs2 + 1
  unsigned warp = 0;
  std::uint32_t mask = 1, pc = 0x1000;

  std::uint32_t target() const {
    return offset / 16 | swizzle << 14 | mbarrier / 8 << 16 | std::uint32_t{reserved} << 31;
  }
  std::uint32_t columns() const { return row_bytes | valid_bytes << 16; }
  std::uint32_t row_counts() const { return rows | valid_rows << 16; }
  std::uint32_t bytes() const { return rows * row_bytes; }
  std::uint32_t swizzled(std::uint32_t byte) const {
    switch (swizzle) {
      case 1: return byte ^ (byte >> 7 & 1) << 4;
      case 2: return byte ^ (byte >> 7 & 3) << 4;
      case 3: return byte ^ (byte >> 7 & 7) << 4;
      default: return byte;
    }
  }
};

struct Fault {
  unsigned cause = 0, warp = 0;
  std::uint32_t mask = 0, pc = 0, address = 0;
  friend bool operator==(const Fault&, const Fault&) = default;
};

class Bench {
 public:
  explicit Bench(unsigned seed) : random_(seed), model_(std::make_unique<Model>()) {
    Model& m = *model_;
    m.rst_ni = 0;
    m.eval();
    m.clk_i = 1;
    m.eval();
    m.rst_ni = 1;
    shared_.resize(m.shared_bytes_o);
    for (auto& byte : shared_) byte = static_cast<std::uint8_t>(random_());
    shared_size = m.shared_bytes_o / kSlots;
    m.shared_size_i = shared_size;
    // Two regions that may be read, with a hole between them, and one that may only be written.
    m.region_base_i[0] = 0 | 1;
    m.region_limit_i[0] = kHole;
    m.region_base_i[1] = kHoleEnd | 5;
    m.region_limit_i[1] = kMappedEnd;
    m.region_base_i[2] = kHole | 2;
    m.region_limit_i[2] = kHoleEnd;
    for (unsigned w = 0; w < kSlots; ++w) {
      m.launch_valid_i = 1;
      set(m.launch_warp_i, w);
      set(m.launch_cta_i, slot(w));
      m.launch_shared_base_i = slot(w) * shared_size;
      step();
    }
    m.launch_valid_i = 0;
  }
  ~Bench() { model_->final(); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  std::uint32_t shared_size = 0;
  unsigned request_chance = 100, response_chance = 100, pass_chance = 100, row_chance = 100;
  unsigned latency = 0;                                             ///< of a response, up to
  std::set<std::uint32_t> bad_lines;                                ///< the memory reports an error
  std::vector<Fault> faults;                                        ///< as they came
  std::vector<std::uint64_t> op_done, requests, passes, completes;  ///< cycles
  std::vector<std::uint32_t> requested;                             ///< lines
  std::uint64_t last_row = 0;  ///< cycle in which the last row of the last copy was visible

  std::uint64_t cycle() const { return cycle_; }
  bool idle() const { return model_->idle_o != 0 && rows_.empty(); }
  unsigned copying() const { return model_->copying_o; }
  static unsigned slot(unsigned warp) { return (warp + 1) % kSlots; }
  unsigned tags() const { return model_->tags_o; }

  /// A copy whose box, if there is no fault, goes to nobody else's bytes.
  void queue(const Copy& copy, bool fails) {
    jobs_.push_back({copy, fails, false});
    const auto thread = static_cast<unsigned>(std::countr_zero(copy.mask));
    for (const bool high : {true, false}) {
      for (unsigned beat = 0; beat < kBeats; ++beat) {
        Row row;
        row.high = high;
        row.beat = beat;
        row.last = !high && beat == kBeats - 1;
        row.warp = copy.warp;
        row.pc = copy.pc;
        row.mask = copy.mask >> beat * kLanes & (kLanes == 32 ? ~0U : (1U << kLanes % 32) - 1);
        for (unsigned i = 0; i < kLanes; ++i) {
          row.a[i] = random_();
          row.b[i] = random_();
          row.c[i] = random_();
          if (beat * kLanes + i != thread) continue;
          if (!high) row.a[i] = copy.address;
          row.b[i] = high ? copy.target() : copy.pitch;
          row.c[i] = high ? copy.row_counts() : copy.columns();
        }
        rows_.push_back(row);
      }
    }
  }

  void run() {
    for (int i = 0; i < 400'000 && !(idle() && jobs_over()); ++i) step();
    step();  // a fault is visible when all is over
    REQUIRE(idle());
    REQUIRE(jobs_over());
    REQUIRE(responses_.empty());
    REQUIRE_FALSE(response_.has_value());
    REQUIRE(copying() == 0);
  }

  /// Bytes in shared memory are those of the copies without a fault, else the old ones (of a copy
  /// that failed on the way: either).
  void compare_shared(const std::vector<std::uint8_t>& before) const {
    std::vector<std::uint8_t> expected = before;
    std::vector<bool> either(before.size());
    for (const Job& job : jobs_) {
      each_byte(job.copy, [&](std::uint32_t where, std::uint8_t value) {
        if (job.fails) {
          either[where] = true;
          if (shared_[where] != before[where]) CHECK(shared_[where] == value);
        } else {
          expected[where] = value;
        }
      });
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (either[i] || shared_[i] == expected[i]) continue;
      INFO("byte " << i);
      REQUIRE(unsigned{shared_[i]} == unsigned{expected[i]});
    }
  }
  const std::vector<std::uint8_t>& shared() const { return shared_; }
  void forget() { jobs_.clear(); }

  /// Lets a cycle pass.
  void step() {
    Model& m = *model_;
    m.clk_i = 0;
    drive_row();
    m.request_ready_i = chance(request_chance);
    m.pass_ready_i = 0;
    drive_response();
    m.eval();
    INFO("cycle " << cycle_);
    check_stable();
    const bool pass = m.pass_valid_o != 0 && chance(pass_chance);
    m.pass_ready_i = pass;
    m.eval();
    if (m.request_valid_o != 0 && m.request_ready_i != 0) take_request();
    held_pass_.reset();
    if (pass) {
      take_pass();
    } else if (m.pass_valid_o != 0) {
      held_pass_ = pass_payload();
    }
    if (m.response_valid_i != 0 && m.response_ready_o != 0) {
      REQUIRE(tags_used_.erase(response_->tag) == 1);
      response_.reset();
    }
    if (m.op_done_valid_o != 0) {
      REQUIRE(taken_ > 0);
      --taken_;
      op_done.push_back(cycle_);
    }
    if (m.fault_valid_o != 0) {
      faults.push_back(
          {m.fault_cause_o, m.fault_warp_o, m.fault_mask_o, m.fault_pc_o, m.fault_address_o});
    }
    m.clk_i = 1;
    m.eval();
    ++cycle_;
  }

 private:
  struct Row {
    bool high = false, last = false;
    unsigned beat = 0, warp = 0;
    std::uint32_t pc = 0, mask = 0;
    std::array<std::uint32_t, kLanes> a{}, b{}, c{};
  };
  struct Response {
    unsigned tag = 0;
    std::uint32_t line = 0;
    std::uint64_t ready = 0;
  };
  struct Job {
    Copy copy;
    bool fails = false, over = false;
  };

  template <typename Port>
  static void set(Port& port, unsigned value) {
    port = static_cast<std::remove_reference_t<Port>>(value);
  }
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  bool jobs_over() const {
    return std::all_of(jobs_.begin(), jobs_.end(),
                       [](const Job& job) { return job.over || job.fails; });
  }

  template <typename Visit>
  void each_byte(const Copy& copy, Visit&& visit) const {
    const std::uint32_t base = slot(copy.warp) * shared_size;
    for (std::uint32_t r = 0; r < copy.rows; ++r) {
      for (std::uint32_t j = 0; j < copy.row_bytes; ++j) {
        const bool valid = r < copy.valid_rows && j < copy.valid_bytes;
        visit(base + copy.swizzled(copy.offset + r * copy.row_bytes + j),
              valid ? global_byte(copy.address + r * copy.pitch + j) : std::uint8_t{0});
      }
    }
  }

  void drive_row() {
    Model& m = *model_;
    m.row_valid_i = 0;
    // The halves of an instruction are not interrupted, and come only with a credit.
    const bool begins = rows_.empty() || (rows_.front().beat == 0);
    if (begins && !chance(row_chance)) {
      // Somebody else's row.
      m.row_valid_i = 1;
      set(m.row_unit_i, kUnitMemory);
      m.row_last_i = 1;
      m.row_high_i = chance(50);
      set(m.row_beat_i, 0);
      set(m.row_mask_i, 1);
      return;
    }
    if (rows_.empty() || (rows_.front().high && rows_.front().beat == 0 && taken_ == kQueue))
      return;
    const Row& row = rows_.front();
    if (row.high && row.beat == 0) ++taken_;
    m.row_valid_i = 1;
    set(m.row_unit_i, kUnitCopy);
    m.row_high_i = row.high;
    m.row_last_i = row.last;
    set(m.row_beat_i, row.beat);
    set(m.row_warp_i, row.warp);
    m.row_pc_i = row.pc;
    set(m.row_mask_i, row.mask);
    for (unsigned i = 0; i < kLanes; ++i) {
      m.row_a_i[i] = row.a[i];
      m.row_b_i[i] = row.b[i];
      m.row_c_i[i] = row.c[i];
    }
    if (row.last) last_row = cycle_;
    rows_.pop_front();
  }

  void drive_response() {
    Model& m = *model_;
    if (!response_ && !responses_.empty() && chance(response_chance)) {
      const std::size_t pick = random_() % responses_.size();
      if (responses_[pick].ready <= cycle_) {
        response_ = responses_[pick];
        responses_.erase(responses_.begin() + static_cast<std::ptrdiff_t>(pick));
        const std::uint32_t line = response_->line;
        for (unsigned word = 0; word < 16; ++word) {
          std::uint32_t value = 0;
          for (unsigned b = 0; b < 4; ++b) {
            value |= std::uint32_t{global_byte(64 * line + 4 * word + b)} << 8 * b;
          }
          m.response_data_i[word] = value;
        }
        set(m.response_tag_i, response_->tag);
        m.response_error_i = bad_lines.count(line) != 0;
      }
    }
    m.response_valid_i = response_.has_value();
  }

  void take_request() {
    const Model& m = *model_;
    REQUIRE(tags_used_.insert(m.request_tag_o).second);
    REQUIRE(m.request_tag_o < tags());
    responses_.push_back(
        {m.request_tag_o, m.request_line_o, cycle_ + 1 + (latency ? random_() % latency : 0)});
    requests.push_back(cycle_);
    requested.push_back(m.request_line_o);
    held_request_.reset();
  }

  std::vector<std::uint32_t> pass_payload() const {
    const Model& m = *model_;
    std::vector<std::uint32_t> result{m.pass_complete_o};
    if (m.pass_complete_o != 0) {
      result.push_back(m.pass_half_o);
      result.push_back(m.pass_bytes_o);
    }
    for (unsigned g = 0; g < kGroups; ++g) {
      const bool enabled = m.pass_enable_o >> g & 1;
      result.push_back(enabled);
      if (!enabled) continue;
      result.push_back(static_cast<std::uint32_t>(std::uint64_t{m.pass_index_o} >> 16 * g) &
                       0xFFFF);
      if (m.pass_complete_o != 0) continue;
      for (unsigned w = 0; w < 4; ++w) result.push_back(m.pass_data_o[4 * g + w]);
    }
    return result;
  }

  void check_stable() {
    const Model& m = *model_;
    if (held_pass_) {
      REQUIRE(m.pass_valid_o != 0);
      // A job that can complete may be followed by a lower one.
      if ((*held_pass_)[0] == 0) REQUIRE(pass_payload() == *held_pass_);
    }
    if (held_request_) {
      REQUIRE(m.request_valid_o != 0);
      REQUIRE(std::pair<std::uint32_t, std::uint32_t>(m.request_line_o, m.request_tag_o) ==
              *held_request_);
    }
    held_request_.reset();
    if (m.request_valid_o != 0 && m.request_ready_i == 0) {
      held_request_ = {m.request_line_o, m.request_tag_o};
    }
  }

  void take_pass() {
    const Model& m = *model_;
    if (m.pass_complete_o != 0) {
      take_complete();
      return;
    }
    passes.push_back(cycle_);
    for (unsigned g = 0; g < kGroups; ++g) {
      if ((m.pass_enable_o >> g & 1) == 0) continue;
      const auto index =
          static_cast<std::uint32_t>(std::uint64_t{m.pass_index_o} >> 16 * g) & 0xFFFF;
      const std::uint32_t unit = index * kGroups + g;
      for (unsigned b = 0; b < 16; ++b) {
        shared_.at(16 * unit + b) =
            static_cast<std::uint8_t>(m.pass_data_o[4 * g + b / 4] >> 8 * (b % 4));
      }
    }
  }

  void take_complete() {
    const Model& m = *model_;
    completes.push_back(cycle_);
    REQUIRE(std::has_single_bit(unsigned{m.pass_enable_o}));
    const auto g = static_cast<unsigned>(std::countr_zero(unsigned{m.pass_enable_o}));
    const auto index = static_cast<std::uint32_t>(std::uint64_t{m.pass_index_o} >> 16 * g) & 0xFFFF;
    const std::uint32_t mbarrier = 16 * (index * kGroups + g) + 8 * m.pass_half_o;
    const auto job = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& j) {
      return slot(j.copy.warp) * shared_size + j.copy.mbarrier == mbarrier;
    });
    INFO("mbarrier " << mbarrier);
    REQUIRE(job != jobs_.end());
    REQUIRE_FALSE(job->over);
    REQUIRE_FALSE(job->fails);
    REQUIRE(m.pass_bytes_o == job->copy.bytes());
    REQUIRE((copying() >> slot(job->copy.warp) & 1) == 1);
    // All of it is there.
    each_byte(job->copy, [&](std::uint32_t where, std::uint8_t value) {
      if (shared_[where] != value) REQUIRE(unsigned{shared_[where]} == unsigned{value});
    });
    job->over = true;
  }

  Random random_;
  std::unique_ptr<Model> model_;
  std::uint64_t cycle_ = 0;
  unsigned taken_ = 0;  ///< credits
  std::deque<Row> rows_;
  std::vector<Response> responses_;
  std::optional<Response> response_;
  std::set<unsigned> tags_used_;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> held_request_;
  std::optional<std::vector<std::uint32_t>> held_pass_;
  std::vector<std::uint8_t> shared_;
  std::vector<Job> jobs_;
};

constexpr std::uint32_t kMbarriers = 1024;  // bytes at the begin of a CTA's shared memory

/// The lines that a copy reads, in order.
std::vector<std::uint32_t> lines(const Copy& copy) {
  std::vector<std::uint32_t> result;
  for (std::uint32_t r = 0; r < copy.valid_rows; ++r) {
    const std::uint32_t row = copy.address + r * copy.pitch;
    std::optional<std::uint32_t> last;
    for (std::uint32_t j = 0; j < copy.valid_bytes; ++j) {
      const std::uint32_t line = (row + j) / 64;
      if (last != line) result.push_back(line);
      last = line;
    }
  }
  return result;
}

/// Random copies to boxes of their own, none with a fault.
class Boxes {
 public:
  Boxes(Random& random, std::uint32_t shared_size) : random_(random), size_(shared_size) {
    next_.fill(kMbarriers);
  }

  std::optional<Copy> make() {
    Copy copy;
    copy.warp = random_() % kSlots;
    std::uint32_t& next = next_[copy.warp];
    const std::uint32_t room = (size_ - next) / 16;
    if (room < 8 || mbarriers_[copy.warp] == kMbarriers / 8) return std::nullopt;
    const std::uint32_t units = 1 + random_() % std::min(room, 1 + random_() % 256);
    copy.row_bytes = 16 * std::min(units, random_() % 4 == 0 ? 256U : 1 + random_() % 24);
    copy.rows =
        std::min(1 + random_() % (random_() % 2 == 0 ? 256U : 8U), 16 * room / copy.row_bytes);
    if (copy.rows == 0) return std::nullopt;
    copy.valid_bytes = random_() % 2 ? copy.row_bytes : random_() % (copy.row_bytes + 1);
    copy.valid_rows = random_() % 2 ? copy.rows : random_() % (copy.rows + 1);
    copy.swizzle = random_() % 4;
    copy.offset = next;
    next += (copy.bytes() + 127) / 128 * 128;  // what a swizzle changes stays in 128 bytes
    copy.mbarrier = 8 * mbarriers_[copy.warp]++;
    copy.pitch = 16 * (random_() % 512);
    copy.address = 16 * (random_() % 0x8000);
    if (random_() % 4 == 0) copy.pitch = 0U - copy.pitch, copy.address += 0x10'0000;
    copy.mask = random_() % 4 == 0 ? 1U << random_() % 32 : random_() | 0x8000'0000U;
    copy.pc = 4 * (random_() % 0x10000);
    return copy;
  }

 private:
  Random& random_;
  std::uint32_t size_;
  std::array<std::uint32_t, kSlots> next_{};
  std::array<std::uint32_t, kSlots> mbarriers_{};
};

void set_chances(Bench& bench, Random& random) {
  const auto percent = [&] { return random() % 3 == 0 ? 100U : 20 + random() % 80; };
  bench.request_chance = percent();
  bench.response_chance = percent();
  bench.pass_chance = percent();
  bench.row_chance = percent();
  bench.latency = random() % 40;
}

}  // namespace

TEST_CASE("boxes of any shape land where they should, and complete their bytes behind that") {
  for (unsigned seed = 1; seed <= 24; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    Bench bench(seed);
    set_chances(bench, random);
    Boxes boxes(random, bench.shared_size);
    const std::vector<std::uint8_t> before = bench.shared();
    unsigned count = 0;
    std::size_t expected_lines = 0;
    for (unsigned i = 0; i < 20; ++i) {
      const auto copy = boxes.make();
      if (!copy) continue;
      bench.queue(*copy, false);
      expected_lines += lines(*copy).size();
      ++count;
    }
    bench.run();
    bench.compare_shared(before);
    CHECK(bench.faults.empty());
    CHECK(bench.completes.size() == count);
    CHECK(bench.op_done.size() == count);
    CHECK(bench.requested.size() == expected_lines);
  }
}

TEST_CASE("nothing outside of the valid part of a box is read") {
  Bench bench(1);
  Copy copy;
  copy.address = 48;
  copy.pitch = 256;
  copy.row_bytes = 96;
  copy.valid_bytes = 50;
  copy.rows = 5;
  copy.valid_rows = 2;
  copy.offset = 2048;
  copy.swizzle = 3;
  const std::vector<std::uint8_t> before = bench.shared();
  bench.queue(copy, false);
  bench.run();
  bench.compare_shared(before);
  CHECK(bench.requested == std::vector<std::uint32_t>{0, 1, 4, 5});
}

TEST_CASE("the steps of a copy take the cycles that the page says") {
  Bench bench(2);
  Copy copy;
  copy.address = 0x100;
  copy.row_bytes = copy.valid_bytes = 128;
  copy.offset = 1024;
  copy.mbarrier = 8;
  bench.queue(copy, false);
  while (bench.op_done.empty()) bench.step();
  const std::uint64_t c = bench.last_row;
  // Pushed in c + 1, popped in c + 2, CHECK, RANGE, WALK, the piece in c + 6.
  CHECK(bench.op_done[0] == c + 3);
  bench.run();
  REQUIRE(bench.requests.size() == 2);
  CHECK(bench.requests[0] == c + 7);
  REQUIRE(bench.passes.size() == 2 * 4 / kGroups);
  // The response is transferred one cycle behind its request, and written from the next one on.
  CHECK(bench.passes[0] == bench.requests[0] + 2);
  if (bench.tags() > 1) CHECK(bench.requests[1] == bench.requests[0] + 1);
  CHECK(bench.completes == std::vector<std::uint64_t>{bench.passes.back() + 1});
}

TEST_CASE("a line a cycle is asked for while tags are free") {
  Bench bench(3);
  Copy copy;
  copy.address = 0;
  copy.row_bytes = copy.valid_bytes = 2048;
  copy.offset = 1024;
  bench.latency = 0;
  bench.response_chance = 0;
  bench.queue(copy, false);
  for (int i = 0; i < 200; ++i) bench.step();
  REQUIRE(bench.requests.size() == std::min(bench.tags(), 32U));
  CHECK(bench.requests.back() - bench.requests.front() == bench.requests.size() - 1);
  bench.response_chance = 100;
  bench.run();
}

TEST_CASE("a command that is not valid is a fault, and copies nothing") {
  Bench bench(4);
  Copy good;
  good.address = 0x400;
  good.pitch = 64;
  good.row_bytes = 64;
  good.valid_bytes = 33;
  good.rows = 4;
  good.valid_rows = 3;
  good.offset = 1024;
  good.mask = 0x00A0'0000;
  good.pc = 0x2468;
  good.warp = 2;
  struct Case {
    void (*change)(Copy&, std::uint32_t);
    unsigned cause;
    std::uint32_t (*address)(const Copy&);
  };
  const auto rs1 = [](const Copy& c) { return c.address; };
  const auto box = [](const Copy& c) { return 0xF000'0000 + c.offset; };
  const auto object = [](const Copy& c) { return 0xF000'0000 + c.mbarrier; };
  const std::vector<Case> cases = {
      {[](Copy& c, std::uint32_t) { c.pitch = 8; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.reserved = true; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.row_bytes = 72; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.row_bytes = c.valid_bytes = 0; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.row_bytes = 4112, c.rows = 1, c.valid_rows = 1; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.valid_bytes = 65; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.rows = c.valid_rows = 0; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.rows = 257, c.row_bytes = 16, c.valid_bytes = 0; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.valid_rows = 5; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.valid_rows = 5, c.address = 4; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.address += 8; }, 4, rs1},
      {[](Copy& c, std::uint32_t size) { c.address += 8, c.offset = size; }, 4, rs1},
      {[](Copy& c, std::uint32_t size) { c.offset = size - 240; }, 7, box},
      {[](Copy& c, std::uint32_t size) { c.offset = size - 240, c.mbarrier = size; }, 7, box},
      {[](Copy& c, std::uint32_t size) { c.mbarrier = size; }, 7, object},
      {[](Copy& c, std::uint32_t) { c.mbarrier = 8 * 0x7FFF; }, 7, object},
      {[](Copy& c, std::uint32_t) { c.offset = 16 * 0x3FFF; }, 7, box},
  };
  const std::vector<std::uint8_t> before = bench.shared();
  for (const Case& c : cases) {
    Copy copy = good;
    c.change(copy, bench.shared_size);
    bench.faults.clear();
    bench.queue(copy, true);
    bench.run();
    bench.forget();
    CHECK(bench.faults == std::vector<Fault>{{c.cause, 2, 1U << 21, 0x2468, c.address(copy)}});
    CHECK(bench.shared() == before);
    CHECK(bench.requested.empty());
  }
  // The last places inside are none.
  good.offset = bench.shared_size - 256;
  good.mbarrier = 16;
  bench.faults.clear();
  bench.queue(good, false);
  bench.run();
  bench.compare_shared(before);
  CHECK(bench.faults.empty());
}

TEST_CASE("the last mbarrier of the shared memory is inside") {
  Bench bench(5);
  Copy copy;
  copy.mbarrier = bench.shared_size - 8;
  copy.warp = 3;
  const std::vector<std::uint8_t> before = bench.shared();
  bench.queue(copy, false);
  bench.run();
  bench.compare_shared(before);
}

TEST_CASE("a line that may not be read ends its copy; others go on") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    Bench bench(seed);
    set_chances(bench, random);
    Boxes boxes(random, bench.shared_size);
    const std::vector<std::uint8_t> before = bench.shared();
    std::vector<Fault> expected;
    for (unsigned i = 0; i < 8; ++i) {
      auto copy = boxes.make();
      if (!copy) continue;
      const bool fails = i % 2 == 1;
      if (fails) {
        // Its first line is the last one in front of the hole, the second is in it.
        copy->address = kHole - 16 * (1 + random() % 4);
        copy->pitch = 0;
        if (copy->row_bytes < 128) {
          copy->row_bytes = 16;
          copy->pitch = 64;
          copy->rows = std::max(copy->rows, 2U);
        }
        copy->valid_bytes = copy->row_bytes;
        copy->valid_rows = copy->rows;
        if (copy->offset + copy->bytes() > bench.shared_size) continue;
        const std::uint32_t thread = static_cast<std::uint32_t>(std::countr_zero(copy->mask));
        const std::uint32_t first = copy->row_bytes == 16 ? copy->address + 64 : kHole;
        expected.push_back({5, copy->warp, 1U << thread, copy->pc, first});
      }
      bench.queue(*copy, fails);
    }
    bench.run();
    CHECK(bench.faults == expected);
    bench.compare_shared(before);
  }
}

TEST_CASE("an error of the memory fails its copy") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    Bench bench(seed);
    set_chances(bench, random);
    Boxes boxes(random, bench.shared_size);
    const std::vector<std::uint8_t> before = bench.shared();
    std::vector<Copy> copies;
    for (unsigned i = 0; i < 8; ++i) {
      if (const auto copy = boxes.make()) copies.push_back(*copy);
    }
    const auto all = lines(copies.front());
    std::size_t errors = 0;
    if (!all.empty()) {
      bench.bad_lines.insert(all[random() % all.size()]);
    }
    for (const Copy& copy : copies) {
      bool fails = false;
      for (const std::uint32_t line : lines(copy)) {
        const bool bad = bench.bad_lines.count(line) != 0;
        errors += bad;
        fails = fails || bad;
      }
      bench.queue(copy, fails);
    }
    bench.run();
    CHECK(bench.faults.size() == errors);
    for (const Fault& fault : bench.faults) {
      CHECK(fault.cause == 5);
      CHECK(fault.address == 0);
      CHECK(std::any_of(copies.begin(), copies.end(), [&](const Copy& copy) {
        return copy.pc == fault.pc && copy.warp == fault.warp &&
               fault.mask == (copy.mask & (0U - copy.mask));
      }));
    }
    bench.compare_shared(before);
  }
}

TEST_CASE("a slot is copying from its command until its bytes are complete") {
  Bench bench(6);
  Copy copy;
  copy.row_bytes = copy.valid_bytes = 64;
  copy.offset = 1024;
  copy.warp = 1;
  bench.response_chance = 0;
  bench.queue(copy, false);
  CHECK(bench.copying() == 0);
  while (bench.last_row == 0) bench.step();
  CHECK(bench.copying() == 1U << Bench::slot(1));  // visible behind the last row
  for (int i = 0; i < 50; ++i) {
    bench.step();
    CHECK(bench.copying() == 1U << Bench::slot(1));
    CHECK_FALSE(bench.idle());
  }
  bench.response_chance = 100;
  bench.pass_chance = 50;
  while (bench.completes.empty()) {
    CHECK(bench.copying() == 1U << Bench::slot(1));
    bench.step();
  }
  CHECK(bench.copying() == 0);
  CHECK(bench.idle());
}

}  // namespace heddle::tb
