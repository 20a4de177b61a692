// Bulk copies in lockstep: many and large ones of all warps, with swizzles and edges, on memories
// of many timings; every fault; blocks that end before their copies.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "copy_operands.hpp"
#include "isa/csr.hpp"
#include "isa/instructions.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;
using random::Assembler;
using tb::CopyBox;

constexpr std::uint32_t kShared = 0xf0000000;
constexpr std::uint32_t kThreads = 128, kWarps = kThreads / 32;
constexpr std::uint32_t kCopies = 6;        // of a warp: more than queue and jobs hold
constexpr std::uint32_t kFirst = 512;       // behind the mbarrier
constexpr std::uint32_t kWarpBytes = 1536;  // what a warp's copies fill
constexpr std::uint32_t kSharedBytes = kFirst + kWarps * kWarpBytes;
constexpr std::uint32_t kSourceBytes = 4096;  // read-only

void write_copy(Assembler& code, const CopyBox& box) {
  const std::array<std::uint32_t, 5> operands = box.operands();
  code.li(5, operands[0]);
  for (std::uint32_t i = 0; i < 4; ++i) code.li(6 + i, operands[1 + i]);
  code.emit(Op::kBulkLoad, {.rs1 = 5, .rs2 = 6, .rs3 = 8});
}

/// Boxes of a warp, from `offset` on, in multiples of 128 bytes.
std::vector<CopyBox> random_boxes(std::mt19937& random, std::uint32_t offset) {
  const auto below = [&](std::uint32_t bound) {
    return static_cast<std::uint32_t>(random()) % bound;
  };
  std::vector<CopyBox> boxes;
  const std::uint32_t end = offset + kWarpBytes;
  for (std::uint32_t i = 0; i < kCopies && offset < end; ++i) {
    CopyBox box;
    const std::uint32_t room = end - offset;
    box.row_bytes = 16 * (1 + below(std::min(32u, room / 16)));
    box.rows = 1 + below(std::min(16u, room / box.row_bytes));
    box.valid_bytes = below(3) == 0 ? below(box.row_bytes + 1) : box.row_bytes;
    box.valid_rows = below(3) == 0 ? below(box.rows + 1) : box.rows;
    box.pitch = 16 * below(8);
    const std::uint32_t extent = box.pitch * (box.rows - 1) + box.row_bytes;
    box.address = kReadOnly + 16 * below((kSourceBytes - extent) / 16 + 1);
    box.destination = offset;
    box.swizzle = below(4);
    offset += (box.rows * box.row_bytes + 127) / 128 * 128;
    boxes.push_back(box);
  }
  return boxes;
}

/// Each warp makes its copies; all threads wait for them and store what is in shared memory behind
/// kData, a part a block.
void write_program(Assembler& code, const std::vector<std::vector<CopyBox>>& boxes) {
  std::uint32_t bytes = 0;
  for (const auto& of_warp : boxes) {
    for (const CopyBox& box : of_warp) bytes += box.rows * box.row_bytes;
  }
  code.csr(Op::kCsrrs, 10, isa::csr::kTidX, 0);
  code.i(Op::kSrli, 11, 10, 5);
  // What no copy fills is zero.
  const auto clear = [&](std::uint32_t offset) {
    code.li(12, kShared + offset);
    code.r(Op::kSh2add, 12, 10, 12);
    code.store(Op::kSw, 0, 12, 0);
  };
  for (std::uint32_t offset = 0; offset < kSharedBytes; offset += 4 * kThreads) clear(offset);
  code.barrier();
  code.li(12, kShared);
  code.li(13, bytes << 10);  // to be complete; no arrivals
  code.store(Op::kSw, 13, 12, 4);
  code.fence();
  code.barrier();
  for (std::uint32_t warp = 0; warp < kWarps; ++warp) {
    const Assembler::Label others = code.new_label();
    code.li(12, warp);
    code.branch(Op::kBne, 11, 12, others);
    for (const CopyBox& box : boxes[warp]) write_copy(code, box);
    code.place(others);
  }
  code.li(12, kShared);
  const Assembler::Label spin = code.here();
  code.i(Op::kMbarrierTest, 13, 12, 0);
  code.i(Op::kAndi, 13, 13, 1);
  code.branch(Op::kBeq, 13, 0, spin);
  code.csr(Op::kCsrrs, 14, isa::csr::kCtaidX, 0);
  code.li(15, kSharedBytes);
  code.r(Op::kMul, 14, 14, 15);
  code.li(15, kData);
  code.r(Op::kAdd, 14, 14, 15);
  code.r(Op::kSh2add, 14, 10, 14);
  code.r(Op::kSh2add, 12, 10, 12);
  for (std::uint32_t offset = 0; offset < kSharedBytes; offset += 4 * kThreads) {
    code.i(Op::kLw, 13, 12, 0);
    code.store(Op::kSw, 13, 14, 0);
    code.i(Op::kAddi, 12, 12, 4 * kThreads);
    code.i(Op::kAddi, 14, 14, 4 * kThreads);
  }
  code.exit();
}

