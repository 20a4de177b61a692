#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include "conformance/cases.hpp"
#include "isa/mbarrier.hpp"
#include "memory/mbarrier_reference.hpp"

namespace heddle::conformance {
namespace {

using isa::Op;
using random::Assembler;

/// The bytes that cases have written, from zeros on.
class Memory {
 public:
  std::uint32_t read(std::uint32_t thread, std::uint32_t address, std::uint32_t bytes) const {
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < bytes; ++i) {
      const auto found = bytes_.find(key(thread, address + i));
      if (found != bytes_.end()) value |= std::uint32_t{found->second} << 8 * i;
    }
    return value;
  }
  void write(std::uint32_t thread, std::uint32_t address, std::uint32_t bytes,
             std::uint32_t value) {
    for (std::uint32_t i = 0; i < bytes; ++i) {
      bytes_[key(thread, address + i)] = static_cast<std::uint8_t>(value >> 8 * i);
    }
  }

 private:
  static std::uint64_t key(std::uint32_t thread, std::uint32_t address) {
    const bool local = address >> 28 == kLocal >> 28;
    return local ? (std::uint64_t{thread} + 1) << 32 | address : address;
  }

  std::map<std::uint64_t, std::uint8_t> bytes_;
};

using SharedMemory = std::shared_ptr<Memory>;

std::uint32_t size_of(Op op) {
  switch (op) {
    case Op::kLb:
    case Op::kLbu:
    case Op::kSb: return 1;
    case Op::kLh:
    case Op::kLhu:
    case Op::kSh: return 2;
    default: return 4;
  }
}

std::uint32_t extend(Op op, std::uint32_t value) {
  if (op == Op::kLb && value >= 0x80) return value - 0x100;
  if (op == Op::kLh && value >= 0x8000) return value - 0x10000;
  return value;
}

template <typename Each>
void for_lanes(std::uint32_t mask, Each each) {
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    if ((mask >> lane & 1) != 0) each(lane);
  }
}

std::uint32_t thread_of(const Round& round, std::uint32_t lane) {
  return kLanes * round.warp + lane;
}

/// kScratch = the address less the offset.
void base_register(Assembler& code, std::int32_t offset) {
  code.li(kScratch, 0U - static_cast<std::uint32_t>(offset));
  code.r(Op::kAdd, kScratch, kA, kScratch);
}

Case load(const SharedMemory& memory, Op op, std::int32_t offset, bool rd_is_base) {
  Case result;
  result.op = op;
  result.what =
      fmt::format("{} offset {}{}", isa::name(op), offset, rd_is_base ? ", rd = rs1" : "");
  result.emit = [=](Assembler& code, const Place& place) {
    base_register(code, offset);
    if (rd_is_base) {
      code.i(Op::kAddi, place.rd, kScratch, 0);
      code.i(op, place.rd, place.rd, offset);
    } else {
      code.i(op, 0, kScratch, offset);
      code.i(op, place.rd, kScratch, offset);
    }
  };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    for_lanes(mask, [&](std::uint32_t lane) {
      outcome.rd[lane] =
          extend(op, memory->read(thread_of(round, lane), round.a[lane], size_of(op)));
    });
  };
  return result;
}

/// A store of the operand plus `addend`, and the word about it afterwards.
Case store(const SharedMemory& memory, Op op, std::int32_t offset, std::uint32_t addend) {
  Case result;
  result.op = op;
  result.what = fmt::format("{} offset {}", isa::name(op), offset);
  result.emit = [=](Assembler& code, const Place& place) {
    base_register(code, offset);
    code.i(Op::kAddi, kScratch + 1, kB, static_cast<std::int32_t>(addend));
    code.store(op, kScratch + 1, kScratch, offset);
    code.i(Op::kAndi, kScratch, kA, -4);
    code.i(Op::kLw, place.rd, kScratch, 0);
  };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    for_lanes(mask, [&](std::uint32_t lane) {
      const std::uint32_t thread = thread_of(round, lane);
      memory->write(thread, round.a[lane], size_of(op), round.b[lane] + addend);
      outcome.rd[lane] = memory->read(thread, round.a[lane] & ~3U, 4);
    });
  };
  return result;
}

