#include "functional/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>
#include <span>

#include "device/fault.hpp"
#include "device/mbarrier_waits.hpp"
#include "isa/float_lanes.hpp"
#include "isa/semantics.hpp"
#include "isa/special_functions.hpp"
#include "isa/warp_semantics.hpp"

namespace heddle::functional {
namespace {

using isa::Op;
using isa::Unit;

// Warp instructions until another warp of the CTA gets its turn.
constexpr std::uint64_t kTurn = 1024;

constexpr std::uint64_t kProgressInterval = std::uint64_t{1} << 20;

constexpr std::uint32_t kExitCall = 93;

// Of threads that a barrier can be told to wait for.
constexpr std::uint32_t kMaximumCount = 1024;

constexpr std::array<std::uint32_t, 3> to_array(const Dim3& size) {
  return {size.x, size.y, size.z};
}

std::uint32_t lowest(std::uint32_t lanes) {
  return static_cast<std::uint32_t>(std::countr_zero(lanes));
}

void execute_warp(Warp& warp, const isa::Instruction& instruction) {
  if (!instruction.writes_rd) return;
  Lanes result{isa::warp_operation(instruction.op, warp.group(), warp.x[instruction.rs1].value,
                                   warp.x[instruction.rs2].value, warp.x[instruction.rs3].value)};
  isa::blend(result, warp.lane_mask(), warp.x[instruction.rd]);
}

void execute_special(Warp& warp, const isa::Instruction& instruction) {
  if (!instruction.writes_rd) return;
  const Lanes& operands = warp.x[instruction.rs1];
  Lanes& results = warp.x[instruction.rd];
  for (std::uint32_t lanes = warp.group(); lanes != 0; lanes &= lanes - 1) {
    const std::uint32_t lane = lowest(lanes);
    results[lane] = isa::special_function(instruction.op, operands[lane]);
  }
}

}  // namespace

Grid::Grid(Machine& machine, const Launch& launch, const Geometry& geometry,
           FunctionalChecks checks)
    : machine_(machine), launch_(launch), geometry_(geometry) {
  ctas_total_ = std::uint64_t{launch.grid.x} * launch.grid.y * launch.grid.z;

  const std::uint32_t block_x = launch.block.x;
  const std::uint32_t block_y = launch.block.y;
  tids_.resize(std::size_t{geometry.warps_per_cta} * kWarpSize);
  for (std::uint32_t t = 0; t < geometry.threads; ++t) {
    tids_[t] = {t % block_x, t / block_x % block_y, t / block_x / block_y};
  }

  const std::uint32_t local_size = 1u << launch.local_shift;
  windows_.resize(machine.warps.size());
  for (std::uint32_t slot = 0; slot < windows_.size(); ++slot) {
    windows_[slot] = {
        .local_base = launch.local_base + slot * kWarpSize * local_size,
        .local_size = local_size,
        .shared_base = slot / geometry.warps_per_cta * geometry.shared_size,
        .shared_size = geometry.shared_size,
    };
  }

  csr_values_.ntid = to_array(launch.block);
  csr_values_.nctaid = to_array(launch.grid);
  csr_values_.warps = geometry.warps_per_cta;
  csr_values_.argptr = launch.argptr;
  csr_values_.shared_size = geometry.shared_size;
  csr_values_.local_size = local_size;
  if (checks.races) {
    race_check_ = std::make_unique<RaceCheck>(launch.block, geometry, machine.config);
  }
  if (checks.simd_efficiency) {
    simd_meter_ = std::make_unique<SimdEfficiencyMeter>(code_reader(), geometry.warps_per_cta);
  }
}

LaunchResult Grid::run(const ProgressCallback& progress) {
  const auto begin = std::chrono::steady_clock::now();
  machine_.memory_unit.clear_counters();
  next_progress_ = kProgressInterval;
  for (std::uint64_t linear = 0; linear < ctas_total_; ++linear) {
    start_cta(linear);
    if (!run_cta(progress)) break;
    ++result_.counters.ctas_done;
  }
  if (race_check_ != nullptr) result_.races = race_check_->races();
  if (simd_meter_ != nullptr && result_.status == LaunchStatus::kOk) {
    result_.simd_efficiency = simd_meter_->result();
  }
  result_.counters.cycles = result_.counters.instructions;
  result_.counters.global_accesses = machine_.memory_unit.accesses();
  result_.counters.global_lines = machine_.memory_unit.lines();
  result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result_;
}

void Grid::start_cta(std::uint64_t linear) {
  const std::uint64_t plane = linear / launch_.grid.x;
  cta_.id = {static_cast<std::uint32_t>(linear % launch_.grid.x),
             static_cast<std::uint32_t>(plane % launch_.grid.y),
             static_cast<std::uint32_t>(plane / launch_.grid.y)};
  cta_.first_warp =
      static_cast<std::uint32_t>(linear % geometry_.resident_ctas) * geometry_.warps_per_cta;
  cta_.alive = geometry_.threads;
  cta_.arrived = 0;
  cta_.counted = {};
  csr_values_.ctaid = to_array(cta_.id);
  machine_.tensor_unit.start_cta();
  if (race_check_ != nullptr) race_check_->start_cta(cta_.id);
  std::uint32_t left = geometry_.threads;
  for (std::uint32_t index = 0; index < geometry_.warps_per_cta; ++index) {
    const std::uint32_t threads = std::min(left, kWarpSize);
    const std::uint32_t lanes = kAllLanes >> (kWarpSize - threads);
    machine_.warps[cta_.first_warp + index].launch(launch_.entry, lanes);
    if (simd_meter_ != nullptr) simd_meter_->start_warp(index, launch_.entry, lanes);
    left -= threads;
  }
}

bool Grid::run_cta(const ProgressCallback& progress) {
  while (cta_.alive != 0) {
    bool some_ran = false;
    for (std::uint32_t index = 0; index < geometry_.warps_per_cta; ++index) {
      if (machine_.warps[cta_.first_warp + index].eligible() == 0) continue;
      if (!keep_going(progress)) return false;
      const std::uint64_t limit = launch_.cycle_limit;
      const std::uint64_t budget =
          limit == 0 ? kTurn : std::min(kTurn, limit - result_.counters.instructions);
      if (!run_warp(index, budget)) return false;
      some_ran = true;
    }
    if (!some_ran) return deadlock();
  }
  return true;
}

bool Grid::keep_going(const ProgressCallback& progress) {
  const std::uint64_t instructions = result_.counters.instructions;
  if (launch_.cycle_limit != 0 && instructions >= launch_.cycle_limit) {
    result_.status = LaunchStatus::kCycleLimit;
    result_.message = fmt::format(
        "stopped at the limit of {} warp instructions; thread block ({}, {}, {}) was "
        "running, {} of {} were done",
        launch_.cycle_limit, cta_.id.x, cta_.id.y, cta_.id.z, result_.counters.ctas_done,
        ctas_total_);
    report_positions();
    return false;
  }
  if (instructions < next_progress_) return true;
  next_progress_ = instructions + kProgressInterval;
  if (!progress || progress({instructions, result_.counters.ctas_done, ctas_total_})) return true;
  result_.status = LaunchStatus::kInterrupted;
  result_.message = fmt::format("interrupted after {} warp instructions", instructions);
  report_positions();
  return false;
}

bool Grid::run_warp(std::uint32_t index, std::uint64_t budget) {
  Warp& warp = machine_.warps[cta_.first_warp + index];
  csr_values_.warp = index;
  Counters& counters = result_.counters;
  // The page of the last instruction.
  const DecodedPage* page = nullptr;
  std::uint32_t page_base = 0;

  for (; budget != 0; --budget) {
    const std::uint32_t pc = warp.pc();
    // A misaligned PC differs from any page base.
    if (page == nullptr || (pc & ~0xffcu) != page_base) {
      if (fetch_faults(warp)) return false;
      page = &machine_.code.page(pc);
      page_base = pc & ~0xfffu;
    }
    const DecodedInstruction& decoded = page->at(pc);
    const isa::Instruction& instruction = decoded.instruction;
    if (decoded.faults) {
      const bool illegal = instruction.op == Op::kIllegal;
      return fault(warp, illegal ? cause::kIllegal : cause::kBreakpoint, warp.group(),
                   illegal ? instruction.word : pc);
    }
    warp.count_instruction();
    ++counters.instructions;
    counters.thread_instructions += warp.group_size();
    if (simd_meter_ != nullptr) simd_meter_->issue(pc);

    switch (instruction.unit) {
      case Unit::kAlu:
      case Unit::kMul:
      case Unit::kDivide:
        if (decoded.kernel != nullptr) {
          execute_integer(warp, decoded);
        } else if (isa::is_float_divide(instruction.op)) {
          execute_float(warp, instruction);
        } else if (instruction.op == Op::kFence) {
          execute_fence(warp);
        }
        warp.advance();
        break;
      case Unit::kWarp:
        execute_warp(warp, instruction);
        warp.advance();
        break;
      case Unit::kSfu:
        execute_special(warp, instruction);
        warp.advance();
        break;
      case Unit::kFloat:
        execute_float(warp, instruction);
        warp.advance();
        break;
      case Unit::kMemory:
        if (race_check_ != nullptr) {
          race_check_->access(
              index, warp, instruction,
              machine_.memory_unit.shared(windows_[cta_.first_warp + index].shared_base));
        }
        if (const auto found = machine_.memory_unit.execute(warp, instruction,
                                                            windows_[cta_.first_warp + index])) {
          return fault(warp, found->cause, found->mask, found->address);
        }
        warp.advance();
        if (instruction.op == Op::kMbarrierTryWait) return true;
        break;
      case Unit::kCopy:
        if (!execute_copy(warp, instruction)) return false;
        warp.advance();
        break;
      case Unit::kMma:
      case Unit::kTensor:
        if (!execute_tensor(warp, instruction)) return false;
        warp.advance();
        break;
      case Unit::kCsr:
        execute_csr(warp, instruction);
        warp.advance();
        break;
      case Unit::kBranch: execute_branch(warp, instruction); break;
      case Unit::kJump: execute_jump(warp, decoded); break;
      case Unit::kSystem:
        if (!execute_system(warp, instruction)) return false;
        if (warp.eligible() == 0) return true;
        break;
    }
  }
  return true;
}

bool Grid::fetch_faults(const Warp& warp) {
  const std::uint32_t pc = warp.pc();
  if ((pc & 3) != 0) {
    fault(warp, cause::kPcMisaligned, warp.group(), pc);
    return true;
  }
  if (!machine_.rights.may(kExecute, pc)) {
    fault(warp, cause::kPcAccess, warp.group(), pc);
    return true;
  }
  return false;
}

ControlFlow::Fetch Grid::code_reader() {
  return [&machine = machine_](std::uint32_t pc) {
    if (!machine.rights.may(kExecute, pc)) return isa::Instruction{};
    return machine.code.page(pc).at(pc).instruction;
  };
}

void Grid::execute_fence(const Warp& warp) {
  // Accesses happen in program order anyway.
  if (race_check_ != nullptr) race_check_->fence(csr_values_.warp, warp.group());
}

void Grid::execute_integer(Warp& warp, const DecodedInstruction& decoded) {
  const isa::Instruction& instruction = decoded.instruction;
  Lanes result;
  decoded.kernel(warp.x[instruction.rs1].data(), warp.x[instruction.rs2].data(), instruction.imm,
                 warp.pc(), result);
  isa::blend(result, warp.lane_mask(), warp.x[instruction.rd]);
}

void Grid::execute_float(Warp& warp, const isa::Instruction& instruction) {
  Lanes result;
  isa::execute_float({.instruction = instruction,
                      .a = warp.x[instruction.rs1].data(),
                      .b = warp.x[instruction.rs2].data(),
                      .c = warp.x[instruction.rs3].data(),
                      .fcsr = warp.fcsr.data(),
                      .active = warp.group(),
                      .mask = warp.lane_mask()},
                     result);
  if (instruction.writes_rd) isa::blend(result, warp.lane_mask(), warp.x[instruction.rd]);
}

bool Grid::execute_copy(Warp& warp, const isa::Instruction& instruction) {
  const WarpWindows& windows = windows_[slot_of(warp)];
  if (race_check_ != nullptr) {
    race_check_->copy(csr_values_.warp, warp, copy_operands(warp, instruction),
                      machine_.memory_unit.shared(windows.shared_base));
  }
  if (const auto found = machine_.copy_unit.execute(warp, instruction, windows)) {
    return fault(warp, found->cause, found->mask, found->address);
  }
  return true;
}

bool Grid::execute_tensor(Warp& warp, const isa::Instruction& instruction) {
  const WarpWindows& windows = windows_[slot_of(warp)];
  if (race_check_ != nullptr) {
    race_check_->tensor(csr_values_.warp, warp, instruction, machine_.tensor_unit.blocks(),
                        machine_.memory_unit.shared(windows.shared_base));
  }
  if (const auto found = machine_.tensor_unit.execute(warp, instruction, windows)) {
    return fault(warp, found->cause, found->mask, found->address);
  }
  return true;
}

void Grid::execute_csr(Warp& warp, const isa::Instruction& instruction) {
  const std::uint32_t number = isa::csr_number(instruction);
  csr_values_.cycle = csr_values_.instret = result_.counters.instructions;
  for (std::uint32_t left = warp.group(); left != 0; left &= left - 1) {
    const std::uint32_t lane = lowest(left);
    csr_values_.lane = lane;
    csr_values_.tid = tids_[csr_values_.warp * kWarpSize + lane];
    csr_values_.fcsr = warp.fcsr[lane];
    const std::uint32_t old = isa::csr_read(number, csr_values_);
    if (isa::is_float_csr(number)) {
      warp.fcsr[lane] = isa::csr_write(instruction, warp.fcsr[lane], warp.x[instruction.rs1][lane]);
    }
    if (instruction.writes_rd) warp.x[instruction.rd][lane] = old;
  }
}

void Grid::execute_branch(Warp& warp, const isa::Instruction& instruction) {
  const std::uint32_t pc = warp.pc();
  ++result_.performance[PerformanceCounter::kBranches];
  const std::uint32_t taken = isa::branch_mask(instruction.op, warp.x[instruction.rs1].data(),
                                               warp.x[instruction.rs2].data()) &
                              warp.group();
  if (simd_meter_ != nullptr) simd_meter_->branch(csr_values_.warp, warp.group(), taken);
  if (taken == 0 || instruction.imm == 4) {
    warp.jump(pc + 4, warp.depth());
  } else if (taken == warp.group()) {
    warp.jump(pc + instruction.imm, warp.depth());
  } else {
    Lanes targets;
    for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
      targets[lane] = (taken >> lane & 1) != 0 ? pc + instruction.imm : pc + 4;
    }
    ++result_.performance[PerformanceCounter::kDivergentBranches];
    warp.diverge(targets, warp.depth());
  }
}

