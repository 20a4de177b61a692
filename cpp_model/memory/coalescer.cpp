#include "memory/coalescer.hpp"

#include <bit>

#include "device/fault.hpp"
#include "isa/semantics.hpp"

namespace heddle::timed {

void Coalescer::collect(const MemoryRow& row, bool any_shared) {
  const std::uint32_t first = row.beat * lanes_;
  for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
    address_[first + lane] = row.address[lane];
    data_[first + lane] = row.data[lane];
  }
  pending_ |= row.global_mask << first;
  if (!row.last) return;
  any_shared_ = any_shared;
  store_ = isa::is_store(row.op);
  size_ = isa::access_size(row.op);
  alloc_ = AllocEvent{row.warp, row.rd, row.pc, row.writes_rd, row.op, &address_};
  next_state_ = State::kAlloc;
}

/// State MATCH: the threads that share the leader's line, and whether they may touch it.
void Coalescer::match(const RegionRegisters& regions) {
  std::uint32_t matched = 0;
  const std::uint32_t line = leader_ >> 6;
  for (std::uint32_t threads = pending_; threads != 0; threads &= threads - 1) {
    const auto thread = static_cast<std::uint32_t>(std::countr_zero(threads));
    if (address_[thread] >> 6 == line) matched |= 1u << thread;
  }
  pending_ &= ~matched;
  line_.match = matched;
  line_.closed = pending_ == 0;
  if (!region_allows(regions, leader_, store_ ? kWrite : kRead)) {
    fault_ = FaultEvent{true,        store_ ? cause::kStoreAccess : cause::kLoadAccess,
                        alloc_.warp, matched,
                        alloc_.pc,   leader_};
    line_.line = false;
    next_state_ = pending_ != 0 ? State::kLead : State::kClose;
    return;
  }
  line_.line = true;
  request_.valid = true;
  request_.write = store_;
  request_.line = line;
  request_.strobe = 0;
  request_.data.fill(0);
  merge_pending_ = matched;
  next_state_ = store_ ? State::kMerge : State::kSend;
}

/// State MERGE: the bytes of one beat's matched threads.
void Coalescer::merge() {
  const std::uint32_t beat = static_cast<std::uint32_t>(std::countr_zero(merge_pending_)) / lanes_;
  for (; merge_pending_ != 0; merge_pending_ &= merge_pending_ - 1) {
    const auto thread = static_cast<std::uint32_t>(std::countr_zero(merge_pending_));
    if (thread / lanes_ != beat) return;
    const std::uint32_t offset = address_[thread] & 63;
    for (std::uint32_t byte = 0; byte < size_; ++byte) {
      request_.data[offset + byte] = static_cast<std::uint8_t>(data_[thread] >> (8 * byte));
      request_.strobe |= std::uint64_t{1} << (offset + byte);
    }
  }
  next_state_ = State::kSend;
}

void Coalescer::step(const Inputs& in) {
  start_ = in.start;
  if (start_) return;
  switch (state_) {
    case State::kCollect:
      if (in.row != nullptr) collect(*in.row, in.any_shared);
      break;
    case State::kAlloc:
      if (alloc(*in.load_return, in.shared_idle) != nullptr) {
        line_.entry = in.load_return->entry;
        next_state_ = State::kLead;
      }
      break;
    case State::kLead:
      leader_ = address_[static_cast<std::uint32_t>(std::countr_zero(pending_))];
      next_state_ = State::kMatch;
      break;
    case State::kMatch: match(*in.regions); break;
    case State::kMerge: merge(); break;
    case State::kSend:
      if (line(*in.load_return, in.request_ready) != nullptr) {
        next_state_ = pending_ != 0 ? State::kLead : State::kCollect;
      }
      break;
    case State::kClose: next_state_ = State::kCollect; break;
  }
}

void Coalescer::update() {
  if (start_) {
    next_state_ = State::kCollect;
    pending_ = 0;
    fault_.valid = false;
  }
  state_ = next_state_;
  out_.ready = state_ == State::kCollect;
  if (fault_.valid) {
    out_.fault = fault_;
    fault_.valid = false;
  } else {
    out_.fault.valid = false;
  }
}

}  // namespace heddle::timed