/// What memory has for all threads behind the masked cases: others' stores did nothing here.
Case word_afterwards(const SharedMemory& memory) {
  Case result;
  result.op = Op::kLw;
  result.what = "lw by all threads behind masked accesses";
  result.everyone = true;
  result.emit = [](Assembler& code, const Place& place) {
    code.fence();
    code.i(Op::kAndi, kScratch, kA, -4);
    code.i(Op::kLw, place.rd, kScratch, 0);
  };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    for_lanes(mask, [&](std::uint32_t lane) {
      outcome.rd[lane] = memory->read(thread_of(round, lane), round.a[lane] & ~3U, 4);
    });
  };
  return result;
}

enum class Result { kKept, kDiscarded, kSameAsOperand };

Case atomic(const SharedMemory& memory, Op op, std::uint32_t ordering, Result kind) {
  Case result;
  result.op = op;
  result.what = fmt::format("{} ordering {}{}", isa::name(op), ordering,
                            kind == Result::kDiscarded       ? ", rd = x0"
                            : kind == Result::kSameAsOperand ? ", rd = rs2"
                                                             : "");
  result.emit = [=](Assembler& code, const Place& place) {
    // amocas.w compares with rd: the third operand, or with rd = rs2 the second one, or 0.
    code.i(Op::kAddi, place.rd, kind == Result::kSameAsOperand ? kB : kC, 0);
    code.atomic(op, kind == Result::kDiscarded ? 0 : place.rd,
                kind == Result::kSameAsOperand ? place.rd : kB, kA, ordering);
  };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    for_lanes(mask, [&](std::uint32_t lane) {
      const std::uint32_t thread = thread_of(round, lane);
      const std::uint32_t old = memory->read(thread, round.a[lane], 4);
      std::uint32_t compare = round.c[lane];
      if (kind == Result::kDiscarded) compare = 0;
      if (kind == Result::kSameAsOperand) compare = round.b[lane];
      memory->write(thread, round.a[lane], 4, atomic_reference(op, old, round.b[lane], compare));
      outcome.rd[lane] = kind == Result::kDiscarded ? round.c[lane] : old;
    });
  };
  return result;
}

enum class Pair { kKept, kDiscarded, kSameAsOperand, kZeroOperand };

