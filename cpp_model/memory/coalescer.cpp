#include "memory/coalescer.hpp"

#include <algorithm>
#include <bit>

#include "device/fault.hpp"
#include "isa/semantics.hpp"

namespace heddle::timed {
namespace {

void put_value(LineData& data, std::uint32_t offset, std::uint32_t value, std::uint32_t size) {
  for (std::uint32_t byte = 0; byte < size; ++byte) {
    data[offset + byte] = static_cast<std::uint8_t>(value >> (8 * byte));
  }
}

}  // namespace

void Coalescer::collect(const MemoryRow& row, bool any_shared) {
  Instruction& instruction = instructions_[collecting_];
  const std::uint32_t first = row.beat * lanes_;
  std::copy_n(row.address.data(), lanes_, instruction.address.data() + first);
  std::copy_n(row.data.data(), lanes_, instruction.data.data() + first);
  instruction.pending |= row.global_mask << first;
  const bool atomic = isa::is_atomic(row.op);
  if (isa::info(row.op).rs3_is_rd) {
    std::copy_n(row.compare.data(), lanes_, instruction.compare.data() + first);
  }
  some_ = true;
  if (!row.last) return;
  instruction.any_shared = any_shared;
  instruction.access =
      atomic ? Access::kAtomic : (isa::is_store(row.op) ? Access::kStore : Access::kLoad);
  instruction.size = isa::access_size(row.op);
  instruction.alloc =
      AllocEvent{row.warp, row.rd, row.pc, row.writes_rd, row.op, &instruction.address};
  next_full_ = true;
}

/// Goes into the second data memory, and changes nothing else.
void Coalescer::collect_high(const MemoryRow& row) {
  Instruction& instruction = instructions_[collecting_];
  const std::uint32_t first = row.beat * lanes_;
  std::copy_n(row.data.data(), lanes_, instruction.high_data.data() + first);
  std::copy_n(row.compare.data(), lanes_, instruction.high_compare.data() + first);
}

/// The collected instruction goes to the choosing step.
void Coalescer::move(std::uint32_t entry) {
  move_ = true;
  next_full_ = false;
  next_choose_ = Choose::kLead;
  close_.entry = entry;
  close_.closed = true;
}

std::uint32_t Coalescer::find_match(const Instruction& instruction) const {
  if (instruction.access == Access::kAtomic) return 1u << leader_;
  const std::uint32_t line = instruction.address[leader_] >> 6;
  std::uint32_t same = 0;
  isa::for_lanes(isa::kWarpSize, [&](std::uint32_t thread) {
    same |= (instruction.address[thread] >> 6 == line ? 1u : 0u) << thread;
  });
  return same & instruction.pending;
}

/// The bytes of the matched threads.
void Coalescer::merge(const Instruction& instruction, std::uint32_t matched) {
  for (std::uint32_t threads = matched; threads != 0; threads &= threads - 1) {
    const auto thread = static_cast<std::uint32_t>(std::countr_zero(threads));
    const std::uint32_t offset = instruction.address[thread] & 63;
    put_value(next_request_.data, offset, instruction.data[thread], instruction.size);
    next_request_.strobe |= ((std::uint64_t{1} << instruction.size) - 1) << offset;
  }
}

/// A line goes to the making step. Nobody changes the data that is read for it, so that the line is
/// put together at once.
void Coalescer::give(const Instruction& instruction, std::uint32_t matched) {
  give_ = true;
  const std::uint32_t address = instruction.address[leader_];
  LineRequest& request = next_request_;
  request.valid = true;
  request.write = instruction.access == Access::kStore;
  request.atomic = instruction.access == Access::kAtomic;
  request.op = instruction.alloc.op;
  request.word = address >> 2 & 15;
  request.line = address >> 6;
  request.strobe = 0;
  request.data.fill(0);
  switch (instruction.access) {
    case Access::kLoad: next_make_ = Make::kSend; break;
    case Access::kStore: {
      merge(instruction, matched);
      rows_left_ = 0;
      const std::uint32_t beat_threads =
          static_cast<std::uint32_t>((std::uint64_t{1} << lanes_) - 1);
      for (std::uint32_t first = 0; first < isa::kWarpSize; first += lanes_) {
        if ((matched >> first & beat_threads) != 0) ++rows_left_;
      }
      break;
    }
    case Access::kAtomic:
      put_value(request.data, 0, instruction.data[leader_], 4);
      if (isa::info(request.op).rs3_is_rd) {
        put_value(request.data, 4, instruction.compare[leader_], 4);
      }
      if (isa::info(request.op).pair) {
        put_value(request.data, 8, instruction.high_data[leader_], 4);
        put_value(request.data, 12, instruction.high_compare[leader_], 4);
      }
      rows_left_ = 1;
      break;
  }
  if (instruction.access != Access::kLoad) {
    next_reading_ = true;
    begun_ = false;
  }
  next_line_ = {true, close_.entry, matched, instruction.pending == 0};
}

/// The making step; `sent`: the request is transferred.
void Coalescer::make(bool sent) {
  const bool load_fits = !reading_ && (make_ == Make::kEmpty || sent);
  if (sent) next_make_ = Make::kEmpty;
  const bool held = row_there_ && make_ == Make::kSend && !sent;
  if (!held) {
    if (row_there_) {
      if (make_ != Make::kMerge) {
        begun_ = true;
        line_begins_ = true;
      }
      next_make_ = row_is_last_ ? Make::kSend : Make::kMerge;
    }
    row_there_ = rows_left_ != 0;
    if (row_there_) row_is_last_ = --rows_left_ == 0;
  }
  const bool ends = reading_ && rows_left_ == 0 && begun_;
  if (ends) next_reading_ = false;
  takes_ = choosing().access == Access::kLoad ? load_fits : !reading_ || ends;
}

/// State MATCH.
void Coalescer::match(const RegionRegisters& regions) {
  Instruction& instruction = choosing();
  const std::uint32_t address = instruction.address[leader_];
  const Access access = instruction.access;
  const bool allowed = (access == Access::kStore || region_allows(regions, address, kRead)) &&
                       (access == Access::kLoad || region_allows(regions, address, kWrite));
  if (allowed && !takes_) return;
  const std::uint32_t matched = find_match(instruction);
  instruction.pending &= ~matched;
  if (allowed) {
    give(instruction, matched);
    next_choose_ = instruction.pending != 0 ? Choose::kLead : Choose::kFree;
    return;
  }
  fault_ = FaultEvent{true,
                      access == Access::kLoad ? cause::kLoadAccess : cause::kStoreAccess,
                      instruction.alloc.warp,
                      matched,
                      instruction.alloc.pc,
                      address};
  next_choose_ = instruction.pending != 0 ? Choose::kLead : Choose::kClose;
}

void Coalescer::step(const Inputs& in) {
  start_ = in.start;
  if (start_) [[unlikely]]
    return;
  if (in.row != nullptr) {
    if (in.row->high) [[unlikely]] {
      collect_high(*in.row);
    } else {
      collect(*in.row, in.any_shared);
    }
  }
  if (alloc(*in.load_return, in.shared_idle) != nullptr) move(in.load_return->entry);

  const bool sent = request(*in.load_return) != nullptr && in.request_ready;
  make(sent);
  switch (choose_) {
    case Choose::kFree: break;
    case Choose::kLead:
      leader_ = static_cast<std::uint32_t>(std::countr_zero(choosing().pending));
      next_choose_ = Choose::kMatch;
      break;
    case Choose::kMatch: match(*in.regions); break;
    case Choose::kClose:
      if (empty()) next_choose_ = Choose::kFree;
      break;
  }
}

void Coalescer::update() {
  if (start_) [[unlikely]] {
    for (Instruction& instruction : instructions_) instruction.pending = 0;
    next_full_ = some_ = move_ = give_ = false;
    next_reading_ = row_there_ = line_begins_ = false;
    rows_left_ = 0;
    next_choose_ = Choose::kFree;
    next_make_ = Make::kEmpty;
    fault_.valid = false;
  }
  if (move_) {
    move_ = some_ = false;
    collecting_ ^= 1;
    instructions_[collecting_].pending = 0;
  }
  full_ = next_full_;
  choose_ = next_choose_;
  make_ = next_make_;
  reading_ = next_reading_;
  if (line_begins_) {
    line_begins_ = false;
    request_ = read_request_;
    line_ = read_line_;
  }
  if (give_) {
    give_ = false;
    const bool load = !next_request_.write && !next_request_.atomic;
    (load ? request_ : read_request_) = next_request_;
    (load ? line_ : read_line_) = next_line_;
  }
  out_.ready = !full_;
  out_.idle = !full_ && !some_ && choose_ == Choose::kFree && empty();
  out_.fault.valid = fault_.valid;
  if (fault_.valid) out_.fault = fault_;
  fault_.valid = false;
}

}  // namespace heddle::timed
