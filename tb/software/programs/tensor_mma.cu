// The matrix engine through heddle/tensor.h: a GEMM of small integers in FP16, in blocks of 32 x
// 32, whose tiles come by bulk copies; and one of bytes whose threads store them, with accumulators
// that they set. All sums are exact in any order.
#include <cuda_fp16.h>

#include <cuda/barrier>

#include "check.hpp"
#include "heddle/bulk_copy.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"

constexpr unsigned kTile = 32;        // rows of A and of B
constexpr unsigned kDepth = 96;       // K of all
constexpr unsigned kStage = 32;       // K of a stage: 64 bytes of a row, two steps
constexpr unsigned kM = 64, kN = 96;  // of C
constexpr unsigned kThreads = 64;

__device__ unsigned take_columns(unsigned columns) {
  unsigned first;
  do {
    first = tcgen05_alloc(columns);
  } while (first == heddle_no_columns);  // other blocks have them
  return first;
}

// C = A * B^T, both K-major. Two stages of tiles, in turn.
__global__ void gemm(const __half* a, const __half* b, float* c) {
  alignas(128) __shared__ __half a_tile[2][kTile][kStage];
  alignas(128) __shared__ __half b_tile[2][kTile][kStage];
  __shared__ std::uint64_t full[2], empty[2], done;
  __shared__ unsigned columns;
  const unsigned t = threadIdx.x;
  const unsigned row = blockIdx.y * kTile, column = blockIdx.x * kTile;
  if (t == 0) {
    for (unsigned stage = 0; stage < 2; ++stage) {
      heddle_mbarrier_init(&full[stage], 1);
      heddle_mbarrier_init(&empty[stage], 1);
    }
    heddle_mbarrier_init(&done, 1);
    columns = take_columns(kTile);
  }
  __syncthreads();
  const unsigned d = heddle_tensor_address(0, columns);
  constexpr unsigned kRounds = kDepth / kStage;
  if (t == 0) {
    heddle_mma mma;
    mma.m = mma.n = kTile;
    mma.steps = 2;
    for (unsigned round = 0; round < kRounds; ++round) {
      const unsigned stage = round % 2, parity = round / 2 % 2;
      if (round >= 2) heddle_mbarrier_wait(&empty[stage], parity ^ 1);
      heddle_bulk_box box;
      box.pitch = kDepth * sizeof(__half);
      box.row_bytes = box.valid_bytes = kStage * sizeof(__half);
      box.rows = box.valid_rows = kTile;
      box.swizzle = heddle_swizzle_64b;
      (void)heddle_mbarrier_expect_tx(&full[stage], sizeof a_tile[0] + sizeof b_tile[0]);
      cp_async_bulk_2d_shared_global(a_tile[stage], a + row * kDepth + round * kStage, box,
                                     &full[stage]);
      cp_async_bulk_2d_shared_global(b_tile[stage], b + column * kDepth + round * kStage, box,
                                     &full[stage]);
      (void)heddle_mbarrier_arrive(&full[stage], 1);
      heddle_mbarrier_wait(&full[stage], parity);
      tcgen05_mma(d, heddle_mma_tile(a_tile[stage], heddle_mma_swizzle_64b),
                  heddle_mma_tile(b_tile[stage], heddle_mma_swizzle_64b),
                  heddle_mma_descriptor(mma, round != 0));
      tcgen05_commit(&empty[stage]);
    }
    tcgen05_commit(&done);
  }
  heddle_mbarrier_wait(&done, 0);
  for (unsigned i = t; i < kTile * kTile; i += kThreads) {
    const unsigned m = i / kTile, n = i % kTile;
    c[(row + m) * kN + column + n] = tcgen05_ld_float(d + heddle_tensor_address(m, n));
  }
  __syncthreads();
  if (t == 0) tcgen05_dealloc(columns, kTile);
}

