// heddle exec: loads an RV32 ELF program and runs it as a grid.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "device/device.hpp"
#include "elf_image.hpp"
#include "environment.hpp"
#include "monitor.hpp"
#include "open_device.hpp"
#include "report.hpp"
#include "report/performance_table.hpp"

namespace heddle {
namespace {

constexpr std::uint32_t kPage = 4096;
constexpr std::uint32_t kLowestAddress = 0x10000;
constexpr std::uint32_t kGlobalEnd = Device::kGlobalEnd;
constexpr std::uint32_t kThreadsPerWarp = 32;

struct ExecOptions {
  std::string file;
  std::string grid = "1";
  std::string block = "32";
  std::string device;
  std::string config;
  std::uint32_t shared = 0;
  std::uint64_t stack = 4096;
  std::uint32_t heap = 1 << 20;
  std::vector<std::string> words;
  std::uint64_t cycle_limit = 0;
  bool l1_bypass = false;
  std::string wave;
  std::string wave_window;
  std::string trace;
  std::string trace_window;
  std::uint32_t memory_latency = 0;
  std::uint64_t memory_seed = 0;
  bool race_check = false;
  bool simd_efficiency = false;
  bool statistics = false;
  bool writable_code = false;
  std::string statistics_file;
};

std::uint64_t page_up(std::uint64_t address) {
  return (address + kPage - 1) & ~std::uint64_t{kPage - 1};
}

std::uint32_t parse_word(const std::string& text, const char* what) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const char* begin = text.data() + (hexadecimal ? 2 : 0);
  const char* end = text.data() + text.size();
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || stop != end || begin == end || value < INT32_MIN ||
      value > std::int64_t{UINT32_MAX}) {
    throw CLI::ValidationError(what, fmt::format("\"{}\" is no 32-bit number", text));
  }
  return static_cast<std::uint32_t>(value);
}

/// "X", "X,Y" or "X,Y,Z".
Dim3 parse_extent(const std::string& text, const char* what) {
  std::vector<std::uint32_t> values;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    values.push_back(parse_word(text.substr(start, comma - start), what));
    start = comma + 1;
  }
  if (values.size() > 3) throw CLI::ValidationError(what, "at most three numbers: X,Y,Z");
  values.resize(3, 1);
  return {values[0], values[1], values[2]};
}

/// Where things lie beside the program.
struct Layout {
  std::uint32_t heap = 0;
  std::uint32_t local = 0;
  std::uint32_t arguments = 0;
};

/// Behind the program if there is room, else from 64 KiB on. Throws ElfError.
Layout place(const ElfImage& image, std::uint32_t heap_bytes, std::uint64_t local_bytes) {
  const auto& last = image.segments().back();
  const std::uint64_t need = page_up(heap_bytes) + page_up(local_bytes) + kPage;
  std::uint64_t base = page_up(std::uint64_t{last.address} + last.size);
  if (base + need > kGlobalEnd) {
    base = kLowestAddress;
    if (base + need > image.segments().front().address) {
      throw ElfError(
          fmt::format("there is no room for {} bytes of stacks and heap beside it", need));
    }
  }
  Layout layout;
  layout.heap = static_cast<std::uint32_t>(base);
  layout.local = static_cast<std::uint32_t>(base + page_up(heap_bytes));
  layout.arguments = static_cast<std::uint32_t>(layout.local + page_up(local_bytes));
  return layout;
}

/// The program's pages; one that two segments share has the rights of both.
std::vector<Region> program_regions(const ElfImage& image, bool writable_code) {
  std::map<std::uint32_t, std::uint32_t> pages;
  for (const ElfImage::Segment& segment : image.segments()) {
    const std::uint64_t end = std::uint64_t{segment.address} + segment.size;
    for (std::uint64_t page = segment.address / kPage; page * kPage < end; ++page) {
      pages[static_cast<std::uint32_t>(page)] |= segment.permissions;
    }
  }
  if (writable_code) {
    for (auto& [page, permissions] : pages) {
      if ((permissions & kExecute) != 0) permissions |= kWrite;
    }
  }
  std::vector<Region> regions;
  for (const auto& [page, permissions] : pages) {
    const std::uint32_t address = page * kPage;
    if (!regions.empty() && regions.back().limit == address &&
        regions.back().permissions == permissions) {
      regions.back().limit += kPage;
    } else {
      regions.push_back({address, address + kPage, permissions});
    }
  }
  return regions;
}

