// Lines of bulk copies that were asked for, and those on their way to shared memory. Source:
// docs/architecture/copy.md, "copy_writer".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "memory/copy_jobs.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class CopyWriter {
 public:
  struct Inputs {
    bool start = false;
    const CopyPiece* sent = nullptr;         ///< copy_walker: takes the lowest free tag; null: none
    const CopyPiece* zeros = nullptr;        ///< copy_walker: of which nothing is read; null: none
    const LineResponse* response = nullptr;  ///< crossbar; null: not valid
    bool pass_made = false;                  ///< shared_memory: out().pass
  };
  struct Outputs {
    bool place = true;  ///< for a response
    bool empty = true;
    const CopyPass* pass = nullptr;  ///< to shared memory, valid/ready; null: none
    bool tag_free = false;
    std::uint32_t tag = 0;  ///< the lowest free one
    bool tags_used = false;
  };
  /// What happens in the cycle of the last eval().
  struct Events {
    CopyJobs::Number failed, written;  ///< the job of a piece that is over
  };

  explicit CopyWriter(const Config& config);

  const Outputs& out() const { return out_; }
  const Events& events() const { return events_; }
  void eval(const Inputs& in);
  void tick();

  // For probes.
  std::uint32_t groups() const { return groups_; }
  std::uint64_t tags() const { return tags_used_; }  ///< a bit each that is taken
  std::size_t lines() const { return lines_.size(); }
  std::uint32_t pending() const { return pending_; }
  std::uint32_t job() const { return lines_.front().piece.job; }  ///< the head's

 private:
  static constexpr std::uint32_t kMaxTags = 64;

  struct Line {
    CopyPiece piece;
    LineData data{};  ///< from the piece's first byte on
  };

  void take_response(const LineResponse& response);
  void push(const CopyPiece& piece, const std::uint8_t* bytes);
  void ask();

  std::uint32_t groups_;  ///< of four banks
  std::uint64_t tag_mask_;
  std::uint64_t tags_used_ = 0, next_tags_used_ = 0;
  std::array<CopyPiece, kMaxTags> pieces_{};  ///< by tag
  Fifo<Line, 2> lines_;
  std::uint32_t pending_ = 0;  ///< units of the head
  CopyPass pass_;
  Events events_;
  Outputs out_;
};

}  // namespace heddle::timed
