#include "memory/l1_cache.hpp"

#include <algorithm>
#include <bit>

#include "memory/line_placement.hpp"

namespace heddle::timed {

L1Cache::L1Cache(const Config& config)
    : sets_(config.l1_sets()),
      ways_(config.l1_ways),
      cache_(config.l1_bytes / kLineBytes),
      lines_(cache_.size()) {}

void L1Cache::reset() {
  std::ranges::fill(cache_, Way{});
  valid_lines_ = coming_lines_ = 0;
  victim_ = 0;
  head_valid_ = out_valid_ = false;
  first_hit_ = hits_in_fifo_ = promised_ = 0;
  reading_ = read_ = storing_ = busy_ = false;
  hit_last_ = true;
  out_ = Outputs{};
}

void L1Cache::set_state(Way& way, State state) {
  valid_lines_ = valid_lines_ + (state == State::kValid) - (way.state == State::kValid);
  coming_lines_ = coming_lines_ + (state == State::kComing) - (way.state == State::kComing);
  way.state = state;
}

/// Looks the line up, into `decision_`.
void L1Cache::find(std::uint32_t line, bool bypass) {
  decision_.found = Found::kNothing;
  decision_.way = 0;
  decision_.line = line;
  if (cache_.empty() || bypass) return;
  set_begin_ = fold_line(line, sets_) * ways_;
  const Way* set = &cache_[set_begin_];
  for (std::uint32_t way = 0; way < ways_; ++way) {
    if (set[way].state == State::kEmpty || set[way].line != line) continue;
    decision_.found = set[way].state == State::kValid ? Found::kHit : Found::kComing;
    decision_.way = way;
    return;
  }
}

void L1Cache::read_line(const LineRequest& head) {
  LineResponse& hit = hits_[(first_hit_ + promised_) % kHits];
  hit.valid = true;
  hit.tag = head.tag;
  hit.data = lines_[index()];
  new_hit_ = true;
}

void L1Cache::merge_store(const LineRequest& head) {
  LineData& line = lines_[index()];
  for (std::uint64_t bytes = head.strobe; bytes != 0; bytes &= bytes - 1) {
    const auto byte = static_cast<std::size_t>(std::countr_zero(bytes));
    line[byte] = head.data[byte];
  }
  store_hit_ = true;
}

/// A line is replaced by the head's, which is to come.
void L1Cache::make_room(const LineRequest& head) {
  decision_.fills = true;
  decision_.way = victim_;
  Way& way = cache_[index()];
  set_state(way, State::kComing);
  way.line = head.line;
  way.fill = head.tag;
  fill_index_[head.tag] = index();
  victim_ = victim_ + 1 == ways_ ? 0 : victim_ + 1;
}

void L1Cache::decide(const Inputs& in) {
  const LineRequest& head = this->head();
  const bool load = !head.write && !head.atomic;
  find(head.line, load && in.bypass);
  const Found found = decision_.found;
  const bool load_hit = load && found == Found::kHit;
  if (load_hit ? promised_ == kHits : out_valid_ && !in.out_ready) return;
  decision_.valid = true;
  decision_.tag = head.tag;
  decision_.fills = false;
  pass_on_ = !load_hit;
  if (load) {
    decision_.access = Access::kLoad;
    if (load_hit) {
      read_line(head);
    } else if (found == Found::kNothing && !in.bypass && !cache_.empty()) {
      make_room(head);
    }
    return;
  }
  decision_.access = head.write ? Access::kStore : Access::kAtomic;
  if (found == Found::kNothing) return;
  if (head.write && found == Found::kHit) {
    merge_store(head);
  } else {
    set_state(cache_[index()], State::kEmpty);
  }
}

/// A response of the crossbar goes to load_return; after decide(), which may have given its line
/// up.
void L1Cache::take_line(const LineResponse& response) {
  if (cache_.empty()) return;
  const std::uint32_t index = fill_index_[response.tag];
  Way& way = cache_[index];
  if (way.state != State::kComing || way.fill != response.tag) return;
  set_state(way, response.error ? State::kEmpty : State::kValid);
  if (!response.error) lines_[index] = response.data;
}

void L1Cache::step(const Inputs& in) {
  start_ = in.start;
  decision_.valid = false;
  if (start_) [[unlikely]]
    return;
  if (in.request != nullptr && out_.ready) {
    LineRequest& head = slots_[out_slot_ ^ 1];
    head = *in.request;
    head.tag = in.tag;
    take_head_ = true;
  }
  sent_ = out_valid_ && in.out_ready;
  if (head_valid_) decide(in);
  if (!in.response_ready) return;
  if (in.response != nullptr && out_.takes_line) {
    take_line(*in.response);
    hit_last_ = false;
  } else if (out_.hit != nullptr) {
    pop_hit_ = true;
    hit_last_ = true;
  }
}

void L1Cache::update() {
  if (start_) [[unlikely]] {
    reset();
    return;
  }
  if (sent_) out_valid_ = false;
  if (pass_on_) {
    out_valid_ = true;
    out_slot_ ^= 1;
  }
  head_valid_ = take_head_ || (head_valid_ && !decision_.valid);
  // A line that was read for a hit of two cycles ago is pushed in this cycle.
  hits_in_fifo_ = hits_in_fifo_ + read_ - pop_hit_;
  promised_ = promised_ + new_hit_ - pop_hit_;
  if (pop_hit_) first_hit_ = (first_hit_ + 1) % kHits;
  read_ = reading_;
  reading_ = new_hit_;
  storing_ = store_hit_;

  out_.ready = !head_valid_;
  out_.request = out_valid_ ? &slots_[out_slot_] : nullptr;
  out_.hit = hits_in_fifo_ != 0 ? &hits_[first_hit_] : nullptr;
  out_.takes_line = !storing_ && (out_.hit == nullptr || hit_last_);
  const bool load = decision_.valid && decision_.access == Access::kLoad;
  out_.load_hit = load && decision_.found == Found::kHit;
  out_.load_miss = load && decision_.found != Found::kHit;
  busy_ = head_valid_ || out_valid_ || promised_ != 0 || storing_ || decision_.valid;
  take_head_ = pass_on_ = sent_ = new_hit_ = pop_hit_ = store_hit_ = false;
}

}  // namespace heddle::timed
