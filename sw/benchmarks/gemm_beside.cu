// What independent warps lose beside a GEMM on base, for ci/bench-gemm: gemm_beside K. A program of
// its own, whose code fits the instruction cache: so nothing is measured but what the GEMM takes.
//
// The GEMM is of 256 x 512 x K, four full tiles one after the other. The other warps begin in the
// last quarter of the first tile, and have additions for as long as a tile takes: so the epilogue
// of one tile falls among them, as it does in any time that is so long.
#include <heddle/gemm.h>

#include <cstdlib>

#include "device_memory.hpp"

namespace {

constexpr unsigned kAluWarps = 8;
constexpr unsigned kChains = 8;
constexpr unsigned kUnrolled = 16 * kChains;
constexpr unsigned kM = 256, kN = 512;
constexpr unsigned kTileCycles = 128;  // of an element of K

/// The GEMM's warps, if it is to run, and kAluWarps others with additions from cycle `begin` on;
/// these tell how long they take.
__global__ void beside(const heddle_gemm_arguments* arguments, int with, unsigned warps,
                       unsigned begin, unsigned steps, unsigned* cycles, unsigned* out) {
  extern __shared__ __align__(128) char memory[];
  if (threadIdx.x / 32 < warps) {
    if (with != 0) heddle_gemm_run_block<true, float>(memory, *arguments);
    return;
  }
  unsigned x[kChains];
  const unsigned y = threadIdx.x;
  for (unsigned c = 0; c < kChains; ++c) x[c] = y + c;
  while (static_cast<unsigned>(clock()) < begin) {
  }
  for (unsigned s = 0; s < steps; ++s) {
#pragma unroll
    for (unsigned r = 0; r < kUnrolled / kChains; ++r) {
#pragma unroll
      for (unsigned c = 0; c < kChains; ++c) asm volatile("add %0, %0, %1" : "+r"(x[c]) : "r"(y));
    }
  }
  atomicMax(cycles, static_cast<unsigned>(clock()) - begin);
  unsigned sum = 0;
  for (unsigned c = 0; c < kChains; ++c) sum += x[c];
  out[threadIdx.x] = sum;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: gemm_beside K\n");
    return 2;
  }
  const auto k = static_cast<unsigned>(std::atoi(argv[1]));
  heddle_gemm_problem<__half, __half, float> problem;
  problem.m = kM;
  problem.n = kN;
  problem.k = k;
  problem.a = zeros<__half>(std::size_t{kM} * k);
  problem.b = zeros<__half>(std::size_t{kN} * k);
  problem.c = zeros<float>(std::size_t{kM} * kN);
  problem.lda = problem.ldb = k;
  problem.ldc = kN;
  auto* const out = zeros<unsigned>(1024);
  const unsigned tile = kTileCycles * k, begin = tile / 4 * 3;
  constexpr unsigned kInstructionCycles = 2;
  const unsigned steps = tile / (kInstructionCycles * kAluWarps * kUnrolled);
  unsigned cycles[2], end = 0;
  for (int with = 0; with < 2; ++with) {
    auto* const last_store = zeros<unsigned>(1);
    auto* const alu = zeros<unsigned>(1);
    heddle_gemm_prepared prepared;
    must(heddle_gemm_prepare(prepared, problem, false, last_store));
    beside<<<1, (prepared.warps + kAluWarps) * 32, prepared.shared_bytes>>>(
        prepared.arguments(), with, prepared.warps, begin, steps, alu, out);
    must(cudaGetLastError());
    cycles[with] = value_at(alu);
    end = value_at(last_store);
  }
  if (begin + cycles[1] > 3 * tile) {
    std::fprintf(stderr, "gemm_beside: the additions end behind the full tiles\n");
    return 1;
  }
  std::printf("%u cycles alone, %u beside, GEMM %u cycles\n", cycles[0], cycles[1], end);
  return 0;
}
