#include "serial_port.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/serial.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <utility>

namespace heddle::link {
namespace {

constexpr std::array<std::pair<std::uint32_t, speed_t>, 13> kSpeeds = {{
    {9600, B9600},
    {19200, B19200},
    {57600, B57600},
    {115200, B115200},
    {230400, B230400},
    {460800, B460800},
    {921600, B921600},
    {1000000, B1000000},
    {1500000, B1500000},
    {2000000, B2000000},
    {2500000, B2500000},
    {3000000, B3000000},
    {4000000, B4000000},
}};
constexpr double kWriteLimit = 10;  // seconds in which a port takes nothing

speed_t speed_of(std::uint32_t baud) {
  const auto* found = std::ranges::find(kSpeeds, baud, [](const auto& pair) { return pair.first; });
  if (found != kSpeeds.end()) return found->second;
  std::string known;
  for (const auto& [rate, speed] : kSpeeds) known += fmt::format(" {}", rate);
  throw LinkError(fmt::format("{} is no baud rate of this system; there are{}", baud, known));
}

}  // namespace

SerialPort::SerialPort(const std::string& path, std::uint32_t baud) : path_(path) {
  const speed_t speed = speed_of(baud);
  file_ = open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (file_ < 0) {
    const int error = errno;
    const char* hint = "";
    if (error == ENOENT) hint = "; is the board connected?";
    if (error == EACCES) hint = "; the group of the device file may use it (often dialout)";
    throw LinkError(
        fmt::format("cannot open the serial port {}: {}{}", path, std::strerror(error), hint));
  }
  try {
    if (isatty(file_) == 0) throw LinkError(fmt::format("{} is no serial port", path));
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
      throw LinkError(fmt::format("another process uses the serial port {}", path));
    }
    configure(speed);
  } catch (...) {
    close(file_);
    throw;
  }
}

SerialPort::~SerialPort() { close(file_); }

void SerialPort::configure(speed_t speed) {
  termios settings{};
  if (tcgetattr(file_, &settings) != 0) gone("cannot be set up");
  cfmakeraw(&settings);
  settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cc[VMIN] = 0;
  settings.c_cc[VTIME] = 0;
  if (cfsetspeed(&settings, speed) != 0 || tcsetattr(file_, TCSANOW, &settings) != 0) {
    gone("cannot be set up");
  }
  // USB adapters else keep short answers back for 16 ms. Ports without this wait for nothing.
  serial_struct details{};
  if (ioctl(file_, TIOCGSERIAL, &details) == 0) {
    details.flags |= ASYNC_LOW_LATENCY;
    ioctl(file_, TIOCSSERIAL, &details);
  }
  tcflush(file_, TCIOFLUSH);
}

void SerialPort::gone(const char* what) const {
  throw LinkError(fmt::format("the serial port {} {}: {}", path_, what, std::strerror(errno)));
}

double SerialPort::now() const {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

bool SerialPort::wait(short event, double seconds) const {
  pollfd which{file_, event, 0};
  const int count = poll(&which, 1, static_cast<int>(std::ceil(std::max(seconds, 0.0) * 1e3)));
  if (count < 0 && errno != EINTR) gone("is gone");
  if (count > 0 && (which.revents & event) == 0) {
    errno = EIO;
    gone("is gone");
  }
  return count > 0;
}

void SerialPort::send(std::span<const std::uint8_t> bytes) {
  double last = now();
  while (!bytes.empty()) {
    const ssize_t count = write(file_, bytes.data(), bytes.size());
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      last = now();
    } else if (count < 0 && errno != EAGAIN && errno != EINTR) {
      gone("is gone");
    } else if (now() - last > kWriteLimit) {
      throw LinkError(fmt::format("the serial port {} takes no bytes", path_));
    } else {
      wait(POLLOUT, 0.1);
    }
  }
}

std::size_t SerialPort::receive(std::span<std::uint8_t> bytes, double seconds) {
  if (!wait(POLLIN, seconds)) return 0;
  const ssize_t count = read(file_, bytes.data(), bytes.size());
  if (count < 0 && errno != EAGAIN && errno != EINTR) gone("is gone");
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

}  // namespace heddle::link
