// Drives the verilated l2_slice as the crossbar would, with a memory behind it in place of
// axi_master: requests are performed in the order in which it takes them, answers come after random
// times in any order.
#pragma once

#include <Vl2_slice.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <type_traits>
#include <vector>

#include "common/config.hpp"
#include "isa/instructions.hpp"
#include "line_reference.hpp"
#include "timed/signals.hpp"

namespace heddle::tb {

using Line = std::array<std::uint32_t, 16>;

struct SliceRequest {
  timed::LineSource source = timed::LineSource::kData;
  bool write = false;
  bool atomic = false;
  isa::Op op = isa::Op::kIllegal;
  unsigned word = 0;
  std::uint32_t line = 0;
  unsigned tag = 0;
  Line data{};
  std::uint64_t strobe = 0;
};

struct SliceResponse {
  std::uint64_t cycle;
  timed::LineSource source;
  unsigned tag;
  bool write, error;
  Line data{};
};

/// How the surroundings behave: chances in percent, times in cycles.
struct Surroundings {
  unsigned request_ready = 100;   ///< of memory
  unsigned response_ready = 100;  ///< of the crossbar
  unsigned least_latency = 1;
  unsigned most_latency = 1;
};

class SliceBench {
 public:
  using Model = Vl2_slice;

  explicit SliceBench(std::uint64_t seed = 0)
      : config(Config::load(HEDDLE_TEST_CONFIG)), model_(std::make_unique<Model>()), random_(seed) {
    model_->rst_ni = 0;
    set(model_->channel_i, channel());
    clock();
    model_->rst_ni = 1;
  }
  ~SliceBench() { model_->final(); }
  SliceBench(const SliceBench&) = delete;
  SliceBench& operator=(const SliceBench&) = delete;

  unsigned sets() const { return config.l2_bytes / config.channels / 64 / config.l2_ways; }
  unsigned ways() const { return config.l2_ways; }
  unsigned mshrs() const { return config.axi_outstanding; }
  unsigned channel() const { return config.channels - 1; }
  std::uint32_t line(unsigned set_index, unsigned tag) const {
    return line_at(channel(), line_at(set_index, tag, sets()), config.channels);
  }

  /// One cycle, with the request offered (nullptr: none). True when it was taken.
  bool step(const SliceRequest* request = nullptr) {
    Model& m = *model_;
    m.request_valid_i = request != nullptr;
    if (request != nullptr) offer(*request);
    m.response_ready_i = chance(surroundings.response_ready);
    m.memory_request_ready_i =
        in_flight_.size() < config.axi_outstanding && chance(surroundings.request_ready);
    choose_answer();
    m.clk_i = 0;
    m.eval();
    const bool taken = m.request_valid_i != 0 && m.request_ready_o != 0;
    record();
    m.clk_i = 1;
    m.eval();
    ++cycle_;
    return taken;
  }

  void clock(unsigned cycles = 1) {
    for (unsigned i = 0; i < cycles; ++i) step();
  }

  /// Offers the request until it is taken; returns the cycle of that.
  std::uint64_t send(const SliceRequest& request) {
    while (!step(&request)) REQUIRE(cycle_ < kLongest);
    return cycle_ - 1;
  }

  /// Sends the request to a slice that has nothing else to do, and returns the response.
  SliceResponse ask(const SliceRequest& request) {
    responses.clear();
    sent = send(request);
    while (responses.empty()) {
      step();
      REQUIRE(cycle_ < kLongest);
    }
    return responses.front();
  }

  void start() {
    model_->start_i = 1;
    step();
    model_->start_i = 0;
  }

  /// The dispatcher's event, and the wait for its end; returns the cycles in which `flushing` was
  /// visible.
  unsigned flush() {
    model_->flush_i = 1;
    step();
    model_->flush_i = 0;
    unsigned cycles = 0;
    step();
    while (flushing_) {
      ++cycles;
      step();
      REQUIRE(cycle_ < kLongest);
    }
    return cycles;
  }

  void wait_until_idle() {
    do {
      step();
      REQUIRE(cycle_ < kLongest);
    } while (!idle_);
  }

  std::uint64_t cycle() const { return cycle_; }
  bool idle() const { return idle_; }  ///< in the last cycle
  Model& model() { return *model_; }
  std::mt19937_64& random() { return random_; }
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  Config config;
  Surroundings surroundings;
  std::map<std::uint32_t, Line> memory;
  std::set<std::uint32_t> bad_lines;  ///< memory answers to these with errors
  std::vector<SliceResponse> responses;
  std::vector<std::uint64_t> faults;  ///< cycles
  std::uint64_t sent = 0;             ///< cycle in which `ask` sent its request
  std::uint64_t answered = 0;         ///< cycle of memory's last answer
  unsigned fetches = 0, evictions = 0, strobed_writes = 0;

