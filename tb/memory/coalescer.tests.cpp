// The coalescer against docs/architecture/memory.md: which lines it asks for, in which order, with
// which threads, bytes and faults, and in which cycles when nothing holds it up.
#include "memory/coalescer.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

namespace heddle::timed {
namespace {

using isa::Op;

constexpr std::uint32_t kLanes = 4;
constexpr std::uint32_t kWritable = 0x00100000;  // two pages
constexpr std::uint32_t kReadable = 0x00200000;  // a page

Config config() {
  Config result;
  result.lanes = kLanes;
  result.regions = 2;
  return result;
}

/// A warp's memory instruction as it comes out of address generation.
struct Instruction {
  Op op = Op::kLw;
  std::uint32_t mask = 0;  // threads with global addresses
  Lanes address{}, data{}, compare{};
  Lanes high_data{}, high_compare{};  // of amocas.d
};

struct SentLine {
  std::uint32_t line = 0, match = 0;
  bool closed = false;
  bool write = false, atomic = false;
  std::uint32_t word = 0;  // of an atomic
  std::uint64_t strobe = 0;
  LineData data{};

  bool operator==(const SentLine&) const = default;
};
struct Refused {
  std::uint32_t match = 0, address = 0, cause = 0;

  bool operator==(const Refused&) const = default;
};
struct Outcome {
  std::vector<SentLine> lines;
  std::vector<Refused> refused;
  int allocs = 0;
  int closes = 0;  // ends that came without a line
  std::vector<std::uint32_t> alloc_cycles, line_cycles, close_cycles;
};

struct Bench {
  Coalescer unit{config()};
  LoadReturn::Outputs load_return;
  RegionRegisters regions;
  bool request_ready = true;
  bool shared_idle = true;
  std::uint32_t cycle = 0;
  Outcome outcome;

  Bench() {
    regions.count = 2;
    regions.base[0] = kWritable | kRead | kWrite;
    regions.limit[0] = kWritable + 0x2000;
    regions.base[1] = kReadable | kRead;
    regions.limit[1] = kReadable + 0x1000;
    load_return.entry = 3;
    load_return.tag = 5;
  }

  void step(const MemoryRow* row = nullptr, bool any_shared = false) {
    const AllocEvent* alloc = unit.alloc(load_return, shared_idle);
    if (alloc != nullptr) {
      ++outcome.allocs;
      outcome.alloc_cycles.push_back(cycle);
      CHECK(alloc->warp == 2);
      CHECK(alloc->rd == 11);
      CHECK(alloc->pc == 0x444);
    }
    if (const LineEvent* line = unit.line(load_return, request_ready); line != nullptr) {
      CHECK(line->entry == 3);
      if (line->line) {
        const LineRequest& request = *unit.request(load_return);
        outcome.lines.push_back({request.line, line->match, line->closed, request.write,
                                 request.atomic, request.atomic ? request.word : 0, request.strobe,
                                 request.data});
        outcome.line_cycles.push_back(cycle);
      } else {
        CHECK(line->closed);
        ++outcome.closes;
        outcome.close_cycles.push_back(cycle);
      }
    }
    Coalescer::Inputs in;
    in.row = row;
    in.any_shared = any_shared;
    in.load_return = &load_return;
    in.shared_idle = shared_idle;
    in.request_ready = request_ready;
    in.regions = &regions;
    unit.eval(in);
    unit.tick();
    ++cycle;
    if (const FaultEvent& fault = unit.out().fault; fault.valid) {
      CHECK(fault.warp == 2);
      CHECK(fault.pc == 0x444);
      outcome.refused.push_back({fault.mask, fault.address, fault.cause});
    }
  }
  /// Returns the cycle in which the last row is transferred.
  std::uint32_t feed(const Instruction& instruction, bool any_shared = false) {
    for (std::uint32_t beat = 0; instruction.op == Op::kAmocasD && beat < 32 / kLanes; ++beat) {
      for (int i = 0; i < 1000 && !unit.out().ready; ++i) step();
      REQUIRE(unit.out().ready);
      MemoryRow row;
      row.valid = row.high = true;
      row.op = instruction.op;
      row.beat = beat;
      for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
        row.address[lane] = 0xdeadbee0;
        row.data[lane] = instruction.high_data[beat * kLanes + lane];
        row.compare[lane] = instruction.high_compare[beat * kLanes + lane];
      }
      step(&row, any_shared);
    }
    for (std::uint32_t beat = 0; beat < 32 / kLanes; ++beat) {
      for (int i = 0; i < 1000 && !unit.out().ready; ++i) step();
      REQUIRE(unit.out().ready);
      MemoryRow row;
      row.valid = true;
      row.op = instruction.op;
      row.warp = 2;
      row.rd = 11;
      row.pc = 0x444;
      row.beat = beat;
      row.last = beat == 32 / kLanes - 1;
      row.global_mask = instruction.mask >> (beat * kLanes) & ((1u << kLanes) - 1);
      for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
        row.address[lane] = instruction.address[beat * kLanes + lane];
        row.data[lane] = instruction.data[beat * kLanes + lane];
        row.compare[lane] = instruction.compare[beat * kLanes + lane];
      }
      step(&row, any_shared);
    }
    return cycle - 1;
  }
  void finish() {
    for (int i = 0; i < 2000; ++i) step();
    REQUIRE(unit.out().ready);
    REQUIRE(unit.out().idle);
  }
  Outcome run(const Instruction& instruction) {
    outcome = {};
    feed(instruction);
    finish();
    return outcome;
  }
};

