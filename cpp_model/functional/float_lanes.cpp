#include "functional/float_lanes.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#else
#include <cfenv>
#endif

#include <bit>

#include "functional/lane_kernels.hpp"
#include "isa/semantics.hpp"

namespace heddle::functional {
namespace {

using isa::Op;

#if defined(__SSE2__)
// All exceptions masked, rounding to nearest even, subnormals kept, no flag set.
constexpr std::uint32_t kCleanState = 0x1f80;

void clear_host_flags() { _mm_setcsr(kCleanState); }

std::uint8_t host_flags() {
  const std::uint32_t state = _mm_getcsr();
  return static_cast<std::uint8_t>(
      (state & 0x01 ? isa::kInvalid : 0) | (state & 0x04 ? isa::kDivideByZero : 0) |
      (state & 0x08 ? isa::kOverflow : 0) | (state & 0x10 ? isa::kUnderflow : 0) |
      (state & 0x20 ? isa::kInexact : 0));
}
#else
void clear_host_flags() { std::feclearexcept(FE_ALL_EXCEPT); }

std::uint8_t host_flags() {
  const int state = std::fetestexcept(FE_ALL_EXCEPT);
  return static_cast<std::uint8_t>(
      (state & FE_INVALID ? isa::kInvalid : 0) | (state & FE_DIVBYZERO ? isa::kDivideByZero : 0) |
      (state & FE_OVERFLOW ? isa::kOverflow : 0) | (state & FE_UNDERFLOW ? isa::kUnderflow : 0) |
      (state & FE_INEXACT ? isa::kInexact : 0));
}
#endif

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
constexpr bool kHostFuses = true;
#else
constexpr bool kHostFuses = false;
#endif

struct Operands {
  Lanes a, b, c;
};

float to_float(std::uint32_t bits) { return std::bit_cast<float>(bits); }
std::uint32_t to_bits(float value) { return std::bit_cast<std::uint32_t>(value); }

bool is_fused(Op op) {
  return op == Op::kFmaddS || op == Op::kFmsubS || op == Op::kFnmsubS || op == Op::kFnmaddS;
}

// Any exponent field of all ones, that is, an infinity or a NaN.
bool any_special(const Lanes& values) {
  std::uint32_t some = 0;
  for (const std::uint32_t value : values.value) {
    some |= (value & 0x7f800000) == 0x7f800000 ? 1 : 0;
  }
  return some != 0;
}

bool any_nan(const Lanes& values) {
  std::uint32_t some = 0;
  for (const std::uint32_t value : values.value) some |= value << 1 > 0xff000000 ? 1 : 0;
  return some != 0;
}

// Zeros, which raise nothing, for the lanes outside the group.
Lanes masked(const Lanes& values, const Lanes& mask) {
  Lanes result;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) result[lane] = values[lane] & mask[lane];
  return result;
}

// Another value for these lanes, where zeros would raise flags.
void fill_outside(const Warp& warp, Lanes& values, std::uint32_t bits) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    values[lane] |= bits & ~warp.lane_mask()[lane];
  }
}

// All fused operations become a * b + c, and a subtraction an addition.
void normalize_signs(Op op, Operands& operands) {
  const std::uint32_t sign = isa::float32::kSignBit;
  const std::uint32_t flip_a = op == Op::kFnmsubS || op == Op::kFnmaddS ? sign : 0;
  const std::uint32_t flip_b = op == Op::kFsubS ? sign : 0;
  const std::uint32_t flip_c = op == Op::kFmsubS || op == Op::kFnmaddS ? sign : 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    operands.a[lane] ^= flip_a;
    operands.b[lane] ^= flip_b;
    operands.c[lane] ^= flip_c;
  }
}

// Calls of these are what keeps the arithmetic between clearing and reading the host's flags: so,
// not inlined.
[[gnu::noinline]] void add_lanes(const Operands& operands, Lanes& result) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    result[lane] = to_bits(to_float(operands.a[lane]) + to_float(operands.b[lane]));
  }
}

