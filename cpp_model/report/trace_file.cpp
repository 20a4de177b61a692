#include "report/trace_file.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "isa/instructions.hpp"
#include "report/atomic_file.hpp"

namespace heddle::report {
namespace {

std::string text_of(const TracedInstruction& instruction) {
  return isa::disassemble(instruction.word, instruction.pc);
}

/// A slice of a warp's track.
struct TrackSlice {
  std::uint32_t warp = 0;
  std::uint64_t begin = 0, end = 0;
  const TracedInstruction* instruction = nullptr;  ///< null: a barrier
};

/// The warps' tracks: sorted, without overlap in a track.
std::vector<TrackSlice> slices_of(const PipelineTrace& trace) {
  std::vector<TrackSlice> slices;
  slices.reserve(trace.instructions().size() + trace.waits().size());
  for (const TracedInstruction& instruction : trace.instructions()) {
    if (instruction.issue == 0) continue;
    slices.push_back({instruction.warp, instruction.issue,
                      std::max(instruction.end, instruction.issue + 1), &instruction});
  }
  for (const TracedWait& wait : trace.waits()) {
    if (wait.end > wait.begin) slices.push_back({wait.warp, wait.begin, wait.end, nullptr});
  }
  std::ranges::sort(slices, [](const TrackSlice& left, const TrackSlice& right) {
    return std::tie(left.warp, left.begin) < std::tie(right.warp, right.begin);
  });
  for (std::size_t i = 0; i + 1 < slices.size(); ++i) {
    const TrackSlice& next = slices[i + 1];
    if (next.warp == slices[i].warp) slices[i].end = next.begin;
  }
  return slices;
}

}  // namespace

TraceFormat trace_format(std::string_view path) {
  if (path.ends_with(".json")) return TraceFormat::kChrome;
  if (path.ends_with(".kanata")) return TraceFormat::kKonata;
  throw std::runtime_error(fmt::format(
      "the trace \"{}\" must end in .json (Perfetto, Chrome) or .kanata (Konata)", path));
}

void write_chrome(const PipelineTrace& trace, std::ostream& out) {
  fmt::print(out,
             "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
             "{{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":0,\"args\":{{\"name\":\"SM 0\"}}}}");
  std::uint32_t named = ~0u;
  for (const TrackSlice& slice : slices_of(trace)) {
    if (slice.warp != named) {
      named = slice.warp;
      fmt::print(out,
                 ",\n{{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":0,\"tid\":{0},"
                 "\"args\":{{\"name\":\"warp {0}\"}}}}",
                 named);
    }
    fmt::print(out, ",\n{{\"ph\":\"X\",\"pid\":0,\"tid\":{},\"ts\":{},\"dur\":{},", slice.warp,
               slice.begin, slice.end - slice.begin);
    if (slice.instruction == nullptr) {
      fmt::print(out, "\"name\":\"barrier\",\"cat\":\"barrier\"}}");
      continue;
    }
    const TracedInstruction& instruction = *slice.instruction;
    fmt::print(
        out,
        "\"name\":\"{}\",\"cat\":\"instruction\",\"args\":{{\"pc\":\"{:#010x}\","
        "\"threads\":{},\"mask\":\"{:#010x}\",\"fetched\":{},\"operands\":{},\"ended\":{}}}}}",
        text_of(instruction), instruction.pc, std::popcount(instruction.mask), instruction.mask,
        instruction.fetch, instruction.operands, instruction.end);
  }
  fmt::print(out, "\n]}}\n");
}

void write_konata(const PipelineTrace& trace, std::ostream& out) {
  struct Event {
    std::uint64_t cycle;
    std::size_t instruction;
    std::uint32_t step;  ///< index into kStages; their number: the end
  };
  constexpr std::array<std::pair<char, std::uint64_t TracedInstruction::*>, 6> kStages{{
      {'F', &TracedInstruction::fetch},
      {'D', &TracedInstruction::decode},
      {'B', &TracedInstruction::buffer},
      {'I', &TracedInstruction::issue},
      {'O', &TracedInstruction::operands},
      {'X', &TracedInstruction::execute},
  }};
  std::vector<Event> events;
  const std::vector<TracedInstruction>& instructions = trace.instructions();
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    const TracedInstruction& instruction = instructions[i];
    std::uint64_t last = 0;
    for (std::uint32_t step = 0; step < kStages.size(); ++step) {
      const std::uint64_t cycle = instruction.*kStages[step].second;
      if (cycle < last) break;  // it did not come this far
      events.push_back({cycle, i, step});
      last = cycle;
    }
    events.push_back({std::max(last, instruction.end), i, kStages.size()});
  }
  std::ranges::sort(events, [](const Event& left, const Event& right) {
    return std::tie(left.cycle, left.instruction, left.step) <
           std::tie(right.cycle, right.instruction, right.step);
  });
  fmt::print(out, "Kanata\t0004\n");
  std::uint64_t cycle = events.empty() ? 0 : events.front().cycle;
  fmt::print(out, "C=\t{}\n", cycle);
  std::size_t retired = 0;
  for (const Event& event : events) {
    const TracedInstruction& instruction = instructions[event.instruction];
    if (event.cycle != cycle) fmt::print(out, "C\t{}\n", event.cycle - cycle);
    cycle = event.cycle;
    if (event.step == 0) {
      fmt::print(
          out, "I\t{0}\t{0}\t{1}\nL\t{0}\t0\twarp {1} {2:08x} {3}\nL\t{0}\t1\tthreads {4:#010x}\n",
          event.instruction, instruction.warp, instruction.pc, text_of(instruction),
          instruction.mask);
    }
    if (event.step < kStages.size()) {
      fmt::print(out, "S\t{}\t0\t{}\n", event.instruction, kStages[event.step].first);
    } else {
      fmt::print(out, "R\t{}\t{}\t{}\n", event.instruction, retired++, instruction.ended ? 0 : 1);
    }
  }
}

void write_trace(const PipelineTrace& trace, const std::string& path) {
  const TraceFormat format = trace_format(path);
  AtomicFile file(path);
  if (format == TraceFormat::kChrome) {
    write_chrome(trace, file.stream());
  } else {
    write_konata(trace, file.stream());
  }
  file.commit();
}

}  // namespace heddle::report
