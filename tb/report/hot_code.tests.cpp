// The profile of a launch, from issue events written by hand.
#include "report/hot_code.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>

namespace {

using heddle::isa::Unit;
using heddle::report::CodePiece;
using heddle::report::HotCode;
using heddle::timed::Decoded;
using heddle::timed::DecodedEvent;

DecodedEvent issue(std::uint32_t warp, std::uint32_t pc, Unit unit = Unit::kAlu,
                   std::uint32_t mask = 0xffffffff) {
  DecodedEvent event;
  event.valid = true;
  event.warp = warp;
  event.pc = pc;
  event.mask = mask;
  // One for each unit: the events point to what was decoded.
  static std::array<Decoded, 16> decoded;
  Decoded& of_unit = decoded[static_cast<std::size_t>(unit)];
  of_unit.instruction.unit = unit;
  event.decoded = &of_unit;
  return event;
}

}  // namespace

TEST_CASE("a loop is one piece, and what led into it another") {
  HotCode profile;
  std::uint64_t cycle = 0;
  profile.record(cycle++, issue(0, 0x100));
  for (int turn = 0; turn < 5; ++turn) {
    profile.record(cycle++, issue(0, 0x104, Unit::kAlu, 0xf));
    profile.record(cycle++, DecodedEvent{});
    profile.record(cycle++, issue(0, 0x108, Unit::kBranch, 0xf));
  }
  profile.record(cycle++, issue(0, 0x10c, Unit::kSystem));
  const auto pieces = profile.hottest(10);
  REQUIRE(pieces.size() == 3);
  CHECK(pieces[0].first_pc == 0x104);
  CHECK(pieces[0].last_pc == 0x108);
  CHECK(pieces[0].instructions == 8);  // the first of five turns came in from above
  CHECK(pieces[0].threads == 8 * 4);
  CHECK(pieces[1].first_pc == 0x100);
  CHECK(pieces[1].instructions == 3);
  CHECK(pieces[1].last_pc == 0x108);
  CHECK(pieces[2].first_pc == 0x10c);
  CHECK(pieces[2].instructions == 1);
}

TEST_CASE("falling into a known loop head counts for the loop") {
  HotCode profile;
  profile.record(0, issue(0, 0x104));
  profile.record(1, issue(0, 0x108, Unit::kJump));
  profile.record(2, issue(1, 0x100));
  profile.record(3, issue(1, 0x104));
  const auto pieces = profile.hottest(10);
  REQUIRE(pieces.size() == 2);
  CHECK(pieces[0].first_pc == 0x104);
  CHECK(pieces[0].instructions == 3);
  CHECK(pieces[1].instructions == 1);
  CHECK(profile.hottest(1).size() == 1);
}

TEST_CASE("a piece is crowded while four warps are in it, whoever issues") {
  HotCode profile;
  for (std::uint32_t warp = 0; warp < 4; ++warp) profile.record(10 + warp, issue(warp, 0x200));
  // Crowded from cycle 13, with the fourth warp's instruction, to cycle 21, with warp 2's last one;
  // in between, one of a warp elsewhere.
  profile.record(20, issue(9, 0x400));
  profile.record(21, issue(2, 0x204, Unit::kBranch));
  profile.record(30, issue(0, 0x204));
  const CodePiece piece = profile.hottest(1).front();
  CHECK(piece.first_pc == 0x200);
  CHECK(piece.instructions == 6);
  CHECK(piece.crowded_cycles == 9);
  CHECK(piece.crowded_instructions == 3);
}