[[gnu::noinline]] void multiply_lanes(const Operands& operands, Lanes& result) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    result[lane] = to_bits(to_float(operands.a[lane]) * to_float(operands.b[lane]));
  }
}

[[gnu::noinline]] void fuse_lanes(const Operands& operands, Lanes& result) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    result[lane] = to_bits(__builtin_fmaf(to_float(operands.a[lane]), to_float(operands.b[lane]),
                                          to_float(operands.c[lane])));
  }
}

[[gnu::noinline]] void divide_lanes(const Operands& operands, Lanes& result) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    result[lane] = to_bits(to_float(operands.a[lane]) / to_float(operands.b[lane]));
  }
}

[[gnu::noinline]] void root_lanes(const Operands& operands, Lanes& result) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    result[lane] = to_bits(__builtin_sqrtf(to_float(operands.a[lane])));
  }
}

void raise(Warp& warp, std::uint32_t lane, std::uint8_t flags) {
  warp.fcsr[lane] = static_cast<std::uint8_t>(warp.fcsr[lane] | flags);
}

// Sets the inexact flag of the group's lanes in which `inexact` is not 0.
void raise_inexact(Warp& warp, const Lanes& inexact) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const std::uint32_t raised = (inexact[lane] != 0 ? 1 : 0) & warp.lane_mask()[lane];
    warp.fcsr[lane] = static_cast<std::uint8_t>(warp.fcsr[lane] | raised);
  }
}

// The lanes of the group that lack one of `flags`.
std::uint32_t lacking(const Warp& warp, std::uint8_t flags) {
  std::uint32_t lanes = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    lanes |= std::uint32_t{(flags & ~warp.fcsr[lane]) != 0} << lane;
  }
  return lanes & warp.group();
}

// a * b + c, all finite, gave the finite `result`: was it rounded? Double precision holds the
// product exactly, and the sum as a rounded sum and its error (Knuth's TwoSum), neither of which
// can leave the range of a double.
void find_inexact(const Operands& operands, Op op, const Lanes& result, Lanes& inexact) {
  const bool sum_only = op == Op::kFaddS || op == Op::kFsubS;
  const bool product_only = op == Op::kFmulS;
  Operands terms = operands;
  if (sum_only) {
    terms.c = operands.b;
    terms.b.value.fill(to_bits(1.0F));
  } else if (product_only) {
    terms.c.value.fill(0);
  }
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const double product = double{to_float(terms.a[lane])} * double{to_float(terms.b[lane])};
    const double addend = double{to_float(terms.c[lane])};
    const double sum = product + addend;
    const double from_addend = sum - product;
    const double from_product = sum - from_addend;
    const double product_error = product - from_product;
    const double addend_error = addend - from_addend;
    const double error = product_error + addend_error;
    const bool rounded = (error != 0) | (sum != double{to_float(result[lane])});
    inexact[lane] = rounded ? 1 : 0;
  }
}

// True if done: then rd's lanes are in `result`, and the flags are set.
bool try_arithmetic(Warp& warp, const isa::Instruction& instruction, Operands& operands,
                    Lanes& result) {
  const Op op = instruction.op;
  if (is_fused(op) && !kHostFuses) return false;
  const bool nearest_even = instruction.rm == isa::kRoundNearestEven ||
                            (instruction.rm == 7 && warp.rounds_to_nearest_even());
  if (!nearest_even) return false;
  normalize_signs(op, operands);
  if (op == Op::kFdivS) fill_outside(warp, operands.b, to_bits(1.0F));

  clear_host_flags();
  if (is_fused(op)) {
    fuse_lanes(operands, result);
  } else if (op == Op::kFdivS) {
    divide_lanes(operands, result);
  } else if (op == Op::kFsqrtS) {
    root_lanes(operands, result);
  } else if (op == Op::kFmulS) {
    multiply_lanes(operands, result);
  } else {
    add_lanes(operands, result);
  }
  const std::uint8_t flags = host_flags();
  if ((flags & isa::kInvalid) != 0 || any_nan(result)) return false;
  if (flags == 0) return true;
  std::uint32_t unsettled = lacking(warp, flags);
  if (unsettled == 0) return true;
  if (flags == isa::kInexact && !any_special(result) && !isa::is_float_divide(op)) {
    Lanes inexact;
    find_inexact(operands, op, result, inexact);
    raise_inexact(warp, inexact);
    return true;
  }
  for (; unsettled != 0; unsettled &= unsettled - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(unsettled));
    raise(
        warp, lane,
        isa::floating(instruction.op, warp.x[instruction.rs1][lane], warp.x[instruction.rs2][lane],
                      warp.x[instruction.rs3][lane], isa::kRoundNearestEven)
            .flags);
  }
  return true;
}

