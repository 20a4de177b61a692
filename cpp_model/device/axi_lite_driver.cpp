#include "device/axi_lite_driver.hpp"

#include <fmt/format.h>

namespace heddle::timed {

std::string describe_access(const char* what, std::uint32_t offset) {
  return fmt::format("the device {} register {:#05x}", what, offset);
}

}  // namespace heddle::timed
