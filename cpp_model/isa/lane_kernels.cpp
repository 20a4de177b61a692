#include "isa/lane_kernels.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include "isa/semantics.hpp"

namespace heddle::isa {
namespace {

template <Op op>
constexpr std::uint32_t compute(std::uint32_t a, std::uint32_t b, std::uint32_t imm,
                                std::uint32_t pc) {
  switch (op) {
    case Op::kMul:
    case Op::kMulh:
    case Op::kMulhsu:
    case Op::kMulhu: return multiply(op, a, b);
    case Op::kDiv:
    case Op::kDivu:
    case Op::kRem:
    case Op::kRemu: return divide(op, a, b);
    default: return alu(op, a, b, imm, pc);
  }
}

// Flattened, because only with everything inlined the switches of isa/semantics vanish.
template <Op op>
[[gnu::flatten]] void kernel(const std::uint32_t* a, const std::uint32_t* b, std::uint32_t imm,
                             std::uint32_t pc, Lanes& result) {
  std::uint32_t* __restrict out = result.data();
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    out[lane] = compute<op>(a[lane], b[lane], imm, pc);
  }
}

bool has_kernel(Op op) {
  const Unit unit = info(op).unit;
  if (is_float_divide(op)) return false;
  return info(op).writes_rd &&
         (unit == Unit::kAlu || unit == Unit::kMul || unit == Unit::kDivide || unit == Unit::kJump);
}

template <std::size_t... ops>
constexpr auto make_table(std::index_sequence<ops...>) {
  return std::array<LaneKernel, sizeof...(ops)>{kernel<static_cast<Op>(ops)>...};
}

constexpr auto kKernels = make_table(std::make_index_sequence<kOpCount>{});

template <Op op>
[[gnu::flatten]] std::uint32_t branch_lanes(const std::uint32_t* a, const std::uint32_t* b) {
  std::uint32_t taken = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    taken |= std::uint32_t{branch_taken(op, a[lane], b[lane])} << lane;
  }
  return taken;
}

}  // namespace

LaneKernel find_lane_kernel(Op op) {
  return has_kernel(op) ? kKernels[static_cast<std::size_t>(op)] : nullptr;
}

std::uint32_t branch_mask(Op op, const std::uint32_t* a, const std::uint32_t* b) {
  switch (op) {
    case Op::kBeq: return branch_lanes<Op::kBeq>(a, b);
    case Op::kBne: return branch_lanes<Op::kBne>(a, b);
    case Op::kBlt: return branch_lanes<Op::kBlt>(a, b);
    case Op::kBge: return branch_lanes<Op::kBge>(a, b);
    case Op::kBltu: return branch_lanes<Op::kBltu>(a, b);
    default: return branch_lanes<Op::kBgeu>(a, b);
  }
}

}  // namespace heddle::isa
