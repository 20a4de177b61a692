#include "issue/scoreboard.hpp"

#include <cassert>

namespace heddle::timed {

void Scoreboard::add_release(const ReleaseEvent& release) {
  if (!release.valid) return;
  Change change;
  change.warp = release.warp;
  const std::uint32_t registers = release.pair ? 3U << (release.rd - 1) : 1U << release.rd;
  change.clear = release.writes_rd ? registers : 0;
  add(change);
}

void Scoreboard::add_store_done(const WarpEvent& done) {
  if (!done.valid) return;
  Change change;
  change.warp = done.warp;
  add(change);
}

void Scoreboard::collect(const Inputs& in) {
  // The pick comes first, so that in_flight does not pass through 0 when an older instruction
  // completes in the same cycle.
  if (in.pick->valid) {
    const DecodedEvent& head = in.buffer->head(in.pick->warp);
    const isa::Instruction& instruction = head.decoded->instruction;
    Change change;
    change.warp = in.pick->warp;
    change.set = instruction.writes_rd ? (instruction.pair ? 3U : 1U) << instruction.rd : 0;
    change.pick = true;
    change.drain = head.drain;
    change.loads = instruction.unit == isa::Unit::kMemory;
    add(change);
  }
  add_release(*in.fixed_release);
  add_release(*in.variable_release);
  add_store_done(*in.shared_store_done);
  add_store_done(*in.global_store_done);
  add_store_done(*in.tensor_store_done);
}

void Scoreboard::update() {
  if (clear_) [[unlikely]] {
    out_.warps.fill(Warp{});
    changed_ = ~0U;
    return;
  }
  for (std::size_t i = 0; i < change_count_; ++i) {
    const Change& change = changes_[i];
    Warp& warp = out_.warps[change.warp];
    changed_ |= 1U << change.warp;
    warp.busy = (warp.busy & ~change.clear) | change.set;
    warp.loading = (warp.loading & ~change.clear) | (change.loads ? change.set : 0);
    if (change.pick) {
      ++warp.in_flight;
      warp.draining |= change.drain;
    } else {
      assert(warp.in_flight != 0);
      if (--warp.in_flight == 0) warp.draining = false;
    }
  }
}

}  // namespace heddle::timed
