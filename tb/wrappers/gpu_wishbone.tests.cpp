// gpu_wishbone: programs through wbs, their memory behind wbm; both keep to Wishbone B4 in every
// cycle.
#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <type_traits>

#include "Vgpu_wishbone.h"
#include "wishbone_memory.hpp"
#include "wrapper_device.hpp"
#include "wrapper_programs.hpp"

namespace heddle::tb {
namespace {

namespace reg = timed::host_register;

/// The host's access of one clock cycle, and what the device answers in it.
struct HostAnswer {
  bool ack = false, err = false, stall = false;
  std::uint32_t dat = 0;
};

class Pins {
 public:
  explicit Pins(const WishboneTiming& timing)
      : memory(image, HEDDLE_TEST_DATA_BITS, HEDDLE_TEST_PIPELINED, timing) {
    top_.rst_i = 1;
    edge();
    edge();
    top_.rst_i = 0;
  }

  HostAnswer cycle(const WishboneRequest& host) {
    top_.wbs_cyc_i = host.cyc;
    top_.wbs_stb_i = host.stb;
    top_.wbs_we_i = host.we;
    top_.wbs_adr_i = static_cast<SData>(host.adr);
    top_.wbs_sel_i = static_cast<CData>(host.sel);
    top_.wbs_dat_i = static_cast<IData>(host.dat);
    top_.eval();
    const HostAnswer out{top_.wbs_ack_o != 0, top_.wbs_err_o != 0, top_.wbs_stall_o != 0,
                         top_.wbs_dat_o};
    const bool answered = out.ack || out.err;
    if ((out.ack && out.err) || (answered && !(host.cyc && host.stb)) ||
        out.stall != (host.cyc && !answered)) {
      throw std::logic_error("Wishbone: the registers' answer breaks a rule");
    }

    const WishboneRequest request{.cyc = top_.wbm_cyc_o != 0,
                                  .stb = top_.wbm_stb_o != 0,
                                  .we = top_.wbm_we_o != 0,
                                  .adr = top_.wbm_adr_o,
                                  .sel = top_.wbm_sel_o,
                                  .dat = top_.wbm_dat_o,
                                  .cti = top_.wbm_cti_o,
                                  .bte = top_.wbm_bte_o};
    const WishboneAnswer answer = memory.answer(request);
    top_.wbm_ack_i = answer.ack;
    top_.wbm_err_i = answer.err;
    top_.wbm_stall_i = answer.stall;
    top_.wbm_dat_i = static_cast<std::remove_reference_t<decltype(top_.wbm_dat_i)>>(answer.dat);
    edge();
    return out;
  }

  /// As AxiLiteDriver wants it: an access is one Wishbone request, which stays until its answer.
  timed::AxiLiteOut cycle(const timed::AxiLiteIn& host) {
    timed::AxiLiteOut out;
    if (!access_.stb && (host.ar_valid || (host.aw_valid && host.w_valid))) {
      const bool write = host.aw_valid;
      access_ = {.cyc = true,
                 .stb = true,
                 .we = write,
                 .adr = write ? host.aw_addr : host.ar_addr,
                 .sel = write ? host.w_strobe : 0xf,
                 .dat = host.w_data};
      out.aw_ready = out.w_ready = write;
      out.ar_ready = !write;
    }
    const HostAnswer answer = cycle(access_);
    if (!answer.ack && !answer.err) return out;
    out.b_valid = access_.we;
    out.r_valid = !access_.we;
    out.b_resp = out.r_resp = answer.err ? 2 : 0;
    out.r_data = answer.dat;
    access_ = {};
    return out;
  }

  MemoryImage image;
  WishboneMemory memory;

 private:
  void edge() {
    top_.clk_i = 0;
    top_.eval();
    top_.clk_i = 1;
    top_.eval();
    top_.clk_i = 0;
  }

  WishboneRequest access_;
  Vgpu_wishbone top_;
};

WrapperDevice<Pins> make_device(const WishboneTiming& timing) {
  return {Config::load(HEDDLE_TEST_CONFIG), std::make_unique<Pins>(timing)};
}

WishboneRequest access(bool write, std::uint32_t offset, std::uint32_t value = 0,
                       std::uint32_t select = 0xf) {
  return {.cyc = true, .stb = true, .we = write, .adr = offset, .sel = select, .dat = value};
}

}  // namespace

TEST_CASE("gpu_wishbone: programs leave in memory what they must, whatever the memory's timing") {
  for (const WishboneTiming& timing :
       {WishboneTiming{.waits = 0, .stalls = 0}, WishboneTiming{.waits = 1, .stalls = 2},
        WishboneTiming{.waits = 6, .stalls = 5}, WishboneTiming{.waits = 20, .stalls = 1}}) {
    INFO("waits " << timing.waits << ", stalls " << timing.stalls);
    auto device = make_device(timing);
    check_sums(device);
    const std::uint64_t first = 100 * timing.waits;
    check_random_programs(device, first, first + 4);
    CHECK(device.pins->memory.accesses > 1000);
    CHECK(device.pins->memory.partial_writes > 0);
    CHECK(device.pins->memory.errors == 0);
  }
}

TEST_CASE("gpu_wishbone: ERR becomes a fault, also in the middle of a line") {
  auto device = make_device({.waits = 3, .stalls = 3});
  check_errors(device, kMemoryEnd);
  check_errors(device, kBadPage);
  CHECK(device.pins->memory.errors > 0);
}

TEST_CASE("gpu_wishbone: a register access is answered in the cycle behind its first") {
  auto device = make_device({});
  Pins& pins = *device.pins;
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(pins.cycle(access(false, reg::kId)).ack);
    const HostAnswer answer = pins.cycle(access(false, reg::kId));
    CHECK(answer.ack);
    CHECK(answer.dat == 0x4844'4C45);
  }
  CHECK_FALSE(pins.cycle(access(true, reg::kEntry, 77)).ack);
  CHECK(pins.cycle(access(true, reg::kEntry, 77)).ack);
  CHECK_FALSE(pins.cycle(access(false, reg::kEntry)).ack);
  CHECK(pins.cycle(access(false, reg::kEntry)).dat == 77);
}

TEST_CASE("gpu_wishbone: a write of a part of a register is an error and changes nothing") {
  auto device = make_device({});
  Pins& pins = *device.pins;
  pins.cycle(access(true, reg::kEntry, 0x55, 0x1));
  const HostAnswer answer = pins.cycle(access(true, reg::kEntry, 0x55, 0x1));
  CHECK(answer.err);
  CHECK_FALSE(answer.ack);
  pins.cycle(access(false, reg::kEntry));
  CHECK(pins.cycle(access(false, reg::kEntry)).dat == 0);
}

TEST_CASE("gpu_wishbone: a request that was given up does not answer the next one") {
  auto device = make_device({});
  Pins& pins = *device.pins;
  pins.cycle(access(true, reg::kEntry, 5));
  CHECK_FALSE(pins.cycle(WishboneRequest{}).ack);
  pins.cycle(access(false, reg::kEntry));
  CHECK(pins.cycle(access(false, reg::kEntry)).dat == 5);
}

}  // namespace heddle::tb
