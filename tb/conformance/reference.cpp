#include "conformance/reference.hpp"

#include <algorithm>
#include <stdexcept>

#include "execute/float_reference.hpp"
#include "isa/special_functions_table.hpp"

namespace heddle::conformance {
namespace {

using isa::Op;

std::int64_t as_signed(std::uint32_t word) {
  return word < 0x80000000U ? std::int64_t{word} : std::int64_t{word} - 0x100000000;
}

std::uint32_t low(std::int64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high(std::int64_t value) { return static_cast<std::uint32_t>(value >> 32); }
std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

std::uint32_t sign_extend(std::uint32_t word, unsigned bits) {
  const std::uint32_t sign = 1U << (bits - 1);
  word &= 2 * sign - 1;
  return word >= sign ? word - 2 * sign : word;
}

std::uint32_t rotate_right(std::uint32_t word, unsigned count) {
  for (unsigned i = 0; i < count % 32; ++i) word = word >> 1 | word << 31;
  return word;
}

unsigned leading_zeros(std::uint32_t word) {
  unsigned count = 0;
  while (count < 32 && (word >> (31 - count) & 1) == 0) ++count;
  return count;
}

unsigned trailing_zeros(std::uint32_t word) {
  unsigned count = 0;
  while (count < 32 && (word >> count & 1) == 0) ++count;
  return count;
}

unsigned ones(std::uint32_t word) {
  unsigned count = 0;
  for (unsigned i = 0; i < 32; ++i) count += word >> i & 1;
  return count;
}

std::uint32_t byte(std::uint32_t word, unsigned i) { return word >> 8 * i & 0xff; }

std::uint32_t or_combine(std::uint32_t word) {
  std::uint32_t result = 0;
  for (unsigned i = 0; i < 4; ++i) result |= (byte(word, i) != 0 ? 0xffU : 0U) << 8 * i;
  return result;
}

std::uint32_t reverse_bytes(std::uint32_t word) {
  return byte(word, 0) << 24 | byte(word, 1) << 16 | byte(word, 2) << 8 | byte(word, 3);
}

std::uint32_t divide(std::uint32_t a, std::uint32_t b) {
  return b == 0 ? 0xffffffff : low(as_signed(a) / as_signed(b));
}

std::uint32_t remainder(std::uint32_t a, std::uint32_t b) {
  return b == 0 ? a : low(as_signed(a) % as_signed(b));
}

constexpr std::uint32_t kNan = 0x7fc00000;
constexpr std::uint32_t kInfinity = 0x7f800000;
constexpr std::uint32_t kOne = 0x3f800000;
constexpr std::int64_t kUnit = std::int64_t{1} << 28;

std::int64_t interpolate(std::int64_t index, std::int64_t u) {
  const auto& entry = isa::special_functions::kCoefficients.at(static_cast<std::size_t>(index));
  const std::int64_t square = (u * u) >> 16;
  return entry.c0 + ((entry.c1 * u) >> 16) + ((entry.c2 * square) >> 16);
}

std::uint32_t pack(bool negative, std::int64_t value, std::int64_t exponent) {
  const std::uint32_t sign = negative ? 0x80000000U : 0;
  // value = significand * 2^(position - 23) with 24 bits before the point
  std::int64_t position = 0;
  while (value >> (position + 1) != 0) ++position;
  std::int64_t significand =
      position <= 23 ? value << (23 - position) : ((value >> (position - 24)) + 1) >> 1;
  std::int64_t biased = exponent - 28 + position + 127;
  if (significand == std::int64_t{1} << 24) {
    significand >>= 1;
    ++biased;
  }
  if (biased < 1) return sign;
  if (biased > 254) return sign | kInfinity;
  return sign | (low(biased) << 23) | (low(significand) & 0x7fffff);
}

/// A float operand taken apart as special_functions.md has it.
struct Parts {
  bool negative = false;
  std::int64_t e = 0, m = 0, significand = 0;
  bool zero = false, infinite = false;
};

std::uint32_t reciprocal(const Parts& x) {
  using isa::special_functions::kRcpBase;
  const std::uint32_t sign = x.negative ? 0x80000000U : 0;
  if (x.infinite) return sign;
  if (x.zero) return sign | kInfinity;
  if (x.m == 0) return pack(x.negative, kUnit, -x.e);
  return pack(x.negative, interpolate(kRcpBase + (x.m >> 16), 2 * (x.m & 0xffff) - 0x10000), -x.e);
}

std::uint32_t reciprocal_root(const Parts& x) {
  using isa::special_functions::kRsqrtBase;
  if (x.zero) return (x.negative ? 0x80000000U : 0) | kInfinity;
  if (x.negative) return kNan;
  if (x.infinite) return 0;
  const std::int64_t odd = x.e & 1;
  if (x.m == 0 && odd == 0) return pack(false, kUnit, -x.e / 2);
  return pack(false, interpolate(kRsqrtBase + 64 * odd + (x.m >> 17), (x.m & 0x1ffff) - 0x10000),
              -(x.e - odd) / 2);
}

std::uint32_t power_of_two(const Parts& x) {
  using isa::special_functions::kEx2Base;
  if (x.infinite || x.e >= 7) return x.negative ? 0 : kInfinity;
  if (x.zero || x.e < -25) return kOne;
  std::int64_t fixed = 0;
  if (x.e >= 0) {
    fixed = x.significand << x.e;
  } else {
    fixed = (x.significand + (std::int64_t{1} << (-x.e - 1))) >> -x.e;
  }
  if (x.negative) fixed = -fixed;
  const std::int64_t whole = fixed >> 23;
  const std::int64_t fraction = fixed & 0x7fffff;
  if (fraction == 0) return pack(false, kUnit, whole);
  return pack(false, interpolate(kEx2Base + (fraction >> 17), (fraction & 0x1ffff) - 0x10000),
              whole);
}

std::uint32_t logarithm(const Parts& x) {
  using isa::special_functions::kLg2Base;
  if (x.zero) return 0x80000000U | kInfinity;
  if (x.negative) return kNan;
  if (x.infinite) return kInfinity;
  const std::int64_t y =
      x.m == 0 ? 0 : interpolate(kLg2Base + (x.m >> 17), (x.m & 0x1ffff) - 0x10000);
  const std::int64_t value = x.e * kUnit + y;
  return value == 0 ? 0 : pack(value < 0, value < 0 ? -value : value, 0);
}

std::uint32_t sine_or_cosine(const Parts& x, std::uint32_t bits, bool cosine) {
  using isa::special_functions::kSinBase;
  if (x.infinite) return kNan;
  if (x.zero || x.e < -12) {
    if (cosine) return kOne;
    return x.zero ? bits & 0x80000000U : bits;
  }
  const std::uint64_t product = static_cast<std::uint64_t>(x.significand) * 2'734'261'102U;
  std::uint64_t angle = 0;
  if (x.e < 29) {
    angle = product >> (29 - x.e);
  } else if (x.e < 57) {
    angle = product << (x.e - 29);
  }
  angle &= (1U << 28) - 1;
  const auto quadrant = static_cast<unsigned>(angle >> 26) + (cosine ? 1 : 0);
  auto f = static_cast<std::int64_t>(angle & ((1U << 26) - 1));
  if ((quadrant & 1) != 0) f = (std::int64_t{1} << 26) - f;
  std::int64_t value = 0;
  if (f == std::int64_t{1} << 26) {
    value = kUnit;
  } else if (f != 0) {
    value = interpolate(kSinBase + (f >> 20), ((f >> 3) & 0x1ffff) - 0x10000);
  }
  const bool negative = ((quadrant & 2) != 0) != (!cosine && x.negative);
  if (value <= 0) return negative ? 0x80000000U : 0;
  return pack(negative, value, 0);
}

std::uint32_t hyperbolic_tangent(const Parts& x, std::uint32_t bits) {
  using isa::special_functions::kTanhBase;
  const std::uint32_t sign = bits & 0x80000000U;
  if (x.zero) return sign;
  if (x.infinite || x.e >= 3) return sign | kOne;
  if (x.e < -6) return bits;
  return pack(
      x.negative,
      interpolate(kTanhBase + 16 * (x.e + 6) + (x.m >> 19), ((x.m >> 2) & 0x1ffff) - 0x10000),
      std::min<std::int64_t>(x.e + 1, 0));
}

}  // namespace

std::uint32_t integer_reference(Op op, std::uint32_t a, std::uint32_t b) {
  switch (op) {
    case Op::kLui: return b;
    case Op::kAdd:
    case Op::kAddi: return low(as_signed(a) + as_signed(b));
    case Op::kSub: return low(as_signed(a) - as_signed(b));
    case Op::kSlt:
    case Op::kSlti: return as_signed(a) < as_signed(b) ? 1 : 0;
    case Op::kSltu:
    case Op::kSltiu: return a < b ? 1 : 0;
    case Op::kXor:
    case Op::kXori: return a ^ b;
    case Op::kOr:
    case Op::kOri: return a | b;
    case Op::kAnd:
    case Op::kAndi: return a & b;
    case Op::kSll:
    case Op::kSlli: return a << b % 32;
    case Op::kSrl:
    case Op::kSrli: return a >> b % 32;
    case Op::kSra:
    case Op::kSrai: return low(as_signed(a) >> b % 32);
    case Op::kMul: return low(as_signed(a) * as_signed(b));
    case Op::kMulh: return high(as_signed(a) * as_signed(b));
    case Op::kMulhsu: return high(as_signed(a) * std::int64_t{b});
    case Op::kMulhu: return high(std::uint64_t{a} * b);
    case Op::kDiv: return divide(a, b);
    case Op::kDivu: return b == 0 ? 0xffffffff : a / b;
    case Op::kRem: return remainder(a, b);
    case Op::kRemu: return b == 0 ? a : a % b;
    case Op::kSh1add: return a * 2 + b;
    case Op::kSh2add: return a * 4 + b;
    case Op::kSh3add: return a * 8 + b;
    case Op::kAndn: return a & ~b;
    case Op::kOrn: return a | ~b;
    case Op::kXnor: return ~(a ^ b);
    case Op::kMax: return as_signed(a) > as_signed(b) ? a : b;
    case Op::kMaxu: return a > b ? a : b;
    case Op::kMin: return as_signed(a) < as_signed(b) ? a : b;
    case Op::kMinu: return a < b ? a : b;
    case Op::kRol: return rotate_right(a, 32 - b % 32);
    case Op::kRor:
    case Op::kRori: return rotate_right(a, b % 32);
    case Op::kClz: return leading_zeros(a);
    case Op::kCtz: return trailing_zeros(a);
    case Op::kCpop: return ones(a);
    case Op::kSextB: return sign_extend(a, 8);
    case Op::kSextH: return sign_extend(a, 16);
    case Op::kZextH: return a & 0xffff;
    case Op::kOrcB: return or_combine(a);
    case Op::kRev8: return reverse_bytes(a);
    case Op::kCzeroEqz: return b == 0 ? 0 : a;
    case Op::kCzeroNez: return b != 0 ? 0 : a;
    default: throw std::invalid_argument("not an integer instruction");
  }
}

std::uint32_t special_function_reference(Op op, std::uint32_t a) {
  const std::uint32_t biased = a >> 23 & 0xff;
  Parts x;
  x.negative = (a >> 31) != 0;
  x.e = std::int64_t{biased} - 127;
  x.m = a & 0x7fffff;
  x.significand = x.m + (1 << 23);
  x.zero = biased == 0;
  x.infinite = biased == 255;
  if (biased == 255 && x.m != 0) return kNan;
  switch (op) {
    case Op::kRcpApprox: return reciprocal(x);
    case Op::kRsqrtApprox: return reciprocal_root(x);
    case Op::kEx2Approx: return power_of_two(x);
    case Op::kLg2Approx: return logarithm(x);
    case Op::kSinApprox: return sine_or_cosine(x, a, false);
    case Op::kCosApprox: return sine_or_cosine(x, a, true);
    case Op::kTanhApprox: return hyperbolic_tangent(x, a);
    default: throw std::invalid_argument("not a special function");
  }
}

std::uint32_t warp_reference(Op op, std::uint32_t group, std::uint32_t lane, const LaneWords& a,
                             const LaneWords& b, const LaneWords& c) {
  const auto shuffle = [&] {
    const auto self = static_cast<int>(lane);
    const std::uint32_t segment = c[lane] >> 8 & 31;
    const auto last = static_cast<int>((lane & segment) | (c[lane] & 31 & ~segment));
    const std::uint32_t offset = b[lane] & 31;
    int from = self;
    bool taken = false;
    if (op == Op::kShflUp) {
      from = self - static_cast<int>(offset);
      taken = from >= last;
    } else {
      if (op == Op::kShflDown) from = self + static_cast<int>(offset);
      if (op == Op::kShflBfly) from = static_cast<int>(lane ^ offset);
      if (op == Op::kShflIdx) from = static_cast<int>((lane & segment) | (offset & ~segment));
      taken = from <= last;
    }
    if (!taken || from < 0 || from > 31 || (group >> from & 1) == 0) from = self;
    return a[static_cast<std::size_t>(from)];
  };
  const std::uint32_t members = group & b[lane];
  std::uint32_t sum = 0, set = 0, same = 0, all_ones = 0xffffffff, any_ones = 0, parity = 0;
  std::uint32_t least = 0xffffffff, greatest = 0;
  std::int64_t least_signed = 0x7fffffff, greatest_signed = -std::int64_t{0x80000000};
  for (std::uint32_t i = 0; i < kLanes; ++i) {
    if ((members >> i & 1) == 0) continue;
    sum += a[i];
    if (a[i] != 0) set |= 1U << i;
    if (a[i] == a[lane]) same |= 1U << i;
    all_ones &= a[i];
    any_ones |= a[i];
    parity ^= a[i];
    least = std::min(least, a[i]);
    greatest = std::max(greatest, a[i]);
    least_signed = std::min(least_signed, as_signed(a[i]));
    greatest_signed = std::max(greatest_signed, as_signed(a[i]));
  }
  switch (op) {
    case Op::kShflUp:
    case Op::kShflDown:
    case Op::kShflBfly:
    case Op::kShflIdx: return shuffle();
    case Op::kVoteAll: return set == members ? 1 : 0;
    case Op::kVoteAny: return set != 0 ? 1 : 0;
    case Op::kVoteBallot: return set;
    case Op::kActivemask: return group;
    case Op::kMatchAny: return same;
    case Op::kMatchAll: return same == members ? members : 0;
    case Op::kReduxAdd: return sum;
    case Op::kReduxMin: return low(least_signed);
    case Op::kReduxMax: return low(greatest_signed);
    case Op::kReduxMinu: return least;
    case Op::kReduxMaxu: return greatest;
    case Op::kReduxAnd: return all_ones;
    case Op::kReduxOr: return any_ones;
    case Op::kReduxXor: return parity;
    default: throw std::invalid_argument("not a warp instruction");
  }
}

std::uint32_t atomic_reference(Op op, std::uint32_t old, std::uint32_t operand,
                               std::uint32_t compare) {
  switch (op) {
    case Op::kAmoswapW: return operand;
    case Op::kAmoaddW: return old + operand;
    case Op::kAmoxorW: return old ^ operand;
    case Op::kAmoandW: return old & operand;
    case Op::kAmoorW: return old | operand;
    case Op::kAmominW: return integer_reference(Op::kMin, old, operand);
    case Op::kAmomaxW: return integer_reference(Op::kMax, old, operand);
    case Op::kAmominuW: return std::min(old, operand);
    case Op::kAmomaxuW: return std::max(old, operand);
    case Op::kAmocasW: return old == compare ? operand : old;
    case Op::kAmofaddW: return tb::float_reference(Op::kFaddS, old, operand, 0, 0).bits;
    default: throw std::invalid_argument("not an atomic");
  }
}

bool branch_reference(Op op, std::uint32_t a, std::uint32_t b) {
  switch (op) {
    case Op::kBeq: return a == b;
    case Op::kBne: return a != b;
    case Op::kBlt: return as_signed(a) < as_signed(b);
    case Op::kBge: return as_signed(a) >= as_signed(b);
    case Op::kBltu: return a < b;
    case Op::kBgeu: return a >= b;
    default: throw std::invalid_argument("not a branch");
  }
}

}  // namespace heddle::conformance
