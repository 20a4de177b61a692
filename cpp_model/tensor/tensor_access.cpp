#include "tensor/tensor_access.hpp"

#include <algorithm>
#include <bit>

#include "device/fault.hpp"

namespace heddle::timed {
namespace {

std::uint32_t lowest(std::uint32_t lanes) {
  return static_cast<std::uint32_t>(std::countr_zero(lanes));
}

isa::Op op_of(const Decoded* decoded) { return decoded->instruction.op; }
bool moves_words(isa::Op op) { return op == isa::Op::kTensorLd || op == isa::Op::kTensorSt; }

}  // namespace

TensorAccess::TensorAccess(const Config& config)
    : lanes_(config.lanes),
      rows_(kTensorQueue * config.beats()),
      blocks_(config),
      next_blocks_(config) {}

void TensorAccess::reset() {
  rows_.clear();
  results_.clear();
  occupied_ = decided_ = false;
  next_blocks_.clear();
  next_ended_ = next_held_back_ = 0;
  next_loading_ = next_made_ = false;
}

void TensorAccess::push(const Row& row) {
  Entry& entry = rows_.push();
  entry.decoded = row.decoded;
  entry.warp = row.warp;
  entry.pc = row.pc;
  entry.beat = row.beat;
  entry.mask = row.mask;
  entry.last = row.last;
  const std::uint32_t offset = row.decoded->instruction.imm;
  std::transform(row.a, row.a + lanes_, entry.a.data(),
                 [offset](std::uint32_t base) { return base + offset; });
  std::copy_n(row.b, lanes_, entry.b.data());
}

void TensorAccess::fail(const Entry& entry, std::uint32_t lanes) {
  fault_ = {true,     cause::kTensorMemory,  entry.warp, lanes << entry.beat * lanes_,
            entry.pc, entry.a[lowest(lanes)]};
}

/// The row at the head goes to the row register.
void TensorAccess::check() {
  row_ = rows_.front();
  rows_.pop();
  const Entry& entry = row_;
  occupied_ = true;
  op_done_ = entry.last;
  pending_ = 0;
  if (!moves_words(op_of(entry.decoded))) return;
  for (std::uint32_t left = entry.mask; left != 0; left &= left - 1) {
    const std::uint32_t lane = lowest(left);
    if (blocks_.allows(ctas_[entry.warp], entry.a[lane])) pending_ |= 1u << lane;
  }
  if (pending_ != entry.mask) fail(entry, entry.mask & ~pending_);
}

/// The lowest pending lane, and those whose word is in its row.
std::uint32_t TensorAccess::served_lanes(const TensorMemory& memory, const Entry& entry) const {
  const auto row_of = [&](std::uint32_t lane) {
    return memory.place(entry.a[lane] >> 16, entry.a[lane] & 0xffff).row;
  };
  std::uint32_t served = 0;
  const std::uint32_t row = row_of(lowest(pending_));
  for (std::uint32_t left = pending_; left != 0; left &= left - 1) {
    if (row_of(lowest(left)) == row) served |= left & -left;
  }
  return served;
}

void TensorAccess::make_result(const Entry& entry, std::uint32_t mask, bool final_pass) {
  const isa::Instruction& instruction = entry.decoded->instruction;
  next_loading_ = true;
  read_.valid = true;
  read_.warp = entry.warp;
  read_.rd = instruction.rd;
  read_.writes_rd = instruction.writes_rd;
  read_.beat = entry.beat;
  read_.mask = mask;
  read_.last = entry.last && final_pass;
}

void TensorAccess::load(const TensorMemory& memory, const Entry& entry, std::uint32_t served) {
  for (std::uint32_t left = served; left != 0; left &= left - 1) {
    const std::uint32_t lane = lowest(left);
    const auto place = memory.place(entry.a[lane] >> 16, entry.a[lane] & 0xffff);
    read_.data[lane] = memory.row(place.row)[place.word];
  }
}

TensorMemory::Write TensorAccess::words_stored(const TensorMemory& memory, const Entry& entry,
                                               std::uint32_t served) const {
  TensorMemory::Write write;
  write.data.resize(memory.row_words());
  for (std::uint32_t left = served; left != 0; left &= left - 1) {
    const std::uint32_t lane = lowest(left);
    const auto place = memory.place(entry.a[lane] >> 16, entry.a[lane] & 0xffff);
    write.row = place.row;
    write.strobe |= std::uint64_t{1} << place.word;
    write.data[place.word] = entry.b[lane];
  }
  return write;
}

TensorMemory::Write TensorAccess::write(const TensorMemory& memory,
                                        const MmaSequencer::Access& written) const {
  if (!occupied_ || pending_ == 0) return {};
  const Entry& entry = row_;
  if (op_of(entry.decoded) != isa::Op::kTensorSt) return {};
  const std::uint32_t bank = memory.bank(entry.a[lowest(pending_)] & 0xffff);
  if (written.valid && written.bank == bank) return {};
  return words_stored(memory, entry, served_lanes(memory, entry));
}

void TensorAccess::finish_row(const Entry& entry) {
  occupied_ = false;
  if (!entry.last) return;
  decided_ = false;
  const isa::Op op = op_of(entry.decoded);
  if (op == isa::Op::kTensorSt || op == isa::Op::kTensorDealloc) store_done_ = {true, entry.warp};
}

void TensorAccess::pass_words(const Inputs& in, const Entry& entry) {
  const bool loads = op_of(entry.decoded) == isa::Op::kTensorLd;
  if (loads && !place_) return;
  const std::uint32_t served = pending_ == 0 ? 0 : served_lanes(*in.memory, entry);
  if (served != 0) {
    const MmaSequencer::Access& other = loads ? in.addressed : in.written;
    const std::uint32_t bank = in.memory->bank(entry.a[lowest(served)] & 0xffff);
    if (other.valid && other.bank == bank) {
      next_held_back_ = std::min(held_back_ + 1, kHold);
      return;
    }
  }
  pending_ &= ~served;
  next_made_ = true;
  if (loads) {
    make_result(entry, served, pending_ == 0);
    load(*in.memory, entry, served);
  } else if (served != 0) {
    in.memory->write(words_stored(*in.memory, entry, served));
  }
  if (pending_ == 0) finish_row(entry);
}

/// The instruction's first row with threads does it.
void TensorAccess::change_blocks(const Entry& entry) {
  if (decided_ || entry.mask == 0) return;
  decided_ = true;
  const std::uint32_t lane = lowest(entry.mask);
  const std::uint32_t cta = ctas_[entry.warp];
  if (op_of(entry.decoded) == isa::Op::kTensorDealloc) {
    if (!next_blocks_.release(cta, entry.a[lane], entry.b[lane])) fail(entry, 1u << lane);
    return;
  }
  column_ = isa::kNoColumn;
  if (blocks_.is_size(entry.a[lane])) {
    column_ = next_blocks_.allocate(cta, entry.a[lane]);
  } else {
    fail(entry, 1u << lane);
  }
}

void TensorAccess::pass_blocks(const Entry& entry) {
  const bool allocates = op_of(entry.decoded) == isa::Op::kTensorAlloc;
  if (allocates && !place_) return;
  change_blocks(entry);
  next_made_ = true;
  if (allocates) {
    make_result(entry, entry.mask, true);
    read_.data.value.fill(column_);
  }
  finish_row(entry);
}

/// A pass of the row in the register, if there is one, and the check of the row that may follow it.
void TensorAccess::advance(const Inputs& in) {
  bool check_next = !occupied_;
  if (occupied_ && moves_words(op_of(row_.decoded))) {
    pass_words(in, row_);
    check_next = !occupied_;
  } else if (occupied_) {
    pass_blocks(row_);
  }
  if (check_next && !rows_.empty()) check();
}

// Changes of this cycle's instruction are to blocks of CTAs that run.
void TensorAccess::end_ctas(const Inputs& in) {
  for (std::uint32_t left = ended_ & ~in.commands; left != 0; left &= left - 1) {
    next_blocks_.release_all(lowest(left));
    next_ended_ &= ~(left & -left);
  }
  if (in.cta_done->valid) next_ended_ |= 1u << in.cta_done->cta;
}

void TensorAccess::eval(const Inputs& in) {
  op_done_ = false;
  store_done_ = {};
  fault_ = {};
  next_held_back_ = 0;
  next_loading_ = next_made_ = false;
  next_ended_ = ended_;
  if (in.start) [[unlikely]] {
    reset();
    return;
  }
  const bool transferred = in.result_ready && !results_.empty();
  place_ = results_.size() + (loading_ ? 1 : 0) - (transferred ? 1 : 0) < kResults;
  if (transferred) results_.pop();
  if (loading_) results_.push(read_);
  advance(in);
  end_ctas(in);
  if (in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kTensor) push(*in.row);
}

void TensorAccess::tick() {
  rows_.tick();
  results_.tick();
  blocks_ = next_blocks_;
  ended_ = next_ended_;
  held_back_ = next_held_back_;
  loading_ = next_loading_;
  made_ = next_made_;
  out_.op_done = op_done_;
  out_.result.valid = !results_.empty();
  if (out_.result.valid) out_.result = results_.front();
  out_.store_done = store_done_;
  out_.fault = fault_;
  out_.hold = held_back_ == kHold;
  out_.ended = ended_;
  out_.idle = rows_.empty() && !occupied_ && !made_ && results_.empty();
}

}  // namespace heddle::timed
