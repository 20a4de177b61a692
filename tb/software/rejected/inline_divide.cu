// expect: a float division or square root in assembler
__global__ void k(float* p) { asm volatile("fdiv.s %0, %0, %0" : "+r"(*p)); }
int main() { k<<<1, 1>>>(nullptr); }
