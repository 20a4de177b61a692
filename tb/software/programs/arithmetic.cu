// Arithmetic gives the host's bits: float division and square root, and what the hardware does not
// have, namely doubles, 64-bit integers, and their conversions.
#include <cfenv>
#include <cmath>
#include <cstring>
#include <random>
#include <type_traits>

#include "check.hpp"

constexpr int kCount = 4096;
constexpr int kResults = 40;

/// Everything computed from a few words of raw bits, as raw bits. One source for both sides.
struct Results {
  std::uint64_t bits[kResults];
};

template <typename T>
__host__ __device__ std::uint64_t bits_of(T value) {
  if constexpr (std::is_same_v<T, float>) {
    return value != value ? 0x7fc00000 : __builtin_bit_cast(std::uint32_t, value);
  } else if constexpr (std::is_same_v<T, double>) {
    return value != value ? 0x7ff8000000000000 : __builtin_bit_cast(std::uint64_t, value);
  } else {
    return static_cast<std::uint64_t>(value);
  }
}

__host__ __device__ Results compute(std::uint64_t p, std::uint64_t q) {
  const float a = __builtin_bit_cast(float, static_cast<std::uint32_t>(p));
  const float b = __builtin_bit_cast(float, static_cast<std::uint32_t>(q));
  const double x = __builtin_bit_cast(double, p);
  const double y = __builtin_bit_cast(double, q);
  const auto i = static_cast<std::int64_t>(p);
  const auto j = static_cast<std::int64_t>(q);
  const int shift = static_cast<int>(q & 63);
  Results r{};
  int n = 0;
  r.bits[n++] = bits_of(a / b);
  r.bits[n++] = bits_of(b / a);
  r.bits[n++] = bits_of(sqrtf(a));
  r.bits[n++] = bits_of(1.0F / b);
  r.bits[n++] = bits_of(a / 3.0F);
  r.bits[n++] = bits_of(x + y);
  r.bits[n++] = bits_of(x - y);
  r.bits[n++] = bits_of(x * y);
  r.bits[n++] = bits_of(x / y);
  r.bits[n++] = bits_of(sqrt(x));
  r.bits[n++] = bits_of(x < y);
  r.bits[n++] = bits_of(x <= y);
  r.bits[n++] = bits_of(x > y);
  r.bits[n++] = bits_of(x >= y);
  r.bits[n++] = bits_of(x == y);
  r.bits[n++] = bits_of(x != y);
  r.bits[n++] = bits_of(!(x < y));
  r.bits[n++] = bits_of(static_cast<double>(a));
  r.bits[n++] = bits_of(static_cast<float>(x));
  r.bits[n++] = bits_of(static_cast<double>(i));
  r.bits[n++] = bits_of(static_cast<double>(p));
  r.bits[n++] = bits_of(static_cast<float>(i));
  r.bits[n++] = bits_of(static_cast<float>(p));
  r.bits[n++] = bits_of(static_cast<double>(static_cast<std::int32_t>(p)));
  r.bits[n++] = bits_of(static_cast<double>(static_cast<std::uint32_t>(p)));
  // Conversions to integers only in range: beyond it, C++ leaves the result open.
  r.bits[n++] = std::fabs(x) < 9e18 ? bits_of(static_cast<std::int64_t>(x)) : 0;
  r.bits[n++] = std::fabs(x) < 2e9 ? bits_of(static_cast<std::int32_t>(x)) : 0;
  r.bits[n++] = x >= 0 && x < 1.8e19 ? bits_of(static_cast<std::uint64_t>(x)) : 0;
  r.bits[n++] = x >= 0 && x < 4e9 ? bits_of(static_cast<std::uint32_t>(x)) : 0;
  r.bits[n++] = std::fabs(a) < 9e18F ? bits_of(static_cast<std::int64_t>(a)) : 0;
  r.bits[n++] = a >= 0 && a < 1.8e19F ? bits_of(static_cast<std::uint64_t>(a)) : 0;
  r.bits[n++] = p * q;
  r.bits[n++] = q != 0 ? p / q : 0;
  r.bits[n++] = q != 0 ? p % q : 0;
  r.bits[n++] = q != 0 && j != -1 ? bits_of(i / j) : 0;
  r.bits[n++] = q != 0 && j != -1 ? bits_of(i % j) : 0;
  r.bits[n++] = p << shift;
  r.bits[n++] = p >> shift;
  r.bits[n++] = bits_of(i >> shift);
  r.bits[n++] = p % 1000000007U;
  return r;
}

__global__ void run(const std::uint64_t* p, const std::uint64_t* q, Results* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = compute(p[i], q[i]);
}

/// Bits that reach the special cases: any double or float, small and large integers, neighbours of
/// powers of two.
std::uint64_t draw(std::mt19937_64& random) {
  const std::uint64_t word = random();
  const auto pick = [&](auto... values) {
    const std::uint64_t list[] = {static_cast<std::uint64_t>(values)...};
    return list[random() % (sizeof list / sizeof list[0])];
  };
  switch (random() % 8) {
    case 0: return word >> (random() % 64);
    case 1:
      return bits_of(std::ldexp(static_cast<double>(word), static_cast<int>(random() % 130) - 90));
    case 2: return bits_of(static_cast<double>(static_cast<std::int64_t>(word) >> (random() % 64)));
    case 3:
      return pick(0, 1ULL << 63, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000,
                  0x7fefffffffffffff, 1, 0x000fffffffffffff, 0x0010000000000000,
                  0x3ff0000000000000);
    case 4:
      return pick(0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f7fffff, 1, 0x007fffff,
                  0x00800000, 0x3f800000, 0x3fffffff);
    case 5: return (word & 0x000fffffffffffff) | ((1023 + random() % 4) << 52);
    case 6: return (word & 0x007fffff) | ((random() % 2 != 0 ? 127 : random() % 30) << 23);
    default: return word;
  }
}

int main() {
  constexpr unsigned kSeed = 20240607;
  std::printf("seed %u\n", kSeed);
  std::mt19937_64 random(kSeed);
  std::vector<std::uint64_t> p(kCount);
  std::vector<std::uint64_t> q(kCount);
  for (int i = 0; i < kCount; ++i) {
    p[i] = draw(random);
    q[i] = i % 16 == 0 ? p[i] : draw(random);
  }
  DeviceArray<std::uint64_t> device_p(p);
  DeviceArray<std::uint64_t> device_q(q);
  DeviceArray<Results> out(kCount);
  run<<<kCount / 128, 128>>>(device_p.data(), device_q.data(), out.data());
  require_launched();
  const std::vector<Results> results = out.values();
  int wrong = 0;
  for (int i = 0; i < kCount; ++i) {
    const Results expected = compute(p[i], q[i]);
    for (int n = 0; n < kResults; ++n) {
      if (results[i].bits[n] != expected.bits[n] && wrong++ < 10) {
        std::fprintf(stderr, "result %d of %016llx and %016llx: %016llx, not %016llx\n", n,
                     static_cast<unsigned long long>(p[i]), static_cast<unsigned long long>(q[i]),
                     static_cast<unsigned long long>(results[i].bits[n]),
                     static_cast<unsigned long long>(expected.bits[n]));
      }
    }
  }
  return wrong == 0 ? 0 : 1;
}
