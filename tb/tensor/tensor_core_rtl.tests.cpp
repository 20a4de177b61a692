// The matrix engine's RTL alone, against docs/architecture/tensor.md: random work under random
// waits, faults, blocks of columns, and the page's cycles.
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>
#include <tuple>
#include <utility>
#include <vector>

#include "tensor_core_rtl_bench.hpp"

namespace heddle::tb {
namespace {

using Bench = TensorCoreRtlBench;
using Values = Bench::Values;
constexpr std::uint32_t kAll = 0xFFFF'FFFF;

Values addresses(Bench& bench, unsigned first_column, unsigned count) {
  Values result;
  for (auto& value : result) {
    value = bench.random() % bench.lanes() << 16 | (first_column + bench.random() % count);
  }
  return result;
}

/// Takes all columns for a warp's CTA.
void take_all(Bench& bench, unsigned warp) {
  bench.alloc(warp, 1, bench.columns(), 0);
  bench.run();
}

/// Compares all of tensor memory from column `first` on.
void read_back(Bench& bench, unsigned warp, unsigned first, unsigned count) {
  Values where{};
  unsigned used = 0;
  for (unsigned lane = 0; lane < bench.lanes(); ++lane) {
    for (unsigned column = first; column < first + count; ++column) {
      where[used++] = lane << 16 | column;
      if (used == 32) {
        bench.load(warp, kAll, kAll, where);
        used = 0;
      }
    }
  }
  bench.run();
}

/// A format that the unit has, and one of the same class.
std::pair<unsigned, unsigned> random_formats(Bench& bench) {
  std::vector<std::pair<unsigned, unsigned>> pairs;
  for (const DotFormat a : kDotFormats) {
    for (const DotFormat b : kDotFormats) {
      const auto code_a = static_cast<unsigned>(a), code_b = static_cast<unsigned>(b);
      if (class_of(code_a) == class_of(code_b) &&
          (bench.build().formats >> format_bit(code_a) & 1) &&
          (bench.build().formats >> format_bit(code_b) & 1)) {
        pairs.emplace_back(code_a, code_b);
      }
    }
  }
  return pairs[bench.random() % pairs.size()];
}

/// May be transposed, and sparse.
bool is_short(const Mma& mma) {
  const DotClass elements = class_of(mma.a_format);
  return elements == DotClass::kFp16 || elements == DotClass::kBf16 ||
         elements == DotClass::kByteFloat || elements == DotClass::kInt8;
}

/// Mostly with scales, where the formats may have some: E8M0 where they are near 1, UE4M3 where
/// they are below it.
void choose_scales(Bench& bench, Mma& mma) {
  const bool fp4 = class_of(mma.a_format) == DotClass::kFp4;
  if (mma.sparse) {
    const std::uint32_t room = bench.shared_size - mma.m * 16 / mma.element();
    mma.a_scale = 16 * (bench.random() % (room / 16 + 1));
  }
  if (mma.a_transposed || mma.b_transposed || mma.sparse) return;
  if (!bench.has_scales() || (!fp4 && class_of(mma.a_format) != DotClass::kByteFloat)) return;
  mma.scale_format = bench.random() % (fp4 ? 3 : 2);
  if (bench.random() % 2 == 0) mma.scale_format = fp4 ? kScaleUe4M3 : kScaleE8M0;
  if (mma.scale_format == kScaleNone) return;
  const auto tile = [&](unsigned rows) {
    const std::uint32_t half = bench.shared_size / 2;
    const std::uint32_t room = half - rows * 4 * mma.scales();
    return (mma.scale_format == kScaleE8M0 ? half : 0) + 16 * (bench.random() % (room / 16 + 1));
  };
  mma.a_scale = tile(mma.m);
  mma.b_scale = tile(mma.n);
}

/// An MMA with D in `count` columns from `first` on, at most `most` rows and columns of it.
Mma random_mma(Bench& bench, unsigned warp, unsigned first, unsigned count, unsigned most) {
  Mma mma;
  std::tie(mma.a_format, mma.b_format) = random_formats(bench);
  mma.mode = bench.random() % 8;
  mma.accumulator = bench.random() % 4;
  mma.accumulate = bench.random() % 2;
  mma.m = 8 + 8 * (bench.random() % (std::min(most, bench.lanes()) / 8));
  mma.n = 8 + 8 * (bench.random() % (std::min(most, count) / 8));
  mma.lane = 8 * (bench.random() % ((bench.lanes() - mma.m) / 8 + 1));
  mma.column = first + 8 * (bench.random() % ((count - mma.n) / 8 + 1));
  mma.a_layout = bench.random() % 4;
  mma.b_layout = bench.random() % 4;
  if (bench.has_transpose() && is_short(mma)) {
    mma.a_transposed = bench.random() % 2;
    mma.b_transposed = bench.random() % 2;
  }
  const auto most_steps = [&](bool transposed, unsigned layout) {
    if (!transposed) return Mma::pitch(layout) / 32;
    return std::min(4U, bench.shared_size / mma.step_bytes(layout));
  };
  const unsigned b_steps = most_steps(mma.b_transposed, mma.b_layout);
  mma.sparse = bench.has_sparse() && is_short(mma) && b_steps > 1 &&
               mma.n <= bench.sparse_columns() && bench.random() % 2 != 0;
  const unsigned row_steps =
      std::min(most_steps(mma.a_transposed, mma.a_layout), mma.sparse ? b_steps / 2 : b_steps);
  mma.first = bench.random() % row_steps;
  mma.steps = 1 + bench.random() % (row_steps - mma.first);
  const unsigned end = mma.first + mma.steps;
  const auto place = [&](bool transposed, unsigned rows, unsigned layout, unsigned k_steps,
                         std::uint32_t& tile, std::uint32_t& slab) {
    std::uint32_t bytes = rows * Mma::pitch(layout);
    if (transposed) {
      bytes = k_steps * mma.step_bytes(layout);
      const unsigned slabs = mma.slabs(rows, layout);
      const std::uint32_t room = slabs == 0 ? 0x3FFF0 : (bench.shared_size - bytes) / slabs;
      slab = 16 * (bench.random() % (room / 16 + 1));
      bytes += slabs * slab;
    }
    tile = 16 * (bench.random() % ((bench.shared_size - bytes) / 16 + 1));
  };
  place(mma.a_transposed, mma.m, mma.a_layout, end, mma.a_tile, mma.a_slab);
  place(mma.b_transposed, mma.n, mma.b_layout, mma.sparse ? 2 * end : end, mma.b_tile, mma.b_slab);
  choose_scales(bench, mma);
  mma.warp = warp;
  mma.mask = bench.random() | 1U << bench.random() % 32;
  mma.pc = 4 * (bench.random() % 1024);
  return mma;
}

TEST_CASE("MMAs of all shapes, while threads use other columns, whatever waits for what") {
  const unsigned seed = GENERATE(range(1U, 7U));
  INFO("seed " << seed);
  Bench bench(seed);
  constexpr std::array<unsigned, 4> kChances = {100, 90, 50, 15};
  take_all(bench, 0);
  const unsigned half = bench.columns() / 2;
  for (int round = 0; round < 12; ++round) {
    const auto any = [&] { return kChances[bench.random() % kChances.size()]; };
    bench.pass_chance = any();
    bench.advance_chance = any();
    bench.result_chance = any();
    bench.row_chance = any();
    bench.fill_shared();
    // MMAs in one half, loads and stores in the other, which is another bank only for half of them.
    const unsigned offset = bench.random() % 2 * half / 2;
    const unsigned count = 1 + bench.random() % 5;
    const unsigned most = bench.random() % 3 == 0 ? 64 : 16;
    Mma again = random_mma(bench, 0, offset, half, most);
    for (unsigned i = 0; i < count; ++i) {
      // Often the same D once more: its steps follow closely.
      const Mma other = random_mma(bench, 0, offset, half, most);
      if (bench.random() % 2 != 0) again = other;
      again.accumulate = bench.random() % 4 != 0;
      bench.mma(again, true);
      if (bench.random() % 4 == 0) bench.commit(0, 0xF000'0000 + 8 * (bench.random() % 64));
      for (unsigned k = bench.random() % 4; k > 0; --k) {
        const std::uint32_t mask = bench.random() | 1;
        const Values where = addresses(bench, (offset + half) % bench.columns(), half - offset);
        if (bench.random() % 2 != 0) {
          bench.load(0, mask, mask, where);
        } else {
          Values data;
          for (auto& value : data) value = bench.random();
          bench.store(0, mask, mask, where, data);
        }
      }
    }
    bench.commit(0, 0xF000'0000 + 8 * round);
    bench.run();
    read_back(bench, 0, offset, half);
  }
  CHECK(bench.faults.empty());
  CHECK(bench.computing() == 0);
}

TEST_CASE("an MMA that is not valid is a fault, and does nothing") {
  Bench bench(11);
  const unsigned block = bench.columns() / 8;
  bench.alloc(0, 1, 4 * block, 0);
  bench.alloc(1, 1, block, 4 * block);
  bench.run();
  Mma good = random_mma(bench, 0, 0, 4 * block, 8);
  good.mask = 0x00A0'0000;
  good.a_layout = good.b_layout = 2;
  good.first = 0;
  good.steps = 2;
  good.accumulate = true;
  good.a_tile = good.b_tile = 64;
  good.mode = 0;
  good.scale_format = 0;
  good.a_scale = good.b_scale = 0;
  good.a_transposed = good.b_transposed = good.sparse = false;
  good.a_slab = good.b_slab = 0;
  struct Case {
    std::function<void(Mma&)> change;
    unsigned cause;
    std::uint32_t address;  ///< 0: rs1
  };
  const std::uint32_t size = bench.shared_size;
  std::vector<Case> cases = {
      {[](Mma& m) { m.reserved_a = 1; }, 30, 0},
      {[](Mma& m) { m.scale_format = 3; }, 30, 0},
      {[](Mma& m) { m.a_format = m.b_format = 0, m.scale_format = kScaleE8M0; }, 30, 0},
      {[](Mma& m) { m.a_format = m.b_format = 4, m.scale_format = kScaleUe4M3; }, 30, 0},
      {[](Mma& m) { m.reserved_b = 0x8000'0000; }, 30, 0},
      {[](Mma& m) { m.a_format = m.b_format = 3; }, 30, 0},
      {[](Mma& m) { m.a_format = m.b_format = 10; }, 30, 0},
      {[](Mma& m) { m.b_format = 11; }, 30, 0},
      {[](Mma& m) { m.a_format = 0, m.b_format = 4; }, 30, 0},
      {[](Mma& m) { m.first = 1; }, 30, 0},
      {[](Mma& m) { m.a_layout = 0; }, 30, 0},
      {[](Mma& m) { m.b_layout = 1; }, 30, 0},
      {[](Mma& m) { m.steps = 3; }, 30, 0},
      {[](Mma& m) { m.lane = 4; }, 30, 0},
      {[](Mma& m) { m.column = 4; }, 30, 0},
      {[&](Mma& m) { m.lane = bench.lanes(); }, 30, 0},
      {[&](Mma& m) { m.lane = 0xFFF8; }, 30, 0},
      {[&](Mma& m) { m.column = bench.columns(); }, 30, 0},
      {[&](Mma& m) { m.column = 0xFFF8; }, 30, 0},
      {[&](Mma& m) { m.column = 4 * block; }, 30, 0},  // another CTA's
      {[&](Mma& m) { m.column = 5 * block; }, 30, 0},  // nobody's
      {[&](Mma& m) { m.column = 4 * block - 8, m.n = 16; }, 30, 0},
      {[&](Mma& m) { m.a_tile = size, m.column = 4; }, 30, 0},
      {[&](Mma& m) { m.a_tile = size - 7 * 64; }, 7, 0xF000'0000 + size - 7 * 64},
      {[&](Mma& m) { m.b_tile = size - 7 * 64; }, 7, 0xF000'0000 + size - 7 * 64},
      {[&](Mma& m) { m.a_tile = size, m.b_tile = size - 64; }, 7, 0xF000'0000 + size},
      {[&](Mma& m) { m.b_tile = 16 * 0x3FFF; }, 7, 0xF003'FFF0},
  };
  const auto add_case = [&](unsigned format, unsigned scale, std::uint32_t a_scale,
                            std::uint32_t b_scale, std::uint32_t address) {
    cases.push_back({[=](Mma& m) {
                       m.a_format = m.b_format = format, m.scale_format = scale;
                       m.a_scale = a_scale, m.b_scale = b_scale;
                     },
                     address == 0 ? 30U : 7U, address});
  };
  if (bench.has_scales()) {
    add_case(9, 3, 0, 0, 0);
    add_case(12, 1, 0, 0, 0);
    add_case(4, 2, 0, 0, 0);
    add_case(9, 0, 16, 0, 0);
    add_case(9, 0, 0, 16, 0);
    for (const std::uint32_t bit : {14, 31}) {
      cases.push_back({[=](Mma& m) { m.scale_format = 1, m.reserved_a = 1U << bit; }, 30, 0});
      cases.push_back({[=](Mma& m) { m.scale_format = 1, m.reserved_b = 1U << bit; }, 30, 0});
    }
    // Of 8 rows, 4 bytes each, 8 and 16
    add_case(4, 1, size - 16, 0, 0xF000'0000 + size - 16);
    add_case(9, 1, 0, size - 48, 0xF000'0000 + size - 48);
    add_case(9, 2, size - 112, size, 0xF000'0000 + size - 112);
    add_case(9, 2, 0, 16 * 0x3FFF, 0xF003'FFF0);
    cases.push_back({[=](Mma& m) {
                       m.a_format = m.b_format = 9, m.scale_format = 2;
                       m.a_scale = size - 32, m.b_tile = size - 16;
                     },
                     7, 0xF000'0000 + size - 16});
  } else {
    add_case(9, 0, 0, 0, 0);
    add_case(4, 1, 0, 0, 0);
  }
  // FP16 in rows of 64 bytes, whose K-steps have 1,024
  const auto add_transposed = [&](unsigned cause, std::uint32_t address,
                                  std::function<void(Mma&)> change) {
    cases.push_back({[=](Mma& m) {
                       m.a_format = m.b_format = 0;
                       m.a_transposed = m.b_transposed = true;
                       change(m);
                     },
                     cause, address});
  };
  if (bench.has_transpose()) {
    add_transposed(30, 0, [](Mma& m) { m.first = 1, m.steps = 4; });
    add_transposed(30, 0, [](Mma& m) { m.b_transposed = false, m.steps = 3; });
    add_transposed(30, 0, [](Mma& m) { m.a_transposed = false, m.first = 3, m.steps = 1; });
    add_transposed(30, 0, [](Mma& m) { m.reserved_a = 1U << 17; });
    add_transposed(30, 0, [](Mma& m) { m.reserved_b = 1U << 14; });
    add_transposed(30, 0, [](Mma& m) { m.a_scale = 16; });
    add_transposed(30, 0, [](Mma& m) { m.a_transposed = false, m.a_slab = 16; });
    add_transposed(30, 0, [](Mma& m) { m.b_transposed = false, m.b_slab = 0x20000; });
    add_transposed(30, 0, [](Mma& m) { m.a_transposed = m.b_transposed = false, m.a_slab = 16; });
    for (const unsigned format : {2, 9, 14}) {
      add_transposed(30, 0, [=](Mma& m) { m.a_format = m.b_format = format; });
    }
    for (const unsigned format : {4, 9}) {
      add_transposed(30, 0, [=](Mma& m) {
        m.a_format = m.b_format = format, m.scale_format = kScaleE8M0, m.b_transposed = false;
      });
    }
    add_transposed(7, 0xF000'0000 + size - 2032, [=](Mma& m) { m.a_tile = size - 2032; });
    add_transposed(7, 0xF000'0000 + size - 4080,
                   [=](Mma& m) { m.b_tile = size - 4080, m.first = 3, m.steps = 1; });
    // Rows of 32 bytes: two slabs
    add_transposed(7, 0xF000'0000 + size - 2048, [=](Mma& m) {
      m.b_layout = 1, m.n = 24, m.column = 0, m.b_tile = size - 2048, m.b_slab = 1040;
    });
    add_transposed(7, 0xF000'0040,
                   [](Mma& m) { m.b_layout = 0, m.n = 32, m.column = 0, m.b_slab = 0x3FFF0; });
  } else {
    add_transposed(30, 0, [](Mma&) {});
    add_transposed(30, 0, [](Mma& m) { m.a_transposed = false; });
    add_transposed(30, 0, [](Mma& m) { m.b_transposed = false; });
    add_transposed(30, 0, [](Mma& m) { m.a_transposed = m.b_transposed = false, m.a_slab = 16; });
  }
  // FP16, two K-steps, of which B's rows of 128 bytes have no more
  const auto add_sparse = [&](unsigned cause, std::uint32_t address,
                              std::function<void(Mma&)> change) {
    cases.push_back({[=](Mma& m) {
                       m.a_format = m.b_format = 0;
                       m.sparse = true;
                       m.b_layout = 3;
                       change(m);
                     },
                     cause, address});
  };
  if (bench.has_sparse()) {
    add_sparse(30, 0, [](Mma& m) { m.b_layout = 2; });
    add_sparse(30, 0, [](Mma& m) { m.b_layout = 1, m.steps = 1; });
    add_sparse(30, 0, [](Mma& m) { m.a_layout = 3, m.first = 1; });
    add_sparse(30, 0, [](Mma& m) { m.a_layout = 0; });
    add_sparse(30, 0, [](Mma& m) { m.b_scale = 16; });
    add_sparse(30, 0, [](Mma& m) { m.reserved_a = 1U << 15; });
    add_sparse(30, 0, [](Mma& m) { m.reserved_b = 1U << 14; });
    for (const unsigned format : {2, 9, 14}) {
      add_sparse(30, 0, [=](Mma& m) { m.a_format = m.b_format = format; });
    }
    for (const unsigned format : {4, 9}) {
      add_sparse(30, 0, [=](Mma& m) { m.a_format = m.b_format = format, m.scale_format = 1; });
    }
    add_sparse(7, 0xF000'0000 + size - 48, [=](Mma& m) { m.a_scale = size - 48; });
    add_sparse(7, 0xF003'FFF0, [=](Mma& m) { m.a_scale = 16 * 0x3FFF; });
    add_sparse(7, 0xF000'0000 + size - 16, [=](Mma& m) { m.a_scale = size, m.b_tile = size - 16; });
    if (bench.has_transpose()) {
      add_sparse(7, 0xF000'0000 + size - 2032,
                 [=](Mma& m) { m.b_transposed = true, m.b_layout = 0, m.b_tile = size - 2032; });
    }
  } else {
    add_sparse(30, 0, [](Mma&) {});
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO("case " << i);
    Mma mma = good;
    cases[i].change(mma);
    bench.mma(mma, false);
    bench.run();
    REQUIRE(bench.faults.size() == i + 1);
    const Bench::Fault expected{cases[i].cause, 0, 1U << 21, mma.pc,
                                cases[i].address == 0 ? mma.what() : cases[i].address};
    CHECK(bench.faults.back() == expected);
    CHECK(bench.fault_cycles.back() == bench.last_row + 5);
    CHECK(bench.passes.empty());
  }
  // What ends at the end of shared memory, tensor memory and the CTA's columns is none.
  good.a_tile = size - 8 * 64;
  good.b_tile = size - 8 * 64;
  good.lane = bench.lanes() - 8;
  good.column = 4 * block - 8;
  bench.mma(good, true);
  bench.commit(0, 0xF000'0000 + size - 8);
  bench.run();
  CHECK(bench.faults.size() == cases.size());
  if (bench.has_transpose()) {
    good.a_format = good.b_format = 0;
    good.a_transposed = good.b_transposed = true;
    good.b_layout = 1;
    good.n = 24;
    good.column = 0;
    good.first = 1;
    good.steps = 1;
    good.a_tile = size - 2048;
    good.b_tile = size - 2048;
    good.b_slab = 1024;
    bench.mma(good, true);
    bench.commit(0, 0xF000'0000);
    bench.run();
    CHECK(bench.faults.size() == cases.size());
  }
  read_back(bench, 0, 0, 4 * block);
}

TEST_CASE("a sparse A has half of the columns that B's buffer has") {
  Bench bench(14);
  if (!bench.has_sparse()) return;
  take_all(bench, 0);
  bench.fill_shared();
  Mma mma;
  mma.sparse = true;
  mma.b_layout = 2;
  mma.b_tile = 1024;
  mma.a_scale = 512;
  mma.n = bench.sparse_columns() + 8;
  bench.mma(mma, false);
  bench.run();
  REQUIRE(bench.faults.size() == 1);
  CHECK(bench.faults.back() == Bench::Fault{30, 0, 1, mma.pc, mma.what()});
  mma.n = bench.sparse_columns();
  bench.mma(mma, true);
  bench.commit(0, 0xF000'0000);
  bench.run();
  CHECK(bench.faults.size() == 1);
  read_back(bench, 0, 0, mma.n);
}

TEST_CASE("a commit at no mbarrier is a fault") {
  Bench bench(12);
  const std::uint32_t size = bench.shared_size;
  struct Case {
    std::uint32_t address;
    unsigned cause;
  };
  const std::vector<Case> cases = {
      {0xF000'0004, 6},        {0x0000'0001, 6}, {0x0000'0008, 7},           {0xE000'0008, 7},
      {0xF000'0000 + size, 7}, {0xFFFF'FFF8, 7}, {0xF000'0000 + size - 4, 6}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    bench.commit(1, cases[i].address, false, 0x8000'0000, 0x44);
    bench.run();
    REQUIRE(bench.faults.size() == i + 1);
    CHECK(bench.faults.back() ==
          Bench::Fault{cases[i].cause, 1, 0x8000'0000, 0x44, cases[i].address});
  }
  CHECK(bench.arrivals.empty());
}

TEST_CASE("loads and stores of tensor memory, and their faults") {
  Bench bench(13);
  const unsigned block = bench.columns() / 8;
  bench.alloc(0, 1, 2 * block, 0);
  bench.alloc(1, 1, block, 2 * block);
  bench.run();
  for (int i = 0; i < 400; ++i) {
    bench.result_chance = i % 2 ? 100 : 40;
    Values where = addresses(bench, 0, 2 * block);
    if (i % 3 == 0) {  // neighbours
      for (unsigned k = 0; k < 32; ++k) where[k] = where[0] / 65536 << 16 | (where[0] + k) % block;
    }
    const std::uint32_t mask = bench.random() & (i % 4 ? kAll : bench.random());
    std::uint32_t good = mask;
    if (i % 2 == 0) {
      for (unsigned k = 0; k < 32; ++k) {
        const unsigned lane = bench.random() % bench.lanes();
        switch (bench.random() % 12) {
          case 0: where[k] = lane << 16 | 2 * block; break;        // another CTA's
          case 1: where[k] = lane << 16 | 3 * block; break;        // nobody's
          case 2: where[k] = lane << 16 | bench.columns(); break;  // there is none
          case 3: where[k] = bench.lanes() << 16; break;
          case 4: where[k] = 0x8000'0000; break;
          case 5: where[k] = lane << 16 | 0x8000; break;
          default: continue;
        }
        good &= ~(1U << k);
      }
    }
    if (mask == 0) continue;
    const std::size_t faults = bench.faults.size();
    const std::uint32_t pc = 4 * (bench.random() % 256);
    if (bench.random() % 2 != 0) {
      bench.load(0, mask, good, where, pc);
    } else {
      Values data;
      for (auto& value : data) value = bench.random();
      bench.store(0, mask, good, where, data, pc);
    }
    bench.run();
    // A fault for each row with such threads.
    std::vector<Bench::Fault> expected;
    for (unsigned beat = 0; beat < Bench::kBeats; ++beat) {
      const std::uint32_t row = (Bench::kLanes == 32 ? kAll : (1U << Bench::kLanes % 32) - 1)
                                << beat * Bench::kLanes;
      const std::uint32_t wrong = mask & ~good & row;
      if (wrong == 0) continue;
      expected.push_back({29, 0, wrong, pc, where[static_cast<unsigned>(std::countr_zero(wrong))]});
    }
    CHECK(std::vector<Bench::Fault>(bench.faults.begin() + static_cast<std::ptrdiff_t>(faults),
                                    bench.faults.end()) == expected);
  }
  read_back(bench, 0, 0, 2 * block);
}

}  // namespace
}  // namespace heddle::tb
