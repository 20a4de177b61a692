// Warps whose threads wait at a barrier and in warpsync at once, in lockstep: the threads that find
// nobody to go on with stop the warp, and a release finds every group again.
#include <catch2/catch.hpp>

#include "functional/functional_device.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;
using random::Assembler;

void barrier(Assembler& code, std::uint32_t id, std::uint32_t count) {
  code.li(10, id);
  code.li(11, count);
  code.r(Op::kBarSync, 0, 10, 11);
}

void delay(Assembler& code, std::uint32_t turns) {
  code.li(12, turns);
  const auto loop = code.here();
  code.i(Op::kAddi, 12, 12, -1);
  code.branch(Op::kBne, 12, 0, loop);
}

/// Three warps. All meet once as they are. Then half of warp 0 waits at barrier 1, the other half
/// in warpsync for the first; both halves of warp 1 wait at barrier 1, each at a PC of its own;
/// warp 2 comes last. Every thread counts how often it came through.
void meet_in_halves(Assembler& code, std::uint32_t turns) {
  const auto diverged = code.new_label(), upper = code.new_label(), joined = code.new_label();
  const auto last = code.new_label(), done = code.new_label(), again = code.new_label();
  code.csr(Op::kCsrrs, 1, isa::csr::kLaneid, 0);
  code.csr(Op::kCsrrs, 2, isa::csr::kWarpid, 0);
  code.li(3, 16);
  code.li(4, ~0u);
  code.li(5, 2);
  code.li(20, 0);
  code.li(21, 3);
  code.place(again);
  barrier(code, 0, 0);
  code.branch(Op::kBeq, 2, 5, last);
  code.branch(Op::kBne, 2, 0, diverged);

  delay(code, turns);
  code.branch(Op::kBgeu, 1, 3, joined);
  barrier(code, 1, 80);
  code.i(Op::kAddi, 20, 20, 1);
  code.place(joined);
  code.emit(Op::kWarpsync, {.rs1 = 4});
  code.i(Op::kAddi, 20, 20, 2);
  code.jal(0, done);

  code.place(diverged);
  code.branch(Op::kBgeu, 1, 3, upper);
  barrier(code, 1, 80);
  code.i(Op::kAddi, 20, 20, 3);
  code.jal(0, done);
  code.place(upper);
  barrier(code, 1, 80);
  code.i(Op::kAddi, 20, 20, 4);
  code.jal(0, done);

  code.place(last);
  delay(code, 4 * turns);
  barrier(code, 1, 80);
  code.i(Op::kAddi, 20, 20, 5);
  code.place(done);
  code.i(Op::kAddi, 21, 21, -1);
  code.branch(Op::kBne, 21, 0, again);

  code.csr(Op::kCsrrs, 6, isa::csr::kTidX, 0);
  code.li(7, kData);
  code.r(Op::kSh2add, 7, 6, 7);
  code.store(Op::kSw, 20, 7, 0);
  code.exit();
}

}  // namespace

TEST_CASE("A warp whose threads all wait, some in warpsync, goes on with the barrier", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const auto reference = make_functional_device(device->config());
  Launch launch = directed_launch();
  launch.block = {96, 1, 1};
  for (const std::uint32_t turns : {1u, 5u, 60u}) {
    INFO("delay of " << turns);
    const auto write = [&](Assembler& code) { meet_in_halves(code, turns); };
    const LaunchResult result = run_directed(*device, launch, write);
    INFO(result.message);
    REQUIRE(result.status == LaunchStatus::kOk);
    REQUIRE(run_directed(*reference, launch, write).status == LaunchStatus::kOk);
    CHECK(compare_memory(*device, *reference, directed_regions()).empty());
    const std::vector<std::uint32_t> came = read_words(*device, kData, 96);
    for (std::uint32_t thread = 0; thread < 96; ++thread) {
      constexpr std::uint32_t kExpected[] = {3, 2, 3, 4, 5, 5};  // by half a warp
      CHECK(came[thread] == 3 * kExpected[thread / 16]);
    }
  }
}

}  // namespace heddle::lockstep
