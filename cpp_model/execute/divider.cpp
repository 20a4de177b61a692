#include "execute/divider.hpp"

#include <bit>

#include "isa/semantics.hpp"

namespace heddle::timed {

void Divider::collect(const Row& row, const CsrUnit& csr) {
  const isa::Instruction& instruction = row.decoded->instruction;
  if (row.first) count_ = 0;
  held_ = true;
  if (row.mask != 0) {
    Flags& flags = flags_[count_];
    ResultRow& result = rows_[count_++];
    result.warp = row.warp;
    result.rd = instruction.rd;
    result.writes_rd = instruction.writes_rd;
    result.flags = isa::is_float_divide(instruction.op) ? flags.data() : nullptr;
    result.beat = row.beat;
    result.mask = row.mask;
    for (std::uint32_t lanes = row.mask; lanes != 0; lanes &= lanes - 1) {
      const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
      if (result.flags != nullptr) {
        const std::uint8_t rounding =
            isa::resolve_rounding(instruction.rm, csr.fcsr(row.warp, row.beat * lanes_ + lane));
        const isa::FloatResult value =
            isa::floating(instruction.op, row.a[lane], row.b[lane], 0, rounding);
        result.data[lane] = value.bits;
        flags[lane] = value.flags;
      } else {
        result.data[lane] = isa::divide(instruction.op, row.a[lane], row.b[lane]);
      }
    }
  }
  begin_ = row.last;
}

/// Quarters of a row with an active thread.
std::uint32_t Divider::quarters(std::uint32_t mask) const {
  const std::uint32_t threads = lanes_ / 4;
  const std::uint32_t quarter = (1U << threads) - 1;
  std::uint32_t count = 0;
  for (std::uint32_t first = 0; first < lanes_; first += threads) {
    if ((mask & quarter << first) != 0) ++count;
  }
  return count;
}

/// Cycles from the LOAD of the current row's first quarter to its result.
std::uint32_t Divider::duration() const { return kQuarter * quarters(rows_[current_].mask) + 1; }

void Divider::step(const Inputs& in, bool row) {
  start_ = in.start;
  if (start_) [[unlikely]]
    return;
  if (row) collect(*in.row, *in.csr);
  taken_ = out_.result.valid && in.result_ready;
}

void Divider::show_result() {
  out_.result = rows_[current_];
  out_.result.valid = true;
  out_.result.last = current_ + 1 == count_;
}

void Divider::update() {
  if (start_) [[unlikely]] {
    out_ = Outputs{};
    dividing_ = begin_ = taken_ = held_ = false;
    count_ = 0;
    return;
  }
  out_.done = false;
  if (begin_) {
    begin_ = false;
    dividing_ = true;
    current_ = 0;
    left_ = kFetch + duration();
  } else if (taken_) {
    taken_ = false;
    out_.result.valid = false;
    if (current_ + 1 == count_) {
      held_ = false;
      out_.done = true;
    } else {
      ++current_;
      left_ = duration();
      dividing_ = true;
    }
  } else if (dividing_ && --left_ == 0) {
    dividing_ = false;
    show_result();
  }
  out_.idle = !held_;
}

}  // namespace heddle::timed
