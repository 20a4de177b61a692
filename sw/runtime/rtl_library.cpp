#include "rtl_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace heddle {
namespace {

namespace fs = std::filesystem;

/// Folders that may hold the libraries with verilated designs.
std::vector<fs::path> library_folders() {
  if (const char* folder = std::getenv("HEDDLE_LIB_DIR"); folder != nullptr && *folder != '\0') {
    return {folder};
  }
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&rtl_symbol), &info) == 0) return {};
  // A program that the shell found in PATH knows itself by name only.
  const fs::path code =
      std::strchr(info.dli_fname, '/') != nullptr ? info.dli_fname : "/proc/self/exe";
  const fs::path here = fs::weakly_canonical(code).parent_path();
  return {here, here.parent_path() / "lib"};
}

}  // namespace

fs::path find_rtl_library(const std::string& name) {
  for (const fs::path& folder : library_folders()) {
    fs::path path = folder / name;
    if (fs::exists(path)) return path;
  }
  return {};
}

void* rtl_symbol(const std::string& name, const std::string& what, const std::string& target,
                 const char* symbol) {
  const fs::path path = find_rtl_library(name);
  if (path.empty()) {
    std::string searched;
    for (const fs::path& folder : library_folders()) searched += "\n  " + folder.string();
    throw std::runtime_error(
        fmt::format("{} needs {}, which is in none of:{}"
                    "\nbuild it with `cmake --build build --target {}`",
                    what, name, searched, target));
  }
  // Never closed: the design's code lives there.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw std::runtime_error(fmt::format("{} cannot be loaded: {}", path.string(), dlerror()));
  }
  void* found = dlsym(library, symbol);
  if (found == nullptr) {
    throw std::runtime_error(
        fmt::format("{} has no {}: it is from another version", path.string(), symbol));
  }
  return found;
}

}  // namespace heddle
