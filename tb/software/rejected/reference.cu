// expect: kernel 'k', parameter 'n': it is a reference
__global__ void k(const int& n, int* p) { *p = n; }
int main() { k<<<1, 1>>>(1, nullptr); }
