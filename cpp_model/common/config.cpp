#include "common/config.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace heddle {
namespace {

namespace fs = std::filesystem;

struct Key {
  std::string_view name;
  std::uint32_t Config::* member;
  std::uint32_t minimum;
  std::uint32_t maximum;
  bool power_of_two;
};

// The limits of the hardware; configs/generate.py has the same ones.
constexpr std::array kKeys{
    Key{"warps", &Config::warps, 1, 32, true},
    Key{"lanes", &Config::lanes, 4, 32, true},
    Key{"channels", &Config::channels, 1, 16, true},
    Key{"cta_slots", &Config::cta_slots, 1, 32, true},
    Key{"shared_bytes", &Config::shared_bytes, 1024, 262144, true},
    Key{"icache_bytes", &Config::icache_bytes, 1024, 65536, true},
    Key{"axi_data_bits", &Config::axi_data_bits, 32, 512, true},
    Key{"axi_outstanding", &Config::axi_outstanding, 2, 64, true},
    Key{"lsu_queue", &Config::lsu_queue, 2, 64, true},
    Key{"memory_ops", &Config::memory_ops, 2, 64, true},
    Key{"line_tags", &Config::line_tags, 2, 256, true},
    Key{"copy_tags", &Config::copy_tags, 0, 64, true},
    Key{"tensor_m", &Config::tensor_m, 0, 8, true},
    Key{"tensor_n", &Config::tensor_n, 0, 8, true},
    Key{"tensor_lanes", &Config::tensor_lanes, 0, 256, true},
    Key{"tensor_columns", &Config::tensor_columns, 0, 1024, true},
    Key{"tensor_formats", &Config::tensor_formats, 0, 511, false},
    Key{"tensor_modes", &Config::tensor_modes, 0, 31, false},
    Key{"tensor_transpose", &Config::tensor_transpose, 0, 1, false},
    Key{"tensor_sparse", &Config::tensor_sparse, 0, 1, false},
    Key{"l1_bytes", &Config::l1_bytes, 0, 262144, true},
    Key{"l1_ways", &Config::l1_ways, 1, 16, true},
    Key{"l2_bytes", &Config::l2_bytes, 1024, 16777216, true},
    Key{"l2_ways", &Config::l2_ways, 1, 16, true},
    Key{"regions", &Config::regions, 1, 128, false},
};

std::vector<fs::path> config_folders() {
  std::vector<fs::path> folders;
  if (const char* folder = std::getenv("HEDDLE_CONFIG_DIR"); folder != nullptr && *folder != '\0') {
    folders.emplace_back(folder);
  }
  folders.emplace_back(HEDDLE_CONFIG_DIR_DEFAULT);
  return folders;
}

fs::path find(std::string_view name_or_path) {
  const bool is_path =
      name_or_path.find('/') != std::string_view::npos || name_or_path.ends_with(".toml");
  if (is_path) {
    fs::path path(name_or_path);
    if (!fs::is_regular_file(path)) {
      throw std::runtime_error(fmt::format("configuration file {} does not exist", path.string()));
    }
    return path;
  }
  std::vector<std::string> known;
  for (const fs::path& folder : config_folders()) {
    fs::path path = folder / fmt::format("{}.toml", name_or_path);
    if (fs::is_regular_file(path)) return path;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (entry.path().extension() == ".toml") known.push_back(entry.path().stem().string());
    }
  }
  std::ranges::sort(known);
  throw std::runtime_error(
      fmt::format("no configuration \"{}\"; there are: {}", name_or_path,
                  known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

std::uint32_t value_of(const Key& key, const toml::node& node, const fs::path& path) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < key.minimum || *value > key.maximum ||
      (key.power_of_two && std::popcount(static_cast<std::uint64_t>(*value)) > 1)) {
    const char* kind = !key.power_of_two  ? "a whole number"
                       : key.minimum == 0 ? "0 or a power of two"
                                          : "a power of two";
    throw std::runtime_error(fmt::format("{}: {} must be {} from {} to {}", path.string(), key.name,
                                         kind, key.minimum, key.maximum));
  }
  return static_cast<std::uint32_t>(*value);
}

/// The first limit that the keys break together; empty: none.
std::string tensor_error(const Config& config) {
  struct Least {
    std::string_view name;
    std::uint32_t value;
    std::uint32_t least;
  };
  const std::array others{Least{"tensor_n", config.tensor_n, 1},
                          Least{"tensor_lanes", config.tensor_lanes, 8},
                          Least{"tensor_columns", config.tensor_columns, 64},
                          Least{"tensor_formats", config.tensor_formats, 1}};
  if (config.tensor_m == 0) {
    const bool none = config.tensor_modes == 0 && config.tensor_transpose == 0 &&
                      config.tensor_sparse == 0 &&
                      std::ranges::all_of(others, [](const Least& key) { return key.value == 0; });
    return none ? "" : "with tensor_m = 0 all of tensor_* are 0";
  }
  for (const Least& key : others) {
    if (key.value < key.least) {
      return fmt::format("with tensor_m > 0, {} must be at least {}", key.name, key.least);
    }
  }
  if (config.tensor_modes % 2 == 0) {
    return "with tensor_m > 0, tensor_modes must be odd: BLACKWELL is always there";
  }
  return "";
}

}  // namespace

Config Config::load(std::string_view name_or_path) {
  const fs::path path = find(name_or_path);
  toml::table table;
  try {
    table = toml::parse_file(path.string());
  } catch (const toml::parse_error& error) {
    throw std::runtime_error(
        fmt::format("{}:{}: {}", path.string(), error.source().begin.line, error.description()));
  }
  Config config;
  config.name = path.stem().string();
  for (const auto& [name, node] : table) {
    const auto key = std::ranges::find(kKeys, name.str(), &Key::name);
    if (key == kKeys.end()) {
      throw std::runtime_error(fmt::format("{}: unknown key \"{}\"", path.string(), name.str()));
    }
    config.*(key->member) = value_of(*key, node, path);
  }
  for (const Key& key : kKeys) {
    if (!table.contains(key.name)) {
      throw std::runtime_error(fmt::format("{}: key \"{}\" is missing", path.string(), key.name));
    }
  }
  if (config.l1_bytes != 0 && config.l1_sets() < 2) {
    throw std::runtime_error(
        fmt::format("{}: l1_bytes must be 0 or at least {}: two sets of l1_ways lines",
                    path.string(), 2 * Config::kLineBytes * config.l1_ways));
  }
  if (config.l2_sets() < 2) {
    throw std::runtime_error(
        fmt::format("{}: l2_bytes must be at least {}: two sets of l2_ways lines a channel",
                    path.string(), 2 * config.channels * Config::kLineBytes * config.l2_ways));
  }
  if (const std::string error = tensor_error(config); !error.empty()) {
    throw std::runtime_error(fmt::format("{}: {}", path.string(), error));
  }
  return config;
}

}  // namespace heddle