/// amocas.d on the result registers of two cases, of which this gives the first: operands are words
/// of the round and their doubles; in half of the threads what is compared differs in the upper
/// word alone.
std::vector<Case> doubleword(const SharedMemory& memory, std::uint32_t ordering, Pair kind) {
  const auto upper = std::make_shared<LaneWords>();
  Case lower;
  lower.op = Op::kAmocasD;
  lower.what = fmt::format("amocas.d ordering {}{}", ordering,
                           kind == Pair::kDiscarded       ? ", rd = x0"
                           : kind == Pair::kSameAsOperand ? ", rd = rs2"
                           : kind == Pair::kZeroOperand   ? ", rs2 = x0"
                                                          : "");
  lower.emit = [=](Assembler& code, const Place& place) {
    code.i(Op::kAddi, kScratch, kB, 0);
    code.i(Op::kSlli, kScratch + 1, kB, 1);
    code.i(Op::kAndi, kScratch + 2, place.rd, 1);
    code.i(Op::kAddi, place.rd, kC, 0);
    code.i(Op::kSlli, place.rd + 1, kC, 1);
    code.r(Op::kXor, place.rd + 1, place.rd + 1, kScratch + 2);
    const std::uint32_t operand = kind == Pair::kSameAsOperand ? place.rd
                                  : kind == Pair::kZeroOperand ? 0
                                                               : kScratch;
    code.atomic(Op::kAmocasD, kind == Pair::kDiscarded ? 0 : place.rd, operand, kA, ordering);
  };
  lower.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    for_lanes(mask, [&](std::uint32_t lane) {
      const std::uint32_t thread = thread_of(round, lane), address = round.a[lane];
      const std::uint32_t register_pair[2] = {round.c[lane],
                                              round.c[lane] << 1 ^ (outcome.rd[lane] & 1)};
      const std::uint32_t old[2] = {memory->read(thread, address, 4),
                                    memory->read(thread, address + 4, 4)};
      const bool discarded = kind == Pair::kDiscarded;
      const bool equal = old[0] == (discarded ? 0 : register_pair[0]) &&
                         old[1] == (discarded ? 0 : register_pair[1]);
      if (equal && kind == Pair::kZeroOperand) {
        memory->write(thread, address, 4, 0);
        memory->write(thread, address + 4, 4, 0);
      } else if (equal && kind != Pair::kSameAsOperand) {
        memory->write(thread, address, 4, round.b[lane]);
        memory->write(thread, address + 4, 4, round.b[lane] << 1);
      }
      outcome.rd[lane] = discarded ? register_pair[0] : old[0];
      (*upper)[lane] = discarded ? register_pair[1] : old[1];
    });
  };
  Case higher;
  higher.op = Op::kAmocasD;
  higher.what = lower.what + ", the upper word";
  higher.emit = [](Assembler&, const Place&) {};
  higher.expect = [=](const Round&, std::uint32_t mask, Outcome& outcome) {
    for_lanes(mask, [&](std::uint32_t lane) { outcome.rd[lane] = (*upper)[lane]; });
  };
  return {lower, higher};
}

/// In the slots of the warp's threads in both windows, alone or with others.
void fill_doublewords(tb::Random& random, Round& round) {
  const std::uint32_t sharing = random.below(6);
  const std::uint32_t window = random.below(3);
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    const std::uint32_t thread = kLanes * round.warp + (lane >> sharing << sharing);
    const bool global = window == 2 ? random.below(2) == 0 : window == 0;
    round.a[lane] = (global ? kGlobal : kShared) + kSlotBytes * thread + 8 * random.below(2);
    round.b[lane] = random.below(4) != 0 ? random.below(2) : random.word();
    round.c[lane] = random.below(4) != 0 ? random.below(2) : random.word();
  }
}

/// Puts an mbarrier made of the third operand in place, then the operation with the second one.
Case mbarrier(const SharedMemory& memory, Op op, std::uint32_t ordering, bool discarded) {
  Case result;
  result.op = op;
  result.what =
      fmt::format("{} ordering {}{}", isa::name(op), ordering, discarded ? ", rd = x0" : "");
  result.emit = [=](Assembler& code, const Place& place) {
    code.store(Op::kSw, kC, kA, 0);
    code.i(Op::kSrai, kScratch, kC, 9);
    code.store(Op::kSw, kScratch, kA, 4);
    code.i(Op::kAddi, place.rd, kC, 0);
    const std::uint32_t rd = discarded ? 0 : place.rd;
    if (op == Op::kMbarrierTest) {
      code.i(op, rd, kA, 0);
    } else if (op == Op::kMbarrierTryWait) {
      code.r(op, rd, kA, kB);
    } else {
      code.atomic(op, rd, kB, kA, ordering);
    }
  };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    for_lanes(mask, [&](std::uint32_t lane) {
      const auto upper = static_cast<std::uint32_t>(static_cast<std::int32_t>(round.c[lane]) >> 9);
      memory->write(thread_of(round, lane), round.a[lane], 4, round.c[lane]);
      memory->write(thread_of(round, lane), round.a[lane] + 4, 4, upper);
    });
    for_lanes(mask, [&](std::uint32_t lane) {
      const std::uint32_t thread = thread_of(round, lane);
      const std::uint32_t address = round.a[lane];
      const std::uint32_t lower = memory->read(thread, address, 4);
      outcome.rd[lane] = discarded ? round.c[lane] : lower;
      if (isa::is_mbarrier_test(op)) return;
      const std::uint64_t old = std::uint64_t{memory->read(thread, address + 4, 4)} << 32 | lower;
      const std::uint64_t updated = tb::mbarrier_reference(op, old, round.b[lane]);
      memory->write(thread, address, 4, static_cast<std::uint32_t>(updated));
      memory->write(thread, address + 4, 4, static_cast<std::uint32_t>(updated >> 32));
    });
  };
  return result;
}

