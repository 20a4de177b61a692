#include "functional/simd_efficiency.hpp"

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

namespace heddle::functional {
namespace {

// Branches and indirect jumps of a warp between two advances of its replay.
constexpr std::uint32_t kInterval = 1 << 16;

// How much a warp's replay may lag behind.
constexpr std::size_t kMostBytes = std::size_t{16} << 20;

constexpr const char* kDoesNotFit =
    "functions return to elsewhere than behind their calls, or the code changes";

}  // namespace

SimdEfficiencyMeter::SimdEfficiencyMeter(ControlFlow::Fetch fetch, std::uint32_t warps)
    : control_flow_(std::move(fetch)),
      replays_(warps, IpdomReplay(control_flow_, totals_)),
      outcomes_(warps) {}

void SimdEfficiencyMeter::start_warp(std::uint32_t warp_index, std::uint32_t entry,
                                     std::uint32_t threads) {
  if (!result_.unknown.empty()) return;
  replays_[warp_index].start(entry, threads);
  outcomes_[warp_index] = 0;
}

void SimdEfficiencyMeter::branch(std::uint32_t warp_index, std::uint32_t threads,
                                 std::uint32_t taken) {
  if (!result_.unknown.empty()) return;
  replays_[warp_index].branch(threads, taken);
  follow(warp_index);
}

void SimdEfficiencyMeter::jump(std::uint32_t warp_index, std::uint32_t pc,
                               const isa::Instruction& instruction, std::uint32_t threads,
                               const Lanes& targets) {
  if (!result_.unknown.empty()) return;
  const bool call = instruction.rd == 1;
  const bool returns = instruction.rd == 0 && instruction.rs1 == 1;
  if (!call && !returns) {
    for (std::uint32_t left = threads; left != 0; left &= left - 1) {
      control_flow_.observe(pc, targets[static_cast<std::uint32_t>(std::countr_zero(left))]);
    }
  }
  replays_[warp_index].jump(threads, targets);
  follow(warp_index);
}

void SimdEfficiencyMeter::finish_warp(std::uint32_t warp_index) {
  if (!result_.unknown.empty()) return;
  advance(warp_index);
  if (result_.unknown.empty() && !replays_[warp_index].finished()) give_up(kDoesNotFit);
}

void SimdEfficiencyMeter::follow(std::uint32_t warp_index) {
  if (++outcomes_[warp_index] < kInterval) return;
  outcomes_[warp_index] = 0;
  advance(warp_index);
  if (replays_[warp_index].bytes() > kMostBytes) {
    give_up("threads of a warp are too far apart for it");
  }
}

void SimdEfficiencyMeter::advance(std::uint32_t warp_index) {
  control_flow_.refresh();
  if (!replays_[warp_index].advance()) give_up(kDoesNotFit);
}

void SimdEfficiencyMeter::give_up(const char* reason) {
  result_.unknown = reason;
  replays_.clear();
}

SimdEfficiency SimdEfficiencyMeter::result() {
  if (!result_.unknown.empty()) return result_;
  result_.thread_instructions = totals_.thread_instructions;
  result_.ipdom_instructions = totals_.instructions;
  for (const auto& [pc, parting] : totals_.partings) {
    result_.branches.push_back({pc, parting.times, parting.slots});
  }
  std::ranges::sort(result_.branches, [](const auto& a, const auto& b) {
    return a.slots != b.slots ? a.slots > b.slots : a.pc < b.pc;
  });
  find_excess();
  return result_;
}

// Runs of instructions that were issued more often than in the replay.
void SimdEfficiencyMeter::find_excess() {
  std::set<std::uint32_t> pages;
  for (const PcCounts* counts : {&issues_, &totals_.steps}) {
    for (const auto& [page, values] : counts->pages()) pages.insert(page);
  }
  std::int64_t replayed = 0;
  std::int64_t last = 0;
  for (const std::uint32_t page : pages) {
    for (std::uint32_t i = 0; i < PcCounts::kPage; ++i) {
      const std::uint32_t pc = 4 * (page * PcCounts::kPage + i);
      replayed += totals_.steps[pc];
      const std::int64_t excess = issues_[pc] - replayed;
      if (excess > 0 && excess != last) result_.excess.push_back({pc, 0});
      if (excess > 0) result_.excess.back().instructions += static_cast<std::uint64_t>(excess);
      last = excess;
    }
  }
  std::ranges::sort(result_.excess, [](const auto& a, const auto& b) {
    return a.instructions != b.instructions ? a.instructions > b.instructions : a.pc < b.pc;
  });
}

}  // namespace heddle::functional
