// Statements with mbarriers. On a thread's own words and on those of a warp, operations may find
// and leave anything. Those of the whole CTA are used as mbarriers are: everybody arrives, and
// waits for the end of the phase. How many arrivals were missing depends on the order of warps, and
// is not looked at; the parity of the phase does not.
#include <array>

#include "random/generator.hpp"
#include "random/program_layout.hpp"

namespace heddle::random {
namespace {

using isa::Op;

constexpr std::array kUpdates{Op::kMbarrierArrive, Op::kMbarrierArriveDrop, Op::kMbarrierExpectTx,
                              Op::kMbarrierCompleteTx};

// By number; what its phases expect, as a multiple of the CTA's threads.
constexpr std::uint32_t kArrivals[kMbarriers] = {1, 2};

constexpr std::int32_t kBytes = 15;  // a thread expects, and completes, at most so many

}  // namespace

void Generator::mbarrier_statement(const Context& context) {
  if (!counted_ || !context.uniform || choice_.one_in(2)) {
    return choice_.one_in(2) ? mbarriers_of_thread() : mbarriers_in_warp();
  }
  choice_.one_in(3) ? drop_arrivals() : arrive_and_wait();
}

void Generator::mbarriers_of_thread() {
  for (std::uint32_t left = choice_.between(1, 3); left != 0; --left) {
    code_.i(Op::kAddi, kScratch, kShared,
            static_cast<std::int32_t>(8 * choice_.below(kSharedWords / 2)));
    if (choice_.one_in(3)) {
      // Else phases would hardly ever end.
      const auto count = choice_.below(4);
      code_.i(Op::kAddi, kScratch2, 0, static_cast<std::int32_t>(count << 2));
      code_.store(Op::kSw, kScratch2, kScratch, 0);
      code_.store(Op::kSw, choice_.one_in(2) ? 0 : source(), kScratch, 4);
      code_.i(Op::kAddi, kScratch2, 0, static_cast<std::int32_t>(choice_.between(count, 3)));
      code_.atomic(choice_.of(kUpdates), destination(), kScratch2, kScratch, ordering());
    }
    code_.atomic(choice_.of(kUpdates), destination(), source(), kScratch, ordering());
    if (choice_.one_in(3)) look_at_mbarrier(kScratch);
  }
}

// Threads of the warp meet at addresses that depend on data, as in atomics_in_warp().
void Generator::mbarriers_in_warp() {
  warp_shared_address();
  const std::int32_t mask = choice_.one_in(2) ? 48 : 16;
  for (std::uint32_t left = choice_.between(1, 3); left != 0; --left) {
    code_.i(Op::kAndi, kScratch2, source(), mask);
    code_.r(Op::kAdd, kScratch2, kScratch2, kScratch);
    code_.i(Op::kAddi, kScratch2, kScratch2, 7);
    code_.i(Op::kAndi, kScratch2, kScratch2, -8);
    code_.fence();
    if (choice_.one_in(4)) {
      look_at_mbarrier(kScratch2);
    } else {
      code_.atomic(choice_.of(kUpdates), destination(), source(), kScratch2, ordering());
    }
  }
  code_.fence();
}

// At the address in a register; a try_wait for any parity, so that warps are parked for nothing.
void Generator::look_at_mbarrier(std::uint32_t address) {
  if (choice_.one_in(2)) {
    code_.i(Op::kMbarrierTest, destination(), address, 0);
  } else {
    code_.r(Op::kMbarrierTryWait, destination(), address, source());
  }
}

// All threads of the CTA, with or without bytes: those of a thread are completed by another one,
// before they are expected or afterwards.
void Generator::arrive_and_wait() {
  const std::uint32_t which = choice_.below(kMbarriers);
  const std::uint32_t n = choice_.of(kPool);
  code_.li(kScratch, mbarrier_address(which));
  const auto complete = [&] {
    // What thread (last - own number) expects.
    code_.r(Op::kSub, n, kThreads, kThread);
    code_.i(Op::kAddi, n, n, -1);
    code_.i(Op::kAndi, n, n, kBytes);
    code_.atomic(Op::kMbarrierCompleteTx, 0, n, kScratch, ordering());
  };
  const std::uint32_t bytes = choice_.below(4);  // 0, 1: none
  if (bytes == 2) complete();
  if (bytes >= 2) {
    code_.i(Op::kAndi, n, kThread, kBytes);
    code_.atomic(Op::kMbarrierExpectTx, 0, n, kScratch, ordering());
  }
  std::uint32_t arrivals = kArrivals[which];
  if (arrivals == 2 && choice_.one_in(2)) {
    code_.li(n, 1);
    code_.atomic(Op::kMbarrierArrive, 0, n, kScratch, ordering());
    --arrivals;
  }
  code_.li(n, arrivals);
  code_.atomic(Op::kMbarrierArrive, kScratch2, n, kScratch, ordering());
  if (bytes == 3) complete();
  for (std::uint32_t left = choice_.below(3); left != 0; --left) alu();
  wait_for_phase(n);
}

// An mbarrier that is made for this: half of its arrivals are dropped in the first phase.
void Generator::drop_arrivals() {
  const std::uint32_t n = choice_.of(kPool);
  code_.li(kScratch, mbarrier_address(kMbarriers));
  code_.barrier();
  initialize_mbarrier(2 * threads_);
  code_.barrier();
  code_.li(n, 1);
  code_.atomic(Op::kMbarrierArrive, 0, n, kScratch, ordering());
  code_.atomic(Op::kMbarrierArriveDrop, kScratch2, n, kScratch, ordering());
  wait_for_phase(n);
  for (std::uint32_t left = choice_.below(3); left != 0; --left) {
    code_.li(n, 1);
    code_.atomic(Op::kMbarrierArrive, kScratch2, n, kScratch, ordering());
    wait_for_phase(n);
  }
}

// Until the phase of the mbarrier at kScratch is another one than in the state in kScratch2, whose
// parity the program goes on with; changes `now`. Of a warp that is alone, the number of turns is
// always the same.
void Generator::wait_for_phase(std::uint32_t now) {
  if (!options_.spins && threads_ > 32) code_.barrier();
  const Assembler::Label spin = code_.here();
  if (choice_.one_in(3)) {
    code_.i(Op::kMbarrierTest, now, kScratch, 0);
  } else {
    code_.r(Op::kMbarrierTryWait, now, kScratch, kScratch2);
    // One that does not look at rd may be picked before the warp is parked. It gives the same in
    // every turn.
    const std::uint32_t other = choice_.of(kPool);
    if (other != now && choice_.one_in(3)) code_.i(Op::kAddi, other, kThread, 1);
  }
  code_.r(Op::kXor, now, now, kScratch2);
  code_.i(Op::kAndi, now, now, 1);
  code_.branch(Op::kBeq, now, 0, spin);
  code_.i(Op::kAndi, destination(), kScratch2, 1);
}

// Until the first phase of the mbarrier at kScratch has ended; changes kScratch2.
void Generator::wait_for_first_phase() {
  const Assembler::Label spin = code_.here();
  if (choice_.one_in(2)) {
    code_.i(Op::kMbarrierTest, kScratch2, kScratch, 0);
  } else {
    code_.r(Op::kMbarrierTryWait, kScratch2, kScratch, 0);
  }
  code_.i(Op::kAndi, kScratch2, kScratch2, 1);
  code_.branch(Op::kBeq, kScratch2, 0, spin);
}

// All threads store the same.
void Generator::initialize_mbarriers() {
  for (std::uint32_t which = 0; which < kMbarriers; ++which) {
    code_.li(kScratch, mbarrier_address(which));
    initialize_mbarrier(kArrivals[which] * threads_);
  }
}

// At kScratch; changes kScratch2.
void Generator::initialize_mbarrier(std::uint32_t count) {
  const std::uint64_t bits = std::uint64_t{count} << 22 | std::uint64_t{count} << 2;
  for (std::int32_t word = 0; word < 2; ++word) {
    code_.li(kScratch2, static_cast<std::uint32_t>(bits >> 32 * word));
    code_.store(Op::kSw, kScratch2, kScratch, 4 * word);
  }
}

// At the end of shared memory.
std::uint32_t Generator::mbarrier_address(std::uint32_t which) const {
  return kSharedWindow + shared_bytes(threads_) - 8 * (kMbarriers + 1) + 8 * which;
}

}  // namespace heddle::random
