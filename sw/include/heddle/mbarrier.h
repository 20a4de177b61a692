// Mbarriers: 64 bits in shared memory that count a phase's arrivals and bytes. What cuda/barrier and
// cuda_awbarrier_primitives.h are made of (docs/architecture/programming_model.md, "mbarriers").
//
// A state is an mbarrier's lower word: bit 0 is the parity of the phase, bit 1 says that a count was
// wrong, bits 21 to 2 are the arrivals that are missing.
#pragma once

#include <cstdint>

#include "heddle/builtins.h"
#include "heddle/heddle_isa.inc"
#include "heddle/host_defines.h"

#define HEDDLE_MBARRIER static __device__ __forceinline__

inline constexpr unsigned int heddle_mbarrier_maximum = (1u << 20) - 1;

/// Makes an mbarrier whose phases expect `count` arrivals each, 1 to the maximum; with another count
/// it is as if an arrival had been wrong. Others may use it behind a barrier of the block.
HEDDLE_MBARRIER void heddle_mbarrier_init(std::uint64_t* mbarrier, unsigned int count) {
  const unsigned int wrong = count - 1 >= heddle_mbarrier_maximum ? 2 : 0;
  const std::uint64_t arrivals = count & heddle_mbarrier_maximum;
  *mbarrier = arrivals << 22 | arrivals << 2 | wrong;
  __asm__ __volatile__("" : : : "memory");
}

// name(mbarrier, n): the operation; gives the state before it. Arrivals and complete bytes release
// what the thread has done before.
#define HEDDLE_MBARRIER_UPDATE(name, instruction)                              \
  HEDDLE_MBARRIER unsigned int name(const void* mbarrier, unsigned int n) {    \
    unsigned int state;                                                        \
    __asm__ __volatile__(HEDDLE_ASM_MBARRIER_##instruction("%0", "%1", "%2")   \
                         : "=r"(state)                                         \
                         : "r"(n), "r"(mbarrier)                               \
                         : "memory");                                          \
    return state;                                                              \
  }
HEDDLE_MBARRIER_UPDATE(heddle_mbarrier_arrive, ARRIVE_RL)
HEDDLE_MBARRIER_UPDATE(heddle_mbarrier_arrive_drop, ARRIVE_DROP_RL)
HEDDLE_MBARRIER_UPDATE(heddle_mbarrier_expect_tx, EXPECT_TX)
HEDDLE_MBARRIER_UPDATE(heddle_mbarrier_complete_tx, COMPLETE_TX_RL)
#undef HEDDLE_MBARRIER_UPDATE

/// Whether the current phase's parity is another one than bit 0 of `state`. What the thread does
/// afterwards sees what the ended phases' arrivals released. Traps if a count was wrong: nobody
/// could say when this phase ends.
HEDDLE_MBARRIER bool heddle_mbarrier_test(const void* mbarrier, unsigned int state) {
  unsigned int now;
  __asm__ __volatile__(HEDDLE_ASM_MBARRIER_TEST("%0", "%1")
                       : "=r"(now)
                       : "r"(mbarrier)
                       : "memory");
  if ((now & 2) != 0) __trap();
  return ((now ^ state) & 1) != 0;
}

/// The same; if it is not, the warp may rest until a phase of some mbarrier ends, or for a while.
HEDDLE_MBARRIER bool heddle_mbarrier_try_wait(const void* mbarrier, unsigned int state) {
  unsigned int now;
  __asm__ __volatile__(HEDDLE_ASM_MBARRIER_TRY_WAIT("%0", "%1", "%2")
                       : "=r"(now)
                       : "r"(state), "r"(mbarrier)
                       : "memory");
  if ((now & 2) != 0) __trap();
  return ((now ^ state) & 1) != 0;
}

/// Waits until it is true.
HEDDLE_MBARRIER void heddle_mbarrier_wait(const void* mbarrier, unsigned int state) {
  while (!heddle_mbarrier_try_wait(mbarrier, state)) {
  }
}

/// The same without the trap, for counts that cannot be wrong; the mbarrier by its address as a word,
/// or as a pointer.
HEDDLE_MBARRIER void heddle_mbarrier_wait_unchecked(unsigned int mbarrier, unsigned int state) {
  unsigned int now;
  do {
    __asm__ __volatile__(HEDDLE_ASM_MBARRIER_TRY_WAIT("%0", "%1", "%2")
                         : "=r"(now)
                         : "r"(state), "r"(mbarrier)
                         : "memory");
  } while (((now ^ state) & 1) == 0);
}
HEDDLE_MBARRIER void heddle_mbarrier_wait_unchecked(const void* mbarrier, unsigned int state) {
  heddle_mbarrier_wait_unchecked(
      static_cast<unsigned int>(reinterpret_cast<std::uintptr_t>(mbarrier)), state);
}

#undef HEDDLE_MBARRIER
