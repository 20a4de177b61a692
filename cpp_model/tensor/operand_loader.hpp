// Brings the tiles of A, or of B, from shared memory into the buffer in front of the dot-product
// units, a batch of rows at a time. Source: docs/architecture/tensor.md, "operand_loader".
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/config.hpp"
#include "common/fifo.hpp"
#include "tensor/dot_step.hpp"
#include "timed/signals.hpp"

namespace heddle::timed {

class OperandLoader {
 public:
  enum class Operand : std::uint8_t { kA, kB };

  struct Inputs {
    bool start = false;
    const MmaStep* step = nullptr;           ///< mma_control; null: none
    bool pass_made = false;                  ///< shared_memory: out().pass
    const OperandUnits* operands = nullptr;  ///< shared_memory, of this loader; null: none
    bool batch_used = false;                 ///< mma_sequencer: A's oldest batch is done with
    bool half_used = false;                  ///< likewise the half of B's buffer `half`
    std::uint32_t half = 0;
  };
  struct Outputs {
    bool ready = true;                 ///< the step FIFO has a place
    const TensorPass* pass = nullptr;  ///< to shared_memory; null: none
    bool batch_there = false;          ///< of A: the oldest batch
    std::array<bool, 2> half_there{};  ///< of B: a step, in this half
  };

  OperandLoader(const Config& config, Operand operand);

  const Outputs& out() const { return out_; }
  /// A row of A's oldest batch.
  const tensor::OperandBytes& batch_row(std::uint32_t row) const {
    return rows_[oldest_ * batch_rows_ + row];
  }
  tensor::OperandScales batch_scales(std::uint32_t row) const {
    return scales_[oldest_ * batch_rows_ + row];
  }
  /// Of a row of a sparse A.
  tensor::Metadata batch_metadata(std::uint32_t row) const {
    return metadata_[oldest_ * batch_rows_ + row];
  }
  /// A row of the tile in half a of B's buffer; with a sparse A of the first part.
  const tensor::OperandBytes& tile_row(std::uint32_t half, std::uint32_t row) const {
    return rows_[half * half_rows_ + row];
  }
  /// With a sparse A: of the second part.
  const tensor::OperandBytes& upper_tile_row(std::uint32_t half, std::uint32_t row) const {
    return tile_row(half, half_rows_ / 2 + row);
  }
  tensor::OperandScales tile_scales(std::uint32_t half, std::uint32_t row) const {
    return scales_[half * half_rows_ + row];
  }

  void eval(const Inputs& in);
  void tick();

  // For probes.
  std::size_t steps() const { return steps_.size(); }
  std::uint32_t pending() const { return pending_; }
  std::uint32_t next_part() const { return next_part_; }  ///< of the step's next batch
  std::uint32_t batches_taken() const { return taken_; }
  std::uint32_t batches_there() const { return there_; }
  std::uint32_t halves_taken() const { return half_taken_[0] | half_taken_[1] << 1; }

 private:
  static constexpr std::uint32_t kBatches = 4;  ///< of A
  static constexpr std::uint32_t kStepFifo = 2;

  bool has_place() const;
  void load();
  void choose_rows(const MmaStep& step, const isa::MmaTile& tile);
  void choose_elements(const MmaStep& step, const isa::MmaTile& tile);
  void take_place(const MmaStep& step);
  void write(const OperandUnits& operands);
  void write_elements(const OperandBatch& batch, std::uint32_t unit, const OperandUnit& data);
  void write_scales(const OperandBatch& batch, std::uint32_t unit, const OperandUnit& data);
  void choose_scales(const MmaStep& step, const isa::MmaTile& tile);
  void choose_units();

  bool b_;
  std::uint32_t batch_rows_;
  std::uint32_t half_rows_;  ///< of B's buffer
  std::uint32_t groups_;     ///< of four banks of shared memory
  Fifo<MmaStep, 2> steps_;
  std::vector<tensor::OperandBytes> rows_;     ///< the buffer
  std::vector<tensor::OperandScales> scales_;  ///< likewise; 0 of a row without scales
  std::vector<tensor::Metadata> metadata_;     ///< likewise, of a sparse A

  // The batch register.
  std::uint32_t pending_ = 0;  ///< units; 0: empty
  OperandBatch batch_;
  std::array<std::uint32_t, kMaxBatchUnits> place_{};

  std::uint32_t next_batch_ = 0, next_part_ = 0;  ///< of the step at the head
  // A's FIFO of batches.
  std::uint32_t oldest_ = 0, newest_ = 0;  ///< places: of the head; of the next one to be loaded
  std::uint32_t taken_ = 0;                ///< batches that were loaded and not popped
  std::uint32_t there_ = 0;                ///< of them, those that have come
  // B's halves: taken by a step; all of it is there.
  std::array<bool, 2> half_taken_{}, half_there_{};

  TensorPass pass_;
  Outputs out_;
};

}  // namespace heddle::timed
