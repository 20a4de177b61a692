// The matrix engine in lockstep: MMAs of several warps and blocks at once, on memories of many
// timings, with and without scales; every fault; blocks that end before their MMAs; commits, loads
// and stores of tensor memory in the shadow of MMAs, which a load that waits for long holds up.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "functional/tensor_fault_cases.hpp"
#include "lockstep/open_rtl.hpp"

namespace heddle::lockstep {
namespace {

using namespace functional::tensor_bench;
using functional::kData;
using functional::kSharedStart;

constexpr std::uint32_t kWarps = 4;
constexpr std::uint32_t kCtas = 4;
constexpr std::uint32_t kColumns = 64;  // of a block
constexpr std::uint32_t kNone = 0xffffffff;

std::uint32_t latency = 40;
std::uint64_t memory_seed = 0;

std::unique_ptr<Device> lockstep_device(const char* config) {
  return open_lockstep(config, latency, memory_seed);
}

bool built(const Config& config, const MmaOperands& mma) {
  const auto has = [&](std::uint32_t format) {
    return (config.tensor_formats >> isa::mma_format_bit(format) & 1) != 0;
  };
  return has(mma.a_format) && has(mma.b_format) &&
         isa::mma_class(mma.a_format) == isa::mma_class(mma.b_format);
}

/// A tile of so many bytes behind the mbarriers.
std::uint32_t random_tile(std::mt19937& random, std::uint32_t bytes) {
  const auto place = static_cast<std::uint32_t>(random()) % ((kSharedSize - 256 - bytes) / 16 + 1);
  return 256 + 16 * place;
}

std::uint32_t pitch_of(std::uint32_t layout) { return layout == 0 ? 32 : 16u << layout; }

/// Of an element that may be transposed.
std::uint32_t element_bytes(std::uint32_t format) {
  const isa::MmaClass elements = isa::mma_class(format);
  return elements == isa::MmaClass::kF16 || elements == isa::MmaClass::kBf16 ? 2 : 1;
}

/// Bytes of a K-step of a transposed tile.
std::uint32_t step_bytes(std::uint32_t layout, std::uint32_t format) {
  return 32 / element_bytes(format) * pitch_of(layout);
}

/// K-steps that both operands have, and that are not too great.
void choose_steps(std::mt19937& random, bool may_be_sparse, MmaOperands& mma) {
  const auto steps = [&](bool transposed, std::uint32_t layout) {
    if (!transposed) return pitch_of(layout) / 32;
    return std::min(4u, (kSharedSize - 1024) / step_bytes(layout, mma.a_format));
  };
  const std::uint32_t b_steps = steps(mma.b_transposed, mma.b_layout);
  mma.sparse = may_be_sparse && b_steps >= 2;
  const std::uint32_t most =
      std::min(steps(mma.a_transposed, mma.a_layout), mma.sparse ? b_steps / 2 : b_steps);
  mma.first_step = static_cast<std::uint32_t>(random()) % most;
  mma.steps = 1 + static_cast<std::uint32_t>(random()) % (most - mma.first_step);
}

/// A tile anywhere, of a transposed operand any slab pitch that it has room for.
void place_operand(std::mt19937& random, bool transposed, std::uint32_t layout,
                   std::uint32_t format, std::uint32_t rows, std::uint32_t k_steps,
                   std::uint32_t& tile, std::uint32_t& slab) {
  std::uint32_t bytes = rows * pitch_of(layout);
  if (transposed) {
    bytes = k_steps * step_bytes(layout, format);
    const std::uint32_t slabs = (rows - 1) / (pitch_of(layout) / element_bytes(format));
    const std::uint32_t room = slabs == 0 ? 0x40000 : (kSharedSize - 256 - bytes) / slabs;
    slab = static_cast<std::uint32_t>(random()) % (room / 16) * 16;
    bytes += slabs * slab;
  }
  tile = random_tile(random, bytes);
}

/// A warp's MMAs on its own lanes: the first one begins D anew.
std::vector<MmaOperands> random_mmas(std::mt19937& random, const Config& config,
                                     std::uint32_t warp) {
  const auto below = [&](std::uint32_t bound) {
    return static_cast<std::uint32_t>(random()) % bound;
  };
  constexpr std::uint32_t kFormats[] = {0, 4, 5, 9, 12, 13};
  constexpr std::uint32_t kScaledByteFloats = 7;  // bit of TENSOR_FORMATS
  std::vector<MmaOperands> mmas;
  const std::uint32_t m = 8 * (1 + below(2)), n = 8 * (1 + below(4)), column = 8 * below(4);
  for (std::uint32_t i = 0; i < 4; ++i) {
    MmaOperands mma;
    do {
      mma.a_format = kFormats[below(6)];
      mma.b_format = kFormats[below(6)];
    } while (!built(config, mma));
    mma.mode = below(8);
    mma.accumulator = below(4);
    mma.accumulate = i != 0 && below(3) != 0;
    mma.m = m;
    mma.n = n;
    const isa::MmaClass elements = isa::mma_class(mma.a_format);
    const bool transposable =
        config.tensor_transpose != 0 && elements != isa::MmaClass::kFp4 && below(2) != 0;
    mma.a_transposed = transposable && below(2) != 0;
    mma.b_transposed = transposable && below(2) != 0;
    mma.a_layout = below(4);
    mma.b_layout = below(4);
    choose_steps(
        random, config.tensor_sparse != 0 && elements != isa::MmaClass::kFp4 && below(2) != 0, mma);
    const std::uint32_t steps = mma.first_step + mma.steps,
                        b_steps = mma.sparse ? 2 * steps : steps;
    place_operand(random, mma.a_transposed, mma.a_layout, mma.a_format, m, steps, mma.a,
                  mma.a_slab);
    place_operand(random, mma.b_transposed, mma.b_layout, mma.a_format, n, b_steps, mma.b,
                  mma.b_slab);
    if (mma.sparse) mma.a_scales = random_tile(random, 16 * m);
    if (mma.a_transposed || mma.b_transposed || mma.sparse) {
      // These have no scales.
    } else if (elements == isa::MmaClass::kFp4 ||
               (config.tensor_formats >> kScaledByteFloats & 1) != 0) {
      mma.scale_format = below(3);
    }
    const std::uint32_t scales = isa::mma_scales(elements, mma.scale_format);
    if (scales == 0) mma.scale_format = 0;
    if (scales != 0) {
      mma.a_scales = random_tile(random, 4 * scales * m);
      mma.b_scales = random_tile(random, 4 * scales * n);
    }
    mma.lane = 16 * warp;
    mma.column = column;
    mmas.push_back(mma);
  }
  return mmas;
}

/// `column` of all commands is that in the block's columns, whose first one is in x17.
void multiply_in_columns(Assembler& code, const MmaOperands& mma) {
  load_operands(code, mma);
  code.i(Op::kSlli, 18, 17, 16);
  code.r(Op::kAdd, 12, 12, 18);
  code.emit(Op::kTensorMma, {.rs1 = 10, .rs2 = 12, .rs3 = 14});
}

/// Thread 0 takes the block's columns; all get the first one into x17, through shared memory.
void take_columns(Assembler& code) {
  const auto others = code.new_label();
  code.li(28, kSharedStart + kMbarrier + 8);
  code.branch(Op::kBne, kTid, 0, others);
  const auto again = code.here();
  alloc(code, 17, kColumns);
  code.li(29, kNone);
  code.branch(Op::kBeq, 17, 29, again);
  code.store(Op::kSw, 17, 28, 0);
  code.place(others);
  code.barrier();
  code.i(Op::kLw, 17, 28, 0);
}

void give_back_columns(Assembler& code) {
  const auto others = code.new_label();
  code.barrier();
  code.branch(Op::kBne, kTid, 0, others);
  code.li(18, kColumns);
  code.emit(Op::kTensorDealloc, {.rs1 = 17, .rs2 = 18});
  code.place(others);
  code.exit();
}

void check_warps(const char* config) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(static_cast<std::uint32_t>(seed));
    latency = static_cast<std::uint32_t>(3 + 20 * (seed % 5));
    memory_seed = seed;
    Bench bench(lockstep_device, config, seed % 2 == 0 ? Bytes::kAny : Bytes::kFinite);
    bench.launch.grid = {kCtas, 1, 1};
    bench.launch.block = {32 * kWarps, 1, 1};
    std::vector<std::vector<MmaOperands>> mmas;
    for (std::uint32_t warp = 0; warp < kWarps; ++warp) {
      mmas.push_back(random_mmas(random, bench.config, warp));
    }
    const LaunchResult result = bench.run([&](Assembler& code) {
      bench.prologue(code);
      code.li(16, kSharedStart + kMbarrier);
      code.li(28, kWarps << 2 | kWarps << 22);
      code.store(Op::kSw, 28, 16, 0);
      take_columns(code);
      code.i(Op::kSrli, 19, kTid, 5);
      const auto issued = code.new_label();
      for (std::uint32_t warp = 0; warp < kWarps; ++warp) {
        const auto others = code.new_label();
        code.li(28, warp);
        code.branch(Op::kBne, 19, 28, others);
        code.csr(Op::kCsrrs, 28, isa::csr::kLaneid, 0);
        code.li(29, 7 * warp);
        code.branch(Op::kBltu, 28, 29, issued);  // the lowest of the others issues
        for (const MmaOperands& mma : mmas[warp]) multiply_in_columns(code, mma);
        commit(code);
        code.jal(0, issued);
        code.place(others);
      }
      code.place(issued);
      wait(code);
      // A row of 32 columns for each lane, of all warps, in the block's part of kData.
      code.csr(Op::kCsrrs, 21, isa::csr::kCtaidX, 0);
      code.li(22, 128 * 16 * kWarps);
      code.r(Op::kMul, 21, 21, 22);
      code.li(22, kData);
      code.r(Op::kAdd, 21, 21, 22);
      code.csr(Op::kCsrrs, 20, isa::csr::kLaneid, 0);
      code.r(Op::kSh2add, 21, 20, 21);
      code.r(Op::kAdd, 20, 20, 17);
      for (std::uint32_t warp = 0; warp < kWarps; ++warp) {
        const auto others = code.new_label();
        code.li(28, warp);
        code.branch(Op::kBne, 19, 28, others);
        code.li(22, mmas[warp][0].lane << 16 | mmas[warp][0].column);
        code.r(Op::kAdd, 20, 20, 22);
        code.li(22, 128 * 16 * warp);
        code.r(Op::kAdd, 21, 21, 22);
        code.place(others);
      }
      code.li(22, 16);
      code.li(23, 1u << 16);
      const auto row = code.here();
      code.emit(Op::kTensorLd, {.rd = 24, .rs1 = 20});
      code.store(Op::kSw, 24, 21, 0);
      code.r(Op::kAdd, 20, 20, 23);
      code.i(Op::kAddi, 21, 21, 128);
      code.i(Op::kAddi, 22, 22, -1);
      code.branch(Op::kBne, 22, 0, row);
      give_back_columns(code);
    });
    INFO(result.message);
    REQUIRE(result.status == LaunchStatus::kOk);
    for (std::uint32_t cta = 0; cta < kCtas; ++cta) {
      for (std::uint32_t warp = 0; warp < kWarps; ++warp) {
        const std::uint32_t rows = kData + 128 * 16 * (kWarps * cta + warp);
        const MmaOperands& first = mmas[warp].front();
        for (std::uint32_t m = 0; m < first.m; ++m) {
          for (std::uint32_t n = 0; n < first.n; ++n) {
            std::uint32_t wanted = 0;
            for (const MmaOperands& mma : mmas[warp]) wanted = bench.element(mma, m, n, wanted);
            CAPTURE(cta, warp, m, n);
            REQUIRE(bench.word(rows + 128 * m + 4 * n) == wanted);
          }
        }
      }
    }
  }
}

