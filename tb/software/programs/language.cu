// What CUDA's language and built-in variables promise: indices, barriers, static and dynamic shared
// memory, variables of every kind, recursion, bit tools, exits.
#include <algorithm>
#include <cstdint>
#include <numeric>

#include "check.hpp"

__constant__ int table[4] = {10, 20, 30, 40};
__device__ int counter = 5;
static __device__ float hidden[8];
__device__ const int* selected = &table[2];

__global__ void indices(int* out) {
  const int thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const int block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const int threads = blockDim.x * blockDim.y * blockDim.z;
  out[block * threads + thread] = block * threads + thread + warpSize;
}

void test_indices() {
  constexpr int kTotal = 2 * 3 * 4 * 5 * 3 * 2;
  DeviceArray<int> out(kTotal);
  indices<<<dim3(2, 3, 4), dim3(5, 3, 2)>>>(out.data());
  require_launched();
  const std::vector<int> values = out.values();
  for (int i = 0; i < kTotal; ++i) REQUIRE(values[i] == i + 32);
}

// A flag that only one thread writes, and a private-looking variable: the compiler must not keep
// them in registers.
__global__ void one_writes(int* out) {
  __shared__ int flag;
  __shared__ int last;
  int sum = 0;
  for (int i = 0; i < 4; ++i) {
    if (threadIdx.x == static_cast<unsigned>(i)) flag = 100 * i;
    last = i;
    __syncthreads();
    sum += flag + last;
    __syncthreads();
  }
  out[threadIdx.x] = sum;
}

__device__ int* helper_buffer() {
  __shared__ int buffer[64];
  return buffer;
}

__global__ void shared_in_function(int* out) {
  extern __shared__ __align__(256) int dynamic[];
  __shared__ char bytes[3];
  int* const buffer = helper_buffer();
  const int t = threadIdx.x;
  if (t < 3) bytes[t] = static_cast<char>(t + 1);
  buffer[t] = t;
  dynamic[t] = 1000 * t;
  __syncthreads();
  const bool aligned = reinterpret_cast<std::uintptr_t>(dynamic) % 256 == 0;
  out[t] = aligned ? buffer[63 - t] + dynamic[63 - t] + bytes[t % 3] : -1;
}

template <int N>
__global__ void many_shared(float* out) {
  __shared__ double a[N];
  __shared__ float b[N];
  __shared__ unsigned char c[N];
  const int t = threadIdx.x;
  a[t] = t;
  b[t] = 2.0F * t;
  c[t] = static_cast<unsigned char>(t);
  __syncthreads();
  const int u = N - 1 - t;
  out[t] = static_cast<float>(a[u]) + b[u] + c[u];
}

void test_shared() {
  DeviceArray<int> out(64);
  one_writes<<<1, 64>>>(out.data());
  require_launched();
  for (const int value : out.values()) REQUIRE(value == 600 + 6);
  shared_in_function<<<1, 64, 64 * sizeof(int)>>>(out.data());
  require_launched();
  const std::vector<int> values = out.values();
  for (int t = 0; t < 64; ++t) REQUIRE(values[t] == 1001 * (63 - t) + t % 3 + 1);
  DeviceArray<float> floats(96);
  many_shared<96><<<1, 96>>>(floats.data());
  require_launched();
  const std::vector<float> sums = floats.values();
  for (int t = 0; t < 96; ++t) REQUIRE(sums[t] == 4.0F * static_cast<float>(95 - t));
  cudaFuncAttributes attributes{};
  REQUIRE(cudaFuncGetAttributes(&attributes, many_shared<96>) == cudaSuccess);
  REQUIRE(attributes.sharedSizeBytes == 96 * (8 + 4 + 1));
  REQUIRE(cudaFuncGetAttributes(&attributes, one_writes) == cudaSuccess);
  REQUIRE(attributes.sharedSizeBytes == 8);
}

__global__ void use_variables(int* out) {
  const int t = threadIdx.x;
  hidden[t] += static_cast<float>(t);
  if (t == 0) counter += table[1] + *selected;
  out[t] = table[t % 4];
}

