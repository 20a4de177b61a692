// bulk.load on the functional and on the timed device: what is where afterwards, and faults.
#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "device/fault.hpp"
#include "functional/device_bench.hpp"
#include "memory/copy_operands.hpp"
#include "timed/timed_device.hpp"

namespace {

using namespace heddle;
using functional::DeviceBench;
using functional::kData;
using functional::kDataBytes;
using functional::kReadOnly;
using functional::kSharedStart;
using isa::Op;
using random::Assembler;
using tb::CopyBox;

constexpr std::uint32_t kTid = 5;
constexpr std::uint32_t kShared = 6;  // register with the thread's place in shared memory
constexpr std::uint32_t kOut = 7;     // with that in the output; both in the middle
constexpr std::uint32_t kThreads = 128;
constexpr std::uint32_t kSharedSize = 4096;
constexpr std::uint32_t kMiddle = kSharedSize / 2;  // offsets reach 2 KiB in both directions
constexpr std::uint32_t kSource = kData + 0x4000;
constexpr std::uint32_t kIssuer = 37;

using MakeDevice = std::unique_ptr<Device> (*)();
std::unique_ptr<Device> functional_device() { return make_functional_device(Config::load("ecp5")); }
std::unique_ptr<Device> timed_device() {
  return make_timed_device(Config::load("ecp5"), MemoryTiming{.latency = 20, .seed = 3});
}

void load_operands(Assembler& code, const CopyBox& box) {
  const std::array<std::uint32_t, 5> values = box.operands();
  constexpr std::uint32_t kRegisters[] = {10, 12, 13, 14, 15};
  for (std::size_t i = 0; i < 5; ++i) code.li(kRegisters[i], values[i]);
}

void copy(Assembler& code, const CopyBox& box) {
  load_operands(code, box);
  code.emit(Op::kBulkLoad, {.rs1 = 10, .rs2 = 12, .rs3 = 14});
}

// Of an mbarrier: until it is in its second phase.
void wait(Assembler& code, std::uint32_t mbarrier) {
  code.li(16, kSharedStart + mbarrier);
  const auto spin = code.here();
  code.i(Op::kMbarrierTest, 11, 16, 0);
  code.i(Op::kAndi, 11, 11, 1);
  code.branch(Op::kBeq, 11, 0, spin);
}

struct Bench : DeviceBench {
  explicit Bench(MakeDevice make) : DeviceBench(make()) {
    launch.block = {kThreads, 1, 1};
    launch.shared_size = kSharedSize;
    std::mt19937 engine(7);
    source.resize(kDataBytes - 0x4000);
    for (std::byte& byte : source) byte = static_cast<std::byte>(engine());
    device->write_memory(kSource, source);
  }
  std::vector<std::byte> source;

  /// All of shared memory is filled with 0xa5, then thread 37 (with three others) copies the boxes,
  /// whose bytes all complete on one mbarrier; all threads wait, and write what is there to kData.
  LaunchResult copies(const std::vector<CopyBox>& boxes, std::uint32_t expected) {
    const std::uint32_t mbarrier = boxes.at(0).mbarrier;
    return run([&](Assembler& code) {
      code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
      code.li(kShared, kSharedStart + kMiddle);
      code.r(Op::kSh2add, kShared, kTid, kShared);
      code.li(kOut, kData + kMiddle);
      code.r(Op::kSh2add, kOut, kTid, kOut);
      code.li(28, 0xa5a5a5a5);
      for (std::uint32_t byte = 0; byte < kSharedSize; byte += 4 * kThreads) {
        code.store(Op::kSw, 28, kShared, static_cast<std::int32_t>(byte - kMiddle));
      }
      code.barrier();
      const auto others = code.new_label();
      code.i(Op::kAddi, 28, kTid, -static_cast<std::int32_t>(kIssuer));
      code.li(29, 4);
      code.branch(Op::kBgeu, 28, 29, others);
      // One arrival, whose four threads store the same.
      code.li(16, kSharedStart + mbarrier);
      code.li(28, 4u << 2 | 4u << 22);
      code.store(Op::kSw, 28, 16, 0);
      code.store(Op::kSw, 0, 16, 4);
      code.fence();
      code.li(28, expected / 4);
      code.atomic(Op::kMbarrierExpectTx, 0, 28, 16);
      for (const CopyBox& box : boxes) copy(code, box);
      code.li(28, 1);
      code.atomic(Op::kMbarrierArrive, 0, 28, 16, 1);
      wait(code, mbarrier);
      code.place(others);
      code.barrier();
      for (std::uint32_t byte = 0; byte < kSharedSize; byte += 4 * kThreads) {
        code.i(Op::kLw, 28, kShared, static_cast<std::int32_t>(byte - kMiddle));
        code.store(Op::kSw, 28, kOut, static_cast<std::int32_t>(byte - kMiddle));
      }
      code.exit();
    });
  }

