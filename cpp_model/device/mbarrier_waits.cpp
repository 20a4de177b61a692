#include "device/mbarrier_waits.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "isa/instructions.hpp"
#include "isa/mbarrier.hpp"

namespace heddle {
namespace {

using isa::Instruction;
using Registers = std::uint32_t;  ///< a bit each

Registers bit_of(std::uint32_t reg) { return 1U << reg; }

Registers read_by(const Instruction& instruction) {
  return (instruction.reads_rs1 ? bit_of(instruction.rs1) : 0) |
         (instruction.reads_rs2 ? bit_of(instruction.rs2) : 0);
}

Registers written_by(const Instruction& instruction) {
  return instruction.writes_rd ? bit_of(instruction.rd) : 0;
}

bool is_test(const Instruction& instruction) { return isa::is_mbarrier_test(instruction.op); }

bool reads_csr(const Instruction& instruction) {
  return instruction.op == isa::Op::kCsrrs && !instruction.reads_rs1;
}

/// The others are what a thread is, and stay.
bool reads_counter(const Instruction& instruction) {
  return reads_csr(instruction) && instruction.word >> 20 >= isa::csr::kCycle &&
         instruction.word >> 20 <= isa::csr::kInstreth;
}

bool is_branch(const Instruction& instruction) { return instruction.unit == isa::Unit::kBranch; }

bool is_jump(const Instruction& instruction) {
  return instruction.op == isa::Op::kJal && instruction.rd == 0;
}

bool jumps(const Instruction& instruction) {
  return is_branch(instruction) || is_jump(instruction);
}

/// Where the branch or jump at an index goes; code.size(): out of the code.
std::size_t target(std::span<const Instruction> code, std::size_t at) {
  const auto to = static_cast<std::ptrdiff_t>(at) + static_cast<std::int32_t>(code[at].imm) / 4;
  return to >= 0 && to < std::ssize(code) ? static_cast<std::size_t>(to) : code.size();
}

/// What a loop waits for, as far as its code says it.
struct Wait {
  std::optional<std::uint32_t> address;  ///< the register of the mbarrier's
  std::optional<std::uint32_t> parity;   ///< that of the phase whose end ends the wait
};

/// The instructions around a PC in some code through which a warp there may come back to it.
class Loop {
 public:
  Loop(std::span<const Instruction> code, std::size_t pc) : code_(code), inside_(code.size() + 1) {
    std::vector<bool> leads_back(code.size() + 1);
    until_nothing_changes([&](std::size_t i) {
      if (leads_back[i]) return false;
      for_each_next(i, [&](std::size_t next) {
        if (next == pc || leads_back[next]) leads_back[i] = true;
      });
      return bool{leads_back[i]};
    });
    std::vector<std::size_t> reached;
    const auto reach = [&](std::size_t next) {
      if (!leads_back[next] || inside_[next]) return;
      inside_[next] = true;
      reached.push_back(next);
    };
    reach(pc);
    while (!reached.empty()) {
      const std::size_t i = reached.back();
      reached.pop_back();
      for_each_next(i, reach);
      written_ |= written_by(code[i]);
      harmless_ &= is_harmless(code[i]);
      if (is_test(code[i])) tests_.push_back(i);
    }
  }

  std::size_t size() const { return code_.size(); }

  /// Whether a warp in it can do nothing until an mbarrier changes: no instruction has an effect
  /// outside of the warp, or waits for something else; there is a test to whose next time no
  /// register brings anything, as a count of tests would; and no counter decides when it ends.
  bool only_waits() const {
    const auto begins_anew = [&](std::size_t test) { return (written_ & needed_at(test)) == 0; };
    return harmless_ && std::ranges::any_of(tests_, begins_anew) && !ends_by_counter();
  }

  Wait wait() const {
    Wait wait;
    const Instruction& test = code_[tests_[0]];
    for (const std::size_t other : tests_) {
      if (code_[other].word != test.word) return wait;
    }
    const auto unless_written = [&](std::uint32_t reg) {
      return (written_ & bit_of(reg)) == 0 ? std::optional(reg) : std::nullopt;
    };
    wait.address = unless_written(test.rs1);
    if (test.op == isa::Op::kMbarrierTryWait) wait.parity = unless_written(test.rs2);
    return wait;
  }

 private:
  static bool is_harmless(const Instruction& instruction) {
    return is_test(instruction) || instruction.unit == isa::Unit::kAlu || jumps(instruction) ||
           reads_csr(instruction);
  }

