#include "link_frame.hpp"

#include <zlib.h>

namespace heddle::link {
namespace {

constexpr std::uint8_t kDelimiter = 0x7e;
constexpr std::uint8_t kEscape = 0x7d;
constexpr std::uint8_t kEscapeBit = 0x20;
constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kResponseHeader = 4;
constexpr std::size_t kLongest = kResponseHeader + kMostData + 1 + kCrcBytes;

void put(std::vector<std::uint8_t>& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  return static_cast<std::uint32_t>(::crc32(0, bytes.data(), static_cast<uInt>(bytes.size())));
}

std::vector<std::uint8_t> encode(std::uint8_t sequence, const Request& request) {
  std::vector<std::uint8_t> plain;
  plain.reserve(request.data.size() + 12);
  put(plain, sequence, 1);
  put(plain, request.command, 1);
  put(plain, request.address, 4);
  put(plain, request.length, 2);
  plain.insert(plain.end(), request.data.begin(), request.data.end());
  put(plain, crc32(plain), kCrcBytes);
  // The first delimiter ends whatever the device has of an earlier, broken frame.
  std::vector<std::uint8_t> line = {kDelimiter};
  line.reserve(plain.size() + plain.size() / 16 + 2);
  for (const std::uint8_t byte : plain) {
    if (byte == kDelimiter || byte == kEscape) {
      line.push_back(kEscape);
      line.push_back(byte ^ kEscapeBit);
    } else {
      line.push_back(byte);
    }
  }
  line.push_back(kDelimiter);
  return line;
}

std::optional<Response> Decoder::push(std::uint8_t byte) {
  if (byte == kDelimiter) {
    const bool empty = frame_.empty() && !escape_;
    std::optional<Response> response;
    if (!empty) {
      if (!escape_) response = finish();
      if (!response) ++damaged_;
    }
    frame_.clear();
    escape_ = false;
    return response;
  }
  if (byte == kEscape) {
    escape_ = true;
  } else if (frame_.size() <= kLongest) {
    frame_.push_back(escape_ ? byte ^ kEscapeBit : byte);
    escape_ = false;
  }
  return std::nullopt;
}

std::optional<Response> Decoder::finish() {
  if (frame_.size() < kResponseHeader + 1 + kCrcBytes || frame_.size() > kLongest) return {};
  const std::span<const std::uint8_t> body(frame_.data(), frame_.size() - kCrcBytes);
  std::uint32_t sent = 0;
  for (std::size_t i = 0; i < kCrcBytes; ++i) {
    sent |= std::uint32_t{frame_[body.size() + i]} << (8 * i);
  }
  const std::size_t length = std::size_t{frame_[2]} | std::size_t{frame_[3]} << 8;
  if (sent != crc32(body) || body.size() != kResponseHeader + length + 1) return {};
  if ((frame_[1] & kResponse) == 0) return {};
  Response response;
  response.sequence = frame_[0];
  response.command = frame_[1] & static_cast<std::uint8_t>(~kResponse);
  response.status = body.back();
  response.data.assign(body.begin() + kResponseHeader, body.end() - 1);
  return response;
}

}  // namespace heddle::link
