#include "memory/copy_writer.hpp"

#include <algorithm>
#include <bit>

namespace heddle::timed {

CopyWriter::CopyWriter(const Config& config)
    : groups_(config.lanes / 4),
      tag_mask_(config.copy_tags == 0 ? 0 : ~std::uint64_t{0} >> (kMaxTags - config.copy_tags)) {
  out_.tag_free = tag_mask_ != 0;
}

// `line` begins with the piece's first byte; null: nothing is read.
void CopyWriter::hold(const CopyPiece& piece, const std::uint8_t* line) {
  held_ = piece;
  pending_ = (1u << piece.box.units) - 1;
  pass_.complete = false;
  pass_.place = piece.place;
  pass_.data.fill(0);
  if (line != nullptr) std::copy_n(line, piece.box.valid_bytes, pass_.data.begin());
}

void CopyWriter::take_response(const LineResponse& response) {
  const CopyPiece& piece = pieces_[response.tag];
  next_tags_used_ &= ~(std::uint64_t{1} << response.tag);
  if (response.error) {
    events_.failed = piece.job;
  } else {
    hold(piece, response.data.data() + piece.box.address % kLineBytes);
  }
}

// In every group of banks the lowest pending unit.
void CopyWriter::choose_units() {
  std::uint32_t groups = 0;
  pass_.units = 0;
  for (std::uint32_t left = pending_; left != 0; left &= left - 1) {
    const auto unit = static_cast<std::uint32_t>(std::countr_zero(left));
    const std::uint32_t group = 1u << held_.place[unit] / isa::kCopyUnit % groups_;
    if ((groups & group) == 0) pass_.units |= 1u << unit;
    groups |= group;
  }
}

void CopyWriter::eval(const Inputs& in) {
  events_ = {};
  next_tags_used_ = tags_used_;
  if (in.start) [[unlikely]] {
    next_tags_used_ = pending_ = 0;
    return;
  }
  if (in.sent != nullptr) {
    pieces_[out_.tag] = *in.sent;
    next_tags_used_ |= std::uint64_t{1} << out_.tag;
  }
  if (!out_.empty) {
    if (in.pass_made) pending_ &= ~pass_.units;
    if (pending_ == 0) events_.written = held_.job;
  } else if (in.response != nullptr) {
    take_response(*in.response);
  } else if (in.zeros != nullptr) {
    hold(*in.zeros, nullptr);
  }
}

void CopyWriter::tick() {
  tags_used_ = next_tags_used_;
  const std::uint64_t free = tag_mask_ & ~tags_used_;
  out_.tag_free = free != 0;
  out_.tag = free != 0 ? static_cast<std::uint32_t>(std::countr_zero(free)) : 0;
  out_.tags_used = tags_used_ != 0;
  out_.empty = pending_ == 0;
  choose_units();
  out_.pass = out_.empty ? nullptr : &pass_;
}

}  // namespace heddle::timed
