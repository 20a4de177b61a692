// Immediate post-dominators: graphs worked out by hand, and random ones against the definition.
#include "functional/post_dominators.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

namespace heddle::functional {
namespace {

using Graph = std::vector<std::vector<std::uint32_t>>;

bool reaches(const Graph& graph, std::uint32_t from, std::uint32_t to, std::uint32_t without) {
  if (from == without) return false;
  std::vector<bool> seen(graph.size());
  std::vector<std::uint32_t> waiting = {from};
  while (!waiting.empty()) {
    const std::uint32_t node = waiting.back();
    waiting.pop_back();
    if (node == to) return true;
    if (seen[node]) continue;
    seen[node] = true;
    for (const std::uint32_t next : graph[node]) {
      if (next != without) waiting.push_back(next);
    }
  }
  return false;
}

/// Of two different nodes: all paths from `node` to `exit` pass `other`.
bool post_dominates(const Graph& graph, std::uint32_t other, std::uint32_t node,
                    std::uint32_t exit) {
  return other == exit || !reaches(graph, node, exit, other);
}

/// By definition: the one strict post-dominator that all the others post-dominate.
std::uint32_t by_definition(const Graph& graph, std::uint32_t node, std::uint32_t exit) {
  if (node == exit || !reaches(graph, node, exit, kNoNode)) return kNoNode;
  const auto count = static_cast<std::uint32_t>(graph.size());
  for (std::uint32_t nearest = 0; nearest < count; ++nearest) {
    if (nearest == node || !post_dominates(graph, nearest, node, exit)) continue;
    bool all = true;
    for (std::uint32_t other = 0; other < count; ++other) {
      if (other == node || other == nearest || !post_dominates(graph, other, node, exit)) continue;
      all = all && post_dominates(graph, other, nearest, exit);
    }
    if (all) return nearest;
  }
  return kNoNode;
}

}  // namespace

TEST_CASE("the ways of an if meet behind it, also when it is nested") {
  // 0: if, 1: nested if, 2 and 3: its ways, 4: behind it, 5: behind all.
  const Graph graph = {{1, 5}, {2, 3}, {4}, {4}, {5}, {}};
  CHECK(immediate_post_dominators(graph, 5) == std::vector<std::uint32_t>{5, 4, 4, 4, 5, kNoNode});
}

TEST_CASE("a loop with a break meets where both of its ways out do") {
  // 0: head, which may leave to 3; 1: break to 4; 2: back; 3 goes on to 4.
  const Graph graph = {{1, 3}, {2, 4}, {0}, {4}, {5}, {}};
  CHECK(immediate_post_dominators(graph, 5) == std::vector<std::uint32_t>{4, 4, 0, 4, 5, kNoNode});
}

TEST_CASE("a loop entered in two places is no obstacle") {
  const Graph graph = {{1, 2}, {2}, {1, 3}, {}};
  CHECK(immediate_post_dominators(graph, 3) == std::vector<std::uint32_t>{2, 2, 3, kNoNode});
}

TEST_CASE("nodes without a path to the exit have no post-dominator and hide nobody else's") {
  // 2 and 3 go round for ever.
  const Graph graph = {{1, 2}, {4}, {3}, {2}, {}};
  CHECK(immediate_post_dominators(graph, 4) ==
        std::vector<std::uint32_t>{1, 4, kNoNode, kNoNode, kNoNode});
}

TEST_CASE("post-dominators of random graphs are those of the definition") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 generator(seed);
  const auto random = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(generator() % limit);
  };
  for (int round = 0; round < 400; ++round) {
    const std::uint32_t count = 2 + random(14);
    Graph graph(count);
    for (std::uint32_t node = 0; node + 1 < count; ++node) {
      for (std::uint32_t edges = random(4); edges > 0; --edges) {
        graph[node].push_back(random(count));
      }
    }
    const std::vector<std::uint32_t> found = immediate_post_dominators(graph, count - 1);
    for (std::uint32_t node = 0; node < count; ++node) {
      CAPTURE(round, node);
      REQUIRE(found[node] == by_definition(graph, node, count - 1));
    }
  }
}

}  // namespace heddle::functional
