#include "serial_device.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

#include "device/launch_driver.hpp"
#include "device/regions.hpp"
#include "link_host.hpp"
#include "serial_port.hpp"

namespace heddle {
namespace {

namespace host_register = timed::host_register;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kPrefix = "serial:";
constexpr std::uint32_t kBaud = 3'000'000;
constexpr std::uint32_t kId = 0x4844'4c45;
constexpr std::uint32_t kVersion = 1;
// Bytes between two looks at the clock: a multiple of what a window of the link holds.
constexpr std::size_t kSlice = 16 << 10;
constexpr std::chrono::milliseconds kFirstLine{1000};
constexpr std::chrono::milliseconds kInterval{500};
constexpr std::chrono::seconds kStopLimit{10};

struct Name {
  const char* name;
  std::uint32_t Config::* member;
};
constexpr std::array kParameters = {
    Name{"warps", &Config::warps},
    Name{"lanes", &Config::lanes},
    Name{"channels", &Config::channels},
    Name{"cta_slots", &Config::cta_slots},
    Name{"shared_bytes", &Config::shared_bytes},
    Name{"icache_bytes", &Config::icache_bytes},
    Name{"axi_data_bits", &Config::axi_data_bits},
    Name{"axi_outstanding", &Config::axi_outstanding},
    Name{"lsu_queue", &Config::lsu_queue},
    Name{"memory_ops", &Config::memory_ops},
    Name{"line_tags", &Config::line_tags},
    Name{"copy_tags", &Config::copy_tags},
    Name{"tensor_m", &Config::tensor_m},
    Name{"tensor_n", &Config::tensor_n},
    Name{"tensor_lanes", &Config::tensor_lanes},
    Name{"tensor_columns", &Config::tensor_columns},
    Name{"tensor_formats", &Config::tensor_formats},
    Name{"tensor_modes", &Config::tensor_modes},
    Name{"tensor_transpose", &Config::tensor_transpose},
    Name{"tensor_sparse", &Config::tensor_sparse},
    Name{"l1_bytes", &Config::l1_bytes},
    Name{"l1_ways", &Config::l1_ways},
    Name{"l2_bytes", &Config::l2_bytes},
    Name{"l2_ways", &Config::l2_ways},
    Name{"regions", &Config::regions},
};

/// The registers over the link, for LaunchDriver. Writes are gathered until something is started or
/// read; while no grid runs, registers do not change, and a read brings those around it along.
class RegisterPort {
 public:
  explicit RegisterPort(link::Host& host) : host_(host) {}

  void write(std::uint32_t offset, std::uint32_t value) {
    resting_ = false;
    block_.reset();
    if (offset != first_ + 4 * values_.size()) flush();
    if (values_.empty()) first_ = offset;
    values_.push_back(value);
    if (offset == host_register::kControl || offset == host_register::kWarpSelect) flush();
  }

  std::uint32_t read(std::uint32_t offset) {
    flush();
    if (offset == host_register::kStatus) {
      std::array<std::uint32_t, 1> value{};
      host_.read_registers(offset, value);
      resting_ = (value[0] & host_register::kStatusBusy) == 0;
      block_.reset();
      return value[0];
    }
    if (!resting_) {
      std::array<std::uint32_t, 1> value{};
      host_.read_registers(offset, value);
      return value[0];
    }
    const std::uint32_t block = offset / kBlockBytes;
    if (block_ != block) {
      host_.read_registers(block * kBlockBytes, registers_);
      block_ = block;
    }
    return registers_[offset % kBlockBytes / 4];
  }

  /// A frame takes longer than what is waited for here.
  void wait(std::uint64_t) {
    flush();
    block_.reset();
  }

  std::uint64_t cycles() {
    flush();
    // The halves are read in different cycles: again, if the upper one moved.
    std::array<std::uint32_t, 2> halves{};
    std::array<std::uint32_t, 2> again{};
    host_.read_registers(host_register::kCounters, again);
    do {
      halves = again;
      host_.read_registers(host_register::kCounters, again);
    } while (halves[1] != again[1]);
    return std::uint64_t{again[1]} << 32 | again[0];
  }

 private:
  static constexpr std::uint32_t kBlockBytes = link::kMostData;

  void flush() {
    if (values_.empty()) return;
    host_.write_registers(first_, values_);
    values_.clear();
  }

  link::Host& host_;
  std::uint32_t first_ = 0;
  std::vector<std::uint32_t> values_;
  bool resting_ = false;
  std::optional<std::uint32_t> block_;
  std::array<std::uint32_t, kBlockBytes / 4> registers_{};
};

/// On a terminal, a line for a transfer that takes longer than a second.
class TransferLine {
 public:
  TransferLine(const char* direction, std::size_t total)
      : direction_(direction),
        total_(total),
        terminal_(isatty(STDERR_FILENO) != 0),
        start_(Clock::now()),
        next_(start_ + kFirstLine) {}
  ~TransferLine() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }
  TransferLine(const TransferLine&) = delete;
  TransferLine& operator=(const TransferLine&) = delete;

  void show(std::size_t done) {
    const Clock::time_point now = Clock::now();
    if (!terminal_ || now < next_) return;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double rate = static_cast<double>(done) / seconds;
    fmt::print(
        stderr,
        "\r\033[K\033[?7lheddle: {} the board: {} of {} KiB, {:.0f} KiB/s, {:.0f} s left\033[?7h",
        direction_, done >> 10, total_ >> 10, rate / 1024,
        static_cast<double>(total_ - done) / std::max(rate, 1.0));
    std::fflush(stderr);
    shown_ = true;
    next_ = now + kInterval;
  }

