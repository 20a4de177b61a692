// Reads RV32 ELF files: programs for `heddle exec` and the device code that heddlecc embeds.
// Strict: whatever the file says is checked against its size before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace heddle {

/// The file is not what it should be; the message is for the user and does not name the file.
class ElfError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ElfImage {
 public:
  /// A part of memory that the program wants loaded. `data` may be shorter than `size`: the rest is
  /// zeros.
  struct Segment {
    std::uint32_t address = 0;
    std::uint32_t size = 0;
    std::uint32_t permissions = 0;  ///< heddle::Permission bits
    std::span<const std::byte> data;
  };

  struct Symbol {
    std::string name;
    std::uint32_t address = 0;
    std::uint32_t size = 0;
    bool function = false;  ///< or a label in code
  };

  /// A word that must get load bias + addend (R_RISCV_RELATIVE).
  struct Relocation {
    std::uint32_t address = 0;
    std::uint32_t addend = 0;
  };

  /// Keeps the bytes. Throws ElfError.
  explicit ElfImage(std::vector<std::byte> bytes);

  ElfImage(ElfImage&&) noexcept = default;
  ElfImage& operator=(ElfImage&&) noexcept = default;
  ElfImage(const ElfImage&) = delete;
  ElfImage& operator=(const ElfImage&) = delete;
  ~ElfImage() = default;

  std::uint32_t entry() const { return entry_; }
  bool position_independent() const { return position_independent_; }
  std::span<const std::byte> bytes() const { return bytes_; }

  /// Loadable segments in ascending order of address; none overlap.
  const std::vector<Segment>& segments() const { return segments_; }
  const std::vector<Symbol>& symbols() const { return symbols_; }
  const std::vector<Relocation>& relocations() const { return relocations_; }

  /// Contents of a section; nothing if there is none of that name.
  std::optional<std::span<const std::byte>> section(std::string_view name) const;

  struct Code {
    std::string name;
    std::uint32_t address = 0;
    std::span<const std::byte> data;
  };
  /// What holds instructions: the executable sections, or the executable segments if the file has
  /// no sections.
  std::vector<Code> code() const;

  /// The defined symbol of that name, or null.
  const Symbol* find_symbol(std::string_view name) const;

  /// The function that holds an address, or null.
  const Symbol* function_at(std::uint32_t address) const;

 private:
  struct Section {
    std::string name;
    std::uint32_t type = 0;
    std::uint32_t flags = 0;
    std::uint32_t address = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t link = 0;
    std::uint32_t entry_size = 0;
  };

  void read_header();
  void read_segments(std::uint32_t offset, std::uint32_t count);
  void check_segments();
  void read_sections(std::uint32_t offset, std::uint32_t count, std::uint32_t names);
  void read_symbols(const Section& section);
  void read_relocations(const Section& section);

  std::span<const std::byte> range(std::uint64_t offset, std::uint64_t size,
                                   const char* what) const;
  std::uint32_t half(std::uint64_t offset) const;
  std::uint32_t word(std::uint64_t offset) const;
  bool is_code(std::uint32_t address) const;
  std::string string_at(const Section& table, std::uint32_t offset) const;

  std::vector<std::byte> bytes_;
  std::uint32_t entry_ = 0;
  bool position_independent_ = false;
  std::vector<Segment> segments_;
  std::vector<Section> sections_;
  std::vector<Symbol> symbols_;
  std::vector<Relocation> relocations_;
};

/// Whole contents of a file. Throws std::runtime_error with a message that names it.
std::vector<std::byte> read_file(const std::string& path);

}  // namespace heddle
