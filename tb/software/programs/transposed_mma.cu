// The matrix engine's operands of either major through heddle/tensor.h: D = A * B of FP16, BF16,
// E4M3 and S8, as far as the device has them, with each of A and B K-major or MN-major, from boxes
// of bulk copies. All sums are exact.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <type_traits>

#include "check.hpp"
#include "heddle/bulk_copy.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"

constexpr unsigned kM = 16, kN = 48;  // of FP16 and BF16, N has two slabs
constexpr unsigned kRowBytes = 64;    // of a tile's rows: two steps, where these are M's or N's
constexpr unsigned kColumns = 64;
constexpr unsigned kThreads = 64;

struct Operand {
  unsigned rows;   // kM or kN
  unsigned bytes;  // of an element
  heddle_mma_major major;
};

// An operand comes in one box, or in a box for each slab. A tile of both has 64 bytes of K.
__device__ void load(const Operand& operand, const unsigned char* source, unsigned char* tile,
                     std::uint64_t* full) {
  heddle_bulk_box box;
  box.row_bytes = kRowBytes;
  box.swizzle = heddle_swizzle_64b;
  if (operand.major == heddle_mma_k_major) {
    box.pitch = box.valid_bytes = kRowBytes;
    box.rows = box.valid_rows = operand.rows;
    (void)heddle_mbarrier_expect_tx(full, box.rows * kRowBytes);
    cp_async_bulk_2d_shared_global(tile, source, box, full);
    return;
  }
  box.pitch = operand.rows * operand.bytes;
  box.rows = box.valid_rows = kRowBytes / operand.bytes;
  for (unsigned at = 0; at < box.pitch; at += kRowBytes) {
    box.valid_bytes = box.pitch - at < kRowBytes ? box.pitch - at : kRowBytes;
    (void)heddle_mbarrier_expect_tx(full, box.rows * kRowBytes);
    cp_async_bulk_2d_shared_global(tile, source + at, box, full);
    tile += box.rows * kRowBytes;
  }
}

__device__ unsigned slabs(const Operand& operand) {
  const unsigned bytes = kRowBytes / operand.bytes * kRowBytes;
  return operand.major == heddle_mma_mn_major ? heddle_mma_slabs(bytes) : 0;
}

__global__ void multiply(Operand a, Operand b, const unsigned char* a_source,
                         const unsigned char* b_source, heddle_mma_format format, unsigned* d) {
  alignas(128) __shared__ unsigned char a_tile[4096];
  alignas(128) __shared__ unsigned char b_tile[4096];
  __shared__ std::uint64_t full, done;
  __shared__ unsigned columns;
  if (threadIdx.x == 0) {
    heddle_mbarrier_init(&full, 1);
    heddle_mbarrier_init(&done, 1);
    columns = tcgen05_alloc(kColumns);
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    load(a, a_source, a_tile, &full);
    load(b, b_source, b_tile, &full);
    (void)heddle_mbarrier_arrive(&full, 1);
    heddle_mbarrier_wait(&full, 0);
    heddle_mma mma;
    mma.m = kM;
    mma.n = kN;
    mma.a = mma.b = format;
    mma.a_major = a.major;
    mma.b_major = b.major;
    mma.steps = 2;
    tcgen05_mma(columns, heddle_mma_tile(a_tile, heddle_mma_swizzle_64b),
                heddle_mma_tile(b_tile, heddle_mma_swizzle_64b), slabs(a), slabs(b),
                heddle_mma_descriptor(mma, false));
    tcgen05_commit(&done);
  }
  heddle_mbarrier_wait(&done, 0);
  for (unsigned i = threadIdx.x; i < kM * kN; i += kThreads) {
    d[i] = tcgen05_ld(columns + heddle_tensor_address(i / kN, i % kN));
  }
}

// Small numbers, of which the sums of products are exact in all formats.
int a_value(unsigned m, unsigned k) { return static_cast<int>((m * 7 + k * 5) % 17) - 8; }
int b_value(unsigned n, unsigned k) { return static_cast<int>((n * 11 + k * 3) % 13) - 6; }

template <typename T>
T element(int value) {
  if constexpr (sizeof(T) == 1 && std::is_integral_v<T>) {
    return static_cast<T>(value);
  } else {
    return T(static_cast<float>(value));
  }
}

template <typename T>
std::vector<T> matrix(int (*value)(unsigned, unsigned), unsigned rows, unsigned depth,
                      heddle_mma_major major) {
  std::vector<T> elements(rows * depth);
  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned k = 0; k < depth; ++k) {
      const unsigned at = major == heddle_mma_k_major ? row * depth + k : k * rows + row;
      elements[at] = element<T>(value(row, k));
    }
  }
  return elements;
}

template <typename T>
void check(heddle_mma_format format) {
  constexpr unsigned kDepth = kRowBytes / sizeof(T);
  for (const heddle_mma_major a_major : {heddle_mma_k_major, heddle_mma_mn_major}) {
    for (const heddle_mma_major b_major : {heddle_mma_k_major, heddle_mma_mn_major}) {
      DeviceArray<T> a(matrix<T>(a_value, kM, kDepth, a_major));
      DeviceArray<T> b(matrix<T>(b_value, kN, kDepth, b_major));
      DeviceArray<unsigned> d(kM * kN);
      multiply<<<1, kThreads>>>({kM, sizeof(T), a_major}, {kN, sizeof(T), b_major},
                                reinterpret_cast<const unsigned char*>(a.data()),
                                reinterpret_cast<const unsigned char*>(b.data()), format, d.data());
      require_launched();
      const std::vector<unsigned> found = d.values();
      for (unsigned m = 0; m < kM; ++m) {
        for (unsigned n = 0; n < kN; ++n) {
          int sum = 0;
          for (unsigned k = 0; k < kDepth; ++k) sum += a_value(m, k) * b_value(n, k);
          const auto wanted = std::is_integral_v<T>
                                  ? static_cast<unsigned>(sum)
                                  : __builtin_bit_cast(unsigned, static_cast<float>(sum));
          REQUIRE(found[m * kN + n] == wanted);
        }
      }
    }
  }
}

int main() {
  // Bits of classes: docs/architecture/tensor.md
  int formats = 0;
  REQUIRE(cudaDeviceGetAttribute(&formats, heddleDevAttrTensorFormats, 0) == cudaSuccess);
  REQUIRE((formats & 1) != 0);
  check<__half>(heddle_mma_f16);
  if ((formats & 2) != 0) check<__nv_bfloat16>(heddle_mma_bf16);
  if ((formats & 8) != 0) check<__nv_fp8_e4m3>(heddle_mma_e4m3);
  if ((formats & 32) != 0) check<signed char>(heddle_mma_s8);
  return 0;
}
