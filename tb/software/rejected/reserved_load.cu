// expect: an atomic operation by lr and sc
__global__ void k(int* p) { asm volatile("lr.w %0, (%1)" : "=r"(*p) : "r"(p)); }
int main() { k<<<1, 1>>>(nullptr); }