std::vector<std::byte> source_bytes() {
  std::vector<std::byte> bytes(kSourceBytes);
  for (std::uint32_t i = 0; i < kSourceBytes; ++i) bytes[i] = std::byte((i * 0x9e3779b1u) >> 24);
  return bytes;
}

std::uint32_t swizzled(std::uint32_t offset, std::uint32_t swizzle) {
  return offset ^ (offset >> 7 & ((1u << swizzle) - 1)) << 4;
}

void check_copies(const std::string& config) {
  const std::vector<std::byte> source = source_bytes();
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(static_cast<std::uint32_t>(seed));
    const auto device =
        open_lockstep(config, static_cast<std::uint32_t>(3 + 20 * (seed % 5)), seed);
    device->write_memory(kReadOnly, source);
    std::vector<std::vector<CopyBox>> boxes;
    std::vector<std::byte> expected(kSharedBytes);
    for (std::uint32_t warp = 0; warp < kWarps; ++warp) {
      boxes.push_back(random_boxes(random, kFirst + warp * kWarpBytes));
      for (const CopyBox& box : boxes.back()) {
        for (std::uint32_t i = 0; i < box.rows * box.row_bytes; ++i) {
          const std::uint32_t row = i / box.row_bytes, byte = i % box.row_bytes;
          const bool valid = row < box.valid_rows && byte < box.valid_bytes;
          expected[swizzled(box.destination + i, box.swizzle)] =
              valid ? source[box.address - kReadOnly + row * box.pitch + byte] : std::byte{};
        }
      }
    }
    Launch launch = directed_launch();
    launch.grid = {6, 1, 1};
    launch.block = {kThreads, 1, 1};
    launch.shared_size = kSharedBytes;
    const LaunchResult result =
        run_directed(*device, launch, [&](Assembler& code) { write_program(code, boxes); });
    INFO(result.message);
    REQUIRE(result.status == LaunchStatus::kOk);
    for (std::uint32_t cta = 0; cta < 6; ++cta) {
      std::vector<std::byte> found(kSharedBytes);
      device->read_memory(kData + cta * kSharedBytes, found);
      // The mbarrier's own bytes are none of the copies'.
      REQUIRE(std::equal(found.begin() + kFirst, found.end(), expected.begin() + kFirst));
    }
  }
}

struct Refused {
  const char* what;
  void (*change)(CopyBox&);
  std::uint32_t cause;
  std::uint32_t address;
};

const Refused kRefused[] = {
    {"a pitch that is no multiple of 16", [](CopyBox& box) { box.pitch = 24; }, 28, kReadOnly},
    {"a reserved bit", [](CopyBox& box) { box.reserved = true; }, 28, kReadOnly},
    {"too many rows", [](CopyBox& box) { box.rows = 257; }, 28, kReadOnly},
    {"a misaligned source", [](CopyBox& box) { box.address += 4; }, 4, kReadOnly + 4},
    {"a box behind the shared memory", [](CopyBox& box) { box.destination = 896; }, 7,
     kShared + 896},
    {"an mbarrier behind the shared memory", [](CopyBox& box) { box.mbarrier = 1024; }, 7,
     kShared + 1024},
    {"a second row that may not be read", [](CopyBox& box) { box.pitch = 0x2000; }, 5,
     kReadOnly + 0x2000},
};

