#include "memory/memory_image.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace heddle {

static_assert(std::endian::native == std::endian::little, "the image is read in host byte order");

namespace {

std::size_t table_index(std::uint32_t address) { return address >> 22; }
std::size_t page_index(std::uint32_t address) { return (address >> 12) & 0x3ff; }
std::uint32_t page_offset(std::uint32_t address) { return address & (MemoryImage::kPageBytes - 1); }

template <typename T>
T load(const MemoryImage& image, std::uint32_t address) {
  T value = 0;
  if (const std::byte* page = image.find_page(address)) {
    std::memcpy(&value, page + page_offset(address), sizeof value);
  }
  return value;
}

template <typename T>
void store(MemoryImage& image, std::uint32_t address, T value) {
  std::memcpy(image.touch_page(address) + page_offset(address), &value, sizeof value);
}

}  // namespace

MemoryImage::MemoryImage(const MemoryImage& other) { *this = other; }

MemoryImage& MemoryImage::operator=(const MemoryImage& other) {
  if (this == &other) return *this;
  clear();
  for (std::size_t t = 0; t < kTableEntries; ++t) {
    if (!other.tables_[t]) continue;
    tables_[t] = std::make_unique<Table>();
    for (std::size_t p = 0; p < kTableEntries; ++p) {
      const auto& page = (*other.tables_[t])[p];
      if (page) (*tables_[t])[p] = std::make_unique<Page>(*page);
    }
  }
  return *this;
}

void MemoryImage::clear() {
  for (auto& table : tables_) table.reset();
}

const std::byte* MemoryImage::find_page(std::uint32_t address) const {
  const Table* table = tables_[table_index(address)].get();
  if (table == nullptr) return nullptr;
  const Page* page = (*table)[page_index(address)].get();
  return page == nullptr ? nullptr : page->data();
}

std::byte* MemoryImage::touch_page(std::uint32_t address) {
  auto& table = tables_[table_index(address)];
  if (!table) table = std::make_unique<Table>();
  auto& page = (*table)[page_index(address)];
  if (!page) page = std::make_unique<Page>();
  return page->data();
}

void MemoryImage::read(std::uint32_t address, std::span<std::byte> data) const {
  while (!data.empty()) {
    const std::size_t count = std::min<std::size_t>(kPageBytes - page_offset(address), data.size());
    if (const std::byte* page = find_page(address)) {
      std::memcpy(data.data(), page + page_offset(address), count);
    } else {
      std::memset(data.data(), 0, count);
    }
    data = data.subspan(count);
    address += static_cast<std::uint32_t>(count);
  }
}

void MemoryImage::write(std::uint32_t address, std::span<const std::byte> data) {
  while (!data.empty()) {
    const std::size_t count = std::min<std::size_t>(kPageBytes - page_offset(address), data.size());
    std::memcpy(touch_page(address) + page_offset(address), data.data(), count);
    data = data.subspan(count);
    address += static_cast<std::uint32_t>(count);
  }
}

std::uint8_t MemoryImage::read8(std::uint32_t address) const {
  return load<std::uint8_t>(*this, address);
}
std::uint16_t MemoryImage::read16(std::uint32_t address) const {
  return load<std::uint16_t>(*this, address);
}
std::uint32_t MemoryImage::read32(std::uint32_t address) const {
  return load<std::uint32_t>(*this, address);
}
void MemoryImage::write8(std::uint32_t address, std::uint8_t value) {
  store(*this, address, value);
}
void MemoryImage::write16(std::uint32_t address, std::uint16_t value) {
  store(*this, address, value);
}
void MemoryImage::write32(std::uint32_t address, std::uint32_t value) {
  store(*this, address, value);
}

void MemoryImage::read_line(std::uint32_t address, std::span<std::byte, kLineBytes> data) const {
  read(address & ~(kLineBytes - 1), data);
}

void MemoryImage::write_line(std::uint32_t address, std::span<const std::byte, kLineBytes> data,
                             std::uint64_t strobe) {
  if (strobe == 0) return;
  std::byte* line = touch_page(address) + (page_offset(address) & ~(kLineBytes - 1));
  if (strobe == ~std::uint64_t{0}) {
    std::memcpy(line, data.data(), kLineBytes);
    return;
  }
  for (std::size_t i = 0; i < kLineBytes; ++i) {
    if ((strobe >> i & 1) != 0) line[i] = data[i];
  }
}

std::optional<MemoryImage::Difference> MemoryImage::first_difference(const MemoryImage& left,
                                                                     const MemoryImage& right) {
  static constexpr Page kZeros{};
  for (std::size_t t = 0; t < kTableEntries; ++t) {
    if (!left.tables_[t] && !right.tables_[t]) continue;
    for (std::size_t p = 0; p < kTableEntries; ++p) {
      const auto page_base = static_cast<std::uint32_t>(t << 22 | p << 12);
      const std::byte* a = left.find_page(page_base);
      const std::byte* b = right.find_page(page_base);
      if (a == b) continue;  // both untouched, or one image compared with itself
      if (a == nullptr) a = kZeros.data();
      if (b == nullptr) b = kZeros.data();
      if (std::memcmp(a, b, kPageBytes) == 0) continue;
      const auto offset = static_cast<std::size_t>(std::mismatch(a, a + kPageBytes, b).first - a);
      return Difference{page_base + static_cast<std::uint32_t>(offset),
                        std::to_integer<std::uint8_t>(a[offset]),
                        std::to_integer<std::uint8_t>(b[offset])};
    }
  }
  return std::nullopt;
}

}  // namespace heddle
