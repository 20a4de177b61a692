// Writes programs that make an instruction wait, for crosses.cpp: which threads execute it, whose
// result it needs, and what stands before it.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "isa/csr.hpp"
#include "isa/instructions.hpp"
#include "isa/mbarrier.hpp"
#include "random/assembler.hpp"
#include "random/generator.hpp"
#include "random/random_program.hpp"

namespace heddle::coverage {

using isa::Op;
using isa::Unit;
using random::Assembler;
using random::Choice;
using random::Fields;

// Memory. The low page has what is at the address that every kind of writer can make: 0.
inline constexpr std::uint32_t kReturn = 0x100;     // jalr x0, 0(x30)
inline constexpr std::uint32_t kLowData = 0x400;    // to 0x7ff
inline constexpr std::uint32_t kCode = 0x00010000;  // at most 64 KiB
inline constexpr std::uint32_t kData = 0x00100000;
inline constexpr std::uint32_t kConstants = 0x00200000;
inline constexpr std::uint32_t kLocalMemory = 0x00800000;

// Registers that keep their values.
inline constexpr std::uint32_t kReciprocal = 3, kLane = 5, kConstantBase = 6, kSharedBase = 8,
                               kDataBase = 9, kFirstData = 12, kExitNumber = 17, kOneValue = 18,
                               kFullMask = 19;
// Others.
inline constexpr std::uint32_t kStatus = 10, kMembers = 7, kUnused = 16, kCount = 20,
                               kBarrierNumber = 21, kFirstHazard = 22, kFirstResult = 26,
                               kLink = 30, kScratch = 31;

enum class Writer { kNone, kFixed, kMemory, kDivider, kWarpUnit, kSpecial };
inline constexpr std::uint32_t kWriters = 6;

/// What makes an instruction wait besides registers.
enum class Place {
  kNothing,
  kBranch,
  kFence,
  kStores,
  kNewLine,
  kFullQueue,
  kSameUnit,
  kLongWait,
  kMerge,
  kBarrier,
  kParked,
};
inline constexpr std::uint32_t kPlaces = 11;

enum class Group { kEveryone, kOne, kSeveral };

inline std::vector<Op> ordinary_instructions() {
  std::vector<Op> ops;
  for (std::size_t number = 1; number < isa::kOpCount; ++number) {
    const auto op = static_cast<Op>(number);
    // Bulk copies and the matrix engine need operands that mean something, and are not in every
    // configuration.
    const Unit unit = isa::info(op).unit;
    const bool engine = unit == Unit::kCopy || unit == Unit::kMma || unit == Unit::kTensor;
    const bool special = op == Op::kEbreak || op == Op::kExit || op == Op::kEcall;
    if (!special && !engine) ops.push_back(op);
  }
  return ops;
}

/// As axis "kind" of bins.tsv.
inline std::uint32_t kind_of(Op op) {
  const isa::Info& info = isa::info(op);
  switch (info.unit) {
    case Unit::kMemory:
      if (isa::is_mbarrier(op)) return 10;
      return info.format == isa::Format::kAmo ? 9 : info.format == isa::Format::kS ? 8 : 7;
    case Unit::kDivide: return 11;
    case Unit::kWarp: return 12;
    case Unit::kSfu: return 13;
    default: return static_cast<std::uint32_t>(info.unit);
  }
}
inline constexpr std::uint32_t kKinds = 14;

class CrossWriter {
 public:
  CrossWriter(std::uint32_t seed, std::uint32_t threads)
      : choice_(seed), code_(kCode), threads_(threads) {
    prologue();
  }

