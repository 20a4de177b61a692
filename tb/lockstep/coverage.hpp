// Coverage of all devices that a process opens, for builds with HEDDLE_COVERAGE.
#pragma once

#include <verilated_cov.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "lockstep/coverage_path.hpp"

namespace heddle::lockstep {

/// Counts by coverage point, written at the process's end into the folder $HEDDLE_COVERAGE in
/// Verilator's format.
class CoverageSum {
 public:
  CoverageSum() : path_(coverage_path(HEDDLE_RTL_CONFIG)) {}
  ~CoverageSum() {
    if (path_.empty() || counts_.empty()) return;
    std::ofstream file(path_ + ".dat");
    file << "# SystemC::Coverage-3\n";
    for (const auto& [point, count] : counts_) file << point << ' ' << count << '\n';
    file.close();
    if (!file) end_without_coverage("cannot write all of " + path_ + ".dat");
  }
  CoverageSum(const CoverageSum&) = delete;
  CoverageSum& operator=(const CoverageSum&) = delete;

  void add(VerilatedContext& context) {
    if (path_.empty()) return;
    const std::string one = path_ + ".device";
    context.coveragep()->write(one.c_str());
    std::ifstream file(one);
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] != 'C') continue;
      const std::size_t space = line.rfind(' ');
      counts_[line.substr(0, space)] += std::stoull(line.substr(space + 1));
    }
    std::filesystem::remove(one);
  }

 private:
  std::string path_;
  std::map<std::string, std::uint64_t> counts_;
};

/// Adds a device's counts, before its model is deleted.
inline void add_coverage(VerilatedContext& context) {
  static CoverageSum sum;
  sum.add(context);
}

}  // namespace heddle::lockstep
