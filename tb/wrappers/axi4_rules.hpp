// What a manager must keep to on an AXI4 port, and gpu_axi4 besides. Throws std::logic_error.
#pragma once

#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>

#include "timed/signals.hpp"

namespace heddle::tb {

/// The pins of an address channel that timed::AxiMasterOut does not have.
struct Axi4Attributes {
  std::uint32_t size = 0, burst = 0, lock = 0, cache = 0, prot = 0, qos = 0;
  bool operator==(const Axi4Attributes&) const = default;
};

class Axi4Rules {
 public:
  explicit Axi4Rules(const Axi4Attributes& attributes) : attributes_(attributes) {}

  /// One clock cycle of one port.
  void check(const timed::AxiMasterOut& master, const Axi4Attributes& read,
             const Axi4Attributes& write, const timed::AxiSlaveOut& slave) {
    using timed::AxiMasterOut;
    const AxiMasterOut& before = before_;
    if (ar_waits_) {
      require(master.ar_valid && master.ar_id == before.ar_id && master.ar_addr == before.ar_addr,
              "AR changed before it was accepted");
    }
    if (aw_waits_) {
      require(master.aw_valid && master.aw_id == before.aw_id && master.aw_addr == before.aw_addr,
              "AW changed before it was accepted");
    }
    if (w_waits_) {
      require(master.w_valid && master.w_data == before.w_data &&
                  master.w_strobe == before.w_strobe && master.w_last == before.w_last,
              "W changed before it was accepted");
    }
    require(!master.ar_valid || read == attributes_, "AR has wrong attributes");
    require(!master.aw_valid || write == attributes_, "AW has wrong attributes");
    require(master.r_ready && master.b_ready, "a response is not accepted");
    if (master.ar_valid && slave.ar_ready) {
      require(reads_.insert(master.ar_id).second, "two reads have one ID");
    }
    if (master.aw_valid && slave.aw_ready) {
      require(writes_.insert(master.aw_id).second, "two writes have one ID");
    }
    if (slave.r_valid && slave.r_last) reads_.erase(slave.r_id);
    if (slave.b_valid) writes_.erase(slave.b_id);
    ar_waits_ = master.ar_valid && !slave.ar_ready;
    aw_waits_ = master.aw_valid && !slave.aw_ready;
    w_waits_ = master.w_valid && !slave.w_ready;
    before_ = master;
    if (master.ar_valid) read_ids.insert(master.ar_id);
    if (master.aw_valid) write_ids.insert(master.aw_id);
  }

  std::set<std::uint32_t> read_ids, write_ids;  ///< all that were seen

 private:
  static void require(bool holds, const char* otherwise) {
    if (!holds) throw std::logic_error(std::string("AXI4: ") + otherwise);
  }

  Axi4Attributes attributes_;
  timed::AxiMasterOut before_;
  bool ar_waits_ = false, aw_waits_ = false, w_waits_ = false;
  std::set<std::uint32_t> reads_, writes_;
};

}  // namespace heddle::tb
