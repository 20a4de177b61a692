// The verilated device: pins, clock, memory and waveform. `Vlockstep_top` is the gpu with the
// probe's ports.
#pragma once

#include <verilated.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <type_traits>

#include "Vlockstep_top.h"
#include "common/config.hpp"
#include "device/axi_lite.hpp"
#include "device/device_options.hpp"
#include "lockstep/compare.hpp"
#include "memory/axi_memory.hpp"
#include "memory/memory_image.hpp"
#include "timed/signals.hpp"
#ifdef HEDDLE_COVERAGE
#include "lockstep/coverage.hpp"
#endif
#ifdef HEDDLE_TRACE
#include "lockstep/wave_file.hpp"
#endif

namespace heddle::lockstep {

class RtlSide {
 public:
  RtlSide(const Config& config, const DeviceOptions& options)
      : config_(config),
        options_(options),
        memory_(config, {options.memory_latency, options.memory_seed}, image),
        context_(std::make_unique<VerilatedContext>())
#ifdef HEDDLE_TRACE
        ,
        wave_(options, HEDDLE_WAVE_VIEW)
#endif
  {
    context_->randReset(options.x_seed == 0 ? 0 : 2);
    context_->randSeed(static_cast<int>(options.x_seed));
#ifdef HEDDLE_TRACE
    context_->traceEverOn(true);
#endif
    top_ = std::make_unique<Vlockstep_top>(context_.get(), "gpu");
#ifdef HEDDLE_TRACE
    wave_.open(*top_);
#endif
    reset();
  }
  ~RtlSide() {
    top_->final();
#ifdef HEDDLE_COVERAGE
    add_coverage(*context_);
#endif
  }
  RtlSide(const RtlSide&) = delete;
  RtlSide& operator=(const RtlSide&) = delete;

  /// Sets this cycle's inputs; all outputs then are this cycle's.
  timed::AxiLiteOut drive(const timed::AxiLiteIn& pins) {
    set_host(pins);
    for (std::uint32_t channel = 0; channel < config_.channels; ++channel) set_memory(channel);
    top_->clk_i = 0;
    top_->eval();
    dump(0);
    return {.aw_ready = top_->s_axil_awready_o != 0,
            .w_ready = top_->s_axil_wready_o != 0,
            .b_valid = top_->s_axil_bvalid_o != 0,
            .b_resp = top_->s_axil_bresp_o,
            .ar_ready = top_->s_axil_arready_o != 0,
            .r_valid = top_->s_axil_rvalid_o != 0,
            .r_data = top_->s_axil_rdata_o,
            .r_resp = top_->s_axil_rresp_o};
  }

  /// Ends the cycle with a rising edge.
  void tick() {
    for (std::uint32_t channel = 0; channel < config_.channels; ++channel) {
      memory_.tick(channel, master(channel));
    }
    memory_.end_cycle();
    top_->clk_i = 1;
    top_->eval();
    dump(1);
    ++cycle_;
  }

  const Vlockstep_top& top() const { return *top_; }

  /// Puts the waveform's marker at this cycle; false if there is no waveform of it.
  bool mark() {
#ifdef HEDDLE_TRACE
    return wave_.mark(cycle_);
#else
    return false;
#endif
  }

  /// Completes the waveform. Throws std::runtime_error if it cannot be written.
  void finish() {
#ifdef HEDDLE_TRACE
    wave_.close();
#endif
  }

  MemoryImage image;

 private:
  static std::uint64_t bits(std::uint64_t value, std::uint32_t index, std::uint32_t width) {
    return value >> (index * width) & ((std::uint64_t{1} << width) - 1);
  }

  /// The reset falls before the first edge of the clock, and so takes effect before it: else
  /// registers with random contents would write into memories with it.
  void reset() {
    top_->clk_i = 0;
    top_->rst_ni = 1;
    top_->eval();
    top_->rst_ni = 0;
    for (int i = 0; i < 4; ++i) {
      top_->clk_i = i % 2 != 0;
      top_->eval();
    }
    top_->clk_i = 0;
    top_->eval();
    top_->rst_ni = 1;
  }

  void set_host(const timed::AxiLiteIn& pins) {
    top_->s_axil_awvalid_i = pins.aw_valid;
    top_->s_axil_awaddr_i = static_cast<SData>(pins.aw_addr);
    top_->s_axil_wvalid_i = pins.w_valid;
    top_->s_axil_wdata_i = pins.w_data;
    top_->s_axil_wstrb_i = static_cast<CData>(pins.w_strobe);
    top_->s_axil_bready_i = pins.b_ready;
    top_->s_axil_arvalid_i = pins.ar_valid;
    top_->s_axil_araddr_i = static_cast<SData>(pins.ar_addr);
    top_->s_axil_rready_i = pins.r_ready;
  }

