// Bulk copies (docs/architecture/copy.md): the instruction, a thread at a time, or the same by hand
// on a device that has no copy engine.
#include <stdint.h>

#include "../heddle_isa.inc"

namespace heddle::device {
namespace {

constexpr uintptr_t kShared = 0xf0000000;

struct Unit {
  uint32_t words[4];
};

// A box as the operands of bulk.load have it. Only the fields are looked at, not their ranges.
void copy_by_hand(uint32_t address, uint32_t pitch, uint32_t places, uint32_t row, uint32_t rows) {
  const uint32_t row_bytes = row & 0xffff, valid_bytes = row >> 16;
  const uint32_t all_rows = rows & 0xffff, valid_rows = rows >> 16;
  const uint32_t swizzle = (1U << (places >> 14 & 3)) - 1;
  uint32_t offset = (places & 0x3fff) * 16;
  for (uint32_t r = 0; r < all_rows; ++r, address += pitch) {
    const uint32_t valid = r < valid_rows ? valid_bytes : 0;
    for (uint32_t byte = 0; byte < row_bytes; byte += 16, offset += 16) {
      const uint32_t place = offset ^ (offset >> 7 & swizzle) << 4;
      auto* const to = reinterpret_cast<Unit*>(kShared + place);
      Unit unit{};
      if (byte + 16 <= valid) {
        unit = *reinterpret_cast<const Unit*>(address + byte);
      } else if (byte < valid) {
        const auto* const from = reinterpret_cast<const uint8_t*>(address + byte);
        for (uint32_t i = 0; i < valid - byte; ++i) {
          unit.words[i / 4] |= static_cast<uint32_t>(from[i]) << i % 4 * 8;
        }
      }
      *to = unit;
    }
  }
  const uint32_t bytes = row_bytes * all_rows;
  __asm__ volatile(HEDDLE_ASM_MBARRIER_COMPLETE_TX_RL("zero", "%0", "%1")
                   :
                   : "r"(bytes), "r"(kShared + (places >> 16 & 0x7fff) * 8)
                   : "memory");
}

// Of a group, the instruction makes the copy of the lowest thread. So every lane has one of its
// own, at which no two threads can ever meet, however the groups of the warp come here.
void copy_each(uint32_t address, uint32_t pitch, uint32_t places, uint32_t row, uint32_t rows) {
  register uint32_t b __asm__("a2") = pitch;
  register uint32_t b_high __asm__("a3") = places;
  register uint32_t c __asm__("a4") = row;
  register uint32_t c_high __asm__("a5") = rows;
  uint32_t lane, at;
  __asm__("csrr %0, %1" : "=r"(lane) : "i"(HEDDLE_CSR_LANEID));
  __asm__ volatile(
      "lla %0, 1f\n"
      "sh3add %0, %1, %0\n"
      "jr %0\n"
      "1:\n"
      ".rept 32\n"  //
      HEDDLE_ASM_BULK_LOAD("%2", "a2", "a4") "\n"
      "j 2f\n"
      ".endr\n"
      "2:\n"
      : "=&r"(at)
      : "r"(lane), "r"(address), "r"(b), "r"(b_high), "r"(c), "r"(c_high)
      : "memory");
}

}  // namespace
}  // namespace heddle::device

extern "C" {

// The runtime knows this one by its name: the device has a copy engine.
uint32_t __heddle_has_bulk_copies;

// For each thread that comes here a copy with its operands of bulk.load.
[[gnu::noinline]] void __heddle_bulk_load(uint32_t a, uint32_t b, uint32_t b_high, uint32_t c,
                                          uint32_t c_high) {
  if (__heddle_has_bulk_copies != 0) {
    heddle::device::copy_each(a, b, b_high, c, c_high);
  } else {
    heddle::device::copy_by_hand(a, b, b_high, c, c_high);
  }
}

}  // extern "C"
