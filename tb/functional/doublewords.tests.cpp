// amocas.d of the functional device: pairs of registers, both windows, old values in ascending
// order of the threads, and faults.
#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <random>

#include "device/fault.hpp"
#include "functional/device_bench.hpp"

namespace {

using namespace heddle;
using functional::data_pointer;
using functional::DeviceBench;
using functional::kCode;
using functional::kData;
using functional::kDataBytes;
using functional::kLocalStart;
using functional::kReadOnly;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;

constexpr std::uint32_t kThreads = 32;
constexpr std::uint32_t kDoublewords = 4;  // in each window

// Memory of a case: 5 arrays of operands, then 3 of results, then doublewords of both windows.
constexpr std::uint32_t kLine = 4 * kThreads;
constexpr std::uint32_t kResults = kData + 5 * kLine;
constexpr std::uint32_t kCopies = kData + 0x1000;  // of shared memory
constexpr std::uint32_t kTargets = kData + 0x2000;

constexpr std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
constexpr std::uint32_t high(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32);
}

enum class Form { kPlain, kDiscarded, kZero, kSamePair, kAddressInPair };

// What each thread has in its registers. Few values: some comparisons succeed.
struct Case {
  Form form = Form::kPlain;
  std::uint32_t active = 0;
  std::uint32_t ordering = 0;
  std::array<std::uint32_t, kThreads> address{};
  std::array<std::uint64_t, kThreads> b{}, c{};
};

