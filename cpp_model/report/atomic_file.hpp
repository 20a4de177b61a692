// A file that appears complete or not at all.
#pragma once

#include <fstream>
#include <string>

namespace heddle::report {

/// Writes go to a file beside `path`, which commit() renames. Without commit() nothing is left.
class AtomicFile {
 public:
  /// Throws std::runtime_error if the file cannot be made.
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  std::ostream& stream() { return stream_; }
  /// Throws std::runtime_error if something could not be written (a full disk).
  void commit();

 private:
  std::string path_, temporary_;
  std::ofstream stream_;
};

}  // namespace heddle::report