void test_variables() {
  const std::vector<float> start = {1, 2, 3, 4, 5, 6, 7, 8};
  REQUIRE(cudaMemcpyToSymbol(hidden, start.data(), 8 * sizeof(float)) == cudaSuccess);
  const int new_entry = 99;
  REQUIRE(cudaMemcpyToSymbol(table, &new_entry, sizeof(int), 3 * sizeof(int)) == cudaSuccess);
  DeviceArray<int> out(8);
  use_variables<<<1, 8>>>(out.data());
  require_launched();
  REQUIRE(out.values() == std::vector<int>({10, 20, 30, 99, 10, 20, 30, 99}));
  int count = 0;
  REQUIRE(cudaMemcpyFromSymbol(&count, counter, sizeof count) == cudaSuccess);
  REQUIRE(count == 5 + 20 + 30);
  void* address = nullptr;
  std::size_t size = 0;
  REQUIRE(cudaGetSymbolAddress(&address, hidden) == cudaSuccess);
  REQUIRE(cudaGetSymbolSize(&size, hidden) == cudaSuccess && size == 32);
  std::vector<float> values(8);
  REQUIRE(cudaMemcpy(values.data(), address, size, cudaMemcpyDefault) == cudaSuccess);
  for (int t = 0; t < 8; ++t) REQUIRE(values[t] == static_cast<float>(2 * t + 1));
  REQUIRE(cudaMemcpyToSymbol(counter, &count, 8) == cudaErrorInvalidValue);
  REQUIRE(cudaGetLastError() == cudaErrorInvalidValue);
}

