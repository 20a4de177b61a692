// Functions' blocks and the places where threads meet again.
#include "functional/control_flow.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <vector>

#include "random/assembler.hpp"

namespace heddle::functional {
namespace {

using isa::Op;
using random::Assembler;

constexpr std::uint32_t kBase = 0x1000;

/// Reads what `write` has assembled.
ControlFlow control_flow(const std::function<void(Assembler&)>& write) {
  Assembler code(kBase);
  write(code);
  return ControlFlow([words = code.finish()](std::uint32_t pc) {
    const std::size_t index = (pc - kBase) / 4;
    return index < words.size() ? isa::decode(words[index]) : isa::Instruction{};
  });
}

void nop(Assembler& code) { code.i(Op::kAddi, 0, 0, 0); }

}  // namespace

TEST_CASE("blocks end at branches and where others begin") {
  auto flow = control_flow([](Assembler& code) {
    const auto join = code.new_label();
    nop(code);
    code.branch(Op::kBeq, 5, 6, join);
    nop(code);
    nop(code);
    code.place(join);
    code.exit();
  });
  const Blocks expected = {
      {kBase, {2, BlockEnd::kBranch, kBase + 8, kBase + 16, kBase + 16}},
      {kBase + 8, {2, BlockEnd::kNext, kBase + 16, kNoPc, kBase + 16}},
      {kBase + 16, {1, BlockEnd::kExit, kNoPc, kNoPc, kNoPc}},
  };
  CHECK(flow.function(kBase) == expected);
}

TEST_CASE("threads that end in a function that returns keep nobody apart") {
  auto flow = control_flow([](Assembler& code) {
    const auto behind = code.new_label();
    const auto join = code.new_label();
    code.branch(Op::kBeq, 5, 6, join);
    code.branch(Op::kBeq, 7, 6, behind);
    code.exit();
    code.place(behind);
    nop(code);
    code.place(join);
    code.jalr(0, 1);
  });
  CHECK(flow.function(kBase).at(kBase).reconvergence == kBase + 16);
  CHECK(flow.function(kBase).at(kBase + 4).reconvergence == kBase + 12);
}

TEST_CASE("ways that all return meet only behind the call") {
  auto flow = control_flow([](Assembler& code) {
    const auto other = code.new_label();
    code.branch(Op::kBeq, 5, 6, other);
    code.jalr(0, 1);
    code.place(other);
    code.jalr(0, 1);
  });
  CHECK(flow.function(kBase).at(kBase).reconvergence == kNoPc);
}

TEST_CASE("nothing follows a call that never returns, directly or not") {
  for (const bool indirectly : {false, true}) {
    CAPTURE(indirectly);
    auto flow = control_flow([&](Assembler& code) {
      const auto join = code.new_label();
      const auto fail = code.new_label();
      const auto other = code.new_label();
      code.branch(Op::kBeq, 5, 6, join);
      code.jal(1, fail);
      nop(code);  // would go on to another way out
      code.jalr(0, 1);
      code.place(join);
      nop(code);
      code.jalr(0, 1);
      code.place(fail);
      if (indirectly) {
        code.jal(1, other);
        code.jal(1, fail);
      }
      code.place(other);
      code.emit(Op::kEbreak, {});
    });
    const Blocks& blocks = flow.function(kBase);
    CHECK(blocks.at(kBase).reconvergence == kBase + 16);
    CHECK(!blocks.contains(kBase + 8));
  }
}

TEST_CASE("a function that calls itself returns if it has another way") {
  auto flow = control_flow([](Assembler& code) {
    const auto self = code.here();
    const auto join = code.new_label();
    code.branch(Op::kBeq, 5, 6, join);
    code.jal(1, self);
    code.place(join);
    code.jalr(0, 1);
  });
  CHECK(flow.function(kBase).at(kBase).reconvergence == kBase + 8);
}

TEST_CASE("indirect jumps go where threads went") {
  auto flow = control_flow([](Assembler& code) {
    const auto join = code.new_label();
    code.jalr(0, 5);
    nop(code);
    code.jal(0, join);
    nop(code);
    code.place(join);
    code.jalr(0, 1);
  });
  const Blocks& blocks = flow.function(kBase);
  CHECK(blocks.size() == 1);
  CHECK(blocks.at(kBase).reconvergence == kNoPc);
  flow.observe(kBase, kBase + 4);
  flow.observe(kBase, kBase + 12);
  flow.refresh();
  CHECK(blocks.size() == 4);
  CHECK(blocks.at(kBase).reconvergence == kBase + 16);
}

}  // namespace heddle::functional
