// heddle mma: dot products of the tensor core, from vector files.
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "mma_device.hpp"
#include "tensor/vector_text.hpp"

namespace heddle {
namespace {

struct MmaOptions {
  std::vector<std::string> files;
  std::string mode = "blackwell";
  std::string format;
  std::string device = "functional";
  bool check = false;
  bool lines = false;
  std::uint64_t report_limit = 20;
};

/// The lines of a text file, compressed or not; "-" is standard input.
class LineReader {
 public:
  /// Throws std::runtime_error.
  explicit LineReader(const std::string& path)
      : file_(path == "-" ? gzdopen(0, "rb") : gzopen(path.c_str(), "rb")), buffer_(kBlock) {
    if (file_ == nullptr) {
      throw std::runtime_error(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
    }
    gzbuffer(file_, kBlock);
  }
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader() { gzclose(file_); }

  /// The next line, valid until the next call; nothing at the end. Throws std::runtime_error.
  std::optional<std::string_view> next() {
    while (true) {
      const char* start = buffer_.data() + begin_;
      const auto* newline = static_cast<const char*>(std::memchr(start, '\n', end_ - begin_));
      if (newline != nullptr) {
        const auto length = static_cast<std::size_t>(newline - start);
        begin_ += length + 1;
        return std::string_view(start, length);
      }
      if (!fill()) {
        if (begin_ == end_) return std::nullopt;
        const std::string_view rest(buffer_.data() + begin_, end_ - begin_);
        begin_ = end_;
        return rest;
      }
    }
  }

 private:
  static constexpr unsigned kBlock = 1 << 18;

  /// Reads more behind what is there; false at the end of the file.
  bool fill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
    const auto room = static_cast<unsigned>(std::min<std::size_t>(buffer_.size() - end_, kBlock));
    const int count = gzread(file_, buffer_.data() + end_, room);
    int error = Z_OK;
    const char* text = gzerror(file_, &error);
    if (count < 0 || (error != Z_OK && error != Z_STREAM_END)) {
      throw std::runtime_error(
          fmt::format("cannot be read: {}", error == Z_ERRNO ? std::strerror(errno) : text));
    }
    end_ += static_cast<std::size_t>(count);
    return count != 0;
  }

  gzFile file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// A line without its result.
std::string_view operands_of(std::string_view content) {
  const std::string_view operands = content.substr(0, content.find('='));
  return operands.substr(0, operands.find_last_not_of(" \t") + 1);
}

class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class MmaRun {
 public:
  /// Throws NoDevice, std::invalid_argument, tensor::VectorError.
  explicit MmaRun(const MmaOptions& options)
      : options_(options), device_(open_dot_product_device(options.device)) {
    mode_ = tensor::parse_mode(options.mode);
    if (!options.format.empty()) {
      format_ = tensor::parse_format(options.format);
      device_->select(mode_, *format_);
    }
  }

  /// The exit status. Throws OutputError.
  int run() {
    std::vector<std::string> files = options_.files;
    if (files.empty()) files.emplace_back("-");
    for (const std::string& file : files) {
      const int status = read(file);
      if (status != 0) return status;
    }
    if (options_.check && files.size() > 1) {
      output_ += fmt::format("{} dot products, {} mismatches in {} files\n", total_, mismatches_,
                             files.size());
    }
    flush();
    return mismatches_ == 0 ? 0 : kExitMismatch;
  }

 private:
  int read(const std::string& path) {
    const std::string shown = path == "-" ? "standard input" : path;
    std::uint64_t number = 0;
    count_ = 0;
    const std::uint64_t mismatches_before = mismatches_;
    selected_ = false;
    if (format_) select(mode_, *format_);  // until the file's first header
    try {
      LineReader reader(path);
      while (const auto text = reader.next()) {
        ++number;
        line(shown, number, *text);
      }
      if (options_.check && count_ == 0) throw std::runtime_error("no dot products to check");
    } catch (const OutputError&) {
      throw;
    } catch (const tensor::VectorError& error) {
      return bad_line(shown, number, error.what());
    } catch (const std::invalid_argument& error) {
      return bad_line(shown, number, error.what());
    } catch (const std::runtime_error& error) {
      flush();
      fmt::print(stderr, "heddle: error: {}: {}\n", shown, error.what());
      return kExitInput;
    }
    total_ += count_;
    if (options_.check) {
      output_ += fmt::format("{}: {} dot products, {} mismatches\n", shown, count_,
                             mismatches_ - mismatches_before);
    }
    return 0;
  }

  int bad_line(const std::string& file, std::uint64_t number, const char* reason) {
    flush();
    fmt::print(stderr, "heddle: error: {}, line {}: {}\n", file, number, reason);
    return kExitInput;
  }

  void select(tensor::Mode mode, const tensor::MmaFormat& format) {
    device_->select(mode, format);
    current_mode_ = mode;
    current_format_ = format;
    selected_ = true;
  }

