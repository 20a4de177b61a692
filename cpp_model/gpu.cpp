#include "gpu.hpp"

namespace heddle::timed {

Gpu::Gpu(const Config& config)
    : channels_(config.channels),
      host_(config),
      dispatcher_(config),
      fault_unit_(config),
      sm_(config, {&host_.out(), &dispatcher_.out().tid, &dispatcher_.out().launch}),
      crossbar_(config),
      masters_(config.channels, AxiMaster(config)) {
  connect();
}

void Gpu::connect() {
  const HostInterface::Outputs& host = host_.out();
  const Dispatcher::Outputs& dispatcher = dispatcher_.out();

  host_in_.kept_fault = &fault_unit_.out().fault;
  host_in_.warps = sm_.warp_control().views();

  dispatcher_in_.launch = &host.launch;
  dispatcher_in_.cta_done = &sm_.cta_done();

  fault_in_.faults = sm_.faults();
  fault_in_.launch = &dispatcher.launch;
  fault_in_.control = &sm_.control();

  crossbar_in_.instruction = &sm_.instruction_request();
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    crossbar_in_.responses[channel] = &masters_[channel].out().response;
  }
}

bool Gpu::memory_active(std::span<const AxiSlaveOut> axi) const {
  if (host_.out().start || masters_busy_ || sm_.data_request() != nullptr ||
      sm_.instruction_request().valid) {
    return true;
  }
  bool response = false;
  for (const AxiSlaveOut& slave : axi) response |= slave.r_valid | slave.b_valid;
  return response;
}

void Gpu::set_crossbar_inputs() {
  Crossbar::Inputs& in = crossbar_in_;
  in.start = host_.out().start;
  in.data = sm_.data_request();
  in.data_tag = sm_.data_tag();
  in.channels_ready = in.responses_valid = 0;
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    const AxiMaster::Outputs& master = masters_[channel].out();
    in.channels_ready |= std::uint32_t{master.ready} << channel;
    in.responses_valid |= std::uint32_t{master.response.valid} << channel;
  }
  in.instruction_line_ready = sm_.instruction_line_ready();
  in.data_line_ready = sm_.data_line_ready();
}

void Gpu::eval_memory(const Crossbar::Wires& wires, std::span<const AxiSlaveOut> axi) {
  crossbar_.eval(crossbar_in_, wires);
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    const Crossbar::ChannelRequest request = wires.request(channel);
    AxiMaster::Inputs in;
    in.start = crossbar_in_.start;
    in.request = request.line;
    in.tag = request.tag;
    in.response_ready = wires.line_ready(channel);
    in.axi = &axi[channel];
    masters_[channel].eval(in);
  }
}

void Gpu::tick_memory() {
  crossbar_.tick();
  masters_busy_ = axi_driven_ = false;
  for (AxiMaster& master : masters_) {
    master.tick();
    const AxiMasterOut& axi = master.out().axi;
    masters_busy_ |= master.busy();
    axi_driven_ |= axi.ar_valid || axi.aw_valid || axi.w_valid;
  }
}

void Gpu::eval_device(const AxiLiteIn& pins, bool data_request_ready) {
  const HostInterface::Outputs& host = host_.out();
  const Dispatcher::Outputs& dispatcher = dispatcher_.out();
  const FaultUnit::Outputs& kept = fault_unit_.out();

  host_in_.pins = &pins;
  host_in_.busy = dispatcher.busy;
  host_in_.done = dispatcher.done;
  host_in_.fault = dispatcher.fault;
  host_in_.exit_status = kept.exit_status;
  sm_.count(data_request_ready, host_in_.events);
  host_.eval(host_in_);

  dispatcher_in_.start = host.start;
  dispatcher_in_.halt = kept.halt;
  dispatcher_in_.fault_kept = kept.halt;
  dispatcher_in_.machine_idle = sm_.idle();
  dispatcher_in_.accepted = sm_.accepted();
  dispatcher_.eval(dispatcher_in_);

  fault_in_.start = host.start;
  fault_in_.stop = host.stop && dispatcher.busy;
  fault_in_.deadlock = dispatcher.deadlock;
  fault_in_.invalid_launch = dispatcher.invalid_launch;
  fault_unit_.eval(fault_in_);
}

void Gpu::eval(const AxiLiteIn& pins, std::span<const AxiSlaveOut> axi) {
  const bool was_active = memory_active_;
  memory_active_ = memory_active(axi);
  if (memory_active_) {
    set_crossbar_inputs();
    const Crossbar::Wires wires = crossbar_.route(crossbar_in_);
    sm_in_.instruction_line = wires.instruction_line;
    sm_in_.data_line = wires.data_line;
    sm_in_.instruction_request_ready = wires.instruction_ready;
    sm_in_.data_request_ready = wires.data_ready;
    eval_memory(wires, axi);
  } else if (was_active) {
    sm_in_ = Sm::Inputs{};
  }
  sm_in_.halt = fault_unit_.out().halt;

  // Before the SM evaluates: this looks at what it shows in this cycle.
  eval_device(pins, sm_in_.data_request_ready);
  sm_.eval(sm_in_);
}

void Gpu::tick() {
  host_.tick();
  dispatcher_.tick();
  fault_unit_.tick();
  sm_.tick();
  if (memory_active_) tick_memory();
}

}  // namespace heddle::timed
