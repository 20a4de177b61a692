// Drives the verilated coalescer and compares it in every cycle with what
// docs/architecture/memory.md says, written down again here as three small state machines.
#pragma once

#include <Vcoalescer_harness.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "isa/instructions.hpp"

namespace heddle::tb {

using Words = std::array<std::uint32_t, 32>;  ///< one a thread

constexpr std::uint32_t kWritable = 0x00100000;  // two pages, read and write
constexpr std::uint32_t kReadable = 0x00200000;  // a page, read
constexpr std::uint32_t kReadableEnd = kReadable + 0x1000;
constexpr std::uint32_t kWritableEnd = kWritable + 0x2000;

inline bool is_store(isa::Op op) {
  return op == isa::Op::kSb || op == isa::Op::kSh || op == isa::Op::kSw;
}
inline bool is_load(isa::Op op) {
  return op == isa::Op::kLb || op == isa::Op::kLbu || op == isa::Op::kLh || op == isa::Op::kLhu ||
         op == isa::Op::kLw;
}
inline std::uint32_t size_of(isa::Op op) {
  if (op == isa::Op::kSb || op == isa::Op::kLb || op == isa::Op::kLbu) return 1;
  return op == isa::Op::kSh || op == isa::Op::kLh || op == isa::Op::kLhu ? 2 : 4;
}

/// A warp's memory instruction as it comes out of address generation.
struct Access {
  isa::Op op = isa::Op::kLw;
  unsigned warp = 1;
  unsigned rd = 11;
  bool writes_rd = true;
  bool any_shared = false;
  std::uint32_t pc = 0x444;
  std::uint32_t mask = 0xFFFFFFFF;  // threads with global addresses
  Words address{}, data{}, compare{};
  Words high_data{}, high_compare{};  ///< of amocas.d: in rows of their own, before the others
};

struct SentLine {
  std::uint64_t cycle = 0;
  std::uint32_t line = 0, match = 0;
  bool closed = false;
  unsigned entry = 0;
};
struct Refusal {
  std::uint64_t cycle = 0;
  std::uint32_t match = 0, address = 0, cause = 0;
};

class CoalescerBench {
 public:
  using Model = Vcoalescer_harness;
  static constexpr unsigned kLanes =
      sizeof(std::declval<Model>().row_address_i) / sizeof(std::uint32_t);
  static constexpr unsigned kBeats = 32 / kLanes;

  CoalescerBench() : model_(std::make_unique<Model>()) {
    model_->region_base_i = std::uint64_t{kReadable | 1} << 32 | kWritable | 3;
    model_->region_limit_i = std::uint64_t{kReadableEnd} << 32 | kWritableEnd;
    model_->rst_ni = 0;
    model_->eval();
    model_->clk_i = 1;
    model_->eval();
    model_->rst_ni = 1;
  }
  ~CoalescerBench() { model_->final(); }
  CoalescerBench(const CoalescerBench&) = delete;
  CoalescerBench& operator=(const CoalescerBench&) = delete;

  // What the neighbours say in the next cycle.
  bool request_ready = true;
  bool shared_idle = true;
  bool entry_free = true;
  bool tag_free = true;
  unsigned entry = 0;
  unsigned tag = 0;
  bool rows_wait = false;  ///< memory_queue has nothing in this cycle

  // What happened, with the cycle.
  std::vector<std::uint64_t> last_rows;  ///< transfers of last rows
  std::vector<std::uint64_t> allocs;
  std::vector<std::uint64_t> closes;
  std::vector<SentLine> sent;
  std::vector<Refusal> refused;

  void queue(const Access& access) { queue_.push_back(access); }
  bool busy() const { return !queue_.empty() || !idle(); }
  std::uint64_t cycle() const { return cycle_; }

  void run() {
    for (int i = 0; i < 20000 && busy(); ++i) step();
    REQUIRE_FALSE(busy());
    step();
  }

