#include "gpu.hpp"

#include <bit>

namespace heddle::timed {

Gpu::Gpu(const Config& config)
    : channels_(config.channels),
      host_(config),
      performance_(config),
      dispatcher_(config),
      fault_unit_(config),
      sm_(config, {&host_.out(), &dispatcher_.out().tid, &dispatcher_.out().launch}),
      crossbar_(config),
      slices_(config.channels, L2Slice(config)),
      masters_(config.channels, AxiMaster(config)) {
  connect();
}

void Gpu::connect() {
  const HostInterface::Outputs& host = host_.out();
  const Dispatcher::Outputs& dispatcher = dispatcher_.out();

  host_in_.kept_fault = &fault_unit_.out().fault;
  host_in_.warps = sm_.warp_control().views();
  host_in_.performance = &performance_;

  dispatcher_in_.launch = &host.launch;
  dispatcher_in_.cta_done = &sm_.cta_done();

  fault_in_.faults = sm_.faults();
  fault_in_.launch = &dispatcher.launch;
  fault_in_.control = &sm_.control();

  crossbar_in_.instruction = &sm_.instruction_request();
  for (std::uint32_t channel = 0; channel < channels_; ++channel) show_channel(channel);
}

std::uint32_t Gpu::active_channels(std::span<const AxiSlaveOut> axi) const {
  if (host_.out().start || dispatcher_.out().flush) return (1u << channels_) - 1;
  std::uint32_t channels = busy_channels_;
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    channels |= (axi[channel].r_valid || axi[channel].b_valid ? 1u : 0u) << channel;
  }
  return channels;
}

void Gpu::set_crossbar_inputs() {
  Crossbar::Inputs& in = crossbar_in_;
  in.start = host_.out().start;
  in.data = sm_.data_request();
  in.copy = sm_.copy_request();
  in.instruction_line_ready = sm_.instruction_line_ready();
  in.data_line_ready = sm_.data_line_ready();
  in.copy_line_ready = sm_.copy_line_ready();
}

void Gpu::count_channel(const L2Slice::Outputs& slice, const AxiMasterOut& master,
                        const AxiSlaveOut& axi) {
  using enum PerformanceCounter;
  if (axi.r_valid && master.r_ready) events_.add(kMemoryReadBeats);
  if (master.w_valid && axi.w_ready) events_.add(kMemoryWriteBeats);
  const L2Slice::Decision& decision = slice.decision;
  if (!decision.valid) return;
  switch (decision.kind) {
    case L2Slice::DecisionKind::kLoadHit: events_.add(kL2LoadHits); break;
    case L2Slice::DecisionKind::kLoadMiss: events_.add(kL2LoadMisses); break;
    case L2Slice::DecisionKind::kStoreHit: events_.add(kL2StoreHits); break;
    case L2Slice::DecisionKind::kLineStore:
    case L2Slice::DecisionKind::kStrobedStore: events_.add(kL2StoreMisses); break;
    case L2Slice::DecisionKind::kAtomicHit: events_.add(kL2AtomicHits); break;
    case L2Slice::DecisionKind::kAtomicMiss: events_.add(kL2AtomicMisses); break;
    case L2Slice::DecisionKind::kAtomicError: break;
  }
  if (decision.evicts) events_.add(kL2Evictions);
}

void Gpu::eval_channel(std::uint32_t channel, const Crossbar::Wires& wires,
                       const AxiSlaveOut& axi) {
  L2Slice& slice = slices_[channel];
  AxiMaster& master = masters_[channel];
  count_channel(slice.out(), master.out().axi, axi);
  const Crossbar::ChannelRequest request = wires.request(channel);
  L2Slice::Inputs in;
  in.start = crossbar_in_.start;
  in.flush = dispatcher_.out().flush;
  in.request = request.line;
  in.tag = request.tag;
  in.response_ready = wires.line_ready(channel);
  in.memory_request_ready = master.out().ready;
  in.memory_response = &master.out().response;
  slice.eval(in);

  AxiMaster::Inputs master_in;
  master_in.start = crossbar_in_.start;
  master_in.request = slice.out().memory_request;
  master_in.response_ready = slice.out().memory_response_ready;
  master_in.axi = &axi;
  master.eval(master_in);
}

void Gpu::eval_memory(const Crossbar::Wires& wires, std::span<const AxiSlaveOut> axi) {
  crossbar_.eval(crossbar_in_, wires);
  if (wires.instruction.line != nullptr) active_channels_ |= 1u << wires.instruction_channel;
  if (wires.data.line != nullptr) active_channels_ |= 1u << wires.data_channel;
  if (wires.copy.line != nullptr) active_channels_ |= 1u << wires.copy_channel;
  for (std::uint32_t left = active_channels_; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::uint32_t>(std::countr_zero(left));
    eval_channel(channel, wires, axi[channel]);
  }
}