bool is_atomic(Op op) {
  return op == Op::kAmoaddW || op == Op::kAmocasW || op == Op::kAmocasD || op == Op::kAmofaddW;
}
bool is_store(Op op) { return op == Op::kSb || op == Op::kSh || op == Op::kSw; }
std::uint32_t size_of(Op op) {
  if (op == Op::kSw || op == Op::kLw || is_atomic(op)) return 4;
  return op == Op::kSb || op == Op::kLb || op == Op::kLbu ? 1 : 2;
}

/// By the page: line after line of the lowest pending thread; of atomics, thread after thread.
Outcome expected_of(const Instruction& instruction) {
  const bool store = is_store(instruction.op);
  const bool atomic = is_atomic(instruction.op);
  Outcome result;
  result.allocs = 1;
  bool sent_last = false;
  for (std::uint32_t pending = instruction.mask; pending != 0;) {
    std::uint32_t leader = 0;
    while ((pending >> leader & 1) == 0) ++leader;
    const std::uint32_t address = instruction.address[leader];
    SentLine line;
    line.line = address / 64;
    line.write = store;
    line.atomic = atomic;
    if (atomic) {
      line.word = address / 4 % 16;
      for (std::uint32_t byte = 0; byte < 4; ++byte) {
        line.data[byte] = static_cast<std::uint8_t>(instruction.data[leader] >> 8 * byte);
        if (instruction.op != Op::kAmocasW && instruction.op != Op::kAmocasD) continue;
        line.data[4 + byte] = static_cast<std::uint8_t>(instruction.compare[leader] >> 8 * byte);
        if (instruction.op != Op::kAmocasD) continue;
        line.data[8 + byte] = static_cast<std::uint8_t>(instruction.high_data[leader] >> 8 * byte);
        line.data[12 + byte] =
            static_cast<std::uint8_t>(instruction.high_compare[leader] >> 8 * byte);
      }
    }
    for (std::uint32_t thread = 0; thread < 32; ++thread) {
      if ((pending >> thread & 1) == 0 || instruction.address[thread] / 64 != line.line) continue;
      if (atomic && thread != leader) continue;
      line.match |= 1u << thread;
      if (!store) continue;
      for (std::uint32_t byte = 0; byte < size_of(instruction.op); ++byte) {
        const std::uint32_t at = instruction.address[thread] % 64 + byte;
        line.strobe |= std::uint64_t{1} << at;
        line.data[at] = static_cast<std::uint8_t>(instruction.data[thread] >> 8 * byte);
      }
    }
    pending &= ~line.match;
    line.closed = pending == 0;
    const bool writable = address >= kWritable && address < kWritable + 0x2000;
    const bool readable = writable || (address >= kReadable && address < kReadable + 0x1000);
    sent_last = store || atomic ? writable : readable;
    if (sent_last) {
      result.lines.push_back(line);
    } else {
      result.refused.push_back({line.match, address, store || atomic ? 7u : 5u});
    }
  }
  result.closes = sent_last ? 0 : 1;
  return result;
}

