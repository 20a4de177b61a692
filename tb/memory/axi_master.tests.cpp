// Requests for lines that are still in flight, in lockstep: read behind write, write behind read,
// write behind write, by several warps, with memories of many timings. The values are computed
// here.
#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "isa/instructions.hpp"
#include "lockstep/directed.hpp"
#include "lockstep/open_rtl.hpp"
#include "random/assembler.hpp"

namespace heddle::lockstep {
namespace {

using isa::Op;
using random::Assembler;

constexpr std::uint32_t kThreads = 128;
constexpr std::uint32_t kHot = kData;
constexpr std::uint32_t kResults = kData + 0x8000;
constexpr int kRounds = 6;

struct Width {
  Op load;
  Op store;
  std::uint32_t shift;  // log2 of the bytes
};

/// Every thread owns `1 << shift` bytes: bytes make all warps share two lines, words make each line
/// that of one half warp. `scatter` deals neighbouring threads to different lines.
std::uint32_t hot_offset(std::uint32_t thread, std::uint32_t shift, bool scatter) {
  const std::uint32_t lines = kThreads << shift >> 6;
  if (!scatter) return thread << shift;
  return (thread % lines) * 64 + (thread / lines << shift);
}

void write_program(Assembler& code, const Width& width, bool scatter) {
  const std::uint32_t lines_shift = width.shift + 1;  // log2 of the lines of 128 threads
  code.csr(Op::kCsrrs, 5, isa::csr::kTidX, 0);
  code.li(8, kHot);
  if (scatter) {
    code.i(Op::kAndi, 6, 5, (1 << lines_shift) - 1);
    code.i(Op::kSlli, 6, 6, 6);
    code.i(Op::kSrli, 7, 5, static_cast<std::int32_t>(lines_shift));
    code.i(Op::kSlli, 7, 7, static_cast<std::int32_t>(width.shift));
    code.r(Op::kAdd, 6, 6, 7);
  } else {
    code.i(Op::kSlli, 6, 5, static_cast<std::int32_t>(width.shift));
  }
  code.r(Op::kAdd, 8, 8, 6);
  code.li(10, 0);  // sum of what was loaded
  code.i(Op::kAddi, 11, 5, 1);
  for (int round = 0; round < kRounds; ++round) {
    code.store(width.store, 11, 8, 0);  // write ...
    code.i(width.load, 12, 8, 0);       // ... and read behind it
    code.i(Op::kAddi, 11, 11, 3);
    code.store(width.store, 11, 8, 0);  // write behind read ...
    code.i(Op::kAddi, 13, 11, 7);
    code.store(width.store, 13, 8, 0);  // ... and write behind write
    code.i(width.load, 14, 8, 0);
    code.i(width.load, 15, 8, 0);  // read behind read
    code.r(Op::kAdd, 10, 10, 12);
    code.r(Op::kAdd, 10, 10, 14);
    code.r(Op::kSh1add, 10, 15, 10);
    code.r(Op::kXor, 11, 11, 15);
  }
  code.li(9, kResults);
  code.r(Op::kSh2add, 9, 5, 9);
  code.store(Op::kSw, 10, 9, 0);
  code.exit();
}

std::uint32_t extend(std::uint32_t value, const Width& width) {
  const std::uint32_t unused = 32 - (8u << width.shift);
  const bool is_signed = width.load == Op::kLb || width.load == Op::kLh;
  return is_signed
             ? static_cast<std::uint32_t>(static_cast<std::int32_t>(value << unused) >> unused)
             : value << unused >> unused;
}

struct Expected {
  std::uint32_t sum = 0;
  std::uint32_t last = 0;  // what stays in memory
};

Expected expected_of(std::uint32_t thread, const Width& width) {
  Expected result;
  std::uint32_t value = thread + 1;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint32_t first = extend(value, width);
    value += 3;
    result.last = extend(value + 7, width);
    result.sum += first + 3 * result.last;
    value ^= result.last;
  }
  return result;
}

void check_hot_lines(const std::string& config, const std::vector<std::uint32_t>& latencies) {
  const Width widths[] = {{Op::kLb, Op::kSb, 0},
                          {Op::kLbu, Op::kSb, 0},
                          {Op::kLh, Op::kSh, 1},
                          {Op::kLhu, Op::kSh, 1},
                          {Op::kLw, Op::kSw, 2}};
  Launch launch = directed_launch();
  launch.block = {kThreads, 1, 1};
  launch.shared_size = 256;
  for (const std::uint32_t latency : latencies) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      const auto device = open_lockstep(config, latency, seed);
      for (const Width& width : widths) {
        for (const bool scatter : {false, true}) {
          INFO(isa::name(width.load)
               << ", scatter " << scatter << ", latency " << latency << ", seed " << seed);
          const LaunchResult result = run_directed(
              *device, launch, [&](Assembler& code) { write_program(code, width, scatter); });
          INFO(result.message);
          REQUIRE(result.status == LaunchStatus::kOk);
          const auto sums = read_words(*device, kResults, kThreads);
          const auto hot = read_words(*device, kHot, kThreads);
          for (std::uint32_t thread = 0; thread < kThreads; ++thread) {
            const Expected expected = expected_of(thread, width);
            REQUIRE(sums[thread] == expected.sum);
            const std::uint32_t offset = hot_offset(thread, width.shift, scatter);
            REQUIRE(extend(hot[offset / 4] >> 8 * (offset % 4), width) == expected.last);
          }
        }
      }
    }
  }
}

/// Two stores and two loads in every channel, to lines of their own: the first responses of a
/// launch, some of which come in one cycle, and which the pointers of the round robins choose from
/// as start leaves them.
void check_first_responses(const std::string& config, std::uint64_t launches) {
  for (std::uint64_t i = 1; i <= launches; ++i) {
    const auto device = open_lockstep(config, static_cast<std::uint32_t>(20 + i % 60), i);
    const LaunchResult result = run_directed(*device, directed_launch(), [](Assembler& code) {
      code.li(8, kHot);
      for (std::int32_t line = 0; line < 16; ++line) {
        if (line < 8) {
          code.store(Op::kSw, 8, 8, 64 * line);
        } else {
          code.i(Op::kLw, 9 + static_cast<std::uint32_t>(line), 8, 64 * line);
        }
      }
      code.exit();
    });
    INFO("launch " << i << ": " << result.message);
    REQUIRE(result.status == LaunchStatus::kOk);
  }
}

}  // namespace

TEST_CASE("the first responses of a launch come in the same order", "[nano]") {
  check_first_responses("nano", 40);
}

TEST_CASE("the first responses of a launch come in the same order on base", "[base]") {
  check_first_responses("base", 400);
}

TEST_CASE("lines that are still in flight are read and written in order", "[nano]") {
  check_hot_lines("nano", {1, 8, 60, 170});
}

TEST_CASE("lines that are still in flight are read and written in order on base", "[base]") {
  check_hot_lines("base", {1, 60});
}

}  // namespace heddle::lockstep
