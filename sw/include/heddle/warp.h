// Warp intrinsics, as CUDA has them. A _sync intrinsic is one asm statement: `warpsync` brings the
// named threads together, and the instruction behind it works on those that then run as one group.
// The statements are volatile, and convergent as everything in device code: the compiler leaves
// them under the control flow where the source has them.
#pragma once

#include "heddle/builtins.h"
#include "heddle/heddle_isa.inc"
#include "heddle/host_defines.h"

#define HEDDLE_WARP static __device__ __forceinline__

/// The threads that execute this together.
HEDDLE_WARP unsigned int __activemask() {
  unsigned int result;
  __asm__ __volatile__(HEDDLE_ASM_ACTIVEMASK("%0") : "=r"(result));
  return result;
}

// Threads that were brought together are at one place, the instruction behind `warpsync`, and so
// are selected as one group. It may hold others, which came with other masks: the instruction's own
// operand says whose values count.
// HEDDLE_SYNC(operation, (outputs), (inputs)): the operation by the threads of `mask`.
#define HEDDLE_LIST(...) __VA_ARGS__
#define HEDDLE_SYNC(operation, outputs, inputs)                         \
  __asm__ __volatile__(HEDDLE_ASM_WARPSYNC("%[mask]") "\n\t" operation  \
                       : HEDDLE_LIST outputs                            \
                       : HEDDLE_LIST inputs, [mask] "r"(mask))

/// Waits for the threads of the mask; what they wrote before, they all see afterwards.
HEDDLE_WARP void __syncwarp(unsigned int mask = 0xffffffff) {
  __asm__ __volatile__(HEDDLE_ASM_WARPSYNC("%0") : : "r"(mask) : "memory");
}

// name(mask, value): the instruction with the mask as its members.
#define HEDDLE_WARP_MEMBERS(name, instruction, type)                          \
  HEDDLE_WARP type name(unsigned int mask, type value) {                      \
    type result;                                                              \
    HEDDLE_SYNC(HEDDLE_ASM_##instruction("%[result]", "%[value]", "%[mask]"), \
                ([result] "=r"(result)), ([value] "r"(value)));              \
    return result;                                                            \
  }

HEDDLE_WARP_MEMBERS(heddle_vote_all, VOTE_ALL, int)
HEDDLE_WARP_MEMBERS(heddle_vote_any, VOTE_ANY, int)
HEDDLE_WARP_MEMBERS(heddle_vote_ballot, VOTE_BALLOT, unsigned int)
HEDDLE_WARP_MEMBERS(heddle_match_any, MATCH_ANY, unsigned int)
HEDDLE_WARP_MEMBERS(heddle_match_all, MATCH_ALL, unsigned int)
HEDDLE_WARP_MEMBERS(__reduce_add_sync, REDUX_ADD, int)
HEDDLE_WARP_MEMBERS(__reduce_add_sync, REDUX_ADD, unsigned int)
HEDDLE_WARP_MEMBERS(__reduce_min_sync, REDUX_MIN, int)
HEDDLE_WARP_MEMBERS(__reduce_min_sync, REDUX_MINU, unsigned int)
HEDDLE_WARP_MEMBERS(__reduce_max_sync, REDUX_MAX, int)
HEDDLE_WARP_MEMBERS(__reduce_max_sync, REDUX_MAXU, unsigned int)
HEDDLE_WARP_MEMBERS(__reduce_and_sync, REDUX_AND, unsigned int)
HEDDLE_WARP_MEMBERS(__reduce_or_sync, REDUX_OR, unsigned int)
HEDDLE_WARP_MEMBERS(__reduce_xor_sync, REDUX_XOR, unsigned int)
#undef HEDDLE_WARP_MEMBERS

HEDDLE_WARP int __all_sync(unsigned int mask, int predicate) {
  return heddle_vote_all(mask, predicate);
}
HEDDLE_WARP int __any_sync(unsigned int mask, int predicate) {
  return heddle_vote_any(mask, predicate);
}
HEDDLE_WARP unsigned int __ballot_sync(unsigned int mask, int predicate) {
  return heddle_vote_ballot(mask, static_cast<unsigned int>(predicate));
}

/// A value as 32-bit words; a smaller one is extended with zeros.
template <typename T>
struct heddle_words {
  static constexpr int kCount = (sizeof(T) + 3) / 4;
  unsigned int word[kCount] = {};

  __device__ __forceinline__ explicit heddle_words(const T& value) {
    __builtin_memcpy(word, &value, sizeof(T));
  }
  __device__ __forceinline__ T value() const {
    struct alignas(T) Bytes {
      unsigned char byte[sizeof(T)];
    } bytes;
    __builtin_memcpy(&bytes, word, sizeof(T));
    return __builtin_bit_cast(T, bytes);
  }
};

