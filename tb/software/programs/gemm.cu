// heddle/gemm.h against a reference on the host: the matrix engine's own steps from the model, then
// the epilogue's operations one by one. All bits of C are compared. gemm short: a few small ones.
#include <heddle/gemm.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <type_traits>

#include "check.hpp"
#include "gemm_reference.hpp"

namespace {

std::mt19937 generator(1);
unsigned below(unsigned n) { return static_cast<unsigned>(generator() % n); }

template <typename T>
constexpr unsigned kBits = heddle_gemm_operand<T>::bits;

/// Finite numbers of moderate size, all bytes for integers and FP4.
template <typename T>
unsigned code() {
  if constexpr (std::is_same_v<T, __half>)
    return below(2) << 15 | (10 + below(9)) << 10 | below(1024);
  if constexpr (std::is_same_v<T, __nv_bfloat16>) {
    return below(2) << 15 | (122 + below(9)) << 7 | below(128);
  }
  if constexpr (std::is_same_v<T, __nv_fp8_e4m3>) return below(2) << 7 | below(0x60);
  if constexpr (std::is_same_v<T, __nv_fp8_e5m2>) return below(2) << 7 | below(0x48);
  return below(1u << kBits<T>);
}

/// `lines` lines of `pitch` elements as memory has them, each set.
template <typename T>
struct Matrix {
  unsigned lines, pitch;
  std::vector<unsigned char> bytes;

