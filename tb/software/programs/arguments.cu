// Kernel parameters of every kind reach the device: pointers, words that shrink from 64 to 32 bits,
// 64-bit scalars, small types, structs of all sizes, more of them than argument registers.
#include <cstddef>

#include "check.hpp"

struct Empty {};
struct Three {
  std::int8_t a, b, c;
};
struct Pair {
  float x, y;
};
struct alignas(16) Wide {
  double d;
  int i[5];
  short s;
};
struct Derived : Pair {
  unsigned char tag;
};
enum class Color : std::uint8_t { kRed = 200 };
enum Plain { kNegative = -5 };

__global__ void scalars(double* out, bool flag, char c, signed char sc, unsigned char uc, short s,
                        unsigned short us, int i, unsigned int u, long l, unsigned long ul,
                        long long ll, unsigned long long ull, float f, double d, std::size_t size,
                        std::int64_t wide, Color color, Plain plain) {
  int n = 0;
  out[n++] = flag ? 1 : 0;
  out[n++] = c;
  out[n++] = sc;
  out[n++] = uc;
  out[n++] = s;
  out[n++] = us;
  out[n++] = i;
  out[n++] = u;
  out[n++] = static_cast<double>(l);
  out[n++] = static_cast<double>(ul);
  out[n++] = static_cast<double>(ll);
  out[n++] = static_cast<double>(ull);
  out[n++] = f;
  out[n++] = d;
  out[n++] = static_cast<double>(size);
  out[n++] = static_cast<double>(wide);
  out[n++] = static_cast<int>(color);
  out[n++] = plain;
}

__global__ void structs(int skip, Empty, Three three, double* out, Pair pair, Wide wide, char c,
                        Derived derived, uchar4 bytes, float4 floats, double2 doubles) {
  (void)skip;
  int n = 0;
  out[n++] = three.a;
  out[n++] = three.b;
  out[n++] = three.c;
  out[n++] = pair.x;
  out[n++] = pair.y;
  out[n++] = wide.d;
  for (const int i : wide.i) out[n++] = i;
  out[n++] = wide.s;
  out[n++] = c;
  out[n++] = derived.x;
  out[n++] = derived.tag;
  out[n++] = bytes.x + bytes.y + bytes.z + bytes.w;
  out[n++] = floats.w;
  out[n++] = doubles.y;
}

// Every thread changes its own copy of the parameter.
__global__ void own_copy(Wide wide, int* out) {
  const int t = threadIdx.x;
  for (int k = 0; k < 8; ++k) wide.i[(t + k) % 5] += t;
  int sum = 0;
  for (const int i : wide.i) sum += i;
  out[t] = sum;
}

template <typename T, typename Size>
__global__ void fill(T* out, Size n, T value) {
  for (Size i = threadIdx.x; i < n; i += blockDim.x) out[i] = value;
}

__global__ void nothing() {}

void test_scalars() {
  DeviceArray<double> out(18);
  scalars<<<1, 1>>>(out.data(), true, -1, -2, 253, -4, 65000, -6, 4000000000U, -8L, 9UL,
                    -10000000000LL, 11000000000ULL, 12.5F, -13.25, 14, -15000000000, Color::kRed,
                    kNegative);
  require_launched();
  const std::vector<double> expected = {1, -1,    -2,     253,  -4,     65000, -6,      4e9, -8,
                                        9, -1e10, 1.1e10, 12.5, -13.25, 14,    -1.5e10, 200, -5};
  REQUIRE(out.values() == expected);
}

void test_structs() {
  DeviceArray<double> out(18);
  const Wide wide{6.5, {7, 8, 9, 10, 11}, 12};
  Derived derived;
  derived.x = 14;
  derived.tag = 15;
  structs<<<1, 1>>>(0, {}, {1, -2, 3}, out.data(), {4.5F, 5.5F}, wide, 13, derived,
                    make_uchar4(1, 2, 3, 250), make_float4(0, 0, 0, 17), make_double2(0, 18));
  require_launched();
  const std::vector<double> expected = {1,  -2, 3,  4.5, 5.5, 6.5, 7,   8,  9,
                                        10, 11, 12, 13,  14,  15,  256, 17, 18};
  REQUIRE(out.values() == expected);
}

void test_own_copy() {
  DeviceArray<int> out(64);
  own_copy<<<1, 64>>>(Wide{0, {1, 2, 3, 4, 5}, 0}, out.data());
  require_launched();
  const std::vector<int> values = out.values();
  for (int t = 0; t < 64; ++t) REQUIRE(values[t] == 15 + 8 * t);
}

void test_refused() {
  int on_host = 0;
  fill<<<1, 32>>>(&on_host, 1, 1);
  REQUIRE(cudaGetLastError() == cudaErrorInvalidValue);
  DeviceArray<int> out(1);
  fill<<<1, 32>>>(out.data(), static_cast<std::size_t>(1ULL << 40), 1);
  REQUIRE(cudaGetLastError() == cudaErrorInvalidValue);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
}

int main() {
  test_scalars();
  test_structs();
  test_own_copy();
  DeviceArray<double> values(100);
  fill<<<1, 32>>>(values.data(), std::size_t{100}, 1.5);
  nothing<<<2, 2>>>();
  require_launched();
  for (const double value : values.values()) REQUIRE(value == 1.5);
  test_refused();
  return 0;
}
