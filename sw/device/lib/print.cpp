// printf and assert in kernels: a thread leaves a record, which the host formats
// (print_record.hpp).
#include "../heddle_isa.inc"
#include "print_record.hpp"

namespace heddle::print {
namespace {

#define HEDDLE_STRING_(x) #x
#define HEDDLE_STRING(x) HEDDLE_STRING_(x)
#define HEDDLE_READ(number)                                                 \
  ({                                                                        \
    uint32_t value_;                                                        \
    __asm__("csrr %0, " HEDDLE_STRING(HEDDLE_CSR_##number) : "=r"(value_)); \
    value_;                                                                 \
  })

uint32_t address_of(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }
const char* text_at(uint64_t address) {
  return reinterpret_cast<const char*>(static_cast<uintptr_t>(address));
}

/// Whether the `index`-th value is a string by the format.
bool is_text(const char* format, uint32_t index) {
  uint32_t next = 0;
  for (const char* p = format; *p != 0;) {
    if (*p++ != '%') continue;
    if (*p == '%') {
      ++p;
      continue;
    }
    const Conversion conversion = read_conversion(p);
    p = conversion.end;
    if (!conversion.known) continue;
    next += (conversion.width_star ? 1 : 0) + (conversion.precision_star ? 1 : 0);
    if (next == index) return *conversion.type == 's';
    ++next;
  }
  return false;
}

/// Words that a copy of the string takes.
uint32_t words_of(const char* text) {
  uint32_t bytes = 1;
  while (*text++ != 0) ++bytes;
  return (bytes + 3) / 4;
}

/// Ends with a zero even if the string has grown meanwhile.
void copy(uint32_t* to, const char* from, uint32_t words) {
  auto* target = reinterpret_cast<char*>(to);
  for (uint32_t left = 4 * words - 1; left != 0 && *from != 0; --left) *target++ = *from++;
  *target = 0;
}

}  // namespace
}  // namespace heddle::print

using namespace heddle::print;

extern "C" {

// The runtime knows these three by their names.
State __heddle_print_state;

/// A new record of that many words, or null if the buffer is full. From the first record on that
/// does not fit, none does.
[[gnu::noinline]] Record* __heddle_print_claim(uint32_t words) {
  const State& state = __heddle_print_state;
  auto* const head = reinterpret_cast<Head*>(static_cast<uintptr_t>(state.head));
  if (head == nullptr) return nullptr;
  // Without the first look, `used` could grow until it wraps around.
  if (words <= state.capacity && __atomic_load_n(&head->used, __ATOMIC_RELAXED) <= state.capacity) {
    const uint32_t start = __atomic_fetch_add(&head->used, words, __ATOMIC_RELAXED);
    if (start <= state.capacity && words <= state.capacity - start) {
      auto* const record =
          reinterpret_cast<Record*>(reinterpret_cast<uint32_t*>(head) + kHeadWords + start);
      __atomic_store_n(&record->words, words, __ATOMIC_RELEASE);
      return record;
    }
  }
  __atomic_fetch_add(&head->lost, 1, __ATOMIC_RELAXED);
  return nullptr;
}

/// Bit i of `strings`: value i may be a string, if the format says so.
int __heddle_printf(const char* format, const uint64_t* values, uint32_t count, uint32_t strings) {
  if (format == nullptr) return -1;
  const State& state = __heddle_print_state;
  const auto is_constant = [&](const char* text) {
    return address_of(text) - state.constants_begin < state.constants_end - state.constants_begin;
  };
  const uint32_t format_words = is_constant(format) ? 0 : words_of(format);
  uint32_t words = kRecordWords + 2 * count + format_words;
  for (uint32_t left = strings; left != 0; left &= left - 1) {
    const auto i = static_cast<uint32_t>(__builtin_ctz(left));
    const char* const text = text_at(values[i]);
    if (text == nullptr || is_constant(text) || !is_text(format, i)) {
      strings &= ~(1U << i);
    } else {
      words += words_of(text);
    }
  }
  Record* const record = __heddle_print_claim(words);
  if (record == nullptr) return -2;
  auto* word = reinterpret_cast<uint32_t*>(record + 1);
  uint32_t* copies = word + 2 * count;
  const uint32_t* const end = reinterpret_cast<uint32_t*>(record) + words;
  record->text = address_of(format);
  record->count = count;
  if (format_words != 0) {
    record->text = address_of(copies);
    copy(copies, format, format_words);
    copies += format_words;
  }
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t value = values[i];
    if ((strings >> i & 1) != 0) {
      const char* const text = text_at(value);
      value = address_of(copies);
      // What has grown meanwhile is cut where the record ends.
      const auto room = static_cast<uint32_t>(end - copies);
      const uint32_t need = words_of(text);
      const uint32_t taken = need < room ? need : room;
      if (taken != 0) copy(copies, text, taken);
      copies += taken;
    }
    *word++ = static_cast<uint32_t>(value);
    *word++ = static_cast<uint32_t>(value >> 32);
  }
  __atomic_store_n(&record->kind, kPrintf, __ATOMIC_RELEASE);
  return static_cast<int>(count);
}

/// The grid stops here; the runtime tells this breakpoint from others by the function that it is
/// in.
[[noreturn, gnu::noinline]] void __heddle_assert_fail(const char* assertion, const char* file,
                                                      unsigned int line, const char* function) {
  constexpr uint32_t kWords = kRecordWords + 2 * kAssertValues;
  if (Record* const record = __heddle_print_claim(kWords)) {
    record->text = address_of(assertion);
    record->count = kAssertValues;
    const uint32_t values[kAssertValues] = {
        address_of(file),     line,
        address_of(function), HEDDLE_READ(CTAID_X),
        HEDDLE_READ(CTAID_Y), HEDDLE_READ(CTAID_Z),
        HEDDLE_READ(TID_X),   HEDDLE_READ(TID_Y),
        HEDDLE_READ(TID_Z),
    };
    auto* word = reinterpret_cast<uint32_t*>(record + 1);
    for (const uint32_t value : values) {
      *word++ = value;
      *word++ = 0;
    }
    __atomic_store_n(&record->kind, kAssert, __ATOMIC_RELEASE);
  }
  __asm__ volatile("ebreak" ::: "memory");
  __builtin_unreachable();
}
}
