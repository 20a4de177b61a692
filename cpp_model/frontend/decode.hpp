// Decoding, one cycle. Timing and rules: docs/architecture/frontend.md, "decode".
#pragma once

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
  void eval(const Inputs& in);
  void tick();

 private:
  Outputs out_;
  DecodedEvent next_;
};

}  // namespace heddle::timed