  /// Lets a cycle pass.
  void step() {
    Model& m = *model_;
    m.clk_i = 0;
    set(m.shared_idle_i, shared_idle);
    set(m.entry_free_i, entry_free);
    set(m.entry_i, entry % (1U << kEntryBits));
    set(m.tag_free_i, tag_free);
    set(m.tag_i, tag);
    set(m.request_ready_i, request_ready);
    const bool row = drive_row();
    m.eval();
    INFO("cycle " << cycle_);
    compare();
    advance(row);
    m.clk_i = 1;
    m.eval();
    ++cycle_;
  }

 private:
  static constexpr unsigned kEntryBits = kLanes == 4 ? 2 : 4;  // of nano and base
  enum class Choose { kFree, kLead, kMatch, kClose };
  enum class Make { kEmpty, kMerge, kSend };
  struct Line {
    Access access;
    unsigned entry = 0;
    std::uint32_t leader = 0, match = 0;
    bool closed = false;
  };

  template <typename Port>
  static void set(Port& port, unsigned value) {
    port = static_cast<std::remove_reference_t<Port>>(value);
  }

  bool drive_row() {
    Model& m = *model_;
    const bool valid = !queue_.empty() && !full_ && !rows_wait;
    m.row_valid_i = valid;
    if (!valid) return false;
    const Access& access = queue_.front();
    set(m.row_warp_i, access.warp);
    set(m.row_op_i, static_cast<unsigned>(access.op));
    set(m.row_rd_i, access.rd);
    m.row_writes_rd_i = access.writes_rd;
    m.row_pc_i = access.pc;
    set(m.row_beat_i, beat_);
    m.row_last_i = beat_ == kBeats - 1;
    m.row_any_shared_i = access.any_shared;
    m.row_high_i = high_row();
    if (high_row()) {
      set(m.row_beat_i, high_beat_);
      m.row_last_i = false;
      m.row_global_mask_i = 0;
      for (unsigned i = 0; i < kLanes; ++i) {
        m.row_address_i[i] = ~access.address[high_beat_ * kLanes + i];  // says nothing
        m.row_data_i[i] = access.high_data[high_beat_ * kLanes + i];
        m.row_compare_i[i] = access.high_compare[high_beat_ * kLanes + i];
      }
      return true;
    }
    const std::uint32_t lanes = (1U << kLanes) - 1;
    set(m.row_global_mask_i, access.mask >> (beat_ * kLanes) & lanes);
    for (unsigned i = 0; i < kLanes; ++i) {
      m.row_address_i[i] = access.address[beat_ * kLanes + i];
      m.row_data_i[i] = access.data[beat_ * kLanes + i];
      m.row_compare_i[i] = access.compare[beat_ * kLanes + i];
    }
    return true;
  }

  /// The next row has upper words. Such rows do not count as collected.
  bool high_row() const { return queue_.front().op == isa::Op::kAmocasD && high_beat_ != kBeats; }
  bool idle() const { return !full_ && beat_ == 0 && choose_ == Choose::kFree && empty(); }
  bool empty() const { return !read_ && make_ == Make::kEmpty; }
  bool moves() const {
    return full_ && choose_ == Choose::kFree && entry_free &&
           (!collected_.any_shared || shared_idle);
  }
  bool sends() const { return make_ == Make::kSend && tag_free && request_ready; }
  bool closes_now() const { return choose_ == Choose::kClose && empty(); }

