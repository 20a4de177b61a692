// Watches a running launch: a progress line where stderr is a terminal, and Ctrl-C.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "device/device.hpp"

namespace heddle {

/// Lives as long as one launch. While it does, the first Ctrl-C stops the launch and a second one
/// the process.
class LaunchMonitor {
 public:
  explicit LaunchMonitor(std::string what);
  ~LaunchMonitor();
  LaunchMonitor(const LaunchMonitor&) = delete;
  LaunchMonitor& operator=(const LaunchMonitor&) = delete;

  /// For Device::run.
  ProgressCallback callback();

 private:
  using Clock = std::chrono::steady_clock;

  bool report(const Progress& progress);
  void show(const Progress& progress, Clock::time_point now);

  std::string what_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_;
  Clock::time_point next_;
};

/// One line with a finished launch's counters and speed.
std::string summary(const std::string& what, const Device& device, const LaunchResult& result);

/// Appends the same and more, as a JSON object in one line, to a file. Throws std::runtime_error.
void append_statistics(const std::string& path, const std::string& what, const Device& device,
                       const LaunchResult& result);

/// The exit status of a process whose waveform, report or trace cannot be written.
inline constexpr int kOutputStatus = 74;

/// The exit status of a process whose kernels have data races.
inline constexpr int kRaceStatus = 123;

/// The exit status of a process that Ctrl-C ended.
inline constexpr int kInterruptedStatus = 130;

/// The exit status of a process that found RTL and model to differ.
inline constexpr int kMismatchStatus = 70;

}  // namespace heddle