  /// One combination.
  void block(Op op, Group group, Writer writer, Place place) {
    const Assembler::Label skip = code_.new_label(), end = code_.new_label();
    const std::uint32_t mask = choose_mask(group);
    const auto members = static_cast<std::uint32_t>(std::popcount(mask));
    leave_to(mask, group, skip);
    const bool parted = group != Group::kEveryone;
    code_.li(kCount, place == Place::kBarrier && parted ? threads_ : members);
    code_.li(kBarrierNumber, choice_.below(16));
    code_.li(kMembers, members);
    if (op == Op::kJalr) {
      back_ = code_.new_label();
      code_.la(kLink, back_);
    }
    before(op, place);
    const bool long_wait =
        place == Place::kLongWait || (place == Place::kNewLine && choice_.one_in(2));
    if (place == Place::kNewLine) {
      const std::uint32_t ahead = (writer == Writer::kNone ? 0U : 4U) + (long_wait ? 8U : 0U);
      // The next line is prefetched. A jump into the end of a line that was not leaves no time for
      // it.
      const Assembler::Label line_end = code_.new_label();
      code_.jal(0, line_end);
      const std::uint32_t beyond = code_.pc() + 128;
      while (code_.pc() < beyond || (code_.pc() + ahead) % 64 != 0) {
        code_.i(Op::kAddi, kScratch, kScratch, 1);
      }
      code_.place(line_end);
    } else {
      stay_in_line();
    }
    if (long_wait) {  // what stands in the buffer behind this is picked without a delay
      code_.i(Op::kLw, kUnused, kConstantBase, 0);
      code_.i(Op::kAddi, kUnused, kUnused, 0);
    }
    execute(op, writer, place, members);
    if (place == Place::kBarrier && parted) {
      // The others come to the barrier, too, so that for a while nobody can go on.
      code_.jal(0, end);
      code_.place(skip);
      code_.li(kCount, threads_);
      code_.li(kBarrierNumber, 7);
      code_.r(Op::kBarSync, 0, kBarrierNumber, kCount);
    } else {
      code_.place(skip);
    }
    code_.place(end);
  }

  /// The threads of `mask` end, by exit or ecall.
  void end_threads(Op op, std::uint32_t mask, Writer writer, Place place) {
    const Assembler::Label skip = code_.new_label();
    if (mask != ~std::uint32_t{0}) {
      leave_to(mask, Group::kSeveral, skip);
    }
    stay_in_line();
    if (writer != Writer::kNone) {
      write(writer, kStatus, 0);
    } else if (op == Op::kEcall) {
      code_.li(kStatus, 0);  // and long ago
      for (int i = 0; i < 12; ++i) code_.i(Op::kAddi, kScratch, kScratch, 1);
    }
    between(Op::kExit, place);
    code_.emit(op, {});
    code_.place(skip);
  }

  /// All special functions of operands from 2^-15 to 2^12, 256 in each octave: every entry of the
  /// ROM.
  void special_functions() {
    constexpr std::uint32_t kSteps = 28 * 8;  // of 32 operands
    code_.i(Op::kSlli, kFirstData, kLane, 15);
    code_.li(kScratch, 112U << 23);
    code_.r(Op::kOr, kFirstData, kFirstData, kScratch);
    code_.li(kCount, kSteps);
    code_.li(kMembers, 32U << 15);
    const Assembler::Label loop = code_.here();
    std::uint32_t number = 0;
    for (const Op op : {Op::kRcpApprox, Op::kRsqrtApprox, Op::kEx2Approx, Op::kLg2Approx,
                        Op::kSinApprox, Op::kCosApprox, Op::kTanhApprox}) {
      code_.emit(op, {.rd = kFirstHazard + number++ % 8, .rs1 = kFirstData});
    }
    code_.r(Op::kAdd, kFirstData, kFirstData, kMembers);
    code_.i(Op::kAddi, kCount, kCount, -1);
    code_.branch(Op::kBne, kCount, 0, loop);
  }

