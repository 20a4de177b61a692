// Finds accesses of two threads of a CTA to the same bytes of shared memory, or to the same word of
// tensor memory, that nothing orders and of which at least one is a write.
//
// Ordered are: a thread's accesses by the program; by a barrier, what its participants did before
// with what those that wait do after; likewise by `warpsync` for its members (those that have ended
// included); and by atomics, in the sense of C++: a fence, an atomic, an atomic on the same address
// that reads it, a fence. An atomic with aq or rl is one between two fences. On an mbarrier, the
// end of a phase orders what was done before its arrivals (and complete_tx), which are atomics with
// a fence, before what its testers do. Atomics (`mbarrier.test` and `mbarrier.try_wait` are some
// here) do not race with each other, nor do the threads of one instruction. The order in which the
// device happens to run the threads of a warp or the warps of a CTA counts for nothing.
//
// A bulk copy is a thread of its own: what its thread knows from others comes before it, and so
// does what was done before a fence; only who sees the end of the phase in which it completes its
// bytes comes after it.
//
// The matrix engine is a thread, too: it does the MMAs one after the other, and what the thread
// that issues one, or a commit, knows from others or has fenced comes before it; only who sees the
// end of a phase in which a later commit has arrived comes after it.
//
// Each thread knows a clock of every other one: all accesses up to it are ordered before its own.
// The clock is one a warp and goes on whenever a thread of the warp tells others what it knows. A
// barrier of the whole CTA orders everything but copies and MMAs, and starts a new generation;
// accesses of an earlier one are forgotten, those of copies and MMAs excepted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "common/config.hpp"
#include "device/device.hpp"
#include "functional/warp.hpp"
#include "isa/bulk_copy.hpp"
#include "isa/instructions.hpp"
#include "isa/tensor.hpp"

namespace heddle::functional {

class RaceCheck {
 public:
  RaceCheck(const Dim3& block, const Geometry& geometry, const Config& config);

  void start_cta(const Dim3& id);

  /// To be called before the warp executes a load, store or atomic; `shared` is the CTA's shared
  /// memory.
  void access(std::uint32_t warp_index, const Warp& warp, const isa::Instruction& instruction,
              const std::byte* shared);

  /// The same for a bulk copy of the group's lowest thread.
  void copy(std::uint32_t warp_index, const Warp& warp, const isa::BulkCopy& copy,
            const std::byte* shared);

  /// The same for instructions of the units MMA and TENSOR; `blocks`: the CTA's columns.
  void tensor(std::uint32_t warp_index, const Warp& warp, const isa::Instruction& instruction,
              const isa::TensorBlocks& blocks, const std::byte* shared);

  void fence(std::uint32_t warp_index, std::uint32_t lanes);

  /// `warpsync` lets go; `members` includes those that have ended.
  void synchronize_warp(std::uint32_t warp_index, std::uint32_t members);

  /// Threads arrive at a barrier with a count.
  void arrive(std::uint32_t barrier, std::uint32_t warp_index, std::uint32_t lanes);
  /// It lets these threads go; once for each warp, then finish_barrier().
  void release(std::uint32_t barrier, std::uint32_t warp_index, std::uint32_t lanes);
  void finish_barrier(std::uint32_t barrier) { barriers_[barrier].clear(); }

  /// A barrier for all living threads lets go.
  void synchronize_cta();

  /// One for each kind and pair of instructions.
  std::vector<Race> races() const;

 private:
  using Clock = std::uint32_t;
  /// By thread of the CTA, then by the thread that issued a copy, then the matrix engine's; empty:
  /// all 0.
  using Clocks = std::vector<Clock>;
  using SharedClocks = std::shared_ptr<const Clocks>;

  struct Record {
    std::uint32_t lanes;
    Clock clock;
    std::uint32_t pc;
    std::uint16_t warp;  // or warps_ + the warp that issued a copy, or engine(); likewise all
                         // warp indices below
    std::uint8_t bytes;
    AccessKind kind;
  };

  /// What a word's future accesses may race with.
  struct Word {
    std::uint32_t generation = 0;
    std::vector<Record> records;
  };

  struct Thread {
    Lanes own;            // the clocks that it knows of threads of its own warp
    SharedClocks others;  // of other warps; null: none
    Clock fenced = 0;     // its own at its last fence; 0: none
    Clocks seen;          // what its atomics have read, of use from its next fence on
  };

