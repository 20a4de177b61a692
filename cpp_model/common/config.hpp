// A design point, as configs/*.toml describe it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace heddle {

/// Parameters of one configuration; meanings in docs/architecture/README.md.
struct Config {
  static constexpr std::uint32_t kLineBytes = 64;

  std::string name;  ///< the file's name without folder and ".toml"
  std::uint32_t warps = 0;
  std::uint32_t lanes = 0;
  std::uint32_t channels = 0;
  std::uint32_t cta_slots = 0;
  std::uint32_t shared_bytes = 0;
  std::uint32_t icache_bytes = 0;
  std::uint32_t axi_data_bits = 0;
  std::uint32_t axi_outstanding = 0;
  std::uint32_t lsu_queue = 0;
  std::uint32_t memory_ops = 0;
  std::uint32_t line_tags = 0;
  std::uint32_t copy_tags = 0;  ///< 0: no bulk copies
  std::uint32_t tensor_m = 0;   ///< rows of dot-product units; 0: no matrix engine
  std::uint32_t tensor_n = 0;   ///< columns of them
  std::uint32_t tensor_lanes = 0;
  std::uint32_t tensor_columns = 0;
  std::uint32_t tensor_formats = 0;    ///< a bit a class of formats (tensor.md)
  std::uint32_t tensor_modes = 0;      ///< a bit a numerics mode
  std::uint32_t tensor_transpose = 0;  ///< 1: operands may be transposed
  std::uint32_t tensor_sparse = 0;     ///< 1: A may be sparse
  std::uint32_t l1_bytes = 0;          ///< 0: no L1
  std::uint32_t l1_ways = 0;
  std::uint32_t l2_bytes = 0;
  std::uint32_t l2_ways = 0;
  std::uint32_t regions = 0;

  /// Cycles that a warp's 32 threads take over the lanes.
  std::uint32_t beats() const { return 32 / lanes; }

  /// Sets of the L1; 0 without one.
  std::uint32_t l1_sets() const { return l1_bytes / kLineBytes / l1_ways; }

  /// Sets of a channel's L2 slice.
  std::uint32_t l2_sets() const { return l2_bytes / kLineBytes / l2_ways / channels; }

  /// Reads a configuration. A name without '/' and ".toml" is looked up in $HEDDLE_CONFIG_DIR, then
  /// in the folder that was compiled in. Throws std::runtime_error, with a message for the user,
  /// when there is no such file, when it is not TOML, when a key is unknown, missing, or has a
  /// value that the hardware does not support, or when a cache has too few sets.
  static Config load(std::string_view name_or_path);
};

}  // namespace heddle
