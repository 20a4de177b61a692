// The SDRAM controller's RTL with a model of the SDRAM that checks every command: random lines
// against a memory image.
#include <Vsdram_controller.h>
#include <verilated.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "board/sdram_model.hpp"
#include "common/config.hpp"

namespace heddle::board {
namespace {

using Line = std::array<std::uint8_t, 64>;
constexpr std::uint32_t kOkay = 0;
constexpr std::uint32_t kDecodeError = 3;
constexpr std::uint32_t kIds = 8;

struct Request {
  std::uint32_t id = 0;
  std::uint32_t address = 0;
  Line data{};
  std::uint64_t strobe = 0;
};

class Bench {
 public:
  explicit Bench(std::uint64_t seed) : sdram(timing(), seed), random_(seed) {
    beat_bytes_ = Config::load(HEDDLE_TEST_CONFIG).axi_data_bits / 8;
    context_.randReset(2);
    context_.randSeed(static_cast<int>(seed));
    top_ = std::make_unique<Vsdram_controller>(&context_);
    top_->rst_ni = 0;
    top_->clk_i = 0;
    top_->eval();
    top_->clk_i = 1;
    top_->eval();
    top_->rst_ni = 1;
  }
  ~Bench() { top_->final(); }

  static SdramTiming timing() {
    SdramTiming result;
    result.period = 1e6 / HEDDLE_TEST_CLOCK_KHZ;
    result.cas_latency = HEDDLE_TEST_CAS_LATENCY;
    return result;
  }

  void read(const Request& request) { reads_.push_back(request); }
  void write(const Request& request) { writes_.push_back(request); }
  bool busy() const { return !reads_.empty() || !writes_.empty() || pending(); }
  /// In 1/8: how often the manager holds ready and valid back.
  void set_lazy(std::uint32_t eighths) { lazy_ = eighths; }
  std::uint64_t cycles() const { return cycles_; }
  bool initialized() const { return top_->initialized_o != 0; }

  void cycle() {
    // The outputs that the SDRAM takes in the middle of the cycle.
    top_->eval();
    SdramPins pins;
    pins.cke = top_->sdram_cke_o != 0;
    pins.cs_n = top_->sdram_cs_no != 0;
    pins.ras_n = top_->sdram_ras_no != 0;
    pins.cas_n = top_->sdram_cas_no != 0;
    pins.we_n = top_->sdram_we_no != 0;
    pins.ba = top_->sdram_ba_o;
    pins.a = top_->sdram_a_o;
    pins.dqm = top_->sdram_dqm_o;
    pins.drives = top_->sdram_dq_oe_o != 0;
    pins.dq = top_->sdram_dq_o;
    sdram.edge(pins);
    // A slow board: the words come whole cycles later, and so they leave the pins.
    words_.push_back(sdram.drives() ? std::optional(sdram.dq()) : std::nullopt);
    const std::optional<std::uint16_t> word = words_.front();
    words_.pop_front();
    REQUIRE(!(word && pins.drives));
    top_->sdram_dq_i = word ? *word : static_cast<SData>(random_());
    drive();
    top_->clk_i = 0;
    top_->eval();
    sample();
    top_->clk_i = 1;
    top_->eval();
    ++cycles_;
  }

  /// What answered requests must have read, by the image.
  std::map<std::uint32_t, Line> image;
  SdramModel sdram;
  std::uint64_t answered = 0;

 private:
  bool lazy() { return random_() % 8 < lazy_; }
  bool pending() const {
    for (const auto& queue : read_pending_) {
      if (!queue.empty()) return true;
    }
    for (const auto& queue : write_pending_) {
      if (!queue.empty()) return true;
    }
    return false;
  }
  Line& line(std::uint32_t address) {
    const auto [entry, fresh] = image.try_emplace(address);
    if (fresh) {
      for (std::uint32_t i = 0; i < 64; ++i) entry->second[i] = sdram.byte(address + i);
    }
    return entry->second;
  }

