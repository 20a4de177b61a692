// Between the SM's three sources of line requests and the memory channels: wires, and round-robin
// pointers. Source: docs/architecture/memory.md, "crossbar".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "common/round_robin.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Crossbar {
 public:
  static constexpr std::uint32_t kMaxChannels = 16;

  struct Inputs {
    bool start = false;
    const LineRequest* instruction = nullptr;  ///< instruction_cache
    const LineRequest* data = nullptr;         ///< l1_cache; null: not valid
    const LineRequest* copy = nullptr;         ///< copy_engine; null: not valid
    // By channel, of the l2_slices.
    std::uint32_t channels_ready = 0;   ///< takes a request
    std::uint32_t responses_valid = 0;  ///< shows a response
    std::array<const LineResponse*, kMaxChannels> responses{};
    bool instruction_line_ready = false;  ///< instruction_cache takes a response
    bool data_line_ready = false;         ///< l1_cache takes a response
    bool copy_line_ready = false;         ///< copy_engine takes a response
  };
  /// A channel's request of this cycle; `line` is null if there is none.
  struct ChannelRequest {
    const LineRequest* line = nullptr;
    std::uint32_t tag = 0;
  };
  /// What the wires carry in this cycle.
  struct Wires {
    ChannelRequest instruction, data, copy;  ///< as far as they got through to their channel
    std::uint32_t instruction_channel = 0, data_channel = 0, copy_channel = 0;
    bool instruction_ready = false, data_ready = false, copy_ready = false;
    bool contested = false;  ///< data and copy want one channel, and one of them is transferred
    const LineResponse* instruction_line = nullptr;  ///< null: not valid
    const LineResponse* data_line = nullptr;
    const LineResponse* copy_line = nullptr;
    std::uint32_t data_line_channel = 0, copy_line_channel = 0;
    std::uint32_t lines_ready = 0;  ///< by channel: its response is taken

    ChannelRequest request(std::uint32_t channel) const {
      if (instruction.line != nullptr && instruction_channel == channel) return instruction;
      if (copy.line != nullptr && copy_channel == channel) return copy;
      return data.line != nullptr && data_channel == channel ? data : ChannelRequest{};
    }
    bool line_ready(std::uint32_t channel) const { return (lines_ready >> channel & 1) != 0; }
  };

  explicit Crossbar(const Config& config) : channels_(config.channels) {}

  Wires route(const Inputs& in) const {
    const bool request = in.data != nullptr || in.copy != nullptr || in.instruction->valid;
    return request || in.responses_valid != 0 ? connect(in) : Wires{};
  }
  void eval(const Inputs& in, const Wires& wires) {
    if (in.start) [[unlikely]] {
      next_ = Order{};
      return;
    }
    if (wires.contested) next_.copy_first = wires.data_ready;
    if (wires.data_line != nullptr && in.data_line_ready) next_.data.take(wires.data_line_channel);
    if (wires.copy_line != nullptr && in.copy_line_ready) next_.copy.take(wires.copy_line_channel);
  }
  void tick() { order_ = next_; }

 private:
  struct Order {
    bool copy_first = true;  ///< if both data and copy want a channel
    RoundRobin data, copy;   ///< over their responses
  };

  Wires connect(const Inputs& in) const;
  void connect_requests(const Inputs& in, Wires& wires) const;
  void connect_responses(const Inputs& in, Wires& wires) const;

  std::uint32_t channels_;
  Order order_, next_;
};

}  // namespace heddle::timed
