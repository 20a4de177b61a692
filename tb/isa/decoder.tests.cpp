// Decoding: the table's rows exclude each other, fields land where the formats say, and what a mask
// cannot express is checked.
#include <catch2/catch.hpp>
#include <random>

#include "isa/instructions.hpp"

namespace heddle::isa {
namespace {

TEST_CASE("A word matches at most one instruction, and match() finds it") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 200'000; ++i) {
    // Three of four words lie in or next to the encoding of some instruction.
    auto word = static_cast<std::uint32_t>(random());
    const Info& near = info(static_cast<Op>(random() % kOpCount));
    if (i % 4 != 0) word = (word & ~near.mask) | near.match;
    if (i % 4 == 1) word ^= 1U << random() % 32;
    Op expected = Op::kIllegal;
    for (std::size_t number = 1; number < kOpCount; ++number) {
      const Info& row = info(static_cast<Op>(number));
      if ((word & row.mask) != row.match) continue;
      INFO("word " << std::hex << word << " is " << row.name << " and " << name(expected));
      REQUIRE(expected == Op::kIllegal);
      expected = static_cast<Op>(number);
    }
    REQUIRE(match(word) == expected);
  }
}

TEST_CASE("Fields and immediates of every format are decoded") {
  const Instruction add = decode(0x00C58533);  // add a0, a1, a2
  CHECK(add.op == Op::kAdd);
  CHECK(add.unit == Unit::kAlu);
  CHECK(add.rd == 10);
  CHECK(add.rs1 == 11);
  CHECK(add.rs2 == 12);
  CHECK((add.reads_rs1 && add.reads_rs2 && !add.reads_rs3 && add.writes_rd && !add.drain));

  CHECK(decode(0xFFF58513).imm == 0xFFFFFFFF);   // addi a0, a1, -1
  CHECK(decode(0x41F55513).imm == 31);           // srai a0, a0, 31
  CHECK(decode(0xFEA5AE23).imm == 0xFFFFFFFC);   // sw a0, -4(a1)
  CHECK(decode(0xFE209EE3).imm == 0xFFFFFFFC);   // bne ra, sp, -4
  CHECK(decode(0x12345537).imm == 0x12345000);   // lui a0, 0x12345
  CHECK(decode(0xFF9FF0EF).imm == 0xFFFFFFF8);   // jal ra, -8
  CHECK(decode(0xCC0A5573).op == Op::kIllegal);  // csrrwi a0, tid.x, 20
  CHECK(decode(0x002A5573).imm == 0x14002);      // csrrwi a0, frm, 20

  const Instruction fmadd = decode(0x68C5F543);  // fmadd.s a0, a1, a2, a3, dyn
  CHECK(fmadd.op == Op::kFmaddS);
  CHECK(fmadd.unit == Unit::kFloat);
  CHECK(fmadd.rs3 == 13);
  CHECK(fmadd.reads_rs3);
  CHECK(fmadd.rm == 7);
}

TEST_CASE("x0 is neither read nor written") {
  const Instruction none = decode(0x00000033);  // add zero, zero, zero
  CHECK(none.op == Op::kAdd);
  CHECK_FALSE((none.reads_rs1 || none.reads_rs2 || none.writes_rd));
}

TEST_CASE("ecall reads a7 and a0") {
  const Instruction ecall = decode(0x00000073);
  CHECK(ecall.op == Op::kEcall);
  CHECK(ecall.unit == Unit::kSystem);
  CHECK(ecall.rs1 == 17);
  CHECK(ecall.rs2 == 10);
  CHECK((ecall.reads_rs1 && ecall.reads_rs2 && !ecall.writes_rd && ecall.drain));
}

TEST_CASE("Rounding modes 5 and 6 are illegal") {
  for (std::uint32_t rm = 0; rm < 8; ++rm) {
    const std::uint32_t fadd = 0x00C58553 | rm << 12;
    CHECK((decode(fadd).op == Op::kFaddS) == (rm != 5 && rm != 6));
  }
}

