// Half precision, bfloat16 and fp8: the device gives the host's bits for all 16-bit patterns, and
// the host what a search in the table of all values gives. narrow [COUNT]: that many patterns,
// evenly spread, for a slow device; a multiple of 128.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <cmath>
#include <cstring>
#include <random>

#include "check.hpp"

constexpr int kPatterns = 65536;
constexpr unsigned kSeed = 77;

template <typename T>
struct Pair;
template <>
struct Pair<__half> {
  using Type = __half2;
};
template <>
struct Pair<__nv_bfloat16> {
  using Type = __nv_bfloat162;
};

__host__ __device__ unsigned bits_of(float value) {
  return value != value ? 0x7fc00000 : __builtin_bit_cast(unsigned, value);
}
__host__ __device__ unsigned bits_of(__half value) { return __half_as_ushort(value); }
__host__ __device__ unsigned bits_of(__nv_bfloat16 value) { return __bfloat16_as_ushort(value); }
__host__ __device__ float to_float(__half value) { return __half2float(value); }
__host__ __device__ float to_float(__nv_bfloat16 value) { return __bfloat162float(value); }

/// What one pattern, another one and a word give.
struct Results {
  static constexpr int kSize = 64;
  unsigned word[kSize];
};

/// Arithmetic of a 16-bit type on three patterns.
template <typename T>
__host__ __device__ int compute_type(unsigned p, unsigned q, unsigned r, unsigned* out) {
  using T2 = typename Pair<T>::Type;
  const T a = heddle_from_bits<T>(static_cast<unsigned short>(p));
  const T b = heddle_from_bits<T>(static_cast<unsigned short>(q));
  const T c = heddle_from_bits<T>(static_cast<unsigned short>(r));
  int n = 0;
  out[n++] = bits_of(to_float(a));
  out[n++] = bits_of(a + b);
  out[n++] = bits_of(a - b);
  out[n++] = bits_of(a * b);
  out[n++] = bits_of(a / b);
  out[n++] = bits_of(__hfma(a, b, c));
  out[n++] = bits_of(hsqrt(a));
  out[n++] = bits_of(hrcp(a));
  out[n++] = bits_of(__hmin(a, b)) | bits_of(__hmax(a, b)) << 16;
  out[n++] = bits_of(hfloor(a)) | bits_of(hceil(a)) << 16;
  out[n++] = bits_of(htrunc(a)) | bits_of(hrint(a)) << 16;
  out[n++] = bits_of(-a) | bits_of(__habs(a)) << 16;
  unsigned flags = 0;
  const bool list[] = {a == b,       a != b,       a<b, a <= b, a> b, a >= b,         __hne(a, b),
                       __hequ(a, b), __hltu(a, b), __hleu(a, b),      __hgtu(a, b),   __hgeu(a, b),
                       __hneu(a, b), __hisnan(a),  __hisinf(a) == 1,  __hisinf(a) < 0};
  for (const bool flag : list) flags = flags * 2 + (flag ? 1 : 0);
  out[n++] = flags;
  T2 pair(a, b);
  pair += T2(b, c);
  pair = __hfma2(pair, T2(c, a), T2(b, b));
  out[n++] = bits_of(pair.x) | bits_of(pair.y) << 16;
  out[n++] = bits_of(__hlt2(T2(a, b), T2(b, c)).x) | (__hbge2(T2(a, b), T2(b, c)) ? 1U << 16 : 0);
  return n;
}

