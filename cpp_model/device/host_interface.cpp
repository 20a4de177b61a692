#include "device/host_interface.hpp"

#include "device/axi_lite_driver.hpp"

namespace heddle::timed {
namespace {

namespace reg = host_register;

constexpr std::uint32_t kId = 0x48444c45;
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kRegisterMask = 0xffc;
constexpr std::uint32_t kFullStrobe = 0xf;
constexpr std::uint32_t kOkay = 0;
constexpr std::uint32_t kSlaveError = 2;

std::uint32_t component(const Dim3& size, std::uint32_t offset, std::uint32_t first) {
  if (offset == first) return size.x;
  return offset == first + 4 ? size.y : size.z;
}

std::uint32_t* component(Dim3& size, std::uint32_t offset, std::uint32_t first) {
  if (offset == first) return &size.x;
  return offset == first + 4 ? &size.y : &size.z;
}

}  // namespace

HostInterface::HostInterface(const Config& config) : config_(config) {
  out_.regions.count = config.regions;
}

AxiLiteOut HostInterface::pins(const AxiLiteIn& in) const {
  AxiLiteOut out;
  out.aw_ready = out.w_ready = in.aw_valid && in.w_valid && !b_valid_;
  out.b_valid = b_valid_;
  out.b_resp = b_resp_;
  out.ar_ready = !r_valid_;
  out.r_valid = r_valid_;
  out.r_data = r_data_;
  return out;
}

std::uint32_t* HostInterface::writable(std::uint32_t offset) {
  LaunchRegisters& launch = out_.launch;
  if (offset >= reg::kRegions) {
    const std::uint32_t region = (offset - reg::kRegions) / 8;
    if (region >= config_.regions) return nullptr;
    RegionRegisters& regions = out_.regions;
    return (offset & 4) != 0 ? &regions.limit[region] : &regions.base[region];
  }
  switch (offset) {
    case reg::kEntry: return &launch.entry;
    case reg::kArgptr: return &launch.argptr;
    case reg::kGrid:
    case reg::kGrid + 4:
    case reg::kGrid + 8: return component(launch.grid, offset, reg::kGrid);
    case reg::kBlock:
    case reg::kBlock + 4:
    case reg::kBlock + 8: return component(launch.block, offset, reg::kBlock);
    case reg::kThreads: return &launch.threads;
    case reg::kWarpsPerCta: return &launch.warps_per_cta;
    case reg::kResidentCtas: return &launch.resident_ctas;
    case reg::kSharedSize: return &launch.shared_size;
    case reg::kLocalBase: return &launch.local_base;
    case reg::kLocalShift: return &launch.local_shift;
    case reg::kWarpSelect: return &warp_select_;
    case reg::kCacheControl: return &cache_control_;
    default: return nullptr;
  }
}

std::uint32_t HostInterface::read_counter(std::uint32_t offset) const {
  const Counters& counters = out_.counters;
  const std::array<std::uint64_t, 8> values = {
      counters.cycles,          counters.instructions, counters.thread_instructions,
      counters.global_accesses, counters.global_lines, counters.shared_rows,
      counters.shared_passes,   counters.ctas_done};
  const std::uint64_t value = values[(offset - reg::kCounters) / 8];
  return static_cast<std::uint32_t>((offset & 4) != 0 ? value >> 32 : value);
}

std::uint32_t HostInterface::read_register(std::uint32_t offset, const Inputs& in) const {
  if (offset >= reg::kCounters && offset < reg::kRegions) return read_counter(offset);
  if (offset >= reg::kPerformance) {
    const std::uint32_t index = (offset - reg::kPerformance) / 8;
    if (index >= kPerformanceCounters) return 0;
    const std::uint64_t value = in.performance->read(index);
    return static_cast<std::uint32_t>((offset & 4) != 0 ? value >> 32 : value);
  }
  const Fault& fault = *in.kept_fault;
  const WarpView& warp = in.warps[selected_slot()];
  switch (offset) {
    case reg::kId: return kId;
    case reg::kVersion: return kVersion;
    case reg::kGeometry:
      return config_.warps | config_.lanes << 8 | config_.channels << 16 | config_.cta_slots << 24;
    case reg::kSharedTotal: return config_.shared_bytes;
    case reg::kStatus:
      return (in.busy ? reg::kStatusBusy : 0u) | (in.done ? reg::kStatusDone : 0u) |
             (in.fault ? reg::kStatusFault : 0u);
    case reg::kFaultCause: return fault.cause;
    case reg::kFaultWarp: return fault.warp;
    case reg::kFaultMask: return fault.mask;
    case reg::kFaultPc: return fault.pc;
    case reg::kFaultAddress: return fault.address;
    case reg::kFaultCtaid:
    case reg::kFaultCtaid + 4:
    case reg::kFaultCtaid + 8: return component(fault.ctaid, offset, reg::kFaultCtaid);
    case reg::kExitStatus: return in.exit_status;
    case reg::kWarpPc: return warp.pc;
    case reg::kWarpMask: return warp.active;
    case reg::kWarpAlive: return warp.alive;
    default: break;
  }
  // One list of writable registers serves both directions; nothing is written here.
  const std::uint32_t* found = const_cast<HostInterface*>(this)->writable(offset);
  return found != nullptr ? *found : 0;
}

void HostInterface::access(const Inputs& in) {
  const AxiLiteIn& pins = *in.pins;
  next_.start = next_.stop = next_.write = false;
  next_.b_valid = b_valid_ && !pins.b_ready;
  if (pins.aw_valid && pins.w_valid && !b_valid_) {
    next_.b_valid = true;
    const bool accepted = pins.w_strobe == kFullStrobe;
    next_.b_resp = accepted ? kOkay : kSlaveError;
    next_.write_offset = pins.aw_addr & kRegisterMask;
    next_.write_data = pins.w_data;
    next_.write = accepted;
    if (accepted && next_.write_offset == reg::kControl) {
      next_.start = (pins.w_data & reg::kControlStart) != 0 && !in.busy;
      next_.stop = (pins.w_data & reg::kControlStop) != 0 && in.busy;
    }
  }
  next_.r_valid = r_valid_ && !pins.r_ready;
  if (pins.ar_valid && !r_valid_) {
    next_.r_valid = true;
    next_.r_data = read_register(pins.ar_addr & kRegisterMask, in);
  }
}

void HostInterface::update_registers() {
  out_.start = next_.start;
  out_.stop = next_.stop;
  if (next_.write) {
    if (std::uint32_t* found = writable(next_.write_offset)) *found = next_.write_data;
    out_.l1_bypass = (cache_control_ & reg::kCacheControlBypass) != 0;
  }
  b_valid_ = next_.b_valid;
  b_resp_ = next_.b_resp;
  r_valid_ = next_.r_valid;
  r_data_ = next_.r_data;
}

}  // namespace heddle::timed
