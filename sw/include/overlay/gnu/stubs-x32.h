/* The device half of a CUDA source sees the host's macros (x86-64) with 4-byte pointers, which glibc takes for the x32 ABI
 * and asks for this file. It lists functions that do nothing; none matters to a compilation that never calls glibc. */
