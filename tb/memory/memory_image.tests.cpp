#include "memory/memory_image.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <vector>

using heddle::MemoryImage;

namespace {

std::vector<std::byte> pattern(std::size_t size) {
  std::vector<std::byte> data(size);
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::byte>(i * 7 + 3);
  return data;
}

}  // namespace

TEST_CASE("a memory image reads as zeros where nothing was written") {
  MemoryImage image;
  CHECK(image.read32(0x12345678) == 0);
  CHECK(image.find_page(0) == nullptr);
  std::array<std::byte, 100> data;
  data.fill(std::byte{1});
  image.read(0xfffffff0, data);
  CHECK(data == std::array<std::byte, 100>{});
}

TEST_CASE("a memory image keeps spans across pages and around the end of the address space") {
  for (const std::uint32_t address : {0x0u, 0xfffu, 0x3ffff0u, 0xfffff800u}) {
    MemoryImage image;
    const std::vector<std::byte> written = pattern(9000);
    image.write(address, written);
    std::vector<std::byte> read(written.size());
    image.read(address, read);
    CHECK(read == written);
  }
}

TEST_CASE("a memory image is little endian") {
  MemoryImage image;
  image.write32(0x1000, 0x11223344);
  CHECK(image.read8(0x1000) == 0x44);
  CHECK(image.read16(0x1002) == 0x1122);
  image.write8(0x1003, 0xaa);
  image.write16(0x1000, 0xbbcc);
  CHECK(image.read32(0x1000) == 0xaa22bbcc);
}

TEST_CASE("a line write changes the strobed bytes only") {
  MemoryImage image;
  image.write(0x2000, pattern(128));
  std::array<std::byte, 64> line;
  line.fill(std::byte{0xee});
  image.write_line(0x2044, line, 0x8000000000000005);
  CHECK(image.read8(0x203f) == std::to_integer<int>(pattern(128)[0x3f]));
  CHECK(image.read8(0x2040) == 0xee);
  CHECK(image.read8(0x2041) == std::to_integer<int>(pattern(128)[0x41]));
  CHECK(image.read8(0x2042) == 0xee);
  CHECK(image.read8(0x207f) == 0xee);
  image.write_line(0x2000, line, 0);
  CHECK(image.read8(0x2000) == std::to_integer<int>(pattern(128)[0]));
  image.write_line(0x2000, line, ~std::uint64_t{0});
  std::array<std::byte, 64> read;
  image.read_line(0x2010, read);
  CHECK(read == line);
}

TEST_CASE("comparing memory images gives the lowest address that differs") {
  MemoryImage left, right;
  CHECK_FALSE(MemoryImage::first_difference(left, right));
  left.write32(0x5000, 0);
  CHECK_FALSE(MemoryImage::first_difference(left, right));
  right.write8(0x80000123, 9);
  left.write8(0xf0000000, 1);
  const auto difference = MemoryImage::first_difference(left, right);
  REQUIRE(difference);
  CHECK(difference->address == 0x80000123);
  CHECK(difference->left == 0);
  CHECK(difference->right == 9);
}

TEST_CASE("copies of a memory image are independent") {
  MemoryImage image;
  image.write32(0x1000, 1);
  MemoryImage copy = image;
  copy.write32(0x1000, 2);
  CHECK(image.read32(0x1000) == 1);
  image = copy;
  CHECK_FALSE(MemoryImage::first_difference(image, copy));
  image.clear();
  CHECK(image.read32(0x1000) == 0);
  CHECK(copy.read32(0x1000) == 2);
}
