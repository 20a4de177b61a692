#include "lockstep/wave_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "report/atomic_file.hpp"

// Verilator's FST writer does not look at what its writes return, and later maps the files that it
// believes to have written: a full disk gives a damaged waveform, or SIGBUS. The library with the
// traced design is linked with --wrap=fwrite,--wrap=fflush, so that a failure ends the writing
// where it happens.
extern "C" {
std::size_t __real_fwrite(const void* data, std::size_t size, std::size_t count, FILE* file);
int __real_fflush(FILE* file);
std::size_t __wrap_fwrite(const void* data, std::size_t size, std::size_t count, FILE* file);
int __wrap_fflush(FILE* file);
}

namespace heddle::lockstep {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPeriod = 1000;            // ps: GTKWave shows cycle n at n ns
constexpr std::uint64_t kBeforeMarker = 12;        // cycles left of the marker on the screen
constexpr std::string_view kZoom = "*-12.000000";  // GTKWave's: some 50 pixels a cycle

thread_local bool writer_runs = false;

struct WriteError {
  int code;
};

void check(const FILE* file, bool failed) {
  if (!writer_runs || file == nullptr) return;
  // Failures of buffered output in functions that are not wrapped stay in the error flag.
  if (failed) throw WriteError{errno};
  if (std::ferror(const_cast<FILE*>(file)) != 0) throw WriteError{EIO};
}

}  // namespace

template <typename Action>
void WaveFile::guarded(const Action& action) {
  try {
    writer_runs = true;
    action();
    writer_runs = false;
  } catch (const WriteError& error) {
    writer_runs = false;
    open_ = false;
    static_cast<void>(fst_.release());  // its destructor would go on writing
    std::error_code ignored;
    for (const fs::path& path : {wave_, fs::path(wave_.string() + ".hier"), view_path()}) {
      fs::remove(path, ignored);
    }
    throw std::runtime_error(fmt::format(
        "cannot write the waveform {} or its temporary files in /tmp: {}; it was deleted",
        wave_.string(), std::strerror(error.code)));
  }
}

WaveFile::WaveFile(const DeviceOptions& options, std::string view)
    : wave_(options.wave_path.empty() ? fs::path() : fs::absolute(options.wave_path)),
      begin_(options.wave_begin),
      end_(options.wave_end),
      view_(std::move(view)) {}

WaveFile::~WaveFile() {
  try {
    close();
  } catch (const std::exception& error) {
    fmt::print(stderr, "heddle: {}\n", error.what());
  }
}

void WaveFile::open_file() {
  const std::string path = wave_.string();
  if (!std::ofstream(path)) {
    throw std::runtime_error(
        fmt::format("cannot write the waveform {}: {}", path, std::strerror(errno)));
  }
  fst_->set_time_unit("1ns");
  fst_->set_time_resolution("1ps");
  guarded([&] { fst_->open(path.c_str()); });
  if (!fst_->isOpen()) {
    throw std::runtime_error(
        fmt::format("cannot write the waveform {}: no temporary files beside it or in /tmp", path));
  }
  open_ = true;
  write_view(begin_, false);
}

void WaveFile::write(std::uint64_t cycle, std::uint64_t half) {
  written_ = true;
  guarded([&] { fst_->dump(cycle * kPeriod + half * (kPeriod / 2)); });
}

bool WaveFile::mark(std::uint64_t cycle) {
  const bool recorded = open_ && cycle >= begin_;
  if (recorded) write_view(cycle, true);
  return recorded;
}

void WaveFile::close() {
  if (!open_) return;
  open_ = false;
  guarded([&] { fst_->close(); });
  if (!written_) {
    fmt::print(stderr, "heddle: the waveform {} is empty: cycle {} was not reached\n",
               wave_.string(), begin_);
  }
}

std::filesystem::path WaveFile::view_path() const {
  return fs::path(wave_).replace_extension(".gtkw");
}

void WaveFile::write_view(std::uint64_t cycle, bool marked) const {
  const std::string path = view_path().string();
  std::ifstream view(view_);
  std::stringstream text;
  text << view.rdbuf();
  if (!view) throw std::runtime_error(fmt::format("cannot read {}", view_));
  const std::uint64_t left = cycle - (marked ? std::min(cycle, kBeforeMarker) : 0);
  report::AtomicFile file(path);
  file.stream() << fmt::format("[dumpfile] \"{}\"\n[savefile] \"{}\"\n[timestart] {}\n{} {}\n{}",
                               wave_.string(), path, left * kPeriod, kZoom,
                               marked ? fmt::format("{}", cycle * kPeriod) : "-1", text.str());
  file.commit();
}

}  // namespace heddle::lockstep

std::size_t __wrap_fwrite(const void* data, std::size_t size, std::size_t count, FILE* file) {
  const std::size_t written = __real_fwrite(data, size, count, file);
  heddle::lockstep::check(file, size != 0 && written != count);
  return written;
}

int __wrap_fflush(FILE* file) {
  const int result = __real_fflush(file);
  heddle::lockstep::check(file, result != 0);
  return result;
}
