// expect: undefined symbol: __heddle_has_no_double_exp
__global__ void k(double* p) { *p = exp(*p); }
int main() { k<<<1, 1>>>(nullptr); }
