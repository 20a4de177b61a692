// The threads' instructions on tensor memory: loads, stores, and who has which columns. Source:
// docs/architecture/tensor.md, "tensor_access".
#pragma once

#include <array>
#include <cstdint>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "isa/tensor.hpp"
#include "issue/warp_scheduler.hpp"
#include "tensor/mma_sequencer.hpp"
#include "tensor/tensor_memory.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class TensorAccess {
 public:
  struct Inputs {
    bool start = false;
    const Row* row = nullptr;            ///< operand_collector
    const CtaEvent* cta_done = nullptr;  ///< barrier
    std::uint32_t commands = 0;          ///< by CTA slot: MMAs are not over; as visible
    MmaSequencer::Access addressed;      ///< by the dot-product units, in this cycle
    MmaSequencer::Access written;
    TensorMemory* memory = nullptr;
    bool result_ready = false;  ///< writeback
  };
  struct Outputs {
    bool op_done = false;  ///< event: credit to the scheduler
    ResultRow result;      ///< valid/ready to writeback
    WarpEvent store_done;
    FaultEvent fault;
    bool hold = false;        ///< no operation is issued
    std::uint32_t ended = 0;  ///< by CTA slot: its columns are about to be given back
    bool idle = true;
  };

  explicit TensorAccess(const Config& config);

  const Outputs& out() const { return out_; }
  /// As visible in this cycle.
  const isa::TensorBlocks& blocks() const { return blocks_; }
  void keep_launch(const LaunchEvent& launch) { ctas_[launch.warp] = launch.cta; }
  void eval(const Inputs& in);
  void tick();

  // For probes.
  std::size_t rows() const { return rows_.size(); }
  bool occupied() const { return occupied_; }
  std::uint32_t pending() const { return pending_; }
  bool made() const { return made_; }
  std::uint32_t held_back() const { return held_back_; }
  /// What a tensor.st writes in this cycle; without words: nothing.
  TensorMemory::Write write(const TensorMemory& memory, const MmaSequencer::Access& written) const;

 private:
  static constexpr std::size_t kMaxRows = kTensorQueue * 8;
  static constexpr std::uint32_t kHold = 15;
  static constexpr std::size_t kResults = 2;

  /// A row as the register file had it.
  struct Entry {
    const Decoded* decoded = nullptr;
    std::uint32_t warp = 0, pc = 0, beat = 0, mask = 0;
    bool last = false;
    Lanes a{}, b{};
  };

  void push(const Row& row);
  void advance(const Inputs& in);
  void check();
  void pass_blocks(const Entry& entry);
  void pass_words(const Inputs& in, const Entry& entry);
  void load(const TensorMemory& memory, const Entry& entry, std::uint32_t served);
  TensorMemory::Write words_stored(const TensorMemory& memory, const Entry& entry,
                                   std::uint32_t served) const;
  std::uint32_t served_lanes(const TensorMemory& memory, const Entry& entry) const;
  void change_blocks(const Entry& entry);
  void make_result(const Entry& entry, std::uint32_t mask, bool final_pass);
  void finish_row(const Entry& entry);
  void fail(const Entry& entry, std::uint32_t lanes);
  void end_ctas(const Inputs& in);
  void reset();

  std::uint32_t lanes_;
  Fifo<Entry, kMaxRows> rows_;
  std::array<std::uint32_t, 32> ctas_{};  ///< slot, by warp
  bool occupied_ = false;                 ///< there is a row in the row register
  Entry row_;
  std::uint32_t pending_ = 0;  ///< its lanes
  bool decided_ = false;       ///< a row of the alloc or dealloc has done it
  std::uint32_t column_ = 0;   ///< what the alloc gives
  isa::TensorBlocks blocks_, next_blocks_;
  std::uint32_t ended_ = 0, next_ended_ = 0;
  std::uint32_t held_back_ = 0, next_held_back_ = 0;  ///< cycles, up to kHold
  bool loading_ = false, next_loading_ = false;       ///< the pass of the last cycle has a result
  ResultRow read_;                                    ///< that result
  bool made_ = false, next_made_ = false;             ///< a pass was made in the last cycle
  Fifo<ResultRow, kResults> results_;
  bool place_ = true;  ///< for a result of a pass of this cycle
  bool op_done_ = false;
  WarpEvent store_done_;
  FaultEvent fault_;
  Outputs out_;
};

}  // namespace heddle::timed
