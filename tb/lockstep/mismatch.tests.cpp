// What the user is told about a difference between RTL and model.
#include "lockstep/mismatch.hpp"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "lockstep/random_lockstep.hpp"

namespace {

namespace fs = std::filesystem;
using heddle::Config;
using heddle::DeviceOptions;
using heddle::lockstep::describe_mismatch;
using heddle::lockstep::Difference;
using heddle::lockstep::FieldName;
using heddle::lockstep::History;
using heddle::lockstep::Invocation;
using heddle::lockstep::RandomRun;
using heddle::lockstep::rerun_command;

constexpr std::uint32_t kAddi = 0x00a00513;  // addi a0, zero, 10
constexpr std::uint32_t kJal = 0x0200006f;   // jal zero, +32

History history_of(const Config& config) {
  History history(config.warps);
  const auto issue = [&](std::uint64_t cycle, std::uint32_t warp, std::uint32_t pc,
                         std::uint32_t word) {
    heddle::timed::Decoded decoded;
    decoded.instruction.word = word;
    heddle::timed::DecodedEvent event;
    event.valid = true;
    event.warp = warp;
    event.pc = pc;
    event.mask = 0xff;
    event.decoded = &decoded;
    history.record(cycle, event);
  };
  issue(90, 1, 0x10000, kAddi);
  issue(94, 2, 0x10040, kAddi);
  issue(98, 1, 0x10004, kJal);
  return history;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A folder that is deleted at the end.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "heddle test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path path;
};

}  // namespace

TEST_CASE(
    "a difference is told with cycle, module, field, both values and the warp's instructions") {
  const Config config = Config::load("nano");
  const Difference difference{.field = 0, .element = 3, .warp = 1, .rtl = 0x12, .model = 0x34};
  const FieldName field{"lanes", "result", "data", 128};
  const std::string text = describe_mismatch(field, difference, {.cycle = 105, .launch_cycle = 42},
                                             config, history_of(config));
  INFO(text);
  CHECK(has(text, "differ in cycle 105 (42 since the launch's start)"));
  CHECK(has(text, "module lanes, result.data[3]"));
  CHECK(has(text, "RTL   0x00000012\n"));
  CHECK(has(text, "model 0x00000034\n"));
  CHECK(has(text, "last instructions of warp 1\n"));
  CHECK(has(text, "cycle       90  pc 00010000  mask 000000ff  addi a0, zero, 10\n"));
  CHECK(has(text, "cycle       98  pc 00010004  mask 000000ff  jal zero, 0x10024"));
  CHECK_FALSE(has(text, "warp 2"));
}

TEST_CASE("a difference of no warp in particular is told with the instructions of all") {
  const Config config = Config::load("nano");
  const FieldName field{"barrier", "release", "cta", 2};
  const std::string text =
      describe_mismatch(field, {.field = 0, .rtl = 1, .model = 2},
                        {.cycle = 105, .launch_cycle = 42}, config, history_of(config));
  INFO(text);
  CHECK(has(text, "module barrier, release.cta\n"));
  CHECK(has(text, "RTL   0x1\n"));
  CHECK(has(text, "last instructions of warp 1\n"));
  CHECK(has(text, "last instructions of warp 2\n"));
  CHECK_FALSE(has(text, "warp 0"));
}

TEST_CASE("the command of a difference repeats the process with its own settings and arguments") {
  DeviceOptions options;
  options.memory_latency = 7;
  options.memory_seed = 8;
  options.x_seed = 9;
  const Invocation invocation{"/some where",
                              {"/bin/program", "--text", "it's", ""},
                              {"PATH=/bin", "HEDDLE_STACK_BYTES=8 192", "HEDDLE_DEVICE=rtl",
                               "HEDDLE_REPORT=folder", "HEDDLE_WAVE=other.fst"}};
  const std::string command = rerun_command(1000, Config::load("nano"), options, invocation);
  INFO(command);
  CHECK(has(command,
            " --target heddle_rtl_nano_trace && cd '/some where' && HEDDLE_DEVICE=lockstep "
            "HEDDLE_CONFIG=nano HEDDLE_MEMORY_LATENCY=7 HEDDLE_MEMORY_SEED=8 "
            "HEDDLE_X_SEED=9 HEDDLE_WAVE=mismatch.fst HEDDLE_WAVE_WINDOW=800:1020 "
            "HEDDLE_STACK_BYTES='8 192' /bin/program --text 'it'\\''s' ''"));
  CHECK_FALSE(has(command, "PATH="));
  CHECK_FALSE(has(command, "HEDDLE_REPORT"));
  CHECK_FALSE(has(command, "other.fst"));
  CHECK(has(rerun_command(5, Config::load("nano"), options, invocation), "WINDOW=0:25 "));
  const std::string self = rerun_command(5, Config::load("nano"), {}, Invocation::own());
  CHECK(has(self, "mismatch_tests"));
}

TEST_CASE("the command of a difference runs, and records the cycles around it") {
  const Folder folder;
  DeviceOptions options;
  options.rerun = RandomRun::of("nano", 7).command();
  const std::string command =
      rerun_command(1000, Config::load("nano"), options, {folder.path.string(), {}, {}});
  INFO(command);
  REQUIRE(std::system(("(" + command + ") >'" + folder.path.string() + "/log' 2>&1").c_str()) == 0);
  CHECK(fs::file_size(folder.path / "mismatch.fst") > 0);
  std::ifstream view(folder.path / "mismatch.gtkw");
  const std::string text((std::istreambuf_iterator<char>(view)), std::istreambuf_iterator<char>());
  CHECK(has(text, "[timestart] 800000\n"));
}
