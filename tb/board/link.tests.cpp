// The host link: the host's side in C++ against the board's RTL, over two UART lines that lose and
// damage bytes.
#include <Vlink.h>
#include <verilated.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "board/uart_line.hpp"
#include "common/config.hpp"
#include "link_frame.hpp"
#include "link_host.hpp"

namespace heddle::board {
namespace {

constexpr double kCyclesABit = HEDDLE_TEST_CYCLES_A_BIT;
// Slower than the board's, so that the host's shortest timeout is not a million cycles.
constexpr double kClock = 2.5e6;
constexpr std::uint32_t kMemoryBytes = 1 << 25;
constexpr std::uint32_t kBeatBytes = 8;
constexpr std::uint32_t kRefused = 0xffc;  // of registers

/// Of a thousand bytes.
struct Noise {
  std::uint32_t damaged = 0;
  std::uint32_t lost = 0;
};

/// The link with its two lines on one side, registers and memory on the other.
class Board final : public link::BytePort {
 public:
  explicit Board(std::uint64_t seed) : random_(seed) {
    context_.randReset(2);
    context_.randSeed(static_cast<int>(seed));
    top_ = std::make_unique<Vlink>(&context_);
    top_->rst_ni = 0;
    top_->rx_i = 1;
    top_->clk_i = 0;
    top_->eval();
    top_->clk_i = 1;
    top_->eval();
    top_->rst_ni = 1;
  }
  ~Board() override { top_->final(); }

