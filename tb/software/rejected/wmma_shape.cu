// expect: wmma has no matrix of this type and shape
#include <mma.h>
__global__ void k() {
  nvcuda::wmma::fragment<nvcuda::wmma::matrix_a, 16, 16, 8, half, nvcuda::wmma::row_major> a;
  nvcuda::wmma::fill_fragment(a, 0.0f);
}
int main() { k<<<1, 32>>>(); }