  /// What has been told at an mbarrier: in its current phase, and in those that have ended.
  struct MbarrierClocks {
    Clocks arriving;
    SharedClocks ended;  // null: nothing
  };

  /// Of a copy or an MMA.
  bool is_engine(const Record& record) const { return record.warp >= warps_; }
  /// What stands for the warp of the matrix engine's only thread.
  std::uint32_t engine() const { return 2 * warps_; }
  Thread& thread(std::uint32_t warp_index, std::uint32_t lane) {
    return threads_[warp_index * kWarpSize + lane];
  }

  void access_word(const Record& access, std::uint32_t word, bool same_value);
  void compare(const Record& earlier, const Record& later, std::uint32_t word);
  std::uint32_t unordered(const Record& earlier, const Record& later, std::uint32_t later_lane);
  void found(const Record& earlier, const Record& later, std::uint32_t earlier_lane,
             std::uint32_t later_lane, std::uint32_t word, std::uint32_t count);
  void tensor_access(std::uint32_t warp_index, const Warp& warp,
                     const isa::Instruction& instruction, const isa::TensorBlocks& blocks);
  void give_back_columns(const Warp& warp, const isa::Instruction& instruction);
  void mma(const Record& record, const isa::TensorMma& mma);
  void commit(const Record& record, std::uint32_t address, const std::byte* shared);
  void read_tile(const Record& record, const isa::MmaTile& tile, std::uint32_t rows,
                 const isa::TensorMma& mma);
  void read_transposed(const Record& record, const isa::MmaTile& tile, std::uint32_t rows,
                       const isa::TensorMma& mma);
  void read_scales(const Record& record, const isa::MmaTile& tile, std::uint32_t rows,
                   const isa::TensorMma& mma);
  /// Of a word of tensor memory, among all words.
  std::uint32_t tensor_word(std::uint32_t lane, std::uint32_t column) const {
    return shared_size_ / 4 + lane * config_.tensor_columns + column;
  }
  /// What the thread's copy or MMA comes after.
  Clocks known_to_engine(std::uint32_t warp_index, std::uint32_t lane);
  void order_atomics(std::uint32_t warp_index, std::uint32_t lanes, const Lanes& addresses);
  /// The lanes' operation on mbarriers; `shared` is before it.
  void order_mbarriers(std::uint32_t warp_index, std::uint32_t lanes, const Lanes& addresses,
                       isa::Op op, const Lanes& operands, const std::byte* shared);

  /// Performs the operation on an mbarrier's bits; if it ends the phase, testers learn from now on
  /// what was told in it.
  static void update_mbarrier(MbarrierClocks& clocks, std::uint64_t& bits, isa::Op op,
                              std::uint32_t operand);

  /// Adds to `clocks` what the thread knows, and `own` as its own clock.
  void tell(std::uint32_t warp_index, std::uint32_t lane, Clock own, Clocks& clocks);
  void learn(std::uint32_t warp_index, std::uint32_t lanes, const SharedClocks& clocks);

  Dim3 thread_of(const Record& record, std::uint32_t lane) const;

  Config config_;
  Dim3 block_;
  Dim3 cta_;
  std::uint32_t shared_size_;
  std::uint32_t warps_;
  std::uint32_t generation_ = 0;
  std::uint32_t first_generation_ = 0;  // of the CTA
  std::vector<Clock> clocks_;           // by warp; at least 1
  std::vector<Thread> threads_;
  std::vector<std::uint32_t> issuers_;                 // threads, by the matrix engine's clock
  std::vector<Word> words_;                            // of shared memory, then of tensor memory
  std::array<Clocks, 16> barriers_;                    // what has been told at each
  bool engines_ = false;                               // there was a copy or MMA in the CTA
  bool fences_ = false;                                // some thread of the CTA has executed one
  std::unordered_map<std::uint32_t, Clocks> atomics_;  // what has been told by address
  std::unordered_map<std::uint32_t, MbarrierClocks> mbarriers_;  // by address
  std::map<std::tuple<std::uint32_t, std::uint32_t, AccessKind, AccessKind>, Race> races_;
};

}  // namespace heddle::functional
