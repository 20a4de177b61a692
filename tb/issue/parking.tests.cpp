// Parking of the model in random cycles.
#include "issue/parking.hpp"

#include <catch2/catch.hpp>

#include "parking_reference.hpp"

namespace heddle::timed {
namespace {

class Unit {
 public:
  std::uint32_t parked() const { return parking_.out().parked; }
  void step(const tb::ParkingInputs& in) {
    const WarpEvent park{in.park.has_value(), in.park.value_or(0)};
    parking_.eval({in.start, &park, in.phase_end, in.split});
    parking_.tick();
  }

 private:
  Parking parking_{Config{}};
};

}  // namespace

TEST_CASE("warps are parked until a phase ends, the time is over, or they split") {
  tb::check_parking<Unit>(4);
  tb::check_parking<Unit>(32);
}

}  // namespace heddle::timed
