#include "functional/race_check.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

#include "functional/tensor_unit.hpp"
#include "isa/semantics.hpp"

namespace heddle::functional {
namespace {

constexpr std::uint32_t kSharedWindow = 0xf0000000;
constexpr std::uint32_t kLocalWindow = 0xe0000000;

std::uint32_t lowest(std::uint32_t lanes) {
  return static_cast<std::uint32_t>(std::countr_zero(lanes));
}

template <typename Function>
void for_each_lane(std::uint32_t lanes, Function function) {
  for (; lanes != 0; lanes &= lanes - 1) function(lowest(lanes));
}

bool conflict(AccessKind a, AccessKind b) {
  if (a == AccessKind::kWrite || b == AccessKind::kWrite) return true;
  return a != b;
}

void join(std::vector<std::uint32_t>& clocks, const std::vector<std::uint32_t>& others) {
  if (others.empty()) return;
  if (clocks.empty()) {
    clocks = others;
    return;
  }
  for (std::size_t i = 0; i < clocks.size(); ++i) clocks[i] = std::max(clocks[i], others[i]);
}

void join(Lanes& clocks, const std::uint32_t* others) {
  for (std::uint32_t i = 0; i < kWarpSize; ++i) clocks[i] = std::max(clocks[i], others[i]);
}

}  // namespace

RaceCheck::RaceCheck(const Dim3& block, const Geometry& geometry, const Config& config)
    : config_(config),
      block_(block),
      shared_size_(geometry.shared_size),
      warps_(geometry.warps_per_cta),
      clocks_(std::size_t{2} * warps_ + 1, 1),
      threads_(clocks_.size() * kWarpSize),
      words_(geometry.shared_size / 4 + config.tensor_lanes * config.tensor_columns) {}

void RaceCheck::start_cta(const Dim3& id) {
  cta_ = id;
  first_generation_ = ++generation_;
  engines_ = fences_ = false;
  atomics_.clear();
  mbarriers_.clear();
  for (Clocks& clocks : barriers_) clocks.clear();
  for (Thread& thread : threads_) {
    thread.others.reset();
    thread.fenced = 0;
    thread.seen.clear();
  }
}

void RaceCheck::access(std::uint32_t warp_index, const Warp& warp,
                       const isa::Instruction& instruction, const std::byte* shared) {
  const std::uint32_t size = isa::access_size(instruction.op);
  const std::uint32_t alignment = isa::access_alignment(instruction.op);
  const bool store = isa::is_store(instruction.op);
  const bool mbarrier = isa::is_mbarrier(instruction.op);
  const bool atomic = isa::is_atomic(instruction.op) || mbarrier;
  if (atomic && instruction.drain) fence(warp_index, warp.group());

  Lanes addresses;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    addresses[lane] = warp.x[instruction.rs1][lane] + instruction.imm;
  }
  // Accesses that fault are none.
  std::uint32_t pending = 0;
  for_each_lane(warp.group(), [&](std::uint32_t lane) {
    const std::uint32_t address = addresses[lane];
    const bool inside = address >= kSharedWindow && address - kSharedWindow < shared_size_;
    if (inside && address % alignment == 0) pending |= 1u << lane;
  });
  const std::uint32_t accessing = pending;

  Record record{.lanes = 0,
                .clock = clocks_[warp_index],
                .pc = warp.pc(),
                .warp = static_cast<std::uint16_t>(warp_index),
                .bytes = 0,
                .kind = store    ? AccessKind::kWrite
                        : atomic ? AccessKind::kAtomic
                                 : AccessKind::kRead};
  const Lanes& data = warp.x[instruction.rs2];
  while (pending != 0) {
    const std::uint32_t address = addresses[lowest(pending)];
    const std::uint32_t offset = address - kSharedWindow;
    std::uint32_t matching = 0;
    for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
      matching |= std::uint32_t{addresses[lane] == address} << lane;
    }
    record.lanes = matching & pending;
    record.bytes = size == 8 ? 0xf : static_cast<std::uint8_t>(((1u << size) - 1) << offset % 4);
    bool same_value = store;
    if (store) {
      for_each_lane(record.lanes, [&](std::uint32_t lane) {
        same_value = same_value && std::memcmp(shared + offset, &data[lane], size) == 0;
      });
    }
    access_word(record, offset / 4, same_value);
    if (size == 8) access_word(record, offset / 4 + 1, same_value);
    if (store && !mbarriers_.empty()) mbarriers_.erase(address & ~7u);  // this makes a new one
    pending &= ~record.lanes;
  }

  if (!atomic) return;
  if (mbarrier) {
    order_mbarriers(warp_index, accessing, addresses, instruction.op, data, shared);
  } else if (fences_) {
    order_atomics(warp_index, warp.group(), addresses);
    if (size == 8) {  // and with those on the upper word
      for (std::uint32_t& address : addresses.value) address += 4;
      order_atomics(warp_index, warp.group(), addresses);
    }
  }
  if (instruction.drain) fence(warp_index, warp.group());
}

