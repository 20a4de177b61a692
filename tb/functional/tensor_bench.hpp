// Programs with the matrix engine's instructions, for the functional and the timed device.
#pragma once

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "functional/device_bench.hpp"
#include "tensor/dot_step.hpp"
#include "tensor/mma_operands.hpp"
#include "timed/timed_device.hpp"

namespace heddle::functional::tensor_bench {

using isa::Op;
using random::Assembler;
using tb::MmaOperands;

inline constexpr std::uint32_t kTid = 5;
inline constexpr std::uint32_t kSharedSize = 8192;
inline constexpr std::uint32_t kMbarrier = 16;  // its offset
inline constexpr std::uint32_t kIssuer = 10;
inline constexpr std::uint32_t kSource = kData + 0x8000;

using MakeDevice = std::unique_ptr<Device> (*)(const char*);
inline std::unique_ptr<Device> functional_device(const char* config) {
  return make_functional_device(Config::load(config));
}
inline std::unique_ptr<Device> timed_device(const char* config) {
  return make_timed_device(Config::load(config), MemoryTiming{.latency = 20, .seed = 3});
}

inline void for_both(const std::function<void(MakeDevice)>& test) {
  SECTION("functional") { test(functional_device); }
  SECTION("timed") { test(timed_device); }
}

inline void load_operands(Assembler& code, const MmaOperands& mma) {
  const std::array<std::uint32_t, 5> values = mma.operands();
  constexpr std::uint32_t kRegisters[] = {10, 12, 13, 14, 15};
  for (std::size_t i = 0; i < 5; ++i) code.li(kRegisters[i], values[i]);
}

inline void multiply(Assembler& code, const MmaOperands& mma) {
  load_operands(code, mma);
  code.emit(Op::kTensorMma, {.rs1 = 10, .rs2 = 12, .rs3 = 14});
}

inline void alloc(Assembler& code, std::uint32_t rd, std::uint32_t columns) {
  code.li(rd, columns);
  code.emit(Op::kTensorAlloc, {.rd = rd, .rs1 = rd});
}

/// Until the mbarrier is in its second phase.
inline void wait(Assembler& code) {
  code.li(16, kSharedStart + kMbarrier);
  const auto spin = code.here();
  code.i(Op::kMbarrierTest, 11, 16, 0);
  code.i(Op::kAndi, 11, 11, 1);
  code.branch(Op::kBeq, 11, 0, spin);
}

inline void commit(Assembler& code) {
  code.li(16, kSharedStart + kMbarrier);
  code.emit(Op::kTensorCommit, {.rs1 = 16});
}

/// Which bytes shared memory has: any; or those that are numbers in all formats, and scales between
/// 2^-11 and 2^12.
enum class Bytes { kAny, kFinite };

struct Bench : DeviceBench {
  Bench(MakeDevice make, const char* name, Bytes kind = Bytes::kAny)
      : DeviceBench(make(name)), config(Config::load(name)) {
    launch.block = {32, 1, 1};
    launch.shared_size = kSharedSize;
    std::mt19937 engine(7);
    bytes.resize(kSharedSize);
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(engine());
      if (kind == Bytes::kAny) continue;
      byte = static_cast<std::uint8_t>(byte < 0x80 ? 0x74 + byte % 8 : 0x80 + byte % 12);
    }
    device->write_memory(kSource, std::as_bytes(std::span(bytes)));
  }
  Config config;
  std::vector<std::uint8_t> bytes;

  /// All of shared memory from 256 on is filled from kSource; an mbarrier expects one arrival.
  void prologue(Assembler& code) {
    code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
    code.li(16, kSharedStart + kMbarrier);
    code.li(28, 1u << 2 | 1u << 22);
    code.store(Op::kSw, 28, 16, 0);
    code.store(Op::kSw, 0, 16, 4);
    code.li(28, kSource + 256);
    code.r(Op::kSh2add, 28, kTid, 28);
    code.li(29, kSharedStart + 256);
    code.r(Op::kSh2add, 29, kTid, 29);
    code.li(30, kSource + kSharedSize);
    const auto copy = code.here();
    code.i(Op::kLw, 11, 28, 0);
    code.store(Op::kSw, 11, 29, 0);
    code.i(Op::kAddi, 28, 28, 128);
    code.i(Op::kAddi, 29, 29, 128);
    code.branch(Op::kBltu, 28, 30, copy);
    code.fence();
  }
  /// D of the command to kData, a row of 32 columns for each lane: thread t has column t.
  static void read_back(Assembler& code, const MmaOperands& mma) {
    code.li(20, mma.lane << 16 | mma.column);
    code.r(Op::kAdd, 20, 20, kTid);
    code.li(21, kData);
    code.r(Op::kSh2add, 21, kTid, 21);
    code.li(22, mma.m);
    code.li(23, 1u << 16);
    const auto row = code.here();
    code.emit(Op::kTensorLd, {.rd = 24, .rs1 = 20});
    code.store(Op::kSw, 24, 21, 0);
    code.r(Op::kAdd, 20, 20, 23);
    code.i(Op::kAddi, 21, 21, 128);
    code.i(Op::kAddi, 22, 22, -1);
    code.branch(Op::kBne, 22, 0, row);
  }

