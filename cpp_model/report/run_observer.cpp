#include "report/run_observer.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "report/trace_file.hpp"

namespace heddle::report {

RunObserver::RunObserver(const Config& config, const std::string& kind,
                         const DeviceOptions& options)
    : trace_path_(options.trace_path) {
  if (!options.report_dir.empty()) report_ = std::make_unique<Report>(config, kind, options);
  if (trace_path_.empty()) return;
  trace_format(trace_path_);  // before the run, not after it
  trace_ = std::make_unique<PipelineTrace>();
  trace_->set_window(options.trace_begin, options.trace_end);
}

void RunObserver::begin_launch(const Launch& launch) {
  if (report_) report_->begin_launch(launch);
}

void RunObserver::sample(const timed::Gpu& gpu) {
  if (report_) report_->sample(gpu);
  if (trace_) trace_->sample(gpu);
}

void RunObserver::end_launch(const LaunchResult& result) {
  if (report_) report_->end_launch(result);
  if (!trace_) return;
  write_trace(*trace_, trace_path_);
  if (trace_->dropped() != 0) {
    fmt::print(stderr,
               "heddle: {} has the first {} instructions; {} more were left out (choose a window "
               "with HEDDLE_TRACE_WINDOW)\n",
               trace_path_, trace_->instructions().size(), trace_->dropped());
  }
}

}  // namespace heddle::report
