// Immediate post-dominators of a control-flow graph.
// Source: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm", on the reversed graph.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace heddle::functional {

inline constexpr std::uint32_t kNoNode = 0xffffffff;

/// For each node the first one that all its paths to `exit` have in common; kNoNode for `exit` and
/// for nodes without a path to it. `successors`: by node; `exit` has none.
std::vector<std::uint32_t> immediate_post_dominators(
    std::span<const std::vector<std::uint32_t>> successors, std::uint32_t exit);

}  // namespace heddle::functional