  Matrix(unsigned its_lines, unsigned its_pitch)
      : lines(its_lines), pitch(its_pitch), bytes((lines * pitch * kBits<T> + 7) / 8 + 16) {
    for (unsigned i = 0; i < lines * pitch; ++i) {
      const unsigned bit = i * kBits<T>;
      const unsigned value = code<T>() << bit % 8;
      for (unsigned b = 0; b < (kBits<T> + 7) / 8; ++b) {
        bytes[bit / 8 + b] = static_cast<unsigned char>(bytes[bit / 8 + b] | value >> 8 * b);
      }
    }
  }
  unsigned at(unsigned line, unsigned i) const {
    const unsigned bit = (line * pitch + i) * kBits<T>;
    const unsigned word = bytes[bit / 8] | bytes[bit / 8 + 1] << 8;
    return word >> bit % 8 & ((1u << kBits<T>)-1);
  }
};

/// Bytes of one line of K, with zeros up to whole steps.
template <typename T>
std::vector<unsigned char> line_of_k(const Matrix<T>& matrix, bool k_major, unsigned line,
                                     unsigned k) {
  std::vector<unsigned char> bytes((k * kBits<T> + 255) / 256 * 32);
  for (unsigned i = 0; i < k; ++i) {
    const unsigned value = (k_major ? matrix.at(line, i) : matrix.at(i, line)) << i * kBits<T> % 8;
    for (unsigned b = 0; b < (kBits<T> + 7) / 8; ++b) {
      unsigned char& byte = bytes[i * kBits<T> / 8 + b];
      byte = static_cast<unsigned char>(byte | value >> 8 * b);
    }
  }
  return bytes;
}

struct Case {
  unsigned m, n, k;
  bool a_k_major = true, b_k_major = true, c_by_rows = true;
  int alpha = 1, beta = 0;
  bool bias = false;
  heddle_activation activation = heddle_activation_none;
  unsigned more = 0;       // of the pitches, beyond what they must be
  unsigned misplaced = 0;  // elements in front of A
};

float scaled(float alpha, float sum, float beta, float c) {
  const float x = alpha * sum;
  return beta != 0 ? std::fma(beta, c, x) : x;
}
int scaled(int alpha, int sum, int beta, int c) {
  return static_cast<int>(static_cast<unsigned>(alpha) * static_cast<unsigned>(sum) +
                          static_cast<unsigned>(beta) * static_cast<unsigned>(c));
}
float added(float x, float y) { return x + y; }
int added(int x, int y) {
  return static_cast<int>(static_cast<unsigned>(x) + static_cast<unsigned>(y));
}

template <typename C, typename Scale>
C stored(Scale x) {
  if constexpr (std::is_same_v<C, __half>)
    return __float2half(x);
  else if constexpr (std::is_same_v<C, __nv_bfloat16>)
    return __float2bfloat16(x);
  else
    return x;
}
template <typename Scale, typename C>
Scale loaded(C x) {
  if constexpr (std::is_same_v<C, __half>)
    return __half2float(x);
  else if constexpr (std::is_same_v<C, __nv_bfloat16>)
    return __bfloat162float(x);
  else
    return x;
}

template <typename A, typename B, typename C>
void check(const Case& test) {
  using Problem = heddle_gemm_problem<A, B, C>;
  using Scale = typename Problem::Scale;
  const unsigned m = test.m, n = test.n, k = test.k;
  constexpr unsigned kUnit = kBits<A> == 4 ? 2 : 1;  // FP4 lines begin at a byte
  const auto pitch = [&](unsigned elements) {
    return (elements + test.more + kUnit - 1) / kUnit * kUnit;
  };
  const Matrix<A> a(test.a_k_major ? m : k, pitch(test.a_k_major ? k : m));
  const Matrix<B> b(test.b_k_major ? n : k, pitch(test.b_k_major ? k : n));
  const unsigned c_lines = test.c_by_rows ? m : n, c_pitch = (test.c_by_rows ? n : m) + test.more;
  std::vector<C> c(c_lines * c_pitch);
  for (C& x : c) x = stored<C>(static_cast<Scale>(static_cast<int>(below(64)) - 32));
  std::vector<Scale> bias(n);
  for (Scale& x : bias) x = static_cast<Scale>(static_cast<int>(below(64)) - 32);

  std::vector<unsigned char> a_bytes(test.misplaced * sizeof(A));
  a_bytes.insert(a_bytes.end(), a.bytes.begin(), a.bytes.end());
  DeviceArray<unsigned char> device_a(a_bytes), device_b(b.bytes);
  DeviceArray<C> device_c(c);
  DeviceArray<Scale> device_bias(bias);
  Problem problem;
  problem.m = m;
  problem.n = n;
  problem.k = k;
  problem.a = reinterpret_cast<const A*>(device_a.data()) + test.misplaced;
  problem.b = reinterpret_cast<const B*>(device_b.data());
  problem.c = device_c.data();
  problem.lda = a.pitch;
  problem.ldb = b.pitch;
  problem.ldc = c_pitch;
  problem.a_layout = test.a_k_major ? heddle_row_major : heddle_column_major;
  problem.b_layout = test.b_k_major ? heddle_column_major : heddle_row_major;
  problem.c_layout = test.c_by_rows ? heddle_row_major : heddle_column_major;
  problem.alpha = static_cast<Scale>(test.alpha);
  problem.beta = static_cast<Scale>(test.beta);
  problem.bias = test.bias ? device_bias.data() : nullptr;
  problem.activation = test.activation;
  REQUIRE(heddle_gemm(problem) == cudaSuccess);
  const std::vector<C> found = device_c.values();

  const GemmReference reference(heddle_gemm_operand<A>::format, heddle_gemm_operand<B>::format);
  std::vector<std::vector<unsigned char>> columns;
  for (unsigned x = 0; x < n; ++x) columns.push_back(line_of_k(b, test.b_k_major, x, k));
  for (unsigned y = 0; y < m; ++y) {
    const std::vector<unsigned char> row = line_of_k(a, test.a_k_major, y, k);
    for (unsigned x = 0; x < n; ++x) {
      const unsigned word =
          test.c_by_rows ? reference.sum(row, columns[x]) : reference.turned_sum(columns[x], row);
      Scale sum;
      std::memcpy(&sum, &word, sizeof sum);
      const unsigned i = test.c_by_rows ? y * c_pitch + x : x * c_pitch + y;
      Scale value = scaled(problem.alpha, sum, problem.beta, loaded<Scale>(c[i]));
      if (test.bias) value = added(value, bias[x]);
      if (test.activation == heddle_activation_relu) value = value > 0 ? value : Scale{0};
      c[i] = stored<C>(value);
    }
  }
  if (std::memcmp(found.data(), c.data(), c.size() * sizeof(C)) == 0) return;
  for (unsigned i = 0; i < c.size(); ++i) {
    if (std::memcmp(&found[i], &c[i], sizeof(C)) == 0) continue;
    std::fprintf(stderr, "gemm %u x %u x %u, operands of %u bits: element %u of C: %g, not %g\n", m,
                 n, k, kBits<A>, i, static_cast<double>(loaded<Scale>(found[i])),
                 static_cast<double>(loaded<Scale>(c[i])));
    break;
  }
  std::exit(1);
}

/// tanh's approximation of gelu has the device's tanhf: near the host's.
void check_gelu() {
  constexpr unsigned kM = 9, kN = 40, kK = 24;
  const Matrix<__half> a(kM, kK), b(kN, kK);
  DeviceArray<unsigned char> device_a(a.bytes), device_b(b.bytes);
  DeviceArray<float> plain(kM * kN), activated(kM * kN);
  heddle_gemm_problem<__half, __half, float> problem;
  problem.m = kM;
  problem.n = kN;
  problem.k = kK;
  problem.a = reinterpret_cast<const __half*>(device_a.data());
  problem.b = reinterpret_cast<const __half*>(device_b.data());
  problem.c = plain.data();
  problem.lda = problem.ldb = kK;
  problem.ldc = kN;
  REQUIRE(heddle_gemm(problem) == cudaSuccess);
  problem.c = activated.data();
  problem.activation = heddle_activation_gelu;
  REQUIRE(heddle_gemm(problem) == cudaSuccess);
  const std::vector<float> x = plain.values(), y = activated.values();
  for (unsigned i = 0; i < x.size(); ++i) {
    const double wanted =
        0.5 * x[i] * (1 + std::tanh(0.7978845608 * (x[i] + 0.044715 * std::pow(x[i], 3))));
    REQUIRE(std::fabs(y[i] - wanted) <= 1e-5 * std::fabs(x[i]) + 1e-6);
  }
}

/// Lines that would overlap are refused.
void check_lines() {
  heddle_gemm_problem<__half, __half, float> problem;
  problem.m = 16;
  problem.n = 24;
  problem.k = 32;
  const auto refuses = [&](unsigned lda, unsigned ldb, unsigned ldc) {
    problem.lda = lda;
    problem.ldb = ldb;
    problem.ldc = ldc;
    return heddle_gemm(problem) == cudaErrorInvalidValue;
  };
  REQUIRE(refuses(31, 32, 24));
  REQUIRE(refuses(32, 31, 24));
  REQUIRE(refuses(32, 32, 23));
  problem.a_layout = heddle_column_major;
  REQUIRE(refuses(15, 32, 24));
  problem.b_layout = heddle_row_major;
  REQUIRE(refuses(16, 23, 24));
  problem.c_layout = heddle_column_major;
  REQUIRE(refuses(16, 24, 15));
}

template <typename A, typename B, typename C>
void check_sizes(bool all) {
  check<A, B, C>({.m = 33, .n = 41, .k = 56});
  check<A, B, C>({.m = 9,
                  .n = 3,
                  .k = 7,
                  .a_k_major = false,
                  .b_k_major = false,
                  .alpha = 3,
                  .beta = 2,
                  .bias = true,
                  .activation = heddle_activation_relu});
  if (!all) return;
  check<A, B, C>({.m = 136, .n = 72, .k = 96, .c_by_rows = false, .bias = true});
  check<A, B, C>({.m = 16, .n = 160, .k = 264, .b_k_major = false, .more = 3});
}

}  // namespace

