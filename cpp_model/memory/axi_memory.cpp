#include "memory/axi_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace heddle {
namespace {

using timed::AxiMasterOut;
using timed::AxiSlaveOut;

constexpr std::uint32_t kMemoryEnd = 0xe0000000;
constexpr std::uint32_t kOkay = 0;
constexpr std::uint32_t kDecodeError = 3;

/// splitmix64's finalizer: neighbouring inputs give unrelated outputs.
std::uint64_t scramble(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

void AxiMemory::Queue::push(const Request& request) { entries[size++] = request; }

AxiMemory::Request AxiMemory::Queue::take(std::uint32_t index) {
  const Request request = entries[index];
  std::copy(entries.begin() + index + 1, entries.begin() + size, entries.begin() + index);
  --size;
  return request;
}

int AxiMemory::Queue::find_ready(std::uint64_t cycle) const {
  int best = -1;
  std::uint64_t best_time = cycle + 1;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (entries[i].ready_at >= best_time) continue;
    best = static_cast<int>(i);
    best_time = entries[i].ready_at;
  }
  return best;
}

std::uint64_t AxiMemory::Queue::not_before(std::uint32_t id) const {
  std::uint64_t time = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (entries[i].id == id) time = std::max(time, entries[i].ready_at);
  }
  return time;
}

std::uint64_t AxiMemory::Queue::first_ready() const {
  std::uint64_t time = kNever;
  for (std::uint32_t i = 0; i < size; ++i) time = std::min(time, entries[i].ready_at);
  return time;
}

AxiMemory::AxiMemory(const Config& config, const MemoryTiming& timing, MemoryImage& image)
    : timing_(timing),
      image_(image),
      beat_bytes_(config.axi_data_bits / 8),
      beats_(512 / config.axi_data_bits),
      outs_(config.channels),
      channels_(config.channels) {
  timing_.latency = std::max(timing_.latency, 1u);
  for (std::uint32_t i = 0; i < config.channels; ++i) {
    channels_[i].index = i;
    outs_[i].ar_ready = outs_[i].aw_ready = outs_[i].w_ready = true;
  }
}

std::uint64_t AxiMemory::response_time(Channel& channel) {
  std::uint64_t time = cycle_ + timing_.latency;
  if (timing_.seed != 0) {
    const std::uint64_t number = channel.requests++ << 8 | channel.index;
    time += scramble(timing_.seed ^ scramble(number)) % (timing_.latency + 1);
  }
  return time;
}

void AxiMemory::accept(Channel& channel, const AxiSlaveOut& out, const AxiMasterOut& master) {
  const bool read = master.ar_valid && out.ar_ready;
  const bool write = master.aw_valid && out.aw_ready;
  if (read) {
    if (master.ar_len + 1 != beats_ || master.ar_addr % MemoryImage::kLineBytes != 0) {
      throw std::logic_error("an AXI read is not a burst of one line");
    }
    const std::uint64_t time =
        std::max(response_time(channel), channel.reads.not_before(master.ar_id));
    channel.reads.push({master.ar_id, master.ar_addr, time});
  }
  if (write) {
    if (master.aw_len + 1 != beats_ || master.aw_addr % MemoryImage::kLineBytes != 0) {
      throw std::logic_error("an AXI write is not a burst of one line");
    }
    channel.writes.push({master.aw_id, master.aw_addr, 0});
  }
  if (master.w_valid && out.w_ready) {
    const std::uint32_t first = channel.w_beats * beat_bytes_;
    std::copy_n(master.w_data.begin(), beat_bytes_, channel.w_line.begin() + first);
    channel.w_strobe |= master.w_strobe << first;
    ++channel.w_beats;
    channel.w_complete = channel.w_beats == beats_;
    if (master.w_last != channel.w_complete) {
      throw std::logic_error("WLAST is not at the last beat of a burst");
    }
  }
}

void AxiMemory::land_write(Channel& channel) {
  if (!channel.w_complete || channel.writes.size == 0) return;
  Request request = channel.writes.take(0);
  if (request.address < kMemoryEnd) {
    image_.write_line(request.address, std::as_bytes(std::span(channel.w_line)), channel.w_strobe);
  }
  request.ready_at = std::max(response_time(channel), channel.responses.not_before(request.id));
  channel.responses.push(request);
  channel.w_strobe = 0;
  channel.w_beats = 0;
  channel.w_complete = false;
}

void AxiMemory::put_beat(const Channel& channel, AxiSlaveOut& out) const {
  std::copy_n(channel.line.begin() + channel.r_beat * beat_bytes_, beat_bytes_, out.r_data.begin());
  out.r_last = channel.r_beat + 1 == beats_;
}

void AxiMemory::next_read_beat(Channel& channel, AxiSlaveOut& out) {
  if (out.r_valid && !out.r_last) {
    ++channel.r_beat;
    put_beat(channel, out);
    return;
  }
  const int index = channel.reads.find_ready(cycle_ + 1);
  out.r_valid = index >= 0;
  if (index < 0) return;
  const Request request = channel.reads.take(static_cast<std::uint32_t>(index));
  out.r_id = request.id;
  if (request.address < kMemoryEnd) {
    image_.read_line(request.address, std::as_writable_bytes(std::span(channel.line)));
    out.r_resp = kOkay;
  } else {
    channel.line.fill(0);
    out.r_resp = kDecodeError;
  }
  channel.r_beat = 0;
  put_beat(channel, out);
}

void AxiMemory::step(std::uint32_t index, const AxiMasterOut& master) {
  Channel& channel = channels_[index];
  AxiSlaveOut& out = outs_[index];
  stepped_ = true;
  accept(channel, out, master);
  land_write(channel);

  if (!out.r_valid || master.r_ready) next_read_beat(channel, out);
  if (!out.b_valid || master.b_ready) {
    const int ready = channel.responses.find_ready(cycle_ + 1);
    out.b_valid = ready >= 0;
    if (ready >= 0) {
      const Request request = channel.responses.take(static_cast<std::uint32_t>(ready));
      out.b_id = request.id;
      out.b_resp = request.address < kMemoryEnd ? kOkay : kDecodeError;
    }
  }

  channel.first_ready = std::min(channel.reads.first_ready(), channel.responses.first_ready());

  // A seed withholds each ready in one cycle of eight.
  const std::uint64_t number = (cycle_ + 1) << 8 | channel.index;
  const std::uint64_t draw =
      timing_.seed == 0 ? ~std::uint64_t{0} : scramble(~timing_.seed ^ number);
  out.ar_ready = channel.reads.size < kQueueDepth && (draw & 7) != 0;
  out.aw_ready = channel.writes.size + channel.responses.size < kQueueDepth && (draw & 0x70) != 0;
  out.w_ready = !channel.w_complete && (draw & 0x700) != 0;
}

void AxiMemory::look_ahead() {
  stepped_ = shown_ = false;
  first_ready_ = kNever;
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    const Channel& channel = channels_[i];
    shown_ |= outs_[i].r_valid || outs_[i].b_valid;
    first_ready_ = std::min(first_ready_, channel.first_ready);
  }
}

}  // namespace heddle