void check(const Outcome& actual, const Outcome& expected) {
  CHECK(actual.allocs == expected.allocs);
  CHECK(actual.closes == expected.closes);
  REQUIRE(actual.lines.size() == expected.lines.size());
  for (std::size_t i = 0; i < expected.lines.size(); ++i) {
    INFO("line " << i);
    CHECK(actual.lines[i].line == expected.lines[i].line);
    CHECK(actual.lines[i].match == expected.lines[i].match);
    CHECK(actual.lines[i] == expected.lines[i]);
  }
  REQUIRE(actual.refused == expected.refused);
}

Instruction every_thread(Op op, std::uint32_t base, std::uint32_t stride) {
  Instruction result;
  result.op = op;
  result.mask = 0xffffffff;
  for (std::uint32_t thread = 0; thread < 32; ++thread) {
    result.address[thread] = base + thread * stride;
    result.data[thread] = 0x01010101 * thread + 0x80604020;
    result.compare[thread] = 0xfefefefe - 0x01010101 * thread;
    result.high_data[thread] = 0x11223344 + thread;
    result.high_compare[thread] = 0x99aabbcc - thread;
  }
  return result;
}

}  // namespace

TEST_CASE("words side by side are two lines") {
  Bench bench;
  const Outcome outcome = bench.run(every_thread(Op::kLw, kWritable, 4));
  REQUIRE(outcome.lines.size() == 2);
  CHECK(outcome.lines[0].line == kWritable / 64);
  CHECK(outcome.lines[0].match == 0x0000ffff);
  CHECK_FALSE(outcome.lines[0].closed);
  CHECK(outcome.lines[1].line == kWritable / 64 + 1);
  CHECK(outcome.lines[1].match == 0xffff0000);
  CHECK(outcome.lines[1].closed);
  // Loads carry neither data nor strobes.
  for (const SentLine& line : outcome.lines) {
    CHECK_FALSE(line.write);
    CHECK(line.strobe == 0);
    CHECK(line.data == LineData{});
  }
  CHECK(outcome.allocs == 1);
  CHECK(outcome.closes == 0);
}

TEST_CASE("one address of all threads is one line, and the highest thread's store stays") {
  Bench bench;
  for (const Op op : {Op::kSb, Op::kSh, Op::kSw}) {
    const Instruction store = every_thread(op, kWritable + 0x7c, 0);
    const Outcome outcome = bench.run(store);
    check(outcome, expected_of(store));
    REQUIRE(outcome.lines.size() == 1);
    CHECK(outcome.lines[0].match == 0xffffffff);
    CHECK(outcome.lines[0].data[0x3c] == (store.data[31] & 0xff));
  }
}

TEST_CASE("a line for every thread, from the lowest one on") {
  Bench bench;
  const Instruction load = every_thread(Op::kLbu, kWritable + 0x1fc0, std::uint32_t(-64));
  const Outcome outcome = bench.run(load);
  check(outcome, expected_of(load));
  CHECK(outcome.lines.size() == 32);
}

TEST_CASE("inactive threads ask for nothing") {
  Bench bench;
  for (const std::uint32_t mask : {0x80000000u, 0x1u, 0x00a50000u, 0x11111111u}) {
    for (const Op op : {Op::kLh, Op::kSw}) {
      Instruction instruction = every_thread(op, kWritable, 8);
      instruction.mask = mask;
      check(bench.run(instruction), expected_of(instruction));
    }
  }
}

TEST_CASE("lines that may not be touched are faults, and the others are sent all the same") {
  Bench bench;
  // Across the end of the writable region, and across the beginning.
  for (const Op op : {Op::kLw, Op::kSw}) {
    for (const std::uint32_t base :
         {kWritable + 0x2000 - 0x40, kWritable - 0x40, kReadable - 0x40, kReadable + 0xfc0}) {
      const Instruction instruction = every_thread(op, base, 4);
      check(bench.run(instruction), expected_of(instruction));
    }
  }
  // None of them: the end comes without a line.
  const Outcome outcome = bench.run(every_thread(Op::kSw, kReadable, 4));
  CHECK(outcome.lines.empty());
  CHECK(outcome.refused.size() == 2);
  CHECK(outcome.closes == 1);
}

