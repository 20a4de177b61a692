#include "memory/shared_memory.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>

#include "isa/semantics.hpp"

namespace heddle::timed {
namespace {

// A store's bytes in their places in the word.
std::uint32_t merge(std::uint32_t word, std::uint32_t data, std::uint32_t size,
                    std::uint32_t offset) {
  const std::uint32_t field = size == 4 ? 0xffffffff : (1u << (8 * size)) - 1;
  const std::uint32_t shift = 8 * (offset & 3);
  return (word & ~(field << shift)) | (data & field) << shift;
}

}  // namespace

SharedMemory::SharedMemory(const Config& config)
    : lanes_(config.lanes), words_(config.shared_bytes / 4) {}

/// Loads of whole words that have no conflict by their form: all of one word, or consecutive ones.
bool SharedMemory::try_load_words(const MemoryRow& row, std::uint32_t pending, ResultRow& result) {
  if (row.op != isa::Op::kLw) return false;
  const auto first = static_cast<std::uint32_t>(std::countr_zero(pending));
  const std::uint32_t one = row.address[first];
  const std::uint32_t start = one - 4 * first;  // lane 0's address, if they are consecutive
  std::uint32_t not_one = 0, not_consecutive = 0;
  isa::for_lanes(lanes_, [&](std::uint32_t lane) {
    not_one |= (row.address[lane] != one ? 1u : 0u) << lane;
    not_consecutive |= (row.address[lane] != start + 4 * lane ? 1u : 0u) << lane;
  });
  if ((not_one & pending) == 0) {
    result.data.fill(words_[one >> 2 & (static_cast<std::uint32_t>(words_.size()) - 1)]);
    return true;
  }
  if ((not_consecutive & pending) != 0 || start / 4 + lanes_ > words_.size()) return false;
  std::copy_n(words_.begin() + start / 4, lanes_, result.data.data());
  return true;
}

/// Serves one pass of a row; returns the lanes that it served.
std::uint32_t SharedMemory::serve(const MemoryRow& row, std::uint32_t pending, ResultRow& result) {
  if (pending != 0 && try_load_words(row, pending, result)) return pending;
  const bool store = isa::is_store(row.op);
  const std::uint32_t size = isa::access_size(row.op);
  std::array<std::uint32_t, 32> leader;  // word that a bank serves; only of the banks in `busy`
  std::uint32_t busy = 0;
  std::uint32_t served = 0;
  for (; pending != 0; pending &= pending - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(pending));
    const std::uint32_t address = row.address[lane];
    const std::uint32_t index = address >> 2 & (static_cast<std::uint32_t>(words_.size()) - 1);
    const std::uint32_t bank = index & (lanes_ - 1);
    if ((busy >> bank & 1) == 0) {
      busy |= 1u << bank;
      leader[bank] = index;
    } else if (leader[bank] != index) {
      continue;
    }
    served |= 1u << lane;
    std::uint32_t& word = words_[index];
    if (store) {
      word = merge(word, row.data[lane], size, address);
    } else {
      result.data[lane] = isa::load_extract(row.op, word, address);
    }
  }
  return served;
}

/// The same for atomics: of every bank the lowest lane, for amofadd the lowest lane alone.
std::uint32_t SharedMemory::serve_atomics(const MemoryRow& row, std::uint32_t pending, Pass& pass) {
  if (pass.float_add) pending &= -pending;
  std::uint32_t served = 0;
  pass.write.banks = 0;
  pass.write.is_doubleword = false;
  for (; pending != 0; pending &= pending - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(pending));
    const std::uint32_t index =
        row.address[lane] >> 2 & (static_cast<std::uint32_t>(words_.size()) - 1);
    const std::uint32_t bank = index & (lanes_ - 1);
    if ((pass.write.banks >> bank & 1) != 0) continue;
    served |= 1u << lane;
    const std::uint32_t old = words_[index];
    words_[index] = isa::atomic_update(row.op, old, row.data[lane], row.compare[lane]);
    pass.result.data[lane] = old;
    pass.write.banks |= 1u << bank;
    pass.write.index[bank] = index / lanes_;
    pass.write.word[bank] = words_[index];
  }
  return served;
}