// Toward zero, for values that fit into 31 bits.
bool try_to_integer(Warp& warp, const isa::Instruction& instruction, const Lanes& a,
                    Lanes& result) {
  if (instruction.rm != isa::kRoundTowardZero) return false;
  constexpr std::uint32_t kTwoToThe31 = 0x4f000000;
  const bool is_signed = instruction.op == Op::kFcvtWS;
  std::uint32_t outside = 0;
  for (const std::uint32_t value : a.value) {
    const std::uint32_t magnitude = value & ~isa::float32::kSignBit;
    outside |= magnitude >= kTwoToThe31 || (!is_signed && value > isa::float32::kSignBit) ? 1 : 0;
  }
  if (outside != 0) return false;
  Lanes inexact;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const float value = to_float(a[lane]);
    const auto integer = static_cast<std::int32_t>(value);
    result[lane] = static_cast<std::uint32_t>(integer);
    inexact[lane] = static_cast<float>(integer) != value ? 1 : 0;
  }
  raise_inexact(warp, inexact);
  return true;
}

bool try_from_integer(Warp& warp, const isa::Instruction& instruction, const Lanes& a,
                      Lanes& result) {
  const bool nearest_even = instruction.rm == isa::kRoundNearestEven ||
                            (instruction.rm == 7 && warp.rounds_to_nearest_even());
  if (!nearest_even) return false;
  // A double holds any 32-bit integer.
  Lanes inexact;
  if (instruction.op == Op::kFcvtSW) {
    for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
      const auto value = static_cast<double>(static_cast<std::int32_t>(a[lane]));
      const auto rounded = static_cast<float>(value);
      result[lane] = to_bits(rounded);
      inexact[lane] = double{rounded} != value ? 1 : 0;
    }
  } else {
    for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
      const auto value = static_cast<double>(a[lane]);
      const auto rounded = static_cast<float>(value);
      result[lane] = to_bits(rounded);
      inexact[lane] = double{rounded} != value ? 1 : 0;
    }
  }
  raise_inexact(warp, inexact);
  return true;
}

// Orders the non-NaN values as integers, -0 below +0.
std::int32_t order(std::uint32_t bits) {
  const auto value = static_cast<std::int32_t>(bits);
  return value ^ ((value >> 31) & 0x7fffffff);
}

template <typename Function>
void map(const Operands& operands, Lanes& result, Function function) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    result[lane] = function(operands.a[lane], operands.b[lane]);
  }
}

