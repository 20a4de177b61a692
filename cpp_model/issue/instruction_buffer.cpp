#include "issue/instruction_buffer.hpp"

#include <cassert>

namespace heddle::timed {

// The entry is not visible before update() counts it.
void InstructionBuffer::push(const DecodedEvent& decoded) {
  pushed_ = decoded.warp;
  Queue& queue = queues_[pushed_];
  assert(queue.count < 2);
  queue.items[queue.first ^ queue.count] = decoded;
}

void InstructionBuffer::update() {
  if (clear_) [[unlikely]] {
    for (Queue& queue : queues_) queue.first = queue.count = 0;
    heads_ = 0;
    changed_ = ~0U;
    return;
  }
  if (popped_ != kNoWarp) {
    Queue& queue = queues_[popped_];
    assert(queue.count != 0);
    out_.issue = queue.items[queue.first];
    queue.first ^= 1;
    if (--queue.count == 0) heads_ &= ~(1U << popped_);
    changed_ |= 1U << popped_;
    popped_ = kNoWarp;
  }
  if (pushed_ != kNoWarp) {
    ++queues_[pushed_].count;
    heads_ |= 1U << pushed_;
    changed_ |= 1U << pushed_;
    pushed_ = kNoWarp;
  }
}

}  // namespace heddle::timed
