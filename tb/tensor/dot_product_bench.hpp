// Dot products written down by hand: words in hexadecimal, filled up with zeros.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/dot_product.hpp"
#include "tensor/vector_text.hpp"

namespace heddle::tensor {

inline std::vector<std::uint32_t> words(std::string_view text) {
  std::vector<std::uint32_t> result;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t blank = std::min(text.find(' ', start), text.size());
    result.push_back(static_cast<std::uint32_t>(
        std::stoul(std::string(text.substr(start, blank - start)), nullptr, 16)));
    start = blank + 1;
  }
  return result;
}

/// Dot products of one mode and format.
class Bench {
 public:
  Bench(std::string_view mode, std::string_view format)
      : product_(parse_mode(mode), parse_format(format)) {}

  /// The result's word. Elements that are not given are zero, up to a full step.
  std::uint32_t operator()(std::string_view a, std::string_view b, std::uint32_t c,
                           std::string_view a_scales = "", std::string_view b_scales = "") const {
    Vector vector;
    vector.a = words(a);
    vector.b = words(b);
    REQUIRE(vector.a.size() == vector.b.size());
    const auto step =
        static_cast<std::size_t>(std::max(product_.rules().products, product_.rules().granule));
    const std::size_t depth = (std::max<std::size_t>(vector.a.size(), 1) + step - 1) / step * step;
    vector.a.resize(depth);
    vector.b.resize(depth);
    vector.c = c;
    vector.a_scales = words(a_scales);
    vector.b_scales = words(b_scales);
    REQUIRE(product_.problem(vector.operands()).empty());
    return product_.compute(vector.operands());
  }

  const DotProduct& product() const { return product_; }

 private:
  DotProduct product_;
};

/// "word word ..." n times.
inline std::string repeated(std::string_view word, int n) {
  std::string result;
  for (int i = 0; i < n; ++i) result.append(i == 0 ? "" : " ").append(word);
  return result;
}

}  // namespace heddle::tensor
