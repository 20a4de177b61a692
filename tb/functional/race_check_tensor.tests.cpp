// The race check and the matrix engine: an MMA reads shared memory and writes tensor memory until
// the end of the phase in which a commit behind it has arrived.
#include <catch2/catch.hpp>
#include <functional>
#include <memory>

#include "functional/device_bench.hpp"
#include "isa/csr.hpp"
#include "tensor/mma_operands.hpp"

namespace {

using namespace heddle;
using functional::DeviceBench;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;
using Code = std::function<void(Assembler&)>;

constexpr std::uint32_t kTid = 5, kShared = 6, kMbarrier = 11;
constexpr std::int32_t kA = 256, kB = 512;  // tiles of 8 rows; the mbarrier is at 16
const Code kNothing = [](Assembler&) {};

void only(Assembler& code, std::uint32_t tid, const Code& write) {
  const auto others = code.new_label();
  code.li(28, tid);
  code.branch(Op::kBne, kTid, 28, others);
  write(code);
  code.place(others);
}

void wait(Assembler& code) {
  const auto again = code.here();
  code.i(Op::kMbarrierTest, 10, kMbarrier, 0);
  code.i(Op::kAndi, 10, 10, 1);
  code.branch(Op::kBeq, 10, 0, again);
}

void multiply(Assembler& code, const tb::MmaOperands& mma) {
  const std::array<std::uint32_t, 5> values = mma.operands();
  constexpr std::uint32_t kRegisters[] = {20, 22, 23, 24, 25};
  for (std::size_t i = 0; i < 5; ++i) code.li(kRegisters[i], values[i]);
  code.emit(Op::kTensorMma, {.rs1 = 20, .rs2 = 22, .rs3 = 24});
}
void mma_to(Assembler& code, std::uint32_t column) {
  multiply(code, {.a = kA, .b = kB, .column = column});
}
void mma(Assembler& code) { mma_to(code, 0); }
void commit(Assembler& code) { code.emit(Op::kTensorCommit, {.rs1 = kMbarrier}); }
void fence(Assembler& code) { code.fence(); }
void barrier(Assembler& code) { code.barrier(); }
void load_a(Assembler& code) { code.i(Op::kLw, 10, kShared, kA + 4); }
void store_a(Assembler& code) { code.store(Op::kSw, kTid, kShared, kA + 4); }
void store_b(Assembler& code) { code.store(Op::kSw, kTid, kShared, kB + 252); }
void store_behind(Assembler& code) { code.store(Op::kSw, kTid, kShared, kB + 256); }
void load_d(Assembler& code) {
  code.li(12, 7u << 16 | 7);
  code.emit(Op::kTensorLd, {.rd = 10, .rs1 = 12});
}
void store_d(Assembler& code) {
  code.li(12, 7u << 16 | 7);
  code.emit(Op::kTensorSt, {.rs1 = 12, .rs2 = kTid});
}
void load_beside_d(Assembler& code) {
  code.li(12, 7u << 16 | 8);
  code.emit(Op::kTensorLd, {.rd = 10, .rs1 = 12});
}

Code both(const Code& one, const Code& two) {
  return [=](Assembler& code) {
    one(code);
    two(code);
  };
}

// Scale tiles of MXFP4 in bytes (E8M0, one of a row for a K-step): 8 rows of 4 bytes each, of
// which the MMA looks at the first two.
constexpr std::int32_t kAScales = 832, kBScales = 864;
void scaled_mma(Assembler& code) {
  multiply(code, {.a_format = 8,
                  .b_format = 8,
                  .steps = 2,
                  .scale_format = 1,
                  .a = 0x400,
                  .a_layout = 2,
                  .b = 0x600,
                  .b_layout = 2,
                  .a_scales = kAScales,
                  .b_scales = kBScales});
}
Code store_byte(std::int32_t offset) {
  return [=](Assembler& code) { code.store(Op::kSb, kTid, kShared, offset); };
}

/// Thread 3 does `before`, issues an MMA and a commit, and does `after`; then all do `between`, and
/// thread `other` does `last`.
std::vector<Race> races(const Code& before, const Code& after, const Code& between,
                        std::uint32_t other, const Code& last) {
  DeviceBench bench(make_functional_device(Config::load("base"), {.races = true}));
  bench.launch.block = {64, 1, 1};
  bench.launch.shared_size = 2048;
  const LaunchResult result = bench.run([&](Assembler& code) {
    code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
    code.li(kShared, kSharedStart);
    code.li(kMbarrier, kSharedStart + 16);
    code.li(12, 1u << 22 | 1u << 2);
    code.store(Op::kSw, 12, kMbarrier, 0);
    code.store(Op::kSw, 0, kMbarrier, 4);
    only(code, 0, [](Assembler& inner) {
      inner.li(12, 128);
      inner.emit(Op::kTensorAlloc, {.rd = 12, .rs1 = 12});
    });
    code.barrier();
    only(code, 3, [&](Assembler& inner) {
      before(inner);
      mma(inner);
      commit(inner);
      after(inner);
    });
    between(code);
    only(code, other, last);
    code.exit();
  });
  REQUIRE(result.message.empty());
  REQUIRE(result.status == LaunchStatus::kOk);
  return result.races;
}

}  // namespace

