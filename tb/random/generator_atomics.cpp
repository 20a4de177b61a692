// Statements with atomics. What they compute must not depend on the order of warps: on a thread's
// own words, and on those of a warp, everything is allowed; on words that warps share, every word
// has one operation whose order does not matter, and old values are not looked at.
#include <array>

#include "random/generator.hpp"
#include "random/program_layout.hpp"

namespace heddle::random {
namespace {

using isa::Op;

constexpr std::array kAtomics{Op::kAmoswapW, Op::kAmoaddW, Op::kAmoxorW, Op::kAmoandW,
                              Op::kAmoorW,   Op::kAmominW, Op::kAmomaxW, Op::kAmominuW,
                              Op::kAmomaxuW, Op::kAmocasW, Op::kAmofaddW};

// By word number, modulo their number.
constexpr std::array kOrderless{Op::kAmoaddW, Op::kAmoxorW, Op::kAmoandW,  Op::kAmoorW,
                                Op::kAmominW, Op::kAmomaxW, Op::kAmominuW, Op::kAmomaxuW};
static_assert(kOrderless.size() == kCommonFamilies);

}  // namespace

std::uint32_t Generator::ordering() { return choice_.one_in(3) ? choice_.between(1, 3) : 0; }

void Generator::atomic_access(std::uint32_t base, std::int32_t word_offset) {
  if (word_offset != 0) {
    code_.i(Op::kAddi, kScratch, base, word_offset);
    base = kScratch;
  }
  const Op op = choice_.of(kAtomics);
  const std::uint32_t rd = destination();
  // Else the comparison would hardly ever succeed.
  if (op == Op::kAmocasW && choice_.one_in(2)) code_.i(Op::kLw, rd, base, 0);
  code_.atomic(op, rd, source(), base, ordering());
}

std::uint32_t Generator::pair() { return choice_.of(kPairs); }

void Generator::doubleword_access(std::uint32_t base, std::int32_t offset) {
  if (offset != 0) {
    code_.i(Op::kAddi, kScratch, base, offset);
    base = kScratch;
  }
  const std::uint32_t rd = choice_.one_in(8) ? 0 : pair();
  if (rd != 0 && !choice_.one_in(3)) {
    code_.i(Op::kLw, rd, base, 0);
    if (!choice_.one_in(8)) code_.i(Op::kLw, rd + 1, base, 4);
  }
  code_.atomic(Op::kAmocasD, rd, choice_.one_in(8) ? 0 : pair(), base, ordering());
}

void Generator::atomic_statement(const Context& context) {
  switch (choice_.below(context.uniform ? 4 : 3)) {
    case 0: return atomics_in_warp();
    case 1: return atomics_between_ctas();
    case 2: return atomics_between_warps();
    default: return read_common_words();
  }
}

// Threads of the warp meet in words that depend on data; the threads of one instruction do so in
// ascending order, and either fences or aq and rl order the instructions.
void Generator::atomics_in_warp() {
  if (choice_.one_in(2)) {
    code_.i(Op::kAddi, kScratch, kWarpLine, 0);
  } else {
    warp_shared_address();
  }
  const std::int32_t mask = choice_.one_in(2) ? 60 : 4;
  for (std::uint32_t left = choice_.between(1, 3); left != 0; --left) {
    if (choice_.one_in(4)) {
      // The words need not start at a doubleword.
      code_.i(Op::kAndi, kScratch2, source(), choice_.one_in(2) ? 48 : 8);
      code_.r(Op::kAdd, kScratch2, kScratch2, kScratch);
      code_.i(Op::kAddi, kScratch2, kScratch2, 4);
      code_.i(Op::kAndi, kScratch2, kScratch2, -8);
      code_.fence();
      doubleword_access(kScratch2, 0);
      continue;
    }
    code_.i(Op::kAndi, kScratch2, source(), mask);
    code_.r(Op::kAdd, kScratch2, kScratch2, kScratch);
    const Op op = choice_.of(kAtomics);
    const std::uint32_t rd = destination();
    if (op == Op::kAmocasW && choice_.one_in(2)) {
      code_.fence();
      code_.i(Op::kLw, rd, kScratch2, 0);
    }
    const std::uint32_t order = ordering();
    if (order == 0) code_.fence();
    code_.atomic(op, rd, source(), kScratch2, order);
  }
  code_.fence();
}

// Words of global memory that all threads of the grid share.
void Generator::atomics_between_ctas() {
  code_.csr(Op::kCsrrs, kScratch2, isa::csr::kArgptr, 0);
  code_.i(Op::kLw, kScratch2, kScratch2, kArgumentCommon);
  orderless_atomics(kCommonWords);
}

// Words of shared memory that all threads of the CTA share.
void Generator::atomics_between_warps() {
  code_.li(kScratch2, common_shared_address());
  orderless_atomics(kCommonSharedWords);
}

// On the `words` words at kScratch2: few places make more threads meet.
void Generator::orderless_atomics(std::uint32_t words) {
  const std::uint32_t rows = words / kCommonFamilies;
  const std::uint32_t mask = choice_.one_in(2) ? rows - 1 : choice_.below(2);
  code_.i(Op::kAndi, kScratch, source(), static_cast<std::int32_t>(mask));
  code_.i(Op::kSlli, kScratch, kScratch, 5);
  static_assert(4 * kCommonFamilies == 1 << 5);
  code_.r(Op::kAdd, kScratch, kScratch, kScratch2);
  std::uint32_t family = 0;
  for (std::uint32_t left = choice_.between(1, 4); left != 0; --left) {
    const std::uint32_t next = choice_.below(kCommonFamilies);
    const auto step = static_cast<std::int32_t>(4 * next) - static_cast<std::int32_t>(4 * family);
    if (step != 0) code_.i(Op::kAddi, kScratch, kScratch, step);
    family = next;
    if (choice_.one_in(5)) {
      refresh_common_doubleword();
    } else if (options_.spins && family < 2 && choice_.one_in(3)) {
      update_common_doubleword();
    } else {
      code_.atomic(kOrderless[family], 0, source(), kScratch, ordering());
    }
  }
}

// An amocas.d about the word at kScratch that stores what it finds, if anything. What it finds is
// forgotten.
void Generator::refresh_common_doubleword() {
  const std::uint32_t both = pair();
  code_.i(Op::kAndi, kLink, kScratch, -8);
  code_.i(Op::kLw, both, kLink, 0);
  code_.i(Op::kLw, both + 1, kLink, 4);
  code_.atomic(Op::kAmocasD, both, both, kLink, ordering());
  code_.i(Op::kAddi, both, kThread, static_cast<std::int32_t>(choice_.below(100)));
  code_.i(Op::kAddi, both + 1, kThreads, 0);
}

// The operations of the first two families in one step, on the doubleword about kScratch, unless
// other threads come between too often: else one after the other. What has been found is forgotten.
// The number of turns is bounded, so that the threads of a warp go on together.
void Generator::update_common_doubleword() {
  static_assert(kOrderless[0] == Op::kAmoaddW && kOrderless[1] == Op::kAmoxorW);
  const std::uint32_t found = pair();
  std::uint32_t updated = found;
  while (updated == found) updated = pair();
  const Assembler::Label done = code_.new_label();
  code_.i(Op::kAndi, kLink, kScratch, -8);
  code_.li(kScratch2, choice_.between(1, 6));
  const Assembler::Label again = code_.here();
  code_.i(Op::kLw, found, kLink, 0);
  code_.i(Op::kLw, found + 1, kLink, 4);
  code_.r(Op::kAdd, updated, found, kThread);
  code_.r(Op::kXor, updated + 1, found + 1, kThread);
  code_.atomic(Op::kAmocasD, found, updated, kLink, ordering());
  // Is it what had been loaded?
  code_.r(Op::kSub, updated, updated, kThread);
  code_.r(Op::kXor, updated + 1, updated + 1, kThread);
  code_.r(Op::kXor, updated, updated, found);
  code_.r(Op::kXor, updated + 1, updated + 1, found + 1);
  code_.r(Op::kOr, updated, updated, updated + 1);
  code_.branch(Op::kBeq, updated, 0, done);
  code_.i(Op::kAddi, kScratch2, kScratch2, -1);
  code_.branch(Op::kBne, kScratch2, 0, again);
  code_.atomic(Op::kAmoaddW, 0, kThread, kLink, ordering());
  code_.i(Op::kAddi, kLink, kLink, 4);
  code_.atomic(Op::kAmoxorW, 0, kThread, kLink, ordering());
  code_.place(done);
  for (const std::uint32_t reg : {found, found + 1, updated, updated + 1}) {
    code_.i(Op::kAddi, reg, kThread, static_cast<std::int32_t>(choice_.below(100)));
  }
}

// Between barriers, nobody changes the words of shared memory that the CTA's threads share.
void Generator::read_common_words() {
  code_.li(kScratch, common_shared_address());
  code_.barrier();
  for (std::uint32_t left = choice_.between(1, 3); left != 0; --left) {
    code_.i(Op::kLw, destination(), kScratch,
            static_cast<std::int32_t>(4 * choice_.below(kCommonSharedWords)));
  }
  code_.barrier();
}

// All threads store the same.
void Generator::initialize_common_words() {
  code_.li(kScratch, common_shared_address());
  for (std::uint32_t word = 0; word < kCommonSharedWords; ++word) {
    code_.li(kScratch2, choice_.bits());
    code_.store(Op::kSw, kScratch2, kScratch, static_cast<std::int32_t>(4 * word));
  }
}

// Behind the words of threads and warps, before the mbarriers.
std::uint32_t Generator::common_shared_address() const {
  return mbarrier_address(0) - 4 * kCommonSharedWords;
}

}  // namespace heddle::random
