// The dispatcher against docs/architecture/device.md. Cycle 0 is the one in which `start` is
// visible.
#include "device/dispatcher.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace heddle::timed {
namespace {

Config config() {
  Config result;
  result.warps = 8;
  result.cta_slots = 4;
  result.shared_bytes = 16384;
  return result;
}

/// 2 x 3 x 2 CTAs of 5 x 3 x 3 threads.
LaunchRegisters registers() {
  LaunchRegisters launch;
  launch.grid = {2, 3, 2};
  launch.block = {5, 3, 3};
  launch.threads = 45;
  launch.warps_per_cta = 2;
  launch.resident_ctas = 3;
  launch.shared_size = 512;
  launch.local_shift = 8;
  return launch;
}

struct Bench {
  Dispatcher dispatcher{config()};
  LaunchRegisters launch = registers();
  bool start = true;
  bool halt = false;
  bool machine_idle = false;
  bool flushing = false;
  CtaEvent cta_done;
  std::uint32_t copying = 0, computing = 0;
  std::uint32_t cycle = 0;

  const Dispatcher::Outputs& out() const { return dispatcher.out(); }
  void step() {
    Dispatcher::Inputs in;
    in.start = start;
    in.launch = &launch;
    in.halt = in.fault_kept = halt;
    in.machine_idle = machine_idle;
    in.flushing = flushing;
    in.cta_done = &cta_done;
    in.copying = copying;
    in.computing = computing;
    dispatcher.eval(in);
    dispatcher.tick();
    start = cta_done.valid = false;
    ++cycle;
  }
  void go_to(std::uint32_t target) {
    while (cycle < target) step();
  }
  /// The first launch event from this cycle on, within a few cycles.
  LaunchEvent next_launch() {
    for (int i = 0; i < 8 && !out().launch.valid; ++i) step();
    REQUIRE(out().launch.valid);
    const LaunchEvent event = out().launch;
    step();
    return event;
  }
  bool launches_soon() {
    for (int i = 0; i < 8; ++i) {
      if (out().launch.valid) return true;
      step();
    }
    return false;
  }
  void finish(std::uint32_t cta) {
    cta_done = {true, cta};
    step();
  }
};

constexpr std::uint32_t kFirstChoice = 2 + 45;  // CHECK 1, TID 2 .. 46

}  // namespace

TEST_CASE("thread indices go out one a cycle, x fastest") {
  Bench bench;
  bench.step();
  CHECK(bench.out().busy);
  CHECK_FALSE(bench.out().tid.valid);
  std::uint32_t index = 0;
  for (std::uint32_t z = 0; z < 3; ++z) {
    for (std::uint32_t y = 0; y < 3; ++y) {
      for (std::uint32_t x = 0; x < 5; ++x) {
        bench.step();
        CHECK(bench.cycle == 2 + index);
        const TidEvent& tid = bench.out().tid;
        CHECK(tid.valid);
        CHECK(tid.index == index++);
        CHECK(tid.x == x);
        CHECK(tid.y == y);
        CHECK(tid.z == z);
      }
    }
  }
  bench.step();
  CHECK(bench.cycle == kFirstChoice);
  CHECK_FALSE(bench.out().tid.valid);
}

TEST_CASE("CTAs take the lowest free slot, warp by warp, x fastest") {
  Bench bench;
  bench.go_to(kFirstChoice + 1);
  std::uint32_t cta = 0;
  const std::uint32_t slots[] = {0, 1, 2, 1, 0, 2, 2, 2, 0, 1, 0, 1};
  for (const std::uint32_t slot : slots) {
    // The first three are resident at once; then each one follows the end of its slot's last.
    if (cta >= 3) {
      CHECK_FALSE(bench.launches_soon());
      bench.finish(slot);
    }
    for (std::uint32_t i = 0; i < 2; ++i) {
      const LaunchEvent event = bench.next_launch();
      CHECK(event.warp == 2 * slot + i);
      CHECK(event.warp_in_cta == i);
      CHECK(event.mask == (i == 0 ? 0xffffffff : 0x00001fff));
      CHECK(event.cta == slot);
      CHECK(event.shared_base == slot * 512);
      CHECK(event.ctaid.x == cta % 2);
      CHECK(event.ctaid.y == cta / 2 % 3);
      CHECK(event.ctaid.z == cta / 6);
    }
    ++cta;
  }
  for (const std::uint32_t slot : {0, 1, 2}) bench.finish(slot);
  CHECK_FALSE(bench.launches_soon());
}

