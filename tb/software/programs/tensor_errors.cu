// tensor_errors CASE: does one thing wrong with the matrix engine, in thread 37 of the block, and
// exits with 0 if the runtime reports the error that belongs to it.
#include <cstring>

#include "check.hpp"
#include "heddle/tensor.h"

namespace {

constexpr unsigned int kThread = 37;
constexpr unsigned int kColumns = 32;

/// What is wrong.
struct Wrong {
  // So far from where it should lies A's tile, B's, each one's scale tile, or A's metadata tile.
  unsigned int a_bytes = 0, b_bytes = 0, a_scale_bytes = 0, b_scale_bytes = 0;
  unsigned int scales = 0;  ///< a format of scales, heddle_mma_scales
  bool sparse = false;      ///< A
  unsigned int format = heddle_mma_f16;
  unsigned int major = heddle_mma_k_major;  ///< of A, heddle_mma_major
  unsigned int lane = 0;
  unsigned int column = 0;  ///< behind the first one of the block
};

__global__ void multiply(Wrong wrong) {
  __shared__ __align__(16) unsigned char tiles[2][8 * 64];
  if (threadIdx.x != kThread) return;
  const unsigned int first = tcgen05_alloc(kColumns);
  heddle_mma mma;
  mma.a = mma.b = static_cast<heddle_mma_format>(wrong.format);
  mma.scales = static_cast<heddle_mma_scales>(wrong.scales);
  mma.a_major = static_cast<heddle_mma_major>(wrong.major);
  const unsigned int d = heddle_tensor_address(wrong.lane, first + wrong.column);
  const unsigned int a = heddle_mma_tile(tiles[0] + wrong.a_bytes, heddle_mma_rows_32b);
  const unsigned int b = heddle_mma_tile(
      tiles[1] + wrong.b_bytes, wrong.sparse ? heddle_mma_swizzle_64b : heddle_mma_rows_32b);
  const unsigned int descriptor = heddle_mma_descriptor(mma, false);
  if (wrong.sparse) {
    tcgen05_mma(d, a, b, heddle_mma_metadata_tile(tiles[0] + wrong.a_scale_bytes), 0, descriptor);
  } else if (wrong.scales == 0) {
    tcgen05_mma(d, a, b, descriptor);
  } else {
    tcgen05_mma(d, a, b, heddle_mma_scale_tile(tiles[0] + wrong.a_scale_bytes),
                heddle_mma_scale_tile(tiles[1] + wrong.b_scale_bytes), descriptor);
  }
}

enum class Misuse { kMultiply, kLoad, kStore, kFree, kFreeTwice, kFreePart, kAllocate, kCommit };

/// With no columns taken, but where it says so.
__global__ void misuse(Misuse what, unsigned int* out) {
  __shared__ __align__(16) unsigned char tile[8 * 32];
  if (threadIdx.x != kThread) return;
  const unsigned int shared = heddle_mma_tile(tile, heddle_mma_rows_32b);
  switch (what) {
    case Misuse::kMultiply: tcgen05_mma(0, shared, shared, heddle_mma_descriptor({}, false)); break;
    case Misuse::kLoad: *out = tcgen05_ld(heddle_tensor_address(0, 0)); break;
    case Misuse::kStore: tcgen05_st(heddle_tensor_address(0, 0), 1); break;
    case Misuse::kFree: tcgen05_dealloc(0, kColumns); break;
    case Misuse::kFreeTwice: {
      const unsigned int first = tcgen05_alloc(kColumns);
      tcgen05_dealloc(first, kColumns);
      tcgen05_dealloc(first, kColumns);
      break;
    }
    case Misuse::kFreePart: tcgen05_dealloc(tcgen05_alloc(kColumns) + 8, kColumns); break;
    case Misuse::kAllocate: *out = tcgen05_alloc(kColumns + 1); break;
    case Misuse::kCommit: tcgen05_commit(reinterpret_cast<std::uint64_t*>(tile + 4)); break;
  }
}

struct Case {
  const char* name;
  Wrong wrong;
  cudaError_t error;
};
constexpr Case kMultiplications[] = {
    {"right", {}, cudaSuccess},
    {"tile-outside", {.a_bytes = 1024}, cudaErrorIllegalAddress},
    {"a-misaligned", {.a_bytes = 8}, cudaErrorLaunchFailure},
    {"b-misaligned", {.b_bytes = 1}, cudaErrorLaunchFailure},
    {"format", {.format = heddle_mma_tf32}, cudaErrorLaunchFailure},
    {"no-format", {.format = 3}, cudaErrorLaunchFailure},
    {"scales", {.scales = heddle_mma_e8m0}, cudaErrorLaunchFailure},
    {"transposed", {.major = heddle_mma_mn_major}, cudaErrorLaunchFailure},
    {"scaled", {.scales = heddle_mma_e8m0, .format = heddle_mma_e4m3}, cudaSuccess},
    {"a-scales-misaligned",
     {.a_scale_bytes = 4, .scales = heddle_mma_e8m0, .format = heddle_mma_e4m3},
     cudaErrorLaunchFailure},
    {"b-scales-misaligned",
     {.b_scale_bytes = 8, .scales = heddle_mma_e8m0, .format = heddle_mma_e4m3},
     cudaErrorLaunchFailure},
    {"sparse", {.sparse = true}, cudaSuccess},
    {"metadata-misaligned", {.a_scale_bytes = 8, .sparse = true}, cudaErrorLaunchFailure},
    {"lane-misaligned", {.lane = 4}, cudaErrorLaunchFailure},
    {"column-misaligned", {.column = 4}, cudaErrorLaunchFailure},
    {"lane-outside", {.lane = 1024}, cudaErrorLaunchFailure},
    {"another-column", {.column = kColumns}, cudaErrorLaunchFailure},
};

struct MisuseCase {
  const char* name;
  Misuse what;
  cudaError_t error;
};
constexpr MisuseCase kMisuses[] = {
    {"multiply-never-allocated", Misuse::kMultiply, cudaErrorLaunchFailure},
    {"load-never-allocated", Misuse::kLoad, cudaErrorLaunchFailure},
    {"store-never-allocated", Misuse::kStore, cudaErrorLaunchFailure},
    {"free-never-allocated", Misuse::kFree, cudaErrorLaunchFailure},
    {"free-twice", Misuse::kFreeTwice, cudaErrorLaunchFailure},
    {"free-elsewhere", Misuse::kFreePart, cudaErrorLaunchFailure},
    {"allocate-odd", Misuse::kAllocate, cudaErrorLaunchFailure},
    {"commit-misaligned", Misuse::kCommit, cudaErrorMisalignedAddress},
};

}  // namespace

int main(int argc, char** argv) {
  const char* const name = argc == 2 ? argv[1] : "";
  for (const Case& wanted : kMultiplications) {
    if (std::strcmp(name, wanted.name) != 0) continue;
    multiply<<<1, 64>>>(wanted.wrong);
    REQUIRE(cudaDeviceSynchronize() == wanted.error);
    return 0;
  }
  for (const MisuseCase& wanted : kMisuses) {
    if (std::strcmp(name, wanted.name) != 0) continue;
    DeviceArray<unsigned int> out(1);
    misuse<<<1, 64>>>(wanted.what, out.data());
    REQUIRE(cudaDeviceSynchronize() == wanted.error);
    return 0;
  }
  std::fprintf(stderr, "unknown case \"%s\"\n", name);
  return 2;
}