TEST_CASE("what an MMA has done is known to who has seen its commit's phase end") {
  for (const std::uint32_t other : {3u, 4u}) {
    CAPTURE(other);
    CHECK(races(kNothing, kNothing, kNothing, other, both(wait, load_d)).empty());
    CHECK(races(kNothing, kNothing, kNothing, other, both(wait, store_d)).empty());
    CHECK(races(kNothing, kNothing, kNothing, other, both(wait, store_a)).empty());
    CHECK(races(kNothing, wait, barrier, other, load_d).empty());
    CHECK(races(kNothing, wait, barrier, other, both(store_a, store_b)).empty());
    // A barrier waits for no MMA.
    CHECK(races(kNothing, kNothing, barrier, other, load_d).size() == 1);
    CHECK(races(kNothing, kNothing, barrier, other, store_a).size() == 1);
    CHECK(races(kNothing, kNothing, barrier, other, store_b).size() == 1);
    // What it does not touch, and what it reads.
    CHECK(races(kNothing, kNothing, kNothing, other, load_a).empty());
    CHECK(races(kNothing, kNothing, kNothing, other, store_behind).empty());
    CHECK(races(kNothing, kNothing, kNothing, other, load_beside_d).empty());
  }
}

TEST_CASE("columns that were given back and are taken anew are others") {
  const auto give_back = [](std::uint32_t columns) {
    return [=](Assembler& code) {
      code.li(12, 0);
      code.li(13, columns);
      code.emit(Op::kTensorDealloc, {.rs1 = 12, .rs2 = 13});
      code.emit(Op::kTensorAlloc, {.rd = 12, .rs1 = 13});
    };
  };
  // Thread 3 waits for the MMA and gives the columns back; thread 4 comes later, without waiting.
  CHECK(races(kNothing, wait, kNothing, 4, store_d).size() == 1);
  CHECK(races(kNothing, both(wait, give_back(128)), kNothing, 4, store_d).empty());
}

TEST_CASE("a race with an MMA names its thread, and the tensor address") {
  const std::vector<Race> found = races(kNothing, kNothing, kNothing, 4, store_d);
  REQUIRE(found.size() == 1);
  CHECK(found[0].earlier.access == AccessKind::kWrite);
  CHECK(found[0].earlier.thread.x == 3);
  CHECK(found[0].later.access == AccessKind::kWrite);
  CHECK(found[0].later.thread.x == 4);
  CHECK(found[0].tensor);
  CHECK(found[0].address == (7u << 16 | 7));
  const std::vector<Race> shared = races(kNothing, kNothing, kNothing, 4, store_a);
  REQUIRE(shared.size() == 1);
  CHECK(shared[0].earlier.access == AccessKind::kRead);
  CHECK_FALSE(shared[0].tensor);
  CHECK(shared[0].address == kSharedStart + kA + 4);
}

TEST_CASE("an MMA comes after what was done before a fence") {
  CHECK(races(store_a, kNothing, kNothing, 3, kNothing).size() == 1);
  CHECK(races(store_d, kNothing, kNothing, 3, kNothing).size() == 1);
  CHECK(races(both(store_a, fence), kNothing, kNothing, 3, kNothing).empty());
  CHECK(races(both(store_d, fence), kNothing, kNothing, 3, kNothing).empty());
  CHECK(races(both(load_d, fence), kNothing, kNothing, 3, kNothing).empty());
  CHECK(races(both(fence, store_a), kNothing, kNothing, 3, kNothing).size() == 1);
}

