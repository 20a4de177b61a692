// Where a launch spent its issue slots: the straight-line pieces of its code, and how well the
// lanes were used while warps crowded into one. An observer of the instruction buffer's `issue`
// event (docs/architecture/issue.md); it takes no part in the simulation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "timed/signals.hpp"

namespace heddle::report {

/// Code that runs from its first to its last instruction without a jump into or out of it. Where
/// jumps lead is learned as they are taken, so the first pass through a loop counts for the piece
/// before the loop.
struct CodePiece {
  std::uint32_t first_pc = 0, last_pc = 0;
  std::uint64_t instructions = 0;  ///< warp instructions of this piece
  std::uint64_t threads = 0;       ///< active threads, summed over them
  /// Cycles in which at least `crowd` warps were in the piece (between its first instruction's
  /// issue and its last one's), and all warp instructions that the SM issued in these cycles.
  std::uint64_t crowded_cycles = 0, crowded_instructions = 0;
};

class HotCode {
 public:
  static constexpr std::uint32_t kCrowd = 4;

  /// Takes the event of one cycle. `cycle` never decreases.
  void record(std::uint64_t cycle, const timed::DecodedEvent& issue);

  /// The pieces with the most instructions, the largest first.
  std::vector<CodePiece> hottest(std::size_t count) const;

 private:
  struct Place {
    CodePiece piece;
    std::uint32_t warps = 0;  ///< in the piece now
    std::uint64_t crowded_since_cycle = 0, crowded_since_instruction = 0;
  };
  struct Warp {
    std::size_t place = kNowhere;
    std::uint32_t next_pc = 0;
  };
  static constexpr std::size_t kNowhere = ~std::size_t{0};

  std::size_t place_at(std::uint32_t pc);
  void enter(Warp& warp, std::size_t place, std::uint64_t cycle);
  void leave(Warp& warp, std::uint64_t cycle);

  std::vector<Place> places_;
  std::unordered_map<std::uint32_t, std::size_t> place_of_pc_;  ///< by first_pc
  std::array<Warp, 32> warps_{};
  std::uint64_t instructions_ = 0;
};

}  // namespace heddle::report
