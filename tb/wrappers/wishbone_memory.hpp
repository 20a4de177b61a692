// A Wishbone B4 memory with random waits, over a MemoryImage, that checks its manager's every
// cycle: the rules of the bus, and what axi4_to_wishbone says of itself. Throws std::logic_error.
//
// Standard: a request is answered in its own cycle or later, and stays until then. Pipelined: a
// request is over in a cycle without STALL, answers come in order, the first in the request's own
// cycle at the earliest.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <span>
#include <stdexcept>
#include <string>

#include "memory/memory_image.hpp"
#include "wrapper_programs.hpp"

namespace heddle::tb {

/// `waits`: most cycles from a request to its answer; `stalls`: of eight cycles, those with STALL.
struct WishboneTiming {
  std::uint32_t waits = 0;
  std::uint32_t stalls = 0;
  std::uint32_t seed = 1;
};

struct WishboneRequest {
  bool cyc = false, stb = false, we = false;
  std::uint32_t adr = 0, sel = 0;
  std::uint64_t dat = 0;
  std::uint32_t cti = 0, bte = 0;
};

struct WishboneAnswer {
  bool ack = false, err = false, stall = false;
  std::uint64_t dat = 0;
};

class WishboneMemory {
 public:
  WishboneMemory(MemoryImage& image, std::uint32_t data_bits, bool pipelined,
                 const WishboneTiming& timing)
      : image_(image),
        bytes_(data_bits / 8),
        pipelined_(pipelined),
        timing_(timing),
        random_(timing.seed) {
    draw_stall();
  }

  /// The memory's pins in a cycle in which the manager drives `request`.
  WishboneAnswer answer(const WishboneRequest& request) {
    WishboneAnswer out;
    out.stall = pipelined_ && stall_;
    check(request);
    if (request.cyc && request.stb && !out.stall && !taken_) {
      waiting_.push_back({request, cycle_ + random_() % (timing_.waits + 1)});
      taken_ = !pipelined_;
    }
    if (!waiting_.empty() && waiting_.front().ready_at <= cycle_) {
      perform(waiting_.front().request, out);
      waiting_.pop_front();
      taken_ = false;
    }
    held_ = request.cyc && request.stb && (pipelined_ ? out.stall : !(out.ack || out.err));
    before_ = request;
    draw_stall();
    ++cycle_;
    return out;
  }

  std::uint64_t accesses = 0;
  std::uint64_t partial_writes = 0;
  std::uint64_t errors = 0;

 private:
  static constexpr std::uint32_t kClassic = 0b000;
  static constexpr std::uint32_t kIncrementing = 0b010;
  static constexpr std::uint32_t kEnd = 0b111;

  struct Waiting {
    WishboneRequest request;
    std::uint64_t ready_at;
  };

  static void require(bool holds, const char* otherwise) {
    if (!holds) throw std::logic_error(std::string("Wishbone: ") + otherwise);
  }

  void draw_stall() { stall_ = random_() % 8 < timing_.stalls; }

  void check(const WishboneRequest& now) {
    require(now.cyc || !now.stb, "STB without CYC");
    require(now.cyc || waiting_.empty(), "CYC fell before the last answer");
    if (held_) {
      require(now.stb && now.we == before_.we && now.adr == before_.adr && now.sel == before_.sel &&
                  now.cti == before_.cti && (!now.we || now.dat == before_.dat),
              "a request changed before it was over");
    }
    if (!now.cyc) {
      require(!in_line_ || writing_ || next_ == MemoryImage::kLineBytes, "a read ended early");
      in_line_ = false;
    }
    if (!now.stb || held_) return;

    require(now.adr % bytes_ == 0 && now.sel != 0 && now.bte == 0, "wrong address, SEL or BTE");
    const std::uint32_t line = now.adr / MemoryImage::kLineBytes;
    const std::uint32_t offset = now.adr % MemoryImage::kLineBytes;
    if (!in_line_) {
      in_line_ = true;
      line_ = line;
      writing_ = now.we;
      next_ = 0;
    }
    require(line == line_ && now.we == writing_, "CYC stayed high from one line to another");
    require(writing_ ? offset >= next_ : offset == next_, "accesses are not in order");
    next_ = offset + bytes_;
    const bool burst = !pipelined_ && !now.we;
    require(now.cti == (!burst                             ? kClassic
                        : next_ == MemoryImage::kLineBytes ? kEnd
                                                           : kIncrementing),
            "wrong CTI");
    const std::uint32_t all = bytes_ == 32 ? ~0u : (1u << bytes_) - 1;
    require(now.we || now.sel == all, "a read without all bytes");
    if (now.sel != all) ++partial_writes;
    ++accesses;
  }

  void perform(const WishboneRequest& request, WishboneAnswer& out) {
    if (request.adr >= kMemoryEnd || request.adr == kBadWord / bytes_ * bytes_) {
      out.err = true;
      ++errors;
      return;
    }
    out.ack = true;
    std::array<std::byte, 8> bytes{};
    const std::span data(bytes.data(), bytes_);
    image_.read(request.adr, data);
    if (request.we) {
      for (std::uint32_t i = 0; i < bytes_; ++i) {
        if ((request.sel >> i & 1) != 0) bytes[i] = static_cast<std::byte>(request.dat >> 8 * i);
      }
      image_.write(request.adr, data);
    }
    out.dat = request.we ? random_() : std::bit_cast<std::uint64_t>(bytes);
  }

  MemoryImage& image_;
  std::uint32_t bytes_;
  bool pipelined_;
  WishboneTiming timing_;
  std::mt19937 random_;
  std::deque<Waiting> waiting_;
  WishboneRequest before_;
  bool stall_ = false;
  bool held_ = false;   // the manager must repeat its request
  bool taken_ = false;  // standard: the request is the one that waits
  bool in_line_ = false, writing_ = false;
  std::uint32_t line_ = 0, next_ = 0;  // next_: offset behind the last access
  std::uint64_t cycle_ = 0;
};

}  // namespace heddle::tb
