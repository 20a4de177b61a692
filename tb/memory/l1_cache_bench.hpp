// An L1 cache, the model's or the RTL's, with its surroundings: the coalescer's requests, the
// crossbar on its far side, load_return on its near one. Whoever links l1_cache.tests.cpp says with
// open_l1_units() which caches the scenarios run on.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/config.hpp"
#include "line_reference.hpp"
#include "timed/signals.hpp"

namespace heddle::tb {

using timed::LineData;
using timed::LineRequest;
using timed::LineResponse;

/// The cache's ports in one cycle. Requests and responses carry `valid` and their tag.
struct L1CacheIn {
  bool start = false, bypass = false;
  LineRequest request;         ///< coalescer
  bool out_ready = true;       ///< crossbar
  LineResponse line;           ///< crossbar
  bool response_ready = true;  ///< load_return
};
struct L1CacheOut {
  bool ready = false;       ///< to the coalescer
  LineRequest out;          ///< to the crossbar
  bool line_ready = false;  ///< to the crossbar
  LineResponse response;    ///< to load_return
  bool load_hit = false, load_miss = false;
};

class L1CacheUnit {
 public:
  virtual ~L1CacheUnit() = default;
  virtual const Config& config() const = 0;
  /// The outputs of a cycle with these inputs; ends it with a rising edge.
  virtual L1CacheOut cycle(const L1CacheIn& in) = 0;
};

/// Makes caches as they are after reset, one a configuration.
using L1CacheFactory = std::function<std::unique_ptr<L1CacheUnit>()>;
std::vector<L1CacheFactory> open_l1_units();

class L1CacheBench {
 public:
  struct Sent {
    std::uint64_t cycle;
    LineRequest request;
  };
  struct Returned {
    std::uint64_t cycle;
    LineResponse response;
  };

  explicit L1CacheBench(std::unique_ptr<L1CacheUnit> unit) : unit_(std::move(unit)) {}

  const Config& config() const { return unit_->config(); }
  bool present() const { return config().l1_bytes != 0; }
  std::uint32_t ways() const { return config().l1_ways; }
  std::uint32_t sets() const { return config().l1_sets(); }
  /// The n-th line of a set.
  std::uint32_t line(std::uint32_t set, std::uint32_t n) const { return line_at(set, n, sets()); }

  std::uint64_t cycle() const { return cycle_; }  ///< the next one's number

  /// One cycle.
  void step() {
    in.line = lines.empty() ? LineResponse{} : lines.front();
    last = unit_->cycle(in);
    if (last.out.valid && in.out_ready) sent.push_back({cycle_, last.out});
    if (last.response.valid && in.response_ready) returned.push_back({cycle_, last.response});
    if (last.load_hit) hits.push_back(cycle_);
    if (last.load_miss) misses.push_back(cycle_);
    if (in.line.valid && last.line_ready) {
      lines.pop_front();
      taken.push_back(cycle_);
    }
    request_taken = in.request.valid && last.ready;
    if (request_taken) in.request.valid = false;
    in.start = false;
    ++cycle_;
  }
  void steps(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) step();
  }
  /// Lets the cycles before `cycle` pass.
  void until(std::uint64_t cycle) {
    REQUIRE(cycle >= cycle_);
    steps(cycle - cycle_);
  }
  /// Offers the request from now on; returns the cycle in which it is taken.
  std::uint64_t send(const LineRequest& request) {
    in.request = request;
    in.request.valid = true;
    for (int i = 0; i < 1000; ++i) {
      step();
      if (request_taken) return cycle_ - 1;
    }
    FAIL("no request is taken");
    return 0;
  }
  /// The crossbar offers a line from now on, after those that it offers already.
  void offer(std::uint32_t tag, const LineData& data, bool write = false, bool error = false) {
    LineResponse& line = lines.emplace_back();
    line.valid = true;
    line.tag = tag;
    line.data = data;
    line.write = write;
    line.error = error;
  }
  /// Sends a load that has to be passed on, and its answer; all comes to rest.
  void miss(std::uint32_t line, std::uint32_t tag, const LineData& data) {
    REQUIRE_FALSE(hits_in(line, tag));
    answer(tag, data);
  }
  void answer(std::uint32_t tag, const LineData& data, bool write = false, bool error = false) {
    offer(tag, data, write, error);
    steps(8);
    forget();
  }
  /// Sends a load; all that it can do without the crossbar happens. Is it a hit?
  bool hits_in(std::uint32_t line, std::uint32_t tag = 0) {
    forget();
    send(load(line, tag));
    steps(8);
    REQUIRE(hits.size() + misses.size() == 1);
    REQUIRE(sent.size() == misses.size());
    REQUIRE(returned.size() == hits.size());
    return hits.size() == 1;
  }
  /// The data of a load that has to hit.
  LineData hit(std::uint32_t line) {
    REQUIRE(hits_in(line));
    return returned.at(0).response.data;
  }
  void forget() {
    sent.clear();
    returned.clear();
    hits.clear();
    misses.clear();
    taken.clear();
  }

  static LineRequest load(std::uint32_t line, std::uint32_t tag = 0) {
    LineRequest result;
    result.valid = true;
    result.line = line;
    result.tag = tag;
    return result;
  }
  /// Of the bytes `strobe`, each with its value in `data`.
  static LineRequest store(std::uint32_t line, std::uint32_t tag, const LineData& data,
                           std::uint64_t strobe) {
    LineRequest result = load(line, tag);
    result.write = true;
    result.strobe = strobe;
    for (std::size_t byte = 0; byte < data.size(); ++byte) {
      if ((strobe >> byte & 1) != 0) result.data[byte] = data[byte];
    }
    return result;
  }
  static LineRequest atomic(std::uint32_t line, std::uint32_t tag, std::uint32_t word,
                            std::uint32_t b) {
    LineRequest result = load(line, tag);
    result.atomic = true;
    result.op = isa::Op::kAmoaddW;
    result.word = word;
    for (std::size_t byte = 0; byte < 4; ++byte) {
      result.data[byte] = static_cast<std::uint8_t>(b >> 8 * byte);
    }
    return result;
  }

  L1CacheIn in;
  L1CacheOut last;  ///< of the last cycle
  bool request_taken = false;
  std::deque<LineResponse> lines;  ///< the crossbar's, from the one that it offers
  // What happened, with its cycles.
  std::vector<Sent> sent;
  std::vector<Returned> returned;
  std::vector<std::uint64_t> hits, misses;  ///< events
  std::vector<std::uint64_t> taken;         ///< of the crossbar's lines

 private:
  std::unique_ptr<L1CacheUnit> unit_;
  std::uint64_t cycle_ = 0;
};

}  // namespace heddle::tb
