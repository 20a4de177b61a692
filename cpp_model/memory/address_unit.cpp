#include "memory/address_unit.hpp"

#include <bit>

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

// Notes the threads that may not access what they want, and the lowest one's address.
void AddressUnit::find_faults(const Row& row, std::uint32_t misaligned, std::uint32_t outside,
                              const Lanes& address) {
  const auto lowest = [&](std::uint32_t lanes) {
    return address[static_cast<std::uint32_t>(std::countr_zero(lanes))];
  };
  if (misaligned != 0) {
    if (instruction_.misaligned == 0) instruction_.misaligned_address = lowest(misaligned);
    instruction_.misaligned |= misaligned << row.beat * lanes_;
  }
  if (outside != 0) {
    if (instruction_.outside == 0) instruction_.outside_address = lowest(outside);
    instruction_.outside |= outside << row.beat * lanes_;
  }
}

// Which lanes address what: of all lanes, active or not.
AddressUnit::Windows AddressUnit::find_windows(const Lanes& address,
                                               const LaunchRegisters& registers,
                                               std::uint32_t alignment) const {
  const std::uint32_t local_size = 1u << (registers.local_shift & 31);
  Windows result;
  isa::for_lanes(lanes_, [&](std::uint32_t lane) {
    const std::uint32_t offset = address[lane] & kOffsetMask;
    const std::uint32_t window = address[lane] >> 28;
    const std::uint32_t shared = window == kSharedWindow ? 1 : 0;
    const std::uint32_t local = window == kLocalWindow ? 1 : 0;
    const std::uint32_t behind_shared = offset >= registers.shared_size ? 1 : 0;
    const std::uint32_t behind_local = offset >= local_size ? 1 : 0;
    result.misaligned |= ((address[lane] & alignment) != 0 ? 1u : 0u) << lane;
    result.shared |= shared << lane;
    result.local |= local << lane;
    result.outside |= ((shared & behind_shared) | (local & behind_local)) << lane;
  });
  return result;
}

// From the program's addresses to those of the memories.
void AddressUnit::translate(const Row& row, const LaunchRegisters& registers,
                            const Windows& windows, Lanes& address) const {
  if ((windows.shared & row.mask) != 0) {
    const std::uint32_t base = shared_base_[row.warp];
    isa::for_lanes(lanes_, [&](std::uint32_t lane) {
      const bool shared = address[lane] >> 28 == kSharedWindow;
      address[lane] = shared ? (address[lane] & kOffsetMask) + base : address[lane];
    });
  }
  for (std::uint32_t lanes = windows.local & row.mask; lanes != 0; lanes &= lanes - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    address[lane] =
        local_address(registers, row.warp, row.beat * lanes_ + lane, address[lane] & kOffsetMask);
  }
}

void AddressUnit::conclude(const Row& row, FaultEvent& fault) const {
  const isa::Op op = row.decoded->instruction.op;
  const bool store = isa::is_store(op) || isa::is_atomic(op);
  const bool misaligned = instruction_.misaligned != 0;
  fault.cause = misaligned ? (store ? cause::kStoreMisaligned : cause::kLoadMisaligned)
                           : (store ? cause::kStoreAccess : cause::kLoadAccess);
  fault.warp = row.warp;
  fault.mask = misaligned ? instruction_.misaligned : instruction_.outside;
  fault.pc = row.pc;
  fault.address = misaligned ? instruction_.misaligned_address : instruction_.outside_address;
}

void AddressUnit::generate(const Row& row, const LaunchRegisters& registers, Stage& stage) {
  const isa::Instruction& instruction = row.decoded->instruction;
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
  result.high = row.high;
  isa::for_lanes(lanes_, [&](std::uint32_t lane) {
    result.address[lane] = row.a[lane] + instruction.imm;
    result.data[lane] = row.b[lane];
  });
  if (isa::info(instruction.op).rs3_is_rd) {
    isa::for_lanes(lanes_, [&](std::uint32_t lane) { result.compare[lane] = row.c[lane]; });
  }
  if (row.high) {
    result.shared_mask = result.global_mask = 0;
    stage.op = MemoryOpEvent{};
    stage.fault.valid = false;
    return;
  }

  const Windows windows =
      find_windows(result.address, registers, isa::access_alignment(instruction.op) - 1);
  const std::uint32_t misaligned = windows.misaligned & row.mask;
  const std::uint32_t nowhere = isa::is_mbarrier(instruction.op) ? ~windows.shared
                                : instruction.pair               ? windows.local
                                                                 : 0;
  const std::uint32_t outside = (windows.outside | nowhere) & row.mask & ~misaligned;
  const std::uint32_t allowed = row.mask & ~(misaligned | outside);
  result.shared_mask = allowed & windows.shared;
  result.global_mask = allowed & ~windows.shared;
  if ((misaligned | outside) != 0) find_faults(row, misaligned, outside, result.address);
  translate(row, registers, windows, result.address);

  instruction_.any_shared |= result.shared_mask != 0;
  instruction_.any_global |= result.global_mask != 0;
  stage.op = MemoryOpEvent{row.last, instruction_.any_shared, instruction_.any_global};
  stage.fault.valid = row.last && (instruction_.misaligned | instruction_.outside) != 0;
  if (stage.fault.valid) conclude(row, stage.fault);
}

void AddressUnit::update() {
  if (start_) [[unlikely]] {
    for (Stage& stage : stages_) stage.valid = false;
    out_ = Outputs{};
    pending_fault_.valid = false;
    active_ = false;
    return;
  }
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