__host__ __device__ Results compute(unsigned p, unsigned q, unsigned r, unsigned word,
                                    unsigned long long wide) {
  const float f = __builtin_bit_cast(float, word);
  const double d = __builtin_bit_cast(double, wide);
  const auto number = static_cast<int>(word);
  Results results{};
  unsigned* const out = results.word;
  int n = compute_type<__half>(p, q, r, out);
  n += compute_type<__nv_bfloat16>(p, q, r, out + n);
  out[n++] = bits_of(__float2half(f)) | bits_of(__double2half(d)) << 16;
  out[n++] = bits_of(__float2half_rz(f)) | bits_of(__float2half_rd(f)) << 16;
  out[n++] = bits_of(__float2half_ru(f)) | bits_of(__int2half_rn(number >> (p & 31))) << 16;
  out[n++] = bits_of(__float2bfloat16(f)) | bits_of(__double2bfloat16(d)) << 16;
  out[n++] = bits_of(__float2bfloat16_rz(f)) | bits_of(__float2bfloat16_rd(f)) << 16;
  out[n++] = bits_of(__float2bfloat16_ru(f)) | bits_of(__int2bfloat16_rn(number)) << 16;
  out[n++] = bits_of(__uint2bfloat16_rn(word)) | bits_of(__uint2half_rn(word >> (p & 31))) << 16;
  const float small = to_float(heddle_from_bits<__half>(static_cast<unsigned short>(p)));
  for (const auto kind : {__NV_E4M3, __NV_E5M2}) {
    out[n++] = __nv_cvt_float2_to_fp8x2(float2{f, small}, __NV_SATFINITE, kind) |
               static_cast<unsigned>(__nv_cvt_float2_to_fp8x2(float2{f, small}, __NV_NOSAT, kind))
                   << 16;
    out[n++] = __nv_cvt_double_to_fp8(d, __NV_SATFINITE, kind);
    out[n++] = __nv_cvt_fp8_to_halfraw(static_cast<unsigned char>(p), kind).x;
  }
  out[n++] = bits_of(static_cast<float>(__nv_fp8_e4m3(f)));
  out[n++] = bits_of(static_cast<float>(__nv_fp8_e5m2(f)));
  const float4 four{f, small, -f, 1.5F};
  out[n++] = __nv_fp8x4_e4m3(four).__x;
  out[n++] = bits_of(static_cast<float4>(__nv_fp8x4_e5m2(four)).z);
  return results;
}

__global__ void run(unsigned stride, const unsigned* q, const unsigned* words,
                    const unsigned long long* wide, Results* out) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = compute(i * stride, q[i] & 0xffff, q[i] >> 16, words[i], wide[i]);
}

/// A format by its definition: the values of all patterns without a sign.
class Table {
 public:
  Table(int exponent_bits, int fraction_bits, int patterns)
      : last_(static_cast<unsigned>(patterns)) {
    const int bias = (1 << (exponent_bits - 1)) - 1;
    for (int i = 0; i <= patterns; ++i) {
      const int exponent = i >> fraction_bits;
      const int fraction = i & ((1 << fraction_bits) - 1);
      const int significand = exponent == 0 ? fraction : fraction + (1 << fraction_bits);
      values_.push_back(
          std::ldexp(significand, (exponent == 0 ? 1 : exponent) - bias - fraction_bits));
    }
  }

  double value(unsigned pattern) const { return values_[pattern]; }

  /// The pattern nearest to |x|; of two, the even one. The number of patterns if it is beyond.
  unsigned nearest(__float128 x) const {
    if (x < 0) x = -x;
    unsigned low = 0;
    unsigned high = last_;
    if (x >= static_cast<__float128>(values_[high])) return high;
    while (high - low > 1) {
      const unsigned middle = (low + high) / 2;
      (static_cast<__float128>(values_[middle]) <= x ? low : high) = middle;
    }
    const __float128 below = x - static_cast<__float128>(values_[low]);
    const __float128 above = static_cast<__float128>(values_[high]) - x;
    return below < above || (below == above && low % 2 == 0) ? low : high;
  }

 private:
  unsigned last_;
  std::vector<double> values_;  // the last one is what the first pattern beyond would be
};

/// Whether `pattern` is x rounded to a 16-bit type.
bool is_rounded(const Table& table, unsigned infinity, unsigned pattern, __float128 x) {
  const unsigned magnitude = table.nearest(x);
  if ((pattern & 0x7fff) != magnitude || magnitude > infinity) return false;
  return x == 0 || ((pattern >> 15) != 0) == (x < 0);
}

