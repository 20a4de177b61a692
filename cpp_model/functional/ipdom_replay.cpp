#include "functional/ipdom_replay.hpp"

#include <bit>

namespace heddle::functional {
namespace {

// Blocks without a branch or indirect jump between them, more than any program has in a row but one
// that goes round and round: it will not end.
constexpr std::uint32_t kMostBlocks = 1 << 20;

std::uint32_t lowest(std::uint32_t threads) {
  return static_cast<std::uint32_t>(std::countr_zero(threads));
}

std::uint32_t count_of(std::uint32_t threads) {
  return static_cast<std::uint32_t>(std::popcount(threads));
}

std::uint32_t threads_at(std::uint32_t pc, std::uint32_t threads, const Lanes& targets) {
  std::uint32_t result = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    result |= std::uint32_t{targets[lane] == pc} << lane;
  }
  return result & threads;
}

}  // namespace

void IpdomReplay::Way::forget_past() {
  constexpr std::size_t kWord = 64;
  if (branch == branches_end) {
    branches.clear();
    branch = branches_end = 0;
  } else if (const std::size_t words = branch / kWord; words > branches.size() / 2) {
    branches.erase(branches.begin(), branches.begin() + static_cast<std::ptrdiff_t>(words));
    branch -= words * kWord;
    branches_end -= words * kWord;
  }
  if (target > targets.size() / 2) {
    targets.erase(targets.begin(), targets.begin() + static_cast<std::ptrdiff_t>(target));
    target = 0;
  }
}

void IpdomReplay::start(std::uint32_t entry, std::uint32_t threads) {
  ways_ = {};
  alive_ = threads;
  stack_ = {{.pc = entry,
             .until = kNoPc,
             .threads = threads,
             .function = &control_flow_.function(entry),
             .return_pc = kNoPc,
             .frame = 0,
             .parted = kNoPc,
             .lacking = 0,
             .issued = kNotYet}};
}

void IpdomReplay::branch(std::uint32_t threads, std::uint32_t taken) {
  for (; threads != 0; threads &= threads - 1) {
    Way& way = ways_[lowest(threads)];
    const std::size_t bit = way.branches_end++ % 64;
    if (bit == 0) way.branches.push_back(0);
    way.branches.back() |= std::uint64_t{taken >> lowest(threads) & 1} << bit;
  }
}

void IpdomReplay::jump(std::uint32_t threads, const Lanes& targets) {
  for (; threads != 0; threads &= threads - 1) {
    ways_[lowest(threads)].targets.push_back(targets[lowest(threads)]);
  }
}

bool IpdomReplay::advance() {
  bool fits = true;
  for (std::uint32_t blocks = 0; fits && !stack_.empty() && blocks < kMostBlocks;) {
    Entry& top = stack_.back();
    top.threads &= alive_;
    if (top.threads == 0 || top.pc == top.until) {
      pop();
      continue;
    }
    const auto place = top.function->find(top.pc);
    if (place == top.function->end()) return false;
    const Block& block = place->second;
    if (block.end == BlockEnd::kBranch) {
      if (!all_have(top.threads, &Way::has_branch)) break;
      blocks = 0;
    } else if (block.end == BlockEnd::kIndirectJump || block.end == BlockEnd::kIndirectCall ||
               block.end == BlockEnd::kReturn) {
      if (!all_have(top.threads, &Way::has_target)) break;
      blocks = 0;
    } else {
      ++blocks;
    }
    if (top.issued == kNotYet) top.issued = issued_;
    count(top.pc, block, top.threads);
    fits = execute(block);
  }
  for (Way& way : ways_) way.forget_past();
  return fits;
}

bool IpdomReplay::finished() const {
  bool finished = alive_ == 0;
  for (const Way& way : ways_) finished = finished && !way.has_branch() && !way.has_target();
  return finished;
}

std::size_t IpdomReplay::bytes() const {
  std::size_t bytes = 0;
  for (const Way& way : ways_) {
    bytes += way.branches.size() * sizeof(std::uint64_t);
    bytes += way.targets.size() * sizeof(std::uint32_t);
  }
  return bytes;
}

bool IpdomReplay::all_have(std::uint32_t threads, bool (Way::*has)() const) const {
  for (; threads != 0; threads &= threads - 1) {
    if (!(ways_[lowest(threads)].*has)()) return false;
  }
  return true;
}

