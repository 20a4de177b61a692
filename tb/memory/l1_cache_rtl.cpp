// The scenarios of l1_cache.tests.cpp run on the verilated RTL of one configuration.
#include <Vl1_cache.h>

#include <cstring>

#include "isa/instructions.hpp"
#include "l1_cache_bench.hpp"

namespace heddle::tb {
namespace {

class RtlUnit final : public L1CacheUnit {
 public:
  RtlUnit() : config_(Config::load(HEDDLE_TEST_CONFIG)) {
    model_.rst_ni = 0;
    edge();
    model_.rst_ni = 1;
  }
  ~RtlUnit() override { model_.final(); }
  RtlUnit(const RtlUnit&) = delete;
  RtlUnit& operator=(const RtlUnit&) = delete;

  const Config& config() const override { return config_; }
  L1CacheOut cycle(const L1CacheIn& in) override {
    Vl1_cache& m = model_;
    m.start_i = in.start;
    m.bypass_i = in.bypass;
    m.request_valid_i = in.request.valid;
    m.request_write_i = in.request.write;
    m.request_atomic_i = in.request.atomic;
    m.request_op_i = static_cast<std::uint8_t>(in.request.op);
    m.request_word_i = static_cast<std::uint8_t>(in.request.word);
    m.request_line_i = in.request.line;
    m.request_tag_i = static_cast<std::uint8_t>(in.request.tag);
    std::memcpy(&m.request_data_i[0], in.request.data.data(), in.request.data.size());
    m.request_strobe_i = in.request.strobe;
    m.out_ready_i = in.out_ready;
    m.memory_response_valid_i = in.line.valid;
    m.memory_response_tag_i = static_cast<std::uint8_t>(in.line.tag);
    m.memory_response_write_i = in.line.write;
    m.memory_response_error_i = in.line.error;
    std::memcpy(&m.memory_response_data_i[0], in.line.data.data(), in.line.data.size());
    m.response_ready_i = in.response_ready;
    m.clk_i = 0;
    m.eval();
    const L1CacheOut out = outputs();
    m.clk_i = 1;
    m.eval();
    return out;
  }

 private:
  void edge() {
    model_.clk_i = 0;
    model_.eval();
    model_.clk_i = 1;
    model_.eval();
  }

  L1CacheOut outputs() const {
    const Vl1_cache& m = model_;
    L1CacheOut out;
    out.ready = m.request_ready_o != 0;
    out.out.valid = m.out_valid_o != 0;
    if (out.out.valid) {
      out.out.write = m.out_write_o != 0;
      out.out.atomic = m.out_atomic_o != 0;
      out.out.op = static_cast<isa::Op>(m.out_op_o);
      out.out.word = m.out_word_o;
      out.out.line = m.out_line_o;
      out.out.tag = m.out_tag_o;
      std::memcpy(out.out.data.data(), &m.out_data_o[0], out.out.data.size());
      out.out.strobe = m.out_strobe_o;
    }
    out.line_ready = m.memory_response_ready_o != 0;
    out.response.valid = m.response_valid_o != 0;
    if (out.response.valid) {
      out.response.tag = m.response_tag_o;
      out.response.write = m.response_write_o != 0;
      out.response.error = m.response_error_o != 0;
      std::memcpy(out.response.data.data(), &m.response_data_o[0], out.response.data.size());
    }
    out.load_hit = m.load_hit_o != 0;
    out.load_miss = m.load_miss_o != 0;
    return out;
  }

  Config config_;
  Vl1_cache model_;
};

}  // namespace

std::vector<L1CacheFactory> open_l1_units() {
  return {[] { return std::make_unique<RtlUnit>(); }};
}

}  // namespace heddle::tb
