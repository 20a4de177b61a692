#include "isa/warp_semantics.hpp"

#include <algorithm>
#include <bit>

namespace heddle::isa {
namespace {

// The threads of a mask, lowest first.
template <typename Function>
void for_each(std::uint32_t mask, Function function) {
  for (; mask != 0; mask &= mask - 1) function(static_cast<std::uint32_t>(std::countr_zero(mask)));
}

std::uint32_t empty_reduction(Op op) {
  switch (op) {
    case Op::kReduxMin: return 0x7fffffff;
    case Op::kReduxMax: return 0x80000000;
    case Op::kReduxMinu:
    case Op::kReduxAnd: return 0xffffffff;
    default: return 0;
  }
}

std::uint32_t combine(Op op, std::uint32_t x, std::uint32_t y) {
  const auto signed_x = static_cast<std::int32_t>(x);
  const auto signed_y = static_cast<std::int32_t>(y);
  switch (op) {
    case Op::kReduxAdd: return x + y;
    case Op::kReduxMin: return static_cast<std::uint32_t>(std::min(signed_x, signed_y));
    case Op::kReduxMax: return static_cast<std::uint32_t>(std::max(signed_x, signed_y));
    case Op::kReduxMinu: return std::min(x, y);
    case Op::kReduxMaxu: return std::max(x, y);
    case Op::kReduxAnd: return x & y;
    case Op::kReduxOr: return x | y;
    default: return x ^ y;
  }
}

std::uint32_t reduce(Op op, std::uint32_t members, const WarpValues& a) {
  std::uint32_t result = empty_reduction(op);
  for_each(members, [&](std::uint32_t t) { result = combine(op, result, a[t]); });
  return result;
}

// `nonzero`: the threads of the group whose rs1 is not 0.
std::uint32_t vote(Op op, std::uint32_t members, std::uint32_t nonzero) {
  switch (op) {
    case Op::kVoteAll: return (members & ~nonzero) == 0 ? 1 : 0;
    case Op::kVoteAny: return (members & nonzero) != 0 ? 1 : 0;
    default: return members & nonzero;
  }
}

}  // namespace

std::uint32_t threads_with(std::uint32_t mask, const WarpValues& values, std::uint32_t value) {
  std::uint32_t threads = 0;
  for_each(mask, [&](std::uint32_t t) { threads |= std::uint32_t{values[t] == value} << t; });
  return threads;
}

std::uint32_t shuffle_source(Op op, std::uint32_t group, std::uint32_t lane, std::uint32_t b,
                             std::uint32_t c) {
  const std::uint32_t segment = c >> 8 & 31;
  const std::uint32_t offset = b & 31;
  const std::uint32_t first = lane & segment;
  const std::uint32_t last = first | (c & 31 & ~segment);
  std::uint32_t from = 0;
  bool taken = false;
  switch (op) {
    case Op::kShflUp:
      from = lane - offset;
      taken = static_cast<std::int32_t>(from) >= static_cast<std::int32_t>(last);
      break;
    case Op::kShflDown:
      from = lane + offset;
      taken = from <= last;
      break;
    case Op::kShflBfly:
      from = lane ^ offset;
      taken = from <= last;
      break;
    default:
      from = first | (offset & ~segment);
      taken = from <= last;
      break;
  }
  return taken && (group >> from & 1) != 0 ? from : lane;
}

WarpValues warp_operation(Op op, std::uint32_t group, const WarpValues& a, const WarpValues& b,
                          const WarpValues& c) {
  WarpValues result{};
  switch (op) {
    case Op::kShflUp:
    case Op::kShflDown:
    case Op::kShflBfly:
    case Op::kShflIdx:
      for_each(group,
               [&](std::uint32_t t) { result[t] = a[shuffle_source(op, group, t, b[t], c[t])]; });
      break;
    case Op::kVoteAll:
    case Op::kVoteAny:
    case Op::kVoteBallot: {
      const std::uint32_t nonzero = group & ~threads_with(group, a, 0);
      for_each(group, [&](std::uint32_t t) { result[t] = vote(op, group & b[t], nonzero); });
      break;
    }
    case Op::kActivemask: result.fill(group); break;
    case Op::kMatchAny:
    case Op::kMatchAll:
      for (std::uint32_t left = group; left != 0;) {
        const auto first = static_cast<std::uint32_t>(std::countr_zero(left));
        const std::uint32_t same = threads_with(group, a, a[first]);
        for_each(same, [&](std::uint32_t t) {
          const std::uint32_t members = group & b[t];
          const bool all = (members & ~same) == 0;
          result[t] = op == Op::kMatchAny ? members & same : (all ? members : 0);
        });
        left &= ~same;
      }
      break;
    default:
      for (std::uint32_t left = group; left != 0;) {
        const auto first = static_cast<std::uint32_t>(std::countr_zero(left));
        const std::uint32_t same = threads_with(group, b, b[first]);
        const std::uint32_t value = reduce(op, group & b[first], a);
        for_each(same, [&](std::uint32_t t) { result[t] = value; });
        left &= ~same;
      }
      break;
  }
  return result;
}

}  // namespace heddle::isa