  void drive() {
    // A valid stays until it is taken.
    if (!ar_ && !reads_.empty() && !lazy()) {
      ar_ = reads_.front();
      reads_.pop_front();
      if (inside(ar_->address)) line(ar_->address);
    }
    if (!aw_ && !writes_.empty() && !lazy()) {
      aw_ = writes_.front();
      w_queue_.push_back(writes_.front());
      writes_.pop_front();
      if (inside(aw_->address)) line(aw_->address);
    }
    if (!w_valid_) w_valid_ = !w_queue_.empty() && !lazy();
    top_->s_axi_arvalid_i = ar_.has_value();
    if (ar_) {
      top_->s_axi_arid_i = static_cast<CData>(ar_->id);
      top_->s_axi_araddr_i = ar_->address;
    }
    top_->s_axi_awvalid_i = aw_.has_value();
    if (aw_) {
      top_->s_axi_awid_i = static_cast<CData>(aw_->id);
      top_->s_axi_awaddr_i = aw_->address;
    }
    top_->s_axi_wvalid_i = w_valid_;
    if (w_valid_) {
      std::memcpy(&top_->s_axi_wdata_i, w_queue_.front().data.data() + w_beat_ * beat_bytes_,
                  beat_bytes_);
      const std::uint64_t strobe = w_queue_.front().strobe >> (w_beat_ * beat_bytes_);
      std::memcpy(&top_->s_axi_wstrb_i, &strobe, std::max(1U, beat_bytes_ / 8));
    }
    top_->s_axi_rready_i = !lazy();
    top_->s_axi_bready_i = !lazy();
  }

  void sample() {
    if (ar_ && top_->s_axi_arready_o) {
      read_pending_[ar_->id].push_back(*ar_);
      ar_.reset();
    }
    if (aw_ && top_->s_axi_awready_o) {
      write_pending_[aw_->id].push_back(*aw_);
      aw_.reset();
    }
    if (w_valid_ && top_->s_axi_wready_o) {
      w_valid_ = false;
      if (++w_beat_ == 64 / beat_bytes_) {
        w_beat_ = 0;
        w_queue_.pop_front();
      }
    }
    if (top_->s_axi_rvalid_o && top_->s_axi_rready_i) take_read_beat();
    if (top_->s_axi_bvalid_o && top_->s_axi_bready_i) take_write_response();
  }

  static bool inside(std::uint32_t address) { return address < SdramModel::kBytes; }

  void take_read_beat() {
    const std::uint32_t id = top_->s_axi_rid_o;
    REQUIRE(!read_pending_[id].empty());
    if (r_beat_ == 0) r_id_ = id;
    REQUIRE(r_id_ == id);
    const Request& request = read_pending_[id].front();
    Line expected{};
    if (inside(request.address)) expected = image.at(request.address);
    REQUIRE(std::memcmp(&top_->s_axi_rdata_o, expected.data() + r_beat_ * beat_bytes_,
                        beat_bytes_) == 0);
    REQUIRE(top_->s_axi_rresp_o == (inside(request.address) ? kOkay : kDecodeError));
    ++r_beat_;
    REQUIRE((top_->s_axi_rlast_o != 0) == (r_beat_ == 64 / beat_bytes_));
    if (top_->s_axi_rlast_o) {
      r_beat_ = 0;
      read_pending_[id].pop_front();
      ++answered;
    }
  }

  void take_write_response() {
    const std::uint32_t id = top_->s_axi_bid_o;
    REQUIRE(!write_pending_[id].empty());
    const Request& request = write_pending_[id].front();
    REQUIRE(top_->s_axi_bresp_o == (inside(request.address) ? kOkay : kDecodeError));
    if (inside(request.address)) {
      Line& written = image.at(request.address);
      for (std::uint32_t i = 0; i < 64; ++i) {
        if ((request.strobe >> i & 1) != 0) written[i] = request.data[i];
      }
    }
    write_pending_[id].pop_front();
    ++answered;
  }

