#include "frontend/reconvergence.hpp"

#include <bit>

namespace heddle::timed {
namespace {

// Calls visit(thread) for the threads of a mask, in ascending order.
template <typename Visit>
void for_each_thread(std::uint32_t mask, Visit visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::uint32_t>(std::countr_zero(mask)));
}

// The first thread of a mask behind `thread`, cyclically.
std::uint32_t next_thread(std::uint32_t thread, std::uint32_t mask) {
  for (std::uint32_t distance = 1; distance <= 32; ++distance) {
    const std::uint32_t candidate = (thread + distance) % 32;
    if ((mask >> candidate & 1) != 0) return candidate;
  }
  return thread;
}

}  // namespace

void Reconvergence::write(const BranchRow& row) {
  auto& threads = threads_[row.warp];
  auto& sync_masks = sync_masks_[row.warp];
  const std::uint32_t first = row.beat * lanes_;
  for_each_thread(row.mask, [&](std::uint32_t lane) {
    threads[first + lane] = {row.next_pc[lane], row.next_depth};
    if (row.sync_mask != nullptr) sync_masks[first + lane] = row.sync_mask[lane];
  });
}

Reconvergence::Thread Reconvergence::place(const SelectRequest& request,
                                           std::uint32_t thread) const {
  Thread result = threads_[request.warp][thread];
  if ((request.redo >> thread & 1) != 0) result.pc -= 4;
  return result;
}

// Of the eligible threads: the greatest depth, then the lowest PC.
Reconvergence::Thread Reconvergence::first_place(const SelectRequest& request) const {
  Thread result;
  bool found = false;
  for_each_thread(request.eligible, [&](std::uint32_t thread) {
    const Thread here = place(request, thread);
    if (!found || here.depth > result.depth ||
        (here.depth == result.depth && here.pc < result.pc)) {
      result = here;
    }
    found = true;
  });
  return result;
}

// The eligible threads whose last warpsync named the request's pc.
std::uint32_t Reconvergence::match(const SelectRequest& request) const {
  const auto& sync_masks = sync_masks_[request.warp];
  std::uint32_t matching = 0;
  for_each_thread(request.eligible, [&](std::uint32_t thread) {
    matching |= std::uint32_t{sync_masks[thread] == request.pc} << thread;
  });
  return matching;
}

SelectResult Reconvergence::select(const SelectRequest& request) const {
  SelectResult result;
  result.valid = true;
  result.warp = request.warp;
  result.mode = request.mode;
  result.leader = request.leader;
  Thread chosen;
  switch (request.mode) {
    case SelectMode::kMerge:
      // The active threads' own entries are stale; they are in the group anyway.
      chosen = {request.pc, request.depth};
      result.active = request.active;
      break;
    case SelectMode::kTable: chosen = first_place(request); break;
    case SelectMode::kAppoint: {
      const std::uint32_t others = request.eligible & ~request.active;
      result.leader = next_thread(request.leader, others != 0 ? others : request.eligible);
      chosen = place(request, result.leader);
      break;
    }
    case SelectMode::kFollow: chosen = place(request, request.leader); break;
    case SelectMode::kMatch: result.active = match(request); return result;
  }
  result.pc = chosen.pc;
  result.depth = chosen.depth;
  for_each_thread(request.eligible, [&](std::uint32_t thread) {
    const Thread here = place(request, thread);
    if (here.depth == chosen.depth && here.pc == chosen.pc) result.active |= 1U << thread;
  });
  for_each_thread(request.eligible & ~result.active, [&](std::uint32_t thread) {
    const Thread here = place(request, thread);
    if (here.depth != chosen.depth) return;
    if (!result.stop_valid || here.pc < result.stop_pc) result.stop_pc = here.pc;
    result.stop_valid = true;
  });
  return result;
}

void Reconvergence::step(const Inputs& in) {
  publish_ = false;
  if (in.start) [[unlikely]] {
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
    const SelectMode mode = in.request->mode;
    const bool one_pass = mode == SelectMode::kMerge || mode == SelectMode::kMatch;
    remaining_ = (one_pass ? beats_ + 6 : 2 * beats_ + 10) - 1;
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
