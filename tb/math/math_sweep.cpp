// math-sweep: the errors of the device's math functions over all operands (of one float) or many
// (of two, and of doubles), beside CUDA's bounds.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "double_functions.hpp"
#include "math_functions.hpp"

namespace heddle::tb {
namespace {

struct Settings {
  std::uint32_t stride = 1;
  std::uint64_t pairs = 100'000'000;
  std::uint64_t doubles = 2'000'000;
  std::uint64_t seed = 1;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::string> names;
  bool markdown = false;
};

constexpr std::uint64_t kPieces = 256;

/// The errors of all pieces of the work, done by several threads.
template <typename Errors, typename Piece>
Errors sum_of_pieces(const Settings& settings, Piece measure_piece) {
  std::atomic<std::uint64_t> next{0};
  std::mutex mutex;
  Errors total;
  const auto work = [&] {
    Errors errors;
    for (std::uint64_t piece = next++; piece < kPieces; piece = next++) {
      measure_piece(piece, errors);
    }
    const std::lock_guard lock(mutex);
    total.add(errors);
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < settings.jobs; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return total;
}

MathErrors sweep(const MathFunction& function, const Settings& settings) {
  return sum_of_pieces<MathErrors>(settings, [&](std::uint64_t piece, MathErrors& errors) {
    if (function.one != nullptr) {
      const std::uint64_t end = (piece + 1) << 24;
      const std::uint64_t begin = piece << 24;
      const std::uint64_t stride = settings.stride;
      for (std::uint64_t x = (begin + stride - 1) / stride * stride; x < end; x += stride) {
        measure(function, static_cast<std::uint32_t>(x), 0, errors);
      }
      return;
    }
    OperandPairs pairs(settings.seed << 32 | piece);
    for (std::uint64_t i = 0; i < settings.pairs / kPieces; ++i) {
      std::uint32_t x = 0;
      std::uint32_t y = 0;
      pairs.next(x, y);
      measure(function, x, y, errors);
    }
  });
}

DoubleErrors sweep(const DoubleFunction& function, const Settings& settings) {
  return sum_of_pieces<DoubleErrors>(settings, [&](std::uint64_t piece, DoubleErrors& errors) {
    if (piece == 0) measure_hard(function, errors);
    DoubleOperands operands(settings.seed << 32 | piece);
    for (std::uint64_t i = 0; i < settings.doubles / kPieces; ++i) {
      double x = 0;
      double y = 0;
      if (function.one != nullptr) {
        x = operands.next();
      } else {
        operands.next(x, y);
      }
      measure(function, x, y, errors);
    }
  });
}

std::string operands(const MathFunction& function, std::uint32_t x, std::uint32_t y) {
  return function.one != nullptr ? fmt::format("{:#010x}", x)
                                 : fmt::format("{:#010x} {:#010x}", x, y);
}
std::string operands(const DoubleFunction& function, std::uint64_t x, std::uint64_t y) {
  return function.one != nullptr ? fmt::format("{:#018x}", x)
                                 : fmt::format("{:#018x} {:#018x}", x, y);
}

bool is_wanted(const Settings& settings, std::string_view name) {
  return settings.names.empty() ||
         std::find(settings.names.begin(), settings.names.end(), name) != settings.names.end();
}

constexpr std::uint64_t wrong(const MathErrors&) { return kWrongKind; }
constexpr std::uint64_t wrong(const DoubleErrors&) { return kWrongDouble; }

/// Measures a function and prints its row; false if it is above its bound.
template <typename Function>
bool print_row(const Function& function, const Settings& settings) {
  const char* const row = settings.markdown ? "| `{}` | {} | {} | {:.3f} | {} | {} |\n"
                                            : "{:<18} {:>5} {:>9} {:>9.3f}  {:<37} {:>12}\n";
  const auto errors = sweep(function, settings);
  const bool good = errors.worst <= static_cast<std::uint64_t>(function.bound);
  fmt::print(fmt::runtime(row), function.name, function.bound,
             errors.worst == wrong(errors) ? "NaN, sign" : std::to_string(errors.worst),
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
  return good;
}

bool run(const Settings& settings) {
  fmt::print("seed {}\n", settings.seed);
  if (settings.markdown) {
    fmt::print(
        "| function | CUDA's bound | largest difference to the rounded result | largest error"
        " | there | operands tried |\n| --- | --- | --- | --- | --- | --- |\n");
  } else {
    fmt::print("{:<18} {:>5} {:>9} {:>9}  {:<37} {:>12}\n", "function", "bound", "rounded", "error",
               "at", "tried");
  }
  bool kept = true;
  for (const MathFunction& function : math_functions()) {
    if (is_wanted(settings, function.name)) kept &= print_row(function, settings);
  }
  for (const DoubleFunction& function : double_functions()) {
    if (is_wanted(settings, function.name)) kept &= print_row(function, settings);
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
  app.add_option("--pairs", settings.pairs, "operands of functions of two floats")
      ->capture_default_str();
  app.add_option("--doubles", settings.doubles, "operands of functions of doubles")
      ->capture_default_str();
  app.add_option("--seed", settings.seed, "of these")->capture_default_str();
  app.add_option("--jobs", settings.jobs, "threads")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--function", settings.names, "only these");
  app.add_flag("--markdown", settings.markdown, "the table of docs/manual/math.md");
  CLI11_PARSE(app, argc, argv);
  return heddle::tb::run(settings) ? 0 : 1;
}
