// The copy engine against docs/architecture/copy.md: in which cycle commands, requests, passes and
// faults are there. Cycle 0 is the one in which the last row of the first command is visible.
#include "memory/copy_engine.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <vector>

#include "copy_operands.hpp"

namespace heddle::timed {
namespace {

using tb::CopyBox;

constexpr std::uint32_t kLanes = 8;  // two groups of banks
constexpr std::uint32_t kBeats = 4;
constexpr std::uint32_t kSharedBase = 0x2000;
constexpr std::uint32_t kSharedSize = 0x1000;
constexpr std::uint32_t kPc = 0x10040;
constexpr std::uint32_t kBulkLoad = 8u << 27 | 6u << 20 | 5u << 15 | 0x700b;
constexpr std::uint32_t kThread = 13;  // lane 5 of beat 1

Config config(std::uint32_t tags) {
  Config result;
  result.lanes = kLanes;
  result.warps = 8;
  result.copy_tags = tags;
  return result;
}

/// What the engine showed in a cycle.
struct Shown {
  std::uint32_t cycle = 0;
  std::uint32_t line = 0, tag = 0;
  CopyPass pass;
  FaultEvent fault;
};

struct Bench {
  explicit Bench(std::uint32_t tags = 8) : engine(config(tags)) {
    regions.base[0] = 0x00100000 | kRead;
    regions.limit[0] = 0x00110000;
    regions.count = 1;
    registers.shared_size = kSharedSize;
    launch.valid = true;
    launch.warp = 3;
    launch.cta = 2;
    launch.shared_base = kSharedBase;
    step();
    cycle = 0;
  }

  CopyEngine engine;
  RegionRegisters regions;
  LaunchRegisters registers;
  LaunchEvent launch;
  Decoded decoded{isa::decode(kBulkLoad)};
  std::deque<Row> rows;
  std::deque<std::array<Lanes, 3>> operands;  // what the rows point to
  std::vector<LineResponse> responses;        // the first one is shown
  bool request_ready = true, passes_made = true;
  bool start = false;
  std::uint32_t cycle = 0;

  std::vector<Shown> requests, passes, faults;
  std::vector<std::uint32_t> done;  // cycles with op_done
  std::map<std::uint32_t, bool> idle;
  std::map<std::uint32_t, std::uint32_t> copying;

  const CopyEngine::Outputs& out() const { return engine.out(); }

  /// Rows of an instruction of which thread 13 is the lowest one; the other threads' operands
  /// would be faults.
  void queue(const CopyBox& box, std::uint32_t group = ~0u << kThread) {
    const std::array<std::uint32_t, 5> values = box.operands();
    for (const bool high : {true, false}) {
      for (std::uint32_t beat = 0; beat < kBeats; ++beat) {
        std::array<Lanes, 3>& lanes = operands.emplace_back();
        for (Lanes& lane : lanes) lane.value.fill(0xffffffff);
        if (beat == kThread / kLanes) {
          lanes[0][kThread % kLanes] = values[0];
          lanes[1][kThread % kLanes] = values[high ? 2 : 1];
          lanes[2][kThread % kLanes] = values[high ? 4 : 3];
        }
        Row row;
        row.valid = true;
        row.warp = 3;
        row.decoded = &decoded;
        row.pc = kPc;
        row.beat = beat;
        row.high = high;
        row.first = !high && beat == 0;
        row.last = !high && beat == kBeats - 1;
        row.group_mask = group;
        row.mask = group >> beat * kLanes & ((1u << kLanes) - 1);
        row.a = lanes[0].data();
        row.b = lanes[1].data();
        row.c = lanes[2].data();
        rows.push_back(row);
      }
    }
  }
  /// Sends the rows of one command, so that its last row is visible in cycle 0.
  void command(const CopyBox& box) {
    queue(box);
    for (std::uint32_t i = 1; i < 2 * kBeats; ++i) step();
    clear();
  }
  void clear() {
    cycle = 0;
    requests.clear();
    passes.clear();
    faults.clear();
    done.clear();
    idle.clear();
    copying.clear();
  }

