// Constrained random programs: they end, read nothing that was not written before, and compute the
// same on every device and configuration.
//
// Every thread works on its own part of global, local and shared memory and on read-only data;
// some of its own words lie in lines that it shares with threads of other warps and CTAs. Threads
// exchange data only through shared memory across barriers, within a warp through global or shared
// memory across fences, and through atomics whose order does not matter. Local memory is left
// zeroed, because which CTA used a slot last depends on timing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/config.hpp"
#include "device/device.hpp"
#include "memory/memory_image.hpp"

namespace heddle::random {

struct Options {
  std::uint32_t statements = 48;        ///< about this many; a statement is 1 to 20 instructions
  std::uint32_t maximum_ctas = 8;       ///< CTAs of the grid
  std::uint32_t maximum_warps = 256;    ///< of the grid, if one CTA has not more
  std::uint32_t maximum_threads = 128;  ///< of a CTA; the configuration may allow fewer
  bool timing_csrs =
      false;           ///< may read cycle, time, instret: devices then differ in what they compute
  bool spins = false;  ///< warps may spin for each other: devices then differ in the number of
                       ///< instructions, and in nothing else
  bool bulk_copies = false;  ///< with bulk.load, for whose end threads spin: they differ likewise
  bool tensor =
      false;  ///< with the matrix engine, which the configuration has; they differ likewise
};

struct DataBlock {
  std::uint32_t address = 0;
  std::vector<std::byte> bytes;
};

struct Program {
  std::uint64_t seed = 0;
  std::uint32_t code_base = 0;
  std::vector<std::uint32_t> code;
  std::vector<DataBlock> data;
  std::vector<Region> regions;
  Launch launch;

  /// For failure reports: seed, launch and disassembly.
  std::string describe() const;

  /// Writes code and data, and sets the regions.
  void load(Device& device) const;
  /// Writes code and data.
  void load(MemoryImage& image) const;
};

/// The program of a seed. It fits into `config`; the same seed and options give the same program
/// for any configuration that allows `maximum_threads` threads a CTA, has as much shared memory as
/// these need (13 KiB for 128, with bulk copies 14; with `tensor` 4 more), and 7 regions. With
/// `tensor` it also depends on the configuration's tensor_*.
Program random_program(std::uint64_t seed, const Config& config, const Options& options = {});

}  // namespace heddle::random
