#include "tensor/vector_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstddef>

namespace heddle::tensor {
namespace {

constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = kNoDigit;
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    values['a' + i] = static_cast<std::uint8_t>(10 + i);
    values['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}

constexpr auto kDigits = make_digits();

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Reads the numbers of a line, field by field.
class Scanner {
 public:
  explicit Scanner(std::string_view text)
      : position_(text.data()), end_(text.data() + text.size()) {}

  /// The numbers up to the next '|', '=' or the end, each of `digits` digits and `bits` bits.
  void numbers(const char* what, int digits, int bits, std::vector<std::uint32_t>& values) {
    values.clear();
    while (true) {
      while (position_ != end_ && is_blank(*position_)) ++position_;
      if (position_ == end_ || *position_ == '|' || *position_ == '=') return;
      values.push_back(number(what, digits, bits));
    }
  }

  std::uint32_t one(const char* what, int digits) {
    numbers(what, digits, 4 * digits, single_);
    if (single_.size() != 1) {
      throw VectorError(fmt::format("{} has {} numbers instead of one", what, single_.size()));
    }
    return single_[0];
  }

  /// Passes over `separator`, if it is what follows.
  bool next(char separator) {
    if (position_ == end_ || *position_ != separator) return false;
    ++position_;
    return true;
  }

  bool at_end() const { return position_ == end_; }

 private:
  std::uint32_t number(const char* what, int digits, int bits) {
    const char* start = position_;
    std::uint32_t value = 0;
    while (position_ != end_) {
      const std::uint8_t digit = kDigits[static_cast<unsigned char>(*position_)];
      if (digit == kNoDigit) break;
      value = value << 4 | digit;
      ++position_;
    }
    const bool ended =
        position_ == end_ || is_blank(*position_) || *position_ == '|' || *position_ == '=';
    if (!ended || position_ - start != digits || (bits < 32 && value >> bits != 0)) {
      const char* stop = start;
      while (stop != end_ && !is_blank(*stop) && *stop != '|' && *stop != '=') ++stop;
      throw VectorError(fmt::format("{}: \"{}\" is no number of {} bits in {} hexadecimal digit{}",
                                    what, std::string_view(start, stop), bits, digits,
                                    digits == 1 ? "" : "s"));
    }
    return value;
  }

  const char* position_;
  const char* end_;
  std::vector<std::uint32_t> single_;
};

/// The bits of an operand in a vector file: those that are not read are there, too.
int word_bits(const ElementFormat& format) { return format.bits + format.ignored_bits; }

}  // namespace

int digits(Accumulator accumulator) { return accumulator == Accumulator::kF16 ? 4 : 8; }

LineKind classify(std::string_view line, std::string_view& content) {
  content = trimmed(line.substr(0, line.find('#')));
  if (content.empty()) return LineKind::kEmpty;
  return content.front() == '@' ? LineKind::kHeader : LineKind::kVector;
}

Mode parse_mode(std::string_view name) {
  if (const auto mode = find_mode(name)) return *mode;
  throw VectorError(
      fmt::format("there is no mode \"{}\", but {}", name, fmt::join(mode_names(), ", ")));
}

MmaFormat parse_format(std::string_view name) {
  if (const auto format = find_format(name)) return *format;
  throw VectorError(fmt::format(
      "there is no format \"{}\"; formats are OPERANDS.ACCUMULATOR (f16.f32, e4m3.e5m2.f16, "
      "s8.s32), mx.OPERANDS (mx.e4m3), mxfp4, mxfp4.16, nvfp4",
      name));
}

VectorHeader parse_header(std::string_view content) {
  std::string_view rest = trimmed(content.substr(1));
  std::size_t blank = 0;
  while (blank < rest.size() && !is_blank(rest[blank])) ++blank;
  const std::string_view mode = rest.substr(0, blank);
  const std::string_view format = trimmed(rest.substr(blank));
  if (mode.empty() || format.empty() || format.find(' ') != std::string_view::npos) {
    throw VectorError(fmt::format("\"{}\" is not \"@ MODE FORMAT\"", content));
  }
  return {parse_mode(mode), parse_format(format)};
}

void parse_vector(std::string_view content, const MmaFormat& format, Vector& vector) {
  const ElementFormat& a = format_of(format.a);
  const ElementFormat& b = format_of(format.b);
  const int accumulator_digits = digits(format.accumulator);
  Scanner scanner(content);
  const auto bar = [&scanner](const char* what) {
    if (!scanner.next('|')) {
      throw VectorError(fmt::format("{} is missing: \"|\" expected before it", what));
    }
  };
  scanner.numbers("a", a.digits, word_bits(a), vector.a);
  bar("b");
  scanner.numbers("b", b.digits, word_bits(b), vector.b);
  bar("c");
  vector.c = scanner.one("c", accumulator_digits);
  vector.a_scales.clear();
  vector.b_scales.clear();
  if (format.scaling != Scaling::kNone) {
    bar("the scales of a");
    scanner.numbers("scale of a", 2, 8, vector.a_scales);
    bar("the scales of b");
    scanner.numbers("scale of b", 2, 8, vector.b_scales);
  }
  vector.result.reset();
  if (scanner.next('=')) vector.result = scanner.one("result", accumulator_digits);
  if (!scanner.at_end()) {
    throw VectorError(fmt::format("more fields than {} has", name(format)));
  }
}

}  // namespace heddle::tensor