TEST_CASE("requests wait for load_return and the crossbar, unchanged") {
  Bench bench;
  const Instruction store = every_thread(Op::kSw, kWritable, 4);
  bench.load_return.entry_free = false;
  bench.feed(store);
  for (int i = 0; i < 100; ++i) bench.step();
  CHECK(bench.outcome.allocs == 0);
  bench.load_return.entry_free = true;
  bench.load_return.tag_free = false;
  for (int i = 0; i < 100; ++i) {
    bench.step();
    CHECK(bench.unit.request(bench.load_return) == nullptr);
  }
  CHECK(bench.outcome.allocs == 1);
  bench.load_return.tag_free = true;
  bench.request_ready = false;
  for (int i = 0; i < 100; ++i) {
    bench.step();
    REQUIRE(bench.unit.request(bench.load_return) != nullptr);
    CHECK(bench.unit.request(bench.load_return)->line == kWritable / 64);
  }
  CHECK(bench.outcome.lines.empty());
  bench.request_ready = true;
  bench.finish();
  check(bench.outcome, expected_of(store));
}

TEST_CASE("an instruction that is also in shared memory waits until that part is done") {
  Bench bench;
  bench.shared_idle = false;
  const Instruction load = every_thread(Op::kLw, kWritable, 4);
  bench.feed(load, true);
  for (int i = 0; i < 100; ++i) bench.step();
  CHECK(bench.outcome.allocs == 0);
  CHECK(bench.outcome.lines.empty());
  bench.shared_idle = true;
  bench.finish();
  check(bench.outcome, expected_of(load));
  // One without such a part does not.
  bench.shared_idle = false;
  check(bench.run(load), expected_of(load));
}

TEST_CASE("atomics are a request for every thread, also of one word, with their operands") {
  Bench bench;
  for (const Op op : {Op::kAmoaddW, Op::kAmocasW, Op::kAmocasD, Op::kAmofaddW}) {
    for (const std::uint32_t stride : {0u, 4u, 68u}) {
      const Instruction atomic = every_thread(op, kWritable + 0x14, stride);
      const Outcome outcome = bench.run(atomic);
      check(outcome, expected_of(atomic));
      CHECK(outcome.lines.size() == 32);
    }
  }
  // Reading alone does not suffice.
  const Outcome outcome = bench.run(every_thread(Op::kAmoaddW, kReadable, 4));
  CHECK(outcome.lines.empty());
  CHECK(outcome.refused.size() == 32);
  CHECK(outcome.closes == 1);
}

TEST_CASE("an atomic needs both rights, be it of two regions") {
  Bench bench;
  bench.regions.base[0] = kWritable | kWrite;
  bench.regions.base[1] = kWritable | kRead;
  bench.regions.limit[1] = kWritable + 0x1000;
  Instruction atomic = every_thread(Op::kAmoaddW, kWritable, 0);
  atomic.mask = 1;
  CHECK(bench.run(atomic).lines.size() == 1);
  for (const std::uint32_t rights : {std::uint32_t{kWrite}, std::uint32_t{kExecute}}) {
    bench.regions.base[1] = kWritable | rights;
    CHECK(bench.run(atomic).lines.empty());
  }
  bench.regions.base[0] = kWritable | kRead;
  bench.regions.base[1] = kWritable;
  CHECK(bench.run(atomic).lines.empty());
}

// Cycles below: c is the last row's; alloc in c + 1, LEAD c + 2, MATCH c + 3.

TEST_CASE("a load's lines go out two cycles apart") {
  Bench bench;
  const std::uint32_t c = bench.feed(every_thread(Op::kLw, kWritable, 64));
  bench.finish();
  REQUIRE(bench.outcome.line_cycles.size() == 32);
  CHECK(bench.outcome.alloc_cycles[0] == c + 1);
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(bench.outcome.line_cycles[i] == c + 4 + 2 * i);
}

