// isa/semantics and isa/csr: values from the RISC-V manuals, and identities that hold for any
// operands.
#include "isa/semantics.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string_view>
#include <utility>

#include "isa/csr.hpp"

namespace {

using namespace heddle::isa;

constexpr std::uint32_t kMinimum = 0x80000000;
constexpr std::uint32_t kMinusOne = 0xffffffff;

std::uint32_t r(Op op, std::uint32_t a, std::uint32_t b) { return alu(op, a, b, 0, 0); }
std::uint32_t i(Op op, std::uint32_t a, std::uint32_t imm) { return alu(op, a, 0, imm, 0); }

Instruction csr_instruction(Op op, Format format, std::uint32_t number, std::uint32_t field) {
  Instruction instruction;
  instruction.op = op;
  instruction.unit = Unit::kCsr;
  instruction.format = format;
  instruction.imm = field << 12 | number;
  return instruction;
}

}  // namespace

TEST_CASE("alu computes RV32I") {
  CHECK(i(Op::kLui, 0, 0x12345000) == 0x12345000);
  CHECK(alu(Op::kAuipc, 0, 0, 0xfffff000, 0x2000) == 0x1000);
  CHECK(alu(Op::kJal, 0, 0, 64, 0x1000) == 0x1004);
  CHECK(alu(Op::kJalr, 7, 0, 64, 0x1000) == 0x1004);
  CHECK(i(Op::kAddi, 1, kMinusOne) == 0);
  CHECK(i(Op::kSlti, kMinimum, 0) == 1);
  CHECK(i(Op::kSltiu, kMinimum, 0) == 0);
  CHECK(i(Op::kSltiu, 5, kMinusOne) == 1);
  CHECK(i(Op::kXori, 0x0f0f, kMinusOne) == 0xfffff0f0);
  CHECK(i(Op::kSrai, kMinimum, 31) == kMinusOne);
  CHECK(i(Op::kSrli, kMinimum, 31) == 1);
  CHECK(r(Op::kSll, 1, 33) == 2);
  CHECK(r(Op::kSrl, kMinimum, 32) == kMinimum);
  CHECK(r(Op::kSra, kMinimum, 63) == kMinusOne);
  CHECK(r(Op::kSlt, kMinusOne, 0) == 1);
  CHECK(r(Op::kSltu, kMinusOne, 0) == 0);
  CHECK(r(Op::kSub, 0, 1) == kMinusOne);
}

TEST_CASE("alu computes Zba, Zbb and Zicond") {
  CHECK(r(Op::kSh1add, 3, 100) == 106);
  CHECK(r(Op::kSh2add, 3, 100) == 112);
  CHECK(r(Op::kSh3add, 3, 100) == 124);
  CHECK(r(Op::kAndn, 0xff, 0x0f) == 0xf0);
  CHECK(r(Op::kOrn, 0, 0x0f) == 0xfffffff0);
  CHECK(r(Op::kXnor, 0xff, 0x0f) == 0xffffff0f);
  CHECK(r(Op::kMax, kMinusOne, 1) == 1);
  CHECK(r(Op::kMaxu, kMinusOne, 1) == kMinusOne);
  CHECK(r(Op::kMin, kMinusOne, 1) == kMinusOne);
  CHECK(r(Op::kMinu, kMinusOne, 1) == 1);
  CHECK(r(Op::kRol, 0x80000001, 1) == 3);
  CHECK(r(Op::kRor, 0x80000001, 1) == 0xc0000000);
  CHECK(r(Op::kRol, 0x12345678, 32) == 0x12345678);
  CHECK(i(Op::kRori, 0x12345678, 8) == 0x78123456);
  CHECK(i(Op::kRori, 0x12345678, 0) == 0x12345678);
  CHECK(r(Op::kClz, 0, 0) == 32);
  CHECK(r(Op::kClz, 1, 0) == 31);
  CHECK(r(Op::kCtz, 0, 0) == 32);
  CHECK(r(Op::kCtz, kMinimum, 0) == 31);
  CHECK(r(Op::kCpop, kMinusOne, 0) == 32);
  CHECK(r(Op::kSextB, 0x180, 0) == 0xffffff80);
  CHECK(r(Op::kSextH, 0x18000, 0) == 0xffff8000);
  CHECK(r(Op::kZextH, kMinusOne, 0) == 0xffff);
  CHECK(r(Op::kRev8, 0x01020304, 0) == 0x04030201);
  CHECK(r(Op::kCzeroEqz, 7, 0) == 0);
  CHECK(r(Op::kCzeroEqz, 7, 3) == 7);
  CHECK(r(Op::kCzeroNez, 7, 0) == 7);
  CHECK(r(Op::kCzeroNez, 7, 3) == 0);
}