void RaceCheck::copy(std::uint32_t warp_index, const Warp& warp, const isa::BulkCopy& copy,
                     const std::byte* shared) {
  if (isa::bulk_copy_fault(copy, shared_size_)) return;
  engines_ = fences_ = true;
  const std::uint32_t lane = warp.first_lane();
  const std::uint32_t copier = warps_ + warp_index;
  Clocks known = known_to_engine(warp_index, lane);
  Thread& copying = thread(copier, lane);
  std::copy_n(known.begin() + std::ptrdiff_t{copier} * kWarpSize, kWarpSize,
              copying.own.value.begin());
  copying.others = std::make_shared<const Clocks>(std::move(known));

  Record record{.lanes = 1u << lane,
                .clock = clocks_[copier],
                .pc = warp.pc(),
                .warp = static_cast<std::uint16_t>(copier),
                .bytes = 0xf,
                .kind = AccessKind::kWrite};
  for (std::uint32_t byte = 0; byte < copy.bytes(); byte += 4) {
    const std::uint32_t offset = copy.swizzled(copy.destination + byte);
    access_word(record, offset / 4, false);
    if (!mbarriers_.empty()) mbarriers_.erase(kSharedWindow + (offset & ~7u));
  }
  record.kind = AccessKind::kAtomic;
  access_word(record, copy.mbarrier / 4, false);
  access_word(record, copy.mbarrier / 4 + 1, false);

  MbarrierClocks& clocks = mbarriers_[kSharedWindow + copy.mbarrier];
  tell(copier, lane, clocks_[copier], clocks.arriving);
  std::uint64_t bits;
  std::memcpy(&bits, shared + copy.mbarrier, sizeof bits);
  update_mbarrier(clocks, bits, isa::Op::kMbarrierCompleteTx, copy.bytes());
  ++clocks_[copier];
}

// Of the other threads of the warp, a copy or an MMA comes after what its thread knows to have been
// done, if a fence of either came after it.
RaceCheck::Clocks RaceCheck::known_to_engine(std::uint32_t warp_index, std::uint32_t lane) {
  const Thread& issuing = thread(warp_index, lane);
  Clocks known(threads_.size());
  if (issuing.others != nullptr) join(known, *issuing.others);
  Clock* const warp = known.data() + std::size_t{warp_index} * kWarpSize;
  for (std::uint32_t i = 0; i < kWarpSize; ++i) {
    const Clock fenced = std::max(issuing.fenced, thread(warp_index, i).fenced);
    warp[i] = i == lane ? issuing.fenced : std::min(issuing.own[i], fenced);
  }
  return known;
}

void RaceCheck::tensor_access(std::uint32_t warp_index, const Warp& warp,
                              const isa::Instruction& instruction,
                              const isa::TensorBlocks& blocks) {
  const bool store = instruction.op == isa::Op::kTensorSt;
  Record record{.lanes = 0,
                .clock = clocks_[warp_index],
                .pc = warp.pc(),
                .warp = static_cast<std::uint16_t>(warp_index),
                .bytes = 0xf,
                .kind = store ? AccessKind::kWrite : AccessKind::kRead};
  Lanes addresses = warp.x[instruction.rs1];
  for (std::uint32_t& address : addresses.value) address += instruction.imm;
  std::uint32_t pending = warp.group();
  while (pending != 0) {
    const std::uint32_t address = addresses[lowest(pending)];
    record.lanes = 0;
    for_each_lane(pending, [&](std::uint32_t lane) {
      record.lanes |= std::uint32_t{addresses[lane] == address} << lane;
    });
    pending &= ~record.lanes;
    // Accesses that fault are none.
    if (!blocks.allows(TensorUnit::kCta, address)) continue;
    access_word(record, tensor_word(address >> 16, address & 0xffff), false);
  }
}

