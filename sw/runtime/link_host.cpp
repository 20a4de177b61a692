#include "link_host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace heddle::link {
namespace {

constexpr std::uint32_t kProtocol = 6;
constexpr std::size_t kHelloBytes = 112;
constexpr double kShortestTimeout = 0.03;
constexpr double kRounding = 1e-6;
constexpr std::uint32_t kAlignment = kMostData;

std::uint32_t word_at(std::span<const std::uint8_t> bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{bytes[offset + i]} << (8 * i);
  return value;
}

/// In the order in which the device tells them: that of configs/*.toml.
constexpr std::array kParameters = {&Config::warps,
                                    &Config::lanes,
                                    &Config::channels,
                                    &Config::cta_slots,
                                    &Config::shared_bytes,
                                    &Config::icache_bytes,
                                    &Config::axi_data_bits,
                                    &Config::axi_outstanding,
                                    &Config::lsu_queue,
                                    &Config::memory_ops,
                                    &Config::line_tags,
                                    &Config::copy_tags,
                                    &Config::tensor_m,
                                    &Config::tensor_n,
                                    &Config::tensor_lanes,
                                    &Config::tensor_columns,
                                    &Config::tensor_formats,
                                    &Config::tensor_modes,
                                    &Config::tensor_transpose,
                                    &Config::tensor_sparse,
                                    &Config::l1_bytes,
                                    &Config::l1_ways,
                                    &Config::l2_bytes,
                                    &Config::l2_ways,
                                    &Config::regions};

bool is_write(const Request& request) { return (request.command & 2) != 0; }

/// Throws LinkError if the device could not do it.
void check_status(const Request& request, const Response& response) {
  if (response.status == kOkay) return;
  const bool memory = (request.command & 1) != 0;
  const std::uint32_t unit = request.command == kClearMemory ? kLine : 1;
  throw LinkError(fmt::format("the board {} {} of {} bytes at {:#010x} of {}",
                              response.status == kBusError ? "had an error at" : "refused",
                              is_write(request) ? "a write" : "a read", unit * request.length,
                              request.address, memory ? "memory" : "its registers"));
}

}  // namespace

void Host::transmit(std::uint8_t sequence, const Request& request) {
  port_.send(encode(sequence, request));
  ++statistics_.frames;
}

std::optional<Response> Host::await(double seconds, bool& damage) {
  const double end = port_.now() + seconds;
  for (;;) {
    while (taken_ < received_.size()) {
      auto response = decoder_.push(received_[taken_++]);
      if (response) return response;
      if (decoder_.damaged() != statistics_.damaged) {
        statistics_.damaged = decoder_.damaged();
        damage = true;
        return std::nullopt;
      }
    }
    const double left = end - port_.now();
    if (left <= 0) return std::nullopt;
    received_.resize(4096);
    received_.resize(port_.receive(received_, left));
    taken_ = 0;
  }
}

void Host::fail(double since) const {
  if (statistics_.damaged == 0 && statistics_.rejected == 0) {
    throw LinkError(fmt::format("the board has not answered for {:.1f} s", port_.now() - since));
  }
  throw LinkError(fmt::format(
      "the board has not answered for {:.1f} s; before that, {} answers were damaged on the line "
      "(CRC) and {} requests sent again",
      port_.now() - since, statistics_.damaged, statistics_.repeats));
}

DeviceInformation Host::hello() {
  Request request;
  request.command = kHello;
  sequence_ = static_cast<std::uint8_t>(random_());
  const double begin = port_.now();
  double timeout = round_trip_;
  bool heard = false;
  while (port_.now() - begin < patience_) {
    // A number of this attempt's own, so that answers to earlier ones are told apart.
    request.address = static_cast<std::uint32_t>(random_());
    const double sent = port_.now();
    transmit(sequence_, request);
    while (port_.now() - sent < timeout - kRounding) {
      bool damage = false;
      const auto response = await(sent + timeout - port_.now(), damage);
      heard |= damage || response;
      if (!response || response->command != kHello || response->sequence != sequence_) continue;
      if (response->data.size() < 6 || word_at(response->data, 0) != request.address) continue;
      const std::uint32_t protocol = response->data[4];
      if (protocol != kProtocol) {  // whose hello may have another size
        throw LinkError(fmt::format("the board speaks version {} of the protocol, the host {}",
                                    protocol, kProtocol));
      }
      if (response->data.size() != kHelloBytes) continue;
      ++sequence_;
      // Later frames are longer, and several of them wait for their answer.
      round_trip_ = 4 * (port_.now() - sent);
      DeviceInformation result;
      result.protocol = protocol;
      result.credits = response->data[5];
      result.memory_bytes = word_at(response->data, 8);
      result.clock_khz = word_at(response->data, 12);
      for (std::size_t i = 0; i < kParameters.size(); ++i) {
        result.config.*kParameters[i] = word_at(response->data, 16 + 4 * i);
      }
      if (result.credits == 0) throw LinkError("the board takes no requests");
      credits_ = result.credits;
      return result;
    }
    timeout = std::min(2 * timeout, 4.0);
  }
  if (heard) {
    throw LinkError(
        "something answers, but not a Heddle board: wrong baud rate, or another design");
  }
  fail(begin);
}

