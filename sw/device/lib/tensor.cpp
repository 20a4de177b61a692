// The matrix engine's instruction with pairs of registers (docs/architecture/tensor.md).
#include <stdint.h>

#include "../heddle_isa.inc"

extern "C" {

// tensor.mma: of threads that come here together, the lowest one's operands. The second words:
// scale tiles and slab pitches.
[[gnu::noinline]] void __heddle_tensor_mma_scaled(uint32_t descriptor, uint32_t a, uint32_t b,
                                                  uint32_t a_second, uint32_t b_second) {
  register uint32_t a_low __asm__("a2") = a;
  register uint32_t a_high __asm__("a3") = a_second;
  register uint32_t b_low __asm__("a4") = b;
  register uint32_t b_high __asm__("a5") = b_second;
  __asm__ volatile(HEDDLE_ASM_TENSOR_MMA("%0", "a2", "a4")
                   :
                   : "r"(descriptor), "r"(a_low), "r"(a_high), "r"(b_low), "r"(b_high)
                   : "memory");
}

[[gnu::noinline]] void __heddle_tensor_mma(uint32_t descriptor, uint32_t a, uint32_t b) {
  __heddle_tensor_mma_scaled(descriptor, a, b, 0, 0);
}

}  // extern "C"
