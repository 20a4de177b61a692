#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "conformance/cases.hpp"
#include "execute/float_reference.hpp"

namespace heddle::conformance {
namespace {

using isa::Format;
using isa::Op;
using isa::Unit;
using random::Assembler;
using random::Fields;

constexpr std::uint32_t kDynamic = 7;

/// Which of an instruction's registers are the same one, or x0.
enum class Form { kPlain, kRdRs1, kRdRs2, kRdRs3, kAllSame, kRdZero, kRs1Zero, kRs2Zero, kRs3Zero };
constexpr std::pair<Form, const char*> kForms[] = {
    {Form::kRdRs1, "rd = rs1"},   {Form::kRdRs2, "rd = rs2"},
    {Form::kRdRs3, "rd = rs3"},   {Form::kAllSame, "all registers the same"},
    {Form::kRdZero, "rd = x0"},   {Form::kRs1Zero, "rs1 = x0"},
    {Form::kRs2Zero, "rs2 = x0"}, {Form::kRs3Zero, "rs3 = x0"}};

enum class Kind { kInteger, kFloat, kSpecial, kWarp };

Kind kind_of(Op op) {
  const isa::Info& info = isa::info(op);
  if (info.unit == Unit::kSfu) return Kind::kSpecial;
  if (info.unit == Unit::kWarp) return Kind::kWarp;
  if (info.unit == Unit::kFloat || info.has_rm) return Kind::kFloat;
  return Kind::kInteger;
}

/// True for instructions whose results depend on nothing but registers and the immediate.
bool from_registers(Op op) {
  switch (isa::info(op).unit) {
    case Unit::kAlu: return isa::info(op).writes_rd && op != Op::kAuipc;
    case Unit::kMul:
    case Unit::kFloat:
    case Unit::kDivide:
    case Unit::kWarp:
    case Unit::kSfu: return true;
    default: return false;
  }
}

bool exists(Op op, Form form) {
  const isa::Info& info = isa::info(op);
  switch (form) {
    case Form::kRdRs1:
    case Form::kRs1Zero: return info.reads_rs1;
    case Form::kRdRs2:
    case Form::kRs2Zero: return info.reads_rs2;
    case Form::kRdRs3:
    case Form::kRs3Zero: return info.reads_rs3;
    case Form::kAllSame: return info.reads_rs2;
    default: return true;
  }
}

bool has_immediate(Op op) {
  const Format format = isa::info(op).format;
  return format == Format::kI || format == Format::kShift || format == Format::kU;
}

void emit(Assembler& code, Op op, Form form, std::uint32_t imm, std::uint32_t rm,
          const Place& place) {
  const isa::Info& info = isa::info(op);
  Fields fields{.rd = place.rd,
                .rs1 = info.reads_rs1 ? kA : 0,
                .rs2 = info.reads_rs2 ? kB : 0,
                .rs3 = info.reads_rs3 ? kC : 0,
                .imm = imm,
                .rm = rm};
  const auto share = [&](std::uint32_t& source) {
    code.i(Op::kAddi, place.rd, source, 0);
    source = place.rd;
  };
  switch (form) {
    case Form::kPlain: break;
    case Form::kRdRs1: share(fields.rs1); break;
    case Form::kRdRs2: share(fields.rs2); break;
    case Form::kRdRs3: share(fields.rs3); break;
    case Form::kAllSame:
      share(fields.rs1);
      fields.rs2 = place.rd;
      if (info.reads_rs3) fields.rs3 = place.rd;
      break;
    case Form::kRdZero: fields.rd = 0; break;
    case Form::kRs1Zero: fields.rs1 = 0; break;
    case Form::kRs2Zero: fields.rs2 = 0; break;
    case Form::kRs3Zero: fields.rs3 = 0; break;
  }
  code.emit(op, fields);
  if (form == Form::kRdZero) code.i(Op::kAddi, place.rd, 0, 0);
  if (kind_of(op) == Kind::kFloat) code.csr(Op::kCsrrw, place.extra, isa::csr::kFcsr, kFcsr);
}

void expect(Op op, Form form, std::uint32_t imm, std::uint32_t rm, const Round& round,
            std::uint32_t mask, Outcome& outcome) {
  LaneWords a = round.a, b = round.b, c = round.c;
  if (form == Form::kAllSame) b = c = a;
  if (form == Form::kRs1Zero) a.fill(0);
  if (form == Form::kRs2Zero) b.fill(0);
  if (form == Form::kRs3Zero) c.fill(0);
  if (has_immediate(op)) b.fill(imm);
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    if ((mask >> lane & 1) == 0) continue;
    std::uint32_t result = 0;
    switch (kind_of(op)) {
      case Kind::kInteger: result = integer_reference(op, a[lane], b[lane]); break;
      case Kind::kSpecial: result = special_function_reference(op, a[lane]); break;
      case Kind::kWarp: result = warp_reference(op, mask, lane, a, b, c); break;
      case Kind::kFloat: {
        const std::uint32_t frm = round.fcsr[lane] >> 5;
        const std::uint32_t mode = rm != kDynamic ? rm : frm <= 4 ? frm : 0;
        const tb::FloatOutcome value = tb::float_reference(op, a[lane], b[lane], c[lane], mode);
        result = value.bits;
        outcome.extra[lane] = round.fcsr[lane] | value.flags;
        break;
      }
    }
    outcome.rd[lane] = form == Form::kRdZero ? 0 : result;
  }
}

Case make_case(Op op, Form form, const char* form_name, std::uint32_t imm, std::uint32_t rm) {
  Case result;
  result.op = op;
  result.what = isa::name(op);
  if (has_immediate(op)) result.what += fmt::format(" imm {:#x}", imm);
  if (isa::info(op).has_rm) result.what += fmt::format(" rm {}", rm);
  if (form != Form::kPlain) result.what += fmt::format(" ({})", form_name);
  result.extra = kind_of(op) == Kind::kFloat;
  result.emit = [=](Assembler& code, const Place& place) {
    conformance::emit(code, op, form, imm, rm, place);
  };
  result.expect = [=](const Round& round, std::uint32_t mask, Outcome& outcome) {
    conformance::expect(op, form, imm, rm, round, mask, outcome);
  };
  return result;
}

std::vector<std::uint32_t> immediates(Op op) {
  switch (isa::info(op).format) {
    case Format::kI: return {0xffffffff, 0, 1, 0x7ff, 0xfffff800, 0x555};
    case Format::kShift: return {1, 0, 15, 16, 31};
    case Format::kU: return {0x12345000, 0, 0x80000000, 0xfffff000};
    default: return {0};
  }
}

/// No integer instruction changes fcsr.
Case fcsr_is_kept() {
  Case result;
  result.op = Op::kCsrrs;
  result.what = "csrrs rd, fcsr, x0 behind integer instructions";
  result.everyone = true;
  result.emit = [](Assembler& code, const Place& place) {
    code.csr(Op::kCsrrs, place.rd, isa::csr::kFcsr, 0);
  };
  result.expect = [](const Round& round, std::uint32_t, Outcome& outcome) {
    outcome.rd = round.fcsr;
  };
  return result;
}

tb::Operands float_operands(tb::Random& random) {
  const std::uint32_t choice = random.word();
  tb::OperandGenerator generator(random.next());
  const auto special = [&] {
    return tb::kSpecialFloats[random.below(static_cast<std::uint32_t>(tb::kSpecialFloats.size()))];
  };
  switch (choice & 7) {
    case 0:
    case 1: return {special(), special(), special()};
    case 2: return generator.quotient();
    case 3: return {generator.near_narrow(10, -24, 16), generator.near_narrow(3, -9, 9), 0};
    case 4: return {generator.near_narrow(7, -133, 128), generator.near_narrow(2, -16, 16), 0};
    case 5: return {generator.integer(), generator.integer(), generator.integer()};
    default: return generator.next();
  }
}

tb::Operands special_function_operands(tb::Random& random) {
  switch (random.below(4)) {
    case 0:
      return {
          tb::kSpecialFloats[random.below(static_cast<std::uint32_t>(tb::kSpecialFloats.size()))],
          0, 0};
    case 1: return {random.word(), 0, 0};
    case 2: return {(random.word() & 0xffff0000) | (random.below(2) != 0 ? 0xffff : 0), 0, 0};
    default:  // exponents where all functions have finite results
      return {(random.word() & 0x807fffff) | (112 + random.below(24)) << 23, 0, 0};
  }
}

/// Values that repeat, masks of all kinds, PTX's shuffle clamps.
tb::Operands warp_operands(tb::Random& random) {
  static constexpr std::uint32_t kValues[] = {0, 0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 5};
  static constexpr std::uint32_t kClamps[] = {0x1f, 0, 0x101f, 0x1c1f, 0x1800, 0x1c00, 0x100f};
  tb::Operands operands{random.word(), random.word(), random.word()};
  if (random.below(4) != 0) operands.a = kValues[random.below(7)];
  const std::uint32_t choice = random.below(4);
  if (choice == 0) operands.b = 0xffffffff;
  if (choice == 1) operands.b = random.below(32);
  if (random.below(4) != 0) operands.c = kClamps[random.below(7)];
  return operands;
}

MakeOperands operands_for(Kind kind) {
  switch (kind) {
    case Kind::kFloat: return float_operands;
    case Kind::kSpecial: return special_function_operands;
    case Kind::kWarp: return warp_operands;
    default: return integer_operands;
  }
}

}  // namespace