constexpr std::array<std::uint64_t, 6> kValues{
    0, 1, std::uint64_t{1} << 32, 0x80000000'00000000, 0x7fffffff'ffffffff, 0xffffffff'ffffffff};

struct Bench : DeviceBench {
  Bench() {
    launch.block = {kThreads, 1, 1};
    launch.shared_size = 256;
  }

  std::uint64_t doubleword(std::uint32_t address) const {
    return std::uint64_t{word(address + 4)} << 32 | word(address);
  }
  void set_doubleword(std::uint32_t address, std::uint64_t value) {
    set_word(address, low(value));
    set_word(address + 4, high(value));
  }
};

// Registers: x8/x9 the new value, x10/x11 the old one, x12 the address. With kAddressInPair x11 has
// the address, and the upper word that is compared is that.
void run(Bench& bench, const Case& test) {
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    const std::uint32_t words[] = {test.address[t], low(test.b[t]), high(test.b[t]), low(test.c[t]),
                                   high(test.c[t])};
    for (std::uint32_t i = 0; i < 5; ++i) bench.set_word(kData + i * kLine + 4 * t, words[i]);
  }
  for (std::uint32_t i = 0; i < kDoublewords; ++i) {
    bench.set_doubleword(kTargets + 8 * i, kValues[i]);
    bench.set_doubleword(kCopies + 8 * i, kValues[i]);
  }
  const LaunchResult result = bench.run([&](Assembler& code) {
    const auto skip = code.new_label();
    data_pointer(code, 6);
    for (std::uint32_t i = 0; i < 5; ++i) {
      constexpr std::uint32_t kRegisters[] = {12, 8, 9, 10, 11};
      code.i(Op::kLw, kRegisters[i], 6, static_cast<std::int32_t>(i * kLine));
    }
    code.li(14, kCopies);
    code.r(Op::kSh2add, 14, 5, 14);
    code.li(15, kSharedStart);
    code.r(Op::kSh2add, 15, 5, 15);
    code.i(Op::kLw, 7, 14, 0);
    code.store(Op::kSw, 7, 15, 0);
    code.li(7, test.active);
    code.r(Op::kSrl, 7, 7, 5);
    code.i(Op::kAndi, 7, 7, 1);
    code.barrier();
    code.branch(Op::kBeq, 7, 0, skip);
    switch (test.form) {
      case Form::kPlain: code.atomic(Op::kAmocasD, 10, 8, 12, test.ordering); break;
      case Form::kDiscarded: code.atomic(Op::kAmocasD, 0, 8, 12, test.ordering); break;
      case Form::kZero: code.atomic(Op::kAmocasD, 10, 0, 12, test.ordering); break;
      case Form::kSamePair: code.atomic(Op::kAmocasD, 10, 10, 12, test.ordering); break;
      case Form::kAddressInPair: code.atomic(Op::kAmocasD, 10, 8, 11, test.ordering); break;
    }
    code.place(skip);
    code.barrier();
    for (std::uint32_t i = 0; i < 3; ++i) {
      code.store(Op::kSw, 9 + i, 6, static_cast<std::int32_t>(kResults - kData + i * kLine));
    }
    code.i(Op::kLw, 7, 15, 0);
    code.store(Op::kSw, 7, 14, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
}

void check(const Case& test) {
  Bench bench;
  run(bench, test);
  std::map<std::uint32_t, std::uint64_t> memory;
  for (std::uint32_t i = 0; i < kDoublewords; ++i) {
    memory[kTargets + 8 * i] = memory[kSharedStart + 8 * i] = kValues[i];
  }
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    CAPTURE(static_cast<int>(test.form), test.active, test.ordering, t, test.address[t]);
    std::uint64_t rd = test.c[t];
    if ((test.active >> t & 1) != 0) {
      std::uint64_t& place = memory.at(test.address[t]);
      const std::uint64_t old = place;
      const std::uint64_t compare = test.form == Form::kDiscarded ? 0 : test.c[t];
      const std::uint64_t swap = test.form == Form::kZero       ? 0
                                 : test.form == Form::kSamePair ? test.c[t]
                                                                : test.b[t];
      if (place == compare) place = swap;
      if (test.form != Form::kDiscarded) rd = old;
    }
    REQUIRE(bench.word(kResults + 4 * t) == high(test.b[t]));
    REQUIRE(bench.word(kResults + kLine + 4 * t) == low(rd));
    REQUIRE(bench.word(kResults + 2 * kLine + 4 * t) == high(rd));
  }
  for (std::uint32_t i = 0; i < kDoublewords; ++i) {
    CAPTURE(static_cast<int>(test.form), test.active, i);
    REQUIRE(bench.doubleword(kTargets + 8 * i) == memory.at(kTargets + 8 * i));
    REQUIRE(bench.doubleword(kCopies + 8 * i) == memory.at(kSharedStart + 8 * i));
  }
}

Fault fault_of(Bench& bench, const std::function<void(Assembler&)>& write) {
  const LaunchResult result = bench.run([&](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    write(code);
    code.exit();
  });
  CHECK(result.status == LaunchStatus::kFault);
  return result.fault;
}

}  // namespace

TEST_CASE("amocas.d of few or many threads, in both windows, with every choice of registers") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(random() % limit);
  };
  constexpr std::uint32_t kMasks[] = {0xffffffff, 0x00000001, 0x80000000, 0x55555555,
                                      0x0000ffff, 0x80000001, 0x7ffffffe};
  for (const Form form :
       {Form::kPlain, Form::kDiscarded, Form::kZero, Form::kSamePair, Form::kAddressInPair}) {
    for (const std::uint32_t active : kMasks) {
      for (const std::uint32_t windows : {1u, 2u, 3u}) {  // global, shared, both
        Case test{form, active, below(4), {}, {}, {}};
        for (std::uint32_t t = 0; t < kThreads; ++t) {
          const bool global = windows == 1 || (windows == 3 && below(2) == 0);
          test.address[t] = (global ? kTargets : kSharedStart) + 8 * below(kDoublewords);
          test.b[t] = kValues[below(kValues.size())];
          test.c[t] = kValues[below(kValues.size())];
          if (form == Form::kAddressInPair) {
            test.c[t] = std::uint64_t{test.address[t]} << 32 | low(test.c[t]);
          }
        }
        check(test);
      }
    }
  }
}

