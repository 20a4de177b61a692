// Vectorized floating point against isa/float32, lane by lane: results and flags.
#include "isa/float_lanes.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "isa/semantics.hpp"
#include "random/assembler.hpp"

namespace {

namespace isa = heddle::isa;
using isa::HostFloatEnvironment;
using isa::kWarpSize;
using isa::Lanes;
using isa::Op;

// Registers and fcsr of one warp.
struct Warp {
  std::array<Lanes, 8> x;
  std::array<std::uint8_t, kWarpSize> fcsr{};
};

using Execute = void (*)(const isa::FloatOperation&, Lanes&);

void run(Execute execute, const isa::Instruction& instruction, std::uint32_t group, Warp& warp) {
  Lanes mask;
  isa::expand_mask(group, mask);
  Lanes result;
  execute({.instruction = instruction,
           .a = warp.x[instruction.rs1].data(),
           .b = warp.x[instruction.rs2 % 8].data(),
           .c = warp.x[instruction.rs3 % 8].data(),
           .fcsr = warp.fcsr.data(),
           .active = group,
           .mask = mask},
          result);
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    if ((group >> lane & 1) != 0) warp.x[instruction.rd][lane] = result[lane];
  }
}

// What kind of values a warp computes with decides which of the ways through execute_float are
// taken.
enum class Values { kPlain, kSmallIntegers, kTiny, kHuge, kIntegerRange, kAnything };

std::uint32_t make_value(std::mt19937& random, Values values) {
  const auto bits = static_cast<std::uint32_t>(random());
  const auto exponent = [&](std::uint32_t low, std::uint32_t range) {
    return (bits & 0x807fffff) | (low + static_cast<std::uint32_t>(random()) % range) << 23;
  };
  switch (values) {
    case Values::kPlain: return exponent(120, 12);
    case Values::kSmallIntegers:
      return isa::float32::from_int32(bits % 64 - 32, isa::kRoundNearestEven).bits;
    case Values::kTiny: return exponent(0, 30);
    case Values::kHuge: return exponent(225, 30);
    case Values::kIntegerRange:
      // 2^31, the first value that no signed integer holds, is rare enough to meet others that fit.
      return random() % 64 == 0 ? 0x4f000000 | (bits & 0x80000000) : exponent(124, 34);
    case Values::kAnything: break;
  }
  static constexpr std::uint32_t kSpecial[] = {0,          1,          0x007fffff, 0x00800000,
                                               0x7f7fffff, 0x7f800000, 0x7fc00000, 0x7f800001};
  return random() % 4 == 0 ? kSpecial[random() % 8] ^ (bits & 0x80000000) : bits;
}

bool same(const Warp& a, const Warp& b) {
  for (std::size_t reg = 0; reg < a.x.size(); ++reg) {
    if (a.x[reg].value != b.x[reg].value) return false;
  }
  return a.fcsr == b.fcsr;
}

std::vector<Op> float_ops() {
  std::vector<Op> ops;
  for (std::size_t i = 1; i < isa::kOpCount; ++i) {
    const Op op = static_cast<Op>(i);
    if (isa::info(op).unit == isa::Unit::kFloat || isa::is_float_divide(op)) ops.push_back(op);
  }
  return ops;
}

}  // namespace

TEST_CASE("vectorized floating point agrees with float32 in results, flags and untouched lanes") {
  constexpr std::uint32_t kSeed = 77;
  constexpr int kRounds = 400;
  const HostFloatEnvironment environment;
  std::mt19937 random(kSeed);
  const auto bits = [&] { return static_cast<std::uint32_t>(random()); };
  Warp warp;
  for (const Op op : float_ops()) {
    const isa::Info& info = isa::info(op);
    for (const Values values : {Values::kPlain, Values::kSmallIntegers, Values::kTiny,
                                Values::kHuge, Values::kIntegerRange, Values::kAnything}) {
      for (int round = 0; round < kRounds; ++round) {
        const std::uint32_t group = round % 2 == 0 ? 0xffffffff : bits() | 1;
        for (auto& reg : warp.x) {
          for (auto& lane : reg.value) {
            lane = op == Op::kFcvtSW || op == Op::kFcvtSWu ? bits() >> bits() % 32
                                                           : make_value(random, values);
          }
        }
        // Flags as they stand after some time: none, those of this warp's other threads, or all.
        const std::uint32_t sticky = round % 3 == 0 ? 0 : round % 3 == 1 ? bits() & 0x1f : 0x1f;
        const bool changes_mode = round % 8 == 7;
        for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
          const std::uint32_t mode = changes_mode ? bits() % 8 : round % 16 == 3 ? 6 : 0;
          const std::uint32_t flags = round % 5 == 0 ? sticky & bits() : sticky;
          warp.fcsr[lane] = static_cast<std::uint8_t>(mode << 5 | flags);
        }
        heddle::random::Fields fields{.rd = bits() % 8, .rs1 = bits() % 8};
        if (info.reads_rs2) fields.rs2 = bits() % 8;
        if (info.reads_rs3) fields.rs3 = bits() % 8;
        static constexpr std::uint32_t kModes[] = {0, 0, 7, 7, 1, 2, 3, 4};
        if (info.has_rm) fields.rm = kModes[bits() % 8];
        const isa::Instruction instruction = isa::decode(heddle::random::encode(op, fields));
        REQUIRE(instruction.op == op);

        Warp expected = warp;
        run(isa::execute_float_by_lane, instruction, group, expected);
        run(isa::execute_float, instruction, group, warp);
        INFO(isa::disassemble(instruction.word, 0));
        CAPTURE(kSeed, round, static_cast<int>(values), group);
        REQUIRE(same(warp, expected));
      }
    }
  }
}