TEST_CASE("CSR accesses are legal only where the CSR exists and may be written") {
  const auto access = [](std::uint32_t number, std::uint32_t funct3, std::uint32_t source) {
    return decode(number << 20 | source << 15 | funct3 << 12 | 10U << 7 | 0x73).op != Op::kIllegal;
  };
  for (std::uint32_t number = 0; number < 4096; ++number) {
    const bool writable = number >= 1 && number <= 3;
    const bool readable = writable || (number >= 0xC00 && number <= 0xC02) ||
                          (number >= 0xC80 && number <= 0xC82) ||
                          (number >= 0xCC0 && number <= 0xCD8);
    INFO("CSR " << std::hex << number);
    for (const std::uint32_t funct3 : {1U, 5U}) {  // csrrw, csrrwi
      CHECK(access(number, funct3, 0) == writable);
      CHECK(access(number, funct3, 3) == writable);
    }
    for (const std::uint32_t funct3 : {2U, 3U, 6U, 7U}) {
      CHECK(access(number, funct3, 0) == readable);
      CHECK(access(number, funct3, 3) == writable);
    }
    CHECK_FALSE(access(number, 4, 0));
    CHECK(csr_name(number).empty() == !readable);
  }
}

TEST_CASE("Instructions that wait for their warp to be idle say so") {
  CHECK(decode(0x0000000B).drain);        // exit
  CHECK(decode(0x00C5900B).drain);        // bar.sync a1, a2
  CHECK(decode(0x02C5900B).drain);        // bar.arrive a1, a2
  CHECK(decode(0x0FF0000F).drain);        // fence
  CHECK(decode(0x0000100F).drain);        // fence.i
  CHECK(decode(0x00302573).drain);        // csrr a0, fcsr
  CHECK_FALSE(decode(0xC0002573).drain);  // csrr a0, cycle
  CHECK_FALSE(decode(0x00100073).drain);  // ebreak
  CHECK_FALSE(decode(0x0405900B).drain);  // warpsync a1
}

TEST_CASE("Fields that must be 0 are looked at") {
  CHECK(decode(0x00C5900B).op == Op::kBarSync);
  CHECK(decode(0x00C5908B).op == Op::kIllegal);  // with rd
  CHECK(decode(0x0405900B).op == Op::kWarpsync);
  CHECK(decode(0x0415900B).op == Op::kIllegal);  // with rs2
  CHECK(decode(0x0600350B).op == Op::kActivemask);
  CHECK(decode(0x0600B50B).op == Op::kIllegal);  // with rs1
  CHECK(decode(0x5805F553).op == Op::kFsqrtS);
  CHECK(decode(0x5815F553).op == Op::kIllegal);  // with rs2
}

TEST_CASE("Atomics read address and operand, and drain with aq or rl") {
  const Instruction add = decode(0x00C5A52F);  // amoadd.w a0, a2, (a1)
  CHECK(add.op == Op::kAmoaddW);
  CHECK(add.unit == Unit::kMemory);
  CHECK(add.format == Format::kAmo);
  CHECK(add.rd == 10);
  CHECK(add.rs1 == 11);
  CHECK(add.rs2 == 12);
  CHECK(add.imm == 0);
  CHECK((add.reads_rs1 && add.reads_rs2 && !add.reads_rs3 && add.writes_rd && !add.drain));
  CHECK(decode(0x02C5A52F).drain);  // amoadd.w.rl
  CHECK(decode(0x04C5A52F).drain);  // amoadd.w.aq
  CHECK(decode(0x06C5A52F).drain);  // amoadd.w.aqrl

  const Instruction float_add = decode(0x06C5E50B);  // amofadd.w.aqrl a0, a2, (a1)
  CHECK(float_add.op == Op::kAmofaddW);
  CHECK(float_add.unit == Unit::kMemory);
  CHECK((float_add.reads_rs1 && float_add.reads_rs2 && float_add.writes_rd && float_add.drain));
}

