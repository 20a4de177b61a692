# The start of programs for `heddle exec` that are written in C or C++: gives every thread its stack, calls
# main(argument block), and ends the thread with what main returns.
#include "heddle/heddle_isa.inc"

.section .text.start, "ax", @progbits
.globl _start
.type _start, @function
_start:
  csrr t0, HEDDLE_CSR_LOCAL_SIZE
  lui sp, 0xe0000
  add sp, sp, t0
  csrr a0, HEDDLE_CSR_ARGPTR
  call main
  li a7, 93
  ecall
.size _start, . - _start
