// Takes bulk copies apart into pieces, checks them, and asks for their lines. Source:
// docs/architecture/copy.md, "copy_walker".
#pragma once

#include <cstdint>

#include "common/config.hpp"
#include "memory/copy_jobs.hpp"
#include "memory/region_check.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class CopyWalker {
 public:
  struct Inputs {
    bool start = false;
    const CopyCommand* head = nullptr;  ///< copy_queue; null: none
    const CopyJobs* jobs = nullptr;     ///< as visible in this cycle
    std::uint32_t shared_size = 0;      ///< of a CTA
    const RegionRegisters* regions = nullptr;
    bool tag_free = false;
    std::uint32_t tag = 0;        ///< the lowest free one
    bool request_ready = false;   ///< crossbar
    bool writer_place = false;    ///< as visible in this cycle
    bool response_valid = false;  ///< for the writer
  };
  struct Outputs {
    bool op_done = false;                  ///< event: credit to the scheduler
    const LineRequest* request = nullptr;  ///< to the crossbar; null: not valid
    std::uint32_t ctas = 0;                ///< by CTA slot: a command of it is here
    bool idle = true;                      ///< FREE, no piece, no request
  };
  /// What happens in the cycle of the last eval().
  struct Events {
    bool pop = false;                   ///< the head is taken
    const CopyCommand* take = nullptr;  ///< a job begins with this
    CopyJobs::Number loaded, walked, refused;
    const CopyPiece* sent = nullptr;      ///< it takes the tag
    const CopyPiece* zeros = nullptr;     ///< to the writer, as nothing is read
    FaultEvent range_fault, piece_fault;  ///< visible in the next cycle
  };

  explicit CopyWalker(const Config&) {}

  const Outputs& out() const { return out_; }
  const Events& events() const { return events_; }
  void eval(const Inputs& in);
  void tick();

  // For probes.
  std::uint32_t state() const { return static_cast<std::uint32_t>(state_); }
  bool walks() const { return state_ == State::kWalk; }
  std::uint32_t job() const { return job_; }
  /// Null: none.
  const CopyPiece* piece() const { return has_piece_ ? &piece_ : nullptr; }

 private:
  enum class State : std::uint8_t { kFree, kCheck, kRange, kWalk };

  /// True if the piece register may be loaded in this cycle.
  bool step_piece(const Inputs& in);
  void step_walk(bool piece_free);
  void check_range(const Inputs& in);
  void load_piece();

  State state_ = State::kFree;
  CopyCommand command_;  ///< unless FREE
  std::uint32_t job_ = 0;
  isa::BulkPieces pieces_;
  bool has_piece_ = false, next_has_piece_ = false;
  CopyPiece piece_, next_piece_;
  bool has_request_ = false;
  LineRequest request_;
  bool op_done_ = false;
  Events events_;
  Outputs out_;
};

}  // namespace heddle::timed