  /// A row's four scales in the command's step `step`.
  tensor::OperandScales scales(const MmaOperands& operands, std::uint32_t tile, std::uint32_t row,
                               std::uint32_t step) const {
    if (operands.scale_format == 0) return 0;
    const bool fp4 = operands.a_format == 9;
    const std::uint32_t count = !fp4 ? 1 : operands.scale_format == 1 ? 2 : 4;
    const std::uint8_t* own = &bytes[tile + count * (4 * row + operands.first_step + step)];
    switch (count) {
      case 1: return own[0] * 0x01010101u;
      case 2: return own[0] * 0x0101u | own[1] * 0x01010000u;
      default: return own[0] | own[1] << 8 | own[2] << 16 | std::uint32_t{own[3]} << 24;
    }
  }
  /// What D becomes, step by step.
  std::uint32_t element(const MmaOperands& operands, std::uint32_t m, std::uint32_t n,
                        std::uint32_t before) const {
    const std::array<std::uint32_t, 5> words = operands.operands();
    const isa::TensorMma mma =
        isa::TensorMma::from(words[0], words[1], words[2], words[3], words[4]);
    const tensor::DotStep dot(config, mma);
    std::uint32_t d = operands.accumulate ? before : 0;
    for (std::uint32_t step = 0; step < operands.steps; ++step) {
      const tensor::OperandScales a_scales = scales(operands, operands.a_scales, m, step);
      const tensor::OperandScales b_scales = scales(operands, operands.b_scales, n, step);
      tensor::OperandBytes a, b;
      for (std::uint32_t i = 0; i < 32; ++i) {
        a[i] = bytes[operands.place(false, m, operands.first_step + step, i)];
        b[i] = bytes[operands.other_place(m, n, operands.first_step + step, i,
                                          [&](auto place) { return bytes[place]; })];
      }
      for (std::uint32_t block = 0; block < mma.blocks(config); ++block) {
        d = dot.compute({a, a_scales}, {b, b_scales}, d, block);
      }
    }
    return d;
  }

  /// D starts as lane * 1000 + thread (as bits); a thread runs the commands, all others wait.
  void check(const std::vector<MmaOperands>& commands) {
    const MmaOperands& first = commands.front();
    const LaunchResult result = run([&](Assembler& code) {
      prologue(code);
      alloc(code, 17, config.tensor_columns);
      code.li(20, first.lane << 16 | first.column);
      code.r(Op::kAdd, 20, 20, kTid);
      code.li(22, first.m);
      code.li(23, 1u << 16);
      code.i(Op::kAddi, 24, kTid, 0);
      const auto row = code.here();
      code.emit(Op::kTensorSt, {.rs1 = 20, .rs2 = 24});
      code.r(Op::kAdd, 20, 20, 23);
      code.i(Op::kAddi, 24, 24, 1000);
      code.i(Op::kAddi, 22, 22, -1);
      code.branch(Op::kBne, 22, 0, row);
      code.fence();
      const auto others = code.new_label();
      code.li(29, kIssuer);
      code.branch(Op::kBltu, kTid, 29, others);  // the lowest of the others issues
      for (const MmaOperands& command : commands) multiply(code, command);
      commit(code);
      code.place(others);
      wait(code);
      read_back(code, first);
      code.exit();
    });
    REQUIRE(result.message.empty());
    REQUIRE(result.status == LaunchStatus::kOk);
    for (std::uint32_t m = 0; m < first.m; ++m) {
      for (std::uint32_t n = 0; n < first.n; ++n) {
        std::uint32_t wanted = 1000 * m + n;
        for (const MmaOperands& command : commands) wanted = element(command, m, n, wanted);
        CAPTURE(m, n);
        REQUIRE(word(kData + 128 * m + 4 * n) == wanted);
      }
      for (std::uint32_t n = first.n; n < 32; ++n) {
        REQUIRE(word(kData + 128 * m + 4 * n) == 1000 * m + n);
      }
    }
  }

  LaunchResult run_one(const std::function<void(Assembler&)>& write) {
    return run([&](Assembler& code) {
      prologue(code);
      write(code);
      const auto forever = code.here();
      code.jal(0, forever);
    });
  }
};

}  // namespace heddle::functional::tensor_bench
