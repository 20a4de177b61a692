#include "wmma_reference.hpp"

#include <algorithm>

#include "dot_operands.hpp"

namespace {

using heddle::tb::DotMode;
using heddle::tb::DotOperation;

bool is_integer(unsigned format) { return format >= 12; }

/// The steps over 32 bytes of the rows.
std::uint32_t multiply_rows(DotOperation operation) {
  const auto mode = static_cast<DotMode>(operation.mode);
  unsigned steps = 1;
  if (!is_integer(operation.a_format)) {
    if (mode == DotMode::kVolta) steps = 4;
    if (mode == DotMode::kAmpere) steps = 2;
  }
  for (operation.step = 0; operation.step < steps; ++operation.step) {
    operation.c = heddle::tb::expected(operation, {});
  }
  return operation.c;
}

}  // namespace

MmaTiles make_tiles(std::uint64_t seed, const MmaCase& which) {
  heddle::tb::DotOperands operands(seed);
  DotOperation operation;
  operation.mode = which.mode;
  operation.a_format = operation.b_format = which.format;
  operation.accumulator = which.half || which.saturate ? 1 : 0;
  MmaTiles tiles;
  tiles.c.resize(which.m * which.n);
  for (std::uint32_t& c : tiles.c) {
    operands.fill(operation);
    c = which.half ? operation.c & 0xffff : operation.c;
  }
  for (unsigned row = 0; row < std::max(which.m, which.n); ++row) {
    operands.fill(operation);
    if (is_integer(which.format)) {
      std::fill(operation.a.begin() + 4, operation.a.end(), 0);
      std::fill(operation.b.begin() + 4, operation.b.end(), 0);
    }
    if (row < which.m) tiles.a.push_back(operation.a);
    if (row < which.n) tiles.b.push_back(operation.b);
    if (row < which.m && row < which.n) {
      tiles.c[row * which.n + row] = which.half ? operation.c & 0xffff : operation.c;
    }
  }
  for (unsigned row = 0; row < which.m; ++row) {
    for (unsigned column = 0; column < which.n; ++column) {
      operation.a = tiles.a[row];
      operation.b = tiles.b[column];
      operation.c = tiles.c[row * which.n + column];
      tiles.d.push_back(multiply_rows(operation));
    }
  }
  return tiles;
}