  std::byte at(std::uint32_t address) const {
    std::byte value{};
    device->read_memory(address, std::span(&value, 1));
    return value;
  }

  /// What the page says of every byte.
  std::vector<std::byte> expected(const std::vector<CopyBox>& boxes) const {
    std::vector<std::byte> result(kSharedSize, std::byte{0xa5});
    for (const CopyBox& box : boxes) {
      for (std::uint32_t row = 0; row < box.rows; ++row) {
        for (std::uint32_t j = 0; j < box.row_bytes; ++j) {
          const std::uint32_t offset = box.destination + row * box.row_bytes + j;
          std::uint32_t place = offset;
          if (box.swizzle == 1) place ^= (offset >> 7 & 1) << 4;
          if (box.swizzle == 2) place ^= (offset >> 7 & 3) << 4;
          if (box.swizzle == 3) place ^= (offset >> 7 & 7) << 4;
          const bool valid = row < box.valid_rows && j < box.valid_bytes;
          result[place] = valid ? at(box.address + row * box.pitch + j) : std::byte{0};
        }
      }
    }
    return result;
  }

  void check(const std::vector<CopyBox>& boxes) {
    std::uint32_t bytes = 0;
    for (const CopyBox& box : boxes) bytes += box.rows * box.row_bytes;
    std::vector<std::byte> wanted = expected(boxes);
    const LaunchResult result = copies(boxes, bytes);
    REQUIRE(result.message.empty());
    REQUIRE(result.status == LaunchStatus::kOk);
    std::vector<std::byte> found(kSharedSize);
    device->read_memory(kData, found);
    // The mbarrier: second phase, four arrivals expected.
    const std::uint32_t mbarrier[] = {1u | 4u << 2 | 4u << 22, 0};
    std::memcpy(wanted.data() + boxes[0].mbarrier, mbarrier, sizeof mbarrier);
    std::size_t first = 0;
    while (first < kSharedSize && found[first] == wanted[first]) ++first;
    CAPTURE(first);
    CHECK(found == wanted);
  }
};

CopyBox small_box() {
  return {.address = kSource + 0x50,
          .pitch = 0x100,
          .destination = 0x200,
          .mbarrier = 0x10,
          .row_bytes = 112,
          .valid_bytes = 112,
          .rows = 5,
          .valid_rows = 5};
}

void for_both(const std::function<void(MakeDevice)>& test) {
  SECTION("functional") { test(functional_device); }
  SECTION("timed") { test(timed_device); }
}

}  // namespace

TEST_CASE("a bulk copy brings a box to shared memory, and touches nothing else") {
  for_both([](MakeDevice make) {
    Bench bench(make);
    bench.check({small_box()});
    CopyBox line = small_box();
    line.rows = line.valid_rows = 1;
    line.row_bytes = line.valid_bytes = 2048;
    line.destination = 0x800;
    bench.check({line});
  });
}

TEST_CASE("swizzles change places by the offset in the block's shared memory") {
  for_both([](MakeDevice make) {
    Bench bench(make);
    for (std::uint32_t swizzle = 0; swizzle < 4; ++swizzle) {
      CAPTURE(swizzle);
      CopyBox box = small_box();
      box.swizzle = swizzle;
      box.destination = 0x430;
      box.row_bytes = box.valid_bytes = 144;
      box.rows = box.valid_rows = 9;
      bench.check({box});
    }
  });
}

