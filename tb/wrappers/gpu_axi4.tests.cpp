// gpu_axi4 with two channels on one port: programs through s_axi, their memory behind m_axi, whose
// every cycle keeps to AXI4.
#include <catch2/catch.hpp>
#include <cstring>
#include <memory>

#include "Vgpu_axi4.h"
#include "axi4_rules.hpp"
#include "memory/axi_memory.hpp"
#include "wrapper_device.hpp"
#include "wrapper_programs.hpp"

namespace heddle::tb {
namespace {

namespace reg = timed::host_register;

constexpr std::uint32_t kBeatBytes = 8;
constexpr Axi4Attributes kAttributes{.size = 3, .burst = 1, .cache = 0b0010};

Config one_port(Config config) {
  config.channels = 1;
  return config;
}

class Pins {
 public:
  Pins(const Config& config, const MemoryTiming& timing)
      : rules(kAttributes), memory_(one_port(config), timing, image) {
    top_.aresetn = 0;
    edge();
    edge();
    top_.aresetn = 1;
  }

  timed::AxiLiteOut cycle(const timed::AxiLiteIn& host) {
    const timed::AxiSlaveOut& slave = memory_.out(0);
    set_host(host);
    set_memory(slave);
    top_.eval();
    const timed::AxiLiteOut out{.aw_ready = top_.s_axi_awready != 0,
                                .w_ready = top_.s_axi_wready != 0,
                                .b_valid = top_.s_axi_bvalid != 0,
                                .b_resp = top_.s_axi_bresp,
                                .ar_ready = top_.s_axi_arready != 0,
                                .r_valid = top_.s_axi_rvalid != 0,
                                .r_data = top_.s_axi_rdata,
                                .r_resp = top_.s_axi_rresp};
    const timed::AxiMasterOut manager = read_memory_port();
    rules.check(manager,
                {top_.m_axi_arsize, top_.m_axi_arburst, top_.m_axi_arlock, top_.m_axi_arcache,
                 top_.m_axi_arprot, top_.m_axi_arqos},
                {top_.m_axi_awsize, top_.m_axi_awburst, top_.m_axi_awlock, top_.m_axi_awcache,
                 top_.m_axi_awprot, top_.m_axi_awqos},
                slave);
    memory_.tick(0, manager);
    memory_.end_cycle();
    edge();
    return out;
  }

  MemoryImage image;
  Axi4Rules rules;

 private:
  void edge() {
    top_.aclk = 0;
    top_.eval();
    top_.aclk = 1;
    top_.eval();
    top_.aclk = 0;
  }

  void set_host(const timed::AxiLiteIn& host) {
    top_.s_axi_awvalid = host.aw_valid;
    top_.s_axi_awaddr = static_cast<SData>(host.aw_addr);
    top_.s_axi_awprot = 0b010;
    top_.s_axi_wvalid = host.w_valid;
    top_.s_axi_wdata = host.w_data;
    top_.s_axi_wstrb = static_cast<CData>(host.w_strobe);
    top_.s_axi_bready = host.b_ready;
    top_.s_axi_arvalid = host.ar_valid;
    top_.s_axi_araddr = static_cast<SData>(host.ar_addr);
    top_.s_axi_arprot = 0b001;
    top_.s_axi_rready = host.r_ready;
  }

  void set_memory(const timed::AxiSlaveOut& slave) {
    top_.m_axi_arready = slave.ar_ready;
    top_.m_axi_awready = slave.aw_ready;
    top_.m_axi_wready = slave.w_ready;
    top_.m_axi_rvalid = slave.r_valid;
    top_.m_axi_rlast = slave.r_last;
    top_.m_axi_rid = static_cast<CData>(slave.r_id);
    top_.m_axi_rresp = static_cast<CData>(slave.r_resp);
    std::memcpy(&top_.m_axi_rdata, slave.r_data.data(), kBeatBytes);
    top_.m_axi_bvalid = slave.b_valid;
    top_.m_axi_bid = static_cast<CData>(slave.b_id);
    top_.m_axi_bresp = static_cast<CData>(slave.b_resp);
  }

  timed::AxiMasterOut read_memory_port() const {
    timed::AxiMasterOut out;
    out.ar_valid = top_.m_axi_arvalid != 0;
    out.ar_id = top_.m_axi_arid;
    out.ar_addr = top_.m_axi_araddr;
    out.ar_len = top_.m_axi_arlen;
    out.aw_valid = top_.m_axi_awvalid != 0;
    out.aw_id = top_.m_axi_awid;
    out.aw_addr = top_.m_axi_awaddr;
    out.aw_len = top_.m_axi_awlen;
    out.w_valid = top_.m_axi_wvalid != 0;
    out.w_last = top_.m_axi_wlast != 0;
    std::memcpy(out.w_data.data(), &top_.m_axi_wdata, kBeatBytes);
    out.w_strobe = top_.m_axi_wstrb;
    out.r_ready = top_.m_axi_rready != 0;
    out.b_ready = top_.m_axi_bready != 0;
    return out;
  }

  AxiMemory memory_;
  Vgpu_axi4 top_;
};

WrapperDevice<Pins> make_device(const MemoryTiming& timing) {
  const Config config = Config::load(HEDDLE_TEST_CONFIG);
  return {config, std::make_unique<Pins>(config, timing)};
}

}  // namespace

TEST_CASE("gpu_axi4: programs leave in memory what they must, whatever the memory's timing") {
  for (const MemoryTiming& timing :
       {MemoryTiming{.latency = 1, .seed = 0}, MemoryTiming{.latency = 40, .seed = 0},
        MemoryTiming{.latency = 25, .seed = 3}, MemoryTiming{.latency = 3, .seed = 4}}) {
    INFO("latency " << timing.latency << ", seed " << timing.seed);
    auto device = make_device(timing);
    check_sums(device);
    const std::uint64_t first = 100 * timing.latency;
    check_random_programs(device, first, first + 3);
    // Each channel has AXI_OUTSTANDING IDs of its own.
    CHECK(device.pins->rules.read_ids.size() > device.config().axi_outstanding);
    CHECK(device.pins->rules.write_ids.size() > device.config().axi_outstanding);
  }
}

TEST_CASE("gpu_axi4: errors of the memory become faults") {
  auto device = make_device({.latency = 7, .seed = 1});
  check_errors(device, kMemoryEnd);
}

TEST_CASE("gpu_axi4: the registers say what the device is") {
  auto device = make_device({});
  const auto cycle = [&](const timed::AxiLiteIn& host) { return device.pins->cycle(host); };
  timed::AxiLiteDriver driver(device.config(), cycle);
  CHECK(driver.read(reg::kId) == 0x4844'4C45);
  CHECK((driver.read(reg::kGeometry) >> 16 & 0xff) == device.config().channels);
  driver.write(reg::kEntry, 0x1234'5678);
  CHECK(driver.read(reg::kEntry) == 0x1234'5678);
}

}  // namespace heddle::tb
