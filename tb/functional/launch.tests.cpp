// check_launch: which launches the geometry rules refuse, and what a launch comes to.
#include <catch2/catch.hpp>
#include <stdexcept>

#include "device/device.hpp"

using heddle::check_launch;
using heddle::Config;
using heddle::Dim3;
using heddle::Geometry;
using heddle::Launch;

namespace {

Launch launch_of(Dim3 block, std::uint32_t shared_size = 0) {
  Launch launch;
  launch.block = block;
  launch.shared_size = shared_size;
  return launch;
}

}  // namespace

TEST_CASE("a launch's warps and resident CTAs follow from its block and shared memory") {
  const Config nano = Config::load("nano");
  Geometry geometry = check_launch(nano, launch_of({33, 1, 1}, 1));
  CHECK(geometry.threads == 33);
  CHECK(geometry.warps_per_cta == 2);
  CHECK(geometry.resident_ctas == 2);
  CHECK(geometry.shared_size == 256);
  geometry = check_launch(nano, launch_of({1, 1, 1}));
  CHECK(geometry.resident_ctas == 4);
  CHECK(geometry.shared_size == 0);
  CHECK(check_launch(nano, launch_of({32, 1, 1}, 8192)).resident_ctas == 2);
  CHECK(check_launch(nano, launch_of({32, 1, 1}, 8193)).resident_ctas == 1);
  const Config base = Config::load("base");
  CHECK(check_launch(base, launch_of({32, 32, 1})).resident_ctas == 1);
  CHECK(check_launch(base, launch_of({8, 1, 1})).resident_ctas == 8);
}

TEST_CASE("a launch that does not fit is refused with the reason") {
  const Config nano = Config::load("nano");
  const auto refused = [&](const Launch& launch) {
    CHECK_THROWS_AS(check_launch(nano, launch), std::invalid_argument);
  };
  refused(launch_of({0, 1, 1}));
  refused(launch_of({129, 1, 1}));
  refused(launch_of({1, 1, 65}));
  refused(launch_of({1024, 1024, 64}));
  refused(launch_of({1, 1, 1}, 16385));
  refused(launch_of({1, 1, 1}, 0xffffffff));
  Launch launch;
  launch.grid = {1, 65536, 1};
  refused(launch);
  launch.grid = {0x80000000, 1, 1};
  refused(launch);
  launch.grid = {0x7fffffff, 65535, 65535};
  CHECK_NOTHROW(check_launch(nano, launch));
  launch.grid = {};
  launch.local_shift = 7;
  refused(launch);
  launch.local_shift = 20;
  CHECK_NOTHROW(check_launch(nano, launch));
  launch.local_base = 64;
  refused(launch);
  CHECK_THROWS_WITH(check_launch(nano, launch_of({200, 1, 1})),
                    "invalid launch: a thread block has 200 threads, but configuration \"nano\" "
                    "(4 warps) takes at most 128");
}
