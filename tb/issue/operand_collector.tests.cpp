// Straight-line code without dependences, by all warps, in lockstep: operand streams that have no
// phase left, and results that wait for the register file's write port. What the programs compute
// is compared with the functional model.
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "functional/functional_device.hpp"
#include "isa/instructions.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;
using random::Assembler;

constexpr std::uint32_t kThreads = 128;
constexpr std::uint32_t kFirstSource = 4;  // x4 .. x19 are only read
constexpr std::uint32_t kSources = 16;
constexpr std::uint32_t kFirstResult = 20;  // x20 .. x31 are only written, in turn
constexpr std::uint32_t kResults = 12;
constexpr std::uint32_t kAddress = 2;  // of the thread's words in global memory
constexpr std::uint32_t kSharedAddress =
    3;  // of its eight words in shared memory, all in one bank or two

class Choice {
 public:
  explicit Choice(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }
  std::uint32_t bits() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

void prologue(Assembler& code, Choice& choice) {
  code.csr(Op::kCsrrs, 1, isa::csr::kTidX, 0);
  code.li(kAddress, kData);
  code.r(Op::kSh2add, kAddress, 1, kAddress);
  code.li(kSharedAddress, 0xf0000000);
  code.i(Op::kSlli, kFirstResult, 1, 5);
  code.r(Op::kAdd, kSharedAddress, kSharedAddress, kFirstResult);
  for (std::int32_t word = 0; word < 8; ++word) code.store(Op::kSw, 1, kSharedAddress, 4 * word);
  for (std::uint32_t i = 0; i < kSources; ++i) {
    code.li(kFirstSource + i, choice.bits());
    code.r(Op::kAdd, kFirstSource + i, kFirstSource + i, 1);
  }
  for (std::uint32_t i = 0; i < kResults; ++i) code.li(kFirstResult + i, 0);
}

void epilogue(Assembler& code) {
  code.li(kAddress, kData + 0x1000);
  code.i(Op::kSlli, 1, 1, 6);
  code.r(Op::kAdd, kAddress, kAddress, 1);
  for (std::uint32_t i = 0; i < kResults; ++i) {
    code.store(Op::kSw, kFirstResult + i, kAddress, static_cast<std::int32_t>(4 * i));
  }
  code.csr(Op::kCsrrs, 1, isa::csr::kFcsr, 0);
  code.store(Op::kSw, 1, kAddress, 4 * kResults);
  code.exit();
}

/// Sources whose registers are alike modulo 4 take all phases of the four banks.
void fused(Assembler& code, Choice& choice, std::uint32_t rd) {
  static constexpr Op kOps[] = {Op::kFmaddS, Op::kFmsubS, Op::kFnmsubS, Op::kFnmaddS};
  const std::uint32_t bank = choice.below(4);
  const auto source = [&] {
    return kFirstSource +
           (choice.below(4) == 0 ? choice.below(kSources) : bank + 4 * choice.below(kSources / 4));
  };
  code.emit(kOps[choice.below(4)],
            {.rd = rd, .rs1 = source(), .rs2 = source(), .rs3 = source(), .rm = choice.below(5)});
}

void any(Assembler& code, Choice& choice, std::uint32_t rd) {
  static constexpr Op kAlu[] = {Op::kAdd, Op::kXor, Op::kMul, Op::kMulhu, Op::kSh1add, Op::kMax};
  const std::uint32_t a = kFirstSource + choice.below(kSources);
  const std::uint32_t b = kFirstSource + choice.below(kSources);
  switch (choice.below(8)) {
    case 0:
    case 1: code.i(Op::kLw, rd, kAddress, static_cast<std::int32_t>(4 * choice.below(4))); break;
    case 2:
    case 3:
      code.i(Op::kLbu, rd, kSharedAddress, static_cast<std::int32_t>(choice.below(32)));
      break;
    case 4: code.r(Op::kRemu, rd, a, b); break;
    case 5:
      code.store(Op::kSw, a, kSharedAddress, static_cast<std::int32_t>(4 * choice.below(8)));
      break;
    default: code.r(kAlu[choice.below(std::size(kAlu))], rd, a, b); break;
  }
}

/// Pairs of registers: each is read in two halves, and written by two results. On the thread's own
/// doublewords, or on those that it shares with its neighbour.
void pairs(Assembler& code, Choice& choice, std::uint32_t rd) {
  const auto source = [&] { return kFirstSource + 2 * choice.below(kSources / 2); };
  const std::uint32_t found = kFirstResult + 2 * choice.below(kResults / 2);
  const auto swap = [&](std::uint32_t address) {
    code.atomic(Op::kAmocasD, choice.below(8) == 0 ? 0 : found, choice.below(8) == 0 ? 0 : source(),
                address, choice.below(8) == 0 ? choice.below(4) : 0);
  };
  const auto offset = static_cast<std::int32_t>(4 * choice.below(8));
  switch (choice.below(8)) {
    case 0: code.r(Op::kXor, rd, found + 1, source()); break;
    case 1: code.r(Op::kRemu, found + choice.below(2), source(), source() + 1); break;
    case 2: code.store(Op::kSw, found + choice.below(2), kSharedAddress, offset); break;
    case 3: code.atomic(Op::kAmoaddW, found + choice.below(2), source(), kSharedAddress); break;
    case 4: {
      const std::uint32_t address = found == kFirstResult ? kFirstResult + 2 : kFirstResult;
      code.i(Op::kAndi, address, kAddress, -8);
      if (choice.below(2) == 0) {
        code.i(Op::kLw, found, address, 0);
        code.i(Op::kLw, found + 1, address, 4);
      }
      swap(address);
      break;
    }
    default:
      if (choice.below(2) == 0) {
        code.i(Op::kLw, found, kSharedAddress, 0);
        code.i(Op::kLw, found + 1, kSharedAddress, 4);
      }
      swap(kSharedAddress);
      break;
  }
}

using Statement = void (*)(Assembler&, Choice&, std::uint32_t);

void check_dense_code(const std::string& config, Statement statement, std::uint32_t programs,
                      std::uint32_t ctas = 2) {
  Launch launch = directed_launch();
  launch.block = {kThreads, 1, 1};
  launch.grid = {ctas, 1, 1};
  launch.shared_size = 32 * kThreads;
  launch.cycle_limit = 1'000'000;
  for (std::uint32_t seed = 1; seed <= programs; ++seed) {
    const auto write = [&](Assembler& code) {
      Choice choice(seed);
      prologue(code, choice);
      for (std::uint32_t i = 0; i < 300; ++i) statement(code, choice, kFirstResult + i % kResults);
      epilogue(code);
    };
    std::vector<std::uint32_t> data(kThreads + 4);
    Choice choice(~seed);
    for (std::uint32_t& word : data) word = choice.bits();
    const auto device = open_lockstep(config, 10 * (seed % 4), seed);
    device->write_memory(kData, std::as_bytes(std::span(data)));
    const LaunchResult result = run_directed(*device, launch, write);
    INFO("seed " << seed << ": " << result.message);
    REQUIRE(result.status == LaunchStatus::kOk);
    const auto reference = make_functional_device(device->config());
    reference->write_memory(kData, std::as_bytes(std::span(data)));
    REQUIRE(run_directed(*reference, launch, write).status == LaunchStatus::kOk);
    const std::string difference = compare_memory(*device, *reference, directed_regions());
    INFO(difference);
    REQUIRE(difference.empty());
  }
}

}  // namespace

