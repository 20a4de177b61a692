// The memory behind the AXI4 ports in simulation: one slave a channel over one image. Both sides of
// the lockstep use it, each with an image of its own. It takes bursts of exactly one 64-byte line,
// as axi_master makes them, and throws std::logic_error for anything else.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "common/config.hpp"
#include "memory/memory_image.hpp"
#include "memory/memory_timing.hpp"
#include "timed/signals.hpp"

namespace heddle {

class AxiMemory {
 public:
  /// `image` must outlive this object; the host may access it between cycles.
  AxiMemory(const Config& config, const MemoryTiming& timing, MemoryImage& image);

  /// The slave's pins in this cycle, functions of its registers only.
  const timed::AxiSlaveOut& out(std::uint32_t channel) const { return outs_[channel]; }
  /// The same for all channels, by number.
  std::span<const timed::AxiSlaveOut> outs() const { return outs_; }

  /// False: unless a master drives a valid signal, this cycle needs no tick() of any channel.
  bool due() const { return shown_ || cycle_ + 1 >= first_ready_ || timing_.seed != 0; }

  /// What a channel makes of this cycle, in which its master drove `master`.
  void tick(std::uint32_t channel, const timed::AxiMasterOut& master) {
    const timed::AxiSlaveOut& out = outs_[channel];
    if (master.ar_valid || master.aw_valid || master.w_valid || out.r_valid || out.b_valid ||
        cycle_ + 1 >= channels_[channel].first_ready || timing_.seed != 0) {
      step(channel, master);
    }
  }

  /// After all channels' tick(), or instead of them: the next cycle begins.
  void end_cycle() {
    ++cycle_;
    if (stepped_) look_ahead();
  }

 private:
  // More than a master of any configuration has in flight in one direction.
  static constexpr std::uint32_t kQueueDepth = 16;
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  struct Request {
    std::uint32_t id = 0;
    std::uint32_t address = 0;
    std::uint64_t ready_at = 0;  // first cycle in which the response may be visible
  };
  /// In order of acceptance.
  struct Queue {
    std::array<Request, kQueueDepth> entries{};
    std::uint32_t size = 0;

    void push(const Request& request);
    Request take(std::uint32_t index);
    /// The entry that was ready first, if one may be visible in `cycle`; else -1.
    int find_ready(std::uint64_t cycle) const;
    /// Keeps responses with one ID in order.
    std::uint64_t not_before(std::uint32_t id) const;
    /// When the first entry is ready; kNever if there is none.
    std::uint64_t first_ready() const;
  };
  struct Channel {
    std::uint32_t index = 0;
    std::uint64_t requests = 0;
    std::uint64_t first_ready = kNever;  // of reads and responses
    Queue reads;
    Queue writes;            // address accepted, data not complete
    Queue responses;         // data landed, B not yet visible
    timed::LineData line{};  // of the burst on the R channel
    std::uint32_t r_beat = 0;
    timed::LineData w_line{};
    std::uint64_t w_strobe = 0;
    std::uint32_t w_beats = 0;
    bool w_complete = false;
  };

  void step(std::uint32_t channel, const timed::AxiMasterOut& master);
  void look_ahead();
  void accept(Channel& channel, const timed::AxiSlaveOut& out, const timed::AxiMasterOut& master);
  void land_write(Channel& channel);
  void next_read_beat(Channel& channel, timed::AxiSlaveOut& out);
  void put_beat(const Channel& channel, timed::AxiSlaveOut& out) const;
  std::uint64_t response_time(Channel& channel);

  MemoryTiming timing_;
  MemoryImage& image_;
  std::uint32_t beat_bytes_;
  std::uint32_t beats_;
  std::vector<timed::AxiSlaveOut> outs_;
  std::vector<Channel> channels_;
  std::uint64_t cycle_ = 0;
  bool stepped_ = false;                // a channel, in this cycle
  bool shown_ = false;                  // a channel shows a response
  std::uint64_t first_ready_ = kNever;  // of all reads and responses that wait
};

}  // namespace heddle