// Two words stay under one warpsync. The first result must not take a register that is still read.
#define HEDDLE_WARP_SHUFFLE(name, instruction)                                                     \
  template <typename T>                                                                            \
  HEDDLE_WARP T heddle_shuffle_##name(unsigned int mask, const T& value, unsigned int lane,        \
                                      unsigned int clamp) {                                        \
    heddle_words<T> words(value);                                                                  \
    if constexpr (words.kCount == 2) {                                                             \
      HEDDLE_SYNC(HEDDLE_ASM_##instruction(                                                        \
                      "%[low]", "%[low]", "%[lane]",                                               \
                      "%[clamp]") "\n\t" HEDDLE_ASM_##instruction("%[high]", "%[high]", "%[lane]", \
                                                                  "%[clamp]"),                     \
                  ([low] "+&r"(words.word[0]), [high] "+&r"(words.word[1])),                       \
                  ([lane] "r"(lane), [clamp] "r"(clamp)));                                         \
    } else {                                                                                       \
      for (unsigned int& word : words.word) {                                                      \
        HEDDLE_SYNC(HEDDLE_ASM_##instruction("%[word]", "%[word]", "%[lane]", "%[clamp]"),         \
                    ([word] "+r"(word)), ([lane] "r"(lane), [clamp] "r"(clamp)));                 \
      }                                                                                            \
    }                                                                                              \
    return words.value();                                                                          \
  }

HEDDLE_WARP_SHUFFLE(up, SHFL_UP)
HEDDLE_WARP_SHUFFLE(down, SHFL_DOWN)
HEDDLE_WARP_SHUFFLE(bfly, SHFL_BFLY)
HEDDLE_WARP_SHUFFLE(idx, SHFL_IDX)
#undef HEDDLE_WARP_SHUFFLE

/// The instruction's clamp operand for segments of `width` lanes; `last` is the lane offset, within
/// a segment, beyond which no lane reads.
HEDDLE_WARP unsigned int heddle_shuffle_clamp(int width, unsigned int last) {
  return static_cast<unsigned int>(warpSize - width) << 8 | last;
}

// The four shuffles of one type; cuda_fp16.h and cuda_bf16.h add theirs.
#define HEDDLE_SHUFFLES(type)                                                                   \
  static __device__ __forceinline__ type __shfl_sync(unsigned int mask, type value, int lane,   \
                                                     int width = 32) {                          \
    return heddle_shuffle_idx(mask, value, static_cast<unsigned int>(lane),                     \
                              heddle_shuffle_clamp(width, 31));                                 \
  }                                                                                             \
  static __device__ __forceinline__ type __shfl_up_sync(unsigned int mask, type value,          \
                                                        unsigned int delta, int width = 32) {   \
    return heddle_shuffle_up(mask, value, delta, heddle_shuffle_clamp(width, 0));               \
  }                                                                                             \
  static __device__ __forceinline__ type __shfl_down_sync(unsigned int mask, type value,        \
                                                          unsigned int delta, int width = 32) { \
    return heddle_shuffle_down(mask, value, delta, heddle_shuffle_clamp(width, 31));            \
  }                                                                                             \
  static __device__ __forceinline__ type __shfl_xor_sync(unsigned int mask, type value,         \
                                                         int lane_mask, int width = 32) {       \
    return heddle_shuffle_bfly(mask, value, static_cast<unsigned int>(lane_mask),               \
                               heddle_shuffle_clamp(width, 31));                                \
  }

HEDDLE_SHUFFLES(int)
HEDDLE_SHUFFLES(unsigned int)
HEDDLE_SHUFFLES(long)
HEDDLE_SHUFFLES(unsigned long)
HEDDLE_SHUFFLES(long long)
HEDDLE_SHUFFLES(unsigned long long)
HEDDLE_SHUFFLES(float)
HEDDLE_SHUFFLES(double)

// The threads of the mask whose value has the same bits; with match_all, the mask if all have. Of
// two words, both must agree.
template <typename T>
HEDDLE_WARP unsigned int heddle_match_any_words(unsigned int mask, const T& value) {
  unsigned int result = 0xffffffff;
  for (const unsigned int word : heddle_words<T>(value).word) {
    result &= heddle_match_any(mask, word);
  }
  return result;
}
template <typename T>
HEDDLE_WARP unsigned int heddle_match_all_words(unsigned int mask, const T& value, int* all) {
  unsigned int result = 0xffffffff;
  for (const unsigned int word : heddle_words<T>(value).word) {
    result &= heddle_match_all(mask, word);
  }
  *all = result != 0 ? 1 : 0;
  return result;
}

#define HEDDLE_MATCHES(type)                                                           \
  HEDDLE_WARP unsigned int __match_any_sync(unsigned int mask, type value) {           \
    return heddle_match_any_words(mask, value);                                        \
  }                                                                                    \
  HEDDLE_WARP unsigned int __match_all_sync(unsigned int mask, type value, int* all) { \
    return heddle_match_all_words(mask, value, all);                                   \
  }

HEDDLE_MATCHES(int)
HEDDLE_MATCHES(unsigned int)
HEDDLE_MATCHES(long)
HEDDLE_MATCHES(unsigned long)
HEDDLE_MATCHES(long long)
HEDDLE_MATCHES(unsigned long long)
HEDDLE_MATCHES(float)
HEDDLE_MATCHES(double)
#undef HEDDLE_MATCHES

#undef HEDDLE_WARP
