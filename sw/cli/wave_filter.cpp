// heddle-wave-filter: a translate filter process for GTKWave. Reads instruction words in
// hexadecimal, a line each, and answers each with a line of assembler text. 16 digits are address
// and word; a word alone is taken to be at address 0, so that its targets are offsets. What is no
// number (x and z bits) comes back as it was.
#include <charconv>
#include <cstdint>
#include <iostream>
#include <string>

#include "isa/instructions.hpp"

int main() {
  constexpr std::size_t kWithAddress = 16;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::uint64_t value = 0;
    const char* end = line.data() + line.size();
    const auto [stop, error] = std::from_chars(line.data(), end, value, 16);
    const bool number =
        error == std::errc{} && stop == end && (line.size() == kWithAddress || value <= UINT32_MAX);
    // GTKWave waits for each answer: a flush a line.
    std::cout << (number ? heddle::isa::disassemble(static_cast<std::uint32_t>(value),
                                                    static_cast<std::uint32_t>(value >> 32))
                         : line)
              << std::endl;
  }
  return 0;
}
