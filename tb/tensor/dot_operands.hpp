// Operations that make a dot-product unit fail: products of one target exponent with a little or
// much spread, cancellation among products and with the accumulator, subnormals, specials, both
// zeros, results at ties, at the borders of the number range and below the floor of alignment.
#pragma once

#include <cstdint>

#include "dot_reference.hpp"
#include "execute/operand_generator.hpp"

namespace heddle::tb {

class DotOperands {
 public:
  explicit DotOperands(std::uint64_t seed) : random_(seed) {}

  /// Operands, accumulator and scales for the codes that `operation` has.
  void fill(DotOperation& operation);

  Random& random() { return random_; }

 private:
  struct Plan;
  void fill_floats(DotOperation& operation, const DotMeaning& meaning);
  void fill_integers(DotOperation& operation, const DotMeaning& meaning);
  void fill_scales(DotOperation& operation);
  std::uint32_t fraction(int bits);
  std::uint32_t number(const FloatFormat& format, int exponent);
  bool one_in(std::uint32_t n) { return random_.below(n) == 0; }
  int between(int low, int high) {
    return low + static_cast<int>(random_.below(static_cast<std::uint32_t>(high - low + 1)));
  }

  Random random_;
};

}  // namespace heddle::tb