class Execution {
 public:
  Execution(ExecOptions options, ElfImage image, std::unique_ptr<Device> device)
      : options_(std::move(options)), image_(std::move(image)), device_(std::move(device)) {}

  int run() {
    load();
    try {
      return launch();
    } catch (const std::runtime_error& error) {
      fmt::print(stderr, "heddle: error: {}\n", error.what());
      return kExitOutput;
    }
  }

 private:
  /// Throws std::invalid_argument for a launch that is refused, std::runtime_error for output that
  /// cannot be written.
  int launch() {
    LaunchResult result;
    {
      LaunchMonitor monitor(options_.file);
      result = device_->run(launch_, monitor.callback());
    }
    if (options_.statistics || result.cycles_compared != 0) {
      fmt::print(stderr, "{}\n", summary(options_.file, *device_, result));
    }
    if (options_.statistics) {
      fmt::print(stderr, "{}", report::performance_text(result, device_->config()));
    }
    if (!options_.statistics_file.empty()) {
      append_statistics(options_.statistics_file, options_.file, *device_, result);
    }
    const int status = finish(result);
    device_->finish();
    return status;
  }

  void load() {
    launch_.entry = image_.entry();
    launch_.grid = parse_extent(options_.grid, "--grid");
    launch_.block = parse_extent(options_.block, "--block");
    launch_.shared_size = options_.shared;
    launch_.local_shift = local_shift_for(options_.stack);
    launch_.cycle_limit = options_.cycle_limit;
    launch_.l1_bypass = options_.l1_bypass;
    const std::uint64_t local_bytes = std::uint64_t{device_->config().warps} * kThreadsPerWarp
                                      << launch_.local_shift;
    const Layout layout = place(image_, options_.heap, local_bytes);
    launch_.local_base = layout.local;
    launch_.argptr = layout.arguments;
    for (const ElfImage::Segment& segment : image_.segments()) {
      device_->write_memory(segment.address, segment.data);
    }
    std::vector<std::uint32_t> words;
    words.reserve(options_.words.size());
    for (const std::string& text : options_.words) words.push_back(parse_word(text, "--arg-words"));
    if (words.size() * sizeof words[0] > kPage) {
      throw CLI::ValidationError("--arg-words", fmt::format("at most {} words", kPage / 4));
    }
    device_->write_memory(layout.arguments, std::as_bytes(std::span(words)));
    std::vector<Region> regions = program_regions(image_, options_.writable_code);
    // Heap, stacks and arguments are neighbours.
    regions.push_back({layout.heap, layout.arguments + kPage, kRead | kWrite});
    device_->set_regions(regions);
  }

  int finish(const LaunchResult& result) {
    const Program program{options_.file, &image_, 0, ""};
    if (!result.races.empty()) fmt::print(stderr, "{}", explain_races(program, result.races));
    if (result.simd_efficiency) {
      fmt::print(stderr, "{}", explain_simd_efficiency(program, *result.simd_efficiency));
    }
    switch (result.status) {
      case LaunchStatus::kOk:
        return result.races.empty() ? static_cast<int>(result.exit_status & 0xff) : kExitRace;
      case LaunchStatus::kFault:
        fmt::print(stderr, "{}", explain_fault(*device_, program, result.fault));
        return kExitFault;
      case LaunchStatus::kCycleLimit:
        fmt::print(stderr, "heddle: {} was stopped after {} cycles (--cycle-limit)\n{}",
                   options_.file, result.counters.cycles,
                   explain_positions(*device_, program, result));
        return kExitCycleLimit;
      case LaunchStatus::kInterrupted:
        fmt::print(stderr, "heddle: {} was interrupted after {} cycles\n{}", options_.file,
                   result.counters.cycles, explain_positions(*device_, program, result));
        return kExitInterrupted;
      case LaunchStatus::kMismatch:
        fmt::print(stderr, "{}", explain_mismatch(*device_, program, result));
        return kExitMismatch;
    }
    return kExitFault;
  }

  ExecOptions options_;
  ElfImage image_;
  std::unique_ptr<Device> device_;
  Launch launch_;
};

