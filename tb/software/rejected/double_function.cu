// expect: undefined symbol: __heddle_has_no_double_erfinv
__global__ void k(double* p) { *p = erfinv(*p); }
int main() { k<<<1, 1>>>(nullptr); }
