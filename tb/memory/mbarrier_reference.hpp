// What the table of docs/architecture/programming_model.md, "mbarriers", says about an operation,
// written down once more for tests: numbers without a width, and fields only at the end.
#pragma once

#include <cstdint>

#include "isa/instructions.hpp"

namespace heddle::tb {

/// The bits of an mbarrier without an error.
constexpr std::uint64_t mbarrier_bits(std::uint64_t phase, std::int64_t pending,
                                      std::int64_t expected, std::int64_t tx) {
  const auto field = [](std::int64_t value, unsigned bits) {
    return static_cast<std::uint64_t>(value) & ((1ULL << bits) - 1);
  };
  return (phase & 1) | field(pending, 20) << 2 | field(expected, 20) << 22 | field(tx, 21) << 42;
}

/// The bits after an operation with the operand `b`.
constexpr std::uint64_t mbarrier_reference(isa::Op op, std::uint64_t old, std::uint32_t b) {
  using isa::Op;
  const std::int64_t n = b & 0xFFFFF;
  auto pending = static_cast<std::int64_t>(old >> 2 & 0xFFFFF);
  auto expected = static_cast<std::int64_t>(old >> 22 & 0xFFFFF);
  std::int64_t tx = static_cast<std::int64_t>(old << 1) >> 43;
  if (op == Op::kMbarrierArrive || op == Op::kMbarrierArriveDrop) pending -= n;
  if (op == Op::kMbarrierArriveDrop) expected -= n;
  if (op == Op::kMbarrierExpectTx) tx += n;
  if (op == Op::kMbarrierCompleteTx) tx -= n;
  const bool wrong = b > 0xFFFFF || pending < 0 || expected < 0 || tx >= 1 << 20 || tx < -(1 << 20);
  const bool ends = pending == 0 && tx == 0;
  return mbarrier_bits(old ^ (ends ? 1 : 0), ends ? expected : pending, expected, tx) | (old & 2) |
         (wrong ? 2 : 0);
}

}  // namespace heddle::tb
