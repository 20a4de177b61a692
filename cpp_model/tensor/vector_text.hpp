// The text form of dot products: a line each, hexadecimal,
//   a0 a1 ... | b0 b1 ... | c = d
//   a0 a1 ... | b0 b1 ... | c | scales of a ... | scales of b ... = d
// where "= d" may be missing. `@ MODE FORMAT` says what the lines below it are, `#` starts a
// comment. Each number has exactly the digits of its format (ElementFormat::digits; accumulators 8
// or 4, scales 2). Source: docs/manual/tensor_numerics.md, "Vector files".
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/dot_product.hpp"
#include "tensor/numerics_mode.hpp"

namespace heddle::tensor {

/// What is wrong with a line.
class VectorError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A `@ MODE FORMAT` line's content.
struct VectorHeader {
  Mode mode;
  MmaFormat format;
};

/// One dot product; its memory is used again for the next line.
struct Vector {
  std::vector<std::uint32_t> a;
  std::vector<std::uint32_t> b;
  std::uint32_t c = 0;
  std::vector<std::uint32_t> a_scales;
  std::vector<std::uint32_t> b_scales;
  std::optional<std::uint32_t> result;

  DotOperands operands() const { return {a, b, c, a_scales, b_scales}; }
};

/// Hexadecimal digits of an accumulator.
int digits(Accumulator accumulator);

enum class LineKind : std::uint8_t { kEmpty, kHeader, kVector };

/// What a line is, and the line without comment and outer blanks.
LineKind classify(std::string_view line, std::string_view& content);

/// Reads a header line. Throws VectorError.
VectorHeader parse_header(std::string_view content);

/// Reads a line of `format` into `vector`. The numbers of elements and scales are not compared:
/// DotProduct::problem() does that. Throws VectorError.
void parse_vector(std::string_view content, const MmaFormat& format, Vector& vector);

/// The mode or format of that name. Throws VectorError that lists the modes, or says what a format
/// looks like.
Mode parse_mode(std::string_view name);
MmaFormat parse_format(std::string_view name);

}  // namespace heddle::tensor
