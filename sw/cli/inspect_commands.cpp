// heddle info and heddle disasm.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "commands.hpp"
#include "common/config.hpp"
#include "elf_image.hpp"
#include "isa/instructions.hpp"
#include "open_device.hpp"

namespace heddle {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> configuration_names() {
  const char* folder = std::getenv("HEDDLE_CONFIG_DIR");
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(
           folder != nullptr && *folder != '\0' ? folder : HEDDLE_CONFIG_DIR_DEFAULT)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

int show_configurations() {
  fmt::print("{:<10} {:>5} {:>8} {:>5} {:>8} {:>8} {:>13}  {}\n", "config", "warps", "threads",
             "lanes", "channels", "shared", "threads/block", "devices");
  for (const std::string& name : configuration_names()) {
    const Config config = Config::load(name);
    fmt::print("{:<10} {:>5} {:>8} {:>5} {:>8} {:>8} {:>13}  {}\n", name, config.warps,
               config.warps * 32, config.lanes, config.channels, config.shared_bytes,
               std::min(1024U, config.warps * 32), fmt::join(available_devices(name), ", "));
  }
  return 0;
}

int show_configuration(const std::string& name) {
  const Config config = Config::load(name);
  const auto line = [](const char* what, auto value) { fmt::print("{:<18} {}\n", what, value); };
  line("name", config.name);
  line("warps", config.warps);
  line("lanes", config.lanes);
  line("beats", config.beats());
  line("channels", config.channels);
  line("cta_slots", config.cta_slots);
  line("shared_bytes", config.shared_bytes);
  line("icache_bytes", config.icache_bytes);
  line("axi_data_bits", config.axi_data_bits);
  line("axi_outstanding", config.axi_outstanding);
  line("lsu_queue", config.lsu_queue);
  line("memory_ops", config.memory_ops);
  line("line_tags", config.line_tags);
  line("copy_tags", config.copy_tags);
  line("tensor_m", config.tensor_m);
  line("tensor_n", config.tensor_n);
  line("tensor_lanes", config.tensor_lanes);
  line("tensor_columns", config.tensor_columns);
  line("tensor_formats", config.tensor_formats);
  line("tensor_modes", config.tensor_modes);
  line("tensor_transpose", config.tensor_transpose);
  line("tensor_sparse", config.tensor_sparse);
  line("l1_bytes", config.l1_bytes);
  line("l1_ways", config.l1_ways);
  line("l2_bytes", config.l2_bytes);
  line("l2_ways", config.l2_ways);
  line("regions", config.regions);
  line("devices", fmt::format("{}", fmt::join(available_devices(name), ", ")));
  return 0;
}

void print_code(std::span<const std::byte> data, std::uint32_t address, const ElfImage* image) {
  for (std::size_t at = 0; at + 4 <= data.size(); at += 4) {
    const auto pc = address + static_cast<std::uint32_t>(at);
    if (image != nullptr) {
      const ElfImage::Symbol* symbol = image->function_at(pc);
      if (symbol != nullptr && symbol->address == pc) {
        fmt::print("\n{:08x} <{}>:\n", pc, symbol->name);
      }
    }
    std::uint32_t word = 0;
    std::memcpy(&word, data.data() + at, sizeof word);
    fmt::print("{:8x}:  {:08x}  {}\n", pc, word, isa::disassemble(word, pc));
  }
}

int disassemble_file(const std::string& file, bool raw, std::uint32_t base) {
  try {
    const std::vector<std::byte> bytes = read_file(file);
    if (raw) {
      print_code(bytes, base, nullptr);
      return 0;
    }
    const ElfImage image(bytes);
    for (const ElfImage::Code& code : image.code()) {
      fmt::print("\nsection {}\n", code.name);
      print_code(code.data, code.address, &image);
    }
    return 0;
  } catch (const ElfError& error) {
    fmt::print(stderr, "heddle: error: {}: {} (--raw takes any file as instruction words)\n", file,
               error.what());
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "heddle: error: {}\n", error.what());
  }
  return kExitInput;
}

}  // namespace

void add_info_command(CLI::App& app, Action& run) {
  const auto name = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("info", "configurations and the devices there are for them");
  command->add_option("--config", *name, "all about one configuration");
  command->callback([name, &run] {
    run = [name] { return name->empty() ? show_configurations() : show_configuration(*name); };
  });
}

void add_disasm_command(CLI::App& app, Action& run) {
  struct Options {
    std::string file;
    bool raw = false;
    std::uint32_t base = 0;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("disasm", "disassemble a program");
  command->add_option("file", options->file, "ELF file, or with --raw anything")->required();
  command->add_flag("--raw", options->raw, "take the file as little-endian instruction words");
  command->add_option("--base", options->base, "address of a raw file's first word");
  command->callback([options, &run] {
    run = [options] { return disassemble_file(options->file, options->raw, options->base); };
  });
}

}  // namespace heddle