TEST_CASE("what is not valid becomes zero and is not read, also behind the end of memory") {
  for_both([](MakeDevice make) {
    Bench bench(make);
    CopyBox box = small_box();
    box.address = kData + kDataBytes - 0x100 - 48;
    box.valid_rows = 2;
    for (const std::uint32_t valid : {0u, 1u, 16u, 31u, 47u, 48u}) {
      CAPTURE(valid);
      box.valid_bytes = valid;
      bench.check({box});
    }
    box.valid_bytes = box.row_bytes;
    box.valid_rows = 0;
    bench.check({box});
  });
}

TEST_CASE("rows go upwards, downwards, or are the same one again and again") {
  for_both([](MakeDevice make) {
    Bench bench(make);
    CopyBox box = small_box();
    box.pitch = 0;
    bench.check({box});
    box.address = kSource + 0x1000;
    box.pitch = static_cast<std::uint32_t>(-0x90);
    bench.check({box});
  });
}

TEST_CASE("random boxes, up to six of them on one mbarrier") {
  for_both([](MakeDevice make) {
    Bench bench(make);
    std::mt19937 engine(11);
    const auto below = [&](std::uint32_t limit) {
      return static_cast<std::uint32_t>(engine() % limit);
    };
    for (std::uint32_t program = 0; program < 60; ++program) {
      CAPTURE(program);
      std::vector<CopyBox> boxes;
      std::uint32_t free = 128;  // shared memory from here on
      const std::uint32_t count = 1 + below(6);
      while (boxes.size() < count) {
        CopyBox box;
        box.mbarrier = 8 * (program % 16);
        box.row_bytes = 16 * (1 + below(below(2) == 0 ? 3 : 24));
        box.valid_bytes = below(3) == 0 ? below(box.row_bytes + 1) : box.row_bytes;
        box.rows = 1 + below(9);
        box.valid_rows = below(3) == 0 ? below(box.rows + 1) : box.rows;
        box.pitch = 16 * below(64);
        box.address = kSource + 16 * below(0x200);
        box.swizzle = below(4);
        box.destination = (free + 127) / 128 * 128;  // a swizzle stays within
        if (box.swizzle == 0) box.destination += 16 * below(8);
        free = box.destination + box.rows * box.row_bytes;
        if (free > kSharedSize) break;
        boxes.push_back(box);
      }
      if (!boxes.empty()) bench.check(boxes);
    }
  });
}

TEST_CASE("a bulk copy's faults name the lowest thread; the mbarrier is told nothing") {
  const struct {
    const char* name;
    void (*spoil)(CopyBox&);
    std::uint32_t cause, address;
  } cases[] = {
      {"pitch", [](CopyBox& box) { box.pitch = 24; }, cause::kBulkCopy, kSource + 0x50},
      {"rows", [](CopyBox& box) { box.rows = 300; }, cause::kBulkCopy, kSource + 0x50},
      {"reserved", [](CopyBox& box) { box.reserved = true; }, cause::kBulkCopy, kSource + 0x50},
      {"misaligned", [](CopyBox& box) { box.address += 4; }, cause::kLoadMisaligned,
       kSource + 0x54},
      {"end", [](CopyBox& box) { box.destination = kSharedSize - 512; }, cause::kStoreAccess,
       kSharedStart + kSharedSize - 512},
      {"mbarrier", [](CopyBox& box) { box.mbarrier = kSharedSize; }, cause::kStoreAccess,
       kSharedStart + kSharedSize},
      {"third row", [](CopyBox& box) { box.address = kData + kDataBytes - 0x200 + 0x50; },
       cause::kLoadAccess, kData + kDataBytes + 0x50},
      {"within a row", [](CopyBox& box) { box.address = kData + kDataBytes - 0x30; },
       cause::kLoadAccess, kData + kDataBytes},
      {"no memory", [](CopyBox& box) { box.address = kSharedStart; }, cause::kLoadAccess,
       kSharedStart},
  };
  for_both([&](MakeDevice make) {
    for (const auto& wrong : cases) {
      INFO(wrong.name);
      Bench bench(make);
      bench.launch.block = {32, 1, 1};
      CopyBox box = small_box();
      wrong.spoil(box);
      std::uint32_t pc = 0;
      const LaunchResult result = bench.run([&](Assembler& code) {
        code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
        const auto others = code.new_label();
        code.li(29, 9);
        code.branch(Op::kBltu, kTid, 29, others);
        load_operands(code, box);
        code.branch(Op::kBeq, kTid, 29, others);
        pc = code.pc();
        code.emit(Op::kBulkLoad, {.rs1 = 10, .rs2 = 12, .rs3 = 14});
        code.place(others);
        code.barrier();
        const auto forever = code.here();
        code.jal(0, forever);
      });
      REQUIRE(result.status == LaunchStatus::kFault);
      CHECK(result.fault.cause == wrong.cause);
      CHECK(result.fault.mask == 1u << 10);
      CHECK(result.fault.pc == pc);
      CHECK(result.fault.address == wrong.address);
    }
  });
}

