// Mbarriers: their 64 bits, and what arrivals and byte counts make of them. Source:
// docs/architecture/programming_model.md, "mbarriers".
#pragma once

#include <cstdint>

#include "isa/instructions.hpp"

namespace heddle::isa {

inline constexpr std::uint32_t kMbarrierLimit = 1u << 20;  ///< counts are below it

struct Mbarrier {
  bool phase = false;
  bool error = false;
  std::uint32_t pending = 0;
  std::uint32_t expected = 0;
  std::int32_t tx = 0;  ///< -2^20 .. 2^20 - 1

  constexpr std::uint64_t bits() const {
    const std::uint64_t tx_field = static_cast<std::uint32_t>(tx) % (2 * kMbarrierLimit);
    return tx_field << 42 | std::uint64_t{expected} << 22 | std::uint64_t{pending} << 2 |
           (error ? 2u : 0u) | (phase ? 1u : 0u);
  }

  static constexpr Mbarrier from(std::uint64_t bits) {
    Mbarrier result;
    result.phase = (bits & 1) != 0;
    result.error = (bits & 2) != 0;
    result.pending = static_cast<std::uint32_t>(bits >> 2) % kMbarrierLimit;
    result.expected = static_cast<std::uint32_t>(bits >> 22) % kMbarrierLimit;
    result.tx = wrap_tx(static_cast<std::int32_t>(bits >> 42 & (2 * kMbarrierLimit - 1)));
    return result;
  }

  /// The number of the tx field's range that differs by a multiple of 2^21.
  static constexpr std::int32_t wrap_tx(std::int32_t value) {
    constexpr auto kLimit = static_cast<std::int32_t>(kMbarrierLimit);
    if (value >= kLimit) return value - 2 * kLimit;
    if (value < -kLimit) return value + 2 * kLimit;
    return value;
  }
};

/// The instructions that change an mbarrier; they are atomics.
constexpr bool is_mbarrier_update(Op op) {
  return op == Op::kMbarrierArrive || op == Op::kMbarrierArriveDrop ||
         op == Op::kMbarrierExpectTx || op == Op::kMbarrierCompleteTx;
}

/// Those that read it; they are loads. With them threads wait for an mbarrier, in a loop around
/// them.
constexpr bool is_mbarrier_test(Op op) {
  return op == Op::kMbarrierTest || op == Op::kMbarrierTryWait;
}

/// All of them.
constexpr bool is_mbarrier(Op op) { return is_mbarrier_update(op) || is_mbarrier_test(op); }

/// The mbarrier after one thread's operation with the operand `b` (rs2).
constexpr std::uint64_t mbarrier_update(Op op, std::uint64_t bits, std::uint32_t b) {
  Mbarrier state = Mbarrier::from(bits);
  const std::uint32_t n = b % kMbarrierLimit;
  if (n != b) state.error = true;
  const auto subtract = [&](std::uint32_t& count) {
    if (n > count) {
      state.error = true;
      count += kMbarrierLimit;
    }
    count -= n;
  };
  const auto add_bytes = [&](std::int32_t bytes) {
    const std::int32_t sum = state.tx + bytes;
    state.tx = Mbarrier::wrap_tx(sum);
    if (state.tx != sum) state.error = true;
  };
  switch (op) {
    case Op::kMbarrierArriveDrop: subtract(state.expected); [[fallthrough]];
    case Op::kMbarrierArrive: subtract(state.pending); break;
    case Op::kMbarrierExpectTx: add_bytes(static_cast<std::int32_t>(n)); break;
    case Op::kMbarrierCompleteTx: add_bytes(-static_cast<std::int32_t>(n)); break;
    default: break;
  }
  if (state.pending == 0 && state.tx == 0) {
    state.phase = !state.phase;
    state.pending = state.expected;
  }
  return state.bits();
}

}  // namespace heddle::isa
