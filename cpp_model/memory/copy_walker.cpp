#include "memory/copy_walker.hpp"

#include "device/fault.hpp"

namespace heddle::timed {

bool CopyWalker::step_piece(const Inputs& in) {
  if (in.request_ready) has_request_ = false;
  if (!has_piece_) return true;
  const isa::BulkPiece& box = piece_.box;
  if (!box.reads()) {
    if (!in.writer_place || in.response_valid) return false;
    events_.zeros = &piece_;
  } else if (!region_allows(*in.regions, box.address, kRead)) {
    const CopyJobs::Job& job = in.jobs->job(piece_.job);
    events_.refused = piece_.job;
    events_.piece_fault = {true,   cause::kLoadAccess, job.warp, 1u << job.thread,
                           job.pc, box.address};
  } else {
    if (!in.tag_free || has_request_) return false;
    events_.sent = &piece_;
    has_request_ = true;
    request_.valid = true;
    request_.source = LineSource::kCopy;
    request_.line = box.address / kLineBytes;
    request_.tag = in.tag;
  }
  next_has_piece_ = false;
  return true;
}

void CopyWalker::load_piece() {
  next_has_piece_ = true;
  next_piece_.job = job_;
  next_piece_.box = pieces_.next();
  for (std::uint32_t unit = 0; unit < next_piece_.box.units; ++unit) {
    const std::uint32_t offset = next_piece_.box.offset + unit * isa::kCopyUnit;
    next_piece_.place[unit] = command_.shared_base + command_.copy.swizzled(offset);
  }
  events_.loaded = job_;
}

void CopyWalker::step_walk(bool piece_free) {
  const bool stopped = events_.refused == job_;
  if (!stopped) {
    if (!piece_free) return;
    load_piece();
    if (!pieces_.done()) return;
  }
  events_.walked = job_;
  state_ = State::kFree;
}

void CopyWalker::check_range(const Inputs& in) {
  if (const auto fault = isa::bulk_copy_fault(command_.copy, in.shared_size)) {
    events_.range_fault = {true,        fault->cause,  command_.warp, 1u << command_.thread,
                           command_.pc, fault->address};
    state_ = State::kFree;
    return;
  }
  events_.take = &command_;
  job_ = in.jobs->out().lowest_free;
  pieces_ = isa::BulkPieces(command_.copy);
  state_ = State::kWalk;
}

void CopyWalker::eval(const Inputs& in) {
  events_ = {};
  op_done_ = false;
  next_has_piece_ = has_piece_;
  if (in.start) [[unlikely]] {
    state_ = State::kFree;
    next_has_piece_ = has_request_ = false;
    return;
  }
  const bool piece_free = step_piece(in);
  switch (state_) {
    case State::kFree:
      if (in.head == nullptr || !in.jobs->out().free) break;
      command_ = *in.head;
      events_.pop = op_done_ = true;
      state_ = State::kCheck;
      break;
    case State::kCheck: state_ = State::kRange; break;
    case State::kRange: check_range(in); break;
    case State::kWalk: step_walk(piece_free); break;
  }
}

void CopyWalker::tick() {
  has_piece_ = next_has_piece_;
  if (events_.loaded) piece_ = next_piece_;
  out_.op_done = op_done_;
  out_.request = has_request_ ? &request_ : nullptr;
  out_.ctas = state_ == State::kFree ? 0 : 1u << command_.cta;
  out_.idle = state_ == State::kFree && !has_piece_ && !has_request_;
}

}  // namespace heddle::timed
