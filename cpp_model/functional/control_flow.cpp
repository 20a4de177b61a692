#include "functional/control_flow.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "functional/post_dominators.hpp"

namespace heddle::functional {

using isa::Op;

void ControlFlow::observe(std::uint32_t pc, std::uint32_t target) {
  if (observed_[pc].insert(target).second) stale_ = true;
}

const Blocks& ControlFlow::function(std::uint32_t entry) {
  std::unique_ptr<Blocks>& blocks = functions_[entry];
  if (blocks == nullptr) blocks = std::make_unique<Blocks>(build(entry));
  return *blocks;
}

void ControlFlow::refresh() {
  if (!stale_) return;
  stale_ = false;
  returns_.clear();
  for (auto& [entry, blocks] : functions_) *blocks = build(entry);
}

ControlFlow::Step ControlFlow::step(std::uint32_t pc) const {
  if ((pc & 3) != 0) return {.end = BlockEnd::kFault};
  const isa::Instruction instruction = fetch_(pc);
  const std::uint32_t next = pc + 4;
  const std::uint32_t target = pc + instruction.imm;
  switch (instruction.op) {
    case Op::kIllegal:
    case Op::kEbreak: return {.end = BlockEnd::kFault};
    case Op::kExit:
    case Op::kEcall: return {.end = BlockEnd::kExit};
    case Op::kJal:
      if (instruction.rd == 1) return {.end = BlockEnd::kCall, .next = next, .target = target};
      return {.end = BlockEnd::kNext, .next = target};
    case Op::kJalr:
      if (instruction.rd == 1) return {.end = BlockEnd::kIndirectCall, .next = next};
      if (instruction.rd == 0 && instruction.rs1 == 1) return {.end = BlockEnd::kReturn};
      return {.end = BlockEnd::kIndirectJump};
    default:
      if (instruction.unit == isa::Unit::kBranch) {
        return {.end = BlockEnd::kBranch, .next = next, .target = target};
      }
      return {.end = BlockEnd::kNext, .next = next};
  }
}

template <typename Visit>
void ControlFlow::for_each_successor(std::uint32_t pc, const Step& step, bool all_return,
                                     Visit visit) const {
  switch (step.end) {
    case BlockEnd::kNext:
    case BlockEnd::kIndirectCall: visit(step.next); break;
    case BlockEnd::kBranch:
      visit(step.next);
      visit(step.target);
      break;
    case BlockEnd::kCall:
      if (all_return || returns_.at(step.target)) visit(step.next);
      break;
    case BlockEnd::kIndirectJump:
      if (const auto targets = observed_.find(pc); targets != observed_.end()) {
        for (const std::uint32_t target : targets->second) visit(target);
      }
      break;
    case BlockEnd::kReturn:
    case BlockEnd::kExit:
    case BlockEnd::kFault: break;
  }
}

ControlFlow::Steps ControlFlow::walk(std::uint32_t entry, bool all_return) const {
  Steps steps;
  std::vector<std::uint32_t> waiting = {entry};
  while (!waiting.empty()) {
    const std::uint32_t pc = waiting.back();
    waiting.pop_back();
    const auto [place, added] = steps.try_emplace(pc);
    if (!added) continue;
    place->second = step(pc);
    for_each_successor(pc, place->second, all_return,
                       [&](std::uint32_t next) { waiting.push_back(next); });
  }
  return steps;
}

bool ControlFlow::leaves_by_return(std::uint32_t pc, const Step& step) const {
  return step.end == BlockEnd::kReturn ||
         (step.end == BlockEnd::kIndirectJump && !observed_.contains(pc));
}

// Which of the functions that `entry` calls, directly or not, have a way to return: the least
// solution, since a recursion that has no other way never ends.
void ControlFlow::find_returning(std::uint32_t entry) {
  std::vector<std::uint32_t> found = {entry};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& [pc, step] : walk(found[i], true)) {
      if (step.end != BlockEnd::kCall || !returns_.try_emplace(step.target, false).second) continue;
      found.push_back(step.target);
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const std::uint32_t function : found) {
      bool& returns = returns_[function];
      if (returns) continue;
      returns = std::ranges::any_of(walk(function, false), [&](const auto& at) {
        return leaves_by_return(at.first, at.second);
      });
      changed |= returns;
    }
  }
}

Blocks ControlFlow::build(std::uint32_t entry) {
  find_returning(entry);
  const Steps steps = walk(entry, false);

  std::set<std::uint32_t> leaders = {entry};
  for (const auto& [pc, step] : steps) {
    if (step.end == BlockEnd::kNext && step.next == pc + 4) continue;
    for_each_successor(pc, step, false, [&](std::uint32_t next) { leaders.insert(next); });
  }
  std::map<std::uint32_t, std::uint32_t> nodes;
  for (const std::uint32_t leader : leaders) {
    nodes.emplace(leader, static_cast<std::uint32_t>(nodes.size()));
  }

  // One node more for the end of all paths that count.
  const auto exit = static_cast<std::uint32_t>(nodes.size());
  std::vector<std::vector<std::uint32_t>> successors(exit + 1);
  std::vector<std::uint32_t> returning;
  std::vector<std::uint32_t> ending;
  Blocks blocks;
  for (const auto& [leader, node] : nodes) {
    std::uint32_t pc = leader;
    const Step* last = &steps.at(pc);
    while (last->end == BlockEnd::kNext && last->next == pc + 4 && !nodes.contains(pc + 4)) {
      pc += 4;
      last = &steps.at(pc);
    }
    blocks[leader] = {.instructions = (pc - leader) / 4 + 1,
                      .end = last->end,
                      .next = last->next,
                      .target = last->target};
    for_each_successor(pc, *last, false,
                       [&](std::uint32_t next) { successors[node].push_back(nodes.at(next)); });
    if (leaves_by_return(pc, *last)) returning.push_back(node);
    if (last->end == BlockEnd::kExit) ending.push_back(node);
  }
  const std::vector<std::uint32_t> pcs(leaders.begin(), leaders.end());
  std::vector<bool> resolved(exit);
  for (const auto& sinks : {returning, ending}) {
    auto edges = successors;
    for (const std::uint32_t node : sinks) edges[node].push_back(exit);
    const std::vector<std::uint32_t> post_dominators = immediate_post_dominators(edges, exit);
    for (std::uint32_t node = 0; node < exit; ++node) {
      const std::uint32_t dominator = post_dominators[node];
      if (resolved[node] || dominator == kNoNode) continue;
      resolved[node] = true;
      if (dominator != exit) blocks[pcs[node]].reconvergence = pcs[dominator];
    }
  }
  return blocks;
}

}  // namespace heddle::functional
