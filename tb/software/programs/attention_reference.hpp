// The device's arithmetic that attention takes, from the model: heddle_model is compiled for the
// host alone, so that only this knows its headers.
#pragma once

#include <array>
#include <memory>

using KStep = std::array<unsigned char, 32>;

class AttentionReference {
 public:
  /// Of A's and B's format as tensor.mma has it, mode BLACKWELL, FP32 accumulators.
  explicit AttentionReference(unsigned format);
  ~AttentionReference();

  /// sum plus the products of a K-step.
  float add(const KStep& a, const KStep& b, float sum) const;
  /// ex2.approx
  static float power_of_two(float x);
  /// rcp.approx
  static float reciprocal(float x);

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};