/// What an mbarrier, or a doubleword, keeps in its upper word.
Case upper_word(const SharedMemory& memory, bool everyone = false) {
  Case result = load(memory, Op::kLw, 4, false);
  result.everyone = everyone;
  result.emit = [](Assembler& code, const Place& place) { code.i(Op::kLw, place.rd, kA, 4); };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    for_lanes(mask, [&](std::uint32_t lane) {
      outcome.rd[lane] = memory->read(thread_of(round, lane), round.a[lane] + 4, 4);
    });
  };
  return result;
}

/// In the slots of the warp's threads, alone or with others.
void fill_mbarriers(tb::Random& random, Round& round) {
  const std::uint32_t sharing = random.below(6);
  const auto corner = [&](std::uint32_t limit) {
    return random.below(2) == 0 ? random.below(4) : limit - 1 - random.below(4);
  };
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    const std::uint32_t thread = kLanes * round.warp + (lane >> sharing << sharing);
    round.a[lane] = kShared + kSlotBytes * thread + 8 * random.below(2);
    round.b[lane] = random.below(4) == 0 ? random.word() : corner(1 << 20);
    round.c[lane] = random.below(4) == 0 ? random.word() : corner(1 << 20) << 2 | random.below(4);
  }
}

/// Addresses in the thread's own slots, or with `common` also in the warp's common words.
std::function<void(tb::Random&, Round&)> fill_addresses(std::uint32_t warps, std::uint32_t size,
                                                        bool common, const MakeOperands& operands) {
  return [=](tb::Random& random, Round& round) {
    const std::uint32_t window = random.below(6);
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      const tb::Operands tuple = operands(random);
      round.b[lane] = tuple.b;
      round.c[lane] = tuple.c;
      // Half of the rounds have threads in all windows.
      const std::uint32_t choice = window < 3 ? window : random.below(3);
      const std::uint32_t thread = kLanes * round.warp + lane;
      const std::uint32_t offset = random.below(kSlotBytes / size) * size;
      const std::uint32_t start = choice == 0 ? kGlobal : kShared;
      if (choice == 2) {
        round.a[lane] = kLocal + offset;
      } else if (common && random.below(2) != 0) {
        round.a[lane] = start + kSlotBytes * warps * kLanes + 4 * round.warp;
      } else {
        round.a[lane] = start + kSlotBytes * thread + offset;
      }
    }
  };
}

/// Few values, so that comparisons of amocas.w succeed.
tb::Operands atomic_operands(tb::Random& random) {
  if (random.below(2) == 0) return {0, random.below(2), random.below(2)};
  return integer_operands(random);
}

tb::Operands float_atomic_operands(tb::Random& random) {
  const std::uint32_t choice = random.below(4);
  const std::uint32_t special =
      tb::kSpecialFloats[random.below(static_cast<std::uint32_t>(tb::kSpecialFloats.size()))];
  return {0, choice == 0 ? special : (random.word() & 0x807fffff) | (120 + random.below(16)) << 23,
          random.word()};
}

}  // namespace

