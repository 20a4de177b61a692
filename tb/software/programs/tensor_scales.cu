// MMAs of block-scaled formats through heddle/tensor.h: NVFP4 and MXFP8 of small numbers, whose
// sums are exact in any order. Every row has its own scales.
#include "check.hpp"
#include "heddle/mbarrier.h"
#include "heddle/tensor.h"

constexpr unsigned kM = 16, kN = 8;
constexpr unsigned kRowBytes = 64;  // two steps
constexpr unsigned kThreads = kM * kN;

struct Product {
  heddle_mma_format format;
  heddle_mma_scales scales;
  unsigned scale_row;  // bytes of a row's scales in a scale tile
};

__global__ void multiply(Product product, const unsigned char* a, const unsigned char* b,
                         const unsigned char* a_scales, const unsigned char* b_scales, float* d) {
  alignas(128) __shared__ unsigned char a_tile[kM * kRowBytes], b_tile[kN * kRowBytes];
  alignas(16) __shared__ unsigned char a_scale_tile[kM * 16], b_scale_tile[kN * 16];
  __shared__ std::uint64_t done;
  __shared__ unsigned columns;
  const unsigned t = threadIdx.x;
  // The swizzle of 64 bytes: bits 5:4 of an offset change with bits 8:7.
  const auto place = [](unsigned i) { return i ^ (i >> 7 & 3) << 4; };
  for (unsigned i = t; i < kM * kRowBytes; i += kThreads) a_tile[place(i)] = a[i];
  for (unsigned i = t; i < kN * kRowBytes; i += kThreads) b_tile[place(i)] = b[i];
  for (unsigned i = t; i < kM * product.scale_row; i += kThreads) a_scale_tile[i] = a_scales[i];
  for (unsigned i = t; i < kN * product.scale_row; i += kThreads) b_scale_tile[i] = b_scales[i];
  if (t == 0) {
    heddle_mbarrier_init(&done, 1);
    columns = tcgen05_alloc(kN);
  }
  tcgen05_fence();
  __syncthreads();
  const unsigned address = heddle_tensor_address(8, columns);
  if (t == 0) {
    heddle_mma mma;
    mma.m = kM;
    mma.n = kN;
    mma.a = mma.b = product.format;
    mma.scales = product.scales;
    mma.steps = 2;
    tcgen05_mma(address, heddle_mma_tile(a_tile, heddle_mma_swizzle_64b),
                heddle_mma_tile(b_tile, heddle_mma_swizzle_64b),
                heddle_mma_scale_tile(a_scale_tile), heddle_mma_scale_tile(b_scale_tile),
                heddle_mma_descriptor(mma, false));
    tcgen05_commit(&done);
  }
  heddle_mbarrier_wait(&done, 0);
  d[t] = tcgen05_ld_float(address + heddle_tensor_address(t / kN, t % kN));
}

// E2M1 codes 0 to 7: 0, 0.5, 1, 1.5, 2, 3, 4, 6; bit 3 the sign.
float fp4(unsigned code) {
  static const float kValues[] = {0, 0.5F, 1, 1.5F, 2, 3, 4, 6};
  return (code & 8) != 0 ? -kValues[code & 7] : kValues[code & 7];
}

// E4M3 and UE4M3 of a normal number.
float e4m3(unsigned code) {
  const int exponent = static_cast<int>(code >> 3 & 15) - 10;
  float value = static_cast<float>(8 + (code & 7));
  for (int i = exponent; i < 0; ++i) value /= 2;
  for (int i = exponent; i > 0; --i) value *= 2;
  return (code & 0x80) != 0 ? -value : value;
}

float power_of_two(unsigned e8m0) {
  return e8m0 < 127 ? 1.0F / (1 << (127 - e8m0)) : 1 << (e8m0 - 127);
}

void check(const Product& product, bool nvfp4) {
  const unsigned elements = nvfp4 ? 128 : 64;  // of a row
  const unsigned block = nvfp4 ? 16 : 32;      // with one scale
  std::vector<unsigned char> bytes[2], scales[2];
  const auto element = [&](unsigned side, unsigned row, unsigned k) {
    if (!nvfp4) return e4m3(bytes[side][row * kRowBytes + k]);
    return fp4(bytes[side][row * kRowBytes + k / 2] >> 4 * (k % 2) & 15);
  };
  const auto scale = [&](unsigned side, unsigned row, unsigned k) {
    const unsigned code = scales[side][row * product.scale_row + k / block];
    return nvfp4 ? e4m3(code) : power_of_two(code);
  };
  for (unsigned side = 0; side < 2; ++side) {
    const unsigned rows = side == 0 ? kM : kN;
    for (unsigned i = 0; i < rows * kRowBytes; ++i) {
      const unsigned any = i * (side == 0 ? 37 : 53);
      bytes[side].push_back(static_cast<unsigned char>(nvfp4 ? any : (any & 0x8f) + 0x30));
    }
    for (unsigned i = 0; i < rows * product.scale_row; ++i) {
      scales[side].push_back(static_cast<unsigned char>(nvfp4 ? 0x30 + i * 5 % 16 : 125 + i % 5));
    }
  }
  DeviceArray<unsigned char> a(bytes[0]), b(bytes[1]), a_scales(scales[0]), b_scales(scales[1]);
  DeviceArray<float> d(kThreads);
  multiply<<<1, kThreads>>>(product, a.data(), b.data(), a_scales.data(), b_scales.data(),
                            d.data());
  require_launched();
  const std::vector<float> found = d.values();
  for (unsigned m = 0; m < kM; ++m) {
    for (unsigned n = 0; n < kN; ++n) {
      float sum = 0;
      for (unsigned k = 0; k < elements; ++k) {
        sum += element(0, m, k) * scale(0, m, k) * element(1, n, k) * scale(1, n, k);
      }
      REQUIRE(found[m * kN + n] == sum);
    }
  }
}

int main() {
  check({heddle_mma_fp4, heddle_mma_ue4m3, 16}, true);
  check({heddle_mma_e4m3, heddle_mma_e8m0, 4}, false);
  return 0;
}
