// A warp's matrix multiply-add by its lanes, where the matrix engine cannot do it for mma.h: the
// tensor core's steps in integers, to the rules of docs/manual/tensor_numerics.md, "The step".
// Operand rows travel by shuffles.
//
// Fragments lie in the lanes as heddle/wmma.h says. A tile of A, or of B's transpose, is rows of
// words along K, 8 of 16-bit elements and TF32, 4 of integers; word w of the tile is word w / 32 of
// lane w % 32. Accumulators: heddle/wmma_layout.h.
#include <stdint.h>

#include "../../include/heddle/wmma_layout.h"
#include "../../include/heddle/wmma_state.h"
#include "../heddle_isa.inc"

extern "C" {
// The runtime knows this one by its name.
heddle_wmma_state __heddle_wmma_state;
}

namespace heddle::wmma {
namespace {

constexpr uint32_t kWarp = 32;
constexpr uint32_t kAllLanes = 0xffffffff;

/// What tensor.mma's descriptor says (docs/architecture/tensor.md).
struct Operation {
  uint32_t descriptor;

  uint32_t a_format() const { return descriptor & 15; }
  uint32_t b_format() const { return descriptor >> 4 & 15; }
  uint32_t mode() const { return descriptor >> 8 & 7; }
  bool option() const { return (descriptor >> 11 & 1) != 0; }  // FP16 accumulators; saturation
  uint32_t m() const { return ((descriptor >> 18 & 31) + 1) * 8; }
  uint32_t n() const { return ((descriptor >> 23 & 31) + 1) * 8; }
  bool integer() const { return a_format() >= 12; }
  bool half_accumulator() const { return !integer() && option(); }
  // Divisions are slow: these are logarithms.
  uint32_t row_words_log() const { return integer() ? 2 : 3; }
  uint32_t column_tiles_log() const { return n() >> 4; }  // N / 8 is 1, 2, or 4
};

uint32_t load_element(const Operation& operation, const void* elements, uint32_t i) {
  return operation.half_accumulator() ? static_cast<const uint16_t*>(elements)[i]
                                      : static_cast<const uint32_t*>(elements)[i];
}
void store_element(const Operation& operation, void* elements, uint32_t i, uint32_t value) {
  if (operation.half_accumulator()) {
    static_cast<uint16_t*>(elements)[i] = static_cast<uint16_t>(value);
  } else {
    static_cast<uint32_t*>(elements)[i] = value;
  }
}

constexpr uint32_t kMostWords = 8;  // of a row

uint32_t shuffle(uint32_t value, uint32_t lane) {
  constexpr uint32_t kWholeWarp = 31;  // rs3: one segment
  uint32_t result;
  __asm__ volatile(HEDDLE_ASM_WARPSYNC("%3") "\n\t" HEDDLE_ASM_SHFL_IDX("%0", "%1", "%2", "%4")
                   : "=&r"(result)
                   : "r"(value), "r"(lane), "r"(kAllLanes), "r"(kWholeWarp));
  return result;
}

bool any_lane(bool value) {
  uint32_t result;
  __asm__ volatile(HEDDLE_ASM_WARPSYNC("%2") "\n\t" HEDDLE_ASM_VOTE_ANY("%0", "%1", "%2")
                   : "=&r"(result)
                   : "r"(value), "r"(kAllLanes));
  return result != 0;
}

/// Row `first_row` + `own` of a tile for each lane; `own` is the lane's, below `rows` (4 or 8), of
/// which `first_row` is a multiple.
void fetch_row(const uint32_t* tile, uint32_t row_words_log, uint32_t first_row, uint32_t rows,
               uint32_t own, uint32_t* row) {
  const uint32_t word_rows = kWarp >> row_words_log;  // whose words have one index in the lanes
  const uint32_t* const words = tile + (first_row << row_words_log) / kWarp;
  const uint32_t lane = ((first_row + own) & (word_rows - 1)) << row_words_log;
#pragma unroll
  for (uint32_t i = 0; i < kMostWords; ++i) {
    if (i >> row_words_log != 0) break;
    row[i] = shuffle(words[0], lane + i);
    if (rows > word_rows) {
      const uint32_t next = shuffle(words[1], lane + i);
      if (own >= word_rows) row[i] = next;
    }
  }
}

struct Half {
  static constexpr uint32_t kBits = 16, kExponent = 5, kFraction = 10, kBias = 15;
};
struct Bfloat16 {
  static constexpr uint32_t kBits = 16, kExponent = 8, kFraction = 7, kBias = 127;
};
struct Tf32 {
  static constexpr uint32_t kBits = 32, kExponent = 8, kFraction = 10, kBias = 127;
};

template <typename Format>
struct Element {
  uint32_t bits;

