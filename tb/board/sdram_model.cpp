#include "board/sdram_model.hpp"

#include <fmt/format.h>

#include <random>
#include <stdexcept>

namespace heddle::board {

SdramModel::SdramModel(const SdramTiming& timing, std::uint64_t seed)
    : timing_(timing), words_(kBytes / 2) {
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < words_.size(); i += 4) {
    std::uint64_t draw = random();
    for (std::size_t k = 0; k < 4; ++k, draw >>= 16) {
      words_[i + k] = static_cast<std::uint16_t>(draw);
    }
  }
}

void SdramModel::broken(const char* rule) const {
  throw std::logic_error(fmt::format("SDRAM at edge {} ({:.0f} ns): {}", edges_, now(), rule));
}

std::size_t SdramModel::index(const SdramPins& pins) const {
  constexpr std::uint32_t kColumns = 1U << kColumnBits;
  return (std::size_t{banks_[pins.ba].row} * kBanks + pins.ba) * kColumns + pins.a % kColumns;
}

void SdramModel::edge(const SdramPins& pins) {
  ++edges_;
  require(pins.cke, "CKE is low");
  // The board may release DQ late: one whole period in which nobody drives it.
  require(!pins.drives || edges_ > last_driven_ + 2, "DQ is not free for a period behind a read");
  const bool none = pins.cs_n || (pins.ras_n && pins.cas_n && pins.we_n);
  if (!none) {
    require(mode_set_at_ == kNever || passed(mode_set_at_, 2 * timing_.period), "tMRD");
    require(passed(refreshed_, timing_.rfc), "tRFC");
    const int command = (pins.ras_n ? 4 : 0) | (pins.cas_n ? 2 : 0) | (pins.we_n ? 1 : 0);
    switch (command) {
      case 0: set_mode(pins); break;
      case 1: refresh(); break;
      case 2: precharge(pins); break;
      case 3: activate(pins); break;
      case 4: write(pins); break;
      case 5: read(pins); break;
      default: broken("a command that this controller has no use for");
    }
  }
  // A refresh may be postponed, eight of them at most.
  if (mode_set_) {
    const double elapsed = now() - mode_set_at_;
    require(static_cast<double>(refreshes_since_mode_ + 8) * timing_.refi >= elapsed, "tREFI");
  }
  drives_ = !reads_.empty() && reads_.front().edge == edges_;
  if (drives_) {
    dq_ = reads_.front().word;
    reads_.pop_front();
    last_driven_ = edges_;
    require(masks_[1] == 0, "DQM masks a read");
    require(!pins.drives, "both sides drive DQ");
  }
  masks_ = {pins.dqm, masks_[0]};
}

void SdramModel::set_mode(const SdramPins& pins) {
  require(all_precharged_ && refreshes_ >= 2, "the mode is set before the start-up is over");
  for (const Bank& bank : banks_) require(!bank.open, "the mode is set with a bank open");
  for (const Bank& bank : banks_) require(passed(bank.precharged, timing_.rp), "tRP");
  require(pins.ba == 0 && pins.a == timing_.cas_latency << 4, "another mode than was expected");
  mode_set_ = true;
  mode_set_at_ = now();
  refreshes_since_mode_ = 0;
}

void SdramModel::refresh() {
  require(all_precharged_, "a refresh before the first precharge");
  for (const Bank& bank : banks_) {
    require(!bank.open, "a refresh with a bank open");
    require(passed(bank.precharged, timing_.rp), "tRP");
    require(passed(bank.activated, timing_.rc), "tRC");
  }
  refreshed_ = now();
  ++refreshes_;
  ++refreshes_since_mode_;
}

void SdramModel::precharge(const SdramPins& pins) {
  require(now() >= timing_.init, "a command within the first 100 us");
  const bool all = (pins.a >> 10 & 1) != 0;
  for (std::uint32_t b = 0; b < kBanks; ++b) {
    if (!all && b != pins.ba) continue;
    Bank& bank = banks_[b];
    if (bank.open) {
      require(passed(bank.activated, timing_.ras), "tRAS");
      require(passed(bank.written, timing_.wr), "tWR");
    }
    bank.open = false;
    bank.precharged = now();
  }
  if (all) all_precharged_ = true;
}

void SdramModel::activate(const SdramPins& pins) {
  require(mode_set_, "a row is opened before the mode is set");
  Bank& bank = banks_[pins.ba];
  require(!bank.open, "a row is opened in an open bank");
  require(passed(bank.precharged, timing_.rp), "tRP");
  require(passed(bank.activated, timing_.rc), "tRC");
  require(passed(activated_, timing_.rrd), "tRRD");
  bank.open = true;
  bank.row = pins.a;
  bank.activated = now();
  activated_ = now();
  ++activates_;
}

void SdramModel::read(const SdramPins& pins) {
  const Bank& bank = banks_[pins.ba];
  require(bank.open, "a read from a closed bank");
  require(passed(bank.activated, timing_.rcd), "tRCD");
  require((pins.a >> 10 & 1) == 0, "auto precharge");
  reads_.push_back({edges_ + timing_.cas_latency - 1, words_[index(pins)]});
}

void SdramModel::write(const SdramPins& pins) {
  Bank& bank = banks_[pins.ba];
  require(bank.open, "a write to a closed bank");
  require(passed(bank.activated, timing_.rcd), "tRCD");
  require((pins.a >> 10 & 1) == 0, "auto precharge");
  require(pins.drives, "a write without data");
  require(reads_.empty() || reads_.front().edge > edges_, "a write while a read is on the pins");
  std::uint16_t& word = words_[index(pins)];
  const auto keep = static_cast<std::uint16_t>(((pins.dqm & 1) != 0 ? 0xff : 0) |
                                               ((pins.dqm & 2) != 0 ? 0xff00 : 0));
  word = static_cast<std::uint16_t>((word & keep) | (pins.dq & ~keep));
  bank.written = now();
}

}  // namespace heddle::board
