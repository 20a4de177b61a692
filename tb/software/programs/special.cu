// The fast intrinsics and rsqrtf stay within CUDA's error bounds (CUDA C++ Programming Guide,
// "Mathematical Functions"), and special operands give what they should.
#include <cmath>
#include <limits>
#include <random>

#include "check.hpp"

constexpr int kCount = 1 << 14;
constexpr int kBlock = 64;

enum Function {
  kRsqrt,
  kExp,
  kExp10,
  kLog2,
  kLog,
  kLog10,
  kSin,
  kCos,
  kTan,
  kPow,
  kDivide,
  kTanh,
};

__global__ void apply(Function function, const float* x, const float* y, float* out) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  float sine, cosine;
  switch (function) {
    case kRsqrt: out[i] = rsqrtf(x[i]); break;
    case kExp: out[i] = __expf(x[i]); break;
    case kExp10: out[i] = __exp10f(x[i]); break;
    case kLog2: out[i] = __log2f(x[i]); break;
    case kLog: out[i] = __logf(x[i]); break;
    case kLog10: out[i] = __log10f(x[i]); break;
    case kSin: out[i] = __sinf(x[i]); break;
    case kCos:
      __sincosf(x[i], &sine, &cosine);
      out[i] = cosine;
      break;
    case kTan: out[i] = __tanf(x[i]); break;
    case kPow: out[i] = __powf(x[i], y[i]); break;
    case kDivide: out[i] = __fdividef(x[i], y[i]); break;
    case kTanh: out[i] = __tanhf(x[i]); break;
  }
}

using Floats = std::vector<float>;

Floats run(Function function, const Floats& x, const Floats& y) {
  DeviceArray<float> x_device(x), y_device(y), out(x.size());
  apply<<<static_cast<unsigned int>(x.size()) / kBlock, kBlock>>>(function, x_device.data(),
                                                                  y_device.data(), out.data());
  require_launched();
  return out.values();
}
float one(Function function, float x, float y = 0) {
  return run(function, Floats(kBlock, x), Floats(kBlock, y))[0];
}

std::mt19937_64 random_bits(11);

Floats uniform(float low, float high) {
  Floats result(kCount);
  std::uniform_real_distribution<float> distribution(low, high);
  for (float& value : result) value = distribution(random_bits);
  return result;
}
/// Positive numbers 2^low to 2^high, all exponents alike.
Floats spread(float low, float high) {
  Floats result = uniform(low, high);
  for (float& value : result) value = std::exp2(value);
  return result;
}

/// How far `value` is from `exact`, in units of the last place of a float there.
double ulps(float value, double exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::fabs(value - exact) / std::ldexp(1.0, std::max(exponent, -125) - 24);
}

// Requires error(value, exact, x) <= 1 everywhere.
template <typename Exact, typename Error>
void require_close(Function function, const Floats& x, const Floats& y, Exact exact, Error error) {
  const Floats results = run(function, x, y);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double wanted = exact(double{x[i]}, double{y[i]});
    const double part = error(results[i], wanted, double{x[i]});
    if (part <= 1) continue;
    std::fprintf(stderr, "function %d of %a, %a: %a instead of %a, %g of the bound\n", function,
                 x[i], y[i], results[i], wanted, part);
    std::exit(1);
  }
}

/// At most so many units of the last place.
auto within_ulps(double bound) {
  return [=](float value, double exact, double) { return ulps(value, exact) / bound; };
}
auto within(double bound) {
  return [=](float value, double exact, double) { return std::fabs(value - exact) / bound; };
}
/// bound + floor(|slope * x|) units of the last place.
auto within_growing_ulps(double bound, double slope) {
  return [=](float value, double exact, double x) {
    return ulps(value, exact) / (bound + std::floor(std::fabs(slope * x)));
  };
}

