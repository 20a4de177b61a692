#include "recorded_vectors.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace heddle::tb {
namespace {

std::string unpacked(const std::filesystem::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw std::runtime_error(fmt::format("{}: cannot be opened", path.string()));
  std::string text;
  std::array<char, 1 << 16> buffer;
  int length = 0;
  while ((length = gzread(file.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(length));
  }
  if (length < 0) throw std::runtime_error(fmt::format("{}: damaged", path.string()));
  return text;
}

std::vector<std::uint32_t> numbers(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::uint32_t> result;
  for (std::uint32_t value = 0; stream >> std::hex >> value;) result.push_back(value);
  if (!stream.eof()) throw std::runtime_error("no hexadecimal number");
  return result;
}

RecordedVector parse(const std::string& line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string::npos) throw std::runtime_error("no result");
  std::vector<std::vector<std::uint32_t>> fields;
  std::istringstream operands(line.substr(0, equals));
  for (std::string field; std::getline(operands, field, '|');) fields.push_back(numbers(field));
  const std::vector<std::uint32_t> result = numbers(line.substr(equals + 1));
  if ((fields.size() != 3 && fields.size() != 5) || fields[2].size() != 1 || result.size() != 1 ||
      fields[0].size() != fields[1].size()) {
    throw std::runtime_error("other fields than a | b | c = d or a | b | c | scales | scales = d");
  }
  RecordedVector vector{fields[0], fields[1], {}, {}, fields[2][0], result[0]};
  if (fields.size() == 5) {
    vector.a_scales = fields[3];
    vector.b_scales = fields[4];
  }
  return vector;
}

}  // namespace

RecordedFile read_recorded(const std::filesystem::path& path) {
  RecordedFile file;
  std::istringstream text(unpacked(path));
  unsigned number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    try {
      if (line[0] == '@') {
        if (!file.vectors.empty()) throw std::runtime_error("a second line @");
        std::istringstream(line.substr(1)) >> file.mode >> file.format;
      } else {
        file.vectors.push_back(parse(line));
      }
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(fmt::format("{}:{}: {}", path.string(), number, error.what()));
    }
  }
  return file;
}

std::vector<std::filesystem::path> recorded_files() {
  const char* variable = std::getenv("HEDDLE_VECTORS");
  const std::filesystem::path folder = variable != nullptr ? variable : HEDDLE_VECTORS_DEFAULT;
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) {
    if (variable != nullptr) throw std::runtime_error("HEDDLE_VECTORS is no folder");
    return files;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().string().ends_with(".vec.gz")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace heddle::tb