/// Performs an operation on an mbarrier, on two banks; returns its low word before.
std::uint32_t SharedMemory::update_mbarrier(std::uint32_t address, isa::Op op,
                                            std::uint32_t operand, Pass& pass) {
  const std::uint32_t index = address >> 2 & (static_cast<std::uint32_t>(words_.size()) - 1);
  const std::uint64_t old = std::uint64_t{words_[index + 1]} << 32 | words_[index];
  const std::uint64_t updated = isa::mbarrier_update(op, old, operand);
  words_[index] = static_cast<std::uint32_t>(updated);
  words_[index + 1] = static_cast<std::uint32_t>(updated >> 32);
  pass.write.banks = 3u << (index & (lanes_ - 1));
  pass.write.is_doubleword = true;
  pass.write.doubleword = updated;
  pass.ends_phase = ((old ^ updated) & 1) != 0;
  return static_cast<std::uint32_t>(old);
}

/// The same for operations on mbarriers: the lowest lane of the row.
std::uint32_t SharedMemory::serve_mbarrier(const MemoryRow& row, std::uint32_t pending,
                                           Pass& pass) {
  const auto lane = static_cast<std::uint32_t>(std::countr_zero(pending));
  pass.result.data[lane] = update_mbarrier(row.address[lane], row.op, row.data[lane], pass);
  return 1u << lane;
}

/// The same for amocas.d: the lowest lane of the row, on two banks.
std::uint32_t SharedMemory::serve_doubleword(const MemoryRow& row, std::uint32_t pending,
                                             Pass& pass) {
  const auto lane = static_cast<std::uint32_t>(std::countr_zero(pending));
  const std::uint32_t thread = row.beat * lanes_ + lane;
  const std::uint32_t index =
      row.address[lane] >> 2 & (static_cast<std::uint32_t>(words_.size()) - 1);
  const auto pair = [](std::uint32_t high, std::uint32_t low) {
    return std::uint64_t{high} << 32 | low;
  };
  const std::uint64_t old = pair(words_[index + 1], words_[index]);
  const std::uint64_t updated =
      isa::compare_and_swap(old, pair(upper_data_[thread], row.data[lane]),
                            pair(upper_compare_[thread], row.compare[lane]));
  words_[index] = static_cast<std::uint32_t>(updated);
  words_[index + 1] = static_cast<std::uint32_t>(updated >> 32);
  pass.result.data[lane] = static_cast<std::uint32_t>(old);
  pass.upper[lane] = static_cast<std::uint32_t>(old >> 32);
  pass.write.banks = 3u << (index & (lanes_ - 1));
  pass.write.is_doubleword = true;
  pass.write.doubleword = updated;
  return 1u << lane;
}

/// One of the lanes waits for the end of a phase that it has found under way.
bool SharedMemory::must_wait(const MemoryRow& row, const ResultRow& result) {
  for (std::uint32_t left = result.mask; left != 0; left &= left - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(left));
    if (((result.data[lane] ^ row.data[lane]) & 1) == 0) return true;
  }
  return false;
}

void SharedMemory::keep_upper_words(const MemoryRow& row) {
  const std::uint32_t first = row.beat * lanes_;
  std::copy_n(row.data.data(), lanes_, upper_data_.data() + first);
  std::copy_n(row.compare.data(), lanes_, upper_compare_.data() + first);
}

/// An atomic is in stage 1 or 2, or in an adder: no pass may read yet.
bool SharedMemory::atomic_under_way() const {
  const Pass& stage1 = passes_[(newest_ - 1) & 3];
  const Pass& stage2 = passes_[(newest_ - 2) & 3];
  return (stage1.valid && stage1.atomic) || (stage2.valid && stage2.atomic) || float_add_left_ > 1;
}

