// The generic FIFO of the timed model. Timing: docs/architecture/README.md, "How time is written
// down".
#pragma once

#include <array>
#include <cassert>
#include <cstddef>

namespace heddle::timed {

/// First in, first out, at most `capacity` (≤ kMaxCapacity) items. What front(), empty(), full()
/// and size() show changes only in tick(): a push of this cycle is visible in the next one, and a
/// pop makes room in the next one.
template <typename T, std::size_t kMaxCapacity>
class Fifo {
 public:
  explicit Fifo(std::size_t capacity = kMaxCapacity) : capacity_(capacity) {
    assert(capacity > 0 && capacity <= kMaxCapacity);
  }

  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == capacity_; }
  std::size_t size() const { return size_; }

  /// The oldest item; only when not empty.
  const T& front() const { return items_[head_]; }

  /// The item that comes `place` places behind the oldest one; place < size().
  const T& operator[](std::size_t place) const {
    assert(place < size_);
    const std::size_t sum = head_ + place;
    return items_[sum >= capacity_ ? sum - capacity_ : sum];
  }

  /// At most one push a cycle, only when not full.
  void push(const T& item) { push() = item; }
  /// The same, for the caller to fill in the item, before tick().
  T& push() {
    assert(!full() && !pushed_);
    const std::size_t sum = head_ + size_;
    pushed_ = true;
    return items_[sum >= capacity_ ? sum - capacity_ : sum];
  }
  /// At most one pop a cycle, only when not empty.
  void pop() {
    assert(!empty() && !popped_);
    popped_ = true;
  }
  /// Empties the FIFO; wins over a push or pop of the same cycle.
  void clear() { cleared_ = true; }

  /// There is a push, a pop or a clear() in this cycle: else tick() does nothing.
  bool changes() const { return pushed_ | popped_ | cleared_; }
  void tick() {
    const std::size_t behind = head_ + popped_;
    head_ = behind == capacity_ ? 0 : behind;
    size_ = size_ + pushed_ - popped_;
    if (cleared_) [[unlikely]]
      head_ = size_ = 0;
    pushed_ = popped_ = cleared_ = false;
  }

 private:
  std::array<T, kMaxCapacity> items_{};
  std::size_t capacity_;
  std::size_t head_ = 0, size_ = 0;
  bool pushed_ = false, popped_ = false, cleared_ = false;
};

}  // namespace heddle::timed