  void send(std::span<const std::uint8_t> bytes) override {
    for (const std::uint8_t byte : bytes) pass(byte, [this](std::uint8_t b) { sender_.push(b); });
  }
  std::size_t receive(std::span<std::uint8_t> bytes, double seconds) override {
    const double end = now() + seconds;
    while (received_.empty() && now() < end) cycle();
    const std::size_t count = std::min(bytes.size(), received_.size());
    std::copy_n(received_.begin(), count, bytes.begin());
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  double now() const override { return static_cast<double>(cycles_) / kClock; }

  void idle(std::uint64_t cycles) {
    for (std::uint64_t i = 0; i < cycles; ++i) cycle();
  }

  Noise noise;
  bool cut = false;  ///< nothing passes any more
  std::map<std::uint32_t, std::uint32_t> registers;
  std::uint64_t register_writes = 0;
  std::vector<std::uint8_t> memory = std::vector<std::uint8_t>(kMemoryBytes);

 private:
  template <typename Deliver>
  void pass(std::uint8_t byte, Deliver deliver) {
    const auto draw = static_cast<std::uint32_t>(random_() % 1000);
    if (cut || draw < noise.lost) return;
    if (draw < noise.lost + noise.damaged) {
      byte = static_cast<std::uint8_t>(byte ^ 1U << random_() % 8);
    }
    deliver(byte);
  }

  void cycle() {
    top_->rx_i = sender_.cycle();
    drive();
    top_->clk_i = 0;
    top_->eval();
    sample();
    if (const auto byte = listener_.cycle(top_->tx_o != 0)) {
      pass(*byte, [this](std::uint8_t b) { received_.push_back(b); });
    }
    top_->clk_i = 1;
    top_->eval();
    ++cycles_;
  }

  void drive() {
    top_->m_axil_awready_i = !lite_b_ && top_->m_axil_awvalid_o && top_->m_axil_wvalid_o;
    top_->m_axil_bvalid_i = lite_b_;
    top_->m_axil_bresp_i = lite_error_ ? 2 : 0;
    top_->m_axil_arready_i = !lite_r_;
    top_->m_axil_rvalid_i = lite_r_;
    top_->m_axil_rdata_i = lite_data_;
    top_->m_axil_rresp_i = lite_error_ ? 2 : 0;
    const bool slow = random_() % 4 == 0;
    top_->m_axi_arready_i = !slow;
    top_->m_axi_awready_i = !slow;
    top_->m_axi_wready_i = random_() % 3 != 0;
    // A valid stays until it is taken.
    if (!r_valid_) r_valid_ = reading_ && random_() % 3 == 0;
    top_->m_axi_rvalid_i = r_valid_;
    if (r_valid_) {
      std::uint64_t beat = 0;
      if (read_address_ < kMemoryBytes) {
        std::memcpy(&beat, &memory[read_address_ + kBeatBytes * r_beat_], kBeatBytes);
      }
      top_->m_axi_rdata_i = beat;
      top_->m_axi_rresp_i = read_address_ < kMemoryBytes ? 0 : 3;
      top_->m_axi_rlast_i = r_beat_ == 7;
    }
    top_->m_axi_bvalid_i = written_;
    top_->m_axi_bresp_i = write_address_ < kMemoryBytes ? 0 : 3;
  }

  void sample() {
    if (top_->m_axil_awvalid_o && top_->m_axil_awready_i) {
      lite_b_ = true;
      lite_error_ = top_->m_axil_awaddr_o == kRefused;
      registers[top_->m_axil_awaddr_o] = top_->m_axil_wdata_o;
      ++register_writes;
    } else if (lite_b_ && top_->m_axil_bready_o) {
      lite_b_ = false;
    }
    if (top_->m_axil_arvalid_o && top_->m_axil_arready_i) {
      lite_r_ = true;
      lite_error_ = top_->m_axil_araddr_o == kRefused;
      lite_data_ = registers[top_->m_axil_araddr_o];
    } else if (lite_r_ && top_->m_axil_rready_o) {
      lite_r_ = false;
    }
    if (top_->m_axi_arvalid_o && top_->m_axi_arready_i) {
      REQUIRE(!reading_);
      reading_ = true;
      read_address_ = top_->m_axi_araddr_o;
      REQUIRE(read_address_ % 64 == 0);
    } else if (r_valid_) {
      r_valid_ = false;
      reading_ = ++r_beat_ != 8;
      r_beat_ %= 8;
    }
    if (top_->m_axi_awvalid_o && top_->m_axi_awready_i) {
      write_address_ = top_->m_axi_awaddr_o;
      REQUIRE(write_address_ % 64 == 0);
    }
    if (top_->m_axi_wvalid_o && top_->m_axi_wready_i) {
      for (std::uint32_t i = 0; i < kBeatBytes; ++i) {
        if ((top_->m_axi_wstrb_o >> i & 1) != 0 && write_address_ < kMemoryBytes) {
          memory[write_address_ + kBeatBytes * w_beat_ + i] =
              static_cast<std::uint8_t>(top_->m_axi_wdata_o >> (8 * i));
        }
      }
      REQUIRE((top_->m_axi_wlast_o != 0) == (w_beat_ == 7));
      written_ = ++w_beat_ == 8;
      w_beat_ %= 8;
    } else if (written_) {
      written_ = false;
    }
  }

  VerilatedContext context_;
  std::unique_ptr<Vlink> top_;
  std::mt19937_64 random_;
  UartSender sender_{kCyclesABit};
  UartListener listener_{kCyclesABit};
  std::vector<std::uint8_t> received_;
  std::uint64_t cycles_ = 0;
  bool lite_b_ = false, lite_r_ = false, lite_error_ = false;
  std::uint32_t lite_data_ = 0;
  bool reading_ = false, r_valid_ = false, written_ = false;
  std::uint32_t read_address_ = 0, write_address_ = 0, r_beat_ = 0, w_beat_ = 0;
};

std::vector<std::byte> random_bytes(std::mt19937_64& random, std::size_t count) {
  std::vector<std::byte> bytes(count);
  // Bytes that need escapes are frequent.
  for (std::byte& byte : bytes) {
    byte = static_cast<std::byte>(random() % 4 == 0 ? 0x7d + random() % 2 : random());
  }
  return bytes;
}

/// Writes and reads of random places, against an image.
void random_traffic(Board& board, link::Host& host, std::mt19937_64& random, int rounds) {
  std::vector<std::uint8_t> image = board.memory;
  for (int i = 0; i < rounds; ++i) {
    const std::size_t count = 1 + random() % (random() % 4 == 0 ? 3000 : 80);
    const auto address = static_cast<std::uint32_t>(random() % 8192);
    const auto choice = random() % 5;
    if (choice < 2) {
      const auto data = random_bytes(random, count);
      host.write_memory(address, data);
      std::memcpy(&image[address], data.data(), count);
    } else if (choice == 2) {
      // More lines than one request clears, from time to time.
      const std::size_t size = random() % 8 == 0 ? 20'000 + count : count;
      host.clear_memory(address, size);
      std::memset(&image[address], 0, size);
    } else {
      std::vector<std::byte> data(count);
      host.read_memory(address, data);
      REQUIRE(std::memcmp(&image[address], data.data(), count) == 0);
    }
    std::vector<std::uint32_t> values(1 + random() % 70);
    for (std::uint32_t& value : values) value = static_cast<std::uint32_t>(random());
    const auto offset = static_cast<std::uint32_t>(random() % 512 * 4);
    const std::uint64_t writes = board.register_writes;
    host.write_registers(offset, values);
    REQUIRE(board.register_writes - writes == values.size());
    std::vector<std::uint32_t> back(values.size());
    host.read_registers(offset, back);
    REQUIRE(back == values);
  }
  REQUIRE(board.memory == image);
}

}  // namespace

TEST_CASE("CRC-32 is that of IEEE 802.3") {
  const std::array<std::uint8_t, 9> digits = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
  CHECK(link::crc32(digits) == 0xcbf43926);
}

TEST_CASE("The board tells what it is") {
  Board board(1);
  link::Host host(board, 1, 1);
  const link::DeviceInformation information = host.hello();
  const Config config = Config::load("nano");
  CHECK(information.protocol == 6);
  CHECK(information.credits == 4);
  CHECK(information.memory_bytes == kMemoryBytes);
  CHECK(information.clock_khz == 25'000);
  CHECK(information.config.warps == config.warps);
  CHECK(information.config.lanes == config.lanes);
  CHECK(information.config.channels == config.channels);
  CHECK(information.config.cta_slots == config.cta_slots);
  CHECK(information.config.shared_bytes == config.shared_bytes);
  CHECK(information.config.icache_bytes == config.icache_bytes);
  CHECK(information.config.axi_data_bits == config.axi_data_bits);
  CHECK(information.config.axi_outstanding == config.axi_outstanding);
  CHECK(information.config.lsu_queue == config.lsu_queue);
  CHECK(information.config.memory_ops == config.memory_ops);
  CHECK(information.config.line_tags == config.line_tags);
  CHECK(information.config.copy_tags == config.copy_tags);
  CHECK(information.config.tensor_m == config.tensor_m);
  CHECK(information.config.tensor_n == config.tensor_n);
  CHECK(information.config.tensor_lanes == config.tensor_lanes);
  CHECK(information.config.tensor_columns == config.tensor_columns);
  CHECK(information.config.tensor_formats == config.tensor_formats);
  CHECK(information.config.tensor_modes == config.tensor_modes);
  CHECK(information.config.tensor_transpose == config.tensor_transpose);
  CHECK(information.config.tensor_sparse == config.tensor_sparse);
  CHECK(information.config.l1_bytes == config.l1_bytes);
  CHECK(information.config.l1_ways == config.l1_ways);
  CHECK(information.config.l2_bytes == config.l2_bytes);
  CHECK(information.config.l2_ways == config.l2_ways);
  CHECK(information.config.regions == config.regions);
}

TEST_CASE("Memory and registers are read as they were written, on a good line without repeats") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    Board board(seed);
    link::Host host(board, 1, static_cast<std::uint32_t>(seed));
    host.hello();
    random_traffic(board, host, random, 20);
    CHECK(host.statistics().repeats == 0);
    CHECK(host.statistics().rejected == 0);
    CHECK(host.statistics().damaged == 0);
  }
}

TEST_CASE("Lost and damaged bytes are made good, and no write is executed twice") {
  std::uint64_t repeats = 0;
  for (const Noise noise : {Noise{1, 0}, Noise{0, 1}, Noise{1, 1}}) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      INFO("seed " << seed << ", damaged " << noise.damaged << ", lost " << noise.lost);
      std::mt19937_64 random(seed);
      Board board(seed);
      link::Host host(board, 5, static_cast<std::uint32_t>(seed));
      board.noise = noise;
      host.hello();
      random_traffic(board, host, random, 8);
      repeats += host.statistics().repeats;
    }
  }
  CHECK(repeats > 10);
}

