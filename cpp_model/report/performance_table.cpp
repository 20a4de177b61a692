#include "report/performance_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace heddle::report {
namespace {

using enum PerformanceCounter;

double ratio(std::uint64_t numerator, std::uint64_t denominator) {
  return denominator > 0 ? static_cast<double>(numerator) / static_cast<double>(denominator) : 0;
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{} ({:.1f} %)", grouped(part), 100 * ratio(part, whole));
}

/// Of the requests that the L2 answered, those that did not wait for the memory.
std::string l2_hits(const Performance& counts) {
  // An atomic that misses is looked up again, and hits.
  const std::uint64_t hits = counts[kL2LoadHits] + counts[kL2StoreHits] + counts[kL2AtomicHits] -
                             std::min(counts[kL2AtomicMisses], counts[kL2AtomicHits]);
  const std::uint64_t requests = counts[kL2LoadHits] + counts[kL2LoadMisses] +
                                 counts[kL2StoreHits] + counts[kL2StoreMisses] +
                                 counts[kL2AtomicHits];
  return fmt::format("{:.1f} % of {} requests", 100 * ratio(hits, requests), grouped(requests));
}

void add_timed(std::vector<Figure>& figures, const LaunchResult& result, const Config& config) {
  const Performance& counts = result.performance;
  const std::uint64_t cycles = result.counters.cycles;
  const std::uint64_t l1_loads = counts[kL1LoadHits] + counts[kL1LoadMisses];
  const std::uint64_t beat_bytes = config.axi_data_bits / 8;
  const std::uint64_t beats = counts[kMemoryReadBeats] + counts[kMemoryWriteBeats];
  const auto hits_and_misses = [&](PerformanceCounter hits, PerformanceCounter misses) {
    return fmt::format("{} hits, {} misses", grouped(counts[hits]), grouped(counts[misses]));
  };
  figures.push_back(
      {"resident warps", fmt::format("{:.2f} of {} on average",
                                     ratio(counts[kResidentWarps], cycles), config.warps)});
  figures.push_back({"groups selected", grouped(counts[kReselections])});
  figures.push_back(
      {"instruction cache",
       fmt::format("{} reads, misses {}, {} lines prefetched", grouped(counts[kIcacheFetches]),
                   share(counts[kIcacheMisses], counts[kIcacheFetches]),
                   grouped(counts[kIcachePrefetches]))});
  figures.push_back(
      {"L1 load hits", fmt::format("{:.1f} % of {} lines",
                                   100 * ratio(counts[kL1LoadHits], l1_loads), grouped(l1_loads))});
  figures.push_back({"L2 hits", l2_hits(counts)});
  figures.push_back({"  loads", hits_and_misses(kL2LoadHits, kL2LoadMisses)});
  figures.push_back({"  stores", hits_and_misses(kL2StoreHits, kL2StoreMisses)});
  figures.push_back({"  atomics", hits_and_misses(kL2AtomicHits, kL2AtomicMisses)});
  figures.push_back({"  evictions", grouped(counts[kL2Evictions])});
  figures.push_back(
      {"memory ports, read", fmt::format("{} beats, {} bytes", grouped(counts[kMemoryReadBeats]),
                                         grouped(counts[kMemoryReadBeats] * beat_bytes))});
  figures.push_back({"memory ports, written",
                     fmt::format("{} beats, {} bytes", grouped(counts[kMemoryWriteBeats]),
                                 grouped(counts[kMemoryWriteBeats] * beat_bytes))});
  figures.push_back(
      {"memory ports, in use", fmt::format("{:.1f} % of their beats in both directions",
                                           100 * ratio(beats, 2 * cycles * config.channels))});
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string digits = fmt::format("{}", value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::vector<Figure> performance_figures(const LaunchResult& result, const Config& config) {
  const Performance& counts = result.performance;
  std::vector<Figure> figures;
  const bool timed = std::any_of(counts.values.begin(), counts.values.begin() + kIssueClasses,
                                 [](std::uint64_t count) { return count != 0; });
  if (timed) {
    for (std::size_t i = 0; i < kIssueClasses; ++i) {
      figures.push_back({fmt::format("issue: {}", kIssueClassNames[i]),
                         share(counts.values[i], result.counters.cycles)});
    }
  }
  figures.push_back(
      {"branches and jumps", fmt::format("{}, divergent {}", grouped(counts[kBranches]),
                                         share(counts[kDivergentBranches], counts[kBranches]))});
  if (timed) add_timed(figures, result, config);
  return figures;
}

std::string performance_text(const LaunchResult& result, const Config& config) {
  std::string text;
  for (const Figure& figure : performance_figures(result, config)) {
    fmt::format_to(std::back_inserter(text), "  {:<27}{}\n", figure.name, figure.value);
  }
  return text;
}

}  // namespace heddle::report