void Grid::execute_jump(Warp& warp, const DecodedInstruction& decoded) {
  const isa::Instruction& instruction = decoded.instruction;
  const std::uint32_t pc = warp.pc();
  ++result_.performance[PerformanceCounter::kBranches];
  Lanes targets;
  std::uint32_t differing = 0;
  if (instruction.op == Op::kJal) {
    targets.value.fill(pc + instruction.imm);
  } else {
    const Lanes& base = warp.x[instruction.rs1];
    const std::uint32_t first = (base[warp.first_lane()] + instruction.imm) & ~1u;
    for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
      targets[lane] = (base[lane] + instruction.imm) & ~1u;
      differing |= (targets[lane] ^ first) & warp.lane_mask()[lane];
    }
    if (simd_meter_ != nullptr) {
      simd_meter_->jump(csr_values_.warp, pc, instruction, warp.group(), targets);
    }
  }
  // The targets first: rd may be rs1.
  if (decoded.kernel != nullptr) execute_integer(warp, decoded);
  const std::uint8_t depth = isa::next_depth(instruction, warp.depth());
  if (differing == 0) {
    warp.jump(targets[warp.first_lane()], depth);
  } else {
    ++result_.performance[PerformanceCounter::kDivergentBranches];
    warp.diverge(targets, depth);
  }
}

