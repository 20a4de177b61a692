#include "lockstep/mismatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "isa/instructions.hpp"

namespace heddle::lockstep {
namespace {

constexpr std::uint64_t kWaveBefore = 200;

/// The word as it must be written in a shell command.
std::string shell_word(std::string_view word) {
  if (word.find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./") ==
          std::string_view::npos &&
      !word.empty()) {
    return std::string(word);
  }
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

/// The words of a file of /proc, which a null character ends each.
std::vector<std::string> words_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
  return words;
}

/// Variables that the command sets itself, and those that say where the first run's files go.
constexpr std::array<std::string_view, 11> kOwnVariables = {
    "HEDDLE_DEVICE", "HEDDLE_CONFIG",       "HEDDLE_MEMORY_LATENCY", "HEDDLE_MEMORY_SEED",
    "HEDDLE_X_SEED", "HEDDLE_WAVE",         "HEDDLE_WAVE_WINDOW",    "HEDDLE_REPORT",
    "HEDDLE_TRACE",  "HEDDLE_TRACE_WINDOW", "HEDDLE_STATISTICS"};

std::string element_name(const FieldName& field, const Difference& difference) {
  if (difference.element < 0) return field.field;
  return fmt::format("{}[{}]", field.field, difference.element);
}

}  // namespace

std::string History::text(std::uint32_t warp) const {
  const Warp& slot = warps_[warp];
  std::string result;
  for (std::size_t i = slot.count - std::min(slot.count, kLength); i < slot.count; ++i) {
    const Entry& entry = slot.entries[i % kLength];
    result += fmt::format("    cycle {:>8}  pc {:08x}  mask {:08x}  {}\n", entry.cycle, entry.pc,
                          entry.mask, isa::disassemble(entry.word, entry.pc));
  }
  return result;
}

Invocation Invocation::own() {
  std::error_code error;
  Invocation own{std::filesystem::current_path(error).string(), words_of("/proc/self/cmdline"),
                 words_of("/proc/self/environ")};
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", error).string();
  if (!program.empty() && !own.words.empty()) own.words.front() = program;
  return own;
}

std::string rerun_command(std::uint64_t cycle, const Config& config, const DeviceOptions& options,
                          const Invocation& invocation) {
  std::string command = fmt::format(
      "cmake --build {} --target heddle_rtl_{}_trace && cd {} && HEDDLE_DEVICE=lockstep "
      "HEDDLE_CONFIG={} HEDDLE_MEMORY_LATENCY={} HEDDLE_MEMORY_SEED={} HEDDLE_X_SEED={} "
      "HEDDLE_WAVE=mismatch.fst HEDDLE_WAVE_WINDOW={}:{}",
      shell_word(HEDDLE_BUILD_DIR), config.name, shell_word(invocation.folder), config.name,
      options.memory_latency, options.memory_seed, options.x_seed,
      cycle - std::min(cycle, kWaveBefore), cycle + kWaveAfter);
  for (const std::string& variable : invocation.variables) {
    const std::string_view name = std::string_view(variable).substr(0, variable.find('='));
    if (!name.starts_with("HEDDLE_") ||
        std::ranges::find(kOwnVariables, name) != kOwnVariables.end())
      continue;
    command +=
        fmt::format(" {}={}", name, shell_word(std::string_view(variable).substr(name.size() + 1)));
  }
  if (!options.rerun.empty()) return command + " " + options.rerun;
  for (const std::string& word : invocation.words) command += " " + shell_word(word);
  return command;
}

std::string describe_mismatch(const FieldName& field, const Difference& difference,
                              const Moment& moment, const Config& config, const History& history) {
  const std::size_t digits = difference.element < 0 ? (field.bits + 3) / 4 : 8;
  std::string text = fmt::format(
      "RTL and model differ in cycle {} ({} since the launch's start)\n"
      "  module {}, {}.{}\n"
      "    RTL   {:#0{}x}\n"
      "    model {:#0{}x}\n",
      moment.cycle, moment.launch_cycle, field.module, field.event, element_name(field, difference),
      difference.rtl, digits + 2, difference.model, digits + 2);
  for (std::uint32_t warp = 0; warp < config.warps; ++warp) {
    if (difference.warp >= 0 && warp != static_cast<std::uint32_t>(difference.warp)) continue;
    const std::string instructions = history.text(warp);
    if (instructions.empty()) continue;
    text += fmt::format("  last instructions of warp {}\n{}", warp, instructions);
  }
  text.pop_back();
  return text;
}

}  // namespace heddle::lockstep
