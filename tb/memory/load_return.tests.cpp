// load_return against docs/architecture/memory.md: tables, rows of a response, ends of
// instructions, errors.
#include "memory/load_return.hpp"

#include <catch2/catch.hpp>

namespace heddle::timed {
namespace {

using isa::Op;

constexpr std::uint32_t kLanes = 8;

Config config() {
  Config result;
  result.lanes = kLanes;
  result.memory_ops = 2;
  result.line_tags = 4;
  return result;
}

struct Bench {
  LoadReturn unit{config()};
  AllocEvent alloc;
  LineEvent line;
  LineResponse response;
  Lanes address{};
  bool has_alloc = false, has_line = false;
  bool result_ready = true;
  std::uint32_t cycle = 0;

  Bench() {
    for (std::uint32_t thread = 0; thread < 32; ++thread) address[thread] = 4 * (thread % 16);
    for (std::size_t i = 0; i < response.data.size(); ++i)
      response.data[i] = static_cast<std::uint8_t>(0x80 + i);
  }
  const LoadReturn::Outputs& out() const { return unit.out(); }
  void step() {
    LoadReturn::Inputs in;
    in.alloc = has_alloc ? &alloc : nullptr;
    in.line = has_line ? &line : nullptr;
    in.response = response.valid ? &response : nullptr;
    in.result_ready = result_ready;
    unit.eval(in);
    unit.tick();
    has_alloc = has_line = response.valid = false;
    ++cycle;
  }
  /// Returns the entry that it took.
  std::uint32_t start(Op op, std::uint32_t warp = 1) {
    REQUIRE(out().entry_free);
    const std::uint32_t entry = out().entry;
    alloc = {.warp = warp, .rd = 9, .pc = 0x123c, .writes_rd = true, .op = op, .address = &address};
    has_alloc = true;
    step();
    return entry;
  }
  /// Returns the tag that it took.
  std::uint32_t send(std::uint32_t entry, std::uint32_t match, bool closed) {
    REQUIRE(out().tag_free);
    const std::uint32_t tag = out().tag;
    line = {.line = true, .entry = entry, .match = match, .closed = closed};
    has_line = true;
    step();
    return tag;
  }
  void close(std::uint32_t entry) {
    line = {.line = false, .entry = entry, .match = 0, .closed = true};
    has_line = true;
    step();
  }
  void respond(std::uint32_t tag, bool write = false, bool error = false) {
    REQUIRE(out().response_ready);
    response.valid = true;
    response.tag = tag;
    response.write = write;
    response.error = error;
    step();
  }
};

}  // namespace

TEST_CASE(
    "a line gives a row for each beat with matched threads, from two cycles after its transfer "
    "on") {
  Bench bench;
  const std::uint32_t entry = bench.start(Op::kLw);
  const std::uint32_t tag = bench.send(entry, 0x8100ff00 | 0x3, true);
  const std::uint32_t transfer = bench.cycle;
  bench.respond(tag);
  CHECK_FALSE(bench.out().response_ready);
  CHECK_FALSE(bench.out().result.valid);
  bench.step();
  CHECK(bench.cycle == transfer + 2);
  const std::uint32_t masks[] = {0x03, 0xff, 0, 0x81};
  for (const std::uint32_t beat : {0u, 1u, 3u}) {
    const ResultRow& row = bench.out().result;
    REQUIRE(row.valid);
    CHECK(row.beat == beat);
    CHECK(row.mask == masks[beat]);
    CHECK(row.warp == 1);
    CHECK(row.rd == 9);
    CHECK(row.writes_rd);
    CHECK(row.last == (beat == 3));
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      if ((masks[beat] >> lane & 1) == 0) continue;
      const std::uint32_t offset = 4 * ((beat * kLanes + lane) % 16);
      CHECK(row.data[lane] == 0x83828180 + offset * 0x01010101);
    }
    CHECK_FALSE(bench.out().idle);
    bench.step();
  }
  CHECK_FALSE(bench.out().result.valid);
  CHECK(bench.out().response_ready);
  CHECK(bench.out().idle);
  CHECK(bench.out().entry == 0);
  CHECK(bench.out().tag == 0);
}