 private:
  const char* direction_;
  std::size_t total_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_;
  Clock::time_point next_;
};

class SerialDevice final : public Device {
 public:
  SerialDevice(const std::string& path, std::uint32_t baud, const Config& config, double patience)
      : config_(config),
        path_(path),
        port_(path, baud),
        host_(port_, patience, std::random_device{}()) {
    guarded([this] {
      information_ = host_.hello();
      check_device();
      stop_what_runs();
    });
  }

  const Config& config() const override { return config_; }
  std::string_view kind() const override { return "serial"; }
  std::uint32_t memory_end() const override {
    return std::min(information_.memory_bytes, kGlobalEnd);
  }

  void set_regions(std::span<const Region> regions) override {
    check_regions(config_, regions);
    regions_.assign(regions.begin(), regions.end());
  }

  void write_memory(std::uint32_t address, std::span<const std::byte> data) override {
    guarded([&] {
      TransferLine line("to", data.size());
      for (std::size_t done = 0; done < data.size(); line.show(done)) {
        const std::size_t count = std::min(kSlice, data.size() - done);
        host_.write_memory(address + static_cast<std::uint32_t>(done), data.subspan(done, count));
        done += count;
      }
    });
  }

  void read_memory(std::uint32_t address, std::span<std::byte> data) const override {
    guarded([&] {
      TransferLine line("from", data.size());
      for (std::size_t done = 0; done < data.size(); line.show(done)) {
        const std::size_t count = std::min(kSlice, data.size() - done);
        host_.read_memory(address + static_cast<std::uint32_t>(done), data.subspan(done, count));
        done += count;
      }
    });
  }

  void clear_memory(std::uint32_t address, std::size_t size) override {
    guarded([&] { host_.clear_memory(address, size); });
  }

  LaunchResult run(const Launch& launch, const ProgressCallback& progress) override {
    const Geometry geometry = check_launch(config_, launch);
    const Clock::time_point begin = Clock::now();
    LaunchResult result;
    guarded([&] {
      RegisterPort registers(host_);
      result = timed::LaunchDriver(config_, registers).run(launch, geometry, regions_, progress);
    });
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return result;
  }

 private:
  /// After a failure host and board do not know of each other where they are: the first message
  /// stays the answer.
  template <typename Body>
  void guarded(Body&& body) const {
    if (!failure_.empty()) throw std::runtime_error(failure_);
    try {
      body();
    } catch (const std::exception& error) {
      failure_ = fmt::format("{}: {}", path_, error.what());
      throw std::runtime_error(failure_);
    }
  }

  void check_device() {
    std::string differences;
    for (const Name& parameter : kParameters) {
      const std::uint32_t board = information_.config.*parameter.member;
      const std::uint32_t wanted = config_.*parameter.member;
      if (board == wanted) continue;
      differences += fmt::format("\n  {}: the board has {}, \"{}\" {}", parameter.name, board,
                                 config_.name, wanted);
    }
    if (!differences.empty()) {
      throw link::LinkError(
          fmt::format("the board is not of configuration \"{}\" (HEDDLE_CONFIG):{}", config_.name,
                      differences));
    }
    std::array<std::uint32_t, 2> identity{};
    host_.read_registers(host_register::kId, identity);
    if (identity != std::array{kId, kVersion}) {
      throw link::LinkError(
          fmt::format("the board's device says that it is {:#010x}, version {}, not {:#010x}, {}",
                      identity[0], identity[1], kId, kVersion));
    }
  }

  /// A grid that an earlier process has left.
  void stop_what_runs() {
    const Clock::time_point begin = Clock::now();
    for (;;) {
      std::array<std::uint32_t, 1> status{};
      host_.read_registers(host_register::kStatus, status);
      if ((status[0] & host_register::kStatusBusy) == 0) return;
      if (Clock::now() - begin > kStopLimit) {
        throw link::LinkError("a grid of an earlier program runs on the board and does not stop");
      }
      const std::array<std::uint32_t, 1> stop = {host_register::kControlStop};
      host_.write_registers(host_register::kControl, stop);
    }
  }

  Config config_;
  std::string path_;
  mutable link::SerialPort port_;
  mutable link::Host host_;
  link::DeviceInformation information_;
  std::vector<Region> regions_;
  mutable std::string failure_;
};

}  // namespace

bool is_serial(std::string_view kind) { return kind.starts_with(kPrefix); }

std::unique_ptr<Device> make_serial_device(const std::string& kind, const Config& config,
                                           std::uint32_t patience) {
  std::string path = kind.substr(kPrefix.size());
  std::uint32_t baud = kBaud;
  if (const std::size_t comma = path.rfind(','); comma != std::string::npos) {
    const char* end = path.data() + path.size();
    const auto [stop, error] = std::from_chars(path.data() + comma + 1, end, baud);
    if (error != std::errc{} || stop != end) {
      throw std::runtime_error(
          fmt::format("device \"{}\": the baud rate must be a number: serial:PORT[,BAUD]", kind));
    }
    path.resize(comma);
  }
  if (path.empty()) {
    throw std::runtime_error(
        fmt::format("device \"{}\": the port is missing: serial:PORT[,BAUD]", kind));
  }
  return std::make_unique<SerialDevice>(path, baud, config, patience);
}

}  // namespace heddle
