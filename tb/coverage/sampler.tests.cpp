// The counting of functional coverage: small programs hit the bins that follow from the pages, and
// no others.
#include <catch2/catch.hpp>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "coverage/crosses.hpp"
#include "coverage/model_bench.hpp"
#include "isa/csr.hpp"
#include "random/assembler.hpp"

namespace {

using heddle::Launch;
using heddle::LaunchResult;
using heddle::LaunchStatus;
using heddle::coverage::Bins;
using heddle::coverage::Group;
using heddle::isa::Op;
using heddle::random::Assembler;

constexpr std::uint32_t kCode = 0x10000, kData = 0x100000, kLocal = 0x800000;
constexpr const char* kAll = "all 32 threads";
constexpr const char* kOneAlone = "one thread, no other is eligible";
constexpr const char* kOne = "one thread of several";
constexpr const char* kSome = "several threads of more";

/// Bins hit by a program of one CTA, on nano unless told otherwise.
struct Run {
  Bins bins;
  LaunchResult result;

  template <typename Write>
  Run(std::uint32_t threads, Write write, const char* config = "nano") {
    heddle::coverage::ModelBench bench(heddle::Config::load(config), 20, 0, bins);
    const std::vector<heddle::Region> regions{
        {kCode, kCode + 0x1000, heddle::kRead | heddle::kExecute},
        {kData, kData + 0x10000, heddle::kRead | heddle::kWrite},
        {kLocal, kLocal + 0x100000, heddle::kRead | heddle::kWrite}};
    bench.set_regions(regions);
    Assembler code(kCode);
    write(code);
    const std::vector<std::uint32_t> words = code.finish();
    bench.write_memory(kCode, std::as_bytes(std::span(words)));
    Launch launch;
    launch.entry = kCode;
    launch.block = {threads, 1, 1};
    launch.shared_size = 4096;
    launch.local_base = kLocal;
    launch.local_shift = 8;
    launch.cycle_limit = 100'000;
    result = bench.run(launch, {});
  }

  std::uint64_t hits(std::string_view group, std::initializer_list<std::string_view> bin) {
    return bins.group(group).hits(bin);
  }
  std::uint64_t total(std::string_view group) { return bins.group(group).total(); }
};

/// Hits of one value of the first axis.
std::uint64_t hits_of(const Group& group, std::string_view value) {
  std::uint64_t sum = 0;
  for (std::size_t bin = 0; bin < group.size(); ++bin) {
    if (group.bin_name(bin).starts_with(std::string(value) + ",")) sum += group.hits(bin);
  }
  return sum;
}

}  // namespace

TEST_CASE("an instruction counts once a warp, by its active threads and by what it waits for") {
  Run run(32, [](Assembler& code) {
    const auto skip = code.new_label();
    code.csr(Op::kCsrrs, 5, heddle::isa::csr::kLaneid, 0);
    code.li(6, kData);
    code.i(Op::kAndi, 7, 5, 24);        // waits for the csrrs
    code.r(Op::kDivu, 8, 6, 6);         // waits for x6's lui
    code.r(Op::kXor, 9, 8, 8);          // waits for the divider
    code.branch(Op::kBne, 7, 0, skip);  // threads 0 to 7 go on
    code.i(Op::kLw, 10, 6, 0);
    code.r(Op::kSub, 11, 10, 10);       // waits for the load
    code.branch(Op::kBne, 5, 0, skip);  // thread 0 goes on
    code.emit(Op::kSinApprox, {.rd = 12, .rs1 = 0});
    code.r(Op::kOr, 12, 0, 0);  // waits to write what the special function writes
    code.r(Op::kVoteAny, 13, 0, 0);
    code.r(Op::kAnd, 14, 13, 13);  // waits for the warp unit
    code.place(skip);
    code.exit();
  });
  REQUIRE(run.result.status == LaunchStatus::kOk);
  const Group& group = run.bins.group("instruction");
  CHECK(group.hits({"csrrs", kAll, "none"}) == 1);
  CHECK(group.hits({"andi", kAll, "fixed latency"}) == 1);
  CHECK(group.hits({"divu", kAll, "fixed latency"}) == 1);
  CHECK(group.hits({"xor", kAll, "divider"}) == 1);
  CHECK(group.hits({"lw", kSome, "none"}) == 1);
  CHECK(group.hits({"sub", kSome, "memory"}) == 1);
  CHECK(group.hits({"or", kOne, "special function unit"}) == 1);
  CHECK(group.hits({"vote.any", kOne, "none"}) == 1);
  CHECK(group.hits({"and", kOne, "warp unit"}) == 1);
  for (const char* once : {"csrrs", "andi", "divu", "xor", "lw", "sub", "or", "vote.any", "exit"}) {
    CHECK(hits_of(group, once) == 1);
  }
  CHECK(hits_of(group, "add") == 0);
  // One hit an instruction, two where it waits for results of two kinds: none here does.
  CHECK(run.total("instruction") == run.result.counters.instructions);
  CHECK(run.hits("register", {"alu", "rs1", "memory"}) == 1);
  CHECK(run.hits("register", {"alu", "rs2", "memory"}) == 1);  // the same register
  CHECK(run.hits("register", {"alu", "rd", "special function unit"}) == 1);
  CHECK(run.hits("instruction stalls", {"sub", "LOAD"}) == 1);
  CHECK(run.hits("instruction stalls", {"xor", "DEPENDENCY"}) == 1);
  CHECK(run.hits("instruction stalls", {"lw", "CONTROL"}) == 1);
  CHECK(run.hits("csr", {"laneid", "read"}) == 1);
  CHECK(run.total("csr") == 1);
  CHECK(run.total("fault") == 0);
  CHECK(run.total("barrier arrival") == 0);
}

