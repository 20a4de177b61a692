// heddle/attention.h against two references on the host: the same operations one by one, the matrix
// engine's, ex2.approx and rcp.approx from the model, of which all bits are compared; and the
// function itself in double, with a bound for the error. attention short: a few small ones.
#include <heddle/attention.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>

#include "attention_reference.hpp"
#include "check.hpp"

namespace {

struct Case {
  unsigned queries, keys, head_size;
  unsigned batches = 1, heads = 1;
  bool causal = false;
  float scale = 0.125F;
  float growth = 0;   // of K from key to key: later scores are greater
  unsigned more = 0;  // of the pitches of rows, in elements
  unsigned late = 0;  // from this key on K is `jump` times as great
  float jump = 1;
};

std::mt19937 generator(1);

template <typename T>
T element(float x) {
  if constexpr (std::is_same_v<T, __half>)
    return __float2half(x);
  else
    return T(x);
}
template <typename T>
double number(T x) {
  if constexpr (std::is_same_v<T, __half>)
    return static_cast<double>(__half2float(x));
  else
    return static_cast<double>(static_cast<float>(x));
}

/// Rows of each head of each batch: batch by batch, in it head by head.
template <typename T>
struct Matrices {
  unsigned rows, row, head, batch;
  std::vector<T> elements;

  Matrices(const Case& test, unsigned its_rows, float growth, float jump)
      : rows(its_rows),
        row(test.head_size + test.more),
        head(rows * row),
        batch(test.heads * head),
        elements(test.batches * batch) {
    std::normal_distribution<float> normal;
    for (unsigned i = 0; i < elements.size(); ++i) {
      const unsigned in_head = i % head / row;
      const float x = normal(generator) * (1 + growth * static_cast<float>(in_head));
      elements[i] = element<T>(in_head < test.late ? x : x * jump);
    }
  }
  const T* at(unsigned b, unsigned h, unsigned r) const {
    return &elements[b * batch + h * head + r * row];
  }
};

template <typename T>
KStep step_of(const T* row, unsigned first, unsigned end) {
  KStep bytes = {};
  const unsigned count = std::min<unsigned>(end - first, 32 / sizeof(T));
  std::memcpy(bytes.data(), row + first, count * sizeof(T));
  return bytes;
}

template <typename T>
struct Inputs {
  const Case& test;
  unsigned step_keys;  ///< of the plan
  bool engine_sums;    ///< likewise
  Matrices<T> q, k, v;