TEST_CASE("a store's line takes a cycle for every beat; the next one is read behind it") {
  Bench bench;
  // Threads 0 to 15, four beats: read in c + 4 .. c + 7, there until c + 8. Threads 16 to 31: read
  // from c + 8 on.
  const std::uint32_t c = bench.feed(every_thread(Op::kSw, kWritable, 4));
  bench.finish();
  REQUIRE(bench.outcome.line_cycles.size() == 2);
  CHECK(bench.outcome.line_cycles[0] == c + 9);
  CHECK(bench.outcome.line_cycles[1] == c + 13);
}

TEST_CASE("an atomic's requests go out two cycles apart") {
  Bench bench;
  const std::uint32_t c = bench.feed(every_thread(Op::kAmoaddW, kWritable, 4));
  bench.finish();
  REQUIRE(bench.outcome.line_cycles.size() == 32);
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(bench.outcome.line_cycles[i] == c + 6 + 2 * i);
}

TEST_CASE("an instruction is collected while the one before has its lines chosen") {
  Bench bench;
  const std::uint32_t c = bench.feed(every_thread(Op::kLw, kWritable, 64));
  CHECK_FALSE(bench.unit.out().ready);
  bench.step();
  CHECK(bench.unit.out().ready);  // moved on in c + 1
  const std::uint32_t second = bench.feed(every_thread(Op::kLw, kWritable, 4));
  CHECK(second == c + 1 + 8);
  CHECK_FALSE(bench.unit.out().ready);
  CHECK(bench.outcome.alloc_cycles.size() == 1);
  bench.finish();
  // The last of 32 lines is given in c + 3 + 62: FREE in the next cycle.
  REQUIRE(bench.outcome.alloc_cycles.size() == 2);
  CHECK(bench.outcome.alloc_cycles[1] == c + 66);
  REQUIRE(bench.outcome.line_cycles.size() == 34);
  CHECK(bench.outcome.line_cycles[31] == c + 66);
  CHECK(bench.outcome.line_cycles[32] == c + 69);
}

TEST_CASE("store data of three instructions is apart") {
  Bench bench;
  const Instruction stores[] = {every_thread(Op::kSw, kWritable, 4),
                                every_thread(Op::kSw, kWritable + 0x1000, 4),
                                every_thread(Op::kSw, kWritable + 0x400, 4)};
  // The first line waits to be sent, the first row of the second one waits behind it; the next
  // instruction is in MATCH, the one behind is complete.
  bench.request_ready = false;
  for (const Instruction& store : stores) bench.feed(store);
  for (int i = 0; i < 20; ++i) bench.step();
  CHECK(bench.outcome.alloc_cycles.size() == 2);
  bench.request_ready = true;
  const std::uint32_t sent = bench.cycle;
  bench.finish();
  REQUIRE(bench.outcome.lines.size() == 6);
  CHECK(bench.outcome.line_cycles[0] == sent);
  CHECK(bench.outcome.line_cycles[1] == sent + 4);  // rows laid in sent .. sent + 3
  CHECK(bench.outcome.line_cycles[2] == sent + 8);
  // The second one's last line is given in sent + 6: FREE in the next cycle.
  CHECK(bench.outcome.alloc_cycles[2] == sent + 7);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(bench.outcome.lines[i] == expected_of(stores[i / 2]).lines[i % 2]);
  }
}

TEST_CASE("a load's line waits until no store's is read or made") {
  Bench bench;
  bench.feed(every_thread(Op::kSw, kWritable, 4));
  const std::uint32_t c = bench.feed(every_thread(Op::kLw, kWritable, 4));
  bench.finish();
  REQUIRE(bench.outcome.line_cycles.size() == 4);
  // The store's last row came 9 cycles before the load's.
  CHECK(bench.outcome.line_cycles[1] == c + 4);
  CHECK(bench.outcome.line_cycles[2] == bench.outcome.line_cycles[1] + 1);
  CHECK(bench.outcome.line_cycles[3] == bench.outcome.line_cycles[1] + 3);
}

