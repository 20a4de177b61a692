// The RTL's parking in random cycles.
#include <Vparking.h>

#include <catch2/catch.hpp>
#include <type_traits>

#include "common/config.hpp"
#include "parking_reference.hpp"

namespace heddle::tb {
namespace {

class Unit {
 public:
  Unit() {
    top_.rst_ni = 0;
    tick();
    top_.rst_ni = 1;
  }
  ~Unit() { top_.final(); }

  std::uint32_t parked() const { return top_.parked_o; }
  void step(const ParkingInputs& in) {
    top_.start_i = in.start;
    top_.park_valid_i = in.park.has_value();
    set(top_.park_warp_i, in.park.value_or(0));
    top_.phase_end_i = in.phase_end;
    set(top_.split_i, in.split);
    tick();
  }

 private:
  template <typename Port>
  static void set(Port& port, std::uint32_t value) {
    port = static_cast<std::remove_reference_t<Port>>(value);
  }
  void tick() {
    top_.clk_i = 0;
    top_.eval();
    top_.clk_i = 1;
    top_.eval();
  }

  VerilatedContext context_;
  Vparking top_{&context_};
};

}  // namespace

TEST_CASE("warps are parked until a phase ends, the time is over, or they split") {
  check_parking<Unit>(Config::load(HEDDLE_TEST_CONFIG).warps);
}

}  // namespace heddle::tb