/// The host's arithmetic and conversions against the table.
template <typename T>
void check_type(std::mt19937_64& random, const Table& table, unsigned infinity) {
  const auto draw = [&] {
    unsigned pattern;
    do pattern = random() & 0xffff;
    while ((pattern & 0x7fff) >= infinity);
    return pattern;
  };
  const auto value = [&](unsigned pattern) {
    const double magnitude = table.value(pattern & 0x7fff);
    return static_cast<__float128>((pattern & 0x8000) != 0 ? -magnitude : magnitude);
  };
  const auto rounded = [&](T result, __float128 x) {
    return is_rounded(table, infinity, bits_of(result), x);
  };
  for (unsigned p = 0; p < infinity; ++p) {
    REQUIRE(static_cast<double>(to_float(heddle_from_bits<T>(static_cast<unsigned short>(p)))) ==
            table.value(p));
  }
  for (int i = 0; i < 200000; ++i) {
    const unsigned p = draw();
    // Every other time close to each other, where sums cancel and ties appear.
    const unsigned q = i % 2 == 0 ? draw() : (p ^ (random() & 0x83ff)) % 0x8000 % infinity;
    const unsigned r = i % 4 < 2 ? draw() : q ^ 0x8000;
    const T a = heddle_from_bits<T>(static_cast<unsigned short>(p));
    const T b = heddle_from_bits<T>(static_cast<unsigned short>(q));
    const T c = heddle_from_bits<T>(static_cast<unsigned short>(r));
    REQUIRE(rounded(a + b, value(p) + value(q)));
    REQUIRE(rounded(a * b, value(p) * value(q)));
    if (value(q) != 0) REQUIRE(rounded(a / b, value(p) / value(q)));
    // 113 bits hold the exact sum unless the exponents are far apart.
    const __float128 product = value(p) * value(q);
    const __float128 sum = product + value(r);
    if (sum - product == value(r) && sum - value(r) == product) {
      REQUIRE(rounded(__hfma(a, b, c), sum));
    }
    const auto word = static_cast<unsigned>(random());
    const float f = __builtin_bit_cast(float, word);
    if (std::isfinite(f)) REQUIRE(rounded(T(f), f));
    const double d = std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())),
                                static_cast<int>(random() % 100) - 110);
    REQUIRE(rounded(T(d), d));
    REQUIRE(rounded(T(static_cast<int>(word)), static_cast<int>(word)));
    REQUIRE(rounded(T(word), word));
  }
}

void check_fp8(std::mt19937_64& random, const Table& table, __nv_fp8_interpretation_t kind,
               unsigned largest, unsigned beyond) {
  for (int i = 0; i < 200000; ++i) {
    const auto word = static_cast<unsigned>(random());
    // Most floats are far out of range: give three of four an exponent near it.
    const float f = __builtin_bit_cast(
        float, i % 4 == 0 ? word : (word & 0x807fffff) | static_cast<unsigned>(100 + i % 48) << 23);
    if (!std::isfinite(f)) continue;
    const unsigned sign = std::signbit(f) ? 0x80 : 0;
    const unsigned nearest = table.nearest(f);
    const unsigned saturated = nearest > largest ? largest : nearest;
    REQUIRE(__nv_cvt_float_to_fp8(f, __NV_SATFINITE, kind) == (sign | saturated));
    REQUIRE(__nv_cvt_float_to_fp8(f, __NV_NOSAT, kind) ==
            (sign | (nearest > largest ? beyond : nearest)));
    REQUIRE(static_cast<double>(heddle_fp8_to_float(static_cast<unsigned char>(saturated), kind)) ==
            table.value(saturated));
  }
}

