// Which arithmetic a dot product has: the mode (whose bits), the format of operands and
// accumulator, and the parameters that follow from both.
// Source: docs/manual/tensor_numerics.md, "Parameters"; the names are those of `@ MODE FORMAT`
// lines in vector files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/tensor_formats.hpp"

namespace heddle::tensor {

enum class Mode : std::uint8_t {
  kVolta,
  kTuring,
  kAmpere,
  kAda,
  kHopper,       ///< mma.sync
  kHopperWgmma,  ///< wgmma
  kBlackwell,    ///< tcgen05: Heddle's default
  kB200Mma,      ///< mma.sync on data-center Blackwell: Hopper's arithmetic
  kRtxBlackwell,
  kIeee,   ///< exact sum, one rounding
  kCdna3,  ///< AMD MFMA
};

std::string_view name(Mode mode);
std::optional<Mode> find_mode(std::string_view name);
std::vector<std::string_view> mode_names();

/// Scales of blocks of operands along K.
enum class Scaling : std::uint8_t {
  kNone,
  kMx,        ///< E8M0 for 32 elements, steps of 32 (mxf8f6f4)
  kMxFp4,     ///< E8M0 for 32 elements of E2M1, steps of 64 (mxf4)
  kMxFp4x16,  ///< E8M0 for 16 elements of E2M1, steps of 64 (mxf4nvf4)
  kNvFp4,     ///< UE4M3 for 16 elements of E2M1, steps of 64 (mxf4nvf4)
};

/// Formats of a dot product's operands and accumulator.
struct MmaFormat {
  Element a = Element::kF16;
  Element b = Element::kF16;
  Accumulator accumulator = Accumulator::kF32;
  Scaling scaling = Scaling::kNone;
  bool saturate = false;  ///< integers: clamp (PTX .satfinite) instead of wrapping

  bool operator==(const MmaFormat&) const = default;

  /// Elements that share a scale; 0: there are none.
  int scale_block() const;
};

/// "A.D", "A.B.D" if the operands differ, "A.s32.satfinite", "mx.A", "mx.A.B", "mxfp4",
/// "mxfp4.16", "nvfp4". Elements have the names of kElementFormats, D is f32, f16 or s32.
std::string name(const MmaFormat& format);
std::optional<MmaFormat> find_format(std::string_view name);

enum class StepKind : std::uint8_t {
  kTruncated,    ///< align to the greatest exponent, truncate, add exactly, convert once
  kEmulatedFp8,  ///< fp8 as two steps on fp16 and one IEEE addition
  kGroupScaled,  ///< groups of 16 E2M1 products, scaled, then as kTruncated
  kExact,        ///< all of K exactly, one rounding to nearest even
  kCdna3,        ///< products truncated without C, then rounded down together with it
  kCdna3Split,   ///< the same, even and odd products on their own first
  kInteger,
};

/// From the exact sum of the truncated terms to the accumulator's format.
enum class Conversion : std::uint8_t {
  kTruncate,      ///< to FP32
  kTruncate14,    ///< to FP32 with 14 significant bits (E8M13)
  kRoundToHalf,   ///< to FP16, to nearest even
  kRoundToFloat,  ///< to FP32, to nearest even
};

/// The parameters of a mode for a format.
struct StepRules {
  StepKind kind = StepKind::kTruncated;
  int products = 0;        ///< of a step (L)
  int fraction_bits = 0;   ///< kept below the greatest exponent (F)
  int exponent_floor = 0;  ///< the least value of the greatest exponent (E_FLOOR)
  Conversion conversion = Conversion::kTruncate;
  int granule = 1;  ///< K of the smallest instruction: what a dot product's K is a multiple of

  bool operator==(const StepRules&) const = default;
};

/// The rules of `mode` for `format`; nothing if the mode does not have the format.
std::optional<StepRules> find_rules(Mode mode, const MmaFormat& format);

}  // namespace heddle::tensor
