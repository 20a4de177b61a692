// The warp matrix functions of mma.h, all types, shapes and layouts, bit for bit against the exact
// reference: wmma ROUNDS, of 3 blocks of 4 warps with a tile each.
#include <mma.h>

#include <cstring>

#include "check.hpp"
#include "wmma_reference.hpp"

using namespace nvcuda;

constexpr unsigned kWarps = 4, kBlocks = 3;

// Matrices of a warp lie one after the other, `tile` elements apart.
template <typename T, int m, int n, int k, typename ALayout, typename BLayout, typename C>
__global__ void multiply(const typename heddle_wmma_operand<T>::storage* a,
                         const typename heddle_wmma_operand<T>::storage* b, const C* c, C* d,
                         unsigned a_words, unsigned b_words, unsigned lda, unsigned ldb,
                         unsigned ldc, wmma::layout_t c_layout, bool saturate) {
  const unsigned warp = blockIdx.x * kWarps + threadIdx.x / warpSize;
  wmma::fragment<wmma::matrix_a, m, n, k, T, ALayout> a_part;
  wmma::fragment<wmma::matrix_b, m, n, k, T, BLayout> b_part;
  wmma::fragment<wmma::accumulator, m, n, k, C> sum;
  const unsigned c_elements = (c_layout == wmma::mem_row_major ? m : n) * ldc;
  wmma::load_matrix_sync(a_part, a + warp * a_words * (4 / sizeof *a), lda);
  wmma::load_matrix_sync(b_part, b + warp * b_words * (4 / sizeof *b), ldb);
  wmma::load_matrix_sync(sum, c + warp * c_elements, ldc, c_layout);
  wmma::mma_sync(sum, a_part, b_part, sum, saturate);
  wmma::store_matrix_sync(d + warp * c_elements, sum, ldc, c_layout);
}

/// Rows of 32 bytes as a matrix of elements of `bits` in memory, `ld` elements apart; `along_k`: a
/// row's elements are neighbours. What lies between is noise. Gives words.
std::vector<std::uint32_t> place(const std::vector<std::array<std::uint32_t, 8>>& rows,
                                 unsigned bits, unsigned depth, bool along_k, unsigned ld) {
  const unsigned lines = along_k ? static_cast<unsigned>(rows.size()) : depth;
  std::vector<std::uint32_t> words((lines * ld * bits + 31) / 32, 0xa5a5a5a5);
  for (unsigned row = 0; row < rows.size(); ++row) {
    for (unsigned k = 0; k < depth; ++k) {
      const std::uint32_t ones = bits == 32 ? 0xffffffff : (1u << bits) - 1;
      const std::uint32_t value = rows[row][k * bits / 32] >> (k * bits % 32) & ones;
      const unsigned at = (along_k ? row * ld + k : k * ld + row) * bits;
      words[at / 32] = (words[at / 32] & ~(ones << at % 32)) | value << at % 32;
    }
  }
  return words;
}