  void compare() const {
    const Model& m = *model_;
    REQUIRE((m.row_ready_o != 0) == !full_);
    REQUIRE((m.idle_o != 0) == idle());
    REQUIRE((m.alloc_valid_o != 0) == moves());
    REQUIRE(m.global_access_o == m.alloc_valid_o);
    if (moves()) {
      REQUIRE(m.alloc_warp_o == collected_.warp);
      REQUIRE(m.alloc_rd_o == collected_.rd);
      REQUIRE((m.alloc_writes_rd_o != 0) == collected_.writes_rd);
      REQUIRE(m.alloc_op_o == static_cast<unsigned>(collected_.op));
      REQUIRE(m.alloc_pc_o == collected_.pc);
      for (unsigned t = 0; t < 32; ++t) {
        std::uint64_t two_words = m.alloc_offset_o[6 * t / 32];
        if (6 * t / 32 < 5) two_words |= std::uint64_t{m.alloc_offset_o[6 * t / 32 + 1]} << 32;
        REQUIRE((two_words >> (6 * t % 32) & 63) == (collected_.address[t] & 63));
      }
    }
    REQUIRE((m.request_valid_o != 0) == (make_ == Make::kSend && tag_free));
    if (m.request_valid_o != 0) compare_request();
    REQUIRE((m.sent_valid_o != 0) == sends());
    REQUIRE(m.global_line_o == m.sent_valid_o);
    if (sends()) {
      REQUIRE(m.sent_entry_o == line_.entry);
      REQUIRE(m.sent_match_o == line_.match);
      REQUIRE((m.sent_closed_o != 0) == line_.closed);
    }
    REQUIRE((m.close_valid_o != 0) == closes_now());
    if (closes_now()) REQUIRE(m.sent_entry_o == chosen_entry_);
    REQUIRE((m.fault_valid_o != 0) == fault_);
    if (fault_) {
      REQUIRE(m.fault_cause_o == (is_load(fault_line_.access.op) ? 5 : 7));
      REQUIRE(m.fault_warp_o == fault_line_.access.warp);
      REQUIRE(m.fault_mask_o == fault_line_.match);
      REQUIRE(m.fault_pc_o == fault_line_.access.pc);
      REQUIRE(m.fault_address_o == fault_line_.leader);
    }
  }

  void compare_request() const {
    const Model& m = *model_;
    const Access& access = line_.access;
    const bool atomic = !is_load(access.op) && !is_store(access.op);
    REQUIRE((m.request_write_o != 0) == is_store(access.op));
    REQUIRE((m.request_atomic_o != 0) == atomic);
    REQUIRE(m.request_line_o == line_.leader / 64);
    REQUIRE(m.request_tag_o == m.tag_i);
    std::array<std::uint8_t, 64> data{};
    std::uint64_t strobe = 0;
    for (std::uint32_t t = 0; t < 32; ++t) {
      if ((line_.match >> t & 1) == 0) continue;
      for (std::uint32_t byte = 0; byte < size_of(access.op); ++byte) {
        if (is_store(access.op)) {
          const std::uint32_t at = access.address[t] % 64 + byte;
          data[at] = static_cast<std::uint8_t>(access.data[t] >> 8 * byte);
          strobe |= std::uint64_t{1} << at;
        } else if (atomic) {
          data[byte] = static_cast<std::uint8_t>(access.data[t] >> 8 * byte);
          data[4 + byte] = static_cast<std::uint8_t>(access.compare[t] >> 8 * byte);
          if (access.op != isa::Op::kAmocasD) continue;
          data[8 + byte] = static_cast<std::uint8_t>(access.high_data[t] >> 8 * byte);
          data[12 + byte] = static_cast<std::uint8_t>(access.high_compare[t] >> 8 * byte);
        }
      }
    }
    REQUIRE(m.request_strobe_o == strobe);
    for (std::uint32_t i = 0; i < 64; ++i) {
      REQUIRE((m.request_data_o[i / 4] >> 8 * (i % 4) & 0xFF) == data[i]);
    }
    if (atomic) {
      REQUIRE(m.request_op_o == static_cast<unsigned>(access.op));
      REQUIRE(m.request_word_o == line_.leader % 64 / 4);
    }
  }

  static bool allowed(const Access& access, std::uint32_t address) {
    if (address >= kWritable && address < kWritableEnd) return true;
    return is_load(access.op) && address >= kReadable && address < kReadableEnd;
  }
  /// Rows that are read for a line.
  static unsigned rows_of(const Line& line) {
    unsigned beats = 0;
    for (unsigned b = 0; b < kBeats; ++b) {
      beats += (line.match >> (b * kLanes) & ((1U << kLanes) - 1)) != 0;
    }
    return beats;
  }

