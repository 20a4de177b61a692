#include "isa/float_lanes.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#else
#include <cfenv>
#endif

#include <bit>

#include "isa/semantics.hpp"

namespace heddle::isa {
namespace {

#if defined(__SSE2__)
// All exceptions masked, rounding to nearest even, subnormals kept, no flag set.
constexpr std::uint32_t kCleanState = 0x1f80;

void clear_host_flags() { _mm_setcsr(kCleanState); }

std::uint8_t host_flags() {
  const std::uint32_t state = _mm_getcsr();
  return static_cast<std::uint8_t>((state & 0x01 ? kInvalid : 0) |
                                   (state & 0x04 ? kDivideByZero : 0) |
                                   (state & 0x08 ? kOverflow : 0) |
                                   (state & 0x10 ? kUnderflow : 0) | (state & 0x20 ? kInexact : 0));
}
#else
void clear_host_flags() { std::feclearexcept(FE_ALL_EXCEPT); }

std::uint8_t host_flags() {
  const int state = std::fetestexcept(FE_ALL_EXCEPT);
  return static_cast<std::uint8_t>(
      (state & FE_INVALID ? kInvalid : 0) | (state & FE_DIVBYZERO ? kDivideByZero : 0) |
      (state & FE_OVERFLOW ? kOverflow : 0) | (state & FE_UNDERFLOW ? kUnderflow : 0) |
      (state & FE_INEXACT ? kInexact : 0));
}
#endif

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
constexpr bool kHostFuses = true;
#else
constexpr bool kHostFuses = false;
#endif

constexpr std::uint8_t kDynamicRounding = 7;
constexpr std::uint8_t kRoundingField = 0xe0;  // of fcsr

struct Operands {
  std::uint32_t count;  ///< lanes from this one on are not active
  Lanes a, b, c;
};

float to_float(std::uint32_t bits) { return std::bit_cast<float>(bits); }
std::uint32_t to_bits(float value) { return std::bit_cast<std::uint32_t>(value); }

bool is_fused(Op op) {
  return op == Op::kFmaddS || op == Op::kFmsubS || op == Op::kFnmsubS || op == Op::kFnmaddS;
}

// Any exponent field of all ones, that is, an infinity or a NaN.
bool any_special(std::uint32_t count, const Lanes& values) {
  std::uint32_t some = 0;
  for_lanes(count,
            [&](std::uint32_t lane) { some |= (values[lane] & 0x7f800000) == 0x7f800000 ? 1 : 0; });
  return some != 0;
}

bool any_nan(std::uint32_t count, const Lanes& values) {
  std::uint32_t some = 0;
  for_lanes(count, [&](std::uint32_t lane) { some |= values[lane] << 1 > 0xff000000 ? 1 : 0; });
  return some != 0;
}

// Zeros, which raise nothing, for the lanes outside the group.
void set_masked(std::uint32_t count, const std::uint32_t* values, const Lanes& mask,
                Lanes& masked) {
  for_lanes(count, [&](std::uint32_t lane) { masked[lane] = values[lane] & mask[lane]; });
}

// Another value for these lanes, where zeros would raise flags.
void fill_outside(const Lanes& mask, Lanes& values, std::uint32_t bits) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) values[lane] |= bits & ~mask[lane];
}

// All fused operations become a * b + c, and a subtraction an addition.
void normalize_signs(Op op, Operands& operands) {
  const std::uint32_t sign = float32::kSignBit;
  const std::uint32_t flip_a = op == Op::kFnmsubS || op == Op::kFnmaddS ? sign : 0;
  const std::uint32_t flip_b = op == Op::kFsubS ? sign : 0;
  const std::uint32_t flip_c = op == Op::kFmsubS || op == Op::kFnmaddS ? sign : 0;
  if ((flip_a | flip_b | flip_c) == 0) return;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    operands.a[lane] ^= flip_a;
    operands.b[lane] ^= flip_b;
    operands.c[lane] ^= flip_c;
  }
}

// Calls of these are what keeps the arithmetic between clearing and reading the host's flags: so,
// not inlined. Results by way of a local, which cannot overlap the operands: else the loops are not
// vectorized.
[[gnu::noinline]] void add_lanes(const Operands& operands, Lanes& result) {
  Lanes out;
  for_lanes(operands.count, [&](std::uint32_t lane) {
    out[lane] = to_bits(to_float(operands.a[lane]) + to_float(operands.b[lane]));
  });
  result = out;
}