// Who takes columns comes after those that gave them back.
void RaceCheck::give_back_columns(const Warp& warp, const isa::Instruction& instruction) {
  const std::uint32_t lane = warp.first_lane();
  const std::uint32_t first = warp.x[instruction.rs1][lane];
  if (first >= config_.tensor_columns) return;  // a fault
  const std::uint32_t block = config_.tensor_columns / isa::kTensorBlocks;
  const std::uint32_t end =
      std::min(config_.tensor_columns, first + std::max(warp.x[instruction.rs2][lane], block));
  for (std::uint32_t row = 0; row < config_.tensor_lanes; ++row) {
    for (std::uint32_t column = first; column < end; ++column) {
      words_[tensor_word(row, column)].records.clear();
    }
  }
}

void RaceCheck::read_tile(const Record& record, const isa::MmaTile& tile, std::uint32_t rows,
                          const isa::TensorMma& mma) {
  if (tile.transposed()) return read_transposed(record, tile, rows, mma);
  const std::uint32_t step_bytes = tile.tile_steps * isa::kKStepBytes;
  const std::uint32_t first = mma.first_step * step_bytes;
  const std::uint32_t end = first + mma.steps * step_bytes;
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t byte = first; byte < end; byte += isa::kOperandUnit) {
      const std::uint32_t word = tile.place(row, byte) / 4;
      for (std::uint32_t i = 0; i < isa::kOperandUnit / 4; ++i)
        access_word(record, word + i, false);
    }
  }
}

/// Word by word: the elements of several rows, whose number is a multiple of 8.
void RaceCheck::read_transposed(const Record& record, const isa::MmaTile& tile, std::uint32_t rows,
                                const isa::TensorMma& mma) {
  const std::uint32_t step_elements = tile.tile_steps * tile.step_elements();
  const std::uint32_t first = mma.first_step * step_elements;
  const std::uint32_t end = first + mma.steps * step_elements;
  for (std::uint32_t k = first; k < end; ++k) {
    for (std::uint32_t row = 0; row < rows; row += 4 / tile.element_bytes) {
      access_word(record, tile.element_place(row, k) / 4, false);
    }
  }
}

/// Of a row's scales or metadata those of the steps.
void RaceCheck::read_scales(const Record& engine_record, const isa::MmaTile& tile,
                            std::uint32_t rows, const isa::TensorMma& mma) {
  const std::uint32_t first = mma.first_step * tile.scale_bytes;
  const std::uint32_t end = first + mma.steps * tile.scale_bytes;
  Record record = engine_record;
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t word = 0; word < tile.scale_pitch / 4; ++word) {
      std::uint32_t bytes = 0;
      for (std::uint32_t i = 0; i < 4; ++i) {
        const std::uint32_t byte = 4 * word + i;
        bytes |= std::uint32_t{byte >= first && byte < end} << i;
      }
      record.bytes = static_cast<std::uint8_t>(bytes);
      if (bytes != 0) access_word(record, tile.scale_place(row, 0) / 4 + word, false);
    }
  }
}

void RaceCheck::mma(const Record& engine_record, const isa::TensorMma& mma) {
  Record record = engine_record;
  record.kind = AccessKind::kRead;
  read_tile(record, mma.a, mma.m, mma);
  read_tile(record, mma.b, mma.n, mma);
  read_scales(record, mma.a, mma.m, mma);
  read_scales(record, mma.b, mma.n, mma);
  record.kind = AccessKind::kWrite;
  for (std::uint32_t m = 0; m < mma.m; ++m) {
    for (std::uint32_t n = 0; n < mma.n; ++n) {
      access_word(record, tensor_word(mma.lane + m, mma.column + n), false);
    }
  }
}

void RaceCheck::commit(const Record& engine_record, std::uint32_t address,
                       const std::byte* shared) {
  Record record = engine_record;
  record.kind = AccessKind::kAtomic;
  const std::uint32_t offset = address - kSharedWindow;
  access_word(record, offset / 4, false);
  access_word(record, offset / 4 + 1, false);
  MbarrierClocks& clocks = mbarriers_[address];
  tell(engine(), 0, clocks_[engine()], clocks.arriving);
  std::uint64_t bits;
  std::memcpy(&bits, shared + offset, sizeof bits);
  update_mbarrier(clocks, bits, isa::Op::kMbarrierArrive, 1);
}