void check_faults(const std::string& config) {
  for (const Refused& refused : kRefused) {
    INFO(refused.what);
    const auto device = open_lockstep(config);
    CopyBox good{.address = kReadOnly,
                 .pitch = 128,
                 .destination = 128,
                 .row_bytes = 128,
                 .valid_bytes = 128,
                 .rows = 4,
                 .valid_rows = 4};
    CopyBox bad = good;
    bad.destination = 512;
    refused.change(bad);
    Launch launch = directed_launch();
    launch.block = {64, 1, 1};
    launch.shared_size = 1024;
    const LaunchResult result = run_directed(*device, launch, [&](Assembler& code) {
      const Assembler::Label others = code.new_label();
      code.csr(Op::kCsrrs, 10, isa::csr::kTidX, 0);
      code.li(11, 37);
      code.branch(Op::kBltu, 10, 11, others);  // of the second warp, threads 5 to 31
      write_copy(code, good);
      write_copy(code, bad);
      write_copy(code, good);
      code.place(others);
      code.exit();
    });
    INFO(result.message);
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == refused.cause);
    CHECK(result.fault.address == refused.address);
    CHECK(result.fault.mask == 1u << 5);
  }
}

/// Of blocks that do not wait; the last one of each slot shows that no copy of an earlier one came
/// later.
void check_early_ends(const std::string& config) {
  const std::vector<std::byte> source = source_bytes();
  const auto device = open_lockstep(config, 200, 3);
  device->write_memory(kReadOnly, source);
  const CopyBox box{.address = kReadOnly,
                    .pitch = 512,
                    .destination = 512,
                    .row_bytes = 512,
                    .valid_bytes = 512,
                    .rows = 4,
                    .valid_rows = 4};
  Launch launch = directed_launch();
  launch.grid = {12, 1, 1};
  launch.block = {32, 1, 1};
  launch.shared_size = 4096;
  const LaunchResult result = run_directed(*device, launch, [&](Assembler& code) {
    const Assembler::Label odd = code.new_label();
    code.csr(Op::kCsrrs, 10, isa::csr::kLaneid, 0);
    code.csr(Op::kCsrrs, 11, isa::csr::kCtaidX, 0);
    code.li(12, 4);
    code.branch(Op::kBgeu, 11, 12, odd);
    write_copy(code, box);
    code.exit();
    code.place(odd);
    code.li(12, kShared + 512);
    code.r(Op::kSh2add, 12, 10, 12);
    code.store(Op::kSw, 11, 12, 0);
    for (int i = 0; i < 5; ++i) code.r(Op::kDivu, 13, 13, 11);
    code.i(Op::kLw, 13, 12, 0);
    code.li(14, kData);
    code.i(Op::kSlli, 15, 11, 7);
    code.r(Op::kAdd, 14, 14, 15);
    code.r(Op::kSh2add, 14, 10, 14);
    code.store(Op::kSw, 13, 14, 0);
    code.exit();
  });
  INFO(result.message);
  REQUIRE(result.status == LaunchStatus::kOk);
  const std::vector<std::uint32_t> words = read_words(*device, kData, 12 * 32);
  for (std::uint32_t i = 4 * 32; i < words.size(); ++i) REQUIRE(words[i] == i / 32);
}

}  // namespace

TEST_CASE("copies of all warps land where they should", "[ecp5]") { check_copies("ecp5"); }
TEST_CASE("copies of all warps land where they should, on four channels", "[base]") {
  check_copies("base");
}
TEST_CASE("every fault of a bulk copy is that of its lowest thread", "[ecp5]") {
  check_faults("ecp5");
}
TEST_CASE("a slot is free only when its copies are over", "[ecp5]") { check_early_ends("ecp5"); }

}  // namespace heddle::lockstep
