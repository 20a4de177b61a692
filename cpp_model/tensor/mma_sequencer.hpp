// Issues the operations of the matrix engine's steps to the dot-product units, one a cycle, and
// follows them until they are over. Source: docs/architecture/tensor.md, "mma_sequencer".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "tensor/dot_step.hpp"
#include "tensor/operand_loader.hpp"
#include "tensor/tensor_memory.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class MmaSequencer {
 public:
  static constexpr std::size_t kCommits = 4;

  struct Inputs {
    bool start = false;
    const MmaStep* step = nullptr;     ///< mma_control; null: none
    const OperandLoader* a = nullptr;  ///< their buffers, as visible in this cycle
    const OperandLoader* b = nullptr;
    TensorMemory* memory = nullptr;
    bool hold = false;          ///< tensor_access
    bool arrival_made = false;  ///< shared_memory: out().arrival
  };
  /// The dot-product units' row of tensor memory.
  struct Access {
    bool valid = false;
    std::uint32_t bank = 0;
  };
  struct Outputs {
    bool ready = true;                    ///< the step FIFO has a place
    const TensorPass* arrival = nullptr;  ///< to shared_memory, of a commit; null: none
    Access addressed;                     ///< to be read
    Access written;                       ///< by `d`
  };
  /// An operation from its issue on.
  struct Operation {
    bool valid = false;
    bool reads = false;
    bool last = false;                ///< of its command
    bool sparse = false;              ///< A
    std::uint32_t element_bytes = 0;  ///< with it
    std::uint32_t cta = 0, bank = 0, block = 0;
    std::shared_ptr<const tensor::DotStep> dot;
    std::vector<tensor::OperandBytes> a, b;
    std::vector<tensor::OperandScales> a_scales, b_scales;  ///< of the rows
    std::vector<tensor::Metadata> metadata;                 ///< of the rows of a sparse A
    std::vector<tensor::OperandBytes> upper_b;              ///< with it: their second 32 bytes
    TensorMemory::Write write;
  };
  /// What happens in the cycle of the last eval().
  struct Events {
    bool batch_used = false;  ///< A's oldest batch is done with
    bool half_used = false;   ///< likewise the half of B's buffer `half`
    std::uint32_t half = 0;
    /// CTA slot of a command that is over: by its last operation; as a commit.
    std::optional<std::uint32_t> computed, committed;
  };

  explicit MmaSequencer(const Config& config);

  const Outputs& out() const { return out_; }
  const Events& events() const { return events_; }
  void eval(const Inputs& in);
  void tick();

  /// The write that is presented in this cycle; null: none. For tests and probes.
  const TensorMemory::Write* write() const;

  // For probes.
  /// The step that is worked on; null: none.
  const MmaStep* head() const { return steps_.empty() ? nullptr : &steps_.front(); }
  /// The next operation of the head, which is no commit, would read what one before it is to write.
  bool must_wait(const TensorMemory& memory) const;
  /// Commits that have left the step FIFO, and whose arrivals are not made; at most kCommits.
  std::size_t commits() const { return commits_.size(); }
  std::uint32_t n_group() const { return n_group_; }
  /// The operation whose row is addressed in this cycle; that which the dot-product units get.
  const Operation* addressing() const { return valid_slot(kRead); }
  const Operation* computing() const { return valid_slot(kOperands); }

 private:
  // Cycles from an operation's issue.
  static constexpr std::uint32_t kRead = 1, kOperands = 2, kWrite = 20, kOver = 21;
  static constexpr std::uint32_t kSlots = 32;

  struct Commit {
    std::uint32_t cta = 0, place = 0;
    std::uint32_t since = 0;  ///< cycle in which it left the step FIFO
  };

  Operation& slot(std::uint32_t age) { return operations_[(now_ - age) % kSlots]; }
  const Operation& slot(std::uint32_t age) const { return operations_[(now_ - age) % kSlots]; }
  const Operation* valid_slot(std::uint32_t age) const {
    return slot(age).valid ? &slot(age) : nullptr;
  }
  bool may_issue(const Inputs& in) const;
  void issue(const Inputs& in);
  void compute(const TensorMemory& memory, Operation& operation) const;

  Config config_;
  Fifo<MmaStep, 4> steps_;
  Fifo<Commit, kCommits> commits_;
  std::uint32_t m_group_ = 0, n_group_ = 0;     ///< of the next operation
  std::array<Operation, kSlots> operations_{};  ///< by the cycle of issue
  std::uint32_t now_ = 0;
  std::shared_ptr<const tensor::DotStep> dot_;  ///< of the step under way
  TensorPass arrival_;
  Events events_;
  Outputs out_;
};

}  // namespace heddle::timed
