// Programs that execute groups of conformance cases in every lane and under many masks, and the
// comparison of their results with what the cases expect.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "conformance/reference.hpp"
#include "device/device.hpp"
#include "execute/operand_generator.hpp"
#include "random/assembler.hpp"

namespace heddle::conformance {

/// Registers of a case's instruction: operands, which a case must not write, and scratch.
inline constexpr std::uint32_t kA = 10;
inline constexpr std::uint32_t kB = 11;
inline constexpr std::uint32_t kC = 12;
inline constexpr std::uint32_t kFcsr = 14;
inline constexpr std::uint32_t kScratch = 28;  // and the next three

/// Where programs have their code and data.
inline constexpr std::uint32_t kCodeBase = 0x00010000;
inline constexpr std::uint32_t kOperands = 0x01000000;
inline constexpr std::uint32_t kResults = 0x02000000;
inline constexpr std::uint32_t kGlobal = 0x00800000;
inline constexpr std::uint32_t kLocalMemory = 0x00900000;
inline constexpr std::uint32_t kShared = 0xf0000000;
inline constexpr std::uint32_t kLocal = 0xe0000000;
inline constexpr std::uint32_t kSlotBytes = 16;  // of a thread in each window
inline constexpr std::uint32_t kLocalShift = 8;

/// Shared memory of a program: the threads' slots, then a word for each warp.
constexpr std::uint32_t shared_bytes(std::uint32_t warps) {
  return (kSlotBytes * warps * kLanes + 4 * warps + 255) / 256 * 256;
}

/// What one warp starts a round with; `mask` has the threads that execute the masked cases.
struct Round {
  std::uint32_t warp = 0;
  std::uint32_t mask = 0;
  LaneWords a{}, b{}, c{};
  LaneWords old{};   ///< result registers start with words made from it
  LaneWords fcsr{};  ///< of each thread, before the first case
};

/// The two registers that a case may write; threads that do not execute it keep them.
struct Outcome {
  LaneWords rd{};
  LaneWords extra{};
};

struct Place {
  std::uint32_t rd = 0;
  std::uint32_t extra = 0;
};

/// One instruction under test.
struct Case {
  isa::Op op = isa::Op::kIllegal;
  std::string what;
  bool extra = false;     ///< writes, and compares, the second register too
  bool everyone = false;  ///< executed by all threads of the warp, behind the masked cases
  std::function<void(random::Assembler&, const Place&)> emit;
  /// Changes what the threads of `mask` must have. Called in the order of a warp's rounds.
  std::function<void(const Round&, std::uint32_t mask, Outcome&)> expect;
};

/// Which masks a group's rounds have: `kAll` full ones, so that each lane sees every tuple, each
/// thread alone, and random ones; `kFew` some of each.
enum class Masks { kAll, kFew };

using MakeOperands = std::function<tb::Operands(tb::Random&)>;

/// Cases that share operands and masks.
struct Group {
  std::vector<Case> cases;
  Masks masks = Masks::kAll;
  MakeOperands operands;
  /// Replaces `operands` where they depend on the thread.
  std::function<void(tb::Random&, Round&)> fill;
};

/// What has been executed and compared.
class Coverage {
 public:
  void add(isa::Op op, std::uint32_t mask, std::uint64_t lanes);

  /// Instructions of the table that did not run under the full mask, in each thread alone, or
  /// under other masks, one a line.
  std::string missing() const;
  std::string summary() const;

 private:
  struct Seen {
    bool full = false;
    bool partial = false;
    std::uint32_t alone = 0;
  };
  std::map<isa::Op, Seen> seen_;
  std::uint64_t executions_ = 0;
  std::uint64_t lanes_ = 0;
};

/// The masks of rounds: see Masks. Their number is a multiple of 16.
std::vector<std::uint32_t> make_masks(Masks masks, tb::Random& random);

std::vector<Region> program_regions();

/// Warps of the one CTA that a program is launched with.
std::uint32_t program_warps(const Config& config);

/// The greatest number of cases that a group may have.
inline constexpr std::size_t kGroupCases = 6;

/// Runs the groups as one program on `device`; the first differences from what is expected, or "".
std::string run_groups(Device& device, const std::vector<Group>& groups, std::uint64_t seed,
                       Coverage& coverage);

}  // namespace heddle::conformance