  random::Program finish(std::uint32_t ctas) {
    code_.exit();
    random::Program program;
    program.code_base = kCode;
    program.code = code_.finish();
    program.launch.entry = kCode;
    program.launch.argptr = kData;
    program.launch.grid = {ctas, 1, 1};
    program.launch.block = {threads_, 1, 1};
    program.launch.shared_size = 1024;
    program.launch.local_base = kLocalMemory;
    program.launch.local_shift = 8;
    program.launch.cycle_limit = 5'000'000;
    const auto block = [&](std::uint32_t address, const std::vector<std::uint32_t>& words) {
      const auto bytes = std::as_bytes(std::span(words));
      program.data.push_back({address, {bytes.begin(), bytes.end()}});
    };
    Assembler trampoline(kReturn);
    trampoline.jalr(0, kLink);
    block(0, {0, 0});
    block(kReturn, trampoline.finish());
    // Words that loads make operands of.
    block(kConstants, {0, 0xf0000000, 93, 1, ~0U});
    program.regions = {{0, 0x1000, kRead | kWrite | kExecute},
                       {kCode, kCode + 0x20000, kRead | kExecute},
                       {kData, kData + 0x10000, kRead | kWrite},
                       {kConstants, kConstants + 0x1000, kRead},
                       {kLocalMemory, kLocalMemory + 0x100000, kRead | kWrite}};
    return program;
  }

 private:
  void prologue() {
    code_.li(kSharedBase, 0xf0000000);
    code_.li(kReciprocal, 0x8f000000);  // -2^-97: as a float, the shared memory's address is -2^97
    code_.li(kDataBase, kData);
    code_.li(kConstantBase, kConstants);
    code_.csr(Op::kCsrrs, kLane, isa::csr::kLaneid, 0);
    for (std::uint32_t i = 0; i < 4; ++i) code_.li(kFirstData + i, choice_.bits());
    code_.li(kExitNumber, 93);
    code_.li(kOneValue, 1);
    code_.li(kFullMask, ~0U);
    code_.li(kScratch, 0);
    for (std::uint32_t i = 0; i < 4; ++i) {
      code_.li(kFirstHazard + i, 0);
      code_.li(kFirstResult + i, 0);
    }
  }

  /// What comes next is in one line: no miss of the instruction cache comes between.
  void stay_in_line() {
    while (code_.pc() % 64 > 36) code_.i(Op::kAddi, kScratch, kScratch, 1);
  }

  std::uint32_t alive() const { return threads_ == 32 ? ~0U : (1U << threads_) - 1; }

  std::uint32_t choose_mask(Group group) {
    if (group == Group::kEveryone) return alive();
    if (group == Group::kOne) return 1U << choice_.below(threads_);
    for (;;) {
      const std::uint32_t mask = choice_.bits() & alive();
      if (mask != alive() && std::popcount(mask) > 1) return mask;
    }
  }

  /// Threads outside of the mask go to the label.
  void leave_to(std::uint32_t mask, Group group, Assembler::Label label) {
    if (group == Group::kEveryone) return;
    code_.li(kScratch, mask);
    code_.r(Op::kSrl, kScratch, kScratch, kLane);
    code_.i(Op::kAndi, kScratch, kScratch, 1);
    code_.branch(Op::kBeq, kScratch, 0, label);
  }

  /// Puts the value of a register into another one; special functions can make 0 and the
  /// shared memory's address only.
  void write(Writer writer, std::uint32_t rd, std::uint32_t value) {
    switch (writer) {
      case Writer::kFixed: code_.i(Op::kAddi, rd, value, 0); break;
      case Writer::kMemory: {
        const std::int32_t place = value == kSharedBase   ? 4
                                   : value == kExitNumber ? 8
                                   : value == kOneValue   ? 12
                                                          : 0;
        code_.i(Op::kLw, rd, kConstantBase, place);
        break;
      }
      case Writer::kDivider: code_.r(Op::kDivu, rd, value, kOneValue); break;
      case Writer::kWarpUnit: code_.r(Op::kReduxOr, rd, value, kFullMask); break;
      case Writer::kSpecial:
        if (value == kSharedBase) {
          code_.emit(Op::kRcpApprox, {.rd = rd, .rs1 = kReciprocal});
        } else {
          code_.emit(Op::kSinApprox, {.rd = rd, .rs1 = value});
        }
        break;
      case Writer::kNone: break;
    }
  }