// Comparisons and the like: exact without NaNs.
bool try_compare(Op op, const Operands& operands, Lanes& result) {
  if (any_nan(operands.a) || any_nan(operands.b)) return false;
  const auto both_zero = [](std::uint32_t a, std::uint32_t b) { return (a | b) << 1 == 0; };
  switch (op) {
    case Op::kFminS:
      map(operands, result,
          [](std::uint32_t a, std::uint32_t b) { return order(a) < order(b) ? a : b; });
      return true;
    case Op::kFmaxS:
      map(operands, result,
          [](std::uint32_t a, std::uint32_t b) { return order(a) < order(b) ? b : a; });
      return true;
    case Op::kFeqS:
      map(operands, result, [=](std::uint32_t a, std::uint32_t b) {
        return std::uint32_t{a == b || both_zero(a, b)};
      });
      return true;
    case Op::kFltS:
      map(operands, result, [=](std::uint32_t a, std::uint32_t b) {
        return std::uint32_t{order(a) < order(b) && !both_zero(a, b)};
      });
      return true;
    case Op::kFleS:
      map(operands, result, [=](std::uint32_t a, std::uint32_t b) {
        return std::uint32_t{order(a) <= order(b) || both_zero(a, b)};
      });
      return true;
    default: return false;
  }
}

void inject_signs(Op op, const Operands& operands, Lanes& result) {
  constexpr std::uint32_t kSign = isa::float32::kSignBit;
  const std::uint32_t keep = op == Op::kFsgnjxS ? kSign : 0;
  const std::uint32_t flip = op == Op::kFsgnjnS ? kSign : 0;
  map(operands, result, [=](std::uint32_t a, std::uint32_t b) {
    return (a & ~kSign) | ((a & keep) ^ ((b ^ flip) & kSign));
  });
}

bool try_whole_warp(Warp& warp, const isa::Instruction& instruction, Operands& operands,
                    Lanes& result) {
  switch (instruction.op) {
    case Op::kFaddS:
    case Op::kFsubS:
    case Op::kFmulS:
    case Op::kFdivS:
    case Op::kFsqrtS:
    case Op::kFmaddS:
    case Op::kFmsubS:
    case Op::kFnmsubS:
    case Op::kFnmaddS: return try_arithmetic(warp, instruction, operands, result);
    case Op::kFcvtWS:
    case Op::kFcvtWuS: return try_to_integer(warp, instruction, operands.a, result);
    case Op::kFcvtSW:
    case Op::kFcvtSWu: return try_from_integer(warp, instruction, operands.a, result);
    case Op::kFsgnjS:
    case Op::kFsgnjnS:
    case Op::kFsgnjxS: inject_signs(instruction.op, operands, result); return true;
    default: return try_compare(instruction.op, operands, result);
  }
}

}  // namespace

void execute_float(Warp& warp, const isa::Instruction& instruction) {
  const Lanes& mask = warp.lane_mask();
  Operands operands{masked(warp.x[instruction.rs1], mask), masked(warp.x[instruction.rs2], mask),
                    masked(warp.x[instruction.rs3], mask)};
  Lanes result;
  if (!try_whole_warp(warp, instruction, operands, result)) {
    execute_float_by_lane(warp, instruction);
  } else if (instruction.writes_rd) {
    blend(result, mask, warp.x[instruction.rd]);
  }
}

void execute_float_by_lane(Warp& warp, const isa::Instruction& instruction) {
  for (std::uint32_t left = warp.group(); left != 0; left &= left - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(left));
    const isa::FloatResult result = isa::floating(
        instruction.op, warp.x[instruction.rs1][lane], warp.x[instruction.rs2][lane],
        warp.x[instruction.rs3][lane], isa::resolve_rounding(instruction.rm, warp.fcsr[lane]));
    if (instruction.writes_rd) warp.x[instruction.rd][lane] = result.bits;
    raise(warp, lane, result.flags);
  }
}

#if defined(__SSE2__)
HostFloatEnvironment::HostFloatEnvironment() : saved_(_mm_getcsr()) { clear_host_flags(); }
HostFloatEnvironment::~HostFloatEnvironment() { _mm_setcsr(saved_); }
#else
HostFloatEnvironment::HostFloatEnvironment()
    : saved_(static_cast<std::uint32_t>(std::fetestexcept(FE_ALL_EXCEPT))) {
  clear_host_flags();
}
HostFloatEnvironment::~HostFloatEnvironment() {
  clear_host_flags();
  std::feraiseexcept(static_cast<int>(saved_));
}
#endif

}  // namespace heddle::functional
