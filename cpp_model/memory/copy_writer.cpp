#include "memory/copy_writer.hpp"

#include <algorithm>
#include <bit>

namespace heddle::timed {

CopyWriter::CopyWriter(const Config& config)
    : groups_(config.lanes / 4),
      tag_mask_(config.copy_tags == 0 ? 0 : ~std::uint64_t{0} >> (kMaxTags - config.copy_tags)) {
  out_.tag_free = tag_mask_ != 0;
}

// `bytes` begin with the piece's first one; null: nothing is read.
void CopyWriter::push(const CopyPiece& piece, const std::uint8_t* bytes) {
  Line& line = lines_.push();
  line.piece = piece;
  line.data.fill(0);
  if (bytes != nullptr) std::copy_n(bytes, piece.box.valid_bytes, line.data.begin());
}

void CopyWriter::take_response(const LineResponse& response) {
  const CopyPiece& piece = pieces_[response.tag];
  next_tags_used_ &= ~(std::uint64_t{1} << response.tag);
  if (response.error) {
    events_.failed = piece.job;
  } else {
    push(piece, response.data.data() + piece.box.address % kLineBytes);
  }
}

// For the head's pass: in every group of banks the lowest pending unit.
void CopyWriter::ask() {
  const CopyPiece& piece = lines_.front().piece;
  std::uint32_t groups = 0;
  pass_.units = 0;
  for (std::uint32_t left = pending_; left != 0; left &= left - 1) {
    const auto unit = static_cast<std::uint32_t>(std::countr_zero(left));
    const std::uint32_t group = 1u << piece.place[unit] / isa::kCopyUnit % groups_;
    if ((groups & group) == 0) pass_.units |= 1u << unit;
    groups |= group;
  }
  pass_.complete = false;
  pass_.place = piece.place;
  pass_.data = lines_.front().data;
}

void CopyWriter::eval(const Inputs& in) {
  events_ = {};
  next_tags_used_ = tags_used_;
  if (in.start) [[unlikely]] {
    next_tags_used_ = 0;
    lines_.clear();
    return;
  }
  if (in.sent != nullptr) {
    pieces_[out_.tag] = *in.sent;
    next_tags_used_ |= std::uint64_t{1} << out_.tag;
  }
  if (in.pass_made) {
    pending_ &= ~pass_.units;
    if (pending_ == 0) {
      events_.written = lines_.front().piece.job;
      lines_.pop();
    }
  }
  if (in.response != nullptr && out_.place) {
    take_response(*in.response);
  } else if (in.zeros != nullptr) {
    push(*in.zeros, nullptr);
  }
}

void CopyWriter::tick() {
  const bool new_head = lines_.empty() || events_.written;
  tags_used_ = next_tags_used_;
  lines_.tick();
  const std::uint64_t free = tag_mask_ & ~tags_used_;
  out_.tag_free = free != 0;
  out_.tag = free != 0 ? static_cast<std::uint32_t>(std::countr_zero(free)) : 0;
  out_.tags_used = tags_used_ != 0;
  out_.place = !lines_.full();
  out_.empty = lines_.empty();
  out_.pass = nullptr;
  if (lines_.empty()) {
    pending_ = 0;
    return;
  }
  if (new_head) pending_ = (1u << lines_.front().piece.box.units) - 1;
  ask();
  out_.pass = &pass_;
}

}  // namespace heddle::timed
