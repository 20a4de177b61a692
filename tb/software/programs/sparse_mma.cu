// The matrix engine with a sparse A through heddle/tensor.h: D = A * B of FP16 and, where the
// device has them, BF16, E4M3 and S8. A is compressed on the device, B is K-major or, where the
// device has that, MN-major; values, metadata and B come by bulk copies. All sums are exact.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <type_traits>

#include "check.hpp"
#include "heddle/bulk_copy.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"
#include "heddle/tensor_sparsity.h"

constexpr unsigned kM = 16, kN = 32, kStages = 2;
constexpr unsigned kRowBytes = 128;  // of B's rows, and of those of A that is meant, in a stage
constexpr unsigned kKeptBytes = kRowBytes / 2;
constexpr unsigned kThreads = 64;

template <typename T>
constexpr unsigned kDepth = kStages * kRowBytes / sizeof(T);

template <typename T>
__global__ void compress(const T* a, T* kept, unsigned char* metadata, unsigned* fits) {
  const unsigned row = threadIdx.x, row_bytes = heddle_metadata_row_bytes<T>;
  fits[row] = heddle_mma_compress(a + row * kDepth<T>, kDepth<T>, kept + row * kDepth<T> / 2,
                                  metadata + row * row_bytes, kM * row_bytes);
}

struct Source {
  unsigned pitch;     // bytes from row to row
  unsigned distance;  // from a stage to the next one
  unsigned row_bytes, rows;
  heddle_swizzle swizzle;
};

__device__ void load(const unsigned char* data, const Source& source, unsigned stage,
                     unsigned char* tile, std::uint64_t* full) {
  heddle_bulk_box box;
  box.pitch = source.pitch;
  box.row_bytes = box.valid_bytes = source.row_bytes;
  box.rows = box.valid_rows = source.rows;
  box.swizzle = source.swizzle;
  (void)heddle_mbarrier_expect_tx(full, box.rows * box.row_bytes);
  cp_async_bulk_2d_shared_global(tile, data + stage * source.distance, box, full);
}

__global__ void multiply(const unsigned char* a_data, Source a, const unsigned char* metadata_data,
                         Source metadata, const unsigned char* b_data, Source b, heddle_mma mma,
                         unsigned* d) {
  alignas(128) __shared__ unsigned char a_tiles[kStages][kM * kKeptBytes];
  alignas(128) __shared__ unsigned char b_tiles[kStages][kN * kRowBytes];
  alignas(16) __shared__ unsigned char metadata_tiles[kStages][kM * 16];
  __shared__ std::uint64_t full, done;
  __shared__ unsigned columns;
  if (threadIdx.x == 0) {
    heddle_mbarrier_init(&full, 1);
    heddle_mbarrier_init(&done, 1);
    columns = tcgen05_alloc(kN);
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    for (unsigned stage = 0; stage < kStages; ++stage) {
      load(a_data, a, stage, a_tiles[stage], &full);
      load(metadata_data, metadata, stage, metadata_tiles[stage], &full);
      load(b_data, b, stage, b_tiles[stage], &full);
    }
    (void)heddle_mbarrier_arrive(&full, 1);
    heddle_mbarrier_wait(&full, 0);
    for (unsigned stage = 0; stage < kStages; ++stage) {
      tcgen05_mma(columns,
                  heddle_mma_tile(a_tiles[stage], static_cast<heddle_mma_layout>(a.swizzle)),
                  heddle_mma_tile(b_tiles[stage], static_cast<heddle_mma_layout>(b.swizzle)),
                  heddle_mma_metadata_tile(metadata_tiles[stage]), 0,
                  heddle_mma_descriptor(mma, stage != 0));
    }
    tcgen05_commit(&done);
  }
  heddle_mbarrier_wait(&done, 0);
  for (unsigned i = threadIdx.x; i < kM * kN; i += kThreads) {
    d[i] = tcgen05_ld(columns + heddle_tensor_address(i / kN, i % kN));
  }
}

// Small numbers, of which the sums of products are exact in all formats. Of four neighbours of A
// two, one or none are not zero, at places that change.
int a_value(unsigned m, unsigned k) {
  const unsigned four = (m * 5 + k / 4 * 3) % 7, first = four % 4, second = (four + m + 1) % 4;
  if (k % 4 != first && (k % 4 != second || four == 6)) return 0;
  return static_cast<int>((m * 7 + k * 5) % 17) - 8;
}
int b_value(unsigned n, unsigned k) { return static_cast<int>((n * 11 + k * 3) % 13) - 6; }

template <typename T>
T element(int value) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(value);
  } else {
    return T(static_cast<float>(value));
  }
}

