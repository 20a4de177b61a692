// Every misuse of a barrier that programming_model.md names, and a deadlock, in lockstep.
#include <catch2/catch.hpp>

#include "isa/csr.hpp"
#include "isa/instructions.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"

namespace {

using heddle::Launch;
using heddle::LaunchResult;
using heddle::LaunchStatus;
using heddle::isa::Op;
using heddle::random::Assembler;

struct Misuse {
  const char* what;
  std::uint32_t threads;
  std::uint32_t cause;
  std::uint32_t address;
  void (*write)(Assembler&);
};

void barrier(Assembler& code, Op op, std::uint32_t number, std::uint32_t count) {
  code.li(5, number);
  code.li(6, count);
  code.r(op, 0, 5, 6);
}

/// The first warp executes `first`, the second, long behind it, `second`.
template <typename First, typename Second>
void in_two_warps(Assembler& code, First first, Second second) {
  const auto other = code.new_label(), end = code.new_label();
  code.csr(Op::kCsrrs, 7, heddle::isa::csr::kWarpid, 0);
  code.branch(Op::kBne, 7, 0, other);
  first(code);
  code.jal(0, end);
  code.place(other);
  for (int i = 0; i < 12; ++i) code.r(Op::kDivu, 8, 8, 7);
  second(code);
  code.place(end);
  code.exit();
}

const Misuse kMisuses[] = {
    {"number above 15", 32, 26, 16, [](Assembler& code) { barrier(code, Op::kBarSync, 16, 0); }},
    {"count above 1,024", 32, 26, 1, [](Assembler& code) { barrier(code, Op::kBarSync, 1, 1025); }},
    {"bar.arrive without a count", 32, 26, 2,
     [](Assembler& code) { barrier(code, Op::kBarArrive, 2, 0); }},
    {"another count than before", 32, 26, 3,
     [](Assembler& code) {
       barrier(code, Op::kBarArrive, 3, 64);
       barrier(code, Op::kBarArrive, 3, 96);
     }},
    {"more arrivals than the count", 32, 26, 4,
     [](Assembler& code) { barrier(code, Op::kBarArrive, 4, 16); }},
    {"count 0 while threads wait with 0 at another barrier", 64, 26, 6,
     [](Assembler& code) {
       in_two_warps(
           code, [](Assembler& c) { barrier(c, Op::kBarSync, 5, 0); },
           [](Assembler& c) { barrier(c, Op::kBarSync, 6, 0); });
     }},
    {"count 0 at a barrier with counted arrivals", 32, 26, 7,
     [](Assembler& code) {
       barrier(code, Op::kBarArrive, 7, 64);
       barrier(code, Op::kBarSync, 7, 0);
     }},
    {"count at a barrier with threads that wait with 0", 64, 26, 8,
     [](Assembler& code) {
       in_two_warps(
           code, [](Assembler& c) { barrier(c, Op::kBarSync, 8, 0); },
           [](Assembler& c) { barrier(c, Op::kBarArrive, 8, 64); });
     }},
    {"threads of the warp wait at another barrier", 32, 26, 10,
     [](Assembler& code) {
       const auto other = code.new_label();
       code.csr(Op::kCsrrs, 7, heddle::isa::csr::kLaneid, 0);
       code.i(Op::kAndi, 7, 7, 1);
       code.branch(Op::kBne, 7, 0, other);
       barrier(code, Op::kBarSync, 9, 64);  // first: its PC is lower
       code.place(other);
       barrier(code, Op::kBarSync, 10, 64);
     }},
    {"a barrier that nobody completes: deadlock", 32, 27, 0,
     [](Assembler& code) { barrier(code, Op::kBarSync, 11, 64); }},
};

}  // namespace

TEST_CASE("every misuse of a barrier stops the grid with its number", "[nano]") {
  for (const Misuse& misuse : kMisuses) {
    INFO(misuse.what);
    const auto device = heddle::lockstep::open_lockstep("nano");
    Launch launch = heddle::lockstep::directed_launch();
    launch.block = {misuse.threads, 1, 1};
    const LaunchResult result =
        heddle::lockstep::run_directed(*device, launch, [&](Assembler& code) {
          misuse.write(code);
          code.exit();
        });
    INFO(result.message);
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == misuse.cause);
    CHECK(result.fault.address == misuse.address);
  }
}