  Element(const uint32_t* row, uint32_t k) {
    if constexpr (Format::kBits == 16) {
      bits = k % 2 != 0 ? row[k / 2] >> 16 : row[k / 2] & 0xffff;
    } else {
      bits = row[k] >> 13;  // the other bits are ignored
    }
  }
  uint32_t field() const { return bits >> Format::kFraction & ((1U << Format::kExponent) - 1); }
  uint32_t fraction() const { return bits & ((1U << Format::kFraction) - 1); }
  bool negative() const { return (bits >> (Format::kExponent + Format::kFraction)) != 0; }
  bool special() const { return field() == (1U << Format::kExponent) - 1; }
  bool zero() const { return (field() | fraction()) == 0; }
  uint32_t exponent() const { return field() != 0 ? field() : 1; }  // with the bias
  uint32_t significand() const { return fraction() | (field() != 0 ? 1U << Format::kFraction : 0); }
};

/// C: FP32 or FP16.
struct Addend {
  bool nan = false, infinite = false, negative = false;
  uint32_t significand = 0;  // of `fraction_bits`
  int32_t exponent = 0;
  uint32_t fraction_bits;

  Addend(uint32_t bits, bool half) : fraction_bits(half ? 10 : 23) {
    const uint32_t sign = half ? 15 : 31, greatest = half ? 31 : 255;
    const uint32_t field = bits >> fraction_bits & greatest;
    const uint32_t fraction = bits & ((1U << fraction_bits) - 1);
    negative = (bits >> sign & 1) != 0;
    nan = field == greatest && fraction != 0;
    infinite = field == greatest && fraction == 0;
    significand = fraction | (field != 0 ? 1U << fraction_bits : 0);
    exponent = static_cast<int32_t>(field != 0 ? field : 1) - (half ? 15 : 127);
  }
};

/// A mode's parameters.
struct Rules {
  uint32_t fraction_bits;  // F
  int32_t floor;           // E_FLOOR
  uint32_t step_words;     // of a row