void SharedMemory::start_pass(Pass& pass) {
  const Row& head = rows_.front();
  const MemoryRow& row = head.row;
  const std::uint32_t pending = row.shared_mask & ~served_;
  // An empty pass is none of an atomic.
  pass.atomic = pending != 0 && isa::is_atomic(row.op);
  pass.ends_phase = false;
  pass.float_add = pending != 0 && row.op == isa::Op::kAmofaddW;
  const bool mbarrier = pass.atomic && isa::is_mbarrier_update(row.op);
  const bool pair = isa::info(row.op).pair;
  if (row.high) keep_upper_words(row);
  const std::uint32_t served = mbarrier              ? serve_mbarrier(row, pending, pass)
                               : pass.atomic && pair ? serve_doubleword(row, pending, pass)
                               : pass.atomic         ? serve_atomics(row, pending, pass)
                                                     : serve(row, pending, pass.result);
  served_ |= served;
  const bool final_pass = served_ == row.shared_mask;
  pass.valid = true;
  pass.store = isa::is_store(row.op);
  pass.done = final_pass && row.last && !head.any_global;
  pass.result.valid = true;
  pass.result.warp = row.warp;
  pass.copy = pass.operand = false;
  pass.silent = row.high;
  pass.two = pair && served != 0;
  pass.result.rd = pair && !pass.two ? row.rd + 1 : row.rd;
  pass.result.writes_rd = row.writes_rd;
  pass.result.pair = pair;
  pass.result.beat = row.beat;
  pass.result.last = pass.done && !pass.two;
  pass.result.mask = served;
  pass.parks = row.op == isa::Op::kMbarrierTryWait && must_wait(row, pass.result);
  pass_served_ = served != 0;
  row_served_ = final_pass && row.shared_mask != 0;
  if (final_pass) {
    served_ = 0;
    rows_.pop();
  }
}

/// A pass for the copy engine.
void SharedMemory::start_copy(const CopyPass& copy, Pass& pass) {
  pass.valid = pass.silent = true;
  pass.store = pass.float_add = pass.done = pass.two = pass.parks = false;
  pass.atomic = copy.complete;
  pass.copy = !copy.complete;
  pass.operand = false;
  copy_made_ = true;
  if (copy.complete) {
    update_mbarrier(copy.place[0], isa::Op::kMbarrierCompleteTx, copy.bytes, pass);
    return;
  }
  for (std::uint32_t left = copy.units; left != 0; left &= left - 1) {
    const auto unit = static_cast<std::uint32_t>(std::countr_zero(left));
    std::memcpy(&words_[copy.place[unit] / 4], &copy.data[unit * isa::kCopyUnit], isa::kCopyUnit);
  }
}

/// A pass for the matrix engine.
void SharedMemory::start_tensor(const TensorPass& tensor, Pass& pass) {
  pass.valid = pass.silent = true;
  pass.store = pass.float_add = pass.done = pass.two = pass.parks = false;
  pass.atomic = tensor.arrival;
  pass.copy = pass.operand = !tensor.arrival;
  tensor_made_ = true;
  if (tensor.arrival) {
    update_mbarrier(tensor.place[0], isa::Op::kMbarrierArrive, 1, pass);
    return;
  }
  pass.operands.batch = tensor.batch;
  pass.operands.units = tensor.units;
  for (std::uint32_t left = tensor.units; left != 0; left &= left - 1) {
    const auto unit = static_cast<std::uint32_t>(std::countr_zero(left));
    std::memcpy(pass.operands.data[unit].data(), &words_[tensor.place[unit] / 4],
                isa::kOperandUnit);
  }
}

