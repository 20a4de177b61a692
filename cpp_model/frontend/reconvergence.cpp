#include "frontend/reconvergence.hpp"

#include <bit>

namespace heddle::timed {
namespace {

// Calls visit(thread) for the threads of a mask, in ascending order.
template <typename Visit>
void for_each_thread(std::uint32_t mask, Visit visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::uint32_t>(std::countr_zero(mask)));
}

}  // namespace

void Reconvergence::write(const BranchRow& row) {
  auto& threads = threads_[row.warp];
  for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
    if (row.mask >> lane & 1)
      threads[row.beat * lanes_ + lane] = {row.next_pc[lane], row.next_depth};
  }
}

SelectResult Reconvergence::select(const SelectRequest& request) const {
  const auto& threads = threads_[request.warp];
  SelectResult result;
  result.valid = true;
  result.warp = request.warp;
  if (request.table_mode) {
    bool found = false;
    for_each_thread(request.eligible, [&](std::uint32_t thread) {
      const Thread& entry = threads[thread];
      if (!found || entry.depth > result.depth ||
          (entry.depth == result.depth && entry.pc < result.pc)) {
        result.depth = entry.depth;
        result.pc = entry.pc;
      }
      found = true;
    });
  } else {
    result.depth = request.depth;
    result.pc = request.pc;
    result.active = request.active;
  }
  for_each_thread(request.eligible, [&](std::uint32_t thread) {
    if (threads[thread].depth == result.depth && threads[thread].pc == result.pc) {
      // With table_mode 0 the active threads' own entries are stale; they are in the group anyway.
      result.active |= 1U << thread;
    }
  });
  for_each_thread(request.eligible & ~result.active, [&](std::uint32_t thread) {
    const Thread& entry = threads[thread];
    if (entry.depth != result.depth) return;
    if (!result.stop_valid || entry.pc < result.stop_pc) result.stop_pc = entry.pc;
    result.stop_valid = true;
  });
  return result;
}

void Reconvergence::step(const Inputs& in) {
  publish_ = false;
  if (in.start) {
    remaining_ = 0;
    return;
  }
  if (remaining_ != 0) {
    --remaining_;
    publish_ = remaining_ == 0;
  } else if (in.request->valid) {
    // The table does not change for this warp until the result is out: a warp in selection has no
    // control-flow instruction in flight. So the choice can be made at once, and only its
    // publication has to wait.
    selected_ = select(*in.request);
    remaining_ = (in.request->table_mode ? 2 * beats_ + 10 : beats_ + 6) - 1;
  }
  if (in.row->valid) write(*in.row);
}

void Reconvergence::update() {
  out_.ready = remaining_ == 0;
  if (publish_) {
    out_.result = selected_;
  } else {
    out_.result.valid = false;
  }
}

}  // namespace heddle::timed
