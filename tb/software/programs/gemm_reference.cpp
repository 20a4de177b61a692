#include "gemm_reference.hpp"

#include <algorithm>
#include <cstddef>

#include "tensor/dot_step.hpp"

namespace {

unsigned sum_of(unsigned a_format, unsigned b_format, const std::vector<unsigned char>& a,
                const std::vector<unsigned char>& b) {
  heddle::Config config;
  heddle::isa::TensorMma mma;
  mma.a_format = a_format;
  mma.b_format = b_format;
  const heddle::tensor::DotStep step(config, mma);
  heddle::tensor::OperandBytes a_bytes, b_bytes;
  unsigned sum = 0;
  for (std::size_t k = 0; k < a.size(); k += a_bytes.size()) {
    std::copy_n(a.begin() + static_cast<std::ptrdiff_t>(k), a_bytes.size(), a_bytes.begin());
    std::copy_n(b.begin() + static_cast<std::ptrdiff_t>(k), b_bytes.size(), b_bytes.begin());
    sum = step.compute({a_bytes}, {b_bytes}, sum, 0);
  }
  return sum;
}

}  // namespace

unsigned GemmReference::sum(const std::vector<unsigned char>& a,
                            const std::vector<unsigned char>& b) const {
  return sum_of(a_format_, b_format_, a, b);
}

unsigned GemmReference::turned_sum(const std::vector<unsigned char>& b,
                                   const std::vector<unsigned char>& a) const {
  return sum_of(b_format_, a_format_, b, a);
}
