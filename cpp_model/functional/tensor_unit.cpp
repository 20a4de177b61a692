#include "functional/tensor_unit.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "device/fault.hpp"
#include "isa/mbarrier.hpp"

namespace heddle::functional {
namespace {

using isa::Op;

std::uint32_t lowest(std::uint32_t lanes) {
  return static_cast<std::uint32_t>(std::countr_zero(lanes));
}

Fault make_fault(std::uint32_t cause, std::uint32_t mask, std::uint32_t address) {
  Fault result;
  result.cause = cause;
  result.mask = mask;
  result.address = address;
  return result;
}

Fault of_lowest(const Warp& warp, const isa::TensorFault& found) {
  return make_fault(found.cause, 1u << warp.first_lane(), found.address);
}

/// 32 bytes of a tile's row.
tensor::OperandBytes row_of(const isa::MmaTile& tile, const std::byte* shared, std::uint32_t row,
                            std::uint32_t k_step) {
  tensor::OperandBytes bytes;
  if (tile.transposed()) {
    for (std::uint32_t k = 0; k < tile.step_elements(); ++k) {
      std::memcpy(bytes.data() + k * tile.element_bytes,
                  shared + tile.element_place(row, k_step * tile.step_elements() + k),
                  tile.element_bytes);
    }
    return bytes;
  }
  for (std::uint32_t unit = 0; unit < isa::kKStepBytes; unit += isa::kOperandUnit) {
    std::memcpy(bytes.data() + unit, shared + tile.place(row, k_step * isa::kKStepBytes + unit),
                isa::kOperandUnit);
  }
  return bytes;
}

tensor::OperandScales scales_of(const isa::MmaTile& tile, const std::byte* shared,
                                std::uint32_t row, std::uint32_t k_step) {
  if (tile.scale_bytes == 0) return 0;
  std::array<std::uint8_t, 4> scales{};
  std::memcpy(scales.data(), shared + tile.scale_place(row, k_step), tile.scale_bytes);
  return tensor::repeated_scales(scales.data(), tile.scale_bytes);
}

tensor::Metadata metadata_of(const isa::MmaTile& tile, const std::byte* shared, std::uint32_t row,
                             std::uint32_t k_step) {
  tensor::Metadata result = 0;
  std::memcpy(&result, shared + tile.scale_place(row, k_step), tile.scale_bytes);
  return result;
}

}  // namespace

isa::TensorMma mma_operands(const Warp& warp, const isa::Instruction& instruction) {
  const std::uint32_t lane = warp.first_lane();
  const auto high = [&](std::uint32_t reg) { return reg == 0 ? 0 : warp.x[reg + 1][lane]; };
  return isa::TensorMma::from(warp.x[instruction.rs1][lane], warp.x[instruction.rs2][lane],
                              high(instruction.rs2), warp.x[instruction.rs3][lane],
                              high(instruction.rs3));
}

void TensorUnit::step(const isa::TensorMma& mma, const tensor::DotStep& dot,
                      const std::byte* shared, std::uint32_t k_step, std::uint32_t block,
                      bool reads) {
  std::vector<tensor::OperandBytes> b(mma.n), upper_b(mma.n);  // of a sparse A: second 32 bytes
  std::vector<tensor::OperandScales> b_scales(mma.n);
  for (std::uint32_t n = 0; n < mma.n; ++n) {
    b[n] = row_of(mma.b, shared, n, k_step * mma.b.tile_steps);
    b_scales[n] = scales_of(mma.b, shared, n, k_step);
    if (mma.sparse) upper_b[n] = row_of(mma.b, shared, n, 2 * k_step + 1);
  }
  for (std::uint32_t m = 0; m < mma.m; ++m) {
    const tensor::OperandBytes a = row_of(mma.a, shared, m, k_step);
    std::uint32_t* const d = &word((mma.lane + m) << 16 | mma.column);
    if (mma.sparse) {
      const tensor::Metadata metadata = metadata_of(mma.a, shared, m, k_step);
      for (std::uint32_t n = 0; n < mma.n; ++n) {
        const tensor::OperandBytes named =
            tensor::named_elements(b[n], upper_b[n], metadata, mma.sparse_element_bytes());
        d[n] = dot.compute({a}, {named}, reads ? d[n] : 0, block);
      }
      continue;
    }
    const tensor::OperandScales a_scales = scales_of(mma.a, shared, m, k_step);
    for (std::uint32_t n = 0; n < mma.n; ++n) {
      d[n] = dot.compute({a, a_scales}, {b[n], b_scales[n]}, reads ? d[n] : 0, block);
    }
  }
}

std::optional<Fault> TensorUnit::multiply(const Warp& warp, const isa::Instruction& instruction,
                                          const WarpWindows& windows) {
  const isa::TensorMma mma = mma_operands(warp, instruction);
  if (const auto found = mma.fault(config_, blocks_, kCta, windows.shared_size)) {
    return of_lowest(warp, *found);
  }
  const tensor::DotStep dot(config_, mma);
  const std::byte* const shared = memory_unit_.shared(windows.shared_base);
  bool reads = mma.accumulate;
  for (std::uint32_t k_step = mma.first_step; k_step < mma.first_step + mma.steps; ++k_step) {
    for (std::uint32_t block = 0; block < mma.blocks(config_); ++block) {
      step(mma, dot, shared, k_step, block, reads);
      reads = true;
    }
  }
  return std::nullopt;
}

std::optional<Fault> TensorUnit::commit(const Warp& warp, const isa::Instruction& instruction,
                                        const WarpWindows& windows) {
  const std::uint32_t address = warp.x[instruction.rs1][warp.first_lane()];
  if (const auto found = isa::tensor_commit_fault(address, windows.shared_size)) {
    return of_lowest(warp, *found);
  }
  std::byte* const mbarrier = memory_unit_.shared(windows.shared_base) + (address & 0x0fffffff);
  std::uint64_t bits;
  std::memcpy(&bits, mbarrier, sizeof bits);
  bits = isa::mbarrier_update(Op::kMbarrierArrive, bits, 1);
  std::memcpy(mbarrier, &bits, sizeof bits);
  return std::nullopt;
}

std::optional<Fault> TensorUnit::allocate(Warp& warp, const isa::Instruction& instruction) {
  const std::uint32_t lane = warp.first_lane();
  const std::uint32_t columns = warp.x[instruction.rs1][lane];
  if (!blocks_.is_size(columns)) return make_fault(cause::kTensorMemory, 1u << lane, columns);
  const std::uint32_t first = blocks_.allocate(kCta, columns);
  if (!instruction.writes_rd) return std::nullopt;
  for (std::uint32_t left = warp.group(); left != 0; left &= left - 1) {
    warp.x[instruction.rd][lowest(left)] = first;
  }
  return std::nullopt;
}

std::optional<Fault> TensorUnit::release(const Warp& warp, const isa::Instruction& instruction) {
  const std::uint32_t lane = warp.first_lane();
  const std::uint32_t first = warp.x[instruction.rs1][lane];
  if (blocks_.release(kCta, first, warp.x[instruction.rs2][lane])) return std::nullopt;
  return make_fault(cause::kTensorMemory, 1u << lane, first);
}

/// A row of lanes after the other: the first one with a fault is the one that has it.
std::optional<Fault> TensorUnit::access(Warp& warp, const isa::Instruction& instruction) {
  const std::uint32_t row = ~0u >> (32 - config_.lanes);
  Lanes addresses = warp.x[instruction.rs1];
  for (std::uint32_t& address : addresses.value) address += instruction.imm;
  for (std::uint32_t beat = 0; beat < config_.beats(); ++beat) {
    std::uint32_t wrong = 0;
    for (std::uint32_t left = warp.group() & row << beat * config_.lanes; left != 0;
         left &= left - 1) {
      const std::uint32_t lane = lowest(left);
      if (!blocks_.allows(kCta, addresses[lane])) {
        wrong |= 1u << lane;
      } else if (instruction.op == Op::kTensorSt) {
        word(addresses[lane]) = warp.x[instruction.rs2][lane];
      } else if (instruction.writes_rd) {
        warp.x[instruction.rd][lane] = word(addresses[lane]);
      }
    }
    if (wrong != 0) return make_fault(cause::kTensorMemory, wrong, addresses[lowest(wrong)]);
  }
  return std::nullopt;
}

std::optional<Fault> TensorUnit::execute(Warp& warp, const isa::Instruction& instruction,
                                         const WarpWindows& windows) {
  switch (instruction.op) {
    case Op::kTensorMma: return multiply(warp, instruction, windows);
    case Op::kTensorCommit: return commit(warp, instruction, windows);
    case Op::kTensorAlloc: return allocate(warp, instruction);
    case Op::kTensorDealloc: return release(warp, instruction);
    default: return access(warp, instruction);
  }
}

}  // namespace heddle::functional