TEST_CASE("a warp of one thread has no other") {
  Run run(1, [](Assembler& code) {
    code.i(Op::kAddi, 5, 0, 1);
    code.exit();
  });
  CHECK(run.hits("instruction", {"addi", kOneAlone, "none"}) == 1);
  CHECK(run.hits("instruction", {"exit", kOneAlone, "none"}) == 1);
  CHECK(run.total("instruction") == 2);
}

TEST_CASE("barriers count by their number, by what completes them and by the warps that go on") {
  Run run(64, [](Assembler& code) {
    const auto second = code.new_label(), meet = code.new_label();
    code.csr(Op::kCsrrs, 5, heddle::isa::csr::kWarpid, 0);
    code.li(6, 3);
    code.li(7, 64);
    code.branch(Op::kBne, 5, 0, second);
    code.r(Op::kBarArrive, 0, 6, 7);  // the first warp at barrier 3, without waiting
    code.jal(0, meet);
    code.place(second);
    code.r(Op::kBarSync, 0, 6, 7);
    code.place(meet);
    code.barrier();  // barrier 0, all
    code.exit();
  });
  REQUIRE(run.result.status == LaunchStatus::kOk);
  CHECK(run.hits("barrier arrival", {"3", "bar.arrive"}) == 1);
  CHECK(run.hits("barrier arrival", {"3", "bar.sync with a count"}) == 1);
  CHECK(run.hits("barrier arrival", {"0", "bar.sync of all"}) == 2);
  CHECK(run.total("barrier arrival") == 4);
  CHECK(run.hits("barrier release", {"bar.sync of all", "several warps"}) == 1);
  CHECK(run.hits("barrier release", {"bar.sync with a count", "one warp"}) +
            run.hits("barrier release", {"bar.arrive", "one warp"}) ==
        1);
  CHECK(run.total("barrier release") == 2);
  CHECK(run.hits("warp at barrier", {"bar.sync of all", "all in one group"}) == 2);
}

TEST_CASE("accesses count by windows, lines and passes") {
  Run run(32, [](Assembler& code) {
    code.csr(Op::kCsrrs, 5, heddle::isa::csr::kLaneid, 0);
    code.li(6, kData);
    code.li(8, 0xf0000000);
    code.i(Op::kSlli, 7, 5, 6);  // a line a thread
    code.r(Op::kAdd, 7, 7, 6);
    code.i(Op::kLw, 10, 7, 0);  // 32 lines
    code.i(Op::kSlli, 9, 5, 2);
    code.r(Op::kAdd, 11, 9, 6);
    code.store(Op::kSw, 5, 11, 0);  // 128 bytes: 2 lines
    code.r(Op::kAdd, 12, 9, 8);
    code.store(Op::kSw, 5, 12, 0);  // shared memory, all banks at once: 8 rows of one pass
    code.i(Op::kSlli, 13, 5, 4);
    code.r(Op::kAdd, 13, 13, 8);
    code.i(Op::kLw, 14, 13, 0);  // one bank: 8 rows of 4 passes
    code.exit();
  });
  REQUIRE(run.result.status == LaunchStatus::kOk);
  CHECK(run.hits("windows", {"load", "global"}) == 1);
  CHECK(run.hits("windows", {"load", "shared"}) == 1);
  CHECK(run.hits("windows", {"store", "global"}) == 1);
  CHECK(run.hits("windows", {"store", "shared"}) == 1);
  CHECK(run.total("windows") == 4);
  CHECK(run.hits("lines", {"load", "17 to 32"}) == 1);
  CHECK(run.hits("lines", {"store", "2"}) == 1);
  CHECK(run.total("lines") == 2);
  CHECK(run.hits("shared memory passes", {"store", "1"}) == 8);
  CHECK(run.hits("shared memory passes", {"load", "3 to 4"}) == 8);
  CHECK(run.total("shared memory passes") == 16);
  CHECK(run.total("L1") == 34);
}

