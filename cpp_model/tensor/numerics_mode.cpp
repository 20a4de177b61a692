#include "tensor/numerics_mode.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace heddle::tensor {
namespace {

struct ModeName {
  Mode mode;
  std::string_view name;
};

constexpr std::array kModeNames{
    ModeName{Mode::kVolta, "volta"},
    ModeName{Mode::kTuring, "turing"},
    ModeName{Mode::kAmpere, "ampere"},
    ModeName{Mode::kAda, "ada"},
    ModeName{Mode::kHopper, "hopper"},
    ModeName{Mode::kHopperWgmma, "hopper_wgmma"},
    ModeName{Mode::kBlackwell, "blackwell"},
    ModeName{Mode::kB200Mma, "b200_mma"},
    ModeName{Mode::kRtxBlackwell, "rtx_blackwell"},
    ModeName{Mode::kIeee, "ieee"},
    ModeName{Mode::kCdna3, "cdna3"},
};

std::optional<Element> find_element(std::string_view name) {
  for (std::size_t i = 0; i < kElementFormats.size(); ++i) {
    if (kElementFormats[i].name == name) return static_cast<Element>(i);
  }
  return std::nullopt;
}

std::optional<Accumulator> find_accumulator(std::string_view name) {
  if (name == "f32") return Accumulator::kF32;
  if (name == "f16") return Accumulator::kF16;
  if (name == "s32") return Accumulator::kS32;
  return std::nullopt;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  while (true) {
    const std::size_t dot = text.find('.', start);
    parts.push_back(text.substr(start, dot - start));
    if (dot == std::string_view::npos) return parts;
    start = dot + 1;
  }
}

bool is_fp8(Element e) { return e == Element::kE4m3 || e == Element::kE5m2; }

/// The operands of kind::f8f6f4.
bool is_narrow(Element e) {
  return is_fp8(e) || e == Element::kE3m2 || e == Element::kE2m3 || e == Element::kE2m1;
}

bool is_fnuz(Element e) { return e == Element::kE4m3Fnuz || e == Element::kE5m2Fnuz; }

template <typename Predicate>
bool both(const MmaFormat& format, Predicate predicate) {
  return predicate(format.a) && predicate(format.b);
}

std::optional<MmaFormat> find_scaled_format(std::span<const std::string_view> parts) {
  MmaFormat format{Element::kE2m1, Element::kE2m1, Accumulator::kF32, Scaling::kNone, false};
  if (parts[0] == "mx" && (parts.size() == 2 || parts.size() == 3)) {
    const auto a = find_element(parts[1]);
    const auto b = find_element(parts.back());
    if (!a || !b || !is_narrow(*a) || !is_narrow(*b)) return std::nullopt;
    format.a = *a;
    format.b = *b;
    format.scaling = Scaling::kMx;
  } else if (parts[0] == "mxfp4" && parts.size() == 1) {
    format.scaling = Scaling::kMxFp4;
  } else if (parts[0] == "mxfp4" && parts.size() == 2 && parts[1] == "16") {
    format.scaling = Scaling::kMxFp4x16;
  } else if (parts[0] == "nvfp4" && parts.size() == 1) {
    format.scaling = Scaling::kNvFp4;
  } else {
    return std::nullopt;
  }
  return format;
}

/// What distinguishes the generations of NVIDIA's tensor cores.
struct Generation {
  Mode mode;
  int fraction_bits;  ///< of the datapath for FP16, BF16 and TF32
  int block_bytes;    ///< of an operand's row in a step
  int half_floor;     ///< E_FLOOR of FP16 operands and accumulator
  int row_bytes;      ///< of the smallest instruction's K, for FP16, BF16 and TF32
  bool wide;          ///< has BF16 and TF32
};

constexpr std::array kGenerations{
    Generation{Mode::kVolta, 23, 8, -19, 8, false},
    Generation{Mode::kTuring, 24, 16, -20, 16, false},
    Generation{Mode::kAmpere, 24, 16, -20, 16, true},
    Generation{Mode::kAda, 24, 16, -20, 16, true},
    Generation{Mode::kHopper, 25, 32, -21, 16, true},
    Generation{Mode::kHopperWgmma, 25, 32, -133, 32, true},
    Generation{Mode::kBlackwell, 25, 32, -133, 32, true},
    Generation{Mode::kB200Mma, 25, 32, -21, 16, true},
    Generation{Mode::kRtxBlackwell, 25, 32, -21, 16, true},
};

/// E_FLOOR wherever the accumulator is FP32.
constexpr int float_floor(const Generation& generation) { return -108 - generation.fraction_bits; }

constexpr Conversion conversion_of(Accumulator accumulator) {
  return accumulator == Accumulator::kF16 ? Conversion::kRoundToHalf : Conversion::kTruncate;
}

std::optional<StepRules> fp8_rules(const Generation& generation, const MmaFormat& format) {
  const bool half = format.accumulator == Accumulator::kF16;
  const int floor = half ? generation.half_floor : float_floor(generation);
  const Conversion short_conversion = half ? Conversion::kRoundToHalf : Conversion::kTruncate14;
  switch (generation.mode) {
    case Mode::kAda: return StepRules{StepKind::kTruncated, 16, 13, floor, short_conversion, 16};
    case Mode::kHopperWgmma:
      return StepRules{StepKind::kTruncated, 32, 13, floor, short_conversion, 32};
    case Mode::kHopper:
    case Mode::kB200Mma:
      return StepRules{StepKind::kEmulatedFp8,
                       32,
                       generation.fraction_bits,
                       floor,
                       conversion_of(format.accumulator),
                       16};
    default: return std::nullopt;
  }
}

std::optional<StepRules> nvidia_rules(const Generation& generation, const MmaFormat& format) {
  const bool half = format.accumulator == Accumulator::kF16;
  const bool blackwell =
      generation.mode == Mode::kBlackwell || generation.mode == Mode::kRtxBlackwell;
  switch (format.scaling) {
    case Scaling::kMx:
      if (!blackwell) return std::nullopt;
      return StepRules{StepKind::kTruncated,  32, 25, float_floor(generation),
                       Conversion::kTruncate, 32};
    case Scaling::kMxFp4:
    case Scaling::kMxFp4x16:
    case Scaling::kNvFp4:
      if (!blackwell) return std::nullopt;
      return StepRules{StepKind::kGroupScaled, 64, 35, -139, Conversion::kTruncate, 64};
    case Scaling::kNone: break;
  }
  const int floor = half ? generation.half_floor : float_floor(generation);
  const bool wide = format.a == Element::kBf16 || format.a == Element::kTf32;
  if (format.a == format.b && (format.a == Element::kF16 || (wide && generation.wide && !half))) {
    const int bytes = format_of(format.a).digits / 2;
    return StepRules{StepKind::kTruncated,
                     generation.block_bytes / bytes,
                     generation.fraction_bits,
                     floor,
                     conversion_of(format.accumulator),
                     generation.row_bytes / bytes};
  }
  if (blackwell && both(format, is_narrow)) {
    return StepRules{StepKind::kTruncated, 32, 25, floor, conversion_of(format.accumulator), 32};
  }
  if (both(format, is_fp8)) return fp8_rules(generation, format);
  return std::nullopt;
}

std::optional<StepRules> ieee_rules(const MmaFormat& format) {
  const Conversion conversion = format.accumulator == Accumulator::kF16 ? Conversion::kRoundToHalf
                                                                        : Conversion::kRoundToFloat;
  const int granule = format.scaling == Scaling::kNone ? 1 : format.scale_block();
  return StepRules{StepKind::kExact, 0, 0, 0, conversion, granule};
}

std::optional<StepRules> cdna3_rules(const MmaFormat& format) {
  if (format.scaling != Scaling::kNone || format.accumulator != Accumulator::kF32) {
    return std::nullopt;
  }
  if (both(format, is_fnuz)) {
    return StepRules{StepKind::kCdna3Split, 16, 24, 0, Conversion::kRoundToFloat, 16};
  }
  if (format.a != format.b) return std::nullopt;
  if (format.a == Element::kF16 || format.a == Element::kBf16) {
    return StepRules{StepKind::kCdna3, 8, 24, 0, Conversion::kRoundToFloat, 4};
  }
  if (format.a == Element::kTf32) {
    return StepRules{StepKind::kCdna3, 4, 24, 0, Conversion::kRoundToFloat, 4};
  }
  return std::nullopt;
}

}  // namespace

