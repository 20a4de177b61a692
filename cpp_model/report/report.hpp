// What a run was like: report.json and report.html in DeviceOptions::report_dir, rewritten after
// every launch.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "device/device.hpp"
#include "device/device_options.hpp"
#include "gpu.hpp"
#include "report/hot_code.hpp"

namespace heddle::report {

/// Of so many cycles the time of one is taken, to tell the two sides' speeds; no divisor of the
/// host's polling interval.
inline constexpr std::uint64_t kTimedCycle = 61;

/// What the issue stage did with a cycle.
enum class Issue : std::size_t {
  kPicked,      ///< an instruction was picked, or one picked before still takes the slot's beats
  kNothing,     ///< no warp had an instruction: fetch, branches, barriers, launch and drain
  kDependency,  ///< all instructions at hand waited for earlier results
  kResource,    ///< an instruction could go, but its unit or the operand collector was busy
};
inline constexpr std::size_t kIssueKinds = 4;
inline constexpr std::array<std::string_view, kIssueKinds> kIssueNames = {
    "slot in use", "no instruction", "dependency", "unit busy"};

/// A stretch of time.
struct Slice {
  std::uint64_t cycles = 0;
  std::uint64_t instructions = 0;
  std::uint64_t threads = 0;  ///< active threads, summed over the instructions
  std::array<std::uint64_t, kIssueKinds> issue{};

  void add(const Slice& other);
};

/// The course of one launch, in at most kMaximum slices of equal length.
class Timeline {
 public:
  static constexpr std::size_t kMaximum = 240;

  void add(const Slice& cycle);
  const std::vector<Slice>& slices() const { return slices_; }
  std::uint64_t slice_cycles() const { return length_; }
  Slice total() const;

 private:
  void halve();

  std::vector<Slice> slices_;
  std::uint64_t length_ = 1;
};

struct LaunchRecord {
  Launch launch;
  LaunchResult result;
  // Empty for a device without the golden model.
  std::uint64_t global_bytes = 0;  ///< loaded and stored by threads, where the golden model runs
  Timeline timeline;
  HotCode hot_code;
};

struct RunRecord {
  Config config;
  std::string kind;
  DeviceOptions options;
  std::vector<LaunchRecord> launches;
};

class Report {
 public:
  Report(const Config& config, std::string kind, const DeviceOptions& options);

  void begin_launch(const Launch& launch);
  /// Once a cycle, before the golden model goes on.
  void sample(const timed::Gpu& gpu);
  /// Writes the files. Throws std::runtime_error if that fails.
  void end_launch(const LaunchResult& result);

 private:
  Issue classify(const timed::Sm& sm);

  RunRecord run_;
  std::uint32_t beats_left_ = 0;  ///< of the instructions picked so far
};

/// A page without references to other files.
std::string report_page(const RunRecord& run);

}  // namespace heddle::report
