// expect: an atomic operation of less than 32 bits, or nand, by lr and sc
__global__ void k(short* p) { __atomic_fetch_add(p, 1, __ATOMIC_RELAXED); }
int main() { k<<<1, 1>>>(nullptr); }
