// The SM's shared memory: `lanes` banks, conflicts served in passes, three stages. Source:
// docs/architecture/memory.md, "shared_memory".
#pragma once

#include <array>
#include <vector>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class SharedMemory {
 public:
  struct Inputs {
    bool start = false;
    const MemoryRow* row = nullptr;      ///< memory_queue's head if it is transferred to here
    bool any_global = false;             ///< of that row's instruction
    bool result_ready = false;           ///< writeback
    const CopyPass* copy = nullptr;      ///< copy_engine wants a pass; null: none
    const TensorPass* tensor = nullptr;  ///< likewise tensor_core
  };
  /// New words of a pass of atomics, as they are presented to the banks; for probes. The
  /// two of an mbarrier or of amocas.d are `doubleword`, too.
  struct AtomicWrite {
    std::uint32_t banks = 0;
    Lanes index{}, word{};  ///< by bank
    bool is_doubleword = false;
    std::uint64_t doubleword = 0;
  };
  struct Outputs {
    bool ready = true;
    const ResultRow* result = &kNoResult;  ///< valid/ready to writeback; never null
    WarpEvent store_done;
    WarpEvent park;          ///< event: a try_wait has found a phase that goes on
    bool phase_end = false;  ///< event: an mbarrier's phase has ended
    bool idle = true;
    bool row_served = false;                    ///< event for the counter SHARED_ROWS
    bool pass_served = false;                   ///< event for the counter SHARED_PASSES
    const AtomicWrite* atomic_write = nullptr;  ///< event; null: none
    const OperandUnits* operands = nullptr;     ///< event, in stage 3; null: none
  };

  explicit SharedMemory(const Config& config);

  const Outputs& out() const { return out_; }
  void eval(const Inputs& in) {
    start_ = in.start;
    copy_made_ = tensor_made_ = false;
    active_ |= start_ || in.row != nullptr || in.copy != nullptr || in.tensor != nullptr;
    if (active_) step(in);
  }
  void tick() {
    if (active_) update();
  }

  /// The pass that the copy engine wants was made in this cycle; after eval().
  bool copy_made() const { return copy_made_; }
  /// Likewise tensor_core.
  bool tensor_made() const { return tensor_made_; }

  /// Contents, by word; for tests and probes.
  std::uint32_t word(std::uint32_t index) const { return words_[index]; }

 private:
  static constexpr ResultRow kNoResult{};

  /// Who wants passes, in the order in which they take turns.
  enum Source : std::uint8_t { kRow, kCopy, kTensor };
  static constexpr std::uint32_t kSources = 3;

  struct Row {
    MemoryRow row;
    bool any_global = false;
  };
  /// A pass in stages 1 to 3. The RAM is accessed already with the pass: passes stay in order, and
  /// none is made before an atomic has written, so nobody can see the difference.
  struct Pass {
    bool valid = false;
    bool store = false;
    bool atomic = false;
    bool float_add = false;   ///< amofadd
    bool done = false;        ///< the instruction's last
    bool copy = false;        ///< a copy or operand pass
    bool operand = false;     ///< an operand pass
    bool silent = false;      ///< of a row with upper words, or for an engine: no result
    bool two = false;         ///< of amocas.d: `result` has the low words, then come the upper ones
    bool parks = false;       ///< of mbarrier.try_wait: a thread's phase goes on
    bool ends_phase = false;  ///< of an operation on an mbarrier
    ResultRow result;
    Lanes upper{};          ///< with `two`, by lane
    AtomicWrite write;      ///< of atomics
    OperandUnits operands;  ///< of an operand pass
  };

  void step(const Inputs& in);
  void update();
  bool try_load_words(const MemoryRow& row, std::uint32_t pending, ResultRow& result);
  std::uint32_t serve(const MemoryRow& row, std::uint32_t pending, ResultRow& result);
  std::uint32_t serve_atomics(const MemoryRow& row, std::uint32_t pending, Pass& pass);
  std::uint32_t serve_mbarrier(const MemoryRow& row, std::uint32_t pending, Pass& pass);
  std::uint32_t serve_doubleword(const MemoryRow& row, std::uint32_t pending, Pass& pass);
  static bool must_wait(const MemoryRow& row, const ResultRow& result);
  void keep_upper_words(const MemoryRow& row);
  void show_upper_words();
  void show_atomic_write();
  bool atomic_under_way() const;
  std::uint32_t update_mbarrier(std::uint32_t address, isa::Op op, std::uint32_t operand,
                                Pass& pass);
  void start_pass(Pass& pass);
  void start_copy(const CopyPass& copy, Pass& pass);
  void start_tensor(const TensorPass& tensor, Pass& pass);
  void choose_pass(const Inputs& in, Pass& pass);

  std::uint32_t lanes_;
  std::vector<std::uint32_t> words_;
  Fifo<Row, 2> rows_{2};
  std::uint32_t served_ = 0;  ///< lanes of the head row that earlier passes served
  // Stages 1, 2, 3 are the slots newest_ - 1, - 2, - 3 (mod 4); eval fills the slot newest_.
  std::array<Pass, 4> passes_{};
  std::uint32_t newest_ = 0;
  /// By thread: b and c of rows with upper words, for the rows with the low ones.
  Lanes upper_data_{}, upper_compare_{};
  std::uint32_t float_add_left_ = 0;  ///< cycles to the end of the one in which an amofadd writes
  AtomicWrite float_add_write_;       ///< of the one under way
  Source chosen_ = kRow;              ///< when several wanted a pass the last time
  bool copy_made_ = false, tensor_made_ = false;
  bool advance_ = false;
  bool second_ = false;      ///< the result of stage 3 that is transferred has a second one
  bool phase_ends_ = false;  ///< by the new words that are shown
  bool start_ = false;
  bool active_ = false;
  bool row_served_ = false, pass_served_ = false;
  Outputs out_;
};

}  // namespace heddle::timed
