#include "device/mbarrier_waits.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <vector>

#include "isa/instructions.hpp"

namespace heddle {
namespace {

/// rs1 of the `mbarrier.test` in the smallest loop around `pc` that has one. A loop is what lies
/// between a branch or jump and a place before it to which it goes.
std::optional<std::uint32_t> tested_register(std::uint32_t pc, const MbarrierView& view) {
  constexpr std::uint32_t kReach = 512;  // bytes on each side of the PC that are looked at
  const std::uint32_t begin = pc - std::min(pc, kReach);
  std::vector<isa::Instruction> code;
  for (std::uint32_t at = begin; at <= pc + kReach; at += 4) {
    code.push_back(isa::decode(view.code(at)));
  }
  std::optional<std::uint32_t> found;
  std::uint32_t least = ~0U;
  for (std::uint32_t end = pc; end <= pc + kReach; end += 4) {
    const isa::Instruction& back = code[(end - begin) / 4];
    const bool jumps =
        back.unit == isa::Unit::kBranch || (back.op == isa::Op::kJal && back.rd == 0);
    const std::uint32_t start = end + back.imm;
    if (!jumps || start < begin || start > pc || end - start >= least) continue;
    for (std::uint32_t at = start; at < end; at += 4) {
      const isa::Instruction& test = code[(at - begin) / 4];
      if (test.op != isa::Op::kMbarrierTest) continue;
      found = test.rs1;
      least = end - start;
    }
  }
  return found;
}

}  // namespace

void find_mbarrier_waits(std::vector<WarpPosition>& warps, const MbarrierView& view) {
  constexpr std::uint32_t kShared = 0xf0000000;
  for (WarpPosition& warp : warps) {
    const auto reg = tested_register(warp.pc, view);
    if (!reg || warp.mask == 0) continue;
    warp.mbarrier.emplace();
    if (!view.reg) continue;
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(warp.mask));
    const std::uint32_t address = view.reg(warp.warp, *reg, lane);
    const std::uint32_t offset = address - kShared;
    if (address < kShared || offset % 8 != 0 || view.shared_size < 8 ||
        offset > view.shared_size - 8) {
      continue;  // the register is used for something else there
    }
    warp.mbarrier->address = address;
    warp.mbarrier->bits =
        std::uint64_t{view.shared(warp.warp, offset + 4)} << 32 | view.shared(warp.warp, offset);
  }
}

}  // namespace heddle
