// Mbarriers of the functional device: states, threads in ascending order, waiting, and faults.
#include <catch2/catch.hpp>
#include <functional>

#include "device/fault.hpp"
#include "functional/device_bench.hpp"
#include "isa/mbarrier.hpp"
#include "memory/mbarrier_reference.hpp"

namespace {

using namespace heddle;
using functional::DeviceBench;
using functional::kData;
using functional::kLocalStart;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;
using tb::mbarrier_bits;

constexpr std::uint32_t kTid = 5;
constexpr std::uint32_t kMbarrier = 6;  // register with its address
constexpr std::uint32_t kOut = 7;       // with that of the thread's word of data

struct Bench : DeviceBench {
  explicit Bench(std::uint32_t threads) {
    launch.block = {threads, 1, 1};
    launch.shared_size = 256;
  }

  LaunchResult operate(const std::function<void(Assembler&)>& write) {
    return run([&](Assembler& code) {
      code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
      code.li(kMbarrier, kSharedStart + 8);
      code.li(kOut, kData);
      code.r(Op::kSh2add, kOut, kTid, kOut);
      write(code);
      code.exit();
    });
  }
};

// All threads make the mbarrier.
void make(Assembler& code, std::uint64_t bits) {
  code.li(28, static_cast<std::uint32_t>(bits));
  code.store(Op::kSw, 28, kMbarrier, 0);
  code.li(28, static_cast<std::uint32_t>(bits >> 32));
  code.store(Op::kSw, 28, kMbarrier, 4);
  code.barrier();
}

}  // namespace

