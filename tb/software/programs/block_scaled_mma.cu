// GEMMs of block-scaled formats on the matrix engine, through heddle/tensor.h: MXFP8, MXFP6, MXFP4
// (in bytes and packed) and NVFP4. Tiles come by bulk copies, their scales are stored by the
// threads. All sums are exact in any order: elements and scales are small enough.
#include <cmath>
#include <cstring>

#include "check.hpp"
#include "heddle/bulk_copy.h"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"

constexpr unsigned kTile = 32;         // rows of A and of B
constexpr unsigned kRowBytes = 384;    // of all K
constexpr unsigned kStageBytes = 128;  // of a row in a stage: four steps
constexpr unsigned kStageSteps = 4;
constexpr unsigned kM = 64, kN = 32;  // of C
constexpr unsigned kThreads = 64;
constexpr unsigned kMostScales = 4;  // of a row for a step

struct Tiles {
  alignas(1024) unsigned char elements[2][kTile][kStageBytes];
  alignas(16) unsigned scales[2][kTile * kMostScales];
};

// Of each row the scales of a stage: a word for each of the `count` that a step has.
__device__ void store_scales(unsigned* tile, const unsigned* scales, unsigned count,
                             unsigned stage) {
  constexpr unsigned kStages = kRowBytes / kStageBytes;
  for (unsigned i = threadIdx.x; i < kTile * count; i += kThreads) {
    tile[i] = scales[(i / count * kStages + stage) * count + i % count];
  }
}

// C = A * B^T, both K-major, as are their scales: `count` for 32 bytes of a row. Two stages of
// tiles, in turn.
__global__ void gemm(heddle_mma mma, unsigned count, const unsigned char* a,
                     const unsigned* a_scales, const unsigned char* b, const unsigned* b_scales,
                     float* c) {
  __shared__ Tiles a_tiles, b_tiles;
  __shared__ std::uint64_t full[2], empty[2];
  __shared__ unsigned columns;
  const unsigned t = threadIdx.x;
  const unsigned row = blockIdx.x * kTile;
  if (t == 0) {
    for (unsigned stage = 0; stage < 2; ++stage) {
      heddle_mbarrier_init(&full[stage], 1);
      heddle_mbarrier_init(&empty[stage], 1);
    }
    do {
      columns = tcgen05_alloc(kN);
    } while (columns == heddle_no_columns);  // other blocks have them
  }
  __syncthreads();
  const unsigned d = heddle_tensor_address(0, columns);
  constexpr unsigned kRounds = kRowBytes / kStageBytes;
  mma.m = mma.n = kTile;
  mma.steps = kStageSteps;
  for (unsigned round = 0; round < kRounds; ++round) {
    const unsigned stage = round % 2, parity = round / 2 % 2;
    if (round >= 2) heddle_mbarrier_wait(&empty[stage], parity ^ 1);
    store_scales(a_tiles.scales[stage], a_scales + row * (kRowBytes / kStageBytes) * count, count,
                 round);
    store_scales(b_tiles.scales[stage], b_scales, count, round);
    tcgen05_fence();
    __syncthreads();
    if (t != 0) continue;
    heddle_bulk_box box;
    box.pitch = kRowBytes;
    box.row_bytes = box.valid_bytes = kStageBytes;
    box.rows = box.valid_rows = kTile;
    box.swizzle = heddle_swizzle_128b;
    (void)heddle_mbarrier_expect_tx(&full[stage], 2 * kTile * kStageBytes);
    cp_async_bulk_2d_shared_global(a_tiles.elements[stage],
                                   a + row * kRowBytes + round * kStageBytes, box, &full[stage]);
    cp_async_bulk_2d_shared_global(b_tiles.elements[stage], b + round * kStageBytes, box,
                                   &full[stage]);
    (void)heddle_mbarrier_arrive(&full[stage], 1);
    heddle_mbarrier_wait(&full[stage], parity);
    tcgen05_mma(d, heddle_mma_tile(a_tiles.elements[stage], heddle_mma_swizzle_128b),
                heddle_mma_tile(b_tiles.elements[stage], heddle_mma_swizzle_128b),
                heddle_mma_scale_tile(a_tiles.scales[stage]),
                heddle_mma_scale_tile(b_tiles.scales[stage]),
                heddle_mma_descriptor(mma, round != 0));
    tcgen05_commit(&empty[stage]);
  }
  heddle_mbarrier_wait(&empty[(kRounds - 1) % 2], (kRounds - 1) / 2 % 2);
  for (unsigned i = t; i < kTile * kN; i += kThreads) {
    c[(row + i / kN) * kN + i % kN] = tcgen05_ld_float(d + heddle_tensor_address(i / kN, i % kN));
  }
  __syncthreads();
  if (t == 0) tcgen05_dealloc(columns, kN);
}