// Bytes: D is set, then A * B is added.
__global__ void add_bytes(const signed char* a, const unsigned char* b, int* d) {
  alignas(16) __shared__ signed char a_tile[16][32];
  alignas(16) __shared__ unsigned char b_tile[8][32];
  __shared__ std::uint64_t done;
  __shared__ unsigned columns;
  const unsigned t = threadIdx.x;  // of 128: an element of D each
  const unsigned m = t / 8, n = t % 8;
  for (unsigned i = t; i < sizeof a_tile; i += blockDim.x) a_tile[i / 32][i % 32] = a[i];
  for (unsigned i = t; i < sizeof b_tile; i += blockDim.x) b_tile[i / 32][i % 32] = b[i];
  if (t == 0) {
    heddle_mbarrier_init(&done, 1);
    columns = take_columns(8);
  }
  __syncthreads();
  const unsigned address = heddle_tensor_address(24, columns);
  const unsigned own = address + heddle_tensor_address(m, n);
  tcgen05_st(own, static_cast<unsigned>(d[t]));
  tcgen05_fence();
  __syncthreads();
  if (t == 0) {
    heddle_mma mma;
    mma.m = 16;
    mma.a = heddle_mma_s8;
    mma.b = heddle_mma_u8;
    tcgen05_mma(address, heddle_mma_tile(a_tile, heddle_mma_rows_32b),
                heddle_mma_tile(b_tile, heddle_mma_rows_32b), heddle_mma_descriptor(mma, true));
    tcgen05_commit(&done);
  }
  heddle_mbarrier_wait(&done, 0);
  d[t] = static_cast<int>(tcgen05_ld(own));
}

int main() {
  std::vector<int> a_values(kM * kDepth), b_values(kN * kDepth);
  for (unsigned i = 0; i < a_values.size(); ++i) a_values[i] = static_cast<int>(i * 7 % 17) - 8;
  for (unsigned i = 0; i < b_values.size(); ++i) b_values[i] = static_cast<int>(i * 11 % 13) - 6;
  std::vector<__half> a_halves, b_halves;
  for (const int value : a_values) a_halves.push_back(__float2half(static_cast<float>(value)));
  for (const int value : b_values) b_halves.push_back(__float2half(static_cast<float>(value)));
  DeviceArray<__half> a(a_halves), b(b_halves);
  DeviceArray<float> c(kM * kN);
  gemm<<<dim3(kN / kTile, kM / kTile), kThreads>>>(a.data(), b.data(), c.data());
  require_launched();
  const std::vector<float> found = c.values();
  for (unsigned m = 0; m < kM; ++m) {
    for (unsigned n = 0; n < kN; ++n) {
      int sum = 0;
      for (unsigned k = 0; k < kDepth; ++k) {
        sum += a_values[m * kDepth + k] * b_values[n * kDepth + k];
      }
      REQUIRE(found[m * kN + n] == static_cast<float>(sum));
    }
  }

  std::vector<signed char> a_bytes(16 * 32);
  std::vector<unsigned char> b_bytes(8 * 32);
  std::vector<int> sums(128);
  for (unsigned i = 0; i < a_bytes.size(); ++i) a_bytes[i] = static_cast<signed char>(i * 37);
  for (unsigned i = 0; i < b_bytes.size(); ++i) b_bytes[i] = static_cast<unsigned char>(i * 59);
  for (unsigned i = 0; i < sums.size(); ++i) sums[i] = static_cast<int>(1000 * i) - 50'000;
  DeviceArray<signed char> device_a(a_bytes);
  DeviceArray<unsigned char> device_b(b_bytes);
  DeviceArray<int> device_d(sums);
  add_bytes<<<1, 128>>>(device_a.data(), device_b.data(), device_d.data());
  require_launched();
  const std::vector<int> results = device_d.values();
  for (unsigned i = 0; i < sums.size(); ++i) {
    int sum = sums[i];
    for (unsigned k = 0; k < 32; ++k) sum += a_bytes[i / 8 * 32 + k] * b_bytes[i % 8 * 32 + k];
    REQUIRE(results[i] == sum);
  }
  return 0;
}
