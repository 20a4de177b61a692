// The matrix engine's sums, from the model: heddle_model is compiled for the host alone, so that
// only this knows its headers.
#pragma once

#include <vector>

class GemmReference {
 public:
  /// Formats as tensor.mma has them, mode BLACKWELL, 32-bit accumulators; the environment's
  /// configuration.
  GemmReference(unsigned a_format, unsigned b_format) : a_format_(a_format), b_format_(b_format) {}

  /// All steps over lines of K, of whole steps.
  unsigned sum(const std::vector<unsigned char>& a, const std::vector<unsigned char>& b) const;
  /// The same with A and B in each other's place.
  unsigned turned_sum(const std::vector<unsigned char>& b,
                      const std::vector<unsigned char>& a) const;

 private:
  unsigned a_format_, b_format_;
};
