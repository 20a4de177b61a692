// The matrix engine's operands of either major through heddle/tensor.h: D = A * B of FP16, BF16,
// E4M3 and S8, as far as the device has them, with each of A and B K-major or MN-major, from boxes
// of bulk copies; small, and of many slabs if the device has room. All sums are exact.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <cstdio>
#include <type_traits>

#include "check.hpp"
#include "heddle/bulk_copy.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"

constexpr unsigned kThreads = 64;

struct Shape {
  unsigned m, n;
  unsigned row_bytes;  // of a tile's rows, and of K
  heddle_swizzle swizzle;
  heddle_mma_layout layout;
  unsigned columns;  // of tensor memory
};
// Of FP16 and BF16, N has two slabs.
constexpr Shape kSmall = {16, 48, 64, heddle_swizzle_64b, heddle_mma_swizzle_64b, 64};
// Two and three slabs; of bytes, one and two.
constexpr Shape kLarge = {80, 192, 128, heddle_swizzle_128b, heddle_mma_swizzle_128b, 256};

struct Operand {
  unsigned rows;   // m or n
  unsigned bytes;  // of an element
  heddle_mma_major major;
};

__host__ __device__ unsigned slab_bytes(const Shape& shape, const Operand& operand) {
  return shape.row_bytes / operand.bytes * shape.row_bytes;
}

__host__ __device__ unsigned tile_bytes(const Shape& shape, const Operand& operand) {
  if (operand.major == heddle_mma_k_major) return operand.rows * shape.row_bytes;
  const unsigned slab_rows = shape.row_bytes / operand.bytes;
  return (operand.rows + slab_rows - 1) / slab_rows * slab_bytes(shape, operand);
}

// An operand comes in one box, or in a box for each slab.
__device__ void load(const Shape& shape, const Operand& operand, const unsigned char* source,
                     unsigned char* tile, std::uint64_t* full) {
  const unsigned row_bytes = shape.row_bytes;
  heddle_bulk_box box;
  box.row_bytes = row_bytes;
  box.swizzle = shape.swizzle;
  if (operand.major == heddle_mma_k_major) {
    box.pitch = box.valid_bytes = row_bytes;
    box.rows = box.valid_rows = operand.rows;
    (void)heddle_mbarrier_expect_tx(full, box.rows * row_bytes);
    cp_async_bulk_2d_shared_global(tile, source, box, full);
    return;
  }
  box.pitch = operand.rows * operand.bytes;
  box.rows = box.valid_rows = row_bytes / operand.bytes;
  for (unsigned at = 0; at < box.pitch; at += row_bytes) {
    box.valid_bytes = box.pitch - at < row_bytes ? box.pitch - at : row_bytes;
    (void)heddle_mbarrier_expect_tx(full, box.rows * row_bytes);
    cp_async_bulk_2d_shared_global(tile, source + at, box, full);
    tile += box.rows * row_bytes;
  }
}

__device__ unsigned slabs(const Shape& shape, const Operand& operand) {
  return operand.major == heddle_mma_mn_major ? heddle_mma_slabs(slab_bytes(shape, operand)) : 0;
}

__global__ void multiply(Shape shape, Operand a, Operand b, const unsigned char* a_source,
                         const unsigned char* b_source, heddle_mma_format format, unsigned* d) {
  extern __shared__ __align__(128) unsigned char a_tile[];
  unsigned char* const b_tile = a_tile + tile_bytes(shape, a);
  __shared__ std::uint64_t full, done;
  __shared__ unsigned columns;
  if (threadIdx.x == 0) {
    heddle_mbarrier_init(&full, 1);
    heddle_mbarrier_init(&done, 1);
    columns = tcgen05_alloc(shape.columns);
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    load(shape, a, a_source, a_tile, &full);
    load(shape, b, b_source, b_tile, &full);
    (void)heddle_mbarrier_arrive(&full, 1);
    heddle_mbarrier_wait(&full, 0);
    heddle_mma mma;
    mma.m = shape.m;
    mma.n = shape.n;
    mma.a = mma.b = format;
    mma.a_major = a.major;
    mma.b_major = b.major;
    mma.steps = shape.row_bytes / 32;
    tcgen05_mma(columns, heddle_mma_tile(a_tile, shape.layout),
                heddle_mma_tile(b_tile, shape.layout), slabs(shape, a), slabs(shape, b),
                heddle_mma_descriptor(mma, false));
    tcgen05_commit(&done);
  }
  heddle_mbarrier_wait(&done, 0);
  for (unsigned m = 0; m < shape.m; ++m) {
    for (unsigned n = threadIdx.x; n < shape.n; n += kThreads) {
      d[m * shape.n + n] = tcgen05_ld(columns + heddle_tensor_address(m, n));
    }
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
void check(const Shape& shape, heddle_mma_format format) {
  const unsigned depth = shape.row_bytes / sizeof(T);
  for (const heddle_mma_major a_major : {heddle_mma_k_major, heddle_mma_mn_major}) {
    for (const heddle_mma_major b_major : {heddle_mma_k_major, heddle_mma_mn_major}) {
      const Operand a_operand = {shape.m, sizeof(T), a_major};
      const Operand b_operand = {shape.n, sizeof(T), b_major};
      DeviceArray<T> a(matrix<T>(a_value, shape.m, depth, a_major));
      DeviceArray<T> b(matrix<T>(b_value, shape.n, depth, b_major));
      DeviceArray<unsigned> d(shape.m * shape.n);
      multiply<<<1, kThreads, tile_bytes(shape, a_operand) + tile_bytes(shape, b_operand)>>>(
          shape, a_operand, b_operand, reinterpret_cast<const unsigned char*>(a.data()),
          reinterpret_cast<const unsigned char*>(b.data()), format, d.data());
      require_launched();
      const std::vector<unsigned> found = d.values();
      for (unsigned m = 0; m < shape.m; ++m) {
        for (unsigned n = 0; n < shape.n; ++n) {
          int sum = 0;
          for (unsigned k = 0; k < depth; ++k) sum += a_value(m, k) * b_value(n, k);
          const auto wanted = std::is_integral_v<T>
                                  ? static_cast<unsigned>(sum)
                                  : __builtin_bit_cast(unsigned, static_cast<float>(sum));
          REQUIRE(found[m * shape.n + n] == wanted);
        }
      }
    }
  }
}

unsigned attribute(cudaDeviceAttr which) {
  int value = 0;
  REQUIRE(cudaDeviceGetAttribute(&value, which, 0) == cudaSuccess);
  return static_cast<unsigned>(value);
}

int main() {
  if (attribute(heddleDevAttrTensorTranspose) == 0) {
    std::puts("the device's matrix engine takes no transposed operands");
    return 1;
  }
  // Bits of classes: docs/architecture/tensor.md
  const unsigned formats = attribute(heddleDevAttrTensorFormats);
  REQUIRE((formats & 1) != 0);
  const bool large = attribute(heddleDevAttrTensorLanes) >= kLarge.m &&
                     attribute(heddleDevAttrTensorColumns) >= kLarge.columns;
  for (const Shape& shape : {kSmall, kLarge}) {
    if (shape.m == kLarge.m && !large) continue;
    check<__half>(shape, heddle_mma_f16);
    if ((formats & 2) != 0) check<__nv_bfloat16>(shape, heddle_mma_bf16);
    if ((formats & 8) != 0) check<__nv_fp8_e4m3>(shape, heddle_mma_e4m3);
    if ((formats & 32) != 0) check<signed char>(shape, heddle_mma_s8);
  }
  return 0;
}