/// Notes what a channel's modules show from now on.
void Gpu::show_channel(std::uint32_t channel) {
  const L2Slice& slice = slices_[channel];
  const L2Slice::Outputs& out = slice.out();
  const AxiMaster& master = masters_[channel];
  const AxiMasterOut& axi = master.out().axi;
  const auto put = [channel](std::uint32_t& mask, bool value) {
    mask = (mask & ~(1u << channel)) | std::uint32_t{value} << channel;
  };
  put(busy_channels_, slice.busy() || master.busy());
  put(driven_channels_, axi.ar_valid || axi.aw_valid || axi.w_valid);
  put(occupied_slices_, !out.idle);
  put(flushing_slices_, out.flushing);
  put(faulty_slices_, out.fault.valid);
  put(crossbar_in_.channels_ready, out.ready);
  put(crossbar_in_.responses_valid, out.response != nullptr);
  crossbar_in_.responses[channel] = out.response;
}

void Gpu::tick_memory() {
  crossbar_.tick();
  for (std::uint32_t left = active_channels_; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::uint32_t>(std::countr_zero(left));
    slices_[channel].tick();
    masters_[channel].tick();
    show_channel(channel);
  }
  const auto first = static_cast<std::uint32_t>(std::countr_zero(faulty_slices_));
  fault_in_.l2_fault = faulty_slices_ != 0 ? &slices_[first].out().fault : nullptr;
}

void Gpu::eval_device(const AxiLiteIn& pins) {
  const HostInterface::Outputs& host = host_.out();
  const Dispatcher::Outputs& dispatcher = dispatcher_.out();
  const FaultUnit::Outputs& kept = fault_unit_.out();

  host_in_.pins = &pins;
  host_in_.busy = dispatcher.busy;
  host_in_.done = dispatcher.done;
  host_in_.fault = dispatcher.fault;
  host_in_.exit_status = kept.exit_status;
  sm_.count(host_in_.events);
  host_.eval(host_in_);
  sm_.count(events_);
  performance_.eval(host.start, events_);

  dispatcher_in_.start = host.start;
  dispatcher_in_.halt = kept.halt;
  dispatcher_in_.fault_kept = kept.halt;
  dispatcher_in_.machine_idle = machine_idle();
  dispatcher_in_.accepted = sm_.accepted();
  dispatcher_in_.copying = sm_.copying();
  dispatcher_in_.computing = sm_.computing();
  dispatcher_in_.flushing = flushing_slices_ != 0;
  dispatcher_.eval(dispatcher_in_);

  fault_in_.start = host.start;
  fault_in_.stop = host.stop && dispatcher.busy;
  fault_in_.deadlock = dispatcher.deadlock;
  fault_in_.invalid_launch = dispatcher.invalid_launch;
  fault_unit_.eval(fault_in_);
}

void Gpu::eval(const AxiLiteIn& pins, std::span<const AxiSlaveOut> axi) {
  const bool was_active = memory_active_;
  events_.clear();
  active_channels_ = active_channels(axi);
  memory_active_ = active_channels_ != 0 || sm_.data_request() != nullptr ||
                   sm_.copy_request() != nullptr || sm_.instruction_request().valid;
  if (memory_active_) {
    set_crossbar_inputs();
    const Crossbar::Wires wires = crossbar_.route(crossbar_in_);
    sm_in_.instruction_line = wires.instruction_line;
    sm_in_.data_line = wires.data_line;
    sm_in_.copy_line = wires.copy_line;
    sm_in_.instruction_request_ready = wires.instruction_ready;
    sm_in_.data_request_ready = wires.data_ready;
    sm_in_.copy_request_ready = wires.copy_ready;
    eval_memory(wires, axi);
  } else if (was_active) {
    sm_in_ = Sm::Inputs{};
  }
  sm_in_.halt = fault_unit_.out().halt;
  sm_in_.busy = dispatcher_.out().busy;

  // Before the SM evaluates: this looks at what it shows in this cycle.
  eval_device(pins);
  sm_.eval(sm_in_);
}

void Gpu::tick() {
  host_.tick();
  performance_.tick();
  dispatcher_.tick();
  fault_unit_.tick();
  sm_.tick();
  if (memory_active_) tick_memory();
}

}  // namespace heddle::timed
