#include "memory/axi_master.hpp"

#include <algorithm>
#include <bit>

namespace heddle::timed {
namespace {

constexpr std::uint32_t kLineOffsetBits = 6;

std::uint32_t lowest(std::uint64_t entries) {
  return static_cast<std::uint32_t>(std::countr_zero(entries));
}

}  // namespace

AxiMaster::AxiMaster(const Config& config)
    : beat_bytes_(config.axi_data_bits / 8),
      beats_(kLineBytes / beat_bytes_),
      all_(config.axi_outstanding == 64 ? ~std::uint64_t{0}
                                        : (std::uint64_t{1} << config.axi_outstanding) - 1) {
  reset();
}

void AxiMaster::reset() {
  valid_ = done_ = next_valid_ = next_done_ = 0;
  after_ = ~std::uint64_t{0};
  out_ = Outputs{};
  out_.axi.r_ready = out_.axi.b_ready = true;
  write_beat_ = 0;
  busy_ = false;
}

void AxiMaster::take_read_beat(const AxiSlaveOut& axi) {
  Transaction& transaction = transactions_[axi.r_id];
  std::copy_n(axi.r_data.begin(), beat_bytes_,
              transaction.data.begin() + transaction.next_beat * beat_bytes_);
  ++transaction.next_beat;
  transaction.error |= (axi.r_resp & 2) != 0;
  if (axi.r_last) next_done_ |= std::uint64_t{1} << axi.r_id;
}

void AxiMaster::take_write_response(const AxiSlaveOut& axi) {
  transactions_[axi.b_id].error |= (axi.b_resp & 2) != 0;
  next_done_ |= std::uint64_t{1} << axi.b_id;
}

/// Turns the request at the head into a transaction, if it may start now.
void AxiMaster::start_head(const AxiSlaveOut& axi) {
  if (requests_.empty() || valid_ == all_) return;
  const MemoryRequest& request = requests_.front();
  if (request.write) {
    if (writes_.full() || (out_.axi.aw_valid && !axi.aw_ready)) return;
  } else if (out_.axi.ar_valid && !axi.ar_ready) {
    return;
  }
  for (std::uint64_t entries = valid_; entries != 0; entries &= entries - 1) {
    const Transaction& other = transactions_[lowest(entries)];
    if (other.line == request.line && (other.write || request.write)) return;
  }
  start_entry_ = lowest(~valid_);
  start_line_ = request.line;
  Transaction& transaction = transactions_[start_entry_];
  transaction.write = request.write;
  transaction.error = false;
  transaction.line = request.line;
  transaction.id = request.id;
  transaction.next_beat = 0;
  next_valid_ |= std::uint64_t{1} << start_entry_;
  (request.write ? start_write_ : start_read_) = true;
  if (request.write) writes_.push(request);
  requests_.pop();
}

void AxiMaster::load_response(bool response_ready) {
  const bool transferred = out_.response.valid && response_ready;
  if (out_.response.valid && !transferred) return;
  clear_response_ = transferred;
  if (done_ == 0) return;
  const std::uint64_t above = done_ & after_;
  load_entry_ = lowest(above != 0 ? above : done_);
  load_ = true;
  after_ = load_entry_ == 63 ? 0 : ~std::uint64_t{0} << (load_entry_ + 1);
  next_valid_ &= ~(std::uint64_t{1} << load_entry_);
  next_done_ &= ~(std::uint64_t{1} << load_entry_);
}

void AxiMaster::step(const Inputs& in) {
  start_ = in.start;
  if (start_) [[unlikely]] {
    requests_.clear();
    writes_.clear();
    return;
  }
  if (in.request != nullptr && out_.ready) requests_.push(*in.request);
  const AxiSlaveOut& axi = *in.axi;
  ar_accepted_ = out_.axi.ar_valid && axi.ar_ready;
  aw_accepted_ = out_.axi.aw_valid && axi.aw_ready;
  w_accepted_ = out_.axi.w_valid && axi.w_ready;
  if (w_accepted_ && out_.axi.w_last) writes_.pop();
  if (axi.r_valid) take_read_beat(axi);
  if (axi.b_valid) take_write_response(axi);
  start_head(axi);
  load_response(in.response_ready);
}

/// Puts the beat `write_beat_` of the first line on the W channel.
void AxiMaster::show_write_beat() {
  const MemoryRequest& write = writes_.front();
  const std::uint32_t first = write_beat_ * beat_bytes_;
  const std::uint64_t beat_strobe =
      beat_bytes_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << beat_bytes_) - 1;
  std::copy_n(write.data.begin() + first, beat_bytes_, out_.axi.w_data.begin());
  out_.axi.w_strobe = write.strobe >> first & beat_strobe;
  out_.axi.w_valid = true;
  out_.axi.w_last = write_beat_ + 1 == beats_;
}

void AxiMaster::step_channels() {
  AxiMasterOut& axi = out_.axi;
  if (ar_accepted_) axi.ar_valid = false;
  if (aw_accepted_) axi.aw_valid = false;
  if (w_accepted_) write_beat_ = axi.w_last ? 0 : write_beat_ + 1;
  axi.w_valid = !writes_.empty();
  if (axi.w_valid) show_write_beat();
  if (start_read_) {
    axi.ar_valid = true;
    axi.ar_id = start_entry_;
    axi.ar_addr = start_line_ << kLineOffsetBits;
    axi.ar_len = beats_ - 1;
  }
  if (start_write_) {
    axi.aw_valid = true;
    axi.aw_id = start_entry_;
    axi.aw_addr = start_line_ << kLineOffsetBits;
    axi.aw_len = beats_ - 1;
  }
  ar_accepted_ = aw_accepted_ = w_accepted_ = start_read_ = start_write_ = false;
}

void AxiMaster::update() {
  requests_.tick();
  writes_.tick();
  if (start_) [[unlikely]] {
    reset();
    return;
  }
  step_channels();
  if (load_) {
    const Transaction& transaction = transactions_[load_entry_];
    out_.response.valid = true;
    out_.response.write = transaction.write;
    out_.response.error = transaction.error;
    out_.response.id = transaction.id;
    if (!transaction.write) out_.response.data = transaction.data;
  } else if (clear_response_) {
    out_.response.valid = false;
  }
  load_ = clear_response_ = false;
  valid_ = next_valid_;
  done_ = next_done_;
  out_.ready = !requests_.full();
  busy_ = !requests_.empty() || done_ != 0 || out_.response.valid || out_.axi.ar_valid ||
          out_.axi.aw_valid || out_.axi.w_valid;
}

}  // namespace heddle::timed
