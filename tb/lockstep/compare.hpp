// Comparing one probe field of the verilated RTL with the golden model. Used by the generated
// probe.hpp.
#pragma once

#include <verilated.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "memory/copy_engine.hpp"
#include "memory/l2_slice.hpp"
#include "tensor/dot_step.hpp"
#include "timed/signals.hpp"

namespace heddle::lockstep {

struct FieldName {
  const char* module;
  const char* event;
  const char* field;
  std::uint32_t bits;
};

/// The first difference of a cycle.
struct Difference {
  std::size_t field = 0;  ///< index in kFields
  int element = -1;       ///< lane or byte; -1: the field is one number
  int warp = -1;          ///< warp that the event is about; -1: unknown
  std::uint64_t rtl = 0;
  std::uint64_t model = 0;
};

/// What the RTL's pipe still knows of an L2 decision: a miss of an atomic is a fetch like a load's,
/// and a line that is written whole is stored like a hit (its eviction and way are fields of their
/// own).
inline unsigned decision_class(timed::L2Slice::DecisionKind kind) {
  using Kind = timed::L2Slice::DecisionKind;
  if (kind == Kind::kAtomicMiss) kind = Kind::kLoadMiss;
  if (kind == Kind::kLineStore) kind = Kind::kStoreHit;
  return static_cast<unsigned>(kind);
}

/// What a pass that the copy engine asks for does in a group of four banks.
struct CopyUnit {
  bool valid = false;
  std::uint32_t index = 0;
  std::uint64_t written = 0;  ///< bytes of `data`, one bit each
  timed::LineData data{};
};
inline CopyUnit copy_unit(const timed::CopyEngine& engine, std::uint32_t group) {
  const timed::CopyPass* pass = engine.out().pass;
  CopyUnit result;
  if (pass == nullptr) return result;
  const std::uint32_t groups = engine.writer().groups();
  for (std::uint32_t left = pass->complete ? 1 : pass->units; left != 0; left &= left - 1) {
    const auto unit = static_cast<std::uint32_t>(std::countr_zero(left));
    const std::uint32_t place = pass->place[unit] / isa::kCopyUnit;
    if (place % groups != group) continue;
    result.valid = true;
    result.index = place / groups;
    if (pass->complete) break;
    result.written = 0xffff;
    std::copy_n(&pass->data[unit * isa::kCopyUnit], isa::kCopyUnit, result.data.begin());
  }
  return result;
}

/// What rs2 or rs3 of tensor.mma says: its tile, and column or lane of D.
inline std::uint32_t tile_word(const isa::MmaTile& tile, std::uint32_t where) {
  return tile.offset / isa::kOperandUnit | tile.layout << 14 | where << 16;
}
inline timed::LineData line_of(const tensor::OperandBytes& row) {
  timed::LineData line{};
  std::ranges::copy(row, line.begin());
  return line;
}

template <typename Port>
inline std::uint32_t port_word(const Port& port, std::size_t index) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(port) >> (32 * index));
}
template <std::size_t words>
inline std::uint32_t port_word(const VlWide<words>& port, std::size_t index) {
  return port[index];
}

template <typename Port, typename Value>
inline bool same(std::size_t field, const Port& port, const Value& value, Difference& difference) {
  const auto rtl = static_cast<std::uint64_t>(port);
  const auto model = static_cast<std::uint64_t>(value);
  if (rtl == model) [[likely]]
    return true;
  difference.field = field;
  difference.element = -1;
  difference.rtl = rtl;
  difference.model = model;
  return false;
}

/// Bits `width * index` up to `width * (index + 1) - 1` of a port.
template <std::size_t width, typename Port>
inline std::uint32_t port_element(const Port& port, std::size_t index) {
  static_assert(width <= 32);
  const std::size_t first = width * index;
  if constexpr (width == 32) return port_word(port, index);
  std::uint64_t words = port_word(port, first / 32);
  if (first % 32 + width > 32) words |= std::uint64_t{port_word(port, first / 32 + 1)} << 32;
  return static_cast<std::uint32_t>(words >> first % 32 & ((std::uint64_t{1} << width) - 1));
}

/// `lanes` is anything with an element a lane.
template <std::size_t width, typename Port, typename Elements>
inline bool same_lanes(std::size_t field, const Port& port, const Elements& lanes,
                       std::uint32_t mask, Difference& difference) {
  for (std::uint32_t rest = mask; rest != 0; rest &= rest - 1) {
    const auto lane = static_cast<std::size_t>(std::countr_zero(rest));
    if (!same(field, port_element<width>(port, lane), lanes[lane], difference)) {
      difference.element = static_cast<int>(lane);
      return false;
    }
  }
  return true;
}

template <typename Port>
inline bool same_bytes(std::size_t field, const Port& port, const timed::LineData& bytes,
                       std::uint64_t strobe, std::size_t count, Difference& difference) {
  for (std::size_t i = 0; i < count; ++i) {
    if ((strobe >> i & 1) == 0) continue;
    const std::uint32_t rtl = port_word(port, i / 4) >> (8 * (i % 4)) & 0xff;
    if (!same(field, rtl, bytes[i], difference)) {
      difference.element = static_cast<int>(i);
      return false;
    }
  }
  return true;
}

}  // namespace heddle::lockstep
