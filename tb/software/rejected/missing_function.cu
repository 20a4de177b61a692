// expect: undefined symbol: somewhere_else
extern "C" __device__ int somewhere_else(int);
__global__ void k(int* p) { *p = somewhere_else(*p); }
int main() { k<<<1, 1>>>(nullptr); }