tb::Operands integer_operands(tb::Random& random) {
  static constexpr std::uint32_t kCorners[] = {
      0,          1,          2,          0xffffffff, 0xfffffffe, 0x80000000, 0x80000001,
      0x7fffffff, 0x7ffffffe, 0x55555555, 0xaaaaaaaa, 0x0000ffff, 0x00010000, 31,
      32,         33,         0x00ff00ff, 0x7f,       0x80,       0x7fff,     0x8000,
      0xffff8000, 0xff,       0x100,      0x40000000, 0xc0000000};
  const auto one = [&] {
    const std::uint32_t choice = random.below(8);
    if (choice < 5) return kCorners[random.below(std::size(kCorners))];
    return choice == 5 ? random.word() >> random.below(32) : random.word();
  };
  const tb::Operands operands{one(), one(), one()};
  return random.below(8) == 0 ? tb::Operands{operands.a, operands.a, operands.a} : operands;
}

void append_groups(std::vector<Group>& groups, std::vector<Case> cases, Masks masks,
                   const MakeOperands& operands) {
  for (std::size_t i = 0; i < cases.size(); i += kGroupCases) {
    Group group{{}, masks, operands, {}};
    const std::size_t end = std::min(i + kGroupCases, cases.size());
    for (std::size_t j = i; j < end; ++j) group.cases.push_back(std::move(cases[j]));
    groups.push_back(std::move(group));
  }
}

