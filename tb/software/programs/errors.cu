// errors CASE: does one thing wrong and exits with 0 if the runtime reports what CUDA would.
#include <cassert>
#include <cstring>
#include <cuda/barrier>

#include "check.hpp"

__global__ void store_at(int* p, long long offset) {
  if (threadIdx.x == 5) *reinterpret_cast<int*>(reinterpret_cast<char*>(p) + offset) = 1;
}

__global__ void store_code(int* out) {
  reinterpret_cast<int*>(0x10000)[0] = 1;
  out[0] = 1;
}

__global__ void endless(volatile int* p) {
  while (*p == 0) {
  }
}

__global__ void trap_if(bool condition) {
  if (condition) __trap();
}

__global__ void assert_equal(int a, int b) { assert(a == b); }

__global__ void illegal() { asm volatile(".word 0xffffffff"); }

__global__ void wait_at(unsigned id, unsigned count) { bar_sync(id, count); }

/// More arrivals than the barrier expects, or an mbarrier that is in no shared memory.
__global__ void arrive_at(int expected, cuda::barrier<cuda::thread_scope_block>* elsewhere) {
  __shared__ cuda::barrier<cuda::thread_scope_block> barrier;
  if (threadIdx.x == 0) init(&barrier, expected);
  __syncthreads();
  if (elsewhere != nullptr) {
    elsewhere->arrive_and_wait();
  } else {
    (void)barrier.arrive(20);
    barrier.arrive_and_wait();
  }
}

__device__ __noinline__ int deep(int n, volatile int* p) {
  volatile int frame[64];
  frame[n % 64] = p[0];
  return n == 0 ? 0 : deep(n - 1, p) + frame[n % 64];
}

__global__ void overflow_stack(int* p) { p[0] = deep(1000, p); }

__global__ void big_shared(float* out) {
  extern __shared__ float dynamic[];
  dynamic[threadIdx.x] = 1;
  out[threadIdx.x] = dynamic[threadIdx.x];
}

__global__ void simple(int* out) { out[threadIdx.x] = 1; }

/// A fault is sticky: every later call reports it, until the device is reset.
void expect_fault(cudaError_t error) {
  REQUIRE(cudaDeviceSynchronize() == error);
  REQUIRE(cudaGetLastError() == error);
  void* pointer = nullptr;
  REQUIRE(cudaMalloc(&pointer, 16) == error);
  REQUIRE(cudaPeekAtLastError() == error);
  REQUIRE(cudaDeviceReset() == cudaSuccess);
  REQUIRE(cudaGetLastError() == cudaSuccess);
  REQUIRE(cudaMalloc(&pointer, 16) == cudaSuccess);
}

/// A refused launch harms nothing else.
void expect_refused(cudaError_t error) {
  REQUIRE(cudaGetLastError() == error);
  REQUIRE(cudaGetLastError() == cudaSuccess);
  DeviceArray<int> out(32);
  simple<<<1, 32>>>(out.data());
  require_launched();
}

int main(int argc, char** argv) {
  const char* const name = argc == 2 ? argv[1] : "";
  const auto is = [&](const char* text) { return std::strcmp(name, text) == 0; };
  int* memory = nullptr;
  REQUIRE(cudaMalloc(&memory, 1000) == cudaSuccess);
  if (is("out-of-bounds")) {
    store_at<<<2, 32>>>(memory, 1 << 20);
    expect_fault(cudaErrorIllegalAddress);
  } else if (is("null")) {
    store_at<<<1, 32>>>(nullptr, 16);
    expect_fault(cudaErrorIllegalAddress);
  } else if (is("code-is-read-only")) {
    store_code<<<1, 32>>>(memory);
    expect_fault(cudaErrorIllegalAddress);
  } else if (is("misaligned")) {
    store_at<<<1, 32>>>(memory, 2);
    expect_fault(cudaErrorMisalignedAddress);
  } else if (is("trap")) {
    trap_if<<<1, 32>>>(true);
    expect_fault(cudaErrorLaunchFailure);
  } else if (is("assert")) {
    assert_equal<<<1, 32>>>(1, 1);
    require_launched();
    assert_equal<<<1, 32>>>(1, 2);
    expect_fault(cudaErrorAssert);
  } else if (is("illegal")) {
    illegal<<<1, 32>>>();
    expect_fault(cudaErrorIllegalInstruction);
  } else if (is("barrier")) {
    wait_at<<<1, 32>>>(16, 32);
    expect_fault(cudaErrorLaunchFailure);
  } else if (is("mbarrier")) {
    arrive_at<<<1, 32>>>(32 * 21, nullptr);
    require_launched();
    arrive_at<<<1, 32>>>(31 * 20 + 10, nullptr);
    expect_fault(cudaErrorLaunchFailure);
  } else if (is("mbarrier-elsewhere")) {
    arrive_at<<<1, 32>>>(32, reinterpret_cast<cuda::barrier<cuda::thread_scope_block>*>(memory));
    expect_fault(cudaErrorIllegalAddress);
  } else if (is("deadlock")) {
    wait_at<<<1, 32>>>(1, 64);
    expect_fault(cudaErrorLaunchTimeout);
  } else if (is("stack-overflow")) {
    overflow_stack<<<1, 32>>>(memory);
    expect_fault(cudaErrorIllegalAddress);
  } else if (is("endless")) {
    REQUIRE(cudaMemset(memory, 0, 4) == cudaSuccess);
    endless<<<1, 64>>>(memory);
    expect_fault(cudaErrorLaunchTimeout);
  } else if (is("block-too-large")) {
    simple<<<1, 2048>>>(memory);
    expect_refused(cudaErrorInvalidConfiguration);
  } else if (is("empty-grid")) {
    simple<<<0, 32>>>(memory);
    expect_refused(cudaErrorInvalidConfiguration);
  } else if (is("empty-block")) {
    simple<<<1, 0>>>(memory);
    expect_refused(cudaErrorInvalidConfiguration);
  } else if (is("shared-too-large")) {
    big_shared<<<1, 32, 1 << 20>>>(reinterpret_cast<float*>(memory));
    expect_refused(cudaErrorInvalidConfiguration);
  } else if (is("out-of-memory")) {
    void* pointer = nullptr;
    REQUIRE(cudaMalloc(&pointer, static_cast<std::size_t>(1ULL << 40)) ==
            cudaErrorMemoryAllocation);
    expect_refused(cudaErrorMemoryAllocation);
  } else {
    std::fprintf(stderr, "unknown case \"%s\"\n", name);
    return 2;
  }
  return 0;
}
