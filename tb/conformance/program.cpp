#include "conformance/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace heddle::conformance {
namespace {

using isa::Op;
using random::Assembler;

constexpr std::uint32_t kInput = 5;
constexpr std::uint32_t kOutput = 6;
constexpr std::uint32_t kCounter = 7;
constexpr std::uint32_t kActive = 8;
constexpr std::uint32_t kOld = 13;
constexpr std::uint32_t kFirstResult = 16;
constexpr std::uint32_t kFirstExtra = 22;

// A warp's round: a word of each kind for all its lanes, one kind behind the other.
constexpr std::uint32_t kLineBytes = 4 * kLanes;
constexpr std::uint32_t kInputLines = 6;
constexpr std::uint32_t kOutputLines = 2 * kGroupCases;
constexpr std::uint32_t kMostProblems = 5;

std::int32_t line(std::size_t number) { return static_cast<std::int32_t>(number * kLineBytes); }

std::uint32_t initial_result(std::uint32_t old, std::size_t number) {
  return old + static_cast<std::uint32_t>(number);
}

std::uint32_t initial_extra(std::uint32_t old, std::size_t number) {
  return old - 1 - static_cast<std::uint32_t>(number);
}

Place place_of(std::size_t number) {
  return {kFirstResult + static_cast<std::uint32_t>(number),
          kFirstExtra + static_cast<std::uint32_t>(number)};
}

/// A group with its rounds, and where its words are.
struct Placed {
  const Group* group;
  std::vector<std::vector<Round>> rounds;  // by warp
  std::uint32_t input = 0;
  std::uint32_t output = 0;
};

/// reg = base + the thread's place in a table with `bytes` for each warp.
void point(Assembler& code, std::uint32_t reg, std::uint32_t base, std::uint32_t bytes) {
  code.csr(Op::kCsrrs, kScratch, isa::csr::kWarpid, 0);
  code.li(kScratch + 1, bytes);
  code.r(Op::kMul, kScratch, kScratch, kScratch + 1);
  code.li(reg, base);
  code.r(Op::kAdd, reg, reg, kScratch);
  code.csr(Op::kCsrrs, kScratch, isa::csr::kLaneid, 0);
  code.r(Op::kSh2add, reg, kScratch, reg);
}

void write_group(Assembler& code, const Placed& placed) {
  const std::vector<Case>& cases = placed.group->cases;
  const auto rounds = static_cast<std::uint32_t>(placed.rounds.front().size());
  point(code, kInput, placed.input, rounds * kInputLines * kLineBytes);
  point(code, kOutput, placed.output, rounds * kOutputLines * kLineBytes);
  code.li(kCounter, rounds);
  const auto loop = code.here();
  constexpr std::uint32_t kLoaded[kInputLines] = {kA, kB, kC, kOld, kFcsr, kActive};
  for (std::size_t i = 0; i < kInputLines; ++i) code.i(Op::kLw, kLoaded[i], kInput, line(i));
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto number = static_cast<std::int32_t>(i);
    code.i(Op::kAddi, place_of(i).rd, kOld, number);
    if (cases[i].extra) code.i(Op::kAddi, place_of(i).extra, kOld, -1 - number);
  }
  code.csr(Op::kCsrrw, 0, isa::csr::kFcsr, kFcsr);
  const auto skip = code.new_label();
  code.branch(Op::kBeq, kActive, 0, skip);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!cases[i].everyone) cases[i].emit(code, place_of(i));
  }
  code.place(skip);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (cases[i].everyone) cases[i].emit(code, place_of(i));
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    code.store(Op::kSw, place_of(i).rd, kOutput, line(i));
    if (cases[i].extra) code.store(Op::kSw, place_of(i).extra, kOutput, line(kGroupCases + i));
  }
  code.i(Op::kAddi, kInput, kInput, line(kInputLines));
  code.i(Op::kAddi, kOutput, kOutput, line(kOutputLines));
  code.i(Op::kAddi, kCounter, kCounter, -1);
  code.branch(Op::kBne, kCounter, 0, loop);
}

void fill_round(const Group& group, tb::Random& random, const std::vector<tb::Operands>& tuples,
                std::uint32_t number, Round& round) {
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    round.old[lane] = random.word();
    round.fcsr[lane] = random.word() & 0xff;
    if (group.fill) continue;
    // Over the full rounds, which are the first ones, each lane gets every tuple.
    const tb::Operands tuple =
        number < kLanes ? tuples[(number + lane) % kLanes] : group.operands(random);
    round.a[lane] = tuple.a;
    round.b[lane] = tuple.b;
    round.c[lane] = tuple.c;
  }
  if (group.fill) group.fill(random, round);
}