TEST_CASE("every operation of the matrix engine counts, and what its step waited for") {
  constexpr std::uint32_t kShared = 0xf0000000;
  Run run(
      1,
      [](Assembler& code) {
        code.li(5, 8);
        code.emit(Op::kTensorAlloc, {.rd = 6, .rs1 = 5});
        code.li(5, kShared);
        code.li(6, 1u << 2 | 1u << 22);  // an mbarrier of one arrival
        code.store(Op::kSw, 6, 5, 0);
        code.fence();
        code.li(6, 12 | 12 << 4);  // S8; 8 x 8
        for (int i = 0; i < 2; ++i) code.emit(Op::kTensorMma, {.rs1 = 6, .rs2 = 0, .rs3 = 0});
        code.li(6, 12 | 12 << 4 | 1 << 13);  // onto the same words
        code.emit(Op::kTensorMma, {.rs1 = 6, .rs2 = 0, .rs3 = 0});
        code.emit(Op::kTensorCommit, {.rs1 = 5});
        code.exit();
      },
      "ecp5");
  REQUIRE(run.result.status == LaunchStatus::kOk);
  CHECK(run.hits("matrix engine", {"operation issued"}) == 3 * 16);  // of 2 x 2 words
  CHECK(run.hits("matrix engine", {"waits for A"}) != 0);
  CHECK(run.hits("matrix engine", {"commit leaves"}) == 1);
  CHECK(run.hits("matrix engine", {"commit waits for those under way"}) == 0);
  CHECK(run.hits("matrix engine", {"held by threads' accesses"}) == 0);
  CHECK(run.hits("MMA", {"INT8", "none", "none"}) == 3);
  CHECK(run.total("MMA") == 3);
}

TEST_CASE("an MMA counts with its elements and scales") {
  Run run(
      1,
      [](Assembler& code) {
        code.li(5, 8);
        code.emit(Op::kTensorAlloc, {.rd = 6, .rs1 = 5});
        for (const std::uint32_t descriptor :
             {0u, 1u | 1u << 4, 4u | 5u << 4 | 1u << 8, 4u | 5u << 4 | 1u << 28,
              9u | 9u << 4 | 1u << 28, 9u | 9u << 4 | 2u << 28}) {
          code.li(6, descriptor);
          code.emit(Op::kTensorMma, {.rs1 = 6, .rs2 = 0, .rs3 = 0});
        }
        code.exit();
      },
      "base");
  REQUIRE(run.result.status == LaunchStatus::kOk);
  CHECK(run.hits("MMA", {"FP16", "none", "none"}) == 1);
  CHECK(run.hits("MMA", {"BF16", "none", "none"}) == 1);
  CHECK(run.hits("MMA", {"byte floats", "none", "none"}) == 1);  // of four steps
  CHECK(run.hits("MMA", {"byte floats", "E8M0", "none"}) == 1);
  CHECK(run.hits("MMA", {"FP4", "E8M0", "none"}) == 1);
  CHECK(run.hits("MMA", {"FP4", "UE4M3", "none"}) == 1);
  CHECK(run.total("MMA") == 6);
}

