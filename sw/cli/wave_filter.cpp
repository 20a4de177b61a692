// heddle-wave-filter: a translate filter process for GTKWave. Reads instruction words in
// hexadecimal, a line each, and answers each with a line of assembler text (for address 0: targets
// are offsets). What is no number (x and z bits) comes back as it was.
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>

#include "isa/instructions.hpp"

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::size_t end = 0;
    unsigned long word = 0;
    try {
      word = std::stoul(line, &end, 16);
    } catch (const std::exception&) {
      end = 0;
    }
    const bool number = end != 0 && end == line.size() && word <= UINT32_MAX;
    // GTKWave waits for each answer.
    std::cout << (number ? heddle::isa::disassemble(static_cast<std::uint32_t>(word), 0) : line)
              << std::endl;
  }
  return 0;
}
