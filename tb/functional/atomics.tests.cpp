// Atomics of the functional device: every operation in every window, old values in ascending order
// of the threads, and faults.
#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "device/fault.hpp"
#include "functional/device_bench.hpp"

namespace {

using namespace heddle;
using functional::DeviceBench;
using functional::kCode;
using functional::kData;
using functional::kDataBytes;
using functional::kLocal;
using functional::kLocalStart;
using functional::kReadOnly;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;

constexpr std::uint32_t kThreads = 32;

constexpr std::array kOps{Op::kAmoswapW, Op::kAmoaddW, Op::kAmoxorW, Op::kAmoandW,
                          Op::kAmoorW,   Op::kAmominW, Op::kAmomaxW, Op::kAmominuW,
                          Op::kAmomaxuW, Op::kAmocasW, Op::kAmofaddW};

// What RISC-V's manual and the host's floating point say that an atomic does to the word.
std::uint32_t updated(Op op, std::uint32_t word, std::uint32_t b, std::uint32_t c) {
  const auto i = [](std::uint32_t value) { return static_cast<std::int32_t>(value); };
  switch (op) {
    case Op::kAmoswapW: return b;
    case Op::kAmoaddW: return word + b;
    case Op::kAmoxorW: return word ^ b;
    case Op::kAmoandW: return word & b;
    case Op::kAmoorW: return word | b;
    case Op::kAmominW: return static_cast<std::uint32_t>(std::min(i(word), i(b)));
    case Op::kAmomaxW: return static_cast<std::uint32_t>(std::max(i(word), i(b)));
    case Op::kAmominuW: return std::min(word, b);
    case Op::kAmomaxuW: return std::max(word, b);
    case Op::kAmocasW: return word == c ? b : word;
    default: {
      const float sum = std::bit_cast<float>(word) + std::bit_cast<float>(b);
      return std::isnan(sum) ? 0x7fc00000 : std::bit_cast<std::uint32_t>(sum);
    }
  }
}

// Operands of one instruction. Memory at kOperands: address, rs2 and old rd of all threads.
struct Case {
  Op op;
  std::uint32_t active;
  std::array<std::uint32_t, kThreads> address;
  std::array<std::uint32_t, kThreads> b;
  std::array<std::uint32_t, kThreads> c;
};

constexpr std::uint32_t kOperands = kData;  // 3 arrays of words, then the results
constexpr std::uint32_t kResults = kData + 12 * kThreads;
constexpr std::uint32_t kCopies = kResults + 4 * kThreads;  // of local and shared words
constexpr std::uint32_t kTargets = kData + 0x2000;          // words that atomics work on
constexpr std::uint32_t kWords = 32;

struct Bench : DeviceBench {
  Bench() {
    launch.block = {kThreads, 1, 1};
    launch.shared_size = 512;
  }
};

// The words that atomics work on.
using Memory = std::array<std::uint32_t, kWords>;

std::uint32_t initial(Op op, std::uint32_t word) {
  if (op == Op::kAmofaddW) return std::bit_cast<std::uint32_t>(static_cast<float>(word) - 7.5f);
  return word % 2 == 0 ? word : 0xfffffff0 + word;
}

// Runs one atomic for the active threads; fills the words before, and copies those of shared memory
// to where the host can see them.
void run(Bench& bench, const Case& test, std::uint32_t ordering, bool discard) {
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    bench.set_word(kOperands + 4 * t, test.address[t]);
    bench.set_word(kOperands + 4 * (kThreads + t), test.b[t]);
    bench.set_word(kOperands + 4 * (2 * kThreads + t), test.c[t]);
  }
  for (std::uint32_t word = 0; word < kWords; ++word) {
    bench.set_word(kTargets + 4 * word, initial(test.op, word));
    bench.set_word(kCopies + 4 * word, initial(test.op, word));
  }
  const LaunchResult result = bench.run([&](Assembler& code) {
    const auto skip = code.new_label();
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    code.li(6, kOperands);
    code.r(Op::kSh2add, 6, 5, 6);
    code.i(Op::kLw, 7, 6, 0);
    code.i(Op::kLw, 8, 6, 4 * kThreads);
    code.i(Op::kLw, 9, 6, 8 * kThreads);
    code.i(Op::kLw, 10, 6, kCopies - kOperands);
    code.li(11, kSharedStart);
    code.r(Op::kSh2add, 11, 5, 11);
    code.store(Op::kSw, 10, 11, 0);
    code.li(12, kLocalStart);
    code.store(Op::kSw, 10, 12, 4);
    code.li(10, test.active);
    code.r(Op::kSrl, 10, 10, 5);
    code.i(Op::kAndi, 10, 10, 1);
    code.branch(Op::kBeq, 10, 0, skip);
    code.atomic(test.op, discard ? 0 : 9, 8, 7, ordering);
    code.place(skip);
    code.store(Op::kSw, 9, 6, kResults - kOperands);
    code.i(Op::kLw, 10, 11, 0);
    code.store(Op::kSw, 10, 6, kCopies - kOperands);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
}

struct Expected {
  Memory global, shared, local;  // local: word 1 of each thread
  std::array<std::uint32_t, kThreads> old;
};

Expected reference(const Case& test, bool discard) {
  Expected expected{};
  for (std::uint32_t word = 0; word < kWords; ++word) {
    const std::uint32_t value = initial(test.op, word);
    expected.global[word] = expected.shared[word] = expected.local[word] = value;
  }
  expected.old = test.c;
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    if ((test.active >> t & 1) == 0) continue;
    const std::uint32_t address = test.address[t];
    std::uint32_t& word = address >= kSharedStart  ? expected.shared[address % (4 * kWords) / 4]
                          : address >= kLocalStart ? expected.local[t]
                                                   : expected.global[(address - kTargets) / 4];
    if (!discard) expected.old[t] = word;
    word = updated(test.op, word, test.b[t], discard ? 0 : test.c[t]);
  }
  return expected;
}

void check(const Case& test, std::uint32_t ordering = 0, bool discard = false) {
  Bench bench;
  run(bench, test, ordering, discard);
  const Expected expected = reference(test, discard);
  for (std::uint32_t i = 0; i < kThreads; ++i) {
    CAPTURE(isa::name(test.op), test.active, ordering, discard, i);
    REQUIRE(bench.word(kResults + 4 * i) == expected.old[i]);
    REQUIRE(bench.word(kTargets + 4 * i) == expected.global[i]);
    REQUIRE(bench.word(kCopies + 4 * i) == expected.shared[i]);
    REQUIRE(bench.word(kLocal + 128 + 4 * i) == expected.local[i]);
  }
}

// Operands that meet: small differences, signs, values that amocas.w finds.
Case random_case(Op op, std::mt19937& random) {
  Case test{};
  test.op = op;
  constexpr std::uint32_t kFew[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff};
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    const auto bits = static_cast<std::uint32_t>(random());
    test.b[t] = random() % 2 == 0 ? bits : kFew[bits % 6];
    test.c[t] = random() % 2 == 0 ? initial(op, bits % kWords) : test.b[bits % (t + 1)];
    if (op == Op::kAmofaddW && random() % 4 != 0) {
      test.b[t] = std::bit_cast<std::uint32_t>(static_cast<float>(bits % 512) * 0.3f - 50.0f);
    }
  }
  return test;
}

