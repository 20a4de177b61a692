#include "isa/semantics.hpp"

#include <algorithm>

namespace heddle::isa {
namespace {

// The least magnitudes that are, rounded, beyond the largest finite value of a format.
constexpr std::uint32_t kBeyondHalf = 0x477ff000;  // 65,520
constexpr std::uint32_t kBeyondE4m3 = 0x43e80001;  // above 464, which is rounded to 448
constexpr std::uint32_t kBeyondE5m2 = 0x47700000;  // 61,440

// A conversion of two numbers; its one flag.
FloatResult pair(std::uint32_t bits, std::uint32_t a, std::uint32_t b, std::uint32_t least_beyond) {
  const auto beyond = [&](std::uint32_t x) {
    return !float32::is_nan(x) && (x & ~float32::kSignBit) >= least_beyond;
  };
  return {bits, beyond(a) || beyond(b) ? kOverflow : std::uint8_t{0}};
}

}  // namespace

FloatResult floating(Op op, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                     std::uint8_t rounding) {
  using float32::kSignBit;
  switch (op) {
    case Op::kFaddS: return float32::add(a, b, rounding);
    case Op::kFsubS: return float32::subtract(a, b, rounding);
    case Op::kFmulS: return float32::multiply(a, b, rounding);
    case Op::kFmaddS: return float32::fused_multiply_add(a, b, c, rounding);
    case Op::kFmsubS: return float32::fused_multiply_add(a, b, c ^ kSignBit, rounding);
    case Op::kFnmsubS: return float32::fused_multiply_add(a ^ kSignBit, b, c, rounding);
    case Op::kFnmaddS: return float32::fused_multiply_add(a ^ kSignBit, b, c ^ kSignBit, rounding);
    case Op::kFdivS: return float32::divide(a, b, rounding);
    case Op::kFsqrtS: return float32::square_root(a, rounding);
    case Op::kFsgnjS: return {(a & ~kSignBit) | (b & kSignBit), 0};
    case Op::kFsgnjnS: return {(a & ~kSignBit) | (~b & kSignBit), 0};
    case Op::kFsgnjxS: return {a ^ (b & kSignBit), 0};
    case Op::kFminS: return float32::minimum(a, b);
    case Op::kFmaxS: return float32::maximum(a, b);
    case Op::kFeqS: return float32::equal(a, b);
    case Op::kFltS: return float32::less(a, b);
    case Op::kFleS: return float32::less_or_equal(a, b);
    case Op::kFclassS: return {float32::classify(a), 0};
    case Op::kFcvtWS: return float32::to_int32(a, rounding);
    case Op::kFcvtWuS: return float32::to_uint32(a, rounding);
    case Op::kFcvtSW: return float32::from_int32(a, rounding);
    case Op::kFcvtSWu: return float32::from_uint32(a, rounding);
    case Op::kFcvtSH: return float32::from_half(a);
    case Op::kFcvtHS: return float32::to_half(a, rounding);
    case Op::kFcvtSBf16: return float32::from_bfloat16(a);
    case Op::kFcvtBf16S: return float32::to_bfloat16(a, rounding);
    case Op::kFcvtHx2S: {
      const auto half = [](std::uint32_t x) {
        return float32::to_half(x, kRoundNearestEven).bits & 0xffff;
      };
      return pair(half(a) << 16 | half(b), a, b, kBeyondHalf);
    }
    case Op::kFcvtE4m3x2S:
      return pair(float32::to_e4m3(a) << 8 | float32::to_e4m3(b), a, b, kBeyondE4m3);
    case Op::kFcvtE5m2x2S:
      return pair(float32::to_e5m2(a) << 8 | float32::to_e5m2(b), a, b, kBeyondE5m2);
    case Op::kFcvtSE4m3: return {float32::from_e4m3(a), 0};
    case Op::kFcvtSE5m2: return {float32::from_e5m2(a), 0};
    default: return {};
  }
}

std::uint32_t atomic_update(Op op, std::uint32_t word, std::uint32_t b, std::uint32_t c) {
  using detail::as_signed;
  switch (op) {
    case Op::kAmoswapW: return b;
    case Op::kAmoaddW: return word + b;
    case Op::kAmoxorW: return word ^ b;
    case Op::kAmoandW: return word & b;
    case Op::kAmoorW: return word | b;
    case Op::kAmominW: return as_signed(word) < as_signed(b) ? word : b;
    case Op::kAmomaxW: return as_signed(word) < as_signed(b) ? b : word;
    case Op::kAmominuW: return std::min(word, b);
    case Op::kAmomaxuW: return std::max(word, b);
    case Op::kAmocasW: return word == c ? b : word;
    case Op::kAmofaddW: return float32::add(word, b, kRoundNearestEven).bits;
    default: return word;
  }
}

}  // namespace heddle::isa
