// Groups of one warp that wait for each other, in lockstep: who is appointed leader, and that
// everybody finishes. RTL and model are compared in every cycle, memory and the number of
// instructions with the functional model at the end.
#include <catch2/catch.hpp>

#include "functional/functional_device.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;
using random::Assembler;

constexpr std::uint32_t kYieldAfter = 1024;  // programming_model.md, "Forward progress"

/// Spins until the word at offset `flag` of r1 is not 0.
void await(Assembler& code, std::int32_t flag) {
  const auto spin = code.here();
  code.i(Op::kLw, 6, 1, flag);
  code.branch(Op::kBeq, 6, 0, spin);
}

/// Adds 1 to the word at offset `flag` of r1 and leaves.
void announce(Assembler& code, std::int32_t flag) {
  code.i(Op::kAddi, 7, 1, flag);
  code.li(8, 1);
  code.atomic(Op::kAmoaddW, 0, 8, 7);
  code.exit();
}

/// Threads from `second` on wait for those from `third` on, the first ones for them; who is waited
/// for stands at the higher PC. Each counts its threads in a word from `flags` on, 0 at first.
void chain(Assembler& code, std::uint32_t flags, std::uint32_t second, std::uint32_t third) {
  const auto middle = code.new_label(), last = code.new_label();
  code.li(1, flags);
  code.csr(Op::kCsrrs, 2, isa::csr::kLaneid, 0);
  code.li(3, second);
  code.li(4, third);
  code.branch(Op::kBgeu, 2, 4, last);
  code.branch(Op::kBgeu, 2, 3, middle);
  await(code, 0);
  announce(code, 8);
  code.place(middle);
  await(code, 4);
  announce(code, 0);
  code.place(last);
  announce(code, 4);
}

}  // namespace

TEST_CASE("Groups that spin are passed over for those that they wait for", "[nano]") {
  const auto device = open_rtl("lockstep", "nano", {});
  const auto reference = make_functional_device(device->config());
  Launch launch = directed_launch();
  launch.block = {32, 1, 1};
  launch.cycle_limit = 2'000'000;
  std::uint32_t flags = kData;
  for (const auto& [second, third] : {std::pair{16u, 18u}, {30u, 31u}, {1u, 2u}}) {
    INFO("groups from 0, " << second << ", " << third);
    const auto write = [&](Assembler& code) { chain(code, flags, second, third); };
    const LaunchResult result = run_directed(*device, launch, write);
    const LaunchResult expected = run_directed(*reference, launch, write);
    INFO(result.message);
    REQUIRE(result.status == LaunchStatus::kOk);
    REQUIRE(expected.status == LaunchStatus::kOk);
    CHECK(compare_memory(*device, *reference, directed_regions()).empty());
    CHECK(result.counters.instructions == expected.counters.instructions);
    CHECK(result.counters.instructions > kYieldAfter);
    CHECK(read_words(*device, flags, 3) ==
          std::vector<std::uint32_t>{third - second, 32 - third, second});
    flags += 64;
  }
}

}  // namespace heddle::lockstep
