// The matrix engine's instructions on the functional and on the timed device: what is in tensor
// memory afterwards, who has which columns, and faults.
#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "device/fault.hpp"
#include "functional/device_bench.hpp"
#include "tensor/dot_step.hpp"
#include "tensor/mma_operands.hpp"
#include "timed/timed_device.hpp"

namespace {

using namespace heddle;
using functional::DeviceBench;
using functional::kData;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;
using tb::MmaOperands;

constexpr std::uint32_t kTid = 5;
constexpr std::uint32_t kSharedSize = 8192;
constexpr std::uint32_t kMbarrier = 16;  // its offset
constexpr std::uint32_t kIssuer = 10;
constexpr std::uint32_t kNone = 0xffffffff;
constexpr std::uint32_t kSource = kData + 0x8000;

using MakeDevice = std::unique_ptr<Device> (*)(const char*);
std::unique_ptr<Device> functional_device(const char* config) {
  return make_functional_device(Config::load(config));
}
std::unique_ptr<Device> timed_device(const char* config) {
  return make_timed_device(Config::load(config), MemoryTiming{.latency = 20, .seed = 3});
}

void for_both(const std::function<void(MakeDevice)>& test) {
  SECTION("functional") { test(functional_device); }
  SECTION("timed") { test(timed_device); }
}

void load_operands(Assembler& code, const MmaOperands& mma) {
  const std::array<std::uint32_t, 5> values = mma.operands();
  constexpr std::uint32_t kRegisters[] = {10, 12, 13, 14, 15};
  for (std::size_t i = 0; i < 5; ++i) code.li(kRegisters[i], values[i]);
}

void multiply(Assembler& code, const MmaOperands& mma) {
  load_operands(code, mma);
  code.emit(Op::kTensorMma, {.rs1 = 10, .rs2 = 12, .rs3 = 14});
}

void alloc(Assembler& code, std::uint32_t rd, std::uint32_t columns) {
  code.li(rd, columns);
  code.emit(Op::kTensorAlloc, {.rd = rd, .rs1 = rd});
}

/// Until the mbarrier is in its second phase.
void wait(Assembler& code) {
  code.li(16, kSharedStart + kMbarrier);
  const auto spin = code.here();
  code.i(Op::kMbarrierTest, 11, 16, 0);
  code.i(Op::kAndi, 11, 11, 1);
  code.branch(Op::kBeq, 11, 0, spin);
}

void commit(Assembler& code) {
  code.li(16, kSharedStart + kMbarrier);
  code.emit(Op::kTensorCommit, {.rs1 = 16});
}

struct Bench : DeviceBench {
  Bench(MakeDevice make, const char* name) : DeviceBench(make(name)), config(Config::load(name)) {
    launch.block = {32, 1, 1};
    launch.shared_size = kSharedSize;
    std::mt19937 engine(7);
    bytes.resize(kSharedSize);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(engine());
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

  std::uint32_t tile_byte(std::uint32_t tile, std::uint32_t layout, std::uint32_t row,
                          std::uint32_t byte) const {
    const std::uint32_t pitch = layout <= 1 ? 32 : layout == 2 ? 64 : 128;
    std::uint32_t place = tile + row * pitch + byte;
    if (layout == 1) place ^= (place >> 7 & 1) << 4;
    if (layout == 2) place ^= (place >> 7 & 3) << 4;
    if (layout == 3) place ^= (place >> 7 & 7) << 4;
    return bytes[place];
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
      tensor::OperandBytes a, b;
      for (std::uint32_t i = 0; i < 32; ++i) {
        const std::uint32_t byte = 32 * (operands.first_step + step) + i;
        a[i] = static_cast<std::uint8_t>(tile_byte(operands.a, operands.a_layout, m, byte));
        b[i] = static_cast<std::uint8_t>(tile_byte(operands.b, operands.b_layout, n, byte));
      }
      for (std::uint32_t block = 0; block < mma.blocks(config); ++block) {
        d = dot.compute(a, b, d, block);
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

}  // namespace

TEST_CASE("an MMA multiplies tiles of every layout, step by step") {
  for_both([](MakeDevice make) {
    Bench bench(make, "base");
    for (std::uint32_t layout = 0; layout < 4; ++layout) {
      CAPTURE(layout);
      const std::uint32_t steps = layout == 3 ? 4 : layout == 2 ? 2 : 1;
      bench.check({{.steps = steps,
                    .m = 24,
                    .n = 16,
                    .a = 0x100,
                    .a_layout = layout,
                    .b = 0x1230,
                    .b_layout = layout,
                    .lane = 40,
                    .column = 72}});
    }
    // Different ones, some of the steps.
    bench.check({{.first_step = 1,
                  .steps = 1,
                  .m = 8,
                  .n = 24,
                  .a = 0x200,
                  .a_layout = 3,
                  .b = 0x1000,
                  .b_layout = 2}});
    bench.check({{.first_step = 2,
                  .steps = 2,
                  .m = 16,
                  .n = 8,
                  .a = 0x200,
                  .a_layout = 3,
                  .b = 0x1000,
                  .b_layout = 3}});
  });
}

TEST_CASE("MMAs accumulate one after the other, or begin anew") {
  for_both([](MakeDevice make) {
    for (const char* config : {"ecp5", "base"}) {
      Bench bench(make, config);
      MmaOperands first{.accumulate = true, .m = 16, .n = 16, .a = 0x100, .b = 0x800};
      MmaOperands second = first;
      second.a = 0x1000;
      second.b = 0x1400;
      bench.check({first});
      bench.check({first, second, first, first});
      first.accumulate = false;
      bench.check({second, first, second});
    }
  });
}

TEST_CASE("formats and modes of the configuration, with blocks shorter than a step") {
  for_both([](MakeDevice make) {
    Bench bench(make, "base");
    for (const std::uint32_t format : {0, 1, 2, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15}) {
      for (const std::uint32_t mode : {0, 1, 2, 3, 4, 7}) {
        CAPTURE(format, mode);
        bench.check({{.a_format = format,
                      .b_format = format,
                      .mode = mode,
                      .accumulator = (format + mode) % 4,
                      .accumulate = mode % 2 == 0,
                      .steps = 2,
                      .a = 0x100,
                      .a_layout = 2,
                      .b = 0x400,
                      .b_layout = 3}});
      }
    }
    Bench small(make, "ecp5");
    small.check({{.a_format = 4, .b_format = 5, .mode = 1, .a = 0x100, .b = 0x400}});
    small.check({{.a_format = 12, .b_format = 13, .a = 0x100, .b = 0x400}});
  });
}

TEST_CASE("an alloc finds the lowest run or none") {
  for_both([](MakeDevice make) {
    Bench bench(make, "ecp5");  // 128 columns in blocks of 16
    bench.launch.grid = {5, 1, 1};
    const LaunchResult result = bench.run([&](Assembler& code) {
      code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
      code.li(21, kData);
      std::int32_t place = 0;
      for (const std::uint32_t columns : {32, 1, 64, 32, 16, 16}) {
        // All columns, when no other block has some.
        const auto again = code.here();
        alloc(code, 17, columns);
        if (place == 0) {
          code.li(28, kNone);
          code.branch(Op::kBeq, 17, 28, again);
        }
        code.store(Op::kSw, 17, 21, place);
        place += 4;
      }
      code.exit();
    });
    REQUIRE(result.status == LaunchStatus::kOk);
    CHECK(result.counters.ctas_done == 5);
    const bool alone = bench.device->kind() == "functional";
    if (!alone) return;  // several blocks at a time: who gets what is theirs to know
    const std::uint32_t wanted[] = {0, 32, 64, kNone, 48, kNone};
    for (std::uint32_t i = 0; i < 6; ++i) CHECK(bench.word(kData + 4 * i) == wanted[i]);
  });
}

TEST_CASE("blocks end before their MMAs, whose slot and columns then wait") {
  for_both([](MakeDevice make) {
    Bench bench(make, "ecp5");
    bench.launch.grid = {12, 1, 1};
    const LaunchResult result = bench.run([&](Assembler& code) {
      bench.prologue(code);
      const auto again = code.here();
      alloc(code, 17, 128);
      code.li(28, kNone);
      code.branch(Op::kBeq, 17, 28, again);
      multiply(code, {.m = 32, .n = 32, .a = 0x100, .b = 0x800});
      multiply(code, {.accumulate = true, .m = 32, .n = 32, .a = 0x100, .b = 0x800});
      code.exit();
    });
    CHECK(result.status == LaunchStatus::kOk);
    CHECK(result.counters.ctas_done == 12);
  });
}

TEST_CASE("words of tensor memory are a thread's own; of one address the highest thread's stays") {
  for_both([](MakeDevice make) {
    Bench bench(make, "ecp5");
    const LaunchResult result = bench.run([&](Assembler& code) {
      bench.prologue(code);
      alloc(code, 17, 16);
      // Lane 2 * thread, column thread mod 16: one word each; then column 3 of lane 60 for all.
      code.i(Op::kSlli, 20, kTid, 17);
      code.i(Op::kAndi, 21, kTid, 15);
      code.r(Op::kAdd, 20, 20, 21);
      code.i(Op::kAddi, 22, kTid, 700);
      code.emit(Op::kTensorSt, {.rs1 = 20, .rs2 = 22});
      code.li(23, 61u << 16 | 3);
      code.emit(Op::kTensorSt, {.rs1 = 23, .rs2 = 22});
      code.fence();
      code.emit(Op::kTensorLd, {.rd = 24, .rs1 = 20});
      code.emit(Op::kTensorLd, {.rd = 25, .rs1 = 23});
      code.emit(Op::kTensorLd, {.rd = 0, .rs1 = 23});
      code.li(21, kData);
      code.r(Op::kSh2add, 21, kTid, 21);
      code.store(Op::kSw, 24, 21, 0);
      code.store(Op::kSw, 25, 21, 128);
      code.exit();
    });
    REQUIRE(result.status == LaunchStatus::kOk);
    for (std::uint32_t thread = 0; thread < 32; ++thread) {
      CHECK(bench.word(kData + 4 * thread) == 700 + thread);
      CHECK(bench.word(kData + 128 + 4 * thread) == 731);
    }
  });
}

TEST_CASE("an MMA's faults name its lowest thread") {
  constexpr std::uint32_t kOperand = 1;  // the address is rs1
  const struct {
    const char* name;
    void (*spoil)(MmaOperands&);
    std::uint32_t cause, address;
  } cases[] = {
      {"reserved bits", [](MmaOperands& mma) { mma.reserved = 8; }, cause::kMma, kOperand},
      {"rs2 + 1", [](MmaOperands& mma) { mma.a_high = 1; }, cause::kMma, kOperand},
      {"rs3 + 1", [](MmaOperands& mma) { mma.b_high = 0x80000000; }, cause::kMma, kOperand},
      {"no format", [](MmaOperands& mma) { mma.a_format = mma.b_format = 3; }, cause::kMma,
       kOperand},
      {"two classes", [](MmaOperands& mma) { mma.a_format = 0; }, cause::kMma, kOperand},
      {"not of ecp5", [](MmaOperands& mma) { mma.a_format = mma.b_format = 2; }, cause::kMma,
       kOperand},
      {"B's format not of ecp5",
       [](MmaOperands& mma) {
         mma.a_format = 4;
         mma.b_format = 6;
       },
       cause::kMma, kOperand},
      {"steps of A", [](MmaOperands& mma) { mma.steps = 2, mma.b_layout = 2; }, cause::kMma,
       kOperand},
      {"steps of B", [](MmaOperands& mma) { mma.first_step = 1, mma.a_layout = 3; }, cause::kMma,
       kOperand},
      {"lane", [](MmaOperands& mma) { mma.lane = 4; }, cause::kMma, kOperand},
      {"column", [](MmaOperands& mma) { mma.column = 12; }, cause::kMma, kOperand},
      {"lanes", [](MmaOperands& mma) { mma.lane = 64; }, cause::kMma, kOperand},
      {"rows", [](MmaOperands& mma) { mma.lane = 56, mma.m = 16; }, cause::kMma, kOperand},
      {"columns", [](MmaOperands& mma) { mma.column = 128; }, cause::kMma, kOperand},
      {"another's column", [](MmaOperands& mma) { mma.n = 40; }, cause::kMma, kOperand},
      {"A's end", [](MmaOperands& mma) { mma.a = kSharedSize - 16; }, cause::kStoreAccess,
       kSharedStart + kSharedSize - 16},
      {"B's end", [](MmaOperands& mma) { mma.b = kSharedSize - 128, mma.b_layout = 1; },
       cause::kStoreAccess, kSharedStart + kSharedSize - 128},
      {"both ends",
       [](MmaOperands& mma) {
         mma.a = kSharedSize;
         mma.b = kSharedSize - 16;
       },
       cause::kStoreAccess, kSharedStart + kSharedSize},
      {"the fields come first",
       [](MmaOperands& mma) {
         mma.a = kSharedSize;
         mma.lane = 4;
       },
       cause::kMma, kOperand},
  };
  for_both([&](MakeDevice make) {
    for (const auto& wrong : cases) {
      INFO(wrong.name);
      Bench bench(make, "ecp5");
      MmaOperands mma{.a = 0x100, .b = 0x400};
      wrong.spoil(mma);
      std::uint32_t pc = 0;
      const LaunchResult result = bench.run_one([&](Assembler& code) {
        alloc(code, 17, 32);
        const auto others = code.new_label();
        code.li(29, kIssuer);
        code.branch(Op::kBltu, kTid, 29, others);
        load_operands(code, mma);
        pc = code.pc();
        code.emit(Op::kTensorMma, {.rs1 = 10, .rs2 = 12, .rs3 = 14});
        code.place(others);
      });
      REQUIRE(result.status == LaunchStatus::kFault);
      CHECK(result.fault.cause == wrong.cause);
      CHECK(result.fault.mask == 1u << kIssuer);
      CHECK(result.fault.pc == pc);
      CHECK(result.fault.address == (wrong.address == kOperand ? mma.descriptor() : wrong.address));
    }
  });
}

TEST_CASE("the pair x0 is two zeros") {
  for_both([](MakeDevice make) {
    Bench bench(make, "ecp5");
    const MmaOperands mma{.a = 0, .b = 0};
    const LaunchResult result = bench.run([&](Assembler& code) {
      bench.prologue(code);
      alloc(code, 17, 32);
      code.li(10, mma.descriptor());
      code.emit(Op::kTensorMma, {.rs1 = 10, .rs2 = 0, .rs3 = 0});
      commit(code);
      wait(code);
      code.exit();
    });
    CHECK(result.status == LaunchStatus::kOk);
  });
}

TEST_CASE("faults of the other instructions") {
  const struct {
    const char* name;
    Op op;
    std::uint32_t rs1, rs2;
    std::uint32_t cause;
  } cases[] = {
      {"commit misaligned", Op::kTensorCommit, kSharedStart + 12, 0, cause::kStoreMisaligned},
      {"commit, both", Op::kTensorCommit, kData + 4, 0, cause::kStoreMisaligned},
      {"commit in global memory", Op::kTensorCommit, kData, 0, cause::kStoreAccess},
      {"commit in local memory", Op::kTensorCommit, 0xe0000000, 0, cause::kStoreAccess},
      {"commit behind the end", Op::kTensorCommit, kSharedStart + kSharedSize, 0,
       cause::kStoreAccess},
      {"no columns", Op::kTensorAlloc, 0, 0, cause::kTensorMemory},
      {"no power of two", Op::kTensorAlloc, 48, 0, cause::kTensorMemory},
      {"too many columns", Op::kTensorAlloc, 256, 0, cause::kTensorMemory},
      {"columns that are another's", Op::kTensorDealloc, 32, 32, cause::kTensorMemory},
      {"no start of a run", Op::kTensorDealloc, 16, 32, cause::kTensorMemory},
      {"within a block", Op::kTensorDealloc, 8, 8, cause::kTensorMemory},
      {"no size of a run", Op::kTensorDealloc, 0, 24, cause::kTensorMemory},
      {"a run of none", Op::kTensorDealloc, 0, 0, cause::kTensorMemory},
      {"more than there is", Op::kTensorDealloc, 0, 64, cause::kTensorMemory},
      {"behind the columns", Op::kTensorDealloc, 128, 16, cause::kTensorMemory},
      {"load of a lane", Op::kTensorLd, 64u << 16, 0, cause::kTensorMemory},
      {"load of a column", Op::kTensorLd, 128, 0, cause::kTensorMemory},
      {"load of another's column", Op::kTensorLd, 32, 0, cause::kTensorMemory},
      {"store of a lane", Op::kTensorSt, 0xffff0000, 0, cause::kTensorMemory},
      {"store of another's column", Op::kTensorSt, 127, 0, cause::kTensorMemory},
  };
  for_both([&](MakeDevice make) {
    for (const auto& wrong : cases) {
      INFO(wrong.name);
      Bench bench(make, "ecp5");
      std::uint32_t pc = 0;
      const LaunchResult result = bench.run_one([&](Assembler& code) {
        alloc(code, 17, 32);
        const auto others = code.new_label();
        code.li(29, kIssuer);
        code.branch(Op::kBne, kTid, 29, others);
        code.li(10, wrong.rs1);
        code.li(12, wrong.rs2);
        pc = code.pc();
        code.emit(wrong.op, {.rd = isa::info(wrong.op).writes_rd ? 11u : 0u,
                             .rs1 = 10,
                             .rs2 = isa::info(wrong.op).reads_rs2 ? 12u : 0u});
        code.place(others);
      });
      REQUIRE(result.status == LaunchStatus::kFault);
      CHECK(result.fault.cause == wrong.cause);
      CHECK(result.fault.mask == 1u << kIssuer);
      CHECK(result.fault.pc == pc);
      CHECK(result.fault.address == wrong.rs1);
    }
  });
}

TEST_CASE("a fault of tensor.ld is that of the first row of lanes with one") {
  for_both([](MakeDevice make) {
    Bench bench(make, "ecp5");  // 8 lanes
    const LaunchResult result = bench.run_one([&](Assembler& code) {
      alloc(code, 17, 16);
      code.i(Op::kAddi, 20, kTid, 5);  // from thread 11 on outside of the columns
      code.emit(Op::kTensorLd, {.rd = 21, .rs1 = 20});
    });
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == cause::kTensorMemory);
    CHECK(result.fault.mask == 0xf800);
    CHECK(result.fault.address == 16);
  });
}

TEST_CASE("without a matrix engine its instructions are illegal, and the message says why") {
  for_both([](MakeDevice make) {
    const Op ops[] = {Op::kTensorMma,     Op::kTensorCommit, Op::kTensorAlloc,
                      Op::kTensorDealloc, Op::kTensorLd,     Op::kTensorSt};
    for (const Op op : ops) {
      DeviceBench bench(make("nano"));
      std::uint32_t pc = 0;
      const LaunchResult result = bench.run([&](Assembler& code) {
        pc = code.pc();
        code.emit(op, {});
        code.exit();
      });
      REQUIRE(result.status == LaunchStatus::kFault);
      CHECK(result.fault.cause == cause::kIllegal);
      CHECK(result.fault.pc == pc);
      CHECK(result.fault.address == isa::info(op).match);
      CHECK_THAT(result.message, Catch::Contains("there is no matrix engine"));
    }
  });
}
