// The copy engine's RTL alone, against docs/architecture/copy.md: what must land where, and be
// complete where, is worked out byte by byte here.
#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "copy_engine_bench.hpp"

namespace heddle::tb {
namespace {

constexpr std::uint32_t kMbarriers = 1024;  // bytes at the begin of a CTA's shared memory

/// The lines that a copy reads, in order.
std::vector<std::uint32_t> lines(const Copy& copy) {
  std::vector<std::uint32_t> result;
  for (std::uint32_t r = 0; r < copy.valid_rows; ++r) {
    const std::uint32_t row = copy.address + r * copy.pitch;
    std::optional<std::uint32_t> last;
    for (std::uint32_t j = 0; j < copy.valid_bytes; ++j) {
      const std::uint32_t line = (row + j) / 64;
      if (last != line) result.push_back(line);
      last = line;
    }
  }
  return result;
}

/// Random copies to boxes of their own, none with a fault.
class Boxes {
 public:
  Boxes(Random& random, std::uint32_t shared_size) : random_(random), size_(shared_size) {
    next_.fill(kMbarriers);
  }

  std::optional<Copy> make() {
    Copy copy;
    copy.warp = random_() % kSlots;
    std::uint32_t& next = next_[copy.warp];
    const std::uint32_t room = (size_ - next) / 16;
    if (room < 8 || mbarriers_[copy.warp] == kMbarriers / 8) return std::nullopt;
    const std::uint32_t units = 1 + random_() % std::min(room, 1 + random_() % 256);
    copy.row_bytes = 16 * std::min(units, random_() % 4 == 0 ? 256U : 1 + random_() % 24);
    copy.rows =
        std::min(1 + random_() % (random_() % 2 == 0 ? 256U : 8U), 16 * room / copy.row_bytes);
    if (copy.rows == 0) return std::nullopt;
    copy.valid_bytes = random_() % 2 ? copy.row_bytes : random_() % (copy.row_bytes + 1);
    copy.valid_rows = random_() % 2 ? copy.rows : random_() % (copy.rows + 1);
    copy.swizzle = random_() % 4;
    copy.offset = next;
    next += (copy.bytes() + 127) / 128 * 128;  // what a swizzle changes stays in 128 bytes
    copy.mbarrier = 8 * mbarriers_[copy.warp]++;
    // 256 rows of 4,096 bytes, up or down, end in front of the hole.
    copy.pitch = 16 * (random_() % 384);
    copy.address = 16 * (random_() % 0x7000);
    if (random_() % 4 == 0) copy.pitch = 0U - copy.pitch, copy.address += 0x18'0000;
    copy.mask = random_() % 4 == 0 ? 1U << random_() % 32 : random_() | 0x8000'0000U;
    copy.pc = 4 * (random_() % 0x10000);
    return copy;
  }

