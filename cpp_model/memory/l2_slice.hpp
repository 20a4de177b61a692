// One channel's part of the L2: write-back, write-allocate, with the atomics' arithmetic. Source:
// docs/architecture/memory.md, "l2_slice".
//
// A decision is carried out on the line storage at once: the page's rules on hazards make that the
// same as carrying it out in the pipe. What the decision sends out goes through the pipe.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "memory/line_placement.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class L2Slice {
 public:
  struct Inputs {
    bool start = false;
    bool flush = false;                               ///< dispatcher
    const LineRequest* request = nullptr;             ///< crossbar; null: not valid
    std::uint32_t tag = 0;                            ///< the request's
    bool response_ready = false;                      ///< crossbar
    bool memory_request_ready = false;                ///< axi_master
    const MemoryResponse* memory_response = nullptr;  ///< axi_master
  };
  enum class DecisionKind : std::uint8_t {
    kLoadHit,
    kStoreHit,
    kAtomicHit,
    kLoadMiss,
    kLineStore,     ///< of all 64 bytes, a miss
    kStrobedStore,  ///< any other store, a miss
    kAtomicMiss,
    kAtomicError,
  };
  /// What was decided, for probes.
  struct Decision {
    bool valid = false;
    DecisionKind kind = DecisionKind::kLoadHit;
    std::uint32_t line = 0;
    std::uint32_t set = 0;
    std::uint32_t way = 0;  ///< hit or replaced; 0 if neither
    bool evicts = false;
  };
  struct Outputs {
    bool ready = true;                              ///< takes a request
    const LineResponse* response = nullptr;         ///< null: not valid
    const MemoryRequest* memory_request = nullptr;  ///< null: not valid
    bool memory_response_ready = true;
    bool flushing = false;
    bool idle = true;
    FaultEvent fault;
    Decision decision;  ///< event: of the last cycle
  };

  explicit L2Slice(const Config& config);

  const Outputs& out() const { return out_; }
  /// There is more to do than wait for a request or for the memory.
  bool busy() const { return busy_; }
  void eval(const Inputs& in) {
    active_ = busy_ || in.request != nullptr || in.memory_response->valid || in.start || in.flush;
    if (active_) step(in);
  }
  void tick() {
    if (active_) update();
  }

 private:
  static constexpr std::uint32_t kMaxMshrs = 64;
  static constexpr std::uint32_t kWrites = 4;
  static constexpr std::uint32_t kStages = 8;  // more than there are between a decision and d + 5

  enum class State : std::uint8_t { kClear, kRun, kFlush, kSettle };
  enum class Step : std::uint8_t { kStart, kRead, kDecide };

  struct Tag {
    bool valid = false, dirty = false;
    std::uint32_t line = 0;
  };
  /// What the tag memory says of the head's line. `index` is set and way of the hit or the victim.
  struct Lookup {
    bool hit = false;
    bool victim_dirty = false;
    std::uint32_t index = 0;
    bool stale = false;  ///< a line came into the set since the tag memory was addressed
  };
  struct Mshr {
    LineSource source = LineSource::kData;
    std::uint32_t line = 0, index = 0, tag = 0;
  };
  struct Fetch {
    std::uint32_t line = 0, id = 0;
  };
  /// What a decision sends out four cycles later.
  struct Stage {
    bool response = false, write = false, fetch = false;
    LineResponse line;
    MemoryRequest memory_write;
    Fetch memory_fetch;
  };
  /// Pipe: bit k of a mask stands for the decision of k cycles ago.
  using Pipe = std::uint32_t;

  void step(const Inputs& in);
  void update();
  void advance_pipe();
  void update_fifos();
  void reset();
  void step_run(const MemoryResponse* answer);
  bool fills_set_of(const MemoryResponse* answer, std::uint32_t line) const;
  void step_flush();
  Lookup look_up(std::uint32_t line) const;
  /// Decides on the head, if that is allowed; false if not.
  bool decide(const Lookup& lookup);
  std::uint32_t set_of(std::uint32_t line) const {
    return fold_line(line >> channel_shift_, sets_);
  }
  DecisionKind kind_of(const LineRequest& head, const Lookup& lookup) const;
  bool allowed(DecisionKind kind, const LineRequest& head, const Lookup& lookup, bool evicts) const;
  bool has_hazard(std::uint32_t index, bool atomic) const;
  bool in_fetch(std::uint32_t line) const;
  bool awaits_fetch(std::uint32_t index) const;
  void carry_out(DecisionKind kind, const LineRequest& head, const Lookup& lookup, bool evicts,
                 Stage& stage);
  std::uint32_t perform_atomic(const LineRequest& head, std::uint32_t index);
  void swap_doubleword(const LineRequest& head, std::uint32_t index, LineData& old);
  void merge_store(const LineRequest& head, std::uint32_t index);
  void mark_written(std::uint32_t index, bool atomic);
  void replace(std::uint32_t index, bool evicts, Stage& stage);
  void evict(std::uint32_t index, Stage& stage);
  std::uint32_t take_mshr(const LineRequest& head, std::uint32_t index, bool fetch, bool response);
  void respond(const LineRequest& head, bool error, Stage& stage);
  Stage& new_stage();
  void send_out();
  void take_memory_response(const MemoryResponse& response);
  void show_memory_request();

  std::uint32_t channel_shift_, sets_, ways_, mshrs_, responses_limit_;
  std::vector<Tag> tags_;               // by set and way
  std::vector<LineData> lines_;         // likewise
  std::vector<std::uint8_t> pointers_;  // victims, by set

  State state_ = State::kRun;
  Step step_ = Step::kStart;
  Lookup lookup_;
  std::uint32_t clear_left_ = 0;
  std::uint32_t flush_set_ = 0, flush_phase_ = 0;
  Fifo<LineRequest, 2> requests_{2};

  bool open_valid_ = false;
  std::uint32_t open_line_ = 0, open_index_ = 0;
  bool failed_ = false;   // the fetch of the atomic at the head
  bool written_ = false;  // since start
  std::uint32_t promised_ = 0, writing_ = 0, writebacks_ = 0;

  std::array<Mshr, kMaxMshrs> table_{};
  std::uint64_t mshr_valid_ = 0, mshr_fetch_ = 0, mshr_response_ = 0;

  std::array<Stage, kStages> stages_{};                 // by `now_` of the decision
  std::array<std::uint32_t, kStages> written_index_{};  // likewise
  std::uint32_t now_ = 0;
  Pipe pipe_ = 0, pipe_responses_ = 0;
  Pipe pipe_writes_ = 0, pipe_atomics_ = 0, pipe_float_adds_ = 0;  // of the data memory

  Fifo<LineResponse, kMaxMshrs + 8> responses_;
  Fifo<MemoryRequest, kWrites> writes_{kWrites};
  Fifo<Fetch, kMaxMshrs> fetches_;
  MemoryRequest shown_fetch_;
  FaultEvent fault_;
  Decision decision_;

  bool busy_ = false;
  bool active_ = false;  // this cycle changes something
  bool quiet_ = false;   // but nothing outside the pipe
  bool start_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
