// sfu-sweep: the error of the special functions over all 2^32 operands, against the host's
// double-precision library, beside what PTX allows. With --rtl instead: the verilated lane's
// results against the model's, bit for bit.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "isa/special_functions.hpp"
#include "sfu_lane_bench.hpp"
#include "special_function_error.hpp"

namespace heddle::tb {
namespace {

std::string text(Measure measure, double error) {
  if (measure == Measure::kUlp) return fmt::format("{:.3f} ulp", error);
  return fmt::format("2^{:.2f} {}", std::log2(error),
                     measure == Measure::kRelative ? "rel" : "abs");
}

int run(std::uint32_t stride) {
  bool kept = true;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  fmt::print("{:<13} {:<10} {:>14} {:>14} {:>10} {:>14}\n", "instruction", "operands", "counted",
             "worst error", "at", "PTX allows");
  for (const Bound& bound : kBounds) {
    Worst worst;
    for (std::uint64_t x = 0; x < std::uint64_t{1} << 32; x += stride) {
      measure(bound, static_cast<std::uint32_t>(x), worst);
      if (terminal && (x / stride & 0xffffff) == 0) {
        fmt::print(stderr, "\r\033[K{} {:.0f} %", isa::name(bound.op),
                   100 * static_cast<double>(x) / 0x1p32);
        std::fflush(stderr);
      }
    }
    if (terminal) fmt::print(stderr, "\r\033[K");
    fmt::print("{:<13} {:<10} {:>14} {:>14} {:#010x} {:>14}\n", isa::name(bound.op), bound.range,
               worst.counted, text(bound.measure, worst.error), worst.operand,
               text(bound.measure, bound.limit));
    std::fflush(stdout);
    kept &= worst.error <= bound.limit;
  }
  return kept ? 0 : 1;
}

int compare_rtl(std::uint32_t stride) {
  bool same = true;
  SfuLaneBench bench;
  fmt::print("{:<13} {:>14} {:>14} {:>10}\n", "instruction", "compared", "mismatches", "first at");
  for (int i = 0; i < 7; ++i) {
    const auto op = static_cast<isa::Op>(static_cast<int>(isa::Op::kRcpApprox) + i);
    std::uint64_t compared = 0;
    std::uint64_t mismatches = 0;
    std::uint32_t first = 0;
    const std::uint64_t delay = std::uint64_t{stride} * SfuLaneBench::kLatency;
    for (std::uint64_t x = 0; x < (std::uint64_t{1} << 32) + delay; x += stride) {
      const std::uint32_t result = bench.step(op, static_cast<std::uint32_t>(x));
      if (x < delay) continue;
      const auto operand = static_cast<std::uint32_t>(x - delay);
      ++compared;
      if (result != isa::special_function(op, operand) && mismatches++ == 0) first = operand;
    }
    fmt::print("{:<13} {:>14} {:>14} {:#010x}\n", isa::name(op), compared, mismatches, first);
    std::fflush(stdout);
    same &= mismatches == 0;
  }
  return same ? 0 : 1;
}

}  // namespace
}  // namespace heddle::tb

int main(int argc, char** argv) {
  std::uint32_t stride = 1;
  CLI::App app{
      "The special functions over all operands: their errors, or the RTL against the model."};
  app.name("sfu-sweep");
  app.add_option("--stride", stride, "every n-th operand only")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  bool rtl = false;
  app.add_flag("--rtl", rtl, "compare the verilated lane with the model instead");
  CLI11_PARSE(app, argc, argv);
  return rtl ? heddle::tb::compare_rtl(stride) : heddle::tb::run(stride);
}