std::string_view name(Mode mode) {
  for (const ModeName& entry : kModeNames) {
    if (entry.mode == mode) return entry.name;
  }
  return "";
}

std::optional<Mode> find_mode(std::string_view name) {
  for (const ModeName& entry : kModeNames) {
    if (entry.name == name) return entry.mode;
  }
  return std::nullopt;
}

std::vector<std::string_view> mode_names() {
  std::vector<std::string_view> names;
  names.reserve(kModeNames.size());
  for (const ModeName& entry : kModeNames) names.push_back(entry.name);
  return names;
}

int MmaFormat::scale_block() const {
  switch (scaling) {
    case Scaling::kNone: return 0;
    case Scaling::kMx:
    case Scaling::kMxFp4: return 32;
    case Scaling::kMxFp4x16:
    case Scaling::kNvFp4: return 16;
  }
  return 0;
}

std::string name(const MmaFormat& format) {
  std::string operands(format_of(format.a).name);
  if (format.a != format.b) operands.append(".").append(format_of(format.b).name);
  switch (format.scaling) {
    case Scaling::kNone: break;
    case Scaling::kMx: return "mx." + operands;
    case Scaling::kMxFp4: return "mxfp4";
    case Scaling::kMxFp4x16: return "mxfp4.16";
    case Scaling::kNvFp4: return "nvfp4";
  }
  switch (format.accumulator) {
    case Accumulator::kF32: return operands + ".f32";
    case Accumulator::kF16: return operands + ".f16";
    case Accumulator::kS32: return operands + (format.saturate ? ".s32.satfinite" : ".s32");
  }
  return operands;
}