// Those who take it.
std::uint32_t IpdomReplay::next_branches(std::uint32_t threads) {
  std::uint32_t taken = 0;
  for (; threads != 0; threads &= threads - 1) {
    Way& way = ways_[lowest(threads)];
    const std::size_t bit = way.branch++;
    taken |= static_cast<std::uint32_t>(way.branches[bit / 64] >> bit % 64 & 1) << lowest(threads);
  }
  return taken;
}

void IpdomReplay::next_targets(std::uint32_t threads, Lanes& targets) {
  for (; threads != 0; threads &= threads - 1) {
    Way& way = ways_[lowest(threads)];
    targets[lowest(threads)] = way.targets[way.target++];
  }
}

void IpdomReplay::count(std::uint32_t pc, const Block& block, std::uint32_t threads) {
  issued_ += block.instructions;
  totals_.instructions += block.instructions;
  totals_.thread_instructions += std::uint64_t{block.instructions} * count_of(threads);
  ++totals_.steps[pc];
  --totals_.steps[pc + 4 * block.instructions];
}

void IpdomReplay::pop() {
  const Entry& top = stack_.back();
  if (top.parted != kNoPc && top.issued != kNotYet) {
    totals_.partings[top.parted].slots += (issued_ - top.issued) * top.lacking;
  }
  stack_.pop_back();
}

bool IpdomReplay::execute(const Block& block) {
  Entry& top = stack_.back();
  const std::uint32_t threads = top.threads;
  Lanes targets;
  switch (block.end) {
    case BlockEnd::kNext: top.pc = block.next; return true;
    case BlockEnd::kBranch: {
      const std::uint32_t taken = next_branches(threads);
      if (taken == 0 || taken == threads) {
        top.pc = taken == 0 ? block.next : block.target;
        return true;
      }
      for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
        targets[lane] = (taken >> lane & 1) != 0 ? block.target : block.next;
      }
      part(block, threads, targets);
      return true;
    }
    case BlockEnd::kIndirectJump:
      next_targets(threads, targets);
      part(block, threads, targets);
      return true;
    case BlockEnd::kCall:
      targets.value.fill(block.target);
      call(block, threads, targets);
      return true;
    case BlockEnd::kIndirectCall:
      next_targets(threads, targets);
      call(block, threads, targets);
      return true;
    case BlockEnd::kReturn: next_targets(threads, targets); return end_function(threads, targets);
    case BlockEnd::kExit: alive_ &= ~threads; return true;
    case BlockEnd::kFault: return false;
  }
  return false;
}

void IpdomReplay::part(const Block& block, std::uint32_t threads, const Lanes& targets) {
  const std::uint32_t first = targets[lowest(threads)];
  if (threads_at(first, threads, targets) == threads) {
    stack_.back().pc = first;
    return;
  }
  Entry way = stack_.back();
  way.until = block.reconvergence;
  way.parted = way.pc + 4 * (block.instructions - 1);
  stack_.back().pc = block.reconvergence;
  ++totals_.partings[way.parted].times;
  push_ways(way, threads, targets);
}

void IpdomReplay::call(const Block& block, std::uint32_t threads, const Lanes& targets) {
  const bool together = threads_at(targets[lowest(threads)], threads, targets) == threads;
  Entry callee = stack_.back();
  callee.until = kNoPc;
  callee.return_pc = block.next;
  callee.parted = together ? kNoPc : callee.pc + 4 * (block.instructions - 1);
  stack_.back().pc = block.next;
  if (!together) ++totals_.partings[callee.parted].times;
  const std::size_t first = stack_.size();
  push_ways(callee, threads, targets);
  for (std::size_t i = first; i < stack_.size(); ++i) {
    stack_[i].function = &control_flow_.function(stack_[i].pc);
    stack_[i].frame = i;
  }
}

// An entry for those of each target, but not for those who are where it ends.
void IpdomReplay::push_ways(Entry way, std::uint32_t threads, const Lanes& targets) {
  way.issued = kNotYet;
  for (std::uint32_t left = threads; left != 0; left &= ~way.threads) {
    way.pc = targets[lowest(left)];
    way.threads = threads_at(way.pc, left, targets);
    way.lacking = count_of(threads) - count_of(way.threads);
    if (way.pc != way.until) stack_.push_back(way);
  }
}

bool IpdomReplay::end_function(std::uint32_t threads, const Lanes& targets) {
  const Entry& top = stack_.back();
  if (threads_at(top.return_pc, threads, targets) != threads) return false;
  for (std::size_t i = top.frame; i < stack_.size(); ++i) stack_[i].threads &= ~threads;
  return true;
}

}  // namespace heddle::functional
