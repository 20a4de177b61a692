#include "gpu.hpp"

namespace heddle::timed {

Gpu::Gpu(const Config& config)
    : channels_(config.channels),
      host_(config),
      dispatcher_(config),
      fault_unit_(config),
      sm_(config),
      crossbar_(config),
      masters_(config.channels, AxiMaster(config)) {}

Crossbar::Inputs Gpu::crossbar_inputs() const {
  Crossbar::Inputs in;
  in.start = host_.out().start;
  in.instruction = &sm_.instruction_request();
  in.data = sm_.data_request();
  in.data_tag = sm_.data_tag();
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    const AxiMaster::Outputs& master = masters_[channel].out();
    if (master.ready) in.channels_ready |= 1u << channel;
    in.responses[channel] = &master.response;
  }
  in.instruction_line_ready = sm_.instruction_line_ready();
  in.data_line_ready = sm_.data_line_ready();
  return in;
}

void Gpu::eval_memory(const Crossbar::Inputs& crossbar, const Crossbar::Wires& wires,
                      std::span<const AxiSlaveOut> axi) {
  crossbar_.eval(crossbar, wires);
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    const Crossbar::ChannelRequest request = wires.request(channel);
    AxiMaster::Inputs in;
    in.start = crossbar.start;
    in.request = request.line;
    in.tag = request.tag;
    in.response_ready = wires.line_ready(channel);
    in.axi = &axi[channel];
    masters_[channel].eval(in);
  }
}

void Gpu::eval_device(const AxiLiteIn& pins, bool data_request_ready) {
  const HostInterface::Outputs& host = host_.out();
  const Dispatcher::Outputs& dispatcher = dispatcher_.out();
  const FaultUnit::Outputs& kept = fault_unit_.out();

  HostInterface::Inputs host_in;
  host_in.pins = &pins;
  host_in.busy = dispatcher.busy;
  host_in.done = dispatcher.done;
  host_in.fault = dispatcher.fault;
  host_in.kept_fault = &kept.fault;
  host_in.exit_status = kept.exit_status;
  host_in.position = sm_.position(host_.warp_select());
  host_in.events = sm_.counter_events(data_request_ready);
  host_.eval(host_in);

  Dispatcher::Inputs dispatch;
  dispatch.start = host.start;
  dispatch.launch = &host.launch;
  dispatch.halt = kept.halt;
  dispatch.fault_kept = kept.halt;
  dispatch.machine_idle = sm_.idle();
  dispatch.accepted = sm_.accepted();
  dispatch.cta_done = &sm_.cta_done();
  dispatcher_.eval(dispatch);

  FaultUnit::Inputs fault;
  fault.start = host.start;
  fault.faults = sm_.faults();
  fault.stop = host.stop && dispatcher.busy;
  fault.deadlock = dispatcher.deadlock;
  fault.invalid_launch = dispatcher.invalid_launch;
  fault.launch = &dispatcher.launch;
  fault.control = &sm_.control();
  fault_unit_.eval(fault);
}

void Gpu::eval(const AxiLiteIn& pins, std::span<const AxiSlaveOut> axi) {
  const Crossbar::Inputs crossbar = crossbar_inputs();
  const Crossbar::Wires wires = crossbar_.route(crossbar);

  // Before anyone who evaluates further: these look at what the SM shows in this cycle.
  eval_device(pins, wires.data_ready);
  eval_memory(crossbar, wires, axi);

  Sm::Inputs sm;
  sm.host = &host_.out();
  sm.halt = fault_unit_.out().halt;
  sm.tid = &dispatcher_.out().tid;
  sm.launch = &dispatcher_.out().launch;
  sm.instruction_line = wires.instruction_line;
  sm.data_line = wires.data_line;
  sm.instruction_request_ready = wires.instruction_ready;
  sm.data_request_ready = wires.data_ready;
  sm_.eval(sm);
}

void Gpu::tick() {
  host_.tick();
  dispatcher_.tick();
  fault_unit_.tick();
  sm_.tick();
  crossbar_.tick();
  for (AxiMaster& master : masters_) master.tick();
}

}  // namespace heddle::timed