  unsigned seen(unsigned query) const {
    if (!test.causal) return test.keys;
    const int count =
        static_cast<int>(query) + 1 + static_cast<int>(test.keys) - static_cast<int>(test.queries);
    return static_cast<unsigned>(std::max(count, 0));
  }
};

/// Of a thread's weights, batch by batch, in each by pairs.
float sum_of(const std::vector<float>& weights) {
  const std::size_t batch = std::min<std::size_t>(8, weights.size() / 2);
  float sum = 0;
  for (std::size_t first = 0; first < weights.size(); first += batch) {
    std::vector<float> x(weights.begin() + static_cast<std::ptrdiff_t>(first),
                         weights.begin() + static_cast<std::ptrdiff_t>(first + batch));
    for (std::size_t width = batch / 2; width != 0; width /= 2) {
      for (std::size_t i = 0; i < width; ++i) x[i] = x[2 * i] + x[2 * i + 1];
    }
    sum += x[0];
  }
  return sum;
}

/// Whether a weight is, rounded, beyond the largest number of its format.
template <typename T>
bool beyond(float weight) {
  return std::is_same_v<T, __half> ? weight >= 65520 : weight > 464;
}

/// One row of O as the kernel makes it.
template <typename T>
std::vector<float> row_as_device(const Inputs<T>& in, const AttentionReference& engine, unsigned b,
                                 unsigned h, unsigned query) {
  using Shape = heddle_attention_shape<sizeof(T), 128, true>;  // only what all have
  constexpr unsigned kStepKeys = 32 / sizeof(T);
  constexpr float kNone = -std::numeric_limits<float>::infinity();
  const unsigned size = in.test.head_size, seen = in.seen(query), keys = in.step_keys;
  const float scale = in.test.scale * 1.4426950408889634F;
  std::vector<float> sums(size + 1);  // the last one is the engine's of the weights
  float reference = 0, sum[4] = {};   // the lanes'
  for (unsigned first = 0; first < std::max(seen, 1U); first += keys) {
    std::vector<float> scores(keys);
    float most = kNone, first_most = kNone;
    for (unsigned i = 0; i < keys && first + i < seen; ++i) {
      for (unsigned d = 0; d < size; d += kStepKeys) {
        scores[i] = engine.add(step_of(in.q.at(b, h, query), d, size),
                               step_of(in.k.at(b, h, first + i), d, size), scores[i]);
      }
      most = std::fmax(most, scores[i] * scale);
      if (i < 4 * Shape::kFirstScores) first_most = most;
    }
    most -= Shape::kOffset;
    first_most -= Shape::kOffset;
    if (first == 0) reference = first_most == kNone ? 0 : first_most;
    std::vector<float> p(keys);
    float step_sum[4];
    const auto weigh = [&] {
      bool fits = true;
      std::vector<float> of_thread[4];
      // A row's threads begin with one half of the keys or the other, by the swizzle of P's rows.
      const unsigned begin = query % 8 < 4 ? 0 : keys / 2;
      for (unsigned n = 0; n < keys; ++n) {
        const unsigned i = n ^ begin;
        const float x = first + i < seen ? std::fma(scores[i], scale, -reference) : kNone;
        p[i] = AttentionReference::power_of_two(x);
        fits = fits && !beyond<T>(p[i]);
        of_thread[i % 4].push_back(p[i]);
      }
      for (unsigned i = 0; i < 4; ++i) step_sum[i] = sum_of(of_thread[i]);
      return fits;
    };
    if (weigh()) {
      for (unsigned i = 0; i < 4; ++i) sum[i] += step_sum[i];
    } else {
      const float raised = std::fmax(reference, most);
      const float factor = AttentionReference::power_of_two(reference - raised);
      reference = raised;
      for (float& x : sums) x *= factor;
      REQUIRE(weigh());
      for (unsigned i = 0; i < 4; ++i) sum[i] = std::fma(sum[i], factor, step_sum[i]);
    }
    for (unsigned part = 0; part < keys; part += kStepKeys) {
      T weights[kStepKeys];
      for (unsigned i = 0; i < kStepKeys; ++i) weights[i] = element<T>(p[part + i]);
      for (unsigned d = 0; d <= size; ++d) {
        T column[kStepKeys] = {};
        for (unsigned i = 0; i < kStepKeys && first + part + i < in.test.keys; ++i) {
          column[i] = d == size ? element<T>(1) : in.v.at(b, h, first + part + i)[d];
        }
        sums[d] =
            engine.add(step_of(weights, 0, kStepKeys), step_of(column, 0, kStepKeys), sums[d]);
      }
    }
  }
  const float all = in.engine_sums ? sums[size] : (sum[0] + sum[1]) + (sum[2] + sum[3]);
  const float inverse = all != 0 ? AttentionReference::reciprocal(all) : 0.0F;
  sums.pop_back();
  for (float& x : sums) x *= inverse;
  return sums;
}

/// And as it is defined.
template <typename T>
std::vector<double> row_exactly(const Inputs<T>& in, unsigned b, unsigned h, unsigned query) {
  const unsigned size = in.test.head_size, seen = in.seen(query);
  std::vector<double> scores(seen), row(size);
  double most = -std::numeric_limits<double>::infinity(), sum = 0;
  for (unsigned k = 0; k < seen; ++k) {
    for (unsigned d = 0; d < size; ++d) {
      scores[k] += number(in.q.at(b, h, query)[d]) * number(in.k.at(b, h, k)[d]) *
                   static_cast<double>(in.test.scale);
    }
    most = std::max(most, scores[k]);
  }
  for (unsigned k = 0; k < seen; ++k) {
    const double p = std::exp(scores[k] - most);
    sum += p;
    for (unsigned d = 0; d < size; ++d) row[d] += p * number(in.v.at(b, h, k)[d]);
  }
  for (double& x : row) x = sum == 0 ? 0 : x / sum;
  return row;
}

template <typename T, typename O>
void check(const Case& test) {
  heddle_tensor_device device;
  REQUIRE(heddle_tensor_query(device) == cudaSuccess);
  const heddle_attention_plan plan =
      heddle_attention_make_plan(device, test.queries, test.head_size, sizeof(T));
  const Inputs<T> in = {test,
                        static_cast<unsigned>(plan.row_bytes / sizeof(T)),
                        plan.engine_sums,
                        Matrices<T>(test, test.queries, 0, 1),
                        Matrices<T>(test, test.keys, test.growth, test.jump),
                        Matrices<T>(test, test.keys, 0, 1)};
  const Matrices<O> blank(test, test.queries, 0, 1);
  DeviceArray<T> q(in.q.elements), k(in.k.elements), v(in.v.elements);
  DeviceArray<O> o(blank.elements);
  heddle_attention_problem<T, O> problem;
  problem.batches = test.batches;
  problem.heads = test.heads;
  problem.queries = test.queries;
  problem.keys = test.keys;
  problem.head_size = test.head_size;
  problem.scale = test.scale;
  problem.causal = test.causal;
  problem.q = {q.data(), in.q.row, in.q.head, in.q.batch};
  problem.k = {k.data(), in.k.row, in.k.head, in.k.batch};
  problem.v = {v.data(), in.v.row, in.v.head, in.v.batch};
  problem.o = {o.data(), blank.row, blank.head, blank.batch};
  REQUIRE(heddle_attention(problem) == cudaSuccess);
  const std::vector<O> found = o.values();

  const AttentionReference engine(std::is_same_v<T, __half> ? heddle_mma_f16 : heddle_mma_e4m3);
  double largest = 0;
  for (const T& x : in.v.elements) largest = std::max(largest, std::fabs(number(x)));
  // Roundings of P and O; of small P, of which there may be one a key; and of scores.
  const double bound = largest * (std::is_same_v<T, __half> ? 0x1p-10 + test.keys * 0x1p-25 + 1e-4
                                                            : 0x1p-4 + test.keys * 0x1p-14);
  std::vector<O> wanted = blank.elements;
  for (unsigned b = 0; b < test.batches; ++b) {
    for (unsigned h = 0; h < test.heads; ++h) {
      for (unsigned query = 0; query < test.queries; ++query) {
        const std::vector<float> row = row_as_device(in, engine, b, h, query);
        const std::vector<double> exact = row_exactly(in, b, h, query);
        for (unsigned d = 0; d < test.head_size; ++d) {
          O& place = wanted[b * blank.batch + h * blank.head + query * blank.row + d];
          place = element<O>(row[d]);
          REQUIRE(std::fabs(number(place) - exact[d]) <= bound);
        }
      }
    }
  }
  for (unsigned i = 0; i < found.size(); ++i) {
    if (std::memcmp(&found[i], &wanted[i], sizeof(O)) == 0) continue;
    std::fprintf(stderr,
                 "attention, %u queries, %u keys, heads of %u elements of %zu bytes: element %u of "
                 "O is %g, not %g\n",
                 test.queries, test.keys, test.head_size, sizeof(T), i, number(found[i]),
                 number(wanted[i]));
    std::exit(1);
  }
}

/// Sizes and places that are none.
void check_arguments() {
  DeviceArray<__half> memory(4096);
  const auto run = [&](auto change) {
    heddle_attention_problem<__half, __half> problem;
    problem.queries = problem.keys = 8;
    problem.head_size = 16;
    problem.q = problem.k = problem.v = {memory.data(), 16, 0, 0};
    problem.o = {memory.data() + 2048, 16, 0, 0};
    change(problem);
    return heddle_attention(problem);
  };
  REQUIRE(run([](auto&) {}) == cudaSuccess);
  REQUIRE(run([](auto& problem) { problem.heads = 0; }) == cudaSuccess);
  REQUIRE(run([](auto& problem) { problem.keys = 0; }) == cudaErrorInvalidValue);
  REQUIRE(run([](auto& problem) { problem.head_size = 12; }) == cudaErrorInvalidValue);
  REQUIRE(run([](auto& problem) { problem.head_size = 136; }) == cudaErrorInvalidValue);
  REQUIRE(run([](auto& problem) { problem.k.row = 8; }) == cudaErrorInvalidValue);
  REQUIRE(run([](auto& problem) { problem.v.row = 20; }) == cudaErrorInvalidValue);
  REQUIRE(run([](auto& problem) { problem.o.data += 1; }) == cudaErrorInvalidValue);
}

}  // namespace

