// expect: use of undeclared identifier 'atomicAdd'
__global__ void k(int* p) { atomicAdd(p, 1); }
int main() { k<<<1, 1>>>(nullptr); }
