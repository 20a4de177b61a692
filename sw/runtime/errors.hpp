// How the runtime's inside reports an error to the CUDA caller.
#pragma once

#include <stdexcept>
#include <string>

#include "driver_types.h"

namespace heddle {

/// Becomes the return value of the API function; the message, if any, goes to stderr.
class CudaError : public std::runtime_error {
 public:
  CudaError(cudaError_t code, const std::string& message)
      : std::runtime_error(message), code_(code) {}

  cudaError_t code() const { return code_; }

 private:
  cudaError_t code_;
};

}  // namespace heddle
