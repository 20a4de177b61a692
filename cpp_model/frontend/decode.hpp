// Decoding, one cycle. Timing and rules: docs/architecture/frontend.md, "decode".
#pragma once

#include <cstdint>
#include <unordered_map>

#include "common/config.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class Decode {
 public:
  struct Inputs {
    bool start = false;
    const Packet* packet = nullptr;
  };
  struct Outputs {
    DecodedEvent decoded;
  };

  explicit Decode(const Config&) {}

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    next_.valid = in.packet->valid && !in.start;
    if (next_.valid) decode(*in.packet);
  }
  void tick() {
    if (next_.valid) {
      out_.decoded = next_;
    } else {
      out_.decoded.valid = false;
    }
  }

 private:
  void decode(const Packet& packet);
  void make_faulting(std::uint32_t word, std::uint32_t cause, std::uint32_t address);

  std::unordered_map<std::uint32_t, Decoded> faulting_;  ///< by word; made as they are needed
  Outputs out_;
  DecodedEvent next_;
};

}  // namespace heddle::timed
