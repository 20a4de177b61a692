// Finds and loads the libraries with verilated designs.
#pragma once

#include <filesystem>
#include <string>

namespace heddle {

/// The library of that file name in $HEDDLE_LIB_DIR, or beside this code; empty if there is none.
std::filesystem::path find_rtl_library(const std::string& name);

/// A symbol of that library, which stays loaded. `what` needs it and `target` builds it: for the
/// message. Throws std::runtime_error with a message for the user.
void* rtl_symbol(const std::string& name, const std::string& what, const std::string& target,
                 const char* symbol);

}  // namespace heddle
