// How many instructions a warp would issue if its threads met again at immediate post-dominators.
//
// The stack of Fung, Sham, Yuan, Aamodt, "Dynamic Warp Formation and Scheduling for Efficient GPU
// Control Flow" (MICRO 2007): where a branch parts the threads on top of the stack, their entry
// goes on at the post-dominator, and above it there is one for each way, which ends there. A call
// leaves an entry behind it and puts one for the callee above, which ends with its return.
//
// The threads' ways are those of the run: of each thread the outcomes of its branches and the
// targets of its indirect jumps. Executing the program under the stack would not do: threads that
// wait for one another may never end under it, and what they exchange depends on their order.
// Where an outcome is not known yet the replay waits, so that it can follow the run at a distance.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <unordered_map>
#include <vector>

#include "functional/control_flow.hpp"
#include "functional/warp.hpp"

namespace heddle::functional {

/// Numbers by PC.
class PcCounts {
 public:
  static constexpr std::uint32_t kPage = 1024;  // instructions

  std::int64_t& operator[](std::uint32_t pc) {
    if (pc / 4 / kPage != page_number_) {
      page_number_ = pc / 4 / kPage;
      page_ = &pages_[page_number_];
    }
    return (*page_)[pc / 4 % kPage];
  }

  using Page = std::array<std::int64_t, kPage>;
  const std::map<std::uint32_t, Page>& pages() const { return pages_; }

 private:
  std::map<std::uint32_t, Page> pages_;
  std::uint32_t page_number_ = 0xffffffff;
  Page* page_ = nullptr;
};

/// Of all warps.
struct ReplayTotals {
  struct Parting {
    std::uint64_t times = 0;
    std::uint64_t slots = 0;  ///< thread instructions that its ways lack
  };

  std::uint64_t instructions = 0;  ///< of warps
  std::uint64_t thread_instructions = 0;
  std::unordered_map<std::uint32_t, Parting> partings;  ///< by the instruction that parts
  PcCounts steps;  ///< what to add at a PC to the count of issues of the instruction before
};

class IpdomReplay {
 public:
  /// Both outlive the replay.
  IpdomReplay(ControlFlow& control_flow, ReplayTotals& totals)
      : control_flow_(control_flow), totals_(totals) {}

  void start(std::uint32_t entry, std::uint32_t threads);

  // The run has executed a branch, or an indirect jump, with these threads.
  void branch(std::uint32_t threads, std::uint32_t taken);
  void jump(std::uint32_t threads, const Lanes& targets);

  /// Goes on as far as the threads' ways are known. False if they do not fit the code.
  bool advance();

  /// All threads have ended, each at the end of its way.
  bool finished() const;

  /// Of what is known and has not been replayed.
  std::size_t bytes() const;

 private:
  /// What the replay does not know yet of a thread's way.
  struct Way {
    std::vector<std::uint64_t> branches;  // a bit each
    std::size_t branch = 0;               // the next one, and behind the last one
    std::size_t branches_end = 0;
    std::vector<std::uint32_t> targets;
    std::size_t target = 0;  // the next one

    bool has_branch() const { return branch != branches_end; }
    bool has_target() const { return target != targets.size(); }
    void forget_past();
  };

  static constexpr std::uint64_t kNotYet = std::numeric_limits<std::uint64_t>::max();

  struct Entry {
    std::uint32_t pc;
    std::uint32_t until;  // where it ends; kNoPc: where the function returns
    std::uint32_t threads;
    const Blocks* function;
    std::uint32_t return_pc;
    std::size_t frame;      // of the function's first entry: its place in the stack
    std::uint32_t parted;   // by this instruction; kNoPc: by none
    std::uint32_t lacking;  // threads that it lacks therefore
    // By this warp before the entry's first instruction; kNotYet: it has not come to that.
    std::uint64_t issued;
  };

  bool all_have(std::uint32_t threads, bool (Way::*has)() const) const;
  std::uint32_t next_branches(std::uint32_t threads);
  void next_targets(std::uint32_t threads, Lanes& targets);
  void count(std::uint32_t pc, const Block& block, std::uint32_t threads);
  void pop();
  bool execute(const Block& block);
  void part(const Block& block, std::uint32_t threads, const Lanes& targets);
  void push_ways(Entry way, std::uint32_t threads, const Lanes& targets);
  void call(const Block& block, std::uint32_t threads, const Lanes& targets);
  bool end_function(std::uint32_t threads, const Lanes& targets);

  ControlFlow& control_flow_;
  ReplayTotals& totals_;
  std::vector<Entry> stack_;
  std::array<Way, kWarpSize> ways_;
  std::uint32_t alive_ = 0;
  std::uint64_t issued_ = 0;
};

}  // namespace heddle::functional
