// IEEE 754-2019 binary32 in integer arithmetic, with RISC-V's choices: canonical NaN results,
// tininess detected after rounding, saturating conversions. Never touches the host's floating-point
// unit, so results do not depend on it. Source: docs/architecture/execute.md, "The fixed pipe" and
// "Divider"; programming_model.md, "fp8"; RISC-V unprivileged manual, chapters F, Zfinx, Zhinxmin
// and Zfbfmin.
#pragma once

#include <cstdint>

namespace heddle::isa {

/// Exception flags as they stand in fflags.
inline constexpr std::uint8_t kInexact = 1;
inline constexpr std::uint8_t kUnderflow = 2;
inline constexpr std::uint8_t kOverflow = 4;
inline constexpr std::uint8_t kDivideByZero = 8;
inline constexpr std::uint8_t kInvalid = 16;

/// Rounding modes in RISC-V's encoding.
inline constexpr std::uint8_t kRoundNearestEven = 0;
inline constexpr std::uint8_t kRoundTowardZero = 1;
inline constexpr std::uint8_t kRoundDown = 2;
inline constexpr std::uint8_t kRoundUp = 3;
inline constexpr std::uint8_t kRoundNearestMaxMagnitude = 4;

inline constexpr std::uint32_t kCanonicalNan = 0x7fc00000;

/// A register value and the exception flags that computing it raised.
struct FloatResult {
  std::uint32_t bits = 0;
  std::uint8_t flags = 0;

  friend bool operator==(const FloatResult&, const FloatResult&) = default;
};

/// Operands and results are binary32 bit patterns; `rounding` is one of the five modes above.
namespace float32 {

inline constexpr std::uint32_t kSignBit = 0x80000000;

constexpr bool is_nan(std::uint32_t a) { return (a & ~kSignBit) > 0x7f800000; }
constexpr bool is_signalling(std::uint32_t a) { return is_nan(a) && (a & 0x00400000) == 0; }
constexpr bool is_infinite(std::uint32_t a) { return (a & ~kSignBit) == 0x7f800000; }
constexpr bool is_zero(std::uint32_t a) { return (a & ~kSignBit) == 0; }

FloatResult add(std::uint32_t a, std::uint32_t b, std::uint8_t rounding);
FloatResult subtract(std::uint32_t a, std::uint32_t b, std::uint8_t rounding);
FloatResult multiply(std::uint32_t a, std::uint32_t b, std::uint8_t rounding);

/// a * b + c with one rounding. Infinity times zero is invalid even when c is a quiet NaN.
FloatResult fused_multiply_add(std::uint32_t a, std::uint32_t b, std::uint32_t c,
                               std::uint8_t rounding);

FloatResult divide(std::uint32_t a, std::uint32_t b, std::uint8_t rounding);
FloatResult square_root(std::uint32_t a, std::uint8_t rounding);

/// minimumNumber / maximumNumber of IEEE 754-2019: -0 < +0; one NaN gives the other operand.
FloatResult minimum(std::uint32_t a, std::uint32_t b);
FloatResult maximum(std::uint32_t a, std::uint32_t b);

/// Comparisons give 1 or 0. `equal` is quiet, the other two signal for any NaN.
FloatResult equal(std::uint32_t a, std::uint32_t b);
FloatResult less(std::uint32_t a, std::uint32_t b);
FloatResult less_or_equal(std::uint32_t a, std::uint32_t b);

/// RISC-V's ten-bit one-hot class (fclass.s).
std::uint32_t classify(std::uint32_t a);

/// Conversions to integer saturate; a NaN gives the greatest integer; both raise only `kInvalid`.
FloatResult to_int32(std::uint32_t a, std::uint8_t rounding);
FloatResult to_uint32(std::uint32_t a, std::uint8_t rounding);
FloatResult from_int32(std::uint32_t value, std::uint8_t rounding);
FloatResult from_uint32(std::uint32_t value, std::uint8_t rounding);

/// Half precision and bfloat16: operands are bits 15:0, results are sign-extended. Widening is
/// exact.
FloatResult from_half(std::uint32_t a);
FloatResult to_half(std::uint32_t a, std::uint8_t rounding);
FloatResult from_bfloat16(std::uint32_t a);
FloatResult to_bfloat16(std::uint32_t a, std::uint8_t rounding);

/// OCP fp8: operands are bits 7:0, results are 8 bits, rounded to nearest even and saturated.
std::uint32_t from_e4m3(std::uint32_t a);
std::uint32_t from_e5m2(std::uint32_t a);
std::uint32_t to_e4m3(std::uint32_t a);
std::uint32_t to_e5m2(std::uint32_t a);

}  // namespace float32
}  // namespace heddle::isa