void RaceCheck::tensor(std::uint32_t warp_index, const Warp& warp,
                       const isa::Instruction& instruction, const isa::TensorBlocks& blocks,
                       const std::byte* shared) {
  if (instruction.op == isa::Op::kTensorLd || instruction.op == isa::Op::kTensorSt) {
    tensor_access(warp_index, warp, instruction, blocks);
  }
  if (instruction.op == isa::Op::kTensorDealloc) give_back_columns(warp, instruction);
  if (instruction.unit != isa::Unit::kMma) return;
  const isa::TensorMma operands = mma_operands(warp, instruction);
  const std::uint32_t address = warp.x[instruction.rs1][warp.first_lane()];
  const bool commits = instruction.op == isa::Op::kTensorCommit;
  const auto wrong = commits ? isa::tensor_commit_fault(address, shared_size_)
                             : operands.fault(config_, blocks, TensorUnit::kCta, shared_size_);
  if (wrong) return;
  engines_ = fences_ = true;
  Thread& computing = thread(engine(), 0);
  Clocks known = known_to_engine(warp_index, warp.first_lane());
  if (computing.others != nullptr) join(known, *computing.others);
  std::copy_n(known.begin() + std::ptrdiff_t{engine()} * kWarpSize, kWarpSize,
              computing.own.value.begin());
  computing.others = std::make_shared<const Clocks>(std::move(known));
  issuers_.resize(clocks_[engine()] + 1);
  issuers_.back() = warp_index * kWarpSize + warp.first_lane();
  const Record record{.lanes = 1,
                      .clock = clocks_[engine()],
                      .pc = warp.pc(),
                      .warp = static_cast<std::uint16_t>(engine()),
                      .bytes = 0xf,
                      .kind = AccessKind::kRead};
  if (commits) {
    commit(record, address, shared);
  } else {
    mma(record, operands);
  }
  ++clocks_[engine()];
}

void RaceCheck::synchronize_cta() {
  ++generation_;
  if (!engines_) return;
  Clocks joined;
  const Clocks* last = nullptr;
  const std::span<Thread> threads = std::span(threads_).first(std::size_t{warps_} * kWarpSize);
  for (const Thread& member : threads) {
    if (member.others != nullptr && member.others.get() != last) join(joined, *member.others);
    last = member.others.get();
  }
  if (joined.empty()) return;
  const auto shared = std::make_shared<const Clocks>(std::move(joined));
  for (Thread& member : threads) member.others = shared;
}

void RaceCheck::access_word(const Record& access, std::uint32_t word, bool same_value) {
  std::vector<Record>& records = words_[word].records;
  if (words_[word].generation != generation_) {
    if (words_[word].generation < first_generation_) records.clear();
    std::erase_if(records, [this](const Record& record) { return !is_engine(record); });
    words_[word].generation = generation_;
  }
  const bool write = access.kind == AccessKind::kWrite;
  std::uint32_t added = access.lanes;
  Record* alike = nullptr;
  for (Record& record : records) {
    const auto common = static_cast<std::uint8_t>(record.bytes & access.bytes);
    if (common == 0) continue;
    if (conflict(record.kind, access.kind) && !(same_value && record.kind == AccessKind::kWrite)) {
      compare(record, access, word);
    }
    if (write) {
      // An access to come that races with the record races with this write, too, unless the two
      // themselves did.
      record.bytes = static_cast<std::uint8_t>(record.bytes & ~access.bytes);
    } else if (record.kind == access.kind && record.warp == access.warp) {
      if (record.clock == access.clock && common == access.bytes) {
        added &= ~record.lanes;
        if (record.pc == access.pc && record.bytes == access.bytes) alike = &record;
      } else if (common == record.bytes) {
        record.lanes &= ~access.lanes;
      }
    }
  }
  if (alike != nullptr) {
    alike->lanes |= added;
  } else if (added != 0) {
    records.push_back(access);
    records.back().lanes = added;
  }
  std::erase_if(records,
                [](const Record& record) { return record.bytes == 0 || record.lanes == 0; });
}