TEST_CASE("A board whose answers are damaged again and again is not taken for silent") {
  for (std::uint32_t seed = 1; seed <= 3; ++seed) {
    INFO("seed " << seed);
    Board board(seed);
    link::Host host(board, 4, seed);
    host.hello();
    board.noise = {4, 4};
    std::vector<std::byte> data(256);
    for (int i = 0; i < 12; ++i) host.read_memory(0, data);
    CHECK(host.statistics().damaged > 20);
  }
}

TEST_CASE("A line that is cut is an error, and a new session begins on it when it is whole again") {
  Board board(5);
  link::Host host(board, 0.2, 1);
  host.hello();
  const std::vector<std::byte> data(4000, std::byte{0x7e});
  board.cut = true;
  CHECK_THROWS_WITH(host.write_memory(0, data), Catch::Contains("has not answered for"));
  board.cut = false;
  link::Host second(board, 0.2, 2);
  second.hello();
  second.write_memory(64, data);
  CHECK(board.memory[64] == 0x7e);
}

TEST_CASE("A session begins in the middle of what an earlier one has left") {
  std::mt19937_64 random(6);
  for (int i = 0; i < 20; ++i) {
    Board board(static_cast<std::uint64_t>(i) + 1);
    // The beginning of a request, and whole ones that nobody waits for.
    link::Request request;
    request.command = link::kReadMemory;
    request.length = 256;
    for (std::uint8_t sequence = 0; sequence < random() % 5; ++sequence) {
      board.send(link::encode(sequence, request));
    }
    const auto bytes = link::encode(9, request);
    board.send(std::span(bytes).first(random() % bytes.size()));
    board.idle(random() % 30'000);
    link::Host host(board, 1, static_cast<std::uint32_t>(i));
    host.hello();
    random_traffic(board, host, random, 2);
  }
}

TEST_CASE("What the board cannot do is an error") {
  Board board(7);
  link::Host host(board, 0.5, 1);
  host.hello();
  std::vector<std::byte> data(100);
  CHECK_THROWS_WITH(host.read_memory(kMemoryBytes, data),
                    Catch::Contains("had an error at a read"));
  host.hello();
  CHECK_THROWS_WITH(host.write_memory(kMemoryBytes, data),
                    Catch::Contains("had an error at a write"));
  host.hello();
  CHECK_THROWS_WITH(host.clear_memory(kMemoryBytes - 64, 128),
                    Catch::Contains("had an error at a write of 128 bytes"));
  host.hello();
  std::vector<std::uint32_t> words(1);
  CHECK_THROWS_WITH(host.read_registers(2, words), Catch::Contains("refused a read of 4 bytes"));
  host.hello();
  CHECK_THROWS_WITH(host.write_registers(0x1000, words), Catch::Contains("refused a write"));
  host.hello();
  CHECK_THROWS_WITH(host.read_registers(kRefused, words),
                    Catch::Contains("had an error at a read"));
}

TEST_CASE("Writing takes little more time than the line needs") {
  Board board(8);
  link::Host host(board, 1, 1);
  host.hello();
  const double begin = board.now();
  const std::vector<std::byte> data(64 << 10, std::byte{1});
  host.write_memory(0, data);
  const double line = 10 * kCyclesABit * static_cast<double>(data.size()) / kClock;
  CHECK(board.now() - begin < 1.15 * line);
}

TEST_CASE("Clearing takes less than a tenth of the time that sending zeros takes") {
  Board board(9);
  link::Host host(board, 1, 1);
  host.hello();
  std::ranges::fill(board.memory, std::uint8_t{0xa5});
  const double begin = board.now();
  constexpr std::uint32_t kSize = 256 << 10;
  host.clear_memory(0, kSize);
  const double line = 10 * kCyclesABit * kSize / kClock;
  CHECK(board.now() - begin < 0.1 * line);
  CHECK(std::ranges::count(board.memory, std::uint8_t{0}) == kSize);
  CHECK(host.statistics().repeats == 0);
}

}  // namespace heddle::board
