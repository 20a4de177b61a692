#include "coverage/sampler.hpp"

#include <string>

#include "isa/csr.hpp"
#include "isa/instructions.hpp"

namespace heddle::coverage {

Sampler::Sampler(const Config& config, Bins& bins)
    : warp_count_(config.warps),
      channels_(config.channels),
      lanes_(config.lanes),
      instruction_(bins.group("instruction")),
      stalls_(bins.group("instruction stalls")),
      kind_(bins.group("kind")),
      register_(bins.group("register")),
      parked_instruction_(bins.group("parked instruction")),
      parking_(bins.group("parking")),
      rounding_(bins.group("rounding mode")),
      csr_(bins.group("csr")),
      issue_class_(bins.group("issue class")),
      fault_(bins.group("fault")),
      refused_address_(bins.group("refused address")),
      barrier_misuse_(bins.group("barrier misuse")),
      arrival_(bins.group("barrier arrival")),
      release_(bins.group("barrier release")),
      waiting_barriers_(bins.group("barriers with waiting threads")),
      warp_at_barrier_(bins.group("warp at barrier")),
      warpsync_(bins.group("warpsync")),
      reconvergence_(bins.group("reconvergence")),
      selection_(bins.group("selection")),
      windows_(bins.group("windows")),
      lines_(bins.group("lines")),
      passes_(bins.group("shared memory passes")),
      l1_(bins.group("L1")),
      l1_load_miss_(bins.group("L1 load miss")),
      l2_(bins.group("L2")),
      matrix_engine_(bins.group("matrix engine")),
      mma_(bins.group("MMA")),
      transposed_(bins.group("transposed operand")),
      sparse_(bins.group("sparse A")) {
  const Axis& causes = bins.axis("cause");
  for (std::size_t i = 0; i < causes.values.size(); ++i) cause_[std::stoul(causes.values[i])] = i;
  const Axis& csrs = bins.axis("csr");
  for (std::uint32_t number = 0; number < csr_value_.size(); ++number) {
    if (isa::csr_legal(number, false)) csr_value_[number] = csrs.index(isa::csr_name(number));
  }
}

void Sampler::start() {
  warps_ = {};
  ctas_ = {};
  completed_.fill(kNoArrival);
  misused_ = kNoMisuse;
  shared_rows_.clear();
  row_passes_ = 0;
  parks_ = parked_ = split_ = 0;
  phase_ended_ = false;
}

void Sampler::sample(const timed::Gpu& gpu) {
  if (gpu.host_interface().out().start) {
    start();  // what the modules show in this cycle is of the last launch
    return;
  }
  const timed::Sm& sm = gpu.sm();
  sample_issue(sm);
  sample_faults(gpu);
  sample_barriers(gpu);
  sample_reconvergence(sm);
  sample_memory(sm);
  sample_shared_memory(sm);
  sample_caches(gpu);
  sample_matrix_engine(sm.tensor_core());
}

}  // namespace heddle::coverage