  void before(Op op, Place place) {
    if (place == Place::kParked) {
      code_.i(Op::kMbarrierTest, kUnused, kSharedBase, 0);
    } else if (place == Place::kFullQueue) {
      // Each to a line of its own: more than the memory pipeline takes.
      for (std::int32_t i = 0; i < 10; ++i) {
        code_.store(Op::kSw, kFirstData, kDataBase,
                    64 * static_cast<std::int32_t>(choice_.below(32)));
      }
    } else if (place == Place::kSameUnit) {
      for (std::uint32_t i = 0; i < 3; ++i) {
        switch (isa::info(op).unit) {
          case Unit::kDivide: code_.r(Op::kRemu, kUnused, kFirstData, kFirstData + 1); break;
          case Unit::kWarp: code_.r(Op::kMatchAny, kUnused, kFirstData, kFullMask); break;
          case Unit::kSfu: code_.emit(Op::kEx2Approx, {.rd = kUnused, .rs1 = kFirstData}); break;
          default: code_.r(Op::kMul, kUnused, kFirstData, kFirstData); break;
        }
      }
    }
  }

  /// Between the writer and the instruction.
  void between(Op op, Place place) {
    if (place == Place::kBranch) {
      const Assembler::Label next = code_.new_label();
      code_.branch(Op::kBeq, 0, 0, next);
      code_.place(next);
    } else if (place == Place::kFence) {
      code_.fence();
    } else if (place == Place::kStores) {
      code_.store(Op::kSw, kFirstData, kDataBase, 1024);
      code_.store(Op::kSw, kFirstData, kDataBase, 1088);
    } else if (place == Place::kMerge && merge_) {
      code_.place(*merge_);
      merge_.reset();
    } else if (place == Place::kBarrier && op != Op::kExit) {
      code_.li(kScratch, 7);
      code_.r(Op::kBarSync, 0, kScratch, kCount);
    }
  }

  void execute(Op op, Writer writer, Place place, std::uint32_t members) {
    const isa::Info& info = isa::info(op);
    ++used_;
    const std::uint32_t used = info.pair ? used_ % 4 & ~1U : used_ % 4;
    const std::uint32_t hazard = kFirstHazard + used;
    static_assert(kFirstHazard % 2 == 0 && kFirstResult % 2 == 0 && kFirstData % 2 == 0);
    std::uint32_t rd = kFirstResult + used;
    std::uint32_t rs1 = info.reads_rs1 ? default_rs1(op) : 0;
    std::uint32_t rs2 = info.reads_rs2 ? default_rs2(op) : 0;
    std::uint32_t rs3 = info.reads_rs3 && !info.rs3_is_rd ? kFirstData + 2 : 0;
    bool address_is_0 = false;
    if (writer != Writer::kNone) {
      // The registers that can have the hazard, with the register of the value that they need.
      struct Role {
        std::uint32_t* field;
        std::uint32_t value;
      };
      std::vector<Role> roles;
      const bool any = writer != Writer::kSpecial;
      const bool memory = info.unit == Unit::kMemory, system = info.unit == Unit::kSystem;
      if (info.reads_rs1 && !isa::is_mbarrier(op)) roles.push_back({&rs1, 0});
      if (isa::is_mbarrier(op)) roles.push_back({&rs1, kSharedBase});
      if (info.reads_rs2 && !system) roles.push_back({&rs2, 0});
      if (info.reads_rs2 && system && any && place != Place::kBarrier &&
          (members == 1 || writer != Writer::kMemory)) {
        roles.push_back({&rs2, writer == Writer::kMemory ? kOneValue : kMembers});
      }
      if (info.reads_rs3 && !info.rs3_is_rd) roles.push_back({&rs3, 0});
      if (info.writes_rd) roles.push_back({&rd, 0});
      if (!roles.empty()) {
        const Role role = choice_.of(roles);
        if (place ==
            Place::kMerge) {  // half of the threads wait with the same value for the others
          merge_ = code_.new_label();
          code_.i(Op::kAddi, hazard, role.value, 0);
          code_.i(Op::kAndi, kScratch, kLane, 1);
          code_.branch(Op::kBne, kScratch, 0, *merge_);
          stay_in_line();
        }
        // For the phase that is under way, which nobody ends. The writer is picked before that.
        if (place == Place::kParked) code_.r(Op::kMbarrierTryWait, kUnused, kSharedBase, kUnused);
        const bool upper = info.pair && role.field != &rs1 && choice_.one_in(2);
        write(writer, hazard + (upper ? 1 : 0), role.value);
        *role.field = hazard;
        address_is_0 = role.field == &rs1 && memory && !isa::is_mbarrier(op);
      }
    }
    between(op, place);
    emit(op, {.rd = info.writes_rd ? rd : 0, .rs1 = rs1, .rs2 = rs2, .rs3 = rs3}, place,
         address_is_0, hazard);
  }

