// Recorded dot products of GPUs, as text: `a0 a1 … | b0 b1 … | c [| scales of a… | scales of b…] =
// d` in hexadecimal, under lines `@ MODE FORMAT`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace heddle::tb {

struct RecordedVector {
  std::vector<std::uint32_t> a, b, a_scales, b_scales;
  std::uint32_t c = 0;
  std::uint32_t d = 0;
};

struct RecordedFile {
  std::string mode;  // of the last line "@"
  std::string format;
  std::vector<RecordedVector> vectors;
};

/// Reads a gzipped file. Throws std::runtime_error with the place of what it does not understand.
RecordedFile read_recorded(const std::filesystem::path& path);

/// The files below HEDDLE_VECTORS, or below ../shared/vectors beside the sources; none if there is
/// no such folder. Throws if HEDDLE_VECTORS names none.
std::vector<std::filesystem::path> recorded_files();

}  // namespace heddle::tb