TEST_CASE("orc.b looks at each byte by itself") {
  std::mt19937 random(1);
  for (int round = 0; round < 100'000; ++round) {
    const auto a = static_cast<std::uint32_t>(random() & random() & random());
    std::uint32_t expected = 0;
    for (int byte = 0; byte < 4; ++byte) {
      if ((a >> (8 * byte) & 0xff) != 0) expected |= 0xffu << (8 * byte);
    }
    REQUIRE(r(Op::kOrcB, a, 0) == expected);
  }
}

TEST_CASE("multiply gives the halves of 64-bit products") {
  std::mt19937 random(2);
  for (int round = 0; round < 100'000; ++round) {
    const auto a = static_cast<std::uint32_t>(random()), b = static_cast<std::uint32_t>(random());
    const std::int64_t sa = static_cast<std::int32_t>(a), sb = static_cast<std::int32_t>(b);
    REQUIRE(multiply(Op::kMul, a, b) == static_cast<std::uint32_t>(sa * sb));
    REQUIRE(multiply(Op::kMulh, a, b) == static_cast<std::uint32_t>((sa * sb) >> 32));
    REQUIRE(multiply(Op::kMulhsu, a, b) ==
            static_cast<std::uint32_t>((sa * static_cast<std::int64_t>(b)) >> 32));
    REQUIRE(multiply(Op::kMulhu, a, b) ==
            static_cast<std::uint32_t>((std::uint64_t{a} * std::uint64_t{b}) >> 32));
  }
  CHECK(multiply(Op::kMulh, kMinimum, kMinimum) == 0x40000000);
  CHECK(multiply(Op::kMulhsu, kMinimum, kMinusOne) == 0x80000000);
}

TEST_CASE("divide follows RISC-V for division by zero and overflow") {
  CHECK(divide(Op::kDiv, 7, 0) == kMinusOne);
  CHECK(divide(Op::kDivu, 7, 0) == kMinusOne);
  CHECK(divide(Op::kRem, 7, 0) == 7);
  CHECK(divide(Op::kRemu, 7, 0) == 7);
  CHECK(divide(Op::kDiv, kMinimum, kMinusOne) == kMinimum);
  CHECK(divide(Op::kRem, kMinimum, kMinusOne) == 0);
  CHECK(divide(Op::kDiv, static_cast<std::uint32_t>(-7), 2) == static_cast<std::uint32_t>(-3));
  CHECK(divide(Op::kRem, static_cast<std::uint32_t>(-7), 2) == kMinusOne);
  CHECK(divide(Op::kDivu, kMinusOne, 2) == 0x7fffffff);
  CHECK(divide(Op::kRemu, kMinusOne, 10) == 5);
}

TEST_CASE("branches compare signed and unsigned") {
  CHECK(branch_taken(Op::kBeq, 4, 4));
  CHECK_FALSE(branch_taken(Op::kBne, 4, 4));
  CHECK(branch_taken(Op::kBlt, kMinusOne, 0));
  CHECK_FALSE(branch_taken(Op::kBltu, kMinusOne, 0));
  CHECK(branch_taken(Op::kBge, 0, kMinusOne));
  CHECK(branch_taken(Op::kBgeu, kMinusOne, 0));
  CHECK(branch_taken(Op::kBge, 3, 3));
}