TEST_CASE("a row that is not taken holds the next ones") {
  Bench bench;
  const std::uint32_t tag = bench.send(bench.start(Op::kLw), 0x00010001, true);
  bench.result_ready = false;
  bench.respond(tag);
  bench.step();
  for (int i = 0; i < 5; ++i) {
    CHECK(bench.out().result.valid);
    CHECK(bench.out().result.beat == 0);
    CHECK_FALSE(bench.out().response_ready);
    bench.step();
  }
  bench.result_ready = true;
  bench.step();
  CHECK(bench.out().result.valid);
  CHECK(bench.out().result.beat == 2);
  CHECK(bench.out().result.last);
  // The unit takes the next response while the last row waits.
  CHECK(bench.out().response_ready);
}

TEST_CASE("threads get their part of the line, extended as the instruction says") {
  const struct {
    Op op;
    std::uint32_t offset, value;
  } cases[] = {{Op::kLb, 5, 0xffffff85}, {Op::kLbu, 63, 0xbf},      {Op::kLh, 2, 0xffff8382},
               {Op::kLhu, 62, 0xbfbe},   {Op::kLw, 60, 0xbfbebdbc}, {Op::kLbu, 6, 0x86}};
  for (const auto& wanted : cases) {
    Bench bench;
    bench.address[17] = 0x40000 + wanted.offset;
    bench.respond(bench.send(bench.start(wanted.op), 1u << 17, true));
    bench.step();
    CHECK(bench.out().result.beat == 2);
    CHECK(bench.out().result.mask == 2);
    CHECK(bench.out().result.data[1] == wanted.value);
  }
}

TEST_CASE("an instruction ends with the last line that returns, in whatever order they do") {
  Bench bench;
  const std::uint32_t entry = bench.start(Op::kLw);
  const std::uint32_t first = bench.send(entry, 0x1, false);
  const std::uint32_t second = bench.send(entry, 0x2, false);
  // Back before the last line is sent: not the last row.
  bench.respond(second);
  bench.step();
  CHECK(bench.out().result.valid);
  CHECK_FALSE(bench.out().result.last);
  const std::uint32_t third = bench.send(entry, 0x4, true);
  CHECK(third == second);  // the lowest free tag
  bench.respond(third);
  bench.step();
  CHECK_FALSE(bench.out().result.last);
  CHECK(bench.out().entry == 1);
  bench.respond(first);
  bench.step();
  CHECK(bench.out().result.last);
  CHECK(bench.out().entry == 0);
}

TEST_CASE("a line sent in the cycle in which another one is done counts both ways") {
  Bench bench;
  const std::uint32_t entry = bench.start(Op::kLw);
  const std::uint32_t first = bench.send(entry, 0x1, false);
  bench.respond(first);
  const std::uint32_t second = bench.send(entry, 0x2, true);  // in the only cycle of ROWS
  CHECK(bench.out().result.valid);
  CHECK_FALSE(bench.out().result.last);
  bench.respond(second);
  bench.step();
  CHECK(bench.out().result.last);
  bench.step();
  CHECK(bench.out().idle);
  CHECK(bench.out().entry == 0);
}

TEST_CASE("tables full") {
  Bench bench;
  const std::uint32_t a = bench.start(Op::kLw);
  const std::uint32_t b = bench.start(Op::kSw);
  CHECK(a == 0);
  CHECK(b == 1);
  CHECK_FALSE(bench.out().entry_free);
  for (std::uint32_t tag = 0; tag < 4; ++tag) CHECK(bench.send(a, 1u << tag, tag == 3) == tag);
  CHECK_FALSE(bench.out().tag_free);
  bench.respond(2);
  bench.step();
  CHECK(bench.out().tag_free);
  CHECK(bench.out().tag == 2);
}

TEST_CASE("a store is done with its last line's answer") {
  Bench bench;
  const std::uint32_t entry = bench.start(Op::kSw, 3);
  const std::uint32_t first = bench.send(entry, 0xff, false);
  const std::uint32_t second = bench.send(entry, 0xff00, true);
  bench.respond(second, true);
  bench.step();
  CHECK_FALSE(bench.out().store_done.valid);
  const std::uint32_t transfer = bench.cycle;
  bench.respond(first, true);
  CHECK_FALSE(bench.out().store_done.valid);
  bench.step();
  CHECK(bench.cycle == transfer + 2);
  CHECK(bench.out().store_done.valid);
  CHECK(bench.out().store_done.warp == 3);
  CHECK_FALSE(bench.out().result.valid);
  CHECK(bench.out().entry == 0);
  CHECK(bench.out().idle);
  bench.step();
  CHECK_FALSE(bench.out().store_done.valid);
}