  /// Throws tensor::VectorError, std::invalid_argument.
  void line(const std::string& file, std::uint64_t number, std::string_view text) {
    std::string_view content;
    switch (tensor::classify(text, content)) {
      case tensor::LineKind::kEmpty: return;
      case tensor::LineKind::kHeader: header(content); return;
      case tensor::LineKind::kVector: break;
    }
    if (!selected_) {
      throw tensor::VectorError(
          "the format is not known: neither a line \"@ MODE FORMAT\" before it, nor --format");
    }
    tensor::parse_vector(content, current_format_, vector_);
    const tensor::DotOperands operands = vector_.operands();
    if (const std::string problem = device_->problem(operands); !problem.empty()) {
      throw tensor::VectorError(problem);
    }
    if (options_.check && !vector_.result) throw tensor::VectorError("no result to compare with");
    const std::uint32_t result = device_->compute(operands);
    ++count_;
    const int width = tensor::digits(current_format_.accumulator);
    if (options_.check) {
      if (result != *vector_.result) mismatch(file, number, content, result, width);
      return;
    }
    const auto out = std::back_inserter(output_);
    if (options_.lines) {
      fmt::format_to(out, "{} = {:0{}x}\n", operands_of(content), result, width);
    } else {
      fmt::format_to(out, "{:0{}x}\n", result, width);
    }
    if (output_.size() >= kOutputBlock) flush();
  }

  /// Throws tensor::VectorError, std::invalid_argument.
  void header(std::string_view content) {
    const tensor::VectorHeader header = tensor::parse_header(content);
    select(header.mode, header.format);
    if (options_.lines) {
      output_ += fmt::format("@ {} {}\n", name(current_mode_), name(current_format_));
    }
  }

  void mismatch(const std::string& file, std::uint64_t number, std::string_view content,
                std::uint32_t result, int width) {
    ++mismatches_;
    if (mismatches_ <= options_.report_limit) {
      output_ += fmt::format("{}, line {}: wanted {:0{}x}, got {:0{}x}: {} {}: {}\n", file, number,
                             *vector_.result, width, result, width, name(current_mode_),
                             name(current_format_), operands_of(content));
    }
    if (mismatches_ == options_.report_limit + 1) {
      output_ += "(more mismatches are counted, not shown: --report-limit)\n";
    }
  }

  /// Throws OutputError.
  void flush() {
    const bool good = std::fwrite(output_.data(), 1, output_.size(), stdout) == output_.size() &&
                      std::fflush(stdout) == 0;
    output_.clear();
    if (!good) throw OutputError(fmt::format("standard output: {}", std::strerror(errno)));
  }

  static constexpr std::size_t kOutputBlock = 1 << 16;

  const MmaOptions& options_;
  std::unique_ptr<DotProductDevice> device_;
  tensor::Mode mode_ = tensor::Mode::kBlackwell;
  std::optional<tensor::MmaFormat> format_;
  tensor::Mode current_mode_ = tensor::Mode::kBlackwell;
  tensor::MmaFormat current_format_;
  bool selected_ = false;
  tensor::Vector vector_;
  std::string output_;
  std::uint64_t count_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t mismatches_ = 0;
};

int execute(const MmaOptions& options) {
  std::optional<MmaRun> run;
  try {
    run.emplace(options);
  } catch (const NoDevice& error) {
    fmt::print(stderr, "heddle: error: {}\n", error.what());
    return kExitUnavailable;
  } catch (const tensor::VectorError& error) {
    fmt::print(stderr, "heddle: error: {}\n", error.what());
    return kExitUsage;
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "heddle: error: {}\n", error.what());
    return kExitUsage;
  }
  try {
    return run->run();
  } catch (const OutputError& error) {
    fmt::print(stderr, "heddle: error: {}\n", error.what());
    return kExitOutput;
  }
}

}  // namespace

void add_mma_command(CLI::App& app, Action& run) {
  const auto options = std::make_shared<MmaOptions>();
  CLI::App* command =
      app.add_subcommand("mma", "compute dot products of the tensor core, or check their results");
  command->add_option("files", options->files,
                      "vector files, compressed or not (default: standard input)");
  command
      ->add_option("--mode", options->mode,
                   "whose arithmetic, up to a file's first @ line: blackwell, hopper, ...")
      ->capture_default_str();
  command->add_option("--format", options->format,
                      "formats, up to a file's first @ line: f16.f32, e4m3.e5m2.f16, nvfp4, ...");
  command->add_option("--device", options->device, "functional, timed or rtl")
      ->capture_default_str();
  command->add_flag("--check", options->check, "compare with the results in the files");
  command->add_flag("--lines", options->lines, "print operands too: a vector file");
  command->add_option("--report-limit", options->report_limit, "mismatches to show at most")
      ->capture_default_str();
  command->callback([options, &run] { run = [options] { return execute(*options); }; });
}

}  // namespace heddle
