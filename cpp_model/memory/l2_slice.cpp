#include "memory/l2_slice.hpp"

#include <algorithm>
#include <bit>

#include "device/fault.hpp"
#include "isa/semantics.hpp"

namespace heddle::timed {
namespace {

// Cycles from the decision.
constexpr std::uint32_t kSendOutAge = 4;  // to the FIFOs
constexpr std::uint32_t kWriteAge = 5;    // of the data memory
constexpr std::uint32_t kFloatWriteAge = kWriteAge + kFloatAddLatency;

/// Decisions of `first` to `last` cycles ago.
constexpr std::uint32_t ages(std::uint32_t first, std::uint32_t last) {
  return (2u << last) - (1u << first);
}

constexpr std::uint32_t kAges = ages(1, kWriteAge);
constexpr std::uint32_t kFloatAges = ages(1, kFloatWriteAge);

std::uint32_t lowest_bit(std::uint64_t entries) {
  return static_cast<std::uint32_t>(std::countr_zero(entries));
}
constexpr std::uint64_t entry_bit(std::uint32_t entry) { return std::uint64_t{1} << entry; }

std::uint32_t line_word(const LineData& data, std::uint32_t word) {
  const std::uint8_t* bytes = &data[4 * word];
  return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}
void set_line_word(LineData& data, std::uint32_t word, std::uint32_t value) {
  for (std::uint32_t byte = 0; byte < 4; ++byte) {
    data[4 * word + byte] = static_cast<std::uint8_t>(value >> 8 * byte);
  }
}

}  // namespace

L2Slice::L2Slice(const Config& config)
    : channel_shift_(static_cast<std::uint32_t>(std::countr_zero(config.channels))),
      sets_(config.l2_sets()),
      ways_(config.l2_ways),
      mshrs_(config.axi_outstanding),
      responses_limit_(config.axi_outstanding + 8),
      tags_(sets_ * ways_),
      lines_(tags_.size()),
      pointers_(sets_),
      responses_(responses_limit_),
      fetches_(mshrs_) {}

void L2Slice::reset() {
  std::ranges::fill(tags_, Tag{});
  std::ranges::fill(pointers_, std::uint8_t{0});
  state_ = State::kClear;
  clear_left_ = sets_;
  step_ = Step::kStart;
  open_valid_ = failed_ = written_ = false;
  promised_ = writing_ = writebacks_ = 0;
  mshr_valid_ = mshr_fetch_ = mshr_response_ = 0;
  pipe_ = pipe_responses_ = pipe_writes_ = pipe_atomics_ = pipe_float_adds_ = 0;
  fault_.valid = decision_.valid = false;
  out_ = Outputs{};
  out_.memory_response_ready = out_.idle = false;
  busy_ = true;
}

L2Slice::Lookup L2Slice::look_up(std::uint32_t line) const {
  const std::uint32_t set = set_of(line);
  const std::uint32_t first = set * ways_;
  for (std::uint32_t index = first; index < first + ways_; ++index) {
    if (tags_[index].valid && tags_[index].line == line) return {.hit = true, .index = index};
  }
  const std::uint32_t victim = first + pointers_[set];
  return {.victim_dirty = tags_[victim].valid && tags_[victim].dirty, .index = victim};
}

L2Slice::DecisionKind L2Slice::kind_of(const LineRequest& head, const Lookup& lookup) const {
  if (lookup.hit) {
    if (head.atomic) return DecisionKind::kAtomicHit;
    return head.write ? DecisionKind::kStoreHit : DecisionKind::kLoadHit;
  }
  if (head.atomic) return failed_ ? DecisionKind::kAtomicError : DecisionKind::kAtomicMiss;
  if (!head.write) return DecisionKind::kLoadMiss;
  return head.strobe == ~std::uint64_t{0} ? DecisionKind::kLineStore : DecisionKind::kStrobedStore;
}

/// Is a write of the data memory under way that an access to `index` has to wait for?
bool L2Slice::has_hazard(std::uint32_t index, bool atomic) const {
  Pipe older = pipe_writes_ & ages(1, kWriteAge - 1);
  if (atomic) older &= ~pipe_atomics_;
  for (; older != 0; older &= older - 1) {
    if (written_index_[(now_ - lowest_bit(older)) % kStages] == index) return true;
  }
  return false;
}

bool L2Slice::in_fetch(std::uint32_t line) const {
  for (std::uint64_t entries = mshr_fetch_; entries != 0; entries &= entries - 1) {
    if (table_[lowest_bit(entries)].line == line) return true;
  }
  return false;
}

bool L2Slice::awaits_fetch(std::uint32_t index) const {
  for (std::uint64_t entries = mshr_fetch_; entries != 0; entries &= entries - 1) {
    if (table_[lowest_bit(entries)].index == index) return true;
  }
  return false;
}

bool L2Slice::allowed(DecisionKind kind, const LineRequest& head, const Lookup& lookup,
                      bool evicts) const {
  const bool fetches = kind == DecisionKind::kLoadMiss || kind == DecisionKind::kAtomicMiss;
  const bool replaces = fetches || kind == DecisionKind::kLineStore;
  const bool strobed = kind == DecisionKind::kStrobedStore;
  if (pipe_float_adds_ != 0 || in_fetch(head.line)) return false;
  if (replaces && awaits_fetch(lookup.index)) return false;
  if ((fetches || strobed) && static_cast<std::uint32_t>(std::popcount(mshr_valid_)) == mshrs_) {
    return false;
  }
  if (kind != DecisionKind::kAtomicMiss && promised_ == responses_limit_) return false;
  if ((evicts || strobed) && writing_ == kWrites) return false;
  const bool uses_data = lookup.hit || kind == DecisionKind::kLineStore || evicts;
  return !uses_data ||
         !has_hazard(lookup.index, kind == DecisionKind::kAtomicHit && !isa::info(head.op).pair);
}

L2Slice::Stage& L2Slice::new_stage() {
  pipe_ |= 1;
  Stage& stage = stages_[now_ % kStages];
  stage.response = stage.write = stage.fetch = false;
  return stage;
}

void L2Slice::respond(const LineRequest& head, bool error, Stage& stage) {
  stage.response = true;
  stage.line.valid = true;
  stage.line.source = head.source;
  stage.line.write = head.write;
  stage.line.error = error;
  stage.line.tag = head.tag;
  pipe_responses_ |= 1;
  ++promised_;
}

void L2Slice::evict(std::uint32_t index, Stage& stage) {
  stage.write = true;
  stage.memory_write = {true, tags_[index].line, mshrs_, lines_[index], ~std::uint64_t{0}};
  ++writing_;
  ++writebacks_;
}

/// The victim of a set makes room.
void L2Slice::replace(std::uint32_t index, bool evicts, Stage& stage) {
  if (evicts) evict(index, stage);
  tags_[index].valid = false;
  const std::uint32_t set = index / ways_;
  const std::uint32_t next = pointers_[set] + 1u;
  pointers_[set] = static_cast<std::uint8_t>(next == ways_ ? 0 : next);
}

std::uint32_t L2Slice::take_mshr(const LineRequest& head, std::uint32_t index, bool fetch,
                                 bool response) {
  const std::uint32_t entry = lowest_bit(~mshr_valid_);
  table_[entry] = {head.source, head.line, index, head.tag};
  mshr_valid_ |= entry_bit(entry);
  if (fetch) mshr_fetch_ |= entry_bit(entry);
  if (response) {
    mshr_response_ |= entry_bit(entry);
    ++promised_;
  }
  return entry;
}

void L2Slice::mark_written(std::uint32_t index, bool atomic) {
  tags_[index].dirty = true;
  written_ = true;
  written_index_[now_ % kStages] = index;
  pipe_writes_ |= 1;
  if (atomic) pipe_atomics_ |= 1;
}

void L2Slice::merge_store(const LineRequest& head, std::uint32_t index) {
  LineData& line = lines_[index];
  if (head.strobe == ~std::uint64_t{0}) {
    line = head.data;
    return;
  }
  for (std::uint64_t bytes = head.strobe; bytes != 0; bytes &= bytes - 1) {
    line[lowest_bit(bytes)] = head.data[lowest_bit(bytes)];
  }
}

/// Returns the old word.
std::uint32_t L2Slice::perform_atomic(const LineRequest& head, std::uint32_t index) {
  const std::uint32_t old = line_word(lines_[index], head.word);
  const std::uint32_t value =
      isa::atomic_update(head.op, old, line_word(head.data, 0), line_word(head.data, 1));
  set_line_word(lines_[index], head.word, value);
  if (head.op == isa::Op::kAmofaddW) pipe_float_adds_ |= 1;
  return old;
}

/// `old` becomes the old doubleword, as often as it fits.
void L2Slice::swap_doubleword(const LineRequest& head, std::uint32_t index, LineData& old) {
  const auto doubleword = [](const LineData& data, std::uint32_t word) {
    return std::uint64_t{line_word(data, word + 1)} << 32 | line_word(data, word);
  };
  LineData& line = lines_[index];
  const std::uint64_t before = doubleword(line, head.word);
  // In the request: b and c of the low words, then of the high ones.
  const std::uint64_t b = std::uint64_t{line_word(head.data, 2)} << 32 | line_word(head.data, 0);
  const std::uint64_t c = std::uint64_t{line_word(head.data, 3)} << 32 | line_word(head.data, 1);
  const std::uint64_t after = isa::compare_and_swap(before, b, c);
  set_line_word(line, head.word, static_cast<std::uint32_t>(after));
  set_line_word(line, head.word + 1, static_cast<std::uint32_t>(after >> 32));
  for (std::uint32_t word = 0; word < kLineBytes / 4; word += 2) {
    set_line_word(old, word, static_cast<std::uint32_t>(before));
    set_line_word(old, word + 1, static_cast<std::uint32_t>(before >> 32));
  }
}

void L2Slice::carry_out(DecisionKind kind, const LineRequest& head, const Lookup& lookup,
                        bool evicts, Stage& stage) {
  const std::uint32_t index = lookup.index;
  switch (kind) {
    case DecisionKind::kLoadHit:
      respond(head, false, stage);
      stage.line.data = lines_[index];
      break;
    case DecisionKind::kStoreHit:
      merge_store(head, index);
      mark_written(index, false);
      respond(head, false, stage);
      stage.line.data.fill(0);
      break;
    case DecisionKind::kAtomicHit: {
      respond(head, false, stage);
      if (isa::info(head.op).pair) {
        swap_doubleword(head, index, stage.line.data);
        mark_written(index, false);  // as to hazards, it is no atomic
        break;
      }
      const std::uint32_t old = perform_atomic(head, index);
      mark_written(index, true);
      for (std::uint32_t word = 0; word < kLineBytes / 4; ++word) {
        set_line_word(stage.line.data, word, old);
      }
      break;
    }
    case DecisionKind::kLineStore:
      replace(index, evicts, stage);
      tags_[index] = {true, true, head.line};
      merge_store(head, index);
      mark_written(index, false);
      respond(head, false, stage);
      stage.line.data.fill(0);
      break;
    case DecisionKind::kStrobedStore:
      stage.write = true;
      stage.memory_write = {true, head.line, take_mshr(head, index, false, true), head.data,
                            head.strobe};
      ++writing_;
      break;
    case DecisionKind::kLoadMiss:
    case DecisionKind::kAtomicMiss: {
      const std::uint32_t entry = take_mshr(head, index, true, kind == DecisionKind::kLoadMiss);
      replace(index, evicts, stage);
      stage.fetch = true;
      stage.memory_fetch = {head.line, entry};
      break;
    }
    case DecisionKind::kAtomicError:
      failed_ = false;
      respond(head, true, stage);
      stage.line.data.fill(0);
      break;
  }
}

bool L2Slice::decide(const Lookup& lookup) {
  const LineRequest& head = requests_.front();
  const DecisionKind kind = kind_of(head, lookup);
  const bool misses = kind == DecisionKind::kLoadMiss || kind == DecisionKind::kAtomicMiss;
  const bool replaces = misses || kind == DecisionKind::kLineStore;
  const bool evicts = replaces && lookup.victim_dirty;
  if (!allowed(kind, head, lookup, evicts)) return false;
  carry_out(kind, head, lookup, evicts, new_stage());
  if (lookup.hit || kind == DecisionKind::kLineStore) {
    open_valid_ = true;
    open_line_ = head.line;
    open_index_ = lookup.index;
  } else if (misses) {
    open_valid_ = false;
  }
  const std::uint32_t way = lookup.hit || replaces ? lookup.index % ways_ : 0;
  decision_ = {true, kind, head.line, lookup.index / ways_, way, evicts};
  if (kind != DecisionKind::kAtomicMiss) requests_.pop();
  return true;
}

/// Is the memory response `answer` (null: none) that of a fetch for the set of `line`?
bool L2Slice::fills_set_of(const MemoryResponse* answer, std::uint32_t line) const {
  return answer != nullptr && answer->id != mshrs_ && (mshr_fetch_ & entry_bit(answer->id)) != 0 &&
         set_of(table_[answer->id].line) == set_of(line);
}

/// State RUN. `answer`: the memory response that is transferred in this cycle; null: none.
void L2Slice::step_run(const MemoryResponse* answer) {
  if (requests_.empty()) return;
  const std::uint32_t line = requests_.front().line;
  const bool fetched =
      answer != nullptr && answer->id != mshrs_ && (mshr_fetch_ & entry_bit(answer->id)) != 0;
  switch (step_) {
    case Step::kStart:
      if (!open_valid_ || open_line_ != line) {
        lookup_ = look_up(line);
        lookup_.stale = fills_set_of(answer, line);
        step_ = Step::kRead;
      } else if (!fetched) {
        decide({.hit = true, .index = open_index_});
      }
      break;
    case Step::kRead:
      lookup_.stale |= fills_set_of(answer, line);
      step_ = Step::kDecide;
      break;
    case Step::kDecide:
      if (lookup_.stale || (!fetched && decide(lookup_))) {
        step_ = Step::kStart;
      } else {
        lookup_.stale = fills_set_of(answer, line);
      }
      break;
  }
}

/// State FLUSH: two cycles a set for the tag memory, then one a way.
void L2Slice::step_flush() {
  constexpr std::uint32_t kReadCycles = 2;
  if (flush_phase_ >= kReadCycles) {
    const std::uint32_t index = flush_set_ * ways_ + flush_phase_ - kReadCycles;
    if (tags_[index].valid && tags_[index].dirty) {
      if (writing_ == kWrites) return;
      evict(index, new_stage());
    }
  }
  if (++flush_phase_ < kReadCycles + ways_) return;
  flush_phase_ = 0;
  if (++flush_set_ == sets_) state_ = State::kSettle;
}

/// What was decided four cycles ago leaves the pipe.
void L2Slice::send_out() {
  if ((pipe_ >> kSendOutAge & 1) == 0) return;
  const Stage& stage = stages_[(now_ - kSendOutAge) % kStages];
  if (stage.response) responses_.push(stage.line);
  if (stage.write) writes_.push(stage.memory_write);
  if (stage.fetch) fetches_.push(stage.memory_fetch);
}

void L2Slice::take_memory_response(const MemoryResponse& response) {
  if (response.id == mshrs_) {
    --writebacks_;
    if (response.error) fault_ = FaultEvent{.valid = true, .cause = cause::kStoreAccess};
    return;
  }
  const std::uint64_t entry = entry_bit(response.id);
  const Mshr& mshr = table_[response.id];
  const bool fetch = (mshr_fetch_ & entry) != 0;
  const bool responds = (mshr_response_ & entry) != 0;
  if (fetch && !response.error) {
    lines_[mshr.index] = response.data;
    tags_[mshr.index] = {true, false, mshr.line};
  }
  if (fetch && response.error && !responds) failed_ = true;
  if (responds) {
    LineResponse& line = responses_.push();
    line.valid = true;
    line.source = mshr.source;
    line.write = !fetch;
    line.error = response.error;
    line.tag = mshr.tag;
    if (fetch && !response.error) {
      line.data = response.data;
    } else {
      line.data.fill(0);
    }
  }
  mshr_valid_ &= ~entry;
  mshr_fetch_ &= ~entry;
  mshr_response_ &= ~entry;
}

void L2Slice::step(const Inputs& in) {
  start_ = in.start;
  quiet_ = requests_.empty() && in.request == nullptr && out_.response == nullptr &&
           out_.memory_request == nullptr && (pipe_ >> kSendOutAge & 1) == 0 &&
           !in.memory_response->valid && state_ == State::kRun && !in.flush;
  if (start_ || quiet_) return;
  if (in.request != nullptr && out_.ready) {
    LineRequest& request = requests_.push();
    request = *in.request;
    request.tag = in.tag;
  }
  const bool answered = in.memory_response->valid && out_.memory_response_ready;
  // First what looks at the registers as visible in this cycle.
  switch (state_) {
    case State::kClear:
      if (--clear_left_ == 0) state_ = State::kRun;
      break;
    case State::kRun: step_run(answered ? in.memory_response : nullptr); break;
    case State::kFlush: step_flush(); break;
    case State::kSettle:
      if ((pipe_ | pipe_float_adds_) == 0 && writes_.empty() && writebacks_ == 0) {
        state_ = State::kRun;
      }
      break;
  }
  if (in.flush && written_) {
    state_ = State::kFlush;
    flush_set_ = flush_phase_ = 0;
  }
  send_out();
  if (answered) take_memory_response(*in.memory_response);
  if (out_.response != nullptr && in.response_ready) {
    responses_.pop();
    --promised_;
  }
  if (out_.memory_request != nullptr && in.memory_request_ready) {
    if (out_.memory_request == &shown_fetch_) {
      fetches_.pop();
    } else {
      writes_.pop();
      --writing_;
    }
  }
}

void L2Slice::show_memory_request() {
  const auto writes_line = [&](std::uint32_t line) {
    for (std::size_t i = 0; i < writes_.size(); ++i) {
      if (writes_[i].line == line) return true;
    }
    return false;
  };
  if (!fetches_.empty() && !writes_line(fetches_.front().line)) {
    shown_fetch_.line = fetches_.front().line;
    shown_fetch_.id = fetches_.front().id;
    out_.memory_request = &shown_fetch_;
  } else {
    out_.memory_request = writes_.empty() ? nullptr : &writes_.front();
  }
}

void L2Slice::advance_pipe() {
  ++now_;
  pipe_ = pipe_ << 1 & kAges;
  pipe_responses_ = pipe_responses_ << 1 & kAges;
  pipe_writes_ = pipe_writes_ << 1 & kAges;
  pipe_atomics_ = pipe_atomics_ << 1 & kAges;
  pipe_float_adds_ = pipe_float_adds_ << 1 & kFloatAges;
}

void L2Slice::update_fifos() {
  if (requests_.changes()) {
    requests_.tick();
    out_.ready = !requests_.full();
  }
  if (responses_.changes()) {
    responses_.tick();
    out_.response = responses_.empty() ? nullptr : &responses_.front();
  }
  if (writes_.changes() || fetches_.changes()) {
    writes_.tick();
    fetches_.tick();
    show_memory_request();
  }
}

void L2Slice::update() {
  if (start_) [[unlikely]] {
    requests_.clear();
    responses_.clear();
    writes_.clear();
    fetches_.clear();
    update_fifos();
    reset();
    return;
  }
  // All other masks of the pipe are parts of these two.
  bool pipe_empty = (pipe_ | pipe_float_adds_) == 0;
  out_.memory_response_ready = state_ != State::kClear;
  if (!pipe_empty) {
    advance_pipe();
    pipe_empty = (pipe_ | pipe_float_adds_) == 0;
    // An amofadd writes only at the end of its addition.
    const Pipe writes = pipe_writes_ & ~pipe_float_adds_;
    out_.memory_response_ready &= (pipe_responses_ >> kSendOutAge & 1) == 0 &&
                                  (writes >> kWriteAge & 1) == 0 &&
                                  (pipe_float_adds_ >> kFloatWriteAge & 1) == 0;
  }
  out_.fault.valid = fault_.valid;
  if (fault_.valid) out_.fault = fault_;
  out_.decision.valid = decision_.valid;
  if (decision_.valid) out_.decision = decision_;
  fault_.valid = decision_.valid = false;
  if (!quiet_) {
    update_fifos();
    out_.flushing = state_ == State::kFlush || state_ == State::kSettle;
  }
  const bool empty =
      pipe_empty && requests_.empty() && responses_.empty() && writes_.empty() && fetches_.empty();
  out_.idle = empty && step_ == Step::kStart && mshr_valid_ == 0 && state_ == State::kRun;
  busy_ = !empty || state_ != State::kRun || out_.fault.valid || out_.decision.valid;
}

}  // namespace heddle::timed