/// Of blocks that do not wait, and take all columns.
void check_early_ends(const char* config) {
  latency = 25;
  memory_seed = 3;
  Bench bench(lockstep_device, config);
  bench.launch.grid = {12, 1, 1};
  const LaunchResult result = bench.run([&](Assembler& code) {
    bench.prologue(code);
    const auto again = code.here();
    alloc(code, 17, bench.config.tensor_columns);
    code.li(28, kNone);
    code.branch(Op::kBeq, 17, 28, again);
    for (int i = 0; i < 3; ++i) {
      multiply(code, {.accumulate = i != 0, .m = 32, .n = 32, .a = 0x100, .b = 0x800});
    }
    commit(code);
    code.exit();
  });
  INFO(result.message);
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(result.counters.ctas_done == 12);
}

/// A thread has an operation issued in every cycle, and commits behind each MMA, while all threads
/// store and load in the same bank.
void check_shadow(const char* config) {
  constexpr std::uint32_t kRounds = 24, kCommits = 3, kOtherMbarrier = 64;
  latency = 10;
  memory_seed = 0;
  Bench bench(lockstep_device, config);
  bench.launch.block = {32 * kWarps, 1, 1};
  const LaunchResult result = bench.run([&](Assembler& code) {
    bench.prologue(code);
    code.li(28, kSharedStart + kOtherMbarrier);
    code.li(29, kCommits << 2 | kCommits << 22);
    code.store(Op::kSw, 29, 28, 0);
    code.store(Op::kSw, 0, 28, 4);
    code.fence();
    take_columns(code);
    code.li(28, kSharedStart + kOtherMbarrier);
    const auto others = code.new_label();
    code.branch(Op::kBne, kTid, 0, others);
    for (std::uint32_t i = 0; i < kCommits; ++i) {
      multiply_in_columns(
          code,
          {.steps = 4, .m = 40, .n = 16, .a = 0x100, .a_layout = 3, .b = 0x1500, .b_layout = 3});
      code.emit(Op::kTensorCommit, {.rs1 = 28});
    }
    commit(code);
    code.place(others);
    code.li(18, 56 << 16 | 16);  // lanes 56 to 63, columns 16 to 31
    code.r(Op::kAdd, 18, 18, 17);
    code.i(Op::kSrli, 19, kTid, 4);
    code.i(Op::kSlli, 19, 19, 16);
    code.r(Op::kAdd, 18, 18, 19);
    code.i(Op::kAndi, 19, kTid, 15);
    code.r(Op::kAdd, 18, 18, 19);
    code.li(22, kRounds);
    code.i(Op::kAddi, 20, kTid, 0);
    const auto again = code.here();
    code.emit(Op::kTensorSt, {.rs1 = 18, .rs2 = 20});
    code.fence();
    code.emit(Op::kTensorLd, {.rd = 20, .rs1 = 18});
    code.i(Op::kAddi, 20, 20, 1000);
    code.i(Op::kAddi, 22, 22, -1);
    code.branch(Op::kBne, 22, 0, again);
    wait(code);
    code.li(21, kData);
    code.r(Op::kSh2add, 21, kTid, 21);
    code.store(Op::kSw, 20, 21, 0);
    give_back_columns(code);
  });
  INFO(result.message);
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t thread = 0; thread < 32 * kWarps; ++thread) {
    REQUIRE(bench.word(kData + 4 * thread) == 1000 * kRounds + thread);
  }
}

}  // namespace

