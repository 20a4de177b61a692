// Words that are no instructions, in lockstep: each one near to an instruction, and all rules that
// no mask states. The verdict is the functional model's and that of isa::decode.
#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "device/fault.hpp"
#include "functional/functional_device.hpp"
#include "isa/instructions.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;

/// Every instruction with one bit changed, as far as that gives none.
void add_neighbours(std::set<std::uint32_t>& words) {
  for (std::size_t op = 1; op < isa::kOpCount; ++op) {
    const isa::Info& info = isa::info(static_cast<Op>(op));
    for (std::uint32_t bit = 0; bit < 32; ++bit) words.insert(info.match ^ 1u << bit);
  }
}

void add_rounding_modes(std::set<std::uint32_t>& words) {
  for (std::size_t op = 1; op < isa::kOpCount; ++op) {
    const isa::Info& info = isa::info(static_cast<Op>(op));
    if (!info.has_rm) continue;
    for (const std::uint32_t rm : {5u, 6u}) words.insert(info.match | rm << 12);
  }
}

/// Every CSR and the numbers that differ from one in one bit, read and written.
void add_csrs(std::set<std::uint32_t>& words) {
  static constexpr Op kOps[] = {Op::kCsrrw,  Op::kCsrrs,  Op::kCsrrc,
                                Op::kCsrrwi, Op::kCsrrsi, Op::kCsrrci};
  for (std::uint32_t number = 0; number < 0x1000; ++number) {
    if (isa::csr_name(number).empty()) continue;
    for (const Op op : kOps) {
      for (const std::uint32_t field : {0u, 1u, 16u}) {
        words.insert(random::encode(op, {.rd = 5, .rs1 = field, .imm = number}));
      }
    }
    for (std::uint32_t bit = 0; bit < 12; ++bit) {
      words.insert(random::encode(Op::kCsrrs, {.rd = 5, .imm = number ^ 1u << bit}));
    }
  }
}

}  // namespace

TEST_CASE("words that are no instructions fault as such", "[nano]") {
  std::set<std::uint32_t> words;
  add_neighbours(words);
  add_rounding_modes(words);
  add_csrs(words);
  const auto device = open_lockstep("nano", 1);
  const auto reference = make_functional_device(device->config());
  int illegal = 0;
  for (const std::uint32_t word : words) {
    if (isa::decode(word, {.bulk_copies = false}).op != Op::kIllegal) continue;
    ++illegal;
    const auto write = [&](random::Assembler& code) { code.emit_word(word); };
    const LaunchResult result = run_directed(*device, directed_launch(), write);
    INFO("word " << word << ": " << result.message);
    REQUIRE(result.status == LaunchStatus::kFault);
    REQUIRE(result.fault.cause == cause::kIllegal);
    REQUIRE(result.fault.address == word);
    REQUIRE(result.fault.pc == kCode);
    const LaunchResult expected = run_directed(*reference, directed_launch(), write);
    REQUIRE(expected.fault.cause == cause::kIllegal);
    REQUIRE(expected.fault.address == word);
  }
  CHECK(illegal > 1000);
}

}  // namespace heddle::lockstep
