#include "memory/crossbar.hpp"

#include <bit>

#include "memory/line_placement.hpp"

namespace heddle::timed {

Crossbar::Wires Crossbar::connect(const Inputs& in) const {
  Wires wires;
  if (in.instruction->valid) {
    wires.instruction = ChannelRequest{in.instruction, in.instruction->tag};
    wires.instruction_channel = fold_line(in.instruction->line, channels_);
    wires.instruction_ready = (in.channels_ready >> wires.instruction_channel & 1) != 0;
  }
  if (in.data != nullptr) {
    wires.data_channel = fold_line(in.data->line, channels_);
    const bool taken =
        wires.instruction.line != nullptr && wires.instruction_channel == wires.data_channel;
    if (!taken) {
      wires.data = ChannelRequest{in.data, in.data->tag};
      wires.data_ready = (in.channels_ready >> wires.data_channel & 1) != 0;
    }
  }

  std::uint32_t instruction_lines = 0;
  std::uint32_t data_lines = 0;
  for (std::uint32_t left = in.responses_valid; left != 0; left &= left - 1) {
    const auto channel = static_cast<std::uint32_t>(std::countr_zero(left));
    (in.responses[channel]->instruction ? instruction_lines : data_lines) |= 1u << channel;
  }
  if (instruction_lines != 0) {
    const auto channel = static_cast<std::uint32_t>(std::countr_zero(instruction_lines));
    wires.instruction_line = in.responses[channel];
    if (in.instruction_line_ready) wires.lines_ready |= 1u << channel;
  }
  if (data_lines != 0) {
    wires.data_line_channel = round_robin_.pick(data_lines);
    wires.data_line = in.responses[wires.data_line_channel];
    if (in.data_line_ready) wires.lines_ready |= 1u << wires.data_line_channel;
  }
  return wires;
}

}  // namespace heddle::timed
