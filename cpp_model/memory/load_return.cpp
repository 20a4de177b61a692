#include "memory/load_return.hpp"

#include <bit>

#include "device/fault.hpp"
#include "isa/semantics.hpp"

namespace heddle::timed {

LoadReturn::LoadReturn(const Config& config)
    : lanes_(config.lanes),
      lane_bits_(config.lanes == 32 ? 0xffffffff : (1u << config.lanes) - 1),
      op_count_(config.memory_ops),
      tag_count_(config.line_tags) {}

/// Loads the result register with the lowest beat that has threads of `match` left; of a pair of
/// registers, first with the low words and then with the high ones.
void LoadReturn::serve_beat(Op& op, std::uint32_t match) {
  const std::uint32_t left = match & ~sent_;
  const std::uint32_t beat = static_cast<std::uint32_t>(std::countr_zero(left)) / lanes_;
  const std::uint32_t first = beat * lanes_;
  const std::uint32_t mask = left >> first & lane_bits_;
  const bool pair = isa::info(op.op).pair;
  const std::uint32_t high = pair && low_sent_ ? 1 : 0;
  low_sent_ = pair && !low_sent_;
  const bool last_row = (left & ~(mask << first)) == 0 && !low_sent_;
  if (!low_sent_) sent_ |= mask << first;
  ResultRow& row = next_result_;
  row.valid = true;
  row.warp = op.warp;
  row.rd = op.rd + high;
  row.pair = pair;
  row.writes_rd = op.writes_rd;
  row.beat = beat;
  row.mask = mask;
  row.last = last_row && op.closed && op.remaining == 1;
  for (std::uint32_t lanes = mask; lanes != 0; lanes &= lanes - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    const std::uint32_t offset = op.offsets[first + lane] + 4u * high;
    const std::uint8_t* bytes = &response_.data[offset & 0x3c];
    const std::uint32_t word = std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 |
                               std::uint32_t{bytes[2]} << 16 | std::uint32_t{bytes[3]} << 24;
    row.data[lane] = isa::load_extract(op.op, word, offset);
  }
  load_result_ = true;
  if (!last_row) return;
  if (row.last) op.valid = false;
  finish();
}

/// Frees the tag of the response being served.
void LoadReturn::finish() {
  Tag& tag = tags_[response_.tag];
  tag.valid = false;
  --tags_used_;
  --ops_[tag.entry].remaining;
  stop_serving_ = true;
  tables_changed_ = true;
}

/// One cycle of state ROWS.
void LoadReturn::serve(bool result_ready) {
  const Tag& tag = tags_[response_.tag];
  Op& op = ops_[tag.entry];
  if (response_.error) {
    fault_.valid = true;
    const bool load = !response_.write && !isa::is_atomic(op.op);
    fault_.cause = load ? cause::kLoadAccess : cause::kStoreAccess;
    fault_.warp = op.warp;
    fault_.mask = tag.match;
    fault_.pc = op.pc;
    fault_.address = 0;
    finish();
  } else if (response_.write) {
    if (op.closed && op.remaining == 1) {
      op.valid = false;
      store_done_ = WarpEvent{true, op.warp};
    }
    finish();
  } else if (!out_.result.valid || result_ready) {
    serve_beat(op, tag.match);
  }
}

/// The coalescer's events and a new response; after serve(), which looks at registers only.
void LoadReturn::accept(const Inputs& in) {
  if (in.alloc != nullptr) {
    Op& op = ops_[out_.entry];
    op.valid = true;
    op.closed = false;
    op.remaining = 0;
    op.warp = in.alloc->warp;
    op.rd = in.alloc->rd;
    op.writes_rd = in.alloc->writes_rd;
    op.op = in.alloc->op;
    op.pc = in.alloc->pc;
    for (std::size_t thread = 0; thread < op.offsets.size(); ++thread) {
      op.offsets[thread] = static_cast<std::uint8_t>((*in.alloc->address)[thread] & 63);
    }
    tables_changed_ = true;
  }
  if (in.line != nullptr) {
    Op& op = ops_[in.line->entry];
    op.closed |= in.line->closed;
    if (in.line->line) {
      ++op.remaining;
      tags_[out_.tag] = Tag{true, in.line->entry, in.line->match};
      ++tags_used_;
      tables_changed_ = true;
    }
  }
  if (in.response != nullptr && out_.response_ready) {
    response_ = *in.response;
    sent_ = 0;
    low_sent_ = false;
    start_serving_ = true;
  }
}

void LoadReturn::step(const Inputs& in) {
  start_ = in.start;
  if (start_) [[unlikely]]
    return;
  clear_result_ = out_.result.valid && in.result_ready;
  const std::uint32_t served = tags_[response_.tag].entry;
  if (serving_) serve(in.result_ready);
  accept(in);
  // An entry whose last line was refused or lost has no other way out.
  for (const std::uint32_t entry : {served, in.line != nullptr ? in.line->entry : served}) {
    Op& op = ops_[entry];
    if (op.valid && op.closed && op.remaining == 0) {
      op.valid = false;
      tables_changed_ = true;
    }
  }
}

void LoadReturn::update() {
  if (start_) [[unlikely]] {
    for (Op& op : ops_) op.valid = false;
    for (Tag& tag : tags_) tag.valid = false;
    tags_used_ = 0;
    serving_ = false;
    out_ = Outputs{};
    return;
  }
  if (stop_serving_) serving_ = false;
  if (start_serving_) serving_ = true;
  start_serving_ = stop_serving_ = false;
  out_.response_ready = !serving_;
  if (load_result_) {
    out_.result = next_result_;
  } else if (clear_result_) {
    out_.result.valid = false;
  }
  load_result_ = false;
  out_.store_done = store_done_;
  out_.fault = fault_;
  store_done_.valid = false;
  fault_.valid = false;
  if (tables_changed_) {
    tables_changed_ = false;
    out_.entry = 0;
    while (out_.entry < op_count_ && ops_[out_.entry].valid) ++out_.entry;
    out_.entry_free = out_.entry < op_count_;
    out_.tag = 0;
    while (out_.tag < tag_count_ && tags_[out_.tag].valid) ++out_.tag;
    out_.tag_free = out_.tag < tag_count_;
  }
  active_ = serving_ || out_.result.valid || out_.store_done.valid || out_.fault.valid;
  out_.idle = !serving_ && tags_used_ == 0 && !out_.result.valid;
}

}  // namespace heddle::timed
