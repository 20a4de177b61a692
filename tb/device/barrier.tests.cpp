// The barrier unit against docs/architecture/device.md: counts, outcomes, and the two cycles from a
// control event to its outcome.
#include "device/barrier.hpp"

#include <catch2/catch.hpp>

namespace heddle::timed {
namespace {

constexpr std::uint32_t kAll = 0xffffffff;

struct Bench {
  Barrier barrier{Config{}};
  LaunchEvent launch;
  ControlEvent control;
  std::uint32_t threads = 0;
  bool start = false;

  void step() {
    barrier.eval({start, &launch, threads, &control});
    barrier.tick();
    launch.valid = control.valid = start = false;
  }
  void launch_warp(std::uint32_t warp, std::uint32_t warp_in_cta, std::uint32_t cta) {
    launch.valid = true;
    launch.warp = warp;
    launch.warp_in_cta = warp_in_cta;
    launch.cta = cta;
    step();
  }
  /// One cycle with a control event.
  void send(ControlKind kind, std::uint32_t warp, std::uint32_t mask) {
    control.valid = true;
    control.kind = kind;
    control.warp = warp;
    control.mask = mask;
    step();
  }
  bool quiet() const { return !barrier.out().release.valid && !barrier.out().cta_done.valid; }
  bool releases(std::uint32_t cta) const {
    return barrier.out().release.valid && barrier.out().release.cta == cta &&
           !barrier.out().cta_done.valid;
  }
  bool ends(std::uint32_t cta) const {
    return barrier.out().cta_done.valid && barrier.out().cta_done.cta == cta &&
           !barrier.out().release.valid;
  }
};

/// CTA 1 of 64 threads in the warps 2 and 3, CTA 0 of 64 threads in the warps 0 and 1.
Bench two_ctas() {
  Bench bench;
  bench.threads = 64;
  bench.launch_warp(2, 0, 1);
  bench.launch_warp(3, 1, 1);
  bench.launch_warp(0, 0, 0);
  bench.launch_warp(1, 1, 0);
  return bench;
}

}  // namespace

TEST_CASE("the last thread that arrives releases the CTA two cycles later") {
  Bench bench = two_ctas();
  bench.send(ControlKind::kBarrier, 2, kAll);
  bench.send(ControlKind::kBarrier, 3, 0x0000ffff);
  CHECK(bench.quiet());
  bench.step();
  CHECK(bench.quiet());
  bench.step();
  CHECK(bench.quiet());
  bench.send(ControlKind::kBarrier, 3, 0xffff0000);  // visible in c
  CHECK(bench.quiet());                              // c+1
  bench.step();
  CHECK(bench.releases(1));  // c+2
  bench.step();
  CHECK(bench.quiet());
}

TEST_CASE("after a release the next barrier needs all threads again") {
  Bench bench = two_ctas();
  for (int round = 0; round < 3; ++round) {
    bench.send(ControlKind::kBarrier, 0, kAll);
    bench.step();
    CHECK(bench.quiet());
    bench.send(ControlKind::kBarrier, 1, kAll);
    bench.step();
    CHECK(bench.releases(0));
    bench.step();
  }
}

TEST_CASE("a thread that exits releases those that wait") {
  Bench bench = two_ctas();
  bench.send(ControlKind::kBarrier, 2, 0x7fffffff);
  bench.send(ControlKind::kBarrier, 3, kAll);
  bench.send(ControlKind::kExit, 2, 0x80000000);
  CHECK(bench.quiet());
  bench.step();
  CHECK(bench.releases(1));
}

TEST_CASE("the last thread that exits ends the CTA") {
  Bench bench = two_ctas();
  bench.send(ControlKind::kExit, 0, kAll);
  bench.send(ControlKind::kExit, 1, 0x7fffffff);
  bench.step();
  CHECK(bench.quiet());
  bench.step();
  bench.send(ControlKind::kExit, 1, 0x80000000);
  bench.step();
  CHECK(bench.ends(0));
  // The slot takes the next CTA with all its threads.
  bench.launch_warp(0, 0, 0);
  bench.launch_warp(1, 1, 0);
  bench.send(ControlKind::kExit, 0, kAll);
  bench.step();
  CHECK(bench.quiet());
}

TEST_CASE("only the first warp of a CTA sets its count of threads") {
  Bench bench;
  bench.threads = 40;
  bench.launch_warp(0, 0, 0);
  bench.send(ControlKind::kBarrier, 0, kAll);
  bench.launch_warp(1, 1, 0);  // with the check of warp 0's event
  CHECK(bench.quiet());
  bench.send(ControlKind::kBarrier, 1, 0xff);
  bench.step();
  CHECK(bench.releases(0));
}

TEST_CASE("CTAs count apart, and their outcomes follow each other cycle by cycle") {
  Bench bench = two_ctas();
  bench.send(ControlKind::kBarrier, 0, kAll);
  bench.send(ControlKind::kBarrier, 2, kAll);
  bench.send(ControlKind::kBarrier, 1, kAll);
  bench.send(ControlKind::kBarrier, 3, kAll);
  CHECK(bench.releases(0));
  bench.step();
  CHECK(bench.releases(1));
}

TEST_CASE("jumps count nowhere") {
  Bench bench = two_ctas();
  bench.send(ControlKind::kBarrier, 0, kAll);
  bench.send(ControlKind::kJump, 1, kAll);
  for (int i = 0; i < 4; ++i) {
    CHECK(bench.quiet());
    bench.step();
  }
}

TEST_CASE("start takes back what is under way") {
  Bench bench = two_ctas();
  bench.send(ControlKind::kBarrier, 0, kAll);
  bench.send(ControlKind::kBarrier, 1, kAll);
  bench.start = true;
  bench.step();
  CHECK(bench.quiet());
  bench.step();
  CHECK(bench.quiet());
}

}  // namespace heddle::timed