  VerilatedContext context_;
  std::unique_ptr<Vsdram_controller> top_;
  std::mt19937_64 random_;
  std::uint32_t beat_bytes_ = 0;
  std::uint32_t lazy_ = 0;
  std::uint64_t cycles_ = 0;
  std::deque<Request> reads_, writes_, w_queue_;
  std::optional<Request> ar_, aw_;
  bool w_valid_ = false;
  std::uint32_t w_beat_ = 0, r_beat_ = 0, r_id_ = 0;
  std::deque<std::optional<std::uint16_t>> words_ =
      std::deque<std::optional<std::uint16_t>>(HEDDLE_TEST_READ_DELAY);
  std::array<std::deque<Request>, kIds> read_pending_, write_pending_;
};

/// Lines of which no two in flight are the same one: the order of such is open.
class Traffic {
 public:
  explicit Traffic(std::uint64_t seed) : random_(seed) {}

  /// So many lines, near each other or far apart, in a few rows or all of memory.
  void round(Bench& bench, std::uint32_t lines) {
    std::map<std::uint32_t, bool> used;
    const std::uint32_t spread = 1U << (random_() % 20);
    const auto base = static_cast<std::uint32_t>(random_() % (SdramModel::kBytes / 64));
    for (std::uint32_t i = 0; i < lines; ++i) {
      std::uint32_t number = (base + static_cast<std::uint32_t>(random_() % spread));
      number %= SdramModel::kBytes / 64;
      std::uint32_t address = number * 64;
      if (random_() % 32 == 0) address |= SdramModel::kBytes << (random_() % 7);
      if (!used.emplace(address, true).second) continue;
      Request request;
      request.id = static_cast<std::uint32_t>(random_() % kIds);
      request.address = address;
      for (std::uint8_t& byte : request.data) byte = static_cast<std::uint8_t>(random_());
      request.strobe = random_() % 2 == 0 ? ~std::uint64_t{0} : random_() & random_();
      if (random_() % 2 == 0) {
        bench.read(request);
      } else {
        bench.write(request);
      }
    }
    const std::uint64_t limit = bench.cycles() + 100'000 + 2'000ULL * lines;
    while (bench.busy()) {
      bench.cycle();
      REQUIRE(bench.cycles() < limit);
    }
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("Random lines are read as they were written, and every command keeps the SDRAM's times") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    INFO("seed " << seed);
    Bench bench(seed);
    Traffic traffic(seed);
    for (std::uint32_t i = 0; i < 40; ++i) {
      bench.set_lazy(static_cast<std::uint32_t>(i % 4 * 2));
      traffic.round(bench, 40);
    }
    CHECK(bench.answered > 1000);
  }
}

TEST_CASE("An idle SDRAM is refreshed") {
  Bench bench(7);
  while (!bench.initialized()) bench.cycle();
  const std::uint64_t before = bench.sdram.refreshes();
  const auto interval = static_cast<std::uint64_t>(7'800.0 / Bench::timing().period);
  for (std::uint64_t i = 0; i < 100 * interval; ++i) bench.cycle();
  CHECK(bench.sdram.refreshes() - before >= 99);
  CHECK(bench.sdram.refreshes() - before <= 102);
}

TEST_CASE("Lines of one row need one activation between two refreshes") {
  Bench bench(8);
  while (!bench.initialized()) bench.cycle();
  const std::uint64_t begin = bench.cycles();
  const std::uint64_t refreshes = bench.sdram.refreshes();
  for (std::uint32_t i = 0; i < 16; ++i) {
    Request request;
    request.address = 0x10000 + 64 * i;
    bench.read(request);
  }
  while (bench.busy()) bench.cycle();
  CHECK(bench.sdram.activates() <= 1 + bench.sdram.refreshes() - refreshes);
  // 32 words a line, and what lies between two lines.
  CHECK(bench.cycles() - begin <= 16 * 40 + 100);
}

}  // namespace heddle::board