TEST_CASE("transposed operands count with their layouts and slabs") {
  Run run(
      1,
      [](Assembler& code) {
        code.li(5, 8);
        code.emit(Op::kTensorAlloc, {.rd = 6, .rs1 = 5});
        constexpr std::uint32_t kM = 4u << 18;  // 40 rows
        for (const std::uint32_t descriptor :
             {1u << 30, 12u | 12u << 4 | 1u << 31, 4u | 4u << 4 | 3u << 30}) {
          for (const std::uint32_t layout : {0u, 2u}) {
            code.li(6, descriptor | kM);
            code.li(8, layout << 14);
            code.emit(Op::kTensorMma, {.rs1 = 6, .rs2 = 8, .rs3 = 8});
          }
        }
        code.exit();
      },
      "base");
  REQUIRE(run.result.status == LaunchStatus::kOk);
  CHECK(run.hits("MMA", {"FP16", "none", "A"}) == 2);
  CHECK(run.hits("MMA", {"INT8", "none", "B"}) == 2);
  CHECK(run.hits("MMA", {"byte floats", "none", "both"}) == 2);
  CHECK(run.hits("transposed operand", {"A", "16 bits", "32 bytes", "several"}) == 1);
  CHECK(run.hits("transposed operand", {"A", "16 bits", "64 bytes", "several"}) == 1);
  CHECK(run.hits("transposed operand", {"A", "8 bits", "32 bytes", "several"}) == 1);
  CHECK(run.hits("transposed operand", {"A", "8 bits", "64 bytes", "one"}) == 1);
  CHECK(run.hits("transposed operand", {"B", "8 bits", "32 bytes", "one"}) == 2);
  CHECK(run.hits("transposed operand", {"B", "8 bits", "64 bytes", "one"}) == 2);
  CHECK(run.total("transposed operand") == 8);
}

TEST_CASE("MMAs with a sparse A count with their elements and transposed operands") {
  Run run(
      1,
      [](Assembler& code) {
        code.li(5, 8);
        code.emit(Op::kTensorAlloc, {.rd = 6, .rs1 = 5});
        code.li(9, 1u << 14);
        code.li(10, 2u << 14);
        code.li(11, 0);
        for (const std::uint32_t descriptor :
             {0u, 12u | 12u << 4 | 1u << 31, 4u | 4u << 4, 4u | 4u << 4 | 3u << 30}) {
          code.li(6, descriptor);
          code.li(8, 0);
          code.emit(Op::kTensorMma, {.rs1 = 6, .rs2 = 8, .rs3 = 10});
          code.li(9, 0);
          code.emit(Op::kTensorMma, {.rs1 = 6, .rs2 = 8, .rs3 = 10});
          code.li(9, 1u << 14);
        }
        code.exit();
      },
      "base");
  REQUIRE(run.result.status == LaunchStatus::kOk);
  CHECK(run.hits("sparse A", {"16 bits", "none"}) == 1);
  CHECK(run.hits("sparse A", {"8 bits", "B"}) == 1);
  CHECK(run.hits("sparse A", {"8 bits", "none"}) == 1);
  CHECK(run.hits("sparse A", {"8 bits", "both"}) == 1);
  CHECK(run.total("sparse A") == 4);
}

