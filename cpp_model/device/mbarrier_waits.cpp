#include "device/mbarrier_waits.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <vector>

#include "isa/instructions.hpp"
#include "isa/mbarrier.hpp"

namespace heddle {
namespace {

/// The code around a PC, and the loops in it. A loop is what lies between a branch or jump and a
/// place before it to which it goes.
class Surroundings {
 public:
  Surroundings(std::uint32_t pc, const MbarrierView& view) : begin_(pc - std::min(pc, kReach)) {
    for (std::uint32_t at = begin_; at <= pc + kReach; at += 4) {
      code_.push_back(isa::decode(view.code(at)));
      const isa::Instruction& back = code_.back();
      const bool jumps =
          back.unit == isa::Unit::kBranch || (back.op == isa::Op::kJal && back.rd == 0);
      const std::uint32_t start = at + back.imm;
      if (jumps && start >= begin_ && start < at) loops_.push_back({start, at});
    }
    std::ranges::stable_sort(loops_, {}, &Loop::size);
  }

  /// rs1 of the instruction with which the warp at `pc` waits.
  std::optional<std::uint32_t> awaited_register(std::uint32_t pc) const {
    std::optional<std::uint32_t> found;
    std::uint32_t least = ~0U;
    for (std::uint32_t i = 0; i < code_.size(); ++i) {
      if (!isa::is_mbarrier_test(code_[i].op)) continue;
      const std::uint32_t at = begin_ + 4 * i;
      const auto around = [&](const Loop& loop) { return loop.holds(at); };
      const auto innermost = std::ranges::find_if(loops_, around);
      const auto both = std::ranges::find_if(
          loops_, [&](const Loop& loop) { return loop.holds(at) && loop.holds(pc); });
      if (both == loops_.end() || both->size() >= least) continue;
      // Else the warp has come out of the loop that waits, to other work in a loop around it.
      if (both->size() != innermost->size() && !only_waits(*both)) continue;
      found = code_[i].rs1;
      least = both->size();
    }
    return found;
  }

 private:
  static constexpr std::uint32_t kReach = 512;  ///< bytes on each side of the PC

  struct Loop {
    std::uint32_t start = 0, end = 0;  ///< first and last instruction

    bool holds(std::uint32_t pc) const { return pc >= start && pc <= end; }
    std::uint32_t size() const { return end - start; }
  };

  /// Whether nothing in a loop can have an effect outside of the warp, or wait for something else.
  bool only_waits(const Loop& loop) const {
    const auto first = code_.begin() + (loop.start - begin_) / 4;
    return std::all_of(first, first + loop.size() / 4 + 1, [](const isa::Instruction& instruction) {
      return isa::is_mbarrier_test(instruction.op) || instruction.unit == isa::Unit::kAlu ||
             instruction.unit == isa::Unit::kBranch || instruction.unit == isa::Unit::kCsr ||
             instruction.op == isa::Op::kEbreak ||
             (instruction.op == isa::Op::kJal && instruction.rd == 0);
    });
  }

  std::uint32_t begin_;
  std::vector<isa::Instruction> code_;
  std::vector<Loop> loops_;  ///< the smallest first
};

}  // namespace

void find_mbarrier_waits(std::vector<WarpPosition>& warps, const MbarrierView& view) {
  constexpr std::uint32_t kShared = 0xf0000000;
  for (WarpPosition& warp : warps) {
    if (warp.mask == 0) continue;
    const auto reg = Surroundings(warp.pc, view).awaited_register(warp.pc);
    if (!reg) continue;
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
