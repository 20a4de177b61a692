// CUDA's primitives for arrive-wait barriers (mbarriers) in shared memory.
#pragma once

#include <cstdint>

#include "heddle/mbarrier.h"

#define HEDDLE_AWBARRIER static __device__ __forceinline__

typedef std::uint64_t __mbarrier_t;
typedef unsigned int __mbarrier_token_t;

HEDDLE_AWBARRIER std::uint32_t __mbarrier_maximum_count() { return heddle_mbarrier_maximum; }

HEDDLE_AWBARRIER void __mbarrier_init(__mbarrier_t* barrier, std::uint32_t expected_count) {
  heddle_mbarrier_init(barrier, expected_count);
}

/// Ends the object's life: its memory may be used for something else.
HEDDLE_AWBARRIER void __mbarrier_inval(__mbarrier_t* barrier) {
  *barrier = 0;
  __asm__ __volatile__("" : : : "memory");
}

/// Arrives; the token names the phase that this counts for.
HEDDLE_AWBARRIER __mbarrier_token_t __mbarrier_arrive(__mbarrier_t* barrier) {
  return heddle_mbarrier_arrive(barrier, 1);
}

/// Arrives, and later phases expect one arrival less.
HEDDLE_AWBARRIER __mbarrier_token_t __mbarrier_arrive_and_drop(__mbarrier_t* barrier) {
  return heddle_mbarrier_arrive_drop(barrier, 1);
}

/// The arrivals that were missing before the one that gave the token.
HEDDLE_AWBARRIER std::uint32_t __mbarrier_token_pending_count(__mbarrier_token_t token) {
  return token >> 2 & heddle_mbarrier_maximum;
}

/// Whether the token's phase, the current one or the one before, has ended.
HEDDLE_AWBARRIER bool __mbarrier_test_wait(__mbarrier_t* barrier, __mbarrier_token_t token) {
  return heddle_mbarrier_test(barrier, token);
}

/// The same for the phase, of these two, that has this parity; the first one has 0.
HEDDLE_AWBARRIER bool __mbarrier_test_wait_parity(__mbarrier_t* barrier, bool phase_parity) {
  return heddle_mbarrier_test(barrier, phase_parity ? 1 : 0);
}

/// These wait a while for it.
HEDDLE_AWBARRIER bool __mbarrier_try_wait(__mbarrier_t* barrier, __mbarrier_token_t token,
                                          std::uint32_t /*max_sleep_nanosec*/) {
  return heddle_mbarrier_try_wait(barrier, token);
}
HEDDLE_AWBARRIER bool __mbarrier_try_wait_parity(__mbarrier_t* barrier, bool phase_parity,
                                                 std::uint32_t /*max_sleep_nanosec*/) {
  return heddle_mbarrier_try_wait(barrier, phase_parity ? 1 : 0);
}

#undef HEDDLE_AWBARRIER
