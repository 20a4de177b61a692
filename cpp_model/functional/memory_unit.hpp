// Loads, stores and atomics of a warp: windows, alignment, rights, and which fault comes first.
// Source: docs/architecture/programming_model.md, "Memory map" and "Faults"; memory.md for the
// order of lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "device/device.hpp"
#include "functional/code_cache.hpp"
#include "functional/page_rights.hpp"
#include "functional/warp.hpp"
#include "memory/memory_image.hpp"

namespace heddle::functional {

/// Where the windows of one warp lie. Units: bytes.
struct WarpWindows {
  std::uint32_t local_base = 0;   ///< global address of the warp's local memory
  std::uint32_t local_size = 0;   ///< a thread
  std::uint32_t shared_base = 0;  ///< in the SM's shared memory
  std::uint32_t shared_size = 0;
};

class MemoryUnit {
 public:
  MemoryUnit(MemoryImage& memory, PageRights& rights, CodeCache& code, std::uint32_t shared_bytes)
      : memory_(memory), rights_(rights), code_(code), shared_(shared_bytes) {}

  /// Executes a load, store or atomic for the warp's group. On a fault, gives its cause, mask and
  /// address (the rest of Fault is 0); what the other threads of the instruction did is then
  /// unspecified.
  std::optional<Fault> execute(Warp& warp, const isa::Instruction& instruction,
                               const WarpWindows& windows);

  /// The SM's shared memory from an offset on.
  const std::byte* shared(std::uint32_t offset) const { return shared_.data() + offset; }
  std::byte* shared(std::uint32_t offset) { return shared_.data() + offset; }

  /// Adds up GLOBAL_ACCESSES and GLOBAL_LINES. Lines are counted once an instruction,
  /// for atomics once a thread, as the coalescer would.
  std::uint64_t accesses() const { return accesses_; }
  std::uint64_t lines() const { return lines_; }
  void clear_counters() { accesses_ = lines_ = 0; }

 private:
  struct Access;

  bool try_global_page(const Access& access, Warp& warp, std::uint32_t first);
  bool try_local_row(const Access& access, Warp& warp, std::uint32_t first,
                     const WarpWindows& windows);
  bool try_shared(const Access& access, Warp& warp, const WarpWindows& windows);
  std::optional<Fault> by_lane(Access& access, Warp& warp, const WarpWindows& windows);
  void load_line(const Access& access, std::uint32_t lanes, Lanes& result) const;
  void store_line(const Access& access, const Warp& warp, std::uint32_t lanes);

  MemoryImage& memory_;
  PageRights& rights_;
  CodeCache& code_;
  std::vector<std::byte> shared_;
  std::uint64_t accesses_ = 0;
  std::uint64_t lines_ = 0;
};

}  // namespace heddle::functional