TEST_CASE("jumps clear bit 0 of a register target, and call depth saturates") {
  // jalr ra, 3(t0); ret; jal ra, 8; jal zero, 8; jalr zero, 0(t0)
  const Instruction call = decode(0x003280e7), back = decode(0x00008067);
  const Instruction jal = decode(0x008000ef), goto_ = decode(0x0080006f);
  const Instruction indirect = decode(0x00028067);
  CHECK(next_pc(call, 0x1000, 0, 0x40) == 0x1002);
  CHECK(next_pc(jal, 0, 0, 0x40) == 0x48);
  CHECK(next_depth(call, 3) == 4);
  CHECK(next_depth(jal, 255) == 255);
  CHECK(next_depth(back, 3) == 2);
  CHECK(next_depth(back, 0) == 0);
  CHECK(next_depth(goto_, 3) == 3);
  CHECK(next_depth(indirect, 3) == 3);
  // A return is known by its registers, whatever its offset.
  CHECK(next_depth(decode(0x00408067), 3) == 2);
}

TEST_CASE("loads extract and extend bytes and half-words") {
  constexpr std::uint32_t kWord = 0x8182f384;
  CHECK(load_extract(Op::kLb, kWord, 0) == 0xffffff84);
  CHECK(load_extract(Op::kLbu, kWord, 1) == 0xf3);
  CHECK(load_extract(Op::kLb, kWord, 3) == 0xffffff81);
  CHECK(load_extract(Op::kLh, kWord, 2) == 0xffff8182);
  CHECK(load_extract(Op::kLhu, kWord, 0) == 0xf384);
  CHECK(load_extract(Op::kLw, kWord, 0) == kWord);
  CHECK(access_size(Op::kSh) == 2);
  CHECK(access_size(Op::kAdd) == 0);
  CHECK(is_store(Op::kSb));
  CHECK_FALSE(is_store(Op::kLw));
}

TEST_CASE("atomics leave the new word in memory") {
  const auto update = [](Op op, std::uint32_t word, std::uint32_t b, std::uint32_t c = 7) {
    return atomic_update(op, word, b, c);
  };
  CHECK(update(Op::kAmoswapW, 5, 9) == 9);
  CHECK(update(Op::kAmoaddW, kMinusOne, 2) == 1);
  CHECK(update(Op::kAmoaddW, 0x7fffffff, 1) == kMinimum);
  CHECK(update(Op::kAmoxorW, 0xff00ff00, 0x0ff00ff0) == 0xf0f0f0f0);
  CHECK(update(Op::kAmoandW, 0xff00ff00, 0x0ff00ff0) == 0x0f000f00);
  CHECK(update(Op::kAmoorW, 0xff00ff00, 0x0ff00ff0) == 0xfff0fff0);
  for (const auto& [low, high] : {std::pair{kMinimum, 0x7fffffffu},
                                  {kMinimum, kMinusOne},
                                  {kMinusOne, 0u},
                                  {kMinusOne, 1u},
                                  {0u, 0x7fffffffu},
                                  {3u, 3u}}) {
    CAPTURE(low, high);
    CHECK(update(Op::kAmominW, low, high) == low);
    CHECK(update(Op::kAmominW, high, low) == low);
    CHECK(update(Op::kAmomaxW, low, high) == high);
    CHECK(update(Op::kAmomaxW, high, low) == high);
  }
  for (const auto& [low, high] : {std::pair{0x7fffffffu, kMinimum},
                                  {kMinimum, kMinusOne},
                                  {0u, kMinusOne},
                                  {0u, 1u},
                                  {3u, 3u}}) {
    CAPTURE(low, high);
    CHECK(update(Op::kAmominuW, low, high) == low);
    CHECK(update(Op::kAmominuW, high, low) == low);
    CHECK(update(Op::kAmomaxuW, low, high) == high);
    CHECK(update(Op::kAmomaxuW, high, low) == high);
  }
  CHECK(update(Op::kAmocasW, 7, 9, 7) == 9);
  CHECK(update(Op::kAmocasW, 7, 9, 8) == 7);
  CHECK(update(Op::kAmocasW, kMinimum, 9, 0) == kMinimum);
}

