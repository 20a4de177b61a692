#include "wrapper_programs.hpp"

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "functional/functional_device.hpp"
#include "random/assembler.hpp"
#include "random/random_program.hpp"

namespace heddle::tb {
namespace {

using isa::Op;
using random::Assembler;

constexpr std::uint32_t kCode = 0x1000;
constexpr std::uint32_t kData = 0x00100000;
constexpr std::uint32_t kLocal = 0x00200000;
constexpr std::uint32_t kPage = 0x1000;
constexpr std::uint32_t kLocalWindow = 0xe0000000;
constexpr std::uint64_t kCycleLimit = 2'000'000;

void load(Device& device, Assembler& code) {
  const std::vector<std::uint32_t> words = code.finish();
  device.write_memory(kCode, std::as_bytes(std::span(words)));
}

std::vector<std::byte> contents(const Device& device, std::span<const Region> regions) {
  std::vector<std::byte> memory;
  for (const Region& region : regions) {
    const std::size_t before = memory.size();
    memory.resize(before + (region.limit - region.base));
    device.read_memory(region.base, std::span(memory).subspan(before));
  }
  return memory;
}

std::uint32_t word(const Device& device, std::uint32_t address) {
  std::uint32_t value = 0;
  device.read_memory(address, std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

}  // namespace

void check_random_programs(Device& device, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const random::Program program = random::random_program(seed, device.config());
    const auto reference = make_functional_device(device.config());
    program.load(*reference);
    for (const Region& region : program.regions) {
      device.write_memory(region.base, std::vector<std::byte>(region.limit - region.base));
    }
    program.load(device);
    Launch launch = program.launch;
    launch.cycle_limit = kCycleLimit;
    REQUIRE(reference->run(launch, {}).status == LaunchStatus::kOk);
    const LaunchResult result = device.run(launch, {});
    INFO("random program " << seed << ": " << result.message);
    REQUIRE(result.status == LaunchStatus::kOk);
    const bool same = contents(device, program.regions) == contents(*reference, program.regions);
    REQUIRE(same);
  }
}

void check_sums(Device& device) {
  constexpr std::uint32_t kThreads = 64, kCtas = 5;
  constexpr std::uint32_t kBytes = kData + 0x400, kHalves = kData + 0x800, kWords = kData + 0x1000;
  const Region regions[] = {{kCode, kCode + kPage, kRead | kExecute},
                            {kData, kData + 4 * kPage, kRead | kWrite},
                            {kLocal, kLocal + 16 * kPage, kRead | kWrite}};
  device.set_regions(regions);
  const std::vector<std::byte> zeros(4 * kPage);
  device.write_memory(kData, zeros);

  Assembler code(kCode);  // x5: the thread's number in the grid
  code.csr(Op::kCsrrs, 5, isa::csr::kCtaidX, 0);
  code.i(Op::kSlli, 5, 5, 6);
  code.csr(Op::kCsrrs, 6, isa::csr::kTidX, 0);
  code.r(Op::kAdd, 5, 5, 6);
  code.r(Op::kMul, 7, 5, 5);
  code.li(8, kBytes);
  code.r(Op::kAdd, 8, 8, 5);
  code.store(Op::kSb, 7, 8, 0);
  code.li(8, kHalves);
  code.r(Op::kSh1add, 8, 5, 8);
  code.store(Op::kSh, 7, 8, 0);
  code.li(8, kWords);
  code.r(Op::kSh2add, 8, 5, 8);
  code.store(Op::kSw, 7, 8, 0);
  code.li(8, kData);
  code.atomic(Op::kAmoaddW, 0, 7, 8);
  code.i(Op::kAddi, 8, 8, 64);
  code.atomic(Op::kAmomaxuW, 0, 5, 8);
  code.exit();
  load(device, code);

  Launch launch;
  launch.entry = kCode;
  launch.grid = {kCtas, 1, 1};
  launch.block = {kThreads, 1, 1};
  launch.local_base = kLocal;
  launch.local_shift = 8;
  launch.cycle_limit = kCycleLimit;
  const LaunchResult result = device.run(launch, {});
  INFO(result.message);
  REQUIRE(result.status == LaunchStatus::kOk);
  CHECK(result.counters.ctas_done == kCtas);

  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < kThreads * kCtas; ++i) {
    const std::uint32_t square = i * i;
    sum += square;
    REQUIRE((word(device, (kBytes + i) & ~3u) >> 8 * (i % 4) & 0xff) == (square & 0xff));
    REQUIRE((word(device, (kHalves + 2 * i) & ~3u) >> 16 * (i % 2) & 0xffff) == (square & 0xffff));
    REQUIRE(word(device, kWords + 4 * i) == square);
  }
  CHECK(word(device, kData) == sum);
  CHECK(word(device, kData + 64) == kThreads * kCtas - 1);
}

void check_errors(Device& device, std::uint32_t page) {
  const Region regions[] = {{kCode, kCode + kPage, kRead | kExecute},
                            {page, page + kPage, kRead | kWrite}};
  device.set_regions(regions);
  Launch launch;
  launch.entry = kCode;
  launch.block = {16, 1, 1};
  launch.local_base = page;
  launch.local_shift = 8;
  launch.cycle_limit = kCycleLimit;
  // A load and stores to a part of the line name their threads; a whole line is written back later.
  const struct {
    Op op;
    std::uint32_t cause, mask;
  } cases[] = {{Op::kLw, 5, 0xffff}, {Op::kSb, 7, 0xffff}, {Op::kSw, 7, 0}, {Op::kAmoaddW, 7, 1}};
  for (const auto& wanted : cases) {
    Assembler code(kCode);
    code.li(6,
            kLocalWindow + 8);  // local memory: the words of 16 threads are a line, here page + 256
    switch (wanted.op) {
      case Op::kLw: code.i(wanted.op, 7, 6, 0); break;
      case Op::kAmoaddW: code.atomic(wanted.op, 7, 7, 6); break;
      default: code.store(wanted.op, 7, 6, 0); break;
    }
    code.exit();
    load(device, code);
    const LaunchResult result = device.run(launch, {});
    INFO(isa::name(wanted.op) << " in page " << page << ": " << result.message);
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == wanted.cause);
    CHECK(result.fault.mask == wanted.mask);
  }
  check_sums(device);
}

}  // namespace heddle::tb
