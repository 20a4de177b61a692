#include "functional/post_dominators.hpp"

#include <cstddef>
#include <utility>

namespace heddle::functional {
namespace {

using Nodes = std::vector<std::uint32_t>;

/// The nodes with a path to `exit` in postorder of a walk against the edges: `exit` is the last.
Nodes order_towards(std::span<const Nodes> successors, std::uint32_t exit) {
  std::vector<Nodes> predecessors(successors.size());
  for (std::uint32_t node = 0; node < successors.size(); ++node) {
    for (const std::uint32_t successor : successors[node]) predecessors[successor].push_back(node);
  }
  Nodes order;
  std::vector<bool> seen(successors.size());
  std::vector<std::pair<std::uint32_t, std::size_t>> path = {{exit, 0}};
  seen[exit] = true;
  while (!path.empty()) {
    auto& [node, next] = path.back();
    if (next == predecessors[node].size()) {
      order.push_back(node);
      path.pop_back();
      continue;
    }
    const std::uint32_t predecessor = predecessors[node][next++];
    if (seen[predecessor]) continue;
    seen[predecessor] = true;
    path.emplace_back(predecessor, 0);
  }
  return order;
}

}  // namespace

std::vector<std::uint32_t> immediate_post_dominators(
    std::span<const std::vector<std::uint32_t>> successors, std::uint32_t exit) {
  const Nodes order = order_towards(successors, exit);
  Nodes number(successors.size(), kNoNode);
  for (std::uint32_t i = 0; i < order.size(); ++i) number[order[i]] = i;
  Nodes result(successors.size(), kNoNode);
  result[exit] = exit;
  const auto nearest_common = [&](std::uint32_t a, std::uint32_t b) {
    while (a != b) {
      while (number[a] < number[b]) a = result[a];
      while (number[b] < number[a]) b = result[b];
    }
    return a;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = order.size() - 1; i-- > 0;) {
      const std::uint32_t node = order[i];
      std::uint32_t common = kNoNode;
      for (const std::uint32_t successor : successors[node]) {
        if (result[successor] == kNoNode) continue;
        common = common == kNoNode ? successor : nearest_common(common, successor);
      }
      changed |= common != result[node];
      result[node] = common;
    }
  }
  result[exit] = kNoNode;
  return result;
}

}  // namespace heddle::functional
