// The host's side of the link against boards that speak another version of its protocol.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "link_frame.hpp"
#include "link_host.hpp"

namespace heddle::board {
namespace {

constexpr std::uint8_t kDelimiter = 0x7e, kEscape = 0x7d, kEscapeBit = 0x20;

/// Answers every hello as a board does whose hello has `data_bytes`.
class OtherBoard final : public link::BytePort {
 public:
  OtherBoard(std::uint8_t version, std::uint8_t data_bytes)
      : version_(version), data_bytes_(data_bytes) {}

  void send(std::span<const std::uint8_t> bytes) override {
    std::vector<std::uint8_t> request;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == kDelimiter) continue;
      request.push_back(bytes[i] == kEscape ? bytes[++i] ^ kEscapeBit : bytes[i]);
    }
    // Header, then the request's address, the version and the credits; at the end the status.
    std::vector<std::uint8_t> frame(4 + data_bytes_ + 1U);
    frame[0] = request[0];
    frame[1] = link::kHello | link::kResponse;
    frame[2] = data_bytes_;
    std::copy_n(request.begin() + 2, 4, frame.begin() + 4);
    frame[8] = version_;
    frame[9] = 4;
    const std::uint32_t crc = link::crc32(frame);
    for (int i = 0; i < 4; ++i) frame.push_back(static_cast<std::uint8_t>(crc >> (8 * i)));
    for (const std::uint8_t byte : frame) {
      const bool special = byte == kDelimiter || byte == kEscape;
      if (special) line_.push_back(kEscape);
      line_.push_back(special ? byte ^ kEscapeBit : byte);
    }
    line_.push_back(kDelimiter);
  }
  std::size_t receive(std::span<std::uint8_t> bytes, double seconds) override {
    if (line_.empty()) now_ += seconds;
    const std::size_t count = std::min(bytes.size(), line_.size());
    std::copy_n(line_.begin(), count, bytes.begin());
    line_.erase(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  double now() const override { return now_; }

 private:
  std::uint8_t version_, data_bytes_;
  std::vector<std::uint8_t> line_;
  double now_ = 0;
};

}  // namespace

TEST_CASE("A board of another version is named as such, whatever the size of its hello") {
  for (const std::uint8_t bytes : std::to_array<std::uint8_t>({6, 80, 84, 108, 112, 116, 120})) {
    OtherBoard board(2, bytes);
    link::Host host(board, 1, 1);
    CHECK_THROWS_WITH(host.hello(),
                      Catch::Contains("speaks version 2 of the protocol, the host 6"));
  }
}

}  // namespace heddle::board
