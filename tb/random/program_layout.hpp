// Which registers and memory words of a random program have which role. Internal to the generator.
#pragma once

#include <cstdint>

namespace heddle::random {

// Registers with a fixed role.
inline constexpr std::uint32_t kLink = 1;     // also scratch right before a call
inline constexpr std::uint32_t kLocal = 2;    // start of the local window
inline constexpr std::uint32_t kScratch = 3;  // live within a statement; likewise the next
inline constexpr std::uint32_t kScratch2 = 4;
inline constexpr std::uint32_t kPrivate = 8;        // the thread's global data
inline constexpr std::uint32_t kShared = 9;         // the thread's shared data
inline constexpr std::uint32_t kConstants = 18;     // read-only data
inline constexpr std::uint32_t kThread = 19;        // linear thread index in the CTA
inline constexpr std::uint32_t kExchange = 20;      // one shared word a thread
inline constexpr std::uint32_t kThreads = 21;       // threads of the CTA
inline constexpr std::uint32_t kFirstCounter = 22;  // loops: two of main, one each of the functions
inline constexpr std::uint32_t kRecursion = 26;     // levels still to go
inline constexpr std::uint32_t kWarpLine = 27;      // a warp's global memory: data, then flags
inline constexpr std::uint32_t kPool[] = {5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31};
inline constexpr std::uint32_t kPairs[] = {6, 10, 12, 14, 16, 28, 30};  // of the pool
inline constexpr std::uint32_t kReturnValue = 10;
inline constexpr std::uint32_t kCallNumber = 17;

inline constexpr std::uint32_t kLocalWindow = 0xe0000000;
inline constexpr std::uint32_t kSharedWindow = 0xf0000000;

// Words of a thread: results first, then scratch.
inline constexpr std::uint32_t kScratchWord = 16;
inline constexpr std::uint32_t kScratchWords = 16;
inline constexpr std::uint32_t kSharedWords = 8;
inline constexpr std::uint32_t kLocalWords = 8;
inline constexpr std::uint32_t kLocalBytes = 64;       // with the saved return addresses
inline constexpr std::int32_t kSavedLink = 32;         // a word for each function
inline constexpr std::int32_t kRecursionFrames = 40;   // a word a level, 1 to 4
inline constexpr std::int32_t kHotAddress = 60;        // of the thread's word in the hot lines
inline constexpr std::uint32_t kWarpSharedWords = 16;  // that a warp's threads write together

inline constexpr std::uint32_t kRecursiveFunction = 3;

// Words for atomics of all threads: word w has operation w mod kCommonFamilies.
inline constexpr std::uint32_t kCommonFamilies = 8;
inline constexpr std::uint32_t kCommonSharedWords = 16;

// Mbarriers of the CTA, at the end of its shared memory; one more is made where it is used.
inline constexpr std::uint32_t kMbarriers = 2;

}  // namespace heddle::random
