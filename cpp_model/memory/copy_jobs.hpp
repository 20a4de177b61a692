// Bulk copies under way: how much of each is outstanding, and its completion at the mbarrier.
// Source: docs/architecture/copy.md, "copy_jobs".
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class CopyJobs {
 public:
  static constexpr std::uint32_t kJobs = 4;  ///< COPY_JOBS

  /// A job's number; none: nothing happened.
  using Number = std::optional<std::uint32_t>;

  struct Inputs {
    bool start = false;
    const CopyCommand* take = nullptr;  ///< for the lowest free job; null: none
    Number loaded;                      ///< a piece is outstanding from now on
    Number walked;                      ///< there will be no further one
    Number refused, failed;             ///< a piece is over: outside of the regions, with an error
    Number written;                     ///< a piece is over
    bool completed = false;             ///< the complete pass was made
  };
  struct Outputs {
    bool free = true;
    std::uint32_t lowest_free = 0;
    const CopyPass* complete = nullptr;  ///< wanted if the writer is empty; null: none
    std::uint32_t ctas = 0;              ///< by CTA slot: a job of it is here
  };
  struct Job {
    bool valid = false, walked = false, failed = false;
    std::uint32_t outstanding = 0;  ///< pieces
    std::uint32_t bytes = 0;
    std::uint32_t mbarrier = 0;  ///< address in the SM's shared memory
    std::uint32_t cta = 0;
    std::uint32_t warp = 0, thread = 0, pc = 0;
  };

  explicit CopyJobs(const Config&) {}

  const Outputs& out() const { return out_; }
  /// As visible in this cycle.
  const Job& job(std::uint32_t number) const { return jobs_[number]; }

  void eval(const Inputs& in);
  void tick();

 private:
  void take(const CopyCommand& command);
  void finish(const Inputs& in);
  void count(const Inputs& in);

  std::array<Job, kJobs> jobs_{}, next_{};
  std::uint32_t completing_ = 0;  ///< the job of `pass_`
  CopyPass pass_;
  Outputs out_;
};

}  // namespace heddle::timed