std::optional<MmaFormat> find_format(std::string_view name) {
  std::vector<std::string_view> parts = split(name);
  if (const auto scaled = find_scaled_format(parts)) return scaled;
  MmaFormat format;
  if (parts.back() == "satfinite") {
    format.saturate = true;
    parts.pop_back();
  }
  if (parts.size() != 2 && parts.size() != 3) return std::nullopt;
  const auto a = find_element(parts[0]);
  const auto b = find_element(parts[parts.size() - 2]);
  const auto accumulator = find_accumulator(parts.back());
  if (!a || !b || !accumulator) return std::nullopt;
  const bool integer = *accumulator == Accumulator::kS32;
  if (is_integer(*a) != integer || is_integer(*b) != integer) return std::nullopt;
  if (format.saturate && !integer) return std::nullopt;
  if (integer && format_of(*a).bits != format_of(*b).bits) return std::nullopt;
  format.a = *a;
  format.b = *b;
  format.accumulator = *accumulator;
  return format;
}

std::optional<StepRules> find_rules(Mode mode, const MmaFormat& format) {
  if (format.accumulator == Accumulator::kS32) {
    // Exact, so the same in every mode. A step is 32 bytes of a row.
    const int products = 256 / format_of(format.a).bits;
    return StepRules{StepKind::kInteger, products, 0, 0, Conversion::kTruncate, products / 2};
  }
  if (mode == Mode::kIeee) return ieee_rules(format);
  if (mode == Mode::kCdna3) return cdna3_rules(format);
  const auto generation = std::ranges::find(kGenerations, mode, &Generation::mode);
  return nvidia_rules(*generation, format);
}

}  // namespace heddle::tensor
