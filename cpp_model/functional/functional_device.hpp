// The functional device: runs grids instruction by instruction, exactly, without time.
//
// CTAs run one after the other in ascending order (ctaid.x fastest), each in the slot `linear ctaid
// mod resident CTAs`; the warps of a CTA take turns of a bounded number of instructions. Kernels
// whose CTAs wait for later ones therefore never end. The counter CYCLES and the CSRs cycle and
// time count issued warp instructions; SHARED_ROWS and SHARED_PASSES, which are about timing, stay
// 0.
#pragma once

#include <memory>

#include "common/config.hpp"
#include "device/device.hpp"

namespace heddle {

/// What a launch is watched for; it takes longer then.
struct FunctionalChecks {
  bool races = false;            ///< fills LaunchResult::races
  bool simd_efficiency = false;  ///< fills LaunchResult::simd_efficiency
};

std::unique_ptr<Device> make_functional_device(const Config& config, FunctionalChecks checks = {});

}  // namespace heddle
