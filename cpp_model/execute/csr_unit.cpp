#include "execute/csr_unit.hpp"

#include <bit>

namespace heddle::timed {
namespace {

std::array<std::uint32_t, 3> as_array(const Dim3& size) { return {size.x, size.y, size.z}; }

}  // namespace

void CsrUnit::step(const Inputs& in) {
  if (in.launch->valid) {
    const LaunchEvent& launch = *in.launch;
    fcsr_[launch.warp].fill(0);
    warps_[launch.warp] = Warp{launch.warp_in_cta, as_array(launch.ctaid)};
  }
  if (in.tid->valid) tid_[in.tid->index] = {in.tid->x, in.tid->y, in.tid->z};
}

void CsrUnit::execute(const Row& row, const HostValues& host, Lanes& result) {
  if (row.first) {
    cycles_ = host.counters->cycles;
    instructions_ = host.counters->instructions;
  }
  const LaunchRegisters& registers = *host.registers;
  const Warp& warp = warps_[row.warp];
  const std::uint32_t number = isa::csr_number(row.decoded->instruction);
  isa::CsrValues values;
  values.ntid = as_array(registers.block);
  values.ctaid = warp.ctaid;
  values.nctaid = as_array(registers.grid);
  values.warp = warp.in_cta;
  values.warps = registers.warps_per_cta;
  values.argptr = registers.argptr;
  values.shared_size = registers.shared_size;
  values.local_size = 1u << (registers.local_shift & 31);
  values.cycle = cycles_;
  values.instret = instructions_;
  for (std::uint32_t lanes = row.mask; lanes != 0; lanes &= lanes - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    const std::uint32_t thread = row.beat * lanes_ + lane;
    std::uint8_t& fcsr = fcsr_[row.warp][thread];
    values.lane = thread;
    values.fcsr = fcsr;
    values.tid = tid_[(32 * warp.in_cta + thread) & (kMaxThreads - 1)];
    result[lane] = isa::csr_read(number, values);
    if (isa::is_float_csr(number))
      fcsr = isa::csr_write(row.decoded->instruction, fcsr, row.a[lane]);
  }
}

void CsrUnit::accumulate(const ResultRow& row) {
  std::uint8_t* const fcsr = fcsr_row(row.warp, row.beat);
  for (std::uint32_t lanes = row.mask; lanes != 0; lanes &= lanes - 1) {
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(lanes));
    fcsr[lane] = static_cast<std::uint8_t>(fcsr[lane] | row.flags[lane]);
  }
}

}  // namespace heddle::timed
