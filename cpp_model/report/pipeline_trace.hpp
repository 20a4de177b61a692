// Every instruction's way through the pipeline, from the timed model's events. An observer: it
// takes no part in the simulation. trace_file.hpp writes it for viewers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "gpu.hpp"

namespace heddle::report {

/// Clock cycles in which an instruction entered the stages. An event counts from the cycle in which
/// it is visible (docs/architecture/README.md).
struct TracedInstruction {
  std::uint32_t warp = 0, pc = 0, word = 0, mask = 0;
  std::uint64_t fetch = 0;     ///< sent to the instruction cache
  std::uint64_t decode = 0;    ///< the word is there
  std::uint64_t buffer = 0;    ///< waits in the instruction buffer
  std::uint64_t issue = 0;     ///< picked; waits for the operand collector
  std::uint64_t operands = 0;  ///< its operands are being read
  std::uint64_t execute = 0;  ///< its first row of operands is in the lanes or in the memory system
  std::uint64_t end = 0;      ///< released: the scoreboard knows that it is over
  bool ended = false;         ///< false: the trace stopped before it was over
};

/// A warp slot between its last arrival at a barrier and its next fetch.
struct TracedWait {
  std::uint32_t warp = 0;
  std::uint64_t begin = 0, end = 0;
};

class PipelineTrace {
 public:
  /// Instructions that are kept; later ones are counted only.
  static constexpr std::size_t kMost = 1'000'000;

  /// Once a cycle, before the model goes on. Instructions fetched outside of the window
  /// [begin, end] are not kept.
  void sample(const timed::Gpu& gpu);
  void set_window(std::uint64_t begin, std::uint64_t end);

  /// In the order of their fetches.
  const std::vector<TracedInstruction>& instructions() const { return instructions_; }
  const std::vector<TracedWait>& waits() const { return waits_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  static constexpr std::size_t kUntraced = ~std::size_t{0};

  /// What an instruction in flight waits for.
  struct Flight {
    std::size_t index = kUntraced;  ///< in instructions_
    std::uint32_t rd = 0;           ///< that its release names: of a pair the second
    bool fixed = false, memory = false, store = false;
    bool addressed = false, global = false;  ///< of memory instructions: windows known, and which
    bool pair = false;
  };
  struct Warp {
    std::uint64_t fetch = 0;
    std::deque<std::size_t> buffered;
    std::deque<Flight> flights;
    std::size_t wait = kUntraced;  ///< in waits_
  };

  /// A launch begins; a faulting one may have left instructions behind.
  void forget_flights();
  void take_packet(const timed::Packet& packet);
  void take_issue(const timed::DecodedEvent& issue);
  void take_accepted();
  void take_control(const timed::ControlEvent& control);
  template <typename Matches>
  void end(std::uint32_t warp, const Matches& matches);
  /// Sets a time of an instruction, if it is kept.
  void mark(std::size_t index, std::uint64_t TracedInstruction::* time, std::uint64_t cycle);

  std::uint64_t cycle_ = 0, begin_ = 0, end_ = ~std::uint64_t{0};
  std::vector<TracedInstruction> instructions_;
  std::vector<TracedWait> waits_;
  std::uint64_t dropped_ = 0;
  std::array<Warp, 32> warps_{};
  std::deque<std::size_t> issued_;          ///< before the operand collector, all warps
  std::deque<std::uint32_t> memory_warps_;  ///< warps of memory instructions before address_unit
};

}  // namespace heddle::report
