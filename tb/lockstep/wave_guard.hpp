// What happens when the disk of a waveform fills up. The FST writer ignores failed writes and maps
// its files into memory, so that a full disk would end the process with SIGBUS and no word.
#pragma once

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

namespace heddle::lockstep {

class WaveGuard {
 public:
  /// Throws std::runtime_error if there is no room for a waveform.
  explicit WaveGuard(std::string path) : path_(std::move(path)) {
    require_room(0);
    message() =
        fmt::format("heddle: cannot write the waveform {}: no space left on its disk\n", path_);
    struct sigaction action{};
    action.sa_handler = [](int) {
      const ssize_t ignored = write(STDERR_FILENO, message().data(), message().size());
      static_cast<void>(ignored);
      _exit(kExitStatus);
    };
    sigaction(SIGBUS, &action, &previous_);
  }
  ~WaveGuard() { sigaction(SIGBUS, &previous_, nullptr); }
  WaveGuard(const WaveGuard&) = delete;
  WaveGuard& operator=(const WaveGuard&) = delete;

  /// To be called once a cycle. Throws std::runtime_error when the disk is about to be full.
  void check(std::uint64_t cycle) const {
    if (cycle % kInterval == 0) require_room(cycle);
  }

 private:
  static constexpr std::uint64_t kInterval = 1024;
  static constexpr std::uint64_t kRoom = std::uint64_t{8} << 20;  // bytes; a block of the writer
  static constexpr int kExitStatus = 74;                          // EX_IOERR of sysexits.h

  /// Made before the handler can run, which may not allocate.
  static std::string& message() {
    static std::string text;
    return text;
  }

  void require_room(std::uint64_t cycle) const {
    struct statvfs disk{};
    const std::filesystem::path folder = std::filesystem::absolute(path_).parent_path();
    if (statvfs(folder.c_str(), &disk) != 0) {
      throw std::runtime_error(
          fmt::format("cannot write the waveform {}: {}", path_, std::strerror(errno)));
    }
    const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    if (free >= kRoom) return;
    throw std::runtime_error(fmt::format(
        "cannot write the waveform {} in cycle {}: its disk has {} bytes left; choose a shorter "
        "window or another disk",
        path_, cycle, free));
  }

  std::string path_;
  struct sigaction previous_{};
};

}  // namespace heddle::lockstep
