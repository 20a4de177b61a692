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

using Statement = void (*)(Assembler&, Choice&, std::uint32_t);

void check_dense_code(const std::string& config, Statement statement, std::uint32_t programs) {
  Launch launch = directed_launch();
  launch.block = {kThreads, 1, 1};
  launch.grid = {2, 1, 1};
  launch.shared_size = 32 * kThreads;
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

}  // namespace heddle::lockstep
