// Disassembly against llvm-objdump, an independent reading of the same words: random encodings of
// every instruction that LLVM knows, in one batch.
//
// LLVM is stricter than Heddle about fence and fence.i (it wants the ignored bits to be 0 or
// fence.tso), prints our CSRs as numbers, and those of other machines by names; the test keeps to
// words both sides know, and translates the numbers.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "isa/instructions.hpp"

namespace heddle::isa {
namespace {

namespace fs = std::filesystem;

constexpr int kWordsPerInstruction = 300;

std::uint32_t random_word(Op op, std::mt19937& random) {
  const Info& row = info(op);
  std::uint32_t word = (static_cast<std::uint32_t>(random()) & ~row.mask) | row.match;
  if (op == Op::kFence) word = random() % 8 == 0 ? 0x8330000FU : word & 0x0FF0707FU;
  if (op == Op::kFenceI) word = row.match;
  if (row.unit == Unit::kCsr) {
    std::uint32_t number = 0;
    do {
      number = static_cast<std::uint32_t>(random() % 4096);
    } while (!csr_legal(number, false));
    word = (word & 0x000FFFFFU) | number << 20;
  }
  return word;
}

// "addi\ta0, a1, 1 <symbol>" as "addi a0, a1, 1"; the number of a CSR of ours as its name.
std::string normalize(std::string text, std::uint32_t word) {
  if (const auto symbol = text.find(" <"); symbol != std::string::npos) text.resize(symbol);
  for (char& c : text) {
    if (c == '\t') c = ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (info(match(word)).unit == Unit::kCsr) {
    const std::string number = fmt::format(", {}, ", word >> 20);
    if (const auto at = text.find(number); at != std::string::npos) {
      text.replace(at, number.size(), fmt::format(", {}, ", csr_name(word >> 20)));
    }
  }
  return text;
}

bool is_xheddle(Op op) {
  constexpr std::uint32_t kCustom0 = 0x0B, kCustom1 = 0x2B;
  const std::uint32_t opcode = info(op).match & 0x7F;
  return opcode == kCustom0 || opcode == kCustom1;
}

// LLVM knows Zfbfmin only with registers of its own.
bool is_bfloat16(Op op) { return op == Op::kFcvtSBf16 || op == Op::kFcvtBf16S; }

// "fcvt.s.bf16 fa0, fa1" with the registers that Heddle has under those numbers.
std::string with_integer_registers(std::string text, std::uint32_t word) {
  static const auto pattern = std::regex("f[ast][0-9]+");
  for (const unsigned low : {7U, 15U}) {
    const std::uint32_t addi = 0x00000013U | (word >> low & 31) << 7;
    std::string name = disassemble(addi, 0);
    name = name.substr(5, name.find(',') - 5);
    std::smatch found;
    REQUIRE(std::regex_search(text, found, pattern));
    text.replace(static_cast<std::size_t>(found.position()),
                 static_cast<std::size_t>(found.length()), name);
  }
  return text;
}

// The text of each word, by llvm-objdump, with the words placed from address 0.
std::vector<std::string> objdump(const std::vector<std::uint32_t>& words,
                                 const std::string& extensions) {
  std::string folder = (fs::temp_directory_path() / "heddle-disassembler-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const fs::path binary = fs::path(folder) / "words.bin";
  std::ofstream(binary, std::ios::binary)
      .write(reinterpret_cast<const char*>(words.data()),
             static_cast<std::streamsize>(4 * words.size()));
  const std::string object = folder + "/words.o";
  const std::string convert =
      fmt::format("{} -I binary -O elf32-littleriscv --rename-section=.data=.text,code {} {}",
                  HEDDLE_OBJCOPY, binary.string(), object);
  REQUIRE(std::system(convert.c_str()) == 0);
  const std::string dump = fmt::format(
      "{} -d --triple=riscv32 --mattr={} -M no-aliases "
      "--no-print-imm-hex --no-show-raw-insn --no-leading-addr {}",
      HEDDLE_OBJDUMP, extensions, object);
  FILE* pipe = popen(dump.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::vector<std::string> texts;
  std::array<char, 512> line{};
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
    std::string text(line.data());
    // Instruction lines start with white space; headings and labels do not.
    const auto start = text.find_first_not_of(" \t");
    if (start == 0 || text[start] == '\n') continue;
    text.pop_back();
    texts.push_back(text.substr(start));
  }
  const int status = pclose(pipe);
  fs::remove_all(folder);
  REQUIRE(status == 0);
  return texts;
}

TEST_CASE("Random encodings of every standard instruction read as llvm-objdump prints them") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::vector<std::uint32_t> words;
  for (std::size_t number = 1; number < kOpCount; ++number) {
    const Op op = static_cast<Op>(number);
    if (is_xheddle(op) || is_bfloat16(op)) continue;
    for (int i = 0; i < kWordsPerInstruction; ++i) words.push_back(random_word(op, random));
  }
  const std::vector<std::string> theirs = objdump(
      words, "+m,+a,+experimental-zacas,+zba,+zbb,+zicond,+zfinx,+zhinxmin,+zicsr,+zifencei");
  REQUIRE(theirs.size() == words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string ours = disassemble(words[i], static_cast<std::uint32_t>(4 * i));
    INFO(fmt::format("word {:08x}, {}", words[i], name(match(words[i]))));
    // LLVM knows no reserved rounding modes either.
    const std::string expected = theirs[i].starts_with("<unknown>")
                                     ? fmt::format(".word 0x{:08x}", words[i])
                                     : normalize(theirs[i], words[i]);
    REQUIRE(ours == expected);
  }
}

TEST_CASE("The conversions of bfloat16 read as llvm-objdump prints them, but for the registers") {
  std::mt19937 random(20);
  std::vector<std::uint32_t> words;
  for (const Op op : {Op::kFcvtSBf16, Op::kFcvtBf16S}) {
    for (int i = 0; i < kWordsPerInstruction; ++i) words.push_back(random_word(op, random));
  }
  const std::vector<std::string> theirs = objdump(words, "+f,+zfbfmin");
  REQUIRE(theirs.size() == words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    INFO(fmt::format("word {:08x}: {}", words[i], theirs[i]));
    const std::string expected =
        theirs[i].starts_with("<unknown>")
            ? fmt::format(".word 0x{:08x}", words[i])
            : with_integer_registers(normalize(theirs[i], words[i]), words[i]);
    REQUIRE(disassemble(words[i], 0) == expected);
  }
}

TEST_CASE("Xheddle instructions, unknown CSRs and illegal words have a text") {
  CHECK(disassemble(0x0000000B, 0) == "exit");
  CHECK(disassemble(0x00C5900B, 0) == "bar.sync a1, a2");
  CHECK(disassemble(0x02C5900B, 0) == "bar.arrive a1, a2");
  CHECK(disassemble(0x0405900B, 0) == "warpsync a1");
  CHECK(disassemble(0x0600350B, 0) == "activemask a0");
  CHECK(disassemble(0x6EC5A50B, 0) == "shfl.idx a0, a1, a2, a3");
  CHECK(disassemble(0x04C5B50B, 0) == "vote.ballot a0, a1, a2");
  CHECK(disassemble(0x12C5B50B, 0) == "match.all a0, a1, a2");
  CHECK(disassemble(0x2EC5B50B, 0) == "redux.xor a0, a1, a2");
  CHECK(disassemble(0x00C5C50B, 0) == "fcvt.e4m3x2.s a0, a1, a2");
  CHECK(disassemble(0x08C5C50B, 0) == "fcvt.hx2.s a0, a1, a2");
  CHECK(disassemble(0xFFC5852B, 0) == "tensor.ld a0, -4(a1)");
  CHECK(disassemble(0x00C5962B, 0) == "tensor.st a2, 12(a1)");
  CHECK(disassemble(0x0605C50B, 0) == "fcvt.s.e5m2 a0, a1");
  CHECK(disassemble(0x00C5E50B, 0) == "amofadd.w a0, a2, (a1)");
  CHECK(disassemble(0x02C5E50B, 0) == "amofadd.w.rl a0, a2, (a1)");
  CHECK(disassemble(0x04C5E50B, 0) == "amofadd.w.aq a0, a2, (a1)");
  CHECK(disassemble(0x06C5E50B, 0) == "amofadd.w.aqrl a0, a2, (a1)");
  CHECK(disassemble(0x08C5E50B, 0) == "mbarrier.arrive a0, a2, (a1)");
  CHECK(disassemble(0x12C5E50B, 0) == "mbarrier.arrive_drop.rl a0, a2, (a1)");
  CHECK(disassemble(0x1CC5E50B, 0) == "mbarrier.expect_tx.aq a0, a2, (a1)");
  CHECK(disassemble(0x26C5E50B, 0) == "mbarrier.complete_tx.aqrl a0, a2, (a1)");
  CHECK(disassemble(0x2805E50B, 0) == "mbarrier.test a0, (a1)");
  CHECK(disassemble(0x30C5E50B, 0) == "mbarrier.try_wait a0, a2, (a1)");
  CHECK(disassemble(0x70C5F00B, 0) == "bulk.load a1, a2, a4");
  CHECK(disassemble(0xCC002573, 0) == "csrrs a0, tid.x, zero");
  CHECK(disassemble(0x7C002573, 0) == "csrrs a0, 1984, zero");
  CHECK(disassemble(0xFFFFFFFF, 0) == ".word 0xffffffff");
}

}  // namespace
}  // namespace heddle::isa
