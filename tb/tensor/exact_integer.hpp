// Integers without a bound: a sign and 32-bit digits, the schoolbook way. Slow, and easy to see
// right.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heddle::tb {

class ExactInteger {
 public:
  ExactInteger() = default;
  explicit ExactInteger(std::int64_t value) : negative_(value < 0) {
    std::uint64_t rest = static_cast<std::uint64_t>(value);
    if (negative_) rest = 0 - rest;
    for (; rest != 0; rest >>= 32) digits_.push_back(static_cast<std::uint32_t>(rest));
  }

  bool is_zero() const { return digits_.empty(); }
  bool is_negative() const { return negative_; }
  ExactInteger magnitude() const {
    ExactInteger result = *this;
    result.negative_ = false;
    return result;
  }
  ExactInteger operator-() const {
    ExactInteger result = *this;
    result.negative_ = !negative_ && !is_zero();
    return result;
  }

  /// Binary digits of the magnitude; 0 for zero.
  int bit_length() const {
    if (is_zero()) return 0;
    int length = 32 * static_cast<int>(digits_.size() - 1);
    for (std::uint32_t top = digits_.back(); top != 0; top >>= 1) ++length;
    return length;
  }

  /// Times 2^places; for places < 0 what falls below the point is dropped (toward zero).
  ExactInteger shifted(int places) const {
    ExactInteger result;
    const int length = bit_length() + places;
    if (is_zero() || length <= 0) return result;
    result.negative_ = negative_;
    result.digits_.resize((static_cast<std::size_t>(length) + 31) / 32);
    for (std::size_t i = 0; i < result.digits_.size(); ++i) {
      result.digits_[i] = digit_at(32 * static_cast<int>(i) - places);
    }
    return result;
  }

  friend ExactInteger operator+(const ExactInteger& x, const ExactInteger& y) {
    ExactInteger result;
    if (x.negative_ == y.negative_) {
      result.digits_ = sum(x.digits_, y.digits_);
      result.negative_ = x.negative_;
    } else if (compare(x.digits_, y.digits_) >= 0) {
      result.digits_ = difference(x.digits_, y.digits_);
      result.negative_ = x.negative_;
    } else {
      result.digits_ = difference(y.digits_, x.digits_);
      result.negative_ = y.negative_;
    }
    result.normalize();
    return result;
  }
  friend ExactInteger operator-(const ExactInteger& x, const ExactInteger& y) { return x + -y; }

  friend ExactInteger operator*(const ExactInteger& x, const ExactInteger& y) {
    ExactInteger result;
    result.digits_.assign(x.digits_.size() + y.digits_.size(), 0);
    for (std::size_t i = 0; i < x.digits_.size(); ++i) {
      std::uint64_t carry = 0;
      for (std::size_t j = 0; j < y.digits_.size() || carry != 0; ++j) {
        carry += result.digits_[i + j];
        if (j < y.digits_.size()) carry += std::uint64_t{x.digits_[i]} * y.digits_[j];
        result.digits_[i + j] = static_cast<std::uint32_t>(carry);
        carry >>= 32;
      }
    }
    result.negative_ = x.negative_ != y.negative_;
    result.normalize();
    return result;
  }

  friend bool operator==(const ExactInteger& x, const ExactInteger& y) { return (x - y).is_zero(); }
  friend bool operator<(const ExactInteger& x, const ExactInteger& y) { return (x - y).negative_; }

  /// The low 64 bits of the magnitude.
  std::uint64_t low_bits() const {
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < digits_.size() && i < 2; ++i) {
      result |= std::uint64_t{digits_[i]} << (32 * i);
    }
    return result;
  }

 private:
  using Digits = std::vector<std::uint32_t>;

  /// The 32 bits from that position on; what lies outside of the number is 0.
  std::uint32_t digit_at(int position) const {
    const auto digit = [this](int i) {
      const bool inside = i >= 0 && static_cast<std::size_t>(i) < digits_.size();
      return std::uint64_t{inside ? digits_[static_cast<std::size_t>(i)] : 0};
    };
    const int low = position >> 5;
    return static_cast<std::uint32_t>((digit(low) | digit(low + 1) << 32) >> (position & 31));
  }
  void normalize() {
    while (!digits_.empty() && digits_.back() == 0) digits_.pop_back();
    if (digits_.empty()) negative_ = false;
  }
  static int compare(const Digits& x, const Digits& y) {
    if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
    for (std::size_t i = x.size(); i-- > 0;) {
      if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
    }
    return 0;
  }
  static Digits sum(const Digits& x, const Digits& y) {
    Digits result;
    result.reserve(std::max(x.size(), y.size()) + 1);
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < std::max(x.size(), y.size()) || carry != 0; ++i) {
      if (i < x.size()) carry += x[i];
      if (i < y.size()) carry += y[i];
      result.push_back(static_cast<std::uint32_t>(carry));
      carry >>= 32;
    }
    return result;
  }
  /// x - y for x >= y.
  static Digits difference(const Digits& x, const Digits& y) {
    Digits result;
    result.reserve(x.size());
    std::int64_t borrow = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      std::int64_t digit = std::int64_t{x[i]} + borrow;
      if (i < y.size()) digit -= y[i];
      result.push_back(static_cast<std::uint32_t>(digit));
      borrow = digit < 0 ? -1 : 0;
    }
    return result;
  }

  bool negative_ = false;
  Digits digits_;  // least significant first, none of them a leading zero
};

}  // namespace heddle::tb
