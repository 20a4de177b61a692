// An SDR SDRAM of four banks and 16 data bits, as MT48LC16M16A2 is one: contents, and a check of
// every command against the data sheet's rules. Source: JEDEC JESD21-C 3.11.5 and the data sheet.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

namespace heddle::board {

/// The pins that the controller drives, at a rising edge of the SDRAM's clock.
struct SdramPins {
  bool cke = true;
  bool cs_n = true;
  bool ras_n = true;
  bool cas_n = true;
  bool we_n = true;
  std::uint32_t ba = 0;
  std::uint32_t a = 0;
  std::uint32_t dqm = 0;
  bool drives = false;  ///< the controller drives dq
  std::uint32_t dq = 0;
};

/// Least times in nanoseconds (refresh: the most, on average).
struct SdramTiming {
  double period = 20;
  double rcd = 20, rp = 20, rc = 66, ras = 44, rfc = 66, rrd = 15, wr = 15;
  double refi = 7812.5;
  double init = 100'000;
  std::uint32_t cas_latency = 2;
};

/// Every method throws std::logic_error that says which rule was broken and when.
class SdramModel {
 public:
  static constexpr std::uint32_t kRowBits = 13;
  static constexpr std::uint32_t kColumnBits = 9;
  static constexpr std::uint32_t kBanks = 4;
  static constexpr std::uint32_t kBytes = 2U << (kRowBits + kColumnBits + 2);

  /// The contents at power-up are drawn from the seed.
  SdramModel(const SdramTiming& timing, std::uint64_t seed);

  /// A rising edge of its clock.
  void edge(const SdramPins& pins);

  /// From this edge to the next: whether it drives dq, and with what.
  bool drives() const { return drives_; }
  std::uint16_t dq() const { return dq_; }

  bool mode_is_set() const { return mode_set_; }
  std::uint64_t refreshes() const { return refreshes_; }
  std::uint64_t activates() const { return activates_; }

  /// Contents by byte address: row, bank, column.
  std::uint8_t byte(std::uint32_t address) const {
    return static_cast<std::uint8_t>(words_[address / 2] >> (8 * (address % 2)));
  }

 private:
  static constexpr double kNever = -1e18;

  struct Bank {
    bool open = false;
    std::uint32_t row = 0;
    double activated = kNever;
    double precharged = kNever;
    double written = kNever;
  };
  struct Read {
    std::uint64_t edge = 0;  // at which its word goes onto the pins
    std::uint16_t word = 0;
  };

  [[noreturn]] void broken(const char* rule) const;
  void require(bool holds, const char* rule) const {
    if (!holds) broken(rule);
  }
  double now() const { return static_cast<double>(edges_) * timing_.period; }
  bool passed(double since, double time) const { return now() - since >= time - 1e-6; }
  std::size_t index(const SdramPins& pins) const;

  void activate(const SdramPins& pins);
  void read(const SdramPins& pins);
  void write(const SdramPins& pins);
  void precharge(const SdramPins& pins);
  void refresh();
  void set_mode(const SdramPins& pins);

  SdramTiming timing_;
  std::vector<std::uint16_t> words_;
  std::array<Bank, kBanks> banks_{};
  std::uint64_t edges_ = 0;
  std::uint64_t activates_ = 0;
  std::uint64_t refreshes_ = 0;
  std::uint64_t refreshes_since_mode_ = 0;
  double activated_ = kNever, refreshed_ = kNever, mode_set_at_ = kNever;
  bool all_precharged_ = false;
  bool mode_set_ = false;
  std::array<std::uint32_t, 2> masks_{};  // of the last two edges: they count for reads
  std::deque<Read> reads_;
  bool drives_ = false;
  std::uint64_t last_driven_ = 0;  // the last edge from which it drove
  std::uint16_t dq_ = 0;
};

}  // namespace heddle::board