TEST_CASE("Operations on mbarriers are atomics, mbarrier.test is a load without an offset") {
  const Instruction arrive = decode(0x08C5E50B);  // mbarrier.arrive a0, a2, (a1)
  CHECK(arrive.op == Op::kMbarrierArrive);
  CHECK(arrive.unit == Unit::kMemory);
  CHECK((arrive.reads_rs1 && arrive.reads_rs2 && arrive.writes_rd && !arrive.drain));
  CHECK(arrive.imm == 0);
  CHECK(decode(0x0AC5E50B).drain);  // mbarrier.arrive.rl
  CHECK(decode(0x10C5E50B).op == Op::kMbarrierArriveDrop);
  CHECK(decode(0x18C5E50B).op == Op::kMbarrierExpectTx);
  CHECK(decode(0x20C5E50B).op == Op::kMbarrierCompleteTx);
  const Instruction wait = decode(0x30C5E50B);  // mbarrier.try_wait a0, a2, (a1)
  CHECK(wait.op == Op::kMbarrierTryWait);
  CHECK(wait.imm == 0);
  CHECK_FALSE(wait.drain);
  const Instruction test = decode(0x2805E50B);  // mbarrier.test a0, (a1)
  CHECK(test.op == Op::kMbarrierTest);
  CHECK(test.unit == Unit::kMemory);
  CHECK((test.reads_rs1 && !test.reads_rs2 && test.writes_rd && !test.drain));
  CHECK(test.imm == 0);
  CHECK(decode(0x28C5E50B).op == Op::kIllegal);  // with rs2
  CHECK(decode(0x2A05E50B).op == Op::kIllegal);  // with rl
  CHECK(decode(0x32C5E50B).op == Op::kIllegal);  // mbarrier.try_wait with rl
  CHECK(decode(0x38C5E50B).op == Op::kIllegal);
}

TEST_CASE("amocas.w reads rd as its third source") {
  const Instruction swap = decode(0x28C5A52F);  // amocas.w a0, a2, (a1)
  CHECK(swap.op == Op::kAmocasW);
  CHECK(swap.rs3 == 10);
  CHECK((swap.reads_rs1 && swap.reads_rs2 && swap.reads_rs3 && swap.writes_rd && !swap.drain));
  const Instruction zero = decode(0x2EC5A02F);  // amocas.w.aqrl zero, a2, (a1)
  CHECK((zero.reads_rs1 && zero.reads_rs2 && !zero.reads_rs3 && !zero.writes_rd && zero.drain));
}

TEST_CASE("amocas.d reads and writes pairs of registers, which are even") {
  const Instruction swap = decode(0x28C5B52F);  // amocas.d a0, a2, (a1)
  CHECK(swap.op == Op::kAmocasD);
  CHECK(swap.unit == Unit::kMemory);
  CHECK(swap.pair);
  CHECK(swap.rd == 10);
  CHECK(swap.rs1 == 11);
  CHECK(swap.rs2 == 12);
  CHECK(swap.rs3 == 10);
  CHECK((swap.reads_rs1 && swap.reads_rs2 && swap.reads_rs3 && swap.writes_rd && !swap.drain));
  CHECK(decode(0x2AC5B52F).drain);               // amocas.d.rl
  CHECK(decode(0x2CC5B52F).drain);               // amocas.d.aq
  const Instruction zeros = decode(0x2E05B02F);  // amocas.d.aqrl zero, zero, (a1)
  CHECK((zeros.pair && zeros.reads_rs1 && !zeros.reads_rs2 && !zeros.reads_rs3));
  CHECK((!zeros.writes_rd && zeros.drain));
  CHECK(decode(0x28C535AF).op == Op::kIllegal);  // amocas.d a1, a2, (a0)
  CHECK(decode(0x28D5B52F).op == Op::kIllegal);  // amocas.d a0, a3, (a1)
  CHECK(decode(0x28D5B5AF).op == Op::kIllegal);  // amocas.d a1, a3, (a1)
  CHECK(decode(0x28C5C52F).op == Op::kIllegal);  // amocas.q
  CHECK_FALSE(decode(0x28C5A52F).pair);          // amocas.w
}