TEST_CASE("MMAs of all warps and blocks have their results", "[ecp5]") { check_warps("ecp5"); }
TEST_CASE("MMAs of all warps and blocks have their results, on four channels", "[base]") {
  check_warps("base");
}
TEST_CASE("MMAs with scales of all warps and blocks have their results", "[scaled]") {
  check_warps(HEDDLE_SCALED_CONFIG);
}
TEST_CASE("faults of scales, in lockstep", "[scaled]") {
  check_scale_faults(lockstep_device, HEDDLE_SCALED_CONFIG);
}
TEST_CASE("faults of a sparse A, in lockstep", "[scaled]") {
  check_sparse_faults(lockstep_device, HEDDLE_SCALED_CONFIG, 4);
}
TEST_CASE("faults of transposed operands, in lockstep", "[scaled]") {
  check_transposed_faults(lockstep_device, HEDDLE_SCALED_CONFIG);
}
TEST_CASE("an MMA's faults are its lowest thread's, in lockstep", "[ecp5]") {
  check_mma_faults(lockstep_device);
}
TEST_CASE("the other instructions' faults, in lockstep", "[ecp5]") {
  check_other_faults(lockstep_device);
}
TEST_CASE("a slot and its columns are free only when its MMAs are over", "[ecp5]") {
  check_early_ends("ecp5");
}
TEST_CASE("threads store and load in the shadow of MMAs", "[ecp5]") { check_shadow("ecp5"); }

}  // namespace heddle::lockstep