TEST_CASE("an MMA reads the scales of its steps") {
  // Behind the commit, so that nobody waits for its end.
  const auto races_with = [](std::int32_t offset) {
    return races(kNothing, scaled_mma, barrier, 4, store_byte(offset)).size();
  };
  for (const std::int32_t tile : {kAScales, kBScales}) {
    CAPTURE(tile);
    CHECK(races_with(tile) == 1);
    CHECK(races_with(tile + 1) == 1);
    CHECK(races_with(tile + 2) == 0);
    CHECK(races_with(tile + 3) == 0);
    CHECK(races_with(tile + 29) == 1);
    CHECK(races_with(tile + 31) == 0);
  }
  CHECK(races_with(kAScales - 1) == 0);
  CHECK(races_with(kBScales + 32) == 0);
  CHECK(races(store_byte(kAScales), scaled_mma, kNothing, 3, kNothing).size() == 1);
  CHECK(races(both(store_byte(kAScales), fence), scaled_mma, kNothing, 3, kNothing).empty());
  CHECK(races(scaled_mma, kNothing, kNothing, 4, both(wait, store_byte(kAScales))).empty());
}

TEST_CASE("an MMA reads the rows of its steps of transposed tiles") {
  // FP16 in rows of 32 bytes: K-step 1 has rows 16 to 31, of which A's 8 rows are the first half.
  constexpr std::int32_t kFirst = 256 + 32 * 16, kSecond = 800 + 32 * 16;
  const Code transposed = [](Assembler& code) {
    multiply(code, {.a_format = 0,
                    .b_format = 0,
                    .first_step = 1,
                    .n = 16,
                    .a_transposed = true,
                    .b_transposed = true,
                    .a = 256,
                    .b = 800});
  };
  const auto races_with = [&](std::int32_t offset) {
    return races(kNothing, transposed, barrier, 4, store_byte(offset)).size();
  };
  for (const std::int32_t row : {0, 15}) {
    CAPTURE(row);
    CHECK(races_with(kFirst + 32 * row) == 1);
    CHECK(races_with(kFirst + 32 * row + 15) == 1);
    CHECK(races_with(kFirst + 32 * row + 16) == 0);
    CHECK(races_with(kFirst + 32 * row + 31) == 0);
    CHECK(races_with(kSecond + 32 * row) == 1);
    CHECK(races_with(kSecond + 32 * row + 31) == 1);
  }
  CHECK(races_with(kSecond - 1) == 0);
  CHECK(races_with(kSecond + 512) == 0);
}

TEST_CASE("an MMA reads the metadata of its steps, and twice as much of B") {
  // FP16: 8 bytes of metadata for a row, of which K-step 0 has 4; B's rows of 128 bytes.
  constexpr std::int32_t kMetadata = 832, kRows = 1024;
  const Code sparse = [](Assembler& code) {
    multiply(code, {.a_format = 0,
                    .b_format = 0,
                    .a = kA,
                    .a_layout = 2,
                    .b = kRows,
                    .b_layout = 3,
                    .sparse = true,
                    .a_scales = kMetadata});
  };
  const auto races_with = [&](std::int32_t offset) {
    return races(kNothing, sparse, barrier, 4, store_byte(offset)).size();
  };
  for (const std::int32_t row : {0, 7}) {
    CAPTURE(row);
    CHECK(races_with(kMetadata + 8 * row) == 1);
    CHECK(races_with(kMetadata + 8 * row + 3) == 1);
    CHECK(races_with(kMetadata + 8 * row + 4) == 0);
    CHECK(races_with(kMetadata + 8 * row + 7) == 0);
  }
  CHECK(races_with(kMetadata - 1) == 0);
  CHECK(races_with(kMetadata + 64) == 0);
  CHECK(races_with(kRows) == 1);
  CHECK(races_with(kRows + 63) == 1);
  CHECK(races_with(kRows + 64) == 0);
  CHECK(races_with(kRows + 127) == 0);
}

TEST_CASE("MMAs are one after the other, and a commit is for all before it") {
  CHECK(races(mma, kNothing, kNothing, 4, both(wait, load_d)).empty());
  const Code other_columns = [](Assembler& code) { mma_to(code, 8); };
  CHECK(races(other_columns, kNothing, kNothing, 4, both(wait, load_beside_d)).empty());
  // One behind the commit is not.
  CHECK(races(kNothing, mma, kNothing, 3, both(wait, load_d)).size() == 1);
}

TEST_CASE("threads race in tensor memory as they do in shared memory") {
  const Code stores = [](Assembler& code) { only(code, 4, store_d); };
  const Code loads = [](Assembler& code) { only(code, 4, load_d); };
  const auto threads = [&](const Code& between, const Code& last) {
    return races(kNothing, wait, both(barrier, between), 9, last);
  };
  CHECK(threads(stores, load_d).size() == 1);
  CHECK(threads(loads, store_d).size() == 1);
  CHECK(threads(loads, load_d).empty());
  CHECK(threads(both(stores, barrier), load_d).empty());
}
