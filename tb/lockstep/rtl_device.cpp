// Devices of kind "rtl" (the verilated design) and "lockstep" (the same, compared with the golden
// model in every clock cycle), for one configuration. Made into libheddle_rtl_<config>.so.
#include <dlfcn.h>
#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/bins.hpp"
#include "coverage/sampler.hpp"
#include "device/axi_lite_driver.hpp"
#include "device/device.hpp"
#include "device/device_options.hpp"
#include "device/mbarrier_waits.hpp"
#include "device/regions.hpp"
#include "isa/float_lanes.hpp"
#include "lockstep/coverage_path.hpp"
#include "lockstep/history.hpp"
#include "lockstep/mismatch.hpp"
#include "lockstep/port_device.hpp"
#include "lockstep/rtl_side.hpp"
#include "probe.hpp"
#include "report/run_observer.hpp"
#include "timed/machine.hpp"

namespace heddle::lockstep {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Ends a launch at its first difference.
struct Mismatch : std::runtime_error {
  Mismatch(std::string text, std::string rerun_command, std::vector<WarpPosition> warps)
      : std::runtime_error(text + "\n  to see it: " + rerun_command),
        message(std::move(text)),
        rerun(std::move(rerun_command)),
        positions(std::move(warps)) {}

  std::string message, rerun;
  std::vector<WarpPosition> positions;
};

/// Functional coverage of all devices of this configuration that the process opens, written at its
/// end; null: not wanted.
coverage::Bins* functional_coverage() {
  struct Sum {
    Sum() {
      if (!path.empty()) bins.emplace();
    }
    ~Sum() {
      if (!bins) return;
      try {
        bins->write(path + ".bins");
      } catch (const std::exception& error) {
        end_without_coverage(error.what());
      }
    }
    std::string path = coverage_path(HEDDLE_RTL_CONFIG);
    std::optional<coverage::Bins> bins;
  };
  static Sum sum;
  return sum.bins ? &*sum.bins : nullptr;
}

class RtlDevice final : public PortDevice {
 public:
  RtlDevice(const Config& config, const DeviceOptions& options, bool lockstep)
      : config_(config),
        options_(options),
        rtl_(config, options),
        history_(config.warps),
        observer_(config, lockstep ? "lockstep" : "rtl", options),
        driver_(config, PortCycle{this}) {
    if (!lockstep) return;
    model_.emplace(config, MemoryTiming{options.memory_latency, options.memory_seed});
    model_->gpu.keep_float_flags();
    if (coverage::Bins* bins = functional_coverage(); bins != nullptr) {
      coverage_.emplace(config, *bins);
    }
  }

  const Config& config() const override { return config_; }
  std::string_view kind() const override { return model_ ? "lockstep" : "rtl"; }

  void set_regions(std::span<const Region> regions) override {
    check_regions(config_, regions);
    regions_.assign(regions.begin(), regions.end());
  }

  void write_memory(std::uint32_t address, std::span<const std::byte> data) override {
    rtl_.image.write(address, data);
    if (model_) model_->image.write(address, data);
  }

  void read_memory(std::uint32_t address, std::span<std::byte> data) const override {
    rtl_.image.read(address, data);
  }

  LaunchResult run(const Launch& launch, const ProgressCallback& progress) override {
    const Geometry geometry = check_launch(config_, launch);
    const isa::HostFloatEnvironment environment;
    const std::uint64_t begin_cycle = cycle_;
    const Clock::time_point begin = Clock::now();
    launch_cycle_ = begin_cycle;
    rtl_seconds_ = 0;
    model_seconds_ = 0;
    observer_.begin_launch(launch);
    LaunchResult result;
    try {
      // After a difference the two sides no longer stand alike: the first report stays the answer.
      if (mismatch_) throw Mismatch(*mismatch_);
      result = driver_.run(launch, geometry, regions_, progress);
      if (model_) compare_memory();
      find_mbarrier_waits(result.warps, geometry);
    } catch (const Mismatch& mismatch) {
      mismatch_ = mismatch;
      result.status = LaunchStatus::kMismatch;
      result.message = mismatch.message;
      result.rerun = mismatch.rerun;
      result.warps = mismatch.positions;
      result.counters = model_->gpu.host_interface().out().counters;
      result.differences = 1;
    }
    result.seconds = seconds_since(begin);
    result.rtl_seconds = rtl_seconds_;
    result.model_seconds = model_seconds_;
    if (model_) result.cycles_compared = cycle_ - begin_cycle;
    observer_.end_launch(result);
    return result;
  }

  void finish() override { rtl_.finish(); }

  timed::AxiLiteOut cycle(const timed::AxiLiteIn& pins) override {
    if (model_ && cycle_ % report::kTimedCycle == 0) return timed_cycle(pins);
    const timed::AxiLiteOut out = rtl_.drive(pins);
    if (model_) compare(out, model_->drive(pins));
    rtl_.tick();
    if (model_) model_->tick(pins);
    ++cycle_;
    return out;
  }

