#include "print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <optional>

#include "lib/print_record.hpp"

namespace heddle {
namespace {

constexpr std::uint32_t kGlobalEnd = 0xE0000000;
constexpr std::uint32_t kLongestText = 1 << 20;
// Widths and precisions above this are taken for mistakes.
constexpr int kWidest = 1 << 20;

/// snprintf with a specification that was put together here.
template <typename... Values>
std::string formatted(const std::string& specification, Values... values) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  const int size = std::snprintf(nullptr, 0, specification.c_str(), values...);
  if (size < 0) return specification;
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), specification.c_str(), values...);
#pragma GCC diagnostic pop
  text.pop_back();
  return text;
}

/// The number at the start of the text; nothing if it is above kWidest.
std::optional<int> read_number(const char* p) {
  int value = 0;
  for (; print::is_digit(*p); ++p) {
    value = 10 * value + (*p - '0');
    if (value > kWidest) return std::nullopt;
  }
  return value;
}

std::int64_t narrowed(std::int64_t value, const std::string& length) {
  if (length == "hh") return static_cast<std::int8_t>(value);
  if (length == "h") return static_cast<std::int16_t>(value);
  if (length.empty()) return static_cast<std::int32_t>(value);
  return value;
}

std::uint64_t narrowed(std::uint64_t value, const std::string& length) {
  if (length == "hh") return static_cast<std::uint8_t>(value);
  if (length == "h") return static_cast<std::uint16_t>(value);
  if (length.empty()) return static_cast<std::uint32_t>(value);
  return value;
}

class Formatter {
 public:
  Formatter(const std::string& format, std::span<const std::uint64_t> values,
            const TextReader& text_at)
      : format_(format), values_(values), text_at_(text_at) {}

  std::string run() {
    const char* p = format_.c_str();
    while (*p != 0) {
      const char* const percent = p + std::strcspn(p, "%");
      result_.append(p, percent);
      p = percent;
      if (*p == 0) break;
      if (p[1] == '%') {
        result_ += '%';
        p += 2;
        continue;
      }
      const print::Conversion conversion = print::read_conversion(p + 1);
      convert(p, conversion);
      p = conversion.end;
    }
    return std::move(result_);
  }

 private:
  void convert(const char* percent, const print::Conversion& conversion) {
    const std::size_t stars =
        (conversion.width_star ? 1U : 0U) + (conversion.precision_star ? 1U : 0U);
    if (!conversion.known || values_.size() < stars + 1) {
      result_.append(percent, conversion.end);
      values_ = conversion.known ? std::span<const std::uint64_t>{} : values_;
      return;
    }
    const std::span<const std::uint64_t> own = values_.first(stars + 1);
    values_ = values_.subspan(stars + 1);
    std::string specification(percent, conversion.width);
    if (!add_width(specification, conversion, own) ||
        !add_precision(specification, conversion, own)) {
      result_.append(percent, conversion.end);
      return;
    }
    const std::string length(conversion.length, conversion.type);
    result_ += text_of(specification, length, *conversion.type, own.back());
  }

  /// These two say whether the number can be meant.
  static bool add_width(std::string& specification, const print::Conversion& conversion,
                        std::span<const std::uint64_t> own) {
    if (conversion.width_star) {
      const auto width = static_cast<std::int32_t>(own.front());
      if (width > kWidest || width < -kWidest) return false;
      specification += std::to_string(width);  // a negative one has its '-' as the flag
      return true;
    }
    specification.append(conversion.width, conversion.precision);
    return read_number(conversion.width).has_value();
  }

  static bool add_precision(std::string& specification, const print::Conversion& conversion,
                            std::span<const std::uint64_t> own) {
    if (conversion.precision_star) {
      const auto precision = static_cast<std::int32_t>(own[own.size() - 2]);
      if (precision > kWidest) return false;
      if (precision >= 0) specification += fmt::format(".{}", precision);
      return true;
    }
    specification.append(conversion.precision, conversion.length);
    return conversion.precision == conversion.length ||
           read_number(conversion.precision + 1).has_value();
  }

  std::string text_of(const std::string& specification, const std::string& length, char type,
                      std::uint64_t value) const {
    switch (type) {
      case 'd':
      case 'i':
        return formatted(
            specification + "ll" + type,
            static_cast<long long>(narrowed(std::bit_cast<std::int64_t>(value), length)));
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return formatted(specification + "ll" + type,
                         static_cast<unsigned long long>(narrowed(value, length)));
      case 'c': return formatted(specification + type, static_cast<int>(value & 0xff));
      case 's': {
        const auto address = static_cast<std::uint32_t>(value);
        const std::string text = address == 0 ? "(null)" : text_at_(address);
        return formatted(specification + type, text.c_str());
      }
      case 'p':
        return formatted(specification + type,
                         reinterpret_cast<void*>(static_cast<std::uintptr_t>(value)));
      default: return formatted(specification + type, std::bit_cast<double>(value));
    }
  }