TEST_CASE("instructions with three sources in one bank follow each other without a gap", "[nano]") {
  check_dense_code("nano", fused, 8);
}

TEST_CASE("instructions with three sources in one bank follow each other without a gap on base",
          "[base]") {
  check_dense_code("base", fused, 8);
}

TEST_CASE("results of all kinds meet at the register file", "[nano]") {
  check_dense_code("nano", any, 12);
}

TEST_CASE("results of all kinds meet at the register file on base", "[base]") {
  check_dense_code("base", any, 8);
}

TEST_CASE("instructions on pairs of registers", "[nano]") { check_dense_code("nano", pairs, 4, 1); }

TEST_CASE("instructions on pairs of registers on base", "[base]") {
  check_dense_code("base", pairs, 4, 1);
}

// One warp stops the grid when the others have all stages full of instructions on pairs: a half
// that was left alone would keep the machine from coming to rest.
TEST_CASE("a fault between the halves of a pair leaves nothing behind", "[nano]") {
  const auto device = open_lockstep("nano");
  Launch launch = directed_launch();
  launch.block = {kThreads, 1, 1};
  launch.shared_size = 32 * kThreads;
  for (std::uint32_t delay = 0; delay < 80; ++delay) {
    const LaunchResult result = run_directed(*device, launch, [&](Assembler& code) {
      const auto others = code.new_label(), again = code.new_label();
      Choice choice(1);
      prologue(code, choice);
      code.csr(Op::kCsrrs, kFirstResult, isa::csr::kWarpid, 0);
      code.branch(Op::kBne, kFirstResult, 0, others);
      for (std::uint32_t i = 0; i < 10; ++i) code.r(Op::kRemu, 4, 4, 4);
      for (std::uint32_t i = 0; i < delay; ++i) code.i(Op::kAddi, 0, 0, 0);
      code.emit(Op::kEbreak, {});
      code.place(others);
      code.i(Op::kAndi, kAddress, kAddress, -8);
      code.place(again);
      for (std::uint32_t i = 0; i < 4; ++i) {
        code.atomic(Op::kAmocasD, 0, 4, kSharedAddress);
        code.atomic(Op::kAmocasD, kFirstResult + 2 * i, 4, kAddress);
      }
      code.branch(Op::kBeq, 0, 0, again);
    });
    INFO("delay " << delay << ": " << result.message);
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == 3);
  }
}

}  // namespace heddle::lockstep
