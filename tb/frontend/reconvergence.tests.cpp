#include <catch2/catch.hpp>

#include "frontend/reconvergence.hpp"

namespace heddle::timed {
namespace {

// Cycles from the transfer of a request to the cycle in which its result is visible.
struct Selection {
  std::uint32_t latency = 0;
  SelectResult result;
};

class Bench {
 public:
  explicit Bench(const Config& config) : config_(config), unit_(config) {}

  // With `sync_mask`: by a warpsync with this mask.
  void write(std::uint32_t warp, std::uint32_t thread, std::uint32_t pc, std::uint32_t depth,
             const std::uint32_t* sync_mask = nullptr) {
    BranchRow row;
    Lanes masks;
    if (sync_mask != nullptr) {
      masks.fill(*sync_mask);
      row.sync_mask = masks.data();
    }
    row.valid = true;
    row.warp = warp;
    row.beat = thread / config_.lanes;
    row.mask = 1U << thread % config_.lanes;
    row.next_pc[thread % config_.lanes] = pc;
    row.next_depth = depth;
    step({}, row);
  }

  Selection select(const SelectRequest& request) {
    REQUIRE(unit_.ready());
    step(request, {});
    for (std::uint32_t latency = 1; latency < 100; ++latency) {
      if (unit_.out().result.valid) {
        CHECK(unit_.ready());
        return {latency, unit_.out().result};
      }
      CHECK_FALSE(unit_.ready());
      step({}, {});
    }
    FAIL("no result");
    return {};
  }

 private:
  void step(const SelectRequest& request, const BranchRow& row) {
    Reconvergence::Inputs in;
    in.request = &request;
    in.row = &row;
    unit_.eval(in);
    unit_.tick();
  }

  Config config_;
  Reconvergence unit_;
};

Config with_lanes(std::uint32_t lanes) {
  Config config;
  config.warps = 4;
  config.lanes = lanes;
  return config;
}

}  // namespace

TEST_CASE("The deepest threads win, then the lowest PC, and the next PC of that depth stops them") {
  for (const std::uint32_t lanes : {4U, 8U, 16U, 32U}) {
    Bench bench(with_lanes(lanes));
    for (std::uint32_t thread = 0; thread < 32; ++thread) {
      const bool deep = thread >= 8;
      const bool early = thread >= 16;
      bench.write(2, thread, early ? 0x100 : 0x200, deep ? 1 : 0);
    }
    bench.write(2, 31, 0x40, 1);  // lowest PC, but not eligible
    const Selection selection = bench.select({.valid = true,
                                              .warp = 2,
                                              .mode = SelectMode::kTable,
                                              .eligible = 0x7FFFFFFF,
                                              .active = 1,
                                              .leader = 5});
    CHECK(selection.latency == 2 * (32 / lanes) + 10);
    CHECK(selection.result.warp == 2);
    CHECK(selection.result.active == 0x7FFF0000);
    CHECK(selection.result.pc == 0x100);
    CHECK(selection.result.depth == 1);
    CHECK(selection.result.stop_valid);
    CHECK(selection.result.stop_pc == 0x200);
    CHECK(selection.result.leader == 5);
  }
}

TEST_CASE("A group that reaches the stop PC takes in the threads that wait there") {
  Bench bench(with_lanes(16));
  for (std::uint32_t thread = 0; thread < 32; ++thread) bench.write(0, thread, 0x300, 0);
  const Selection selection =
      bench.select({.valid = true, .eligible = 0xFFFF00FF, .active = 0xF, .pc = 0x300, .depth = 0});
  CHECK(selection.latency == 2 + 6);
  CHECK(selection.result.active == 0xFFFF00FF);
  CHECK_FALSE(selection.result.stop_valid);
}

TEST_CASE("A leader's place is chosen, whatever places come before it") {
  Bench bench(with_lanes(8));
  for (std::uint32_t thread = 0; thread < 32; ++thread) {
    bench.write(1, thread, 0x100 + thread / 8 * 0x40, thread < 16 ? 1 : 0);
  }
  SelectRequest request{.valid = true,
                        .warp = 1,
                        .mode = SelectMode::kAppoint,
                        .eligible = 0xFFFFFF00,
                        .active = 0x0000FF00,
                        .leader = 20};
  Selection selection = bench.select(request);
  CHECK(selection.latency == 2 * 4 + 10);
  CHECK(selection.result.leader == 21);
  CHECK(selection.result.pc == 0x180);
  CHECK(selection.result.depth == 0);
  CHECK(selection.result.active == 0x00FF0000);
  CHECK(selection.result.stop_valid);
  CHECK(selection.result.stop_pc == 0x1C0);

  // Cyclically; the last group only if there are no others.
  request.leader = 31;
  CHECK(bench.select(request).result.leader == 16);
  request.eligible = 0x0000FF00;
  CHECK(bench.select(request).result.leader == 8);

  request.mode = SelectMode::kFollow;
  request.eligible = 0xFFFFFF00;
  request.leader = 27;
  selection = bench.select(request);
  CHECK(selection.result.leader == 27);
  CHECK(selection.result.active == 0xFF000000);
  CHECK(selection.result.stop_pc == 0x180);
}

TEST_CASE("Threads that are to execute warpsync again stand at it") {
  Bench bench(with_lanes(32));
  for (std::uint32_t thread = 0; thread < 32; ++thread) bench.write(0, thread, 0x100, 0);
  const Selection selection = bench.select(
      {.valid = true, .mode = SelectMode::kTable, .eligible = 0xFFFFFFFF, .redo = 0xFF});
  CHECK(selection.result.pc == 0xFC);
  CHECK(selection.result.active == 0xFF);
  CHECK(selection.result.stop_pc == 0x100);
}

TEST_CASE("Threads that wait for one mask are found, whatever their places are") {
  Bench bench(with_lanes(4));
  const std::uint32_t masks[] = {0xFFFFFFFF, 0x0000FFFF, 0xFFFF0000};
  for (std::uint32_t thread = 0; thread < 32; ++thread) {
    bench.write(1, thread, 0x100 + 4 * thread, thread % 2, &masks[thread % 3]);
  }
  // Another warp's, and a later branch of a thread, change nothing.
  bench.write(2, 1, 0x500, 0, &masks[0]);
  bench.write(1, 4, 0x600, 0);
  const Selection selection = bench.select({.valid = true,
                                            .warp = 1,
                                            .mode = SelectMode::kMatch,
                                            .eligible = 0x00FFFFFF,
                                            .active = 0x7,
                                            .pc = 0x0000FFFF});
  CHECK(selection.latency == 8 + 6);
  CHECK(selection.result.mode == SelectMode::kMatch);
  std::uint32_t expected = 0;
  for (std::uint32_t thread = 1; thread < 24; thread += 3) expected |= 1U << thread;
  CHECK(selection.result.active == expected);
}

}  // namespace heddle::timed
