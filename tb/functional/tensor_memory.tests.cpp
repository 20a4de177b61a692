// The matrix engine's instructions on the functional and on the timed device: what is in tensor
// memory afterwards, and who has which columns.
#include <catch2/catch.hpp>

#include "functional/tensor_bench.hpp"

namespace {

using namespace heddle;
using namespace heddle::functional::tensor_bench;
using functional::kData;

constexpr std::uint32_t kNone = 0xffffffff;  // an alloc found no run

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

TEST_CASE("transposed operands of every layout and format, with slabs") {
  for_both([](MakeDevice make) {
    Bench bench(make, "base");
    for (const std::uint32_t format : {0, 1, 4, 8, 12}) {
      for (std::uint32_t i = 0; i < 12; ++i) {
        const std::uint32_t a_layout = i % 4, b_layout = (i + i / 4) % 4, which = i % 3;
        const bool a_transposed = which != 1, b_transposed = which != 0;
        const auto steps = [](std::uint32_t layout, bool transposed) {
          return transposed || layout == 3 ? 4u : layout == 2 ? 2u : 1u;
        };
        // A K-step of bytes in rows of 128 has 4 KB.
        const bool one =
            format >= 4 && ((a_transposed && a_layout == 3) || (b_transposed && b_layout == 3));
        const std::uint32_t most =
            one ? 1 : std::min({steps(a_layout, a_transposed), steps(b_layout, b_transposed), 2u});
        CAPTURE(format, i);
        bench.check({{.a_format = format,
                      .b_format = format,
                      .accumulate = i % 2 == 0,
                      .first_step = most - 1,
                      .m = i % 2 == 0 ? 32u : 8u,
                      .n = i % 5 == 0 ? 24u : 32u,
                      .a_transposed = a_transposed,
                      .b_transposed = b_transposed,
                      .a_slab = a_transposed ? 0x210u : 0,
                      .b_slab = b_transposed ? 0x30u : 0,
                      .a = 0x100 + 16 * (i % 7),
                      .a_layout = a_layout,
                      .b = 0xfc0 - 16 * (i % 5),
                      .b_layout = b_layout,
                      .lane = 8 * (i % 3),
                      .column = 8 * (i % 4)}});
      }
    }
  });
}

TEST_CASE("a sparse A of every layout and format") {
  for_both([](MakeDevice make) {
    Bench bench(make, "base");
    for (const std::uint32_t format : {0, 1, 4, 5, 8, 12, 13}) {
      const bool wide = format < 2;
      for (std::uint32_t i = 0; i < 12; ++i) {
        const bool a_transposed = i % 3 == 1, b_transposed = i % 4 == 2;
        const std::uint32_t a_layout = wide ? i / 2 % 4 : i / 2 % 3;
        const std::uint32_t b_layout = !b_transposed ? 2 + i % 2 : wide ? i % 4 : i % 3;
        // B's tile has two K-steps, and A's too.
        const bool two = wide && (b_transposed || b_layout == 3) && (a_transposed || a_layout > 1);
        CAPTURE(format, i);
        bench.check({{.a_format = format,
                      .b_format = format,
                      .mode = i % 5,
                      .accumulator = i / 3 % 4,
                      .accumulate = i % 2 == 0,
                      .first_step = two && i % 5 == 0 ? 1u : 0,
                      .steps = two && i % 5 != 0 ? 2u : 1u,
                      .m = i % 2 == 0 ? 32u : 8u,
                      .n = i % 5 == 0 ? 24u : 16u,
                      .a_transposed = a_transposed,
                      .b_transposed = b_transposed,
                      .a_slab = a_transposed ? 0x110u : 0,
                      .b_slab = b_transposed ? 0x30u : 0,
                      .a = 0x100 + 16 * (i % 7),
                      .a_layout = a_layout,
                      .b = 0xfc0 - 16 * (i % 5),
                      .b_layout = b_layout,
                      .lane = 8 * (i % 3),
                      .column = 8 * (i % 4),
                      .sparse = true,
                      .a_scales = 0x800 + 16 * i}});
      }
    }
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

TEST_CASE("rows have scales for their blocks of elements, in all formats with scales") {
  struct Scaled {
    std::uint32_t a_format, b_format, scale_format;
  };
  static constexpr Scaled kScaled[] = {{4, 4, 1}, {5, 4, 1}, {6, 7, 1}, {8, 8, 1},
                                       {7, 8, 1}, {9, 9, 1}, {9, 9, 2}};
  for_both([](MakeDevice make) {
    Bench bench(make, "base", Bytes::kFinite);
    for (const Scaled& scaled : kScaled) {
      for (const std::uint32_t mode : {0, 1, 2, 4}) {
        CAPTURE(scaled.a_format, scaled.b_format, scaled.scale_format, mode);
        bench.check({{.a_format = scaled.a_format,
                      .b_format = scaled.b_format,
                      .mode = mode,
                      .accumulator = 3 - mode % 4,
                      .first_step = 1,
                      .steps = 3,
                      .m = 16,
                      .n = 24,
                      .scale_format = scaled.scale_format,
                      .a = 0x100,
                      .a_layout = 3,
                      .b = 0x900,
                      .b_layout = 3,
                      .lane = 24,
                      .column = 40,
                      .a_scales = 0x1510,
                      .b_scales = 0x1b30}});
      }
      // Of 32 bytes of a row, all that there is.
      bench.check({{.a_format = scaled.a_format,
                    .b_format = scaled.b_format,
                    .accumulate = true,
                    .scale_format = scaled.scale_format,
                    .a = 0x100,
                    .b = 0x900,
                    .a_scales = kSharedSize - 0x80,
                    .b_scales = kSharedSize - 0x80}});
    }
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

TEST_CASE(
    "words of tensor memory are a thread's own, at rs1 + imm; of one address the highest thread's "
    "stays") {
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
      code.i(Op::kAddi, 23, 23, 2000);
      code.store(Op::kTensorSt, 22, 23, -2000);
      code.i(Op::kAddi, 23, 23, -2000);
      code.fence();
      code.i(Op::kAddi, 20, 20, -40);
      code.i(Op::kTensorLd, 24, 20, 40);
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

TEST_CASE("the pair x0 of tensor.mma is two zeros") {
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