bool Grid::execute_system(Warp& warp, const isa::Instruction& instruction) {
  switch (instruction.op) {
    case Op::kBarSync:
    case Op::kBarArrive: return execute_barrier(warp, instruction);
    case Op::kWarpsync: execute_warpsync(warp, instruction); return true;
    case Op::kFenceI:
      // Decoded instructions follow every store (see MemoryUnit).
      ++result_.performance[PerformanceCounter::kBranches];
      warp.jump(warp.pc() + 4, warp.depth());
      return true;
    default: return execute_exit(warp, instruction);
  }
}

bool Grid::execute_exit(Warp& warp, const isa::Instruction& instruction) {
  if (instruction.op == Op::kEcall) {
    std::uint32_t unknown = 0;
    std::uint32_t failing = 0;
    for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
      unknown |= std::uint32_t{warp.x[instruction.rs1][lane] != kExitCall} << lane;
      failing |= std::uint32_t{warp.x[instruction.rs2][lane] != 0} << lane;
    }
    unknown &= warp.group();
    failing &= warp.group();
    if (unknown != 0) {
      return fault(warp, cause::kEcall, unknown, warp.x[instruction.rs1][lowest(unknown)]);
    }
    if (failing != 0 && result_.exit_status == 0) {
      result_.exit_status = warp.x[instruction.rs2][lowest(failing)];
    }
  }
  cta_.alive -= warp.group_size();
  warp.exit();
  if (simd_meter_ != nullptr && warp.alive() == 0) simd_meter_->finish_warp(csr_values_.warp);
  release_barrier_if_complete();
  return true;
}