TEST_CASE("amofadd.w rounds to nearest even, keeps subnormals, and has one NaN") {
  const auto add = [](std::uint32_t word, std::uint32_t b) {
    return atomic_update(Op::kAmofaddW, word, b, 0);
  };
  constexpr std::uint32_t kOne = 0x3f800000, kInfinity = 0x7f800000, kSign = 0x80000000;
  CHECK(add(kOne, kOne) == 0x40000000);
  CHECK(add(kOne, 0x33800000) == kOne);              // + 2^-24: a tie, to even
  CHECK(add(0x3f800001, 0x33800000) == 0x3f800002);  // the same to the other side
  CHECK(add(kOne, 0x33800001) == 0x3f800001);        // just beyond
  CHECK(add(0x00000001, 0x00000001) == 0x00000002);  // subnormals
  CHECK(add(0x00800000, kSign | 1) == 0x007fffff);   // normal to subnormal
  CHECK(add(kOne, kSign | kOne) == 0);               // + 0
  CHECK(add(kSign, kSign) == kSign);                 // - 0
  CHECK(add(kSign, 0) == 0);
  CHECK(add(0x7f7fffff, 0x7f7fffff) == kInfinity);
  CHECK(add(kInfinity, kSign | kInfinity) == 0x7fc00000);
  CHECK(add(0x7f800001, kOne) == 0x7fc00000);  // a signalling NaN
  CHECK(add(kOne, 0xffc12345) == 0x7fc00000);
}

TEST_CASE("amocas.d compares and replaces both words or none") {
  constexpr std::uint64_t kOld = 0x80000001'7fffffff;
  constexpr std::uint64_t kNew = 0x12345678'9abcdef0;
  CHECK(compare_and_swap(kOld, kNew, kOld) == kNew);
  CHECK(compare_and_swap(kOld, kNew, kOld ^ 1) == kOld);
  CHECK(compare_and_swap(kOld, kNew, kOld ^ std::uint64_t{1} << 32) == kOld);
  CHECK(compare_and_swap(kOld, kNew, kOld ^ std::uint64_t{1} << 63) == kOld);
  CHECK(compare_and_swap(kOld, kNew, 0) == kOld);
  CHECK(compare_and_swap(0, kNew, 0) == kNew);
}

TEST_CASE("atomics are neither loads nor stores, and access words or doublewords") {
  for (std::size_t number = 0; number < kOpCount; ++number) {
    const Op op = static_cast<Op>(number);
    INFO(name(op));
    const bool mbarrier =
        std::string_view(name(op)).starts_with("mbarrier.") && !is_mbarrier_test(op);
    const bool atomic = std::string_view(name(op)).starts_with("amo") || mbarrier;
    CHECK(is_atomic(op) == atomic);
    CHECK((info(op).format == Format::kAmo) == atomic);
    CHECK(info(op).ordered == atomic);
    if (!atomic) continue;
    CHECK(access_size(op) == (mbarrier || op == Op::kAmocasD ? 8 : 4));
    CHECK(access_alignment(op) == access_size(op));
    CHECK_FALSE(is_store(op));
  }
}