TEST_CASE("bulk.load names two pairs, and is there only with bulk copies") {
  const Instruction copy = decode(0x70C5F00B);  // bulk.load a1, a2, a4
  CHECK(copy.op == Op::kBulkLoad);
  CHECK(copy.unit == Unit::kCopy);
  CHECK((copy.rs1 == 11 && copy.rs2 == 12 && copy.rs3 == 14));
  CHECK((copy.reads_rs1 && copy.reads_rs2 && copy.reads_rs3 && !copy.writes_rd));
  CHECK((copy.pair && !copy.drain));
  const Instruction zeros = decode(0x0005F00B);  // bulk.load a1, zero, zero
  CHECK(zeros.op == Op::kBulkLoad);
  CHECK((!zeros.reads_rs2 && !zeros.reads_rs3));
  CHECK(decode(0x70D5F00B).op == Op::kIllegal);  // an odd rs2
  CHECK(decode(0x78C5F00B).op == Op::kIllegal);  // an odd rs3
  CHECK(decode(0x76C5F00B).op == Op::kIllegal);  // funct2 of 3
  CHECK(decode(0x70C5F28B).op == Op::kIllegal);  // with an rd
  const Instruction without = decode(0x70C5F00B, {.bulk_copies = false});
  CHECK(without.op == Op::kIllegal);
  CHECK(without.word == 0x70C5F00B);
  CHECK(decode(0x28C5B52F, {.bulk_copies = false}).op == Op::kAmocasD);
}

TEST_CASE("the matrix engine's instructions are there only with one") {
  const Instruction mma = decode(0x72C5F00B);  // tensor.mma a1, a2, a4
  CHECK(mma.op == Op::kTensorMma);
  CHECK(mma.unit == Unit::kMma);
  CHECK((mma.rs1 == 11 && mma.rs2 == 12 && mma.rs3 == 14));
  CHECK((mma.reads_rs1 && mma.reads_rs2 && mma.reads_rs3 && !mma.writes_rd));
  CHECK((mma.pair && !mma.drain));
  CHECK(decode(0x72D5F00B).op == Op::kIllegal);  // an odd rs2
  CHECK(decode(0x7AC5F00B).op == Op::kIllegal);  // an odd rs3
  CHECK(decode(0x72C5F08B).op == Op::kIllegal);  // with an rd
  const Instruction alloc = decode(0x0C05F50B);  // tensor.alloc a0, a1
  CHECK(alloc.op == Op::kTensorAlloc);
  CHECK(alloc.unit == Unit::kTensor);
  CHECK((alloc.reads_rs1 && !alloc.reads_rs2 && alloc.writes_rd && !alloc.pair));
  CHECK(decode(0x0C05F00B).op == Op::kTensorAlloc);  // its column is not wanted
  const Instruction store = decode(0x00C5962B);      // tensor.st a2, 12(a1)
  CHECK(store.op == Op::kTensorSt);
  CHECK((store.reads_rs1 && store.reads_rs2 && !store.writes_rd && store.imm == 12));
  CHECK(decode(0x14C5F00B).op == Op::kTensorDealloc);
  const Instruction load = decode(0xFFC5852B);  // tensor.ld a0, -4(a1)
  CHECK(load.op == Op::kTensorLd);
  CHECK((load.reads_rs1 && !load.reads_rs2 && load.writes_rd && load.imm == 0xFFFFFFFC));
  CHECK(decode(0x0405F00B).op == Op::kTensorCommit);
  CHECK(decode(0x0405F00B).unit == Unit::kMma);
  CHECK(decode(0x0405F08B).op == Op::kIllegal);
  for (const std::uint32_t word :
       {0x72C5F00Bu, 0x0405F00Bu, 0x0C05F50Bu, 0x14C5F00Bu, 0xFFC5852Bu, 0x00C5962Bu}) {
    const Instruction without = decode(word, {.matrix_engine = false});
    CHECK(without.op == Op::kIllegal);
    CHECK(without.word == word);
  }
  CHECK(decode(0x70C5F00B, {.matrix_engine = false}).op == Op::kBulkLoad);
}

TEST_CASE("What is not in the ISA yet is illegal") {
  CHECK(decode(0x0005A507).op == Op::kIllegal);  // flw
  CHECK(decode(0x1005A52F).op == Op::kIllegal);  // lr.w
  CHECK(decode(0x18C5A52F).op == Op::kIllegal);  // sc.w
  CHECK(decode(0x00000000).op == Op::kIllegal);
  CHECK(decode(0xFFFFFFFF).op == Op::kIllegal);
}

}  // namespace
}  // namespace heddle::isa
