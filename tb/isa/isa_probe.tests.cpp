// The SystemVerilog half of the generated instruction set says the same as the C++ half.
#include <Visa_probe.h>

#include <catch2/catch.hpp>
#include <random>

#include "isa/instructions.hpp"
#include "isa/semantics.hpp"

namespace heddle::isa {
namespace {

TEST_CASE("Generated SystemVerilog functions agree with the C++ table on random words") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Visa_probe rtl;
  for (int i = 0; i < 300'000; ++i) {
    // Three of four words lie in or next to the encoding of some instruction.
    auto word = static_cast<std::uint32_t>(random());
    const Info& near = info(static_cast<Op>(random() % kOpCount));
    if (i % 4 != 0) word = (word & ~near.mask) | near.match;
    if (i % 4 == 1) word ^= 1U << random() % 32;
    const bool csr_writes = random() % 2 != 0;
    rtl.instr_i = word;
    rtl.csr_writes_i = csr_writes;
    rtl.eval();
    const Op op = match(word);
    const Info& row = info(op);
    INFO("word " << std::hex << word << ", " << row.name);
    REQUIRE(rtl.op_o == static_cast<unsigned>(op));
    REQUIRE(rtl.unit_o == static_cast<unsigned>(row.unit));
    REQUIRE(rtl.format_o == static_cast<unsigned>(row.format));
    REQUIRE(rtl.imm_o == immediate(word, row.format));
    REQUIRE(rtl.reads_rs1_o == row.reads_rs1);
    REQUIRE(rtl.reads_rs2_o == row.reads_rs2);
    REQUIRE(rtl.reads_rs3_o == row.reads_rs3);
    REQUIRE(rtl.writes_rd_o == row.writes_rd);
    REQUIRE(rtl.drain_o == row.drain);
    REQUIRE(rtl.ordered_o == row.ordered);
    REQUIRE(rtl.rs3_is_rd_o == row.rs3_is_rd);
    REQUIRE(rtl.is_pair_o == row.pair);
    REQUIRE(rtl.is_atomic_o == is_atomic(op));
    REQUIRE(rtl.has_rm_o == row.has_rm);
    REQUIRE(rtl.csr_legal_o == csr_legal(word >> 20, csr_writes));
  }
}

TEST_CASE("Generated SystemVerilog and C++ know the same CSRs") {
  Visa_probe rtl;
  for (std::uint32_t number = 0; number < 4096; ++number) {
    for (const bool writes : {false, true}) {
      rtl.instr_i = number << 20;
      rtl.csr_writes_i = writes;
      rtl.eval();
      INFO("CSR " << std::hex << number);
      REQUIRE(rtl.csr_legal_o == csr_legal(number, writes));
    }
  }
}

}  // namespace
}  // namespace heddle::isa
