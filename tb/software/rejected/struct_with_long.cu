// expect: kernel 'k<S>', parameter 's': struct 'S' contains size_t (in 'n'): it has 8 bytes
#include <cstddef>
struct S {
  std::size_t n;
};
template <typename T>
__global__ void k(int* p, T s) {
  p[0] = static_cast<int>(s.n);
}
int main() { k<<<1, 1>>>(nullptr, S{}); }
