#include "memory/copy_jobs.hpp"

namespace heddle::timed {

void CopyJobs::take(const CopyCommand& command) {
  Job& job = next_[out_.lowest_free];
  job = {};
  job.valid = true;
  job.bytes = command.copy.bytes();
  job.mbarrier = command.shared_base + command.copy.mbarrier;
  job.cta = command.cta;
  job.warp = command.warp;
  job.thread = command.thread;
  job.pc = command.pc;
}

// Of jobs as visible in this cycle.
void CopyJobs::finish(const Inputs& in) {
  for (std::uint32_t i = 0; i < kJobs; ++i) {
    const Job& job = jobs_[i];
    const bool over = job.valid && job.walked && job.outstanding == 0;
    if (over && (job.failed || (in.completed && i == completing_))) next_[i].valid = false;
  }
}

void CopyJobs::count(const Inputs& in) {
  if (in.loaded) ++next_[*in.loaded].outstanding;
  if (in.walked) next_[*in.walked].walked = true;
  for (const Number& over : {in.refused, in.failed, in.written}) {
    if (over) --next_[*over].outstanding;
  }
  for (const Number& bad : {in.refused, in.failed}) {
    if (bad) next_[*bad].failed = true;
  }
}

void CopyJobs::eval(const Inputs& in) {
  if (in.start) [[unlikely]] {
    next_ = {};
    return;
  }
  finish(in);
  if (in.take != nullptr) take(*in.take);
  count(in);
}

void CopyJobs::tick() {
  jobs_ = next_;
  out_ = {.free = false, .lowest_free = 0, .complete = nullptr, .ctas = 0};
  for (std::uint32_t i = 0; i < kJobs; ++i) {
    const Job& job = jobs_[i];
    if (!job.valid) {
      if (!out_.free) out_.lowest_free = i;
      out_.free = true;
      continue;
    }
    out_.ctas |= 1u << job.cta;
    if (out_.complete != nullptr || !job.walked || job.outstanding != 0 || job.failed) continue;
    completing_ = i;
    pass_.complete = true;
    pass_.place[0] = job.mbarrier;
    pass_.bytes = job.bytes;
    out_.complete = &pass_;
  }
}

}  // namespace heddle::timed
