#include "writeback/writeback.hpp"

namespace heddle::timed {

void Writeback::arbitrate(const Inputs& in) {
  const Readies grant = readies(in);
  const ResultRow* taken = nullptr;
  if (grant.load) taken = in.load;
  if (grant.shared) taken = in.shared;
  if (grant.warp) taken = in.warp;
  if (grant.sfu) taken = in.sfu;
  if (grant.tensor) taken = in.tensor;
  if (grant.divide) taken = in.divide;
  if (taken != nullptr) {
    next_ = *taken;
    waited_ = 0;
  } else {
    waited_ = (waited_ + 1) % kWaitPeriod;
  }
}

void Writeback::show() {
  out_.release.valid = next_.valid && next_.last;
  if (!next_.valid) {
    out_.variable.valid = false;
    return;
  }
  out_.variable = next_;
  out_.release.warp = next_.warp;
  out_.release.rd = next_.rd;
  out_.release.writes_rd = next_.writes_rd;
  out_.release.pair = next_.pair;
}

}  // namespace heddle::timed
