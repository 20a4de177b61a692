#include "memory/address_unit.hpp"

#include "device/fault.hpp"
#include "isa/semantics.hpp"

namespace heddle::timed {
namespace {

constexpr std::uint32_t kLocalWindow = 0xe;
constexpr std::uint32_t kSharedWindow = 0xf;
constexpr std::uint32_t kOffsetMask = 0x0fffffff;

// Where a thread's local byte lies in global memory (programming_model.md, "Memory map").
std::uint32_t local_address(const LaunchRegisters& registers, std::uint32_t warp,
                            std::uint32_t thread, std::uint32_t offset) {
  return registers.local_base + (warp << (registers.local_shift + 5)) + (offset >> 2 << 7) +
         (thread << 2) + (offset & 3);
}

}  // namespace

void AddressUnit::generate(const Row& row, const LaunchRegisters& registers, Stage& stage) {
  const isa::Instruction& instruction = row.decoded->instruction;
  const bool store = isa::is_store(instruction.op);
  const std::uint32_t alignment = isa::access_size(instruction.op) - 1;
  const std::uint64_t local_size = std::uint64_t{1} << (registers.local_shift & 31);
  if (row.first) instruction_ = Instruction{};

  MemoryRow& result = stage.row;
  result.valid = true;
  result.warp = row.warp;
  result.op = instruction.op;
  result.rd = instruction.rd;
  result.writes_rd = instruction.writes_rd;
  result.pc = row.pc;
  result.beat = row.beat;
  result.last = row.last;
  result.shared_mask = result.global_mask = 0;
  for (std::uint32_t lane = 0; lane < lanes_; ++lane) {
    const std::uint32_t bit = 1u << lane;
    const std::uint32_t thread = row.beat * lanes_ + lane;
    const std::uint32_t address = row.a[lane] + instruction.imm;
    const std::uint32_t offset = address & kOffsetMask;
    const std::uint32_t window = address >> 28;
    const bool misaligned = (address & alignment) != 0;
    bool outside = false;
    result.data[lane] = row.b[lane];
    if (window == kSharedWindow) {
      outside = offset >= registers.shared_size;
      result.address[lane] = offset + shared_base_[row.warp];
    } else if (window == kLocalWindow) {
      outside = offset >= local_size;
      result.address[lane] = local_address(registers, row.warp, thread, offset);
    } else {
      result.address[lane] = address;
    }
    if ((row.mask & bit) == 0) continue;
    if (misaligned) {
      if (instruction_.misaligned == 0) instruction_.misaligned_address = address;
      instruction_.misaligned |= 1u << thread;
    } else if (outside) {
      if (instruction_.outside == 0) instruction_.outside_address = address;
      instruction_.outside |= 1u << thread;
    } else {
      (window == kSharedWindow ? result.shared_mask : result.global_mask) |= bit;
    }
  }
  instruction_.any_shared |= result.shared_mask != 0;
  instruction_.any_global |= result.global_mask != 0;

  stage.op = MemoryOpEvent{row.last, instruction_.any_shared, instruction_.any_global};
  stage.fault.valid = row.last && (instruction_.misaligned | instruction_.outside) != 0;
  if (!stage.fault.valid) return;
  const bool misaligned = instruction_.misaligned != 0;
  stage.fault.cause = misaligned ? (store ? cause::kStoreMisaligned : cause::kLoadMisaligned)
                                 : (store ? cause::kStoreAccess : cause::kLoadAccess);
  stage.fault.warp = row.warp;
  stage.fault.mask = misaligned ? instruction_.misaligned : instruction_.outside;
  stage.fault.pc = row.pc;
  stage.fault.address = misaligned ? instruction_.misaligned_address : instruction_.outside_address;
}

void AddressUnit::eval(const Inputs& in) {
  start_ = in.start;
  if (in.launch->valid) shared_base_[in.launch->warp] = in.launch->shared_base;
  Stage& stage = stages_[newest_];
  stage.valid = in.row->valid && in.row->decoded->instruction.unit == isa::Unit::kMemory;
  if (stage.valid) {
    generate(*in.row, *in.registers, stage);
    active_ = true;
  }
}

void AddressUnit::tick() {
  if (start_) {
    for (Stage& stage : stages_) stage.valid = false;
    out_ = Outputs{};
    pending_fault_.valid = false;
    active_ = false;
    return;
  }
  if (!active_) return;
  out_.fault = pending_fault_;
  const std::uint32_t oldest = newest_ == 0 ? 2 : newest_ - 1;
  const Stage& shown = stages_[oldest];
  active_ = stages_[newest_].valid || shown.valid || out_.fault.valid;
  newest_ = newest_ == 2 ? 0 : newest_ + 1;
  out_.row = shown.valid ? &shown.row : nullptr;
  out_.op = shown.valid ? shown.op : MemoryOpEvent{};
  pending_fault_.valid = false;
  if (shown.valid && shown.fault.valid) pending_fault_ = shown.fault;
}

}  // namespace heddle::timed
