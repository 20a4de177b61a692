// board-sim: the verilated board with a model of its SDRAM, and a pseudo-terminal for its UART.
//
//   board-sim [options] [program...]
//
// runs the program with HEDDLE_DEVICE=serial:<pseudo-terminal> and ends with its status; without
// one it prints the pseudo-terminal's name and serves it until it is ended.
#include <Vulx3s_harness.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <verilated.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "board/sdram_model.hpp"
#include "board/uart_line.hpp"

namespace heddle::board {
namespace {

// As the board is verilated: tb/board/CMakeLists.txt.
constexpr std::uint32_t kCyclesABit = 4;
constexpr std::uint64_t kSlice = 400;      // cycles between two looks at the pseudo-terminal
constexpr std::uint64_t kQuiet = 100'000;  // cycles without a byte, after which it may wait
constexpr int kSimulationStatus = 70;

volatile std::sig_atomic_t ended = 0;
extern "C" void board_sim_on_signal(int) { ended = 1; }

struct Options {
  std::uint64_t seed = 1;
  std::uint32_t damage = 0;     ///< of 100,000 bytes, each way
  std::uint64_t cut_after = 0;  ///< bytes to the board, after which nothing passes; 0: never
  std::vector<std::string> program;
};

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

/// A raw pseudo-terminal; the board is on its master's side.
class PseudoTerminal {
 public:
  PseudoTerminal() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) fail("posix_openpt");
    name_ = ptsname(master_);
    // Open on this side, too: so that the master stays when a program closes it.
    slave_ = open(name_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios settings{};
    if (slave_ < 0 || tcgetattr(slave_, &settings) != 0) fail(name_.c_str());
    cfmakeraw(&settings);
    if (tcsetattr(slave_, TCSANOW, &settings) != 0) fail(name_.c_str());
  }
  ~PseudoTerminal() {
    close(slave_);
    close(master_);
  }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  const std::string& name() const { return name_; }

  std::size_t read(std::span<std::uint8_t> bytes, int milliseconds) const {
    if (milliseconds != 0) {
      pollfd wait{master_, POLLIN, 0};
      poll(&wait, 1, milliseconds);
    }
    const ssize_t count = ::read(master_, bytes.data(), bytes.size());
    if (count < 0 && errno != EAGAIN && errno != EINTR) fail(name_.c_str());
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  /// Writes what there is room for, and takes it out of `bytes`.
  void write(std::vector<std::uint8_t>& bytes) const {
    if (bytes.empty()) return;
    const ssize_t count = ::write(master_, bytes.data(), bytes.size());
    if (count < 0 && errno != EAGAIN && errno != EINTR) fail(name_.c_str());
    if (count > 0) bytes.erase(bytes.begin(), bytes.begin() + count);
  }

 private:
  int master_ = -1;
  int slave_ = -1;
  std::string name_;
};

class Board {
 public:
  explicit Board(const Options& options)
      : options_(options), random_(options.seed), sdram_(timing(), options.seed) {
    context_.randReset(2);
    context_.randSeed(static_cast<int>(options.seed));
    top_ = std::make_unique<Vulx3s_harness>(&context_);
    top_->ftdi_txd = 1;
    top_->clk_25mhz = 0;
    top_->eval();
  }
  ~Board() { top_->final(); }
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  void send(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) {
      if (pass()) sender_.push(damaged(byte));
    }
  }

  void run(std::uint64_t cycles) {
    for (std::uint64_t i = 0; i < cycles; ++i) cycle();
  }

  /// Cycles since the lines were last in use.
  std::uint64_t quiet() const { return cycle_ - last_use_; }
  std::uint64_t cycles() const { return cycle_; }
  std::vector<std::uint8_t> received;