[[gnu::noinline]] void multiply_lanes(const Operands& operands, Lanes& result) {
  Lanes out;
  for_lanes(operands.count, [&](std::uint32_t lane) {
    out[lane] = to_bits(to_float(operands.a[lane]) * to_float(operands.b[lane]));
  });
  result = out;
}

[[gnu::noinline]] void fuse_lanes(const Operands& operands, Lanes& result) {
  Lanes out;
  for_lanes(operands.count, [&](std::uint32_t lane) {
    out[lane] = to_bits(__builtin_fmaf(to_float(operands.a[lane]), to_float(operands.b[lane]),
                                       to_float(operands.c[lane])));
  });
  result = out;
}

[[gnu::noinline]] void divide_lanes(const Operands& operands, Lanes& result) {
  Lanes out;
  for_lanes(operands.count, [&](std::uint32_t lane) {
    out[lane] = to_bits(to_float(operands.a[lane]) / to_float(operands.b[lane]));
  });
  result = out;
}

[[gnu::noinline]] void root_lanes(const Operands& operands, Lanes& result) {
  Lanes out;
  for_lanes(operands.count, [&](std::uint32_t lane) {
    out[lane] = to_bits(__builtin_sqrtf(to_float(operands.a[lane])));
  });
  result = out;
}

void raise(const FloatOperation& operation, std::uint32_t lane, std::uint8_t flags) {
  operation.fcsr[lane] = static_cast<std::uint8_t>(operation.fcsr[lane] | flags);
}

// Sets the inexact flag of the active lanes in which `inexact` is not 0.
void raise_inexact(const FloatOperation& operation, const Lanes& inexact) {
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const std::uint32_t raised = (inexact[lane] != 0 ? 1 : 0) & operation.mask[lane];
    operation.fcsr[lane] = static_cast<std::uint8_t>(operation.fcsr[lane] | raised);
  }
}

// Bit l: lane l's fcsr has other bits than `value` among `bits`.
#if defined(__SSE2__)
std::uint32_t differing(const std::uint8_t* fcsr, std::uint8_t bits, std::uint8_t value) {
  const __m128i all_bits = _mm_set1_epi8(static_cast<char>(bits));
  const __m128i all_values = _mm_set1_epi8(static_cast<char>(value));
  const auto half = [&](const std::uint8_t* from) {
    const __m128i some = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i same = _mm_cmpeq_epi8(_mm_and_si128(some, all_bits), all_values);
    return static_cast<std::uint32_t>(_mm_movemask_epi8(same));
  };
  return ~(half(fcsr) | half(fcsr + 16) << 16);
}
#else
std::uint32_t differing(const std::uint8_t* fcsr, std::uint8_t bits, std::uint8_t value) {
  std::uint32_t lanes = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    lanes |= std::uint32_t{(fcsr[lane] & bits) != value} << lane;
  }
  return lanes;
}
#endif

// The active lanes that lack one of `flags`.
std::uint32_t lacking(const FloatOperation& operation, std::uint8_t flags) {
  return differing(operation.fcsr, flags, flags) & operation.active;
}

// True if all active lanes round to nearest even.
bool rounds_to_nearest_even(const FloatOperation& operation) {
  if (operation.instruction.rm != kDynamicRounding) {
    return operation.instruction.rm == kRoundNearestEven;
  }
  std::uint32_t others = differing(operation.fcsr, kRoundingField, 0) & operation.active;
  for (; others != 0; others &= others - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(others));
    if (resolve_rounding(kDynamicRounding, operation.fcsr[lane]) != kRoundNearestEven) return false;
  }
  return true;
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
bool try_arithmetic(const FloatOperation& operation, Operands& operands, Lanes& result) {
  const Op op = operation.instruction.op;
  if (is_fused(op) && !kHostFuses) return false;
  if (!rounds_to_nearest_even(operation)) return false;
  normalize_signs(op, operands);
  if (op == Op::kFdivS) fill_outside(operation.mask, operands.b, to_bits(1.0F));

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
  if ((flags & kInvalid) != 0 || any_nan(operands.count, result)) return false;
  if (flags == 0) return true;
  std::uint32_t unsettled = lacking(operation, flags);
  if (unsettled == 0) return true;
  if (flags == kInexact && !any_special(operands.count, result) && !is_float_divide(op)) {
    Lanes inexact;
    find_inexact(operands, op, result, inexact);
    raise_inexact(operation, inexact);
    return true;
  }
  for (; unsettled != 0; unsettled &= unsettled - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(unsettled));
    const FloatResult one =
        floating(op, operation.a[lane], operation.b[lane], operation.c[lane], kRoundNearestEven);
    raise(operation, lane, one.flags);
  }
  return true;
}

