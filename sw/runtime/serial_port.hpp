// A serial port of the system, as the host link uses it.
#pragma once

#include <string>

#include "link_host.hpp"

namespace heddle::link {

class SerialPort final : public BytePort {
 public:
  /// Opens it raw, 8 data bits, no parity, for this process alone. Throws LinkError.
  SerialPort(const std::string& path, std::uint32_t baud);
  ~SerialPort() override;
  SerialPort(const SerialPort&) = delete;
  SerialPort& operator=(const SerialPort&) = delete;

  void send(std::span<const std::uint8_t> bytes) override;
  std::size_t receive(std::span<std::uint8_t> bytes, double seconds) override;
  double now() const override;

 private:
  void configure(std::uint32_t baud);
  /// Waits for the event, at most so many seconds; false: in vain.
  bool wait(short event, double seconds) const;
  [[noreturn]] void gone(const char* what) const;

  std::string path_;
  int file_ = -1;
};

}  // namespace heddle::link
