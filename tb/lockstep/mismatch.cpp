#include "lockstep/mismatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>

#include "isa/instructions.hpp"

namespace heddle::lockstep {
namespace {

constexpr std::uint64_t kWaveBefore = 200;
constexpr std::uint64_t kWaveAfter = 20;

std::string quoted(std::string_view word) {
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

/// How this process was started.
std::string own_command() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::string command;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\0', begin), text.size());
    command +=
        (command.empty() ? "" : " ") + quoted(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
  }
  return command;
}

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

std::string rerun_command(std::uint64_t cycle, const Config& config, const DeviceOptions& options) {
  return fmt::format(
      "HEDDLE_DEVICE=lockstep HEDDLE_CONFIG={} HEDDLE_MEMORY_LATENCY={} HEDDLE_MEMORY_SEED={} "
      "HEDDLE_X_SEED={} HEDDLE_WAVE=mismatch.fst HEDDLE_WAVE_WINDOW={}:{} {}",
      config.name, options.memory_latency, options.memory_seed, options.x_seed,
      cycle - std::min(cycle, kWaveBefore), cycle + kWaveAfter,
      options.rerun.empty() ? own_command() : options.rerun);
}

std::string describe_mismatch(const FieldName& field, const Difference& difference,
                              const Moment& moment, const Config& config, const History& history,
                              const DeviceOptions& options) {
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
  return text + "  to see it: " + rerun_command(moment.cycle, config, options);
}

}  // namespace heddle::lockstep