  const std::string& format_;
  std::span<const std::uint64_t> values_;
  const TextReader& text_at_;
  std::string result_;
};

std::string read_text(const Device& device, std::uint32_t address) {
  if (address >= kGlobalEnd) {
    return fmt::format("(string at {:#010x}, which is not in global memory)", address);
  }
  const std::uint32_t most = std::min(kLongestText, kGlobalEnd - address);
  std::string text;
  while (text.size() < most) {
    std::array<char, 256> part{};
    const std::size_t size = std::min<std::size_t>(part.size(), most - text.size());
    device.read_memory(address + static_cast<std::uint32_t>(text.size()),
                       std::as_writable_bytes(std::span(part.data(), size)));
    const char* const end = std::find(part.data(), part.data() + size, '\0');
    text.append(part.data(), static_cast<std::size_t>(end - part.data()));
    if (end != part.data() + size) break;
  }
  return text;
}

std::string assertion_text(const std::string& assertion, std::span<const std::uint64_t> values,
                           const TextReader& text_at) {
  const auto triple = [&](std::size_t first) {
    return fmt::format("[{},{},{}]", values[first], values[first + 1], values[first + 2]);
  };
  return fmt::format("{}:{}: {}: block: {}, thread: {} Assertion `{}` failed.\n",
                     text_at(static_cast<std::uint32_t>(values[print::kFile])),
                     values[print::kLine],
                     text_at(static_cast<std::uint32_t>(values[print::kFunction])),
                     triple(print::kBlock), triple(print::kThread), assertion);
}

/// The record in `words`, which are all of it. Nothing if it makes no sense.
std::optional<Printed::Record> read_record(std::span<const std::uint32_t> words,
                                           const TextReader& text_at) {
  print::Record record{};
  std::memcpy(&record, words.data(), sizeof record);
  const std::span<const std::uint32_t> rest = words.subspan(print::kRecordWords);
  if (record.count > print::kMostArguments || 2 * record.count > rest.size()) return std::nullopt;
  std::vector<std::uint64_t> values(record.count);
  std::memcpy(values.data(), rest.data(), values.size() * sizeof values[0]);
  const std::string text = text_at(record.text);
  if (record.kind == print::kPrintf)
    return Printed::Record{false, format_values(text, values, text_at)};
  if (record.kind != print::kAssert || record.count != print::kAssertValues) return std::nullopt;
  return Printed::Record{true, assertion_text(text, values, text_at)};
}

}  // namespace

std::string format_values(const std::string& format, std::span<const std::uint64_t> values,
                          const TextReader& text_at) {
  return Formatter(format, values, text_at).run();
}

Printed take_printed(Device& device, std::uint32_t address, std::uint32_t capacity) {
  print::Head head{};
  device.read_memory(address, std::as_writable_bytes(std::span(&head, 1)));
  Printed result;
  result.lost = head.lost;
  if (head.used == 0 && head.lost == 0) return result;
  std::vector<std::uint32_t> words(std::min(head.used, capacity));
  const std::uint32_t start = address + std::uint32_t{sizeof head};
  device.read_memory(start, std::as_writable_bytes(std::span(words)));
  const TextReader text_at = [&](std::uint32_t at) { return read_text(device, at); };
  std::span<const std::uint32_t> rest(words);
  while (!rest.empty()) {
    if (rest.front() == 0) {
      // Claimed, but the thread had not come to write the size: up to the next one there are zeros.
      // Behind the last record that fits, this is what is left of the buffer.
      const auto next = std::ranges::find_if(rest, [](std::uint32_t word) { return word != 0; });
      const bool last = next == rest.end();
      if (!last || head.used <= capacity) ++result.unfinished;
      rest = rest.subspan(static_cast<std::size_t>(next - rest.begin()));
      continue;
    }
    const std::uint32_t size = rest.front();
    if (size < print::kRecordWords || size > rest.size()) {
      result.damaged = true;
      break;
    }
    const std::span<const std::uint32_t> record = rest.first(size);
    rest = rest.subspan(size);
    if (record[1] == print::kUnfinished) {
      ++result.unfinished;
    } else if (auto read = read_record(record, text_at)) {
      result.records.push_back(*std::move(read));
    } else {
      result.damaged = true;
    }
  }
  device.clear_memory(address, sizeof head + std::span(words).size_bytes());
  return result;
}

}  // namespace heddle
