// Direct-mapped instruction cache with one refill at a time, for a miss or ahead of the fetches.
// Timing and rules:
// docs/architecture/frontend.md, "instruction_cache".
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "common/config.hpp"
#include "memory/region_check.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class InstructionCache {
 public:
  struct Inputs {
    bool start = false;
    const FetchEvent* fetch = nullptr;
    const RegionRegisters* regions = nullptr;
    bool request_ready = false;
    bool flush = false;                  ///< event of the branch unit
    const LineResponse* line = nullptr;  ///< the response that is meant for this cache; null: none
  };
  struct Outputs {
    FetchResponse response;
    LineRequest request;
    FaultEvent fault;
    bool refilling = false;
    bool prefetch = false;    ///< event: a prefetch has begun
    bool line_ready = false;  ///< takes a line response in this cycle
  };

  explicit InstructionCache(const Config& config);

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    active_ = in.start || busy_ || in.fetch->valid || in.flush;
    if (active_) step(in);
  }
  void tick() {
    if (active_) update();
  }

 private:
  enum class State : std::uint8_t { kIdle, kRequest, kWait };
  /// What is known of the line behind the one in use.
  enum class Ahead : std::uint8_t { kNone, kLook, kAhead };
  static constexpr std::uint32_t kLineWords = 16;

  struct Line {
    bool valid = false;
    std::uint32_t address = 0;  ///< of the line, in lines
    std::array<const Decoded*, kLineWords> words{};
  };
  /// A fetch whose tag, data and regions have been read; or a look for the line to prefetch.
  struct Lookup {
    bool valid = false;
    bool look = false;  ///< warp, decoded and allowed mean nothing
    std::uint32_t warp = 0, pc = 0;
    const Decoded* decoded = nullptr;
    bool allowed = false;
    bool hit = false;
  };

  Line& line_of(std::uint32_t pc) { return lines_[(pc >> 6) & set_mask_]; }
  void step(const Inputs& in);
  void update();
  const Decoded* decode(std::uint32_t word);
  void fill(Line& line, const LineData& data);
  Lookup read(const FetchEvent& fetch, const Inputs& in);
  void judge();
  Lookup look();
  void judge_look();
  void step_miss_unit(const Inputs& in);
  void start_refill(bool prefetch);
  void go_ahead_of(std::uint32_t line);
  void step_ahead(const Inputs& in);
  void invalidate();

  isa::Extensions extensions_;
  std::uint32_t set_mask_;
  std::vector<Line> lines_;
  /// Every word that was ever in a line. The RTL decodes later, and again with every fetch.
  std::unordered_map<std::uint32_t, Decoded> decoded_;

  Lookup lookup_;
  State state_ = State::kIdle;
  std::uint32_t miss_warp_ = 0, miss_pc_ = 0;
  bool prefetching_ = false;  ///< no warp missed on the line that is being refilled
  bool discard_ = false;      ///< the line that is being refilled stays invalid
  Ahead ahead_ = Ahead::kNone;
  std::uint32_t next_ = 0;  ///< line address, unless kNone

  // Verdicts of this cycle.
  bool missed_ = false;           ///< on a fetch
  bool hit_ = false;              ///< on a fetch
  bool look_counts_ = false;      ///< on a look, and it is not too late
  bool miss_starts_ = false;      ///< the refill of a miss begins
  bool prefetch_starts_ = false;  ///< the refill of a prefetch begins
  bool prefetch_failed_ = false;
  bool was_idle_ = true;  ///< the miss unit, one cycle ago
  bool busy_ = false;     ///< a fetch or miss is under way, or an output is shown
  bool active_ = false;   ///< this cycle changes something
  FetchResponse next_response_;
  FaultEvent next_fault_;
  Outputs out_;
};

}  // namespace heddle::timed
