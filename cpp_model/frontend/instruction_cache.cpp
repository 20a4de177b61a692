#include "frontend/instruction_cache.hpp"

#include "device/fault.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kFillCycles = 16;

}  // namespace

InstructionCache::InstructionCache(const Config& config)
    : set_mask_(config.icache_bytes / kLineBytes - 1), lines_(config.icache_bytes / kLineBytes) {}

const Decoded* InstructionCache::decode(std::uint32_t word) {
  const auto [found, added] = decoded_.try_emplace(word);
  if (added) found->second = Decoded(isa::decode(word));
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

// The verdict on the fetch that was read in the last cycle.
void InstructionCache::judge() {
  missed_ = false;
  next_response_.valid = lookup_.valid;
  if (!lookup_.valid) return;
  next_response_.warp = lookup_.warp;
  next_response_.cause = 0;
  if ((lookup_.pc & 3) != 0) {
    next_response_.kind = FetchResponse::Kind::kFault;
    next_response_.cause = cause::kPcMisaligned;
  } else if (!lookup_.allowed) {
    next_response_.kind = FetchResponse::Kind::kFault;
    next_response_.cause = cause::kPcAccess;
  } else if (lookup_.hit) {
    next_response_.kind = FetchResponse::Kind::kHit;
    next_response_.decoded = lookup_.decoded;
  } else {
    next_response_.kind = FetchResponse::Kind::kMiss;
    missed_ = true;
  }
}

void InstructionCache::start_miss() {
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
      if (missed_ && was_idle_) start_miss();
      break;
    case State::kRequest:
      if (in.request_ready) state_ = State::kWait;
      break;
    case State::kWait:
      if (in.line == nullptr || !in.line->valid) break;
      if (in.line->error) {
        next_fault_ = {true, cause::kPcAccess, miss_warp_, 0, miss_pc_, miss_pc_};
        state_ = State::kIdle;
      } else {
        // The set is not valid until the last cycle of FILL, so nobody sees the data before.
        Line& line = line_of(miss_pc_);
        line.address = miss_pc_ >> 6;
        fill(line, in.line->data);
        fill_left_ = kFillCycles;
        state_ = State::kFill;
      }
      break;
    case State::kFill:
      if (--fill_left_ == 0) {
        line_of(miss_pc_).valid = !discard_;
        state_ = State::kIdle;
      }
      break;
  }
}

void InstructionCache::step(const Inputs& in) {
  next_fault_.valid = false;
  if (in.start) {
    invalidate();
    lookup_.valid = false;
    next_response_.valid = false;
    state_ = State::kIdle;
    return;
  }
  judge();
  // The next fetch reads the lines as they were before this cycle's miss or fill changes them.
  const Lookup next = in.fetch->valid ? read(*in.fetch, in) : Lookup{};
  const bool idle = state_ == State::kIdle;
  // A miss that begins in the cycle of a flush reads what is in memory by then.
  if (in.flush && !idle) discard_ = true;
  step_miss_unit(in);
  if (in.flush) invalidate();
  was_idle_ = idle;
  lookup_ = next;
}

void InstructionCache::update() {
  out_.response = next_response_;
  out_.fault = next_fault_;
  out_.refilling = state_ != State::kIdle;
  out_.line_ready = state_ == State::kWait;
  out_.request.valid = state_ == State::kRequest;
  if (out_.request.valid) {
    out_.request.instruction = true;
    out_.request.line = miss_pc_ >> 6;
  }
  busy_ = lookup_.valid || out_.response.valid || out_.fault.valid || state_ != State::kIdle ||
          !was_idle_;
}

}  // namespace heddle::timed
