#include <fmt/format.h>

#include <span>
#include <utility>

#include "conformance/cases.hpp"
#include "device/fault.hpp"
#include "isa/mbarrier.hpp"

namespace heddle::conformance {
namespace {

using isa::Op;
using random::Assembler;

/// An instruction, or a word that is none, that ends the threads which execute it.
struct Ending {
  Op op = Op::kIllegal;
  std::uint32_t word = 0;
  std::uint32_t cause = 0;  ///< of the fault; where the threads just end: `fault` is false
  bool fault = true;
  std::uint32_t address = 0;  ///< of an access that faults, in a1, plus `stride` times the lane
  std::uint32_t stride = 4;   ///< or 8
};

constexpr std::uint32_t kMark = 0x5a5a5a5a;
constexpr std::uint32_t kAddress = 11;

/// The threads of `mask` execute the instruction, with a0 = lane + 1 and a7 = 93; the others store
/// a mark and exit.
std::string run_ending(Device& device, const Ending& ending, std::uint32_t mask) {
  Assembler code(kCodeBase);
  code.csr(Op::kCsrrs, 5, isa::csr::kLaneid, 0);
  code.li(6, mask);
  code.r(Op::kSrl, 6, 6, 5);
  code.i(Op::kAndi, 6, 6, 1);
  code.i(Op::kAddi, 10, 5, 1);
  code.li(17, 93);
  code.li(kAddress, ending.address);
  code.r(ending.stride == 8 ? Op::kSh3add : Op::kSh2add, kAddress, 5, kAddress);
  code.li(7, kGlobal);
  code.r(Op::kSh2add, 7, 5, 7);
  code.store(Op::kSw, 0, 7, 0);
  code.fence();
  const auto skip = code.new_label();
  code.branch(Op::kBeq, 6, 0, skip);
  const std::uint32_t pc = code.pc();
  code.emit_word(ending.word);
  code.fence();
  code.place(skip);
  code.li(8, kMark);
  code.store(Op::kSw, 8, 7, 0);
  code.exit();
  const std::vector<std::uint32_t> words = code.finish();
  device.write_memory(kCodeBase, std::as_bytes(std::span(words)));
  Launch launch;
  launch.entry = kCodeBase;
  launch.block = {kLanes, 1, 1};
  launch.local_base = kLocalMemory;
  launch.local_shift = kLocalShift;
  launch.cycle_limit = 100'000;
  const LaunchResult result = device.run(launch, {});

  const std::string what =
      fmt::format("{:#010x} ({}) under mask {:#010x}: ", ending.word, isa::name(ending.op), mask);
  std::uint32_t first = 0;
  while ((mask >> first & 1) == 0) ++first;
  if (ending.fault) {
    const std::uint32_t address = ending.address != 0 ? ending.address + ending.stride * first
                                  : ending.cause == cause::kIllegal ? ending.word
                                                                    : pc;
    // An access fault in global memory names the threads of the first request: of a line, or an
    // atomic's own one.
    const bool access =
        (ending.cause == cause::kLoadAccess || ending.cause == cause::kStoreAccess) &&
        !isa::is_mbarrier(ending.op) && ending.address < kLocal;
    const bool atomic = isa::info(ending.op).format == isa::Format::kAmo;
    const std::uint32_t line = mask & 0xffffU << (first & 16);
    const std::uint32_t threads = !access ? mask : atomic ? 1U << first : line;
    const Fault& fault = result.fault;
    if (result.status == LaunchStatus::kFault && fault.cause == ending.cause &&
        fault.mask == threads && fault.pc == pc && fault.address == address) {
      return {};
    }
    return what + fmt::format("expected cause {} at {:#x}, address {:#x}; got status {}, {}\n",
                              ending.cause, pc, address, static_cast<int>(result.status),
                              result.message);
  }
  const std::uint32_t status = ending.op == Op::kEcall ? first + 1 : 0;
  if (result.status != LaunchStatus::kOk || result.exit_status != status) {
    return what + fmt::format("exit status {}, expected {}; {}\n", result.exit_status, status,
                              result.message);
  }
  LaneWords marks{};
  device.read_memory(kGlobal, std::as_writable_bytes(std::span(marks)));
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    if (marks[lane] == ((mask >> lane & 1) != 0 ? 0 : kMark)) continue;
    return what + fmt::format("lane {} has the mark {:#x}\n", lane, marks[lane]);
  }
  return {};
}

std::uint32_t access(Op op) {
  const isa::Format format = isa::info(op).format;
  return random::encode(op,
                        {.rd = format == isa::Format::kS ? 0U : 28U,
                         .rs1 = kAddress,
                         .rs2 = format == isa::Format::kI || op == Op::kMbarrierTest ? 0U : 6U});
}

}  // namespace