int execute(const ExecOptions& options) {
  std::optional<ElfImage> image;
  try {
    image.emplace(read_file(options.file));
  } catch (const ElfError& error) {
    fmt::print(stderr, "heddle: error: {}: {}\n", options.file, error.what());
    return kExitInput;
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "heddle: error: {}\n", error.what());
    return kExitInput;
  }
  const Environment environment = Environment::read();
  DeviceOptions device_options = environment.options;
  if (!options.wave.empty()) device_options.wave_path = options.wave;
  if (!options.wave_window.empty()) {
    parse_window("--wave-window", options.wave_window, device_options.wave_begin,
                 device_options.wave_end);
  }
  if (!options.trace.empty()) device_options.trace_path = options.trace;
  if (!options.trace_window.empty()) {
    parse_window("--trace-window", options.trace_window, device_options.trace_begin,
                 device_options.trace_end);
  }
  device_options.race_check |= options.race_check;
  device_options.simd_efficiency |= options.simd_efficiency;
  if (options.memory_latency != 0) device_options.memory_latency = options.memory_latency;
  if (options.memory_seed != 0) device_options.memory_seed = options.memory_seed;
  ExecOptions chosen = options;
  if (chosen.cycle_limit == 0) chosen.cycle_limit = environment.cycle_limit;
  chosen.l1_bypass = environment.l1_bypass;
  chosen.statistics |= environment.statistics;
  chosen.statistics_file = environment.statistics_file;
  auto device =
      open_device(options.device.empty() ? environment.device : options.device,
                  options.config.empty() ? environment.config : options.config, device_options);
  try {
    return Execution(std::move(chosen), *std::move(image), std::move(device)).run();
  } catch (const ElfError& error) {
    fmt::print(stderr, "heddle: error: {}: {}\n", options.file, error.what());
    return kExitInput;
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "heddle: error: {}\n", error.what());
    return kExitUsage;
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "heddle: error: {}\n", error.what());
    return kExitUsage;
  }
}

}  // namespace

void add_exec_command(CLI::App& app, Action& run) {
  const auto options = std::make_shared<ExecOptions>();
  CLI::App* command = app.add_subcommand("exec", "run an RV32 ELF program as a grid");
  command->add_option("file", options->file, "statically linked RV32 program")->required();
  command->add_option("--grid", options->grid, "thread blocks: X[,Y[,Z]]")->capture_default_str();
  command->add_option("--block", options->block, "threads of a block: X[,Y[,Z]]")
      ->capture_default_str();
  command->add_option("--device", options->device, "functional, timed, rtl or lockstep");
  command->add_option("--config", options->config, "configuration: a name or a TOML file");
  command->add_option("--shared", options->shared, "bytes of shared memory a block");
  command->add_option("--stack", options->stack, "bytes of stack a thread")->capture_default_str();
  command->add_option("--heap", options->heap, "bytes of memory mapped behind the program")
      ->capture_default_str();
  command->add_option("--arg-words", options->words, "words at the address in the CSR argptr")
      ->delimiter(',');
  command->add_flag("--writable-code", options->writable_code,
                    "let programs write to their code (self-modifying tests)");
  command->add_option("--cycle-limit", options->cycle_limit, "stop after that many cycles");
  command->add_option("--wave", options->wave, "write a waveform (FST; rtl and lockstep)");
  command->add_option("--wave-window", options->wave_window, "its first and last cycle: begin:end");
  command->add_option(
      "--trace", options->trace,
      "write a pipeline trace (.json: Perfetto, .kanata: Konata; timed and lockstep)");
  command->add_option("--trace-window", options->trace_window,
                      "its first and last cycle: begin:end");
  command->add_option("--memory-latency", options->memory_latency, "cycles of the memory");
  command->add_option("--memory-seed", options->memory_seed, "seed of random memory delays");
  command->add_flag("--racecheck", options->race_check,
                    "find data races in shared memory (functional)");
  command->add_flag("--simd-efficiency", options->simd_efficiency,
                    "compare with reconvergence at immediate post-dominators (functional)");
  command->add_flag("--statistics", options->statistics, "print counters at the end");
  command->footer(
      "The exit status is the program's (the first non-zero a0 of an ecall with a7 = 93, modulo "
      "256).");
  command->callback([options, &run] { run = [options] { return execute(*options); }; });
}

}  // namespace heddle
