// Bench of the copy engine's RTL: plays rows, crossbar and shared memory with random latencies
// (responses come in any order), and checks each request and pass.
#pragma once

#include <Vcopy_engine_harness.h>

#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

namespace heddle::tb {

using CopyEngineRtl = Vcopy_engine_harness;

inline constexpr unsigned kLanes = sizeof(std::declval<CopyEngineRtl>().row_a_i) / 4;
inline constexpr unsigned kBeats = 32 / kLanes;
inline constexpr unsigned kGroups = kLanes / 4;
inline constexpr unsigned kUnitCopy = 11, kUnitMemory = 7;
inline constexpr unsigned kQueue = 4;
inline constexpr unsigned kSlots = 4;
inline constexpr std::uint32_t kMappedEnd = 0x0040'0000;  // readable from 0; the hole is not
inline constexpr std::uint32_t kHole = 0x0020'0000, kHoleEnd = 0x0020'1000;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

/// A byte of global memory.
inline std::uint8_t global_byte(std::uint32_t address) {
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

class CopyEngineBench {
 public:
  explicit CopyEngineBench(unsigned seed)
      : random_(seed), model_(std::make_unique<CopyEngineRtl>()) {
    CopyEngineRtl& m = *model_;
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
  ~CopyEngineBench() { model_->final(); }
  CopyEngineBench(const CopyEngineBench&) = delete;
  CopyEngineBench& operator=(const CopyEngineBench&) = delete;

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
    CopyEngineRtl& m = *model_;
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
    CopyEngineRtl& m = *model_;
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
    CopyEngineRtl& m = *model_;
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
    const CopyEngineRtl& m = *model_;
    REQUIRE(tags_used_.insert(m.request_tag_o).second);
    REQUIRE(m.request_tag_o < tags());
    responses_.push_back(
        {m.request_tag_o, m.request_line_o, cycle_ + 1 + (latency ? random_() % latency : 0)});
    requests.push_back(cycle_);
    requested.push_back(m.request_line_o);
    held_request_.reset();
  }

  std::vector<std::uint32_t> pass_payload() const {
    const CopyEngineRtl& m = *model_;
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
    const CopyEngineRtl& m = *model_;
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
    const CopyEngineRtl& m = *model_;
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
    const CopyEngineRtl& m = *model_;
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
  std::unique_ptr<CopyEngineRtl> model_;
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

}  // namespace heddle::tb
