// Block copies and fills that the compiler calls. By words where the addresses allow it.
#include <stddef.h>
#include <stdint.h>

namespace {

using Word = uint32_t __attribute__((may_alias));

bool word_aligned(const void* a, const void* b) {
  return ((reinterpret_cast<uintptr_t>(a) | reinterpret_cast<uintptr_t>(b)) % sizeof(Word)) == 0;
}

void* copy_up(void* to, const void* from, size_t size) {
  auto* target = static_cast<unsigned char*>(to);
  const auto* source = static_cast<const unsigned char*>(from);
  if (word_aligned(to, from)) {
    for (; size >= sizeof(Word); size -= sizeof(Word)) {
      *reinterpret_cast<Word*>(target) = *reinterpret_cast<const Word*>(source);
      target += sizeof(Word);
      source += sizeof(Word);
    }
  }
  for (; size != 0; --size) *target++ = *source++;
  return to;
}

}  // namespace

extern "C" void* memcpy(void* to, const void* from, size_t size) { return copy_up(to, from, size); }

extern "C" void* memmove(void* to, const void* from, size_t size) {
  auto* target = static_cast<unsigned char*>(to);
  const auto* source = static_cast<const unsigned char*>(from);
  if (target <= source || target >= source + size) return copy_up(to, from, size);
  while (size != 0) {
    --size;
    target[size] = source[size];
  }
  return to;
}

extern "C" void* memset(void* to, int value, size_t size) {
  auto* target = static_cast<unsigned char*>(to);
  const auto byte = static_cast<unsigned char>(value);
  if (word_aligned(to, nullptr)) {
    const Word word = byte * 0x01010101U;
    for (; size >= sizeof(Word); size -= sizeof(Word)) {
      *reinterpret_cast<Word*>(target) = word;
      target += sizeof(Word);
    }
  }
  for (; size != 0; --size) *target++ = byte;
  return to;
}

extern "C" int memcmp(const void* a, const void* b, size_t size) {
  const auto* x = static_cast<const unsigned char*>(a);
  const auto* y = static_cast<const unsigned char*>(b);
  for (size_t i = 0; i < size; ++i) {
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  }
  return 0;
}
