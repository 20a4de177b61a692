// expect: candidate function not viable: call to __host__ function from __global__ function
int square(int x) { return x * x; }
__global__ void k(int* p) { *p = square(*p); }
int main() { k<<<1, 1>>>(nullptr); }
