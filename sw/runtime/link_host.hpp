// The host's side of the board's host link: requests in a window, retries, errors. Source:
// docs/architecture/board.md, "Host link".
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

#include "common/config.hpp"
#include "link_frame.hpp"

namespace heddle::link {

/// With a message for the user.
class LinkError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What carries the bytes. Throws LinkError when it is gone.
class BytePort {
 public:
  virtual ~BytePort() = default;
  virtual void send(std::span<const std::uint8_t> bytes) = 0;
  /// Waits at most so many seconds for a byte, and gives all that are there; none: 0.
  virtual std::size_t receive(std::span<std::uint8_t> bytes, double seconds) = 0;
  virtual double now() const = 0;  ///< in seconds
};

/// What a device tells of itself.
struct DeviceInformation {
  std::uint32_t protocol = 0;
  std::uint32_t credits = 0;  ///< requests that it takes without an answer
  std::uint32_t memory_bytes = 0;
  std::uint32_t clock_khz = 0;
  Config config;  ///< without a name
};

struct Statistics {
  std::uint64_t frames = 0;    ///< requests sent, repeats included
  std::uint64_t repeats = 0;   ///< of these, sent again
  std::uint64_t damaged = 0;   ///< responses with a wrong CRC or form
  std::uint64_t rejected = 0;  ///< requests that the device found missing or damaged
};

class Host {
 public:
  /// `patience`: seconds without a valid answer until a request fails. `seed`: of the numbers that
  /// tell sessions apart. The port must outlive this.
  Host(BytePort& port, double patience, std::uint32_t seed)
      : port_(port), patience_(patience), random_(seed) {}

  /// Begins a session: the device forgets what it knew of an earlier one. Throws LinkError.
  DeviceInformation hello();

  /// Any address and length. Throw LinkError.
  void write_memory(std::uint32_t address, std::span<const std::byte> data);
  void read_memory(std::uint32_t address, std::span<std::byte> data);
  /// Zeros. The board writes them itself, but at the ends that are no whole lines.
  void clear_memory(std::uint32_t address, std::size_t size);

  /// Consecutive registers. Throw LinkError.
  void write_registers(std::uint32_t offset, std::span<const std::uint32_t> values);
  void read_registers(std::uint32_t offset, std::span<std::uint32_t> values);

  const Statistics& statistics() const { return statistics_; }

 private:
  /// Sends the requests and returns their answers. All of them are reads, or all are writes: so
  /// that one that is executed again finds what it found the first time.
  std::vector<Response> exchange(std::span<const Request> requests);
  void transmit(std::uint8_t sequence, const Request& request);
  /// A valid response, or nothing after so many seconds; `damage` becomes true, and nothing is
  /// returned, when a damaged one came.
  std::optional<Response> await(double seconds, bool& damage);
  [[noreturn]] void fail(double since) const;

  BytePort& port_;
  double patience_;
  std::mt19937 random_;
  Decoder decoder_;
  std::vector<std::uint8_t> received_;
  std::size_t taken_ = 0;
  std::uint32_t credits_ = 1;
  std::uint8_t sequence_ = 0;  // of the next request
  double round_trip_ = 0.25;   // seconds, smoothed
  Statistics statistics_;
};

}  // namespace heddle::link