TEST_CASE("the pair x0 is two zeros") {
  for_both([&](MakeDevice make) {
    Bench bench(make);
    CopyBox box = small_box();
    box.pitch = box.destination = 0;  // and the mbarrier is inside of the box
    const LaunchResult result = bench.run([&](Assembler& code) {
      load_operands(code, box);
      code.emit(Op::kBulkLoad, {.rs1 = 10, .rs2 = 12, .rs3 = 0});
      const auto forever = code.here();
      code.jal(0, forever);
    });
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == cause::kBulkCopy);  // no rows

    // Pitch, destination and mbarrier are 0: the first eight bytes are those of a phase with an
    // arrival and 48 bytes to come.
    const std::uint64_t state = 1u << 2 | 1u << 22 | std::uint64_t{48} << 42;
    bench.device->write_memory(kSource, std::as_bytes(std::span(&state, 1)));
    box = {.address = kSource, .row_bytes = 48, .valid_bytes = 48, .rows = 1, .valid_rows = 1};
    bench.launch.block = {1, 1, 1};
    const LaunchResult ended = bench.run([&](Assembler& code) {
      code.li(16, kSharedStart);
      code.store(Op::kSw, 0, 16, 0);
      code.store(Op::kSw, 0, 16, 4);
      code.fence();
      load_operands(code, box);
      code.emit(Op::kBulkLoad, {.rs1 = 10, .rs2 = 0, .rs3 = 14});
      const auto spin = code.here();
      code.i(Op::kMbarrierTest, 11, 16, 0);
      code.branch(Op::kBeq, 11, 0, spin);
      // Until the bytes are complete.
      const auto again = code.here();
      code.i(Op::kLw, 11, 16, 4);
      code.branch(Op::kBne, 11, 0, again);
      code.i(Op::kLw, 11, 16, 0);
      code.li(12, kData);
      code.store(Op::kSw, 11, 12, 0);
      code.exit();
    });
    REQUIRE(ended.status == LaunchStatus::kOk);
    CHECK(bench.word(kData) == (1u << 2 | 1u << 22));
  });
}

TEST_CASE("blocks end before their copies, whose slot then waits") {
  for_both([&](MakeDevice make) {
    Bench bench(make);
    bench.launch.grid = {24, 1, 1};
    CopyBox box = small_box();
    box.row_bytes = box.valid_bytes = 256;
    box.rows = box.valid_rows = 8;
    const LaunchResult result = bench.run([&](Assembler& code) {
      code.csr(Op::kCsrrs, kTid, isa::csr::kTidX, 0);
      const auto others = code.new_label();
      code.branch(Op::kBne, kTid, 0, others);
      copy(code, box);
      code.place(others);
      code.exit();
    });
    CHECK(result.status == LaunchStatus::kOk);
    CHECK(result.counters.ctas_done == 24);
  });
}

TEST_CASE("without copy tags bulk.load is an illegal instruction") {
  for (const bool timed : {false, true}) {
    const Config nano = Config::load("nano");
    DeviceBench bench(timed ? make_timed_device(nano, MemoryTiming{})
                            : make_functional_device(nano));
    std::uint32_t pc = 0;
    const LaunchResult result = bench.run([&](Assembler& code) {
      load_operands(code, small_box());
      pc = code.pc();
      code.emit(Op::kBulkLoad, {.rs1 = 10, .rs2 = 12, .rs3 = 14});
      code.exit();
    });
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == cause::kIllegal);
    CHECK(result.fault.pc == pc);
    CHECK(result.fault.address == (14u << 27 | 12u << 20 | 10u << 15 | 0x700b));
  }
}
