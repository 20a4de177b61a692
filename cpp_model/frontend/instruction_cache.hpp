// Direct-mapped instruction cache with one miss at a time. Timing and rules:
// docs/architecture/frontend.md, "instruction_cache".
#pragma once

#include <cstdint>
#include <vector>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class InstructionCache {
 public:
  struct Inputs {
    bool start = false;
    const FetchEvent* fetch = nullptr;
    const std::uint32_t* region_base = nullptr;   ///< `regions` register values REGION_BASE
    const std::uint32_t* region_limit = nullptr;  ///< likewise REGION_LIMIT
    bool request_ready = false;
    bool flush = false;                  ///< event of the branch unit
    const LineResponse* line = nullptr;  ///< the response that is meant for this cache; null: none
  };
  struct Outputs {
    FetchResponse response;
    LineRequest request;
    FaultEvent fault;
    bool refilling = false;
    bool line_ready = false;  ///< takes a line response in this cycle
  };

  explicit InstructionCache(const Config& config);

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in);
  void tick();

 private:
  enum class State : std::uint8_t { kIdle, kRequest, kWait, kFill };
  struct Line {
    bool valid = false;
    std::uint32_t address = 0;  ///< of the line, in lines
    LineData data{};
  };
  /// A fetch whose tag, data and regions have been read.
  struct Lookup {
    bool valid = false;
    std::uint32_t warp = 0, pc = 0, word = 0;
    bool allowed = false;
    bool hit = false;
  };

  Line& line_of(std::uint32_t pc) { return lines_[(pc >> 6) & set_mask_]; }
  Lookup read(const FetchEvent& fetch, const Inputs& in);
  void judge();
  void step_miss_unit(const Inputs& in);
  void start_miss();
  void invalidate();

  std::uint32_t set_mask_;
  std::uint32_t regions_;
  std::vector<Line> lines_;

  Lookup lookup_;
  State state_ = State::kIdle;
  std::uint32_t miss_warp_ = 0, miss_pc_ = 0;
  std::uint32_t fill_left_ = 0;  ///< cycles of FILL from this one on
  bool discard_ = false;         ///< the line that is being filled stays invalid

  bool missed_ = false;   ///< the verdict of this cycle is a miss
  bool was_idle_ = true;  ///< the miss unit, one cycle ago
  FetchResponse next_response_;
  FaultEvent next_fault_;
  Outputs out_;
};

}  // namespace heddle::timed
