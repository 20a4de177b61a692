// The host's side of a UART in simulation: a number of clock cycles a bit that need not be whole.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace heddle::board {

/// Gives the level of the line in every clock cycle.
class UartSender {
 public:
  explicit UartSender(double cycles_a_bit) : cycles_a_bit_(cycles_a_bit) {}

  void push(std::uint8_t byte) { queue_.push_back(byte); }
  std::size_t waiting() const { return queue_.size(); }
  bool busy() const { return bits_ != 0 || !queue_.empty(); }

  bool cycle() {
    if (bits_ == 0) {
      if (queue_.empty()) return true;
      // Start bit, data, stop bit.
      shift_ = 0x200U | static_cast<std::uint32_t>(queue_.front()) << 1;
      queue_.pop_front();
      bits_ = 10;
      left_ += cycles_a_bit_;
    }
    const bool level = (shift_ & 1) != 0;
    if ((left_ -= 1) < 1) {
      left_ += cycles_a_bit_;
      shift_ >>= 1;
      if (--bits_ == 0) left_ -= cycles_a_bit_;
    }
    return level;
  }

 private:
  double cycles_a_bit_;
  std::deque<std::uint8_t> queue_;
  std::uint32_t shift_ = 0, bits_ = 0;
  double left_ = 0;
};

/// Takes the level of the line in every clock cycle.
class UartListener {
 public:
  explicit UartListener(double cycles_a_bit) : cycles_a_bit_(cycles_a_bit) {}

  /// A byte whose stop bit is missing is none.
  std::optional<std::uint8_t> cycle(bool level) {
    if (bits_ == 0) {
      if (level) return std::nullopt;
      bits_ = 10;
      left_ = cycles_a_bit_ / 2;
      shift_ = 0;
      return std::nullopt;
    }
    if ((left_ -= 1) >= 1) return std::nullopt;
    left_ += cycles_a_bit_;
    shift_ = shift_ >> 1 | (level ? 0x200U : 0);
    if (--bits_ != 0 || !level) return std::nullopt;
    return static_cast<std::uint8_t>(shift_ >> 1);
  }

  bool busy() const { return bits_ != 0; }

 private:
  double cycles_a_bit_;
  std::uint32_t shift_ = 0, bits_ = 0;
  double left_ = 0;
};

}  // namespace heddle::board