 private:
  /// A cycle that stands for report::kTimedCycle of them in the two sides' times: reading the clock
  /// takes a good part of the model's time for a cycle.
  timed::AxiLiteOut timed_cycle(const timed::AxiLiteIn& pins) {
    const Clock::time_point before = Clock::now();
    const Clock::time_point begin = Clock::now();
    const timed::AxiLiteOut out = rtl_.drive(pins);
    const Clock::time_point driven = Clock::now();
    compare(out, model_->drive(pins));
    const Clock::time_point compared = Clock::now();
    rtl_.tick();
    const Clock::time_point ticked = Clock::now();
    model_->tick(pins);
    ++cycle_;
    const Clock::time_point end = Clock::now();
    const Clock::duration reading = begin - before;
    const Clock::duration rtl = (driven - begin) + (ticked - compared) - 2 * reading;
    const Clock::duration model = end - ticked - reading;
    rtl_seconds_ += report::kTimedCycle * std::chrono::duration<double>(rtl).count();
    model_seconds_ += report::kTimedCycle * std::chrono::duration<double>(model).count();
    return out;
  }

  void compare(const timed::AxiLiteOut& rtl, const timed::AxiLiteOut& model) {
    if (rtl != model) {
      fail({"host_interface", "s_axil", rtl.r_data != model.r_data ? "rdata" : "handshake", 32},
           {.rtl = rtl.r_data, .model = model.r_data});
    }
    history_.record(cycle_, model_->gpu.sm().instruction_buffer().out().issue);
    Difference difference;
    if (!same_cycle(rtl_.top(), model_->gpu, difference)) [[unlikely]] {
      fail(kFields[difference.field], difference);
    }
    if (observer_.watches()) observer_.sample(model_->gpu);
    if (coverage_) coverage_->sample(model_->gpu);
  }

  [[noreturn]] void fail(const FieldName& field, const Difference& difference) {
    if (rtl_.mark()) {
      // What the RTL does next, for the waveform. The device is of no other use any more.
      for (std::uint64_t i = 0; i < kWaveAfter; ++i) {
        rtl_.tick();
        rtl_.drive({});
      }
    }
    std::vector<WarpPosition> warps;
    if (difference.warp >= 0) {
      warps.push_back(history_.last(static_cast<std::uint32_t>(difference.warp)));
    }
    throw Mismatch(
        describe_mismatch(field, difference, {cycle_, cycle_ - launch_cycle_}, config_, history_),
        rerun(), std::move(warps));
  }

  std::string rerun() const { return rerun_command(cycle_, config_, options_, Invocation::own()); }

  /// The RTL's registers and shared memory cannot be read from outside; the model's can.
  void find_mbarrier_waits(std::vector<WarpPosition>& warps, const Geometry& geometry) {
    if (model_) {
      model_->find_mbarrier_waits(warps, geometry);
      return;
    }
    MbarrierView view;
    view.code = [&](std::uint32_t address) {
      std::uint32_t word = 0;
      rtl_.image.read(address, std::as_writable_bytes(std::span(&word, 1)));
      return word;
    };
    heddle::find_mbarrier_waits(warps, view);
  }

  void compare_memory() {
    const auto difference = MemoryImage::first_difference(rtl_.image, model_->image);
    if (!difference) return;
    throw Mismatch(
        fmt::format("RTL and model left different memory at the end of the launch, in cycle {}: "
                    "at {:#010x} the RTL has {:#04x}, the model {:#04x}",
                    cycle_, difference->address, difference->left, difference->right),
        rerun(), {});
  }

  Config config_;
  DeviceOptions options_;
  std::vector<Region> regions_;
  RtlSide rtl_;
  std::optional<timed::Machine> model_;
  std::optional<coverage::Sampler> coverage_;
  History history_;
  report::RunObserver observer_;
  PortDriver driver_;
  std::uint64_t cycle_ = 0;
  std::uint64_t launch_cycle_ = 0;
  double rtl_seconds_ = 0;
  double model_seconds_ = 0;
  std::optional<Mismatch> mismatch_;
};

#ifndef HEDDLE_TRACE
/// Waveforms need a design that was verilated for them: the library of the same name with "_trace",
/// beside this one.
Device* open_traced(const char* kind, const char* config, const DeviceOptions& options);
#endif

}  // namespace
}  // namespace heddle::lockstep

extern "C" heddle::Device* heddle_open_rtl_device(const char* kind, const char* config,
                                                  const heddle::DeviceOptions* options) {
  using namespace heddle::lockstep;
#ifndef HEDDLE_TRACE
  if (!options->wave_path.empty()) return open_traced(kind, config, *options);
#endif
  return new RtlDevice(heddle::Config::load(config), *options,
                       std::string_view(kind) == "lockstep");
}

#ifndef HEDDLE_TRACE
namespace heddle::lockstep {
namespace {

Device* open_traced(const char* kind, const char* config, const DeviceOptions& options) {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&heddle_open_rtl_device), &info) == 0) {
    throw std::runtime_error("cannot tell where this library was loaded from");
  }
  const std::string own = info.dli_fname;
  const std::string folder = own.substr(0, own.rfind('/') + 1);
  const std::string path = folder + "libheddle_rtl_" HEDDLE_RTL_CONFIG "_trace.so";
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw std::runtime_error(
        fmt::format("a waveform needs {}: {}\nbuild it with `cmake --build build --target "
                    "heddle_rtl_" HEDDLE_RTL_CONFIG "_trace`",
                    path, dlerror()));
  }
  auto* open =
      reinterpret_cast<decltype(&heddle_open_rtl_device)>(dlsym(library, "heddle_open_rtl_device"));
  if (open == nullptr) throw std::runtime_error(path + " has no heddle_open_rtl_device");
  return open(kind, config, &options);
}

}  // namespace
}  // namespace heddle::lockstep
#endif
