#include "report.hpp"

#include <cxxabi.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <ranges>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "device/fault.hpp"
#include "isa/instructions.hpp"
#include "isa/mbarrier.hpp"

namespace heddle {
namespace {

namespace fs = std::filesystem;

// Functions that are heddlecc's, not the user's. The linker's local labels stand for the same code.
constexpr std::string_view kEntryPrefixes[] = {"__heddle_entry.", "__heddle_start.", ".L"};

/// A temporary file, deleted at the end of its life.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::span<const std::byte> contents)
      : path_((fs::temp_directory_path() / "heddle-XXXXXX").string()) {
    const int file = mkstemp(path_.data());
    if (file < 0) {
      path_.clear();
      return;
    }
    std::size_t written = 0;
    while (written < contents.size()) {
      const ssize_t count = write(file, contents.data() + written, contents.size() - written);
      if (count <= 0) break;
      written += static_cast<std::size_t>(count);
    }
    close(file);
  }
  ~TemporaryFile() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string find_symbolizer() {
  const char* path = std::getenv("PATH");
  if (path == nullptr) return {};
  std::vector<std::string> names = {"llvm-symbolizer"};
  for (int version = 19; version <= 30; ++version) {
    names.push_back(fmt::format("llvm-symbolizer-{}", version));
  }
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const fs::path folder(rest.substr(0, colon));
    for (const std::string& name : names) {
      if (access((folder / name).c_str(), X_OK) == 0) return (folder / name).string();
    }
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  }
  return {};
}

/// A function, one that is inlined there or the one that holds the code, and where in the source.
struct Frame {
  std::string function;
  std::string place;  ///< file:line:column
};

/// Innermost inlined function first; empty if unknown.
std::vector<Frame> source_frames(const ElfImage& image, std::uint32_t link_address) {
  const std::string symbolizer = find_symbolizer();
  if (symbolizer.empty()) return {};
  const TemporaryFile file(image.bytes());
  if (file.path().empty()) return {};
  const std::string command = fmt::format("'{}' --demangle --inlines --obj='{}' {:#x} 2>/dev/null",
                                          symbolizer, file.path(), link_address);
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  if (pipe == nullptr) return {};
  std::vector<Frame> frames;
  std::string function;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) {
    std::string text(buffer.data(), std::strcspn(buffer.data(), "\n"));
    if (text.empty() || text.starts_with("??")) break;
    if (function.empty()) {
      function = std::move(text);
      continue;
    }
    const bool artificial = std::ranges::any_of(
        kEntryPrefixes, [&](std::string_view prefix) { return function.starts_with(prefix); });
    if (!artificial) frames.push_back({function, text});
    function.clear();
  }
  return frames;
}

std::string demangle(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : name;
}

/// A line of the user's code; with line 0, what to say instead.
struct SourceLine {
  std::string file;
  int line = 0;

  auto operator<=>(const SourceLine&) const = default;
};

SourceLine source_line(const Program& program, std::uint32_t pc) {
  const SourceLine address{fmt::format("pc {:#010x}", pc)};
  if (program.image == nullptr) return address;
  const std::vector<Frame> frames = source_frames(*program.image, pc - program.bias);
  if (frames.empty()) return address;
  // What the headers inline is shown where the user calls it.
  const auto own = std::ranges::find_if(frames, [](const Frame& frame) {
    return frame.place.find("/lib/heddle/include/") == std::string::npos;
  });
  const std::string& place = own == frames.end() ? frames.front().place : own->place;
  const std::size_t column = place.rfind(':');
  const std::size_t line = column == std::string::npos ? column : place.rfind(':', column - 1);
  if (line == std::string::npos) return {place};
  return {place.substr(0, line), std::atoi(place.c_str() + line + 1)};
}

std::string_view access_name(AccessKind kind) {
  switch (kind) {
    case AccessKind::kRead: return "read";
    case AccessKind::kWrite: return "write";
    default: return "atomic";
  }
}

std::string race_kind(const Race& race) {
  const auto name = [](AccessKind kind) { return kind == AccessKind::kRead ? "read" : "write"; };
  return fmt::format("{} after {}", name(race.later.access), name(race.earlier.access));
}

std::string line_text(const SourceLine& source) {
  return source.line == 0 ? source.file : fmt::format("{}:{}", source.file, source.line);
}

std::string place_text(const SourceLine& source, const Race::Place& place) {
  return fmt::format("{} at {} by thread ({}, {}, {})", access_name(place.access),
                     line_text(source), place.thread.x, place.thread.y, place.thread.z);
}

