#include "tensor/mma_sequencer.hpp"

namespace heddle::timed {

MmaSequencer::MmaSequencer(const Config& config) : config_(config) {
  for (Operation& operation : operations_) {
    operation.a.resize(config.tensor_m);
    operation.b.resize(config.tensor_n);
    operation.metadata.resize(config.tensor_m);
    operation.upper_b.resize(config.tensor_n);
    operation.a_scales.resize(config.tensor_m);
    operation.b_scales.resize(config.tensor_n);
    operation.write.data.resize(std::size_t{config.tensor_m} * config.tensor_n);
  }
}

bool MmaSequencer::must_wait(const TensorMemory& memory) const {
  const MmaStep& step = steps_.front();
  if (!step.reads) return false;
  const isa::TensorMma& mma = step.command.mma;
  const std::uint32_t row =
      memory.place(mma.lane + m_group_ * config_.tensor_m, mma.column + n_group_ * config_.tensor_n)
          .row;
  for (std::uint32_t age = 1; age < kWrite; ++age) {
    if (const Operation* before = valid_slot(age); before != nullptr && before->write.row == row) {
      return true;
    }
  }
  return false;
}

/// The head, which is no commit, may have its next operation issued in this cycle.
bool MmaSequencer::may_issue(const Inputs& in) const {
  return !in.hold && in.b->out().half_there[steps_.front().half] && in.a->out().batch_there &&
         !must_wait(*in.memory);
}

void MmaSequencer::issue(const Inputs& in) {
  const MmaStep& step = steps_.front();
  const isa::TensorMma& mma = step.command.mma;
  if (m_group_ == 0 && n_group_ == 0) {
    dot_ = std::make_shared<const tensor::DotStep>(config_, mma);
  }
  const std::uint32_t lane = mma.lane + m_group_ * config_.tensor_m;
  const std::uint32_t column = mma.column + n_group_ * config_.tensor_n;
  Operation& operation = slot(0);
  operation.valid = true;
  operation.reads = step.reads;
  operation.cta = step.command.cta;
  operation.bank = in.memory->bank(column);
  operation.block = step.block;
  operation.sparse = mma.sparse;
  if (mma.sparse) operation.element_bytes = mma.sparse_element_bytes();
  operation.dot = dot_;
  operation.write.row = in.memory->place(lane, column).row;
  for (std::uint32_t i = 0; i < config_.tensor_m; ++i) {
    operation.a[i] = in.a->batch_row(i);
    operation.a_scales[i] = in.a->batch_scales(i);
    operation.metadata[i] = in.a->batch_metadata(i);
  }
  for (std::uint32_t j = 0; j < config_.tensor_n; ++j) {
    const std::uint32_t row = n_group_ * config_.tensor_n + j;
    operation.b[j] = in.b->tile_row(step.half, row);
    operation.b_scales[j] = in.b->tile_scales(step.half, row);
    if (mma.sparse) operation.upper_b[j] = in.b->upper_tile_row(step.half, row);
  }

  const bool group_end = ++n_group_ == mma.n / config_.tensor_n;
  if (group_end) {
    n_group_ = 0;
    ++m_group_;
    events_.batch_used = true;
  }
  const bool step_end = m_group_ == mma.m / config_.tensor_m;
  operation.last = step_end && step.last;
  if (!step_end) return;
  m_group_ = 0;
  events_.half_used = true;
  events_.half = step.half;
  steps_.pop();
}

/// In the cycle in which the accumulators are addressed.
void MmaSequencer::compute(const TensorMemory& memory, Operation& operation) const {
  const auto row = memory.row(operation.write.row);
  operation.write.strobe = ~std::uint64_t{0} >> (64 - row.size());
  for (std::uint32_t i = 0; i < config_.tensor_m; ++i) {
    for (std::uint32_t j = 0; j < config_.tensor_n; ++j) {
      const std::uint32_t word = i * config_.tensor_n + j;
      const std::uint32_t c = operation.reads ? row[word] : 0;
      if (operation.sparse) {
        const tensor::OperandBytes named = tensor::named_elements(
            operation.b[j], operation.upper_b[j], operation.metadata[i], operation.element_bytes);
        operation.write.data[word] =
            operation.dot->compute({operation.a[i]}, {named}, c, operation.block);
        continue;
      }
      operation.write.data[word] =
          operation.dot->compute({operation.a[i], operation.a_scales[i]},
                                 {operation.b[j], operation.b_scales[j]}, c, operation.block);
    }
  }
}

const TensorMemory::Write* MmaSequencer::write() const {
  const Operation& writing = slot(kWrite);
  return writing.valid ? &writing.write : nullptr;
}

void MmaSequencer::eval(const Inputs& in) {
  events_ = {};
  slot(0).valid = false;
  if (in.start) [[unlikely]] {
    steps_.clear();
    commits_.clear();
    m_group_ = n_group_ = 0;
    for (Operation& operation : operations_) operation.valid = false;
    return;
  }
  if (Operation& reading = slot(kRead); reading.valid) compute(*in.memory, reading);
  if (const TensorMemory::Write* written = write()) in.memory->write(*written);
  if (const Operation& over = slot(kOver); over.valid && over.last) events_.computed = over.cta;
  if (in.arrival_made) {
    events_.committed = commits_.front().cta;
    commits_.pop();
  }
  if (in.step != nullptr) steps_.push(*in.step);
  if (steps_.empty()) return;
  const MmaStep& head = steps_.front();
  if (head.command.commit) {
    if (commits_.full()) return;
    const MmaCommand& commit = head.command;
    commits_.push({commit.cta, commit.shared_base + (commit.mbarrier & 0x0fffffff), now_});
    steps_.pop();
  } else if (may_issue(in)) {
    issue(in);
  }
}

void MmaSequencer::tick() {
  steps_.tick();
  commits_.tick();
  ++now_;
  out_.ready = !steps_.full();
  const Operation& reading = slot(kRead);
  out_.addressed = {reading.valid, reading.bank};
  const Operation& writing = slot(kWrite);
  out_.written = {writing.valid, writing.bank};
  out_.arrival = nullptr;
  if (commits_.empty() || now_ - commits_.front().since < kWrite) return;
  arrival_.arrival = true;
  arrival_.place[0] = commits_.front().place;
  out_.arrival = &arrival_;
}

}  // namespace heddle::timed