TEST_CASE("a comparison that fails in one word only changes neither") {
  for (const std::uint64_t bit : {0, 31, 32, 63}) {
    Case test{Form::kPlain, 1, 0, {}, {}, {}};
    test.address.fill(kTargets);
    test.b.fill(0x1234'5678'9abc'def0);
    test.c.fill(kValues[0] ^ std::uint64_t{1} << bit);
    check(test);
    test.address.fill(kSharedStart + 16);
    test.c.fill(kValues[2] ^ std::uint64_t{1} << bit);
    check(test);
  }
}

TEST_CASE("threads of several warps count in a doubleword, beyond its lower word") {
  constexpr std::uint32_t kRounds = 3;
  for (const std::uint32_t address : {kTargets, kSharedStart}) {
    Bench bench;
    bench.launch.block = {128, 1, 1};
    bench.launch.grid = {address == kTargets ? 2u : 1u, 1, 1};
    bench.set_doubleword(kTargets, 0xffffffff);
    const LaunchResult result = bench.run([&](Assembler& code) {
      const auto again = code.new_label();
      code.li(12, address);
      if (address == kSharedStart) {
        code.li(8, 0xffffffff);
        code.store(Op::kSw, 8, 12, 0);
        code.store(Op::kSw, 0, 12, 4);
        code.barrier();
      }
      code.li(13, kRounds);
      code.place(again);
      code.i(Op::kLw, 14, 12, 0);
      code.i(Op::kLw, 15, 12, 4);
      code.i(Op::kAddi, 8, 14, 1);
      code.i(Op::kSltiu, 9, 8, 1);
      code.r(Op::kAdd, 9, 9, 15);
      code.i(Op::kAddi, 10, 14, 0);
      code.i(Op::kAddi, 11, 15, 0);
      code.atomic(Op::kAmocasD, 10, 8, 12);
      code.branch(Op::kBne, 10, 14, again);
      code.branch(Op::kBne, 11, 15, again);
      code.i(Op::kAddi, 13, 13, -1);
      code.branch(Op::kBne, 13, 0, again);
      code.barrier();
      code.li(6, kTargets);
      code.i(Op::kLw, 8, 12, 0);
      code.i(Op::kLw, 9, 12, 4);
      code.store(Op::kSw, 8, 6, 8);
      code.store(Op::kSw, 9, 6, 12);
      code.exit();
    });
    REQUIRE(result.status == LaunchStatus::kOk);
    const std::uint32_t threads = 128 * bench.launch.grid.x;
    const std::uint32_t at = address == kTargets ? kTargets : kTargets + 8;
    CHECK(bench.doubleword(at) == 0xffffffffull + kRounds * threads);
  }
}

TEST_CASE("amocas.d counts a line a thread") {
  Bench bench;
  const LaunchResult result = bench.run([](Assembler& code) {
    code.li(6, kTargets);
    code.atomic(Op::kAmocasD, 0, 0, 6);
    code.li(6, kSharedStart);
    code.atomic(Op::kAmocasD, 0, 0, 6);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(result.counters.global_accesses == 1);
  CHECK(result.counters.global_lines == 32);
}

TEST_CASE("amocas.d into decoded code takes effect in both words") {
  Bench bench;
  bench.launch.block = {1, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto patched = code.new_label(), again = code.new_label();
    constexpr std::uint32_t kFirst = 0x02800593, kSecond = 0x02900613;  // li a1, 40; li a2, 41
    code.li(15, 2);
    code.la(6, patched);
    code.li(16, kFirst);
    code.li(17, kSecond);
    code.li(18, kFirst + (1 << 20));
    code.li(19, kSecond + (2 << 20));
    if (code.pc() % 8 != 0) code.i(Op::kAddi, 0, 0, 0);
    code.place(again);
    code.place(patched);
    code.emit_word(kFirst);
    code.emit_word(kSecond);
    code.atomic(Op::kAmocasD, 16, 18, 6);
    code.emit(Op::kFenceI, {});
    code.i(Op::kAddi, 15, 15, -1);
    code.branch(Op::kBne, 15, 0, again);
    code.li(8, kData);
    code.store(Op::kSw, 11, 8, 0);
    code.store(Op::kSw, 12, 8, 4);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(bench.word(kData) == 41);
  CHECK(bench.word(kData + 4) == 43);
}

TEST_CASE("amocas.d with an odd register is an illegal instruction") {
  for (const std::uint32_t word : {0x28c535afu, 0x28d5b52fu, 0x2ed5b5afu, 0x281530afu}) {
    Bench bench;
    const Fault fault = fault_of(bench, [&](Assembler& code) { code.emit_word(word); });
    CHECK(fault.cause == cause::kIllegal);
    CHECK(fault.address == word);
    CHECK(fault.mask == 0xffffffff);
    CHECK(fault.pc == kCode + 4);
  }
}

TEST_CASE("amocas.d at what is no multiple of 8 faults as a misaligned store, before any other") {
  for (const std::uint32_t base : {kTargets, kSharedStart, kLocalStart, 0x00400000u}) {
    Bench bench;
    const Fault fault = fault_of(bench, [&](Assembler& code) {
      code.li(6, base);
      code.r(Op::kSh2add, 6, 5, 6);
      code.atomic(Op::kAmocasD, 10, 8, 6);
    });
    CAPTURE(base);
    CHECK(fault.cause == cause::kStoreMisaligned);
    CHECK(fault.mask == 0xaaaaaaaa);
    CHECK(fault.address == base + 4);
    CHECK(fault.pc == kCode + 12 + (base % 0x1000 == 0 ? 0 : 4));
  }
}

TEST_CASE("amocas.d in the local window, or beyond shared memory, faults as a store") {
  Bench bench;
  const Fault local = fault_of(bench, [](Assembler& code) {
    // Threads 8 and 9 name local memory, the others global memory.
    code.li(6, kTargets);
    code.li(7, kLocalStart + 8);
    code.i(Op::kSrli, 8, 5, 1);
    code.i(Op::kXori, 8, 8, 4);
    code.r(Op::kCzeroEqz, 6, 6, 8);
    code.r(Op::kCzeroNez, 7, 7, 8);
    code.r(Op::kOr, 6, 6, 7);
    code.atomic(Op::kAmocasD, 10, 8, 6);
  });
  CHECK(local.cause == cause::kStoreAccess);
  CHECK(local.mask == 0x300);
  CHECK(local.address == kLocalStart + 8);
  const Fault shared = fault_of(bench, [](Assembler& code) {
    code.li(6, kSharedStart + 256 - 8 * 30);
    code.r(Op::kSh3add, 6, 5, 6);
    code.atomic(Op::kAmocasD, 0, 8, 6, 3);
  });
  CHECK(shared.cause == cause::kStoreAccess);
  CHECK(shared.mask == 0xc0000000);
  CHECK(shared.address == kSharedStart + 256);
}

TEST_CASE("a global amocas.d needs a page that may be read and written, whether it swaps or not") {
  constexpr std::uint32_t kWriteOnly = 0x00300000;
  Bench bench;
  const Region regions[] = {{kCode, kCode + 0x2000, kRead | kExecute},
                            {kData, kData + kDataBytes, kRead | kWrite},
                            {kReadOnly, kReadOnly + 0x1000, kRead},
                            {kWriteOnly, kWriteOnly + 0x1000, kWrite}};
  bench.device->set_regions(regions);
  for (const std::uint32_t base : {kReadOnly, kWriteOnly, 0x00400000u, kCode}) {
    const Fault fault = fault_of(bench, [&](Assembler& code) {
      code.li(6, base);
      code.li(10, 5);
      code.li(11, 5);
      code.atomic(Op::kAmocasD, 10, 8, 6);
    });
    CAPTURE(base);
    CHECK(fault.cause == cause::kStoreAccess);
    CHECK(fault.mask == 1);
    CHECK(fault.address == base);
  }
  const Fault fault = fault_of(bench, [](Assembler& code) {
    code.li(6, kData + kDataBytes - 8 * 14);
    code.r(Op::kSh3add, 6, 5, 6);
    code.atomic(Op::kAmocasD, 10, 8, 6);
  });
  CHECK(fault.cause == cause::kStoreAccess);
  CHECK(fault.mask == 1u << 14);
  CHECK(fault.address == kData + kDataBytes);
}
