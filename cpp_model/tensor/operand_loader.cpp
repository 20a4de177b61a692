#include "tensor/operand_loader.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace heddle::timed {

OperandLoader::OperandLoader(const Config& config, Operand operand)
    : b_(operand == Operand::kB),
      batch_rows_(b_ ? config.tensor_n : config.tensor_m),
      half_rows_(isa::buffer_rows(config)),
      groups_(config.lanes / 4),
      rows_(b_ ? 2 * half_rows_ : kBatches * batch_rows_),
      scales_(rows_.size()),
      metadata_(rows_.size()) {}

/// Where the step's next batch would go is free, as visible.
bool OperandLoader::has_place() const {
  if (next_part_ != 0) return true;
  if (!b_) return taken_ < kBatches;
  return next_batch_ != 0 || steps_.front().tile_step != 0 || !half_taken_[steps_.front().half];
}

/// The units of a batch's scales or metadata.
void OperandLoader::choose_scales(const MmaStep& step, const isa::MmaTile& tile) {
  const std::uint32_t units =
      tile.scale_bytes == 0 ? 0 : std::max(1u, batch_rows_ * tile.scale_pitch / isa::kOperandUnit);
  const std::uint32_t first =
      tile.scale_place(batch_.tile_row, 0) / isa::kOperandUnit * isa::kOperandUnit;
  for (std::uint32_t unit = 0; unit < units; ++unit) {
    pending_ |= 1u << (2 * batch_rows_ + unit);
    place_[2 * batch_rows_ + unit] = step.command.shared_base + first + isa::kOperandUnit * unit;
  }
}

/// The units of a K-major batch's rows.
void OperandLoader::choose_rows(const MmaStep& step, const isa::MmaTile& tile) {
  const std::uint32_t row_units = 2 * batch_rows_;
  pending_ = (1u << row_units) - 1;
  for (std::uint32_t unit = 0; unit < row_units; ++unit) {
    const std::uint32_t byte = batch_.k_step * isa::kKStepBytes + unit % 2 * isa::kOperandUnit;
    place_[unit] = step.command.shared_base + tile.place(batch_.tile_row + unit / 2, byte);
  }
  batch_.element_bytes = 0;
  batch_.last = true;
}

/// The units of the next part of a transposed batch: one for each of its elements along K.
void OperandLoader::choose_elements(const MmaStep& step, const isa::MmaTile& tile) {
  const std::uint32_t units = 2 * batch_rows_;
  pending_ = (1u << units) - 1;
  batch_.element_bytes = tile.element_bytes;
  batch_.element = next_part_ * units;
  batch_.last = batch_.element + units == tile.step_elements();
  for (std::uint32_t unit = 0; unit < units; ++unit) {
    const std::uint32_t k = batch_.k_step * tile.step_elements() + batch_.element + unit;
    const std::uint32_t place = tile.element_place(batch_.tile_row, k);
    batch_.unit_byte = place % isa::kOperandUnit;  // of all the same
    place_[unit] = step.command.shared_base + place - batch_.unit_byte;
  }
}

/// The first part of a batch takes a place in the buffer.
void OperandLoader::take_place(const MmaStep& step) {
  if (b_) {
    batch_.row = step.half * half_rows_ + step.tile_step * half_rows_ / 2 + batch_.tile_row;
    half_taken_[step.half] = true;
  } else {
    batch_.row = newest_ * batch_rows_;
    newest_ = (newest_ + 1) % kBatches;
    ++taken_;
  }
  std::fill_n(scales_.begin() + batch_.row, batch_rows_, 0);
}

/// The next part of the step at the head goes into the batch register.
void OperandLoader::load() {
  const MmaStep& step = steps_.front();
  const isa::TensorMma& mma = step.command.mma;
  const isa::MmaTile& tile = b_ ? mma.b : mma.a;
  batch_.b = b_;
  batch_.tile_row = next_batch_ * batch_rows_;
  batch_.k_step = b_ ? step.k_step * tile.tile_steps + step.tile_step : step.k_step;
  batch_.scale_bytes = tile.scale_bytes;
  batch_.scale_pitch = tile.scale_pitch;
  batch_.metadata = !b_ && mma.sparse;
  const bool tile_end = batch_.tile_row + batch_rows_ == (b_ ? mma.n : mma.m);
  batch_.step_end = tile_end && (!b_ || step.tile_step + 1 == tile.tile_steps);
  if (next_part_ == 0) take_place(step);
  if (tile.transposed()) {
    choose_elements(step, tile);
  } else {
    choose_rows(step, tile);
  }
  if (next_part_ == 0) choose_scales(step, tile);
  ++next_part_;
  if (!batch_.last) return;
  next_part_ = 0;
  ++next_batch_;
  if (!tile_end) return;
  next_batch_ = 0;
  steps_.pop();
}

/// Unit `unit` of the batch's scales or metadata: those of its rows that are in it.
void OperandLoader::write_scales(const OperandBatch& batch, std::uint32_t unit,
                                 const OperandUnit& data) {
  const std::uint32_t pitch = batch.scale_pitch;
  const std::uint32_t start =
      isa::kOperandUnit * (batch.tile_row * pitch / isa::kOperandUnit + unit);
  for (std::uint32_t row = 0; row < batch_rows_; ++row) {
    const std::uint32_t place = (batch.tile_row + row) * pitch;
    if (place < start || place >= start + isa::kOperandUnit) continue;
    const std::uint8_t* const own = &data[place - start + batch.k_step * batch.scale_bytes];
    if (batch.metadata) {
      tensor::Metadata& metadata = metadata_[batch.row + row];
      metadata = 0;
      std::memcpy(&metadata, own, batch.scale_bytes);
    } else {
      scales_[batch.row + row] = tensor::repeated_scales(own, batch.scale_bytes);
    }
  }
}

/// Unit `unit` of a part of a transposed batch: an element of each row.
void OperandLoader::write_elements(const OperandBatch& batch, std::uint32_t unit,
                                   const OperandUnit& data) {
  const std::uint32_t bytes = batch.element_bytes;
  for (std::uint32_t row = 0; row < batch_rows_; ++row) {
    std::copy_n(data.begin() + batch.unit_byte + row * bytes, bytes,
                rows_[batch.row + row].begin() + (batch.element + unit) * bytes);
  }
}

void OperandLoader::write(const OperandUnits& operands) {
  for (std::uint32_t left = operands.units; left != 0; left &= left - 1) {
    const auto unit = static_cast<std::uint32_t>(std::countr_zero(left));
    if (unit >= 2 * batch_rows_) {
      write_scales(operands.batch, unit - 2 * batch_rows_, operands.data[unit]);
      continue;
    }
    if (operands.batch.element_bytes != 0) {
      write_elements(operands.batch, unit, operands.data[unit]);
      continue;
    }
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
    pending_ = next_batch_ = next_part_ = oldest_ = newest_ = taken_ = there_ = 0;
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
  pass_.batch.last = batch_.last && pass_.units == pending_;
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