std::vector<Group> register_groups() {
  std::vector<Group> groups;
  for (const Kind kind : {Kind::kInteger, Kind::kFloat, Kind::kSpecial, Kind::kWarp}) {
    std::vector<Case> all, few;
    for (std::size_t number = 1; number < isa::kOpCount; ++number) {
      const auto op = static_cast<Op>(number);
      if (!from_registers(op) || kind_of(op) != kind) continue;
      const std::vector<std::uint32_t> imms = immediates(op);
      const std::uint32_t rm = isa::info(op).has_rm ? kDynamic : 0;
      // Each group of integer instructions ends with a look at fcsr.
      if (kind == Kind::kInteger && all.size() % kGroupCases == kGroupCases - 1) {
        all.push_back(fcsr_is_kept());
      }
      all.push_back(make_case(op, Form::kPlain, "", imms.front(), rm));
      for (std::size_t i = 1; i < imms.size(); ++i) {
        few.push_back(make_case(op, Form::kPlain, "", imms[i], rm));
      }
      if (isa::info(op).has_rm) {
        for (std::uint32_t mode = 0; mode <= 4; ++mode) {
          few.push_back(make_case(op, Form::kPlain, "", 0, mode));
        }
      }
      for (const auto& [form, name] : kForms) {
        if (exists(op, form)) few.push_back(make_case(op, form, name, imms.front(), rm));
      }
    }
    append_groups(groups, std::move(all), Masks::kAll, operands_for(kind));
    append_groups(groups, std::move(few), Masks::kFew, operands_for(kind));
  }
  return groups;
}

}  // namespace heddle::conformance