std::vector<Response> Host::exchange(std::span<const Request> requests) {
  std::vector<Response> responses;
  responses.reserve(requests.size());
  std::vector<double> sent_at(requests.size());
  std::vector<bool> repeated(requests.size());
  std::size_t sent = 0;
  std::size_t furthest = 0;  // all before were sent at least once
  double heard = port_.now();
  const auto usual_timeout = [&] { return std::max(kShortestTimeout, 3 * round_trip_); };
  double timeout = usual_timeout();
  bool went_back = false;  // since the last answer
  const auto go_back = [&] {
    sent = responses.size();
    went_back = true;
  };

  while (responses.size() < requests.size()) {
    while (sent < requests.size() && sent - responses.size() < credits_) {
      transmit(static_cast<std::uint8_t>(sequence_ + sent), requests[sent]);
      sent_at[sent] = port_.now();
      if (sent < furthest) {
        repeated[sent] = true;
        ++statistics_.repeats;
      }
      furthest = std::max(furthest, ++sent);
    }
    bool damage = false;
    const std::size_t first = responses.size();
    const double since = std::max(heard, sent_at[first]);
    auto response = await(since + timeout - port_.now(), damage);
    if (!response) {
      if (damage) {
        timeout = usual_timeout();  // The board is there: only its silence makes the wait longer.
        if (!went_back) go_back();
      } else if (port_.now() - heard > patience_) {
        fail(heard);
      } else if (port_.now() - since >= timeout - kRounding) {
        go_back();
        timeout = std::min(2 * timeout, patience_);
      }
      continue;
    }
    const auto ahead = static_cast<std::uint8_t>(response->sequence -
                                                 static_cast<std::uint8_t>(sequence_ + first));
    if (response->command == kReject) {
      ++statistics_.rejected;
      go_back();
      continue;
    }
    if (ahead != 0) {
      // An answer from before, or one behind an answer that was lost.
      if (ahead < furthest - first && !went_back) go_back();
      continue;
    }
    const Request& request = requests[first];
    const std::size_t expected =
        is_write(request) || response->status == kBadRequest ? 0 : std::size_t{request.length};
    if (response->command != request.command || response->data.size() != expected) continue;
    check_status(request, *response);
    heard = port_.now();
    if (!repeated[first]) round_trip_ += 0.125 * (heard - sent_at[first] - round_trip_);
    timeout = usual_timeout();
    went_back = false;
    responses.push_back(*std::move(response));
    sent = std::max(sent, responses.size());
  }
  sequence_ = static_cast<std::uint8_t>(sequence_ + requests.size());
  return responses;
}

void Host::write_memory(std::uint32_t address, std::span<const std::byte> data) {
  std::vector<Request> requests;
  while (!data.empty()) {
    const std::size_t count = std::min<std::size_t>(kAlignment - address % kAlignment, data.size());
    Request& request = requests.emplace_back();
    request.command = kWriteMemory;
    request.address = address;
    request.length = static_cast<std::uint16_t>(count);
    request.data.resize(count);
    std::memcpy(request.data.data(), data.data(), count);
    data = data.subspan(count);
    address += static_cast<std::uint32_t>(count);
  }
  exchange(requests);
}

void Host::read_memory(std::uint32_t address, std::span<std::byte> data) {
  std::vector<Request> requests;
  for (std::size_t left = data.size(); left != 0;) {
    const std::size_t count = std::min<std::size_t>(kAlignment - address % kAlignment, left);
    Request& request = requests.emplace_back();
    request.command = kReadMemory;
    request.address = address;
    request.length = static_cast<std::uint16_t>(count);
    left -= count;
    address += static_cast<std::uint32_t>(count);
  }
  for (const Response& response : exchange(requests)) {
    std::memcpy(data.data(), response.data.data(), response.data.size());
    data = data.subspan(response.data.size());
  }
}

void Host::clear_memory(std::uint32_t address, std::size_t size) {
  const std::size_t head = std::min<std::size_t>((kLine - address % kLine) % kLine, size);
  const std::size_t tail = (size - head) % kLine;
  std::vector<Request> requests;
  const auto write = [&](std::size_t count) {
    Request& request = requests.emplace_back();
    request.command = kWriteMemory;
    request.address = address;
    request.length = static_cast<std::uint16_t>(count);
    request.data.resize(count);
    address += static_cast<std::uint32_t>(count);
  };
  if (head != 0) write(head);
  for (std::size_t lines = (size - head) / kLine; lines != 0;) {
    const std::size_t count = std::min<std::size_t>(kMostLines, lines);
    Request& request = requests.emplace_back();
    request.command = kClearMemory;
    request.address = address;
    request.length = static_cast<std::uint16_t>(count);
    lines -= count;
    address += static_cast<std::uint32_t>(kLine * count);
  }
  if (tail != 0) write(tail);
  exchange(requests);
}

void Host::write_registers(std::uint32_t offset, std::span<const std::uint32_t> values) {
  std::vector<Request> requests;
  while (!values.empty()) {
    const std::size_t count = std::min<std::size_t>(kMostData / 4, values.size());
    Request& request = requests.emplace_back();
    request.command = kWriteRegisters;
    request.address = offset;
    request.length = static_cast<std::uint16_t>(4 * count);
    for (const std::uint32_t value : values.first(count)) {
      for (int i = 0; i < 4; ++i) {
        request.data.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
      }
    }
    values = values.subspan(count);
    offset += static_cast<std::uint32_t>(4 * count);
  }
  exchange(requests);
}

void Host::read_registers(std::uint32_t offset, std::span<std::uint32_t> values) {
  std::vector<Request> requests;
  for (std::size_t left = values.size(); left != 0;) {
    const std::size_t count = std::min<std::size_t>(kMostData / 4, left);
    Request& request = requests.emplace_back();
    request.command = kReadRegisters;
    request.address = offset;
    request.length = static_cast<std::uint16_t>(4 * count);
    left -= count;
    offset += static_cast<std::uint32_t>(4 * count);
  }
  std::size_t next = 0;
  for (const Response& response : exchange(requests)) {
    for (std::size_t i = 0; i < response.data.size(); i += 4) {
      values[next++] = word_at(response.data, i);
    }
  }
}

}  // namespace heddle::link
