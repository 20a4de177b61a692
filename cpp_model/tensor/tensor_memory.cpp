#include "tensor/tensor_memory.hpp"

#include <bit>

namespace heddle::timed {

void TensorMemory::tick() {
  for (const Write& write : writes_) {
    for (std::uint64_t left = write.strobe; left != 0; left &= left - 1) {
      const auto word = static_cast<std::size_t>(std::countr_zero(left));
      words_[std::size_t{write.row} * row_words() + word] = write.data[word];
    }
  }
  writes_.clear();
}

}  // namespace heddle::timed
