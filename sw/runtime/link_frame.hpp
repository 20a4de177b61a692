// Frames of the board's host link: delimiters, escapes, CRC, requests. Source:
// docs/architecture/board.md, "Host link".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heddle::link {

enum Command : std::uint8_t {
  kReadRegisters = 0x00,
  kReadMemory = 0x01,
  kWriteRegisters = 0x02,
  kWriteMemory = 0x03,
  kHello = 0x04,
  kClearMemory = 0x07,
  kReject = 0x40,
  kResponse = 0x80,  ///< this bit is set in responses
};

enum Status : std::uint8_t { kOkay = 0, kBusError = 1, kBadRequest = 2 };

inline constexpr std::uint32_t kMostData = 256;   ///< bytes of data in a frame
inline constexpr std::uint32_t kLine = 64;        ///< bytes; what is cleared are lines
inline constexpr std::uint32_t kMostLines = 256;  ///< that a request clears

struct Request {
  Command command = kHello;
  std::uint32_t address = 0;
  std::uint16_t length = 0;        ///< bytes; kClearMemory: lines
  std::vector<std::uint8_t> data;  ///< of writes: `length` bytes
};

struct Response {
  std::uint8_t sequence = 0;
  std::uint8_t command = 0;  ///< without kResponse
  std::uint8_t status = 0;
  std::vector<std::uint8_t> data;
};

/// CRC-32 of IEEE 802.3.
std::uint32_t crc32(std::span<const std::uint8_t> bytes);

/// The bytes of a frame as they go over the line, delimiters included.
std::vector<std::uint8_t> encode(std::uint8_t sequence, const Request& request);

/// Finds frames in a stream of bytes.
class Decoder {
 public:
  /// Takes a byte; returns the response that it completes. A frame that is damaged only counts.
  std::optional<Response> push(std::uint8_t byte);

  std::uint64_t damaged() const { return damaged_; }

 private:
  std::optional<Response> finish();

  std::vector<std::uint8_t> frame_;
  bool escape_ = false;
  std::uint64_t damaged_ = 0;
};

}  // namespace heddle::link
