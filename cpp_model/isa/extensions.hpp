// Which instructions a configuration has.
#pragma once

#include "common/config.hpp"
#include "isa/instructions.hpp"

namespace heddle::isa {

inline Extensions extensions_of(const Config& config) {
  return {.bulk_copies = config.copy_tags != 0, .matrix_engine = config.tensor_m != 0};
}

}  // namespace heddle::isa