 private:
  static constexpr std::uint64_t kLongest = 20'000'000;

  struct Transaction {
    unsigned id;
    bool write, error;
    std::uint64_t due;
    Line data;
  };

  template <typename Port>
  static void set(Port& port, std::uint64_t value) {
    port = static_cast<std::remove_reference_t<Port>>(value);
  }

  void offer(const SliceRequest& request) {
    Model& m = *model_;
    set(m.request_source_i, static_cast<unsigned>(request.source));
    m.request_write_i = request.write;
    m.request_atomic_i = request.atomic;
    set(m.request_op_i, static_cast<unsigned>(request.op));
    set(m.request_word_i, request.word);
    m.request_line_i = request.line;
    set(m.request_tag_i, request.tag);
    for (unsigned i = 0; i < 16; ++i) m.request_data_i[i] = request.data[i];
    m.request_strobe_i = request.strobe;
  }

  /// What memory answers in this cycle. An answer once shown stays until it is taken.
  void choose_answer() {
    Model& m = *model_;
    if (!answering_) {
      std::vector<std::size_t> due;
      for (std::size_t i = 0; i < in_flight_.size(); ++i) {
        if (in_flight_[i].due <= cycle_) due.push_back(i);
      }
      answering_ = !due.empty();
      if (answering_) answer_ = due[random_() % due.size()];
    }
    m.memory_response_valid_i = answering_;
    if (!answering_) return;
    const Transaction& transaction = in_flight_[answer_];
    set(m.memory_response_id_i, transaction.id);
    m.memory_response_write_i = transaction.write;
    m.memory_response_error_i = transaction.error;
    for (unsigned i = 0; i < 16; ++i) m.memory_response_data_i[i] = transaction.data[i];
  }

  void perform() {
    const Model& m = *model_;
    const bool write = m.memory_request_write_o != 0;
    const unsigned id = m.memory_request_id_o;
    const std::uint32_t line = m.memory_request_line_o;
    const bool error = bad_lines.contains(line);
    REQUIRE(folded(line, config.channels) == channel());
    REQUIRE(id <= mshrs());
    for (const Transaction& other : in_flight_) REQUIRE((other.id != id || id == mshrs()));
    Line& here = memory[line];
    if (write) {
      const bool eviction = id == mshrs();
      if (eviction) REQUIRE(m.memory_request_strobe_o == ~std::uint64_t{0});
      ++(eviction ? evictions : strobed_writes);
      for (unsigned i = 0; i < 64 && !error; ++i) {
        if (((m.memory_request_strobe_o >> i) & 1) == 0) continue;
        const std::uint32_t mask = 0xFFU << i % 4 * 8;
        here[i / 4] = (here[i / 4] & ~mask) | (m.memory_request_data_o[i / 4] & mask);
      }
    } else {
      REQUIRE(id < mshrs());
      ++fetches;
    }
    const std::uint64_t latency =
        surroundings.least_latency +
        random_() % (surroundings.most_latency - surroundings.least_latency + 1);
    Line data = here;
    // What comes with an error, or with a write, means nothing.
    if (error || write) data.fill(static_cast<std::uint32_t>(random_()));
    in_flight_.push_back({id, write, error, cycle_ + latency, data});
  }

  void record() {
    const Model& m = *model_;
    idle_ = m.idle_o != 0;
    flushing_ = m.flushing_o != 0;
    if (m.rst_ni == 0) return;
    if (m.fault_valid_o != 0) faults.push_back(cycle_);
    if (m.response_valid_o != 0 && m.response_ready_i != 0) {
      responses.push_back({cycle_, static_cast<timed::LineSource>(m.response_source_o),
                           m.response_tag_o, m.response_write_o != 0, m.response_error_o != 0});
      for (unsigned i = 0; i < 16; ++i) responses.back().data[i] = m.response_data_o[i];
    }
    if (m.memory_response_valid_i != 0 && m.memory_response_ready_o != 0) {
      in_flight_.erase(in_flight_.begin() + static_cast<std::ptrdiff_t>(answer_));
      answering_ = false;
      answered = cycle_;
    }
    if (m.memory_request_valid_o != 0 && m.memory_request_ready_i != 0) perform();
  }

  std::unique_ptr<Model> model_;
  std::mt19937_64 random_;
  std::uint64_t cycle_ = 0;
  bool idle_ = false, flushing_ = false;
  std::vector<Transaction> in_flight_;
  bool answering_ = false;
  std::size_t answer_ = 0;
};

}  // namespace heddle::tb
