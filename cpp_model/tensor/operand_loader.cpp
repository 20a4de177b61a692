#include "tensor/operand_loader.hpp"

#include <algorithm>
#include <bit>

namespace heddle::timed {

OperandLoader::OperandLoader(const Config& config, Operand operand)
    : b_(operand == Operand::kB),
      batch_rows_(b_ ? config.tensor_n : config.tensor_m),
      half_rows_(std::min(256u, config.tensor_columns)),
      groups_(config.lanes / 4),
      rows_(b_ ? 2 * half_rows_ : kBatches * batch_rows_) {}

/// Where the step's next batch would go is free, as visible.
bool OperandLoader::has_place() const {
  if (!b_) return taken_ < kBatches;
  return next_batch_ != 0 || !half_taken_[steps_.front().half];
}

/// The next batch of the step at the head goes into the batch register.
void OperandLoader::load() {
  const MmaStep& step = steps_.front();
  const isa::TensorMma& mma = step.command.mma;
  const isa::MmaTile& tile = b_ ? mma.b : mma.a;
  const std::uint32_t first = next_batch_ * batch_rows_;
  pending_ = (1u << 2 * batch_rows_) - 1;
  for (std::uint32_t unit = 0; unit < 2 * batch_rows_; ++unit) {
    const std::uint32_t byte = step.k_step * isa::kKStepBytes + unit % 2 * isa::kOperandUnit;
    place_[unit] = step.command.shared_base + tile.place(first + unit / 2, byte);
  }
  batch_.b = b_;
  batch_.step_end = first + batch_rows_ == (b_ ? mma.n : mma.m);
  if (b_) {
    batch_.row = step.half * half_rows_ + first;
    half_taken_[step.half] = true;
  } else {
    batch_.row = newest_ * batch_rows_;
    newest_ = (newest_ + 1) % kBatches;
    ++taken_;
  }
  ++next_batch_;
  if (!batch_.step_end) return;
  next_batch_ = 0;
  steps_.pop();
}

void OperandLoader::write(const OperandUnits& operands) {
  for (std::uint32_t left = operands.units; left != 0; left &= left - 1) {
    const auto unit = static_cast<std::uint32_t>(std::countr_zero(left));
    std::ranges::copy(operands.data[unit],
                      rows_[operands.batch.row + unit / 2].begin() + unit % 2 * isa::kOperandUnit);
  }
  if (!operands.batch.last) return;
  if (!b_) {
    ++there_;
  } else if (operands.batch.step_end) {
    half_there_[operands.batch.row / half_rows_] = true;
  }
}

void OperandLoader::eval(const Inputs& in) {
  if (in.start) [[unlikely]] {
    steps_.clear();
    pending_ = next_batch_ = oldest_ = newest_ = taken_ = there_ = 0;
    half_taken_ = half_there_ = {};
    return;
  }
  if (in.operands != nullptr) write(*in.operands);
  if (in.pass_made) pending_ &= ~pass_.units;
  if (pending_ == 0 && !steps_.empty() && has_place()) load();
  if (in.step != nullptr) steps_.push(*in.step);
  if (in.batch_used) {
    oldest_ = (oldest_ + 1) % kBatches;
    --taken_;
    --there_;
  }
  if (in.half_used) half_taken_[in.half] = half_there_[in.half] = false;
}

/// In every group of banks the lowest pending unit.
void OperandLoader::choose_units() {
  std::uint32_t groups = 0;
  pass_.units = 0;
  pass_.batch = batch_;
  pass_.place = place_;
  for (std::uint32_t left = pending_; left != 0; left &= left - 1) {
    const auto unit = static_cast<std::uint32_t>(std::countr_zero(left));
    const std::uint32_t group = 1u << place_[unit] / isa::kOperandUnit % groups_;
    if ((groups & group) != 0) continue;
    groups |= group;
    pass_.units |= 1u << unit;
  }
  pass_.batch.last = pass_.units == pending_;
}

void OperandLoader::tick() {
  steps_.tick();
  out_.ready = !steps_.full();
  if (pending_ != 0) choose_units();
  out_.pass = pending_ != 0 ? &pass_ : nullptr;
  out_.batch_there = there_ != 0;
  out_.half_there = half_there_;
}

}  // namespace heddle::timed