TEST_CASE(
    "an error of the memory is a fault of the line's threads, and the instruction gets no end") {
  for (const bool write : {false, true}) {
    Bench bench;
    const std::uint32_t entry = bench.start(write ? Op::kSb : Op::kLw, 2);
    bench.respond(bench.send(entry, 0xf0, true), write, true);
    bench.step();
    const FaultEvent& fault = bench.out().fault;
    CHECK(fault.valid);
    CHECK(fault.cause == (write ? 7 : 5));
    CHECK(fault.warp == 2);
    CHECK(fault.mask == 0xf0);
    CHECK(fault.pc == 0x123c);
    CHECK(fault.address == 0);
    CHECK_FALSE(bench.out().result.valid);
    CHECK_FALSE(bench.out().store_done.valid);
    CHECK(bench.out().entry == 0);
    CHECK(bench.out().idle);
    bench.step();
    CHECK_FALSE(bench.out().fault.valid);
  }
}

TEST_CASE("an atomic's response is a row of its thread; its error is a store's") {
  Bench bench;
  bench.address[9] = 0x44;
  bench.response.data.fill(0x23);
  bench.respond(bench.send(bench.start(Op::kAmoaddW, 2), 1u << 9, true));
  bench.step();
  CHECK(bench.out().result.valid);
  CHECK(bench.out().result.beat == 1);
  CHECK(bench.out().result.mask == 2);
  CHECK(bench.out().result.data[1] == 0x23232323);
  CHECK(bench.out().result.last);
  bench.respond(bench.send(bench.start(Op::kAmoaddW, 2), 1u << 9, true), false, true);
  bench.step();
  CHECK(bench.out().fault.valid);
  CHECK(bench.out().fault.cause == 7);
  CHECK(bench.out().fault.mask == 1u << 9);
}

TEST_CASE("amocas.d's response is two rows, for the low and for the high words") {
  Bench bench;
  bench.address[9] = 0x28;
  const std::uint32_t tag = bench.send(bench.start(Op::kAmocasD, 2), 1u << 9, true);
  bench.result_ready = false;
  bench.respond(tag);
  bench.step();
  for (const std::uint32_t high : {0u, 1u}) {
    for (int wait = 0; wait < 2; ++wait) {
      const ResultRow& row = bench.out().result;
      REQUIRE(row.valid);
      CHECK(row.warp == 2);
      CHECK(row.rd == 9 + high);
      CHECK(row.pair);
      CHECK(row.beat == 1);
      CHECK(row.mask == 2);
      CHECK(row.last == (high == 1));
      CHECK(row.data[1] == 0x83828180 + (0x28 + 4 * high) * 0x01010101);
      bench.result_ready = wait == 1;
      bench.step();
      bench.result_ready = false;
    }
  }
  CHECK_FALSE(bench.out().result.valid);
  CHECK(bench.out().idle);
  // The next response begins with low words again; an error is a fault alone.
  bench.result_ready = true;
  bench.respond(bench.send(bench.start(Op::kAmocasD, 2), 1u << 9, true), false, true);
  bench.step();
  CHECK(bench.out().fault.valid);
  CHECK(bench.out().fault.cause == 7);
  CHECK_FALSE(bench.out().result.valid);
  bench.respond(bench.send(bench.start(Op::kLw, 2), 1u << 9, true));
  bench.step();
  CHECK(bench.out().result.rd == 9);
  CHECK_FALSE(bench.out().result.pair);
}

TEST_CASE("an instruction whose last line was refused is freed without an event") {
  Bench bench;
  const std::uint32_t refused = bench.start(Op::kLw);
  bench.close(refused);
  CHECK(bench.out().entry == 0);
  // With a line under way that comes back after the end was told.
  const std::uint32_t entry = bench.start(Op::kLw);
  const std::uint32_t tag = bench.send(entry, 0x1, false);
  bench.close(entry);
  CHECK(bench.out().entry == 1);
  bench.respond(tag);
  bench.step();
  CHECK(bench.out().result.last);
  CHECK(bench.out().entry == 0);
}

}  // namespace heddle::timed