constexpr std::uint32_t kMasks[] = {0xffffffff, 0xffffffff, 0x00000001, 0x80000000,
                                    0x55555555, 0x0000ffff, 0x80000001, 0x7ffffffe};

// Runs `write` with t0 = thread index, and expects a fault.
Fault fault_of(Bench& bench, const std::function<void(Assembler&)>& write) {
  const LaunchResult result = bench.run([&](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    write(code);
  });
  CHECK(result.status == LaunchStatus::kFault);
  return result.fault;
}

}  // namespace

TEST_CASE("atomics of all threads on one word see it in ascending order of the threads") {
  Bench bench;
  const LaunchResult result = bench.run([](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    code.li(6, kData);
    code.li(7, 3);
    code.atomic(Op::kAmoaddW, 8, 7, 6);
    code.r(Op::kSh2add, 9, 5, 6);
    code.store(Op::kSw, 8, 9, 64);
    code.atomic(Op::kAmoswapW, 8, 5, 6);
    code.store(Op::kSw, 8, 9, 256);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    CHECK(bench.word(kData + 64 + 4 * t) == 3 * t);
    CHECK(bench.word(kData + 256 + 4 * t) == (t == 0 ? 96 : t - 1));
  }
  CHECK(bench.word(kData) == 31);
}

TEST_CASE("atomics count a line a thread") {
  Bench bench;
  const LaunchResult result = bench.run([](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    code.li(6, kData);
    code.atomic(Op::kAmoaddW, 0, 5, 6);
    code.li(6, kLocalStart);
    code.atomic(Op::kAmoaddW, 0, 5, 6);
    code.li(6, kSharedStart);
    code.atomic(Op::kAmoaddW, 0, 5, 6);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(result.counters.global_accesses == 2);
  CHECK(result.counters.global_lines == 64);
}

TEST_CASE("every atomic, on words that few or many threads of a group share, in every window") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Op op : kOps) {
    for (const std::uint32_t active : kMasks) {
      for (const std::uint32_t spread : {1u, 3u, 32u}) {
        Case test = random_case(op, random);
        test.active = active;
        const auto offset = [&](std::uint32_t t) {
          return 4 * (spread == 32 ? t : static_cast<std::uint32_t>(random()) % spread);
        };
        const bool discard = random() % 4 == 0;
        const auto ordering = static_cast<std::uint32_t>(random() % 4);
        for (std::uint32_t t = 0; t < kThreads; ++t) test.address[t] = kTargets + offset(t);
        check(test, ordering, discard);
        for (std::uint32_t t = 0; t < kThreads; ++t) test.address[t] = kSharedStart + offset(t);
        check(test, ordering, discard);
        // All windows in one instruction. A local word may be named by its global address, too.
        for (std::uint32_t t = 0; t < kThreads; ++t) {
          const std::uint32_t windows[] = {kTargets + offset(t), kSharedStart + offset(t),
                                           kLocalStart + 4};
          test.address[t] = windows[random() % 3];
        }
        check(test, ordering, discard);
      }
      Case test = random_case(op, random);
      test.active = active;
      test.address.fill(kLocalStart + 4);
      check(test);
    }
  }
}

TEST_CASE("a local word and its global address are one word for atomics") {
  Bench bench;
  const LaunchResult result = bench.run([](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    code.li(6, kLocalStart + 4);
    code.store(Op::kSw, 0, 6, 0);
    // Threads 0 to 15 take thread 20's word by its global address, the others their own.
    code.li(7, kLocal + 128 + 4 * 20);
    code.i(Op::kSltiu, 8, 5, 16);
    code.r(Op::kCzeroNez, 6, 6, 8);
    code.r(Op::kCzeroEqz, 7, 7, 8);
    code.r(Op::kOr, 6, 6, 7);
    code.li(9, 1);
    code.atomic(Op::kAmoaddW, 10, 9, 6);
    code.li(6, kData);
    code.r(Op::kSh2add, 6, 5, 6);
    code.store(Op::kSw, 10, 6, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    CHECK(bench.word(kData + 4 * t) == (t < 16 ? t : t == 20 ? 16 : 0));
  }
  CHECK(bench.word(kLocal + 128 + 4 * 20) == 17);
  CHECK(bench.word(kLocal + 128 + 4 * 21) == 1);
}

TEST_CASE("amocas.w compares with rd, and with 0 if that is x0") {
  Bench bench;
  bench.set_word(kData, 2);
  bench.set_word(kData + 4, 0);
  bench.set_word(kData + 8, 5);
  const LaunchResult result = bench.run([](Assembler& code) {
    code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
    code.li(6, kData);
    // A chain: thread t finds t and leaves t + 1, from thread 2 on.
    code.r(Op::kAdd, 7, 5, 0);
    code.i(Op::kAddi, 8, 5, 1);
    code.atomic(Op::kAmocasW, 7, 8, 6);
    code.r(Op::kSh2add, 9, 5, 6);
    code.store(Op::kSw, 7, 9, 64);
    code.i(Op::kAddi, 6, 6, 4);
    code.atomic(Op::kAmocasW, 0, 8, 6);
    code.i(Op::kAddi, 6, 6, 4);
    code.atomic(Op::kAmocasW, 0, 8, 6);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(bench.word(kData) == 32);
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    CHECK(bench.word(kData + 64 + 4 * t) == std::max(t, 2u));
  }
  CHECK(bench.word(kData + 4) == 1);
  CHECK(bench.word(kData + 8) == 5);
}

TEST_CASE("amofadd.w raises no flags and does not look at frm") {
  Bench bench;
  bench.set_word(kData, 0x3f800000);
  const LaunchResult result = bench.run([](Assembler& code) {
    code.csr(Op::kCsrrwi, 0, isa::csr::kFrm, 3);  // up
    code.li(6, kData);
    code.li(7, 0x33000000);  // 2^-25
    code.atomic(Op::kAmofaddW, 8, 7, 6);
    code.csr(Op::kCsrrs, 9, isa::csr::kFflags, 0);
    code.store(Op::kSw, 9, 6, 4);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(bench.word(kData) == 0x3f800000);
  CHECK(bench.word(kData + 4) == 0);
}

TEST_CASE("an atomic into decoded code takes effect") {
  DeviceBench bench;
  bench.launch.block = {4, 1, 1};
  const LaunchResult result = bench.run([](Assembler& code) {
    const auto patched = code.new_label(), again = code.new_label();
    code.li(10, 2);
    code.la(6, patched);
    code.li(7, 1 << 20);  // one more in the immediate
    code.place(again);
    code.place(patched);
    code.i(Op::kAddi, 11, 0, 40);
    code.atomic(Op::kAmoaddW, 0, 7, 6);
    code.emit(Op::kFenceI, {});
    code.i(Op::kAddi, 10, 10, -1);
    code.branch(Op::kBne, 10, 0, again);
    code.li(8, kData);
    code.store(Op::kSw, 11, 8, 0);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(bench.word(kData) == 44);
}

TEST_CASE("misaligned atomics fault as stores do, before any other fault") {
  for (const Op op : kOps) {
    Bench bench;
    const Fault fault = fault_of(bench, [&](Assembler& code) {
      code.i(Op::kSlli, 6, 5, 1);
      code.atomic(op, 7, 8, 6);
    });
    CHECK(fault.cause == cause::kStoreMisaligned);
    CHECK(fault.mask == 0xaaaaaaaa);
    CHECK(fault.address == 2);
    CHECK(fault.pc == kCode + 8);
  }
}

TEST_CASE("atomics beyond a window fault as stores do, for all threads that are beyond it") {
  Bench bench;
  const Fault shared = fault_of(bench, [](Assembler& code) {
    code.li(6, kSharedStart + 512 - 4 * 30);
    code.r(Op::kSh2add, 6, 5, 6);
    code.atomic(Op::kAmoaddW, 7, 8, 6, 3);
  });
  CHECK(shared.cause == cause::kStoreAccess);
  CHECK(shared.mask == 0xc0000000);
  CHECK(shared.address == kSharedStart + 512);
  const Fault local = fault_of(bench, [](Assembler& code) {
    code.li(6, kLocalStart + 256);
    code.atomic(Op::kAmocasW, 0, 8, 6);
  });
  CHECK(local.cause == cause::kStoreAccess);
  CHECK(local.mask == 0xffffffff);
  CHECK(local.address == kLocalStart + 256);
}

TEST_CASE(
    "a global atomic needs a region that may be read and written; each thread is on its own") {
  constexpr std::uint32_t kWriteOnly = 0x00300000;
  Bench bench;
  const Region regions[] = {{kCode, kCode + 0x2000, kRead | kExecute},
                            {kData, kData + kDataBytes, kRead | kWrite},
                            {kReadOnly, kReadOnly + 0x1000, kRead},
                            {kWriteOnly, kWriteOnly + 0x1000, kWrite}};
  bench.device = make_functional_device(Config::load("nano"));
  bench.device->set_regions(regions);
  for (const std::uint32_t base : {kReadOnly, kWriteOnly, 0x00400000u}) {
    const Fault fault = fault_of(bench, [&](Assembler& code) {
      code.li(6, base);
      code.atomic(Op::kAmoorW, 0, 5, 6);
    });
    CAPTURE(base);
    CHECK(fault.cause == cause::kStoreAccess);
    CHECK(fault.mask == 1);
    CHECK(fault.address == base);
  }
  // From thread 14 on, beyond the region.
  const Fault fault = fault_of(bench, [](Assembler& code) {
    code.li(6, kData + kDataBytes - 4 * 14);
    code.r(Op::kSh2add, 6, 5, 6);
    code.atomic(Op::kAmoaddW, 7, 8, 6);
  });
  CHECK(fault.cause == cause::kStoreAccess);
  CHECK(fault.mask == 1u << 14);
  CHECK(fault.address == kData + kDataBytes);
}