void Grid::execute_warpsync(Warp& warp, const isa::Instruction& instruction) {
  const Lanes& named = warp.x[instruction.rs1];
  const std::uint32_t ended = named[warp.first_lane()] & ~warp.alive();
  const std::uint32_t released = warp.synchronize(named, warp.pc() + 4);
  if (race_check_ != nullptr && released != 0) {
    race_check_->synchronize_warp(csr_values_.warp, released | ended);
  }
}

bool Grid::execute_barrier(Warp& warp, const isa::Instruction& instruction) {
  const std::uint32_t id = warp.x[instruction.rs1][warp.first_lane()];
  const std::uint32_t count = warp.x[instruction.rs2][warp.first_lane()];
  const bool waits = instruction.op == Op::kBarSync;
  if (misuses_barrier(warp, waits, id, count)) {
    return fault(warp, cause::kBarrier, warp.group(), id);
  }
  const std::uint32_t arriving = warp.group_size();
  const std::uint32_t next = warp.pc() + 4;
  if (race_check_ != nullptr && count != 0) {
    race_check_->arrive(id, csr_values_.warp, warp.group());
  }
  if (waits) {
    warp.wait_at_barrier(id, next);
  } else {
    warp.jump(next, warp.depth());
  }
  if (count == 0) {
    cta_.arrived += arriving;
    cta_.barrier = id;
    release_barrier_if_complete();
    return true;
  }
  CountedBarrier& barrier = cta_.counted[id];
  barrier.arrived += arriving;
  barrier.expected = count;
  if (barrier.arrived == count) {
    barrier.arrived = 0;
    if (race_check_ != nullptr) check_release(id);
    release_barrier(id);
  }
  return true;
}