int main(int argc, char** argv) {
  const bool all = argc < 2 || std::strcmp(argv[1], "short") != 0;
  int formats = 0, lanes = 0;
  REQUIRE(cudaDeviceGetAttribute(&formats, heddleDevAttrTensorFormats, 0) == cudaSuccess);
  REQUIRE(cudaDeviceGetAttribute(&lanes, heddleDevAttrTensorLanes, 0) == cudaSuccess);
  const bool has_bytes = (formats >> 3 & 1) != 0;
  if (formats == 0) {
    heddle_attention_problem<__half, __half> problem;
    problem.queries = problem.keys = problem.head_size = 8;
    REQUIRE(heddle_attention(problem) == cudaErrorNotSupported);
    return 0;
  }
  check<__half, __half>({.queries = 40, .keys = 70, .head_size = 64});
  check<__half, float>({.queries = 37, .keys = 37, .head_size = 24, .causal = true, .more = 8});
  if (has_bytes) check<__nv_fp8_e4m3, __half>({.queries = 17, .keys = 90, .head_size = 64});
  // Scores that grow beyond what their reference bears; the engine adds P on ecp5, too.
  check<__half, __half>({.queries = 20, .keys = 70, .head_size = 32, .late = 40, .jump = 8});
  // By more than a float has: all P that are too large are infinite before they are converted.
  check<__half, __half>({.queries = 20, .keys = 70, .head_size = 32, .late = 40, .jump = 2000});
  if (!all) return 0;
  check<__half, __half>({.queries = 100, .keys = 200, .head_size = 64, .late = 100, .jump = 60});
  check<__half, __half>(
      {.queries = 150, .keys = 150, .head_size = 64, .causal = true, .late = 100, .jump = 60});
  check<__half, float>({.queries = 60, .keys = 100, .head_size = 64, .late = 99, .jump = 200});
  check<__half, __half>({.queries = 100, .keys = 150, .head_size = 64, .growth = 0.2F});
  check<__half, __half>({.queries = 300, .keys = 200, .head_size = 64, .causal = true});
  check<__half, float>({.queries = 1, .keys = 1, .head_size = 8});
  check<__half, __half>({.queries = 20, .keys = 100, .head_size = 48, .batches = 2, .heads = 3});
  // Tiles without queries, of a head before another: on base and on ecp5.
  check<__half, __half>({.queries = 300, .keys = 512, .head_size = 64, .heads = 2});
  check<__half, __half>({.queries = 40, .keys = 250, .head_size = 64, .heads = 2});
  check<__half, __half>({.queries = 40, .keys = 250, .head_size = 64, .heads = 2, .causal = true});
  if (has_bytes) {
    check<__nv_fp8_e4m3, float>({.queries = 140, .keys = 300, .head_size = 48, .causal = true});
    check<__nv_fp8_e4m3, __half>({.queries = 33, .keys = 200, .head_size = 64, .growth = 0.1F});
    check<__nv_fp8_e4m3, __half>(
        {.queries = 33, .keys = 200, .head_size = 64, .late = 70, .jump = 60});
  }
  if (lanes >= 128) {
    check<__half, __half>({.queries = 150, .keys = 140, .head_size = 128, .causal = true});
    if (has_bytes) {
      check<__nv_fp8_e4m3, __half>({.queries = 64, .keys = 64, .head_size = 128});
      // Where the lanes add P.
      check<__nv_fp8_e4m3, __half>(
          {.queries = 150, .keys = 100, .head_size = 128, .late = 70, .jump = 60});
    }
  }
  check_arguments();
  return 0;
}