void check_special() {
  REQUIRE(bits_of(__float2half(NAN)) == 0x7e00 && bits_of(__float2half(-INFINITY)) == 0xfc00);
  REQUIRE(bits_of(__float2half(65519.99F)) == 0x7bff && bits_of(__float2half(65520.0F)) == 0x7c00);
  REQUIRE(bits_of(__float2half_rz(1e9F)) == 0x7bff && bits_of(__float2half_ru(1e9F)) == 0x7c00);
  REQUIRE(bits_of(__float2half_ru(1e-30F)) == 1 && bits_of(__float2half_rd(-1e-30F)) == 0x8001);
  REQUIRE(bits_of(__float2bfloat16(NAN)) == 0x7fc0 && std::isnan(__half2float(__half(NAN))));
  // A tie that only the addend decides, far below the last bit of a float.
  const __nv_bfloat16 one = 1.0F;
  const __nv_bfloat16 tiny = 0x1p-120F;
  const __nv_bfloat16 x = 0x1.02p0F;  // x * (1 + 2^-1) = 1.83 * 2^0: bits 1.1000 0011
  const __nv_bfloat16 y = 0x1.8p0F;
  REQUIRE(to_float(x * y) == 0x1.84p0F && to_float(__hfma(x, y, tiny)) == 0x1.84p0F);
  REQUIRE(to_float(__hfma(x, y, -tiny)) == 0x1.82p0F && to_float(__hfma(one, one, tiny)) == 1.0F);
  REQUIRE(__nv_fp8_e4m3(NAN).__x == 0x7f && __nv_fp8_e5m2(-NAN).__x == 0x7f);
  REQUIRE(__nv_fp8_e4m3(INFINITY).__x == 0x7e && __nv_fp8_e5m2(-INFINITY).__x == 0xfb);
  REQUIRE(__nv_cvt_float_to_fp8(-INFINITY, __NV_NOSAT, __NV_E5M2) == 0xfc);
  REQUIRE(std::isnan(static_cast<float>(__nv_fp8_e4m3(NAN))));
}

__global__ void shuffle_halves(unsigned* out) {
  const auto lane = static_cast<int>(threadIdx.x);
  const __half2 pair(__half(lane), __half(-lane));
  const __half2 other = __shfl_xor_sync(0xffffffff, pair, 3);
  const __nv_bfloat16 up = __shfl_up_sync(0xffffffff, __nv_bfloat16(lane), 1);
  out[lane] = (__half2float(other.x) == static_cast<float>(lane ^ 3) &&
               __half2float(other.y) == -static_cast<float>(lane ^ 3) &&
               __bfloat162float(up) == static_cast<float>(lane == 0 ? 0 : lane - 1))
                  ? 1
                  : 0;
}

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : kPatterns;
  const int stride = kPatterns / count;
  std::printf("seed %u\n", kSeed);
  std::mt19937_64 random(kSeed);
  check_special();
  check_type<__half>(random, Table(5, 10, 0x7c00), 0x7c00);
  check_type<__nv_bfloat16>(random, Table(8, 7, 0x7f80), 0x7f80);
  check_fp8(random, Table(4, 3, 0x7f), __NV_E4M3, 0x7e, 0x7f);
  check_fp8(random, Table(5, 2, 0x7c), __NV_E5M2, 0x7b, 0x7c);

  std::vector<unsigned> q(count);
  std::vector<unsigned> words(count);
  std::vector<unsigned long long> wide(count);
  for (int i = 0; i < count; ++i) {
    q[i] = static_cast<unsigned>(random());
    words[i] = static_cast<unsigned>(random());
    if (i % 2 == 0) words[i] = (words[i] & 0x81ffffff) | 0x38000000 + (words[i] & 0x06000000);
    wide[i] = random();
    if (i % 4 != 0) wide[i] = (wide[i] & 0x80ffffffffffffff) | 0x3f00000000000000;
  }
  DeviceArray<unsigned> device_q(q);
  DeviceArray<unsigned> device_words(words);
  DeviceArray<unsigned long long> device_wide(wide);
  DeviceArray<Results> out(count);
  run<<<count / 128, 128>>>(static_cast<unsigned>(stride), device_q.data(), device_words.data(),
                            device_wide.data(), out.data());
  require_launched();
  const std::vector<Results> results = out.values();
  int wrong = 0;
  for (int i = 0; i < count; ++i) {
    const auto p = static_cast<unsigned>(i * stride);
    const Results expected = compute(p, q[i] & 0xffff, q[i] >> 16, words[i], wide[i]);
    for (int n = 0; n < Results::kSize; ++n) {
      if (results[i].word[n] != expected.word[n] && wrong++ < 20) {
        std::fprintf(stderr,
                     "pattern %04x (%08x %08x): result %d is %08x on the device, not %08x\n", p,
                     q[i], words[i], n, results[i].word[n], expected.word[n]);
      }
    }
  }
  DeviceArray<unsigned> shuffled(32);
  shuffle_halves<<<1, 32>>>(shuffled.data());
  require_launched();
  for (const unsigned ok : shuffled.values()) REQUIRE(ok == 1);
  return wrong == 0 ? 0 : 1;
}