void RaceCheck::compare(const Record& earlier, const Record& later, std::uint32_t word) {
  for_each_lane(later.lanes, [&](std::uint32_t lane) {
    const std::uint32_t lanes = unordered(earlier, later, lane);
    if (lanes != 0) {
      found(earlier, later, lowest(lanes), lane, word,
            static_cast<std::uint32_t>(std::popcount(lanes)));
    }
  });
}

// Which threads' earlier accesses the later thread does not know of.
std::uint32_t RaceCheck::unordered(const Record& earlier, const Record& later,
                                   std::uint32_t later_lane) {
  const Thread& knowing = thread(later.warp, later_lane);
  std::uint32_t result = earlier.lanes;
  const Clock* known = nullptr;
  if (earlier.warp == later.warp) {
    // Nothing orders the copies of a thread, but MMAs are one after the other.
    if (!is_engine(earlier) || earlier.warp == engine()) result &= ~(1u << later_lane);
    known = knowing.own.data();
  } else if (knowing.others != nullptr) {
    known = knowing.others->data() + std::size_t{earlier.warp} * kWarpSize;
  }
  if (known == nullptr) return result;
  for_each_lane(result, [&](std::uint32_t lane) {
    if (known[lane] >= earlier.clock) result &= ~(1u << lane);
  });
  return result;
}

void RaceCheck::found(const Record& earlier, const Record& later, std::uint32_t earlier_lane,
                      std::uint32_t later_lane, std::uint32_t word, std::uint32_t count) {
  const auto [place, added] = races_.try_emplace({earlier.pc, later.pc, earlier.kind, later.kind});
  Race& race = place->second;
  if (added) {
    const auto byte = lowest(static_cast<std::uint32_t>(earlier.bytes & later.bytes));
    race.earlier = {earlier.pc, earlier.kind, thread_of(earlier, earlier_lane)};
    race.later = {later.pc, later.kind, thread_of(later, later_lane)};
    race.tensor = word >= shared_size_ / 4;
    if (race.tensor) {
      const std::uint32_t number = word - shared_size_ / 4;
      race.address = number / config_.tensor_columns << 16 | number % config_.tensor_columns;
    } else {
      race.address = kSharedWindow + 4 * word + byte;
    }
    race.ctaid = cta_;
  }
  race.count += count;
}

void RaceCheck::fence(std::uint32_t warp_index, std::uint32_t lanes) {
  fences_ = true;
  for_each_lane(lanes, [&](std::uint32_t lane) {
    Thread& fencing = thread(warp_index, lane);
    fencing.fenced = clocks_[warp_index];
    if (fencing.seen.empty()) return;
    learn(warp_index, 1u << lane, std::make_shared<const Clocks>(std::move(fencing.seen)));
    fencing.seen.clear();
  });
  ++clocks_[warp_index];
}

void RaceCheck::order_atomics(std::uint32_t warp_index, std::uint32_t lanes,
                              const Lanes& addresses) {
  for_each_lane(lanes, [&](std::uint32_t lane) {
    const std::uint32_t address = addresses[lane];
    if (address >= kLocalWindow && address < kSharedWindow) return;
    Thread& acting = thread(warp_index, lane);
    if (const auto told = atomics_.find(address); told != atomics_.end()) {
      join(acting.seen, told->second);
    }
    if (acting.fenced != 0) tell(warp_index, lane, acting.fenced, atomics_[address]);
  });
}

void RaceCheck::order_mbarriers(std::uint32_t warp_index, std::uint32_t lanes,
                                const Lanes& addresses, isa::Op op, const Lanes& operands,
                                const std::byte* shared) {
  if (!fences_) return;
  std::unordered_map<std::uint32_t, std::uint64_t> states;  // as far as the instruction has come
  for_each_lane(lanes, [&](std::uint32_t lane) {
    const std::uint32_t address = addresses[lane];
    MbarrierClocks& clocks = mbarriers_[address];
    if (isa::is_mbarrier_test(op)) {
      if (clocks.ended != nullptr) learn(warp_index, 1u << lane, clocks.ended);
      return;
    }
    const auto [state, first] = states.try_emplace(address);
    if (first)
      std::memcpy(&state->second, shared + (address - kSharedWindow), sizeof state->second);
    const Clock fenced = thread(warp_index, lane).fenced;
    if (op != isa::Op::kMbarrierExpectTx && fenced != 0) {
      tell(warp_index, lane, fenced, clocks.arriving);
    }
    update_mbarrier(clocks, state->second, op, operands[lane]);
  });
}