/// What a warp waits for that waits for an mbarrier.
std::string mbarrier_text(const AwaitedMbarrier& awaited) {
  if (awaited.address == 0) return "an mbarrier; which one is not known here";
  const auto state = isa::Mbarrier::from(awaited.bits);
  std::string text =
      fmt::format("the mbarrier at {:#010x}: phase {}, {} of {} arrivals missing", awaited.address,
                  state.phase ? 1 : 0, state.pending, state.expected);
  if (state.tx > 0) text += fmt::format(", {} bytes missing", state.tx);
  if (state.tx < 0) text += fmt::format(", {} bytes more than were expected", -state.tx);
  if (state.error) text += ", a count was wrong";
  return text;
}

std::string thread_text(std::uint32_t mask) {
  return fmt::format("threads {:#010x}{}", mask, mask == 0xffffffff ? " (all of the warp)" : "");
}

}  // namespace

std::string describe_pc(const Device& device, const Program& program, std::uint32_t pc) {
  std::array<std::byte, 4> bytes{};
  device.read_memory(pc & ~3U, bytes);
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data(), sizeof word);
  std::string where = fmt::format("pc {:#010x}", pc);
  const std::uint32_t link_address = pc - program.bias;
  if (program.image != nullptr) {
    if (const ElfImage::Symbol* symbol = program.image->function_at(link_address)) {
      const bool entry = std::ranges::any_of(kEntryPrefixes, [&](std::string_view prefix) {
        return symbol->name.starts_with(prefix);
      });
      const std::string name = entry ? program.name : demangle(symbol->name);
      where += fmt::format(" ({} + {:#x})", name, link_address - symbol->address);
    }
  }
  where += ": " + isa::disassemble(word, pc);
  if (program.image != nullptr) {
    for (const Frame& frame : source_frames(*program.image, link_address)) {
      where += fmt::format("\n    in {} at {}", frame.function, frame.place);
    }
  }
  return where;
}

std::string explain_fault(const Device& device, const Program& program, const Fault& fault) {
  std::string text = fmt::format("heddle: {} stopped: {}\n", program.name, cause_name(fault.cause));
  if (fault.cause == cause::kStopped || fault.cause == cause::kInvalidLaunch) return text;
  if (fault.cause == cause::kDeadlock) {
    return text + "  all threads wait at barriers or in __syncwarp and its like\n";
  }
  switch (fault.cause) {
    case cause::kIllegal:
      text += fmt::format("  the word {:#010x} is no instruction of this device", fault.address);
      if (const std::string_view missing = missing_hardware(fault.address); !missing.empty()) {
        text += fmt::format(", which has no {}", missing);
      }
      text += "\n";
      break;
    case cause::kTensorMemory:
    case cause::kMma: text += fmt::format("  its operand is {:#010x}\n", fault.address); break;
    case cause::kEcall:
      text += fmt::format("  a7 is {}; only 93 (exit) exists\n", fault.address);
      break;
    case cause::kBarrier:
      text += fmt::format("  barrier {}: no such barrier, or threads do not agree on its count\n",
                          fault.address);
      break;
    case cause::kBreakpoint: text += "  ebreak, as __trap() has it\n"; break;
    case cause::kLoadMisaligned:
    case cause::kStoreMisaligned:
      text +=
          fmt::format("  address {:#010x} is not a multiple of the access size\n", fault.address);
      break;
    default:
      text += fmt::format("  address {:#010x}{}{}\n", fault.address,
                          program.address_hint.empty() ? "" : ", ", program.address_hint);
      break;
  }
  text += fmt::format("  thread block ({}, {}, {}), warp slot {}, {}\n", fault.ctaid.x,
                      fault.ctaid.y, fault.ctaid.z, fault.warp, thread_text(fault.mask));
  text += fmt::format("  {}\n", describe_pc(device, program, fault.pc));
  return text;
}

std::string explain_races(const Program& program, const std::vector<Race>& races) {
  std::map<std::uint32_t, SourceLine> lines;
  const auto line_of = [&](std::uint32_t pc) -> const SourceLine& {
    const auto [entry, added] = lines.try_emplace(pc);
    if (added) entry->second = source_line(program, pc);
    return entry->second;
  };
  using Key = std::tuple<SourceLine, SourceLine, AccessKind, AccessKind>;
  std::map<Key, Race> pairs;
  for (const Race& race : races) {
    const Key key{line_of(race.later.pc), line_of(race.earlier.pc), race.earlier.access,
                  race.later.access};
    const auto [entry, added] = pairs.try_emplace(key, race);
    if (!added) entry->second.count += race.count;
  }
  std::string text = fmt::format("heddle: {} has data races (HEDDLE_RACECHECK):\n", program.name);
  for (const auto& [key, race] : pairs) {
    text += fmt::format("  {}: {}, {}; {}address {:#010x}, thread block ({}, {}, {}); {} time{}\n",
                        race_kind(race), place_text(std::get<0>(key), race.later),
                        place_text(std::get<1>(key), race.earlier), race.tensor ? "tensor " : "",
                        race.address, race.ctaid.x, race.ctaid.y, race.ctaid.z, race.count,
                        race.count == 1 ? "" : "s");
  }
  return text;
}