std::vector<std::vector<Round>> make_rounds(const Group& group, std::uint32_t warps,
                                            tb::Random& random) {
  const std::vector<std::uint32_t> masks = make_masks(group.masks, random);
  std::vector<tb::Operands> tuples;
  for (std::uint32_t i = 0; !group.fill && i < kLanes; ++i)
    tuples.push_back(group.operands(random));
  std::vector<std::vector<Round>> rounds(warps);
  for (std::uint32_t i = 0; i < masks.size(); ++i) {
    Round round;
    round.warp = i % warps;
    round.mask = masks[i];
    fill_round(group, random, tuples, i, round);
    rounds[round.warp].push_back(round);
  }
  return rounds;
}

void load(Device& device, const Placed& placed) {
  std::vector<std::uint32_t> words;
  for (const auto& rounds : placed.rounds) {
    for (const Round& round : rounds) {
      LaneWords active{};
      for (std::uint32_t lane = 0; lane < kLanes; ++lane) active[lane] = round.mask >> lane & 1;
      for (const LaneWords& each : {round.a, round.b, round.c, round.old, round.fcsr, active}) {
        words.insert(words.end(), each.begin(), each.end());
      }
    }
  }
  device.write_memory(placed.input, std::as_bytes(std::span(words)));
}

class Comparison {
 public:
  explicit Comparison(Coverage& coverage) : coverage_(coverage) {}

  void round(const Group& group, const Round& round, std::span<const std::uint32_t> words) {
    for (std::size_t i = 0; i < group.cases.size(); ++i) {
      const Case& tested = group.cases[i];
      Outcome expected;
      for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
        expected.rd[lane] = initial_result(round.old[lane], i);
        expected.extra[lane] = initial_extra(round.old[lane], i);
      }
      const std::uint32_t mask = tested.everyone ? 0xffffffff : round.mask;
      tested.expect(round, mask, expected);
      compare(tested, round, "rd", expected.rd, words.subspan(i * kLanes, kLanes));
      if (tested.extra) {
        compare(tested, round, "extra", expected.extra,
                words.subspan((kGroupCases + i) * kLanes, kLanes));
      }
      coverage_.add(tested.op, mask, kLanes);
    }
  }

  std::string take() { return std::move(problems_); }

 private:
  void compare(const Case& tested, const Round& round, const char* which, const LaneWords& expected,
               std::span<const std::uint32_t> actual) {
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      if (expected[lane] == actual[lane] || count_ >= kMostProblems) continue;
      ++count_;
      problems_ += fmt::format(
          "{}: {} of lane {} (warp {}, mask {:#010x}, {}) is {:#010x}, expected {:#010x}; operands "
          "{:#010x} {:#010x} {:#010x}, fcsr {:#04x}\n",
          tested.what, which, lane, round.warp, round.mask,
          (round.mask >> lane & 1) != 0 ? "active" : "inactive", actual[lane], expected[lane],
          round.a[lane], round.b[lane], round.c[lane], round.fcsr[lane]);
    }
  }

  Coverage& coverage_;
  std::string problems_;
  std::uint32_t count_ = 0;
};

/// Sets the memory that load, store and atomic cases work on to zero.
void clear_memory(Assembler& code, std::uint32_t threads) {
  code.csr(Op::kCsrrs, kScratch, isa::csr::kTidX, 0);
  code.i(Op::kSlli, kScratch, kScratch, 4);
  code.li(kScratch + 1, kShared);
  code.r(Op::kAdd, kScratch + 1, kScratch + 1, kScratch);
  code.li(kScratch + 2, kLocal);
  for (std::int32_t offset = 0; offset < static_cast<std::int32_t>(kSlotBytes); offset += 4) {
    code.store(Op::kSw, 0, kScratch + 1, offset);
    code.store(Op::kSw, 0, kScratch + 2, offset);
  }
  code.csr(Op::kCsrrs, kScratch, isa::csr::kWarpid, 0);
  code.li(kScratch + 1, kShared + kSlotBytes * threads);
  code.r(Op::kSh2add, kScratch + 1, kScratch, kScratch + 1);
  code.store(Op::kSw, 0, kScratch + 1, 0);
  code.barrier();
}

}  // namespace

void Coverage::add(Op op, std::uint32_t mask, std::uint64_t lanes) {
  Seen& seen = seen_[op];
  const bool alone = mask != 0 && (mask & (mask - 1)) == 0;
  if (mask == 0xffffffff) seen.full = true;
  if (alone) seen.alone |= mask;
  if (mask != 0xffffffff && !alone) seen.partial = true;
  ++executions_;
  lanes_ += lanes;
}

