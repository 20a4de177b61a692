// A waveform (FST) of the verilated device, and the GTKWave save file beside it.
#pragma once

#include <verilated_fst_c.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "device/device_options.hpp"

namespace heddle::lockstep {

/// All functions throw std::runtime_error with the path if the file cannot be written. It is of no
/// use then, and deleted; nothing more is recorded.
class WaveFile {
 public:
  /// Records nothing if options.wave_path is empty. `view`: the path of the save file's text.
  WaveFile(const DeviceOptions& options, std::string view);
  /// Closes the file; a failure is only printed.
  ~WaveFile();
  WaveFile(const WaveFile&) = delete;
  WaveFile& operator=(const WaveFile&) = delete;

  /// `top`: the verilated design, before its first evaluation.
  template <typename Top>
  void open(Top& top) {
    if (wave_.empty()) return;
    constexpr int kAllLevels = 99;
    fst_ = std::make_unique<VerilatedFstC>();
    top.trace(fst_.get(), kAllLevels);
    open_file();
  }

  /// The state in the first (half = 0) or second half of a cycle. A window that is over closes the
  /// file.
  void dump(std::uint64_t cycle, std::uint64_t half) {
    if (!open_ || cycle < begin_) return;
    if (cycle > end_) {
      close();
    } else {
      write(cycle, half);
    }
  }

  /// The save file gets its marker at that cycle. False if that is not recorded.
  bool mark(std::uint64_t cycle);

  /// After the last cycle. Says on stderr if the window was not reached.
  void close();

 private:
  void open_file();
  void write(std::uint64_t cycle, std::uint64_t half);
  std::filesystem::path view_path() const;
  void write_view(std::uint64_t cycle, bool marked) const;
  /// Runs `action` with an eye on the writer's output.
  template <typename Action>
  void guarded(const Action& action);

  std::filesystem::path wave_;  ///< absolute; empty: none
  std::uint64_t begin_, end_;
  std::string view_;
  std::unique_ptr<VerilatedFstC> fst_;
  bool open_ = false;
  bool written_ = false;
};

}  // namespace heddle::lockstep
