// The SM's data cache, a bump in the wire between coalescer, load_return and crossbar:
// write-through, no write-allocate. Source: docs/architecture/memory.md, "l1_cache".
//
// A decision is carried out on the line storage at once: requests are decided at least two cycles
// apart, so no other access comes between the decision and its access of the data memory.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class L1Cache {
 public:
  struct Inputs {
    bool start = false;
    bool bypass = false;                     ///< host_interface
    const LineRequest* request = nullptr;    ///< coalescer; null: not valid
    std::uint32_t tag = 0;                   ///< the request's
    bool out_ready = false;                  ///< crossbar takes the request
    const LineResponse* response = nullptr;  ///< crossbar; null: not valid
    bool response_ready = false;             ///< load_return
  };
  enum class Access : std::uint8_t { kLoad, kStore, kAtomic };
  enum class Found : std::uint8_t { kNothing, kHit, kComing };
  /// What was decided, for probes.
  struct Decision {
    bool valid = false;
    Access access = Access::kLoad;
    Found found = Found::kNothing;
    bool fills = false;  ///< a load's that makes room for its line
    std::uint32_t line = 0;
    std::uint32_t tag = 0;
    std::uint32_t way = 0;  ///< found or filled; 0 if neither
  };
  struct Outputs {
    bool ready = true;                     ///< takes a request
    const LineRequest* request = nullptr;  ///< `out`; null: not valid
    const LineResponse* hit = nullptr;     ///< head of the hit FIFO; null: empty
    bool takes_line = true;                ///< a crossbar response may go to load_return
    bool load_hit = false, load_miss = false;
  };

  explicit L1Cache(const Config& config);

  const Outputs& out() const { return out_; }
  /// The response to load_return; null: not valid. `response`: the crossbar's.
  const LineResponse* response(const LineResponse* response) const {
    return response != nullptr && out_.takes_line ? response : out_.hit;
  }
  /// The crossbar's response, if there is one, is taken.
  bool line_ready(bool response_ready) const { return response_ready && out_.takes_line; }

  void eval(const Inputs& in) {
    active_ = busy_ || in.request != nullptr || in.response != nullptr || in.start;
    if (active_) step(in);
  }
  void tick() {
    if (active_) update();
  }

  /// Event: of the last cycle, until eval().
  const Decision& decision() const { return decision_; }
  std::uint32_t valid_lines() const { return valid_lines_; }
  /// Lines whose fill is active.
  std::uint32_t coming_lines() const { return coming_lines_; }

 private:
  static constexpr std::uint32_t kHits = 4;
  static constexpr std::uint32_t kMaxTags = 256;

  enum class State : std::uint8_t { kEmpty, kComing, kValid };
  struct Way {
    State state = State::kEmpty;
    std::uint32_t line = 0;
    std::uint32_t fill = 0;  ///< kComing: the line tag whose response it is
  };

  void step(const Inputs& in);
  void update();
  void reset();
  void decide(const Inputs& in);
  void set_state(Way& way, State state);
  void find(std::uint32_t line, bool bypass);
  void read_line(const LineRequest& head);
  void merge_store(const LineRequest& head);
  void make_room(const LineRequest& head);
  void take_line(const LineResponse& response);
  const LineRequest& head() const { return slots_[out_slot_ ^ 1]; }
  /// `decision_.way` in its set.
  std::uint32_t index() const { return set_begin_ + decision_.way; }

  std::uint32_t sets_, ways_;
  std::vector<Way> cache_;       // by set and way; empty: no L1
  std::vector<LineData> lines_;  // likewise
  std::array<std::uint32_t, kMaxTags> fill_index_{};
  std::uint32_t victim_ = 0;
  std::uint32_t valid_lines_ = 0, coming_lines_ = 0;

  // The head's request stays in its slot when it becomes `out`.
  std::array<LineRequest, 2> slots_{};
  std::uint32_t out_slot_ = 0;
  bool head_valid_ = false, out_valid_ = false;
  bool take_head_ = false, pass_on_ = false, sent_ = false;

  // The hit FIFO, with the lines on their way to it behind those in it.
  std::array<LineResponse, kHits> hits_{};
  std::uint32_t first_hit_ = 0, hits_in_fifo_ = 0, promised_ = 0;
  bool new_hit_ = false, pop_hit_ = false;  // in this cycle
  bool reading_ = false, read_ = false;     // hits of one and of two cycles ago

  bool hit_last_ = true;  // transferred to load_return
  bool storing_ = false;  // a store hit's write is presented
  bool store_hit_ = false;
  Decision decision_;
  std::uint32_t set_begin_ = 0;  ///< index of way 0 of the set of decision_.line
  bool busy_ = false;
  bool active_ = false;  // this cycle changes something
  bool start_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