  void step() {
    const CopyEngine::Outputs& shown = out();
    const bool transfer = shown.request != nullptr && request_ready;
    if (transfer) requests.push_back({cycle, shown.request->line, shown.request->tag, {}, {}});
    const bool made = shown.pass != nullptr && passes_made;
    if (made) passes.push_back({cycle, 0, 0, *shown.pass, {}});
    if (shown.fault.valid) faults.push_back({cycle, 0, 0, {}, shown.fault});
    if (shown.op_done) done.push_back(cycle);
    idle[cycle] = shown.idle;
    copying[cycle] = shown.copying;
    const bool answered = !responses.empty() && shown.response_ready;

    const Row none;
    CopyEngine::Inputs in;
    in.start = start;
    in.row = rows.empty() ? &none : &rows.front();
    in.launch = &launch;
    in.registers = &registers;
    in.regions = &regions;
    in.request_ready = transfer;
    in.response = responses.empty() ? nullptr : &responses.front();
    in.pass_made = made;
    engine.eval(in);
    engine.tick();
    if (!rows.empty()) {
      rows.pop_front();
      operands.pop_front();
    }
    if (answered) responses.erase(responses.begin());
    launch.valid = start = false;
    ++cycle;
  }
  void go_to(std::uint32_t target) {
    while (cycle < target) step();
  }
  /// Byte i of the line is its address' bits 7:0 plus i.
  void respond(std::uint32_t tag, std::uint32_t line, bool error = false) {
    LineResponse& response = responses.emplace_back();
    response.valid = true;
    response.source = LineSource::kCopy;
    response.tag = tag;
    response.error = error;
    for (std::uint32_t i = 0; i < kLineBytes; ++i) {
      response.data[i] = error ? 0 : static_cast<std::uint8_t>(64 * line + i);
    }
  }
};

/// Two lines of one row.
CopyBox two_lines() {
  CopyBox box;
  box.address = 0x00100040;
  box.destination = 0x100;
  box.mbarrier = 0x18;
  box.row_bytes = box.valid_bytes = 128;
  box.rows = box.valid_rows = 1;
  return box;
}

}  // namespace

TEST_CASE("a copy takes its steps in the cycles of the page") {
  Bench bench;
  bench.command(two_lines());
  bench.go_to(20);
  CHECK(bench.done == std::vector<std::uint32_t>{3});
  REQUIRE(bench.requests.size() == 2);
  CHECK(bench.requests[0].cycle == 7);
  CHECK(bench.requests[0].line == 0x00100040 / 64);
  CHECK(bench.requests[0].tag == 0);
  CHECK(bench.requests[1].cycle == 8);
  CHECK(bench.requests[1].line == 0x00100080 / 64);
  CHECK(bench.requests[1].tag == 1);
  CHECK(bench.passes.empty());

  // The second line comes first, and the first one is taken beside its passes. Two groups of banks:
  // two units a pass.
  bench.respond(1, 0x00100080 / 64);
  bench.respond(0, 0x00100040 / 64);
  bench.go_to(40);
  REQUIRE(bench.passes.size() == 5);
  const std::uint32_t cycles[] = {21, 22, 23, 24, 25};
  for (std::size_t i = 0; i < 5; ++i) CHECK(bench.passes[i].cycle == cycles[i]);
  for (std::size_t i = 0; i < 4; ++i) {
    INFO(i);
    const CopyPass& pass = bench.passes[i].pass;
    CHECK_FALSE(pass.complete);
    CHECK(pass.units == (i % 2 == 0 ? 3u : 12u));
    const std::uint32_t first = i < 2 ? 0x140u : 0x100u;
    for (std::uint32_t unit = 0; unit < 4; ++unit) {
      CHECK(pass.place[unit] == kSharedBase + first + 16 * unit);
    }
    for (std::uint32_t byte = 0; byte < 64; ++byte) {
      CHECK(pass.data[byte] == ((i < 2 ? 0x80 : 0x40) + byte) % 256);
    }
  }
  const CopyPass& complete = bench.passes[4].pass;
  CHECK(complete.complete);
  CHECK(complete.place[0] == kSharedBase + 0x18);
  CHECK(complete.bytes == 128);
  CHECK_FALSE(bench.idle.at(25));
  CHECK(bench.idle.at(26));
  CHECK(bench.copying.at(25) == 4);
  CHECK(bench.copying.at(26) == 0);
  CHECK(bench.faults.empty());
}

TEST_CASE(
    "the engine is not idle from the cycle after the first row on, and shows the slot when "
    "the command is complete") {
  Bench bench;
  bench.queue(two_lines());
  CHECK(bench.out().idle);
  bench.go_to(1);
  CHECK_FALSE(bench.out().idle);
  bench.go_to(7);  // the last row is visible
  CHECK(bench.out().copying == 0);
  bench.go_to(8);
  CHECK(bench.out().copying == 4);
}

TEST_CASE("a request waits for its transfer, and the next one for a tag") {
  Bench bench(2);
  CopyBox box = two_lines();
  box.row_bytes = box.valid_bytes = 256;
  bench.request_ready = false;
  bench.command(box);
  bench.go_to(10);
  REQUIRE(bench.out().request != nullptr);
  CHECK(bench.out().request->tag == 0);
  bench.request_ready = true;
  bench.go_to(15);
  REQUIRE(bench.requests.size() == 2);
  CHECK(bench.requests[0].cycle == 10);
  CHECK(bench.requests[1].cycle == 11);
  CHECK(bench.out().request == nullptr);
  bench.respond(1, 0x00100080 / 64);  // transferred in 15: the tag is free in 16
  bench.go_to(20);
  REQUIRE(bench.requests.size() == 3);
  CHECK(bench.requests[2].cycle == 17);
  CHECK(bench.requests[2].tag == 1);
  CHECK(bench.requests[2].line == 0x001000c0 / 64);
}

TEST_CASE("rows are cut at lines, and what is not valid is zero and not read") {
  Bench bench;
  CopyBox box;
  box.address = 0x00100030;
  box.pitch = 0x200;
  box.destination = 0x400;
  box.mbarrier = 0x8;
  box.row_bytes = 96;
  box.valid_bytes = 21;
  box.rows = 2;
  box.valid_rows = 1;
  bench.command(box);
  // Units 16 and 64 and 16 of each row; of the first row the first is read in full, of the second
  // piece five bytes.
  bench.go_to(30);
  REQUIRE(bench.requests.size() == 2);
  CHECK(bench.requests[0].line == 0x00100000 / 64);
  CHECK(bench.requests[1].line == 0x00100040 / 64);
  // Pieces 3 to 6 wait for nothing but the writer.
  REQUIRE(bench.passes.size() == 1 + 1 + 2 + 1);
  for (const Shown& shown : bench.passes) {
    CHECK_FALSE(shown.pass.complete);
    for (const std::uint8_t byte : shown.pass.data) CHECK(byte == 0);
  }
  CHECK(bench.passes[0].pass.place[0] == kSharedBase + 0x400 + 80);
  CHECK(bench.passes[0].pass.units == 1);
  CHECK(bench.passes[1].pass.place[0] == kSharedBase + 0x400 + 96);
  CHECK(bench.passes[2].pass.place[0] == kSharedBase + 0x400 + 112);
  CHECK(bench.passes[4].pass.place[0] == kSharedBase + 0x400 + 176);
  bench.passes.clear();
  bench.respond(0, 0x00100000 / 64);
  bench.respond(1, 0x00100040 / 64);
  bench.go_to(50);
  REQUIRE(bench.passes.size() == 1 + 2 + 1);
  CHECK(bench.passes[0].pass.place[0] == kSharedBase + 0x400);
  for (std::uint32_t byte = 0; byte < 16; ++byte) {
    CHECK(bench.passes[0].pass.data[byte] == 0x30 + byte);
  }
  for (std::uint32_t byte = 0; byte < 64; ++byte) {
    CHECK(bench.passes[1].pass.data[byte] == (byte < 5 ? 0x40 + byte : 0));
  }
  CHECK(bench.passes[3].pass.complete);
  CHECK(bench.passes[3].pass.bytes == 192);
}

TEST_CASE("zeros go to the writer in the cycle after their piece, unless a response is there") {
  Bench bench;
  CopyBox box = two_lines();
  box.valid_bytes = 64;
  bench.command(box);
  bench.go_to(30);
  // Pieces are visible in 6 and 7; the second one is written from 8 on.
  REQUIRE(bench.passes.size() == 2);
  CHECK(bench.passes[0].cycle == 8);
  CHECK(bench.passes[1].cycle == 9);

  Bench busy;
  busy.command(box);
  busy.go_to(7);
  busy.respond(0, 0x00100040 / 64);
  busy.go_to(20);
  REQUIRE(busy.passes.size() == 5);
  // The response is taken in 7, the zeros in 8, and each is written in two passes.
  CHECK(busy.passes[0].cycle == 8);
  CHECK(busy.passes[0].pass.data[0] == 0x40);
  CHECK(busy.passes[2].cycle == 10);
  CHECK(busy.passes[2].pass.data[0] == 0);
  CHECK(busy.passes[4].cycle == 12);
  CHECK(busy.passes[4].pass.complete);
}

TEST_CASE("lines are taken while one is written, up to two") {
  Bench bench;
  CopyBox box = two_lines();
  box.rows = box.valid_rows = 2;
  bench.command(box);
  bench.go_to(20);
  REQUIRE(bench.requests.size() == 4);
  for (std::uint32_t tag = 0; tag < 4; ++tag) bench.respond(tag, 0x00100040 / 64 + tag);
  // Taken in 20 and 21; written from 21 on, in two passes each, without a gap; the third one has a
  // place in 23, when the first one is gone.
  CHECK(bench.out().response_ready);
  bench.go_to(21);
  CHECK(bench.out().response_ready);
  bench.go_to(22);
  CHECK_FALSE(bench.out().response_ready);
  CHECK(bench.responses.size() == 2);
  bench.go_to(23);
  CHECK(bench.out().response_ready);
  bench.go_to(24);
  CHECK_FALSE(bench.out().response_ready);
  bench.go_to(40);
  REQUIRE(bench.passes.size() == 2 * 4 + 1);
  for (std::uint32_t i = 0; i < 9; ++i) CHECK(bench.passes[i].cycle == 21 + i);
  for (std::uint32_t i = 0; i < 4; ++i) {
    CHECK(bench.passes[2 * i].pass.data[0] == 0x40 * (i + 1) % 0x100);
  }
  CHECK(bench.passes[8].pass.complete);
}

TEST_CASE("a swizzle changes places within 128 bytes") {
  const struct {
    std::uint32_t swizzle, offset, place;
  } cases[] = {{0, 0x3f0, 0x3f0}, {1, 0x380, 0x390}, {1, 0x300, 0x300}, {2, 0x380, 0x3b0},
               {2, 0x2a0, 0x2b0}, {3, 0x380, 0x3f0}, {3, 0x2d0, 0x280}, {3, 0x400, 0x400}};
  for (const auto& wanted : cases) {
    INFO("swizzle " << wanted.swizzle << ", offset " << wanted.offset);
    Bench bench;
    CopyBox box = two_lines();
    box.swizzle = wanted.swizzle;
    box.destination = wanted.offset;
    box.row_bytes = box.valid_bytes = 16;
    bench.command(box);
    bench.go_to(9);
    bench.respond(0, 0x00100040 / 64);
    bench.go_to(12);
    REQUIRE(bench.passes.size() == 2);
    CHECK(bench.passes[0].pass.place[0] == kSharedBase + wanted.place);
  }
}

TEST_CASE("what is wrong with the operands is a fault two cycles after the command was taken") {
  const struct {
    const char* name;
    void (*spoil)(CopyBox&);
    std::uint32_t cause, address;
  } cases[] = {
      {"pitch", [](CopyBox& box) { box.pitch = 8; }, 28, 0x00100040},
      {"no bytes", [](CopyBox& box) { box.row_bytes = box.valid_bytes = 0; }, 28, 0x00100040},
      {"odd bytes", [](CopyBox& box) { box.row_bytes = 136; }, 28, 0x00100040},
      {"many bytes", [](CopyBox& box) { box.row_bytes = 4112; }, 28, 0x00100040},
      {"valid bytes", [](CopyBox& box) { box.valid_bytes = 129; }, 28, 0x00100040},
      {"no rows", [](CopyBox& box) { box.rows = box.valid_rows = 0; }, 28, 0x00100040},
      {"many rows", [](CopyBox& box) { box.rows = 257; }, 28, 0x00100040},
      {"valid rows", [](CopyBox& box) { box.valid_rows = 2; }, 28, 0x00100040},
      {"reserved bit", [](CopyBox& box) { box.reserved = true; }, 28, 0x00100040},
      {"first of two", [](CopyBox& box) { box.rows = 257, box.address += 8; }, 28, 0x00100048},
      {"address", [](CopyBox& box) { box.address += 8; }, 4, 0x00100048},
      {"end", [](CopyBox& box) { box.destination = kSharedSize - 112; }, 7, 0xf0000f90},
      {"mbarrier", [](CopyBox& box) { box.mbarrier = kSharedSize; }, 7, 0xf0001000},
  };
  for (const auto& wrong : cases) {
    INFO(wrong.name);
    Bench bench;
    CopyBox box = two_lines();
    wrong.spoil(box);
    bench.command(box);
    bench.go_to(12);
    CHECK(bench.done == std::vector<std::uint32_t>{3});
    REQUIRE(bench.faults.size() == 1);
    CHECK(bench.faults[0].cycle == 5);
    const FaultEvent& fault = bench.faults[0].fault;
    CHECK(fault.cause == wrong.cause);
    CHECK(fault.warp == 3);
    CHECK(fault.mask == 1u << kThread);
    CHECK(fault.pc == kPc);
    CHECK(fault.address == wrong.address);
    CHECK_FALSE(bench.idle.at(4));
    CHECK(bench.idle.at(5));
    CHECK(bench.requests.empty());
    CHECK(bench.passes.empty());
  }
  // The ends of the ranges.
  Bench bench;
  CopyBox box = two_lines();
  box.destination = kSharedSize - 128;
  box.mbarrier = kSharedSize - 8;
  bench.command(box);
  bench.go_to(12);
  CHECK(bench.faults.empty());
  CHECK(bench.requests.size() == 2);
}

TEST_CASE("a line outside of the regions ends its copy, and the mbarrier is told nothing") {
  Bench bench;
  CopyBox box = two_lines();
  box.address = 0x0010ffc0;
  box.row_bytes = box.valid_bytes = 256;
  bench.command(box);
  bench.go_to(20);
  // The pieces are visible in 6 and 7.
  REQUIRE(bench.faults.size() == 1);
  CHECK(bench.faults[0].cycle == 8);
  CHECK(bench.faults[0].fault.cause == 5);
  CHECK(bench.faults[0].fault.mask == 1u << kThread);
  CHECK(bench.faults[0].fault.pc == kPc);
  CHECK(bench.faults[0].fault.address == 0x00110000);
  REQUIRE(bench.requests.size() == 1);
  bench.respond(0, 0x0010ffc0 / 64);
  bench.go_to(40);
  REQUIRE(bench.passes.size() == 2);
  CHECK(bench.passes[1].cycle == 22);
  // Outstanding is 0 in 23, the job is free in 24.
  CHECK_FALSE(bench.idle.at(23));
  CHECK(bench.idle.at(24));
  CHECK(bench.faults.size() == 1);
}

TEST_CASE("an error of the memory is a fault, and frees the tag") {
  Bench bench;
  bench.command(two_lines());
  bench.go_to(10);
  bench.respond(0, 0, true);
  bench.respond(1, 0x00100080 / 64);
  bench.go_to(30);
  REQUIRE(bench.faults.size() == 1);
  CHECK(bench.faults[0].cycle == 11);
  CHECK(bench.faults[0].fault.cause == 5);
  CHECK(bench.faults[0].fault.address == 0);
  CHECK(bench.faults[0].fault.mask == 1u << kThread);
  // Nothing was pushed: the other line is taken in 11, and written in 12 and 13.
  REQUIRE(bench.passes.size() == 2);
  CHECK(bench.passes[0].cycle == 12);
  CHECK_FALSE(bench.idle.at(14));
  CHECK(bench.idle.at(15));
}

TEST_CASE("four copies are under way, four commands wait, and each has its own completion") {
  Bench bench;
  CopyBox box = two_lines();
  box.row_bytes = box.valid_bytes = 16;
  for (std::uint32_t i = 0; i < 8; ++i) {
    box.destination = 0x100 + 16 * i;
    box.mbarrier = 8 * i;
    bench.queue(box);
  }
  bench.go_to(200);
  // Commands five to eight are in the FIFO.
  CHECK(bench.done.size() == 4);
  REQUIRE(bench.requests.size() == 4);
  bench.passes.clear();
  bench.respond(2, 0x00100040 / 64);
  bench.go_to(230);
  CHECK(bench.done.size() == 5);
  REQUIRE(bench.requests.size() == 5);
  CHECK(bench.requests[4].tag == 2);
  REQUIRE(bench.passes.size() == 2);
  CHECK(bench.passes[0].pass.place[0] == kSharedBase + 0x120);
  CHECK(bench.passes[1].pass.place[0] == kSharedBase + 16);
  CHECK(bench.passes[1].pass.bytes == 16);
  // Taken in 200; written in 201; completed in 202; the job is free in 203, the next command is
  // taken then, and its credit comes back in 204.
  CHECK(bench.passes[1].cycle == 202);
  CHECK(bench.done.back() == 204);
}

TEST_CASE("a completion comes before the next line") {
  Bench bench;
  CopyBox box = two_lines();
  box.row_bytes = box.valid_bytes = 16;
  bench.passes_made = false;
  for (std::uint32_t i = 0; i < 3; ++i) {
    box.mbarrier = 8 * i;
    bench.queue(box);
  }
  bench.go_to(100);
  REQUIRE(bench.requests.size() == 3);
  bench.respond(1, 0);
  bench.respond(0, 0);
  bench.respond(2, 0);
  bench.go_to(110);
  bench.passes_made = true;
  bench.go_to(130);
  // The pieces of jobs 1, 0, 2. Two of them are in the writer in 110; behind each one's pass its
  // job completes, and the next one waits for that.
  std::vector<std::uint32_t> completed;
  for (const Shown& shown : bench.passes) {
    if (shown.pass.complete) completed.push_back(shown.pass.place[0] - kSharedBase);
  }
  CHECK(completed == std::vector<std::uint32_t>{8, 0, 16});
  REQUIRE(bench.passes.size() == 6);
  for (std::uint32_t i = 0; i < 6; ++i) {
    CHECK(bench.passes[i].cycle == 110 + i);
    CHECK(bench.passes[i].pass.complete == (i % 2 == 1));
  }
}

TEST_CASE("start puts the engine into its reset state") {
  Bench bench;
  bench.command(two_lines());
  bench.go_to(10);
  CHECK_FALSE(bench.out().idle);
  bench.start = true;
  bench.step();
  CHECK(bench.out().idle);
  CHECK(bench.out().copying == 0);
  CHECK(bench.out().request == nullptr);
  bench.command(two_lines());
  bench.go_to(20);
  REQUIRE(bench.requests.size() == 2);
  CHECK(bench.requests[0].cycle == 7);
  CHECK(bench.requests[0].tag == 0);
}

}  // namespace heddle::timed
