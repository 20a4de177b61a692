// Statements with the matrix engine: a thread takes columns of tensor memory, all threads fill two
// tiles of shared memory and, if they shall count, some accumulators; a group issues MMAs and
// commits; all threads wait for the end of the phase, and load some of D. Which columns it is
// depends on other CTAs, so that no register keeps anything of it.
#include <algorithm>

#include "random/generator.hpp"
#include "random/program_layout.hpp"

namespace heddle::random {
namespace {

using isa::Op;

constexpr std::uint32_t kTileBytes = 4096;  // of both tiles
constexpr std::uint32_t kTileAlignment = 128;

// Offset of the tiles in shared memory; behind them are the mbarrier and the first column.
std::uint32_t tiles_offset(std::uint32_t other_bytes) {
  return (other_bytes + kTileAlignment - 1) / kTileAlignment * kTileAlignment;
}

constexpr std::uint32_t pitch_of(std::uint32_t layout) { return layout == 0 ? 32 : 16u << layout; }

constexpr std::uint32_t kATransposed = 1u << 30, kBTransposed = 1u << 31;

// K-steps that a tile may have: those of its rows, or of a transposed one what the tiles' bytes
// hold.
std::uint32_t k_steps_of(bool transposed, std::uint32_t layout, std::uint32_t element_bytes) {
  if (!transposed) return pitch_of(layout) / 32;
  return std::min(4u, kTileBytes / (32 / element_bytes * pitch_of(layout)));
}

}  // namespace

std::uint32_t Generator::with_tensor(std::uint32_t other_bytes) {
  return tiles_offset(other_bytes) + kTileBytes + 16;
}

Generator::TensorPlan Generator::choose_tensor_plan() {
  static constexpr std::uint32_t kSizes[] = {8, 16, 32};
  static constexpr std::uint32_t kColumns[] = {1, 2, 16, 32, 64};
  TensorPlan plan;
  plan.tiles = tiles_offset(options_.bulk_copies ? with_copies(shared_bytes(threads_), threads_)
                                                 : shared_bytes(threads_));
  plan.mbarrier = plan.tiles + kTileBytes;
  // A word of D for every thread.
  do {
    plan.m = choice_.of(kSizes);
    plan.n = choice_.of(kSizes);
  } while (plan.m * plan.n < threads_);
  do {
    plan.a_layout = choice_.below(4);
    plan.b_layout = choice_.below(4);
  } while (plan.m * pitch_of(plan.a_layout) + plan.n * pitch_of(plan.b_layout) > kTileBytes);
  plan.lane = 8 * choice_.below((config_.tensor_lanes - plan.m) / 8 + 1);
  do {
    plan.columns = choice_.of(kColumns);
  } while (std::max(plan.columns, config_.tensor_columns / 8) < plan.n);
  plan.accumulates = choice_.one_in(2);
  return plan;
}

/// The tiles have data, and the mbarrier waits for `commits` arrivals; thread 0 has the columns.
void Generator::prepare_tensor(const TensorPlan& plan, std::uint32_t commits) {
  code_.barrier();
  const Assembler::Label copy = code_.new_label(), filled = code_.new_label();
  code_.li(kScratch, kSharedWindow + plan.tiles);
  code_.r(Op::kSh2add, kScratch, kThread, kScratch);
  code_.li(kScratch2, kSharedWindow + plan.mbarrier);
  code_.li(kLink, 4 * choice_.below(1024));
  code_.r(Op::kSh2add, kLink, kThread, kLink);
  code_.r(Op::kAdd, kLink, kLink, kConstants);
  const std::uint32_t word = choice_.of(kPool);
  code_.place(copy);
  code_.branch(Op::kBgeu, kScratch, kScratch2, filled);
  code_.i(Op::kLw, word, kLink, 0);
  code_.store(Op::kSw, word, kScratch, 0);
  code_.r(Op::kSh2add, kScratch, kThreads, kScratch);
  code_.r(Op::kSh2add, kLink, kThreads, kLink);
  code_.jal(0, copy);
  code_.place(filled);
  code_.li(kScratch, commits << 2 | commits << 22);
  code_.store(Op::kSw, kScratch, kScratch2, 0);
  code_.store(Op::kSw, 0, kScratch2, 4);

  const Assembler::Label others = code_.new_label();
  code_.branch(Op::kBne, kThread, 0, others);
  code_.li(kLink, plan.columns);
  const Assembler::Label again = code_.here();
  code_.emit(Op::kTensorAlloc, {.rd = kScratch, .rs1 = kLink});
  code_.branch(Op::kBlt, kScratch, 0, again);  // other CTAs have too many
  code_.store(Op::kSw, kScratch, kScratch2, 8);
  code_.place(others);
  code_.barrier();
}

/// Puts the tensor address of the thread's word of D, less the immediate that is returned, into
/// kScratch2; changes kScratch.
std::int32_t Generator::own_tensor_address(const TensorPlan& plan) {
  const auto shift = static_cast<std::int32_t>(std::countr_zero(plan.m));
  code_.li(kScratch, kSharedWindow + plan.mbarrier);
  code_.i(Op::kLw, kScratch2, kScratch, 8);
  code_.i(Op::kSrli, kScratch, kThread, shift);
  code_.r(Op::kAdd, kScratch2, kScratch2, kScratch);
  code_.i(Op::kAndi, kScratch, kThread, static_cast<std::int32_t>(plan.m) - 1);
  code_.i(Op::kSlli, kScratch, kScratch, 16);
  code_.r(Op::kAdd, kScratch2, kScratch2, kScratch);
  const std::int32_t offset = static_cast<std::int32_t>(choice_.below(4096)) - 2048;
  code_.li(kScratch, (plan.lane << 16) - static_cast<std::uint32_t>(offset));
  code_.r(Op::kAdd, kScratch2, kScratch2, kScratch);
  return offset;
}

// Of formats that have scales, half of the MMAs have them.
std::uint32_t Generator::choose_scale_format(std::uint32_t format) {
  static constexpr std::uint32_t kScaledByteFloats = 7;  // bit of TENSOR_FORMATS
  const isa::MmaClass elements = isa::mma_class(format);
  if (elements == isa::MmaClass::kFp4) return choice_.one_in(2) ? 0 : choice_.between(1, 2);
  const bool scaled = elements == isa::MmaClass::kByteFloat &&
                      (config_.tensor_formats >> kScaledByteFloats & 1) != 0;
  return scaled ? choice_.below(2) : 0;
}

// Offset / 16 of a scale tile anywhere in the tiles.
std::uint32_t Generator::choose_scale_tile(const TensorPlan& plan, std::uint32_t rows,
                                           std::uint32_t scales) {
  if (scales == 0) return 0;
  return plan.tiles / 16 + choice_.below((kTileBytes - 4 * scales * rows) / 16 + 1);
}

std::uint32_t Generator::choose_mma_descriptor(const TensorPlan& plan, bool accumulate) {
  static constexpr std::uint32_t kFormats[] = {0, 1, 2, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15};
  const auto built = [&](std::uint32_t format) {
    return (config_.tensor_formats >> isa::mma_format_bit(format) & 1) != 0;
  };
  std::uint32_t a = 0, b = 0;
  do {
    a = choice_.of(kFormats);
    b = choice_.one_in(2) ? a : choice_.of(kFormats);
  } while (!built(a) || !built(b) || isa::mma_class(a) != isa::mma_class(b));
  const std::uint32_t bytes =
      config_.tensor_transpose != 0 ? isa::transposed_bytes(isa::mma_class(a)) : 0;
  const bool transposes = bytes != 0 && choice_.one_in(2);
  const bool a_transposed = transposes && choice_.one_in(2);
  const bool b_transposed = transposes && (!a_transposed || choice_.one_in(2));
  const std::uint32_t row_steps = std::min(k_steps_of(a_transposed, plan.a_layout, bytes),
                                           k_steps_of(b_transposed, plan.b_layout, bytes));
  const std::uint32_t steps = choice_.between(1, row_steps);
  const std::uint32_t first = choice_.below(row_steps - steps + 1);
  return a | b << 4 | choice_.below(8) << 8 | choice_.below(4) << 11 |
         (accumulate ? 1u : 0u) << 13 | first << 14 | (steps - 1) << 16 | (plan.m / 8 - 1) << 18 |
         (plan.n / 8 - 1) << 23 | (transposes ? 0 : choose_scale_format(a)) << 28 |
         (a_transposed ? kATransposed : 0) | (b_transposed ? kBTransposed : 0);
}

// The tile of A or B, K-major where the plan has it; a transposed one, and scales, anywhere.
Generator::TileWords Generator::choose_tile(const TensorPlan& plan, std::uint32_t descriptor,
                                            bool of_b) {
  const std::uint32_t layout = of_b ? plan.b_layout : plan.a_layout;
  const std::uint32_t rows = of_b ? plan.n : plan.m, format = descriptor & 15;
  if ((descriptor & (of_b ? kBTransposed : kATransposed)) == 0) {
    const std::uint32_t before = of_b ? plan.m * pitch_of(plan.a_layout) : 0;
    const std::uint32_t scales = isa::mma_scales(isa::mma_class(format), descriptor >> 28 & 3);
    return {(plan.tiles + before) / 16 | layout << 14, choose_scale_tile(plan, rows, scales)};
  }
  const std::uint32_t element_bytes = isa::transposed_bytes(isa::mma_class(format));
  const std::uint32_t end = (descriptor >> 14 & 3) + (descriptor >> 16 & 3) + 1;
  const std::uint32_t slabs = (rows - 1) / (pitch_of(layout) / element_bytes);  // before the last
  // In units of 16 bytes
  std::uint32_t room = (kTileBytes - end * (32 / element_bytes) * pitch_of(layout)) / 16;
  const std::uint32_t slab = choice_.below(slabs == 0 ? 1u << 14 : room / slabs + 1);
  room -= slabs * slab;
  return {(plan.tiles / 16 + choice_.below(room + 1)) | layout << 14, slab << 18};
}

void Generator::mma(const TensorPlan& plan, bool accumulate) {
  const std::uint32_t a = pair();
  std::uint32_t b = pair();
  while (b == a) b = pair();
  code_.li(kScratch, kSharedWindow + plan.mbarrier);
  code_.i(Op::kLw, kScratch, kScratch, 8);
  code_.i(Op::kSlli, kScratch, kScratch, 16);
  const std::uint32_t descriptor = choose_mma_descriptor(plan, accumulate);
  const TileWords a_words = choose_tile(plan, descriptor, false);
  const TileWords b_words = choose_tile(plan, descriptor, true);
  code_.li(a, a_words.low);
  code_.r(Op::kAdd, a, a, kScratch);
  code_.li(b, b_words.low | plan.lane << 16);
  code_.li(a + 1, a_words.high);
  code_.li(b + 1, b_words.high);
  code_.li(kScratch, descriptor);
  code_.emit(Op::kTensorMma, {.rs1 = kScratch, .rs2 = a, .rs3 = b});
  code_.li(a, choice_.below(1000));
}

// Only where all threads of the CTA come, and none has left.
void Generator::tensor_statement() {
  const TensorPlan plan = choose_tensor_plan();
  const std::uint32_t commits = choice_.between(1, 2), mmas = choice_.between(1, 3);
  prepare_tensor(plan, commits);
  if (plan.accumulates) {
    const std::int32_t offset = own_tensor_address(plan);
    code_.store(Op::kTensorSt, source(), kScratch2, offset);
    code_.barrier();
  }
  const Assembler::Label others = code_.new_label();
  code_.li(kScratch, choice_.between(1, std::min(threads_, 32u)));  // the first threads
  code_.branch(Op::kBgeu, kThread, kScratch, others);
  for (std::uint32_t i = 0; i < mmas; ++i) {
    mma(plan, plan.accumulates || (i != 0 && !choice_.one_in(3)));
    for (std::uint32_t left = choice_.below(3); left != 0; --left) simple_statement();
    for (std::uint32_t left = i + 1 == mmas ? commits : 0; left != 0; --left) {
      code_.li(kScratch, kSharedWindow + plan.mbarrier);
      code_.emit(Op::kTensorCommit, {.rs1 = kScratch});
    }
  }
  code_.place(others);
  for (std::uint32_t left = choice_.below(4); left != 0; --left) simple_statement();

  code_.li(kScratch, kSharedWindow + plan.mbarrier);
  wait_for_first_phase();
  const std::int32_t offset = own_tensor_address(plan);
  code_.i(Op::kTensorLd, destination(), kScratch2, offset);
  if (choice_.one_in(3)) code_.store(Op::kTensorSt, source(), kScratch2, offset);
  code_.barrier();
  const Assembler::Label rest = code_.new_label();
  code_.branch(Op::kBne, kThread, 0, rest);
  code_.li(kScratch, kSharedWindow + plan.mbarrier);
  code_.i(Op::kLw, kScratch, kScratch, 8);
  code_.li(kScratch2, plan.columns);
  code_.emit(Op::kTensorDealloc, {.rs1 = kScratch, .rs2 = kScratch2});
  code_.place(rest);
}

// The CTA ends with columns, and perhaps before its MMAs. No statement comes behind it, which would
// wait for columns of CTAs that wait for these.
void Generator::tensor_at_end() {
  const TensorPlan plan = choose_tensor_plan();
  prepare_tensor(plan, 1);
  const Assembler::Label others = code_.new_label();
  code_.li(kScratch, choice_.below(threads_));
  code_.branch(Op::kBne, kThread, kScratch, others);
  for (std::uint32_t left = choice_.between(1, 3); left != 0; --left) mma(plan, false);
  code_.place(others);
}

}  // namespace heddle::random