__device__ __noinline__ int fibonacci(int n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

__global__ void recursion(int* out) { out[threadIdx.x] = fibonacci(static_cast<int>(threadIdx.x)); }

struct Shape {
  __device__ virtual int area() const = 0;
};
struct Square : Shape {
  int side;
  __device__ explicit Square(int s) : side(s) {}
  __device__ int area() const override { return side * side; }
};
struct Strip : Shape {
  __device__ int area() const override { return 7; }
};

__global__ void virtual_calls(int* out) {
  const int t = threadIdx.x;
  const Square square(t);
  const Strip strip;
  const Shape* shape = t % 2 == 0 ? static_cast<const Shape*>(&square) : &strip;
  out[t] = shape->area();
}

using Function = int (*)(int);
__device__ __noinline__ int twice(int x) { return 2 * x; }
__device__ __noinline__ int square_of(int x) { return x * x; }
__device__ Function function_table[] = {twice, square_of, fibonacci};

__device__ __noinline__ int apply(Function function, int x) { return function(x) + 1; }

// Every third thread calls another function.
__global__ void __launch_bounds__(32, 4) function_pointers(int* out) {
  const int t = threadIdx.x;
  const long long before = clock64();
  const clock_t start = clock();
  const int result = apply(function_table[t % 3], t);
  out[t] = clock() != start && clock64() > before ? result : -1;
}

template <int N>
__global__ void __launch_bounds__(N) bounded(int* out) {
  out[threadIdx.x] = N;
}

__global__ void early_exit(int* out) {
  const int t = threadIdx.x;
  if (t % 3 == 0) return;
  __syncthreads();
  if (t % 3 == 1) __exit();
  out[t] = t;
}

__global__ void bits(unsigned int* out, unsigned int x, unsigned long long y) {
  int n = 0;
  out[n++] = __clz(static_cast<int>(x));
  out[n++] = __clzll(static_cast<long long>(y));
  out[n++] = __popc(x);
  out[n++] = __popcll(y);
  out[n++] = __ffs(static_cast<int>(x));
  out[n++] = __brev(x);
  out[n++] = __umulhi(x, x);
  out[n++] = __float_as_uint(__int_as_float(0x3f800000) + 1.0F);
  out[n++] = min(3, 4) + max(5U, 6U) + abs(-7);
  out[n++] = __float_as_uint(floorf(-1.5F) + ceilf(1.25F) + truncf(-2.75F) + roundf(2.5F));
  out[n++] =
      __float_as_uint(rsqrtf(4.0F) + fminf(1.0F, 2.0F) + std::sqrt(9.0F) + std::max(1.0F, 5.0F));
  out[n++] = __byte_perm(x, ~x, 0x6142);
  out[n++] = __byte_perm(0x03020100, 0x07060504, x);
  out[n++] = __funnelshift_l(x, 0x80000001, 36) ^ __funnelshift_r(x, 0x80000001, 36);
  out[n++] = __funnelshift_lc(x, 7, 31) ^ __funnelshift_rc(x, 7, 99) ^ __funnelshift_l(x, 7, 32);
  out[n++] = static_cast<unsigned>(__dp4a(static_cast<int>(x), 0x7f80ff01, -5));
  out[n++] = __dp4a(x, 0x7f80ff01U, 5U);
  out[n++] = __sad(-5, 7, 1) + __usad(2, 0xffffffff, 1) + __ffsll(0x100000000) +
             static_cast<unsigned>(__mulhi(-3, 0x60000000));
  out[n++] = static_cast<unsigned>(__double2hiint(__hiloint2double(0x40000000, 5)) +
                                   __double2loint(__hiloint2double(1, 9)));
  out[n++] = clock64() >= 0 && clock() >= 0 ? 1 : 0;
}

std::uint32_t float_bits(float value) { return __builtin_bit_cast(std::uint32_t, value); }

void test_functions() {
  DeviceArray<int> out(16);
  recursion<<<1, 16>>>(out.data());
  require_launched();
  REQUIRE(out.values()[15] == 610 && out.values()[7] == 13);
  virtual_calls<<<1, 16>>>(out.data());
  require_launched();
  REQUIRE(out.values()[4] == 16 && out.values()[5] == 7);
  function_pointers<<<1, 16>>>(out.data());
  require_launched();
  REQUIRE(out.values()[12] == 25 && out.values()[13] == 170 && out.values()[14] == 378);
  bounded<16><<<1, 16>>>(out.data());
  require_launched();
  REQUIRE(out.values()[15] == 16);
  REQUIRE(cudaMemset(out.data(), 0xff, 16 * sizeof(int)) == cudaSuccess);
  early_exit<<<1, 16>>>(out.data());
  require_launched();
  const std::vector<int> exits = out.values();
  for (int t = 0; t < 16; ++t) REQUIRE(exits[t] == (t % 3 == 2 ? t : -1));
  DeviceArray<unsigned int> words(20);
  bits<<<1, 1>>>(words.data(), 0x00f0a001, 0x0000123400000000);
  require_launched();
  const std::vector<unsigned int> expected = {
      8, 19, 7, 5, 1, 0x80050f00, static_cast<unsigned>(0x00f0a001ULL * 0x00f0a001 >> 32),
      float_bits(2.0F), 3 + 6 + 7, float_bits(-2.0F + 2.0F - 2.0F + 3.0F),
      float_bits(0.5F + 1.0F + 3.0F + 5.0F),
      // x = 0x00f0a001: bytes 01 a0 f0 00, those of ~x fe 5f 0f ff; 6, 1, 4, 2 are 0f a0 fe f0.
      0x0fa0fef0,
      // Of the selector's digits, 1, 0, 0 and 2 (modulo 8) count.
      0x02000001, 0x00000010 ^ 0x100f0a00, 0x80785000 ^ 7 ^ 7,
      // Bytes of x 1, -96, -16, 0 (unsigned 1, 160, 240, 0) with 1, -1, -128, 127 (1, 255, 128,
      // 127).
      1 + 96 + 2048 - 5, 1 + 40800 + 30720 + 5, 13 + 0xfffffffe + 33 - 2, 0x40000000 + 9, 1};
  REQUIRE(words.values() == expected);
}

void test_runtime() {
  int count = 0;
  REQUIRE(cudaGetDeviceCount(&count) == cudaSuccess && count == 1);
  cudaDeviceProp properties{};
  REQUIRE(cudaGetDeviceProperties(&properties, 0) == cudaSuccess);
  REQUIRE(properties.warpSize == 32 && properties.maxThreadsPerBlock >= 128);
  REQUIRE(cudaSetDevice(1) == cudaErrorInvalidDevice);
  REQUIRE(cudaGetLastError() == cudaErrorInvalidDevice && cudaGetLastError() == cudaSuccess);
  std::vector<int> numbers(100);
  std::iota(numbers.begin(), numbers.end(), 0);
  DeviceArray<int> first(numbers);
  DeviceArray<int> second(100);
  REQUIRE(cudaMemcpy(second.data() + 50, first.data(), 50 * sizeof(int), cudaMemcpyDefault) ==
          cudaSuccess);
  REQUIRE(second.values()[49] == 0 && second.values()[99] == 49);
  REQUIRE(cudaMemcpy(second.data() + 51, first.data(), 50 * sizeof(int),
                     cudaMemcpyDeviceToDevice) == cudaErrorInvalidValue);
  REQUIRE(cudaFree(first.data() + 1) == cudaErrorInvalidValue);
  REQUIRE(cudaGetLastError() == cudaErrorInvalidValue);
  int blocks = 0;
  REQUIRE(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, indices, 64, 0) == cudaSuccess);
  REQUIRE(blocks >= 1);
  cudaEvent_t start = nullptr;
  cudaEvent_t stop = nullptr;
  REQUIRE(cudaEventCreate(&start) == cudaSuccess && cudaEventCreate(&stop) == cudaSuccess);
  REQUIRE(cudaEventRecord(start) == cudaSuccess);
  recursion<<<1, 8>>>(second.data());
  REQUIRE(cudaEventRecord(stop) == cudaSuccess && cudaEventSynchronize(stop) == cudaSuccess);
  float milliseconds = 0;
  REQUIRE(cudaEventElapsedTime(&milliseconds, start, stop) == cudaSuccess && milliseconds > 0);
  REQUIRE(cudaEventDestroy(start) == cudaSuccess && cudaEventDestroy(stop) == cudaSuccess);
}

int main() {
  test_indices();
  test_shared();
  test_variables();
  test_functions();
  test_runtime();
  return 0;
}