template <typename T>
std::vector<T> b_elements(heddle_mma_major major) {
  std::vector<T> elements(kN * kDepth<T>);
  for (unsigned n = 0; n < kN; ++n) {
    for (unsigned k = 0; k < kDepth<T>; ++k) {
      elements[major == heddle_mma_k_major ? n * kDepth<T> + k : k * kN + n] =
          element<T>(b_value(n, k));
    }
  }
  return elements;
}

template <typename T>
void check(heddle_mma_format format, heddle_mma_major b_major) {
  constexpr unsigned kMetadataBytes = heddle_metadata_row_bytes<T> * kM;  // of a stage
  std::vector<T> dense(kM * kDepth<T>);
  for (unsigned i = 0; i < dense.size(); ++i) {
    dense[i] = element<T>(a_value(i / kDepth<T>, i % kDepth<T>));
  }
  DeviceArray<T> a(dense), kept(dense.size() / 2), b(b_elements<T>(b_major));
  DeviceArray<unsigned char> metadata(kStages * kMetadataBytes);
  DeviceArray<unsigned> d(kM * kN), fits(kM);
  compress<<<1, kM>>>(a.data(), kept.data(), metadata.data(), fits.data());
  require_launched();
  for (const unsigned fit : fits.values()) REQUIRE(fit == 1);
  // The host makes the same.
  std::vector<T> host_kept(dense.size() / 2);
  std::vector<unsigned char> host_metadata(kStages * kMetadataBytes);
  for (unsigned m = 0; m < kM; ++m) {
    REQUIRE(heddle_mma_compress(&dense[m * kDepth<T>], kDepth<T>, &host_kept[m * kDepth<T> / 2],
                                &host_metadata[m * heddle_metadata_row_bytes<T>], kMetadataBytes));
  }
  REQUIRE(metadata.values() == host_metadata);

  const Source a_source{kStages * kKeptBytes, kKeptBytes, kKeptBytes, kM, heddle_swizzle_64b};
  const Source metadata_source{kMetadataBytes, kMetadataBytes, kMetadataBytes, 1,
                               heddle_swizzle_none};
  Source b_source{kStages * kRowBytes, kRowBytes, kRowBytes, kN, heddle_swizzle_128b};
  if (b_major == heddle_mma_mn_major) {
    b_source.pitch = b_source.row_bytes = kN * sizeof(T);
    b_source.rows = kRowBytes / sizeof(T);
    b_source.distance = b_source.rows * b_source.pitch;
    b_source.swizzle = sizeof(T) == 2 ? heddle_swizzle_64b : heddle_swizzle_32b;
  }
  heddle_mma mma;
  mma.m = kM;
  mma.n = kN;
  mma.a = mma.b = format;
  mma.b_major = b_major;
  mma.steps = 2;
  multiply<<<1, kThreads>>>(
      reinterpret_cast<const unsigned char*>(kept.data()), a_source, metadata.data(),
      metadata_source, reinterpret_cast<const unsigned char*>(b.data()), b_source, mma, d.data());
  require_launched();
  const std::vector<unsigned> found = d.values();
  for (unsigned m = 0; m < kM; ++m) {
    for (unsigned n = 0; n < kN; ++n) {
      int sum = 0;
      for (unsigned k = 0; k < kDepth<T>; ++k) sum += a_value(m, k) * b_value(n, k);
      const auto wanted = std::is_integral_v<T>
                              ? static_cast<unsigned>(sum)
                              : __builtin_bit_cast(unsigned, static_cast<float>(sum));
      REQUIRE(found[m * kN + n] == wanted);
    }
  }
}

bool has(cudaDeviceAttr attribute, int bit) {
  int value = 0;
  REQUIRE(cudaDeviceGetAttribute(&value, attribute, 0) == cudaSuccess);
  return (value >> bit & 1) != 0;
}

template <typename T>
void check_majors(heddle_mma_format format) {
  check<T>(format, heddle_mma_k_major);
  if (has(heddleDevAttrTensorTranspose, 0)) check<T>(format, heddle_mma_mn_major);
}

int main() {
  REQUIRE(has(heddleDevAttrTensorSparse, 0));
  // Three that are not zero
  const signed char three[128] = {0, 1, 2, 3};
  signed char kept[64];
  unsigned char metadata[16];
  REQUIRE(!heddle_mma_compress(three, 128, kept, metadata, 16));
  REQUIRE(kept[0] == 1 && kept[1] == 2 && (metadata[0] & 0xf) == (1 | 2 << 2));
  if (has(heddleDevAttrTensorFormats, 0)) check_majors<__half>(heddle_mma_f16);
  if (has(heddleDevAttrTensorFormats, 1)) check_majors<__nv_bfloat16>(heddle_mma_bf16);
  if (has(heddleDevAttrTensorFormats, 3)) check_majors<__nv_fp8_e4m3>(heddle_mma_e4m3);
  if (has(heddleDevAttrTensorFormats, 5)) check_majors<signed char>(heddle_mma_s8);
  return 0;
}
