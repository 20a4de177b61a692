// The scenarios of l1_cache.tests.cpp run on the model, with caches of several shapes and with
// none.
#include "memory/l1_cache.hpp"

#include "l1_cache_bench.hpp"

namespace heddle::tb {
namespace {

class ModelUnit final : public L1CacheUnit {
 public:
  explicit ModelUnit(const Config& config) : config_(config), cache_(config) {}

  const Config& config() const override { return config_; }
  L1CacheOut cycle(const L1CacheIn& in) override {
    const LineResponse* line = in.line.valid ? &in.line : nullptr;
    const LineResponse* response = cache_.response(line);
    L1CacheOut out;
    out.ready = cache_.out().ready;
    if (cache_.out().request != nullptr) out.out = *cache_.out().request;
    out.line_ready = cache_.line_ready(in.response_ready);
    if (response != nullptr) out.response = *response;
    out.load_hit = cache_.out().load_hit;
    out.load_miss = cache_.out().load_miss;

    timed::L1Cache::Inputs inputs;
    inputs.start = in.start;
    inputs.bypass = in.bypass;
    inputs.request = in.request.valid ? &in.request : nullptr;
    inputs.tag = in.request.tag;
    inputs.out_ready = in.out_ready;
    inputs.response = line;
    inputs.response_ready = in.response_ready;
    cache_.eval(inputs);
    cache_.tick();
    return out;
  }

 private:
  Config config_;
  timed::L1Cache cache_;
};

}  // namespace

std::vector<L1CacheFactory> open_l1_units() {
  std::vector<L1CacheFactory> units;
  const auto add = [&units](std::uint32_t sets, std::uint32_t ways) {
    Config config;
    config.line_tags = 16;
    config.l1_ways = ways;
    config.l1_bytes = sets * ways * Config::kLineBytes;
    units.emplace_back([config] { return std::make_unique<ModelUnit>(config); });
  };
  add(4, 2);
  add(2, 1);
  add(2, 4);
  add(0, 2);
  return units;
}

}  // namespace heddle::tb
