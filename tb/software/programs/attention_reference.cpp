#include "attention_reference.hpp"

#include <bit>
#include <cstdint>

#include "isa/special_functions.hpp"
#include "tensor/dot_step.hpp"

namespace {

heddle::isa::TensorMma mma_of(unsigned format) {
  heddle::isa::TensorMma mma;
  mma.a_format = mma.b_format = format;
  return mma;
}

float special_function(heddle::isa::Op op, float x) {
  return std::bit_cast<float>(heddle::isa::special_function(op, std::bit_cast<std::uint32_t>(x)));
}

}  // namespace

struct AttentionReference::Engine {
  explicit Engine(unsigned format) : step(heddle::Config(), mma_of(format)) {}
  heddle::tensor::DotStep step;
};

AttentionReference::AttentionReference(unsigned format)
    : engine_(std::make_unique<Engine>(format)) {}
AttentionReference::~AttentionReference() = default;

float AttentionReference::add(const KStep& a, const KStep& b, float sum) const {
  return std::bit_cast<float>(
      engine_->step.compute({a}, {b}, std::bit_cast<std::uint32_t>(sum), 0));
}

float AttentionReference::power_of_two(float x) {
  return special_function(heddle::isa::Op::kEx2Approx, x);
}

float AttentionReference::reciprocal(float x) {
  return special_function(heddle::isa::Op::kRcpApprox, x);
}
