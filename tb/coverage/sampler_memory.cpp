// Memory accesses: windows, lines, passes of the shared memory, decisions of the caches; the matrix
// engine.
#include <bit>

#include "coverage/sampler.hpp"
#include "isa/instructions.hpp"

namespace heddle::coverage {

std::size_t count_class(std::uint32_t count) {
  return static_cast<std::size_t>(std::bit_width(count - 1));
}

void Sampler::sample_memory(const timed::Sm& sm) {
  const timed::Row& row = sm.operand_collector().out().row;
  if (row.valid && !row.high && row.decoded->instruction.unit == isa::Unit::kMemory) {
    const isa::Instruction& instruction = row.decoded->instruction;
    Warp& warp = warps_[row.warp];
    const Access access = access_of(instruction.op);
    if (row.first) warp.windows = 0;
    for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
      if ((row.mask >> lane & 1) == 0) continue;
      const std::uint32_t top = (row.a[lane] + instruction.imm) >> 28;
      if (access == kMbarrierAccess && top != 0xf) continue;  // it faults
      warp.windows |= top == 0xf ? 4U : top == 0xe ? 2U : 1U;
    }
    // By the set of windows, bit 0 global, 1 local, 2 shared.
    constexpr std::array<std::size_t, 8> kPlace{0, 0, 1, 3, 2, 4, 5, 6};
    if (row.last && warp.windows != 0) windows_.hit({access, kPlace[warp.windows]});
  }
  const timed::LoadReturn::Outputs& load_return = sm.load_return().out();
  if (const timed::LineEvent* line = sm.coalescer().line(load_return, sm.l1_cache().out().ready)) {
    LineCount& access = accesses_[line->entry];
    access.lines += line->line ? 1U : 0U;
    if (line->closed && access.lines != 0) lines_.hit({access.access, count_class(access.lines)});
  }
  if (const timed::AllocEvent* alloc =
          sm.coalescer().alloc(load_return, sm.shared_memory().out().idle)) {
    accesses_[load_return.entry] = {access_of(alloc->op), 0};
  }
}

void Sampler::sample_shared_memory(const timed::Sm& sm) {
  const timed::SharedMemory::Outputs& shared = sm.shared_memory().out();
  row_passes_ += shared.pass_served ? 1U : 0U;
  if (shared.row_served && !shared_rows_.empty()) {
    passes_.hit({shared_rows_.front(), count_class(row_passes_)});
    shared_rows_.pop_front();
    row_passes_ = 0;
  }
  // Rows without shared lanes raise no event.
  const timed::MemoryQueue::Outputs& queue = sm.memory_queue().out();
  if (queue.any_shared && sm.memory_queue().transfers(shared.ready, sm.coalescer().out().ready) &&
      queue.row->shared_mask != 0) {
    shared_rows_.push_back(access_of(queue.row->op));
  }
}

void Sampler::sample_caches(const timed::Gpu& gpu) {
  using Found = timed::L1Cache::Found;
  const timed::L1Cache::Decision& l1 = gpu.sm().l1_cache().decision();
  if (l1.valid) {
    l1_.hit({static_cast<std::size_t>(l1.access), static_cast<std::size_t>(l1.found)});
    if (l1.access == timed::L1Cache::Access::kLoad && l1.found != Found::kHit) {
      l1_load_miss_.hit({l1.fills ? 0U : l1.found == Found::kComing ? 1U : 2U});
    }
  }
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    const timed::L2Slice::Decision& l2 = gpu.l2_slice(channel).out().decision;
    if (l2.valid) l2_.hit({static_cast<std::size_t>(l2.kind), l2.evicts ? 1U : 0U});
  }
}

void Sampler::sample_mma(const isa::TensorMma& mma) {
  const std::size_t which = (mma.a.transposed() ? 1U : 0U) + (mma.b.transposed() ? 2U : 0U);
  // The axis leaves out kNone, which is a fault.
  mma_.hit({static_cast<std::size_t>(isa::mma_class(mma.a_format)) - 1, mma.scale_format, which});
  if (mma.sparse) sparse_.hit({mma.sparse_element_bytes() == 2 ? 0U : 1U, which});
  for (const bool b : {false, true}) {
    const isa::MmaTile& tile = b ? mma.b : mma.a;
    if (!tile.transposed()) continue;
    transposed_.hit({b ? 1U : 0U, tile.element_bytes == 2 ? 0U : 1U, tile.layout,
                     (b ? mma.n : mma.m) > tile.slab_rows() ? 1U : 0U});
  }
}

void Sampler::sample_matrix_engine(const timed::TensorCore& core) {
  enum : std::size_t { kIssued, kWaitsForA, kWaitsForB, kWaitsForWords, kHeld, kLeaves, kFull };
  if (const timed::MmaStep* made = core.control().events().step;
      made != nullptr && !made->command.commit) {
    const isa::TensorMma& mma = made->command.mma;
    if (made->k_step == mma.first_step && made->block == 0) sample_mma(mma);
  }
  const timed::MmaSequencer& sequencer = core.sequencer();
  const timed::MmaStep* step = sequencer.head();
  if (step == nullptr) return;
  if (step->command.commit) {
    matrix_engine_.hit({sequencer.commits() < timed::MmaSequencer::kCommits ? kLeaves : kFull});
  } else if (!core.loader_a().out().batch_there) {
    matrix_engine_.hit({kWaitsForA});
  } else if (!core.loader_b().out().half_there[step->half]) {
    matrix_engine_.hit({kWaitsForB});
  } else if (sequencer.must_wait(core.memory())) {
    matrix_engine_.hit({kWaitsForWords});
  } else {
    matrix_engine_.hit({core.access_out().hold ? kHeld : kIssued});
  }
}

}  // namespace heddle::coverage