int main(int argc, char** argv) {
  const bool all = argc < 2 || std::strcmp(argv[1], "short") != 0;
  int formats = 0;
  REQUIRE(cudaDeviceGetAttribute(&formats, heddleDevAttrTensorFormats, 0) == cudaSuccess);
  const auto has = [&](int bit) { return (formats >> bit & 1) != 0; };
  if (formats == 0) {
    heddle_gemm_problem<__half, __half, float> problem;
    problem.m = problem.n = problem.k = 8;
    REQUIRE(heddle_gemm(problem) == cudaErrorNotSupported);
    return 0;
  }
  check_sizes<__half, __half, float>(all);
  check_sizes<signed char, unsigned char, int>(all);
  if (has(3)) check_sizes<__nv_fp8_e4m3, __nv_fp8_e5m2, float>(all);
  if (all) {
    if (has(1)) check_sizes<__nv_bfloat16, __nv_bfloat16, __nv_bfloat16>(true);
    if (has(8)) check_sizes<heddle_fp4x2, heddle_fp4x2, float>(true);
    check<__half, __half, float>({.m = 200, .n = 300, .k = 300});  // several tiles and planes
    check<__half, __half, __half>({.m = 70, .n = 100, .k = 72, .alpha = 2, .beta = -1});
    check<__half, __half, float>({.m = 8, .n = 300, .k = 24, .misplaced = 3});
    check<signed char, signed char, int>({.m = 1, .n = 1, .k = 1});
    check_gelu();
    check_lines();
  }
  return 0;
}