std::string run_endings(Device& device, Coverage& coverage) {
  device.set_regions(program_regions());
  std::string problems;
  const auto run = [&](const Ending& ending, std::uint32_t mask) {
    problems += run_ending(device, ending, mask);
    if (ending.op != Op::kIllegal) coverage.add(ending.op, mask, kLanes);
  };
  for (const Op op : {Op::kExit, Op::kEcall, Op::kEbreak}) {
    const Ending ending{op, random::encode(op, {}), cause::kBreakpoint, op == Op::kEbreak, 0};
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) run(ending, 1U << lane);
    for (const std::uint32_t mask : {0xffffffffU, 0x55555555U, 0xfffffffeU, 0x0ff00ff0U}) {
      run(ending, mask);
    }
  }
  // Faults: the next thread alone for each, and two masks.
  std::uint32_t lane = 0;
  const auto fault = [&](const Ending& ending) {
    for (const std::uint32_t mask : {0xffffffffU, 0x80010102U, 1U << lane++ % kLanes}) {
      run(ending, mask);
    }
  };
  // No instructions: zeros, ones, c.nop, lr.w, sc.w, amocas.d with an odd rd, with an odd rs2,
  // amocas.q, wfi, mret, rounding modes 5 and 6, a CSR that does not exist, a write to a read-only
  // one.
  for (const std::uint32_t word : {0x00000000U, 0xffffffffU, 0x00010001U, 0x1005a52fU, 0x1865a52fU,
                                   0x2865b5afU, 0x2875b52fU, 0x2865c52fU, 0x10500073U, 0x30200073U,
                                   0x00b55553U, 0x00b56553U, 0x30002573U, 0xc0001573U}) {
    fault({Op::kIllegal, word, cause::kIllegal, true, 0});
  }
  for (const Op op : {Op::kLh, Op::kLhu, Op::kLw}) {
    fault({op, access(op), cause::kLoadMisaligned, true, kGlobal + 1});
    fault({op, access(op), cause::kLoadAccess, true, 0x00400000});
  }
  for (const Op op : {Op::kSh, Op::kSw, Op::kAmoswapW, Op::kAmoaddW, Op::kAmocasW, Op::kAmofaddW}) {
    fault({op, access(op), cause::kStoreMisaligned, true, kShared + 1});
    fault({op, access(op), cause::kStoreAccess, true, 0x00400000});
  }
  // A doubleword: at a word; in the local window and beyond the shared one, all threads at once.
  fault({Op::kAmocasD, access(Op::kAmocasD), cause::kStoreMisaligned, true, kShared + 4, 8});
  fault({Op::kAmocasD, access(Op::kAmocasD), cause::kStoreMisaligned, true, kGlobal + 4, 8});
  fault({Op::kAmocasD, access(Op::kAmocasD), cause::kStoreAccess, true, 0x00400000, 8});
  fault({Op::kAmocasD, access(Op::kAmocasD), cause::kStoreAccess, true, kLocal, 8});
  fault({Op::kAmocasD, access(Op::kAmocasD), cause::kStoreAccess, true, kShared + (1 << 24), 8});
  // An mbarrier: at a word, and in every window but the shared one; all threads at once, as it is
  // the address that is wrong.
  for (const Op op : {Op::kMbarrierArrive, Op::kMbarrierArriveDrop, Op::kMbarrierExpectTx,
                      Op::kMbarrierCompleteTx, Op::kMbarrierTest, Op::kMbarrierTryWait}) {
    const bool test = isa::is_mbarrier_test(op);
    const std::uint32_t misaligned = test ? cause::kLoadMisaligned : cause::kStoreMisaligned;
    const std::uint32_t outside = test ? cause::kLoadAccess : cause::kStoreAccess;
    fault({op, access(op), misaligned, true, kShared + 1});
    fault({op, access(op), misaligned, true, kGlobal + 2});
    for (const std::uint32_t address : {kGlobal, kLocal, kShared + (1 << 24)}) {
      fault({op, access(op), outside, true, address, 8});
    }
  }
  return problems;
}

}  // namespace heddle::conformance
