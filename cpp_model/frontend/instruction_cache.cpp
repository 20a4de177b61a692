#include "frontend/instruction_cache.hpp"

#include "device/fault.hpp"
#include "isa/extensions.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kPageLines = 4096 / Config::kLineBytes;

}  // namespace

InstructionCache::InstructionCache(const Config& config)
    : extensions_(isa::extensions_of(config)),
      set_mask_(config.icache_bytes / kLineBytes - 1),
      lines_(config.icache_bytes / kLineBytes) {}

const Decoded* InstructionCache::decode(std::uint32_t word) {
  const auto [found, added] = decoded_.try_emplace(word);
  if (added) found->second = Decoded(isa::decode(word, extensions_));
  return &found->second;
}

void InstructionCache::fill(Line& line, const LineData& data) {
  for (std::uint32_t i = 0; i < kLineWords; ++i) {
    const std::uint8_t* bytes = &data[4 * i];
    line.words[i] = decode(std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 |
                           std::uint32_t{bytes[2]} << 16 | std::uint32_t{bytes[3]} << 24);
  }
}

InstructionCache::Lookup InstructionCache::read(const FetchEvent& fetch, const Inputs& in) {
  Lookup result;
  result.valid = true;
  result.warp = fetch.warp;
  result.pc = fetch.pc;
  result.allowed = region_allows(*in.regions, fetch.pc, kExecute);
  const Line& line = line_of(fetch.pc);
  result.hit = line.valid && line.address == fetch.pc >> 6;
  if (result.hit) result.decoded = line.words[fetch.pc >> 2 & (kLineWords - 1)];
  return result;
}

InstructionCache::Lookup InstructionCache::look() {
  Lookup result;
  if (ahead_ != Ahead::kLook || state_ != State::kIdle) return result;
  result.valid = true;
  result.look = true;
  result.pc = next_ << 6;
  const Line& line = line_of(result.pc);
  result.hit = line.valid && line.address == next_;
  return result;
}

// The verdict on the fetch that was read in the last cycle.
void InstructionCache::judge() {
  missed_ = hit_ = false;
  next_response_.valid = lookup_.valid && !lookup_.look;
  if (!next_response_.valid) return;
  next_response_.warp = lookup_.warp;
  next_response_.cause = 0;
  if ((lookup_.pc & 3) != 0) {
    next_response_.kind = FetchResponse::Kind::kFault;
    next_response_.cause = cause::kPcMisaligned;
  } else if (!lookup_.allowed) {
    next_response_.kind = FetchResponse::Kind::kFault;
    next_response_.cause = cause::kPcAccess;
  } else if (lookup_.hit) {
    hit_ = true;
    next_response_.kind = FetchResponse::Kind::kHit;
    next_response_.decoded = lookup_.decoded;
  } else {
    next_response_.kind = FetchResponse::Kind::kMiss;
    missed_ = true;
  }
}

void InstructionCache::judge_look() {
  look_counts_ = lookup_.valid && lookup_.look && ahead_ == Ahead::kLook &&
                 state_ == State::kIdle && was_idle_;
}

void InstructionCache::start_refill(bool prefetch) {
  prefetching_ = prefetch;
  miss_warp_ = lookup_.warp;
  miss_pc_ = lookup_.pc;
  line_of(miss_pc_).valid = false;
  discard_ = false;
  state_ = State::kRequest;
}

void InstructionCache::invalidate() {
  for (Line& line : lines_) line.valid = false;
}

void InstructionCache::step_miss_unit(const Inputs& in) {
  switch (state_) {
    case State::kIdle:
      miss_starts_ = missed_ && was_idle_;
      prefetch_starts_ = look_counts_ && !lookup_.hit;
      if (miss_starts_ || prefetch_starts_) start_refill(prefetch_starts_);
      break;
    case State::kRequest:
      if (in.request_ready) state_ = State::kWait;
      break;
    case State::kWait:
      if (in.line == nullptr || !in.line->valid) break;
      state_ = State::kIdle;
      if (!in.line->error) {
        Line& line = line_of(miss_pc_);
        line.address = miss_pc_ >> 6;
        fill(line, in.line->data);
        line.valid = !discard_;
      } else if (prefetching_) {
        prefetch_failed_ = true;
      } else {
        next_fault_ = {true, cause::kPcAccess, miss_warp_, 0, miss_pc_, miss_pc_};
      }
      break;
  }
}

// The line behind `line` is the one to prefetch, if it is in the same page.
void InstructionCache::go_ahead_of(std::uint32_t line) {
  next_ = line + 1;
  ahead_ = next_ % kPageLines == 0 ? Ahead::kNone : Ahead::kLook;
}

void InstructionCache::step_ahead(const Inputs& in) {
  if (miss_starts_) {
    go_ahead_of(miss_pc_ >> 6);
  } else if (in.flush || prefetch_failed_) {
    ahead_ = Ahead::kNone;
  } else if (look_counts_) {
    ahead_ = Ahead::kAhead;
  } else if (hit_ && ahead_ == Ahead::kAhead && lookup_.pc >> 6 == next_) {
    go_ahead_of(next_);
  }
}

void InstructionCache::step(const Inputs& in) {
  next_fault_.valid = false;
  miss_starts_ = prefetch_starts_ = prefetch_failed_ = false;
  if (in.start) [[unlikely]] {
    invalidate();
    lookup_.valid = false;
    next_response_.valid = false;
    state_ = State::kIdle;
    ahead_ = Ahead::kNone;
    return;
  }
  judge();
  judge_look();
  // The next fetch reads the lines as they were before this cycle's miss or fill changes them.
  const Lookup next = in.fetch->valid ? read(*in.fetch, in) : look();
  const bool idle = state_ == State::kIdle;
  // A miss that begins in the cycle of a flush reads what is in memory by then.
  if (in.flush && !idle) discard_ = true;
  step_miss_unit(in);
  step_ahead(in);
  if (in.flush) invalidate();
  was_idle_ = idle;
  lookup_ = next;
}

void InstructionCache::update() {
  out_.response = next_response_;
  out_.fault = next_fault_;
  out_.prefetch = prefetch_starts_;
  out_.refilling = state_ != State::kIdle;
  out_.line_ready = state_ == State::kWait;
  out_.request.valid = state_ == State::kRequest;
  if (out_.request.valid) {
    out_.request.source = LineSource::kInstruction;
    out_.request.line = miss_pc_ >> 6;
  }
  busy_ = lookup_.valid || out_.response.valid || out_.fault.valid || state_ != State::kIdle ||
          !was_idle_ || ahead_ == Ahead::kLook;
}

}  // namespace heddle::timed
