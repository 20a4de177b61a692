#include "elf_image.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "device/device.hpp"

namespace heddle {
namespace {

constexpr std::size_t kHeader = 52;
constexpr std::size_t kSegment = 32;

void put(std::vector<std::byte>& bytes, std::size_t at, std::uint32_t value, std::size_t size) {
  std::memcpy(bytes.data() + at, &value, size);
}

struct TestSegment {
  std::uint32_t address = 0x80000000;
  std::uint32_t memory_size = 64;
  std::uint32_t flags = 5;
};

/// A minimal program: file header, program headers, 16 bytes of data for every segment.
std::vector<std::byte> program(const std::vector<TestSegment>& segments) {
  const std::size_t data = kHeader + segments.size() * kSegment;
  std::vector<std::byte> bytes(data + 16 * segments.size());
  const unsigned char identity[] = {0x7f, 'E', 'L', 'F', 1, 1, 1};
  std::memcpy(bytes.data(), identity, sizeof identity);
  put(bytes, 16, 2, 2);
  put(bytes, 18, 243, 2);
  put(bytes, 20, 1, 4);
  put(bytes, 24, 0x80000004, 4);
  put(bytes, 28, kHeader, 4);
  put(bytes, 40, kHeader, 2);
  put(bytes, 42, kSegment, 2);
  put(bytes, 44, static_cast<std::uint32_t>(segments.size()), 2);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::size_t at = kHeader + i * kSegment;
    put(bytes, at, 1, 4);
    put(bytes, at + 4, static_cast<std::uint32_t>(data + 16 * i), 4);
    put(bytes, at + 8, segments[i].address, 4);
    put(bytes, at + 16, 16, 4);
    put(bytes, at + 20, segments[i].memory_size, 4);
    put(bytes, at + 24, segments[i].flags, 4);
  }
  return bytes;
}

/// The message with which a file is refused; empty if it is not.
std::string refusal(const std::vector<std::byte>& bytes) {
  try {
    const ElfImage image(bytes);
    return {};
  } catch (const ElfError& error) {
    return error.what();
  }
}

std::string refusal_after(const std::function<void(std::vector<std::byte>&)>& change) {
  std::vector<std::byte> bytes = program({{}});
  change(bytes);
  return refusal(bytes);
}

TEST_CASE("a program's segments come out sorted, with rights and zero-filled size", "[software]") {
  const ElfImage image(program({{0x90000000, 64, 6}, {0x80000000, 32, 1}}));
  REQUIRE(image.entry() == 0x80000004);
  REQUIRE(image.segments().size() == 2);
  REQUIRE(image.segments()[0].address == 0x80000000);
  REQUIRE(image.segments()[0].permissions == (kRead | kExecute));
  REQUIRE(image.segments()[0].data.size() == 16);
  REQUIRE(image.segments()[1].size == 64);
  REQUIRE(image.segments()[1].permissions == (kRead | kWrite));
}

TEST_CASE("files that are no RV32 programs are refused with the reason", "[software]") {
  using Catch::Matchers::Contains;
  REQUIRE_THAT(refusal({}), Contains("not an ELF file"));
  REQUIRE_THAT(refusal_after([](auto& b) { b[0] = std::byte{0}; }), Contains("not an ELF file"));
  REQUIRE_THAT(refusal_after([](auto& b) { b[4] = std::byte{2}; }), Contains("64-bit"));
  REQUIRE_THAT(refusal_after([](auto& b) { b[5] = std::byte{2}; }), Contains("big-endian"));
  REQUIRE_THAT(refusal_after([](auto& b) { put(b, 18, 62, 2); }), Contains("machine 62"));
  REQUIRE_THAT(refusal_after([](auto& b) { put(b, 16, 1, 2); }), Contains("not a linked program"));
  REQUIRE_THAT(refusal_after([](auto& b) { put(b, 36, 1, 4); }), Contains("compressed"));
  REQUIRE_THAT(refusal_after([](auto& b) { put(b, 36, 4, 4); }), Contains("hard-float"));
  REQUIRE_THAT(refusal_after([](auto& b) { put(b, 44, 0, 2); }), Contains("no loadable segments"));
  REQUIRE_THAT(refusal_after([](auto& b) { put(b, kHeader + 16, 100, 4); }), Contains("in memory"));
  REQUIRE_THAT(refusal(program({{0xDFFFFFF0, 64, 6}})), Contains("overlaps the local"));
  REQUIRE_THAT(refusal(program({{0xFFFFFFF0, 64, 6}})), Contains("32-bit address space"));
  REQUIRE_THAT(refusal(program({{0x1000, 64, 6}, {0x1020, 64, 5}})), Contains("overlaps the one"));
}

TEST_CASE("every truncation of a program is refused", "[software]") {
  const std::vector<std::byte> whole = program({{}, {0x90000000, 64, 6}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO("first " << size << " bytes");
    REQUIRE_FALSE(refusal({whole.begin(), whole.begin() + static_cast<long>(size)}).empty());
  }
  REQUIRE(refusal(whole).empty());
}

TEST_CASE("damaged headers never make the reader leave the file", "[software]") {
  const unsigned seed = 99;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 20000; ++i) {
    std::vector<std::byte> bytes = program({{}, {0x90000000, 64, 6}});
    for (int j = 0; j < 4; ++j) {
      bytes[6 + random() % (bytes.size() - 6)] = static_cast<std::byte>(random());
    }
    refusal(bytes);
  }
}

}  // namespace
}  // namespace heddle
