// What docs/architecture/issue.md, "parking", says, written down again: for the model and the RTL.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <optional>
#include <random>

namespace heddle::tb {

struct ParkingInputs {
  bool start = false;
  std::optional<std::uint32_t> park;  ///< warp
  bool phase_end = false;
  std::uint32_t split = 0;  ///< bit w: warp w
};

class ParkingReference {
 public:
  std::uint32_t parked() const { return parked_; }
  bool last_cycle() const { return cycle_ == 511; }
  void step(const ParkingInputs& in) {
    if (in.park) parked_ |= 1U << *in.park;
    parked_ &= ~in.split;
    if (in.phase_end || last_cycle()) parked_ = 0;
    cycle_ = (cycle_ + 1) % 512;
    if (in.start) parked_ = cycle_ = 0;
  }

 private:
  std::uint32_t parked_ = 0, cycle_ = 0;
};

/// Random cycles of a unit with parked() and step(inputs). Wakes are rare in some of the runs, so
/// that the time ends what they leave.
template <typename Unit>
void check_parking(std::uint32_t warps) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    INFO("seed " << seed);
    std::mt19937 engine(seed);
    const auto one_in = [&](std::uint32_t n) { return engine() % n == 0; };
    const std::uint32_t rare = seed % 2 == 0 ? 2000 : 12;
    Unit unit;
    ParkingReference reference;
    std::uint32_t ended_by_time = 0, all = 0;
    for (int cycle = 0; cycle < 8000; ++cycle) {
      INFO("cycle " << cycle);
      REQUIRE(unit.parked() == reference.parked());
      all |= reference.parked();
      ParkingInputs in;
      if (one_in(4)) in.park = static_cast<std::uint32_t>(engine() % warps);
      in.phase_end = one_in(rare);
      in.start = one_in(2000);
      for (std::uint32_t w = 0; w < warps; ++w) in.split |= std::uint32_t{one_in(rare)} << w;
      if (reference.last_cycle() && reference.parked() != 0 && !in.phase_end) ++ended_by_time;
      unit.step(in);
      reference.step(in);
    }
    CHECK(ended_by_time >= 3);
    CHECK(all == (warps == 32 ? ~0U : (1U << warps) - 1));
  }
}

}  // namespace heddle::tb