bool Grid::misuses_barrier(const Warp& warp, bool waits, std::uint32_t id,
                           std::uint32_t count) const {
  if (id >= kBarriers || count > kMaximumCount) return true;
  if (waits && warp.waiting() != 0 && warp.barrier() != id) return true;
  const CountedBarrier& barrier = cta_.counted[id];
  const bool for_all = cta_.arrived != 0;
  if (count == 0) {
    return !waits || barrier.arrived != 0 || (for_all && cta_.barrier != id);
  }
  if (for_all && cta_.barrier == id) return true;
  if (barrier.arrived != 0 && barrier.expected != count) return true;
  return barrier.arrived + warp.group_size() > count;
}

void Grid::release_barrier(std::uint32_t id) {
  for (std::uint32_t index = 0; index < geometry_.warps_per_cta; ++index) {
    machine_.warps[cta_.first_warp + index].release(id);
  }
}

void Grid::check_release(std::uint32_t id) {
  for (std::uint32_t index = 0; index < geometry_.warps_per_cta; ++index) {
    const Warp& warp = machine_.warps[cta_.first_warp + index];
    if (warp.barrier() == id) race_check_->release(id, index, warp.waiting());
  }
  race_check_->finish_barrier(id);
}

void Grid::release_barrier_if_complete() {
  if (cta_.alive == 0 || cta_.arrived != cta_.alive) return;
  cta_.arrived = 0;
  if (race_check_ != nullptr) race_check_->synchronize_cta();
  release_barrier(cta_.barrier);
}

// Always false, for the caller to return; likewise the next.
bool Grid::deadlock() {
  result_.status = LaunchStatus::kFault;
  result_.fault.cause = cause::kDeadlock;
  result_.message = describe(result_.fault);
  report_positions();
  return false;
}

bool Grid::fault(const Warp& warp, std::uint32_t cause, std::uint32_t mask, std::uint32_t address) {
  result_.status = LaunchStatus::kFault;
  result_.fault = {cause, slot_of(warp), mask, warp.pc(), address, cta_.id};
  result_.message = describe(result_.fault);
  report_positions();
  return false;
}

std::uint32_t Grid::slot_of(const Warp& warp) const {
  return static_cast<std::uint32_t>(&warp - machine_.warps.data());
}

void Grid::report_positions() {
  for (std::uint32_t index = 0; index < geometry_.warps_per_cta; ++index) {
    const Warp& warp = machine_.warps[cta_.first_warp + index];
    if (warp.alive() == 0) continue;
    result_.warps.push_back({slot_of(warp), warp.pc(), warp.group(), warp.alive()});
  }
  MbarrierView view;
  view.code = [&](std::uint32_t address) {
    std::uint32_t word = 0;
    machine_.memory.read(address, std::as_writable_bytes(std::span(&word, 1)));
    return word;
  };
  view.reg = [&](std::uint32_t warp, std::uint32_t reg, std::uint32_t lane) {
    return machine_.warps[warp].x[reg][lane];
  };
  view.shared = [&](std::uint32_t warp, std::uint32_t offset) {
    std::uint32_t word = 0;
    std::memcpy(&word, machine_.memory_unit.shared(windows_[warp].shared_base + offset), 4);
    return word;
  };
  view.shared_size = geometry_.shared_size;
  find_mbarrier_waits(result_.warps, view);
}

}  // namespace heddle::functional
