// What every API function runs inside: the lock, the sticky error, and exceptions turned into error
// codes.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <mutex>
#include <stdexcept>

#include "context.hpp"
#include "errors.hpp"

namespace heddle {

/// The last error of this thread, for cudaGetLastError.
cudaError_t& last_error();

/// Notes an error and returns it.
inline cudaError_t note(cudaError_t error) {
  if (error != cudaSuccess) last_error() = error;
  return error;
}

/// Calls body(context), which may throw CudaError; returns what the API function returns.
template <typename Body>
cudaError_t guarded(Body&& body) {
  Context& context = Context::instance();
  const std::lock_guard lock(context.mutex());
  if (context.sticky_error() != cudaSuccess) return note(context.sticky_error());
  try {
    body(context);
    return cudaSuccess;
  } catch (const CudaError& error) {
    fmt::print(stderr, "heddle: {}\n", error.what());
    return note(error.code());
  } catch (const std::bad_alloc&) {
    return note(cudaErrorMemoryAllocation);
  } catch (const std::exception& error) {
    fmt::print(stderr, "heddle: {}\n", error.what());
    return note(cudaErrorUnknown);
  }
}

}  // namespace heddle
