// math-sweep: the errors of the device's math functions over all operands (of one) or many (of
// two), beside CUDA's bounds.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "math_functions.hpp"

namespace heddle::tb {
namespace {

struct Settings {
  std::uint32_t stride = 1;
  std::uint64_t pairs = 100'000'000;
  std::uint64_t seed = 1;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::string> names;
  bool markdown = false;
};

MathErrors sweep(const MathFunction& function, const Settings& settings) {
  constexpr std::uint64_t kPieces = 256;
  const bool single = function.one != nullptr;
  std::atomic<std::uint64_t> next{0};
  std::mutex mutex;
  MathErrors total;
  const auto work = [&] {
    MathErrors errors;
    for (std::uint64_t piece = next++; piece < kPieces; piece = next++) {
      if (single) {
        const std::uint64_t end = (piece + 1) << 24;
        const std::uint64_t begin = piece << 24;
        const std::uint64_t stride = settings.stride;
        for (std::uint64_t x = (begin + stride - 1) / stride * stride; x < end; x += stride) {
          measure(function, static_cast<std::uint32_t>(x), 0, errors);
        }
      } else {
        OperandPairs pairs(settings.seed << 32 | piece);
        for (std::uint64_t i = 0; i < settings.pairs / kPieces; ++i) {
          std::uint32_t x = 0;
          std::uint32_t y = 0;
          pairs.next(x, y);
          measure(function, x, y, errors);
        }
      }
    }
    const std::lock_guard lock(mutex);
    total.add(errors);
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < settings.jobs; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return total;
}

std::string operands(const MathFunction& function, std::uint32_t x, std::uint32_t y) {
  return function.one != nullptr ? fmt::format("{:#010x}", x)
                                 : fmt::format("{:#010x} {:#010x}", x, y);
}

bool run(const Settings& settings) {
  bool kept = true;
  const char* const row = settings.markdown ? "| {} | {} | {} | {:.2f} | {} | {} |\n"
                                            : "{:<18} {:>5} {:>9} {:>9.3f}  {:<22} {:>12}\n";
  if (settings.markdown) {
    fmt::print(
        "| function | CUDA's bound | largest difference to the rounded result | largest error"
        " | there | operands tried |\n| --- | --- | --- | --- | --- | --- |\n");
  } else {
    fmt::print("{:<18} {:>5} {:>9} {:>9}  {:<22} {:>12}\n", "function", "bound", "rounded", "error",
               "at", "tried");
  }
  for (const MathFunction& function : math_functions()) {
    if (!settings.names.empty() && std::find(settings.names.begin(), settings.names.end(),
                                             function.name) == settings.names.end()) {
      continue;
    }
    const MathErrors errors = sweep(function, settings);
    const bool good = errors.worst <= static_cast<std::uint32_t>(function.bound);
    kept &= good;
    fmt::print(fmt::runtime(row), function.name, function.bound,
               errors.worst == kWrongKind ? "NaN, sign" : std::to_string(errors.worst),
               errors.exact,
               good ? operands(function, errors.exact_x, errors.exact_y)
                    : operands(function, errors.x, errors.y),
               errors.counted);
    if (function.absolute_bound != 0 && !settings.markdown) {
      fmt::print("  from |x| = {} on, absolute: {:.2g}, bound {:.2g}\n", function.absolute_from,
                 errors.absolute, function.absolute_bound);
    }
    if (!good) fmt::print(stderr, "{}: above the bound\n", function.name);
    std::fflush(stdout);
  }
  return kept;
}

}  // namespace
}  // namespace heddle::tb

int main(int argc, char** argv) {
  heddle::tb::Settings settings;
  CLI::App app{"The errors of the device's math functions, in ulp, beside CUDA's bounds."};
  app.name("math-sweep");
  app.add_option("--stride", settings.stride, "every n-th operand only")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--pairs", settings.pairs, "operands of functions of two")->capture_default_str();
  app.add_option("--seed", settings.seed, "of these")->capture_default_str();
  app.add_option("--jobs", settings.jobs, "threads")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--function", settings.names, "only these");
  app.add_flag("--markdown", settings.markdown, "the table of docs/manual/math.md");
  CLI11_PARSE(app, argc, argv);
  return heddle::tb::run(settings) ? 0 : 1;
}
