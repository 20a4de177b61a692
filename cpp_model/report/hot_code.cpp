#include "report/hot_code.hpp"

#include <algorithm>
#include <bit>

namespace heddle::report {
namespace {

bool ends_piece(const timed::DecodedEvent& issue) {
  switch (issue.decoded->instruction.unit) {
    case isa::Unit::kBranch:
    case isa::Unit::kJump:
    case isa::Unit::kSystem: return true;
    default: return issue.fault;
  }
}

}  // namespace

std::size_t HotCode::place_at(std::uint32_t pc) {
  const auto [entry, added] = place_of_pc_.try_emplace(pc, places_.size());
  if (added) {
    places_.emplace_back();
    places_.back().piece.first_pc = places_.back().piece.last_pc = pc;
  }
  return entry->second;
}

void HotCode::enter(Warp& warp, std::size_t place, std::uint64_t cycle) {
  warp.place = place;
  Place& entered = places_[place];
  if (++entered.warps == kCrowd) {
    entered.crowded_since_cycle = cycle;
    entered.crowded_since_instruction = instructions_;
  }
}

void HotCode::leave(Warp& warp, std::uint64_t cycle) {
  if (warp.place == kNowhere) return;
  Place& left = places_[warp.place];
  warp.place = kNowhere;
  if (left.warps-- == kCrowd) {
    left.piece.crowded_cycles += cycle - left.crowded_since_cycle;
    left.piece.crowded_instructions += instructions_ - left.crowded_since_instruction;
  }
}

void HotCode::record(std::uint64_t cycle, const timed::DecodedEvent& issue) {
  if (!issue.valid) return;
  Warp& warp = warps_[issue.warp];
  const bool jumped = warp.place == kNowhere || issue.pc != warp.next_pc;
  if (jumped || place_of_pc_.contains(issue.pc)) {
    const std::size_t place = place_at(issue.pc);
    if (place != warp.place || jumped) {
      leave(warp, cycle);
      enter(warp, place, cycle);
    }
  }
  CodePiece& piece = places_[warp.place].piece;
  piece.last_pc = std::max(piece.last_pc, issue.pc);
  ++piece.instructions;
  piece.threads += static_cast<std::uint64_t>(std::popcount(issue.mask));
  ++instructions_;
  warp.next_pc = issue.pc + 4;
  if (ends_piece(issue)) leave(warp, cycle + 1);
}

std::vector<CodePiece> HotCode::hottest(std::size_t count) const {
  std::vector<CodePiece> pieces;
  pieces.reserve(places_.size());
  for (const Place& place : places_) pieces.push_back(place.piece);
  std::ranges::sort(pieces, [](const CodePiece& left, const CodePiece& right) {
    if (left.instructions != right.instructions) return left.instructions > right.instructions;
    return left.first_pc < right.first_pc;
  });
  pieces.resize(std::min(count, pieces.size()));
  return pieces;
}

}  // namespace heddle::report