  /// What becomes of the state at the end of the cycle.
  void advance(bool row) {
    const bool move = moves();
    const bool send = sends();
    const bool close = closes_now();
    const bool load_fits = !read_ && (make_ == Make::kEmpty || send);
    if (send) {
      sent.push_back({cycle_, line_.leader / 64, line_.match, line_.closed, line_.entry});
      make_ = Make::kEmpty;
    }
    advance_rows();
    const bool takes = is_load(chosen_.op) ? load_fits : !read_;
    fault_ = false;
    switch (choose_) {
      case Choose::kFree: break;
      case Choose::kLead: choose_ = Choose::kMatch; break;
      case Choose::kMatch: match(takes); break;
      case Choose::kClose:
        if (close) {
          closes.push_back(cycle_);
          choose_ = Choose::kFree;
        }
        break;
    }
    if (move) {
      allocs.push_back(cycle_);
      chosen_ = collected_;
      chosen_entry_ = entry % (1U << kEntryBits);
      pending_ = chosen_.mask;
      full_ = false;
      choose_ = Choose::kLead;
    }
    if (row) {
      if (high_row()) {
        ++high_beat_;
      } else if (++beat_ == kBeats) {
        last_rows.push_back(cycle_);
        collected_ = queue_.front();
        queue_.pop_front();
        full_ = true;
        beat_ = high_beat_ = 0;
      }
    }
    // `full` is a row collected, too.
  }

  /// A row at the memory goes into the line, unless one waits there to be sent; then the next row
  /// is read, and the line that is read may be over.
  void advance_rows() {
    if (make_ == Make::kSend) {
      if (row_ != 0) return;
    } else if (row_ != 0) {
      if (row_ == 1) {
        line_ = *read_;
        laid_ = true;
      }
      make_ = row_ == row_count_ ? Make::kSend : Make::kMerge;
    }
    row_ = 0;
    if (read_ && rows_read_ < rows_of(*read_)) {
      row_ = ++rows_read_;
      row_count_ = rows_of(*read_);
    }
    if (read_ && rows_read_ == rows_of(*read_) && laid_) read_.reset();
  }

  void match(bool takes) {
    Line line{chosen_, chosen_entry_, 0, 0, false};
    unsigned leader = 0;
    while ((pending_ >> leader & 1) == 0) ++leader;
    line.leader = chosen_.address[leader];
    for (unsigned t = 0; t < 32; ++t) {
      const bool same = is_load(chosen_.op) || is_store(chosen_.op)
                            ? chosen_.address[t] / 64 == line.leader / 64
                            : t == leader;
      if ((pending_ >> t & 1) != 0 && same) line.match |= 1U << t;
    }
    line.closed = (pending_ & ~line.match) == 0;
    if (!allowed(chosen_, line.leader)) {
      pending_ &= ~line.match;
      fault_ = true;
      fault_line_ = line;
      refused.push_back({cycle_ + 1, line.match, line.leader, is_load(chosen_.op) ? 5U : 7U});
      choose_ = pending_ != 0 ? Choose::kLead : Choose::kClose;
    } else if (takes) {
      pending_ &= ~line.match;
      if (is_load(chosen_.op)) {
        line_ = line;
        make_ = Make::kSend;
      } else {
        read_ = line;
        rows_read_ = 0;
        laid_ = false;
      }
      choose_ = pending_ != 0 ? Choose::kLead : Choose::kFree;
    }
  }

  std::unique_ptr<Model> model_;
  std::uint64_t cycle_ = 0;
  std::deque<Access> queue_;
  bool full_ = false;
  unsigned beat_ = 0;       ///< of the next row
  unsigned high_beat_ = 0;  ///< of the next one with upper words
  Access collected_;
  Choose choose_ = Choose::kFree;
  Access chosen_;
  unsigned chosen_entry_ = 0;
  std::uint32_t pending_ = 0;
  Make make_ = Make::kEmpty;
  std::optional<Line> read_;  ///< its store data is read
  unsigned rows_read_ = 0;
  bool laid_ = false;                 ///< its first row is in the line
  unsigned row_ = 0, row_count_ = 0;  ///< at the memory, from 1 on, of so many; 0: none
  Line line_;
  bool fault_ = false;
  Line fault_line_;
};

}  // namespace heddle::tb