/// Makes the pass of one of those that want one.
void SharedMemory::choose_pass(const Inputs& in, Pass& pass) {
  const std::array<bool, kSources> wanted{!rows_.empty(), in.copy != nullptr, in.tensor != nullptr};
  if (std::ranges::none_of(wanted, std::identity{})) return;
  std::uint32_t chosen = chosen_;
  do {
    chosen = (chosen + 1) % kSources;
  } while (!wanted[chosen]);
  const auto source = static_cast<Source>(chosen);
  if (std::ranges::count(wanted, true) > 1) chosen_ = source;
  switch (source) {
    case kRow: start_pass(pass); break;
    case kCopy: start_copy(*in.copy, pass); break;
    case kTensor: start_tensor(*in.tensor, pass); break;
  }
}

void SharedMemory::step(const Inputs& in) {
  if (start_) [[unlikely]]
    rows_.clear();
  if (in.row != nullptr) {
    Row& row = rows_.push();
    row.row = *in.row;
    row.any_global = in.any_global;
  }
  pass_served_ = row_served_ = false;
  advance_ = !out_.result->valid || in.result_ready;
  second_ = out_.result->valid && in.result_ready && passes_[(newest_ - 3) & 3].two;
  if (second_) advance_ = false;
  if (!advance_) return;
  Pass& pass = passes_[newest_];
  pass.valid = false;
  if (start_ || atomic_under_way()) return;
  choose_pass(in, pass);
}

/// The first of two results has been transferred: stage 3 now has the second one.
void SharedMemory::show_upper_words() {
  Pass& stage3 = passes_[(newest_ - 3) & 3];
  stage3.two = false;
  stage3.result.rd += 1;
  stage3.result.last = stage3.done;
  stage3.result.data = stage3.upper;
}

/// In the first cycle of an atomic's stage 3; for amofadd, when the adder is done.
void SharedMemory::show_atomic_write() {
  out_.atomic_write = nullptr;
  if (float_add_left_ != 0) {
    --float_add_left_;
    if (float_add_left_ == 1) out_.atomic_write = &float_add_write_;
  }
  const Pass& stage3 = passes_[(newest_ - 3) & 3];
  if (!advance_ || !stage3.valid || !stage3.atomic) return;
  if (stage3.float_add) {
    float_add_left_ = kFloatAddLatency + 1;
    float_add_write_ = stage3.write;
  } else {
    out_.atomic_write = &stage3.write;
    phase_ends_ = stage3.ends_phase;
  }
}

void SharedMemory::update() {
  if (start_) [[unlikely]] {
    for (Pass& pass : passes_) pass.valid = false;
    rows_.tick();
    served_ = float_add_left_ = 0;
    phase_ends_ = false;
    chosen_ = kRow;
    out_ = Outputs{};
    active_ = false;
    return;
  }
  rows_.tick();
  out_.ready = !rows_.full();
  out_.row_served = row_served_;
  out_.pass_served = pass_served_;
  if (advance_) {
    newest_ = (newest_ + 1) & 3;
    const Pass& stage3 = passes_[(newest_ + 1) & 3];
    out_.result = stage3.valid && !stage3.store && !stage3.silent ? &stage3.result : &kNoResult;
    out_.store_done.valid = stage3.valid && stage3.store && stage3.done;
    out_.store_done.warp = stage3.result.warp;
    out_.park.valid = stage3.valid && stage3.parks;
    out_.park.warp = stage3.result.warp;
    out_.operands = stage3.valid && stage3.operand ? &stage3.operands : nullptr;
  } else if (second_) {
    show_upper_words();
  }
  out_.phase_end = phase_ends_;
  phase_ends_ = false;
  show_atomic_write();
  bool passes = false, copies = false;
  for (std::uint32_t stage = 1; stage <= 3; ++stage) {
    const Pass& pass = passes_[(newest_ + stage) & 3];
    passes |= pass.valid && !pass.copy;
    copies |= pass.valid && pass.copy;
  }
  out_.idle = rows_.empty() && !passes && float_add_left_ == 0;
  active_ = !out_.idle || copies || row_served_ || pass_served_ || phase_ends_ || out_.phase_end;
}

}  // namespace heddle::timed