// Toward zero, for values that fit into 31 bits.
bool try_to_integer(const FloatOperation& operation, const Lanes& a, Lanes& result) {
  const Instruction& instruction = operation.instruction;
  if (instruction.rm != kRoundTowardZero) return false;
  constexpr std::uint32_t kTwoToThe31 = 0x4f000000;
  const bool is_signed = instruction.op == Op::kFcvtWS;
  std::uint32_t outside = 0;
  for (const std::uint32_t value : a.value) {
    const std::uint32_t magnitude = value & ~float32::kSignBit;
    outside |= magnitude >= kTwoToThe31 || (!is_signed && value > float32::kSignBit) ? 1 : 0;
  }
  if (outside != 0) return false;
  Lanes inexact;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    const float value = to_float(a[lane]);
    const auto integer = static_cast<std::int32_t>(value);
    result[lane] = static_cast<std::uint32_t>(integer);
    inexact[lane] = static_cast<float>(integer) != value ? 1 : 0;
  }
  raise_inexact(operation, inexact);
  return true;
}

bool try_from_integer(const FloatOperation& operation, const Lanes& a, Lanes& result) {
  if (!rounds_to_nearest_even(operation)) return false;
  // A double holds any 32-bit integer.
  Lanes inexact;
  if (operation.instruction.op == Op::kFcvtSW) {
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
  raise_inexact(operation, inexact);
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
  if (any_nan(kWarpSize, operands.a) || any_nan(kWarpSize, operands.b)) return false;
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
  constexpr std::uint32_t kSign = float32::kSignBit;
  const std::uint32_t keep = op == Op::kFsgnjxS ? kSign : 0;
  const std::uint32_t flip = op == Op::kFsgnjnS ? kSign : 0;
  map(operands, result, [=](std::uint32_t a, std::uint32_t b) {
    return (a & ~kSign) | ((a & keep) ^ ((b ^ flip) & kSign));
  });
}

bool try_all_lanes(const FloatOperation& operation, Operands& operands, Lanes& result) {
  const Instruction& instruction = operation.instruction;
  switch (instruction.op) {
    case Op::kFaddS:
    case Op::kFsubS:
    case Op::kFmulS:
    case Op::kFmaddS:
    case Op::kFmsubS:
    case Op::kFnmsubS:
    case Op::kFnmaddS: return try_arithmetic(operation, operands, result);
    case Op::kFcvtWS:
    case Op::kFcvtWuS: return try_to_integer(operation, operands.a, result);
    case Op::kFcvtSW:
    case Op::kFcvtSWu: return try_from_integer(operation, operands.a, result);
    case Op::kFsgnjS:
    case Op::kFsgnjnS:
    case Op::kFsgnjxS: inject_signs(instruction.op, operands, result); return true;
    default: return try_compare(instruction.op, operands, result);
  }
}

}  // namespace

void execute_float(const FloatOperation& operation, Lanes& result) {
  Operands operands;
  operands.count = static_cast<std::uint32_t>(std::bit_width(operation.active));
  set_masked(operands.count, operation.a, operation.mask, operands.a);
  set_masked(operands.count, operation.b, operation.mask, operands.b);
  set_masked(operands.count, operation.c, operation.mask, operands.c);
  if (!try_all_lanes(operation, operands, result)) execute_float_by_lane(operation, result);
}

void execute_float_by_lane(const FloatOperation& operation, Lanes& result) {
  const Instruction& instruction = operation.instruction;
  for (std::uint32_t left = operation.active; left != 0; left &= left - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(left));
    const FloatResult one =
        floating(instruction.op, operation.a[lane], operation.b[lane], operation.c[lane],
                 resolve_rounding(instruction.rm, operation.fcsr[lane]));
    result[lane] = one.bits;
    raise(operation, lane, one.flags);
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

}  // namespace heddle::isa