  Rules(uint32_t mode, bool half) : fraction_bits(25), floor(-133), step_words(8) {
    constexpr uint32_t kVolta = 1, kAmpere = 2, kHopper = 3;
    if (mode == kVolta) {
      fraction_bits = 23;
      step_words = 2;
    } else if (mode == kAmpere) {
      fraction_bits = 24;
      step_words = 4;
    }
    const auto bits = static_cast<int32_t>(fraction_bits);
    const bool mma = mode == kVolta || mode == kAmpere || mode == kHopper;
    floor = half && mma ? 4 - bits : -108 - bits;
  }
};

/// sum * 2^exponent, truncated to FP32.
uint32_t to_float(uint32_t sum, bool negative, int32_t exponent) {
  if (sum == 0) return 0;
  const int32_t zeros = __builtin_clz(sum);
  const int32_t leading = exponent + 31 - zeros;
  uint32_t result;
  if (leading >= 128) {
    result = 0x7f800000;
  } else if (leading >= -126) {
    const uint32_t fraction = sum << zeros >> 8 & 0x7fffff;
    result = static_cast<uint32_t>(leading + 127) << 23 | fraction;
  } else {
    const int32_t shift = exponent + 149;
    result = shift >= 0 ? sum << shift : sum >> -shift;
    if (result == 0) return 0;
  }
  return result | (negative ? 0x80000000 : 0);
}

/// sum * 2^exponent, rounded to FP16: to nearest, ties to even.
uint32_t to_half(uint32_t sum, bool negative, int32_t exponent) {
  if (sum == 0) return 0;
  const int32_t leading = exponent + 31 - __builtin_clz(sum);
  const int32_t normal = leading < -14 ? -14 : leading;
  if (normal > 15) return negative ? 0xfc00 : 0x7c00;
  const int32_t shift = normal - 10 - exponent;
  uint32_t kept;
  if (shift <= 0) {
    kept = sum << -shift;
  } else if (shift > 32) {
    kept = 0;
  } else {
    const uint64_t half = uint64_t{1} << shift >> 1;
    const uint64_t rest = sum & (2 * half - 1);
    kept = static_cast<uint32_t>(uint64_t{sum} >> shift);
    if (rest > half || (rest == half && (kept & 1) != 0)) ++kept;
  }
  // A normal number's leading one adds 1 to the exponent field, and so does a carry.
  const uint32_t result = (static_cast<uint32_t>(normal + 14) << 10) + kept;
  return result | (negative && result != 0 ? 0x8000 : 0);
}

/// NaN or infinity, whatever the numbers say; else false.
template <typename Format>
[[gnu::noinline]] bool special_result(const uint32_t* a_row, const uint32_t* b_row, uint32_t first,
                                      uint32_t count, const Addend& c, bool half,
                                      uint32_t& result) {
  bool nan = c.nan;
  bool plus = c.infinite && !c.negative, minus = c.infinite && c.negative;
  for (uint32_t k = first; k < first + count; ++k) {
    const Element<Format> a(a_row, k), b(b_row, k);
    if (!a.special() && !b.special()) continue;
    const bool nan_factor =
        (a.special() && a.fraction() != 0) || (b.special() && b.fraction() != 0);
    if (nan_factor || a.zero() || b.zero()) {
      nan = true;
    } else if (a.negative() != b.negative()) {
      minus = true;
    } else {
      plus = true;
    }
  }
  if (nan || (plus && minus)) {
    result = half ? 0x7fff : 0x7fffffff;
    return true;
  }
  if (!plus && !minus) return false;
  result = half ? (minus ? 0xfc00 : 0x7c00) : (minus ? 0xff800000 : 0x7f800000);
  return true;
}

/// A step without NaNs and infinities. Products are kept in a word each: sign, the product of the
/// significands (22 bits), the sum of the biased exponents (9 bits).
template <typename Format, uint32_t kProducts>
uint32_t step(const uint32_t* a_row, const uint32_t* b_row, uint32_t first, const Addend& c,
              bool half, const Rules& rules) {
  uint32_t products[kProducts];
  uint32_t greatest = 0;  // biased sum; 0: there is no product but zeros
#pragma unroll
  for (uint32_t i = 0; i < kProducts; ++i) {
    const Element<Format> a(a_row, first + i), b(b_row, first + i);
    const uint32_t product = a.significand() * b.significand();
    const uint32_t exponent = a.exponent() + b.exponent();
    products[i] = product << 9 | exponent | (a.negative() != b.negative() ? 1U << 31 : 0);
    const uint32_t counted = product != 0 ? exponent : 0;
    greatest = counted > greatest ? counted : greatest;
  }
  int32_t top = rules.floor;
  if (greatest != 0) {
    const int32_t exponent = static_cast<int32_t>(greatest - 2 * Format::kBias);
    top = exponent > top ? exponent : top;
  }
  if (c.significand != 0 && c.exponent > top) top = c.exponent;
  // Magnitudes below 2^32 each: at most 16 products below 4 * 2^25, and C below 2 * 2^25.
  uint32_t plus = 0, minus = 0;
  const auto add = [&](uint32_t magnitude, int32_t exponent, bool negative) {
    const int32_t distance = top - exponent;
    const uint32_t term = distance > 31 ? 0 : magnitude >> distance;
    if (negative) {
      minus += term;
    } else {
      plus += term;
    }
  };
  const uint32_t left = rules.fraction_bits - 2 * Format::kFraction;
#pragma unroll
  for (uint32_t i = 0; i < kProducts; ++i) {
    const uint32_t magnitude = products[i] << 1 >> 10 << left;
    // A zero's exponent may be above `top`.
    if (magnitude != 0) {
      add(magnitude, static_cast<int32_t>((products[i] & 0x1ff) - 2 * Format::kBias),
          products[i] >> 31 != 0);
    }
  }
  if (c.significand != 0) {
    add(c.significand << (rules.fraction_bits - c.fraction_bits), c.exponent, c.negative);
  }
  const bool negative = minus > plus;
  const uint32_t sum = negative ? minus - plus : plus - minus;
  const int32_t exponent = top - static_cast<int32_t>(rules.fraction_bits);
  return half ? to_half(sum, negative, exponent) : to_float(sum, negative, exponent);
}

template <typename Format>
bool has_special(const uint32_t* words, uint32_t count) {
  bool found = false;
  for (uint32_t i = 0; i < count * 32 / Format::kBits; ++i) {
    found |= Element<Format>(words, i).special();
  }
  return found;
}

template <typename Format>
uint32_t dot(const uint32_t* a_row, const uint32_t* b_row, uint32_t c, bool half,
             const Rules& rules, bool special) {
  constexpr uint32_t kPerWord = 32 / Format::kBits;
  const uint32_t count = rules.step_words * kPerWord;
  for (uint32_t first = 0; first < kMostWords * kPerWord; first += count) {
    const Addend addend(c, half);
    if (special || addend.nan || addend.infinite) {
      if (special_result<Format>(a_row, b_row, first, count, addend, half, c)) continue;
    }
    switch (rules.step_words) {
      case 2: c = step<Format, 2 * kPerWord>(a_row, b_row, first, addend, half, rules); break;
      case 4: c = step<Format, 4 * kPerWord>(a_row, b_row, first, addend, half, rules); break;
      default: c = step<Format, 8 * kPerWord>(a_row, b_row, first, addend, half, rules); break;
    }
  }
  return c;
}

/// Element k of a row, by the code of the format.
int32_t integer_element(const uint32_t* row, uint32_t k, uint32_t format) {
  const uint32_t bits = format >= 14 ? 4 : 8;
  const uint32_t top = row[k * bits / 32] << (32 - bits - k * bits % 32);
  const bool is_signed = format % 2 == 0;
  return is_signed ? static_cast<int32_t>(top) >> (32 - bits)
                   : static_cast<int32_t>(top >> (32 - bits));
}

uint32_t integer_dot(const uint32_t* a_row, const uint32_t* b_row, uint32_t c,
                     const Operation& operation) {
  const uint32_t count = operation.a_format() >= 14 ? 32 : 16;
  int32_t sum = 0;
  for (uint32_t k = 0; k < count; ++k) {
    sum += integer_element(a_row, k, operation.a_format()) *
           integer_element(b_row, k, operation.b_format());
  }
  int32_t result;
  if (__builtin_add_overflow(sum, static_cast<int32_t>(c), &result) && operation.option()) {
    result = sum < 0 ? INT32_MIN : INT32_MAX;
  }
  return static_cast<uint32_t>(result);
}

/// `dot` for each of the lane's elements: (A's row, B's row, c).
template <typename Dot>
void for_each_element(const Operation& operation, const uint32_t* a, const uint32_t* b,
                      const void* c, void* d, Dot dot) {
  uint32_t lane;
  __asm__("csrr %0, %1" : "=r"(lane) : "i"(HEDDLE_CSR_LANEID));
  const heddle_wmma_place place = heddle_wmma_place_of(lane);
  const uint32_t column_tiles_log = operation.column_tiles_log();
  uint32_t a_row[kMostWords], b_row[kMostWords];
  for (uint32_t column = 0; column < operation.n() / 8; ++column) {
    fetch_row(b, operation.row_words_log(), column * 8, 8, place.column, b_row);
    for (uint32_t row = 0; row < operation.m() / 4; ++row) {
      fetch_row(a, operation.row_words_log(), row * 4, 4, place.row, a_row);
      const uint32_t i = (row << column_tiles_log) + column;
      store_element(operation, d, i, dot(a_row, b_row, load_element(operation, c, i)));
    }
  }
}

template <typename Format>
[[gnu::noinline]] void multiply_floats(const Operation& operation, const uint32_t* a,
                                       const uint32_t* b, const void* c, void* d) {
  const bool half = operation.half_accumulator();
  const Rules rules(operation.mode(), half);
  const bool special = any_lane(has_special<Format>(a, operation.m() * kMostWords / kWarp) ||
                                has_special<Format>(b, operation.n() * kMostWords / kWarp));
  for_each_element(operation, a, b, c, d,
                   [&](const uint32_t* a_row, const uint32_t* b_row, uint32_t value) {
                     return dot<Format>(a_row, b_row, value, half, rules, special);
                   });
}

}  // namespace
}  // namespace heddle::wmma

extern "C" {

// D = A * B + C by all lanes of a warp, with their parts of the tiles. `descriptor`: tensor.mma's.
// D may be C.
[[gnu::noinline]] void __heddle_wmma(uint32_t descriptor, const uint32_t* a, const uint32_t* b,
                                     const void* c, void* d) {
  using namespace heddle::wmma;
  const Operation operation{descriptor};
  if (operation.integer()) {
    for_each_element(operation, a, b, c, d,
                     [&](const uint32_t* a_row, const uint32_t* b_row, uint32_t value) {
                       return integer_dot(a_row, b_row, value, operation);
                     });
    return;
  }
  switch (operation.a_format()) {
    case 1: multiply_floats<Bfloat16>(operation, a, b, c, d); break;
    case 2: multiply_floats<Tf32>(operation, a, b, c, d); break;
    default: multiply_floats<Half>(operation, a, b, c, d); break;
  }
}

}  // extern "C"
