// Kernels whose arrays look different on the host and on the device: compiled, with warnings.
#include <cstddef>
__global__ void k(std::size_t* n, int** p, float* fine) { *fine = static_cast<float>(*n + **p); }