 private:
  Random& random_;
  std::uint32_t size_;
  std::array<std::uint32_t, kSlots> next_{};
  std::array<std::uint32_t, kSlots> mbarriers_{};
};

void set_chances(CopyEngineBench& bench, Random& random) {
  const auto percent = [&] { return random() % 3 == 0 ? 100U : 20 + random() % 80; };
  bench.request_chance = percent();
  bench.response_chance = percent();
  bench.pass_chance = percent();
  bench.row_chance = percent();
  bench.latency = random() % 40;
}

}  // namespace

TEST_CASE("boxes of any shape land where they should, and complete their bytes behind that") {
  for (unsigned seed = 1; seed <= 24; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    CopyEngineBench bench(seed);
    set_chances(bench, random);
    Boxes boxes(random, bench.shared_size);
    const std::vector<std::uint8_t> before = bench.shared();
    unsigned count = 0;
    std::size_t expected_lines = 0;
    for (unsigned i = 0; i < 20; ++i) {
      const auto copy = boxes.make();
      if (!copy) continue;
      bench.queue(*copy, false);
      expected_lines += lines(*copy).size();
      ++count;
    }
    bench.run();
    bench.compare_shared(before);
    CHECK(bench.faults.empty());
    CHECK(bench.completes.size() == count);
    CHECK(bench.op_done.size() == count);
    CHECK(bench.requested.size() == expected_lines);
  }
}

TEST_CASE("nothing outside of the valid part of a box is read") {
  CopyEngineBench bench(1);
  Copy copy;
  copy.address = 48;
  copy.pitch = 256;
  copy.row_bytes = 96;
  copy.valid_bytes = 50;
  copy.rows = 5;
  copy.valid_rows = 2;
  copy.offset = 2048;
  copy.swizzle = 3;
  const std::vector<std::uint8_t> before = bench.shared();
  bench.queue(copy, false);
  bench.run();
  bench.compare_shared(before);
  CHECK(bench.requested == std::vector<std::uint32_t>{0, 1, 4, 5});
}

TEST_CASE("the steps of a copy take the cycles that the page says") {
  CopyEngineBench bench(2);
  Copy copy;
  copy.address = 0x100;
  copy.row_bytes = copy.valid_bytes = 128;
  copy.offset = 1024;
  copy.mbarrier = 8;
  bench.queue(copy, false);
  while (bench.op_done.empty()) bench.step();
  const std::uint64_t c = bench.last_row;
  // Pushed in c + 1, popped in c + 2, CHECK, RANGE, WALK, the piece in c + 6.
  CHECK(bench.op_done[0] == c + 3);
  bench.run();
  REQUIRE(bench.requests.size() == 2);
  CHECK(bench.requests[0] == c + 7);
  REQUIRE(bench.passes.size() == 2 * 4 / kGroups);
  // The response is transferred one cycle behind its request, and written from the next one on.
  CHECK(bench.passes[0] == bench.requests[0] + 2);
  if (bench.tags() > 1) CHECK(bench.requests[1] == bench.requests[0] + 1);
  CHECK(bench.completes == std::vector<std::uint64_t>{bench.passes.back() + 1});
}

TEST_CASE("a line a cycle is asked for while tags are free") {
  CopyEngineBench bench(3);
  Copy copy;
  copy.address = 0;
  copy.row_bytes = copy.valid_bytes = 2048;
  copy.offset = 1024;
  bench.latency = 0;
  bench.response_chance = 0;
  bench.queue(copy, false);
  for (int i = 0; i < 200; ++i) bench.step();
  REQUIRE(bench.requests.size() == std::min(bench.tags(), 32U));
  CHECK(bench.requests.back() - bench.requests.front() == bench.requests.size() - 1);
  bench.response_chance = 100;
  bench.run();
}

TEST_CASE("a command that is not valid is a fault, and copies nothing") {
  CopyEngineBench bench(4);
  Copy good;
  good.address = 0x400;
  good.pitch = 64;
  good.row_bytes = 64;
  good.valid_bytes = 33;
  good.rows = 4;
  good.valid_rows = 3;
  good.offset = 1024;
  good.mask = 0x00A0'0000;
  good.pc = 0x2468;
  good.warp = 2;
  struct Case {
    void (*change)(Copy&, std::uint32_t);
    unsigned cause;
    std::uint32_t (*address)(const Copy&);
  };
  const auto rs1 = [](const Copy& c) { return c.address; };
  const auto box = [](const Copy& c) { return 0xF000'0000 + c.offset; };
  const auto object = [](const Copy& c) { return 0xF000'0000 + c.mbarrier; };
  const std::vector<Case> cases = {
      {[](Copy& c, std::uint32_t) { c.pitch = 8; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.reserved = true; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.row_bytes = 72; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.row_bytes = c.valid_bytes = 0; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.row_bytes = 4112, c.rows = 1, c.valid_rows = 1; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.valid_bytes = 65; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.rows = c.valid_rows = 0; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.rows = 257, c.row_bytes = 16, c.valid_bytes = 0; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.valid_rows = 5; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.valid_rows = 5, c.address = 4; }, 28, rs1},
      {[](Copy& c, std::uint32_t) { c.address += 8; }, 4, rs1},
      {[](Copy& c, std::uint32_t size) { c.address += 8, c.offset = size; }, 4, rs1},
      {[](Copy& c, std::uint32_t size) { c.offset = size - 240; }, 7, box},
      {[](Copy& c, std::uint32_t size) { c.offset = size - 240, c.mbarrier = size; }, 7, box},
      {[](Copy& c, std::uint32_t size) { c.mbarrier = size; }, 7, object},
      {[](Copy& c, std::uint32_t) { c.mbarrier = 8 * 0x7FFF; }, 7, object},
      {[](Copy& c, std::uint32_t) { c.offset = 16 * 0x3FFF; }, 7, box},
  };
  const std::vector<std::uint8_t> before = bench.shared();
  for (const Case& c : cases) {
    Copy copy = good;
    c.change(copy, bench.shared_size);
    bench.faults.clear();
    bench.queue(copy, true);
    bench.run();
    bench.forget();
    CHECK(bench.faults == std::vector<Fault>{{c.cause, 2, 1U << 21, 0x2468, c.address(copy)}});
    CHECK(bench.shared() == before);
    CHECK(bench.requested.empty());
  }
  // The last places inside are none.
  good.offset = bench.shared_size - 256;
  good.mbarrier = 16;
  bench.faults.clear();
  bench.queue(good, false);
  bench.run();
  bench.compare_shared(before);
  CHECK(bench.faults.empty());
}

TEST_CASE("the last mbarrier of the shared memory is inside") {
  CopyEngineBench bench(5);
  Copy copy;
  copy.mbarrier = bench.shared_size - 8;
  copy.warp = 3;
  const std::vector<std::uint8_t> before = bench.shared();
  bench.queue(copy, false);
  bench.run();
  bench.compare_shared(before);
}

TEST_CASE("a line that may not be read ends its copy; others go on") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    CopyEngineBench bench(seed);
    set_chances(bench, random);
    Boxes boxes(random, bench.shared_size);
    const std::vector<std::uint8_t> before = bench.shared();
    std::vector<Fault> expected;
    for (unsigned i = 0; i < 8; ++i) {
      auto copy = boxes.make();
      if (!copy) continue;
      const bool fails = i % 2 == 1;
      if (fails) {
        // Its first line is the last one in front of the hole, the second is in it.
        copy->address = kHole - 16 * (1 + random() % 4);
        copy->pitch = 0;
        if (copy->row_bytes < 128) {
          copy->row_bytes = 16;
          copy->pitch = 64;
          copy->rows = std::max(copy->rows, 2U);
        }
        copy->valid_bytes = copy->row_bytes;
        copy->valid_rows = copy->rows;
        if (copy->offset + copy->bytes() > bench.shared_size) continue;
        const std::uint32_t thread = static_cast<std::uint32_t>(std::countr_zero(copy->mask));
        const std::uint32_t first = copy->row_bytes == 16 ? copy->address + 64 : kHole;
        expected.push_back({5, copy->warp, 1U << thread, copy->pc, first});
      }
      bench.queue(*copy, fails);
    }
    bench.run();
    CHECK(bench.faults == expected);
    bench.compare_shared(before);
  }
}

TEST_CASE("an error of the memory fails its copy") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    CopyEngineBench bench(seed);
    set_chances(bench, random);
    Boxes boxes(random, bench.shared_size);
    const std::vector<std::uint8_t> before = bench.shared();
    std::vector<Copy> copies;
    for (unsigned i = 0; i < 8; ++i) {
      if (const auto copy = boxes.make()) copies.push_back(*copy);
    }
    const auto all = lines(copies.front());
    std::size_t errors = 0;
    if (!all.empty()) {
      bench.bad_lines.insert(all[random() % all.size()]);
    }
    for (const Copy& copy : copies) {
      bool fails = false;
      for (const std::uint32_t line : lines(copy)) {
        const bool bad = bench.bad_lines.count(line) != 0;
        errors += bad;
        fails = fails || bad;
      }
      bench.queue(copy, fails);
    }
    bench.run();
    CHECK(bench.faults.size() == errors);
    for (const Fault& fault : bench.faults) {
      CHECK(fault.cause == 5);
      CHECK(fault.address == 0);
      CHECK(std::any_of(copies.begin(), copies.end(), [&](const Copy& copy) {
        return copy.pc == fault.pc && copy.warp == fault.warp &&
               fault.mask == (copy.mask & (0U - copy.mask));
      }));
    }
    bench.compare_shared(before);
  }
}

TEST_CASE("a slot is copying from its command until its bytes are complete") {
  CopyEngineBench bench(6);
  Copy copy;
  copy.row_bytes = copy.valid_bytes = 64;
  copy.offset = 1024;
  copy.warp = 1;
  bench.response_chance = 0;
  bench.queue(copy, false);
  CHECK(bench.copying() == 0);
  while (bench.last_row == 0) bench.step();
  CHECK(bench.copying() == 1U << CopyEngineBench::slot(1));  // visible behind the last row
  for (int i = 0; i < 50; ++i) {
    bench.step();
    CHECK(bench.copying() == 1U << CopyEngineBench::slot(1));
    CHECK_FALSE(bench.idle());
  }
  bench.response_chance = 100;
  bench.pass_chance = 50;
  while (bench.completes.empty()) {
    CHECK(bench.copying() == 1U << CopyEngineBench::slot(1));
    bench.step();
  }
  CHECK(bench.copying() == 0);
  CHECK(bench.idle());
}

}  // namespace heddle::tb