void RaceCheck::update_mbarrier(MbarrierClocks& clocks, std::uint64_t& bits, isa::Op op,
                                std::uint32_t operand) {
  const bool phase = isa::Mbarrier::from(bits).phase;
  bits = isa::mbarrier_update(op, bits, operand);
  if (isa::Mbarrier::from(bits).phase == phase || clocks.arriving.empty()) return;
  if (clocks.ended != nullptr) join(clocks.arriving, *clocks.ended);
  clocks.ended = std::make_shared<const Clocks>(std::move(clocks.arriving));
  clocks.arriving.clear();
}

void RaceCheck::synchronize_warp(std::uint32_t warp_index, std::uint32_t members) {
  Lanes own;
  Clocks others;
  const Clocks* last = nullptr;
  bool differ = false;
  for_each_lane(members, [&](std::uint32_t lane) {
    const Thread& member = thread(warp_index, lane);
    join(own, member.own.data());
    differ |= lane != lowest(members) && member.others.get() != last;
    last = member.others.get();
  });
  for_each_lane(members, [&](std::uint32_t lane) { own[lane] = clocks_[warp_index]; });
  for_each_lane(members, [&](std::uint32_t lane) { thread(warp_index, lane).own = own; });
  ++clocks_[warp_index];
  if (!differ) return;
  for_each_lane(members, [&](std::uint32_t lane) {
    if (const Thread& member = thread(warp_index, lane); member.others != nullptr) {
      join(others, *member.others);
    }
  });
  const auto joined = std::make_shared<const Clocks>(std::move(others));
  for_each_lane(members, [&](std::uint32_t lane) { thread(warp_index, lane).others = joined; });
}

void RaceCheck::arrive(std::uint32_t barrier, std::uint32_t warp_index, std::uint32_t lanes) {
  for_each_lane(lanes, [&](std::uint32_t lane) {
    tell(warp_index, lane, clocks_[warp_index], barriers_[barrier]);
  });
  ++clocks_[warp_index];
}

void RaceCheck::release(std::uint32_t barrier, std::uint32_t warp_index, std::uint32_t lanes) {
  learn(warp_index, lanes, std::make_shared<const Clocks>(barriers_[barrier]));
}

void RaceCheck::tell(std::uint32_t warp_index, std::uint32_t lane, Clock own, Clocks& clocks) {
  const Thread& telling = thread(warp_index, lane);
  clocks.resize(threads_.size());
  if (telling.others != nullptr) join(clocks, *telling.others);
  Clock* const warp = clocks.data() + std::size_t{warp_index} * kWarpSize;
  for (std::uint32_t i = 0; i < kWarpSize; ++i) warp[i] = std::max(warp[i], telling.own[i]);
  warp[lane] = std::max(warp[lane], own);
}

void RaceCheck::learn(std::uint32_t warp_index, std::uint32_t lanes, const SharedClocks& clocks) {
  // Threads that knew the same know the same afterwards.
  SharedClocks before;
  SharedClocks after = clocks;
  for_each_lane(lanes, [&](std::uint32_t lane) {
    Thread& learning = thread(warp_index, lane);
    join(learning.own, clocks->data() + std::size_t{warp_index} * kWarpSize);
    if (learning.others != before) {
      before = learning.others;
      Clocks joined = *clocks;
      if (before != nullptr) join(joined, *before);
      after = std::make_shared<const Clocks>(std::move(joined));
    }
    learning.others = after;
  });
}

// Of what an engine does, the thread that has issued it.
Dim3 RaceCheck::thread_of(const Record& record, std::uint32_t lane) const {
  const std::uint32_t linear =
      record.warp == engine() ? issuers_[record.clock] : record.warp % warps_ * kWarpSize + lane;
  return {linear % block_.x, linear / block_.x % block_.y, linear / block_.x / block_.y};
}

std::vector<Race> RaceCheck::races() const {
  std::vector<Race> result;
  result.reserve(races_.size());
  for (const auto& [places, race] : races_) result.push_back(race);
  return result;
}

}  // namespace heddle::functional