TEST_CASE("the threads of an instruction arrive in ascending order and see the state before") {
  Bench bench(32);
  constexpr std::uint32_t kActive = 0xbeefcafe;
  std::uint64_t state = mbarrier_bits(0, 300, 200, 0);
  const LaunchResult result = bench.operate([&](Assembler& code) {
    make(code, state);
    code.li(9, kActive);
    code.r(Op::kSrl, 9, 9, kTid);
    code.i(Op::kAndi, 9, 9, 1);
    const auto skip = code.new_label();
    code.branch(Op::kBeq, 9, 0, skip);
    code.atomic(Op::kMbarrierArrive, 10, kTid, kMbarrier);
    code.store(Op::kSw, 10, kOut, 0);
    code.place(skip);
    code.barrier();
    code.i(Op::kLw, 10, kMbarrier, 0);
    code.i(Op::kLw, 11, kMbarrier, 4);
    code.i(Op::kMbarrierTest, 12, kMbarrier, 0);
    code.store(Op::kSw, 10, kOut, 128);
    code.store(Op::kSw, 11, kOut, 256);
    code.store(Op::kSw, 12, kOut, 384);
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < 32; ++t) {
    if ((kActive >> t & 1) == 0) continue;
    CHECK(bench.word(kData + 4 * t) == static_cast<std::uint32_t>(state));
    state = tb::mbarrier_reference(Op::kMbarrierArrive, state, t);
  }
  for (std::uint32_t t = 0; t < 32; ++t) {
    CHECK(bench.word(kData + 128 + 4 * t) == static_cast<std::uint32_t>(state));
    CHECK(bench.word(kData + 256 + 4 * t) == static_cast<std::uint32_t>(state >> 32));
    CHECK(bench.word(kData + 384 + 4 * t) == static_cast<std::uint32_t>(state));
  }
  // More than 300 have arrived, but never 300.
  CHECK((state & 3) == 2);
}

TEST_CASE("warps wait for each other's arrivals, phase after phase") {
  constexpr std::uint32_t kThreads = 96;
  Bench bench(kThreads);
  const LaunchResult result = bench.operate([&](Assembler& code) {
    make(code, mbarrier_bits(0, kThreads, kThreads, 0));
    code.li(20, kSharedStart + 16);
    code.i(Op::kAddi, 9, 0, 1);
    for (std::int32_t phase = 0; phase < 5; ++phase) {
      code.atomic(Op::kAmoaddW, 0, 9, 20);
      code.atomic(Op::kMbarrierArrive, 10, 9, kMbarrier, 1);
      const auto spin = code.here();
      code.i(Op::kMbarrierTest, 11, kMbarrier, 0);
      code.r(Op::kXor, 11, 11, 10);
      code.i(Op::kAndi, 11, 11, 1);
      code.branch(Op::kBeq, 11, 0, spin);
      code.i(Op::kAndi, 12, 10, 1);
      code.store(Op::kSw, 12, kOut, 0);
      code.atomic(Op::kAmoaddW, 13, 0, 20);
      code.store(Op::kSw, 13, kOut, 4 * kThreads);
      code.atomic(Op::kMbarrierArrive, 10, 9, kMbarrier, 1);
      const auto again = code.here();
      code.i(Op::kMbarrierTest, 11, kMbarrier, 0);
      code.r(Op::kXor, 11, 11, 10);
      code.i(Op::kAndi, 11, 11, 1);
      code.branch(Op::kBeq, 11, 0, again);
      const auto wrong = code.new_label();
      // Two phases a round: the first one's parity is 0, and all have counted.
      code.li(14, kThreads * static_cast<std::uint32_t>(phase + 1));
      code.branch(Op::kBne, 13, 14, wrong);
      const auto right = code.new_label();
      code.branch(Op::kBeq, 12, 0, right);
      code.place(wrong);
      code.emit(Op::kEbreak, {});
      code.place(right);
    }
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    CHECK(bench.word(kData + 4 * kThreads + 4 * t) == 5 * kThreads);
  }
}

TEST_CASE("mbarriers are in shared memory at multiples of eight") {
  struct Wrong {
    std::uint32_t address, cause_of_load;
  };
  const Wrong places[] = {
      {kSharedStart + 4, cause::kLoadMisaligned}, {kSharedStart + 1, cause::kLoadMisaligned},
      {kData + 4, cause::kLoadMisaligned},        {kData, cause::kLoadAccess},
      {kLocalStart, cause::kLoadAccess},          {kSharedStart + 256, cause::kLoadAccess},
  };
  for (const Op op : {Op::kMbarrierArrive, Op::kMbarrierArriveDrop, Op::kMbarrierExpectTx,
                      Op::kMbarrierCompleteTx, Op::kMbarrierTest, Op::kMbarrierTryWait}) {
    for (const Wrong& wrong : places) {
      CAPTURE(isa::name(op), wrong.address);
      Bench bench(32);
      // Threads 9 and 21 have a wrong address, all the same one.
      const LaunchResult result = bench.operate([&](Assembler& code) {
        make(code, mbarrier_bits(0, 40, 40, 0));
        code.li(9, wrong.address);
        code.li(10, 1 << 9 | 1 << 21);
        code.r(Op::kSrl, 10, 10, kTid);
        code.i(Op::kAndi, 10, 10, 1);
        const auto right = code.new_label();
        code.branch(Op::kBeq, 10, 0, right);
        code.i(Op::kAddi, kMbarrier, 9, 0);
        code.place(right);
        code.li(11, 0xffffffff);
        code.r(Op::kWarpsync, 0, 11, 0);
        if (op == Op::kMbarrierTest) {
          code.i(op, 12, kMbarrier, 0);
        } else if (op == Op::kMbarrierTryWait) {
          code.r(op, 12, kMbarrier, 0);
        } else {
          code.atomic(op, 12, 0, kMbarrier);
        }
      });
      const std::uint32_t store = isa::is_mbarrier_test(op) ? 0 : 2;
      CHECK(result.status == LaunchStatus::kFault);
      CHECK(result.fault.cause == wrong.cause_of_load + store);
      CHECK(result.fault.mask == (1u << 9 | 1u << 21));
      CHECK(result.fault.address == wrong.address);
    }
  }
}
