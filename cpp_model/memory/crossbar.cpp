#include "memory/crossbar.hpp"

#include <bit>

#include "memory/line_placement.hpp"

namespace heddle::timed {

void Crossbar::connect_requests(const Inputs& in, Wires& wires) const {
  const auto ready = [&](std::uint32_t channel) { return (in.channels_ready >> channel & 1) != 0; };
  const auto taken = [&](std::uint32_t channel) {
    return wires.instruction.line != nullptr && wires.instruction_channel == channel;
  };
  if (in.instruction->valid) {
    wires.instruction = ChannelRequest{in.instruction, in.instruction->tag};
    wires.instruction_channel = fold_line(in.instruction->line, channels_);
    wires.instruction_ready = ready(wires.instruction_channel);
  }
  bool data = false, copy = false;
  if (in.data != nullptr) {
    wires.data_channel = fold_line(in.data->line, channels_);
    data = !taken(wires.data_channel);
  }
  if (in.copy != nullptr) {
    wires.copy_channel = fold_line(in.copy->line, channels_);
    copy = !taken(wires.copy_channel);
  }
  if (data && copy && wires.data_channel == wires.copy_channel) {
    (order_.copy_first ? data : copy) = false;
    wires.contested = ready(wires.data_channel);
  }
  if (data) {
    wires.data = ChannelRequest{in.data, in.data->tag};
    wires.data_ready = ready(wires.data_channel);
  }
  if (copy) {
    wires.copy = ChannelRequest{in.copy, in.copy->tag};
    wires.copy_ready = ready(wires.copy_channel);
  }
}

void Crossbar::connect_responses(const Inputs& in, Wires& wires) const {
  std::array<std::uint32_t, 3> lines{};  // by source; bit c: channel c has one
  for (std::uint32_t left = in.responses_valid; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::uint32_t>(std::countr_zero(left));
    lines[static_cast<std::size_t>(in.responses[channel]->source)] |= 1u << channel;
  }
  const auto [data_lines, instruction_lines, copy_lines] = lines;
  if (instruction_lines != 0) {
    const auto channel = static_cast<std::uint32_t>(std::countr_zero(instruction_lines));
    wires.instruction_line = in.responses[channel];
    if (in.instruction_line_ready) wires.lines_ready |= 1u << channel;
  }
  if (data_lines != 0) {
    wires.data_line_channel = order_.data.pick(data_lines);
    wires.data_line = in.responses[wires.data_line_channel];
    if (in.data_line_ready) wires.lines_ready |= 1u << wires.data_line_channel;
  }
  if (copy_lines != 0) {
    wires.copy_line_channel = order_.copy.pick(copy_lines);
    wires.copy_line = in.responses[wires.copy_line_channel];
    if (in.copy_line_ready) wires.lines_ready |= 1u << wires.copy_line_channel;
  }
}

Crossbar::Wires Crossbar::connect(const Inputs& in) const {
  Wires wires;
  connect_requests(in, wires);
  connect_responses(in, wires);
  return wires;
}

}  // namespace heddle::timed