template <typename T, int m, int n, int k, typename C, typename ALayout, typename BLayout>
void check(unsigned rounds, unsigned padding, wmma::layout_t c_layout, bool saturate) {
  using Elements = heddle_wmma_operand<T>;
  using Storage = typename Elements::storage;
  constexpr bool kHalf = sizeof(C) == 2;
  constexpr bool kARows = std::is_same_v<ALayout, wmma::row_major>;
  constexpr bool kBColumns = std::is_same_v<BLayout, wmma::col_major>;
  const unsigned lda = (kARows ? k : m) + padding, ldb = (kBColumns ? k : n) + padding;
  const bool c_rows = c_layout == wmma::mem_row_major;
  const unsigned ldc = (c_rows ? n : m) + padding / 2;
  const unsigned c_lines = c_rows ? m : n;
  const MmaCase which{m, n, Elements::kFormat, HEDDLE_WMMA_MODE, kHalf, saturate};
  const unsigned tiles = kBlocks * kWarps;
  static std::uint64_t seed = 1;
  for (unsigned round = 0; round < rounds; ++round) {
    std::vector<std::uint32_t> a, b;
    std::vector<C> c;
    std::vector<MmaTiles> all;
    for (unsigned tile = 0; tile < tiles; ++tile) {
      const MmaTiles& next = all.emplace_back(make_tiles(seed++, which));
      const auto a_words = place(next.a, Elements::kBits, k, kARows, lda);
      const auto b_words = place(next.b, Elements::kBits, k, kBColumns, ldb);
      a.insert(a.end(), a_words.begin(), a_words.end());
      b.insert(b.end(), b_words.begin(), b_words.end());
      const std::size_t first = c.size();
      c.resize(first + c_lines * ldc);
      for (unsigned i = 0; i < m * n; ++i) {
        const unsigned row = i / n, column = i % n;
        std::memcpy(&c[first + (c_rows ? row * ldc + column : column * ldc + row)], &next.c[i],
                    sizeof(C));
      }
    }
    DeviceArray<std::uint32_t> device_a(a), device_b(b);
    DeviceArray<C> device_c(c), device_d(c);
    multiply<T, m, n, k, ALayout, BLayout, C><<<kBlocks, kWarps * 32>>>(
        reinterpret_cast<const Storage*>(device_a.data()),
        reinterpret_cast<const Storage*>(device_b.data()), device_c.data(), device_d.data(),
        static_cast<unsigned>(a.size() / tiles), static_cast<unsigned>(b.size() / tiles), lda, ldb,
        ldc, c_layout, saturate);
    require_launched();
    const std::vector<C> d = device_d.values();
    for (unsigned tile = 0; tile < tiles; ++tile) {
      for (unsigned i = 0; i < m * n; ++i) {
        const unsigned row = i / n, column = i % n;
        std::uint32_t found = 0;
        std::memcpy(&found,
                    &d[tile * c_lines * ldc + (c_rows ? row * ldc + column : column * ldc + row)],
                    sizeof(C));
        if (found == all[tile].d[i]) continue;
        std::fprintf(stderr, "%u x %u x %d, format %u, %s: D(%u, %u) is %08x, not %08x\n", which.m,
                     which.n, k, which.format, kHalf ? "FP16" : "32 bits", row, column, found,
                     all[tile].d[i]);
        std::exit(1);
      }
    }
  }
}

template <typename T, int m, int n, int k, typename C>
void check_layouts(unsigned rounds, bool saturate = false) {
  using wmma::col_major;
  using wmma::row_major;
  constexpr unsigned kEven = 16, kOdd = 3;  // distances that words of elements have, and do not
  check<T, m, n, k, C, row_major, col_major>(rounds, 0, wmma::mem_row_major, saturate);
  check<T, m, n, k, C, row_major, row_major>(rounds, kEven, wmma::mem_col_major, saturate);
  check<T, m, n, k, C, col_major, row_major>(rounds, kOdd, wmma::mem_row_major, saturate);
  check<T, m, n, k, C, col_major, col_major>(rounds, kOdd, wmma::mem_col_major, saturate);
}

template <typename T, typename C>
void check_shapes(unsigned rounds, bool saturate = false) {
  check_layouts<T, 16, 16, 16, C>(rounds, saturate);
  check_layouts<T, 32, 8, 16, C>(rounds, saturate);
  check_layouts<T, 8, 32, 16, C>(rounds, saturate);
}

template <typename T>
void check_nibbles(unsigned rounds, bool saturate) {
  check<T, 8, 8, 32, int, wmma::row_major, wmma::col_major>(rounds, 0, wmma::mem_row_major,
                                                            saturate);
  check<T, 8, 8, 32, int, wmma::row_major, wmma::col_major>(rounds, 32, wmma::mem_col_major,
                                                            saturate);
}

int main(int count, char** arguments) {
  REQUIRE(count == 2);
  const auto rounds = static_cast<unsigned>(std::atoi(arguments[1]));
  check_shapes<__half, float>(rounds);
  check_shapes<__half, __half>(rounds);
  check_shapes<__nv_bfloat16, float>(rounds);
  check_layouts<wmma::precision::tf32, 16, 16, 8, float>(rounds);
  for (const bool saturate : {false, true}) {
    check_shapes<signed char, int>(rounds, saturate);
    check_shapes<unsigned char, int>(rounds, saturate);
    check_nibbles<wmma::experimental::precision::s4>(rounds, saturate);
    check_nibbles<wmma::experimental::precision::u4>(rounds, saturate);
  }
  return 0;
}