// A format of elements: how it is called, and what its codes are worth.
struct Elements {
  heddle_mma_format format;
  int exponent_bits, fraction_bits, bias;
  int least_field, greatest_field;  // of the exponents that are used
  int bits() const { return 1 + exponent_bits + fraction_bits; }
};
constexpr Elements kE4M3{heddle_mma_e4m3, 4, 3, 7, 6, 8};
constexpr Elements kE5M2{heddle_mma_e5m2, 5, 2, 15, 14, 16};
constexpr Elements kE3M2{heddle_mma_e3m2, 3, 2, 3, 2, 4};
constexpr Elements kE2M3{heddle_mma_e2m3, 2, 3, 1, 0, 2};
constexpr Elements kE2M1{heddle_mma_e2m1, 2, 1, 1, 0, 3};
constexpr Elements kFp4{heddle_mma_fp4, 2, 1, 1, 0, 3};

double value_of(const Elements& elements, unsigned code) {
  const unsigned fraction = code & ((1u << elements.fraction_bits) - 1);
  const int field =
      static_cast<int>(code >> elements.fraction_bits & ((1u << elements.exponent_bits) - 1));
  const int lead = field == 0 ? 0 : 1 << elements.fraction_bits;
  const double size = std::ldexp(lead + static_cast<int>(fraction),
                                 (field == 0 ? 1 : field) - elements.bias - elements.fraction_bits);
  return code >> (elements.bits() - 1) & 1 ? -size : size;
}

double scale_of(heddle_mma_scales format, unsigned code) {
  return format == heddle_mma_e8m0 ? std::ldexp(1, static_cast<int>(code) - 127)
                                   : value_of(kE4M3, code & 0x7f);
}

unsigned random_word() {
  static std::uint64_t state = 1;
  state = state * 6364136223846793005 + 1442695040888963407;
  return static_cast<unsigned>(state >> 33);
}

// A matrix, row by row: packed elements and scales as the GEMM takes them, and the numbers.
struct Matrix {
  std::vector<unsigned char> bytes, scales;
  std::vector<double> values;
};

Matrix random_matrix(const Elements& elements, heddle_mma_scales scales, unsigned count,
                     unsigned rows) {
  const unsigned width = elements.format == heddle_mma_fp4 ? 4 : 8;
  const unsigned depth = kRowBytes * 8 / width, block = 32 * 8 / width / count;
  Matrix matrix;
  matrix.bytes.resize(rows * kRowBytes);
  for (unsigned i = 0; i < rows * depth; ++i) {
    if (i % block == 0) {
      // 1/2, 1 and 2; or from 1/2 to 3.75, all with a bit above that does not count.
      matrix.scales.push_back(static_cast<unsigned char>(
          scales == heddle_mma_e8m0 ? 126 + random_word() % 3 : 0xb0 + random_word() % 24));
    }
    const auto fields = static_cast<unsigned>(elements.greatest_field - elements.least_field + 1);
    const unsigned code = random_word() % 2 << (elements.bits() - 1) |
                          (static_cast<unsigned>(elements.least_field) + random_word() % fields)
                              << elements.fraction_bits |
                          random_word() % (1u << elements.fraction_bits);
    // Bits above a code do not count either.
    const unsigned noise = width == 8 ? random_word() << elements.bits() : 0;
    matrix.bytes[i * width / 8] |= static_cast<unsigned char>((code | noise) << i * width % 8);
    matrix.values.push_back(value_of(elements, code) * scale_of(scales, matrix.scales.back()));
  }
  return matrix;
}

std::vector<unsigned> words_of(const std::vector<unsigned char>& bytes) {
  std::vector<unsigned> words(bytes.size() / sizeof(unsigned));
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

void check(const Elements& a_elements, const Elements& b_elements, heddle_mma_scales scales,
           unsigned count) {
  const Matrix a = random_matrix(a_elements, scales, count, kM);
  const Matrix b = random_matrix(b_elements, scales, count, kN);
  DeviceArray<unsigned char> a_bytes(a.bytes), b_bytes(b.bytes);
  DeviceArray<unsigned> a_scales(words_of(a.scales)), b_scales(words_of(b.scales));
  DeviceArray<float> c(kM * kN);
  heddle_mma mma;
  mma.a = a_elements.format;
  mma.b = b_elements.format;
  mma.scales = scales;
  gemm<<<kM / kTile, kThreads>>>(mma, count, a_bytes.data(), a_scales.data(), b_bytes.data(),
                                 b_scales.data(), c.data());
  require_launched();
  const std::vector<float> found = c.values();
  const std::size_t depth = a.values.size() / kM;
  for (unsigned m = 0; m < kM; ++m) {
    for (unsigned n = 0; n < kN; ++n) {
      double sum = 0;
      for (std::size_t k = 0; k < depth; ++k) {
        sum += a.values[m * depth + k] * b.values[n * depth + k];
      }
      REQUIRE(static_cast<double>(found[m * kN + n]) == sum);
    }
  }
}

int main() {
  check(kE4M3, kE4M3, heddle_mma_e8m0, 1);  // MXFP8
  check(kE5M2, kE4M3, heddle_mma_e8m0, 1);
  check(kE3M2, kE2M3, heddle_mma_e8m0, 1);  // MXFP6
  check(kE2M1, kE4M3, heddle_mma_e8m0, 1);  // MXFP4 in bytes
  check(kFp4, kFp4, heddle_mma_e8m0, 2);    // MXFP4
  check(kFp4, kFp4, heddle_mma_ue4m3, 4);   // NVFP4
  return 0;
}
