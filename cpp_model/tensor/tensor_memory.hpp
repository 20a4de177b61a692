// Tensor memory: rows of TENSOR_M x TENSOR_N words in two banks of columns. Source:
// docs/architecture/tensor.md, "tensor_memory".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/config.hpp"

namespace heddle::timed {

class TensorMemory {
 public:
  /// Where a word is.
  struct Place {
    std::uint32_t row = 0;
    std::uint32_t word = 0;  ///< of the row
  };
  /// A row's words that are to be written; at most 64.
  struct Write {
    std::uint32_t row = 0;
    std::uint64_t strobe = 0;  ///< by word
    std::vector<std::uint32_t> data;
  };

  explicit TensorMemory(const Config& config)
      : m_(config.tensor_m),
        n_(config.tensor_n),
        row_groups_(n_ == 0 ? 0 : config.tensor_columns / n_),
        half_(config.tensor_columns / 2),
        words_(std::size_t{config.tensor_lanes} * config.tensor_columns) {}

  std::uint32_t row_words() const { return m_ * n_; }
  Place place(std::uint32_t lane, std::uint32_t column) const {
    return {lane / m_ * row_groups_ + column / n_, lane % m_ * n_ + column % n_};
  }
  /// The bank of a column: 0 or 1.
  std::uint32_t bank(std::uint32_t column) const { return column < half_ ? 0 : 1; }

  /// A row as a read that is addressed in this cycle gets it.
  std::span<const std::uint32_t> row(std::uint32_t row) const {
    return std::span(words_).subspan(std::size_t{row} * row_words(), row_words());
  }
  /// Presents a write, at most one a bank and cycle; reads see it from the next cycle on.
  void write(const Write& write) { writes_.push_back(write); }
  void tick();

  // For probes: a row's bank, and its number there.
  std::uint32_t bank_of_row(std::uint32_t row) const {
    return row % row_groups_ < row_groups_ / 2 ? 0 : 1;
  }
  std::uint32_t row_of_bank(std::uint32_t row) const {
    return row / row_groups_ * (row_groups_ / 2) + row % (row_groups_ / 2);
  }

 private:
  std::uint32_t m_, n_;
  std::uint32_t row_groups_;  ///< rows of the memory for a row of dot-product units
  std::uint32_t half_;
  std::vector<std::uint32_t> words_;
  std::vector<Write> writes_;
};

}  // namespace heddle::timed
