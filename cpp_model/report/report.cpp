#include "report/report.hpp"

#include <fmt/format.h>

#include <bit>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "isa/semantics.hpp"
#include "report/atomic_file.hpp"

namespace heddle::report {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::uint64_t kLineBytes = 64;
constexpr std::size_t kHottest = 16;

double ratio(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : 0;
}

Issue stage_of(const timed::Sm& sm) {
  if (sm.warp_scheduler().out().pick.valid) return Issue::kPicked;
  std::uint32_t heads = sm.instruction_buffer().heads();
  if (heads == 0) return Issue::kNothing;
  for (; heads != 0; heads &= heads - 1) {
    const auto warp = static_cast<std::uint32_t>(std::countr_zero(heads));
    if (!sm.scoreboard().hazard(warp, sm.instruction_buffer().head(warp))) return Issue::kResource;
  }
  return Issue::kDependency;
}

std::string_view status_name(LaunchStatus status) {
  switch (status) {
    case LaunchStatus::kOk: return "ok";
    case LaunchStatus::kFault: return "fault";
    case LaunchStatus::kCycleLimit: return "cycle limit";
    case LaunchStatus::kInterrupted: return "interrupted";
    case LaunchStatus::kMismatch: return "mismatch";
  }
  return "unknown";
}

ordered_json extent(const Dim3& size) { return {size.x, size.y, size.z}; }

ordered_json launch_json(const LaunchRecord& record) {
  const LaunchResult& result = record.result;
  const Counters& counters = result.counters;
  const auto cycles = static_cast<double>(counters.cycles);
  const auto instructions = static_cast<double>(counters.instructions);
  ordered_json json = {
      {"grid", extent(record.launch.grid)},
      {"block", extent(record.launch.block)},
      {"status", status_name(result.status)},
      {"message", result.message},
      {"rerun", result.rerun},
      {"cycles", counters.cycles},
      {"instructions", counters.instructions},
      {"thread_instructions", counters.thread_instructions},
      {"instructions_per_cycle", ratio(instructions, cycles)},
      {"threads_per_instruction",
       ratio(static_cast<double>(counters.thread_instructions), instructions)},
      {"global_accesses", counters.global_accesses},
      {"global_lines", counters.global_lines},
      {"lines_per_access", ratio(static_cast<double>(counters.global_lines),
                                 static_cast<double>(counters.global_accesses))},
      {"global_line_bytes", counters.global_lines * kLineBytes},
      {"global_bytes", record.global_bytes},
      {"shared_rows", counters.shared_rows},
      {"shared_passes", counters.shared_passes},
      {"bank_conflict_passes", counters.shared_passes - counters.shared_rows},
      {"ctas_done", counters.ctas_done},
      {"seconds", result.seconds},
      {"rtl_seconds", result.rtl_seconds},
      {"model_seconds", result.model_seconds},
      {"cycles_per_second", ratio(cycles, result.seconds)},
      {"cycles_compared", result.cycles_compared},
      {"differences", result.differences},
  };
  for (std::size_t i = 0; i < kPerformanceCounters; ++i) {
    json["performance"][std::string(kPerformanceNames[i])] = result.performance.values[i];
  }
  const Slice total = record.timeline.total();
  if (total.cycles == 0) return json;
  for (std::size_t i = 0; i < kIssueKinds; ++i) {
    json["issue_cycles"][std::string(kIssueNames[i])] = total.issue[i];
  }
  for (const CodePiece& piece : record.hot_code.hottest(kHottest)) {
    json["hot_code"].push_back({{"first_pc", piece.first_pc},
                                {"last_pc", piece.last_pc},
                                {"instructions", piece.instructions},
                                {"threads", piece.threads},
                                {"crowded_cycles", piece.crowded_cycles},
                                {"crowded_instructions", piece.crowded_instructions}});
  }
  json["slice_cycles"] = record.timeline.slice_cycles();
  for (const Slice& slice : record.timeline.slices()) {
    json["slices"].push_back(
        {{"instructions", slice.instructions}, {"threads", slice.threads}, {"issue", slice.issue}});
  }
  return json;
}

void write_file(const fs::path& path, const std::string& text) {
  AtomicFile file(path.string());
  file.stream() << text;
  file.commit();
}

}  // namespace

void Slice::add(const Slice& other) {
  cycles += other.cycles;
  instructions += other.instructions;
  threads += other.threads;
  for (std::size_t i = 0; i < kIssueKinds; ++i) issue[i] += other.issue[i];
}

void Timeline::add(const Slice& cycle) {
  if (slices_.empty() || slices_.back().cycles >= length_) {
    if (slices_.size() == kMaximum) halve();
    if (slices_.empty() || slices_.back().cycles >= length_) slices_.emplace_back();
  }
  slices_.back().add(cycle);
}

void Timeline::halve() {
  for (std::size_t i = 0; i < slices_.size() / 2; ++i) {
    slices_[i] = slices_[2 * i];
    slices_[i].add(slices_[2 * i + 1]);
  }
  slices_.resize(slices_.size() / 2);
  length_ *= 2;
}

Slice Timeline::total() const {
  Slice sum;
  for (const Slice& slice : slices_) sum.add(slice);
  return sum;
}

Report::Report(const Config& config, std::string kind, const DeviceOptions& options)
    : run_{config, std::move(kind), options, {}} {
  fs::create_directories(options.report_dir);
}

void Report::begin_launch(const Launch& launch) {
  run_.launches.push_back({launch, {}, 0, {}, {}});
  beats_left_ = 0;
}

Issue Report::classify(const timed::Sm& sm) {
  const Issue stage = stage_of(sm);
  if (stage == Issue::kPicked) {
    beats_left_ += run_.config.beats() - 1;
  } else if (beats_left_ != 0) {
    --beats_left_;
    return Issue::kPicked;
  }
  return stage;
}

void Report::sample(const timed::Gpu& gpu) {
  if (!gpu.dispatcher().out().busy || run_.launches.empty()) return;
  const timed::OperandCollector::Outputs& collector = gpu.sm().operand_collector().out();
  Slice cycle;
  cycle.cycles = 1;
  cycle.instructions = collector.counted ? 1 : 0;
  cycle.threads = collector.counted ? collector.threads : 0;
  cycle.issue[static_cast<std::size_t>(classify(gpu.sm()))] = 1;
  LaunchRecord& launch = run_.launches.back();
  launch.timeline.add(cycle);
  if (const timed::MemoryRow* row = gpu.sm().address_unit().out().row; row != nullptr) {
    launch.global_bytes += std::uint64_t{isa::access_size(row->op)} *
                           static_cast<unsigned>(std::popcount(row->global_mask));
  }
  launch.hot_code.record(gpu.host_interface().out().counters.cycles,
                         gpu.sm().instruction_buffer().out().issue);
}

void Report::end_launch(const LaunchResult& result) {
  run_.launches.back().result = result;
  ordered_json json = {
      {"config", run_.config.name},
      {"lanes", run_.config.lanes},
      {"device", run_.kind},
      {"memory_latency", run_.options.memory_latency},
      {"memory_seed", run_.options.memory_seed},
      {"timed_cycle", kTimedCycle},
  };
  json["launches"] = ordered_json::array();
  for (const LaunchRecord& record : run_.launches) json["launches"].push_back(launch_json(record));
  const fs::path folder = run_.options.report_dir;
  write_file(folder / "report.json", json.dump(1) + "\n");
  write_file(folder / "report.html", report_page(run_));
}

}  // namespace heddle::report