std::vector<Group> memory_groups(std::uint32_t warps) {
  const auto memory = std::make_shared<Memory>();
  std::vector<Group> groups;
  const auto add = [&](std::vector<Case> cases, std::uint32_t size, bool common, Masks masks,
                       const MakeOperands& operands) {
    cases.push_back(word_afterwards(memory));
    groups.push_back({std::move(cases), masks, {}, fill_addresses(warps, size, common, operands)});
  };
  add({store(memory, Op::kSb, 0, 1), load(memory, Op::kLb, 0, false),
       load(memory, Op::kLbu, -1, true), store(memory, Op::kSb, 2047, 5),
       load(memory, Op::kLbu, -2048, false)},
      1, false, Masks::kAll, integer_operands);
  add({store(memory, Op::kSh, 0, 1), load(memory, Op::kLh, 1, false),
       load(memory, Op::kLhu, -2, true), store(memory, Op::kSh, -2048, 5),
       load(memory, Op::kLhu, 2047, false)},
      2, false, Masks::kAll, integer_operands);
  add({store(memory, Op::kSw, 0, 1), load(memory, Op::kLw, -1, false),
       store(memory, Op::kSw, 2047, 5), load(memory, Op::kLw, 4, true),
       store(memory, Op::kSw, -2048, 9)},
      4, false, Masks::kAll, integer_operands);
  std::vector<Case> cases;
  std::vector<Case> few;
  for (const Op op : {Op::kAmoswapW, Op::kAmocasW, Op::kAmoaddW, Op::kAmoxorW, Op::kAmoandW,
                      Op::kAmoorW, Op::kAmominW, Op::kAmomaxW, Op::kAmominuW, Op::kAmomaxuW}) {
    cases.push_back(atomic(memory, op, 0, Result::kKept));
    if (cases.size() == kGroupCases - 1) {
      add(std::exchange(cases, {}), 4, true, Masks::kAll, atomic_operands);
    }
    few.push_back(atomic(memory, op, 0, Result::kDiscarded));
    few.push_back(atomic(memory, op, 0, Result::kSameAsOperand));
    for (const std::uint32_t ordering : {1U, 2U, 3U}) {
      few.push_back(atomic(memory, op, ordering, Result::kKept));
    }
    add(std::exchange(few, {}), 4, true, Masks::kFew, atomic_operands);
  }
  add({atomic(memory, Op::kAmofaddW, 0, Result::kKept),
       atomic(memory, Op::kAmofaddW, 3, Result::kKept),
       atomic(memory, Op::kAmofaddW, 0, Result::kDiscarded),
       atomic(memory, Op::kAmofaddW, 0, Result::kSameAsOperand),
       atomic(memory, Op::kAmofaddW, 2, Result::kKept)},
      4, true, Masks::kAll, float_atomic_operands);
  for (const Op op : {Op::kMbarrierArrive, Op::kMbarrierArriveDrop, Op::kMbarrierExpectTx,
                      Op::kMbarrierCompleteTx, Op::kMbarrierTest, Op::kMbarrierTryWait}) {
    const bool test = isa::is_mbarrier_test(op);
    groups.push_back({{mbarrier(memory, op, 0, false), upper_word(memory),
                       mbarrier(memory, op, test ? 0 : 3, false), mbarrier(memory, op, 0, true),
                       upper_word(memory), word_afterwards(memory)},
                      Masks::kAll,
                      {},
                      fill_mbarriers});
  }
  const auto add_doublewords = [&](Masks masks, std::uint32_t ordering, Pair first, Pair second) {
    std::vector<Case> pairs = doubleword(memory, ordering, first);
    std::ranges::move(doubleword(memory, 0, second), std::back_inserter(pairs));
    pairs.push_back(word_afterwards(memory));
    pairs.push_back(upper_word(memory, true));
    groups.push_back({std::move(pairs), masks, {}, fill_doublewords});
  };
  add_doublewords(Masks::kAll, 0, Pair::kKept, Pair::kKept);
  add_doublewords(Masks::kAll, 3, Pair::kKept, Pair::kDiscarded);
  add_doublewords(Masks::kFew, 1, Pair::kSameAsOperand, Pair::kKept);
  add_doublewords(Masks::kFew, 2, Pair::kKept, Pair::kZeroOperand);
  return groups;
}

}  // namespace heddle::conformance
