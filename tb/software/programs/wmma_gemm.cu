// A GEMM in the manner of CUDA's documentation of warp matrix functions, as it would be compiled by
// nvcc: C = alpha A B + beta C, all column by column, a warp for each 16 x 16 of C. Numbers are
// small integers: all sums are exact.
#include <cuda_fp16.h>
#include <mma.h>

#include "check.hpp"

using namespace nvcuda;

const int WMMA_M = 16;
const int WMMA_N = 16;
const int WMMA_K = 16;

__global__ void wmma_gemm(const half* a, const half* b, float* c, int m, int n, int k, float alpha,
                          float beta) {
  const int warp_m = (blockIdx.x * blockDim.x + threadIdx.x) / warpSize;
  const int warp_n = blockIdx.y * blockDim.y + threadIdx.y;
  const int row = warp_m * WMMA_M;
  const int column = warp_n * WMMA_N;
  if (row >= m || column >= n) return;  // whole warps

  wmma::fragment<wmma::matrix_a, WMMA_M, WMMA_N, WMMA_K, half, wmma::col_major> a_frag;
  wmma::fragment<wmma::matrix_b, WMMA_M, WMMA_N, WMMA_K, half, wmma::col_major> b_frag;
  wmma::fragment<wmma::accumulator, WMMA_M, WMMA_N, WMMA_K, float> acc_frag;
  wmma::fragment<wmma::accumulator, WMMA_M, WMMA_N, WMMA_K, float> c_frag;
  wmma::fill_fragment(acc_frag, 0.0f);

  for (int i = 0; i < k; i += WMMA_K) {
    wmma::load_matrix_sync(a_frag, a + row + i * m, m);
    wmma::load_matrix_sync(b_frag, b + i + column * k, k);
    wmma::mma_sync(acc_frag, a_frag, b_frag, acc_frag);
  }

  wmma::load_matrix_sync(c_frag, c + row + column * m, m, wmma::mem_col_major);
  for (int i = 0; i < c_frag.num_elements; i++) {
    c_frag.x[i] = alpha * acc_frag.x[i] + beta * c_frag.x[i];
  }
  wmma::store_matrix_sync(c + row + column * m, c_frag, m, wmma::mem_col_major);
}

int main() {
  const int m = 48, n = 80, k = 64;
  std::vector<half> a(m * k), b(k * n);
  std::vector<float> c(m * n);
  for (int i = 0; i < m * k; ++i) a[i] = __float2half(static_cast<float>(i * 7 % 17 - 8));
  for (int i = 0; i < k * n; ++i) b[i] = __float2half(static_cast<float>(i * 11 % 13 - 6));
  for (int i = 0; i < m * n; ++i) c[i] = static_cast<float>(i % 29 - 14);
  DeviceArray<half> device_a(a), device_b(b);
  DeviceArray<float> device_c(c);
  // Two warps in x and two in y: one row of warps lies outside of C.
  const dim3 block(64, 2);
  const dim3 grid((m / WMMA_M + 1) / 2, (n / WMMA_N + 1) / 2);
  wmma_gemm<<<grid, block>>>(device_a.data(), device_b.data(), device_c.data(), m, n, k, 2.0f,
                             -3.0f);
  require_launched();
  const std::vector<float> found = device_c.values();
  for (int row = 0; row < m; ++row) {
    for (int column = 0; column < n; ++column) {
      float sum = 0;
      for (int i = 0; i < k; ++i) {
        sum += __half2float(a[row + i * m]) * __half2float(b[i + column * k]);
      }
      REQUIRE(found[row + column * m] == 2.0f * sum - 3.0f * c[row + column * m]);
    }
  }
  return 0;
}
