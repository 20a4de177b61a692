// C = alpha * A * B + beta * C in single precision; A is m x k, B is k x n, all row by row.
// sgemm [--m 64] [--n 64] [--k 64] [--block 256|1024]
//
// --block 256: a block computes 64 x 64 elements of C, a thread 4 x 4 of them in registers, so that
// 8 loads from shared memory serve 16 multiply-adds. --block 1024: 32 x 32, one element a thread.
#include "example.hpp"

struct Shape {
  int m, n, k;
};

constexpr int kTile = 64;   // rows and columns of C a block
constexpr int kDepth = 16;  // of A's columns and B's rows in shared memory at a time
constexpr int kSide = 16;   // threads along each side of the block
constexpr int kEach = kTile / kSide;

/// Threads t, t + 1, ... of a half-warp own neighbouring columns (and those 16, 32, 48 further):
/// their loads of B's tile fall into different banks, their stores into few lines. They share a row
/// of A, so its loads are broadcasts.
__global__ void __launch_bounds__(kSide* kSide)
    sgemm_registers(Shape shape, float alpha, const float* __restrict__ a,
                    const float* __restrict__ b, float beta, float* __restrict__ c) {
  __shared__ float tile_a[kDepth][kTile + 1];  // the odd width spreads the stores of a column
  __shared__ float tile_b[kDepth][kTile];
  const int t = threadIdx.x;
  const int column = t % kSide;
  const int row = t / kSide;
  const int first_row = blockIdx.y * kTile;
  const int first_column = blockIdx.x * kTile;
  // What this thread multiplies: one pointer each, everything else is a constant offset.
  const float* const column_of_a = &tile_a[0][row];
  const float* const row_of_b = &tile_b[0][column];
  float sum[kEach][kEach] = {};

  for (int start = 0; start < shape.k; start += kDepth) {
    // A comes in 16-element pieces of rows, B in rows of 64.
#pragma unroll 1
    for (int across = row; across < kTile; across += kSide) {
      const int y = first_row + across;
      tile_a[column][across] =
          start + column < shape.k && y < shape.m ? a[y * shape.k + start + column] : 0.0F;
    }
#pragma unroll 1
    for (int along = t / kTile; along < kDepth; along += kSide * kSide / kTile) {
      const int x = first_column + t % kTile;
      tile_b[along][t % kTile] =
          start + along < shape.k && x < shape.n ? b[(start + along) * shape.n + x] : 0.0F;
    }
    __syncthreads();
#pragma unroll 8
    for (int depth = 0; depth < kDepth; ++depth) {
      float of_b[kEach];
#pragma unroll
      for (int j = 0; j < kEach; ++j) of_b[j] = row_of_b[depth * kTile + j * kSide];
#pragma unroll
      for (int i = 0; i < kEach; ++i) {
        const float of_a = column_of_a[depth * (kTile + 1) + i * kSide];
#pragma unroll
        for (int j = 0; j < kEach; ++j) sum[i][j] = fmaf(of_a, of_b[j], sum[i][j]);
      }
    }
    __syncthreads();
  }

#pragma unroll
  for (int i = 0; i < kEach; ++i) {
    const int y = first_row + row + i * kSide;
#pragma unroll
    for (int j = 0; j < kEach; ++j) {
      const int x = first_column + column + j * kSide;
      if (y < shape.m && x < shape.n) {
        float& element = c[y * shape.n + x];
        element = fmaf(alpha, sum[i][j], beta * element);
      }
    }
  }
}

constexpr int kSmallTile = 32;

__global__ void __launch_bounds__(kSmallTile* kSmallTile)
    sgemm_tiled(Shape shape, float alpha, const float* a, const float* b, float beta, float* c) {
  __shared__ float tile_a[kSmallTile][kSmallTile];
  __shared__ float tile_b[kSmallTile][kSmallTile];
  const int column = threadIdx.x % kSmallTile;
  const int row = threadIdx.x / kSmallTile;
  const int x = blockIdx.x * kSmallTile + column;
  const int y = blockIdx.y * kSmallTile + row;
  float sum = 0;
  for (int start = 0; start < shape.k; start += kSmallTile) {
    tile_a[row][column] =
        y < shape.m && start + column < shape.k ? a[y * shape.k + start + column] : 0.0F;
    tile_b[row][column] =
        x < shape.n && start + row < shape.k ? b[(start + row) * shape.n + x] : 0.0F;
    __syncthreads();
#pragma unroll
    for (int depth = 0; depth < kSmallTile; ++depth) {
      sum = fmaf(tile_a[row][depth], tile_b[depth][column], sum);
    }
    __syncthreads();
  }
  if (y < shape.m && x < shape.n) {
    float& element = c[y * shape.n + x];
    element = fmaf(alpha, sum, beta * element);
  }
}

int main(int argc, char** argv) {
  Shape shape{};
  shape.m = option(argc, argv, "m", 64);
  shape.n = option(argc, argv, "n", 64);
  shape.k = option(argc, argv, "k", 64);
  const int block = option(argc, argv, "block", 256);
  if (block != kSide * kSide && block != kSmallTile * kSmallTile) {
    std::fprintf(stderr, "--block must be %d or %d\n", kSide * kSide, kSmallTile * kSmallTile);
    return 2;
  }
  constexpr float kAlpha = 1.5F;
  constexpr float kBeta = 0.5F;
  const std::vector<float> a = random_floats(static_cast<std::size_t>(shape.m) * shape.k, 5);
  const std::vector<float> b = random_floats(static_cast<std::size_t>(shape.k) * shape.n, 6);
  const std::vector<float> c = random_floats(static_cast<std::size_t>(shape.m) * shape.n, 7);

  const float* device_a = to_device(a);
  const float* device_b = to_device(b);
  float* device_c = to_device(c);
  const int tile = block == kSide * kSide ? kTile : kSmallTile;
  const dim3 grid((shape.n + tile - 1) / tile, (shape.m + tile - 1) / tile);
  CycleTimer timer;
  if (block == kSide * kSide) {
    sgemm_registers<<<grid, block>>>(shape, kAlpha, device_a, device_b, kBeta, device_c);
  } else {
    sgemm_tiled<<<grid, block>>>(shape, kAlpha, device_a, device_b, kBeta, device_c);
  }
  CHECK_CUDA(cudaGetLastError());
  CHECK_CUDA(cudaDeviceSynchronize());
  const double cycles = timer.cycles();

  // The host adds in the same order with the same operations: every bit must agree.
  const std::vector<float> result = to_host(device_c, c.size());
  std::size_t wrong = 0;
  for (int y = 0; y < shape.m; ++y) {
    for (int x = 0; x < shape.n; ++x) {
      float sum = 0;
      for (int i = 0; i < shape.k; ++i) {
        sum = std::fmaf(a[y * shape.k + i], b[i * shape.n + x], sum);
      }
      const std::size_t at = static_cast<std::size_t>(y) * shape.n + x;
      wrong += result[at] != std::fmaf(kAlpha, sum, kBeta * c[at]) ? 1 : 0;
    }
  }
  const double operations = 2.0 * shape.m * shape.n * shape.k;
  std::printf("sgemm %d x %d x %d, %d threads a block: %s, %.0f cycles, %.2f FLOP/cycle\n", shape.m,
              shape.n, shape.k, block, wrong == 0 ? "ok" : "WRONG", cycles, operations / cycles);
  return wrong == 0 ? 0 : 1;
}
