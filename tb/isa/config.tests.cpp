// Configurations: the committed ones load, and wrong ones are refused with a message that names the
// fault.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "common/config.hpp"

namespace heddle {
namespace {

constexpr const char* kGood =
    "warps = 4\nlanes = 4\nchannels = 1\ncta_slots = 4\nshared_bytes = 16384\nicache_bytes = 4096\n"
    "axi_data_bits = 64\naxi_outstanding = 4\nlsu_queue = 4\nmemory_ops = 4\nline_tags = 8\n"
    "copy_tags = 0\n"
    "tensor_m = 0\n"
    "tensor_n = 0\n"
    "tensor_lanes = 0\n"
    "tensor_columns = 0\n"
    "tensor_formats = 0\n"
    "tensor_modes = 0\n"
    "tensor_transpose = 0\n"
    "tensor_sparse = 0\n"
    "l1_bytes = 2048\nl1_ways = 2\nl2_bytes = 8192\nl2_ways = 2\nregions = 8\n";

// A configuration file that is gone at the end of the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    std::string folder = (std::filesystem::temp_directory_path() / "heddle-config-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    folder_ = folder;
    std::ofstream(path()) << text;
  }
  ~TemporaryFile() { std::filesystem::remove_all(folder_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::string path() const { return (folder_ / "mine.toml").string(); }

 private:
  std::filesystem::path folder_;
};

TEST_CASE("nano and base are the design points of the documentation") {
  const Config nano = Config::load("nano");
  CHECK(nano.name == "nano");
  CHECK(nano.warps == 4);
  CHECK(nano.lanes == 4);
  CHECK(nano.beats() == 8);
  CHECK(nano.axi_data_bits == 64);
  CHECK(nano.l2_sets() == 64);
  const Config base = Config::load("base");
  CHECK(base.warps == 32);
  CHECK(base.lanes == 16);
  CHECK(base.beats() == 2);
  CHECK(base.regions == 16);
  CHECK(base.l2_sets() == 256);
}

TEST_CASE("A configuration can be given as a path") {
  const TemporaryFile file(kGood);
  const Config config = Config::load(file.path());
  CHECK(config.name == "mine");
  CHECK(config.line_tags == 8);
}

TEST_CASE("HEDDLE_CONFIG_DIR is searched first, then the built-in folder") {
  const TemporaryFile file(kGood);
  setenv("HEDDLE_CONFIG_DIR", file.folder().c_str(), 1);
  CHECK(Config::load("mine").name == "mine");
  CHECK(Config::load("base").warps == 32);
  unsetenv("HEDDLE_CONFIG_DIR");
}

// What Config::load() says about a configuration that it refuses; "" if it takes it.
std::string complaint(const std::string& name_or_path) {
  try {
    Config::load(name_or_path);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("Wrong configurations are refused with a reason") {
  const std::string unknown = complaint("huge");
  INFO(unknown);
  CHECK(contains(unknown, "no configuration \"huge\""));
  CHECK(contains(unknown, "nano"));
  CHECK(contains(complaint("/nowhere/x.toml"), "does not exist"));
  const auto refused = [](const std::string& text, const std::string& reason) {
    const TemporaryFile file(text);
    const std::string message = complaint(file.path());
    INFO("said \"" << message << "\", expected \"" << reason << "\"");
    CHECK(contains(message, reason));
  };
  const std::string good(kGood);
  refused(good + "warp = 1\n", "unknown key \"warp\"");
  refused(good.substr(good.find('\n') + 1), "key \"warps\" is missing");
  refused("warps = 3" + good.substr(good.find('\n')), "warps must be a power of two from 1 to 32");
  refused("warps = \"4\"" + good.substr(good.find('\n')), "warps must be");
  refused("warps = ", ":1: ");
  const auto with = [&](std::string text, const std::string& line, const std::string& other) {
    return text.replace(text.find(line), line.size(), other);
  };
  refused(with(good, "warps = 4", "warps = 64"), "warps must be a power of two from 1 to 32");
  refused(with(good, "cta_slots = 4", "cta_slots = 64"),
          "cta_slots must be a power of two from 1 to 32");
  CHECK(complaint(TemporaryFile(with(good, "cta_slots = 4", "cta_slots = 32")).path()).empty());
  refused(with(good, "l2_ways = 2", "l2_ways = 3"), "l2_ways must be a power of two from 1 to 16");
  refused(with(good, "axi_outstanding = 4", "axi_outstanding = 1"),
          "axi_outstanding must be a power of two from 2 to 64");
  refused(with(good, "l1_bytes = 2048", "l1_bytes = 3000"),
          "l1_bytes must be 0 or a power of two from 0 to 262144");
  refused(with(good, "l1_bytes = 2048", "l1_bytes = 128"), "l1_bytes must be 0 or at least 256");
  CHECK(complaint(TemporaryFile(with(good, "l1_bytes = 2048", "l1_bytes = 0")).path()).empty());
  refused(with(with(good, "channels = 1", "channels = 16"), "l2_bytes = 8192", "l2_bytes = 1024"),
          "l2_bytes must be at least 4096");
  CHECK(complaint(TemporaryFile(with(good, "l2_bytes = 8192", "l2_bytes = 1024")).path()).empty());
}

}  // namespace
}  // namespace heddle
