#include "writeback/writeback.hpp"

namespace heddle::timed {

namespace {

bool is_valid(const ResultRow* row) { return row != nullptr && row->valid; }

}  // namespace

Writeback::Readies Writeback::readies(const Inputs& in) {
  Readies result;
  if (in.result_next_valid) return result;
  result.load = is_valid(in.load);
  if (result.load) return result;
  result.shared = is_valid(in.shared);
  if (result.shared) return result;
  result.warp = is_valid(in.warp);
  if (result.warp) return result;
  result.divide = is_valid(in.divide) && !in.float_next_valid;
  return result;
}

const ResultRow* Writeback::write(const ResultRow& fixed) const {
  if (fixed.valid && fixed.writes_rd) return &fixed;
  if (out_.variable.valid && out_.variable.writes_rd) return &out_.variable;
  return nullptr;
}

void Writeback::eval(const Inputs& in) {
  next_.valid = false;
  if (in.start) {
    waited_ = 0;
    return;
  }
  const Readies grant = readies(in);
  const ResultRow* taken = nullptr;
  if (grant.load) taken = in.load;
  if (grant.shared) taken = in.shared;
  if (grant.warp) taken = in.warp;
  if (grant.divide) taken = in.divide;
  if (taken != nullptr) {
    next_ = *taken;
    waited_ = 0;
  } else if (!is_valid(in.load) && !is_valid(in.shared) && !is_valid(in.warp) &&
             !is_valid(in.divide)) {
    waited_ = 0;
  } else if (waited_ != kStarved) {
    ++waited_;
  }
}

void Writeback::tick() {
  out_.starved = waited_ == kStarved;
  out_.release.valid = next_.valid && next_.last;
  if (!next_.valid) {
    out_.variable.valid = false;
    return;
  }
  out_.variable = next_;
  out_.release.warp = next_.warp;
  out_.release.rd = next_.rd;
  out_.release.writes_rd = next_.writes_rd;
}

}  // namespace heddle::timed