TEST_CASE("the end without a line comes when the making step is empty") {
  Bench bench;
  // Threads 0 to 15 may store, the others may not.
  const Instruction store = every_thread(Op::kSw, kWritable + 0x2000 - 0x40, 4);
  const std::uint32_t c = bench.feed(store);
  bench.finish();
  REQUIRE(bench.outcome.line_cycles.size() == 1);
  CHECK(bench.outcome.line_cycles[0] == c + 9);
  REQUIRE(bench.outcome.close_cycles.size() == 1);
  CHECK(bench.outcome.close_cycles[0] == c + 10);
}

TEST_CASE("random instructions, one behind the other") {
  std::mt19937 engine(17);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(engine() % limit);
  };
  const Op ops[] = {Op::kLbu, Op::kLw, Op::kSb, Op::kSh, Op::kSw, Op::kAmoaddW, Op::kAmocasW};
  Bench bench;
  Outcome expected;
  for (int round = 0; round < 200; ++round) {
    Instruction instruction = every_thread(ops[below(7)], kWritable, 0);
    instruction.mask = static_cast<std::uint32_t>(engine() & engine()) | 1u << below(32);
    const std::uint32_t spread = 64u << below(7);
    const std::uint32_t base = below(4) == 0 ? kReadable - 0x80 : kWritable;
    for (std::uint32_t thread = 0; thread < 32; ++thread) {
      instruction.address[thread] = (base + below(spread)) & ~(size_of(instruction.op) - 1);
      instruction.data[thread] = static_cast<std::uint32_t>(engine());
      instruction.compare[thread] = static_cast<std::uint32_t>(engine());
    }
    const Outcome one = expected_of(instruction);
    expected.allocs += one.allocs;
    expected.closes += one.closes;
    expected.lines.insert(expected.lines.end(), one.lines.begin(), one.lines.end());
    expected.refused.insert(expected.refused.end(), one.refused.begin(), one.refused.end());
    for (std::uint32_t beat = 0; beat < 32 / kLanes; ++beat) {
      while (!bench.unit.out().ready) {
        bench.request_ready = below(3) != 0;
        bench.step();
      }
      MemoryRow row;
      row.valid = true;
      row.op = instruction.op;
      row.warp = 2;
      row.rd = 11;
      row.pc = 0x444;
      row.beat = beat;
      row.last = beat == 32 / kLanes - 1;
      row.global_mask = instruction.mask >> (beat * kLanes) & ((1u << kLanes) - 1);
      for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
        row.address[lane] = instruction.address[beat * kLanes + lane];
        row.data[lane] = instruction.data[beat * kLanes + lane];
        row.compare[lane] = instruction.compare[beat * kLanes + lane];
      }
      bench.request_ready = below(3) != 0;
      bench.step(&row);
    }
  }
  bench.request_ready = true;
  bench.finish();
  check(bench.outcome, expected);
}

TEST_CASE("random instructions, one after the other") {
  std::mt19937 engine(9);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(engine() % limit);
  };
  const Op ops[] = {Op::kLb, Op::kLbu, Op::kLh, Op::kLhu, Op::kLw, Op::kSb, Op::kSh, Op::kSw};
  Bench bench;
  for (int round = 0; round < 100; ++round) {
    Instruction instruction;
    instruction.op = ops[below(8)];
    do {
      instruction.mask = static_cast<std::uint32_t>(engine()) &
                         (below(2) == 0 ? 0xffffffff : static_cast<std::uint32_t>(engine()));
    } while (instruction.mask == 0);
    const std::uint32_t spread = 64u << below(9);
    const std::uint32_t bases[] = {kWritable, kWritable, kWritable + 0x1fc0, kReadable,
                                   kReadable + 0xf80};
    const std::uint32_t base = bases[below(5)];
    for (std::uint32_t thread = 0; thread < 32; ++thread) {
      instruction.address[thread] = (base + below(spread)) & ~(size_of(instruction.op) - 1);
      instruction.data[thread] = static_cast<std::uint32_t>(engine());
    }
    INFO("round " << round);
    check(bench.run(instruction), expected_of(instruction));
  }
}

}  // namespace heddle::timed
