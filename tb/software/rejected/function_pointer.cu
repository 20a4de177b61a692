// expect: kernel 'k', parameter 'f': it is a function pointer
__global__ void k(int (*f)(int), int* p) { *p = f(1); }
int main() { k<<<1, 1>>>(nullptr, nullptr); }
