// Everything that watches a run on the timed model, as DeviceOptions ask for it: the report and the
// pipeline trace.
#pragma once

#include <memory>
#include <string>

#include "common/config.hpp"
#include "device/device.hpp"
#include "device/device_options.hpp"
#include "gpu.hpp"
#include "report/pipeline_trace.hpp"
#include "report/report.hpp"

namespace heddle::report {

class RunObserver {
 public:
  /// Throws std::runtime_error for options that make no sense.
  RunObserver(const Config& config, const std::string& kind, const DeviceOptions& options);

  /// True if sample() has anything to do.
  bool watches() const { return report_ != nullptr || trace_ != nullptr; }

  void begin_launch(const Launch& launch);
  /// Once a cycle, before the model goes on.
  void sample(const timed::Gpu& gpu);
  /// Writes the files. Throws std::runtime_error if that fails.
  void end_launch(const LaunchResult& result);

 private:
  std::string trace_path_;
  std::unique_ptr<Report> report_;
  std::unique_ptr<PipelineTrace> trace_;
};

}  // namespace heddle::report
