// fp-sweep: compares every float instruction of the verilated lanes and divider with the host's
// IEEE arithmetic, results and flags, in all rounding modes, on many random and directed operands.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "float_sweep.hpp"

namespace heddle::tb {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t count = 1'000'000;
  std::uint64_t seed = 1;
  std::vector<std::string> ops;
};

/// Shows the current instruction on a terminal; silent when the output goes to a file.
class ProgressLine {
 public:
  explicit ProgressLine(std::size_t total) : total_(total), visible_(isatty(STDERR_FILENO) != 0) {}
  void show(std::size_t done, const std::string& what) const {
    if (visible_) fmt::print(stderr, "\r\033[K{}/{}  {}", done, total_, what);
    std::fflush(stderr);
  }
  void clear() const {
    if (visible_) fmt::print(stderr, "\r\033[K");
  }

 private:
  std::size_t total_;
  bool visible_;
};

void print_mismatch(isa::Op op, const char* mode, const SweepOutcome& outcome) {
  const FloatMismatch& first = *outcome.first;
  fmt::print(
      "  {} {}: first at a {:08x} b {:08x} c {:08x}: RTL {:08x} flags {:02x}, host {:08x} flags "
      "{:02x}\n",
      isa::name(op), mode, first.operands.a, first.operands.b, first.operands.c, first.rtl.bits,
      first.rtl.flags, first.host.bits, first.host.flags);
}

int run(const Options& options) {
  std::vector<std::pair<isa::Op, unsigned>> jobs;
  const auto wanted = [&](isa::Op op) {
    return options.ops.empty() ||
           std::find(options.ops.begin(), options.ops.end(), isa::name(op)) != options.ops.end();
  };
  for (const isa::Op op : kRoundingOps) {
    for (unsigned rounding = 0; wanted(op) && rounding < kRoundingNames.size(); ++rounding) {
      jobs.emplace_back(op, rounding);
    }
  }
  for (const isa::Op op : kExactOps) {
    if (wanted(op)) jobs.emplace_back(op, 0U);
  }
  if (jobs.empty()) {
    fmt::print(stderr, "fp-sweep: no float instruction of that name\n");
    return 2;
  }

  LanesBench bench;
  const ProgressLine progress(jobs.size());
  const Clock::time_point start = Clock::now();
  std::uint64_t vectors = 0;
  std::uint64_t mismatches = 0;
  fmt::print("{:<14} {:<5} {:>14} {:>11}\n", "instruction", "mode", "vectors", "mismatches");
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto [op, rounding] = jobs[i];
    const bool exact = std::find(kExactOps.begin(), kExactOps.end(), op) != kExactOps.end();
    const char* mode = exact ? "-" : kRoundingNames[rounding];
    progress.show(i, fmt::format("{} {}", isa::name(op), mode));
    // Every job has its own stream, so that a single instruction can be run again with the same
    // operands.
    OperandGenerator generator(options.seed * 1000 + static_cast<std::uint64_t>(op) * 8 + rounding);
    const SweepOutcome outcome =
        sweep(bench, op, rounding, options.count, operand_source(op, generator));
    progress.clear();
    fmt::print("{:<14} {:<5} {:>14} {:>11}\n", isa::name(op), mode, outcome.vectors,
               outcome.mismatches);
    if (outcome.first) print_mismatch(op, mode, outcome);
    std::fflush(stdout);
    vectors += outcome.vectors;
    mismatches += outcome.mismatches;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  fmt::print("{:<20} {:>14} {:>11}\n", "total", vectors, mismatches);
  fmt::print(stderr, "seed {}, {:.0f} s, {:.2f} million vectors a second\n", options.seed, seconds,
             static_cast<double>(vectors) / seconds / 1e6);
  return mismatches == 0 ? 0 : 1;
}

}  // namespace
}  // namespace heddle::tb

int main(int argc, char** argv) {
  heddle::tb::Options options;
  CLI::App app{"Compares the RTL's float instructions with the host's IEEE arithmetic."};
  app.name("fp-sweep");
  app.add_option("--count", options.count, "operand sets an instruction and rounding mode")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "start of the random operands")->capture_default_str();
  app.add_option("--op", options.ops, "only these instructions (for example fmadd.s)");
  CLI11_PARSE(app, argc, argv);
  return heddle::tb::run(options);
}
