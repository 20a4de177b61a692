// printf and assert in kernels: what the device library writes and the runtime reads. Everything
// lies in one buffer of words, the FIFO: its head, then records in the order of their claims.
//
// A claimed record is all zeros until its thread writes the size, which comes first; the kind comes
// last. So whoever reads the buffer of a grid that was stopped knows what is complete.
#pragma once

#include <stdint.h>

namespace heddle::print {

/// The start of the buffer. `used` may be larger than the capacity: then records were lost.
struct Head {
  uint32_t used;  ///< words behind the head that were claimed
  uint32_t lost;  ///< records that did not fit
};
constexpr uint32_t kHeadWords = sizeof(Head) / sizeof(uint32_t);

/// Where a device image finds the buffer, and its own constants; the runtime fills it in. Strings
/// among the constants stay as they are, others are copied into the record.
struct State {
  uint32_t head;             ///< address; 0: there is no buffer
  uint32_t capacity;         ///< in words, without the head
  uint32_t constants_begin;  ///< addresses
  uint32_t constants_end;
};

enum Kind : uint32_t { kUnfinished = 0, kPrintf = 1, kAssert = 2 };

/// A record's first words. Behind them: values of 64 bits, then copies of strings, which values or
/// `text` point to.
struct Record {
  uint32_t words;  ///< size with everything
  uint32_t kind;
  uint32_t text;   ///< address of the format or of the assertion
  uint32_t count;  ///< of values
};
constexpr uint32_t kRecordWords = sizeof(Record) / sizeof(uint32_t);

/// CUDA's limit; further arguments are not there.
constexpr uint32_t kMostArguments = 32;

/// The values of an assert's record, in this order.
enum AssertValue : uint32_t {
  kFile,
  kLine,
  kFunction,
  kBlock,
  kThread = kBlock + 3,
  kAssertValues = kThread + 3
};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_one_of(char c, const char* set) {
  for (; *set != 0; ++set) {
    if (c == *set) return true;
  }
  return false;
}

/// A conversion specification of a format.
struct Conversion {
  const char* width;      ///< behind the flags
  const char* precision;  ///< its '.', or `length` if there is none
  const char* length;     ///< hh h l ll and their like
  const char* type;       ///< the letter
  const char* end;        ///< behind it
  bool known;             ///< it takes a value, behind those of its stars; else it is plain text
  bool width_star;
  bool precision_star;
};

/// Reads what follows a '%' that no second one follows.
constexpr Conversion read_conversion(const char* p) {
  Conversion result{};
  while (is_one_of(*p, "-+ #0")) ++p;
  result.width = p;
  result.width_star = *p == '*';
  if (result.width_star) ++p;
  while (!result.width_star && is_digit(*p)) ++p;
  result.precision = p;
  if (*p == '.') {
    ++p;
    result.precision_star = *p == '*';
    if (result.precision_star) ++p;
    while (!result.precision_star && is_digit(*p)) ++p;
  }
  result.length = p;
  while (is_one_of(*p, "hlLjzt")) ++p;
  result.type = p;
  const long letters = p - result.length;
  const bool wide = letters != 0 && is_one_of(*result.length, "lL");
  result.known = is_one_of(*p, "diouxXcsfFeEgGaAp") && letters <= 2 &&
                 (letters < 2 ||
                  (result.length[0] == result.length[1] && is_one_of(result.length[0], "hl"))) &&
                 !(*p == 's' && wide);
  result.end = *p == 0 ? p : p + 1;
  return result;
}

}  // namespace heddle::print
