// The control flow of a program's functions, read from its code: basic blocks, and where threads
// that a block's end parts meet again.
//
// A function is what is reached from the target of a call (`jal`, `jalr` with rd = x1) or from the
// launch's entry without following calls; a jump into another function (a tail call) makes that
// one's code part of this one. Calls go on behind themselves if the callee has a way to return.
// Indirect jumps go where threads were seen to go; one without such targets leaves the function.
//
// Threads meet again at the immediate post-dominator, with respect to the function's returns; where
// there is no way to one, as in kernels, with respect to the threads' ends. Paths that end in
// another way keep nobody apart: those who end there need not meet anyone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>

#include "isa/instructions.hpp"

namespace heddle::functional {

/// Not a multiple of 4: no instruction's address.
inline constexpr std::uint32_t kNoPc = 1;

enum class BlockEnd : std::uint8_t {
  kNext,          ///< goes on at `next`
  kBranch,        ///< at `next` or, taken, at `target`
  kIndirectJump,  ///< anywhere
  kCall,          ///< at `target`, and then at `next`
  kIndirectCall,  ///< anywhere, and then at `next`
  kReturn,
  kExit,   ///< the threads end
  kFault,  ///< an illegal instruction, `ebreak`, or no code
};

struct Block {
  std::uint32_t instructions = 0;
  BlockEnd end = BlockEnd::kFault;
  std::uint32_t next = kNoPc;
  std::uint32_t target = kNoPc;
  std::uint32_t reconvergence = kNoPc;  ///< kNoPc: where the function returns to

  bool operator==(const Block&) const = default;
};

/// By the PC of their first instruction.
using Blocks = std::unordered_map<std::uint32_t, Block>;

class ControlFlow {
 public:
  /// Gives the instruction at an aligned PC; an illegal one where there is no code.
  using Fetch = std::function<isa::Instruction(std::uint32_t pc)>;

  explicit ControlFlow(Fetch fetch) : fetch_(std::move(fetch)) {}

  /// A thread went from the indirect jump at `pc` to `target`.
  void observe(std::uint32_t pc, std::uint32_t target);

  /// The blocks of the function that begins at `entry`. They stay where they are; an observe() of
  /// something new updates them at the next refresh().
  const Blocks& function(std::uint32_t entry);

  void refresh();

 private:
  /// One instruction as the end of a block; `next` is behind it where it is not the end of one.
  struct Step {
    BlockEnd end = BlockEnd::kNext;
    std::uint32_t next = kNoPc;
    std::uint32_t target = kNoPc;
  };
  using Steps = std::map<std::uint32_t, Step>;

  Step step(std::uint32_t pc) const;

  /// What the thread may execute next in the same function.
  template <typename Visit>
  void for_each_successor(std::uint32_t pc, const Step& step, bool all_return, Visit visit) const;

  Steps walk(std::uint32_t entry, bool all_return) const;
  bool leaves_by_return(std::uint32_t pc, const Step& step) const;
  void find_returning(std::uint32_t entry);
  Blocks build(std::uint32_t entry);

  Fetch fetch_;
  std::unordered_map<std::uint32_t, std::set<std::uint32_t>> observed_;  // by indirect jump
  std::unordered_map<std::uint32_t, bool> returns_;                      // by function
  std::unordered_map<std::uint32_t, std::unique_ptr<Blocks>> functions_;
  bool stale_ = false;
};

}  // namespace heddle::functional
