// A kernel for each bound of Heddle's throughput. throughput [--warps 8] [--lines 16384]
// ci/throughput runs it and prints how near they come.
#include "../examples/example.hpp"

constexpr int kChains =
    8;  // independent operations of a thread, so that a warp is nearly always ready
constexpr int kRounds = 16;

/// Operations of two operands on `kChains` chains, `steps` * kRounds of each.
__global__ void issue_integer(int steps, unsigned* out) {
  unsigned x[kChains];
  const unsigned y = threadIdx.x;
  for (int c = 0; c < kChains; ++c) x[c] = y + c;
  for (int s = 0; s < steps; ++s) {
#pragma unroll
    for (int r = 0; r < kRounds; ++r) {
#pragma unroll
      for (int c = 0; c < kChains; ++c) {
        asm volatile("add %0, %0, %1" : "+r"(x[c]) : "r"(y));
      }
    }
  }
  unsigned sum = 0;
  for (int c = 0; c < kChains; ++c) sum += x[c];
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

/// The same with three different operands: fused multiply-adds.
__global__ void issue_fma(int steps, float a, float b, float* out) {
  float x[kChains];
  for (int c = 0; c < kChains; ++c) x[c] = static_cast<float>(threadIdx.x + c);
  for (int s = 0; s < steps; ++s) {
#pragma unroll
    for (int r = 0; r < kRounds; ++r) {
#pragma unroll
      for (int c = 0; c < kChains; ++c) x[c] = fmaf(x[c], a, b);
    }
  }
  float sum = 0;
  for (int c = 0; c < kChains; ++c) sum += x[c];
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

/// Copies `words` words, all blocks going through the array side by side. BLOCK = blockDim.x. A
/// round's words are loaded while those of the round before are stored.
template <int BLOCK>
__global__ void copy(int words, const unsigned* from, unsigned* to) {
  constexpr int kUnroll = 8;
  const int step = gridDim.x * BLOCK * kUnroll;
  from += blockIdx.x * BLOCK * kUnroll + threadIdx.x;
  to += blockIdx.x * BLOCK * kUnroll + threadIdx.x;
  unsigned x[kUnroll];
#pragma unroll
  for (int k = 0; k < kUnroll; ++k) x[k] = from[k * BLOCK];
#pragma unroll 2
  for (int i = step; i < words; i += step) {
    from += step;
    unsigned next[kUnroll];
#pragma unroll
    for (int k = 0; k < kUnroll; ++k) {
      next[k] = *const_cast<const volatile unsigned*>(from + k * BLOCK);
      *const_cast<volatile unsigned*>(to + k * BLOCK) = x[k];
    }
#pragma unroll
    for (int k = 0; k < kUnroll; ++k) x[k] = next[k];
    to += step;
  }
#pragma unroll
  for (int k = 0; k < kUnroll; ++k) to[k * BLOCK] = x[k];
}

/// Every thread adds to one word, `steps` times.
__global__ void atomics_on_one_word(int steps, unsigned* sum) {
  for (int s = 0; s < steps; ++s) {
    asm volatile("amoadd.w zero, %0, (%1)" : : "r"(1), "r"(sum) : "memory");
  }
}

int main(int argc, char** argv) {
  const int threads = 32 * option(argc, argv, "warps", 8);
  const int blocks = threads / 32;
  constexpr int kSteps = 100;
  constexpr int kAdds = 32;

  unsigned* out = to_device(std::vector<unsigned>(threads));
  issue_integer<<<1, threads>>>(kSteps, out);
  CHECK_CUDA(cudaDeviceSynchronize());
  issue_fma<<<1, threads>>>(kSteps, 0.5F, 1.0F, reinterpret_cast<float*>(out));
  CHECK_CUDA(cudaDeviceSynchronize());

  // A block of one warp reaches 8 rows of its array with the immediates of its loads.
  constexpr int kBlock = 32;
  constexpr int kWordsOfALine = 16;
  const int granule = kBlock * 8 * blocks;
  const int words = option(argc, argv, "lines", 16384) * kWordsOfALine / granule * granule;
  std::vector<unsigned> data(words);
  Random random(1);
  for (unsigned& word : data) word = random.next();
  const unsigned* from = to_device(data);
  unsigned* to = to_device(std::vector<unsigned>(words));
  copy<kBlock><<<blocks, kBlock>>>(words, from, to);
  CHECK_CUDA(cudaDeviceSynchronize());
  const bool copied = to_host(to, words) == data;

  unsigned* sum = to_device(std::vector<unsigned>(1));
  atomics_on_one_word<<<1, threads>>>(kAdds, sum);
  CHECK_CUDA(cudaDeviceSynchronize());
  const bool added = to_host(sum, 1)[0] == static_cast<unsigned>(kAdds * threads);

  std::printf("%d lines copied: %s; %d atomics: %s\n", words / kWordsOfALine,
              copied ? "ok" : "WRONG", kAdds * threads, added ? "ok" : "WRONG");
  return copied && added ? 0 : 1;
}