TEST_CASE("a warp that is parked counts by what wakes it, and the instruction that stood still") {
  constexpr std::uint32_t kShared = 0xf0000000;
  constexpr std::uint32_t kOneArrival = 1u << 2 | 1u << 22;
  Run alone(32, [](Assembler& code) {
    const auto skip = code.new_label();
    code.li(5, kShared);
    code.li(6, kOneArrival);
    code.store(Op::kSw, 6, 5, 0);
    code.csr(Op::kCsrrs, 9, heddle::isa::csr::kLaneid, 0);
    code.fence();
    code.r(Op::kMbarrierTryWait, 7, 5, 6);  // phase 0 goes on, and nobody ends it
    code.r(Op::kAdd, 8, 7, 7);
    code.i(Op::kAddi, 10, 0, 1);
    code.r(Op::kMbarrierTryWait, 7, 5, 10);  // phase 1 is not under way
    code.branch(Op::kBne, 9, 0, skip);
    // Those that run first are split, the others are alone then.
    code.r(Op::kMbarrierTryWait, 7, 5, 6);
    code.r(Op::kAdd, 8, 7, 7);
    code.exit();
    code.place(skip);
    code.r(Op::kMbarrierTryWait, 7, 5, 6);
    code.r(Op::kAdd, 8, 7, 7);
    code.exit();
  });
  REQUIRE(alone.result.status == LaunchStatus::kOk);
  CHECK(alone.hits("parking", {"parked"}) == 2);
  CHECK(alone.hits("parking", {"the time wakes it"}) == 2);
  CHECK(alone.hits("parking", {"not parked: split"}) != 0);
  CHECK(alone.hits("parking", {"a phase wakes it"}) == 0);
  CHECK(alone.hits("parking", {"a split wakes it"}) == 0);
  CHECK(alone.hits("parked instruction", {"alu"}) == 2);
  CHECK(alone.total("parked instruction") == 2);

  // Warp 1 arrives while the other is parked: the number of additions is for that.
  Run woken(64, [](Assembler& code) {
    const auto arrive = code.new_label();
    code.li(5, kShared);
    code.li(6, 32u << 2 | 32u << 22);  // an arrival of each thread
    code.store(Op::kSw, 6, 5, 0);
    code.csr(Op::kCsrrs, 9, heddle::isa::csr::kTidX, 0);
    code.i(Op::kSrli, 9, 9, 5);
    code.i(Op::kAddi, 10, 0, 1);
    code.barrier();
    code.branch(Op::kBne, 9, 0, arrive);
    const auto again = code.here();
    code.r(Op::kMbarrierTryWait, 7, 5, 6);
    code.i(Op::kAndi, 7, 7, 1);
    code.branch(Op::kBeq, 7, 0, again);
    code.exit();
    code.place(arrive);
    for (int i = 0; i < 25; ++i) code.i(Op::kAddi, 11, 11, 1);
    code.i(Op::kAndi, 11, 11, 0);
    code.atomic(Op::kMbarrierArrive, 0, 10, 5);
    code.exit();
  });
  REQUIRE(woken.result.status == LaunchStatus::kOk);
  const std::uint64_t parked = woken.hits("parking", {"parked"});
  CHECK(woken.hits("parking", {"a phase wakes it"}) == 1);
  CHECK(woken.hits("parking", {"the time wakes it"}) == parked - 1);
  CHECK(woken.hits("parked instruction", {"alu"}) == parked);
  CHECK(woken.total("parked instruction") == parked);

  // Behind the try_wait threads part, so that those that are left behind run on.
  Run parts(32, [](Assembler& code) {
    const auto skip = code.new_label();
    code.li(5, kShared);
    code.csr(Op::kCsrrs, 9, heddle::isa::csr::kLaneid, 0);
    code.store(Op::kSw, 0, 5, 0);
    code.fence();
    code.r(Op::kMbarrierTryWait, 7, 5, 0);
    code.branch(Op::kBne, 9, 0, skip);
    code.i(Op::kAddi, 10, 9, 1);
    code.place(skip);
    code.i(Op::kAddi, 10, 9, 1);
    code.exit();
  });
  REQUIRE(parts.result.status == LaunchStatus::kOk);
  CHECK(parts.hits("parking", {"parked"}) == 1);
  CHECK(parts.hits("parking", {"a split wakes it"}) == 1);
  CHECK(parts.hits("parking", {"the time wakes it"}) == 0);
}

TEST_CASE("a fault counts with its cause and with where it was found") {
  Run run(32, [](Assembler& code) {
    code.li(6, kData + 1);
    code.i(Op::kLw, 7, 6, 0);
    code.exit();
  });
  REQUIRE(run.result.status == LaunchStatus::kFault);
  CHECK(run.hits("fault", {"address_unit", "4"}) == 1);
  CHECK(run.hits("refused address", {"global", "4"}) == 1);
  CHECK(run.total("fault") == 1);
}

TEST_CASE("nothing that the table excludes is ever hit") {
  Bins bins;
  const heddle::Config config = heddle::Config::load("nano");
  for (std::uint32_t number = 0; number < heddle::coverage::cross_programs(); number += 11) {
    const auto program = heddle::coverage::cross_program(number, 0);
    heddle::coverage::ModelBench bench(config, 1 + number, number, bins);
    program.load(bench);
    INFO("program " << number);
    REQUIRE(bench.run(program.launch, {}).status == LaunchStatus::kOk);
  }
  for (const auto& [name, group] : bins.groups()) {
    for (std::size_t bin = 0; bin < group.size(); ++bin) {
      INFO(name << ": " << group.bin_name(bin) << ": " << group.reason(bin));
      REQUIRE((group.reason(bin).empty() || group.hits(bin) == 0));
    }
  }
}