  std::uint32_t default_rs1(Op op) const {
    if (isa::is_mbarrier(op)) return kSharedBase;
    const isa::Info& info = isa::info(op);
    if (info.unit == Unit::kMemory) return used_ % 3 == 0 ? kSharedBase : kDataBase;
    if (op == Op::kBarSync || op == Op::kBarArrive) return kBarrierNumber;
    if (op == Op::kWarpsync) return 0;
    return kFirstData;
  }
  std::uint32_t default_rs2(Op op) const {
    if (op == Op::kBarSync || op == Op::kBarArrive) return kMembers;
    if (isa::info(op).pair) return kFirstData;
    return isa::info(op).unit == Unit::kWarp ? kFullMask : kFirstData + 1;
  }

  void emit(Op op, Fields fields, Place place, bool address_is_0, std::uint32_t hazard) {
    const isa::Info& info = isa::info(op);
    switch (info.format) {
      case isa::Format::kU: fields.imm = choice_.bits() & 0xfffff000; break;
      case isa::Format::kI:
        if (info.unit == Unit::kMemory) {
          fields.imm = (address_is_0 ? kLowData : 0U) + 4 * choice_.below(64);
        } else if (info.unit != Unit::kJump) {
          fields.imm = choice_.below(2048);
        }
        break;
      case isa::Format::kS:
        fields.imm = (address_is_0 ? kLowData : 0U) + 4 * choice_.below(64);
        break;
      case isa::Format::kShift: fields.imm = choice_.below(32); break;
      case isa::Format::kCsr:
      case isa::Format::kCsri:
        fields.imm = isa::csr::kFflags;
        if (info.format == isa::Format::kCsri) fields.rs1 = 1 + choice_.below(31);
        break;
      case isa::Format::kB:
      case isa::Format::kJ: fields.imm = 4; break;
      default: break;
    }
    if (op == Op::kFence || op == Op::kFenceI) fields = {};
    if (info.has_rm) fields.rm = std::array{0U, 1U, 2U, 3U, 4U, 7U}[choice_.below(6)];
    if (op == Op::kJalr && fields.rs1 == hazard) fields.imm = kReturn;
    if (op == Op::kJalr && fields.rs1 != hazard) fields.rs1 = kLink;
    const std::uint32_t ordering = !info.ordered             ? 0
                                   : place == Place::kStores ? choice_.between(1, 3)
                                   : choice_.one_in(4)       ? choice_.below(4)
                                                             : 0;
    code_.emit_word(random::encode(op, fields) | ordering << 25);
    if (op == Op::kJalr) code_.place(back_);
  }

  Choice choice_;
  Assembler code_;
  std::uint32_t threads_;
  std::uint32_t used_ = 0;
  Assembler::Label back_ = 0;              ///< to which jalr jumps
  std::optional<Assembler::Label> merge_;  ///< where threads wait for those that execute the writer
};

}  // namespace heddle::coverage
