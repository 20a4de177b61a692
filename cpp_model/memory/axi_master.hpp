// One memory channel: line requests to AXI4 bursts and back. Source: docs/architecture/memory.md,
// "axi_master".
#pragma once

#include <array>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class AxiMaster {
 public:
  struct Inputs {
    bool start = false;
    const MemoryRequest* request = nullptr;  ///< l2_slice; null: not valid
    bool response_ready = false;             ///< l2_slice
    const AxiSlaveOut* axi = nullptr;
  };
  struct Outputs {
    bool ready = true;  ///< takes a request
    MemoryResponse response;
    AxiMasterOut axi;
  };

  explicit AxiMaster(const Config& config);

  const Outputs& out() const { return out_; }
  /// There is more to do than wait for a request or for the bus.
  bool busy() const { return busy_; }
  void eval(const Inputs& in) {
    active_ = busy_ || in.request != nullptr || in.axi->r_valid || in.axi->b_valid || in.start;
    if (active_) step(in);
  }
  void tick() {
    if (active_) update();
  }

 private:
  static constexpr std::uint32_t kMaxTransactions = 64;

  struct Transaction {
    bool write = false, error = false;
    std::uint32_t line = 0, id = 0;
    std::uint32_t next_beat = 0;
    LineData data{};
  };

  void step(const Inputs& in);
  void update();
  void take_read_beat(const AxiSlaveOut& axi);
  void take_write_response(const AxiSlaveOut& axi);
  void step_channels();
  void start_head(const AxiSlaveOut& axi);
  void load_response(bool response_ready);
  void show_write_beat();
  void reset();

  std::uint32_t beat_bytes_;
  std::uint32_t beats_;
  std::uint64_t all_;  ///< a bit for each entry
  Fifo<MemoryRequest, 2> requests_{2};
  std::array<Transaction, kMaxTransactions> transactions_{};
  std::uint64_t valid_ = 0, done_ = 0;            ///< by entry
  std::uint64_t next_valid_ = 0, next_done_ = 0;  ///< their values in the next cycle
  std::uint64_t after_ = ~std::uint64_t{0};       ///< entries behind the one loaded last
  Fifo<MemoryRequest, 2> writes_{2};              ///< lines for the W channel
  std::uint32_t write_beat_ = 0;                  ///< of the first one
  bool busy_ = false;
  bool active_ = false;  ///< this cycle changes something
  bool start_ = false;
  // What tick() does to the shown registers.
  bool load_ = false, clear_response_ = false;
  std::uint32_t load_entry_ = 0;
  bool start_read_ = false, start_write_ = false;
  std::uint32_t start_entry_ = 0, start_line_ = 0;
  bool ar_accepted_ = false, aw_accepted_ = false, w_accepted_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
