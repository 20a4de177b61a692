// A warp's matrix multiply-add for mma.h, on the matrix engine where there is one that can do it.
//
// The warp then puts its tiles into scratch of its own behind the block's shared memory, its
// accumulators into columns of tensor memory, and waits for the end. It holds columns only within a
// call and while the engine works on them, so a warp that waits for some waits for calls of others,
// which come to their end. But the program may hold them all for itself (heddle/tensor.h): so it
// does not wait for ever, and the lanes do it.
#include "wmma.hpp"

#include "wmma_state.hpp"

// The runtime knows this one by its name.
extern "C" {
heddle::wmma::State __heddle_wmma_state;
}

namespace heddle::wmma {
namespace {

constexpr uint32_t kShared = 0xf0000000;
constexpr uint32_t kNoColumns = 0xffffffff;
constexpr int kTries = 256;
constexpr uint32_t kRowBytes = 32;

/// Class of a format: its bit of TENSOR_FORMATS.
uint32_t class_bit(uint32_t format) {
  return format >= 14 ? 1U << 6 : format >= 12 ? 1U << 5 : 1U << format;
}

/// A warp's scratch in shared memory, or 0 where the lanes are to do it.
uint32_t scratch_of(const Operation& operation, const State& state) {
  const uint32_t mode = operation.mode();
  const bool can = (state.formats & class_bit(operation.a_format())) != 0 &&
                   (mode == 0 || (state.modes >> mode & 1) != 0) && operation.m() <= state.lanes &&
                   operation.n() <= state.columns;
  const uint32_t warp = HEDDLE_READ(WARPID);
  return can && warp < state.slots ? kShared + state.scratch + warp * kSlotBytes : 0;
}

// Of the group that executes such an instruction it is one for all: so the warp comes together
// right before it.
uint32_t allocate(uint32_t columns) {
  for (int i = 0; i < kTries; ++i) {
    uint32_t first;
    __asm__ volatile(HEDDLE_ASM_WARPSYNC("%2") "\n\t" HEDDLE_ASM_TENSOR_ALLOC("%0", "%1")
                     : "=&r"(first)
                     : "r"(columns), "r"(kAllLanes)
                     : "memory");
    if (first != kNoColumns) return first;
  }
  return kNoColumns;
}

void release(uint32_t first, uint32_t columns) {
  __asm__ volatile(HEDDLE_ASM_WARPSYNC("%2") "\n\t" HEDDLE_ASM_TENSOR_DEALLOC("%0", "%1")
                   :
                   : "r"(first), "r"(columns), "r"(kAllLanes)
                   : "memory");
}

/// A lane's words of a tile of `words` words; rows that are shorter than an engine's step end with
/// zeros.
void put_tile(uint32_t address, const uint32_t* own, uint32_t words, uint32_t row_words) {
  for (uint32_t w = HEDDLE_READ(LANEID); w < words; w += kWarp) {
    auto* const to = reinterpret_cast<uint32_t*>(address + w / row_words * kRowBytes) +
                     w % row_words;
    *to = *own++;
    if (row_words == 4) to[4] = 0;
  }
}

void start_and_wait(const Operation& operation, uint32_t tile, uint32_t column,
                    uint32_t* mbarrier) {
  register uint32_t a_low __asm__("a2") = (tile - kShared) / 16 | column << 16;
  register uint32_t a_high __asm__("a3") = 0;
  register uint32_t b_low __asm__("a4") =
      (tile - kShared + operation.m() * kRowBytes) / 16;
  register uint32_t b_high __asm__("a5") = 0;
  __asm__ volatile("fence rw, rw\n\t" HEDDLE_ASM_WARPSYNC("%6") "\n\t" HEDDLE_ASM_TENSOR_MMA(
                       "%0", "a2", "a4") "\n\t" HEDDLE_ASM_TENSOR_COMMIT("%5")
                   :
                   : "r"(operation.descriptor), "r"(a_low), "r"(a_high), "r"(b_low), "r"(b_high),
                     "r"(mbarrier), "r"(kAllLanes)
                   : "memory");
  uint32_t word;
  do {
    __asm__ volatile(HEDDLE_ASM_MBARRIER_TEST("%0", "%1") : "=r"(word) : "r"(mbarrier) : "memory");
  } while ((word & 1) == 0);
}

/// Whether the engine has done it.
bool multiply_on_engine(const Operation& operation, uint32_t scratch, const uint32_t* a,
                        const uint32_t* b, const void* c, void* d) {
  const uint32_t m = operation.m(), n = operation.n(), row_words = operation.row_words();
  const uint32_t first = allocate(n);
  if (first == kNoColumns) return false;
  put_tile(scratch, a, m * row_words, row_words);
  put_tile(scratch + m * kRowBytes, b, n * row_words, row_words);
  auto* const mbarrier = reinterpret_cast<uint32_t*>(scratch + kTileBytes);
  mbarrier[0] = 1U << 22 | 1U << 2;  // phase 0, which one arrival ends
  mbarrier[1] = 0;
  const Place place = place_of(HEDDLE_READ(LANEID));
  const uint32_t own = place.row << 16 | (first + place.column);
  const auto address = [&](uint32_t i) {
    return own + (i / (n / 8) * 4 << 16) + i % (n / 8) * 8;
  };
  for (uint32_t i = 0; i < operation.elements(); ++i) {
    __asm__ volatile(HEDDLE_ASM_TENSOR_ST("%0", "%1")
                     :
                     : "r"(address(i)), "r"(load_element(operation, c, i))
                     : "memory");
  }
  start_and_wait(operation, scratch, first, mbarrier);
  for (uint32_t i = 0; i < operation.elements(); ++i) {
    uint32_t word;
    __asm__ volatile(HEDDLE_ASM_TENSOR_LD("%0", "%1") : "=r"(word) : "r"(address(i)) : "memory");
    store_element(operation, d, i, word);
  }
  // The loads are over: their words have been stored.
  release(first, n);
  return true;
}

}  // namespace
}  // namespace heddle::wmma

extern "C" {

// D = A * B + C by all lanes of a warp, with their parts of the tiles. `descriptor`: tensor.mma's,
// with accumulate. D may be C.
[[gnu::noinline]] void __heddle_wmma(uint32_t descriptor, const uint32_t* a, const uint32_t* b,
                                     const void* c, void* d) {
  using namespace heddle::wmma;
  const Operation operation{descriptor};
  const uint32_t scratch = scratch_of(operation, __heddle_wmma_state);
  if (scratch != 0 && multiply_on_engine(operation, scratch, a, b, c, d)) return;
  multiply_on_lanes(operation, a, b, c, d);
}

}  // extern "C"