  /// One bit or field of a bus over all channels.
  template <typename Bus>
  static void put(Bus& bus, std::uint32_t channel, std::uint32_t width, std::uint32_t value) {
    const std::uint64_t mask = ((std::uint64_t{1} << width) - 1) << (channel * width);
    bus = static_cast<Bus>((bus & ~mask) | (std::uint64_t{value} << (channel * width) & mask));
  }
  template <std::size_t words>
  static void put_bytes(VlWide<words>& bus, std::uint32_t channel, std::size_t bytes,
                        const timed::LineData& data) {
    std::memcpy(reinterpret_cast<char*>(&bus[0]) + channel * bytes, data.data(), bytes);
  }
  template <typename Bus>
  static void put_bytes(Bus& bus, std::uint32_t channel, std::size_t bytes,
                        const timed::LineData& data) {
    std::memcpy(reinterpret_cast<char*>(&bus) + channel * bytes, data.data(), bytes);
  }
  template <typename Bus>
  static const char* bytes_of(const Bus& bus) {
    if constexpr (std::is_integral_v<Bus>) {
      return reinterpret_cast<const char*>(&bus);
    } else {
      return reinterpret_cast<const char*>(&bus[0]);
    }
  }

  std::uint32_t id_bits() const {
    return static_cast<std::uint32_t>(std::bit_width(config_.axi_outstanding - 1));
  }

  void set_memory(std::uint32_t channel) {
    const timed::AxiSlaveOut& slave = memory_.out(channel);
    put(top_->m_axi_arready_i, channel, 1, slave.ar_ready);
    put(top_->m_axi_awready_i, channel, 1, slave.aw_ready);
    put(top_->m_axi_wready_i, channel, 1, slave.w_ready);
    put(top_->m_axi_rvalid_i, channel, 1, slave.r_valid);
    if (slave.r_valid) {
      put(top_->m_axi_rlast_i, channel, 1, slave.r_last);
      put(top_->m_axi_rid_i, channel, id_bits(), slave.r_id);
      put(top_->m_axi_rresp_i, channel, 2, slave.r_resp);
      put_bytes(top_->m_axi_rdata_i, channel, config_.axi_data_bits / 8, slave.r_data);
    }
    put(top_->m_axi_bvalid_i, channel, 1, slave.b_valid);
    if (slave.b_valid) {
      put(top_->m_axi_bid_i, channel, id_bits(), slave.b_id);
      put(top_->m_axi_bresp_i, channel, 2, slave.b_resp);
    }
  }

  /// The pins of an address channel that memory.md fixes for every burst.
  void check_burst(std::uint32_t channel, std::uint32_t size, std::uint32_t burst,
                   std::uint64_t zero) const {
    constexpr std::uint32_t kIncrementing = 1;
    const auto expected_size =
        static_cast<std::uint32_t>(std::countr_zero(config_.axi_data_bits / 8));
    if (bits(size, channel, 3) != expected_size || bits(burst, channel, 2) != kIncrementing ||
        zero != 0) {
      throw std::logic_error("an AXI burst has the wrong size, type or attributes");
    }
  }

  timed::AxiMasterOut master(std::uint32_t channel) const {
    timed::AxiMasterOut out;
    const std::uint32_t beat_bytes = config_.axi_data_bits / 8;
    out.ar_valid = bits(top_->m_axi_arvalid_o, channel, 1) != 0;
    if (out.ar_valid) {
      out.ar_id = static_cast<std::uint32_t>(bits(top_->m_axi_arid_o, channel, id_bits()));
      out.ar_addr = port_word(top_->m_axi_araddr_o, channel);
      out.ar_len = static_cast<std::uint32_t>(bits(top_->m_axi_arlen_o, channel, 8));
      check_burst(channel, top_->m_axi_arsize_o, top_->m_axi_arburst_o,
                  top_->m_axi_arlock_o | top_->m_axi_arcache_o | top_->m_axi_arprot_o |
                      top_->m_axi_arqos_o);
    }
    out.aw_valid = bits(top_->m_axi_awvalid_o, channel, 1) != 0;
    if (out.aw_valid) {
      out.aw_id = static_cast<std::uint32_t>(bits(top_->m_axi_awid_o, channel, id_bits()));
      out.aw_addr = port_word(top_->m_axi_awaddr_o, channel);
      out.aw_len = static_cast<std::uint32_t>(bits(top_->m_axi_awlen_o, channel, 8));
      check_burst(channel, top_->m_axi_awsize_o, top_->m_axi_awburst_o,
                  top_->m_axi_awlock_o | top_->m_axi_awcache_o | top_->m_axi_awprot_o |
                      top_->m_axi_awqos_o);
    }
    out.w_valid = bits(top_->m_axi_wvalid_o, channel, 1) != 0;
    if (out.w_valid) {
      out.w_last = bits(top_->m_axi_wlast_o, channel, 1) != 0;
      std::memcpy(out.w_data.data(), bytes_of(top_->m_axi_wdata_o) + channel * beat_bytes,
                  beat_bytes);
      std::memcpy(&out.w_strobe, bytes_of(top_->m_axi_wstrb_o) + channel * beat_bytes / 8,
                  std::max<std::size_t>(1, beat_bytes / 8));
    }
    out.r_ready = bits(top_->m_axi_rready_o, channel, 1) != 0;
    out.b_ready = bits(top_->m_axi_bready_o, channel, 1) != 0;
    return out;
  }

  void dump([[maybe_unused]] std::uint64_t half) {
#ifdef HEDDLE_TRACE
    wave_.dump(cycle_, half);
#endif
  }

  Config config_;
  DeviceOptions options_;
  AxiMemory memory_;
  std::unique_ptr<VerilatedContext> context_;
#ifdef HEDDLE_TRACE
  WaveFile wave_;
#endif
  std::unique_ptr<Vlockstep_top> top_;
  std::uint64_t cycle_ = 0;
};

}  // namespace heddle::lockstep