 private:
  static SdramTiming timing() {
    SdramTiming result;
    result.period = 40;
    return result;
  }
  bool pass() {
    ++bytes_;
    return options_.cut_after == 0 || bytes_ <= options_.cut_after;
  }
  std::uint8_t damaged(std::uint8_t byte) {
    if (options_.damage == 0 || random_() % 100'000 >= options_.damage) return byte;
    return static_cast<std::uint8_t>(byte ^ 1U << random_() % 8);
  }

  void cycle() {
    top_->clk_25mhz = 1;
    top_->eval();
    // In the middle of the cycle is the edge of the SDRAM's clock.
    SdramPins pins;
    pins.cke = top_->sdram_cke != 0;
    pins.cs_n = top_->sdram_csn != 0;
    pins.ras_n = top_->sdram_rasn != 0;
    pins.cas_n = top_->sdram_casn != 0;
    pins.we_n = top_->sdram_wen != 0;
    pins.ba = top_->sdram_ba;
    pins.a = top_->sdram_a;
    pins.dqm = top_->sdram_dqm;
    pins.drives = top_->sdram_drives_o != 0;
    pins.dq = top_->sdram_d_o;
    sdram_.edge(pins);
    top_->sdram_answers_i = sdram_.drives();
    top_->sdram_d_i = sdram_.dq();
    if (sender_.busy() || listener_.busy()) last_use_ = cycle_;
    top_->ftdi_txd = sender_.cycle();
    if (const auto byte = listener_.cycle(top_->ftdi_rxd != 0)) {
      if (options_.cut_after == 0 || bytes_ <= options_.cut_after) {
        received.push_back(damaged(*byte));
      }
    }
    top_->clk_25mhz = 0;
    top_->eval();
    ++cycle_;
  }

  Options options_;
  std::mt19937_64 random_;
  SdramModel sdram_;
  VerilatedContext context_;
  std::unique_ptr<Vulx3s_harness> top_;
  UartSender sender_{kCyclesABit};
  UartListener listener_{kCyclesABit};
  std::uint64_t cycle_ = 0, last_use_ = 0, bytes_ = 0;
};

pid_t start(const Options& options, const std::string& terminal) {
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child > 0) return child;
  std::signal(SIGINT, SIG_DFL);
  setenv("HEDDLE_DEVICE", ("serial:" + terminal).c_str(), 1);
  setenv("HEDDLE_CONFIG", HEDDLE_BOARD_CONFIG, 0);
  std::vector<char*> arguments;
  for (const std::string& word : options.program) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  fmt::print(stderr, "board-sim: {}: {}\n", options.program[0], std::strerror(errno));
  _exit(127);
}

int serve(const Options& options) {
  const PseudoTerminal terminal;
  Board board(options);
  pid_t child = 0;
  if (options.program.empty()) {
    fmt::print("{}\n", terminal.name());
    std::fflush(stdout);
  } else {
    child = start(options, terminal.name());
  }
  std::array<std::uint8_t, 4096> bytes{};
  while (ended == 0) {
    board.run(kSlice);
    terminal.write(board.received);
    const int wait = board.quiet() > kQuiet ? 1 : 0;
    board.send(std::span(bytes).first(terminal.read(bytes, wait)));
    int status = 0;
    if (child != 0 && waitpid(child, &status, WNOHANG) == child) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
  if (child != 0) kill(child, SIGTERM);
  return 0;
}

}  // namespace
}  // namespace heddle::board

int main(int argc, char** argv) {
  using namespace heddle::board;
  Options options;
  CLI::App app("The verilated board, with a pseudo-terminal for its serial port");
  app.add_option("--seed", options.seed, "seed of the SDRAM's contents and of damage");
  app.add_option("--damage", options.damage, "damaged bytes, of 100,000 each way");
  app.add_option("--cut-after", options.cut_after, "bytes after which nothing passes");
  app.footer("Behind the options: a program to run on the board, with its arguments.");
  app.prefix_command();
  CLI11_PARSE(app, argc, argv);
  options.program = app.remaining();
  struct sigaction action{};
  action.sa_handler = board_sim_on_signal;
  sigaction(SIGTERM, &action, nullptr);
  // A terminal's Ctrl-C reaches the program too, which needs its board to stop what it runs.
  if (!options.program.empty()) action.sa_handler = SIG_IGN;
  sigaction(SIGINT, &action, nullptr);
  try {
    return serve(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "board-sim: {}\n", error.what());
    return kSimulationStatus;
  }
}
