// Statements with bulk copies: warps of the CTA copy blocks of read-only data to shared memory, all
// threads wait at an mbarrier until they are there, and read some of it.
#include "random/generator.hpp"
#include "random/program_layout.hpp"

namespace heddle::random {
namespace {

using isa::Op;

constexpr std::uint32_t kBlockBytes = 128;  // what one copy fills; a swizzle stays within
constexpr std::uint32_t kWarpBlocks = 2;    // that a warp has
constexpr std::uint32_t kWarpCopyBytes = kWarpBlocks * kBlockBytes;

std::uint32_t warps_of(std::uint32_t threads) { return (threads + 31) / 32; }

// Offset of the blocks in shared memory; the mbarrier comes behind them.
std::uint32_t blocks_offset(std::uint32_t other_bytes) {
  return (other_bytes + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
}

}  // namespace

std::uint32_t Generator::with_copies(std::uint32_t other_bytes, std::uint32_t threads) {
  return blocks_offset(other_bytes) + warps_of(threads) * kWarpCopyBytes + 8;
}

// Only where all threads of the CTA come, and none has left: so it is known how many bytes will be
// complete.
void Generator::bulk_copies() {
  const std::uint32_t blocks = blocks_offset(shared_bytes(threads_));
  const std::uint32_t mbarrier = blocks + warps_of(threads_) * kWarpCopyBytes;
  const std::uint32_t copying = choice_.between(1, threads_);  // the first threads
  const std::uint32_t copies = choice_.between(1, kWarpBlocks);
  const std::uint32_t warps = warps_of(copying);

  code_.barrier();
  code_.li(kScratch, kSharedWindow + mbarrier);
  code_.li(kScratch2, warps * copies * kBlockBytes << 10);  // bytes to come, no arrivals
  code_.store(Op::kSw, 0, kScratch, 0);
  code_.store(Op::kSw, kScratch2, kScratch, 4);
  code_.barrier();
  const Assembler::Label others = code_.new_label();
  code_.li(kScratch2, copying);
  code_.branch(Op::kBgeu, kThread, kScratch2, others);
  for (std::uint32_t copy = 0; copy < copies; ++copy) {
    bulk_copy(blocks + copy * kBlockBytes, mbarrier);
    for (std::uint32_t left = choice_.below(3); left != 0; --left) simple_statement();
  }
  code_.place(others);
  for (std::uint32_t left = choice_.below(4); left != 0; --left) simple_statement();

  code_.li(kScratch, kSharedWindow + mbarrier);
  wait_for_first_phase();

  // A word of what the warps have copied: number (thread mod 32 * warps).
  code_.li(kScratch, 32 * warps);
  code_.r(Op::kRemu, kScratch, kThread, kScratch);
  code_.i(Op::kSrli, kScratch2, kScratch, 5);
  code_.i(Op::kSlli, kScratch2, kScratch2, 8);
  static_assert(kWarpCopyBytes == 1 << 8);
  code_.i(Op::kAndi, kScratch, kScratch, 31);
  code_.r(Op::kSh2add, kScratch2, kScratch, kScratch2);
  code_.li(kScratch, kSharedWindow + blocks);
  code_.r(Op::kAdd, kScratch, kScratch, kScratch2);
  for (std::uint32_t copy = 0; copy < copies; ++copy) {
    code_.i(Op::kLw, destination(), kScratch, static_cast<std::int32_t>(copy * kBlockBytes));
  }
}

// One copy a group, to the warp's block behind `offset`. Source and destination depend on the
// lowest thread.
void Generator::bulk_copy(std::uint32_t offset, std::uint32_t mbarrier) {
  static constexpr std::uint32_t kRowBytes[] = {16, 32, 64, 128};
  const std::uint32_t row_bytes = choice_.of(kRowBytes), rows = kBlockBytes / row_bytes;
  const std::uint32_t valid_bytes = choice_.one_in(3) ? choice_.below(row_bytes + 1) : row_bytes;
  const std::uint32_t valid_rows = choice_.one_in(3) ? choice_.below(rows + 1) : rows;
  const std::uint32_t pitch = 16 * choice_.below(8);
  const std::uint32_t b = pair();
  std::uint32_t c = pair();
  while (c == b) c = pair();
  code_.li(b, pitch);
  code_.li(kScratch, offset / 16 | choice_.below(4) << 14 | mbarrier / 8 << 16);
  code_.i(Op::kSrli, b + 1, kThread, 5);
  code_.i(Op::kSlli, b + 1, b + 1, 4);
  static_assert(kWarpCopyBytes / 16 == 1 << 4);
  code_.r(Op::kAdd, b + 1, b + 1, kScratch);
  code_.li(c, row_bytes | valid_bytes << 16);
  code_.li(c + 1, rows | valid_rows << 16);
  code_.i(Op::kAndi, kScratch, kThread, 127);
  code_.i(Op::kSlli, kScratch, kScratch, 4);
  code_.r(Op::kAdd, kScratch, kScratch, kConstants);
  code_.i(Op::kAddi, kScratch, kScratch, static_cast<std::int32_t>(16 * choice_.below(64)));
  code_.emit(Op::kBulkLoad, {.rs1 = kScratch, .rs2 = b, .rs3 = c});
}

}  // namespace heddle::random
