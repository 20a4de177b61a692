// dot-sweep: random operations of every format through the verilated dot-product unit, one a cycle,
// or through the golden model's step, against exact arithmetic.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "dot_bench.hpp"
#include "dot_operands.hpp"
#include "model_steps.hpp"

namespace heddle::tb {
namespace {

using Clock = std::chrono::steady_clock;

struct Row {
  const char* name;
  DotFormat format;
  unsigned scale_format;
};

// Modes, accumulators and the other operand's format change from one operation to the next.
constexpr std::array kRows = {
    Row{"fp16", DotFormat::kFp16, kScaleNone},    Row{"bf16", DotFormat::kBf16, kScaleNone},
    Row{"tf32", DotFormat::kTf32, kScaleNone},    Row{"e4m3", DotFormat::kE4M3, kScaleNone},
    Row{"e5m2", DotFormat::kE5M2, kScaleNone},    Row{"e3m2", DotFormat::kE3M2, kScaleNone},
    Row{"e2m3", DotFormat::kE2M3, kScaleNone},    Row{"e2m1", DotFormat::kE2M1, kScaleNone},
    Row{"mx-e4m3", DotFormat::kE4M3, kScaleE8M0}, Row{"mx-e5m2", DotFormat::kE5M2, kScaleE8M0},
    Row{"mx-e3m2", DotFormat::kE3M2, kScaleE8M0}, Row{"mx-e2m3", DotFormat::kE2M3, kScaleE8M0},
    Row{"mx-e2m1", DotFormat::kE2M1, kScaleE8M0}, Row{"mxfp4", DotFormat::kFp4, kScaleE8M0},
    Row{"nvfp4", DotFormat::kFp4, kScaleUe4M3},   Row{"s8", DotFormat::kS8, kScaleNone},
    Row{"u8", DotFormat::kU8, kScaleNone},        Row{"s4", DotFormat::kS4, kScaleNone},
    Row{"u4", DotFormat::kU4, kScaleNone},
};

/// A format of the same class.
unsigned partner(DotFormat format, Random& random) {
  switch (class_of(static_cast<unsigned>(format))) {
    case DotClass::kByteFloat: return 4 + random.below(5);
    case DotClass::kInt8: return 12 + random.below(2);
    case DotClass::kInt4: return 14 + random.below(2);
    default: return static_cast<unsigned>(format);
  }
}

struct Options {
  std::string device = "rtl";
  std::uint64_t count = 1'000'000;
  std::uint64_t seed = 1;
  std::vector<std::string> formats;
};

/// What kinds of results the operations had: a sweep that only makes NaNs would compare nothing.
struct Kinds {
  std::uint64_t special = 0, subnormal = 0, zero = 0;

  void count(const DotOperation& operation, std::uint32_t result) {
    const DotMeaning is = meaning(operation, {});
    if (result == 0) ++zero;
    if (is.elements == DotClass::kInt8 || is.elements == DotClass::kInt4) return;
    const ExactNumber number = decode(is.d_half ? kBinary16 : kBinary32, result);
    if (number.kind != ExactNumber::Kind::kFinite) {
      ++special;
    } else if (!number.is_zero() && number.significand >> number.fraction_bits == 0) {
      ++subnormal;
    }
  }
};

/// `Bench`: DotBench or ModelSteps.
template <typename Bench>
int run(const Options& options) {
  Bench bench;
  const Clock::time_point start = Clock::now();
  std::uint64_t vectors = 0;
  std::uint64_t mismatches = 0;
  bool any = false;
  fmt::print("{:<10} {:>14} {:>11} {:>12} {:>12} {:>12}\n", "format", "vectors", "mismatches",
             "NaN, inf", "subnormal", "zero");
  for (std::size_t index = 0; index < kRows.size(); ++index) {
    const Row& row = kRows[index];
    if (!options.formats.empty() && std::find(options.formats.begin(), options.formats.end(),
                                              row.name) == options.formats.end()) {
      continue;
    }
    any = true;
    // Every row has its own stream, so that it can be run again alone.
    DotOperands operands(options.seed * 1000 + index);
    std::uint64_t results = 0;
    std::uint64_t wrong = 0;
    std::string first;
    Kinds kinds;
    const auto check = [&](const DotOperation& operation, std::uint32_t got, std::uint32_t want) {
      ++results;
      kinds.count(operation, want);
      if (got == want) return;
      if (wrong++ == 0) {
        first = fmt::format("{}\n  {} {:08x}, exact {:08x}\n", describe(operation), options.device,
                            got, want);
      }
    };
    for (std::uint64_t i = 0; i < options.count; ++i) {
      DotOperation operation;
      operation.mode = operands.random().below(5);
      operation.a_format = static_cast<unsigned>(row.format);
      operation.b_format = partner(row.format, operands.random());
      if (operands.random().below(2) == 0) std::swap(operation.a_format, operation.b_format);
      operation.accumulator = operands.random().below(3);
      operation.scale_format = row.scale_format;
      operands.fill(operation);
      bench.issue(operation, check);
    }
    bench.drain(check);
    fmt::print("{:<10} {:>14} {:>11} {:>12} {:>12} {:>12}\n", row.name, results, wrong,
               kinds.special, kinds.subnormal, kinds.zero);
    if (wrong != 0) fmt::print("  first: {}", first);
    std::fflush(stdout);
    vectors += results;
    mismatches += wrong;
  }
  if (!any) {
    fmt::print(stderr, "dot-sweep: no format of that name\n");
    return 2;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  fmt::print("{:<10} {:>14} {:>11}\n", "total", vectors, mismatches);
  if (bench.wrong_valids() != 0) fmt::print("valid_o wrong in {} cycles\n", bench.wrong_valids());
  fmt::print(stderr, "seed {}, {:.0f} s\n", options.seed, seconds);
  return mismatches == 0 && bench.wrong_valids() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace heddle::tb

int main(int argc, char** argv) {
  heddle::tb::Options options;
  CLI::App app{"Compares dot products of the tensor core with exact arithmetic."};
  app.name("dot-sweep");
  app.add_option("--device", options.device, "rtl: the verilated unit; model: the golden model")
      ->capture_default_str()
      ->check(CLI::IsMember({"rtl", "model"}));
  app.add_option("--count", options.count, "operations a format")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "start of the random operands")->capture_default_str();
  app.add_option("--format", options.formats, "only these rows (for example e4m3)");
  CLI11_PARSE(app, argc, argv);
  return options.device == "rtl" ? heddle::tb::run<heddle::tb::DotBench>(options)
                                 : heddle::tb::run<heddle::tb::ModelSteps>(options);
}
