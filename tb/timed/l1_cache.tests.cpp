// What the L1 data cache is worth to a chain of loads on the whole device.
#include <catch2/catch.hpp>

#include "functional/device_bench.hpp"
#include "timed/timed_device.hpp"

namespace {

using namespace heddle;
using functional::data_pointer;
using functional::DeviceBench;
using isa::Op;
using random::Assembler;

/// Cycles of `count` loads of one word, each of which waits for the one before it.
std::uint64_t cycles_of_chain(const Config& config, int count, bool bypass) {
  DeviceBench bench(make_timed_device(config, MemoryTiming{}));
  bench.launch.block = {1, 1, 1};
  bench.launch.l1_bypass = bypass;
  const LaunchResult result = bench.run([&](Assembler& code) {
    const auto loop = code.new_label();
    data_pointer(code, 6);
    code.li(7, static_cast<std::uint32_t>(count));
    code.place(loop);
    code.i(Op::kLw, 8, 6, 0);  // 0
    code.r(Op::kAdd, 6, 6, 8);
    code.i(Op::kAddi, 7, 7, -1);
    code.branch(Op::kBne, 7, 0, loop);
    code.exit();
  });
  REQUIRE(result.status == LaunchStatus::kOk);
  return result.counters.cycles;
}

}  // namespace

TEST_CASE("a load that hits in the L1 is four cycles faster than in the L2's open line") {
  // The request is taken in a. A hit: response in a + 4. Past the L1: at the crossbar in a + 2, at
  // the head of the L2's queue and decided in a + 3, pushed in a + 7, response in a + 8.
  constexpr std::uint64_t kGain = 4;
  for (const char* name : {"nano", "base"}) {
    const Config config = Config::load(name);
    const auto gain = [&](int count) {
      return cycles_of_chain(config, count, true) - cycles_of_chain(config, count, false);
    };
    CHECK(gain(150) - gain(50) == 100 * kGain);
    // Without an L1 the loads take as long as past it.
    Config none = config;
    none.l1_bytes = 0;
    CHECK(cycles_of_chain(none, 50, false) == cycles_of_chain(config, 50, true));
    CHECK(cycles_of_chain(none, 50, true) == cycles_of_chain(config, 50, true));
  }
}
