#include "elf_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "device/device.hpp"

namespace heddle {
namespace {

constexpr std::uint32_t kHeaderSize = 52;
constexpr std::uint32_t kSegmentEntry = 32;
constexpr std::uint32_t kSectionEntry = 40;
constexpr std::uint32_t kSymbolEntry = 16;
constexpr std::uint32_t kRelocationEntry = 12;
constexpr std::uint32_t kExecutable = 2;
constexpr std::uint32_t kShared = 3;
constexpr std::uint32_t kMachineRiscV = 243;
constexpr std::uint32_t kCompressedFlag = 1;
constexpr std::uint32_t kFloatAbiMask = 6;
constexpr std::uint32_t kLoad = 1;
constexpr std::uint32_t kSymbolTable = 2;
constexpr std::uint32_t kRelocationTable = 4;
constexpr std::uint32_t kNoBits = 8;
constexpr std::uint32_t kExecutableSection = 4;
constexpr std::uint32_t kRelative = 3;
constexpr std::uint32_t kPlainSymbol = 0;
constexpr std::uint32_t kFunctionSymbol = 2;
constexpr std::uint64_t kAddressSpace = std::uint64_t{1} << 32;
constexpr std::uint32_t kLocalWindow = 0xE0000000;

template <typename... Arguments>
[[noreturn]] void fail(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  throw ElfError(fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace

ElfImage::ElfImage(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) { read_header(); }

std::span<const std::byte> ElfImage::range(std::uint64_t offset, std::uint64_t size,
                                           const char* what) const {
  if (offset > bytes_.size() || size > bytes_.size() - offset) {
    fail("the ELF file is truncated: {} needs bytes {} to {}, but the file has {}", what, offset,
         offset + size, bytes_.size());
  }
  return std::span(bytes_).subspan(static_cast<std::size_t>(offset),
                                   static_cast<std::size_t>(size));
}

std::uint32_t ElfImage::half(std::uint64_t offset) const {
  std::uint16_t value = 0;
  std::memcpy(&value, range(offset, sizeof value, "a header").data(), sizeof value);
  return value;
}

std::uint32_t ElfImage::word(std::uint64_t offset) const {
  std::uint32_t value = 0;
  std::memcpy(&value, range(offset, sizeof value, "a header").data(), sizeof value);
  return value;
}

void ElfImage::read_header() {
  constexpr unsigned char kMagic[] = {0x7f, 'E', 'L', 'F'};
  if (bytes_.size() < sizeof kMagic || std::memcmp(bytes_.data(), kMagic, sizeof kMagic) != 0) {
    fail("not an ELF file (it does not begin with 7f 'ELF')");
  }
  range(0, kHeaderSize, "the file header");
  const auto identity = [&](std::size_t i) { return std::to_integer<int>(bytes_[i]); };
  if (identity(4) == 2) fail("a 64-bit ELF file; Heddle runs 32-bit RISC-V (RV32)");
  if (identity(4) != 1) fail("an ELF file of unknown class {}", identity(4));
  if (identity(5) == 2) fail("a big-endian ELF file; Heddle is little-endian");
  if (identity(5) != 1) fail("an ELF file of unknown byte order {}", identity(5));
  if (half(18) != kMachineRiscV) {
    fail("an ELF file for machine {}; Heddle runs RISC-V ({})", half(18), kMachineRiscV);
  }
  if (half(16) != kExecutable && half(16) != kShared) {
    fail("not a linked program (ELF type {}; relocatable objects must be linked first)", half(16));
  }
  const std::uint32_t flags = word(36);
  if ((flags & kCompressedFlag) != 0) {
    fail("the program uses compressed instructions, which Heddle does not have");
  }
  if ((flags & kFloatAbiMask) != 0) {
    fail("the program uses a hard-float ABI; Heddle keeps floats in integer registers (ilp32)");
  }
  entry_ = word(24);
  position_independent_ = half(16) == kShared;
  if (half(44) != 0 && half(42) != kSegmentEntry) fail("program headers of {} bytes", half(42));
  if (half(48) != 0 && half(46) != kSectionEntry) fail("section headers of {} bytes", half(46));
  read_segments(word(28), half(44));
  check_segments();
  read_sections(word(32), half(48), half(50));
}

void ElfImage::read_segments(std::uint32_t offset, std::uint32_t count) {
  range(offset, std::uint64_t{count} * kSegmentEntry, "the program header table");
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t at = offset + std::uint64_t{i} * kSegmentEntry;
    if (word(at) != kLoad) continue;
    const std::uint32_t file_size = word(at + 16);
    Segment segment;
    segment.address = word(at + 8);
    segment.size = word(at + 20);
    if (file_size > segment.size) {
      fail("segment {} has {} bytes in the file, but only {} in memory", i, file_size,
           segment.size);
    }
    if (segment.size == 0) continue;
    segment.data = range(word(at + 4), file_size, "a segment");
    const std::uint32_t flags = word(at + 24);
    segment.permissions = kRead;  // what cannot be read could not be loaded either
    if ((flags & 2) != 0) segment.permissions |= kWrite;
    if ((flags & 1) != 0) segment.permissions |= kExecute;
    segments_.push_back(segment);
  }
}

void ElfImage::check_segments() {
  if (segments_.empty()) fail("the program has no loadable segments");
  std::ranges::sort(segments_, {}, &Segment::address);
  std::uint64_t end = 0;
  for (const Segment& segment : segments_) {
    const std::uint64_t limit = std::uint64_t{segment.address} + segment.size;
    if (limit > kAddressSpace) {
      fail("the segment at {:#010x} goes beyond the 32-bit address space", segment.address);
    }
    if (limit > kLocalWindow) {
      fail(
          "the segment {:#010x} to {:#010x} overlaps the local or shared window (from {:#010x}); "
          "link the program below",
          segment.address, limit, kLocalWindow);
    }
    if (segment.address < end) {
      fail("the segment at {:#010x} overlaps the one before it, which ends at {:#010x}",
           segment.address, end);
    }
    end = limit;
  }
}

void ElfImage::read_sections(std::uint32_t offset, std::uint32_t count, std::uint32_t names) {
  range(offset, std::uint64_t{count} * kSectionEntry, "the section header table");
  std::vector<std::uint32_t> name_offsets;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t at = offset + std::uint64_t{i} * kSectionEntry;
    Section section;
    section.type = word(at + 4);
    section.flags = word(at + 8);
    section.address = word(at + 12);
    section.offset = word(at + 16);
    section.size = word(at + 20);
    section.link = word(at + 24);
    section.entry_size = word(at + 36);
    if (section.type != kNoBits) range(section.offset, section.size, "a section");
    name_offsets.push_back(word(at));
    sections_.push_back(std::move(section));
  }
  if (count == 0) return;
  if (names >= count) fail("the section that names the sections does not exist");
  for (std::uint32_t i = 0; i < count; ++i) {
    sections_[i].name = string_at(sections_[names], name_offsets[i]);
  }
  for (const Section& section : sections_) {
    if (section.type == kSymbolTable) read_symbols(section);
    if (section.type == kRelocationTable && position_independent_) read_relocations(section);
  }
}

std::string ElfImage::string_at(const Section& table, std::uint32_t offset) const {
  const auto text = range(table.offset, table.size, "a string table");
  if (offset >= text.size()) fail("a name lies outside its string table");
  const auto rest = text.subspan(offset);
  const auto end = std::ranges::find(rest, std::byte{0});
  if (end == rest.end()) fail("a name is not terminated");
  return {reinterpret_cast<const char*>(rest.data()), static_cast<std::size_t>(end - rest.begin())};
}

void ElfImage::read_symbols(const Section& section) {
  if (section.entry_size != kSymbolEntry) fail("symbols of {} bytes", section.entry_size);
  if (section.link >= sections_.size()) fail("the symbols have no names");
  for (std::uint32_t at = 0; at + kSymbolEntry <= section.size; at += kSymbolEntry) {
    const std::uint64_t offset = std::uint64_t{section.offset} + at;
    if (half(offset + 14) == 0) continue;  // undefined
    Symbol symbol;
    symbol.name = string_at(sections_[section.link], word(offset));
    symbol.address = word(offset + 4);
    symbol.size = word(offset + 8);
    const auto type = std::to_integer<unsigned>(bytes_[offset + 12]) & 0xf;
    const bool local_label = symbol.name.starts_with('.') || symbol.name.starts_with('$');
    symbol.function = type == kFunctionSymbol ||
                      (type == kPlainSymbol && !local_label && is_code(symbol.address));
    if (!symbol.name.empty()) symbols_.push_back(std::move(symbol));
  }
}

void ElfImage::read_relocations(const Section& section) {
  if (section.entry_size != kRelocationEntry) fail("relocations of {} bytes", section.entry_size);
  for (std::uint32_t at = 0; at + kRelocationEntry <= section.size; at += kRelocationEntry) {
    const std::uint64_t offset = std::uint64_t{section.offset} + at;
    const std::uint32_t type = word(offset + 4) & 0xff;
    if (type != kRelative) fail("relocation type {} cannot be resolved on the device", type);
    relocations_.push_back({word(offset), word(offset + 8)});
  }
}

bool ElfImage::is_code(std::uint32_t address) const {
  return std::ranges::any_of(segments_, [&](const Segment& segment) {
    return (segment.permissions & kExecute) != 0 && address - segment.address < segment.size;
  });
}

std::optional<std::span<const std::byte>> ElfImage::section(std::string_view name) const {
  for (const Section& section : sections_) {
    if (section.name == name && section.type != kNoBits) {
      return range(section.offset, section.size, "a section");
    }
  }
  return std::nullopt;
}

std::vector<ElfImage::Code> ElfImage::code() const {
  std::vector<Code> result;
  for (const Section& section : sections_) {
    if ((section.flags & kExecutableSection) != 0 && section.type != kNoBits) {
      result.push_back(
          {section.name, section.address, range(section.offset, section.size, "a section")});
    }
  }
  if (!result.empty()) return result;
  for (const Segment& segment : segments_) {
    if ((segment.permissions & kExecute) != 0) {
      result.push_back({"code", segment.address, segment.data});
    }
  }
  return result;
}

const ElfImage::Symbol* ElfImage::find_symbol(std::string_view name) const {
  const auto found = std::ranges::find(symbols_, name, &Symbol::name);
  return found == symbols_.end() ? nullptr : &*found;
}

const ElfImage::Symbol* ElfImage::function_at(std::uint32_t address) const {
  const Symbol* label = nullptr;  // of assembler code: no size, reaches to the next symbol
  for (const Symbol& symbol : symbols_) {
    if (!symbol.function || symbol.address > address) continue;
    if (symbol.size != 0) {
      if (address - symbol.address < symbol.size) return &symbol;
    } else if (label == nullptr || label->address < symbol.address) {
      label = &symbol;
    }
  }
  return label;
}

std::vector<std::byte> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error(fmt::format("{}: {}", path, std::strerror(errno)));
  const std::streamoff size = file.tellg();
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::max<std::streamoff>(size, 0)));
  file.seekg(0);
  if (!file.read(reinterpret_cast<char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()))) {
    throw std::runtime_error(fmt::format("{}: cannot be read", path));
  }
  return bytes;
}

}  // namespace heddle
