// The coalescer's RTL: which lines it asks for, and in which cycles. The bench compares all outputs
// in every cycle; the tests say what the page's rules come to.
#include <catch2/catch.hpp>
#include <random>

#include "coalescer_bench.hpp"

namespace heddle::tb {
namespace {

using isa::Op;

constexpr unsigned kLanes = CoalescerBench::kLanes;
constexpr unsigned kBeats = CoalescerBench::kBeats;

Access every_thread(Op op, std::uint32_t base, std::uint32_t stride) {
  Access access;
  access.op = op;
  for (std::uint32_t t = 0; t < 32; ++t) {
    access.address[t] = base + t * stride;
    access.data[t] = 0x01010101 * t + 0x80604020;
    access.compare[t] = 0x11111111 * t + 3;
    access.high_data[t] = 0x5a000000 + t;
    access.high_compare[t] = 0xa5000000 - t;
  }
  return access;
}

/// Cycles behind the last row.
std::vector<std::uint64_t> since_last_row(const CoalescerBench& bench) {
  std::vector<std::uint64_t> result;
  for (const SentLine& line : bench.sent) result.push_back(line.cycle - bench.last_rows.at(0));
  return result;
}

}  // namespace

TEST_CASE("the first line of a load leaves four cycles after its last row, then one every two") {
  CoalescerBench bench;
  bench.queue(every_thread(Op::kLw, kWritable, 8));
  bench.run();
  REQUIRE(bench.allocs == std::vector<std::uint64_t>{bench.last_rows[0] + 1});
  REQUIRE(since_last_row(bench) == std::vector<std::uint64_t>{4, 6, 8, 10});
  for (unsigned i = 0; i < 4; ++i) {
    CHECK(bench.sent[i].line == kWritable / 64 + i);
    CHECK(bench.sent[i].match == 0xFFU << 8 * i);
    CHECK(bench.sent[i].closed == (i == 3));
  }
}

TEST_CASE("a store's line needs a cycle for each row with matched threads") {
  CoalescerBench bench;
  // Two lines: threads 0 to 15 and 16 to 31, half of the rows each.
  bench.queue(every_thread(Op::kSw, kWritable, 4));
  bench.run();
  const std::uint64_t rows = kBeats / 2;
  REQUIRE(since_last_row(bench) ==
          std::vector<std::uint64_t>{5 + rows, 5 + rows + std::max(rows, std::uint64_t{2})});

  CoalescerBench one_row;
  Access access = every_thread(Op::kSb, kWritable, 1);
  access.mask = 0x6;
  one_row.queue(access);
  one_row.run();
  REQUIRE(since_last_row(one_row) == std::vector<std::uint64_t>{4 + 2});
}

TEST_CASE("the next instruction's rows are collected while lines are chosen and sent") {
  CoalescerBench bench;
  for (int i = 0; i < 3; ++i) bench.queue(every_thread(Op::kLw, kWritable, 4));
  bench.run();
  // Rows from the cycle behind the move on; LEAD and MATCH of two lines, then FREE.
  for (unsigned i = 1; i < 3; ++i) {
    CHECK(bench.last_rows[i] == bench.allocs[i - 1] + kBeats);
    CHECK(bench.allocs[i] == std::max(bench.last_rows[i] + 1, bench.allocs[i - 1] + 5));
  }
  CHECK(bench.sent.size() == 6);

  // With a line for every thread the choosing step decides: the next instruction moves in the cycle
  // in which the last line leaves, and loses three cycles of LEAD, MATCH and the move itself.
  CoalescerBench scattered;
  for (int i = 0; i < 2; ++i) scattered.queue(every_thread(Op::kLw, kWritable, 64));
  scattered.run();
  REQUIRE(scattered.sent.size() == 64);
  CHECK(scattered.allocs[1] == scattered.sent[31].cycle);
  CHECK(scattered.sent[32].cycle == scattered.sent[31].cycle + 3);
}

TEST_CASE("an instruction moves while store data is read; a load's line waits until it is sent") {
  CoalescerBench bench;
  bench.queue(every_thread(Op::kSw, kWritable, 0));  // one line, all rows
  bench.queue(every_thread(Op::kLw, kWritable, 0));
  bench.run();
  REQUIRE(bench.sent.size() == 2);
  // Given in cycle 3 behind the last row; read, and a cycle later laid into the line; then SEND.
  CHECK(bench.sent[0].cycle == bench.last_rows[0] + 3 + kBeats + 2);
  CHECK(bench.allocs[1] == std::max(bench.last_rows[1] + 1, bench.last_rows[0] + 4));
  CHECK(bench.sent[1].cycle == std::max(bench.allocs[1] + 2, bench.sent[0].cycle) + 1);
}

TEST_CASE("a line waits for the crossbar and a tag, and the next one is chosen meanwhile") {
  CoalescerBench bench;
  bench.queue(every_thread(Op::kLw, kWritable, 4));
  bench.request_ready = false;
  for (int i = 0; i < 30; ++i) bench.step();
  CHECK(bench.sent.empty());
  bench.request_ready = true;
  bench.tag_free = false;
  for (int i = 0; i < 10; ++i) bench.step();
  CHECK(bench.sent.empty());
  bench.tag_free = true;
  const std::uint64_t now = bench.cycle();
  bench.run();
  REQUIRE(bench.sent.size() == 2);
  CHECK(bench.sent[0].cycle == now);
  CHECK(bench.sent[1].cycle == now + 1);
}

TEST_CASE("an instruction waits for a free entry, and for its part in shared memory") {
  CoalescerBench bench;
  bench.queue(every_thread(Op::kLw, kWritable, 4));
  bench.entry_free = false;
  for (int i = 0; i < 30; ++i) bench.step();
  CHECK(bench.allocs.empty());
  bench.entry_free = true;
  bench.entry = 3;
  bench.run();
  CHECK(bench.allocs.size() == 1);
  CHECK(bench.sent[0].entry == 3);

  Access mixed = every_thread(Op::kSw, kWritable, 4);
  mixed.any_shared = true;
  mixed.mask = 0x0F0F0F0F;
  bench.shared_idle = false;
  bench.queue(mixed);
  bench.queue(every_thread(Op::kLw, kWritable, 4));
  for (int i = 0; i < 40; ++i) bench.step();
  CHECK(bench.allocs.size() == 1);
  bench.shared_idle = true;
  const std::uint64_t now = bench.cycle();
  bench.step();
  bench.shared_idle = false;  // the load behind it has no such part
  bench.run();
  REQUIRE(bench.allocs.size() == 3);
  CHECK(bench.allocs[1] == now);
}

TEST_CASE("the fewest lines, and of bytes that several threads store, the highest thread's") {
  for (const Op op : {Op::kSb, Op::kSh, Op::kSw}) {
    for (const std::uint32_t stride : {0U, 64U, 2048U}) {
      CoalescerBench bench;
      Access access = every_thread(op, kWritable + 0x7C, stride);
      for (std::uint32_t& address : access.address) {
        address = kWritable + (address - kWritable) % 128;
      }
      bench.queue(access);
      bench.run();
      // Strides of a line: thread 0's line and the other one.
      CHECK(bench.sent.size() == (stride == 64 ? 2 : 1));
    }
  }
}

TEST_CASE("a refused line in the middle is a fault and no line; the ones around it are sent") {
  CoalescerBench bench;
  Access access = every_thread(Op::kSw, kWritable, 4);
  for (unsigned t = 8; t < 20; ++t) access.address[t] = kReadable + 4 * t;
  bench.queue(access);
  bench.run();
  REQUIRE(bench.refused.size() == 2);
  CHECK(bench.refused[0].match == 0x0000FF00);
  CHECK(bench.refused[0].address == kReadable + 32);
  CHECK(bench.refused[0].cause == 7);
  CHECK(bench.refused[1].match == 0x000F0000);
  REQUIRE(bench.sent.size() == 2);
  CHECK(bench.sent[1].closed);
  CHECK(bench.closes.empty());
}

TEST_CASE("behind a refused last line the end waits until the lines before it have left") {
  CoalescerBench bench;
  Access access = every_thread(Op::kLw, kWritable, 4);
  for (unsigned t = 16; t < 32; ++t) access.address[t] = 0x00300000 + 4 * t;
  bench.queue(access);
  bench.queue(every_thread(Op::kLw, kWritable, 4));
  bench.request_ready = false;
  for (int i = 0; i < 40; ++i) bench.step();
  CHECK(bench.refused.size() == 1);
  CHECK(bench.closes.empty());
  CHECK(bench.allocs.size() == 1);
  bench.request_ready = true;
  bench.run();
  REQUIRE(bench.sent.size() == 3);
  CHECK_FALSE(bench.sent[0].closed);
  REQUIRE(bench.closes.size() == 1);
  CHECK(bench.closes[0] == bench.sent[0].cycle + 1);
  CHECK(bench.allocs[1] == bench.closes[0] + 1);

  CoalescerBench nothing;
  nothing.queue(every_thread(Op::kSw, kReadable, 4));
  nothing.run();
  CHECK(nothing.sent.empty());
  CHECK(nothing.refused.size() == 2);
  // Two lines of LEAD and MATCH, then CLOSE.
  CHECK(nothing.closes == std::vector<std::uint64_t>{nothing.last_rows[0] + 6});
}

TEST_CASE("an atomic is a request a thread in ascending order, one every two cycles") {
  for (const Op op : {Op::kAmoaddW, Op::kAmocasW, Op::kAmocasD, Op::kAmofaddW, Op::kAmoswapW}) {
    CoalescerBench bench;
    Access access = every_thread(op, kWritable + 0x24, 0);
    access.mask = 0xF0F0F00F;
    bench.queue(access);
    bench.run();
    std::uint64_t cycle = bench.last_rows[0] + 3 + 3;
    auto sent = bench.sent.begin();
    for (unsigned t = 0; t < 32; ++t) {
      if ((access.mask >> t & 1) == 0) continue;
      REQUIRE(sent != bench.sent.end());
      CHECK(sent->match == 1U << t);
      CHECK(sent->cycle == cycle);
      CHECK(sent->closed == (t == 31));
      cycle += 2;
      ++sent;
    }
    CHECK(sent == bench.sent.end());
  }
}

TEST_CASE("an atomic needs a region that may be read and written") {
  CoalescerBench bench;
  Access access = every_thread(Op::kAmoorW, kReadable, 4);
  access.mask = 0x5;
  access.address[2] = kWritable;
  bench.queue(access);
  bench.run();
  REQUIRE(bench.refused.size() == 1);
  CHECK(bench.refused[0].match == 1);
  CHECK(bench.refused[0].cause == 7);
  REQUIRE(bench.sent.size() == 1);
  CHECK(bench.sent[0].match == 4);
}

TEST_CASE("random instructions with neighbours that make them wait") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 engine(seed);
  const auto word = [&] { return static_cast<std::uint32_t>(engine()); };
  const auto below = [&](std::uint32_t limit) { return word() % limit; };
  const std::array<Op, 14> ops = {Op::kAmocasD, Op::kAmocasD, Op::kLb,       Op::kLbu,     Op::kLh,
                                  Op::kLhu,     Op::kLw,      Op::kSb,       Op::kSh,      Op::kSw,
                                  Op::kAmoaddW, Op::kAmocasW, Op::kAmofaddW, Op::kAmomaxuW};
  CoalescerBench bench;
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 8; ++i) {
      Access access;
      access.op = ops[below(ops.size())];
      access.warp = below(4);
      access.rd = below(32);
      access.writes_rd = below(2) != 0;
      access.any_shared = below(4) == 0;
      access.pc = word() & ~3U;
      do {
        access.mask = word() & (below(2) == 0 ? 0xFFFFFFFF : word() & word());
      } while (access.mask == 0);
      const std::array<std::uint32_t, 5> bases = {kWritable, kWritable + 0x400, kWritableEnd - 0x40,
                                                  kReadable, kReadableEnd - 0x80};
      const std::uint32_t base = bases[below(bases.size())];
      const std::uint32_t spread = 4U << below(10);
      for (unsigned t = 0; t < 32; ++t) {
        access.address[t] = (base + below(spread)) & ~(size_of(access.op) - 1);
        access.data[t] = word();
        access.compare[t] = word();
        access.high_data[t] = word();
        access.high_compare[t] = word();
      }
      bench.queue(access);
    }
    const std::uint32_t hurry = below(4);  // how often the neighbours are ready
    for (int i = 0; i < 20000 && bench.busy(); ++i) {
      bench.request_ready = below(4) <= hurry;
      bench.shared_idle = below(4) <= hurry;
      bench.entry_free = below(4) <= hurry;
      bench.tag_free = below(4) <= hurry;
      bench.rows_wait = below(4) > hurry;
      bench.entry = below(4);
      bench.tag = below(8);
      bench.step();
    }
    REQUIRE_FALSE(bench.busy());
  }
}

}  // namespace heddle::tb