std::string Coverage::missing() const {
  std::string text;
  for (std::size_t i = 1; i < isa::kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    // Not of a thread's registers, and not in every configuration: tb/functional/bulk_copies and
    // tensor_*.
    const isa::Unit unit = isa::info(op).unit;
    if (unit == isa::Unit::kCopy || unit == isa::Unit::kMma || unit == isa::Unit::kTensor) continue;
    const auto found = seen_.find(op);
    if (found == seen_.end()) {
      text += fmt::format("{} has no conformance case\n", isa::name(op));
    } else if (!found->second.full || !found->second.partial || found->second.alone != 0xffffffff) {
      text += fmt::format("{}: full mask {}, other masks {}, alone in the threads {:#010x}\n",
                          isa::name(op), found->second.full, found->second.partial,
                          found->second.alone);
    }
  }
  return text;
}

std::string Coverage::summary() const {
  return fmt::format("{} instructions, {} executions under a mask, {} lanes compared", seen_.size(),
                     executions_, lanes_);
}

std::vector<std::uint32_t> make_masks(Masks masks, tb::Random& random) {
  std::vector<std::uint32_t> result(masks == Masks::kAll ? kLanes : 4, 0xffffffff);
  if (masks == Masks::kAll) {
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) result.push_back(1U << lane);
    for (const std::uint32_t mask : {0x55555555U, 0xaaaaaaaaU, 0x0000ffffU, 0xffff0000U,
                                     0x80000001U, 0x7fffffffU, 0xfffffffeU, 0x000ff000U}) {
      result.push_back(mask);
    }
  } else {
    for (unsigned i = 0; i < 4; ++i) result.push_back(1U << random.below(kLanes));
  }
  while (result.size() % 16 != 0) result.push_back(random.word() & random.word());
  while (masks == Masks::kAll && result.size() < 80) result.push_back(random.word());
  std::ranges::replace(result, 0U, 0x00010000U);
  return result;
}

std::uint32_t program_warps(const Config& config) { return std::min(config.warps, 16U); }

std::vector<Region> program_regions() {
  return {{kCodeBase, kCodeBase + 0x100000, kRead | kWrite | kExecute},
          {kGlobal, kGlobal + 0x10000, kRead | kWrite},
          {kLocalMemory, kLocalMemory + 0x400000, kRead | kWrite},
          {kOperands, kOperands + 0x1000000, kRead},
          {kResults, kResults + 0x1000000, kRead | kWrite}};
}

std::string run_groups(Device& device, const std::vector<Group>& groups, std::uint64_t seed,
                       Coverage& coverage) {
  const std::uint32_t warps = program_warps(device.config());
  tb::Random random(seed);
  std::vector<Placed> placed;
  std::uint32_t input = kOperands, output = kResults;
  for (const Group& group : groups) {
    Placed next{&group, make_rounds(group, warps, random), input, output};
    const auto rounds = warps * static_cast<std::uint32_t>(next.rounds.front().size());
    input += rounds * kInputLines * kLineBytes;
    output += rounds * kOutputLines * kLineBytes;
    load(device, next);
    placed.push_back(std::move(next));
  }
  device.set_regions(program_regions());
  const std::vector<std::uint32_t> zeros((warps * kLanes * kSlotBytes + 4 * warps) / 4);
  device.write_memory(kGlobal, std::as_bytes(std::span(zeros)));
  Assembler code(kCodeBase);
  clear_memory(code, warps * kLanes);
  for (const Placed& each : placed) write_group(code, each);
  code.exit();
  const std::vector<std::uint32_t> words = code.finish();
  device.write_memory(kCodeBase, std::as_bytes(std::span(words)));

  Launch launch;
  launch.entry = kCodeBase;
  launch.argptr = kOperands;
  launch.block = {warps * kLanes, 1, 1};
  launch.shared_size = shared_bytes(warps);
  launch.local_base = kLocalMemory;
  launch.local_shift = kLocalShift;
  launch.cycle_limit = 20'000'000;
  const LaunchResult result = device.run(launch, {});
  if (result.status != LaunchStatus::kOk) {
    return fmt::format("the program did not end as it should: status {}, {}",
                       static_cast<int>(result.status), result.message);
  }
  Comparison comparison(coverage);
  for (const Placed& each : placed) {
    const std::size_t round_words = kOutputLines * kLanes;
    std::vector<std::uint32_t> actual(warps * each.rounds.front().size() * round_words);
    device.read_memory(each.output, std::as_writable_bytes(std::span(actual)));
    std::span<const std::uint32_t> rest(actual);
    for (const auto& rounds : each.rounds) {
      for (const Round& round : rounds) {
        comparison.round(*each.group, round, rest.first(round_words));
        rest = rest.subspan(round_words);
      }
    }
  }
  return comparison.take();
}

}  // namespace heddle::conformance