void check_bounds() {
  const auto of_one = [](double (*function)(double)) {
    return [=](double x, double) { return function(x); };
  };
  const Floats none(kCount);
  const auto root = [](double x, double) { return 1 / std::sqrt(x); };
  require_close(kRsqrt, spread(-126, 127.9F), none, root, within_ulps(2));
  require_close(kRsqrt, spread(-148, -126), none, root, within_ulps(2));
  require_close(kExp, uniform(-80, 80), none, of_one(std::exp), within_growing_ulps(2, 1.173));
  require_close(kExp, uniform(44.3F, 45.3F), none, of_one(std::exp),
                within_growing_ulps(2, 1.173));  // where the error is greatest for the bound
  require_close(
      kExp10, uniform(-35, 35), none, [](double x, double) { return std::pow(10.0, x); },
      within_growing_ulps(2, 2.95));
  const Floats around_one = uniform(0.5F, 2);
  const Floats large = spread(1, 127.9F);
  const Floats small = spread(-126, -1);
  require_close(kLog2, around_one, none, of_one(std::log2), within(0x1p-22));
  require_close(kLog, around_one, none, of_one(std::log), within(std::exp2(-21.41)));
  require_close(kLog10, around_one, none, of_one(std::log10), within(0x1p-24));
  for (const Floats& others : {large, small}) {
    require_close(kLog2, others, none, of_one(std::log2), within_ulps(2));
    require_close(kLog, others, none, of_one(std::log), within_ulps(3));
    require_close(kLog10, others, none, of_one(std::log10), within_ulps(3));
  }
  const Floats circle = uniform(-3.1415925F, 3.1415925F);
  require_close(kSin, circle, none, of_one(std::sin), within(std::exp2(-21.41)));
  require_close(kCos, circle, none, of_one(std::cos), within(std::exp2(-21.19)));
  // The quotient of the two, whose errors count most where the cosine is small.
  require_close(kTan, uniform(-1.5F, 1.5F), none, of_one(std::tan),
                [](float value, double exact, double) {
                  return std::fabs(value - exact) / (0x1p-21 * (1 + exact * exact) * 2);
                });
  require_close(
      kDivide, spread(-60, 60), spread(-60, 60), [](double x, double y) { return x / y; },
      within_ulps(2));
  require_close(kTanh, uniform(-10, 10), none, of_one(std::tanh),
                [](float value, double exact, double) {
                  return std::fabs(value - exact) / (0x1p-11 * std::fabs(exact));
                });
  // y * log2(x) is rounded, and may be some 2^-22 off for each of its units.
  const Floats bases = spread(-8, 8), exponents = uniform(-8, 8);
  require_close(
      kPow, bases, exponents, [](double x, double y) { return std::pow(x, y); },
      [](float value, double exact, double) {
        const double scale = 1 + std::fabs(std::log2(exact));
        return std::fabs(value / exact - 1) / (0x1p-22 * 2 * (scale + 8));
      });
}

void check_special_operands() {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const float nan = std::nanf("");
  REQUIRE(one(kRsqrt, 4) == 0.5F);
  REQUIRE(one(kRsqrt, 0.0F) == kInfinity);
  REQUIRE(one(kRsqrt, -0.0F) == -kInfinity);
  REQUIRE(one(kRsqrt, kInfinity) == 0);
  REQUIRE(std::isnan(one(kRsqrt, -1)));
  REQUIRE(std::isnan(one(kRsqrt, -0x1p-140F)));
  REQUIRE(std::isnan(one(kRsqrt, nan)));
  REQUIRE(one(kRsqrt, 0x1p-140F) == 0x1p70F);
  REQUIRE(one(kExp, 0) == 1);
  REQUIRE(one(kExp, kInfinity) == kInfinity);
  REQUIRE(one(kExp, -kInfinity) == 0);
  REQUIRE(one(kLog, 1) == 0);
  REQUIRE(one(kLog, 0) == -kInfinity);
  REQUIRE(std::isnan(one(kLog, -1)));
  REQUIRE(one(kLog2, 8) == 3);
  REQUIRE(one(kSin, 0) == 0);
  REQUIRE(one(kCos, 0) == 1);
  REQUIRE(std::isnan(one(kSin, kInfinity)));
  REQUIRE(one(kPow, 2, 10) == 1024);
  REQUIRE(one(kPow, 0, 3) == 0);
  REQUIRE(one(kDivide, 6, 3) == 2);
  REQUIRE(one(kDivide, 1, kInfinity) == 0);
  REQUIRE(one(kDivide, 1, 0x1p127F) == 0);  // CUDA's: from 2^126 on, the reciprocal is 0
  REQUIRE(one(kTanh, 100) == 1);
}

int main() {
  check_bounds();
  check_special_operands();
  return 0;
}