TEST_CASE("floating dispatches signs of the fused operations") {
  constexpr std::uint32_t kTwo = 0x40000000, kThree = 0x40400000, kFive = 0x40a00000;
  CHECK(floating(Op::kFmaddS, kTwo, kThree, kFive, 0).bits == 0x41300000);   // 11
  CHECK(floating(Op::kFmsubS, kTwo, kThree, kFive, 0).bits == 0x3f800000);   // 1
  CHECK(floating(Op::kFnmsubS, kTwo, kThree, kFive, 0).bits == 0xbf800000);  // -1
  CHECK(floating(Op::kFnmaddS, kTwo, kThree, kFive, 0).bits == 0xc1300000);  // -11
  CHECK(floating(Op::kFsubS, kTwo, kThree, 0, 0).bits == 0xbf800000);
  CHECK(floating(Op::kFsgnjS, kTwo, 0x80000000, 0, 0).bits == 0xc0000000);
  CHECK(floating(Op::kFsgnjnS, kTwo, 0x80000000, 0, 0).bits == kTwo);
  CHECK(floating(Op::kFsgnjxS, 0xc0000000, 0x80000000, 0, 0).bits == kTwo);
}

TEST_CASE("the rounding mode is the instruction's, or frm, of which reserved values mean RNE") {
  CHECK(resolve_rounding(3, 1 << 5) == 3);
  CHECK(resolve_rounding(7, 4 << 5 | 31) == 4);
  for (const int reserved : {5, 6, 7}) {
    CHECK(resolve_rounding(7, static_cast<std::uint8_t>(reserved << 5)) == kRoundNearestEven);
  }
}

TEST_CASE("CSR reads show the thread's place") {
  CsrValues values;
  values.tid = {1, 2, 3};
  values.nctaid = {7, 8, 9};
  values.lane = 5;
  values.warp = 2;
  values.fcsr = 0x9f;
  values.cycle = 0x1'0000'0002;
  CHECK(csr_read(csr::kTidY, values) == 2);
  CHECK(csr_read(csr::kNctaidZ, values) == 9);
  CHECK(csr_read(csr::kLaneid, values) == 5);
  CHECK(csr_read(csr::kWarpid, values) == 2);
  CHECK(csr_read(csr::kNsmid, values) == 1);
  CHECK(csr_read(csr::kLanemaskEq, values) == 0x20);
  CHECK(csr_read(csr::kLanemaskLt, values) == 0x1f);
  CHECK(csr_read(csr::kLanemaskLe, values) == 0x3f);
  CHECK(csr_read(csr::kLanemaskGt, values) == 0xffffffc0);
  CHECK(csr_read(csr::kLanemaskGe, values) == 0xffffffe0);
  values.lane = 31;
  CHECK(csr_read(csr::kLanemaskGt, values) == 0);
  CHECK(csr_read(csr::kFflags, values) == 0x1f);
  CHECK(csr_read(csr::kFrm, values) == 4);
  CHECK(csr_read(csr::kFcsr, values) == 0x9f);
  CHECK(csr_read(csr::kTime, values) == 2);
  CHECK(csr_read(csr::kTimeh, values) == 1);
}

TEST_CASE("CSR writes reach only their own field of fcsr") {
  const auto write = [](Op op, std::uint32_t number, std::uint8_t fcsr, std::uint32_t a) {
    return csr_write(csr_instruction(op, Format::kCsr, number, 1), fcsr, a);
  };
  CHECK(write(Op::kCsrrw, csr::kFflags, 0xe0, 0xffffffff) == 0xff);
  CHECK(write(Op::kCsrrw, csr::kFrm, 0x1f, 0xfffffffa) == 0x5f);
  CHECK(write(Op::kCsrrw, csr::kFcsr, 0, 0xffffff43) == 0x43);
  CHECK(write(Op::kCsrrs, csr::kFflags, 0x21, 0x12) == 0x33);
  CHECK(write(Op::kCsrrc, csr::kFrm, 0xe3, 2) == 0xa3);
  CHECK(csr_write(csr_instruction(Op::kCsrrwi, Format::kCsri, csr::kFrm, 4), 0x03, 99) == 0x83);
  CHECK(csr_write(csr_instruction(Op::kCsrrci, Format::kCsri, csr::kFcsr, 0x1f), 0xff, 0) == 0xe0);
}