TEST_CASE("a slot is free only when nothing is copied for it any more") {
  Bench bench;
  bench.go_to(kFirstChoice + 1);
  for (int i = 0; i < 6; ++i) bench.next_launch();
  bench.copying = 3;
  bench.finish(1);
  CHECK_FALSE(bench.launches_soon());
  bench.copying = 1;
  CHECK(bench.next_launch().cta == 1);
  bench.next_launch();
  // Slot 0 ends and still copies: slot 2 goes first.
  bench.finish(0);
  CHECK_FALSE(bench.launches_soon());
  bench.finish(2);
  CHECK(bench.next_launch().cta == 2);
  bench.next_launch();
  CHECK_FALSE(bench.launches_soon());
  bench.copying = 0;
  const std::uint32_t now = bench.cycle;
  CHECK(bench.next_launch().cta == 0);
  CHECK(bench.cycle == now + 2);  // chosen in this cycle, visible in the next one
}

TEST_CASE("nor when the matrix engine computes for it") {
  Bench bench;
  bench.go_to(kFirstChoice + 1);
  for (int i = 0; i < 6; ++i) bench.next_launch();
  // As after every end of a CTA: `ended` is visible in the next cycle, and for some while.
  bench.finish(1);
  bench.computing = 2;
  CHECK_FALSE(bench.launches_soon());
  bench.copying = 2;
  bench.computing = 0;
  CHECK_FALSE(bench.launches_soon());
  bench.copying = 0;
  CHECK(bench.next_launch().cta == 1);
}

TEST_CASE("a CTA's warps follow each other, and the next CTA after one cycle of choice") {
  Bench bench;
  bench.go_to(kFirstChoice);
  for (std::uint32_t cta = 0; cta < 3; ++cta) {
    CHECK_FALSE(bench.out().launch.valid);
    bench.step();
    CHECK(bench.out().launch.valid);
    bench.step();
    CHECK(bench.out().launch.valid);
    bench.step();
  }
  CHECK_FALSE(bench.out().launch.valid);
}

TEST_CASE("the grid is done after 32 idle cycles in a row and a flush") {
  Bench bench;
  bench.launch.grid = {1, 1, 1};
  bench.go_to(kFirstChoice + 1);
  bench.next_launch();
  bench.next_launch();
  bench.machine_idle = true;
  for (int i = 0; i < 50; ++i) bench.step();
  CHECK(bench.out().busy);  // the CTA lives
  bench.finish(0);          // visible in c: CHOOSE sees it in c+1, DRAIN from c+2
  bench.step();
  for (int i = 0; i < 31; ++i) bench.step();
  bench.machine_idle = false;
  bench.step();
  bench.machine_idle = true;
  for (int i = 0; i < 31; ++i) {
    bench.step();
    CHECK(bench.out().busy);
    CHECK_FALSE(bench.out().done);
    CHECK_FALSE(bench.out().flush);
  }
  bench.step();
  CHECK(bench.out().flush);  // visible in c
  bench.step();
  CHECK_FALSE(bench.out().flush);
  bench.flushing = true;
  bench.machine_idle = false;
  for (int i = 0; i < 100; ++i) {
    bench.step();
    CHECK(bench.out().busy);
  }
  bench.flushing = false;
  bench.step();
  CHECK_FALSE(bench.out().busy);
  CHECK(bench.out().done);
  CHECK_FALSE(bench.out().fault);
}

TEST_CASE("a halt lets a CTA's warps out, but no further CTA, and the grid ends with a fault") {
  Bench bench;
  bench.go_to(kFirstChoice + 1);
  bench.halt = bench.machine_idle = true;
  CHECK(bench.out().launch.valid);
  bench.step();
  CHECK(bench.out().launch.valid);
  bench.step();
  CHECK_FALSE(bench.out().launch.valid);
  bench.step();  // CHOOSE, then DRAIN
  for (int i = 0; i < 32; ++i) {
    CHECK(bench.out().busy);
    CHECK_FALSE(bench.out().launch.valid);
    bench.step();
  }
  // Nothing to flush: c, c + 1, and c + 2 sees it.
  CHECK(bench.out().flush);
  for (int i = 0; i < 3; ++i) {
    CHECK(bench.out().busy);
    CHECK_FALSE(bench.out().done);
    bench.step();
  }
  CHECK_FALSE(bench.out().busy);
  CHECK(bench.out().done);
  CHECK(bench.out().fault);
  // start clears both, one cycle after it is visible.
  bench.halt = false;
  bench.start = true;
  bench.step();
  CHECK(bench.out().busy);
  CHECK_FALSE(bench.out().done);
  CHECK_FALSE(bench.out().fault);
}

TEST_CASE("an invalid launch is refused two cycles after start") {
  Bench bench;
  bench.launch.resident_ctas = 5;
  bench.step();
  CHECK(bench.out().busy);
  CHECK(bench.out().invalid_launch);
  bench.step();
  CHECK_FALSE(bench.out().busy);
  CHECK_FALSE(bench.out().invalid_launch);
  CHECK(bench.out().done);
  CHECK(bench.out().fault);
}

}  // namespace heddle::timed
