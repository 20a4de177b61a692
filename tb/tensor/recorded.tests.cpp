// What GPUs computed (and, in derived/, what exact arithmetic says where there is no recording),
// through the RTL and the exact reference. The folder is HEDDLE_VECTORS, or ../shared/vectors;
// without one there is nothing to compare.
#include <fmt/format.h>

#include <bit>
#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>

#include "dot_bench.hpp"
#include "recorded_vectors.hpp"

namespace heddle::tb {
namespace {

/// How a line `@ MODE FORMAT` maps to the unit's codes.
struct Setting {
  unsigned mode = 0;
  unsigned a_format = 0, b_format = 0;
  unsigned accumulator = kAccumulateFp32;
  unsigned scale_format = kScaleNone;
  unsigned block = 0;     // elements of a step
  bool emulated = false;  // FP8 through FP16 steps (NUMERICS, section 3)
};

unsigned code(const std::string& name) {
  static const std::map<std::string, unsigned> kCodes = {
      {"f16", 0},  {"bf16", 1}, {"tf32", 2}, {"e4m3", 4}, {"e5m2", 5},
      {"e3m2", 6}, {"e2m3", 7}, {"e2m1", 8}, {"s8", 12},  {"u8", 13}};
  const auto found = kCodes.find(name);
  if (found == kCodes.end()) throw std::runtime_error("unknown format " + name);
  return found->second;
}

Setting setting_of(const RecordedFile& file) {
  static const std::map<std::string, DotMode> kModes = {
      {"volta", DotMode::kVolta},        {"turing", DotMode::kAmpere},
      {"ampere", DotMode::kAmpere},      {"ada", DotMode::kAmpere},
      {"hopper", DotMode::kHopper},      {"b200_mma", DotMode::kHopper},
      {"hopper_wgmma", DotMode::kWgmma}, {"blackwell", DotMode::kBlackwell}};
  const auto mode = kModes.find(file.mode);
  if (mode == kModes.end()) throw std::runtime_error("unknown mode " + file.mode);
  Setting setting;
  setting.mode = static_cast<unsigned>(mode->second);
  if (file.format == "mxfp4" || file.format == "nvfp4") {
    setting.a_format = setting.b_format = static_cast<unsigned>(DotFormat::kFp4);
    setting.scale_format = file.format == "mxfp4" ? kScaleE8M0 : kScaleUe4M3;
    setting.block = 64;
    return setting;
  }
  std::vector<std::string> parts;
  std::istringstream stream(file.format);
  for (std::string part; std::getline(stream, part, '.');) parts.push_back(part);
  if (parts.size() >= 2 && parts[0] == "mx") {
    setting.a_format = code(parts[1]);
    setting.b_format = code(parts.back());
    setting.scale_format = kScaleE8M0;
  } else if (parts.size() == 2) {
    setting.a_format = setting.b_format = code(parts[0]);
    if (parts[1] == "f16") setting.accumulator = kAccumulateFp16;
  } else {
    throw std::runtime_error("unknown format " + file.format);
  }
  DotOperation operation;
  operation.mode = setting.mode;
  operation.a_format = setting.a_format;
  operation.b_format = setting.b_format;
  setting.block = meaning(operation, {}).count;
  setting.emulated =
      mode->second == DotMode::kHopper && meaning(operation, {}).elements == DotClass::kByteFloat;
  return setting;
}

/// An FP8 number as binary16; both have its value exactly.
std::uint32_t as_half(unsigned format, std::uint32_t bits) {
  const ExactNumber x = decode_element(format, bits);
  const std::uint32_t sign = x.negative ? 0x8000 : 0;
  if (x.is_nan()) return 0x7E00;
  if (x.is_infinite()) return sign | 0x7C00;
  return sign |
         convert(ExactInteger(x.significand), x.exponent - x.fraction_bits, Conversion::kRne16);
}

/// IEEE addition, to nearest even. `d` is no negative zero.
std::uint32_t add_binary32(std::uint32_t d, std::uint32_t c) {
  const float sum = std::bit_cast<float>(d) + std::bit_cast<float>(c);
  return sum != sum ? 0x7FFF'FFFF : std::bit_cast<std::uint32_t>(sum);
}
std::uint32_t add_binary16(std::uint32_t d, std::uint32_t c) {
  const ExactNumber x = decode(kBinary16, d);
  const ExactNumber y = decode(kBinary16, c);
  if (x.is_nan() || y.is_nan()) return 0x7FFF;
  if (x.is_infinite() && y.is_infinite() && x.negative != y.negative) return 0x7FFF;
  if (x.is_infinite()) return d;
  if (y.is_infinite()) return c;
  const ExactInteger sum = signed_significand(x).shifted(x.exponent - 10 + 24) +
                           signed_significand(y).shifted(y.exponent - 10 + 24);
  return convert(sum, -24, Conversion::kRne16);
}

/// The elements of a step of a vector, and what the accumulator starts with.
struct Chain {
  std::vector<DotOperation> steps;
  std::uint32_t c = 0;
};

void place(DotOperation& operation, unsigned k, std::uint32_t a, std::uint32_t b) {
  const unsigned width = width_of(class_of(operation.a_format));
  set_element(operation.a, width, k, a);
  set_element(operation.b, width, k, b);
}

Chain chain_of(const RecordedVector& vector, const Setting& setting) {
  Chain chain;
  chain.c = vector.c;
  DotOperation blank;
  blank.mode = setting.mode;
  blank.a_format = setting.a_format;
  blank.b_format = setting.b_format;
  blank.accumulator = setting.accumulator;
  blank.scale_format = setting.scale_format;
  if (setting.emulated) {
    blank.a_format = blank.b_format = static_cast<unsigned>(DotFormat::kFp16);
    if (vector.a.size() != 32) throw std::runtime_error("K is not 32");
    chain.c = 0;
    chain.steps.assign(2, blank);
    std::array<unsigned, 2> filled{};
    for (unsigned k = 0; k < 32; ++k) {
      const unsigned part = (k & 2) != 0 ? 1 : 0;
      place(chain.steps[part], filled[part]++, as_half(setting.a_format, vector.a[k]),
            as_half(setting.b_format, vector.b[k]));
    }
    return chain;
  }
  const bool short_blocks = 8 * 32 / width_of(class_of(setting.a_format)) > setting.block;
  for (unsigned first = 0; first < vector.a.size(); first += setting.block) {
    DotOperation operation = blank;
    // Blocks shorter than 32 bytes go through all positions of the operand.
    const unsigned blocks = 256 / width_of(class_of(setting.a_format)) / setting.block;
    operation.step = short_blocks ? (first / setting.block + vector.c) % blocks : 0;
    for (unsigned k = first; k < first + setting.block && k < vector.a.size(); ++k) {
      place(operation, operation.step * setting.block + (k - first), vector.a[k], vector.b[k]);
    }
    for (unsigned g = 0; g < 4 && !vector.a_scales.empty(); ++g) {
      // One scale, or one for a half or a quarter of the elements.
      const std::size_t scale = g * vector.a_scales.size() / 4;
      operation.a_scale[g] = static_cast<std::uint8_t>(vector.a_scales[scale]);
      operation.b_scale[g] = static_cast<std::uint8_t>(vector.b_scales[scale]);
    }
    chain.steps.push_back(operation);
  }
  return chain;
}

TEST_CASE("the unit computes what GPUs computed") {
  const std::vector<std::filesystem::path> files = recorded_files();
  if (files.empty()) {
    WARN("no folder of recorded vectors: nothing compared");
    return;
  }
  DotBench bench;
  std::uint64_t total = 0;
  std::uint64_t unlike_reference = 0;
  for (const std::filesystem::path& path : files) {
    const RecordedFile file = read_recorded(path);
    INFO(path.string());
    const Setting setting = setting_of(file);
    std::vector<Chain> chains;
    chains.reserve(file.vectors.size());
    for (const RecordedVector& vector : file.vectors) chains.push_back(chain_of(vector, setting));
    REQUIRE(!chains.empty());

    // The first steps of all vectors, then the second ones: each needs the result of the last.
    std::vector<std::uint32_t> d;
    d.reserve(chains.size());
    for (const Chain& chain : chains) d.push_back(chain.c);
    for (std::size_t step = 0; step < chains.front().steps.size(); ++step) {
      std::vector<std::uint32_t> results;
      const DotBench::Check take = [&](const DotOperation&, std::uint32_t got, std::uint32_t want) {
        results.push_back(got);
        if (got != want) ++unlike_reference;
      };
      for (std::size_t i = 0; i < chains.size(); ++i) {
        DotOperation operation = chains[i].steps.at(step);
        operation.c = d[i];
        bench.issue(operation, take);
      }
      bench.drain(take);
      REQUIRE(results.size() == d.size());
      d = results;
    }
    unsigned wrong = 0;
    for (std::size_t i = 0; i < chains.size(); ++i) {
      std::uint32_t result = d[i];
      if (setting.emulated) {
        result = setting.accumulator == kAccumulateFp16 ? add_binary16(result, file.vectors[i].c)
                                                        : add_binary32(result, file.vectors[i].c);
      }
      if (result != file.vectors[i].d && wrong++ == 0) {
        UNSCOPED_INFO(
            fmt::format("vector {}: {:08x}, recorded {:08x}", i, result, file.vectors[i].d));
      }
    }
    CHECK(wrong == 0);
    total += chains.size();
  }
  CHECK(unlike_reference == 0);
  CHECK(bench.wrong_valids() == 0);
  fmt::print("{} vectors of {} files\n", total, files.size());
}

}  // namespace
}  // namespace heddle::tb