  /// update(index) of all instructions, backwards, until none gives true.
  template <typename Update>
  void until_nothing_changes(Update update) const {
    for (bool changes = true; changes;) {
      changes = false;
      for (std::size_t i = size(); i-- != 0;) changes |= update(i);
    }
  }

  /// visit(index) of each instruction that may be the next one; size(): one out of the code.
  template <typename Visit>
  void for_each_next(std::size_t at, Visit visit) const {
    const Instruction& instruction = code_[at];
    if (jumps(instruction)) visit(target(code_, at));
    if (!is_jump(instruction) && instruction.op != isa::Op::kEbreak) visit(at + 1);
  }

  /// Registers that may be read, in the loop, before they are written.
  Registers needed_at(std::size_t at) const {
    std::vector<Registers> needed(size() + 1);
    until_nothing_changes([&](std::size_t i) {
      if (!inside_[i]) return false;
      Registers now = 0;
      for_each_next(i, [&](std::size_t next) { now |= needed[next]; });
      now = (now & ~written_by(code_[i])) | read_by(code_[i]);
      return std::exchange(needed[i], now) != now;
    });
    return needed[at];
  }

  /// Whether a branch out of the loop looks at what was made of a counter in it.
  bool ends_by_counter() const {
    std::vector<Registers> counters(size() + 1);
    bool ends = false;
    until_nothing_changes([&](std::size_t i) {
      if (!inside_[i]) return false;
      const Registers written = written_by(code_[i]);
      const bool looks = (read_by(code_[i]) & counters[i]) != 0;
      const Registers behind =
          (counters[i] & ~written) | (looks || reads_counter(code_[i]) ? written : 0);
      bool changes = false;
      for_each_next(i, [&](std::size_t next) {
        changes |= (behind & ~counters[next]) != 0;
        counters[next] |= behind;
        ends |= looks && is_branch(code_[i]) && !inside_[next];
      });
      return changes;
    });
    return ends;
  }

  std::span<const Instruction> code_;
  std::vector<bool> inside_;
  std::vector<std::size_t> tests_;
  Registers written_ = 0;
  bool harmless_ = true;
};

/// The wait of the smallest loop around `pc` that only waits: of the code between a branch or jump
/// and where it goes back to.
std::optional<Wait> wait_around(std::uint32_t pc, const MbarrierView& view) {
  constexpr std::uint32_t kReach = 512;  // bytes on each side of the PC
  const std::uint32_t own = std::min(pc, kReach) / 4;
  std::vector<Instruction> code;
  for (std::uint32_t i = 0; i <= own + kReach / 4; ++i) {
    code.push_back(isa::decode(view.code(pc + 4 * i - 4 * own)));
  }
  std::optional<Loop> found;
  for (std::size_t end = own; end < code.size(); ++end) {
    if (!jumps(code[end]) || target(code, end) > own) continue;
    const std::size_t start = target(code, end), size = end - start + 1;
    if (found && size >= found->size()) continue;
    const Loop loop(std::span<const Instruction>(code).subspan(start, size), own - start);
    if (loop.only_waits()) found = loop;
  }
  return found ? std::optional(found->wait()) : std::nullopt;
}

}  // namespace

void find_mbarrier_waits(std::vector<WarpPosition>& warps, const MbarrierView& view) {
  constexpr std::uint32_t kShared = 0xf0000000;
  for (WarpPosition& warp : warps) {
    if (warp.mask == 0) continue;
    const auto wait = wait_around(warp.pc, view);
    if (!wait) continue;
    warp.mbarrier.emplace();
    if (!view.reg || !wait->address) continue;
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(warp.mask));
    const std::uint32_t address = view.reg(warp.warp, *wait->address, lane);
    const std::uint32_t offset = address - kShared;
    if (address < kShared || offset % 8 != 0 || view.shared_size < 8 ||
        offset > view.shared_size - 8) {
      continue;  // the register is not loaded yet, or the next test faults
    }
    const std::uint32_t low = view.shared(warp.warp, offset);
    if (wait->parity && ((view.reg(warp.warp, *wait->parity, lane) ^ low) & 1) != 0) {
      warp.mbarrier.reset();  // the phase has ended
      continue;
    }
    warp.mbarrier->address = address;
    warp.mbarrier->bits = std::uint64_t{view.shared(warp.warp, offset + 4)} << 32 | low;
  }
}

}  // namespace heddle