std::string explain_simd_efficiency(const Program& program, const SimdEfficiency& efficiency) {
  // As many instructions are looked at, and the lines that these belong to shown.
  constexpr std::size_t kMostPlaces = 8;
  constexpr double kLeastShare = 0.001;
  if (!efficiency.unknown.empty()) {
    return fmt::format("heddle: {}: reconvergence at post-dominators cannot be replayed: {}\n",
                       program.name, efficiency.unknown);
  }
  const auto per = [&](std::uint64_t count, std::uint64_t instructions) {
    return static_cast<double>(count) /
           static_cast<double>(std::max<std::uint64_t>(instructions, 1));
  };
  const double own = per(efficiency.thread_instructions, efficiency.instructions);
  const double bound = per(efficiency.thread_instructions, efficiency.ipdom_instructions);
  std::string text = fmt::format(
      "heddle: {}: {:.2f} of 32 threads active ({:.1f} %); with reconvergence at immediate "
      "post-dominators {:.2f} ({:.1f} %); ratio {:.3f}\n",
      program.name, own, own / 32 * 100, bound, bound / 32 * 100,
      per(efficiency.ipdom_instructions, efficiency.instructions));

  struct Cost {
    SourceLine line;
    std::uint64_t times = 0;
    double share = 0;
  };
  // Most first.
  const auto add = [&](std::vector<Cost>& costs, std::uint32_t pc, std::uint64_t times,
                       double share) {
    const SourceLine line = source_line(program, pc);
    auto cost = std::ranges::find(costs, line, &Cost::line);
    if (cost == costs.end()) cost = costs.insert(cost, {line});
    cost->times += times;
    cost->share += share;
    std::ranges::stable_sort(costs, std::ranges::greater{}, &Cost::share);
  };
  std::vector<Cost> branches;
  for (const auto& branch : efficiency.branches | std::views::take(kMostPlaces)) {
    const double share = per(branch.slots, efficiency.ipdom_instructions * 32);
    if (share >= kLeastShare) add(branches, branch.pc, branch.times, share);
  }
  std::vector<Cost> excesses;
  for (const auto& excess : efficiency.excess | std::views::take(kMostPlaces)) {
    const double share = per(excess.instructions, efficiency.instructions);
    if (share >= kLeastShare) add(excesses, excess.pc, 0, share);
  }
  for (const Cost& cost : branches) {
    text +=
        fmt::format("  {}: parts threads {} time{}, which leaves {:.1f} % idle\n",
                    line_text(cost.line), cost.times, cost.times == 1 ? "" : "s", cost.share * 100);
  }
  for (const Cost& cost : excesses) {
    text += fmt::format("  {}: {:.1f} % of the instructions, which post-dominators would save\n",
                        line_text(cost.line), cost.share * 100);
  }
  return text;
}

std::string explain_positions(const Device& device, const Program& program,
                              const LaunchResult& result) {
  constexpr std::size_t kMostPlaces = 8;
  std::map<std::uint32_t, std::vector<const WarpPosition*>> places;
  for (const WarpPosition& warp : result.warps) {
    if (warp.alive != 0) places[warp.pc].push_back(&warp);
  }
  std::string text;
  std::size_t shown = 0;
  for (const auto& [pc, warps] : places) {
    if (shown++ == kMostPlaces) {
      text += fmt::format("  and {} more places\n", places.size() - kMostPlaces);
      break;
    }
    std::string slots;
    for (const WarpPosition* warp : warps) {
      slots += fmt::format("{}{}", slots.empty() ? "" : ", ", warp->warp);
    }
    text += fmt::format("  warp slot{} {}, {}\n", warps.size() > 1 ? "s" : "", slots,
                        thread_text(warps.front()->mask));
    text += fmt::format("  {}\n", describe_pc(device, program, pc));
    std::map<std::string, std::string> waits;  // slots, by what is waited for
    for (const WarpPosition* warp : warps) {
      if (!warp->mbarrier) continue;
      std::string& who = waits[mbarrier_text(*warp->mbarrier)];
      who += fmt::format("{}{}", who.empty() ? "" : ", ", warp->warp);
    }
    for (const auto& [what, who] : waits) {
      const bool several = who.find(',') != std::string::npos;
      text += fmt::format("  warp slot{} {} wait{} for {}\n", several ? "s" : "", who,
                          several ? "" : "s", what);
    }
  }
  return text;
}

std::string explain_mismatch(const Device& device, const Program& program,
                             const LaunchResult& result) {
  std::string place = explain_positions(device, program, result);
  if (!place.empty()) {
    // Units answer late: the result that differs may be an older instruction's.
    place = "  the last of them, not always the one with the difference:\n" + place;
  }
  return fmt::format("heddle: {}: {}\n{}  to see it: {}\n", program.name, result.message, place,
                     result.rerun);
}

}  // namespace heddle
